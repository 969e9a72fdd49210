"""Text on paper: measured, wrapped as Chinese is, and drawn in the font that comes with us."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from dispatch.i18n import Language

if TYPE_CHECKING:
    from fpdf import FPDF

FONT: Final = Path(__file__).parent / "fonts" / "sandan-sans-sc.otf"
LACKING: Final = "〓"
"""What printers set for a character that their font does not have."""

POINT: Final = 25.4 / 72
"""Millimetres."""

_BASELINE: Final = 0.88
"""How far below a line's top its letters stand, in sizes of its type."""

_BOLD_STROKE: Final = 0.03
"""How wide bold letters are drawn around, in sizes of their type: the font has one weight."""

_GREY: Final = 95
_TAG_PADDING: Final = 1.4
_WIDE: Final = "\u2e80-\ufaff\ufe30-\uffef\U00020000-\U0003fffd"
_OPENS: Final = "（「『“‘《〈【〔［｛(\\["
_CLOSES: Final = "）」』”’》〉】〕］｝，。、；：？！…—)\\],.;:?!%"
_PHONE: Final = r"\+?\d{2,4}(?: \d{2,4}){1,3}(?!\d)"
_UNIT: Final = re.compile(
    rf"\s+|[{_OPENS}]*(?:{_PHONE}|[{_WIDE}]|[^\s{_WIDE}{_OPENS}{_CLOSES}](?:[^\s{_WIDE}]*[^\s{_WIDE}{_CLOSES}])?)?[{_CLOSES}]*"
)
_UNSEEN: Final = frozenset({"Cc", "Cf"})
_ACCENTED: Final = re.compile("LATIN (CAPITAL|SMALL) LETTER ([A-Z]) WITH .*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ink:
    """How a text looks.

    Args:
        size: Of the type, in points.
        is_whole: Whether it stands on one line where it can.
        is_tag: Whether a frame is drawn around it.
    """

    size: float
    is_bold: bool = False
    is_grey: bool = False
    is_struck: bool = False
    is_whole: bool = False
    is_tag: bool = False


Run = tuple[str, Ink]


@dataclass(frozen=True, slots=True)
class Piece:
    """A text that stands on one line, and from where to where, in millimetres from the line's beginning."""

    text: str
    ink: Ink
    x: float
    width: float


@dataclass(frozen=True, slots=True)
class Line:
    """Pieces beside each other, and how high they stand together, in millimetres."""

    pieces: tuple[Piece, ...]
    height: float
    size: float


class Paper:
    """A document of A4 pages, lying; every measure in millimetres from the upper left corner.

    Args:
        made_at: Kept in the file; the same drawing with the same moment gives the same bytes.
    """

    def __init__(self, title: str, language: Language, made_at: datetime) -> None:
        from fpdf import FPDF
        from fpdf.fonts import TTFFont

        self._pdf: FPDF = FPDF(orientation="landscape", unit="mm", format="A4")
        self._pdf.set_auto_page_break(False)
        self._pdf.add_font("ours", fname=FONT)
        self._pdf.set_font("ours", size=14)
        self._pdf.set_creation_date(made_at)
        self._pdf.set_lang("zh-CN" if language == "zh" else "en")
        self._pdf.set_title(title)
        font = self._pdf.fonts["ours"]
        assert isinstance(font, TTFFont), "it was added from a file"
        self._known: frozenset[int] = frozenset(font.cmap)

    def legible(self, text: str) -> tuple[str, str]:
        """Return a text as it can be printed, and the characters of it that the font does not have.

        These stand as 〓, Latin letters as those without their accent; what nobody sees anyhow is left out.
        """
        shown, lacking = "", ""
        for one in unicodedata.normalize("NFC", text):
            if one.isspace():
                shown += " " if one != "\u3000" else one
            elif ord(one) in self._known:
                shown += one
            elif unicodedata.category(one) in _UNSEEN or unicodedata.combining(one) or _selects(one):
                continue
            elif letter := _without_accent(one):
                shown += letter
            else:
                shown += LACKING
                lacking += one
        return shown, lacking

    def width_of(self, text: str, ink: Ink) -> float:
        """Return how much of a line a text takes."""
        self._pdf.set_font_size(ink.size)
        return float(self._pdf.get_string_width(text)) + (2 * _TAG_PADDING if ink.is_tag else 0)

    def lines(self, runs: Sequence[Run], width: float) -> list[Line]:
        """Return texts that follow each other as lines that are no wider than *width*.

        Chinese breaks anywhere but before a closing and after an opening mark, other
        scripts between words, a phone nowhere, and what is too wide for a line wherever it must.
        """
        made: list[Line] = []
        pieces: list[Piece] = []
        x = 0.0
        for text, ink in self._units(runs, width):
            wide = self.width_of(text, ink)
            if pieces and x + wide > width and not text.isspace():
                made.append(_line(pieces))
                pieces, x = [], 0.0
            if text.isspace() and not pieces:
                continue
            before = pieces[-1] if pieces else None
            if before is not None and before.ink == ink and not ink.is_tag:
                pieces[-1] = replace(before, text=before.text + text, width=before.width + wide)
            else:
                pieces.append(Piece(text, ink, x, wide))
            x += wide
        return [*made, _line(pieces)] if pieces else made

    def _units(self, runs: Sequence[Run], width: float) -> list[Run]:
        units: list[Run] = []
        for text, ink in runs:
            whole = ink.is_tag or ink.is_whole
            parts = [text] if whole and self.width_of(text, ink) <= width else _UNIT.findall(text)
            for part in filter(None, parts):
                fits = part.isspace() or self.width_of(part, ink) <= width
                units += [(part, ink)] if fits else [(one, ink) for one in part]
        return units

    def new_page(self) -> None:
        """Begin a page."""
        self._pdf.add_page()

    def draw(self, line: Line, x: float, y: float) -> None:
        """Draw a line whose upper left corner stands here."""
        base = y + (line.height - line.size * POINT) / 2 + line.size * POINT * _BASELINE
        for piece in line.pieces:
            self._draw_piece(piece, x + piece.x, base)

    def _draw_piece(self, piece: Piece, x: float, base: float) -> None:
        from fpdf.enums import TextMode

        ink, shade = piece.ink, _GREY if piece.ink.is_grey else 0
        high = ink.size * POINT
        self._pdf.set_font_size(ink.size)
        mode = TextMode.FILL_STROKE if ink.is_bold else TextMode.FILL
        with self._pdf.local_context(
            text_mode=mode, text_color=shade, draw_color=shade, line_width=_BOLD_STROKE * high
        ):
            self._pdf.text(x + (_TAG_PADDING if ink.is_tag else 0), base, piece.text)
        if ink.is_tag:
            self.box(x, base - 0.95 * high, piece.width, 1.25 * high, thick=0.3)
        if ink.is_struck:
            self.rule(x, base - 0.35 * high, piece.width, thick=0.3)

    def rule(self, x: float, y: float, width: float, *, thick: float = 0.25, dotted: bool = False) -> None:
        """Draw a level line."""
        self._pdf.set_line_width(thick)
        if dotted:
            self._pdf.set_dash_pattern(0.3, 1)
        self._pdf.line(x, y, x + width, y)
        if dotted:
            self._pdf.set_dash_pattern()

    def box(self, x: float, y: float, width: float, height: float, *, thick: float = 0.4) -> None:
        """Draw the frame of a box."""
        self._pdf.set_line_width(thick)
        self._pdf.rect(x, y, width, height)

    def bar(self, x: float, y: float, width: float, height: float) -> None:
        """Draw a black bar."""
        self._pdf.set_fill_color(0)
        self._pdf.rect(x, y, width, height, style="F")

    def content(self) -> bytes:
        """Return the document, with those letters of the font in it that it needs."""
        return bytes(self._pdf.output())


def height_of(lines: Sequence[Line]) -> float:
    """Return how high lines stand below each other, in millimetres."""
    return sum(line.height for line in lines)


def _line(pieces: Sequence[Piece]) -> Line:
    size = max(piece.ink.size for piece in pieces)
    return Line(tuple(pieces), 1.3 * size * POINT, size)


def _selects(one: str) -> bool:
    """Return whether a character only chooses how the one before it looks."""
    return "\ufe00" <= one <= "\ufe0f" or "\U000e0100" <= one <= "\U000e01ef"


def _without_accent(one: str) -> str:
    """Return the bare letter of a Latin one that bears something: L for Ł; empty for any other character."""
    found = _ACCENTED.fullmatch(unicodedata.name(one, ""))
    if found is None:
        return ""
    return found[2] if found[1] == "CAPITAL" else found[2].lower()
