"""A phone sheet as a PDF: large type, one call a row, boxes to tick, a title on every page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from dispatch.clock import on_the_wall
from dispatch.desk.phone_list import sheet_words as words
from dispatch.desk.phone_list.paper import Ink, Line, Paper, Run, height_of
from dispatch.desk.phone_list.sheet_rows import Row, Sheet
from dispatch.i18n import Language, say, sentence

_LEFT: Final = 11.0
_TOP: Final = 9.0
_BOTTOM: Final = 198.0
_WIDTH: Final = 275.0
_PAGE_NUMBER_AT: Final = 200.0
_COLUMNS: Final = (18.0, 62.0, 117.0, 78.0)
_PAD: Final = 2.0
_BOX: Final = 6.0
_BOX_ROW: Final = 7.8
_WRITE: Final = 5.6

_TITLE: Final = Ink(size=23, is_bold=True)
_PLAIN: Final = Ink(size=14)
_SMALL: Final = Ink(size=11)
_DIGITS: Final = Ink(size=25, is_bold=True)
_NAME: Final = Ink(size=18, is_bold=True)
_PINYIN: Final = Ink(size=12, is_grey=True, is_whole=True)
_PHONE: Final = Ink(size=18, is_whole=True)
_NOTE: Final = Ink(size=13)
_NEED: Final = Ink(size=17, is_bold=True)
_TOLD: Final = Ink(size=15)
_TERM: Final = Ink(size=14, is_whole=True)
_TAG: Final = Ink(size=11, is_bold=True, is_tag=True)
_GAP: Final[Run] = ("    ", _PLAIN)
_SPACE: Final[Run] = ("  ", _SMALL)
_SMALLEST: Final = 0.3
"""Of its size, below which a row is not set: longer than any text that can be on a sheet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed:
    """A sheet as it goes to the printer.

    Args:
        lacking: The characters that the font does not have, by row: they stand as 〓.
    """

    content: bytes
    lacking: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Laid:
    """A row before it has a place on a page."""

    row: Row
    cells: tuple[list[Line], ...]
    height: float


def as_pdf(sheet: Sheet) -> Printed:
    """Return the sheet on A4 pages; printing the same sheet again gives the same bytes."""
    made_at = on_the_wall(sheet.printed_at, sheet.community.zone)
    return _Layout(sheet, Paper(words.title_of(sheet), sheet.language, made_at)).printed()


class _Layout:
    def __init__(self, sheet: Sheet, paper: Paper) -> None:
        self._sheet = sheet
        self._language: Language = sheet.language
        self._paper = paper
        self._lacking: dict[int, str] = {}

    def printed(self) -> Printed:
        head = self._head()
        room = _BOTTOM - _TOP - self._head_height(head)
        rows = [self._laid(row, room) for row in self._sheet.rows]
        foot = self._foot()
        pages: list[list[_Laid]] = [[]]
        for laid in rows:
            if pages[-1] and sum(one.height for one in pages[-1]) + laid.height > room:
                pages.append([])
            pages[-1].append(laid)
        used = sum(one.height for one in pages[-1])
        if used + 3 + height_of(foot) > room:
            pages.append([pages[-1].pop()] if len(pages[-1]) > 1 else [])  # no page of a few lines alone
        for number, page in enumerate(pages, start=1):
            self._page(head, page, foot if number == len(pages) else [], number, len(pages))
        return Printed(content=self._paper.content(), lacking=tuple(sorted(self._lacking.items())))

    def _page(self, head: Sequence[Line], rows: Sequence[_Laid], foot: Sequence[Line], number: int, of: int) -> None:
        self._paper.new_page()
        y = self._draw_lines(head, _LEFT, _TOP) + 1.5
        self._paper.rule(_LEFT, y, _WIDTH, thick=0.7)
        y = self._draw_heads(y) if rows else y
        for laid in rows:
            self._draw_row(laid, y)
            y += laid.height
            self._paper.rule(_LEFT, y, _WIDTH)
        self._draw_lines(foot, _LEFT + _PAD, y + 3)
        counted = say(sentence("page {page} of {pages}", page=number, pages=of), self._language)
        (line,) = self._lines([(counted, _SMALL)], _WIDTH)
        self._paper.draw(line, _LEFT + _WIDTH - line.pieces[-1].width, _PAGE_NUMBER_AT)

    def _head(self) -> list[Line]:
        rung_by = say(words.RUNG_BY, self._language) + " " + 12 * "_"
        left: list[Run] = [(words.title_of(self._sheet), _TITLE), _GAP, (words.facts_of(self._sheet), _PLAIN)]
        right: list[Run] = [(rung_by, _TERM), _GAP, (words.hand_to(self._sheet), _PLAIN)]
        if not self._sheet.rows:
            return self._lines(left, _WIDTH)
        left_lines, right_lines = self._lines(left, _WIDTH), self._lines(right, _WIDTH)
        last, first = left_lines[-1].pieces[-1], right_lines[0].pieces[-1]
        free = _WIDTH - last.x - last.width - first.x - first.width
        if len(left_lines) > 1 or len(right_lines) > 1 or free < 6:
            return left_lines + right_lines
        shift = last.x + last.width + free
        moved = tuple(replace(piece, x=piece.x + shift) for piece in right_lines[0].pieces)
        return [replace(left_lines[0], pieces=left_lines[0].pieces + moved)]

    def _head_height(self, head: Sequence[Line]) -> float:
        return height_of(head) + 1.5 + self._heads_height()

    def _heads_height(self) -> float:
        return height_of(self._lines([("x", _SMALL)], _WIDTH)) + 1.6

    def _draw_heads(self, y: float) -> float:
        x = _LEFT
        for head, width in zip(words.HEADS, _COLUMNS, strict=True):
            self._draw_lines(self._lines([(say(head, self._language), _SMALL)], width - 2 * _PAD), x + _PAD, y + 0.8)
            x += width
        below = y + self._heads_height()
        self._paper.rule(_LEFT, below, _WIDTH)
        return below

    def _foot(self) -> list[Line]:
        if not self._sheet.rows:
            return self._lines([(say(words.NOBODY, self._language), _PLAIN)], _WIDTH - 2 * _PAD)
        typed: list[Run] = [(say(words.KEY_IT_BACK, self._language), Ink(size=12))]
        for command in words.commands_of(self._sheet):
            typed += [_GAP, (command, Ink(size=12, is_whole=True))]
        lines = self._lines(typed, _WIDTH - 2 * _PAD)
        lines += self._lines([(say(words.SHRED, self._language), Ink(size=12))], _WIDTH - 2 * _PAD)
        if self._lacking:
            rows = tuple(f"{no:02}" for no in sorted(self._lacking))
            told = sentence("〓 stands for a character that the font of this page does not have: row {rows}", rows=rows)
            lines += self._lines([(say(told, self._language), Ink(size=12))], _WIDTH - 2 * _PAD)
        return lines

    def _laid(self, row: Row, room: float) -> _Laid:
        """Lay a row out; one that is higher than a page is set smaller, for nothing may be cut."""
        shrunk = 1.0
        while True:
            cells = tuple(
                [line for runs in cell for line in self._typed(runs, width - 2 * _PAD, row, shrunk)]
                for cell, width in zip(self._cells(row), _COLUMNS, strict=True)
            )
            boxes = 0.0 if row.is_over else _BOX_ROW * ((len(words.boxes_of(row)) + 1) // 2) + _WRITE
            height = max(boxes, *map(height_of, cells)) + 2 * _PAD
            if height <= room or shrunk < _SMALLEST:
                return _Laid(row=row, cells=cells, height=height)
            shrunk *= 0.85

    def _cells(self, row: Row) -> tuple[list[list[Run]], ...]:
        """Return the paragraphs of each column; boxes are drawn and not written."""
        language = self._language
        no = [[(row.two_digits, _DIGITS)], [(words.number_of(row, language), _SMALL)]]
        who = [[(row.name, _NAME), *([_SPACE, (row.pinyin, _PINYIN)] if row.pinyin else [])], [(row.phone, _PHONE)]]
        if row.note:
            who.append([(say(words.note_of(row), language), _NOTE)])
        if row.is_question:
            tag: list[Run] = [(say(words.URGENT, language), _TAG), _SPACE] if row.is_urgent else []
            what = [[*tag, (row.what, _NEED)]]
            what += [_parted(terms) for terms in words.terms_of_row(row, language)]
        else:
            what = [[(row.purpose, _TAG), _SPACE, (row.what, _TOLD)]]
        if not row.is_over:
            return no, who, what, []
        over = [[(text, replace(ink, is_grey=True)) for text, ink in runs] for runs in (*no, *who, *what)]
        struck = [[(text, replace(ink, is_struck=not ink.is_tag)) for text, ink in runs] for runs in over]
        cut, end = len(no), len(no) + len(who)
        return over[:cut], struck[cut:end], struck[end:], [[(say(words.OVER, language), _NEED)]]

    def _typed(self, runs: Sequence[Run], width: float, row: Row, shrunk: float) -> list[Line]:
        legible: list[Run] = []
        for text, ink in runs:
            shown, lacking = self._paper.legible(text)
            if lacking:
                known = self._lacking.get(row.no, "")
                self._lacking[row.no] = known + "".join(one for one in dict.fromkeys(lacking) if one not in known)
            legible.append((shown, replace(ink, size=ink.size * shrunk)))
        return self._paper.lines(legible, width)

    def _lines(self, runs: Sequence[Run], width: float) -> list[Line]:
        return self._paper.lines([(self._paper.legible(text)[0], ink) for text, ink in runs], width)

    def _draw_lines(self, lines: Iterable[Line], x: float, y: float) -> float:
        """Draw lines below each other; return where the next would begin."""
        for line in lines:
            self._paper.draw(line, x, y)
            y += line.height
        return y

    def _draw_row(self, laid: _Laid, y: float) -> None:
        row = laid.row
        if row.is_urgent and not row.is_over:
            self._paper.bar(_LEFT, y, 2.2, laid.height)
        x = _LEFT
        for cell, width in zip(laid.cells, _COLUMNS, strict=True):
            self._draw_lines(cell, x + _PAD + (1.2 if x == _LEFT else 0), y + _PAD)
            x += width
        if not row.is_over:
            self._draw_boxes(row, x - _COLUMNS[-1] + _PAD, y + _PAD + 0.6)

    def _draw_boxes(self, row: Row, left: float, y: float) -> None:
        width = _COLUMNS[-1] - 2 * _PAD
        for index, choice in enumerate(words.boxes_of(row)):
            self._draw_box(choice, left + index % 2 * width / 2, y + index // 2 * _BOX_ROW)
        y += (len(words.boxes_of(row)) + 1) // 2 * _BOX_ROW
        faces = words.faces_of(row)
        for index, choice in enumerate(faces):
            self._draw_box(choice, left + index * width / 3, y)
        if not faces:
            before = self._lines([(words.unreached_before(row, self._language), _SMALL)], width)
            self._draw_lines(before, left, y)
            self._paper.rule(left, y + 5.2, width, thick=0.2, dotted=True)

    def _draw_box(self, choice: words.Box, x: float, y: float) -> None:
        letter, label = choice
        self._paper.box(x, y, _BOX, _BOX)
        (line,) = self._lines([(say(label, self._language), _TERM), (" " + letter, replace(_SMALL, is_whole=True))], 60)
        self._paper.draw(line, x + _BOX + 1.4, y + (_BOX - line.height) / 2)


def _parted(terms: Iterable[str]) -> list[Run]:
    """Return terms beside each other, each whole where it can be."""
    runs: list[Run] = []
    for term in filter(None, terms):
        runs += [_GAP, (term, _TERM)] if runs else [(term, _TERM)]
    return runs
