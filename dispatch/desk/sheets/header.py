"""Find the row of headings, wherever an office put it, and the rows below it that are no data."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from dispatch.desk.sheets.cells import Cell, bare_heading, cell_text, heading
from dispatch.desk.sheets.reading import Sheet
from dispatch.errors import Refused

FURTHEST_ROW: Final = 30
"""How many rows may stand above the headings: titles, dates, who fills it in."""

_NOTE = re.compile(
    r"[*※★(（\s]*(?:必填|选填|必选|可选|非必填|填写说明|填表说明|示例|样例|例[:：如]|格式[:：]"
    r"|(?:说明|注意?)(?:[:：]|$)|required|optional|example|e\.g\.|format:)",
    re.IGNORECASE,
)
_LONG_NUMBER = re.compile(r"\d{7}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """The row of headings.

    Args:
        at: Its index in the sheet.
        texts: What stands in it, trimmed.
        exact: Column by heading as it is compared.
        bare: The same with bracketed remarks taken off.
    """

    at: int
    texts: tuple[str, ...]
    exact: Mapping[str, int]
    bare: Mapping[str, int]

    def column(self, wanted: str) -> int | None:
        """Return the column over which *wanted* stands; the whole heading goes first."""
        for key, columns in ((heading(wanted), self.exact), (bare_heading(wanted), self.bare)):
            if key in columns:
                return columns[key]
        return None


def find_header(sheet: Sheet, wanted: Iterable[str]) -> Header:
    """Return the row in which most of the wanted headings stand, the first of those alike.

    Raises:
        Refused: None of them stands in any of the first rows; the hint shows what does.
    """
    keys = {key for each in wanted for key in (heading(each), bare_heading(each))}
    best, most = 0, 0
    for index, row in enumerate(sheet.rows[:FURTHEST_ROW]):
        found = {text for cell in row if (text := bare_heading(cell_text(cell))) and text in keys}
        found |= {text for cell in row if (text := heading(cell_text(cell))) and text in keys}
        if len(found) > most:
            best, most = index, len(found)
    if not most:
        first = next(row for row in sheet.rows if any(cell_text(cell) for cell in row))
        raise Refused(
            "no row of {file} holds headings that are known here",
            file=sheet.path.name,
            found=tuple(_texts(first)[:12]),
            hint="its first row says {found}; name its columns in a mapping file: --map MAP.toml",
        )
    return header_in(sheet.rows[best], best)


def header_in(row: Sequence[Cell], at: int) -> Header:
    """Return a row as headings; where two say the same, the first column counts."""
    texts = tuple(cell_text(cell) for cell in row)
    exact: dict[str, int] = {}
    bare: dict[str, int] = {}
    for index, text in enumerate(texts):
        if text:
            exact.setdefault(heading(text), index)
            bare.setdefault(bare_heading(text), index)
    return Header(at=at, texts=texts, exact=exact, bare=bare)


def rows_beside_data(sheet: Sheet, header: Header) -> frozenset[int]:
    """Return the indexes of rows below the headings that say nothing about a request.

    These are the notes for whoever fills the sheet in (必填 …), directly below the
    headings; repeats of the headings on later pages; and rows that are one cell
    merged from side to side.
    """
    beside = set()
    for index in range(header.at + 1, len(sheet.rows)):
        if not _is_note(_texts(sheet.rows[index])):
            break
        beside.add(index)
    said = [text for text in header.texts if text]
    lead = header.texts.index(said[0])
    for index in range(header.at + 1, len(sheet.rows)):
        row = sheet.rows[index]
        if len(row) > lead and cell_text(row[lead]) == said[0] and _texts(row) == said:
            beside.add(index)
    for top, left, bottom, right in sheet.merged:
        if top > header.at and (right - left + 1) * 2 > len(said) > 1:
            beside.update(range(top, bottom + 1))
    return frozenset(beside)


def rows_below(header: Header, beside: Collection[int]) -> range:
    """Return the indexes of the rows that stand directly below the headings and are no data."""
    until = header.at + 1
    while until in beside:
        until += 1
    return range(header.at + 1, until)


def _texts(row: Sequence[Cell]) -> list[str]:
    return [text for cell in row if (text := cell_text(cell))]


def _is_note(texts: Sequence[str]) -> bool:
    if not any(_NOTE.match(text) for text in texts):
        return False
    return bool(_NOTE.match(texts[0])) or not any(_LONG_NUMBER.search(text) for text in texts)
