"""Arcs that are never written down: a grid of cells tells who is near, ring by ring, as far as a search must look.

A cell away by k rings is at least ``(k - 1) * size`` metres plus the way to the
edge of one's own cell away. A search stops at the first ring from which even
a responder without any other cost could not better the way it has. So nobody
who could matter is left out, and "the k nearest" never decides.
"""

from __future__ import annotations

from heapq import heappush
from math import asin, cos, hypot, sin, sqrt
from typing import Final, NamedTuple

from dispatch.solver.paths.search import ABSENT, OUT, Ints, State

EARTH: Final = 2 * 6_371_000.0
"""Metres: the diameter of a ball as large as the earth, as in ``units``."""

BARRED: Final = 2**60
"""The cost of a pair that is not allowed."""
WORTH_WRITING: Final = OUT - 2
"""In ``known``, which counts down from ``OUT``: looked at twice after it was sent somewhere."""

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
        times: (R,) class of the times at which the work may be done.
        odd: (R + 1,) its odd pairs are ``odd[i]`` up to ``odd[i + 1]``.
        odd_head: (odd pairs,) a responder.
        odd_more: (odd pairs,) how much dearer than others, or ``BARRED``.
        floor: (1,) the least of ``odd_more``, 0 at the most: no pair costs less.
        there_x, there_y: (M,) metres on the plane of the cells.
        there_north, there_east: (M,) where the responder is.
        reach: (M,) metres beyond which the responder does not go.
        hours: (M,) class of the hours.
        more: (M,) what sending the responder costs beside the way and the skills, 0 or more.
        level: (M * S,) levels by skill, row by row; 0 is without.
        skills: (1,) S.
        level_cost: (levels * levels,) cost of having a level where one is the least, row by the least level.
        levels: (1,)
        fits: (classes of times * classes of hours,) whether they meet.
        classes: (1,) how many classes of hours there are.
        size: (S,) metres of a cell.
        left, low: (2,) the corner of all grids.
        across, up: (S,) how many cells.
        first: (S,) the number of the grid's first cell.
        cell: (cells + 1,) entries of a cell are ``cell[c]`` up to ``cell[c + 1]``.
        who: (entries,) the responder.
        who_x, who_y, who_reach, who_hours, who_more: (entries,) what stands under the names without ``who_``
            (``there_x`` and so on), side by side so that one look reads them together.
        asks: (cells + 1,) requests of a cell are ``asks[c]`` up to ``asks[c + 1]``.
        whose: (R,) the request.
        known: (R,) where the arcs written down for a request begin; below 0 while there are none.
        known_end: (R,) where they end.
        known_head: (room,) their responders.
        known_cost: (room,) what they cost.
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
    times: Ints
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
    more: Ints
    level: Ints
    skills: Ints
    level_cost: Ints
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
    who_hours: Ints
    who_more: Ints
    asks: Ints
    whose: Ints
    known: Ints
    known_end: Ints
    known_head: Ints
    known_cost: Ints
    written: Ints


def metres(town: Map, i: int, j: int) -> float:
    """Return how far a responder is from a request: on a ball (haversine) or on a plane."""
    north, east = town.north[i], town.east[i]
    if town.on_earth[0] == 0:
        return hypot(town.there_north[j] - north, town.there_east[j] - east)
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


def pair(town: Map, i: int, j: int) -> tuple[bool, int]:
    """Return whether a request may be sent to a responder, and what that costs; as ``lists.pair``."""
    cost = cost_of(town, i, j)
    return cost != BARRED, cost


def look(  # noqa: C901, PLR0912  rings, cells and entries are one walk, and Numba pays for each call
    town: Map,
    state: State,
    heap: list[tuple[int, int]],
    ticket: int,
    i: int,
    so_far: int,
    best: int,
    end: int,
    more: int,
) -> tuple[int, int]:
    """Follow the arcs of a request, near ones first; as ``lists.look``.

    A request that is looked at again because it may have to move is likely to be
    looked at often: its arcs are written down as long as there is room.
    """
    if town.known[i] < 0 and state.sent[i] >= 0:
        town.known[i] -= 1
        if town.known[i] == WORTH_WRITING:
            write_down(town, i)
    price, label, mark = state.price, state.label, state.mark
    if town.known[i] >= 0:
        for arc in range(town.known[i], town.known_end[i]):
            j = town.known_head[arc]
            here = so_far + town.known_cost[arc] + price[j]
            if here < best and (mark[j] != ticket or here < label[j]):
                best, end = _reach(state, heap, ticket, i, j, town.known_cost[arc], here, best, end, more)
        return best, end
    s = town.skill[i]
    size = town.size[s]
    across, up, first = town.across[s], town.up[s], town.first[s]
    px, py, far, bend, times = town.x[i], town.y[i], town.far[i], town.bend[0], town.times[i] * town.classes[0]
    x, y = px - town.corner[0], py - town.corner[1]
    column, row = int(x / size), int(y / size)
    edge = min(x - column * size, (column + 1) * size - x, y - row * size, (row + 1) * size - y)
    for n in range(town.odd[i], town.odd[i + 1]):
        # Rings are sure of what costs no less than the way; what is liked better is looked at by name.
        j = town.odd_head[n]
        cost = cost_of(town, i, j)
        here = so_far + cost + price[j]
        if cost != BARRED and here < best and (mark[j] != ticket or here < label[j]):
            best, end = _reach(state, heap, ticket, i, j, cost, here, best, end, more)
    ring = 0
    while ring <= across + up:
        if ring > 0:
            least_way = ((ring - 1) * size + edge) * bend
            if least_way > far or so_far + int(least_way) >= best:
                break
        for r in range(max(0, row - ring), min(up - 1, row + ring) + 1):
            c = column - ring
            hop = 1 if r in (row - ring, row + ring) else max(1, 2 * ring)
            while c <= column + ring:
                if 0 <= c < across:
                    at = first + r * across + c
                    for entry in range(town.cell[at], town.cell[at + 1]):
                        if town.fits[times + town.who_hours[entry]] == 0:
                            continue
                        dx, dy = town.who_x[entry] - px, town.who_y[entry] - py
                        least_way = sqrt(dx * dx + dy * dy) * bend
                        if least_way > far or least_way > town.who_reach[entry]:
                            continue
                        j = town.who[entry]
                        if so_far + int(least_way) + town.who_more[entry] + price[j] >= best:
                            continue
                        cost = cost_of(town, i, j)
                        here = so_far + cost + price[j]
                        if cost != BARRED and here < best and (mark[j] != ticket or here < label[j]):
                            best, end = _reach(state, heap, ticket, i, j, cost, here, best, end, more)
                c += hop
        ring += 1
    return best, end


def _reach(
    state: State,
    heap: list[tuple[int, int]],
    ticket: int,
    i: int,
    j: int,
    cost: int,
    here: int,
    best: int,
    end: int,
    more: int,
) -> tuple[int, int]:
    state.mark[j] = ticket
    state.label[j] = here
    state.by[j] = i
    state.by_cost[j] = cost
    heappush(heap, (here, j))
    taken = state.used[j]
    if taken < state.capacity[j]:
        whole = here + state.base[j] + state.step[j] * taken - state.price[j] + more
        if whole < best:
            return whole, j
    return best, end


def write_down(town: Map, i: int) -> None:
    """Write down all arcs of a request, if there is room."""
    s = town.skill[i]
    size = town.size[s]
    across, up, first = town.across[s], town.up[s], town.first[s]
    px, py, far, bend, times = town.x[i], town.y[i], town.far[i], town.bend[0], town.times[i] * town.classes[0]
    x, y, wide = px - town.corner[0], py - town.corner[1], far / bend
    begin = town.written[0]
    n = begin
    for r in range(max(0, int((y - wide) / size)), min(up - 1, int((y + wide) / size)) + 1):
        for c in range(max(0, int((x - wide) / size)), min(across - 1, int((x + wide) / size)) + 1):
            at = first + r * across + c
            for entry in range(town.cell[at], town.cell[at + 1]):
                if town.fits[times + town.who_hours[entry]] == 0:
                    continue
                dx, dy = town.who_x[entry] - px, town.who_y[entry] - py
                least_way = sqrt(dx * dx + dy * dy) * bend
                if least_way > far or least_way > town.who_reach[entry]:
                    continue
                cost = cost_of(town, i, town.who[entry])
                if cost == BARRED:
                    continue
                if n == len(town.known_head):
                    return
                town.known_head[n] = town.who[entry]
                town.known_cost[n] = cost
                n += 1
    town.known[i], town.known_end[i], town.written[0] = begin, n, n


def look_back(
    town: Map, state: State, heap: list[tuple[int, int]], ticket: int, j: int, so_far: int, best: int
) -> tuple[int, int, int]:
    """Follow the arcs into a responder backwards, near ones first; as ``lists.look_back``."""
    joins, joins_cost = OUT, so_far
    for s in range(town.skills[0]):
        if town.level[j * town.skills[0] + s] == 0:
            continue
        size = town.size[s]
        across, up, first = town.across[s], town.up[s], town.first[s]
        x, y = town.there_x[j] - town.corner[0], town.there_y[j] - town.corner[1]
        wide = town.reach[j] / town.bend[0]
        for r in range(max(0, int((y - wide) / size)), min(up - 1, int((y + wide) / size)) + 1):
            for c in range(max(0, int((x - wide) / size)), min(across - 1, int((x + wide) / size)) + 1):
                at = first + r * across + c
                for entry in range(town.asks[at], town.asks[at + 1]):
                    i = town.whose[entry]
                    best, joins, joins_cost = _look_back_at(
                        town, state, heap, ticket, i, j, so_far, best, joins, joins_cost
                    )
    return best, joins, joins_cost


def _look_back_at(
    town: Map,
    state: State,
    heap: list[tuple[int, int]],
    ticket: int,
    i: int,
    j: int,
    so_far: int,
    best: int,
    joins: int,
    joins_cost: int,
) -> tuple[int, int, int]:
    at = state.sent[i]
    if at in (ABSENT, j):
        return best, joins, joins_cost
    worth = state.out[i] if at == OUT else state.paid[i] + state.price[at]
    if so_far + town.floor[0] + state.price[j] - worth >= best:
        return best, joins, joins_cost
    cost = cost_of(town, i, j)
    here = so_far + cost + state.price[j] - worth
    if cost == BARRED or here >= best:
        return best, joins, joins_cost
    if at == OUT:
        return here, i, cost
    if state.mark[at] != ticket or here < state.label[at]:
        state.mark[at] = ticket
        state.label[at] = here
        state.by[at] = i
        state.by_cost[at] = cost
        state.toward[at] = j
        heappush(heap, (here, at))
    return best, joins, joins_cost


def highest(town: Map, state: State, j: int) -> int:
    """Return the least price at which no request would rather go to a responder."""
    price = -state.beyond[0]
    for s in range(town.skills[0]):
        if town.level[j * town.skills[0] + s] == 0:
            continue
        size = town.size[s]
        across, up, first = town.across[s], town.up[s], town.first[s]
        x, y = town.there_x[j] - town.corner[0], town.there_y[j] - town.corner[1]
        wide = town.reach[j] / town.bend[0]
        for r in range(max(0, int((y - wide) / size)), min(up - 1, int((y + wide) / size)) + 1):
            for c in range(max(0, int((x - wide) / size)), min(across - 1, int((x + wide) / size)) + 1):
                at = first + r * across + c
                for entry in range(town.asks[at], town.asks[at + 1]):
                    i = town.whose[entry]
                    home = state.sent[i]
                    if home == ABSENT:
                        continue
                    worth = state.out[i] if home == OUT else state.paid[i] + state.price[home]
                    if worth - town.floor[0] > price:
                        cost = cost_of(town, i, j)
                        if cost != BARRED:
                            price = max(price, worth - cost)
    return price


def least_slack(town: Map, state: State, i: int) -> int:
    """Return by how much the best arc of a request misses what the request is worth; below zero, the plan is not best.

    Looks at everybody in reach whose way alone does not cost more than that, in no
    order and without what the searches wrote down.
    """
    home = state.sent[i]
    if home == ABSENT:
        return 0
    worth = state.out[i] if home == OUT else state.paid[i] + state.price[home]
    s = town.skill[i]
    size = town.size[s]
    across, up, first = town.across[s], town.up[s], town.first[s]
    times, far = town.times[i] * town.classes[0], town.far[i]
    x, y = town.x[i] - town.corner[0], town.y[i] - town.corner[1]
    wide = far
    if worth < wide:
        wide = worth + 1.0
    wide /= town.bend[0]
    slack = state.out[i] - worth
    for n in range(town.odd[i], town.odd[i + 1]):
        j = town.odd_head[n]
        cost = cost_of(town, i, j)
        if cost != BARRED:
            slack = min(slack, cost + state.price[j] - worth)
    for r in range(max(0, int((y - wide) / size)), min(up - 1, int((y + wide) / size)) + 1):
        for c in range(max(0, int((x - wide) / size)), min(across - 1, int((x + wide) / size)) + 1):
            at = first + r * across + c
            for entry in range(town.cell[at], town.cell[at + 1]):
                j = town.who[entry]
                if town.fits[times + town.who_hours[entry]] and town.who_more[entry] + state.price[j] - worth < slack:
                    cost = cost_of(town, i, j)
                    if cost != BARRED and cost + state.price[j] - worth < slack:
                        slack = cost + state.price[j] - worth
    return slack


def is_proved(town: Map, state: State) -> bool:
    """Say whether no request would rather go elsewhere and every price lies between its seats."""
    for i in range(len(state.sent)):
        if least_slack(town, state, i) < 0:
            return False
    for j in range(len(state.price)):
        used = state.used[j]
        if used > 0 and state.base[j] + state.step[j] * (used - 1) > state.price[j]:
            return False
        if used < state.capacity[j] and state.base[j] + state.step[j] * used < state.price[j]:
            return False
    return True


def nearest(town: Map, i: int, far: float) -> int:
    """Return the nearest responder who may be sent to a request; ``OUT`` where there is none.

    No plan: what any matcher has to find at the least, for measuring by.
    """
    s = town.skill[i]
    size = town.size[s]
    across, up, first = town.across[s], town.up[s], town.first[s]
    px, py, times = town.x[i], town.y[i], town.times[i] * town.classes[0]
    x, y = px - town.corner[0], py - town.corner[1]
    column, row = int(x / size), int(y / size)
    edge = min(x - column * size, (column + 1) * size - x, y - row * size, (row + 1) * size - y)
    found = OUT
    ring = 0
    while ring <= across + up:
        if ring > 0 and ((ring - 1) * size + edge) * town.bend[0] >= far:
            break
        for r in range(max(0, row - ring), min(up - 1, row + ring) + 1):
            c = column - ring
            hop = 1 if r in (row - ring, row + ring) else max(1, 2 * ring)
            while c <= column + ring:
                if 0 <= c < across:
                    at = first + r * across + c
                    for entry in range(town.cell[at], town.cell[at + 1]):
                        if town.fits[times + town.who_hours[entry]] == 0:
                            continue
                        dx, dy = town.who_x[entry] - px, town.who_y[entry] - py
                        least_way = sqrt(dx * dx + dy * dy) * town.bend[0]
                        if least_way > town.who_reach[entry] or least_way >= far:
                            continue
                        j = town.who[entry]
                        if cost_of(town, i, j) != BARRED:
                            way = metres(town, i, j)
                            if way < far:
                                far, found = way, j
                c += hop
        ring += 1
    return found
