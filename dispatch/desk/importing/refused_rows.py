"""Give refused rows back in the form they came in, each with its reason in a last column."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from dispatch.desk.importing.headings import REASON_HEADINGS
from dispatch.desk.importing.imported_table import ImportedTable
from dispatch.desk.sheets.cells import Cell, bare_heading
from dispatch.desk.sheets.guards import Kind
from dispatch.desk.sheets.header import rows_below
from dispatch.desk.sheets.writing import Page, write_table
from dispatch.errors import DispatchError
from dispatch.i18n import Language, say_error


def path_beside(path: Path) -> Path:
    """Return a path beside a table for its refused rows, at which nothing stands yet: NAME.errors.xlsx."""
    name = path.name[:-3] if path.name.lower().endswith(".gz") else path.name
    stem, suffix = Path(name).stem, Path(name).suffix.lower()
    suffix = suffix if suffix in (".csv", ".tsv", ".txt") else ".xlsx"
    target, count = path.with_name(f"{stem}.errors{suffix}"), 1
    while _stands(target):
        count += 1
        target = path.with_name(f"{stem}.errors-{count}{suffix}")
    return target


def _stands(path: Path) -> bool:
    try:
        return path.exists() or path.is_symlink()
    except OSError:
        return False


def write_refused(table: ImportedTable, kind: Kind, language: Language) -> bytes:
    """Return the refused rows as a file in the form they came in, with the reason in a last column."""
    sheet, header = table.sheet, table.header
    column = next(
        (header.exact[key] for text in REASON_HEADINGS.values() if (key := bare_heading(text)) in header.exact),
        max(len(header.texts), *(len(row) for row in sheet.rows)),
    )
    rows = [list(row) for row in sheet.rows[: header.at + 1]]
    _set(rows[header.at], column, REASON_HEADINGS[language])
    rows += [list(sheet.rows[index]) for index in rows_below(header, table.beside)]
    for index in sorted(table.refusals):
        row = list(sheet.rows[index])
        _set(row, column, _aloud(table.refusals[index], language))
        rows.append(row)
    page = Page(
        rows=rows,
        made_at=table.now.replace(tzinfo=None),
        name=sheet.name,
        header_at=header.at,
        merged=[merge for merge in sheet.merged if merge[2] <= header.at],
        widths=sheet.widths,
    )
    return write_table(page, kind, sheet.delimiter)


def _set(row: list[Cell], column: int, text: str) -> None:
    row.extend([""] * (column + 1 - len(row)))
    row[column] = text


def _aloud(faults: Sequence[DispatchError], language: Language) -> str:
    """Say every fault and its way out in one line."""
    said = []
    for fault in faults:
        sentence, hint = say_error(fault, language)
        remark = f"（{hint}）" if language == "zh" else f" ({hint})"
        said.append(sentence + remark if hint else sentence)
    return ("；" if language == "zh" else "; ").join(said)
