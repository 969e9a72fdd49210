"""Look at requests, correct them, decide; record afterwards what was done without us."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from dispatch.cli.calling import Misused, current, note, parse_window, print_json, table, tell
from dispatch.cli.group import Group, argument, option
from dispatch.cli.showing import (
    REASON_SENTENCES,
    line_json,
    lines_table,
    moved_json,
    note_if_nobody_told,
    service_name,
    whole_json,
)
from dispatch.cli.taking import taken_json
from dispatch.cli.words import words
from dispatch.i18n import Sentence
from dispatch.model.lifecycle import OFFER_SENTENCES, STATE_SENTENCES, OfferState, RequestState
from dispatch.model.request import Order, Private, Request
from dispatch.model.service import Urgency

if TYPE_CHECKING:
    from dispatch.desk.pages import Whole
    from dispatch.store.engine import Transaction
    from dispatch.store.events import Event


FIELD_SENTENCES = {
    "service": Sentence("service"),
    "place": Sentence("place"),
    "urgency": Sentence("how pressing"),
    "headcount": Sentence("people needed"),
    "window": Sentence("when"),
    "name": Sentence("name"),
    "phone": Sentence("phone"),
    "exact_address": Sentence("door"),
    "floor": Sentence("floor"),
    "note": Sentence("note"),
}


@click.group(cls=Group)
def request() -> None:
    """Look at requests, correct them, decide."""


@request.command("list")
@option(
    "--state",
    "states",
    multiple=True,
    metavar="STATE",
    type=click.Choice([one.value for one in RequestState]),
    help="Only these states.",
)
@option("--all", "everything", is_flag=True, help="The finished ones as well.")
@option("--limit", type=click.IntRange(min=1), default=None, help="At most so many, the newest.")
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
@argument("number", type=int)
def show(number: int) -> None:
    """See one request with its resident and its whole history."""
    from dispatch.desk.pages import show_request

    call = current()
    whole = call.read(lambda tx: show_request(tx, call.actor, number))
    if call.as_json:
        print_json(whole_json(whole))
    else:
        _print_whole(whole)


@request.command("edit")
@argument("number", type=int)
@option("--service", metavar="CODE", help="Another service, by its code.")
@option("--place", metavar="PLACE", help="Another building, unit and door, such as 8-2-301.")
@option("--urgency", type=click.Choice([one.value for one in Urgency]), help="How pressing it is.")
@option("--headcount", type=int, help="How many people are needed.")
@option("--window", metavar="A/B", help="When the work may begin: from A to B.")
@option("--name", help="What the resident is called.")
@option("--phone", help="Where the resident can be rung.")
@option("--note", help="Anything else, as it was said.")
def edit(number: int, **said: Any) -> None:
    """Correct a request that is still open; whoever has accepted it is told."""
    from dispatch.cli.taking import place_of, region_of
    from dispatch.desk.editing import Correction, edit_request
    from dispatch.desk.phones import parse_own_phone

    call = current()
    if all(one is None for one in said.values()):
        raise Misused(
            "nothing says what to correct in request {number}",
            number=number,
            hint="such as: dispatch request edit {number} --note …; dispatch request edit --help names the rest",
        )
    place, address, floor = place_of(call, said["place"]) if said["place"] else (None, None, None)
    correction = Correction(
        service=said["service"],
        place=place,
        exact_address=address,
        floor=floor,
        urgency=Urgency(said["urgency"]) if said["urgency"] else None,
        headcount=said["headcount"],
        window=parse_window(call, said["window"]),
        name=said["name"],
        phone=parse_own_phone(said["phone"], region_of(call)) if said["phone"] else None,
        note=said["note"],
    )
    _decide(lambda tx: edit_request(tx, call.actor, call.rules, number, correction), "request {number} is corrected")


@request.command("triage")
@argument("number", type=int)
@option("--urgency", type=click.Choice([one.value for one in Urgency]), help="How pressing it is.")
@option("--service", metavar="CODE", help="Another service, by its code.")
@option("--owner", metavar="NAME", help="Put it into this person's hands instead.")
def triage(number: int, urgency: str | None, service: str | None, owner: str | None) -> None:
    """Let a request wait to be matched, or reopen one that was done."""
    from dispatch.desk.closing import take_over
    from dispatch.desk.closing import triage as let_wait
    from dispatch.desk.editing import Correction, edit_request

    call = current()

    def work(tx: Transaction) -> Request:
        if owner is not None:
            return take_over(tx, call.actor, call.rules, number, owner)
        if urgency or service:
            correction = Correction(service=service, urgency=Urgency(urgency) if urgency else None)
            edit_request(tx, call.actor, call.rules, number, correction)
        return let_wait(tx, call.actor, call.rules, number)

    _decide(work, "request {number} is {state}")


@request.command("start")
@argument("number", type=int)
def start(number: int) -> None:
    """Note that the work has begun."""
    from dispatch.desk.closing import start_work

    call = current()
    _decide(lambda tx: start_work(tx, call.actor, call.rules, number), "request {number} is {state}")


@request.command("cancel")
@argument("number", type=int)
@option("--by", type=click.Choice(["resident", "desk"]), default="resident", help="Whose wish it was.")
def cancel(number: int, by: str) -> None:
    """Take a request back (撤单); everybody who was asked is told."""
    from dispatch.desk.closing import cancel as take_back
    from dispatch.desk.pages import show_request

    call = current()
    before = call.read(lambda tx: show_request(tx, call.actor, number))
    _decide(lambda tx: take_back(tx, call.actor, call.rules, number, by=by), "request {number} is {state}")
    for one in before.line.asked:
        if one.offer.state in (OfferState.ACCEPTED, OfferState.DOING):
            note(
                "ring {code} {name}: no need to come (dispatch phones, if no message reaches them)",
                code=one.code,
                name=one.name,
            )


@request.command("merge")
@argument("number", type=int)
@argument("into", type=int)
@option("--yes", "-y", "sure", is_flag=True, help="Even if service or door are not the same.")
def merge(number: int, into: int, sure: bool) -> None:
    """Merge a request into another for the same need (并单); the resident gets its number by message."""
    from dispatch.desk.closing import merge as put_together

    call = current()
    _decide(lambda tx: put_together(tx, call.actor, call.rules, number, into, sure=sure), "request {number} is {state}")


@request.command("unable")
@argument("number", type=int)
@option(
    "--why", required=True, help="Why it could not be done. The resident hears it as it stands: name no helper in it."
)
def unable(number: int, why: str) -> None:
    """Say that a request could not be done, and why (未办成); the resident is told."""
    from dispatch.desk.closing import unable as give_up

    call = current()
    _decide(lambda tx: give_up(tx, call.actor, call.rules, number, why), "request {number} is {state}")


@request.command("handover")
@argument("number", type=int)
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
@argument("number", type=int)
def promote(number: int) -> None:
    """Make a request a big matter for the council (转议事); the resident is told."""
    from dispatch.desk.closing import promote as make_big

    call = current()
    _decide(lambda tx: make_big(tx, call.actor, call.rules, number), "request {number} is {state}")


@request.command("release")
@argument("number", type=int)
@option("--from", "code", required=True, metavar="CODE", help="The responder who gives it back.")
def release(number: int, code: str) -> None:
    """Let a responder give back what they had accepted; somebody else is asked, and the resident is told."""
    from dispatch.desk.replies import give_back

    call = current()
    _decide(lambda tx: give_back(tx, call.actor, call.rules, number, code), "request {number} is {state}")


@request.command("log")
@argument("text", nargs=-1)
@option("--service", metavar="CODE", help="The service, by its code.")
@option("--place", metavar="PLACE", help="Building, unit and door, such as 8-2-301.")
@option("--by", "codes", multiple=True, required=True, metavar="CODE", help="Who helped; may be given several times.")
@option("--done", "done_at", metavar="MOMENT", help="When it was done; now unless given.")
@option("--name", default="", help="What the resident is called.")
@option("--phone", default="", help="Where the resident can be rung.")
@option("--note", default="", help="Anything else, as it was said.")
@option("--key", metavar="KEY", help="The same key with the same content makes no second request.")
def log(text: tuple[str, ...], codes: tuple[str, ...], done_at: str | None, **said: Any) -> None:
    """Record afterwards what was done without us (补单)."""
    from dataclasses import replace

    from dispatch.cli.taking import lost_answer, place_of, read_line, with_options
    from dispatch.desk.editing import log_afterwards
    from dispatch.errors import Refused
    from dispatch.model.request import Source

    call = current()
    if text:
        order = replace(read_line(call, " ".join(text)).order(source=Source.AFTERWARDS, key=said["key"]), window=None)
    elif said["service"] and said["place"]:
        place, address, floor = place_of(call, said["place"])
        order = Order(
            service=said["service"],
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
        lambda tx: log_afterwards(tx, call.actor, call.rules, order, list(codes), moment or tx.now)
    )
    call.if_lost = lost_answer(taken)
    if call.as_json:
        print_json(taken_json(taken, order))
    else:
        tell("recorded as request {number}", number=taken.number)


def _decide(work: Callable[[Transaction], Request], said: str) -> None:
    call = current()
    now = call.write(work)
    if call.as_json:
        print_json(moved_json(call, now))
    else:
        tell(said, number=now.number, state=STATE_SENTENCES[now.state])
    note_if_nobody_told(call, now.number)


def _print_whole(whole: Whole) -> None:
    call = current()
    line = whole.line
    one = line.request
    tell(
        "request {number}: {service}, {state}",
        number=one.number,
        service=service_name(line.service),
        state=STATE_SENTENCES[one.state],
    )
    facts = [
        ("where", whole.person.exact_address or whole.place),
        ("who asks", " ".join(part for part in (whole.person.name, whole.person.phone) if part)),
        ("as it was said", whole.person.notes),
        ("came in", call.clock_text(one.received_at)),
        ("people needed", str(one.headcount) if one.headcount > 1 else ""),
        ("when", " - ".join(call.clock_text(moment) for moment in one.window) if one.window else ""),
        ("looked at again", call.clock_text(one.next_check_at)),
        ("in whose hands", one.owner or ""),
        ("reason", words(REASON_SENTENCES.get(one.reason, one.reason)) if one.reason else ""),
        ("in words", whole.words),
        ("merged into", str(whole.merged_into) if whole.merged_into else ""),
        ("stars", str(one.rating) if one.rating else ""),
    ]
    for heading, fact in facts:
        if fact:
            tell("{heading}: {fact}", heading=words(heading), fact=fact)
    if line.asked:
        table(
            ["who", "name", "state", "code", "until", "metre-equivalents"],
            [
                (
                    asked.code,
                    asked.name,
                    OFFER_SENTENCES[asked.offer.state],
                    asked.offer.code,
                    call.clock_text(asked.offer.deadline_at),
                    asked.offer.cost,
                )
                for asked in line.asked
            ],
        )
    table(
        ["when", "what", "by"],
        [(call.clock_text(event.at), _happened(event, whole), event.actor) for event in whole.history],
    )


def _happened(event: Event, whole: Whole) -> str:
    from dispatch.desk.undoing import KIND_SENTENCES

    said = words(KIND_SENTENCES.get(event.kind, event.kind))
    if event.kind == "moved":
        said = words(STATE_SENTENCES.get(str(event.params["now"]), str(event.params["now"])))
        reason = event.params.get("reason")
        if reason:
            said += ": " + words(REASON_SENTENCES.get(str(reason), str(reason)))
    elif event.kind == "edited":
        named = [words(FIELD_SENTENCES[one]) for one in event.params.get("fields", ()) if one in FIELD_SENTENCES]
        said += ": " + ", ".join(named) if named else ""
    elif event.kind == "offered":
        said += " " + whole.codes.get(str(event.params["responder"]), "")
    elif event.kind == "offer-ended":
        said = words(OFFER_SENTENCES.get(str(event.params["now"]), str(event.params["now"])))
    return said

