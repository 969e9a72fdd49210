"""Why not that one, who competes, what one more would change: searches that read a plan and leave it as it is.

All of them walk the residual graph of a cheapest plan, in which no circle is
cheaper than nothing. One node stands for all that is outside: to send a request
to a free seat, or to leave one out, is to walk to it; to give a seat back, or to
take in a request left out, is to walk from it. The distances there are exact, so
what they come to is the difference between two best plans, and the way itself is
the list of who moves.

The code has two readers, as ``search``: CPython, on lists of integers of any size, and Numba, on arrays.

Source: Ahuja, Magnanti, Orlin, Network Flows (1993), 9.7 and 9.11 (sensitivity of a cheapest flow).
"""

from __future__ import annotations

from typing import Any

from dispatch.solver.paths.queues import clear, is_empty, pop, push
from dispatch.solver.paths.search import ABSENT, OUT, Arcs, Ints, State

look: Any = None
look_back: Any = None
pair: Any = None
"""How arcs are followed, as in ``search``."""

Moves = list[tuple[int, int, int]]
"""Request, from which responder, to which; ``OUT`` for none."""


def circle(arcs: Arcs, state: State, i: int, j: int) -> tuple[int, Moves]:
    """Return how much dearer the cheapest plan becomes if it must send request i to responder j, and who moves.

    Sending them closes a circle: from j on to wherever room is made, and from there
    back to the seat, if any, that i leaves. The cheapest circle is the answer.

    Returns:
        ``state.beyond`` or more where no plan has the pair.
    """
    out, sent, paid, price = state.out, state.sent, state.paid, state.price
    home = sent[i]
    moves = [(i, home, j) for _ in range(0)]
    is_allowed, cost = pair(arcs, i, j)
    if not is_allowed or home == ABSENT or state.capacity[j] == 0:
        return state.beyond[0], moves
    if home == j:
        return cost - cost, moves
    moves.append((i, home, j))
    worth, left = out[i], cost - cost
    behind = [(i, home, j) for _ in range(0)]
    if home != OUT:
        worth = paid[i] + price[home]
        left, behind = way_in(arcs, state, home)
    best, ahead = _way_out(arcs, state, j, home, left)
    _join(moves, ahead, behind, j, home)
    return cost + price[j] - worth + best, moves


def circles(
    arcs: Arcs, state: State, rows: Ints, columns: Ints
) -> Ints:
    """Return how much dearer the cheapest plan becomes, for each of many pairs by itself; as ``circle``."""
    prices = [state.beyond[0] for _ in range(0)]
    for n in range(len(rows)):
        price, _ = circle(arcs, state, rows[n], columns[n])
        prices.append(price)
    return prices


def _join(moves: Moves, ahead: Moves, behind: Moves, first: int, home: int) -> None:
    """Put the way out and the way in together, and cut off what goes round in a circle of its own.

    Where both pass the same responder, the part between costs nothing, else the whole were not cheapest.
    """
    here, n = first, 0
    while here != home:
        for m in range(len(behind)):
            if behind[m][1] == here:
                for k in range(m, len(behind)):
                    moves.append(behind[k])
                return
        if n == len(ahead):
            for k in range(len(behind)):
                moves.append(behind[k])
            return
        moves.append(ahead[n])
        here = ahead[n][2]
        n += 1


def way_in(arcs: Arcs, state: State, first: int) -> tuple[int, Moves]:
    """Return how far a seat that becomes free at a responder is from outside, and who moves up on that way."""
    price, label, toward = state.price, state.label, state.toward
    state.searches[0] += 1
    ticket = state.searches[0]
    state.mark[first] = ticket
    label[first] = 0
    best = price[first] - state.base[first] - state.step[first] * (state.used[first] - 1)
    clear(state)
    push(state, first, True)
    best, end, joins = _who_fills(arcs, state, ticket, best, first)
    moves = [(first, first, first) for _ in range(0)]
    if joins != OUT:
        moves.append((joins, state.sent[joins], end))
    j = end
    while j != first:
        moves.append((state.by[j], j, toward[j]))
        j = toward[j]
    return best, moves


def _who_fills(
    arcs: Arcs, state: State, ticket: int, best: int, first: int
) -> tuple[int, int, int]:
    """Search backwards from free seats to whoever gains most by them, if it is better than ``best``.

    Returns:
        The way's length, the responder at its far end, and the request left out that joins there; ``OUT``
        where that responder gives a seat back instead.
    """
    price, label, used = state.price, state.label, state.used
    end, joins = first, OUT
    while not is_empty(state):
        here, j = pop(state)
        if here >= best:
            break
        if here > label[j]:
            continue
        if used[j] > 0:
            whole = here + price[j] - state.base[j] - state.step[j] * (used[j] - 1)
            if whole < best:
                best, end, joins = whole, j, OUT
        best, i, _ = look_back(arcs, state, ticket, j, here, best)
        if i != OUT:
            end, joins = j, i
    return best, end, joins


def _way_out(arcs: Arcs, state: State, first: int, home: int, left: int) -> tuple[int, Moves]:
    """Return how far a responder who gets one request more is from ``home``, and who moves on that way.

    Args:
        home: The seat to get to; ``OUT`` for outside.
        left: How far it is from outside.
    """
    out, sent, paid, price, label = state.out, state.sent, state.paid, state.price, state.label
    latest, earlier, used = state.latest, state.earlier, state.used
    state.searches[0] += 1
    ticket = state.searches[0]
    state.mark[first] = ticket
    label[first] = 0
    best, end, dropped = state.beyond[0], first, OUT
    if used[first] < state.capacity[first]:
        best = state.base[first] + state.step[first] * used[first] - price[first] + left
    clear(state)
    push(state, first, True)
    while not is_empty(state):
        here, j = pop(state)
        if here >= best:
            break
        if here > label[j]:
            continue
        if j == home:
            best, end, dropped = here, home, OUT
            break
        i = latest[j]
        while i != OUT:
            so_far = here - paid[i] - price[j]
            if so_far + out[i] + left < best:
                best, end, dropped = so_far + out[i] + left, j, i
            best, found = look(arcs, state, ticket, i, so_far, best, OUT, left)
            if found != OUT:
                end, dropped = found, OUT
            i = earlier[i]
    way = [(first, first, first) for _ in range(0)]
    if dropped != OUT:
        way.append((dropped, end, OUT))
    j = end
    while j != first:
        i = state.by[j]
        way.append((i, sent[i], j))
        j = sent[i]
    return best, way[::-1]


def competing(arcs: Arcs, state: State, root: int) -> tuple[bool, Ints, Ints]:
    """Return who can be reached from a request by moving others on.

    Returns:
        Whether all those responders are full, the requests (``root`` first) and the responders.
    """
    latest, earlier, beyond = state.latest, state.earlier, state.beyond[0]
    state.searches[0] += 1
    ticket = state.searches[0]
    # Lengths do not matter here: each responder is looked at once, in any order.
    clear(state)
    requests = [root]
    people = [root for _ in range(0)]
    _, end = look(arcs, state, ticket, root, 0, beyond, OUT, 0)
    while not is_empty(state) and end == OUT:
        here, j = pop(state)
        if here > state.label[j]:
            continue
        state.label[j] = -beyond
        if state.capacity[j] > 0:
            people.append(j)
        i = latest[j]
        while i != OUT:
            if i != root and end == OUT:
                requests.append(i)
                _, end = look(arcs, state, ticket, i, 0, beyond, OUT, 0)
            i = earlier[i]
    return end == OUT, requests, people


def worth_of_seat(arcs: Arcs, state: State, rows: Ints, costs: Ints, seat: int) -> int:
    """Return how much cheaper the cheapest plan becomes with one more seat; 0 or less.

    Args:
        rows: Requests that could sit there.
        costs: What sending each there costs.
        seat: What the seat costs.
    """
    out, sent, paid, price, label, mark = state.out, state.sent, state.paid, state.price, state.label, state.mark
    state.searches[0] += 1
    ticket = state.searches[0]
    best = seat - seat
    clear(state)
    for n in range(len(rows)):
        i = rows[n]
        at = sent[i]
        if at == ABSENT:
            continue
        if at == OUT:
            best = min(best, seat + costs[n] - out[i])
            continue
        here = seat + costs[n] - paid[i] - price[at]
        if here < best and (mark[at] != ticket or here < label[at]):
            label[at] = here
            push(state, at, mark[at] != ticket)
            mark[at] = ticket
    best, _, _ = _who_fills(arcs, state, ticket, best, OUT)
    return best


def worth_of_copy(arcs: Arcs, state: State, j: int) -> int:
    """Return how much cheaper the cheapest plan becomes with one more seat like the first of a responder; 0 or less.

    A seat beside j's at the cost of j's first: as far away as j, but for what j's own last unit costs.
    """
    state.searches[0] += 1
    ticket = state.searches[0]
    here = state.base[j] - state.price[j]
    state.mark[j] = ticket
    state.label[j] = here
    clear(state)
    push(state, j, True)
    best, _, _ = _who_fills(arcs, state, ticket, here - here, j)
    return best
