"""A plan over some arcs made the best over a few more: who would rather use one of them is brought in again.

Source: column generation (Gilmore, Gomory 1961), here with arcs for columns.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np

from dispatch.solver.paths.engine import engine_for
from dispatch.solver.paths.flows import Offers, Seated, Seats, runs, seat_all
from dispatch.solver.paths.levels import Fold, Numbers
from dispatch.solver.paths.lists import Lists
from dispatch.solver.paths.search import OUT
from dispatch.solver.paths.states import new_state, sit_all

FEW: Final = 0.02
"""Up to which share of requests that would rather go elsewhere they are brought in one by one; else all in a flow."""


def mend(offers: Offers, found: Seated, out: Numbers, seats: Seats, levels: Fold) -> Seated | None:
    """Return a cheapest plan over all arcs, from one that is the best over some of them.

    Args:
        offers: All arcs of n requests.
        found: Where they are sent, and the prices that prove it but for some arcs.
        out: (n,) what leaving each request out costs.
        levels: How all costs are folded.

    Returns:
        ``found`` itself where no arc is better; none where that took a flow, and the flow did not do it.
    """
    rows, at = runs(offers.begin, offers.many)
    heads, cost = offers.heads[at], offers.cost[at]
    is_better = cost + found.price[heads] < found.worth[rows]
    few = np.unique(np.concatenate([rows[is_better], np.flatnonzero(found.worth > out)]))
    if not len(few):
        return found
    if len(few) > FEW * len(out):
        return seat_all(offers, out, seats, levels)
    people = np.flatnonzero(np.bincount(heads, minlength=len(seats.base)))
    place = np.zeros(len(seats.base), dtype=np.int64)
    place[people] = np.arange(len(people))
    heads = place[heads]
    engine = engine_for("lists", 0, compiled=False)
    base, step, capacity = (one[people] for one in seats)
    state = new_state(engine, replace(levels, out=out, cost=cost, base=base, step=step), capacity)
    goes = found.arc >= 0
    sent, paid = np.full(len(out), OUT), np.zeros(len(out), dtype=np.int64)
    sent[goes], paid[goes] = place[offers.heads[found.arc[goes]]], offers.cost[found.arc[goes]]
    sit_all(state, sent, paid, found.price[people])
    # Without the arcs that are better the plan is the best, and stays so while those who would use them go.
    old = np.flatnonzero(~is_better)
    arcs = _lists(rows[old], heads[old], cost[old], len(out), len(people))
    for row in few.tolist():
        engine.search.remove(arcs, state, row)
    arcs = _lists(rows, heads, cost, len(out), len(people))
    engine.search.insert_all(arcs, state, few.tolist())
    sent, price = np.array(state.sent, dtype=np.int64), found.price.copy()
    price[people] = state.price
    arc, worth = np.full(len(out), OUT), out.copy()
    is_taken = heads == sent[rows]
    arc[rows[is_taken]] = at[is_taken]
    worth[rows[is_taken]] = cost[is_taken] + price[people[heads[is_taken]]]
    return Seated(arc, price, worth)


def _lists(rows: Numbers, heads: Numbers, cost: Numbers, requests: int, people: int) -> Lists:
    """Write arcs of requests, which are in order, for a few searches: as views, which are made at once."""
    order = np.argsort(heads, kind="stable")
    starts = (np.bincount(one, minlength=many) for one, many in ((rows, requests), (heads, people)))
    start, back = (np.concatenate([[0], np.cumsum(one)]) for one in starts)
    arrays = (start, heads, cost, back, rows[order], cost[order])
    return Lists(*(memoryview(one) for one in arrays))  # type: ignore[arg-type]  # read as lists are
