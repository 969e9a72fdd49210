"""As many seats as requests: the assignment SciPy finds, with prices that prove it."""

from __future__ import annotations

import numpy as np
from scipy.optimize import linear_sum_assignment

from dispatch.solver.paths import squares
from dispatch.solver.paths.squares import assign

FORBIDDEN = 10**7


def test_assignments_cost_what_scipys_do_and_their_prices_prove_it():
    """With few and many ties, pairs barred and first prices: nobody would rather sit elsewhere, no price is below the first."""
    seated = 0
    for seed in range(200):
        random = np.random.default_rng(seed)
        size = int(random.integers(1, 40))
        cost = random.integers(-9, random.choice([0, 30, 30_000]), (size, size))
        cost[random.random((size, size)) < random.choice([0, 0.2, 0.6])] = FORBIDDEN
        base = random.integers(-5, 9, size) * (seed % 2)

        found = assign(cost, np.full(size, FORBIDDEN // 2), base, FORBIDDEN)

        rows, columns = linear_sum_assignment(cost)
        if cost[rows, columns].max() == FORBIDDEN:
            assert found is None, seed
            continue
        seated += 1
        assert sorted(found.seat.tolist()) == list(range(size))
        assert cost[rows, found.seat].sum() == cost[rows, columns].sum(), seed
        worth = cost[rows, found.seat] + found.price[found.seat]
        assert (cost + found.price >= worth[:, None]).all(), seed
        assert (found.price >= base).all()
    assert seated > 80


def test_more_seats_are_given_where_the_cheapest_were_too_few(monkeypatch):
    """With two seats each at first hardly any assignment is the cheapest; what is found in the end is."""
    monkeypatch.setattr(squares, "FIRST_SEATS", 2)
    given = []
    plain = squares._assignment

    def counted(cost, kept, forbidden):
        given.append(kept.shape[1])
        return plain(cost, kept, forbidden)

    monkeypatch.setattr(squares, "_assignment", counted)
    for seed in range(20):
        cost = np.random.default_rng(seed).integers(0, 1000, (30, 30))

        found = assign(cost, np.full(30, FORBIDDEN // 2), np.zeros(30, dtype=np.int64), FORBIDDEN)

        rows, columns = linear_sum_assignment(cost)
        assert cost[rows, found.seat].sum() == cost[rows, columns].sum()
    assert set(given) >= {2, 8}


def test_nobody_is_seated_where_leaving_one_out_is_cheaper():
    """That is a plan for those who may be left out; here all must sit."""
    cost = np.array([[1, 9], [1, 9]])

    assert assign(cost, np.array([5, 5]), np.zeros(2, dtype=np.int64), FORBIDDEN) is None
    assert assign(cost, np.array([10, 10]), np.zeros(2, dtype=np.int64), FORBIDDEN).seat.tolist() in ([0, 1], [1, 0])
