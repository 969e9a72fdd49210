"""Solve a problem and write down the solution, with every number recomputable from the problem."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import numpy as np

from dispatch.clock import stopwatch
from dispatch.errors import Refused
from dispatch.i18n import Sentence, sentence
from dispatch.solver.case import Answer, Case
from dispatch.solver.document import instead
from dispatch.solver.document.branching import solve_by_the_clock
from dispatch.solver.document.clocks import clashing, impossible_for, is_timed
from dispatch.solver.document.guarding import ask, solve_guarded
from dispatch.solver.document.large import is_for_the_map, plan_on_the_map
from dispatch.solver.document.pairing import FILTERS, Numbers, Pairing, Row
from dispatch.solver.document.reading import CLASSES, MOST_FAULTS, Document
from dispatch.solver.document.rivalry import rivalry
from dispatch.solver.document.scarcity import scarcity
from dispatch.solver.paths.levels import Aim
from dispatch.solver.paths.map_plan import MapPlan

MOST_TIMED: Final = 12
"""Requests with a clock that one person is given at the most, where more than that could be: whether they can be
done one after the other is decided exactly."""


LEAST_SECONDS: Final = 2
"""What the questions after a plan have together, where the plan took all the time there was."""


MOST_PAIRS: Final = 30_000_000
"""Possible pairs that are written down, some hundred bytes each; a list of pairs that is given is as long as it is."""


MOST_COST_BESIDE_RULES: Final = 10**10
"""Metre-equivalents of one pair that linear programs can tell from one less; shortest paths count on in any number."""


class Cast:
    """A problem as a case, and the rows it was made from.

    Args:
        document: The problem.

    Raises:
        Refused: More than ``MOST_PAIRS`` are possible, or one costs too much to be counted exactly.
    """

    def __init__(self, document: Document) -> None:
        self.document = document
        self.pairing = Pairing(document)
        rows: list[Numbers] = []
        columns: list[Numbers] = []
        costs: list[Numbers] = []
        units: list[Numbers] = []
        room = MOST_PAIRS
        for at in range(len(document.requests)):
            row = self.pairing.row(at)
            could = np.flatnonzero(row.could)
            room -= len(could)
            if room < 0 and document.pairs is None:
                raise Refused(
                    "more than {most} pairs of a request and a responder are possible, too many to be put side by side",
                    most=MOST_PAIRS,
                    hint="say how far people go (reach_metres), list pairs, or solve apart what asks for a headcount,"
                    " has no place, is kept apart or is on the clock: the rest may be of any size",
                )
            rows.append(np.full(len(could), at, dtype=np.int64))
            columns.append(could)
            costs.append(row.cost[could])
            units.append(row.units[could])
        self.rows, self.columns = _joined(rows), _joined(columns)
        self.cost, self.units = _joined(costs), _joined(units)
        self.aims = _aims(document, self.cost)
        self.case = self._case()
        if not self.case.is_flow:
            self._check_costs()

    def _check_costs(self) -> None:
        dear = np.flatnonzero(np.abs(self.cost) > MOST_COST_BESIDE_RULES)
        if len(dear):
            pairs = [(self.rows[one], self.columns[one], self.cost[one]) for one in dear[:MOST_FAULTS].tolist()]
            raise Refused(
                "too large for exact arithmetic beside teams, units or clocks (the most is {most}): {pairs}",
                pairs=tuple(
                    f"{self.document.requests[row].id} {self.document.responders[column].id} {cost}"
                    for row, column, cost in pairs
                ),
                most=MOST_COST_BESIDE_RULES,
                hint="write smaller costs: a preference need only outweigh the ways that there are",
            )

    def _case(self) -> Case:
        people = self.document.responders
        most = int(self.units.sum()) + len(self.document.requests)
        capacity = np.array(
            [most if one.capacity is None else min(one.capacity, most) for one in people], dtype=np.int64
        )
        timed = np.array([is_timed(one) for one in self.document.requests], dtype=np.bool_)
        reached: list[tuple[int, Numbers]] = []
        if timed.any():
            clocked = np.flatnonzero(timed[self.rows])
            order = clocked[np.argsort(self.columns[clocked], kind="stable")]
            starts = np.searchsorted(self.columns[order], np.arange(len(people) + 1))
            for column in np.flatnonzero((np.diff(starts) > 1) & (capacity > 1)).tolist():
                reached.append((column, self.rows[order[starts[column] : starts[column + 1]]]))
                if len(reached[-1][1]) > MOST_TIMED:
                    capacity[column] = min(int(capacity[column]), MOST_TIMED)
        return Case(
            rows=self.rows,
            columns=self.columns,
            aims=self.aims,
            headcount=np.array([one.headcount for one in self.document.requests], dtype=np.int64),
            capacity=capacity,
            units=self.units,
            apart=frozenset(self.document.apart),
            clashes=clashing(reached, self.document.requests, people),
        )


def solve_document(
    document: Document,
    *,
    seconds: float | None = None,
    began: float | None = None,
    explain: bool = False,
    guarded: bool = False,
    why_not: Sequence[tuple[str, str]] = (),
) -> dict[str, Any]:
    """Solve a problem.

    Args:
        seconds: After how long the best plan found is given, reading and ``why_not`` included; none waits for
            the proof, or where guarded for ``guarding.MOST_SECONDS``.
        began: The stopwatch when reading began.
        explain: Say as well which skill is scarce, and who competes with a request left out, where that can
            be read off the plan.
        guarded: Have teams and side rules solved by a process of its own, so that whatever becomes of it there
            is a plan: then ``engine`` is "greedy" and ``fault`` says what went wrong.
        why_not: Ids of requests and responders: why the one is not sent to the other, and what would change;
            where that takes solving once more, and nothing comes of it in time, ``fault`` says so.

    Returns:
        CONTRACT's solution, plain data but for remedies and faults, which are sentences.

    Raises:
        Refused: It has rules that are not planned on the map, and too many possible pairs for all others, or
            costs that cannot be counted exactly beside these rules; or ``why_not`` names what is not there.
    """
    _check_named(document, why_not)
    start = stopwatch() if began is None else began
    read = stopwatch()
    found = _on_the_map(document) if is_for_the_map(document) else None
    if found is None:
        found = _over_all_pairs(document, None if seconds is None else start + seconds, guarded=guarded)
    solution: dict[str, Any] = {
        "status": "optimal" if found.values == found.bounds else "feasible",
        "levels": list(_levels(found)),
        "assignments": list(_assignments(found)),
        "left_out": list(_left_out(found)),
        "seconds": {
            "read": round(read - start, 3),
            "candidates": round(found.laid_out - read, 3),
            "solve": round(stopwatch() - found.laid_out, 3),
        },
    }
    if found.fault is not None:
        solution |= {"engine": "greedy", "fault": found.fault}
    if explain and found.cast is not None and found.answer is not None:
        began_explaining = stopwatch()
        scarce = scarcity(found.pairing, found.cast.case)
        if scarce is not None:
            solution["scarce"] = scarce
        rivals = rivalry(document, found.cast.case, found.answer)
        solution["left_out"] = [
            {**one, "rivals": rivals[at]} if at in rivals else one
            for one, at in zip(solution["left_out"], _not_sent(found), strict=True)
        ]
        solution["seconds"]["explain"] = round(stopwatch() - began_explaining, 3)
    if why_not:
        ends = None if seconds is None else max(start + seconds, stopwatch() + LEAST_SECONDS)
        solution["why_not"] = [
            instead.why_not(
                found.pairing,
                *pair,
                plan=found.plan,
                case=None if found.cast is None else found.cast.case,
                sent=found.sent,
                values=found.values,
                solve=partial(_solved, document, ends=ends, guarded=guarded),
            )
            for pair in why_not
        ]
    return solution


def _solved(document: Document, case: Case, *, ends: float | None, guarded: bool) -> Answer:
    seconds = None if ends is None else max(0.0, ends - stopwatch())
    if guarded:
        return ask(case, document.requests, document.responders, seconds=seconds)
    return solve_by_the_clock(case, impossible_for(document.requests, document.responders), seconds=seconds)


def _check_named(document: Document, pairs: Sequence[tuple[str, str]]) -> None:
    requests, people = {one.id for one in document.requests}, {one.id for one in document.responders}
    wrong = [sentence("no request has the id {ids}", ids=one) for one, _ in pairs if one not in requests]
    wrong += [sentence("no responder has the id {ids}", ids=other) for _, other in pairs if other not in people]
    if wrong:
        raise Refused("this cannot be explained: {faults}", faults=tuple(wrong))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """A plan of a problem, however it was found.

    Args:
        sent: By row of the request, the columns of those who go.
        laid_out: When it was known who could go, by the stopwatch.
        cast, answer: Where all pairs were written down.
        plan: Where it was planned on the map.
        fault: What became of the exact engines, where another answered in their place.
    """

    pairing: Pairing
    aims: Sequence[Aim]
    sent: Mapping[int, Sequence[int]]
    values: Sequence[int]
    bounds: Sequence[int]
    laid_out: float
    cast: Cast | None = None
    answer: Answer | None = None
    plan: MapPlan | None = None
    fault: Sentence | None = None


def _over_all_pairs(document: Document, ends: float | None, *, guarded: bool) -> _Found:
    cast = Cast(document)
    laid_out = stopwatch()
    fault = None
    # Shortest paths are our own Python; only what goes to a library in C++ can take the process down.
    if guarded and not cast.case.is_flow:
        seconds = None if ends is None else max(0.0, ends - laid_out)
        answer, fault = solve_guarded(cast.case, document.requests, document.responders, seconds=seconds)
    else:
        answer = _solved(document, cast.case, ends=ends, guarded=False)
    sent: dict[int, list[int]] = {}
    for position in answer.pairs.tolist():
        sent.setdefault(int(cast.rows[position]), []).append(int(cast.columns[position]))
    return _Found(
        pairing=cast.pairing,
        aims=cast.aims,
        sent=sent,
        values=answer.values,
        bounds=answer.bounds,
        laid_out=laid_out,
        cast=cast,
        answer=answer,
        fault=fault,
    )


def _on_the_map(document: Document) -> _Found | None:
    pairing = Pairing(document)
    aims = _aims(document, np.zeros(0, dtype=np.int64))
    laid_out = stopwatch()
    plan = plan_on_the_map(pairing, aims)
    if plan is None or not plan.is_proved():
        return None
    sent = {row: [column] for row, column in enumerate(plan.sent.tolist()) if column >= 0}
    return _Found(
        pairing=pairing,
        aims=aims,
        sent=sent,
        values=plan.values(),
        bounds=plan.values(),
        laid_out=laid_out,
        plan=plan,
    )


def _aims(document: Document, cost: Numbers) -> tuple[Aim, ...]:
    aims = []
    for name in CLASSES:
        weights = [one.weight if one.urgency == name else 0 for one in document.requests]
        if any(one.urgency == name for one in document.requests):
            aims.append(Aim(f"unserved_{name}", left_out=np.array(weights, dtype=np.int64)))
    waited = np.array([one.waited_minutes for one in document.requests], dtype=np.int64)
    if waited.any():
        aims.append(Aim("waiting", left_out=waited))
    if any(one.load is not None for one in document.responders):
        load = np.array([one.load or 0 for one in document.responders], dtype=np.int64)
        aims.append(Aim("load", first_seat=2 * load + 1, next_seat=np.full(len(load), 2, dtype=np.int64)))
    return (*aims, Aim("cost", pair=cost))


def _levels(found: _Found) -> Iterator[dict[str, Any]]:
    """Yield the levels; the load that there was before counts as well."""
    before = sum((one.load or 0) ** 2 for one in found.pairing.document.responders)
    for aim, value, bound in zip(found.aims, found.values, found.bounds, strict=True):
        more = before if aim.name == "load" else 0
        yield {"name": aim.name, "value": value + more, "bound": bound + more}


def _assignments(found: _Found) -> Iterator[dict[str, Any]]:
    document = found.pairing.document
    for at in sorted(found.sent):
        for column in sorted(found.sent[at]):
            terms = found.pairing.terms(at, column)
            yield {
                "request": document.requests[at].id,
                "responder": document.responders[column].id,
                "cost": sum(terms.values()),
                "terms": terms,
            }


def _left_out(found: _Found) -> Iterator[dict[str, Any]]:
    for at in _not_sent(found):
        asked, row = found.pairing.document.requests[at], found.pairing.row(at)
        yield {"request": asked.id, "why": _why(row, asked.headcount), "remedy": _remedy(found.pairing, at, row)}


def _not_sent(found: _Found) -> list[int]:
    return [at for at in range(len(found.pairing.document.requests)) if at not in found.sent]


def _why(row: Row, headcount: int) -> list[dict[str, Any]]:
    first = np.where(row.against.any(axis=0), row.against.argmax(axis=0), len(FILTERS))
    counts = np.bincount(first, minlength=len(FILTERS) + 1).tolist()
    why = [{"reason": name, "turned_away": many} for name, many in zip(FILTERS, counts, strict=False) if many]
    if counts[-1]:
        why.append({"reason": "too-few" if counts[-1] < headcount else "elsewhere", "turned_away": counts[-1]})
    return why


def _remedy(pairing: Pairing, at: int, row: Row) -> Sentence | None:
    """Return the smallest change after which somebody could go, or where all are needed elsewhere, that."""
    asked, people = pairing.document.requests[at], pairing.document.responders
    many = int(row.could.sum())
    if many >= asked.headcount:
        return Sentence(
            "everybody who could go is needed for other requests ({count}): one more such person would do",
            {"count": many},
        )
    if many:
        return Sentence(
            "{needed} people are needed at once and {count} could go: ask for fewer, or find more",
            {"needed": asked.headcount, "count": many},
        )
    against = row.against.sum(axis=0)
    for name, index in (("reach", 2), ("hours", 3), ("skill", 1)):
        columns = np.flatnonzero(row.against[index] & (against == 1))
        if len(columns) == 0:
            continue
        column = int(columns[np.argmin(row.cost[columns])])
        person = people[column]
        if name == "reach":
            metres = int(row.terms["distance"][column]) - int(pairing.reach[column])
            return Sentence("ask {code} to go {metres} m further than usual", {"code": person.id, "metres": metres})
        if name == "hours":
            return Sentence("agree on another time: {code} could go", {"code": person.id})
        missing = tuple(
            Sentence("{skill} level {level}", {"skill": skill, "level": level})
            for skill, level in sorted(asked.skills.items())
            if person.skills.get(skill, 0) < level
        )
        return Sentence("{code} could go with {skills}", {"code": person.id, "skills": missing})
    return None


def _joined(parts: Sequence[Numbers]) -> Numbers:
    return np.concatenate([*parts, np.zeros(0, dtype=np.int64)])
