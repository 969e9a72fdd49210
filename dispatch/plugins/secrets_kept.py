"""Secrets of channels and sources: taken from a variable, or from a file that only its owner can read."""

from __future__ import annotations

import os
import stat
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from dispatch.errors import Misconfigured
from dispatch.plugins.channel import Options
from dispatch.plugins.fields import Field, FieldKind, variable_of

_LONGEST: Final = 65_536


def with_secrets(
    name: str, options: Options, fields: Sequence[Field], *, exposed: frozenset[str], kind: str = "channels"
) -> dict[str, Any]:
    """Return the options of a channel, or of a source, with its secrets in place.

    For a secret called ``key``, ``key_file`` may name a file that holds it and nothing else.

    Args:
        name: The channel's, or the source's.
        kind: Below which its section stands: "channels" or "sources".
        exposed: The options that stand in a settings file which others on this computer can read.

    Raises:
        Misconfigured: A secret stands where others can read it, is given twice, or its file cannot be read.
    """
    found = dict(options)
    known = {one.name for one in fields}
    for one in fields:
        if one.kind is not FieldKind.SECRET:
            continue
        if one.name in exposed:
            raise Misconfigured(
                "{kind}.{name}.{option}: this secret stands in a file that others on this computer can read",
                kind=kind,
                name=name,
                option=one.name,
                hint="chmod 600 the file, or give the secret as {variable}, or in a file of its own: {option}_file",
                variable=variable_of(kind, name, one.name),
            )
        named = f"{one.name}_file"
        if named in known or not found.get(named):
            continue
        if found.get(one.name):
            raise Misconfigured(
                "{kind}.{name}.{option}: the secret is given twice, by itself and in a file",
                kind=kind,
                name=name,
                option=one.name,
                hint="take one of the two out",
            )
        found[one.name] = _read(kind, name, named, found.pop(named))
    return found


def _is_private(mode: int) -> bool:
    """Return whether a file of that mode can be read by its owner alone; Windows keeps no such modes."""
    return os.name != "posix" or not mode & (stat.S_IRWXG | stat.S_IRWXO)


def _read(kind: str, name: str, option: str, file: object) -> str:
    path = Path(str(file)).expanduser()
    try:
        with path.open(encoding="utf-8-sig") as opened:
            private = _is_private(os.fstat(opened.fileno()).st_mode)
            said = opened.read(_LONGEST).strip() if private else ""
    except (OSError, UnicodeDecodeError) as fault:
        raise Misconfigured(
            "{kind}.{name}.{option}: the file cannot be read",
            kind=kind,
            name=name,
            option=option,
            hint="name a file of text that this user can read",
        ) from fault
    if not private:
        raise Misconfigured(
            "{kind}.{name}.{option}: others on this computer can read the file",
            kind=kind,
            name=name,
            option=option,
            hint="chmod 600 the file",
        )
    return said
