"""An independent referee over a district: who is sent is allowed, what it comes to is right, and nothing is better.

It writes all allowed pairs down by SciPy's KD-tree and NumPy, from what ``town`` says of them, and adds up levels in
Python's integers. From the plan it takes who is sent, what it is said to come to, and a price for each responder, of
which none is believed: whatever the prices, no plan comes below what they make of the requests and seats one by one
(weak duality), so that a plan that comes to just that is the best.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from importlib.util import find_spec

import numpy as np
import pytest
from scipy.spatial import cKDTree

from dispatch.solver.paths.map_plan import MapPlan
from tests.bench._city import VARIANTS, as_problem, make_city

ENGINES = [False, *([True] if find_spec("numba") else [])]


def allowed(asked, there, terms):
    """Return the requests, responders and costs of all allowed pairs."""
    near = cKDTree(asked.at).sparse_distance_matrix(cKDTree(there.at), float(there.reach_metres.max()), output_type="ndarray")
    rows, columns, way = near["i"], near["j"], near["v"]
    keep = way <= np.minimum(asked.look_metres[rows], there.reach_metres[columns])
    keep &= terms.fits[asked.times[rows], there.hours[columns]]
    rows, columns, way = rows[keep], columns[keep], way[keep]
    keep = (there.levels[columns] >= asked.needs[rows]).all(axis=1)
    rows, columns, way = rows[keep], columns[keep], way[keep]
    needs, levels = asked.needs[rows], there.levels[columns]
    dear = np.where(needs > 0, terms.level_cost[needs, levels], 0).sum(axis=1)
    return rows, columns, np.rint(way).astype(np.int64) + dear + there.more[columns]


def values_by_hand(asked, there, sent, cost_of):
    """Return what a plan comes to, level by level."""
    went = [(row, column) for row, column in enumerate(sent) if column >= 0]
    held = Counter(column for _, column in went)
    values = [sum(int(one) for row, one in enumerate(counts) if sent[row] < 0) for _, counts in asked.left_out]
    if there.load is not None:
        values.append(sum((int(there.load[one]) + many) ** 2 - int(there.load[one]) ** 2 for one, many in held.items()))
    return (*values, sum(cost_of[pair] for pair in went))


def bound_of(asked, there, pairs, prices):
    """Return, level by level, what no plan comes below: requests and seats one by one, each at these prices.

    Args:
        prices: By level, (M,).
    """
    many = len(prices)
    wide = 2**60  # far more than any level comes to, so that sums keep their order and give their levels back

    def one_number(levels):
        whole = 0
        for one in levels:
            whole = whole * wide + int(one)
        return whole

    price = [one_number(levels) for levels in zip(*(one.tolist() for one in prices), strict=True)]
    least = [
        one_number([*levels, *[0] * (many - len(levels))])
        for levels in zip(*(counts.tolist() for _, counts in asked.left_out), strict=True)
    ]
    for row, column, cost in zip(*(one.tolist() for one in pairs), strict=True):
        least[row] = min(least[row], cost + price[column])
    total = sum(least)
    for column, most in enumerate(there.capacity.tolist()):
        first = 0 if there.load is None else 2 * int(there.load[column]) + 1
        for nth in range(most):
            seat = 0 if there.load is None else (first + 2 * nth) * wide
            total += min(0, seat - price[column])
    levels = []
    for _ in range(many):
        levels.append((total + wide // 2) % wide - wide // 2)
        total = (total - levels[-1]) // wide
    return tuple(reversed(levels))


def prices_of(plan, there):
    """Return what one more seat at each responder is worth to the plan, level by level."""
    prices = [plan.state.price[plan.place_of_responder(column)] for column in range(len(there.at))]
    return plan.fold.columns(np.array(prices, dtype=plan.fold.out.dtype))


@pytest.mark.parametrize("compiled", ENGINES)
@pytest.mark.parametrize("load", [False, True])
@pytest.mark.parametrize("variant", VARIANTS)
def test_a_district_is_planned_as_the_referee_finds_right(variant, load, compiled):
    """Both engines, with responders to spare and with too few, with loads and without."""
    city = make_city("district", variant, 3)
    asked, there, terms = as_problem(city)
    there = replace(there, load=city.load, more=np.zeros_like(there.more)) if load else there
    plan = MapPlan(asked, there, terms, compiled=compiled)
    pairs = allowed(asked, there, terms)
    cost_of = {(row, column): cost for row, column, cost in zip(*(one.tolist() for one in pairs), strict=True)}
    sent = plan.sent.tolist()

    assert all((row, column) in cost_of for row, column in enumerate(sent) if column >= 0)
    assert all(many <= there.capacity[one] for one, many in Counter(one for one in sent if one >= 0).items())
    values = values_by_hand(asked, there, sent, cost_of)
    assert plan.values() == values
    prices = prices_of(plan, there)
    assert bound_of(asked, there, pairs, prices) == values


def test_the_referee_sees_what_is_wrong():
    """A request taken from a plan makes it worse than its bound; prices that are off prove less."""
    city = make_city("town", "scarce", 1)
    asked, there, terms = as_problem(city)
    plan = MapPlan(asked, there, terms, compiled=False)
    pairs = allowed(asked, there, terms)
    cost_of = {(row, column): cost for row, column, cost in zip(*(one.tolist() for one in pairs), strict=True)}
    prices = prices_of(plan, there)
    sent = plan.sent.tolist()
    bound = bound_of(asked, there, pairs, prices)
    fewer = [-1 if row == next(at for at, one in enumerate(sent) if one >= 0) else one for row, one in enumerate(sent)]

    assert values_by_hand(asked, there, fewer, cost_of) > bound == plan.values()
    assert bound_of(asked, there, pairs, [prices[0], prices[1] + 7]) < bound
