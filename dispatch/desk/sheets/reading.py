"""Read one table, whole, as its file keeps it."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path

from dispatch.desk.sheets.cells import Cell, as_written, cell_text
from dispatch.desk.sheets.guards import (
    MOST_TEXT_ROWS,
    MOST_WORKBOOK_ROWS,
    Kind,
    check_archive,
    check_kind,
    damaged,
    read_text_bytes,
)
from dispatch.errors import Refused

Merge = tuple[int, int, int, int]
"""First row, first column, last row, last column of cells shown as one, counted from 0."""

_MARKS = (("utf-8-sig", b"\xef\xbb\xbf"), ("utf-16", b"\xff\xfe"), ("utf-16", b"\xfe\xff"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One table.

    Args:
        rows: From the sheet's first row on, each as long as it was written; people see the index plus 1.
        name: What the sheet is called; empty in CSV.
        not_read: The workbook's other visible sheets.
        encoding: In which CSV was read.
        merged: Cells shown as one; the first holds what they say, or each does in columns merged downwards.
        widths: In characters, by column, where the file says.
    """

    path: Path
    kind: Kind
    rows: Sequence[Sequence[Cell]]
    name: str = ""
    not_read: tuple[str, ...] = ()
    encoding: str = ""
    delimiter: str = ","
    merged: tuple[Merge, ...] = ()
    widths: Mapping[int, float] = field(default_factory=dict)


def read_sheet(
    path: Path, *, encoding: str | None = None, delimiter: str | None = None, sheet: str | None = None
) -> Sheet:
    """Return the table in a CSV, CSV.GZ, XLSX or XLS file.

    Args:
        path: Where it is.
        encoding: Of CSV; otherwise its byte order mark, strict UTF-8 and GB18030 are tried in this order.
        delimiter: Of CSV; otherwise comma, semicolon or tab, whichever makes columns of it.
        sheet: The workbook's sheet; otherwise the first that is visible.

    Raises:
        NotFound: There is no such file or sheet.
        Refused: It is not what its name says, too large, damaged, or in another encoding.
    """
    kind = check_kind(path)
    if kind is Kind.CSV:
        return _read_text(path, encoding, delimiter)
    if kind is Kind.XLSX:
        check_archive(path)
    return _read_workbook(path, kind, sheet)


def decoded(content: bytes, path: Path, encoding: str | None = None) -> tuple[str, str]:
    """Return the text of a file and the encoding that it is in.

    Raises:
        Refused: It is in none of those tried, or holds what is not text.
    """
    marked = next((name for name, mark in _MARKS if content.startswith(mark)), None)
    tried = [encoding] if encoding else [marked] if marked else ["utf-8", "gb18030"]
    for name in tried:
        try:
            text = content.decode(name)
        except UnicodeDecodeError:
            continue
        except LookupError:
            raise Refused(
                "{encoding} is not an encoding that is known here",
                encoding=name,
                hint="utf-8, gb18030 or big5",
            ) from None
        if "\0" in text:
            raise Refused(
                "{file} holds neither text nor a workbook",
                file=path.name,
                hint="save the table as .xlsx or .csv",
            )
        return text.removeprefix("\ufeff"), name
    raise Refused(
        "{file} cannot be read as {encodings}",
        file=path.name,
        encodings=tuple(tried),
        hint="say which encoding it is in: --encoding big5, or save it as .xlsx",
    )


def _read_text(path: Path, encoding: str | None, delimiter: str | None) -> Sheet:
    text, encoding = decoded(read_text_bytes(path), path, encoding)
    first, _, rest = text.partition("\n")
    if first.strip().lower().startswith("sep=") and len(first.strip()) == len("sep=;"):
        delimiter, text = delimiter or first.strip()[-1], rest
    delimiter = delimiter or _delimiter_of(text)
    rows: list[list[Cell]] = []
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for row in reader:
            rows.append([*row])
            if len(rows) > MOST_TEXT_ROWS:
                raise Refused(
                    "{file} has more than {most} rows",
                    file=path.name,
                    most=MOST_TEXT_ROWS,
                    hint="import it in parts",
                )
    except csv.Error as fault:
        raise Refused(
            "{file}, line {line}: a quotation mark is not closed, or stands inside a cell",
            file=path.name,
            line=reader.line_num,
            hint="write it twice inside a cell in quotation marks, or save the table as .xlsx",
        ) from fault
    if "'" in text:
        rows = [[as_written(str(cell)) for cell in row] for row in rows]
    if not any(any(str(cell).strip() for cell in row) for row in rows):
        raise Refused("{file} is empty", file=path.name)
    return Sheet(path=path, kind=Kind.CSV, rows=rows, encoding=encoding, delimiter=delimiter)


def _delimiter_of(text: str) -> str:
    """Choose the mark by which nine of ten of the first rows have equally many cells, and most of them."""
    head = text[:65_536].rpartition("\n")[0] or text
    best, most = "", 1
    for mark in ",\t;":
        try:
            widths = Counter(len(row) for row in csv.reader(StringIO(head, newline=""), delimiter=mark) if row)
        except csv.Error:
            continue
        if not widths:
            continue
        width, rows = widths.most_common(1)[0]
        if width > most and rows >= 0.9 * widths.total():
            best, most = mark, width
    return best or next((mark for mark in ",\t;" if mark in head), ",")


def _read_workbook(path: Path, kind: Kind, wanted: str | None) -> Sheet:
    from python_calamine import (
        CalamineError,
        CalamineWorkbook,
        PasswordError,
        SheetTypeEnum,
        SheetVisibleEnum,
    )

    from dispatch.desk.sheets.package import layout_of

    try:
        with CalamineWorkbook.from_path(str(path)) as workbook:
            tables = [each for each in workbook.sheets_metadata if each.typ == SheetTypeEnum.WorkSheet]
            visible = [each.name for each in tables if each.visible == SheetVisibleEnum.Visible]
            name = _choose(path, wanted, [each.name for each in tables], visible)
            widths = layout_of(path, name).widths if kind is Kind.XLSX else {}
            sheet = workbook.get_sheet_by_name(name)
            rows = sheet.to_python(skip_empty_area=False, nrows=MOST_WORKBOOK_ROWS + 1)
            merged = tuple((*first, *last) for first, last in sheet.merged_cell_ranges or ())
    except PasswordError as fault:
        raise Refused(
            "{file} is protected by a password", file=path.name, hint="save a copy without a password"
        ) from fault
    except CalamineError as fault:
        raise damaged(path) from fault
    except BaseException as fault:
        # A panic in the reading library arrives as a BaseException of its own.
        if type(fault).__name__ == "PanicException":
            raise damaged(path) from fault
        raise
    if len(rows) > MOST_WORKBOOK_ROWS:
        raise Refused(
            "{file} has more than {most} rows",
            file=path.name,
            most=MOST_WORKBOOK_ROWS,
            hint="import it in parts, or save the sheet as CSV",
        )
    if not any(cell_text(cell) for row in rows for cell in row):
        raise Refused("the sheet {sheet} in {file} is empty", sheet=name, file=path.name)
    return Sheet(
        path=path,
        kind=kind,
        rows=_filled_down(rows, merged),
        name=name,
        not_read=tuple(other for other in visible if other != name),
        merged=merged,
        widths=widths,
    )


def _choose(path: Path, wanted: str | None, names: Sequence[str], visible: Sequence[str]) -> str:
    if wanted is None and names:
        return (*visible, *names)[0]
    if wanted is not None and wanted in names:
        return wanted
    raise Refused(
        "{file} has no sheet {sheet}",
        file=path.name,
        sheet=wanted or "",
        names=tuple(names),
        hint="it has: {names}",
    )


def _filled_down(rows: Sequence[list[Cell]], merged: Iterable[Merge]) -> Sequence[list[Cell]]:
    """Let every row that a cell merged downwards covers say what the cell says."""
    for top, left, bottom, right in merged:
        if bottom > top and right == left and top < len(rows) and left < len(rows[top]):
            for row in rows[top + 1 : bottom + 1]:
                row[left] = rows[top][left]
    return rows
