"""Room for arcs written down: lists of CPython grow as they fill, arrays of Numba are as long as they may get.

``engine`` puts the second function in the place of the first where it compiles.
"""

from __future__ import annotations

from typing import Any, Final

Map = Any
"""``maps.Map``: of it ``x``, ``known_head`` and ``known_cost``."""

WRITTEN_PER_REQUEST: Final = 48
"""Arcs for which there is room, a request; only who is in the way of others takes any."""
GROWS_BY: Final = 1024


def has_room(town: Map, n: int) -> bool:
    """Say whether an arc may be written at a place, and make room for it."""
    if n < len(town.known_head):
        return True
    most = WRITTEN_PER_REQUEST * len(town.x)
    if n >= most:
        return False
    for one in (town.known_head, town.known_cost):
        one.extend([0] * min(GROWS_BY, most - n))
    return True


def has_room_array(town: Map, n: int) -> bool:
    """Say whether an arc may be written at a place."""
    return n < len(town.known_head)
