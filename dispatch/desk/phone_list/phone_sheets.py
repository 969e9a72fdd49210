"""Print the phone list on numbered sheets, and read what comes back of them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from dispatch.desk.authorize import authorize
from dispatch.desk.delivery.letters import Letter, is_needed, quiet_for_letter, read_letters
from dispatch.desk.moves import scope
from dispatch.desk.numerals import plain
from dispatch.desk.phone_list.sheet_rows import Row, Sheet, in_order, row_of
from dispatch.errors import NotFound, Refused
from dispatch.i18n import Language
from dispatch.model.actor import Actor
from dispatch.model.rules import Rules
from dispatch.store import community as towns
from dispatch.store import phone_sheets
from dispatch.store.engine import Transaction

_ACCEPTED: Final = "接 接单 接了 来 能来 会来 去 能去 会去 可以 可以的 同意 好 好的 愿意 告知 已告知 通知了 已通知"
_DECLINED: Final = (
    "不便 不方便 不接 不接单 不接了 不行 不可以 不同意 不愿意 不来 不来了 来不了 不能来 不去 不去了 去不了 不能去"
    " 没空 没时间 拒 拒绝 拒接单"
)
_UNREACHED: Final = (
    "没人接 无人接 没人接听 无人接听 没人接电话 无人应答 没人 未接 没接 没接电话 未接听 不接电话 打不通 没打通 不通"
    " 没通 关机 占线"
)
_WRONG: Final = "空号 错号 停机 号码错 号码错了 号码不对 号码有误 打错了"

LETTERS: Final = {
    "a": ("a", "√", "✓", "✔", *_ACCEPTED.split()),
    "d": ("d", "×", "✗", "✘", *_DECLINED.split()),
    "n": ("n", *_UNREACHED.split()),
    "x": ("x", *_WRONG.split()),
}
"""What is keyed back (accepted or told, declined, no answer, wrong number) and how people write it.

行 for yes is no such word: it also counts rows, and is read where nothing else can be meant.
"""

_MEANING: Final = {written: letter for letter, words in LETTERS.items() for written in words}
_ROW: Final = r"0*[1-9][0-9]{0,2}"
_COUNTED: Final = r"(?:\s*(?:号单?|行|条))?"
_ROWS: Final = rf"(?:第\s*)?{_ROW}{_COUNTED}(?:\s*[-~到至]\s*(?:第\s*)?{_ROW}{_COUNTED})?"
_ANSWER = re.compile(
    rf"(?<![0-9])((?:{_ROWS}\s*[,、和]\s*)*{_ROWS})\s*[.:=、)-]?\s*("
    + "|".join(sorted(_MEANING, key=len, reverse=True))
    + r")(?![a-z接单了])"
)
_NEXT: Final = r"(?=\s*(?:[,;、。/|]|[0-9第]|$))"
_ROW_OR_YES: Final = re.compile(rf"(?<![第0-9])({_ROW}\s*)行{_NEXT}")
_YES: Final = re.compile(rf"(?<![0-9])((?:第\s*)?{_ROW}\s*(?:号单?|行|条|[.:=)])\s*)行{_NEXT}")
_SPACED_YES: Final = re.compile(rf"(?<![第0-9])({_ROW}\s+)行{_NEXT}")
_COUNTS_ROWS: Final = re.compile(rf"{_ROW}\s*行(?!{_NEXT})")
_COMMAS: Final = ",;、。/|\n\r"
_LONGEST_PART: Final = 20
_LONGEST_RUN: Final = 50
"""Rows that one "8-10 n" may speak for: more than stand on a page are a slip of the finger."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A sheet that is not keyed back yet, and how much of a new one stands on paper already.

    Args:
        calls: How many calls a new sheet would have.
        on_it: How many of them stand on this sheet, their answers not keyed back.
        on_paper: How many of them stand on this sheet or an earlier one, their answers not keyed back.
    """

    number: int
    calls: int
    on_it: int
    on_paper: int

    @property
    def is_the_same(self) -> bool:
        """Whether a new sheet would have no call that this one has not."""
        return self.on_it == self.calls


def print_sheet(tx: Transaction, actor: Actor, rules: Rules, *, language: Language = "zh") -> Sheet:
    """Number a new sheet with every call that still has to be made within the actor's grid.

    A call stands on every new sheet until it is keyed back, or nobody need ring any more.

    Args:
        language: The language of whoever rings.

    Returns:
        The sheet. Where there is nobody to ring it has no rows, and no number is used up.

    Raises:
        Refused: The actor may not.
    """
    letters = _to_ring(tx, actor, rules)
    number = None
    if letters:
        ids = [letter.delivery.id for letter in letters]
        number = phone_sheets.number_sheet(tx.connection, tx.community, tx.now, ids)
        tx.record(actor, "sheet-printed", sheet=number, rows=len(ids))
    unreached = phone_sheets.times_unreached(tx.connection, (letter.delivery.id for letter in letters))
    return Sheet(
        number=number,
        printed_at=tx.now,
        community=towns.community_of(tx.connection, tx.community),
        hand_to=rules.owner or actor.name,
        language=language,
        rows=tuple(
            row_of(
                no,
                letter,
                tx.now,
                language,
                unreached=unreached.get(letter.delivery.id, 0),
                not_before=quiet_for_letter(letter, tx.now, rules),
            )
            for no, letter in enumerate(letters, start=1)
        ),
    )


def standing_sheet(tx: Transaction, actor: Actor, rules: Rules) -> Standing | None:
    """Return the last sheet that has calls of a new one and is not keyed back yet; none where each call is new.

    Raises:
        Refused: The actor may not.
    """
    letters = _to_ring(tx, actor, rules)
    on = phone_sheets.not_keyed_back(tx.connection, tx.community, [letter.delivery.id for letter in letters])
    if not on:
        return None
    last = max(on.values())
    return Standing(
        number=last,
        calls=len(letters),
        on_it=sum(number == last for number in on.values()),
        on_paper=len(on),
    )


def _to_ring(tx: Transaction, actor: Actor, rules: Rules) -> list[Letter]:
    """Return every call that still has to be made within the actor's grid, in the order in which to make them."""
    authorize(actor, "phones")
    since = tx.now - timedelta(days=rules.rating_days + 1)
    waiting = phone_sheets.open_calls(tx.connection, tx.community, since)
    within = scope(tx, actor)
    return in_order(
        [
            letter
            for letter in read_letters(tx, waiting)
            if is_needed(letter, tx.now, rules) and (within is None or letter.request.place_id in within)
        ]
    )


def reprint_sheet(
    tx: Transaction, actor: Actor, rules: Rules, number: int, *, language: Language = "zh"
) -> Sheet:
    """Return an earlier sheet with the same calls on the same rows.

    Calls that nobody need make any more are marked, their names and phones covered.

    Raises:
        NotFound: No such sheet was printed, or it has calls outside the actor's grid.
        Refused: The actor may not.
    """
    authorize(actor, "phones")
    stood = phone_sheets.rows_of(tx.connection, tx.community, number)
    letters = read_letters(tx, [one.delivery for one in stood])
    within = scope(tx, actor)
    outside = within is not None and any(letter.request.place_id not in within for letter in letters)
    if not stood or outside:
        raise NotFound(
            "there is no phone sheet {sheet}", sheet=number, hint="print a new one: dispatch phones"
        )
    unreached = phone_sheets.times_unreached(tx.connection, (one.delivery.id for one in stood))

    def again(one: phone_sheets.OnSheet, letter: Letter) -> Row:
        answered = one.result is not None and one.result != phone_sheets.NO_ANSWER
        return row_of(
            one.row_no,
            letter,
            tx.now,
            language,
            unreached=unreached.get(one.delivery.id, 0),
            not_before=quiet_for_letter(letter, tx.now, rules),
            is_over=answered or not is_needed(letter, tx.now, rules),
        )

    return Sheet(
        number=number,
        printed_at=stood[0].printed_at,
        community=towns.community_of(tx.connection, tx.community),
        hand_to=rules.owner or actor.name,
        language=language,
        rows=tuple(again(one, letter) for one, letter in zip(stood, letters, strict=True)),
    )


def read_sheet_answers(text: str) -> list[tuple[int, str]]:
    """Return the rows and letters that somebody keyed back, in the order in which they were written.

    Args:
        text: "12 a, 13 d, 14 n, 15x"; a accepted or told, d declined, n no answer, x wrong number, or the
            Chinese words for them. Commas of any kind, line ends or nothing at all may stand between.
            Several rows may share a letter: "1, 2, 3 a", "8-10 n", "第3到5行没人接".

    Raises:
        Refused: A part is not a row and a letter, or a row has two different ones; names every such part.
    """
    typed = _with_yes(plain(text).lower())
    answers: dict[int, str] = {}
    unclear = [match[0].strip() for match in _ROW_OR_YES.finditer(typed)]
    end = 0
    for found in _ANSWER.finditer(typed):
        unclear += _parts(text[end : found.start()])
        end = found.end()
        letter = _MEANING[found[2]]
        rows = _rows(found[1])
        if not rows:
            unclear += _parts(text[found.start() : end])
        for row_no in rows:
            if answers.setdefault(row_no, letter) != letter:
                unclear.append(f"{row_no} {answers[row_no]}/{letter}")
    unclear += _parts(text[end:])
    if not answers and not unclear:
        raise Refused("no row and letter was given", hint="such as: 12 a, 13 d, 14 n")
    if unclear:
        raise Refused(
            "this is not a row and a letter: {parts}; nothing of the line was recorded",
            parts=tuple(dict.fromkeys(unclear)),
            hint="write each row with a (yes or told), d (no), n (nobody picked up) or x (wrong number), or with the"
            " Chinese words for these: 12 a, 13 d, 14 n",
        )
    return list(answers.items())


def _with_yes(typed: str) -> str:
    """Return the line with 行 as 接 where it is a yes: 7:行 and, where 行 counts no rows elsewhere, 7 行.

    7行 may be a yes or the beginning of "7行，8行没人接": it is left, and asked back.
    """
    typed = _YES.sub(r"\1接", typed)
    return typed if _COUNTS_ROWS.search(typed) else _SPACED_YES.sub(r"\1接", typed)


def _rows(written: str) -> list[int]:
    """Return the rows that "1, 2, 8-10" names; none where a run goes backwards or too far."""
    rows: list[int] = []
    for part in re.split("[,、和]", written):
        first, *last = map(int, re.findall("[0-9]+", part))
        end = last[0] if last else first
        if not first <= end < first + _LONGEST_RUN:
            return []
        rows += range(first, end + 1)
    return rows


def _parts(between: str) -> list[str]:
    """Return what stands between two answers and does not merely part them."""
    tame = "".join("," if one in "\n\r" or plain(one) in _COMMAS else one for one in between)
    return [part.strip()[:_LONGEST_PART] for part in tame.split(",") if part.strip()]
