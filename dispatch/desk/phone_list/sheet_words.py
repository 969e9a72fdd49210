"""What stands on a phone sheet whatever it is written as: its titles, its boxes to tick, its terms."""

from __future__ import annotations

from typing import Final

from dispatch.clock import on_the_wall
from dispatch.desk.phone_list.sheet_rows import Row, Sheet
from dispatch.i18n import Language, Sentence, say, sentence
from dispatch.model.message import MessageKind

Box = tuple[str, Sentence]
"""What is keyed back for a tick, and what stands beside the box."""

OFFER_BOXES: Final[tuple[Box, ...]] = (
    ("a", Sentence("yes")),
    ("d", Sentence("no")),
    ("n", Sentence("no answer")),
    ("x", Sentence("wrong no.")),
)
NOTICE_BOXES: Final[tuple[Box, ...]] = (
    ("a", Sentence("told")),
    ("n", Sentence("no answer")),
    ("x", Sentence("wrong no.")),
)
FACES: Final[tuple[Box, ...]] = (("5", Sentence("good")), ("3", Sentence("fair")), ("1", Sentence("poor")))

OVER: Final = Sentence("over: do not ring")
NOBODY: Final = Sentence("there is nobody to ring")
RUNG_BY: Final = Sentence("rung by:")
KEY_IT_BACK: Final = Sentence("To key it back:")
SHRED: Final = Sentence("There are names and phones on this sheet: shred it when it is keyed back.")
URGENT: Final = Sentence("urgent")

HEADS: Final = (
    Sentence("row"),
    Sentence("whom to ring"),
    Sentence("what to say"),
    Sentence("what came of it"),
)


def title_of(sheet: Sheet) -> str:
    """Return what the sheet is called: "Phone list no. 3"."""
    if sheet.number is None:
        return say(sentence("Phone list"), sheet.language)
    return say(sentence("Phone list no. {sheet}", sheet=sheet.number), sheet.language)


def community_name(sheet: Sheet) -> str:
    """Return the community's name in the language of whoever rings."""
    return sheet.community.name_zh if sheet.language == "zh" else sheet.community.name_en


def facts_of(sheet: Sheet) -> str:
    """Return the community, when the sheet was printed and how many calls it has."""
    printed = on_the_wall(sheet.printed_at, sheet.community.zone)
    calls = say(sentence("{count} calls", count=sum(not row.is_over for row in sheet.rows)), sheet.language)
    return f"{community_name(sheet)} · {printed:%Y-%m-%d %H:%M} · {calls}"


def hand_to(sheet: Sheet) -> str:
    """Return to whom the sheet goes when it is rung through."""
    return say(sentence("then hand to: {name}", name=sheet.hand_to), sheet.language)


def commands_of(sheet: Sheet) -> list[str]:
    """Return what to type when it is rung through, with rows of this sheet."""
    live = [row for row in sheet.rows if not row.is_over] or list(sheet.rows)
    example = ", ".join(
        f"{row.two_digits} {letter}" for row, letter in zip(live, ("a", "n", "x"), strict=False)
    )
    rated = [f"dispatch rate {row.number} 5" for row in live if row.kind == MessageKind.DONE.value][:1]
    return [f'dispatch reply --sheet {sheet.number} "{example}"', *rated]


def number_of(row: Row, language: Language) -> str:
    """Return the request's number in words."""
    return say(sentence("no. {number}", number=row.number), language)


def terms_of_row(row: Row, language: Language) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return, for a question, where and when; then how long, paid or not, and by when to answer."""
    length = say(sentence("about {minutes} min", minutes=row.minutes), language)
    by = say(sentence("answer by {clock}", clock=row.answer_by), language)
    return (row.where, row.when), (length, row.paid, by)


def note_of(row: Row) -> Sentence:
    """Return what to know of whoever is rung, in words."""
    return sentence("note: {note}", note=row.note)


def boxes_of(row: Row) -> tuple[Box, ...]:
    """Return the boxes to tick."""
    return OFFER_BOXES if row.is_question else NOTICE_BOXES


def faces_of(row: Row) -> tuple[Box, ...]:
    """Return the boxes for how it was; none where that is not asked."""
    return FACES if row.kind == MessageKind.DONE.value else ()


def unreached_before(row: Row, language: Language) -> str:
    """Return how often nobody picked up before; empty where nobody tried in vain."""
    if not row.unreached:
        return ""
    return say(sentence("not reached {times} times before", times=row.unreached), language)
