"""Take an answer: by phone and code, from a printed sheet, or on somebody's behalf."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dispatch.cli.calling import Call, Misused, current, print_json, tell
from dispatch.cli.group import argument, command, option
from dispatch.cli.showing import note_if_nobody_told
from dispatch.i18n import Sentence

if TYPE_CHECKING:
    from dispatch.desk.replies import Reply

OUTCOME_SENTENCES: dict[str, Sentence] = {
    "accepted": Sentence("accepted; they get name, phone and door"),
    "declined": Sentence("declined; the next person is asked in the next round"),
    "already-accepted": Sentence("they had accepted before; nothing changed"),
    "already-declined": Sentence("they had declined before; nothing changed"),
    "already-arranged": Sentence("somebody else has it already; nothing changed"),
    "expired": Sentence("the time to answer was over; nothing changed"),
    "not-needed": Sentence("it is no longer needed; nothing changed"),
    "no-answer": Sentence("no answer; the next person is asked in the next round"),
    "wrong-number": Sentence("wrong number; they are not asked until their phone is corrected"),
    "told": Sentence("told"),
    "opted-out": Sentence("they will not be asked any more"),
    "unclear": Sentence("not clear; it waits in today for a person to read"),
    "unknown": Sentence("nobody we know, or no such code; it waits in today"),
}


@command()
@argument("text", nargs=-1)
@option("--from", "phone", metavar="PHONE", help="The phone the answer came from.")
@option("--message-id", metavar="ID", help="What the channel calls the message; the same one changes nothing twice.")
@option("--channel", default="by-hand", help="The channel it came by.")
@option("--sheet", type=int, metavar="SHEET", help="The printed phone list that is keyed back: 12 a, 13 d, 14 n, 15 x.")
@option("--on-behalf-of", "code", metavar="CODE", help="Who said it by mouth; with --request and --yes or --no.")
@option("--request", "number", type=int, metavar="N", help="The request it is about.")
@option("--yes/--no", "accepts", default=None, help="Whether they come.")
def reply(
    text: tuple[str, ...],
    phone: str | None,
    message_id: str | None,
    channel: str,
    sheet: int | None,
    code: str | None,
    number: int | None,
    accepts: bool | None,
) -> None:
    """Take an answer (接单).

    By phone: dispatch reply --from PHONE "1 4821". From a sheet: dispatch reply --sheet 3 "12 a, 13 d".
    By mouth: dispatch reply --on-behalf-of V017 --request 7 --yes.
    """
    from dispatch.desk.replies import reply_from_phone, reply_from_sheet, reply_on_behalf

    call = current()
    words_said = " ".join(text)
    if sum(one is not None for one in (phone, sheet, code)) != 1:
        raise Misused(
            "an answer needs one of --from, --sheet and --on-behalf-of",
            hint="such as: dispatch reply --sheet 3 \"12 a, 13 d, 14 n\"",
        )
    if sheet is not None:
        replies = call.write(lambda tx: reply_from_sheet(tx, call.actor, call.rules, sheet, words_said))
    elif code is not None:
        if number is None or accepts is None:
            raise Misused(
                "--on-behalf-of needs --request and --yes or --no",
                hint="such as: dispatch reply --on-behalf-of V017 --request 7 --yes",
            )
        replies = [
            call.write(
                lambda tx: reply_on_behalf(tx, call.actor, call.rules, number, code, accepts=accepts)
            )
        ]
    else:
        assert phone is not None
        replies = [
            call.write(
                lambda tx: reply_from_phone(
                    tx, call.actor, call.rules, phone, words_said, channel=channel, message_id=message_id
                )
            )
        ]
    if call.as_json:
        print_json([_reply_json(one) for one in replies] if sheet is not None else _reply_json(replies[0]))
    for one in replies:
        if not call.as_json:
            _tell_reply(call, one)
        if one.outcome == "accepted" and one.number is not None:
            note_if_nobody_told(call, one.number)


def _tell_reply(call: Call, one: Reply) -> None:
    where = Sentence("request {number}", {"number": one.number}) if one.number else Sentence("answer")
    if one.row is not None:
        where = Sentence("row {row}, {where}", {"row": one.row, "where": where})
    tell(
        "{where}, {who}: {outcome}",
        where=where,
        who=one.responder or Sentence("resident"),
        outcome=OUTCOME_SENTENCES[one.outcome],
    )
    if one.wants_out:
        tell(
            "{code} wants to give request {number} back: dispatch request release {number} --from {code}",
            code=one.responder,
            number=one.number,
        )
    elif one.row is not None and one.outcome == "already-accepted":
        tell(
            "if that was noted by mistake: dispatch request release {number} --from {code}",
            code=one.responder,
            number=one.number,
        )
    elif one.outcome in ("already-declined", "expired") and _may_be_offered(call, one.number):
        tell(
            "to ask them again: dispatch offer {number} --to {code} --again", code=one.responder, number=one.number
        )
    elif one.outcome == "wrong-number":
        tell("put it right: dispatch responder edit {code} --phone PHONE", code=one.responder)
    if one.was_repeated:
        tell("this message had come before")


def _may_be_offered(call: Call, number: int | None) -> bool:
    """Say whether somebody may be asked again by hand: no hint leads to what would be refused."""
    from dispatch.desk.ways_out import may_be_offered
    from dispatch.store.requests import with_number

    if number is None:
        return False
    return call.read(lambda tx: may_be_offered(tx, with_number(tx.connection, tx.community, number)))


def _reply_json(one: Reply) -> dict[str, Any]:
    return {
        "outcome": one.outcome.value,
        "request": one.number,
        "responder": one.responder,
        "row": one.row,
        "wants_out": one.wants_out,
        "repeated": one.was_repeated,
    }


