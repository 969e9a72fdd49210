"""Every sentence a person sees, in 中文 and English, from message ids with parameters.

A message id is the English sentence itself. The Chinese one stands in
``locale/zh/LC_MESSAGES/dispatch.po``; a test fails on an id that has none.
"""

from __future__ import annotations

import gettext
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Literal, cast

from dispatch.errors import DispatchError

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = ("zh", "en")
DOMAIN = "dispatch"
LOCALE_FOLDER = Path(__file__).parent / "locale"


@dataclass(frozen=True, slots=True)
class BothNames:
    """What a community's own files, or a plugin, call a thing in each language: no message id, so no catalogue has it.

    Args:
        zh: Its Chinese name.
        en: Its English name.
    """

    zh: str
    en: str

    def __str__(self) -> str:
        """Give the English name, for logs and tests."""
        return self.en


@dataclass(frozen=True, slots=True)
class Sentence:
    """A message id with its parameters: a sentence not yet in any language.

    Args:
        id: The English sentence with ``{names}`` to fill.
        params: Text, whole numbers, ``BothNames`` of what our catalogue does not know, further
            ``Sentence``s, or tuples of these (read as a list: "a, b" or "a、b"). Survives a trip through JSON.
    """

    id: str
    params: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        """Give the English sentence, for logs and tests."""
        return say(self, "en")

    def to_json(self) -> dict[str, object]:
        """Give plain data that ``from_json`` turns back into an equal sentence."""
        return {"id": self.id, "params": {name: _plain(value) for name, value in self.params.items()}}

    @staticmethod
    def from_json(data: Mapping[str, object]) -> Sentence:
        """Read what ``to_json`` gave."""
        params = cast("Mapping[str, object]", data["params"])
        return Sentence(str(data["id"]), {name: _revive(value) for name, value in params.items()})


def sentence(id: str, /, **params: object) -> Sentence:
    """Write a sentence: ``sentence("request {number} is taken", number=7)``."""
    return Sentence(id, params)


def say(what: Sentence | str, language: Language) -> str:
    """Put a sentence into a language; an id without a translation stays English."""
    if isinstance(what, str):
        what = Sentence(what)
    text = _text(what.id, language)
    if not what.params:
        return text
    # Most values are text: asked here, since a worker says thousands of sentences in a row.
    values = what.params.items()
    return text.format_map({name: one if type(one) is str else _read_aloud(one, language) for name, one in values})


def say_value(value: object, language: Language) -> str:
    """Put what a sentence may have as a parameter into a language, as it stands within the sentence."""
    return str(_read_aloud(value, language))


def say_error(error: DispatchError, language: Language) -> tuple[str, str | None]:
    """Give an error's sentence and its hint, where it has one, in a language."""
    hint = None if error.hint is None else say(Sentence(error.hint, error.params), language)
    return say(Sentence(error.message, error.params), language), hint


def language_of(wanted: str | None, environment: Mapping[str, str] | None = None) -> Language:
    """Choose a language: the one asked for, else ``DISPATCH_LANG``, else the locale's.

    Args:
        wanted: What ``--lang`` said: "zh", "zh_CN", "en" …; anything else counts as not said.
        environment: Variables to read instead of the process's own.
    """
    given = os.environ if environment is None else environment
    for said in (wanted, *(given.get(name) for name in ("DISPATCH_LANG", "LC_ALL", "LC_MESSAGES", "LANG"))):
        if said and is_spoken(said):
            return cast("Language", said[:2].lower())
    if os.name == "nt" and environment is None:
        import locale

        if (locale.getlocale()[0] or "").lower().startswith(("zh", "chinese")):
            return "zh"
    return "en"


def is_spoken(name: str) -> bool:
    """Return whether we speak a language, named as "zh", "zh_CN", "en" and so on."""
    return name[:2].lower() in LANGUAGES


@lru_cache(maxsize=8192)
def _text(id: str, language: Language) -> str:
    return _catalogue(language).gettext(id)


@lru_cache
def _catalogue(language: Language) -> gettext.NullTranslations:
    return gettext.translation(DOMAIN, LOCALE_FOLDER, [language], fallback=True)


def _read_aloud(value: object, language: Language) -> object:
    if isinstance(value, Sentence):
        return say(value, language)
    if isinstance(value, BothNames):
        return value.zh if language == "zh" else value.en
    if isinstance(value, (tuple, list)):
        comma = "、" if language == "zh" else ", "
        return comma.join(str(_read_aloud(item, language)) for item in value)
    return value


def _plain(value: object) -> object:
    if isinstance(value, Sentence):
        return {"sentence": value.to_json()}
    if isinstance(value, BothNames):
        return {"names": {"zh": value.zh, "en": value.en}}
    if isinstance(value, (tuple, list)):
        return [_plain(item) for item in value]
    return value


def _revive(value: object) -> object:
    if isinstance(value, dict) and set(value) == {"sentence"}:
        return Sentence.from_json(value["sentence"])
    if isinstance(value, dict) and set(value) == {"names"}:
        return BothNames(**value["names"])
    if isinstance(value, list):
        return tuple(_revive(item) for item in value)
    return value
