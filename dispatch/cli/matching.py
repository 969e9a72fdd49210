"""A round, an offer by hand, the outbox, the worker, and the reasons for it all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dispatch.cli.calling import Call, current, note, print_json, table, tell
from dispatch.cli.collecting import bring_in
from dispatch.cli.group import argument, command, option
from dispatch.cli.showing import asked_json
from dispatch.cli.values import REQUEST_NUMBER, seconds_of
from dispatch.cli.words import words
from dispatch.errors import DispatchError, Refused
from dispatch.i18n import Sentence

if TYPE_CHECKING:
    from dispatch.desk.arrivals import TakenIn
    from dispatch.desk.explaining import Explanation
    from dispatch.desk.matching import Round
    from dispatch.model.assignment import Offer
    from dispatch.store.engine import Transaction


@command("round")
@option("--dry-run", is_flag=True, help="Change nothing; say what would be done.")
def run_round(dry_run: bool) -> None:
    """Run one round of matching (派单): read what waits, choose, ask."""
    from dispatch.solver.guarded import ChildSolver

    call = current()
    rules = call.settings.rules
    # It is started before anything else is loaded, for then the two load side by side.
    with ChildSolver(seconds=rules.solve_seconds, megabytes=rules.solve_megabytes) as solver:
        from dispatch.desk.matching import run_round as match

        done = match(
            call.database,
            call.actor,
            rules,
            dry_run=dry_run,
            solver=solver,
            terms=call.wired.cost_terms,
            fen_by_channel=call.wired.fen_by_channel,
        )
    if call.as_json:
        print_json(_round_json(done))
        return
    if not done.considered:
        _tell_nothing_waits(call)
        return
    tell(
        "requests looked at: {considered}; people who would be asked: {offered}; nobody to ask for: {left_out}"
        if dry_run
        else "requests looked at: {considered}; people asked: {offered}; nobody to ask for: {left_out}",
        considered=done.considered,
        offered=len(done.offered),
        left_out=len(done.left_out),
    )
    if done.fault is not None:
        tell("the best plan could not be found, so the nearest were asked first: {fault}", fault=done.fault)
    for broken in done.broken:
        tell(broken)
    if done.offered:
        _print_offered(call, done)
    for number, left, why in done.left_out:
        tell("request {number}: nobody; {why}", number=number, why=tuple(map(call.named, why)))
        if left.remedy is not None:
            tell("    what would help: {remedy}", remedy=call.named(left.remedy))
        if number in done.ways:
            tell("    {way}", way=done.ways[number])
    if dry_run:
        tell("nothing was changed")
    elif done.offered:
        _tell_whom_to_ring(call)


def _print_offered(call: Call, done: Round) -> None:
    from dispatch.desk.awaited import covered_names

    names = call.read(lambda tx: covered_names(tx, (chosen.responder_id for _, _, chosen, _ in done.offered)))
    table(
        ["no.", "who", "until"],
        [
            (number, f"{code} {names.get(code, '')}".strip(), call.clock_text(offer.deadline_at) if offer else "")
            for number, code, _, offer in done.offered
        ],
    )


def _tell_nothing_waits(call: Call) -> None:
    from dispatch.desk.awaited import awaited

    waiting = call.read(lambda tx: awaited(tx, call.actor, call.rules))
    if waiting.to_ring:
        tell(
            "nothing to dispatch now; answers still to come: {count}; print the phone list: dispatch phones",
            count=waiting.people,
        )
    elif waiting.people:
        tell("nothing to dispatch now; answers still to come: {count}", count=waiting.people)
    else:
        tell("nothing to dispatch now")


def _tell_whom_to_ring(call: Call) -> None:
    from dispatch.desk.awaited import awaited

    waiting = call.read(lambda tx: awaited(tx, call.actor, call.rules))
    if waiting.to_ring:
        tell("people to ring for their answer: {count}; print the phone list: dispatch phones", count=waiting.to_ring)


@command()
@argument("number", type=REQUEST_NUMBER)
@option("--to", "code", required=True, metavar="RESPONDER", help="Whom to ask, by code, name or phone.")
@option("--again", is_flag=True, help="Even though they were asked for this request before.")
@option("--accepted", is_flag=True, help="They have said yes already, on the phone or at the door: note it at once.")
def offer(number: int, code: str, again: bool, accepted: bool) -> None:
    """Ask one person by hand (派单), under the same rules as a round."""
    from dispatch.desk.by_hand import offer_by_hand

    call = current()
    terms = call.wired.cost_terms

    def work(tx: Transaction) -> tuple[str, Offer]:
        meant = call.code_of(tx, "offer", code)
        made = offer_by_hand(
            tx, call.actor, call.rules, number, meant, again=again, accepted=accepted, terms=terms
        )
        return meant, made

    try:
        code, made = call.write(work)
    except Refused as error:
        said = call.named(Sentence(error.message, error.params))
        raise type(error)(error.message, hint=error.hint, **said.params) from error
    if call.as_json:
        print_json(_offer_json(code, number, made))
    elif accepted:
        tell("{code} comes to request {number}; they get name, phone and door", code=code, number=number)
    else:
        tell(
            "{code} is being asked for request {number}, until {time}",
            code=code,
            number=number,
            time=call.clock_text(made.deadline_at),
        )


@command()
def deliver() -> None:
    """Take in what came back, and send what stands in the outbox, once."""
    call = current()
    _hear(call)
    done = _deliver(call)
    _hear(call)
    if call.as_json:
        print_json(done)
    else:
        tell("sent {sent}, to be tried again {try_later}, given up {gave_up}, not known {unknown}", **done)


@command()
@option("--every", metavar="TIME", default="30s", help="How long between two looks: 30s, 5m.")
@option("--for", "for_", metavar="TIME", default=None, help="Stop after this long: 10m, 8h.")
def run(every: str, for_: str | None) -> None:
    """Keep working: take in what came in and came back, end what ran out, match, send, again."""
    from dispatch.clock import sleep, stopwatch
    from dispatch.desk.matching import run_round as match
    from dispatch.desk.verifying import note_tick

    call = current()
    pause, limit = seconds_of(every), seconds_of(for_) if for_ else None
    began = stopwatch()
    while True:
        try:
            bring_in(call)
            heard = _hear(call)
            done = match(
                call.database,
                call.actor,
                call.rules,
                terms=call.wired.cost_terms,
                may_wait=True,
                fen_by_channel=call.wired.fen_by_channel,
            )
            sent = _deliver(call)
            call.write(lambda tx: note_tick(tx, call.actor))
            note(
                "{considered} waiting, {offered} asked, {expired} without answer, {left_out} left out; sent {sent}",
                considered=done.considered,
                offered=len(done.offered),
                expired=done.expired,
                left_out=len(done.left_out),
                sent=sent["sent"],
            )
            if heard.answers:
                note("answers that came in: {count}", count=heard.answers)
            if done.fault is not None:
                note("the best plan could not be found, so the nearest were asked first: {fault}", fault=done.fault)
            for broken in done.broken:
                note(broken)
        except DispatchError as error:
            if error.exit_code != 5:
                raise
            note(error.message, **error.params)
        if limit is not None and stopwatch() - began + pause > limit:
            return
        sleep(pause)


@command()
@argument("number", type=REQUEST_NUMBER)
@option("--why-not", metavar="RESPONDER", help="Why this person is not asked.")
@option("--public", is_flag=True, help="Without names and codes, as it may be read to anybody.")
def explain(number: int, why_not: str | None, public: bool) -> None:
    """Hear why this one, why not that one, why nobody and what would fix it."""
    from dispatch.desk.explaining import explain_request

    call = current()
    terms = call.wired.cost_terms

    def work(tx: Transaction) -> Explanation:
        meant = call.code_of(tx, "explain", why_not) if why_not is not None else None
        return explain_request(
            tx, call.actor, call.rules, number, why_not=meant, public=public, terms=terms
        )

    said = call.read(work)
    if call.as_json:
        print_json(
            {
                "number": number,
                "about": said.about,
                "sentences": [words(call.named(one)) for one in said.sentences],
                "reasons": [one.to_json() for one in said.sentences],
            }
        )
        return
    for one in said.sentences:
        tell(call.named(one))


def _hear(call: Call) -> TakenIn:
    from dispatch.desk.arrivals import collect

    return collect(call.database, call.actor, call.rules, call.wired.channels)


def _deliver(call: Call) -> dict[str, Any]:
    from dataclasses import asdict

    from dispatch.desk.delivery.outbox_out import deliver as empty_outbox

    channels = call.wired.channels
    call.say_what_broke()
    done = empty_outbox(
        call.database,
        call.actor,
        call.rules,
        channels,
        on_delivered=call.wired.plugins.delivered,
        links=call.wired.links,
    )
    if done.capped:
        note("cost as much today as they may, so their messages go to the next channel: {names}", names=done.capped)
    return asdict(done)


def _round_json(done: Round) -> dict[str, Any]:
    return {
        "considered": done.considered,
        "offered": [
            {
                "request": number,
                "responder": code,
                "cost": sum(chosen.terms.values()),
                "terms": dict(chosen.terms),
                "deadline_at": offer.deadline_at if offer else None,
                "wave": offer.wave_no if offer else None,
            }
            for number, code, chosen, offer in done.offered
        ],
        "left_out": [
            {
                "request": number,
                "why": [{"reason": one.reason, "turned_away": one.turned_away} for one in left.why],
                "remedy": words(left.remedy) if left.remedy else None,
                "way": words(done.ways[number]) if number in done.ways else None,
            }
            for number, left, _ in done.left_out
        ],
        "levels": [{"name": one.name, "value": one.value, "bound": one.bound} for one in done.levels],
        "optimal": done.is_optimal,
        "engine": done.engine,
        "fault": words(done.fault) if done.fault else None,
        "broken": [words(one) for one in done.broken],
        "expired": done.expired,
        "seconds": round(done.seconds, 4),
    }


def _offer_json(code: str, number: int, made: Offer) -> dict[str, Any]:
    from dispatch.desk.pages import Asked

    return {"request": number, **asked_json(Asked(code=code, name="", offer=made))}
