"""Other forms in which the office takes requests and responders away: what a plugin offers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

Row: TypeAlias = Mapping[str, str | int | None]
"""One request or responder: what stands under each field. Moments are text, such as ``2026-11-23T09:00:00``."""

OUR_FORMATS = ("xlsx", "csv")
"""The forms that need no plugin."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exporter:
    """A form of file.

    Args:
        write: Given "requests" or "responders" and the rows, gives the whole file. The rows hold names, phones
            and doors: they belong into the file and nowhere else.
        ending: What the file's name ends in: ".jsonl".
    """

    write: Callable[[str, Sequence[Row]], bytes]
    ending: str
