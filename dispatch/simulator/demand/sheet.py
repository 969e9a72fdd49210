"""A made-up town as the text of its CSV files, the same folder that `dispatch load` reads."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

Town = Mapping[str, str]
"""File name → whole text of the file, lines ended by a line feed, without a byte order mark."""

Row = Sequence[object]

COMMUNITY_COLUMNS = ("code", "name_zh", "name_en", "zone", "phone_region")
PLACE_COLUMNS = ("code", "kind", "parent", "name", "latitude", "longitude", "floors", "lift", "steward")
SERVICE_COLUMNS = (
    *("code", "name_zh", "name_en", "skills", "licence", "urgency", "pool", "minutes", "confidential"),
    *("proximity", "adults_only", "small_kind", "origin", "words"),
)
RESPONDER_COLUMNS = (
    *("code", "kind", "name", "phone", "place", "floor", "door", "reach_metres", "capacity", "adult", "paid"),
    *("was_helped", "skills", "licences", "hours", "channel", "language"),
)
HOUSEHOLD_COLUMNS = ("code", "place", "floor", "door", "residents", "centre", "bonds")


def sheet(columns: Sequence[str], rows: Iterable[Row]) -> str:
    """Write rows as CSV text: yes and no for truths, an empty cell for None."""
    paper = io.StringIO()
    writer = csv.writer(paper, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return paper.getvalue()


def read_sheet(town: Town, file: str) -> list[dict[str, str]]:
    """Read one file of a made-up town back, a mapping for each row."""
    return list(csv.DictReader(io.StringIO(town[file])))


def degrees(millionths: int) -> str:
    """Write millionths of a degree as degrees; whole numbers are the same on every machine."""
    sign = "-" if millionths < 0 else ""
    return f"{sign}{abs(millionths) // 1_000_000}.{abs(millionths) % 1_000_000:06d}"


def write_town(folder: Path, town: Town) -> None:
    """Write a town's files into a folder, made where it is missing; other files in it stay."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in town.items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")


def _cell(value: object) -> object:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else value
