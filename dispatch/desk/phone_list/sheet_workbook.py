"""A phone sheet as a workbook: to be printed in large type, or filled in beside the telephone and keyed back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from io import BytesIO
from math import ceil
from typing import TYPE_CHECKING, Any, Final

from dispatch.clock import on_the_wall
from dispatch.desk.phone_list import sheet_words as words
from dispatch.desk.phone_list.sheet_rows import Row, Sheet
from dispatch.i18n import Language, Sentence, say, sentence

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

_A4: Final = 9
_SIZES: Final = {"large": 16, "phone": 15, "usual": 14, "small": 12}
"""Of the type, in points."""

_LINE: Final = 1.55
"""Points from one line to the next, in sizes of its type."""

_LOWEST: Final = 44.0
_TALLEST: Final = 400.0
"""Points; a program shows no row higher than 409."""

_A_CHARACTER: Final = 0.113
"""How much a half width takes of a column's width, in sizes of its type; the widest of the usual fonts decides."""


def as_xlsx(sheet: Sheet) -> bytes:
    """Return the sheet as a workbook: one call a row, text as text, a list to choose each result from.

    The same sheet gives the same bytes.
    """
    from xlsxwriter import Workbook

    target = BytesIO()
    workbook = Workbook(target, {"in_memory": True})
    made_at = on_the_wall(sheet.printed_at, sheet.community.zone).replace(tzinfo=None)
    workbook.set_properties({"title": words.title_of(sheet), "created": made_at})
    page = workbook.add_worksheet(words.title_of(sheet)[:31])
    _set_up(page, sheet)
    heading = workbook.add_format({"bold": True, "font_size": 12, "bottom": 2, "valign": "vcenter"})
    looks = _Looks(workbook)
    page.set_row(0, 24)
    for column, (head, width, _, _) in enumerate(_COLUMNS):
        page.set_column(column, column, width)
        page.write_string(0, column, say(head, sheet.language), heading)
    for index, row in enumerate(sheet.rows, start=1):
        _write(page, index, row, sheet.language, looks)
    if not sheet.rows:
        page.write_string(1, 0, say(words.NOBODY, sheet.language))
    workbook.close()
    return target.getvalue()


def _say_it(row: Row, language: Language) -> str:
    """Return what to say, a thing a line."""
    if not row.is_question:
        return f"{row.purpose}\n{row.what}"
    urgent = f"【{say(words.URGENT, language)}】" if row.is_urgent else ""
    terms = ("  ".join(filter(None, line)) for line in words.terms_of_row(row, language))
    return "\n".join((urgent + row.what, *terms))


_Cell = Callable[[Row, Language], str]
_COLUMNS: Final[tuple[tuple[Sentence, float, str, _Cell], ...]] = (
    (Sentence("row"), 7, "large", lambda row, language: row.two_digits),
    (Sentence("result"), 11, "large", lambda row, language: say(words.OVER, language) if row.is_over else ""),
    (Sentence("name"), 17, "large", lambda row, language: row.name),
    (Sentence("pinyin"), 17, "small", lambda row, language: row.pinyin),
    (Sentence("phone"), 33, "phone", lambda row, language: row.phone),
    (Sentence("what to say"), 54, "usual", _say_it),
    (Sentence("note"), 24, "usual", lambda row, language: row.note),
    (Sentence("request"), 8, "usual", lambda row, language: str(row.number)),
    (Sentence("code"), 8, "usual", lambda row, language: row.code),
)
"""Heading, width in characters, look and text of each column."""

_RESULT: Final = 1


class _Looks:
    """How cells look: always text, so that no phone becomes a number and nothing typed is run."""

    def __init__(self, workbook: Workbook) -> None:
        text: Mapping[str, Any] = {"num_format": "@", "valign": "top", "text_wrap": True, "bottom": 1}
        self.live: dict[str, Format] = {
            name: workbook.add_format({**text, "font_size": size, "bold": name == "large"})
            for name, size in _SIZES.items()
        }
        self.live["small"].set_font_color("#555555")
        grey = {**text, "font_color": "#777777"}
        self.over: dict[str, Format] = {
            name: workbook.add_format({**grey, "font_size": size}) for name, size in _SIZES.items()
        }


def _write(page: Worksheet, index: int, row: Row, language: Language, looks: _Looks) -> None:
    high = _LOWEST
    for column, (_, width, look, cell) in enumerate(_COLUMNS):
        text = cell(row, language)
        page.write_string(index, column, text, (looks.over if row.is_over else looks.live)[look])
        size = _SIZES[look]
        lines = sum(max(1, ceil(_A_CHARACTER * size * _wide(line) / width)) for line in text.split("\n"))
        high = max(high, _LINE * size * lines + 6)
    page.set_row(index, min(high, _TALLEST))
    if row.is_over:
        return
    boxes = words.boxes_of(row)
    explained = " · ".join(f"{letter} {say(label, language)}" for letter, label in boxes)
    page.data_validation(
        index,
        _RESULT,
        index,
        _RESULT,
        {
            "validate": "list",
            "source": [letter for letter, _ in boxes],
            "input_title": say(words.HEADS[-1], language)[:32],
            "input_message": explained[:255],
            "error_type": "information",
            "error_message": explained[:255],
        },
    )


def _set_up(page: Worksheet, sheet: Sheet) -> None:
    language = sheet.language
    page.set_paper(_A4)
    page.set_landscape()
    page.set_margins(left=0.4, right=0.4, top=0.8, bottom=0.6)
    page.fit_to_pages(1, 0)
    page.repeat_rows(0)
    page.freeze_panes(1, 0)
    facts = f"{words.title_of(sheet)}  {words.facts_of(sheet)}"
    page.set_header(f"&L{_in_header(facts, 150)}&R{_in_header(words.hand_to(sheet), 60)}")
    number = say(sentence("page {page} of {pages}", page="&P", pages="&N"), language)
    page.set_footer(f"&L{_in_header(say(words.SHRED, language), 120)}&R{number}")


def _in_header(text: str, longest: int) -> str:
    """Return a text that a header shows as it stands; a digit first would be read as a size of type."""
    return " " + text[:longest].replace("&", "&&")


def _wide(text: str) -> int:
    """Return how many half widths a text takes."""
    return sum(2 if ord(one) > 0x2E7F else 1 for one in text)
