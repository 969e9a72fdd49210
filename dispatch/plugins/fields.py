"""What a channel must be told before it can be opened: its options, each with a label, a kind and a check."""

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
    """One option of a channel.

    Args:
        name: As it stands in ``[channels.NAME]``.
        zh: What people call it in Chinese.
        en: What people call it in English.
        kind: A secret is text that no screen, log or export ever shows; a table is of text by text.
        required: Whether the channel cannot do without it.
        default: What it is when it is not given; none means that the channel gets nothing.
        choices: The only values it may have, where there are but a few.
        pattern: A regular expression that the whole of a text must match.
        least: The least a number may be.
        most: The most a number may be.
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

    @property
    def label(self) -> BothNames:
        """What people call it."""
        return BothNames(self.zh, self.en)


def checked(channel: str, options: Options, fields: Sequence[Field]) -> dict[str, Any]:
    """Return a channel's options with the defaults of those that are not given.

    Raises:
        Misconfigured: An option is unknown, missing or not as it must be; names it by its dotted path and its label.
            A secret is never repeated.
    """
    known = {one.name: one for one in fields}
    for name in options:
        if name not in known:
            raise Misconfigured(
                "channels.{channel}.{option}: the channel has no such option",
                channel=channel,
                option=name,
                hint="options of this channel: {known}",
                known=tuple(sorted(known)) or (sentence("none"),),
            )
    values: dict[str, Any] = {}
    for name, one in known.items():
        if name not in options or options[name] == "":
            if one.required:
                raise _wrong(channel, one, sentence("is missing"))
            if one.default is not None:
                values[name] = one.default
            continue
        value, fault = _READ[one.kind](options[name], one)
        if fault is not None:
            raise _wrong(channel, one, fault)
        if one.choices and value not in one.choices:
            raise _wrong(channel, one, sentence("is none of {choices}", choices=one.choices))
        values[name] = value
    return values


def _wrong(channel: str, field: Field, why: Sentence) -> Misconfigured:
    return Misconfigured(
        "channels.{channel}.{option} ({label}): {why}",
        channel=channel,
        option=field.name,
        label=field.label,
        why=why,
        hint="set it in dispatch.toml below [channels.{channel}], or as {variable}",
        variable=f"DISPATCH_CHANNELS__{channel}__{field.name}".replace("-", "_").upper(),
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
