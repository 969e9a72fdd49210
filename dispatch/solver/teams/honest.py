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
    out = [0] * len(case.headcount) if left_out is None else left_out.tolist()
    cost: list[list[int]] = [[] for _ in out]
    for row, one in zip(case.rows.tolist(), [0] * len(case.rows) if pair is None else pair.tolist(), strict=True):
        cost[row].append(one)
    return sum(
        min(none, sum(sorted(some)[:takes])) if len(some) >= takes else none
        for none, some, takes in zip(out, cost, case.headcount.tolist(), strict=True)
    )


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
