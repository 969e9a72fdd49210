"""The form of a sheet: an office's own, its titles, headings and order kept, or ours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from dispatch.desk.importing.headings import SERIAL_HEADINGS, our_heading
from dispatch.desk.sheets.cells import Cell, bare_heading, heading
from dispatch.desk.sheets.guards import Kind
from dispatch.desk.sheets.header import find_header, rows_below, rows_beside_data
from dispatch.desk.sheets.reading import Merge, read_sheet
from dispatch.desk.sheets.writing import Page
from dispatch.i18n import Language

SERIAL: Final = "serial"
"""The field that counts the rows of one sheet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """What stands around the rows, and which field stands in which column.

    Args:
        above: Rows down to the headings, which are the last of them.
        notes: Rows directly below the headings that tell how to fill the form in.
        fields: By column, empty where the form asks for what we do not have.
        kind: How the form itself is kept.
    """

    above: Sequence[Sequence[Cell]]
    fields: Sequence[str]
    notes: Sequence[Sequence[Cell]] = ()
    merged: Sequence[Merge] = ()
    widths: Mapping[int, float]
    name: str = ""
    kind: Kind = Kind.XLSX

    def unknown(self) -> tuple[str, ...]:
        """Return the form's headings for which we have nothing."""
        last = self.above[-1]
        return tuple(str(last[column]) for column, name in enumerate(self.fields) if not name and last[column])

    def filled(self, rows: Sequence[Mapping[str, Cell]], made_at: datetime) -> Page:
        """Return the form with these rows filled in."""
        lines = [
            [number if name == SERIAL else row.get(name, "") for name in self.fields]
            for number, row in enumerate(rows, 1)
        ]
        return Page(
            rows=[*self.above, *self.notes, *lines],
            made_at=made_at,
            name=self.name,
            header_at=len(self.above) - 1,
            merged=self.merged,
            widths=self.widths,
        )


def our_form(headings: Mapping[str, tuple[str, ...]], fields: Sequence[str], language: Language, name: str) -> Form:
    """Return our own form: one row of headings over these fields."""
    return Form(
        above=[[our_heading(headings[each], language) for each in fields]],
        fields=fields,
        widths={},
        name=name,
    )


def form_in(template: Path, headings: Mapping[str, tuple[str, ...]]) -> Form:
    """Return the form that an office's own file gives; rows of data in it are not kept.

    Raises:
        NotFound: There is no such file.
        Refused: It cannot be read as a table, or has none of the headings that are known.
    """
    sheet = read_sheet(template)
    known: dict[str, str] = dict.fromkeys(map(heading, SERIAL_HEADINGS), SERIAL)
    for name, texts in headings.items():
        for text in texts:
            known.setdefault(heading(text), name)
            known.setdefault(bare_heading(text), name)
    if "code" in headings:
        known[heading("编号")] = "code"
    header = find_header(sheet, (text for texts in headings.values() for text in texts))
    beside = rows_beside_data(sheet, header)
    return Form(
        above=[*sheet.rows[: header.at], list(header.texts)],
        notes=[sheet.rows[index] for index in rows_below(header, beside)],
        fields=[known.get(heading(text)) or known.get(bare_heading(text), "") for text in header.texts],
        merged=[merge for merge in sheet.merged if merge[2] <= header.at],
        widths=sheet.widths,
        name=sheet.name,
        kind=Kind.CSV if sheet.kind is Kind.CSV else Kind.XLSX,
    )
