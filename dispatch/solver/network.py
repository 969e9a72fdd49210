"""A problem as a network of flows, its aims as levels of arc costs, and the prices that prove an answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import lcm
from typing import Final

import numpy as np

from dispatch.model.service import Urgency
from dispatch.solver.openings import Flags
from dispatch.solver.pairings import Numbers

LEVELS: Final = (
    "unserved_urgent",
    "unserved_normal",
    "unserved_low",
    "waiting",
    "pool",
    "load",
    "cost",
    "draw",
)
"""Every aim, the strictest first; the last only settles ties, always alike, and is not reported."""
COUNTED_BY_NEED: Final = LEVELS[:4]
"""Levels that a need left out adds to as a whole; in the network each of its slots adds a share."""
MOST_SHARES = 2520
"""Into how many shares a need left out is cut: the least common multiple of the slots, but no more."""
DRAW_RANGE = 2**20
LARGEST_TOTAL = 2**62
"""OR-Tools adds up in 64 bits; beyond this it saturates (ALGORITHMS 1a)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """The part of a problem that is solved together, one row a need and one column a helper.

    Args:
        slots: By row.
        classes: By row.
        waited: By row, in minutes.
        seats: By column.
        load: By column.
        eligible: Who could go.
        outside: Whether the helper stands outside the need's first circle.
        cost: Metre-equivalents.
        draw: A fixed lot, 0 to 2^20 - 1.
        apart: Columns of helpers who are never sent to the same need.
    """

    slots: Numbers
    classes: Sequence[Urgency]
    waited: Numbers
    seats: Numbers
    load: Numbers
    eligible: Flags
    outside: Flags
    cost: Numbers
    draw: Numbers
    apart: tuple[tuple[int, int], ...] = ()

    @property
    def most_against(self) -> int:
        """Return how many others somebody is never sent with, at the most."""
        return max(Counter(one for pair in self.apart for one in pair).values(), default=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """Needs, then helpers, then one sink; pair arcs, then unserved arcs, then seat arcs, each of capacity 1.

    Every slot of a need is one unit of flow. It goes over a pair arc to a helper
    and over one of the helper's seat arcs to the sink, or over one of the need's
    unserved arcs straight to the sink.

    Args:
        rows: Row of the need of each pair arc.
        columns: Column of the helper of each pair arc.
        unserved_rows: Row of the need of each unserved arc.
        shares: How many shares make up one need left out.
        costs: By level, the cost of each arc; levels of ``COUNTED_BY_NEED`` in shares.
    """

    rows: Numbers
    columns: Numbers
    unserved_rows: Numbers
    tails: Numbers
    heads: Numbers
    supply: Numbers
    shares: int
    costs: Mapping[str, Numbers]

    @property
    def pairs(self) -> slice:
        """Return where the pair arcs stand."""
        return slice(0, len(self.rows))

    @property
    def unserved(self) -> slice:
        """Return where the unserved arcs stand."""
        return slice(len(self.rows), len(self.rows) + len(self.unserved_rows))


def build_network(board: Board, keep: tuple[int, int] | None = None) -> Network:
    """Lay a board out as a network.

    A need keeps only as many pair arcs as the board has slots, the best ones by
    circle, load, cost and lot. Nothing is lost: if a plan sends somebody else,
    one of those kept is idle in it, and sending that one instead is no worse at
    any level. Where some are never sent together, it keeps so many more that one of
    those idle is against nobody else of the team.

    Args:
        keep: A row and column whose arc stays, whatever it costs.
    """
    total = int(board.slots.sum())
    against = board.most_against
    picked = [
        _best(board, row, total + against * (slots - 1), keep) for row, slots in enumerate(board.slots.tolist())
    ]
    rows = np.repeat(np.arange(len(picked)), [len(one) for one in picked])
    columns = np.concatenate([*picked, np.zeros(0, dtype=np.int64)])
    used, helper = np.unique(columns, return_inverse=True)
    first_helper, sink = len(picked), len(picked) + len(used)
    seats = np.minimum(board.seats[used], np.bincount(helper, minlength=len(used)))
    seat_owner = np.repeat(np.arange(len(used)), seats)
    held = np.arange(len(seat_owner)) - np.repeat(np.cumsum(seats) - seats, seats)
    unserved_rows = np.repeat(np.arange(len(picked)), board.slots)
    supply = np.zeros(sink + 1, dtype=np.int64)
    supply[: len(picked)] = board.slots
    supply[sink] = -total
    shares = min(MOST_SHARES, lcm(*(int(one) for one in set(board.slots.tolist()))))
    network = Network(
        rows=rows,
        columns=columns,
        unserved_rows=unserved_rows,
        tails=np.concatenate([rows, unserved_rows, first_helper + seat_owner]),
        heads=np.concatenate([first_helper + helper, np.full(len(unserved_rows) + len(seat_owner), sink)]),
        supply=supply,
        shares=shares,
        costs={},
    )
    return _with_costs(network, board, seat_arc_costs=2 * (board.load[used][seat_owner] + held) + 1)


def _best(board: Board, row: int, total: int, keep: tuple[int, int] | None) -> Numbers:
    could = np.flatnonzero(board.eligible[row])
    if len(could) <= total:
        return could
    keys = (board.draw[row, could], board.cost[row, could], board.load[could], board.outside[row, could])
    best = could[np.lexsort(keys)[:total]]
    if keep is not None and keep[0] == row and keep[1] not in best:
        best = np.append(best, keep[1])
    return np.sort(best)


def _with_costs(network: Network, board: Board, seat_arc_costs: Numbers) -> Network:
    arcs = len(network.tails)
    pairs = (network.rows, network.columns)
    costs = {level: np.zeros(arcs, dtype=np.int64) for level in LEVELS}
    for urgency in Urgency:
        weights = np.array([network.shares * (one is urgency) for one in board.classes], dtype=np.int64)
        costs[f"unserved_{urgency}"][network.unserved] = _in_shares(weights, network, board)
    if int(board.waited.max()) * network.shares * len(network.unserved_rows) > LARGEST_TOTAL:
        raise OverflowError("the waiting times of the matching do not fit into 64 bits")
    costs["waiting"][network.unserved] = _in_shares(network.shares * board.waited, network, board)
    costs["pool"][network.pairs] = board.outside[pairs]
    costs["load"][network.unserved.stop :] = seat_arc_costs
    costs["cost"][network.pairs] = board.cost[pairs]
    costs["draw"][network.pairs] = board.draw[pairs]
    return Network(
        rows=network.rows,
        columns=network.columns,
        unserved_rows=network.unserved_rows,
        tails=network.tails,
        heads=network.heads,
        supply=network.supply,
        shares=network.shares,
        costs={level: values for level, values in costs.items() if values.any()},
    )


def _in_shares(weights: Numbers, network: Network, board: Board) -> Numbers:
    """Spread each need's weight over its unserved arcs as evenly as may be, smaller shares first.

    A need left out altogether pays its full weight and one served in full pays
    nothing, so the network never overrates a plan that is all or nothing.
    """
    slots = board.slots[network.unserved_rows]
    first = np.cumsum(board.slots) - board.slots
    nth = np.arange(len(slots)) - first[network.unserved_rows]
    share, rest = np.divmod(weights[network.unserved_rows], slots)
    spread: Numbers = share + (nth >= slots - rest)
    return spread


def blocks(network: Network, limit: int) -> list[Numbers]:
    """Add levels up into as few arc costs as stay exact, the strictest first.

    Args:
        limit: Up to which cost of one arc, in absolute value, levels are added up; one alone may exceed it.

    Raises:
        OverflowError: One level alone does not fit into 64 bits.
    """
    made: list[Numbers] = []
    arc_most = total_span = 0
    for values in network.costs.values():
        span = _span(network, values)
        most = int(np.abs(values).max())
        if span > LARGEST_TOTAL:
            raise OverflowError("one level of the matching does not fit into 64 bits")
        if made and arc_most * (span + 1) + most <= limit and (total_span + 1) * (span + 1) <= LARGEST_TOTAL:
            made[-1] = made[-1] * (span + 1) + values
            arc_most, total_span = arc_most * (span + 1) + most, (total_span + 1) * (span + 1)
        else:
            made.append(values)
            arc_most, total_span = most, span
    return made


def _span(network: Network, values: Numbers) -> int:
    """Bound how far apart two flows can lie: each unit uses one arc out of its need and at most one seat."""
    units = len(network.unserved_rows)
    out = slice(0, network.unserved.stop)
    most = np.zeros(len(network.supply), dtype=np.int64)
    np.maximum.at(most, network.tails[out], np.abs(values[out]))
    seats = np.abs(values[out.stop :])
    by_need = most[: len(network.supply) - 1]
    spread = int((np.maximum(network.supply[:-1], 0) * by_need).sum())
    return 2 * (spread + units * int(seats.max(initial=0)))


def node_prices(tails: Numbers, heads: Numbers, costs: Numbers, flow: Numbers, nodes: int) -> Numbers:
    """Return prices that prove a flow over arcs of capacity 1 to be cheapest.

    With them, ``cost + price[tail] - price[head]`` is nowhere negative on an
    unused arc nor positive on a used one (Bellman-Ford on the residual network).

    Raises:
        ArithmeticError: There are none: the flow is not cheapest.
    """
    used = flow > 0
    begin = np.where(used, heads, tails)
    end = np.where(used, tails, heads)
    order = np.argsort(end, kind="stable")
    begin, end, step = begin[order], end[order], np.where(used, -costs, costs)[order]
    if len(end) == 0:
        return np.zeros(nodes, dtype=np.int64)
    starts = np.flatnonzero(np.concatenate([[True], end[1:] != end[:-1]]))
    reached = end[starts]
    prices = np.zeros(nodes, dtype=np.int64)
    for _ in range(nodes + 1):
        lower = np.minimum(prices[reached], np.minimum.reduceat(prices[begin] + step, starts))
        if np.array_equal(lower, prices[reached]):
            return prices
        prices[reached] = lower
    raise ArithmeticError("the flow can be made cheaper: it is not optimal")
