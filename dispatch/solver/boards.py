"""A problem laid out for the solver: who could go at what price, and the parts that can be solved alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256

import numpy as np

from dispatch.solver.candidates import Candidates, sift
from dispatch.solver.costs import Prices, price
from dispatch.solver.network import DRAW_RANGE, Board
from dispatch.solver.openings import Flags
from dispatch.solver.pairings import Numbers, Pairings
from dispatch.solver.problem import FirstAsked, Problem
from dispatch.solver.together import within


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """A whole problem, one row a need and one column a helper.

    Args:
        could: By row, how many helpers pass every filter.
        together: By row, how many of them may be sent together.
        slots: By row.
        outside: Whether the helper stands outside the need's first circle.
    """

    candidates: Candidates
    prices: Prices
    could: Numbers
    together: Numbers
    slots: Numbers
    outside: Flags
    first_asked: FirstAsked

    @property
    def servable(self) -> Flags:
        """Return which pairings count: needs for more people than could go are left out, all or nothing."""
        return self.candidates.eligible & (self.together >= self.slots)[:, None]

    def components(self) -> Iterator[tuple[Numbers, Numbers]]:
        """Yield the rows and columns of each part in which no helper could go to a need of another part."""
        could = self.servable
        rows, columns = np.flatnonzero(could.any(axis=1)), np.flatnonzero(could.any(axis=0))
        could = could[np.ix_(rows, columns)]
        label = np.arange(len(rows))
        while len(rows):
            by_column = np.where(could, label[:, None], len(rows)).min(axis=0)
            spread = np.where(could, by_column[None, :], len(rows)).min(axis=1)
            if np.array_equal(spread, label):
                break
            label = spread
        for one in sorted(set(label.tolist())):  # np.unique would load numpy.ma, an eighth of a small round's time
            inside = label == one
            yield rows[inside], columns[could[inside].any(axis=0)]

    def board(self, rows: Numbers, columns: Numbers) -> Board:
        """Cut out one part."""
        pairings = self.candidates.pairings
        needs = [pairings.needs[row] for row in rows]
        both = np.ix_(rows, columns)
        return Board(
            slots=self.slots[rows],
            classes=[one.urgency for one in needs],
            waited=np.array([one.waited_minutes for one in needs], dtype=np.int64),
            seats=pairings.free_seats[columns],
            load=pairings.load[columns],
            eligible=self.candidates.eligible[both],
            outside=self.outside[both],
            cost=self.prices.total[both],
            apart=within(self.candidates.apart, columns.tolist()),
            draw=_lots([one.id for one in needs], [pairings.helpers[column].id for column in columns]),
        )


def lay_out(problem: Problem, first_asked: FirstAsked) -> Layout:
    """Put a problem through the filters and price it."""
    candidates = sift(problem)
    could = candidates.eligible.sum(axis=1)
    return Layout(
        candidates=candidates,
        prices=price(candidates.pairings, problem.extra),
        could=could,
        together=np.array([candidates.together(row) for row in range(len(could))], dtype=np.int64)
        if candidates.apart
        else could,
        slots=np.array([one.slots for one in candidates.pairings.needs], dtype=np.int64),
        outside=_outside(candidates.pairings, first_asked),
        first_asked=first_asked,
    )


def _outside(pairings: Pairings, first_asked: FirstAsked) -> Flags:
    """Say who stands outside the first circle of which need; a need without a circle has nobody outside."""
    outside = np.zeros(pairings.shape, dtype=np.bool_)
    made: dict[int, Flags] = {}
    for row, need in enumerate(pairings.needs):
        circle = first_asked.get(need.id)
        if circle is None:
            continue
        if id(circle) not in made:
            made[id(circle)] = np.array([one.id not in circle for one in pairings.helpers], dtype=np.bool_)
        outside[row] = made[id(circle)]
    return outside


def _lots(needs: Sequence[str], helpers: Sequence[str]) -> Numbers:
    """Draw a lot for each pair from nothing but the two ids (splitmix64 of their hashes)."""
    ours, theirs = (
        np.frombuffer(b"".join([sha256(one.encode()).digest()[:8] for one in ids]), dtype="<u8").astype(np.uint64)
        for ids in (needs, helpers)
    )
    mixed = ours[:, None] + theirs[None, :] * np.uint64(0x9E3779B97F4A7C15)
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        mixed = (mixed ^ (mixed >> np.uint64(shift))) * np.uint64(factor)
    lots: Numbers = ((mixed ^ (mixed >> np.uint64(31))) % np.uint64(DRAW_RANGE)).astype(np.int64)
    return lots
