"""How a search walks over a map: ring by ring, as far as it must look.

A cell away by k rings is at least ``(k - 1) * size`` metres plus the way to the
edge of one's own cell away. A search stops at the first ring from which even
a responder without any other cost could not better the way it has. So nobody
who could matter is left out, and "the k nearest" never decides.
"""

from __future__ import annotations

from math import sqrt
from typing import Final

from dispatch.solver.paths.maps import BARRED, Map, cost_of, metres
from dispatch.solver.paths.queues import push
from dispatch.solver.paths.search import ABSENT, OUT, State

WORTH_WRITING: Final = OUT - 4
"""In ``known``, which counts down from ``OUT``: looked at four times after it was sent somewhere."""


def pair(town: Map, i: int, j: int) -> tuple[bool, int]:
    """Return whether a request may be sent to a responder, and what that costs; as ``lists.pair``."""
    cost = cost_of(town, i, j)
    return cost != BARRED, cost


def _least(town: Map, i: int, s: int) -> int:
    """Return the least level that a request needs of a skill."""
    for n in range(town.needs[i], town.needs[i + 1]):
        if town.need[n] == s:
            return town.least[n]
    return 0


def look(  # noqa: C901, PLR0912, PLR0915  rings, cells and entries are one walk, and Numba pays for each call
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
    s = town.skill[i]
    size = town.size[s]
    across, up, first = town.across[s], town.up[s], town.first[s]
    px, py, far, bend, times = town.x[i], town.y[i], town.far[i], town.bend[0], town.times[i] * town.classes[0]
    x, y = px - town.corner[0], py - town.corner[1]
    column, row = int(x / size), int(y / size)
    edge = min(x - column * size, (column + 1) * size - x, y - row * size, (row + 1) * size - y)
    row_of_least = _least(town, i, s) * town.levels[0]
    for n in range(town.odd[i], town.odd[i + 1]):
        # Rings are sure of what costs no less than the way; what is liked better is looked at by name.
        j = town.odd_head[n]
        cost = cost_of(town, i, j)
        here = so_far + cost + price[j]
        if cost != BARRED and here < best and (mark[j] != ticket or here < label[j]):
            best, end = _reach(state, ticket, i, j, cost, here, best, end, more)
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
                        least_cost = town.who_more[entry] + town.level_cost[row_of_least + town.who_level[entry]]
                        if so_far + int(least_way) + least_cost + price[j] >= best:
                            continue
                        cost = cost_of(town, i, j)
                        here = so_far + cost + price[j]
                        if cost != BARRED and here < best and (mark[j] != ticket or here < label[j]):
                            best, end = _reach(state, ticket, i, j, cost, here, best, end, more)
                c += hop
        ring += 1
    return best, end


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
    state.label[j] = here
    state.by[j] = i
    state.by_cost[j] = cost
    push(state, j, state.mark[j] != ticket)
    state.mark[j] = ticket
    taken = state.used[j]
    if taken < state.capacity[j]:
        whole = here + state.base[j] + state.step[j] * taken - state.price[j] + more
        if whole < best:
            return whole, j
    return best, end


def write_down(town: Map, i: int) -> None:
    """Write down all arcs of a request, the cheapest first, if there is room."""
    s = town.skill[i]
    size = town.size[s]
    across, up, first = town.across[s], town.up[s], town.first[s]
    px, py, far, bend, times = town.x[i], town.y[i], town.far[i], town.bend[0], town.times[i] * town.classes[0]
    x, y, wide = px - town.corner[0], py - town.corner[1], far / bend
    begin = town.written[0]
    n = begin
    left, right = max(0, int((x - wide) / size)), min(across - 1, int((x + wide) / size))
    for r in range(max(0, int((y - wide) / size)), min(up - 1, int((y + wide) / size)) + 1):
        row = first + r * across
        for entry in range(town.cell[row + left], town.cell[row + right + 1]):
            dx, dy = town.who_x[entry] - px, town.who_y[entry] - py
            least_way = sqrt(dx * dx + dy * dy) * bend
            # One branch, not three: none of them can be foreseen.
            may = (least_way <= far) & (least_way <= town.who_reach[entry])
            if not may & (town.fits[times + town.who_hours[entry]] != 0):
                continue
            cost = cost_of(town, i, town.who[entry])
            if cost == BARRED:
                continue
            if n == len(town.known_head):
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
        write_down(town, i)


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
    px, py, far, bend, times = town.x[i], town.y[i], town.far[i], town.bend[0], town.times[i] * town.classes[0]
    x, y = px - town.corner[0], py - town.corner[1]
    wide = far
    if worth < wide:
        wide = worth + 1.0
    wide /= bend
    slack = state.out[i] - worth
    for n in range(town.odd[i], town.odd[i + 1]):
        j = town.odd_head[n]
        cost = cost_of(town, i, j)
        if cost != BARRED:
            slack = min(slack, cost + state.price[j] - worth)
    left, right = max(0, int((x - wide) / size)), min(across - 1, int((x + wide) / size))
    for r in range(max(0, int((y - wide) / size)), min(up - 1, int((y + wide) / size)) + 1):
        row = first + r * across
        # Cells of a row lie one behind the other, so their entries are one run.
        for entry in range(town.cell[row + left], town.cell[row + right + 1]):
            dx, dy = town.who_x[entry] - px, town.who_y[entry] - py
            least_way = sqrt(dx * dx + dy * dy) * bend
            # One branch, not three: none of them can be foreseen.
            may = (least_way <= far) & (least_way <= town.who_reach[entry])
            if not may & (town.fits[times + town.who_hours[entry]] != 0):
                continue
            j = town.who[entry]
            if int(least_way) + town.who_more[entry] + state.price[j] - worth < slack:
                cost = cost_of(town, i, j)
                if cost != BARRED and cost + state.price[j] - worth < slack:
                    slack = cost + state.price[j] - worth
    return slack


def is_proved(town: Map, state: State) -> bool:
    """Say whether no request would rather go elsewhere and every price lies between its seats."""
    # Cell by cell: what one request had looked up is still warm for the next.
    for i in town.whose:
        if least_slack(town, state, i) < 0:
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
