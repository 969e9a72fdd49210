"""One row of a table becomes one order, or says everything that speaks against it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from hashlib import sha256
from typing import Any, Final
from zoneinfo import ZoneInfo

from dispatch.desk.choices import URGENCY_WORDS
from dispatch.desk.emergencies import emergency_advice, is_emergency
from dispatch.desk.importing.headings import (
    DOOR_HEADINGS,
    IMPORTED_FIELDS,
    REASON_HEADINGS,
    SERIAL_HEADINGS,
)
from dispatch.desk.importing.mapping import Only, SheetMapping
from dispatch.desk.importing.row_places import Spot, SpotOf
from dispatch.desk.importing.row_services import ServiceOf
from dispatch.desk.importing.row_times import TimesOf
from dispatch.desk.numerals import number_of
from dispatch.desk.phones import parse_own_phone
from dispatch.desk.sheets.cells import Cell, cell_text, compared, exact_text, heading
from dispatch.desk.sheets.header import Header
from dispatch.errors import DispatchError, Refused
from dispatch.model.community import Community, Places
from dispatch.model.request import Order, Private, Source
from dispatch.model.service import Service, Urgency

CACHED: Final = 20_000
"""Different phones remembered with what they mean."""

LONGEST_KEY: Final = 200
"""Characters of a number of theirs, so that an index can hold it."""

_URGENCIES: Final[Mapping[str, Urgency]] = {**{one.value: one for one in Urgency}, **URGENCY_WORDS}
_PEOPLE = re.compile(r"(.+?)\s*(?:个人|人|名|位|people|persons?)?")
_BETWEEN_PHONES = re.compile(r"[、,;/|\\\s，；]+|或")

Reader = Callable[[Sequence[Cell], Mapping[str, str]], Any]


class RowReader:
    """Reads the rows of one table, as its mapping and the community say."""

    def __init__(
        self,
        mapping: SheetMapping,
        header: Header,
        *,
        community: Community,
        places: Places,
        services: Sequence[Service],
        now: datetime,
        area_code: str = "",
    ) -> None:
        """Prepare.

        Raises:
            Refused: The table has no column for what is needed, for where, or for a condition.
        """
        self.zone = mapping.zone or ZoneInfo(community.zone)
        self._mapping, self._header = mapping, header
        self._columns = {name: columns for name in IMPORTED_FIELDS if (columns := self._columns_of(name))}
        self._between = {name: pick.between for name in self._columns if (pick := mapping.pick(name))}
        self._only = [(each, self._column_of(each.heading)) for each in mapping.only]
        self._key_prefix = self._prefix()
        self._service_of = ServiceOf(services, mapping)
        has_place = any(name in self._columns for name in ("place", "address", "building", "latitude"))
        self._spot_of = SpotOf(places, mapping, in_note=not has_place)
        self._phone = lru_cache(CACHED)(lambda text: _phone_in(text, community.phone_region, area_code))
        self._times = TimesOf(self._columns, mapping.dates, self.zone, now)
        self._check(has_place)
        self._doors = self._unread_doors()
        self._readers: list[tuple[str, Reader]] = [
            (name, reader)
            for name, reader in (
                ("service", self._service),
                ("spot", self._spot),
                ("phone", self._phone_and_rest),
                ("urgency", self._urgency),
                ("headcount", self._headcount),
                ("window", self._times.window),
                ("received_at", self._times.received_at),
            )
            if name in ("service", "spot") or self._has(name)
        ]

    def texts(self, row: Sequence[Cell]) -> dict[str, str]:
        """Return what the row's columns say, field by field; a field that says nothing is absent."""
        said = {}
        for name, choices in self._columns.items():
            parts = []
            for columns in choices:
                for column in columns:
                    text = cell_text(row[column])
                    if text:
                        parts.append(text)
                        break
            if parts:
                said[name] = parts[0] if len(parts) == 1 else self._between[name].join(parts)
        return said

    def order(self, row: Sequence[Cell], said: Mapping[str, str], key: str) -> Order | tuple[DispatchError, ...]:
        """Return the row's order, or all that speaks against it.

        Args:
            row: The row, at least as long as the row of headings.
            said: What ``texts`` gave for it.
            key: The key that the order is to have.
        """
        faults: list[DispatchError] = []
        found: dict[str, Any] = {}
        for name, read in self._readers:
            try:
                found[name] = read(row, said)
            except DispatchError as fault:
                faults.append(fault)
        if faults:
            return (*call_first(f"{said.get('service', '')} {said.get('note', '')}"), *faults)
        spot: Spot = found["spot"]
        if self._doors and spot.floor is None:
            lost = self._door_not_read(row)
            if lost is not None:
                return (*call_first(said.get("note", "")), lost)
        phone, more = found.get("phone", ("", ""))
        note = said.get("note") or self._mapping.defaults.get("note", "")
        if spot.beside or more:
            note = "；".join(filter(None, (note, spot.beside, more)))
        return Order(
            service=found["service"],
            place=spot.place,
            person=Private(
                name=said.get("name", ""),
                phone=phone,
                exact_address=spot.exact_address,
                floor=spot.floor,
                position=spot.position,
                notes=note,
            ),
            urgency=found.get("urgency"),
            headcount=found.get("headcount", 1),
            window=found.get("window"),
            source=Source.IMPORT,
            key=key,
            household=self._known_word("household", said),
            received_at=found.get("received_at"),
        )

    def key(self, row: Sequence[Cell]) -> str | None:
        """Return the key that the table itself gives the row; none where it gives none.

        Raises:
            Refused: It is too long, or has been rounded.
        """
        for columns in self._columns.get("key", ()):
            for column in columns:
                text = exact_text(row[column])
                if len(text) > LONGEST_KEY:
                    raise Refused(
                        "a number of {length} characters is longer than {most}",
                        length=len(text),
                        most=LONGEST_KEY,
                    )
                if text:
                    return self._key_prefix + text
        return None

    def is_wanted(self, row: Sequence[Cell]) -> bool:
        """Return whether the row meets every condition of the mapping.

        Raises:
            Refused: A day that a condition looks at cannot be read.
        """
        return all(self._meets(row[column], condition) for condition, column in self._only)

    def only_on(self, day: date) -> None:
        """Want no other rows than those that came in on that day, in the table's zone.

        Raises:
            Refused: No column says when a request came in.
        """
        columns = [column for choice in self._columns.get("received_at", ()) for column in choice]
        if not columns:
            raise Refused(
                "no column says when a request came in",
                found=tuple(text for text in self._header.texts if text),
                hint="the columns are: {found}; say in a mapping file what they mean: --map MAP.toml",
            )
        condition = Only(heading=self._header.texts[columns[0]], first=day, last=day)
        self._only.append((condition, columns[0]))

    def unread(self) -> tuple[str, ...]:
        """Return the headings of the columns that say nothing here and are not known to."""
        quiet = {*SERIAL_HEADINGS, *REASON_HEADINGS.values(), *self._mapping.ignored}
        known = {heading(each) for each in quiet}
        used = {column for choices in self._columns.values() for columns in choices for column in columns}
        used.update(column for _, column in self._only)
        return tuple(
            text
            for column, text in enumerate(self._header.texts)
            if text and column not in used and heading(text) not in known
        )

    def _unread_doors(self) -> tuple[int, ...]:
        unread = {text for text in self.unread() if any(part in heading(text) for part in DOOR_HEADINGS)}
        return tuple(column for column, text in enumerate(self._header.texts) if text in unread)

    def _door_not_read(self, row: Sequence[Cell]) -> Refused | None:
        """Return a fault where a cell seems to say a door that the address does not say."""
        for column in self._doors:
            text = cell_text(row[column])
            if text:
                return Refused(
                    "{heading} says {text}, and that column is not read: the door would be lost",
                    heading=self._header.texts[column],
                    text=text[:40],
                    hint="write it into the address, or say in a mapping file what the column means: --map MAP.toml",
                )
        return None

    def _columns_of(self, name: str) -> tuple[tuple[int, ...], ...]:
        pick = self._mapping.pick(name)
        if pick is None:
            return ()
        choices = (
            tuple(dict.fromkeys(column for each in choice if (column := self._header.column(each)) is not None))
            for choice in pick.choices
        )
        found = tuple(columns for columns in choices if columns)
        if name in self._mapping.picks and not found:
            raise self._no_column(pick.choices[0][0])
        return found

    def _column_of(self, wanted: str) -> int:
        column = self._header.column(wanted)
        if column is None:
            raise self._no_column(wanted)
        return column

    def _no_column(self, wanted: str) -> Refused:
        return Refused(
            "no column is headed {heading}",
            heading=wanted,
            found=tuple(text for text in self._header.texts if text),
            hint="the columns are: {found}",
        )

    def _check(self, has_place: bool) -> None:
        defaults = self._mapping.defaults
        says_what = any(name in self._columns for name in ("service", "note")) or "service" in defaults
        says_where = has_place or "note" in self._columns or "place" in defaults
        if says_what and says_where:
            return
        found = tuple(text for text in self._header.texts if text)
        if says_what:
            raise Refused(
                "no column says where help is needed",
                found=found,
                hint="the columns are: {found}; say in a mapping file what they mean: --map MAP.toml",
            )
        raise Refused(
            "no column says what is needed",
            found=found,
            hint="the columns are: {found}; say in a mapping file what they mean: --map MAP.toml",
        )

    def _has(self, name: str) -> bool:
        names = ("window_from", "window_to") if name == "window" else (name,)
        return any(each in self._columns or each in self._mapping.defaults for each in names)

    def _prefix(self) -> str:
        if self._mapping.key_prefix is not None:
            return self._mapping.key_prefix
        columns = [column for choice in self._columns.get("key", ()) for column in choice]
        return f"{heading(self._header.texts[columns[0]])}:" if columns else ""

    def _service(self, row: Sequence[Cell], said: Mapping[str, str]) -> str:
        cells = [cell_text(row[column]) for choice in self._columns.get("service", ()) for column in choice]
        return self._service_of(cells, said.get("note", ""))

    def _spot(self, _row: Sequence[Cell], said: Mapping[str, str]) -> Spot:
        return self._spot_of(said, said.get("note", ""))

    def _phone_and_rest(self, row: Sequence[Cell], said: Mapping[str, str]) -> tuple[str, str]:
        text = said.get("phone", "")
        if not text:
            return "", ""
        found: tuple[str, str] = self._phone(text)
        return found

    def _urgency(self, _row: Sequence[Cell], said: Mapping[str, str]) -> Urgency | None:
        text = self._known_word("urgency", said)
        if not text:
            return None
        urgency = _URGENCIES.get(compared(text))
        if urgency is None:
            raise Refused(
                "{text} is not a degree of urgency",
                text=text,
                hint="write 紧急, 一般 or 不急, or urgent, normal or low",
            )
        return urgency

    def _headcount(self, _row: Sequence[Cell], said: Mapping[str, str]) -> int:
        text = self._known_word("headcount", said)
        if not text:
            return 1
        found = _PEOPLE.fullmatch(compared(text))
        number = number_of(found[1]) if found else None
        if number is None:
            raise Refused("{text} is not a number of people", text=text, hint="write a whole number such as 2")
        return number

    def _known_word(self, name: str, said: Mapping[str, str]) -> str | None:
        """Return what a cell means by the mapping's table, else the cell itself, else the default."""
        text, table = said.get(name, ""), self._mapping.values.get(name)
        default = self._mapping.defaults.get(name)
        if table is None:
            return text or default
        return table.get(compared(text)) or default or text or None

    def _meets(self, cell: Cell, condition: Only) -> bool:
        if condition.among is not None or condition.but:
            text = compared(cell_text(cell))
            if text in condition.but or (condition.among is not None and text not in condition.among):
                return False
        if condition.first is None and condition.last is None:
            return True
        if not cell_text(cell):
            return False
        day = self._times.day(cell)
        after = condition.first is None or day >= condition.first
        return after and (condition.last is None or day <= condition.last)


def content_of(said: Mapping[str, str], sheet: str) -> str:
    """Return the SHA-256, in hex, of what a row says, wherever in its sheet it stands."""
    lines = (f"{name}={said[name]}" for name in IMPORTED_FIELDS if name in said)
    return sha256("\x1f".join((sheet, *lines)).encode("utf-8", "surrogatepass")).hexdigest()


def call_first(text: str) -> tuple[DispatchError, ...]:
    """Return whom to call where a row that is not taken speaks of danger: nobody else will read it in time."""
    if not is_emergency(text):
        return ()
    return (Refused("this row is an emergency and is not taken; {advice}", advice=emergency_advice(text)),)


def _phone_in(text: str, region: str, area_code: str) -> tuple[str, str]:
    """Return the first phone in a cell, and the whole cell where it holds more."""
    try:
        return parse_own_phone(exact_text(text), region, area_code), ""
    except Refused:
        pieces = [piece for piece in _BETWEEN_PHONES.split(text) if piece]
        if len(pieces) < 2 or sum(map(str.isdigit, pieces[0])) < 7:
            raise
        return parse_own_phone(pieces[0], region, area_code), text
