"""The parts of an XLSX file that say how large a sheet is and how wide its columns are."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final, NamedTuple
from xml.etree import ElementTree as ET

from dispatch.desk.sheets.guards import MOST_CELLS, MOST_WORKBOOK_ROWS, damaged
from dispatch.errors import Refused

MOST_COLUMNS: Final = 16_384

_FILLED_CELL = re.compile(rb"""<(?:\w+:)?c\b[^>]*?\sr\s*=\s*["']([A-Z]+)([0-9]+)["'][^>]*?[^/>]>""")
_COLUMN = re.compile(rb"<(?:\w+:)?col\b([^>]*)>")
_ATTRIBUTE = re.compile(rb"""(\w+)\s*=\s*["']([^"']*)["']""")


class Layout(NamedTuple):
    """How one sheet is laid out.

    Args:
        rows: Number of the last row that holds anything, from 1.
        columns: Number of the last such column, from 1.
        widths: Characters by column, counted from 0, where the sheet says.
    """

    rows: int
    columns: int
    widths: Mapping[int, float]


def layout_of(path: Path, sheet: str) -> Layout:
    """Return the layout of the sheet of that name.

    The reading library lays a sheet out as one full rectangle; a single forgotten
    cell at the far end would take all the memory there is. Hence this look first.

    Raises:
        Refused: The sheet reaches too far, or the file is damaged.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            xml = archive.read(_part_of(archive, sheet))
    except (
        zipfile.BadZipFile,
        OSError,
        KeyError,
        ValueError,
        ET.ParseError,
        NotImplementedError,
    ) as fault:
        raise damaged(path) from fault
    corners = _FILLED_CELL.findall(xml)
    rows = max((int(row) for _, row in corners), default=0)
    columns = max((_number_of(name) for name in {name for name, _ in corners}), default=0)
    if rows > MOST_WORKBOOK_ROWS:
        raise Refused(
            "{file} has {rows} rows, more than {most}",
            file=path.name,
            rows=rows,
            most=MOST_WORKBOOK_ROWS,
            hint="import it in parts, or save the sheet as CSV",
        )
    if columns > MOST_COLUMNS or rows * columns > MOST_CELLS:
        raise Refused(
            "the sheet {sheet} in {file} reaches to row {rows} and column {columns}, too far for a table",
            sheet=sheet,
            file=path.name,
            rows=rows,
            columns=columns,
            hint="delete what stands far outside the table",
        )
    return Layout(rows, columns, _widths(xml))


class _NoDoctype(ET.TreeBuilder):
    """Stops at a DOCTYPE, which alone could make little text into much; no spreadsheet program writes one."""

    def doctype(self, name: str, pubid: str | None, system: str | None) -> None:
        """Refuse it."""
        raise ValueError(name)


def _tree(xml: bytes) -> ET.Element:
    parser = ET.XMLParser(target=_NoDoctype())  # noqa: S314  see _NoDoctype
    parser.feed(xml)
    return parser.close()


def _part_of(archive: zipfile.ZipFile, sheet: str) -> str:
    workbook = _tree(archive.read("xl/workbook.xml"))
    reference = next(
        value
        for node in workbook.iter()
        if node.tag.endswith("}sheet") and node.get("name") == sheet
        for name, value in node.attrib.items()
        if name.endswith("}id")
    )
    for link in _tree(archive.read("xl/_rels/workbook.xml.rels")):
        if link.get("Id") == reference:
            target = link.get("Target", "")
            return target[1:] if target.startswith("/") else f"xl/{target}"
    raise KeyError(sheet)


def _widths(xml: bytes) -> dict[int, float]:
    widths: dict[int, float] = {}
    for column in _COLUMN.finditer(xml[: max(xml.find(b"sheetData"), 0)]):
        said = dict(_ATTRIBUTE.findall(column[1]))
        first, last = int(said.get(b"min", 1)), int(said.get(b"max", 0))
        if b"width" in said:
            widths.update(dict.fromkeys(range(first - 1, min(last, first + 255)), float(said[b"width"])))
    return widths


def _number_of(name: bytes) -> int:
    number = 0
    for letter in name:
        number = number * 26 + letter - 64
    return number
