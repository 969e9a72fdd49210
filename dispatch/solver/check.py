"""An independent referee: is this allowed, what does it cost, is the bound right.

It reads the problem again by itself, one pair at a time in Python's own
integers, and shares nothing with the solver but the names.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from functools import cached_property
from itertools import combinations
from typing import NamedTuple
from zoneinfo import ZoneInfo

from dispatch.model.service import Urgency
from dispatch.solver.counting import REASONS
from dispatch.solver.problem import ExtraTerm, FirstAsked, Helper, Need, Problem, Solution
from dispatch.units import metres_between

Vector = tuple[int, ...]
"""A cost at every level, compared level by level as Python compares tuples."""

ORDER = ("unserved_urgent", "unserved_normal", "unserved_low", "waiting", "pool", "load", "cost")


class Break(NamedTuple):
    """One promise that a solution breaks.

    Args:
        promise: A short name, such as "seats".
        where: Ids, or the name of a level.
        claimed: What the solution says or does.
        found: What the referee finds.
    """

    promise: str
    where: str
    claimed: object
    found: object


def breaks(problem: Problem, solution: Solution) -> tuple[Break, ...]:
    """Return every promise that a solution breaks; none means that it keeps them all.

    That a plan which calls itself optimal is so is proved here where the network
    without all-or-nothing proves it, which it does whenever every need takes one person.
    """
    referee = _Referee(problem, solution.first_asked)
    found = [*referee.legality(solution), *referee.costs(solution), *referee.levels(solution)]
    found += referee.left_out(solution)
    is_provable = solution.status == "optimal" and all(need.slots == 1 for need in problem.needs)
    if not found and is_provable and not is_proved_best(problem, solution):
        found.append(Break("bound", "whole plan", "optimal", "a better plan exists"))
    return tuple(found)


def breaks_in_sent(problem: Problem, solution: Solution) -> tuple[Break, ...]:
    """Return the promises that a solution breaks, looking only at who is sent, never at all pairings.

    Quick enough to ask before any answer is believed: rules, seats, all or nothing, ids, costs and
    levels. What it says about those who are not sent, and that it is best, is taken on trust.
    """
    referee = _Referee(problem, solution.first_asked)
    found = [*referee.legality(solution), *referee.costs(solution), *referee.levels(solution)]
    named = {*(one.need for one in solution.left_out), *solution.candidates, *solution.skipped}
    found += [Break("known", need_id, "told of", "no such need") for need_id in sorted(named - referee.needs.keys())]
    reasons = {turned.reason for one in solution.left_out for turned in one.why}
    found += [Break("why", reason, "turned away", "no such reason") for reason in sorted(reasons - REASONS)]
    return tuple(found)


def is_proved_best(problem: Problem, solution: Solution) -> bool:
    """Say whether no circle of changes makes a plan better at a level above those that it makes worse.

    True proves the plan best, whatever the slots. False proves that a better one
    exists where every need takes one person; where needs take several it proves
    nothing, for the circle may serve a need in part.

    Source: a flow is cheapest exactly if its residual network has no circle of
    negative cost (Klein 1967), which holds for costs of any ordered group and so
    for levels compared as tuples.
    """
    return _Referee(problem, solution.first_asked).is_cheapest(solution)


class _Referee:
    def __init__(self, problem: Problem, first_asked: FirstAsked) -> None:
        self.problem = problem
        self.needs = {need.id: need for need in problem.needs}
        self.helpers = {helper.id: helper for helper in problem.helpers}
        self.first_asked = first_asked
        self.now = self._wall(problem.at)

    @cached_property
    def reasons(self) -> dict[tuple[str, str], str | None]:
        return {
            (need.id, helper.id): self._first_reason(need, helper)
            for need in self.needs.values()
            for helper in self.helpers.values()
        }

    @cached_property
    def could(self) -> Counter[str]:
        return Counter(need_id for (need_id, _), reason in self.reasons.items() if reason is None)

    def _wall(self, moment: datetime) -> datetime:
        return moment.astimezone(ZoneInfo(self.problem.zone)).replace(tzinfo=None)

    def _first_reason(self, need: Need, helper: Helper) -> str | None:
        against = {
            "skill": any(helper.skills.get(name, 0) < level for name, level in need.skills.items()),
            "licence": need.licence is not None and need.licence not in helper.licences,
            "minor": not helper.is_adult and (need.adults_only or not need.has_adult),
            "reach": need.proximity and metres_to(need, helper) > helper.reach_metres,
            "stairs": helper.no_stairs and need.proximity and _may_climb(need, helper),
            "wrong-number": helper.has_wrong_number,
            "hours": not self._is_open(need, helper),
            "rest": helper.rested_at is not None and helper.rested_at > self.problem.at,
            "monthly-cap": helper.is_spent,
            "capacity": helper.free_seats < 1,
            "apart": helper.id in need.apart,
            "asked-before": helper.id in need.asked,
            "unavailable": helper.id in need.never,
        }
        return next((reason for reason, holds in against.items() if holds), None)

    def _is_open(self, need: Need, helper: Helper) -> bool:
        return (need.wakes or not self._is_quiet(need, helper)) and self._keeps_hours(need, helper)

    def _is_quiet(self, need: Need, helper: Helper) -> bool:
        """Say whether it is quiet now, or will be before they could have answered."""
        soon = {
            (self.now.hour * 60 + self.now.minute + later) % (24 * 60) for later in range(need.notice_minutes + 1)
        }
        for begins, ends in helper.quiet:
            still = range(begins, ends) if begins < ends else (*range(begins, 24 * 60), *range(ends))
            if not soon.isdisjoint(still):
                return True
        return False

    def _keeps_hours(self, need: Need, helper: Helper) -> bool:
        if not helper.hours:
            return True
        begins = ends = self.now
        if need.window is not None and need.window[1] > self.problem.at:
            begins, ends = max(self._wall(need.window[0]), self.now), self._wall(need.window[1])
        return self._open_between(helper, self.now, self.now) and self._open_between(helper, begins, ends)

    def _open_between(self, helper: Helper, begins: datetime, ends: datetime) -> bool:
        minute = begins.replace(second=0, microsecond=0)
        day = minute.replace(hour=0, minute=0)
        while day <= ends:
            for hours in helper.hours:
                opens, closes = (
                    day + timedelta(minutes=hours.from_minute),
                    day + timedelta(minutes=hours.to_minute),
                )
                if day.weekday() == hours.weekday and opens <= max(ends, begins) and minute < closes:
                    return True
            day += timedelta(days=1)
        return False

    def legality(self, solution: Solution) -> Iterator[Break]:
        pairs = Counter((one.need, one.helper) for one in solution.assignments)
        for (need_id, helper_id), times in pairs.items():
            if need_id not in self.needs or helper_id not in self.helpers:
                yield Break("known", f"{need_id} {helper_id}", "assigned", "no such pair")
            elif (reason := self._first_reason(self.needs[need_id], self.helpers[helper_id])) is not None:
                yield Break("eligible", f"{need_id} {helper_id}", "assigned", reason)
            if times > 1:
                yield Break("different people", f"{need_id} {helper_id}", times, 1)
        for helper_id, held in Counter(one.helper for one in solution.assignments).items():
            if helper_id in self.helpers and held > self.helpers[helper_id].free_seats:
                yield Break("seats", helper_id, held, self.helpers[helper_id].free_seats)
        yield from self._kept_apart(pairs)
        served = Counter(one.need for one in solution.assignments)
        out = Counter(one.need for one in solution.left_out)
        for need in self.needs.values():
            if served[need.id] not in (0, need.slots):
                yield Break("all or nothing", need.id, served[need.id], need.slots)
            if out[need.id] != (served[need.id] == 0):
                yield Break("answered once", need.id, out[need.id], int(served[need.id] == 0))

    def _kept_apart(self, pairs: Mapping[tuple[str, str], int]) -> Iterator[Break]:
        for first, second in sorted(self.problem.apart):
            for need_id in sorted(self.needs):
                if (need_id, first) in pairs and (need_id, second) in pairs:
                    yield Break("apart", need_id, f"{first} {second}", "never sent together")

    def costs(self, solution: Solution) -> Iterator[Break]:
        for one in solution.assignments:
            if one.need in self.needs and one.helper in self.helpers:
                terms = cost_terms(self.needs[one.need], self.helpers[one.helper], self.problem.extra)
                if dict(one.terms) != terms or one.cost != sum(terms.values()):
                    yield Break("cost", f"{one.need} {one.helper}", (one.cost, dict(one.terms)), terms)

    def levels(self, solution: Solution) -> Iterator[Break]:
        values = self.values(solution)
        claimed = {level.name: level.value for level in solution.levels}
        if [name for name in ORDER if name in claimed] != [level.name for level in solution.levels]:
            yield Break("order of levels", "levels", list(claimed), ORDER)
        for name, value in values.items():
            if name not in claimed and (name == "cost" or (value and name != "load")):
                yield Break("level", name, "nothing to say", value)
        for level in solution.levels:
            if level.value != values.get(level.name):
                yield Break("level", level.name, level.value, values.get(level.name))
            if level.bound > level.value:
                yield Break("bound", level.name, level.bound, level.value)
        is_closed = all(level.value == level.bound for level in solution.levels)
        if (solution.status == "optimal") != is_closed:
            yield Break("status", "whole plan", solution.status, is_closed)

    def values(self, solution: Solution) -> dict[str, int]:
        served = {one.need for one in solution.assignments}
        out = [need for need in self.needs.values() if need.id not in served]
        load = Counter({helper.id: helper.load for helper in self.helpers.values()})
        load.update(one.helper for one in solution.assignments)
        return {
            **{f"unserved_{urgency}": sum(need.urgency is urgency for need in out) for urgency in Urgency},
            "waiting": sum(need.waited_minutes for need in out),
            "pool": sum(self._is_outside(one.need, one.helper) for one in solution.assignments),
            "load": sum(held**2 for held in load.values()),
            "cost": sum(one.cost for one in solution.assignments),
        }

    def left_out(self, solution: Solution) -> Iterator[Break]:
        for one in solution.left_out:
            if one.need not in self.needs:
                yield Break("known", one.need, "left out", "no such need")
                continue
            counts = Counter(
                self.reasons[one.need, helper_id] or self._but(self.needs[one.need])
                for helper_id in self.helpers
            )
            claimed = {turned.reason: turned.turned_away for turned in one.why}
            if claimed != dict(counts):
                yield Break("why", one.need, claimed, dict(counts))

    def _but(self, need: Need) -> str:
        """Say why somebody who could go does not."""
        if self.could[need.id] < need.slots:
            return "too-few"
        able = [one for one in self.helpers if self.reasons[need.id, one] is None]
        tied = [one for one in able if any(one in pair for pair in self.problem.apart)]
        free = len(able) - len(tied)
        for size in range(min(need.slots, len(tied)), -1, -1):
            if size + free < need.slots:
                return "not-together"
            for team in combinations(tied, size):
                if not any(first in team and second in team for first, second in self.problem.apart):
                    return "elsewhere" if size + free >= need.slots else "not-together"
        return "not-together"

    def _is_outside(self, need_id: str, helper_id: str) -> bool:
        return need_id in self.first_asked and helper_id not in self.first_asked[need_id]

    def is_cheapest(self, solution: Solution) -> bool:
        """Look for a circle of negative cost by Bellman-Ford over tuples."""
        arcs = list(self._residual(solution))
        nodes = {end for tail, head, _ in arcs for end in (tail, head)}
        zero = (0,) * len(ORDER)
        reached: dict[str, Vector] = dict.fromkeys(nodes, zero)
        for _ in range(len(nodes) + 1):
            improved = False
            for tail, head, cost in arcs:
                step = tuple(map(sum, zip(reached[tail], cost, strict=True)))
                if step < reached[head]:
                    reached[head] = step
                    improved = True
            if not improved:
                return True
        return False

    def _residual(self, solution: Solution) -> Iterator[tuple[str, str, Vector]]:
        """Yield where one more unit could go, and where one could be taken back."""
        sent = {(one.need, one.helper) for one in solution.assignments}
        held = Counter(one.helper for one in solution.assignments)
        served = Counter(one.need for one in solution.assignments)
        for need in self.needs.values():
            if self.could[need.id] < need.slots:
                continue
            for helper in self.helpers.values():
                if self.reasons[need.id, helper.id] is None:
                    terms = cost_terms(need, helper, self.problem.extra)
                    step = _vector(pool=int(self._is_outside(need.id, helper.id)), cost=sum(terms.values()))
                    forward = (f"need {need.id}", f"helper {helper.id}")
                    yield _turned(*forward, step) if (need.id, helper.id) in sent else (*forward, step)
            # A slot left out counts a share of its need: exact where a need is served in full or not at all.
            step = self._unserved(need)
            if served[need.id]:
                yield f"need {need.id}", "sink", step
            if served[need.id] < need.slots:
                yield _turned(f"need {need.id}", "sink", step)
        for helper in self.helpers.values():
            load = helper.load + held[helper.id]
            if held[helper.id] < helper.free_seats:
                yield f"helper {helper.id}", "sink", _vector(load=2 * load + 1)
            if held[helper.id]:
                yield _turned(f"helper {helper.id}", "sink", _vector(load=2 * load - 1))

    def _unserved(self, need: Need) -> Vector:
        whole = 1
        for other in self.needs.values():
            whole *= other.slots
        share = whole // need.slots
        return _vector(**{f"unserved_{need.urgency}": share, "waiting": share * need.waited_minutes})


def _vector(**levels: int) -> Vector:
    return tuple(levels.get(name, 0) for name in ORDER)


def _turned(tail: str, head: str, cost: Vector) -> tuple[str, str, Vector]:
    return head, tail, tuple(-one for one in cost)


def metres_to(need: Need, helper: Helper) -> int:
    """Return how far a helper has to go, in metres: by convention in a building, else in a straight line."""
    ours, theirs = need.spot, helper.spot
    if ours.unit is not None and ours.unit == theirs.unit:
        return 5
    if ours.building is not None and ours.building == theirs.building:
        return 30
    if ours.position is None or theirs.position is None:
        return 1000
    return metres_between(ours.position, theirs.position)


def cost_terms(need: Need, helper: Helper, extra: Iterable[ExtraTerm] = ()) -> Mapping[str, int]:
    """Return every term that is not zero, in metre-equivalents, as costs.py describes them."""
    in_unit = need.spot.unit is not None and need.spot.unit == helper.spot.unit
    floors = 0
    if need.spot.floor is not None and not need.spot.has_lift:
        floors = abs(_storeys(need.spot.floor) - (_storeys(helper.spot.floor) if in_unit else 0))
    terms = {
        "distance": metres_to(need, helper) if need.proximity else 0,
        "stairs": 25 * floors if need.proximity else 0,
        "skill": 20 * sum(max(0, helper.skills.get(name, 0) - level) for name, level in need.skills.items()),
        "bond": -300 if need.household is not None and need.household in helper.bonds else 0,
        "paid": 200 if helper.is_paid else 0,
        **{one.name: one.metres.get((need.id, helper.id), 0) for one in extra},
    }
    return {name: value for name, value in terms.items() if value}


def _may_climb(need: Need, helper: Helper) -> bool:
    """Say whether a helper has to take stairs to the door, or whether nobody knows that they have not."""
    spot = need.spot
    if spot.has_lift:
        return False
    if spot.floor is None:
        return spot.storeys != 1
    in_unit = spot.unit is not None and spot.unit == helper.spot.unit
    return _storeys(spot.floor) != (_storeys(helper.spot.floor) if in_unit else 0)


def _storeys(floor: int | None) -> int:
    return 0 if floor is None else floor - 1 if floor > 0 else floor
