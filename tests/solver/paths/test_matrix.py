"""Plans of single seats begun on a matrix: the same plans as by searches, and they go on from there."""

from __future__ import annotations

from importlib.util import find_spec
from itertools import product

import numpy as np
import pytest

from dispatch.solver.paths.levels import Aim
from dispatch.solver.paths.plan import Plan

ENGINES = [False, *([True] if find_spec("numba") else [])]
"""CPython, and Numba where the extra [city] is installed."""


class Singles:
    """Requests and single seats, not all open, not all allowed, with three levels."""

    def __init__(self, seed, requests, seats):
        random = np.random.default_rng(seed)
        self.requests, self.seats = requests, seats
        allowed = random.random((requests, seats)) < random.choice([0.5, 1.0])
        allowed[0, 0] = True
        self.rows, self.columns = np.nonzero(allowed)
        order = random.permutation(len(self.rows)) if seed % 3 == 0 else np.arange(len(self.rows))
        self.rows, self.columns = self.rows[order], self.columns[order]
        self.out = random.integers(0, 3, requests) if seed % 2 else np.ones(requests, dtype=np.int64)
        self.first = random.integers(0, 4, seats) * (seed % 4 == 0)
        self.cost = random.integers(-3, 6, len(self.rows))
        self.capacity = np.where(random.random(seats) < random.choice([0.7, 1.0]), 1, 0)

    def aims(self, rows=None):
        """Return the levels, for some requests only where they are named."""
        there = np.isin(np.arange(self.requests), list(range(self.requests) if rows is None else rows))
        kept = there[self.rows]
        return [
            Aim("unserved_normal", left_out=np.where(there, self.out, 0)),
            Aim("load", first_seat=self.first, next_seat=np.full(self.seats, 2)),
            Aim("cost", pair=self.cost[kept]),
        ], kept

    def plan(self, compiled):
        """Return the plan."""
        return Plan(self.rows, self.columns, self.aims()[0], self.capacity, requests=self.requests, compiled=compiled)

    def best(self, there, closed):
        """Enumerate every plan."""
        pairs = dict(zip(zip(self.rows.tolist(), self.columns.tolist(), strict=True), self.cost.tolist(), strict=True))
        may = [
            [-1, *(j for j in range(self.seats) if (i, j) in pairs and self.capacity[j] and j not in closed)]
            if i in there
            else [-2]
            for i in range(self.requests)
        ]
        return min(
            (
                int(sum(self.out[i] for i, j in enumerate(way) if j == -1)),
                int(sum(self.first[j] for j in way if j >= 0)),
                sum(pairs[i, j] for i, j in enumerate(way) if j >= 0),
            )
            for way in product(*may)
            if len({j for j in way if j >= 0}) == sum(j >= 0 for j in way)
        )


@pytest.mark.parametrize("compiled", ENGINES)
def test_single_seats_are_planned_as_enumeration_finds_and_go_on_from_there(compiled):
    """Square or not, with seats closed and pairs barred: the best plan, proved, at once and after each change."""
    out = 0
    for seed in range(120 if not compiled else 30):
        random = np.random.default_rng(seed)
        made = Singles(seed, *([4, 4] if seed % 2 else random.integers(2, 5, 2).tolist()))
        plan = made.plan(compiled)
        there, closed = set(range(made.requests)), set()
        for change in range(5):
            assert plan.values() == made.best(there, closed), seed
            assert plan.is_proved(), seed
            out += (plan.sent == -1).sum()
            if change % 2:
                row = int(random.integers(made.requests))
                (plan.take_out if row in there else plan.bring)(row)
                there ^= {row}
            else:
                column = int(random.integers(made.seats))
                (plan.open if column in closed else plan.close)(column)
                closed ^= {column}
    assert out > 30


@pytest.mark.parametrize("compiled", ENGINES)
def test_larger_single_seats_are_planned_as_by_searches(compiled):
    """A second seat that nobody can reach keeps a plan off the matrix: both come to the same, and are proved."""
    for seed in range(12):
        random = np.random.default_rng(seed)
        requests, seats = [(40, 40), (30, 60), (60, 30)][seed % 3]
        allowed = random.random((requests, seats)) < [0.3, 1.0][seed % 2]
        allowed[:, -1] = False
        rows, columns = np.nonzero(allowed)
        aims = [
            Aim("unserved_normal", left_out=random.integers(1, 3, requests)),
            Aim("cost", pair=random.choice([random.integers(0, 9, len(rows)), random.integers(0, 9999, len(rows))])),
        ]
        one_each = np.ones(seats, dtype=np.int64)
        more = np.append(one_each, 2)
        searched = Plan(
            np.append(rows, [0, 1]), np.append(columns, [seats, seats]),
            [aims[0], Aim("cost", pair=np.append(aims[1].pair, [10**6, 10**6]))],
            more, requests=requests, compiled=False,
        )
        searched.close(seats)
        plan = Plan(rows, columns, aims, one_each, requests=requests, compiled=compiled)

        assert plan.values() == searched.values(), seed
        assert plan.is_proved()
        assert plan.sent.tolist() == np.array(plan.state.sent).tolist()


def test_a_plan_that_sends_over_no_pair_is_not_proved():
    """The proof sees who is sent where nobody may go, and two on one seat."""
    aims = [Aim("unserved", left_out=np.array([1, 1])), Aim("cost", pair=np.array([0, 0, 0]))]
    for seats, holds in (([0, 1], True), ([0, 0], False), ([1, 0], False), ([-1, 1], False)):
        plan = Plan([0, 1, 1], [0, 0, 1], aims, np.array([1, 1]), requests=2, compiled=False)
        assert plan.sent.tolist() == [0, 1]
        for row, seat in enumerate(seats):
            plan.state.used[plan.state.sent[row]] -= 1
            plan.state.sent[row] = seat
            plan.state.used[seat] += seat >= 0

        assert plan.is_proved() == holds, seats
