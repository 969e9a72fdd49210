"""A plan over some arcs made the best over a few more: who would rather use one of them is brought in again.

Source: column generation (Gilmore, Gomory 1961), here with arcs for columns.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np

from dispatch.solver.paths.blocks import blocks
from dispatch.solver.paths.engine import engine_for
from dispatch.solver.paths.flows import Offers, Seated, Seats, Whole, seat_all
from dispatch.solver.paths.levels import Fold, Numbers
from dispatch.solver.paths.lists import Lists
from dispatch.solver.paths.search import OUT
from dispatch.solver.paths.states import Begun, new_state

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
    rows, is_better = offers.rows(), np.empty(len(offers.heads), dtype=np.bool_)
    for part in blocks(len(rows)):
        is_better[part] = offers.cost[part] + found.price[offers.heads[part]] < found.worth[rows[part]]
    few = np.unique(np.concatenate([rows[is_better], np.flatnonzero(found.worth > out)]))
    if not len(few):
        return found
    if len(few) > FEW * len(out):
        del rows, is_better
        return seat_all(offers, out, seats, levels)
    is_met = np.zeros(len(seats.base), dtype=np.bool_)
    is_met[offers.heads] = True
    people = np.flatnonzero(is_met)
    place = np.zeros(len(seats.base), dtype=np.int32)
    place[people] = np.arange(len(people))
    heads, cost = place[offers.heads], offers.cost
    engine = engine_for("lists", 0, compiled=False)
    base, step, capacity = (one[people] for one in seats)
    goes = found.arc >= 0
    sent, paid = np.full(len(out), OUT), np.zeros(len(out), dtype=np.int64)
    sent[goes], paid[goes] = heads[found.arc[goes]], cost[found.arc[goes]]
    folded = replace(levels, out=out, cost=cost, base=base, step=step)
    state = new_state(engine, folded, capacity, begun=Begun(sent, paid, found.price[people]), as_views=True)
    # Without the arcs that are better the plan is the best, and stays so while those who would use them go.
    old = np.flatnonzero(~is_better)
    arcs = _lists(rows[old], heads[old], cost[old], len(out), len(people))
    for row in few.tolist():
        engine.search.remove(arcs, state, row)
    del arcs, old
    arcs = _lists(rows, heads, cost, len(out), len(people))
    engine.search.insert_all(arcs, state, few.tolist())
    sent, price = np.asarray(state.sent, dtype=np.int64), found.price.copy()
    price[people] = state.price
    arc, worth = np.full(len(out), OUT), out.copy()
    at = np.flatnonzero(heads == sent[rows])
    arc[rows[at]] = at
    worth[rows[at]] = cost[at] + price[people[heads[at]]]
    return Seated(arc, price, worth)


def _lists(rows: Whole, heads: Whole, cost: Whole, requests: int, people: int) -> Lists:
    """Write arcs of requests, which are in order, for a few searches: as views, which are made at once."""
    order = np.argsort(heads, kind="stable")
    starts = (np.bincount(one, minlength=many) for one, many in ((rows, requests), (heads, people)))
    start, back = (np.concatenate([[0], np.cumsum(one)]) for one in starts)
    arrays = (start, heads, cost, back, rows[order], cost[order])
    return Lists(*(memoryview(one) for one in arrays))  # type: ignore[arg-type]  # read as lists are
