"""Help that counts columns of the screen, in which a Chinese character takes two."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from unicodedata import combining, east_asian_width

import click


def width_of(text: str) -> int:
    """Return how many columns of a terminal *text* takes (Unicode annex 11: wide and full-width take two)."""
    return len(text) if text.isascii() else sum(_columns(one) for one in text)


def _columns(one: str) -> int:
    return 2 if east_asian_width(one) in "WF" else int(not combining(one))


def pad(text: str, columns: int) -> str:
    """Return *text* with spaces after it, *columns* wide or as wide as it is."""
    return text + " " * max(0, columns - width_of(text))


def wrap(text: str, columns: int) -> list[str]:
    """Break *text* into lines of at most *columns*, between words and between Chinese characters; cut nothing."""
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line = ""
        for piece in _pieces(paragraph):
            if line and width_of(line + piece.rstrip()) > columns:
                lines.append(line.rstrip())
                line = piece.lstrip()
            else:
                line += piece
            while width_of(line.rstrip()) > max(2, columns) and len(line) > 1:
                head = _fitting(line, columns)
                lines.append(head)
                line = line[len(head) :]
        lines.append(line.rstrip())
    return lines


def _one_line(paragraph: str) -> str:
    """Join the lines of a paragraph: with a blank between words, with nothing between Chinese characters."""
    line = ""
    for part in paragraph.split("\n"):
        said = " ".join(part.split())
        is_wide = line != "" and said != "" and _columns(line[-1]) == 2 and _columns(said[0]) == 2
        line += said if is_wide or not line else f" {said}"
    return line.strip()


def _fitting(text: str, columns: int) -> str:
    end = 1
    while end < len(text) and width_of(text[: end + 1]) <= columns:
        end += 1
    return text[:end]


_NOT_AT_A_START = "，。：；！？、）】》”’,.:;!?)]"


def _pieces(text: str) -> Iterator[str]:
    """Yield what must stay together: a word with the blanks after it, or one wide character."""
    piece = ""
    for one in text:
        closes_a_word = piece and ((piece[-1] == " " and one != " ") or _columns(piece[-1]) == 2)
        if piece and one not in _NOT_AT_A_START and (closes_a_word or _columns(one) == 2):
            yield piece
            piece = one
        else:
            piece += one
    if piece:
        yield piece


class Formatter(click.HelpFormatter):
    """Click's formatter, counting columns instead of characters."""

    def write_text(self, text: str) -> None:
        """Write paragraphs at the present indentation."""
        paragraphs = text.split("\n\n")
        for at, paragraph in enumerate(paragraphs):
            kept = paragraph.startswith("\b\n")
            lines = paragraph[2:].split("\n") if kept else [_one_line(paragraph)]
            for line in lines:
                for part in [line] if kept else wrap(line, self.width - self.current_indent):
                    self.write(" " * self.current_indent + part + "\n")
            if at + 1 < len(paragraphs):
                self.write("\n")

    def write_dl(
        self, rows: Iterable[tuple[str, str]], col_max: int = 32, col_spacing: int = 2
    ) -> None:
        """Write terms and what they mean in two columns."""
        rows = list(rows)
        indent = " " * self.current_indent
        first = min(max((width_of(term) for term, _ in rows), default=0), col_max) + col_spacing
        room = max(self.width - self.current_indent - first, 20)
        for term, meaning in rows:
            lines = wrap(meaning, room) if meaning else [""]
            if width_of(term) > first - col_spacing:
                self.write(indent + term + "\n" + indent + " " * first + lines[0] + "\n")
            else:
                self.write((indent + pad(term, first) + lines[0]).rstrip() + "\n")
            for line in lines[1:]:
                self.write(indent + " " * first + line + "\n")


GAP = 3
"""Blanks between two columns."""

NARROWEST = 8
"""Columns of the screen below which no column of a table is squeezed."""


def in_columns(headings: Sequence[str], rows: Sequence[Sequence[str]], width: int) -> list[str]:
    """Lay out rows below headings so that no line is wider than *width*, if the columns can be had so narrow.

    Wide columns give up room first; what does not fit is wrapped, never cut.
    """
    table = [list(headings), *(list(row) for row in rows)]
    widths = [max(width_of(line) for row in table for line in row[at].split("\n")) for at in range(len(headings))]
    while sum(widths) + GAP * (len(widths) - 1) > width and max(widths) > NARROWEST:
        widths[widths.index(max(widths))] -= 1
    lines = _row(table[0], widths)
    lines.append("-" * min(width, sum(widths) + GAP * (len(widths) - 1)))
    for row in table[1:]:
        lines += _row(row, widths)
    return lines


def _row(cells: Sequence[str], widths: Sequence[int]) -> list[str]:
    wrapped = [wrap(cell, width) for cell, width in zip(cells, widths, strict=True)]
    height = max(len(one) for one in wrapped)
    return [
        (" " * GAP)
        .join(pad(one[at] if at < len(one) else "", width) for one, width in zip(wrapped, widths, strict=True))
        .rstrip()
        for at in range(height)
    ]


def runs(numbers: Iterable[int]) -> Iterator[str]:
    """Write numbers that follow one another as the first and the last: "23-25"."""
    first = last = None
    for number in sorted(numbers):
        if last is not None and number == last + 1:
            last = number
            continue
        if first is not None:
            yield f"{first}" if first == last else f"{first}-{last}"
        first = last = number
    if first is not None:
        yield f"{first}" if first == last else f"{first}-{last}"
