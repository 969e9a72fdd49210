"""``chains.Lanes.step`` written as loops, for Numba: the same sums in the same order, so the same plans."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np


@cache
def compiled_step() -> Callable[..., None] | None:
    """Return ``step`` as Numba reads it; none where Numba is not installed."""
    if find_spec("numba") is None:
        return None
    import numba

    # What Numba keeps on disk is found by a function's name and its file's age: the mark tells of what is in it.
    step.__qualname__ = f"step_{sha256(Path(__file__).read_bytes()).hexdigest()[:12]}"
    compiled: Callable[..., None] = numba.njit(cache=True, error_model="numpy")(step)
    return compiled


def step(  # noqa: PLR0915  one walk, and Numba pays for each call
    loss: Any, units: Any, idle: Any, capacity: Any, comer: Any, comer_loss: Any, comer_units: Any,
    place: Any, here: Any, room: Any, next_: Any, failed: Any, over: Any, depth: int, never: float,
) -> None:
    """Try one chain in each plan, from its next request on, and take it if it makes the plan cheaper.

    Args:
        loss, units, idle, capacity, comer, comer_loss, comer_units: As ``chains.Ground`` has them.
        place, here, room, next_, failed: As ``chains.Lanes`` has them; changed.
        over: (M,) the price of a unit too many.
        depth: Requests that follow the first one at the most.
        never: Dearer than any chain.
    """
    plans, requests = place.shape
    many, most = comer.shape
    moved = np.zeros(depth, dtype=np.int64)
    came_to, came_from = np.zeros(depth, dtype=np.int64), np.zeros(depth, dtype=np.int64)
    was = np.zeros(depth)
    for lane in range(plans):
        at, free, cost = place[lane], room[lane], here[lane]
        first = next_[lane]
        left = at[first]
        lost = cost[first]
        cost[first] = -never
        before = max(idle[left] * free[left], -over[left] * free[left])
        free[left] += units[first, left]
        spent = -lost
        best, length, target = -0.5, -1, 0
        gap, made = left, 0
        while True:
            now = max(idle[gap] * free[gap], -over[gap] * free[gap])
            least, to = np.inf, 0
            for one in range(many):
                rest = free[one] - units[first, one]
                asked = max(idle[one] * rest, -over[one] * rest) - max(idle[one] * free[one], -over[one] * free[one])
                asked += loss[first, one]
                if asked < least:
                    least, to = asked, one
            if spent + now - before + least < best:
                best, length, target = spent + now - before + least, made, to
            if made == depth:
                break
            least, which = never / 2, -1
            for one in range(most):
                request = comer[gap, one]
                if at[request] == gap:
                    continue
                rest = free[gap] - comer_units[gap, one]
                score = max(idle[gap] * rest, -over[gap] * rest) + comer_loss[gap, one] - cost[request]
                if score < least:
                    least, which = score, one
            if which < 0:
                break
            request = comer[gap, which]
            source = at[request]
            moved[made], came_to[made], came_from[made], was[made] = request, gap, source, cost[request]
            free[gap] -= units[request, gap]
            now = max(idle[gap] * free[gap], -over[gap] * free[gap])
            spent = spent + comer_loss[gap, which] - cost[request] + now - before
            before = max(idle[source] * free[source], -over[source] * free[source])
            free[source] += units[request, source]
            at[request], cost[request] = gap, comer_loss[gap, which]
            made += 1
            gap = source
        for back in range(made - 1, max(length, 0) - 1, -1):
            request = moved[back]
            at[request], cost[request] = came_from[back], was[back]
            free[came_to[back]] += units[request, came_to[back]]
            free[came_from[back]] -= units[request, came_from[back]]
        goes = target if length >= 0 else left
        at[first] = goes
        cost[first] = loss[first, goes] if length >= 0 else lost
        free[goes] -= units[first, goes]
        failed[lane] = 0 if length >= 0 else failed[lane] + 1
        next_[lane] = (first + 1) % requests
