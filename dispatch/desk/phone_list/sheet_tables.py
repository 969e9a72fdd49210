"""A phone sheet as a table: CSV that a spreadsheet opens in Chinese too."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import Final

from dispatch.desk.phone_list.sheet_rows import Row, Sheet
from dispatch.desk.phone_list.sheet_words import OVER
from dispatch.desk.sheets.cells import harmless
from dispatch.i18n import Language, Sentence, say

COLUMNS: Final[tuple[tuple[Sentence, Callable[[Row], str | int | Sentence]], ...]] = (
    (Sentence("row"), lambda row: row.two_digits),
    (Sentence("result"), lambda row: OVER if row.is_over else ""),
    (Sentence("name"), lambda row: row.name),
    (Sentence("pinyin"), lambda row: row.pinyin),
    (Sentence("phone"), lambda row: row.phone),
    (Sentence("call"), lambda row: row.purpose),
    (Sentence("what"), lambda row: row.what),
    (Sentence("where"), lambda row: row.where),
    (Sentence("when"), lambda row: row.when),
    (Sentence("minutes"), lambda row: row.minutes),
    (Sentence("terms"), lambda row: row.paid),
    (Sentence("answer by"), lambda row: row.answer_by),
    (Sentence("note"), lambda row: row.note),
    (Sentence("request"), lambda row: row.number),
    (Sentence("code"), lambda row: row.code),
)


def as_csv(sheet: Sheet) -> str:
    """Return the calls as CSV that Excel opens in Chinese too: a byte order mark first, no cell a formula."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([say(heading, sheet.language) for heading, _ in COLUMNS])
    for row in sheet.rows:
        writer.writerow([harmless(_said(cell(row), sheet.language)) for _, cell in COLUMNS])
    return "\ufeff" + out.getvalue()


def _said(cell: str | int | Sentence, language: Language) -> str:
    return say(cell, language) if isinstance(cell, Sentence) else str(cell)
