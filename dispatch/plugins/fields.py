"""What a channel or a source must be told before it can be opened: its options, each with a label and a check."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final
from urllib.parse import urlsplit

from dispatch.errors import Misconfigured
from dispatch.i18n import BothNames, Sentence, sentence
from dispatch.plugins.channel import Options


class FieldKind(StrEnum):
    """What an option holds."""

    TEXT = "text"
    SECRET = "secret"  # noqa: S105  the name of a kind
    NUMBER = "number"
    FLAG = "flag"
    LIST = "list"
    TABLE = "table"
    URL = "url"
    FOLDER = "folder"


@dataclass(frozen=True, slots=True)
class Field:
    """One option of a channel, or of a source of requests.

    Args:
        name: As it stands in ``[channels.NAME]`` or ``[sources.NAME]``.
        zh: What people call it in Chinese.
        en: What people call it in English.
        kind: A secret is text that no screen, log or export ever shows; a table is of text by text.
        required: Whether the channel cannot do without it.
        default: What it is when it is not given; none means that the channel gets nothing.
        choices: The only values it may have, where there are but a few.
        pattern: A regular expression that the whole of a text must match.
        least: The least a number may be.
        most: The most a number may be.
        trial: What it is while the contract kit tries the channel with a provider on this computer, where no value can
            be made up, or the usual one would keep it from going there.
    """

    name: str
    zh: str
    en: str
    kind: FieldKind = FieldKind.TEXT
    required: bool = False
    default: Any = None
    choices: tuple[str, ...] = ()
    pattern: str = ""
    least: int = 0
    most: int = 1_000_000
    trial: Any = None

    @property
    def label(self) -> BothNames:
        """What people call it."""
        return BothNames(self.zh, self.en)


def checked(name: str, options: Options, fields: Sequence[Field], *, kind: str = "channels") -> dict[str, Any]:
    """Return the options of a channel, or of a source, with the defaults of those that are not given.

    Args:
        name: The channel's, or the source's.
        kind: Below which its section stands: "channels" or "sources".

    Raises:
        Misconfigured: An option is unknown, missing or not as it must be; names it by its dotted path and its label.
            A secret is never repeated.
    """
    known = {one.name: one for one in fields}
    for option in options:
        if option not in known:
            raise Misconfigured(
                "{kind}.{name}.{option}: there is no such option",
                kind=kind,
                name=name,
                option=option,
                hint="the options: {known}",
                known=tuple(sorted(known)) or (sentence("none"),),
            )
    values: dict[str, Any] = {}
    for option, one in known.items():
        if option not in options or options[option] == "":
            if one.required:
                raise _wrong(kind, name, one, sentence("is missing"))
            if one.default is not None:
                values[option] = one.default
            continue
        value, fault = _READ[one.kind](options[option], one)
        if fault is not None:
            raise _wrong(kind, name, one, fault)
        if one.choices and value not in one.choices:
            raise _wrong(kind, name, one, sentence("is none of {choices}", choices=one.choices))
        values[option] = value
    return values


def variable_of(kind: str, name: str, option: str) -> str:
    """Return the variable in which an option may be given."""
    return f"DISPATCH_{kind}__{name}__{option}".replace("-", "_").upper()


def _wrong(kind: str, name: str, field: Field, why: Sentence) -> Misconfigured:
    return Misconfigured(
        "{kind}.{name}.{option} ({label}): {why}",
        kind=kind,
        name=name,
        option=field.name,
        label=field.label,
        why=why,
        hint="set it in dispatch.toml below [{kind}.{name}], or as {variable}",
        variable=variable_of(kind, name, field.name),
    )


def _text(said: object, field: Field) -> tuple[object, Sentence | None]:
    if not isinstance(said, str):
        return said, sentence("is not text")
    if field.pattern and not re.fullmatch(field.pattern, said):
        return said, sentence("is not as it must be")
    return said, None


def _number(said: object, field: Field) -> tuple[object, Sentence | None]:
    if isinstance(said, str) and re.fullmatch("-?[0-9]{1,9}", said.strip()):
        said = int(said)
    if isinstance(said, bool) or not isinstance(said, int):
        return said, sentence("is not a whole number")
    if not field.least <= said <= field.most:
        return said, sentence("is not between {least} and {most}", least=field.least, most=field.most)
    return said, None


def _flag(said: object, field: Field) -> tuple[object, Sentence | None]:
    if isinstance(said, str) and said.lower() in ("true", "false"):
        said = said.lower() == "true"
    return said, None if isinstance(said, bool) else sentence("is neither true nor false")


def _list(said: object, field: Field) -> tuple[object, Sentence | None]:
    if isinstance(said, str):
        said = [part.strip() for part in said.split(",") if part.strip()]
    if not isinstance(said, list) or not all(isinstance(one, str) for one in said):
        return said, sentence("is not a list of texts")
    return said, None


def _table(said: object, field: Field) -> tuple[object, Sentence | None]:
    if not isinstance(said, dict) or not all(isinstance(one, str) for one in said.values()):
        return said, sentence("is not a table of texts")
    return said, None


def _url(said: object, field: Field) -> tuple[object, Sentence | None]:
    said, fault = _text(said, field)
    if fault is None:
        try:
            parts = urlsplit(str(said))
            good = parts.scheme in ("http", "https") and bool(parts.hostname)
        except ValueError:
            good = False
        fault = None if good else sentence("is no address that begins with http:// or https://")
    return said, fault


_READ: Final = {
    FieldKind.TEXT: _text,
    FieldKind.SECRET: _text,
    FieldKind.FOLDER: _text,
    FieldKind.NUMBER: _number,
    FieldKind.FLAG: _flag,
    FieldKind.LIST: _list,
    FieldKind.TABLE: _table,
    FieldKind.URL: _url,
}
