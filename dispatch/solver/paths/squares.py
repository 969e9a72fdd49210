"""The plan where there are as many seats as requests: an assignment from OR-Tools, and our own prices that prove it.

Among a few cheap seats of each request OR-Tools finds a cheapest assignment. It does
not tell its prices, and it has not seen the other seats. The least prices under which
nobody would rather go elsewhere, all seats being looked at, are found by raising them
from the first prices until they hold: longest paths, which end where nothing is left
to be raised (Bellman 1958), and never end if a circle is left that makes the plan
cheaper. Then more seats are given.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from dispatch.solver.paths.bids import Bids
from dispatch.solver.paths.levels import Numbers

FIRST_SEATS: Final = 12
"""Seats of each request that are given at first."""
MORE: Final = 4
"""How many times more seats are given where those were too few."""
RAISES: Final = 8
"""How often prices are raised, a seat, before some seats are taken to be missing."""


def assign(cost: Numbers, out: Numbers, base: Numbers, forbidden: int) -> Bids | None:
    """Seat everybody at the least cost.

    Args:
        cost: (R, R) what each pair costs. This, like all others, times 8 R is below 2^60.
        out: (R,) what leaving a request out costs.
        base: (R,) the first price of each seat.
        forbidden: What pairs cost that are not allowed, more than any other.

    Returns:
        A cheapest plan, with the least prices; None where not all can sit, where it is better to leave one out, or
        where numbers are too large for OR-Tools.
    """
    size = len(out)
    # What is cheap for the seat, too: else all would be given the same popular ones.
    beside = cost - cost.min(axis=0)
    # One integer for both, for to sort those is quicker than to sort where they stand.
    shift = size.bit_length()
    beside <<= shift
    beside += np.arange(size)
    many = min(FIRST_SEATS, size)
    while True:
        kept = np.partition(beside, many - 1, axis=1)[:, :many] & ((1 << shift) - 1)
        seat = _assignment(cost, kept, forbidden)
        price = None if seat is None else _prices(cost, base, seat, RAISES * size if many < size else size * size)
        if seat is not None and price is not None:
            worth = cost[np.arange(size), seat] + price[seat]
            return Bids(seat, price) if (worth <= out).all() else None
        if many == size:
            return None
        many = min(MORE * many, size)


def _assignment(cost: Numbers, kept: Numbers, forbidden: int) -> Numbers | None:
    """Return the seat of each request in a cheapest assignment among some seats; (R,)."""
    from ortools.graph.python.linear_sum_assignment import (  # type: ignore[import-untyped]  # ships stubs, not py.typed
        SimpleLinearSumAssignment,
    )

    size, many = kept.shape
    rows, columns = np.repeat(np.arange(size), many), kept.ravel()
    costs = cost[rows, columns]
    allowed = costs < forbidden
    if not allowed.all():
        rows, columns, costs = rows[allowed], columns[allowed], costs[allowed]
    solver = SimpleLinearSumAssignment()
    solver.add_arcs_with_cost(rows.astype(np.int32), columns.astype(np.int32), costs)
    if solver.num_nodes() != size or solver.solve() != solver.OPTIMAL:
        return None
    return np.fromiter(map(solver.right_mate, range(size)), dtype=np.int64, count=size)


def _prices(cost: Numbers, base: Numbers, seat: Numbers, raises: int) -> Numbers | None:
    """Return the least prices at which each request would rather sit where it does; none where raising does not end."""
    size = len(seat)
    owner = np.empty(size, dtype=np.int64)
    owner[seat] = np.arange(size)
    # What others pay at least, so that whoever sits there does not go to them.
    ahead = cost[np.arange(size), seat][:, None] - cost
    price = base.copy()
    asked = np.maximum.reduce(ahead + price[seat][:, None])
    while True:
        up = (asked > price).nonzero()[0]
        if not len(up):
            return price
        raises -= len(up)
        if raises < 0:
            return None
        np.maximum(price, asked, out=price)
        asked = np.maximum.reduce(ahead.take(owner[up], axis=0) + price[up][:, None])
