"""Solve a problem and write down the solution, with every number recomputable from the problem."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

import numpy as np

from dispatch.clock import stopwatch
from dispatch.i18n import Sentence
from dispatch.solver.case import Answer, Case
from dispatch.solver.document.clocks import cannot_all, clashing, is_timed
from dispatch.solver.document.pairing import FILTERS, Numbers, Pairing, Row
from dispatch.solver.document.reading import CLASSES, Document
from dispatch.solver.document.rivalry import rivalry
from dispatch.solver.document.scarcity import scarcity
from dispatch.solver.paths.levels import Aim
from dispatch.solver.solving import solve_case

MOST_TIMED: Final = 12
"""Requests with a clock that one person is given at the most, where more than that could be: whether they can be
done one after the other is decided exactly."""


class Cast:
    """A problem as a case, and the rows it was made from.

    Args:
        document: The problem.
    """

    def __init__(self, document: Document) -> None:
        self.document = document
        self.pairing = Pairing(document)
        rows: list[Numbers] = []
        columns: list[Numbers] = []
        costs: list[Numbers] = []
        units: list[Numbers] = []
        for at in range(len(document.requests)):
            row = self.pairing.row(at)
            could = np.flatnonzero(row.could)
            rows.append(np.full(len(could), at, dtype=np.int64))
            columns.append(could)
            costs.append(row.cost[could])
            units.append(row.units[could])
        self.rows, self.columns = _joined(rows), _joined(columns)
        self.cost, self.units = _joined(costs), _joined(units)
        self.aims = _aims(document, self.cost)
        self.case = self._case()

    def _case(self) -> Case:
        people = self.document.responders
        most = int(self.units.sum()) + len(self.document.requests)
        capacity = np.array(
            [most if one.capacity is None else min(one.capacity, most) for one in people], dtype=np.int64
        )
        clashes: dict[int | None, frozenset[tuple[int, ...]]] = {}
        timed = np.array([is_timed(one) for one in self.document.requests], dtype=np.bool_)
        if timed.any():
            order = np.argsort(self.columns, kind="stable")
            starts = np.searchsorted(self.columns[order], np.arange(len(people) + 1))
            for column, person in enumerate(people):
                reached = self.rows[order[starts[column] : starts[column + 1]]]
                clocked = reached[timed[reached]]
                if len(clocked) < 2 or capacity[column] < 2:
                    continue
                if len(clocked) > MOST_TIMED:
                    capacity[column] = min(int(capacity[column]), MOST_TIMED)
                found = clashing(((int(row), self.document.requests[row]) for row in clocked), person)
                if found:
                    clashes[column] = found
        return Case(
            rows=self.rows,
            columns=self.columns,
            aims=self.aims,
            headcount=np.array([one.headcount for one in self.document.requests], dtype=np.int64),
            capacity=capacity,
            units=self.units,
            apart=frozenset(self.document.apart),
            clashes=clashes,
        )


def solve_document(
    document: Document, *, seconds: float | None = None, began: float | None = None, explain: bool = False
) -> dict[str, Any]:
    """Solve a problem.

    Args:
        seconds: After how long the best plan found is given; none waits for the proof.
        began: The stopwatch when reading began.
        explain: Say as well which skill is scarce, and who competes with a request left out, where that can
            be read off the plan.

    Returns:
        CONTRACT's solution, plain data but for remedies, which are sentences.
    """
    start = stopwatch() if began is None else began
    read = stopwatch()
    cast = Cast(document)
    laid_out = stopwatch()
    answer = _solve(cast, seconds)
    solved = stopwatch()
    sent: dict[int, list[int]] = {}
    for position in answer.pairs.tolist():
        sent.setdefault(int(cast.rows[position]), []).append(int(cast.columns[position]))
    solution: dict[str, Any] = {
        "status": answer.status,
        "levels": list(_levels(cast, answer)),
        "assignments": list(_assignments(cast, sent)),
        "left_out": list(_left_out(cast, sent)),
        "seconds": {
            "read": round(read - start, 3),
            "candidates": round(laid_out - read, 3),
            "solve": round(solved - laid_out, 3),
        },
    }
    if explain:
        scarce = scarcity(cast.pairing, cast.case)
        if scarce is not None:
            solution["scarce"] = scarce
        rivals = rivalry(document, cast.case, answer)
        solution["left_out"] = [
            {**one, "rivals": rivals[at]} if at in rivals else one
            for one, at in zip(solution["left_out"], _not_sent(cast, sent), strict=True)
        ]
        solution["seconds"]["explain"] = round(stopwatch() - solved, 3)
    return solution


def _solve(cast: Cast, seconds: float | None) -> Answer:
    """Solve, and forbid sets of requests that somebody cannot do one after the other, until there are none.

    A plan that is best without those rules and keeps them is best with them.
    """
    case = cast.case
    until = None if seconds is None else stopwatch() + seconds
    while True:
        answer = solve_case(case, seconds=None if until is None else max(0.0, until - stopwatch()))
        found = dict(_impossible(cast, answer))
        if not found:
            return answer
        clashes = dict(case.clashes)
        for column, rows in found.items():
            clashes[column] = clashes.get(column, frozenset()) | {rows}
        case = replace(case, clashes=clashes)


def _impossible(cast: Cast, answer: Answer) -> Iterator[tuple[int, tuple[int, ...]]]:
    by_column: dict[int, list[int]] = {}
    for position in answer.pairs.tolist():
        by_column.setdefault(int(cast.columns[position]), []).append(int(cast.rows[position]))
    for column, rows in by_column.items():
        if len(rows) > 2:
            clash = cannot_all([(row, cast.document.requests[row]) for row in rows], cast.document.responders[column])
            if clash is not None:
                yield column, clash


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


def _levels(cast: Cast, answer: Answer) -> Iterator[dict[str, Any]]:
    """Yield the levels; the load that there was before counts as well."""
    before = sum((one.load or 0) ** 2 for one in cast.document.responders)
    for aim, value, bound in zip(cast.aims, answer.values, answer.bounds, strict=True):
        more = before if aim.name == "load" else 0
        yield {"name": aim.name, "value": value + more, "bound": bound + more}


def _assignments(cast: Cast, sent: Mapping[int, Sequence[int]]) -> Iterator[dict[str, Any]]:
    for at in sorted(sent):
        row = cast.pairing.row(at)
        for column in sorted(sent[at]):
            terms = row.terms_of(column)
            yield {
                "request": cast.document.requests[at].id,
                "responder": cast.document.responders[column].id,
                "cost": sum(terms.values()),
                "terms": terms,
            }


def _left_out(cast: Cast, sent: Mapping[int, Sequence[int]]) -> Iterator[dict[str, Any]]:
    for at in _not_sent(cast, sent):
        asked, row = cast.document.requests[at], cast.pairing.row(at)
        yield {"request": asked.id, "why": _why(row, asked.headcount), "remedy": _remedy(cast, at, row)}


def _not_sent(cast: Cast, sent: Mapping[int, Sequence[int]]) -> list[int]:
    return [at for at in range(len(cast.document.requests)) if at not in sent]


def _why(row: Row, headcount: int) -> list[dict[str, Any]]:
    first = np.where(row.against.any(axis=0), row.against.argmax(axis=0), len(FILTERS))
    counts = np.bincount(first, minlength=len(FILTERS) + 1).tolist()
    why = [{"reason": name, "turned_away": many} for name, many in zip(FILTERS, counts, strict=False) if many]
    if counts[-1]:
        why.append({"reason": "too-few" if counts[-1] < headcount else "elsewhere", "turned_away": counts[-1]})
    return why


def _remedy(cast: Cast, at: int, row: Row) -> Sentence | None:
    """Return the smallest change after which somebody could go, or where all are needed elsewhere, that."""
    asked, people = cast.document.requests[at], cast.document.responders
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
            metres = int(row.terms["distance"][column]) - int(cast.pairing.reach[column])
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
