"""One round: read what waits, solve, write offers and messages together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from dispatch.clock import stopwatch
from dispatch.desk.answering import answer_offer
from dispatch.desk.answers import Word
from dispatch.desk.asking import BY_HAND, Chosen, ask
from dispatch.desk.authorize import authorize
from dispatch.desk.clearness import check_clear
from dispatch.desk.moves import end_offers, find_request, move, move_many, scope
from dispatch.desk.silence import end_unanswered, expire_offers
from dispatch.desk.snapshot import Snapshot, take_snapshot
from dispatch.desk.ways_out import how, is_over, wrong_number
from dispatch.errors import NotAllowedNow, Refused
from dispatch.i18n import Sentence
from dispatch.model.actor import Actor
from dispatch.model.assignment import Offer
from dispatch.model.lifecycle import HOLDS_SEAT, HOLDS_SLOT, OFFER_SENTENCES, STATE_SENTENCES, OfferState, RequestState
from dispatch.model.request import Request, RequestId
from dispatch.model.responder import Responder, ResponderId
from dispatch.model.rules import Rules
from dispatch.plugins.cost_terms import NO_TERMS, CostTerms
from dispatch.policy.rings import plan_round
from dispatch.policy.waiting import NEAREST_FIRST, ONE_AT_A_TIME, after_left_out
from dispatch.solver.counting import read_out
from dispatch.solver.guarded import ChildSolver
from dispatch.solver.problem import LeftOut, Level, Solution
from dispatch.store import events, offers, people, requests
from dispatch.store.engine import Database, Transaction
from dispatch.store.marks import LAST_TICK, mark_moment

BY_HAND_FROM: Final = frozenset(
    {RequestState.RECEIVED, RequestState.TRIAGED, RequestState.ASKING, RequestState.NEEDS_PERSON}
)
"""States from which a person may decide to ask somebody."""

_EVER: Final = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """What one round did.

    Args:
        considered: How many requests were looked at.
        offered: The offers made (on a dry run: that would be made), with the request's number and the
            responder's code.
        left_out: The requests nobody was asked for, by number, with the reasons and how they are said.
        ways: By the number of a request left out, the command that puts its remedy into effect.
        expired: How many offers ran out first.
        seconds: How long it took, all in all.
        engine: "exact", or "greedy" where the exact solver failed and the nearest were asked first.
        fault: What became of the exact solver then.
        broken: Which cost terms of plugins were left out, and why.
    """

    considered: int
    offered: tuple[tuple[int, str, Chosen, Offer | None], ...]
    left_out: tuple[tuple[int, LeftOut, tuple[Sentence, ...]], ...]
    ways: Mapping[int, Sentence]
    levels: tuple[Level, ...]
    is_optimal: bool
    expired: int
    seconds: float
    engine: str = "exact"
    fault: Sentence | None = None
    broken: tuple[Sentence, ...] = ()


def run_round(
    database: Database,
    actor: Actor,
    rules: Rules,
    *,
    dry_run: bool = False,
    solver: ChildSolver | None = None,
    terms: CostTerms = NO_TERMS,
) -> Round:
    """Run one round of matching (一轮派单).

    Offers that nobody answered in time end first. The problem is read in one
    transaction, solved in none, and the answer is written in another, in which
    each request is looked at again and the constraints have the last word.

    A process of its own solves, so that whatever becomes of it people are asked: then by
    the nearest-first plan, which the round, its waves and an event say. A dry run goes the
    same way, for it must say what the round would do.

    Args:
        dry_run: Change nothing; say what would be done.
        solver: Who solves; none means our own process, within the rules' seconds.
        terms: What plugins have to say about who should go.
    """
    began = stopwatch()
    expired = 0
    with solver or ChildSolver(seconds=rules.solve_seconds, megabytes=rules.solve_megabytes) as solve:
        if not dry_run:
            expired = database.write(lambda tx: _tidy(tx, actor, rules))
        snapshot, broken = database.read(lambda tx: _read(tx, actor, rules)).with_terms(terms)
        solution = plan_round(snapshot.problem, solve)
    chosen = [
        Chosen(request_id=RequestId(one.need), responder_id=ResponderId(one.helper), terms=one.terms)
        for one in solution.assignments
    ]
    made: list[Offer] = []
    if not dry_run:
        made = database.write(lambda tx: _write(tx, actor, rules, snapshot, solution, chosen))
    return Round(
        considered=len(snapshot.problem.needs),
        offered=tuple(_lines(snapshot, chosen, made, dry_run=dry_run)),
        left_out=tuple(_said(snapshot, one) for one in solution.left_out),
        ways=database.read(lambda tx: _ways(tx, snapshot, solution.left_out)),
        levels=tuple(solution.levels),
        is_optimal=solution.status == "optimal",
        engine=solution.engine,
        fault=solution.fault,
        broken=broken,
        expired=expired,
        seconds=stopwatch() - began,
    )


def offer_by_hand(
    tx: Transaction,
    actor: Actor,
    rules: Rules,
    number: int,
    code: str,
    *,
    again: bool = False,
    accepted: bool = False,
    terms: CostTerms = NO_TERMS,
) -> Offer:
    """Ask one person for a request by hand (派单), under the same rules as a round.

    A request that needs a person waits to be matched by it, for a person has decided; but one with emergency words
    is first let go by name (``triage``).

    Args:
        code: The responder's code.
        again: Ask even though they were asked for this request before.
        accepted: They have said yes already, on the phone or at the door. Where every place was being asked of
            somebody else, the one asked last is told that they are not needed.
        terms: What plugins have to say; those that break are left out.

    Returns:
        The offer as it stands now.

    Raises:
        Refused: A rule speaks against it; the sentence says which.
        NotAllowedNow: The request is not waiting for anybody.
    """
    request = find_request(tx, actor, "offer", number)
    responder = people.with_code(tx.connection, tx.community, code)
    if request.state is RequestState.NEEDS_PERSON:
        check_clear(tx, request)
    _check_waiting(request)
    if accepted:
        standing = _asked_now(tx, actor, request, responder)
        if standing is not None:
            return _with_yes(tx, actor, rules, standing)
    _check_time(request, tx.now)
    if request.state in (RequestState.RECEIVED, RequestState.NEEDS_PERSON):
        request = move(tx, actor, rules, request, RequestState.TRIAGED)
    _check_holds_none(tx, request, responder)
    snapshot, _ = take_snapshot(tx, rules, only=request).with_terms(terms)
    if accepted:
        snapshot = snapshot.with_nobody_disturbed()
    costs = _terms_by_hand(tx, snapshot, responder, again=again)
    if accepted:
        _make_room(tx, actor, request)
    made = ask(
        tx, actor, rules, [Chosen(request_id=request.id, responder_id=responder.id, terms=costs)], BY_HAND
    )
    if not made:
        raise NotAllowedNow(
            "somebody is already asked for every place of request {number}",
            number=number,
            hint="wait for the answer, or ask for more people: dispatch request edit {number} --headcount N",
        )
    return _with_yes(tx, actor, rules, made[0]) if accepted else made[0]


def _asked_now(tx: Transaction, actor: Actor, request: Request, responder: Responder) -> Offer | None:
    """Return the offer they are being asked with, if its time is not over."""
    asked = [
        one
        for one in offers.of_requests(tx.connection, [request.id])
        if one.responder_id == responder.id and one.state is OfferState.OFFERED
    ]
    if asked and asked[0].deadline_at <= tx.now:
        end_unanswered(tx, actor, asked)
        return None
    return asked[0] if asked else None


def _make_room(tx: Transaction, actor: Actor, request: Request) -> None:
    asked = [one for one in offers.of_requests(tx.connection, [request.id]) if one.state is OfferState.OFFERED]
    if asked and len(asked) >= len(offers.free_slots(tx.connection, request.id)):
        end_offers(tx, actor, asked[-1:], OfferState.WITHDRAWN, request.number)


def _with_yes(tx: Transaction, actor: Actor, rules: Rules, asked: Offer) -> Offer:
    answer_offer(tx, actor, rules, asked, Word.YES)
    now = offers.with_id(tx.connection, asked.id)
    assert now is not None, "no offer is ever removed"
    return now


def _check_waiting(request: Request) -> None:
    if request.state is RequestState.NEEDS_PERSON and request.reason == "emergency":
        raise NotAllowedNow(
            "request {number} has emergency words, so nobody can be asked for it before somebody has looked at it",
            number=request.number,
            hint="when it can wait for a helper: dispatch request triage {number}",
        )
    if request.state not in BY_HAND_FROM:
        raise NotAllowedNow(
            "request {number} is {state}, so nobody can be asked for it",
            number=request.number,
            state=STATE_SENTENCES[request.state],
            hint="see what can be done: dispatch request show {number}",
        )


def _check_time(request: Request, now: datetime) -> None:
    if is_over(request, now):
        raise NotAllowedNow(
            "the time that was asked for in request {number} is over, so nobody can come in it",
            number=request.number,
            hint="agree on another time: dispatch request edit {number} --window BEGIN/END",
        )


def _check_holds_none(tx: Transaction, request: Request, responder: Responder) -> None:
    for one in offers.of_requests(tx.connection, [request.id]):
        if one.responder_id == responder.id and one.state in HOLDS_SEAT | HOLDS_SLOT:
            raise NotAllowedNow(
                "{code} was asked for request {number}, and it stands: {state}",
                code=responder.code,
                number=request.number,
                state=OFFER_SENTENCES[one.state],
                hint="see what can be done: dispatch request show {number}",
            )


def _opted_out(tx: Transaction, responder: Responder) -> bool:
    return any(
        str(one.params["responder"]) == responder.id
        for one in events.of_kind(tx.connection, tx.community, "opted-out", _EVER)
    )


def _terms_by_hand(tx: Transaction, snapshot: Snapshot, responder: Responder, *, again: bool) -> Mapping[str, int]:
    if not responder.is_active and _opted_out(tx, responder):
        raise Refused(
            "{code} has asked not to be asked any more",
            code=responder.code,
            hint="only if they have come back to it themselves: dispatch responder edit {code} --active",
        )
    if not responder.is_active:
        raise Refused("{code} has left", code=responder.code, hint="see who is here: dispatch responder list")
    from dispatch.solver.explain import objection  # brings NumPy, which a round leaves to its child

    (need,) = snapshot.problem.needs
    terms, speaks_against = objection(snapshot.problem, need.id, responder.id, ignore_asked=again)
    if speaks_against is not None:
        if wrong_number(responder) is not None:
            raise Refused(
                "{code} cannot be asked for request {number}: {why}",
                code=responder.code,
                number=need.number,
                why=speaks_against,
                hint="put it right: dispatch responder edit {code} --phone PHONE",
            )
        raise Refused(
            "{code} cannot be asked for request {number}: {why}",
            code=responder.code,
            number=need.number,
            why=speaks_against,
            hint="see who can: dispatch explain {number}",
        )
    return terms


def _tidy(tx: Transaction, actor: Actor, rules: Rules) -> int:
    """End what ran out, and let what came in wait to be matched."""
    authorize(actor, "round")
    expired = expire_offers(tx, actor, rules)
    within = scope(tx, actor)
    came_in = requests.find(tx.connection, tx.community, states=[RequestState.RECEIVED])
    mine = [one for one in came_in if within is None or one.place_id in within]
    move_many(tx, actor, rules, mine, RequestState.TRIAGED)
    for request in requests.find(tx.connection, tx.community, states=[RequestState.TRIAGED]):
        if request.window and request.window[1] < tx.now and (within is None or request.place_id in within):
            move(tx, actor, rules, request, RequestState.NEEDS_PERSON, reason="window-over")
    return expired


def _read(tx: Transaction, actor: Actor, rules: Rules) -> Snapshot:
    authorize(actor, "round")
    return take_snapshot(tx, rules, within=scope(tx, actor))


def _write(
    tx: Transaction,
    actor: Actor,
    rules: Rules,
    snapshot: Snapshot,
    solution: Solution,
    chosen: Sequence[Chosen],
) -> list[Offer]:
    policy = ONE_AT_A_TIME if solution.engine == "exact" else NEAREST_FIRST
    made = ask(tx, actor, rules, _as_planned(tx, snapshot, chosen), policy)
    if solution.fault is not None:
        tx.record(actor, "solver-failed", fault=solution.fault.to_json(), policy=policy)
    mark_moment(tx.connection, LAST_TICK, tx.now)
    left = requests.with_ids(tx.connection, (one.need for one in solution.left_out), lock=True)
    for one in solution.left_out:
        request = left[RequestId(one.need)]
        if request != snapshot.requests[one.need] or request.state is not RequestState.TRIAGED:
            continue
        follows = after_left_out(one.why, tx.now, rules)
        if follows.state is not request.state:
            move(tx, actor, rules, request, follows.state, reason=follows.reason, check_at=follows.check_at)
        else:
            requests.change(
                tx.connection, request, reason=follows.reason, next_check_at=follows.check_at
            )
        if request.reason != follows.reason:
            why = {turned.reason: turned.turned_away for turned in one.why}
            tx.record(actor, "left-out", request.id, why=why)
    return made


def _as_planned(tx: Transaction, snapshot: Snapshot, chosen: Sequence[Chosen]) -> list[Chosen]:
    """Leave out requests that changed since the plan, were offered to the same people, or whose people changed."""
    wanted = {one.request_id for one in chosen}
    now_there = requests.with_ids(tx.connection, wanted, lock=True)
    versions = people.versions_of(tx.connection, (one.responder_id for one in chosen))
    asked = {
        (one.request_id, one.responder_id)
        for one in offers.of_requests(tx.connection, wanted)
        if one.state is not OfferState.WITHDRAWN and not one.was_mistaken
    }
    stale = {
        one.request_id
        for one in chosen
        if one.request_id not in now_there
        or now_there[one.request_id].version != snapshot.requests[one.request_id].version
        or versions[one.responder_id] != snapshot.roster[one.responder_id].version
        or (one.request_id, one.responder_id) in asked
    }
    return [one for one in chosen if one.request_id not in stale]


def _said(snapshot: Snapshot, left: LeftOut) -> tuple[int, LeftOut, tuple[Sentence, ...]]:
    need = next(one for one in snapshot.problem.needs if one.id == left.need)
    return need.number, left, read_out(need, left.why)


def _ways(tx: Transaction, snapshot: Snapshot, left_out: Sequence[LeftOut]) -> dict[int, Sentence]:
    ways = {
        snapshot.requests[one.need].number: how(tx, snapshot.requests[one.need], one.remedy)
        for one in left_out
        if one.remedy is not None
    }
    return {number: way for number, way in ways.items() if way is not None}


def _lines(
    snapshot: Snapshot, chosen: Sequence[Chosen], made: Sequence[Offer], *, dry_run: bool
) -> list[tuple[int, str, Chosen, Offer | None]]:
    by_pair = {(one.request_id, one.responder_id): one for one in made}
    lines = []
    for one in chosen:
        offer = by_pair.get((one.request_id, one.responder_id))
        if offer is not None or dry_run:
            number = snapshot.requests[one.request_id].number
            lines.append((number, snapshot.roster[one.responder_id].code, one, offer))
    return sorted(lines, key=lambda line: (line[0], line[1]))
