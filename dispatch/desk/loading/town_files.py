"""A community's folder of CSV files, read and checked as a whole: every fault is told, with file and line."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import dropwhile
from pathlib import Path
from typing import Final, NamedTuple

from dispatch.desk.loading.town_cells import Cells, Fault
from dispatch.desk.loading.town_rows import (
    Known,
    community_of,
    household_of,
    pair_of,
    place_of,
    responder_of,
    service_of,
)
from dispatch.desk.sheets.guards import check_kind, read_text_bytes
from dispatch.desk.sheets.reading import decoded
from dispatch.errors import NotFound, Refused
from dispatch.i18n import Sentence, sentence
from dispatch.model.community import Community, Household, Place, PlaceKind, Places
from dispatch.model.request import Private
from dispatch.model.responder import Responder
from dispatch.model.service import Service

SHOWN_FAULTS: Final = 10
_ABOVE_THE_DOOR: Final = (PlaceKind.BUILDING, PlaceKind.UNIT)


class Columns(NamedTuple):
    """The columns of a file, in the order in which we write them."""

    needed: tuple[str, ...]
    others: tuple[str, ...] = ()


FILES: Final[Mapping[str, Columns]] = {
    "community.csv": Columns(("code", "name_zh", "name_en"), ("zone", "phone_region")),
    "places.csv": Columns(
        ("code", "kind", "parent", "name"), ("latitude", "longitude", "floors", "lift", "steward")
    ),
    "services.csv": Columns(
        ("code", "name_zh", "name_en"),
        (
            *("skills", "licence", "urgency", "pool", "minutes", "confidential", "proximity"),
            *("adults_only", "small_kind", "origin", "words"),
        ),
    ),
    "responders.csv": Columns(
        ("code", "kind", "name", "phone", "place"),
        (
            *("floor", "door", "latitude", "longitude", "reach_metres", "capacity", "adult", "paid"),
            *("was_helped", "skills", "licences", "hours", "channel", "language"),
            *("monthly_cap", "no_stairs", "quiet"),
        ),
    ),
    "households.csv": Columns(("code", "place", "door", "residents"), ("floor", "centre", "bonds")),
    "blocks.csv": Columns(("responder", "household")),
    "apart.csv": Columns(("responder", "other")),
}
"""The files of a community; the last three may be left out."""

_MAY_BE_MISSING: Final = frozenset({"households.csv", "blocks.csv", "apart.csv"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Town:
    """A community as its files say it, whole and without a fault.

    Ids are not given out yet: in their place stand codes, and a household's code
    among a responder's bonds.

    Args:
        doors: What is private of each responder, by code: name, phone, door, position.
        household_doors: What is private of each household, by code: its door.
        blocks: Codes of a responder and a household to which they never go.
        apart: Codes of two responders who are never sent together.
    """

    community: Community
    places: Places
    services: tuple[Service, ...]
    responders: tuple[Responder, ...]
    households: tuple[Household, ...]
    doors: Mapping[str, Private] = field(repr=False)
    household_doors: Mapping[str, Private] = field(repr=False)
    blocks: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    apart: tuple[tuple[str, str], ...] = field(default=(), repr=False)


def read_folder(folder: Path, *, area_code: str = "") -> Town:
    """Read a community from its folder: UTF-8 or GB18030, with a byte order mark or without.

    Args:
        folder: Where its files are.
        area_code: Of land lines written without one; empty means that these are faults.

    Raises:
        NotFound: There is no such folder.
        Refused: Something in it is wrong; the hint names the first ten faults with file and line,
            ``params["all"]`` holds every one as a sentence.
    """
    if not folder.is_dir():
        raise NotFound(
            "there is no folder {folder}",
            folder=str(folder),
            hint="a community is a folder of CSV files; the made-up one of a checkout is fixtures/jinsong"
        )
    texts: dict[str, str] = {}
    faults: list[Fault] = []
    for name in FILES:
        path = folder / name
        if not path.exists():
            continue
        try:
            check_kind(path)
            texts[name], _ = decoded(read_text_bytes(path), path)
        except Refused as fault:
            faults.append(Fault(name, 0, Sentence(fault.message, fault.params)))
    return _Reading(texts, faults, area_code).town(str(folder))


def read_town(texts: Mapping[str, str], called: str) -> Town:
    """Read a community from the texts of its files, by file name.

    Args:
        texts: Such as the generator of made-up towns gives.
        called: What an error calls the whole.

    Raises:
        Refused: As ``read_folder``.
    """
    return _Reading(texts, [], "").town(called)


def door_address(places: Places, place: Place, door: str) -> str:
    """Put a door's whole address as people say it: "8号楼2单元301", "Elm House, Stair 2, 301".

    A unit that is named with its building ("8号楼2单元") is not preceded by it again.

    Args:
        places: The tree.
        place: Where the door is: a unit, a building or larger.
        door: As written on it; may be empty.
    """
    parts = [door]
    for one in places.up_from(place.id):
        if one.kind in _ABOVE_THE_DOOR and not parts[0].startswith(one.name):
            parts.insert(0, one.name)
    address = ""
    for part in filter(None, parts):
        address += (", " if address and address[-1].isascii() else "") + part
    return address


class _Reading:
    """One reading of all files; faults gather until the end."""

    def __init__(self, texts: Mapping[str, str], faults: list[Fault], area_code: str) -> None:
        self.faults = faults
        self.area_code = area_code
        unreadable = {fault.file for fault in faults}
        self.rows: dict[str, list[Cells]] = {}
        for name in FILES:
            if name in texts:
                self.rows[name] = list(self._rows(name, texts[name]))
            elif name not in unreadable and name not in _MAY_BE_MISSING:
                self._tell(name, sentence("the file is missing"))

    def town(self, called: str) -> Town:
        """Read every row, then give the town or refuse with all that was found."""
        known = Known(self._by_code("places.csv"), self._by_code("responders.csv"))
        self._by_code("services.csv")
        doors = self._by_code("households.csv") if "households.csv" in self.rows else {}
        community = self._community()
        tree = Places(place_of(row, community.code, known) for row in self.rows.get("places.csv", ()))
        if sum(place.kind is PlaceKind.COMMUNITY for place in tree) != 1 and "places.csv" in self.rows:
            self._tell("places.csv", sentence("there is not exactly one place of kind community"))
        services = tuple(service_of(row, community.code) for row in self.rows.get("services.csv", ()))
        is_tree_whole = not self.faults

        def address(place: str, door: str) -> str:
            here = tree.with_code(place) if is_tree_whole else None
            return door_address(tree, here, door) if here else ""

        people = [
            responder_of(row, community, known, address, self.area_code)
            for row in self.rows.get("responders.csv", ())
        ]
        homes = [
            household_of(row, community.code, known, address) for row in self.rows.get("households.csv", ())
        ]
        blocks = tuple(pair_of(row, "household", known.responders, doors) for row in self.rows.get("blocks.csv", ()))
        apart = tuple(
            pair_of(row, "other", known.responders, known.responders) for row in self.rows.get("apart.csv", ())
        )
        if self.faults:
            raise _refusal(self.faults, called)
        return Town(
            community=community,
            places=tree,
            services=services,
            responders=tuple(one for one, _ in people),
            households=tuple(one for one, _ in homes),
            doors={one.code: door for one, door in people},
            household_doors={one.code: door for one, door in homes},
            blocks=blocks,
            apart=apart,
        )

    def _tell(self, file: str, what: Sentence, line: int = 0) -> None:
        self.faults.append(Fault(file, line, what))

    def _community(self) -> Community:
        rows = self.rows.get("community.csv", [])
        if len(rows) > 1:
            rows[1].wrong(sentence("one community has one row"))
        if not rows:
            if "community.csv" in self.rows:
                self._tell("community.csv", sentence("there is no row below the heading"))
            return Community(code="", name_zh="", name_en="")
        return community_of(rows[0])

    def _by_code(self, file: str) -> dict[str, Cells] | None:
        if file not in self.rows:
            return None
        found: dict[str, Cells] = {}
        for row in self.rows[file]:
            first = found.setdefault(row.said("code"), row)
            if first is not row and row.said("code"):
                row.wrong(
                    sentence("{code} stands already on line {line}", code=row.said("code"), line=first.line)
                )
        return found

    def _rows(self, name: str, text: str) -> Iterator[Cells]:
        reader = csv.reader(io.StringIO(text, newline=""), strict=True)
        try:
            heading = [cell.strip().lower() for cell in next(dropwhile(lambda row: not any(row), reader), [])]
            if not self._check_heading(name, heading):
                return
            begins = reader.line_num + 1
            for cells in reader:
                line, begins = begins, reader.line_num + 1
                said = [cell.strip() for cell in cells]
                if not any(said):
                    continue
                if len(said) > len(heading):
                    what = sentence(
                        "this row has {count} cells, the heading {columns}",
                        count=len(said),
                        columns=len(heading),
                    )
                    self._tell(name, what, line)
                    continue
                yield Cells(name, line, dict(zip(heading, said, strict=False)), self.faults)
        except csv.Error:
            self._tell(name, sentence("the quotation marks do not close"), reader.line_num)

    def _check_heading(self, name: str, heading: list[str]) -> bool:
        columns = FILES[name]
        before = len(self.faults)
        if not any(heading):
            self._tell(name, sentence("the file is empty"))
            return False
        for at, column in enumerate(heading):
            if column in heading[:at]:
                self._tell(name, sentence("column {column} stands twice", column=column), 1)
            elif column not in columns.needed + columns.others:
                what = sentence(
                    "there is no column {column}; known are {columns}",
                    column=column or "''",
                    columns=columns.needed + columns.others,
                )
                self._tell(name, what, 1)
        for column in columns.needed:
            if column not in heading:
                self._tell(name, sentence("column {column} is missing", column=column), 1)
        return len(self.faults) == before


def _refusal(faults: list[Fault], called: str) -> Refused:
    files = list(FILES)
    told = [fault.sentence() for fault in sorted(faults, key=lambda one: (files.index(one.file), one.line))]
    if len(told) == 1:
        return Refused(
            "{folder} was not loaded", hint="{first}", folder=called, first=told[0], all=tuple(told)
        )
    more = len(told) - SHOWN_FAULTS
    if more <= 0:
        return Refused(
            "{folder} was not loaded: {count} faults",
            hint="{first}",
            folder=called,
            count=len(told),
            first=tuple(told),
            all=tuple(told),
        )
    return Refused(
        "{folder} was not loaded: {count} faults",
        hint="{first}; and {more} more",
        folder=called,
        count=len(told),
        first=tuple(told[:SHOWN_FAULTS]),
        more=more,
        all=tuple(told),
    )
