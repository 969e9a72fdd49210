"""A plan of single seats from a matrix: where nobody takes two, and of all pairs not too few are allowed."""

from __future__ import annotations

from typing import Final

import numpy as np

from dispatch.solver.paths.bids import FAR, FEW, ROUNDS, Bids, bid, bring_in
from dispatch.solver.paths.levels import Fold, Numbers
from dispatch.solver.paths.squares import assign

LARGEST: Final = 2**22
"""Pairs that a matrix has at the most."""
LARGEST_COMPILED: Final = 2**17
"""The same where compiled code would look at the allowed pairs only, if not all are."""
EMPTY: Final = 16
"""How many times more pairs it has at the most than are allowed."""


def begin(
    fold: Fold, rows: Numbers, columns: Numbers, capacity: Numbers, beyond: int, *, compiled: bool
) -> Bids | None:
    """Plan by a matrix where that is worth its while.

    Args:
        fold: Costs of pairs, requests and seats.
        rows: (A,) the request of each pair.
        columns: (A,) the responder of each.
        capacity: (M,) seats.
        beyond: More than any way that a plan can use.
        compiled: Whether else compiled code would search for one after the other.

    Returns:
        A cheapest plan. None where there is no matrix, for somebody takes two, numbers are large or pairs few; and
        where compiled code is sooner done.
    """
    requests, seats = len(fold.out), len(capacity)
    size = requests * seats
    largest = LARGEST_COMPILED if compiled and len(rows) < size else LARGEST
    if (
        fold.cost.dtype == object
        or seats < 2
        or not 0 < size <= min(largest, EMPTY * len(rows))
        or beyond << (requests.bit_length() + 1) >= FAR // 4
        or int(capacity.max()) > 1
    ):
        return None
    place = rows * seats + columns
    is_open = bool(capacity.min())
    if len(rows) == size and is_open and bool((place == np.arange(size)).all()):
        cost = fold.cost.reshape(requests, seats)
    else:
        cost = np.full((requests, seats), beyond)
        cost.ravel()[place] = fold.cost
        if not is_open:
            cost[:, capacity == 0] = beyond
    if requests == seats and is_open:
        found = assign(cost, fold.out, fold.base, beyond)
        if found is not None:
            return found
    bids = bid(cost, fold.out, fold.base, rounds=0 if compiled else ROUNDS)
    if compiled and FEW * np.count_nonzero(bids.seat < 0) > requests:
        return None
    seat, price = bring_in(cost, fold.out, bids)
    # Searches follow arcs to closed seats as well: nobody may want to go there.
    return Bids(seat, price if is_open else np.where(capacity > 0, price, beyond))
