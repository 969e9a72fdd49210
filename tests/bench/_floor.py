"""The least that any matcher on a map has to do: find for each request who may be sent at the least cost, and no plan."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dispatch.solver.paths.engine import Engine

FAR = 2**40
"""Metre-equivalents: more than any pair costs."""


def finder(engine: Engine) -> Callable[[Any], int]:
    """Return a function of a map that finds for each request the nearest in metre-equivalents, and counts them.

    It looks at the same cells through the same sieve as a plan does, and knows no prices and no seats.
    """
    cheapest = engine.ways.cheapest

    def find(town: Any) -> int:
        found = 0
        for i in range(len(town.x)):
            cost, _ = cheapest(town, i, FAR)
            found += cost < FAR
        return found

    if not engine.is_compiled:
        return find
    import numba

    compiled: Callable[[Any], int] = numba.njit(error_model="numpy", _nrt=False)(find)
    return compiled
