"""Look at requests, correct them, decide; record afterwards what was done without us."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from dispatch.cli.calling import Misused, confirm, current, is_asked, note, parse_window, print_json, tell
from dispatch.cli.group import Group, argument, option
from dispatch.cli.orders import taken_json
from dispatch.cli.showing import (
    URGENCY,
    line_json,
    lines_table,
    moved_json,
    note_if_nobody_told,
    service_name,
    whole_json,
)
from dispatch.cli.values import AT_MOST, PEOPLE, REQUEST_NUMBER, OneOf
from dispatch.cli.whole import print_whole
from dispatch.desk.choices import STATE_WORDS, WISH_WORDS
from dispatch.i18n import Sentence
from dispatch.model.lifecycle import OPEN, STATE_SENTENCES, OfferState, RequestState
from dispatch.model.request import Order, Private, Request
from dispatch.model.service import Urgency

if TYPE_CHECKING:
    from dispatch.desk.pages import Whole
    from dispatch.store.engine import Transaction


WISH_SENTENCES = {"resident": Sentence("the resident"), "desk": Sentence("the desk")}


@click.group(cls=Group)
def request() -> None:
    """Look at requests, correct them, decide."""


@request.command("list")
@option(
    "--state",
    "states",
    multiple=True,
    metavar="STATE",
    type=OneOf(STATE_SENTENCES, STATE_WORDS),
    help="Only these states.",
)
@option("--all", "everything", is_flag=True, help="The finished ones as well.")
@option("--limit", type=AT_MOST, default=None, help="At most so many, the newest.")
def list_(states: tuple[str, ...], everything: bool, limit: int | None) -> None:
    """See the requests that are open or not rated yet."""
    from dispatch.desk.pages import list_requests

    call = current()
    wanted = [RequestState(one) for one in states] or (list(RequestState) if everything else None)
    lines = call.read(lambda tx: list_requests(tx, call.actor, wanted, limit=limit))
    if call.as_json:
        print_json([line_json(one) for one in lines])
    elif lines:
        lines_table(call, lines)
    else:
        tell("no requests")


@request.command("show")
@argument("number", type=REQUEST_NUMBER)
def show(number: int) -> None:
    """See one request with its resident and its whole history."""
    from dispatch.desk.pages import show_request

    call = current()
    whole = call.read(lambda tx: show_request(tx, call.actor, number))
    if call.as_json:
        print_json(whole_json(whole))
    else:
        print_whole(call, whole)


@request.command("edit")
@argument("number", type=REQUEST_NUMBER)
@option("--service", metavar="SERVICE", help="Another service, by its code or its name.")
@option("--place", metavar="PLACE", help="Another building, unit and door, such as 8-2-301.")
@option("--urgency", type=URGENCY, help="How pressing it is.")
@option("--headcount", type=PEOPLE, help="How many people are needed.")
@option("--window", metavar="TIME", help="When the work may begin: today, tomorrow 9:00-11:00, or A/B.")
@option("--name", help="What the resident is called.")
@option("--phone", help="Where the resident can be rung.")
@option("--note", help="Anything else, as it was said.")
def edit(number: int, **said: Any) -> None:
    """Correct a request that is still open; whoever has accepted it is told."""
    from dispatch.cli.corrected import tell_changes
    from dispatch.cli.orders import own_phone, place_of
    from dispatch.desk.editing import Correction, edit_request
    from dispatch.desk.pages import show_request

    call = current()
    if all(one is None for one in said.values()):
        raise Misused(
            "nothing says what to correct in request {number}",
            number=number,
            hint="such as: dispatch request edit {number} --note …; dispatch request edit --help names the rest",
        )
    place, address, floor = place_of(call, said["place"]) if said["place"] else (None, None, None)
    correction = Correction(
        service=call.service_of(said["service"]) if said["service"] is not None else None,
        place=place,
        exact_address=address,
        floor=floor,
        urgency=Urgency(said["urgency"]) if said["urgency"] else None,
        headcount=said["headcount"],
        window=parse_window(call, said["window"]),
        name=said["name"],
        phone=own_phone(call, said["phone"]) if said["phone"] else None,
        note=said["note"],
    )
    before = call.read(lambda tx: show_request(tx, call.actor, number))
    now = call.write(lambda tx: edit_request(tx, call.actor, call.rules, number, correction))
    if call.as_json:
        print_json(moved_json(call, now))
    else:
        tell_changes(call, before, call.read(lambda tx: show_request(tx, call.actor, number)))
        if now.state is RequestState.TRIAGED and before.line.request.state is not RequestState.TRIAGED:
            tell("request {number} waits to be matched again: dispatch round", number=number)
    note_if_nobody_told(call, number)


@request.command("triage")
@argument("number", type=REQUEST_NUMBER)
@option("--urgency", type=URGENCY, help="How pressing it is.")
@option("--service", metavar="SERVICE", help="Another service, by its code or its name.")
@option("--owner", metavar="NAME", help="Put it into this person's hands instead.")
def triage(number: int, urgency: str | None, service: str | None, owner: str | None) -> None:
    """Let a request wait to be matched, or reopen one that was done."""
    from dispatch.desk.closing import take_over
    from dispatch.desk.closing import triage as let_wait
    from dispatch.desk.editing import Correction, edit_request

    call = current()
    service = call.service_of(service) if service is not None else None

    def work(tx: Transaction) -> Request:
        if owner is not None:
            return take_over(tx, call.actor, call.rules, number, owner)
        if urgency or service:
            correction = Correction(service=service, urgency=Urgency(urgency) if urgency else None)
            edit_request(tx, call.actor, call.rules, number, correction)
        return let_wait(tx, call.actor, call.rules, number)

    _decide(work, "request {number} is {state}")


@request.command("start")
@argument("number", type=REQUEST_NUMBER)
def start(number: int) -> None:
    """Note that the work has begun."""
    from dispatch.desk.closing import start_work

    call = current()
    _decide(lambda tx: start_work(tx, call.actor, call.rules, number), "request {number} is {state}")


@request.command("cancel")
@argument("number", type=REQUEST_NUMBER)
@option("--by", type=OneOf(WISH_SENTENCES, WISH_WORDS), default="resident", help="Whose wish it was.")
@option("--yes", "-y", "sure", is_flag=True, help="Do not ask whether it is the right one.")
def cancel(number: int, by: str, sure: bool) -> None:
    """Take a request back (撤单); everybody who was asked is told."""
    from dispatch.desk.closing import cancel as take_back
    from dispatch.desk.pages import show_request

    call = current()
    before = call.read(lambda tx: show_request(tx, call.actor, number))
    may_ask = not sure and not call.as_json and is_asked() and before.line.request.state in OPEN
    if may_ask and not confirm("cancel {what}?", enter=False, what=_named(before)):
        note("nothing was changed")
        return
    _decide(lambda tx: take_back(tx, call.actor, call.rules, number, by=by), "request {number} is {state}")
    for one in before.line.asked:
        if one.offer.state in (OfferState.ACCEPTED, OfferState.DOING):
            note(
                "ring {code} {name}: no need to come (dispatch phones, if no message reaches them)",
                code=one.code,
                name=one.name,
            )


@request.command("merge")
@argument("number", type=REQUEST_NUMBER)
@argument("into", type=REQUEST_NUMBER)
@option("--yes", "-y", "sure", is_flag=True, help="Even if service or door are not the same.")
def merge(number: int, into: int, sure: bool) -> None:
    """Merge a request into another for the same need (并单); the resident gets its number by message."""
    from dispatch.desk.closing import DifferentNeeds
    from dispatch.desk.closing import merge as put_together
    from dispatch.desk.pages import show_request

    call = current()
    try:
        now = call.write(lambda tx: put_together(tx, call.actor, call.rules, number, into, sure=sure))
    except DifferentNeeds:
        if call.as_json or not is_asked():
            raise
        one = call.read(lambda tx: show_request(tx, call.actor, number))
        other = call.read(lambda tx: show_request(tx, call.actor, into))
        if not confirm("merge {what} into {other}?", enter=False, what=_named(one), other=_named(other)):
            note("nothing was changed")
            return
        now = call.write(lambda tx: put_together(tx, call.actor, call.rules, number, into, sure=True))
    if call.as_json:
        print_json(moved_json(call, now))
        note_if_nobody_told(call, number)
    else:
        tell(
            "request {number} is merged into request {into}, which is the only one from now on "
            "(tell the resident to keep {into} in mind)",
            number=number,
            into=into,
        )


@request.command("unable")
@argument("number", type=REQUEST_NUMBER)
@option(
    "--why", required=True, help="Why it could not be done. The resident hears it as it stands: name no helper in it."
)
def unable(number: int, why: str) -> None:
    """Say that a request could not be done, and why (未办成); the resident is told."""
    from dispatch.desk.closing import unable as give_up

    call = current()
    _decide(lambda tx: give_up(tx, call.actor, call.rules, number, why), "request {number} is {state}")


@request.command("handover")
@argument("number", type=REQUEST_NUMBER)
@option(
    "--to",
    "to_whom",
    required=True,
    help="To whom, by name, with their phone if you know it. The resident hears it.",
)
def handover(number: int, to_whom: str) -> None:
    """Hand a request over to somebody outside (转办); the resident is told to whom."""
    from dispatch.desk.closing import hand_over

    call = current()
    _decide(lambda tx: hand_over(tx, call.actor, call.rules, number, to_whom), "request {number} is {state}")


@request.command("promote")
@argument("number", type=REQUEST_NUMBER)
def promote(number: int) -> None:
    """Make a request a big matter for the council (转议事); the resident is told."""
    from dispatch.desk.closing import promote as make_big

    call = current()
    _decide(lambda tx: make_big(tx, call.actor, call.rules, number), "request {number} is {state}")


@request.command("release")
@argument("number", type=REQUEST_NUMBER)
@option("--from", "code", required=True, metavar="RESPONDER", help="The responder who gives it back.")
def release(number: int, code: str) -> None:
    """Let a responder give back what they had accepted; somebody else is asked, and the resident is told."""
    from dispatch.desk.replies import give_back

    call = current()

    def work(tx: Transaction) -> Request:
        return give_back(tx, call.actor, call.rules, number, call.code_of(tx, "release", code))

    _decide(work, "request {number} is {state}")


@request.command("log")
@argument("text", nargs=-1)
@option("--service", metavar="SERVICE", help="The service, by its code or its name.")
@option("--place", metavar="PLACE", help="Building, unit and door, such as 8-2-301.")
@option(
    "--by", "codes", multiple=True, required=True, metavar="RESPONDER", help="Who helped; may be given several times."
)
@option("--done", "done_at", metavar="MOMENT", help="When it was done; now unless given.")
@option("--name", default="", help="What the resident is called.")
@option("--phone", default="", help="Where the resident can be rung.")
@option("--note", default="", help="Anything else, as it was said.")
@option("--key", metavar="KEY", help="The same key with the same content makes no second request.")
def log(text: tuple[str, ...], codes: tuple[str, ...], done_at: str | None, **said: Any) -> None:
    """Record afterwards what was done without us (补单)."""
    from dataclasses import replace

    from dispatch.cli.orders import lost_answer, place_of, read_line, with_options
    from dispatch.desk.editing import log_afterwards
    from dispatch.errors import Refused
    from dispatch.model.request import Source

    call = current()
    if text:
        order = replace(read_line(call, " ".join(text)).order(source=Source.AFTERWARDS, key=said["key"]), window=None)
    elif said["service"] and said["place"]:
        place, address, floor = place_of(call, said["place"])
        order = Order(
            service=call.service_of(said["service"]),
            place=place,
            person=Private(exact_address=address, floor=floor),
            source=Source.AFTERWARDS,
            key=said["key"],
        )
    else:
        raise Refused("a record needs a typed line, or --service and --place")
    order = with_options(call, order, {**said, "urgency": None, "headcount": None, "window": None})
    moment = call.moment(done_at) if done_at else None
    taken = call.write(
        lambda tx: log_afterwards(
            tx, call.actor, call.rules, order, [call.code_of(tx, "log", one) for one in codes], moment or tx.now
        )
    )
    call.if_lost = lost_answer(taken)
    if call.as_json:
        print_json(taken_json(taken, order))
    else:
        tell("recorded as request {number}", number=taken.number)


def _named(whole: Whole) -> Sentence:
    """Name a request so that a person can tell whether it is the one they mean."""
    where = " ".join(part for part in (whole.person.exact_address or whole.place, whole.person.name) if part)
    return Sentence(
        "request {number} ({service}, {where})",
        {"number": whole.line.request.number, "service": service_name(whole.line.service), "where": where},
    )


def _decide(work: Callable[[Transaction], Request], said: str) -> None:
    call = current()
    now = call.write(work)
    if call.as_json:
        print_json(moved_json(call, now))
    else:
        tell(said, number=now.number, state=STATE_SENTENCES[now.state])
    note_if_nobody_told(call, now.number)
