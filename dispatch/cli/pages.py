"""The pages of the day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dispatch.cli.calling import Call, current, note, print_json, tell
from dispatch.cli.group import command
from dispatch.cli.showing import line_json, lines_table, print_lines
from dispatch.cli.words import listed, words
from dispatch.i18n import Sentence

if TYPE_CHECKING:
    from dispatch.desk.pages import Today, Unclear

LANE_SENTENCES = {
    "ordered": Sentence("ordered (下单)"),
    "dispatching": Sentence("dispatching (派单)"),
    "accepted": Sentence("accepted (接单)"),
    "rating": Sentence("rating (评单), of today"),
}


@command()
def today() -> None:
    """See what needs a person now, and nothing else."""
    from dispatch.desk.keeping import restored_note
    from dispatch.desk.pages import today as look
    call = current()
    now = call.read(lambda tx: look(tx, call.actor, call.rules))
    restored = call.read(restored_note)
    if restored is not None:
        note(restored)
    if call.as_json:
        print_json(
            {
                "at": now.at,
                "needs_person": [
                    {**line_json(one), "next_step": words(now.next_steps.get(one.request.number, ""))}
                    for one in now.needs_person
                ],
                "nobody": [line_json(one) for one in now.nobody],
                "waiting": [line_json(one) for one in now.waiting],
                "silent": [line_json(one) for one in now.silent],
                "overdue": [line_json(one) for one in now.overdue],
                "unrated": [line_json(one) for one in now.unrated],
                "unclear": [
                    {
                        "answer": one.tag,
                        "words": one.words,
                        "who": one.who,
                        "received_at": one.received_at,
                        "number": one.number,
                        "promised_at": one.promised_at,
                        "source": one.source or None,
                    }
                    for one in now.unclear
                ],
                "wants_out": [{"request": number, "responder": code} for number, code in now.wants_out],
                "wrong_numbers": list(now.wrong_numbers),
                "calls": now.calls,
                "satisfied": now.satisfied[0],
                "rated": now.satisfied[1],
            }
        )
        return
    _print_today(call, now)


@command()
def board() -> None:
    """See all lanes: 下单, 派单, 接单, 评单."""
    from dispatch.desk.pages import board as look

    call = current()
    lanes = call.read(lambda tx: look(tx, call.actor, call.rules))
    if call.as_json:
        print_json({name: [line_json(one) for one in lines] for name, lines in lanes.items()})
        return
    for name, lines in lanes.items():
        tell("{lane}: {count}", lane=LANE_SENTENCES[name], count=len(lines))
        if lines:
            lines_table(call, lines)


def _print_order(call: Call, one: Unclear) -> None:
    tell(
        "an order from {source} that could not be taken ({when}): {words}",
        source=one.source,
        when=listed(call.clock_text(one.received_at), one.who),
        words=one.words,
    )
    tell("    ring them up, and take it by hand: dispatch take; then: dispatch reply --seen {tag}", tag=one.tag)


def _print_today(call: Call, now: Today) -> None:
    good, rated = now.satisfied
    if rated:
        tell("requests rated: {rated}, satisfied: {good}", good=good, rated=rated)
    print_lines(call, "need a person", now.needs_person)
    for number, step in now.next_steps.items():
        tell("request {number}: {step}", number=number, step=step)
    print_lines(call, "nobody could be asked", now.nobody)
    for one in now.unclear:
        if one.source:
            _print_order(call, one)
            continue
        tell(
            "an answer nobody could act on ({time}, {who}): {words}",
            time=call.clock_text(one.received_at),
            who=one.who,
            words=one.words,
        )
        if one.promised_at is not None:
            tell("    read as: there at {time}", time=call.clock_text(one.promised_at))
        for number, code in one.about:
            tell(
                "    what they meant: dispatch reply --on-behalf-of {code} --request {number} --yes (or --no)",
                code=code,
                number=number,
            )
        tell("    nothing to note: dispatch reply --seen {tag}", tag=one.tag)
    for number, code in now.wants_out:
        tell(
            "{code} wants to give request {number} back: dispatch request release {number} --from {code}",
            code=code,
            number=number,
        )
        tell(
            "    if they come after all: dispatch reply --on-behalf-of {code} --request {number} --yes",
            code=code,
            number=number,
        )
    for code in now.wrong_numbers:
        tell(
            "{code}: wrong number; not asked until it is put right: dispatch responder edit {code} --phone PHONE",
            code=code,
        )
    print_lines(call, "arranged, was it done?", now.overdue)
    print_lines(call, "asked, no answer yet", now.silent)
    print_lines(call, "waiting for the next round (dispatch round)", now.waiting)
    if now.calls:
        tell("calls to make: {count} (dispatch phones)", count=now.calls)
    print_lines(call, "done, not rated yet", now.unrated)
    if not any(
        (
            now.needs_person,
            now.nobody,
            now.unclear,
            now.wants_out,
            now.wrong_numbers,
            now.overdue,
            now.silent,
            now.waiting,
            now.calls,
            now.unrated,
        )
    ):
        tell("nothing needs you now")
