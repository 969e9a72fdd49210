"""Many requests seated at once by OR-Tools' flow, and the prices that prove it in numbers of our own.

The flow is only asked who goes where. Its costs are the folded levels squeezed: each strict level weighs a few times
what single costs of the next one can reach, not what all of a plan can, because the flow takes the longer the larger
its costs are. Whether that was enough is not believed but seen: prices are looked for at the true folded costs, and
those that fit prove the plan the best; where there are none, levels are set wider apart, and at last the searches
do it.

Source: Ahuja, Magnanti, Orlin, Network Flows (1993), 9.3 (optimal exactly if there are prices), 5.4 (label
correcting); for OR-Tools' engine: Goldberg, An efficient implementation of a scaling minimum-cost flow algorithm
(1997).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from dispatch.solver.paths.blocks import blocks, blocks_of
from dispatch.solver.paths.levels import Fold, Numbers, Whole, largest
from dispatch.solver.paths.search import OUT

APART: Final = ((4, 1), (64, 8), (1024, 128))
"""How many times as much the first level weighs as a single cost of the next can reach, and each other level, one try
after the other. Whom to leave out is often settled by many moving on, and costs add up along their way."""
ROUNDS: Final = 3_000
"""How often prices are raised at the most: as often as requests move each other on in a row."""
MOST_SCALED: Final = 2**63 // 32
"""What OR-Tools leaves room for of costs times nodes, as ``exact.safe_arc_cost``."""

class Offers(NamedTuple):
    """Arcs of n requests, request by request.

    Args:
        many: (n,) how many arcs each has.
        heads: (A,) the responder of each arc.
        cost: (A,) what it costs, folded.
    """

    many: Numbers
    heads: Whole
    cost: Whole

    def begin(self) -> Numbers:
        """Return where the arcs of each request begin; (n,)."""
        return np.cumsum(self.many) - self.many

    def rows(self) -> npt.NDArray[np.int32]:
        """Return the request of each arc; (A,)."""
        return np.repeat(np.arange(len(self.many), dtype=np.int32), self.many)


class Seats(NamedTuple):
    """Seats of M responders.

    Args:
        base: (M,) what the first costs, folded.
        step: (M,) how much more each further one costs, 0 or more.
        capacity: (M,) how many there are.
    """

    base: Numbers
    step: Numbers
    capacity: Numbers


class Seated(NamedTuple):
    """A cheapest plan over some arcs.

    Args:
        arc: (n,) the arc on which each request is sent; ``OUT`` where it is left out.
        price: (M,) what one more unit at each responder costs; the least that fits.
        worth: (n,) what each request is worth: its arc and the price there, or what leaving it out costs.
    """

    arc: Numbers
    price: Numbers
    worth: Numbers


def runs(begin: Numbers, many: Whole) -> tuple[Numbers, Numbers]:
    """Return for runs of numbers, one behind the other, whose run each number is in, and the numbers."""
    whose = np.repeat(np.arange(len(many)), many)
    return whose, np.arange(len(whose)) + np.repeat(begin - np.cumsum(many) + many, many)


def cheapest_of(offers: Offers, most: int) -> tuple[Offers, Numbers]:
    """Return the cheapest arcs of each request, so many at the most, and where they stand among all."""
    width = len(offers.heads) // max(1, len(offers.many))
    if width > most and (offers.many == width).all():
        near = np.argpartition(offers.cost.reshape(-1, width), most, axis=1)[:, :most]
        at = (near + width * np.arange(len(near))[:, None]).ravel()
        kept = np.full_like(offers.many, most)
    else:
        at = np.lexsort((offers.cost, offers.rows()))
        kept = np.minimum(offers.many, most)
        at = at[runs(offers.begin(), kept)[1]]
    return Offers(kept, offers.heads[at], offers.cost[at]), at


def seat_all(offers: Offers, out: Numbers, seats: Seats, levels: Fold) -> Seated | None:
    """Find a cheapest plan of some requests over some arcs, and its prices.

    Args:
        out: (n,) what leaving each request out costs, folded.
        levels: How all these are folded.

    Returns:
        None where the costs are too large for the flow, however they are squeezed.
    """
    arcs = _that_matter(offers, out, seats)
    # Whoever has no arc left, and responders whom none leads to, need not be in the flow.
    asks, rows = np.unique(arcs.rows, return_inverse=True)
    people, heads = np.unique(offers.heads[arcs.at], return_inverse=True)
    base, step, capacity = (one[people] for one in seats)
    parts = (offers.cost[arcs.at].astype(np.int64, copy=False), arcs.least[asks], base, step)
    digits = [levels.columns(one) for one in parts]
    most = int(capacity.max(initial=0))
    sizes = [
        max(largest(cost), largest(alone), largest(base) + most * largest(step))
        for cost, alone, base, step in zip(*digits, strict=True)
    ]
    for first, others in APART:
        weights = [1]
        for level in range(len(sizes) - 1, 0, -1):
            apart = first if level == 1 else others
            weights.insert(0, weights[0] * (apart * sizes[level] + 1))
        whole = sum(weight * size for weight, size in zip(weights, sizes, strict=True))
        if whole * (len(asks) + len(people) + 2) > MOST_SCALED:
            return None
        cost, alone, base, step = (_weighed(part, weights) for part in digits)
        taken = _flow(rows, heads, cost, alone, Seats(base, step, capacity))
        if taken is None:
            return None
        arc = arcs.alone.copy()
        arc[arcs.rows[taken]] = arcs.at[taken]
        found = priced(offers, arc, out, seats)
        if found is not None or len(sizes) == 1:
            return found
    return None


def _weighed(digits: Sequence[Numbers], weights: Sequence[int]) -> Numbers:
    whole = np.zeros(len(digits[0]), dtype=np.int64)
    for one, weight in zip(digits, weights, strict=True):
        whole += weight * one
    return whole


class _Arcs(NamedTuple):
    """Arcs between which it must be chosen.

    Args:
        rows: (a,) the request of each, in order.
        at: (a,) where it stands among the offers.
        least: (n,) what each request costs at the most, whatever the others do.
        alone: (n,) the arc by which it costs that; ``OUT`` where it is left out.
    """

    rows: Whole
    at: Whole
    least: Numbers
    alone: Numbers


def _that_matter(offers: Offers, out: Numbers, seats: Seats) -> _Arcs:
    """Leave out arcs that no cheapest plan needs.

    Where there is a seat for all who ask, each of them may have it, whatever the others do: of such responders the
    cheapest is enough for a request, and whoever costs more than that one is never needed. Thus fewer ask elsewhere.
    """
    at = np.flatnonzero((seats.capacity > 0)[offers.heads]).astype(np.int32)
    rows = offers.rows()[at]
    least, alone = out.copy(), np.full(len(out), OUT)
    if seats.step.any():
        return _Arcs(rows, at, least, alone)
    while True:
        has_room = np.bincount(offers.heads[at], minlength=len(seats.base)) <= seats.capacity
        for part in blocks(len(at)):
            heads = offers.heads[at[part]]
            is_open = has_room[heads]
            cost = offers.cost[at[part][is_open]] + seats.base[heads[is_open]]
            np.minimum.at(least, rows[part][is_open].astype(np.int64), cost)
        matters = np.empty(len(at), dtype=np.bool_)
        for part in blocks(len(at)):
            heads = offers.heads[at[part]]
            cost, most = offers.cost[at[part]] + seats.base[heads], least[rows[part]]
            matters[part] = cost < most
            # Where several are as cheap, whoever is written last.
            is_alone = has_room[heads] & (cost == most)
            alone[rows[part][is_alone]] = at[part][is_alone]
        if matters.all():
            return _Arcs(rows, at, least, alone)
        rows, at = rows[matters], at[matters]


def _flow(rows: Numbers, heads: Numbers, cost: Numbers, out: Numbers, seats: Seats) -> Numbers | None:
    """Return the arcs that a cheapest flow takes; none where OR-Tools refuses.

    Args:
        rows: (a,) the request of each arc.
        heads: (a,) its responder.
        cost: (a,) what it costs.
        out: (n,) what a request costs that takes none of them.
    """
    from ortools.graph.python.min_cost_flow import (  # type: ignore[import-untyped]  # ships stubs, not py.typed
        SimpleMinCostFlow,
    )

    requests, people = len(out), len(seats.base)
    sink = requests + people
    takes, most = np.arange(people), np.minimum(np.bincount(heads, minlength=people), seats.capacity)
    nth = np.zeros(people, dtype=np.int64)
    if seats.step.any():
        # Each seat is an arc of its own; the cheaper ones fill first.
        takes, nth = runs(np.zeros_like(most), most)
        most = np.ones(len(takes), dtype=np.int64)
    node = np.arange(requests)
    if most.sum() < requests:
        # Many are left out. With those worth the same one behind the other the flow then needs a tenth less.
        node[np.argsort(-out, kind="stable")] = np.arange(requests)
    solver = SimpleMinCostFlow()
    for begin, end, units, costs in (
        (node[rows], requests + heads, np.ones(len(rows), dtype=np.int64), cost),
        (requests + takes, np.full(len(takes), sink), most, seats.base[takes] + seats.step[takes] * nth),
        (node, np.full(requests, sink), np.ones(requests, dtype=np.int64), out),
    ):
        solver.add_arcs_with_capacity_and_unit_cost(begin.astype(np.int32), end.astype(np.int32), units, costs)
    supply = np.zeros(sink + 1, dtype=np.int64)
    supply[:requests], supply[sink] = 1, -requests
    solver.set_nodes_supplies(np.arange(sink + 1, dtype=np.int32), supply)
    if solver.solve() != solver.OPTIMAL:
        return None
    return np.flatnonzero(solver.flows(np.arange(len(rows), dtype=np.int32)))


def priced(offers: Offers, arc: Numbers, out: Numbers, seats: Seats) -> Seated | None:
    """Find the least prices under which nobody would rather go elsewhere.

    A request asks of all others that they be no cheaper for it than where it is sent. Prices start as low as the
    seats taken allow and rise to what is asked, which makes those who sit there ask more in their turn.

    Args:
        arc: (n,) the arc on which each request is sent, ``OUT`` for none.

    Returns:
        None where a price would pass a free seat's or a request's worth: the plan is not the best.
    """
    sent, begin = np.flatnonzero(arc >= 0), offers.begin()
    home = np.full(len(arc), OUT)
    home[sent] = offers.heads[arc[sent]]
    paid = np.zeros(len(arc), dtype=np.int64)
    paid[sent] = offers.cost[arc[sent]]
    by_home = sent[np.argsort(home[sent], kind="stable")]
    used, home_of = np.bincount(home[sent], minlength=len(seats.base)).astype(np.int32), home[by_home]
    price = seats.base.copy()
    price[home_of] += seats.step[home_of] * (used[home_of] - 1)

    def ask(rows: Numbers, worth: Numbers) -> Numbers:
        raised = [np.zeros(0, dtype=np.int64)]
        for part in blocks_of(offers.many[rows]):
            some = rows[part]
            whose, at = runs(begin[some], offers.many[some])
            heads, least = offers.heads[at], worth[part][whose] - offers.cost[at]
            rises = least > price[heads]
            np.maximum.at(price, heads[rises], least[rises])
            raised.append(np.unique(heads[rises]))
        return np.unique(np.concatenate(raised))

    def passes(people: Numbers) -> bool:
        free = seats.base[people] + seats.step[people] * used[people]
        return bool(((used[people] < seats.capacity[people]) & (price[people] > free)).any())

    left = np.flatnonzero(arc < 0)
    raised, rows = ask(left, out[left]), sent
    for _ in range(ROUNDS):
        worth = paid[rows] + price[home[rows]]
        if (worth > out[rows]).any() or passes(raised):
            return None
        raised = ask(rows, worth)
        if not len(raised):
            worth = out.copy()
            worth[sent] = paid[sent] + price[home[sent]]
            return Seated(arc, price, worth)
        rows = by_home[runs(np.searchsorted(home_of, raised), used[raised])[1]]
    return None
