"""A cheapest plan over many pairs that are written down, by the flow: over each request's cheapest arcs, then more.

Source: column generation (Gilmore, Gomory 1961), here with arcs for columns.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from dispatch.solver.paths.flows import Offers, Seated, Seats, cheapest_of, seat_all
from dispatch.solver.paths.levels import Fold, Numbers
from dispatch.solver.paths.mending import mend
from dispatch.solver.paths.search import OUT
from dispatch.solver.paths.states import Begun

FIRST_ARCS: Final = 5
"""How many arcs of a request the flow is given first."""


def seat_pairs(rows: Numbers, columns: Numbers, levels: Fold, capacity: Numbers) -> Begun | None:
    """Find a cheapest plan of all requests.

    Args:
        rows: (A,) the request of each pair.
        columns: (A,) its responder.
        levels: What pairs, seats and leaving requests out cost, in 64 bits.
        capacity: (M,) seats.

    Returns:
        None where the flow does not do it.
    """
    out, cost = levels.out, levels.cost
    if len(rows) and (rows[1:] < rows[:-1]).any():
        order = np.argsort(rows, kind="stable")
        rows, columns, cost = rows[order], columns[order], cost[order]
    many = np.bincount(rows, minlength=len(out))
    seats = Seats(levels.base, levels.step, capacity)
    whole = Offers(many, columns, cost)
    at = np.sort(cheapest_of(whole, FIRST_ARCS)[1])
    offers = _some(whole, rows, at)
    found = seat_all(offers, out, seats, levels)
    while found is not None:
        better = np.flatnonzero(cost + found.price[columns] < found.worth[rows])
        if not len(better):
            return _plan(offers, found)
        goes, kept = found.arc >= 0, at
        at = np.sort(np.concatenate([at, better]))
        found.arc[goes] = np.searchsorted(at, kept[found.arc[goes]])
        offers = _some(whole, rows, at)
        found = mend(offers, found, out, seats, levels)
    return None


def _some(whole: Offers, rows: Numbers, at: Numbers) -> Offers:
    """Return some arcs, in order, as offers of their own."""
    many = np.bincount(rows[at], minlength=len(whole.many))
    return Offers(many, whole.heads[at], whole.cost[at])


def _plan(offers: Offers, found: Seated) -> Begun:
    sent, paid, goes = np.full(len(found.arc), OUT), np.zeros(len(found.arc), dtype=np.int64), found.arc >= 0
    sent[goes], paid[goes] = offers.heads[found.arc[goes]], offers.cost[found.arc[goes]]
    return Begun(sent, paid, found.price)
