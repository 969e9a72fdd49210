"""The language of this run of the command, and sentences in it."""

from __future__ import annotations

import gettext
import os
from collections.abc import Sequence

from dispatch.i18n import DOMAIN, LOCALE_FOLDER, Language, Sentence, language_of, say

_chosen: Language = "en"


def choose_language(arguments: Sequence[str]) -> Language:
    """Choose the language before anything is said: ``--lang`` wherever it stands, else as ``language_of`` says.

    Click's own sentences follow: it takes them from gettext's current domain.
    """
    global _chosen  # noqa: PLW0603  one process of the command speaks one language
    _chosen = language_of(language_asked(arguments))
    gettext.bindtextdomain(DOMAIN, str(LOCALE_FOLDER))
    gettext.textdomain(DOMAIN)
    os.environ["LANGUAGE"] = _chosen
    return _chosen


def asked_for(option: str, arguments: Sequence[str]) -> str | None:
    """Return what an option said, wherever it stands, before click has read the arguments."""
    asked = None
    for at, argument in enumerate(arguments):
        if argument == option and at + 1 < len(arguments):
            asked = arguments[at + 1]
        elif argument.startswith(f"{option}="):
            asked = argument.removeprefix(f"{option}=")
    return asked


def language_asked(arguments: Sequence[str]) -> str | None:
    """Return what ``--lang`` said, wherever it stands."""
    return asked_for("--lang", arguments)


def language() -> Language:
    """Return the language of this run."""
    return _chosen


def words(what: Sentence | str, /, **params: object) -> str:
    """Put a sentence into the language of this run."""
    if isinstance(what, str):
        what = Sentence(what, params)
    return say(what, _chosen)


def listed(*parts: str) -> str:
    """Write what is there of the parts one after the other, with the comma of this language."""
    return ("，" if _chosen == "zh" else ", ").join(part for part in parts if part)
