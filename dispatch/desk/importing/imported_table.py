"""A table on its way in: its rows, their keys, and what has become of each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Final

from dispatch.desk.importing.headings import REQUEST_HEADINGS, our_heading
from dispatch.desk.importing.mapping import SheetMapping
from dispatch.desk.importing.rows import RowReader, call_first, content_of
from dispatch.desk.intake import Taken
from dispatch.desk.sheets.cells import Cell, cell_text, exact_text
from dispatch.desk.sheets.header import Header, find_header, rows_beside_data
from dispatch.desk.sheets.reading import Sheet, read_sheet
from dispatch.errors import Conflict, DispatchError
from dispatch.i18n import LANGUAGES, say
from dispatch.model.lifecycle import OPEN, STATE_SENTENCES, RequestState
from dispatch.model.request import Order
from dispatch.store import community as towns
from dispatch.store import requests
from dispatch.store.engine import Database, Transaction

_BY_CONTENT: Final = "row:"
_OLD: Final = timedelta(days=30)
_OUR_COLUMNS: Final = ("number", "source", "received_at", "state", "offered_at", "accepted_at", "done_at", "rating")
_OFTEN_FILLED_BEFORE: Final = frozenset({"key", "received_at", "urgency", "headcount", "window_from", "window_to"})
"""Fields that say nothing alone: offices number and date the rows of a sheet before they fill them in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedRow:
    """One row that was not taken, and all that speaks against it; ``row`` counts from 1, as on screen."""

    row: int
    faults: tuple[DispatchError, ...]

    @property
    def is_emergency(self) -> bool:
        """Whether it speaks of danger, so that it must be read before all others."""
        return any("advice" in fault.params for fault in self.faults)


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What became of a table.

    Args:
        accepted: Rows that are requests now; on a dry run, that would be.
        refused: Rows that are not, each with its reason in ``refusals``.
        already: Rows that an earlier import had taken, and that nobody took back by undo since.
        cancelled: Numbers of those among them that were cancelled since.
        left_out: Rows that the mapping's conditions or the day leave out, or that our own export says are closed.
        old: Of the accepted rows those that came in more than 30 days ago.
        numbers: The new requests' numbers; empty on a dry run.
        repeats: By new number, open requests that look like the same need at the same door.
        emergencies: New numbers that need a person at once.
        beside: Rows read as notes, as headings once more, or merged from side to side.
        unread: Headings of columns that were not used.
        not_read: Other sheets of the workbook.
        encoding: In which a CSV file was read.
        errors: Where the refused rows were written, if any were.
        trouble: Why they could not be written after the good ones had been taken.
    """

    accepted: int
    refused: int
    already: int
    cancelled: tuple[int, ...]
    left_out: int
    old: int
    numbers: tuple[int, ...]
    repeats: dict[int, tuple[int, ...]]
    emergencies: tuple[int, ...]
    refusals: tuple[RefusedRow, ...]
    beside: tuple[int, ...]
    unread: tuple[str, ...]
    sheet: str
    not_read: tuple[str, ...]
    encoding: str
    errors: Path | None
    trouble: DispatchError | None


class _OwnExport:
    """What of a table is our own export come back: requests that are in already, or were closed elsewhere."""

    def __init__(self, tx: Transaction, header: Header) -> None:
        columns: list[dict[str, int]] = []
        for language in LANGUAGES:
            at = {name: our_heading(REQUEST_HEADINGS[name], language) for name in _OUR_COLUMNS}
            columns.append({name: header.texts.index(text) for name, text in at.items() if text in header.texts})
        self._columns = next((found for found in columns if len(found) == len(_OUR_COLUMNS)), None)
        self._closed: set[str] = set()
        self._known: set[tuple[str, datetime]] = set()
        if self._columns is not None:
            closed = [sentence for state, sentence in STATE_SENTENCES.items() if state not in OPEN]
            self._closed = {say(sentence, each) for sentence in closed for each in LANGUAGES}
            self._known = {
                (str(one.number), one.received_at.replace(second=0, microsecond=0))
                for one in requests.find(tx.connection, tx.community)
                if not one.was_taken_back
            }

    def settles(self, row: Sequence[Cell], order: Order) -> str | None:
        """Return "known" or "closed" where a row is not to become a request again."""
        if self._columns is None:
            return None
        received = order.received_at
        number = exact_text(row[self._columns["number"]])
        if received is not None and (number, received.replace(second=0, microsecond=0)) in self._known:
            return "known"
        return "closed" if cell_text(row[self._columns["state"]]) in self._closed else None

    def number(self, row: Sequence[Cell]) -> tuple[int, ...]:
        """Return the number in a row of ours."""
        text = exact_text(row[self._columns["number"]]) if self._columns is not None else ""
        return (int(text),) if text.isdecimal() else ()


class ImportedTable:
    """The table as read, and what has become of its rows so far."""

    def __init__(
        self,
        database: Database,
        path: Path,
        mapping: SheetMapping,
        on_day: date | None,
        encoding: str | None,
        *,
        area_code: str = "",
    ) -> None:
        self.sheet: Sheet = read_sheet(
            path, encoding=encoding or mapping.encoding, delimiter=mapping.delimiter, sheet=mapping.sheet
        )
        self.header: Header = find_header(self.sheet, mapping.headings())
        self.reader, self.now = database.read(lambda tx: self._reader(tx, mapping, area_code))
        self.own = database.read(lambda tx: _OwnExport(tx, self.header))
        if on_day is not None:
            self.reader.only_on(on_day)
        self.beside = rows_beside_data(self.sheet, self.header)
        self.left_out = 0
        self.waiting: list[tuple[int, Order]] = []
        self.refusals: dict[int, tuple[DispatchError, ...]] = {}
        self.taken: list[Taken] = []
        self.already = 0
        self.known: set[int] = set()
        self.cancelled: tuple[int, ...] = ()
        self.old = 0
        self._read_rows()

    def _reader(self, tx: Transaction, mapping: SheetMapping, area_code: str) -> tuple[RowReader, datetime]:
        reader = RowReader(
            mapping,
            self.header,
            community=towns.community_of(tx.connection, tx.community),
            places=towns.places_of(tx.connection, tx.community),
            services=towns.services_of(tx.connection, tx.community, active_only=True),
            now=tx.now,
            area_code=area_code,
        )
        return reader, tx.now

    def rows(self) -> Iterator[tuple[int, Sequence[Cell]]]:
        """Yield the data rows with their index, each at least as long as the row of headings."""
        width = len(self.header.texts)
        for index in range(self.header.at + 1, len(self.sheet.rows)):
            if index not in self.beside:
                row = self.sheet.rows[index]
                yield index, row if len(row) >= width else [*row, *[""] * (width - len(row))]

    def _read_rows(self) -> None:
        seen: Counter[str] = Counter()
        first_with: dict[str, tuple[str, int]] = {}
        blank = set()
        for index, row in self.rows():
            said = self.reader.texts(row)
            if said.keys() <= _OFTEN_FILLED_BEFORE:
                blank.update([index] if said else [])
                continue
            content = content_of(said, self.sheet.name)
            try:
                if not self.reader.is_wanted(row):
                    self.left_out += 1
                    continue
                key = self.reader.key(row)
            except DispatchError as fault:
                self.refusals[index] = (fault,)
                continue
            if key is None:
                seen[content] += 1
                key = f"{_BY_CONTENT}{content}:{seen[content]}"
            elif key in first_with:
                self._said_again(index, key, content, *first_with[key])
                continue
            first_with[key] = content, index
            order = self.reader.order(row, said, key)
            settled = self.own.settles(row, order) if isinstance(order, Order) else None
            if settled is not None:
                self.already += settled == "known"
                self.known.update(self.own.number(row) if settled == "known" else ())
                self.left_out += settled == "closed"
            elif isinstance(order, Order):
                self.waiting.append((index, order))
            else:
                self.refusals[index] = order
        self.beside |= blank

    def _said_again(self, index: int, key: str, content: str, theirs: str, first: int) -> None:
        """Settle a row whose number stands higher up in the table."""
        if content != theirs:
            fault = Conflict(
                "the number {key} stands twice in this table, with other content",
                key=key,
                hint="keep the row that is right, or give the other one a number of its own",
            )
            self.refusals[index] = (fault,)
        elif first in self.refusals:
            self.refusals[index] = self.refusals[first]
        else:
            self.already += 1

    def settle(self, index: int, order: Order, result: Taken | DispatchError) -> None:
        """Note what became of a row."""
        if isinstance(result, Taken):
            if result.is_new:
                self.taken.append(result)
                self.old += order.received_at is not None and self.now - order.received_at > _OLD
            else:
                self.already += 1
                self.known.add(result.number)
        elif isinstance(result, Conflict) and (order.key or "").startswith(_BY_CONTENT):
            # The row says what it said before; only what we make of it has changed.
            self.already += 1
            self.known.add(int(str(result.params["number"])))
        else:
            self.refusals[index] = (*call_first(order.person.notes), result)

    def note_cancelled(self, tx: Transaction) -> None:
        """Note which of the requests that were in already nobody is sought for any more."""
        found = requests.find(tx.connection, tx.community, states=[RequestState.CANCELLED]) if self.known else []
        self.cancelled = tuple(one.number for one in found if one.number in self.known)

    def imported(self, errors: Path | None, trouble: DispatchError | None, *, is_dry: bool) -> Imported:
        """Return what became of the whole table.

        Args:
            errors: Where the refused rows were written.
            trouble: Why they were not.
            is_dry: Whether nothing was kept, so that no number was given out.
        """
        taken = () if is_dry else self.taken
        return Imported(
            accepted=len(self.taken),
            refused=len(self.refusals),
            already=self.already,
            cancelled=self.cancelled,
            left_out=self.left_out,
            old=self.old,
            numbers=tuple(one.number for one in taken),
            repeats={one.number: one.repeats for one in taken if one.repeats},
            emergencies=tuple(one.number for one in taken if one.state is RequestState.NEEDS_PERSON),
            refusals=tuple(RefusedRow(row=index + 1, faults=self.refusals[index]) for index in sorted(self.refusals)),
            beside=tuple(index + 1 for index in sorted(self.beside)),
            unread=self.reader.unread(),
            sheet=self.sheet.name,
            not_read=self.sheet.not_read,
            encoding=self.sheet.encoding,
            errors=errors,
            trouble=trouble,
        )
