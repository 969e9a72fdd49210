"""A plan over some arcs made the best over a few more: who would rather use one of them is brought in again.

Source: column generation (Gilmore, Gomory 1961), here with arcs for columns.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from dispatch.solver.paths.blocks import blocks
from dispatch.solver.paths.engine import engine_for
from dispatch.solver.paths.flows import Offers, Seated, Seats, seat_all
from dispatch.solver.paths.levels import Fold, Numbers, Whole
from dispatch.solver.paths.lists import Lists
from dispatch.solver.paths.search import OUT
from dispatch.solver.paths.states import Begun, new_state

FEW: Final = 0.1
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
    engine, heads, cost = engine_for("lists", 0, compiled=False), offers.heads, offers.cost
    goes = np.flatnonzero(found.arc >= 0)
    sent, paid = np.full(len(out), OUT), np.zeros(len(out), dtype=np.int64)
    sent[goes], paid[goes] = heads[found.arc[goes]], cost[found.arc[goes]]
    folded = replace(levels, out=out, cost=cost, base=seats.base, step=seats.step)
    begun = Begun(sent, paid, found.price.copy())
    state = new_state(engine, folded, seats.capacity, begun=begun, for_few=True)
    # Without the arcs that are better the plan is the best, and stays so while those who would use them go.
    arcs = _backward(rows, heads, cost, np.flatnonzero(~is_better), len(seats.base))
    for row in few.tolist():
        engine.search.remove(arcs, state, row)
    arcs = _forward(offers)
    engine.search.insert_all(arcs, state, few.tolist())
    arc, worth, price = np.full(len(out), OUT), out.copy(), begun.price
    at = np.concatenate([part.start + np.flatnonzero(heads[part] == sent[rows[part]]) for part in blocks(len(rows))])
    arc[rows[at]] = at
    worth[rows[at]] = cost[at] + price[heads[at]]
    return Seated(arc, price, worth)


def _backward(rows: Whole, heads: Whole, cost: Whole, old: Numbers, people: int) -> Lists:
    """Write some arcs by responder, which is how requests leave."""
    theirs = heads[old]
    back, order = np.zeros(people + 1, dtype=np.int32), old[np.argsort(theirs, kind="stable")]
    np.cumsum(np.bincount(theirs, minlength=people), out=back[1:])
    return _views(back=back, tail=rows[order], back_cost=cost[order])


def _forward(offers: Offers) -> Lists:
    """Write all arcs by request, which is how they come in."""
    return _views(start=np.append(offers.begin(), len(offers.heads)), head=offers.heads, cost=offers.cost)


def _views(**arrays: npt.NDArray[Any]) -> Lists:
    """Return views, which are made at once, for a few searches; they are read as lists are."""
    views: dict[str, Any] = dict.fromkeys(Lists._fields, ())
    for name, one in arrays.items():
        views[name] = memoryview(one)  # type: ignore[arg-type]  # numpy 2 says less than it does
    return Lists(**views)
