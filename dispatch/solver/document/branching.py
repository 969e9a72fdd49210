"""The best plan in which everybody can do what they are given one after the other, by the clock."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from heapq import heappop, heappush

import numpy as np
import numpy.typing as npt

from dispatch.clock import stopwatch
from dispatch.solver.case import Answer, Case, values_of
from dispatch.solver.document.pairing import Numbers
from dispatch.solver.solving import solve_case
from dispatch.solver.teams.honest import floors, honest

Impossible = Callable[[int, Sequence[int]], tuple[int, ...] | None]
"""Given a responder and the requests they got, a smallest set of these that they cannot do all; none if they can."""


@dataclass(order=True, frozen=True, slots=True)
class _Node:
    """A best plan with some pairs forbidden; no plan with these forbidden is better than ``bounds``."""

    bounds: tuple[int, ...]
    ticket: int
    pairs: tuple[int, ...]
    values: tuple[int, ...]
    is_open: tuple[bool, ...]


def solve_by_the_clock(case: Case, impossible: Impossible, *, seconds: float | None) -> Answer:
    """Find the best plan of a case in which nobody gets a set of requests that they cannot do.

    Clashes of two stand in the case; of three and more there are too many to write
    down and few that matter. So the case is solved without them; where somebody got
    such a set, the plans are parted by which of its requests that one does not do, and
    the most promising part is solved next. The first plan without such a set is the best.

    Args:
        seconds: After how long the best plan found is given, with true bounds.
    """
    ends = None if seconds is None else stopwatch() + seconds
    heap = [_solved(case, np.ones(len(case.rows), dtype=np.bool_), 0, ends)]
    tickets = 1
    while True:
        best = heappop(heap)
        found = next(_impossible(case, best.pairs, impossible), None)
        if found is None:
            pairs = np.array(best.pairs, dtype=np.int64)
            return Answer(pairs=pairs, values=best.values, bounds=honest(best.values, best.bounds, floors(case)))
        if ends is not None and stopwatch() >= ends:
            return _repaired(case, best, impossible)
        column, rows = found
        for row in rows:
            is_open = np.array(best.is_open, dtype=np.bool_)
            is_open[(case.rows == row) & (case.columns == column)] = False
            heappush(heap, _solved(case, is_open, tickets, ends))
            tickets += 1


def _solved(case: Case, is_open: npt.NDArray[np.bool_], ticket: int, ends: float | None) -> _Node:
    kept = np.flatnonzero(is_open)
    part = replace(
        case,
        rows=case.rows[kept],
        columns=case.columns[kept],
        units=case.units[kept],
        aims=[aim if aim.pair is None else aim._replace(pair=aim.pair[kept]) for aim in case.aims],
    )
    answer = solve_case(part, seconds=None if ends is None else max(0.0, ends - stopwatch()))
    pairs = tuple(kept[answer.pairs].tolist())
    return _Node(answer.bounds, ticket, pairs, answer.values, tuple(is_open.tolist()))


def _impossible(
    case: Case, pairs: Sequence[int], impossible: Impossible
) -> Iterator[tuple[int, tuple[int, ...]]]:
    by_column: dict[int, list[int]] = {}
    for position in pairs:
        by_column.setdefault(int(case.columns[position]), []).append(int(case.rows[position]))
    for column in sorted(by_column):
        clash = impossible(column, by_column[column]) if len(by_column[column]) > 2 else None
        if clash is not None:
            yield column, clash


def _repaired(case: Case, node: _Node, impossible: Impossible) -> Answer:
    pairs = without_impossible(case, np.array(node.pairs, dtype=np.int64), impossible)
    values = values_of(case, pairs)
    return Answer(pairs=pairs, values=values, bounds=honest(values, node.bounds, floors(case)))


def without_impossible(case: Case, pairs: Numbers, impossible: Impossible) -> Numbers:
    """Leave out one request of each impossible set, whoever else goes to it; return the pairs that stay."""
    while (found := next(_impossible(case, pairs.tolist(), impossible), None)) is not None:
        pairs = pairs[case.rows[pairs] != found[1][-1]]
    return pairs
