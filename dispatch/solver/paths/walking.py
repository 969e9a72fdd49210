"""How a search walks over a map: box by box, as far as it must look.

A search looks at a small box of cells around the request, and then at wider ones,
as far as even a responder without any other cost could better the way it has.
So nobody who could matter is left out, and "the k nearest" never decides. No
price on a map is below zero: nothing but odd pairs makes a way shorter.
"""

from __future__ import annotations

from math import sqrt
from typing import Final

from dispatch.solver.paths.maps import BARRED, Map, cost_of, metres
from dispatch.solver.paths.queues import push
from dispatch.solver.paths.rooms import has_room
from dispatch.solver.paths.search import ABSENT, OUT, State

FIRST_CELLS: Final = 1.0
"""How many cells far a search looks at first: about whom it looks at anyway to find one who can come."""
WORTH_WRITING: Final = OUT - 4
"""In ``known``, which counts down from ``OUT``: looked at four times after it was sent somewhere."""


def pair(town: Map, i: int, j: int) -> tuple[bool, int]:
    """Return whether a request may be sent to a responder, and what that costs; as ``lists.pair``."""
    cost = cost_of(town, i, j)
    return cost != BARRED, cost


def look(  # noqa: C901, PLR0912, PLR0915  boxes, rows and entries are one walk, and Numba pays for each call
    town: Map,
    state: State,
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
        known_head, known_cost = town.known_head, town.known_cost
        for arc in range(town.known[i], town.known_end[i]):
            here = so_far + known_cost[arc]
            if here >= best:
                break
            j = known_head[arc]
            here += price[j]
            if here < best and (mark[j] != ticket or here < label[j]):
                best, end = _reach(state, ticket, i, j, known_cost[arc], here, best, end, more)
        return best, end
    for n in range(town.odd[i], town.odd[i + 1]):
        # Boxes are sure of what costs no less than the way; what is liked better is looked at by name.
        j = town.odd_head[n]
        cost = cost_of(town, i, j)
        here = so_far + cost + price[j]
        if cost != BARRED and here < best and (mark[j] != ticket or here < label[j]):
            best, end = _reach(state, ticket, i, j, cost, here, best, end, more)
    s = town.skill[i]
    size, across, up, first = town.size[s], town.across[s], town.up[s], town.first[s]
    px, py, far, bend, times = town.x[i], town.y[i], town.far[i], town.bend[0], town.times[i] * town.classes[0]
    wants = town.wants[i]
    x, y, wide = px - town.corner[0], py - town.corner[1], FIRST_CELLS * size
    is_plain = town.on_earth[0] == 0 and town.odd[i] == town.odd[i + 1]
    seen_left, seen_right, seen_low, seen_high = 0, -1, 0, -1
    while True:
        limit = far
        if best - so_far < limit:
            limit = float(best - so_far)
        limit /= bend
        wide = min(wide, limit)
        if wide < 0.0:
            break
        left, right = max(0, int((x - wide) / size)), min(across - 1, int((x + wide) / size))
        low, high = max(0, int((y - wide) / size)), min(up - 1, int((y + wide) / size))
        for r in range(low, high + 1):
            row = first + r * across
            # Cells of a row lie one behind the other, so their entries are one run, or two beside those seen before.
            is_seen = seen_low <= r <= seen_high
            for part in range(2 if is_seen else 1):
                begin = town.cell[row + (left if part == 0 else seen_right + 1)]
                after = town.cell[row + (seen_left if part == 0 and is_seen else right + 1)]
                for entry in range(begin, after):
                    dx, dy = town.who_x[entry] - px, town.who_y[entry] - py
                    way = sqrt(dx * dx + dy * dy) * bend
                    # One branch, not five: none of them can be foreseen.
                    may = (way <= far) & (way <= town.who_reach[entry]) & (way + town.who_least[entry] < best - so_far)
                    may &= (town.who_can[entry] & wants) == wants
                    if not may & (town.fits[times + town.who_hours[entry]] != 0):
                        continue
                    j = town.who[entry]
                    cost = _cost_at(town, i, s, entry, way) if is_plain else cost_of(town, i, j)
                    here = so_far + cost
                    if cost == BARRED or here >= best:
                        continue
                    here += price[j]
                    if here < best and (mark[j] != ticket or here < label[j]):
                        best, end = _reach(state, ticket, i, j, cost, here, best, end, more)
        if wide >= limit or (left == 0 and low == 0 and right == across - 1 and high == up - 1):
            break
        seen_left, seen_right, seen_low, seen_high = left, right, low, high
        wide = 2.0 * wide + size
    return best, end


def _cost_at(town: Map, i: int, s: int, entry: int, way: float) -> int:
    """Return what ``cost_of`` does for an entry whose way and hours fit, on a plane and without odd pairs."""
    j = town.who[entry]
    whole = round(way) + town.more[j]
    for n in range(town.needs[i], town.needs[i + 1]):
        least = town.least[n]
        level = town.who_level[entry]
        if town.need[n] != s:
            level = town.level[j * town.skills[0] + town.need[n]]
        if level < least:
            return BARRED
        whole += town.level_cost[least * town.levels[0] + level]
    return whole


def _reach(
    state: State,
    ticket: int,
    i: int,
    j: int,
    cost: int,
    here: int,
    best: int,
    end: int,
    more: int,
) -> tuple[int, int]:
    state.by[j] = i
    state.by_cost[j] = cost
    taken = state.used[j]
    if taken < state.capacity[j]:
        whole = here + state.base[j] + state.step[j] * taken - state.price[j] + more
        if whole <= here:
            # Nobody beyond is as near as that: the search ends before it comes to this one again.
            return whole, j
        if whole < best:
            best, end = whole, j
    state.label[j] = here
    push(state, j, state.mark[j] != ticket)
    state.mark[j] = ticket
    return best, end


def write_down(town: Map, i: int) -> None:
    """Write down all arcs of a request, the cheapest first, if there is room."""
    _write_down(town, i)


def _write_down(town: Map, i: int) -> None:
    s = town.skill[i]
    size = town.size[s]
    across, up, first = town.across[s], town.up[s], town.first[s]
    px, py, far, bend, times = town.x[i], town.y[i], town.far[i], town.bend[0], town.times[i] * town.classes[0]
    wants = town.wants[i]
    x, y, wide = px - town.corner[0], py - town.corner[1], far / bend
    begin = town.written[0]
    n = begin
    is_plain = town.on_earth[0] == 0 and town.odd[i] == town.odd[i + 1]
    left, right = max(0, int((x - wide) / size)), min(across - 1, int((x + wide) / size))
    for r in range(max(0, int((y - wide) / size)), min(up - 1, int((y + wide) / size)) + 1):
        row = first + r * across
        for entry in range(town.cell[row + left], town.cell[row + right + 1]):
            dx, dy = town.who_x[entry] - px, town.who_y[entry] - py
            way = sqrt(dx * dx + dy * dy) * bend
            # One branch, as in ``look``.
            may = (way <= far) & (way <= town.who_reach[entry])
            may &= (town.who_can[entry] & wants) == wants
            if not may & (town.fits[times + town.who_hours[entry]] != 0):
                continue
            cost = _cost_at(town, i, s, entry, way) if is_plain else cost_of(town, i, town.who[entry])
            if cost == BARRED:
                continue
            if not has_room(town, n):
                return
            at = n
            while at > begin and town.known_cost[at - 1] > cost:
                town.known_head[at], town.known_cost[at] = town.known_head[at - 1], town.known_cost[at - 1]
                at -= 1
            town.known_head[at], town.known_cost[at] = town.who[entry], cost
            n += 1
    town.known[i], town.known_end[i], town.written[0] = begin, n, n


def write_all_down(town: Map) -> None:
    """Write down the arcs of all requests, cell by cell, as far as there is room."""
    for i in town.whose:
        _write_down(town, i)


def look_back(
    town: Map, state: State, ticket: int, j: int, so_far: int, best: int
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
        left, right = max(0, int((x - wide) / size)), min(across - 1, int((x + wide) / size))
        for r in range(max(0, int((y - wide) / size)), min(up - 1, int((y + wide) / size)) + 1):
            row = first + r * across
            for entry in range(town.asks[row + left], town.asks[row + right + 1]):
                i = town.whose[entry]
                best, joins, joins_cost = _look_back_at(
                    town, state, ticket, i, j, so_far, best, joins, joins_cost
                )
    return best, joins, joins_cost


def _look_back_at(
    town: Map,
    state: State,
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
        state.label[at] = here
        state.by[at] = i
        state.by_cost[at] = cost
        state.toward[at] = j
        push(state, at, state.mark[at] != ticket)
        state.mark[at] = ticket
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
        left, right = max(0, int((x - wide) / size)), min(across - 1, int((x + wide) / size))
        for r in range(max(0, int((y - wide) / size)), min(up - 1, int((y + wide) / size)) + 1):
            row = first + r * across
            for entry in range(town.asks[row + left], town.asks[row + right + 1]):
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


def is_content(town: Map, state: State, i: int) -> bool:
    """Say whether a request would go nowhere rather than where it is; where all are content the plan is best.

    Looks at everybody in reach whose way alone does not cost more than that, in no
    order and without what the searches wrote down.
    """
    home = state.sent[i]
    if home == ABSENT:
        return True
    worth = state.out[i] if home == OUT else state.paid[i] + state.price[home]
    if worth > state.out[i]:
        return False
    for n in range(town.odd[i], town.odd[i + 1]):
        j = town.odd_head[n]
        cost = cost_of(town, i, j)
        if cost != BARRED and cost + state.price[j] < worth:
            return False
    s = town.skill[i]
    size = town.size[s]
    across, up, first = town.across[s], town.up[s], town.first[s]
    px, py, far, bend, times = town.x[i], town.y[i], town.far[i], town.bend[0], town.times[i] * town.classes[0]
    wants = town.wants[i]
    x, y = px - town.corner[0], py - town.corner[1]
    is_plain = town.on_earth[0] == 0 and town.odd[i] == town.odd[i + 1]
    wide = far
    if worth < wide:
        wide = max(0.0, float(worth))
    wide /= bend
    left, right = max(0, int((x - wide) / size)), min(across - 1, int((x + wide) / size))
    for r in range(max(0, int((y - wide) / size)), min(up - 1, int((y + wide) / size)) + 1):
        row = first + r * across
        # Cells of a row lie one behind the other, so their entries are one run.
        for entry in range(town.cell[row + left], town.cell[row + right + 1]):
            dx, dy = town.who_x[entry] - px, town.who_y[entry] - py
            way = sqrt(dx * dx + dy * dy) * bend
            # One branch, not five: none of them can be foreseen.
            may = (way <= far) & (way <= town.who_reach[entry]) & (way + town.who_least[entry] < worth)
            may &= (town.who_can[entry] & wants) == wants
            if not may & (town.fits[times + town.who_hours[entry]] != 0):
                continue
            j = town.who[entry]
            cost = _cost_at(town, i, s, entry, way) if is_plain else cost_of(town, i, j)
            if cost < worth and cost + state.price[j] < worth:
                return False
    return True


def is_proved(town: Map, state: State) -> bool:
    """Say whether no request would rather go elsewhere and every price lies between its seats."""
    # Cell by cell: what one request had looked up is still warm for the next.
    for i in town.whose:
        if not is_content(town, state, i):
            return False
    return prices_hold(state)


def prices_hold(state: State) -> bool:
    """Say whether every price lies between the last seat taken and the first one free."""
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
    size, across, up, first = town.size[s], town.across[s], town.up[s], town.first[s]
    px, py, bend, times, wants = town.x[i], town.y[i], town.bend[0], town.times[i] * town.classes[0], town.wants[i]
    x, y, wide = px - town.corner[0], py - town.corner[1], FIRST_CELLS * size
    is_plain = town.on_earth[0] == 0 and town.odd[i] == town.odd[i + 1]
    found = OUT
    seen_left, seen_right, seen_low, seen_high = 0, -1, 0, -1
    while True:
        wide = min(wide, far / bend)
        left, right = max(0, int((x - wide) / size)), min(across - 1, int((x + wide) / size))
        low, high = max(0, int((y - wide) / size)), min(up - 1, int((y + wide) / size))
        for r in range(low, high + 1):
            row = first + r * across
            is_seen = seen_low <= r <= seen_high
            for part in range(2 if is_seen else 1):
                begin = town.cell[row + (left if part == 0 else seen_right + 1)]
                after = town.cell[row + (seen_left if part == 0 and is_seen else right + 1)]
                for entry in range(begin, after):
                    dx, dy = town.who_x[entry] - px, town.who_y[entry] - py
                    way = sqrt(dx * dx + dy * dy) * bend
                    # One branch, as in ``look``.
                    may = (way <= far) & (way <= town.who_reach[entry])
                    may &= (town.who_can[entry] & wants) == wants
                    if not may & (town.fits[times + town.who_hours[entry]] != 0):
                        continue
                    j = town.who[entry]
                    way = way if is_plain else metres(town, i, j)
                    if way < far and (_cost_at(town, i, s, entry, way) if is_plain else cost_of(town, i, j)) != BARRED:
                        far, found = way, j
        if wide >= far / bend or (left == 0 and low == 0 and right == across - 1 and high == up - 1):
            break
        seen_left, seen_right, seen_low, seen_high = left, right, low, high
        wide = 2.0 * wide + size
    return found


def count_nearest(town: Map) -> int:
    """Return how many requests have somebody who may be sent, found as the nearest of them; as ``nearest``."""
    found = 0
    for i in town.whose:
        if nearest(town, i, town.far[i] + 1.0) != OUT:
            found += 1
    return found
