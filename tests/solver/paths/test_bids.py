"""Bidding for single seats: a first part of a cheapest plan, and the same plans in the end."""

from __future__ import annotations

from itertools import product

import numpy as np

from dispatch.solver.paths.bids import bid, bring_in
from dispatch.solver.paths.levels import Aim
from dispatch.solver.paths.plan import Plan


def test_where_bidding_ends_nobody_would_rather_go_elsewhere():
    """Prices prove the part that has seats: each pays no more than elsewhere or than being left out, free seats cost least."""
    seated = 0
    for seed in range(300):
        random = np.random.default_rng(seed)
        requests, seats = int(random.integers(1, 7)), int(random.integers(2, 7))
        cost = random.integers(-5, 12, (requests, seats))
        out, base = random.integers(-3, 15, requests), random.integers(-4, 5, seats)

        found = bid(cost, out, base)

        sits = np.flatnonzero(found.seat >= 0)
        assert len(np.unique(found.seat[sits])) == len(sits)
        paid = cost[sits, found.seat[sits]] + found.price[found.seat[sits]]
        assert (paid[:, None] <= cost[sits] + found.price).all() and (paid <= out[sits]).all()
        free = np.setdiff1d(np.arange(seats), found.seat)
        assert (found.price[free] == base[free]).all() and (found.price >= base).all()
        seated += len(sits)
    assert seated > 300


def test_who_is_brought_in_sits_where_prices_prove_it():
    """All are seated or left out: the prices prove it, however dear, and free seats are at their first price."""
    left_out = 0
    for seed in range(150):
        random = np.random.default_rng(seed)
        requests, seats = int(random.integers(1, 30)), int(random.integers(2, 30))
        cost = random.integers(-5, random.choice([12, 9_000]), (requests, seats))
        out, base = random.integers(-3, random.choice([15, 9_000]), requests), random.integers(-4, 5, seats)

        found = bring_in(cost, out, bid(cost, out, base))

        sits = np.flatnonzero(found.seat >= 0)
        assert len(np.unique(found.seat[sits])) == len(sits)
        worth = out.copy()
        worth[sits] = cost[sits, found.seat[sits]] + found.price[found.seat[sits]]
        assert (worth[:, None] <= cost + found.price).all() and (worth <= out).all(), seed
        free = np.setdiff1d(np.arange(seats), found.seat)
        assert (found.price[free] == base[free]).all() and (found.price >= base).all()
        left_out += requests - len(sits)
    assert left_out > 300


def test_a_plan_in_which_everybody_may_go_everywhere_is_the_best():
    """Begun by bids, plans are as good at all levels as enumeration finds, proved, and stay so when requests go and come."""
    for seed in range(60):
        random = np.random.default_rng(seed)
        requests, seats = int(random.integers(1, 5)), int(random.integers(2, 5))
        out, first = random.integers(0, 3, requests), random.integers(0, 4, seats)
        pair = random.integers(0, 6, (2, requests, seats))
        aims = [
            Aim("unserved_normal", left_out=out, pair=pair[0].ravel() // 3),
            Aim("load", first_seat=first, next_seat=np.full(seats, 2)),
            Aim("cost", pair=pair[1].ravel()),
        ]
        rows, columns = np.repeat(np.arange(requests), seats), np.tile(np.arange(seats), requests)
        ways = product(range(-1, seats), repeat=requests)
        best = min(
            (
                sum(out[at] if one < 0 else pair[0, at, one] // 3 for at, one in enumerate(way)),
                sum(first[one] for one in way if one >= 0),
                sum(pair[1, at, one] for at, one in enumerate(way) if one >= 0),
            )
            for way in ways
            if len({one for one in way if one >= 0}) == sum(one >= 0 for one in way)
        )

        plan = Plan(rows, columns, aims, np.ones(seats, dtype=np.int64), requests=requests, compiled=False)

        assert plan.values() == best and plan.is_proved()
        plan.take_out(0)
        plan.bring(0)
        assert plan.values() == best and plan.is_proved()


def test_large_matrices_begun_by_bids_are_proved():
    """Where only some arcs are looked at, those that bidding chose may be others, and all are looked at for the proof."""
    for seed in range(4):
        random = np.random.default_rng(seed)
        requests, seats = (70, 60) if seed % 2 else (60, 70)
        cost = random.integers(0, 30, requests * seats)
        aims = [Aim("unserved_normal", left_out=np.ones(requests, dtype=np.int64)), Aim("cost", pair=cost)]
        rows, columns = np.repeat(np.arange(requests), seats), np.tile(np.arange(seats), requests)
        order = random.permutation(len(rows))
        shuffled = [aims[0], Aim("cost", pair=cost[order])]

        plan = Plan(rows, columns, aims, np.ones(seats, dtype=np.int64), requests=requests, compiled=False)
        other = Plan(
            rows[order], columns[order], shuffled, np.ones(seats, dtype=np.int64), requests=requests, compiled=False
        )

        assert plan.is_proved() and plan.values() == other.values()
