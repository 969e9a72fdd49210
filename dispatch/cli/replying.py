"""Take an answer: by phone and code, from a printed sheet, or on somebody's behalf."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dispatch.cli.calling import Call, Misused, current, print_json, tell
from dispatch.cli.group import argument, command, option
from dispatch.cli.keyed_back import key_back, look_up_rows, tell_what_is_next, what_came_of_it, who_was_rung
from dispatch.cli.showing import note_if_nobody_told
from dispatch.cli.values import REQUEST_NUMBER, SHEET_NUMBER
from dispatch.errors import Refused
from dispatch.i18n import Sentence

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from dispatch.desk.answering import Reply
    from dispatch.desk.phone_list.keyed_rows import Rung

OUTCOME_SENTENCES: dict[str, Sentence] = {
    "accepted": Sentence("accepted; they get name, phone and door"),
    "declined": Sentence("declined; the next person is asked in the next round"),
    "already-accepted": Sentence("they had accepted before; nothing changed"),
    "already-declined": Sentence("they had declined before; nothing changed"),
    "already-arranged": Sentence("somebody else has it already; nothing changed"),
    "expired": Sentence("the time to answer was over; nothing changed"),
    "not-needed": Sentence("it is no longer needed; nothing changed"),
    "not-allowed": Sentence("by now a rule speaks against it, so they do not go; others are asked"),
    "not-reached-before": Sentence(
        "they were noted as not reached before, and the request has gone on; nothing changed"
    ),
    "no-answer": Sentence("no answer; the next person is asked in the next round"),
    "wrong-number": Sentence("wrong number; they are not asked until their phone is corrected"),
    "told": Sentence("told"),
    "opted-out": Sentence("they will not be asked any more"),
    "unclear": Sentence("not clear; it waits in today for a person to read"),
    "too-many": Sentence("too many wrong codes from this phone; nothing is decided by it for ten minutes"),
    "unknown": Sentence("nobody we know, or no such code; it waits in today"),
}


_CONTRADICTIONS: dict[tuple[str, bool], Sentence] = {
    ("already-accepted", True): Sentence("yes was noted of them before, and now no; the yes stands"),
    ("already-declined", False): Sentence("no was noted of them before, and now yes; the no stands"),
}


@command()
@argument("text", nargs=-1)
@option("--from", "phone", metavar="PHONE", help="The phone the answer came from.")
@option("--message-id", metavar="ID", help="What the channel calls the message; the same one changes nothing twice.")
@option("--channel", default="by-hand", help="The channel it came by.")
@option(
    "--sheet",
    type=SHEET_NUMBER,
    metavar="SHEET",
    help="The printed phone list that is keyed back: 12 a, 13 d, 14 n, 15 x.",
)
@option(
    "--from-file",
    "file",
    type=click.Path(path_type=Path),
    help="With --sheet: the table of that phone list, .xlsx or .csv, its results filled in.",
)
@option("--on-behalf-of", "code", metavar="RESPONDER", help="Who said it by mouth; with --request and --yes or --no.")
@option("--request", "number", type=REQUEST_NUMBER, metavar="N", help="The request it is about.")
@option("--yes/--no", "accepts", default=None, help="Whether they come.")
@option("--seen", metavar="ANSWER", help="Tick off an answer that waited in today to be read, by its digits there.")
def reply(
    text: tuple[str, ...],
    phone: str | None,
    message_id: str | None,
    channel: str,
    sheet: int | None,
    file: Path | None,
    code: str | None,
    number: int | None,
    accepts: bool | None,
    seen: str | None,
) -> None:
    """Take an answer (接单).

    By phone: dispatch reply --from PHONE "1 4821". From a sheet: dispatch reply --sheet 3 "12 a, 13 d".
    From its table: dispatch reply --sheet 3 --from-file phones-3.xlsx.
    By mouth: dispatch reply --on-behalf-of V017 --request 7 --yes.
    """
    from dispatch.cli.orders import region_of
    from dispatch.desk.phones import parse_phone
    from dispatch.desk.replies import reply_from_phone, reply_on_behalf

    call = current()
    if seen is not None and phone is None and sheet is None and code is None:
        _tick_off(seen)
        return
    words_said = " ".join(text)
    if file is not None and (sheet is None or words_said):
        raise Misused(
            "--from-file needs --sheet, and nothing typed beside it",
            hint="such as: dispatch reply --sheet 3 --from-file phones-3.xlsx",
        )
    if seen is None and (phone, sheet, code) == (None, None, None):
        _refuse_without_sheet(call, words_said)
    if seen is not None or sum(one is not None for one in (phone, sheet, code)) != 1:
        raise Misused(
            "an answer needs one of --from, --sheet and --on-behalf-of",
            hint="such as: dispatch reply --sheet 3 \"12 a, 13 d, 14 n\"",
        )
    letters: Mapping[int, str] = {}
    if sheet is not None:
        replies, letters = key_back(call, sheet, words_said, file)
    elif code is not None:
        if number is None or accepts is None:
            raise Misused(
                "--on-behalf-of needs --request and --yes or --no",
                hint="such as: dispatch reply --on-behalf-of V017 --request 7 --yes",
            )
        replies = [
            call.write(
                lambda tx: reply_on_behalf(
                    tx, call.actor, call.rules, number, call.code_of(tx, "reply", code), accepts=accepts
                )
            )
        ]
    else:
        assert phone is not None
        number_there = parse_phone(phone, region_of(call), call.settings.phones.area_code)
        replies = [
            call.write(
                lambda tx: reply_from_phone(
                    tx, call.actor, call.rules, number_there, words_said, channel=channel, message_id=message_id
                )
            )
        ]
    if call.as_json:
        print_json([_reply_json(one) for one in replies] if sheet is not None else _reply_json(replies[0]))
        _note_nobody_told(call, replies)
        return
    rung = look_up_rows(call, sheet, letters) if sheet is not None else {}
    for one in replies:
        _tell_reply(call, one, rung.get(one.row or 0), letters.get(one.row or 0, ""))
    _note_nobody_told(call, replies)
    tell_what_is_next(replies, rung, letters)


def _note_nobody_told(call: Call, replies: Iterable[Reply]) -> None:
    for one in replies:
        if one.outcome == "accepted" and one.number is not None:
            note_if_nobody_told(call, one.number)


def _tick_off(tag: str) -> None:
    from dispatch.desk.unread import mark_read

    call = current()
    call.write(lambda tx: mark_read(tx, call.actor, call.rules, tag))
    if call.as_json:
        print_json({"seen": tag})
    else:
        tell("ticked off; it waits in today no more")


def _refuse_without_sheet(call: Call, text: str) -> None:
    """Raise, naming the newest sheet, where a text is rows and words for them, and only the sheet is missing."""
    from dispatch.desk.authorize import authorize
    from dispatch.desk.phone_list.phone_sheets import read_sheet_answers
    from dispatch.store.phone_sheets import newest_sheet

    try:
        read_sheet_answers(text)
        authorize(call.actor, "phones")
    except Refused:
        return
    newest = call.read(lambda tx: newest_sheet(tx.connection, tx.community))
    if newest is not None:
        raise Misused(
            "these are rows of a phone sheet, and which sheet is not said",
            newest=newest,
            text=text,
            hint="its number stands at the top of the page; on the newest: dispatch reply --sheet {newest} \"{text}\"",
        )


def _tell_reply(call: Call, one: Reply, rung: Rung | None = None, letter: str = "") -> None:
    where = Sentence("request {number}", {"number": one.number}) if one.number else Sentence("answer")
    if one.row is not None:
        where = Sentence("row {row}, {where}", {"row": one.row, "where": where})
    outcome = what_came_of_it(one, rung, letter) or _outcome(one)
    tell("{where}, {who}: {outcome}", where=where, who=who_was_rung(one, rung), outcome=outcome)
    next_step = _next_step(call, one)
    if next_step is not None:
        tell(Sentence(next_step.id, {"code": one.responder, "number": one.number}))
    if one.was_repeated:
        tell("this message had come before")


def _outcome(one: Reply) -> Sentence:
    if one.deadline_at is not None:
        until = current().clock_text(one.deadline_at)
        return Sentence("they could answer until {time}; nothing changed", {"time": until})
    said = OUTCOME_SENTENCES[one.outcome]
    return _CONTRADICTIONS.get((one.outcome, one.wants_out), said) if one.contradicts else said


def _next_step(call: Call, one: Reply) -> Sentence | None:
    """Return the command that makes an answer count which changed nothing."""
    if one.wants_out:
        return Sentence("to make it a no: dispatch request release {number} --from {code}")
    if one.outcome == "wrong-number":
        return Sentence("put it right: dispatch responder edit {code} --phone PHONE")
    if not _may_come(call, one):
        return Sentence("see how it stands: dispatch request show {number}") if one.contradicts else None
    if one.outcome == "already-declined" and one.contradicts:
        return Sentence("to make it a yes: dispatch offer {number} --to {code} --again --accepted")
    if one.outcome in ("expired", "not-reached-before"):
        return Sentence("if they come after all: dispatch offer {number} --to {code} --again --accepted")
    if one.row is not None and one.outcome == "already-accepted":
        return Sentence("if that was noted by mistake: dispatch request release {number} --from {code}")
    return None


def _may_come(call: Call, one: Reply) -> bool:
    """Say whether somebody's yes could still count: no hint leads to what would be refused."""
    from dispatch.desk.ways_out import may_be_offered
    from dispatch.store.requests import with_number

    number = one.number
    if number is None or one.outcome not in ("already-declined", "expired", "not-reached-before"):
        return True
    return call.read(lambda tx: may_be_offered(tx, with_number(tx.connection, tx.community, number), accepted=True))


def _reply_json(one: Reply) -> dict[str, Any]:
    return {
        "outcome": one.outcome.value,
        "request": one.number,
        "responder": one.responder,
        "row": one.row,
        "wants_out": one.wants_out,
        "repeated": one.was_repeated,
    }


