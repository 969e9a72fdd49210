"""Read the results that somebody filled into the table of a phone sheet."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from dispatch.desk.phone_list.phone_sheets import read_sheet_answers
from dispatch.desk.phone_list.sheet_words import NOTICE_BOXES, OFFER_BOXES, OVER
from dispatch.desk.sheets.cells import Cell, cell_text, compared, heading
from dispatch.desk.sheets.reading import read_sheet
from dispatch.errors import Refused
from dispatch.i18n import LANGUAGES, Sentence, say, sentence

_LABELS: Final[Mapping[str, str]] = {
    compared(say(label, language)): letter for letter, label in (*OFFER_BOXES, *NOTICE_BOXES) for language in LANGUAGES
}
_NO_RESULT: Final = frozenset({"", *(compared(say(OVER, language)) for language in LANGUAGES)})
_ROW: Final = Sentence("row")
_RESULT: Final = Sentence("result")
_REQUEST: Final = Sentence("request")
_CODE: Final = Sentence("code")
_LONGEST: Final = 20
_HEAD_WITHIN: Final = 10
"""Rows from the top within which the headings stand: a title may have been put above them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FilledIn:
    """What a table says came of the calls.

    Args:
        answers: Row and letter, as ``read_sheet_answers`` gives them.
        requests: Which request each row is about, as far as the table says.
        codes: Which code the offer on each row has, as far as the table says; 0 where it is none.
        sheet_no: Of which sheet it is, where a workbook says so.
    """

    answers: tuple[tuple[int, str], ...]
    requests: Mapping[int, int]
    codes: Mapping[int, int]
    sheet_no: int | None = None


def read_filled_in(path: Path) -> FilledIn:
    """Return the results in the file of a phone sheet, CSV or XLSX; rows without one are left out.

    Raises:
        NotFound: There is no such file.
        Refused: It is no table of a phone sheet, no row has a result, or a result is none that is known;
            names every such row.
    """
    table = read_sheet(path)
    rows = table.rows
    at, columns = _columns(path, rows)
    answers: dict[int, str] = {}
    requests: dict[int, int] = {}
    codes: dict[int, int] = {}
    unclear: list[Sentence] = []
    for cells in rows[at + 1 :]:
        written = _cell(cells, columns["result"])
        if compared(written) in _NO_RESULT:
            continue
        row_no, about = _number(_cell(cells, columns["row"])), _number(_cell(cells, columns.get("request")))
        letter = _letter(row_no, written)
        if letter is None or answers.setdefault(row_no, letter) != letter:
            shown = _cell(cells, columns["row"])[:_LONGEST] or "?"
            unclear.append(sentence("row {row}: {text}", row=shown, text=written[:_LONGEST]))
        if about:
            requests[row_no] = about
        if "code" in columns:
            codes[row_no] = _number(_cell(cells, columns["code"]))
    if unclear:
        raise Refused(
            "these results in {file} are none: {rows}; nothing of the file was recorded",
            file=path.name,
            rows=tuple(unclear),
            hint="write a (yes or told), d (no), n (nobody picked up) or x (wrong number) beside each row, or the"
            " Chinese words for these",
        )
    if not answers:
        raise Refused(
            "no row of {file} has a result yet",
            file=path.name,
            hint="write a, d, n or x into the column of results, save the file and try again",
        )
    return FilledIn(
        answers=tuple(answers.items()), requests=requests, codes=codes, sheet_no=_sheet_no(table.name)
    )


def _sheet_no(name: str) -> int | None:
    """Return the number in a title such as "Phone list no. 3"; none where it is another."""
    for language in LANGUAGES:
        title = say(sentence("Phone list no. {sheet}", sheet="#"), language)
        found = re.fullmatch(re.escape(title).replace(r"\#", "([0-9]{1,9})"), name.strip())
        if found:
            return int(found[1])
    return None


def _columns(path: Path, rows: Sequence[Sequence[Cell]]) -> tuple[int, dict[str, int]]:
    """Find the row of headings, and in which columns are the rows' numbers, the results and the requests."""
    for at, cells in enumerate(rows[:_HEAD_WITHIN]):
        heads = [heading(cell_text(cell)) for cell in cells]
        found = {
            name: index
            for name, head in (("row", _ROW), ("result", _RESULT), ("request", _REQUEST), ("code", _CODE))
            for index in _where(heads, head)
        }
        if {"row", "result"} <= set(found):
            return at, found
    raise Refused(
        "{file} has no columns for the row and the result, as a phone list has",
        file=path.name,
        hint="write such a file with: dispatch phones --sheet SHEET --output calls.xlsx",
    )


def _where(heads: Sequence[str], head: Sentence) -> Iterable[int]:
    known = {heading(say(head, language)) for language in LANGUAGES}
    return [index for index, one in enumerate(heads) if one in known][:1]


def _cell(cells: Sequence[Cell], column: int | None) -> str:
    return cell_text(cells[column]) if column is not None and column < len(cells) else ""


def _number(text: str) -> int:
    """Return a whole number; 0 where it is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _letter(row_no: int, written: str) -> str | None:
    """Return what a result means; none where that is not certain."""
    if not row_no:
        return None
    known = _LABELS.get(compared(written))
    if known is not None:
        return known
    try:
        found = read_sheet_answers(f"{row_no} {written}")
    except Refused:
        return None
    return found[0][1] if [row for row, _ in found] == [row_no] else None
