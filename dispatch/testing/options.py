"""Options to try a channel with: what is given, and made-up values for what is not."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Self

from dispatch.errors import Misconfigured
from dispatch.plugins.fields import Field, FieldKind, checked

_NOWHERE = "http://127.0.0.1:9/"


@dataclass(frozen=True, slots=True)
class Filled:
    """A channel's options, whole.

    Args:
        fields: What the channel declares.
        options: What it is opened with.
        secrets: The values in it that may stand nowhere else.
    """

    fields: tuple[Field, ...]
    options: Mapping[str, Any]
    secrets: tuple[str, ...] = ()

    def at(self, url: str) -> dict[str, Any] | None:
        """Return the options with every address replaced by *url*; none where there is no address among them."""
        addresses = [one.name for one in self.fields if one.kind is FieldKind.URL]
        return {**self.options, **dict.fromkeys(addresses, url)} if addresses else None

    def with_canaries(self) -> Self:
        """Return them with a made-up secret for each that takes any text: one that is seen wherever it turns up."""
        made = {
            one.name: canary
            for one in self.fields
            if one.kind is FieldKind.SECRET and re.fullmatch(one.pattern or ".*", canary := canary_of(one))
        }
        return replace(self, options={**self.options, **made}, secrets=(*self.secrets, *made.values()))


def canary_of(field: Field) -> str:
    """Return a made-up secret that stands nowhere by chance."""
    return f"canary-{field.name}-7Qz4Lw9Xk2Vb8Nt5"


def filled(
    name: str,
    fields: Sequence[Field] | None,
    given: Mapping[str, Any],
    folder: Path,
    *,
    keys: Mapping[str, str] | None = None,
    as_they_are: bool = False,
    kind: str = "channels",
) -> Filled:
    """Make options up for what must be there and is not given.

    Args:
        name: The channel's.
        fields: What it declares; none where it declares nothing, and gets just what is given.
        given: Values to be used as they are.
        folder: A folder that may be written to.
        keys: Keys that were made for this trial, by the option's name.
        as_they_are: Whether nothing but what cannot be missing is made up: messages really go where they lead.
        kind: "channels" or "sources".

    Raises:
        Misconfigured: A value is not as it must be, or is missing and cannot be made up.
    """
    if fields is None:
        return Filled((), dict(given))
    made = {
        one.name: one.trial for one in fields if one.trial is not None and (one.required or not as_they_are)
    }
    made |= {
        one.name: value
        for one in fields
        if one.required and one.trial is None and (value := _made_up(one, folder)) is not None
    }
    made |= {one: value for one, value in (keys or {}).items() if any(field.name == one for field in fields)}
    try:
        whole = {**made, **{key: value for key, value in given.items() if value != ""}}
        options = checked(name, whole, fields, kind=kind)
    except Misconfigured as fault:
        raise Misconfigured(
            fault.message,
            **{**fault.params, "hint": "give it for this trial: --option {option}=…"},  # type: ignore[arg-type]
        ) from fault
    named = {one.name for one in fields if one.kind is FieldKind.SECRET}
    secrets = tuple(str(value) for key, value in options.items() if key in named and len(str(value)) > 3)
    return Filled(tuple(fields), options, secrets)


def _made_up(field: Field, folder: Path) -> object:
    if field.choices:
        return field.choices[0]
    if field.pattern:
        return None
    made: dict[FieldKind, object] = {
        FieldKind.TEXT: "kit",
        FieldKind.SECRET: canary_of(field),
        FieldKind.NUMBER: field.least,
        FieldKind.FLAG: False,
        FieldKind.LIST: ["kit"],
        FieldKind.TABLE: {"offer": "kit"},
        FieldKind.URL: _NOWHERE,
        FieldKind.FOLDER: str(folder),
    }
    return made.get(field.kind)
