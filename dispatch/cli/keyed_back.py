"""How the rows of a sheet that was keyed back are answered: who it was, what came of it, what is next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dispatch.cli.calling import tell
from dispatch.i18n import Sentence, sentence
from dispatch.model.message import MessageKind

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path

    from dispatch.cli.calling import Call
    from dispatch.desk.answering import Reply
    from dispatch.desk.phone_list.keyed_rows import Rung

_TOLD_ONLY = frozenset({"told", "no-answer"})
"""What comes of a call that asks nobody to come."""


def key_back(call: Call, sheet: int, typed: str, file: Path | None) -> tuple[list[Reply], Mapping[int, str]]:
    """Key back what was typed or, where a file is named, filled in there; return also the letter of each row."""
    from dispatch.desk.phone_list.filled_in import read_filled_in
    from dispatch.desk.phone_list.phone_sheets import read_sheet_answers
    from dispatch.desk.replies import reply_from_file, reply_from_sheet

    if file is None:
        replies = call.write(lambda tx: reply_from_sheet(tx, call.actor, call.rules, sheet, typed))
        return replies, dict(read_sheet_answers(typed))
    filled_in = read_filled_in(file)
    return call.write(lambda tx: reply_from_file(tx, call.actor, call.rules, sheet, filled_in)), dict(filled_in.answers)


def look_up_rows(call: Call, sheet: int, letters: Mapping[int, str]) -> Mapping[int, Rung]:
    """Return who stood on the rows that were keyed back."""
    from dispatch.desk.phone_list.keyed_rows import rung_on

    return call.read(lambda tx: rung_on(tx, sheet, letters))


def who_was_rung(one: Reply, rung: Rung | None) -> Sentence | str:
    """Name who answered, by the name on the paper beside the code."""
    name = rung.name if rung else ""
    if rung is not None and rung.is_resident:
        return sentence("resident {name}", name=name) if name else Sentence("resident")
    return f"{one.responder} {name}".strip() if one.responder else Sentence("resident")


def what_came_of_it(one: Reply, rung: Rung | None, letter: str) -> Sentence | None:
    """Say what came of a call and what follows; none where the outcome says it all."""
    if rung is not None and one.outcome == "accepted":
        return Sentence("accepted; name, phone and door stand on the next phone list")
    if rung is None or rung.kind is MessageKind.OFFER or one.outcome.value not in _TOLD_ONLY:
        return None
    known = {"number": one.number, "code": one.responder}
    if letter == "a":
        return sentence("told; note the rating: dispatch rate {number} STARS", **known) if _is_rating(rung) else None
    if letter == "n":
        return Sentence("not reached; the next phone list has the call again")
    if letter == "x" and rung.is_resident:
        return sentence("wrong number of the resident: dispatch request edit {number} --phone PHONE", **known)
    if letter == "x":
        return sentence("wrong number: dispatch responder edit {code} --phone PHONE", **known)
    return sentence("a no is no answer to it; look what they want: dispatch request show {number}", **known)


def _is_rating(rung: Rung) -> bool:
    return rung.kind is MessageKind.DONE


def tell_what_is_next(replies: Collection[Reply], rung: Mapping[int, Rung], letters: Mapping[int, str]) -> None:
    """Print which commands follow from the rows that were keyed back."""
    offers = {row for row, one in rung.items() if one.kind is MessageKind.OFFER}
    asked = [one for one in replies if one.row in offers]
    lost = [one for one in asked if one.outcome in ("declined", "no-answer", "wrong-number")]
    again = [one for one in replies if one not in asked and letters.get(one.row or 0) == "n"]
    if lost:
        tell("next, ask others: dispatch round")
    if again or any(one.outcome == "accepted" for one in asked):
        tell("next, print who must be told: dispatch phones")
