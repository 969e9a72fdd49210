"""One shortest path for each request that comes or goes, stopping at the first free seat.

A plan is cheapest exactly if there are prices under which nobody would rather
go elsewhere: with ``price[j]`` what one more unit at responder j is worth, every
arc obeys ``cost + price[j] >= worth[i]``, with equality where i is sent to j;
every seat taken costs no more than the price and every free one no less.
``worth[i]`` is the cost of the arc taken plus the price at its end, or what
leaving the request out costs, and never more than that. Each function here
turns such a plan with such prices into another one. So the prices are the
proof, and they answer "why not" without solving again.

The code has two readers: CPython, on lists of integers of any size, and Numba,
on arrays of 64-bit integers (``engine``). That is why it indexes, loops
and adds, and does nothing else. A cost may stand for several levels folded into
one integer (``levels.py``): it is only ever added and compared.

Source: Ahuja, Magnanti, Orlin, Network Flows (1993), 9.7; with costs from any
ordered group: Burkard, Zimmermann, Combinatorial optimization in linearly
ordered semimodules (1982).
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from dispatch.solver.paths.queues import clear, is_empty, pop, push

OUT: Final = -1
"""In ``sent``: the request is left out."""
ABSENT: Final = -2
"""In ``sent``: the request is not there."""

Ints = list[int]
"""A list of int; or an array of whole numbers, which the searches use alike."""
Arcs = Any
"""What ``look`` and ``look_back`` read: ``lists.Lists`` or ``maps.Map``."""
look: Any = None
look_back: Any = None
highest: Any = None
"""How arcs are followed: the functions of these names in ``lists`` or ``walking``. ``engine`` puts them into a copy of
this module for each of the two, so that Numba writes them into the searches."""


class State(NamedTuple):
    """A plan of R requests and M responders, and its prices.

    Args:
        out: (R,) what leaving the request out costs.
        sent: (R,) the responder, ``OUT`` or ``ABSENT``.
        paid: (R,) cost of the arc on which the request is sent.
        earlier, later: (R,) who sat down at the same responder before the request, and after; ``OUT`` for none.
        price: (M,) what one more unit at the responder costs, all in all.
        base: (M,) what the first seat costs.
        step: (M,) how much more each further seat costs, 0 or more.
        capacity: (M,) seats.
        used: (M,) seats taken.
        latest: (M,) who sat down there last, ``OUT`` for none. Seats themselves take no room: limits may be large.
        label: (M,) scratch: distance from where the search began.
        by: (M,) scratch: the request through which the search came.
        by_cost: (M,) scratch: cost of the arc on which that request would go.
        toward: (M,) scratch: the responder next to it on the way back.
        mark: (M,) scratch: the number of the search that wrote the four before.
        done: (M,) scratch: the responders whose distance is final.
        queue, queued, place: scratch of ``queues``.
        searches: (1,) how many searches there were.
        beyond: (1,) more than any way that a plan can use; the price of a responder who is not there.
    """

    out: Ints
    sent: Ints
    paid: Ints
    earlier: Ints
    later: Ints
    price: Ints
    base: Ints
    step: Ints
    capacity: Ints
    used: Ints
    latest: Ints
    label: Ints
    by: Ints
    by_cost: Ints
    toward: Ints
    mark: Ints
    done: Ints
    queue: Any
    queued: Ints
    place: Ints
    searches: Ints
    beyond: Ints


def insert_all(arcs: Arcs, state: State, order: Ints) -> None:
    """Bring in requests one after the other; the plan is as cheap in whatever order."""
    for root in order:
        insert(arcs, state, root)


def insert(arcs: Arcs, state: State, root: int) -> None:
    """Bring in a request that is ``ABSENT``, at the least cost all in all."""
    out, sent, paid, price, label = state.out, state.sent, state.paid, state.price, state.label
    latest, earlier = state.latest, state.earlier
    state.searches[0] += 1
    ticket = state.searches[0]
    done, finished = state.done, 0
    clear(state)
    dropped = root
    best, end = look(arcs, state, ticket, root, 0, out[root], OUT, 0)
    while not is_empty(state):
        here, j = pop(state)
        if here >= best:
            break
        if here > label[j]:
            continue
        done[finished] = j
        finished += 1
        at = here - price[j]
        i = latest[j]
        while i != OUT:
            so_far = at - paid[i]
            if so_far + out[i] < best:
                best, end, dropped = so_far + out[i], OUT, i
            best, end = look(arcs, state, ticket, i, so_far, best, end, 0)
            i = earlier[i]
    for nth in range(finished):
        j = done[nth]
        price[j] += best - label[j]
    if end == OUT:
        if dropped != root:
            end = sent[dropped]
            leave(state, dropped)
        sent[dropped] = OUT
    while end != OUT:
        i = state.by[end]
        before = OUT
        if i != root:
            before = sent[i]
            leave(state, i)
        sit(state, i, end, state.by_cost[end])
        end = before


def remove(arcs: Arcs, state: State, i: int) -> None:
    """Take out a request that is there; whoever gains most by it moves up."""
    j = state.sent[i]
    if j != OUT:
        leave(state, i)
        refill(arcs, state, j)
    state.sent[i] = ABSENT


def refill(  # noqa: C901, PLR0912  one search, and Numba pays for each call
    arcs: Arcs, state: State, first: int
) -> bool:
    """Let whoever gains most take a free seat that costs less than its price; else lower prices.

    Returns:
        Whether somebody took it.
    """
    price, label, toward = state.price, state.label, state.toward
    gap = price[first] - state.base[first] - state.step[first] * state.used[first]
    if gap <= 0 or state.used[first] >= state.capacity[first]:
        return False
    state.searches[0] += 1
    ticket = state.searches[0]
    done, finished = state.done, 0
    clear(state)
    state.mark[first] = ticket
    label[first] = 0
    push(state, first, True)
    best, end, joins = gap, OUT, OUT
    joins_cost, joins_at = gap, first
    while not is_empty(state):
        here, j = pop(state)
        if here >= best:
            break
        if here > label[j]:
            continue
        done[finished] = j
        finished += 1
        if j != first:
            whole = here + price[j] - state.base[j] - state.step[j] * (state.used[j] - 1)
            if whole < best:
                best, end, joins = whole, j, OUT
        best, i, cost = look_back(arcs, state, ticket, j, here, best)
        if i != OUT:
            end, joins, joins_cost, joins_at = OUT, i, cost, j
    for nth in range(finished):
        j = done[nth]
        if label[j] < best:
            price[j] -= best - label[j]
    if end == OUT and joins == OUT:
        return False
    # The way runs from where somebody leaves to the free seat: whoever is next to that moves first.
    last = joins_at if joins != OUT else end
    many = 0
    j = last
    while j != first:
        done[many] = j
        many += 1
        j = toward[j]
    for nth in range(many - 1, -1, -1):
        j = done[nth]
        i = state.by[j]
        leave(state, i)
        sit(state, i, toward[j], state.by_cost[j])
    if joins != OUT:
        sit(state, joins, last, joins_cost)
    return True


def open_up(arcs: Arcs, state: State, j: int, capacity: int) -> None:
    """Let a responder who was not there, or has no seats, take requests.

    Args:
        capacity: Seats.
    """
    state.capacity[j] = capacity
    state.price[j] = max(state.base[j], highest(arcs, state, j))
    while refill(arcs, state, j):
        pass


def open_all(arcs: Arcs, state: State, order: Ints, capacity: Ints) -> None:
    """Open up one responder after the other; the plan is as cheap in whatever order."""
    for j in order:
        open_up(arcs, state, j, capacity[j])


def close_down(arcs: Arcs, state: State, j: int) -> None:
    """Send nobody to a responder any more; whoever was sent there is sent elsewhere or left out."""
    state.capacity[j] = 0
    state.price[j] = state.beyond[0]
    waiting = OUT
    while state.latest[j] != OUT:
        i = state.latest[j]
        leave(state, i)
        state.earlier[i] = waiting
        waiting = i
    while waiting != OUT:
        i, waiting = waiting, state.earlier[waiting]
        insert(arcs, state, i)


def leave(state: State, i: int) -> None:
    """Take a request off its seat."""
    j, before, after = state.sent[i], state.earlier[i], state.later[i]
    if after == OUT:
        state.latest[j] = before
    else:
        state.earlier[after] = before
    if before != OUT:
        state.later[before] = after
    state.used[j] -= 1
    state.sent[i] = ABSENT


def sit(state: State, i: int, j: int, cost: int) -> None:
    """Send a request to a responder, who has a free seat."""
    before = state.latest[j]
    state.earlier[i], state.later[i] = before, OUT
    if before != OUT:
        state.later[before] = i
    state.latest[j] = i
    state.used[j] += 1
    state.sent[i] = j
    state.paid[i] = cost
