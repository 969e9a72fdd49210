"""One round: read what waits, solve, write offers and messages together."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from dispatch.clock import stopwatch
from dispatch.desk.asking import Chosen, Look, ask
from dispatch.desk.authorize import authorize
from dispatch.desk.moves import move, move_many, scope
from dispatch.desk.outlook import Outlook, read_outlook
from dispatch.desk.silence import expire_offers
from dispatch.desk.snapshot import Snapshot, take_snapshot
from dispatch.desk.ways_out import how
from dispatch.i18n import Sentence
from dispatch.model.actor import Actor
from dispatch.model.assignment import Offer
from dispatch.model.lifecycle import OfferState, RequestState
from dispatch.model.request import RequestId
from dispatch.model.responder import ResponderId
from dispatch.model.rules import Rules
from dispatch.plugins.cost_terms import NO_TERMS, CostTerms
from dispatch.policy.rings import innermost, plan_round
from dispatch.policy.waiting import NEAREST_FIRST, after_left_out
from dispatch.solver.counting import read_out
from dispatch.solver.guarded import ChildSolver
from dispatch.solver.problem import LeftOut, Level, Solution
from dispatch.store import offers, people, requests
from dispatch.store.engine import Database, Transaction
from dispatch.store.marks import LAST_TICK, mark_moment


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
    may_wait: bool = False,
    fen_by_channel: Callable[[], Mapping[str, int]] = dict,
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
        may_wait: Whether what is not urgent may wait for others, as the rules say.
        fen_by_channel: Says what one message costs, in fen; asked only where somebody is reached by message.
    """
    began = stopwatch()
    expired = 0
    with solver or ChildSolver(seconds=rules.solve_seconds, megabytes=rules.solve_megabytes) as solve:
        if not dry_run:
            expired = database.write(lambda tx: _tidy(tx, actor, rules))
        snapshot, outlook = database.read(lambda tx: _read(tx, actor, rules, may_wait=may_wait))
        snapshot, broken = snapshot.with_terms(terms)
        solution = plan_round(snapshot.problem, solve)
    chosen = [
        Chosen(request_id=RequestId(one.need), responder_id=ResponderId(one.helper), terms=one.terms)
        for one in solution.assignments
    ]
    looks: Mapping[RequestId, Look] = {}
    if outlook is not None:
        from dispatch.desk.asking_wider import widen  # brings NumPy, which a round on paper leaves to its child

        wider = widen(snapshot, solution, outlook, rules, chosen, fen_by_channel())
        chosen, looks = list(wider.chosen), wider.looks
    made: list[Offer] = []
    if not dry_run:
        made = database.write(lambda tx: _write(tx, actor, rules, snapshot, solution, chosen, looks))
    asked_more = {one.id for one in snapshot.asking} & {one.request_id for one in chosen}
    return Round(
        considered=len(snapshot.problem.needs) + len(asked_more),
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


def _read(
    tx: Transaction, actor: Actor, rules: Rules, *, may_wait: bool
) -> tuple[Snapshot, Outlook | None]:
    authorize(actor, "round")
    snapshot = take_snapshot(tx, rules, within=scope(tx, actor), may_wait=may_wait)
    return snapshot, read_outlook(tx, rules, snapshot.roster)


def _write(
    tx: Transaction,
    actor: Actor,
    rules: Rules,
    snapshot: Snapshot,
    solution: Solution,
    chosen: Sequence[Chosen],
    looks: Mapping[RequestId, Look],
) -> list[Offer]:
    policy = rules.policy.value if solution.engine == "exact" else NEAREST_FIRST
    planned = _as_planned(tx, snapshot, chosen)
    made = ask(tx, actor, rules, planned, policy, looks=looks, notes=_rings_skipped(snapshot, rules))
    _look_again(tx, snapshot, looks, {one.request_id for one in made})
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


def _rings_skipped(snapshot: Snapshot, rules: Rules) -> dict[RequestId, dict[str, Any]]:
    """Return in which ring people are asked, and which were skipped since nobody in them could go."""
    if not rules.rings:
        return {}
    needs = (*snapshot.problem.needs, *snapshot.asking)
    inner = innermost(replace(snapshot.problem, needs=needs))
    reached = {RequestId(one.id): inner.get(one.id, len(rules.rings)) for one in needs if one.rings}
    return {
        name: {"ring": [*rules.rings, "outside"][ring], "skipped": list(rules.rings[:ring])}
        for name, ring in reached.items()
    }


def _look_again(
    tx: Transaction, snapshot: Snapshot, looks: Mapping[RequestId, Look], but_for: Collection[RequestId]
) -> None:
    """Note when those are looked at again for whom nobody else is asked now."""
    waiting = {one.id for one in snapshot.asking if one.id not in but_for} & set(looks)
    for request in requests.with_ids(tx.connection, (RequestId(one) for one in sorted(waiting)), lock=True).values():
        if request == snapshot.requests[request.id]:
            requests.change(tx.connection, request, next_check_at=looks[request.id].at)


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
