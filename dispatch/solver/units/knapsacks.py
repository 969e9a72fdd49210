"""Each responder's best load at given prices: many knapsacks at once, by dynamic programming over units.

Everything is in whole numbers, so a value is exact and what is deduced from it holds.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from dispatch.solver.paths.levels import Numbers

Bools = npt.NDArray[np.bool_]

MOST_CELLS: Final = 20_000_000
"""Items times units over all knapsacks, up to which they are solved exactly; beyond, their linear bound is taken."""

NEVER: Final = 2**61
"""Dearer than any load."""


class Loads(NamedTuple):
    """The best loads of M knapsacks.

    Args:
        value: (M,) what each comes to, 0 or less: the least there is, or a bound below it.
        taken: (P,) which items are in; with the linear bound, those that are worth their units.
        without: (P,) how much the value rises, at the least, if an item must stay out; 0 for items that are out.
        including: (P,) how much it rises, at the least, if an item must be in.
    """

    value: Numbers
    taken: Bools
    without: Numbers
    including: Numbers


class _Packed(NamedTuple):
    """The items of some knapsacks, padded to a table: (K, M) with K the most items that one has."""

    item: Numbers
    price: Numbers
    units: Numbers
    capacity: Numbers
    most: int


def best_loads(
    columns: Numbers, prices: Numbers, units: Numbers, capacity: Numbers, *, consequences: bool = False
) -> Loads:
    """Solve all knapsacks: choose items of negative price within the capacity.

    Args:
        columns: (P,) the knapsack of each item, ascending.
        prices: (P,) what an item adds; only those below 0 are ever taken.
        units: (P,) what it takes, 0 to the capacity.
        capacity: (M,) units.
        consequences: Whether to work out ``without`` and ``including`` as well; else they are 0.
    """
    many = len(capacity)
    wanted = prices < 0
    weight = np.bincount(columns, np.where(wanted, units, 0), many).astype(np.int64)
    is_tight = weight > capacity
    value = np.zeros(many, dtype=np.int64)
    np.add.at(value, columns, np.where(wanted & ~is_tight[columns], prices, 0))
    taken = wanted & ~is_tight[columns]
    nothing = np.zeros(len(prices), dtype=np.int64)
    loads = Loads(value, taken, nothing, nothing.copy())
    if consequences:
        _loose(loads, columns, prices, units, capacity, ~is_tight)
    if is_tight.any():
        tight = np.flatnonzero(is_tight)
        packed = _pack(tight, wanted, columns, prices, units, capacity)
        if packed.item.size * (packed.most + 1) <= MOST_CELLS:
            _exact(loads, tight, packed, columns, prices, units, consequences=consequences)
        else:
            _linear(loads, tight, packed, columns, prices, units, capacity, consequences=consequences)
    return loads


def _loose(
    loads: Loads, columns: Numbers, prices: Numbers, units: Numbers, capacity: Numbers, loose: Bools
) -> None:
    """Write the consequences where everything that pays fits: another item fits too or its price is a bound."""
    at = loose[columns]
    loads.without[at] = np.maximum(0, -prices[at])
    loads.including[at] = np.maximum(0, prices[at])


def _pack(
    tight: Numbers, wanted: Bools, columns: Numbers, prices: Numbers, units: Numbers, capacity: Numbers
) -> _Packed:
    place = np.full(len(capacity), -1, dtype=np.int64)
    place[tight] = np.arange(len(tight))
    items = np.flatnonzero(wanted & (place[columns] >= 0))
    column = place[columns[items]]
    starts = np.searchsorted(column, np.arange(len(tight)))
    rank = np.arange(len(items)) - starts[column]
    shape = (int(rank.max()) + 1, len(tight))
    most = int(capacity[tight].max())
    item = np.full(shape, -1, dtype=np.int64)
    price = np.zeros(shape, dtype=np.int64)
    size = np.full(shape, most + 1, dtype=np.int64)
    item[rank, column], price[rank, column], size[rank, column] = items, prices[items], units[items]
    return _Packed(item, price, size, capacity[tight], most)


def _exact(
    loads: Loads, tight: Numbers, packed: _Packed, columns: Numbers, prices: Numbers, units: Numbers,
    *, consequences: bool,
) -> None:
    """Solve by dynamic programming: table[m, c] is the best of the items so far within c units."""
    item, price, size, capacity, most = packed
    steps, many = item.shape
    width = 2 * most + 2  # the left half is out of reach: what would take more units than there are
    lanes = (np.arange(many) * width + most + 1)[:, None] + np.arange(most + 1)
    table = np.full((many, width), NEVER, dtype=np.int64)
    table[:, most + 1 :] = 0
    flat, open_ = table.reshape(-1), table[:, most + 1 :]
    chosen = np.empty((steps, many, most + 1), dtype=bool)
    before = np.empty((steps + 1, many, most + 1), dtype=np.int64) if consequences else None
    for step in range(steps):
        if before is not None:
            before[step] = open_
        other = flat[lanes - size[step][:, None]]
        other += price[step][:, None]
        np.less(other, open_, out=chosen[step])
        np.minimum(open_, other, out=open_)
    at = np.arange(many)
    loads.value[tight] = open_[at, capacity]
    left = capacity.copy()
    for step in range(steps - 1, -1, -1):
        into = chosen[step, at, left]
        left -= np.where(into, size[step], 0)
        loads.taken[item[step, into]] = True
    if before is not None:
        before[steps] = open_
        _consequences(loads, tight, packed, before, columns, prices, units)


def _consequences(
    loads: Loads, tight: Numbers, packed: _Packed, before: Numbers, columns: Numbers, prices: Numbers, units: Numbers
) -> None:
    """Put the tables of the items before and after each one together."""
    item, price, size, capacity, most = packed
    steps, many = item.shape
    value = loads.value[tight]
    at = np.arange(many)
    place = np.full(len(loads.value), -1, dtype=np.int64)
    place[tight] = at
    # Items that do not pay alone: what the best load is that leaves room for them.
    rest = np.flatnonzero((place[columns] >= 0) & (prices >= 0))
    lane = place[columns[rest]]
    loads.including[rest] = prices[rest] + before[steps, lane, capacity[lane] - units[rest]] - value[lane]
    # after[c]: the best of the later items within what c leaves of the capacity, by ascending c.
    width = 2 * most + 2
    lanes = (at * width)[:, None] + np.arange(most + 1)
    after = np.full((many, width), NEVER, dtype=np.int64)
    room = capacity[:, None] - np.arange(most + 1)
    after[:, : most + 1] = np.where(room >= 0, 0, NEVER)
    flat, open_ = after.reshape(-1), after[:, : most + 1]
    for step in range(steps - 1, -1, -1):
        there = np.flatnonzero(item[step] >= 0)
        which = item[step, there]
        without = (before[step] + open_).min(axis=1)
        shifted = flat[lanes + np.minimum(size[step], most + 1)[:, None]]
        shifted += price[step][:, None]
        including = (before[step] + shifted).min(axis=1)
        loads.without[which] = without[there] - value[there]
        loads.including[which] = including[there] - value[there]
        np.minimum(open_, shifted, out=open_)


def _linear(
    loads: Loads, tight: Numbers, packed: _Packed, columns: Numbers, prices: Numbers, units: Numbers,
    capacity: Numbers, *, consequences: bool,
) -> None:
    """Bound by a price for each unit: that of the item at which the capacity runs out (Dantzig 1957)."""
    item, price, size, _, _ = packed
    worth = np.where(item >= 0, -price / np.maximum(size, 1e-9), -1.0)
    order = np.argsort(-worth, axis=0, kind="stable")
    used = np.cumsum(np.take_along_axis(np.where(item >= 0, size, 0), order, axis=0), axis=0)
    last = np.argmax(used > capacity[tight], axis=0)
    broken = order[last, np.arange(len(tight))]
    unit_price = np.zeros(len(capacity), dtype=np.int64)
    lanes = np.arange(len(tight))
    unit_price[tight] = -price[broken, lanes] // np.maximum(1, size[broken, lanes])
    at = np.flatnonzero(np.isin(columns, tight))
    reduced = prices[at] + unit_price[columns[at]] * units[at]
    loads.value[tight] = -unit_price[tight] * capacity[tight]
    np.add.at(loads.value, columns[at], np.minimum(0, reduced))
    loads.taken[at] = reduced < 0
    if consequences:
        loads.without[at] = np.maximum(0, -reduced)
        loads.including[at] = np.maximum(0, reduced)
