"""The promise every source of requests makes: another system brings what residents have asked for there."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol, TypeAlias

from dispatch.i18n import BothNames, Sentence
from dispatch.plugins.channel import Options

BROUGHT_FIELDS: Final = (
    *("service", "place", "address", "building", "inside", "unit", "room", "latitude", "longitude", "name", "phone"),
    *("note", "urgency", "headcount", "window_from", "window_to", "received_at", "household"),
)
"""What an order may say: the fields of a sheet that is imported, read in the same way."""

LONGEST_KEY: Final = 200
"""Characters of an order's key at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """One order as another system has it. Private.

    Args:
        key: What the other system calls it: the same for every copy, and no other's; 1 to 200 characters.
        fields: What it says, by the names in ``BROUGHT_FIELDS``, as an office would write it into a sheet:
            ``{"note": "下水道堵了", "address": "8号楼2单元301"}``. Moments as ``2026-11-23T09:00+08:00``, or
            without an offset on the community's clock. A ``note`` alone is read as a line that is typed at the desk.
            What is empty or none counts as not said.
        fault: What is wrong with it, where it cannot be read at all: then it is refused with these words.
    """

    key: str
    fields: Mapping[str, str | int | float | None]
    fault: Sentence | BothNames | str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """What became of one order.

    Args:
        key: As it was brought.
        number: The request's number; none where it was refused.
        why: What speaks against it, in the desk's language; it may repeat what the order says. Empty where it was
            taken.
    """

    key: str
    number: int | None
    why: str = ""


class RequestSource(Protocol):
    """Another system in which residents ask for help.

    Called by one thread at a time. An order that was brought and not settled, as after a crash, is brought again.
    """

    @property
    def is_real(self) -> bool:
        """Whether real people ask there: then it is not asked on a rehearsal. A class attribute will do."""

    def collect(self) -> Sequence[Brought]:
        """Return orders that are not settled yet, the oldest first, and the same again until they are.

        A hundred at a time are taken. What cannot be reached now raises ``OSError`` or any other
        exception; it is asked again at the next look.
        """

    def settled(self, outcomes: Sequence[Settled]) -> None:
        """Let go of orders: each is a request now, or refused, and that is on the disk.

        May be told of the same order again. A refused one that is put right may come back under its key.
        """


OpenSource: TypeAlias = Callable[[Options], RequestSource]
"""Opens a source with the options of its section ``[sources.NAME]``; asks nobody anything yet.

Where what is offered has an attribute ``fields`` (a tuple of ``Field``), as a class may have, its options are checked
by them before it is opened, and it gets the defaults of those that are not given.
"""
