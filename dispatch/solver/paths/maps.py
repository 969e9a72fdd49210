"""Where everybody is, who may be sent where and at which cost: arcs that are never written down."""

from __future__ import annotations

from math import asin, cos, sin, sqrt
from typing import Any, Final, NamedTuple

from dispatch.solver.paths.search import Ints
from dispatch.solver.paths.sieves import BITS

EARTH: Final = 2 * 6_371_000.0
"""Metres: the diameter of a ball as large as the earth, as in ``units``."""

BARRED: Final = 2**60
"""The cost of a pair that is not allowed."""

Reals = list[float]
"""A list of float; or an array of float64, which the searches use alike."""


class Map(NamedTuple):
    """Where R requests and M responders are, what they need and can do, and a grid a skill.

    Args:
        on_earth: (1,) 1 where ``north`` and ``east`` are radians, 0 where they are metres on a plane.
        bend: (1,) how much shorter a way over the ball may be than on the plane of the cells, 0 to 1.
        x, y: (R,) metres on the plane of the cells.
        north, east: (R,) where the request is.
        far: (R,) metres beyond which the request does not look.
        skill: (R,) the skill by whose grid its candidates are found.
        needs: (R + 1,) its needs are ``needs[i]`` up to ``needs[i + 1]``.
        need: (needs,) the skill.
        least: (needs,) its least level.
        wants: (R,) the bits of the skills needed, as in ``who_can``.
        times: (R,) class of the times at which the work may be done.
        near: (R,) the square of ``far``, narrow like ``who_x``.
        meets: (classes of times,) the bits of the classes of hours that they meet, as in ``who_free``.
        loose: (2,) what makes a cost one that ``sieves`` compares with.
        odd: (R + 1,) its odd pairs are ``odd[i]`` up to ``odd[i + 1]``.
        odd_head: (odd pairs,) a responder.
        odd_more: (odd pairs,) how much dearer than others, or ``BARRED``.
        floor: (1,) the least of ``odd_more``, 0 at the most: no pair costs less.
        there_x, there_y: (M,) metres on the plane of the cells.
        there_north, there_east: (M,) where the responder is.
        reach: (M,) metres beyond which the responder does not go.
        hours: (M,) class of the hours.
        reaches, frees: (M,) the square of ``reach`` and the bit of ``hours``, as in ``who_reach`` and ``who_free``.
        more: (M,) what sending the responder costs beside the way and the skills, 0 or more.
        level: (M * S,) levels by skill, row by row; 0 is without.
        skills: (1,) S.
        level_cost: (levels * levels,) cost of having a level where one is the least, row by the least level.
        level_least: (levels, or more) what having a level costs at the least, whichever is asked for; 0 where some
            ask for none.
        levels: (1,)
        fits: (classes of times * classes of hours,) whether they meet.
        classes: (1,) how many classes of hours there are.
        size: (S,) metres of a cell.
        corner: (2,) the corner of all grids.
        across, up: (S,) how many cells.
        first: (S,) the number of the grid's first cell.
        cell: (cells + 1,) entries of a cell are ``cell[c]`` up to ``cell[c + 1]``.
        who: (entries,) the responder.
        who_x, who_y: (entries,) metres from the corner; these and the next four are narrow, for a first look
            (``sieves``), and followed by as many zeros as such a look reads.
        who_reach: (entries,) the square of ``reach``.
        who_least: (entries,) sending the responder to anybody in the grid costs no less beside the way.
        who_can: (entries,) a bit for each skill held, which is that of others as well where they are more than bits.
        who_free: (entries,) the bit of the class of hours, likewise.
        who_level: (entries,) the level at the grid's skill.
        asks: (cells + 1,) requests of a cell are ``asks[c]`` up to ``asks[c + 1]``.
        whose: (R,) the request.
        asks_x, asks_y, asks_far, asks_least, asks_spares, asks_free: (R,) what the grids of requests hold, as
            narrow as what begins with ``who_``, and followed by zeros like that: where and how far, 0, the bits of
            skills not needed, and those of the classes of hours that fit.
        asks_north, asks_east, asks_look: (R,) ``north``, ``east`` and ``far`` of the requests in ``whose``.
        asks_need, asks_level: (R,) the one skill that the request needs and its least level, where nothing else
            is to be looked up (``cost_from``); else -1 and 0.
        can: (M,) the bits of the skills held, as in ``who_can``.
        known: (R,) where the arcs written down for a request begin; below 0 while there are none.
        known_end: (R,) where they end.
        back: (M,) where the arcs written down for a responder begin; below 0 while there are none.
        back_end: (M,) where they end.
        known_head: (room,) the responders of arcs written down for a request, the requests of those for a responder.
        known_cost: (room,) what they cost, the least first; for a responder, less what leaving the request out costs.
        met: (R or M, whichever is more) scratch: entries that a sieve let through.
        written: (1,) how much of the room is taken. Where it is full the map is looked at again.
    """

    on_earth: Ints
    bend: Reals
    x: Reals
    y: Reals
    north: Reals
    east: Reals
    far: Reals
    skill: Ints
    needs: Ints
    need: Ints
    least: Ints
    wants: Ints
    times: Ints
    near: Reals
    meets: Ints
    loose: Reals
    odd: Ints
    odd_head: Ints
    odd_more: Ints
    floor: Ints
    there_x: Reals
    there_y: Reals
    there_north: Reals
    there_east: Reals
    reach: Reals
    hours: Ints
    reaches: Reals
    frees: Ints
    more: Ints
    level: Ints
    skills: Ints
    level_cost: Ints
    level_least: Ints
    levels: Ints
    fits: Ints
    classes: Ints
    size: Reals
    corner: Reals
    across: Ints
    up: Ints
    first: Ints
    cell: Ints
    who: Ints
    who_x: Reals
    who_y: Reals
    who_reach: Reals
    who_least: Reals
    who_can: Ints
    who_free: Ints
    who_level: Ints
    asks: Ints
    whose: Ints
    asks_x: Reals
    asks_y: Reals
    asks_far: Reals
    asks_least: Reals
    asks_spares: Ints
    asks_free: Ints
    asks_north: Reals
    asks_east: Reals
    asks_look: Reals
    asks_need: Ints
    asks_level: Ints
    can: Ints
    known: Ints
    known_end: Ints
    back: Ints
    back_end: Ints
    known_head: Ints
    known_cost: Ints
    met: Ints
    written: Ints


def metres(town: Any, i: int, j: int) -> float:
    """Return how far a responder is from a request: on a ball (haversine) or on a plane."""
    north, east = town.north[i], town.east[i]
    if town.on_earth[0] == 0:
        # Not hypot: whose last bit depends on the library, and with it where a half metre is rounded to.
        up, right = town.there_north[j] - north, town.there_east[j] - east
        return sqrt(up * up + right * right)
    sine_north = sin((town.there_north[j] - north) / 2)
    sine_east = sin((town.there_east[j] - east) / 2)
    bow = sine_north * sine_north + cos(north) * cos(town.there_north[j]) * sine_east * sine_east
    return EARTH * asin(sqrt(min(1.0, bow)))


def cost_of(town: Map, i: int, j: int) -> int:
    """Return what sending a responder to a request costs, or ``BARRED``."""
    if town.fits[town.times[i] * town.classes[0] + town.hours[j]] == 0:
        return BARRED
    way = metres(town, i, j)
    if way > town.far[i] or way > town.reach[j]:
        return BARRED
    whole = round(way) + town.more[j]
    for n in range(town.needs[i], town.needs[i + 1]):
        least = town.least[n]
        level = town.level[j * town.skills[0] + town.need[n]]
        if level < least:
            return BARRED
        whole += town.level_cost[least * town.levels[0] + level]
    for n in range(town.odd[i], town.odd[i + 1]):
        if town.odd_head[n] == j:
            if town.odd_more[n] == BARRED:
                return BARRED
            whole += town.odd_more[n]
    return whole


def is_plain(town: Map, i: int) -> bool:
    """Say whether ``cost_at`` tells what a request costs: on a plane, not odd, and each class of hours has a bit."""
    return town.on_earth[0] == 0 and town.odd[i] == town.odd[i + 1] and town.classes[0] <= BITS


def cost_at(town: Map, i: int, j: int, s: int, level_there: int) -> int:
    """Return what ``cost_of`` does for a responder whom the sieve let through, with the level at one skill at hand."""
    up, right = town.there_north[j] - town.north[i], town.there_east[j] - town.east[i]
    way = sqrt(up * up + right * right)
    if way > town.far[i] or way > town.reach[j]:
        return BARRED
    whole = round(way) + town.more[j]
    for n in range(town.needs[i], town.needs[i + 1]):
        least = town.least[n]
        level = level_there
        if town.need[n] != s:
            level = town.level[j * town.skills[0] + town.need[n]]
        if level < least:
            return BARRED
        whole += town.level_cost[least * town.levels[0] + level]
    return whole


def cost_from(town: Map, entry: int, j: int) -> int:
    """Return what ``cost_of`` does for the request at an entry that the sieve let through for a responder.

    Most requests need one skill, and what that takes stands side by side with that of their neighbours.
    """
    need = town.asks_need[entry]
    if need < 0:
        return cost_of(town, town.whose[entry], j)
    least, level = town.asks_level[entry], town.level[j * town.skills[0] + need]
    if level < least:
        return BARRED
    up, right = town.there_north[j] - town.asks_north[entry], town.there_east[j] - town.asks_east[entry]
    way = sqrt(up * up + right * right)
    if way > town.asks_look[entry] or way > town.reach[j]:
        return BARRED
    return round(way) + town.more[j] + town.level_cost[least * town.levels[0] + level]
