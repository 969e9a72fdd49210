"""What stands in a cell, in words: trimmed text, whole numbers, headings compared, formulas made harmless."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Final

from dispatch.errors import Refused

Cell = str | int | float | bool | datetime | date | time | timedelta
"""What a spreadsheet's cell may hold; an empty one holds ``""``. CSV holds only text."""

LONGEST_EXACT: Final = 10**15
"""Excel keeps 15 digits of a number: from here on the last ones are noughts that nobody wrote."""

_FORMULA = re.compile(r"(?:[^\S\t\r\n]|')*[=+\-@\t\r\n\0＝＋－＠]")
_UNSEEN = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\x7f\xad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_MARKS = re.compile(r"[\s*※★☆_]+")
_REMARK = re.compile(r"[(\[【].*?[)\]】]")


def cell_text(cell: Cell) -> str:
    """Return a cell as a person reads it, trimmed.

    Whole numbers come without a decimal point (a phone typed as a number is kept
    by Excel as 9991380000001.0), moments as 2026-11-23 09:05, and characters that
    nobody sees (zero-width, direction marks, control codes) are left out.
    """
    if isinstance(cell, str):
        text = cell.strip()
        return text if text.isprintable() else _UNSEEN.sub("", text).strip()
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell)
    if isinstance(cell, datetime):
        if cell.time() == time.min:
            return cell.date().isoformat()
        return cell.isoformat(" ", "seconds" if cell.second else "minutes")
    if isinstance(cell, time):
        return cell.isoformat("seconds" if cell.second else "minutes")
    return str(cell)


def exact_text(cell: Cell) -> str:
    """Return the text of a cell that names something: a phone, a number of theirs.

    Raises:
        Refused: Excel has rounded it, so that its last digits are lost.
    """
    text = cell_text(cell)
    if isinstance(cell, (int, float)) and not isinstance(cell, bool) and abs(cell) >= LONGEST_EXACT:
        raise _rounded(text)
    if "E+" in text or "e+" in text:
        return _unfolded(text)
    return text


def compared(text: str) -> str:
    """Return a text as it is compared: width, case and runs of blanks make no difference."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


@lru_cache(maxsize=4096)
def heading(text: str) -> str:
    """Return a column's heading as it is compared: ``联系电话*`` and ``联系 电话：`` are one.

    Width, case, blanks, underscores, asterisks and a colon at the end make no difference.
    """
    return _MARKS.sub("", _UNSEEN.sub("", unicodedata.normalize("NFKC", text)).casefold()).rstrip(":")


@lru_cache(maxsize=4096)
def bare_heading(text: str) -> str:
    """Return a heading as it is compared without its bracketed remarks: ``电话（必填）`` is ``电话``."""
    return heading(_REMARK.sub("", unicodedata.normalize("NFKC", text)))


def harmless(text: str) -> str:
    """Return a text that a spreadsheet program will not run when it opens it from CSV.

    An apostrophe goes before what begins, blanks and apostrophes aside, with one of
    ``= + - @``, their full-width forms, a tab, a line end or NUL. Follows OWASP's
    advice on CSV injection; ``as_written`` takes the apostrophe away again.
    """
    return f"'{text}" if _FORMULA.match(text) else text


def as_written(text: str) -> str:
    """Return the text that ``harmless`` was given, for any text that it gave back."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text, 1) else text


def _unfolded(text: str) -> str:
    """Write 1.2345678E+10 out, where no digit of it was dropped."""
    found = re.fullmatch(r"(\d)(?:\.(\d+))?[eE]\+(\d+)", text)
    if found is None:
        return text
    first, rest, power = found[1], found[2] or "", int(found[3])
    if len(rest) < power:
        raise _rounded(text)
    return first + rest if len(rest) == power else text


def _rounded(text: str) -> Refused:
    return Refused(
        "{text} has lost its last digits in the spreadsheet",
        text=text,
        hint="make that column text before typing into it, and type it again",
    )
