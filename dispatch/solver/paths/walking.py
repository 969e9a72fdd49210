"""How a search walks over a map: box by box, as far as it must look.

A search looks at a small box of cells around the request, and then at wider ones,
as far as even a responder without any other cost could better the way it has.
So nobody who could matter is left out, and "the k nearest" never decides. No
price on a map is below zero: nothing but odd pairs makes a way shorter.
"""

from __future__ import annotations

from typing import Final

from dispatch.solver.paths.maps import BARRED, Map, cost_at, cost_from, cost_of, is_plain
from dispatch.solver.paths.queues import push
from dispatch.solver.paths.rooms import has_room, put_in_order
from dispatch.solver.paths.search import ABSENT, OUT, Ints, State, sit
from dispatch.solver.paths.sieves import ANY, LANES, NO_PRICE, bound, lowest, meet, meet_back, sieve

FIRST_CELLS: Final = 1.0
"""How many cells far a search looks at first: about whom it looks at anyway to find one who can come."""
WORTH_WRITING: Final = OUT - 4
"""In ``known``, which counts down from ``OUT``: looked at four times after it was sent somewhere."""

NO_ROOM: Final = OUT - 1
"""In ``back``: there was no room to write that down."""


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
    far, bend, near, wants, meets = town.far[i], town.bend[0], town.near[i], town.wants[i], town.meets[town.times[i]]
    x, y, wide = town.x[i] - town.corner[0], town.y[i] - town.corner[1], FIRST_CELLS * size
    plain = is_plain(town, i)
    seen_left, seen_right, seen_low, seen_high = 0, -1, 0, -1
    below = bound(town, best - so_far)
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
                at = town.cell[row + (left if part == 0 else seen_right + 1)]
                after = town.cell[row + (seen_left if part == 0 and is_seen else right + 1)]
                while at < after:
                    bits = sieve(town, at, after, x, y, near, below, wants, meets)
                    while bits != 0:
                        entry = at + lowest(bits)
                        bits &= bits - 1
                        j = town.who[entry]
                        cost = cost_at(town, i, j, s, town.who_level[entry]) if plain else cost_of(town, i, j)
                        here = so_far + cost
                        if cost == BARRED or here >= best:
                            continue
                        here += price[j]
                        if here < best and (mark[j] != ticket or here < label[j]):
                            best, end = _reach(state, ticket, i, j, cost, here, best, end, more)
                            below = bound(town, best - so_far)
                    at += LANES
        if wide >= limit or (left == 0 and low == 0 and right == across - 1 and high == up - 1):
            break
        seen_left, seen_right, seen_low, seen_high = left, right, low, high
        wide = 2.0 * wide + size
    return best, end


def cheapest(town: Map, i: int, most: int) -> tuple[int, int]:
    """Return what it costs to send a request to whom that costs least, and to whom: ``most`` and ``OUT`` for none.

    Nobody's price counts, nor whether there is a seat: no plan can do better for the request than that.
    """
    best, end = most, OUT
    for n in range(town.odd[i], town.odd[i + 1]):
        cost = cost_of(town, i, town.odd_head[n])
        if cost != BARRED and cost < best:
            best, end = cost, town.odd_head[n]
    s = town.skill[i]
    size, across, up, first = town.size[s], town.across[s], town.up[s], town.first[s]
    far, bend, near, wants, meets = town.far[i], town.bend[0], town.near[i], town.wants[i], town.meets[town.times[i]]
    x, y, wide = town.x[i] - town.corner[0], town.y[i] - town.corner[1], FIRST_CELLS * size
    plain = is_plain(town, i)
    seen_left, seen_right, seen_low, seen_high = 0, -1, 0, -1
    below = bound(town, best)
    while True:
        # As ``look``.
        limit = far
        if best < limit:
            limit = float(best)
        limit /= bend
        wide = min(wide, limit)
        left, right = max(0, int((x - wide) / size)), min(across - 1, int((x + wide) / size))
        low, high = max(0, int((y - wide) / size)), min(up - 1, int((y + wide) / size))
        for r in range(low, high + 1):
            row = first + r * across
            is_seen = seen_low <= r <= seen_high
            for part in range(2 if is_seen else 1):
                at = town.cell[row + (left if part == 0 else seen_right + 1)]
                after = town.cell[row + (seen_left if part == 0 and is_seen else right + 1)]
                while at < after:
                    bits = sieve(town, at, after, x, y, near, below, wants, meets)
                    while bits != 0:
                        entry = at + lowest(bits)
                        bits &= bits - 1
                        j = town.who[entry]
                        cost = cost_at(town, i, j, s, town.who_level[entry]) if plain else cost_of(town, i, j)
                        if cost != BARRED and cost < best:
                            best, end, below = cost, j, bound(town, cost)
                    at += LANES
        if wide >= limit or (left == 0 and low == 0 and right == across - 1 and high == up - 1):
            break
        seen_left, seen_right, seen_low, seen_high = left, right, low, high
        wide = 2.0 * wide + size
    return best, end


def seat_all(town: Map, state: State, order: Ints) -> int:
    """Seat those whose cheapest of all has a seat: where seats cost nothing a free one has no price, so that is best.

    Args:
        order: Requests that are not there yet. Those who are not seated come to stand first in it.

    Returns:
        How many are not seated.
    """
    sent, paid = state.sent, state.paid
    for i in order:
        paid[i], sent[i] = cheapest(town, i, state.out[i])
    # Afterwards, when all seats are known: to fetch one the machine need not wait for the one before.
    left = 0
    for i in order:
        j = sent[i]
        if j == OUT:
            continue
        if state.used[j] < state.capacity[j]:
            sit(state, i, j, paid[i])
        else:
            sent[i] = ABSENT
            order[left] = i
            left += 1
    return left


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
    begin = town.written[0]
    n = begin
    for nth in range(meet(town, i, town.far[i], ANY)):
        j = town.who[town.met[nth]]
        cost = cost_of(town, i, j)
        if cost == BARRED:
            continue
        if not has_room(town, n):
            return
        town.known_head[n], town.known_cost[n] = j, cost
        n += 1
    if put_in_order(town, begin, n):
        town.known[i], town.known_end[i], town.written[0] = begin, n, n


def write_all_back(town: Map, state: State) -> None:
    """Write down the arcs of all responders, as far as there is room; for each those dearest to leave out first."""
    for j in range(len(town.back)):
        if not _write_back(town, state, j):
            town.back[j] = NO_ROOM


def _write_back(town: Map, state: State, j: int) -> bool:
    """Write them down for one, and say whether there was room."""
    begin = town.written[0]
    n = begin
    for nth in range(meet_back(town, j, NO_PRICE)):
        entry = town.met[nth]
        i, cost = town.whose[entry], cost_from(town, entry, j)
        if cost == BARRED:
            continue
        if not has_room(town, n):
            return False
        town.known_head[n], town.known_cost[n] = i, cost - state.out[i]
        n += 1
    if not put_in_order(town, begin, n):
        return False
    town.back[j], town.back_end[j], town.written[0] = begin, n, n
    return True


def look_back(
    town: Map, state: State, ticket: int, j: int, so_far: int, best: int
) -> tuple[int, int, int]:
    """Follow the arcs into a responder backwards, near ones first; as ``lists.look_back``."""
    joins, joins_cost = OUT, so_far
    if town.back[j] >= 0:
        return _look_back_along(town, state, ticket, j, so_far, best)
    for nth in range(meet_back(town, j, NO_PRICE)):
        entry = town.met[nth]
        i = town.whose[entry]
        at = state.sent[i]
        if at in (ABSENT, j):
            continue
        worth = state.out[i] if at == OUT else state.paid[i] + state.price[at]
        if so_far + town.floor[0] + state.price[j] - worth >= best:
            continue
        cost = cost_from(town, entry, j)
        here = so_far + cost + state.price[j] - worth
        if cost == BARRED or here >= best:
            continue
        if at == OUT:
            best, joins, joins_cost = here, i, cost
        elif state.mark[at] != ticket or here < state.label[at]:
            state.label[at] = here
            state.by[at] = i
            state.by_cost[at] = cost
            state.toward[at] = j
            push(state, at, state.mark[at] != ticket)
            state.mark[at] = ticket
    return best, joins, joins_cost


def _look_back_along(
    town: Map, state: State, ticket: int, j: int, so_far: int, best: int
) -> tuple[int, int, int]:
    """Follow the arcs written down for a responder."""
    sent, price, label, mark = state.sent, state.price, state.label, state.mark
    for arc in range(town.back[j], town.back_end[j]):
        # No request is worth more than leaving it out costs.
        here = so_far + price[j] + town.known_cost[arc]
        if here >= best:
            break
        i = town.known_head[arc]
        at = sent[i]
        if at == OUT:
            return here, i, town.known_cost[arc] + state.out[i]
        if at in (ABSENT, j):
            continue
        here += state.out[i] - state.paid[i] - price[at]
        if here < best and (mark[at] != ticket or here < label[at]):
            label[at] = here
            state.by[at] = i
            state.by_cost[at] = town.known_cost[arc] + state.out[i]
            state.toward[at] = j
            push(state, at, mark[at] != ticket)
            mark[at] = ticket
    return best, OUT, so_far


def highest(town: Map, state: State, j: int) -> int:
    """Return the least price at which no request would rather go to a responder."""
    price = -state.beyond[0]
    if town.back[j] >= 0:
        return _highest_along(town, state, j)
    for nth in range(meet_back(town, j, NO_PRICE)):
        entry = town.met[nth]
        i = town.whose[entry]
        home = state.sent[i]
        if home == ABSENT:
            continue
        worth = state.out[i] if home == OUT else state.paid[i] + state.price[home]
        if worth - town.floor[0] > price:
            cost = cost_from(town, entry, j)
            if cost != BARRED:
                price = max(price, worth - cost)
    return price


def _highest_along(town: Map, state: State, j: int) -> int:
    """Read that off the arcs written down for a responder."""
    price = -state.beyond[0]
    for arc in range(town.back[j], town.back_end[j]):
        if -town.known_cost[arc] <= price:
            break
        i = town.known_head[arc]
        home = state.sent[i]
        if home != ABSENT:
            worth = state.out[i] if home == OUT else state.paid[i] + state.price[home]
            price = max(price, worth - town.known_cost[arc] - state.out[i])
    return price
