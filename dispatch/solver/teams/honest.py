"""Bounds that are true: what holds for every plan, and what holds only while the levels above are met."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from dispatch.solver.case import Case
from dispatch.solver.paths.levels import Numbers


def floors(case: Case) -> tuple[int, ...]:
    """Return by level what no plan at all comes below, whatever it does at the levels above.

    Each request is left out or takes its cheapest people, and each responder takes
    as many requests as come cheapest, all without regard to one another. Exact
    integers, no solver.
    """
    degree = np.bincount(case.columns, minlength=len(case.capacity))
    found = []
    for aim in case.aims:
        value = 0
        if aim.left_out is not None or aim.pair is not None:
            value += _rows_alone(case, aim.left_out, aim.pair)
        if aim.first_seat is not None or aim.next_seat is not None:
            none = np.zeros(len(degree), dtype=np.int64)
            first = none if aim.first_seat is None else aim.first_seat
            more = none if aim.next_seat is None else aim.next_seat
            value += sum(map(_seats_alone, first.tolist(), more.tolist(), degree.tolist()))
        found.append(value)
    return tuple(found)


def _rows_alone(case: Case, left_out: Numbers | None, pair: Numbers | None) -> int:
    none = np.zeros(len(case.headcount), dtype=np.int64)
    low = none if pair is None else teams_alone(case.rows, pair, case.headcount)[0]
    out = none if left_out is None else left_out
    can = np.bincount(case.rows, minlength=len(none)) >= case.headcount
    least: list[int] = np.where(can, np.minimum(out, low), out).tolist()
    return sum(least)


def teams_alone(rows: Numbers, cost: Numbers, headcount: Numbers) -> tuple[Numbers, Numbers]:
    """Return by request what its cheapest and its dearest members come to, where it has enough of them."""
    low, high = (np.zeros(len(headcount), dtype=np.int64) for _ in range(2))
    takes = headcount[rows]
    # One person each: nothing to put in order.
    one, lowest, highest = takes == 1, np.iinfo(np.int64).max, np.iinfo(np.int64).min
    low[rows[one]], high[rows[one]] = lowest, highest
    np.minimum.at(low, rows[one], cost[one])
    np.maximum.at(high, rows[one], cost[one])
    rows, cost = rows[~one], cost[~one]
    order = np.lexsort((cost, rows))
    rows, cost = rows[order], cost[order]
    count = np.bincount(rows, minlength=len(headcount))
    place = np.arange(len(rows)) - (np.cumsum(count) - count)[rows]
    cheap, dear = place < headcount[rows], place >= (count - headcount)[rows]
    np.add.at(low, rows[cheap], cost[cheap])
    np.add.at(high, rows[dear], cost[dear])
    return low, high


def _seats_alone(first: int, more: int, most: int) -> int:
    """Return the least that up to so many seats come to."""
    if first >= 0:
        return 0
    best = most if more == 0 else min(most, -first // more + 1)
    return best * first + more * (best * (best - 1) // 2)


def honest(values: Sequence[int], proved: Sequence[int], lowest: Sequence[int]) -> tuple[int, ...]:
    """Return the bounds that may be said beside the values of a plan.

    Args:
        values: What the plan comes to, by level.
        proved: Bounds of the first levels, or all; each holds for plans that reach the bounds before it.
        lowest: By level, what no plan at all comes below.

    Returns:
        By level: the proved bound as long as the plan reaches all bounds before it. Behind the first
        level that it misses, plans that are as good at the levels above need not reach the bounds
        there, so that only ``lowest`` is true of them.
    """
    bounds: list[int] = []
    for level, value in enumerate(values):
        is_met = level < len(proved) and bounds == list(values[:level])
        bounds.append(min(value, proved[level]) if is_met else min(value, lowest[level]))
    return tuple(bounds)
