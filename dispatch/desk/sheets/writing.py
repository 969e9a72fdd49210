"""Write one table as CSV or XLSX, with nothing in it that a spreadsheet program would run."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from io import BytesIO, StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Final

from dispatch.desk.sheets.cells import Cell, cell_text, harmless
from dispatch.desk.sheets.guards import Kind
from dispatch.desk.sheets.reading import Merge
from dispatch.errors import Refused

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

LONGEST_CELL: Final = 32_767
"""Characters that a workbook's cell can hold."""

LONGEST_SHOWN_AS_TEXT: Final = 255
"""Older programs show more than this as ### in a cell whose format is text."""

NARROWEST: Final = 8
WIDEST: Final = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A table about to be written.

    Args:
        rows: From the first row on; moments and days must be in the zone in which they are to be read.
        made_at: Naive; kept in a workbook as the moment of its making.
        header_at: Index of the row of headings; rows above it are titles.
        merged: Cells shown as one.
        widths: In characters, by column; the others are as wide as what they hold.
    """

    rows: Sequence[Sequence[Cell]]
    made_at: datetime
    name: str = ""
    header_at: int = 0
    merged: Sequence[Merge] = ()
    widths: Mapping[int, float] = field(default_factory=dict)


def write_csv(page: Page, delimiter: str = ",") -> bytes:
    """Return the table as RFC 4180 text in UTF-8 with its byte order mark, every formula made harmless."""
    text = StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\r\n")
    writer.writerows([harmless(cell_text(cell)) for cell in row] for row in page.rows)
    return text.getvalue().encode("utf-8-sig")


def write_xlsx(page: Page) -> bytes:
    """Return the table as a workbook: text as text, numbers and days as such, no formulas, no links.

    The same table gives the same bytes.
    """
    from xlsxwriter import Workbook
    from xlsxwriter.exceptions import XlsxWriterException

    target = BytesIO()
    workbook = Workbook(
        target,
        {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    workbook.set_properties({"created": page.made_at})
    sheet = workbook.add_worksheet(_sheet_name(page.name))
    ink = _Ink(workbook)
    for index, row in enumerate(page.rows):
        for column, cell in enumerate(row):
            _write(sheet, index, column, cell, ink, is_heading=index == page.header_at)
    for top, left, bottom, right in page.merged:
        if top < len(page.rows) and left < len(page.rows[top]) and (bottom, right) != (top, left):
            with suppress(XlsxWriterException):  # two that overlap: the first stays
                sheet.merge_range(top, left, bottom, right, "", ink.title)
                _write(sheet, top, left, page.rows[top][left], ink, is_title=True)
    for column, width in _widths(page).items():
        sheet.set_column(column, column, width)
    sheet.freeze_panes(page.header_at + 1, 0)
    workbook.close()
    return target.getvalue()


def kind_to_write(target: Path) -> Kind:
    """Return how a file of this name is written.

    Raises:
        Refused: It ends neither in .xlsx nor in .csv, .tsv or .txt.
    """
    suffix = target.suffix.lower()
    if suffix in (".csv", ".tsv", ".txt"):
        return Kind.CSV
    if suffix == ".xlsx":
        return Kind.XLSX
    raise Refused("{file} ends neither in .xlsx nor in .csv", file=target.name, hint="end its name in .xlsx or .csv")


def write_table(page: Page, kind: Kind, delimiter: str = ",") -> bytes:
    """Return the table's file; XLSX for either kind of workbook."""
    return write_csv(page, delimiter) if kind is Kind.CSV else write_xlsx(page)


class _Ink:
    """How cells look: text stays text when somebody types over it."""

    def __init__(self, workbook: Workbook) -> None:
        self.text: Format = workbook.add_format({"num_format": "@", "valign": "top", "text_wrap": True})
        self.long: Format = workbook.add_format({"valign": "top", "text_wrap": True})
        self.heading: Format = workbook.add_format({"num_format": "@", "bold": True, "bottom": 1, "valign": "top"})
        self.title: Format = workbook.add_format({"bold": True, "align": "center", "font_size": 14})
        self.day: Format = workbook.add_format({"num_format": "yyyy-mm-dd", "valign": "top"})
        self.moment: Format = workbook.add_format({"num_format": "yyyy-mm-dd hh:mm", "valign": "top"})
        self.clock: Format = workbook.add_format({"num_format": "hh:mm", "valign": "top"})
        self.number: Format = workbook.add_format({"num_format": "0", "valign": "top"})
        self.fraction: Format = workbook.add_format({"valign": "top"})


def _write(
    sheet: Worksheet,
    row: int,
    column: int,
    cell: Cell,
    ink: _Ink,
    *,
    is_heading: bool = False,
    is_title: bool = False,
) -> None:
    if isinstance(cell, bool):
        sheet.write_boolean(row, column, cell, ink.text)
    elif isinstance(cell, (int, float)):
        whole = isinstance(cell, int) or cell.is_integer()
        sheet.write_number(row, column, cell, ink.number if whole else ink.fraction)
    elif isinstance(cell, datetime):
        sheet.write_datetime(row, column, cell.replace(tzinfo=None), ink.moment)
    elif isinstance(cell, date):
        sheet.write_datetime(row, column, cell, ink.day)
    elif isinstance(cell, (time, timedelta)):
        sheet.write_datetime(row, column, cell, ink.clock)
    elif cell != "" or is_title:
        text = cell if len(cell) <= LONGEST_CELL else cell[: LONGEST_CELL - 1] + "…"
        plain = ink.text if len(text) <= LONGEST_SHOWN_AS_TEXT else ink.long
        look = ink.title if is_title else ink.heading if is_heading else plain
        sheet.write_string(row, column, text, look)


def _sheet_name(name: str) -> str:
    kept = "".join(character for character in name if character not in "[]:*?/\\").strip("' ")
    return kept[:31] or "Sheet1"


def _widths(page: Page) -> dict[int, float]:
    """Let columns be as wide as their longest line, Chinese characters counting two, within limits."""
    widths: dict[int, float] = {}
    for row in page.rows[page.header_at : page.header_at + 200]:
        for column, cell in enumerate(row):
            lines = cell_text(cell).splitlines() or [""]
            longest = max(sum(2 if ord(character) > 0x2E7F else 1 for character in line) for line in lines)
            widths[column] = max(widths.get(column, NARROWEST), min(longest + 2, WIDEST))
    return widths | {column: width for column, width in page.widths.items() if column < max(map(len, page.rows))}
