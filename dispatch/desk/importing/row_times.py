"""When a row's request came in and when it wishes the work to begin."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache, partial
from typing import Final
from zoneinfo import ZoneInfo

from dispatch.desk.sheets.cells import Cell, cell_text
from dispatch.desk.sheets.moments import Format, When, read_when
from dispatch.errors import Refused

CACHED: Final = 20_000
"""Different days remembered with what they mean."""

_SOON: Final = timedelta(days=183)
_YEARS_BACK: Final = 8
"""A 29 February comes back within eight years."""


class TimesOf:
    """Reads the days and times of the rows of one table, each different text once.

    A day without its year (11月25日) came in on the last such day, and is wished for on the next one, counted
    from when its row came in.
    """

    def __init__(
        self,
        columns: Mapping[str, tuple[tuple[int, ...], ...]],
        formats: Sequence[Format],
        zone: ZoneInfo,
        now: datetime,
    ) -> None:
        """Prepare.

        Args:
            columns: Each field's columns, in the order in which they are looked at.
            formats: Ways of writing a moment that are tried before the usual ones.
            zone: Of the clock on the table's wall.
            now: The present moment.
        """
        self._columns, self._zone, self._now = columns, zone, now
        self._today = now.astimezone(zone).date()
        year = partial(_last_year_with, self._today)
        self._past: Callable[[Cell], When] = lru_cache(CACHED)(lambda cell: read_when(cell, formats, year))
        self._ahead: Callable[[Cell, date], When] = lru_cache(CACHED)(
            lambda cell, since: read_when(cell, formats, partial(_next_year_with, since))
        )

    def day(self, cell: Cell) -> date:
        """Return the day on which something was, by the clock on the table's wall.

        Raises:
            Refused: The cell tells none.
        """
        return self._past(cell).begins(self._zone).astimezone(self._zone).date()

    def received_at(self, row: Sequence[Cell], said: Mapping[str, str]) -> datetime | None:
        """Return when a row's request came in; none where it does not say.

        Raises:
            Refused: It cannot be read, or is still to come.
        """
        cell = self._cell("received_at", row, said)
        if cell is None:
            return None
        moment = self._past(cell).begins(self._zone)
        if moment > self._now:
            raise Refused("{text} is still to come, so nothing can have come in then", text=said["received_at"])
        return moment

    def window(self, row: Sequence[Cell], said: Mapping[str, str]) -> tuple[datetime, datetime] | None:
        """Return from when until when a row wishes the work to begin; none where it does not say.

        Raises:
            Refused: It cannot be read, or has an end alone.
        """
        first, last = self._cell("window_from", row, said), self._cell("window_to", row, said)
        since = self._came_in(row, said)
        if first is None:
            if last is None:
                return None
            self._ahead(last, since)
            raise Refused(
                "the time wished for has an end ({text}) but no beginning",
                text=said["window_to"],
                hint="fill in from when, or leave both empty",
            )
        begins = self._ahead(first, since)
        if last is not None:
            ends = self._ahead(last, begins.begins(self._zone).astimezone(self._zone).date())
        else:
            ends = When(begins.moment.replace(hour=0, minute=0, second=0), has_time=False)
        return begins.begins(self._zone), ends.ends(self._zone)

    def _came_in(self, row: Sequence[Cell], said: Mapping[str, str]) -> date:
        cell = self._cell("received_at", row, said)
        try:
            return self._today if cell is None else self.day(cell)
        except Refused:
            return self._today  # told of the column itself

    def _cell(self, name: str, row: Sequence[Cell], said: Mapping[str, str]) -> Cell | None:
        if name not in said:
            return None
        return next((row[column] for each in self._columns[name] for column in each if cell_text(row[column])), None)


def _last_year_with(today: date, month: int, day: int) -> int:
    """Return the year of the last such day that is not after *today*."""
    for year in range(today.year, today.year - _YEARS_BACK - 1, -1):
        found = _day(year, month, day)
        if found is not None and found <= today:
            return year
    raise ValueError(month, day)


def _next_year_with(since: date, month: int, day: int) -> int:
    """Return the year of the next such day, unless it was lately and will not be again for half a year."""
    this, coming = _day(since.year, month, day), _day(since.year + 1, month, day)
    if (this is None or this < since) and coming is not None and coming - since < _SOON:
        return coming.year
    return since.year


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
