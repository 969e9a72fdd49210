"""Room for arcs written down: lists of CPython grow as they fill, arrays of Numba are as long as they may get.

``engine`` puts the second function in the place of the first where it compiles.
"""

from __future__ import annotations

from typing import Any, Final

Map = Any
"""``maps.Map``: of it ``x``, ``known_head`` and ``known_cost``."""

WRITTEN_PER_REQUEST: Final = 48
"""Arcs for which there is room, a request: those of who is in the way of others, or of all if seats are too few."""
GROWS_BY: Final = 1024
NO_COST: Final = 2**62
"""More than any arc costs."""


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


def put_in_order(town: Map, begin: int, end: int) -> bool:
    """Put arcs written down in order, the cheapest first, and say whether there was room for that."""
    arcs = sorted(zip(town.known_cost[begin:end], town.known_head[begin:end], strict=True))
    # One by one: questions read arrays of the other reader as views.
    for nth, (cost, head) in enumerate(arcs):
        town.known_cost[begin + nth], town.known_head[begin + nth] = cost, head
    return True


def has_room_array(town: Map, n: int) -> bool:
    """Say whether an arc may be written at a place."""
    return n < len(town.known_head)


def put_in_order_array(town: Map, begin: int, end: int) -> bool:
    """Put arcs written down in order, the cheapest first, and say whether there was room for that."""
    head, cost = town.known_head, town.known_cost
    many = end - begin
    if end + many > len(head):
        return False
    # Each is counted to its place: all comparisons are made, but many at once, and none is guessed wrong.
    arcs = cost[begin:end]
    for nth in range(many):
        cost[end + nth] = NO_COST
    for nth in range(many):
        least, place = arcs[nth], end
        for other in range(many):
            place += int(arcs[other] < least)
        while cost[place] == least:
            place += 1
        head[place], cost[place] = head[begin + nth], least
    for nth in range(many):
        head[begin + nth], cost[begin + nth] = head[end + nth], cost[end + nth]
    return True
