"""How the columns of somebody's table become requests, with and without a mapping file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final
from zoneinfo import ZoneInfo

from dispatch.desk.importing.headings import IMPORTED_FIELDS, REQUEST_HEADINGS
from dispatch.desk.sheets.moments import Format
from dispatch.model.community import PlaceKind
from dispatch.units import Position

MOST_METRES: Final = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Pick:
    """Which columns say a field.

    Args:
        choices: Each a row of headings, of which the first column with something in it counts.
        between: What is written between the choices' texts where there are several.
    """

    choices: tuple[tuple[str, ...], ...]
    between: str = " "


@dataclass(frozen=True, slots=True, kw_only=True)
class Only:
    """A condition on one column; rows that do not meet it are left out.

    Args:
        heading: Over the column.
        first: The first calendar day that counts, in the file's zone.
        last: The last day that counts.
        among: Texts that count, as ``compared`` gives them.
        but: Texts that do not.
    """

    heading: str
    first: date | None = None
    last: date | None = None
    among: frozenset[str] | None = None
    but: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetMapping:
    """How the columns of a table become requests.

    Args:
        zone: Whose clock the table shows; none means the community's.
        dates: Ways of writing days and times, tried before the usual ones.
        key_prefix: Written before the key column's text; none means the heading and a colon.
        ignored: Headings of columns that are known and not wanted.
        is_usual: Whether fields without a pick look for the usual headings.
        values: By field: what a cell says, as ``compared`` gives it, to what we call it.
        defaults: By field: what holds when no column says anything.
        kinds: Among which places the nearest to a position is looked for; empty means all.
        most_metres: How far from it the nearest may be.
        unknown: Positions that mean that the place was not found.
    """

    sheet: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    zone: ZoneInfo | None = None
    dates: tuple[Format, ...] = ()
    key_prefix: str | None = None
    ignored: tuple[str, ...] = ()
    is_usual: bool = True
    picks: Mapping[str, Pick] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    defaults: Mapping[str, str] = field(default_factory=dict)
    only: tuple[Only, ...] = ()
    kinds: frozenset[PlaceKind] = frozenset()
    most_metres: int = MOST_METRES
    unknown: frozenset[Position] = frozenset()

    def pick(self, name: str) -> Pick | None:
        """Return which columns say the field *name*, where any might."""
        if name in self.picks or not self.is_usual:
            return self.picks.get(name)
        if name == "key":
            return Pick(choices=(REQUEST_HEADINGS["number"],))
        if name == "note":
            return Pick(choices=(REQUEST_HEADINGS["note"], REQUEST_HEADINGS["remark"]), between="；")
        return Pick(choices=(REQUEST_HEADINGS[name],))

    def headings(self) -> set[str]:
        """Return every heading that this mapping could look for."""
        picks = (self.pick(name) for name in IMPORTED_FIELDS)
        found = {each for pick in picks if pick for choice in pick.choices for each in choice}
        return found.union((each.heading for each in self.only), self.ignored)


USUAL: Final = SheetMapping()
"""What is understood without a mapping file."""
