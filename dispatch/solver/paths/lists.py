"""Arcs that are written down, and how a search follows them."""

from __future__ import annotations

from typing import NamedTuple

from dispatch.solver.paths.queues import push
from dispatch.solver.paths.search import ABSENT, OUT, Ints, State


class Lists(NamedTuple):
    """Every arc twice: by request and by responder.

    Args:
        start: (R + 1,) arcs of request i are ``start[i]`` up to ``start[i + 1]``.
        head: (A,) their responders.
        cost: (A,) what they cost.
        back: (M + 1,) arcs of responder j are ``back[j]`` up to ``back[j + 1]``.
        tail: (A,) their requests.
        back_cost: (A,) what they cost.
    """

    start: Ints
    head: Ints
    cost: Ints
    back: Ints
    tail: Ints
    back_cost: Ints


def pair(arcs: Lists, i: int, j: int) -> tuple[bool, int]:
    """Return whether a request may be sent to a responder, and what that costs."""
    if arcs.start[i + 1] - arcs.start[i] < arcs.back[j + 1] - arcs.back[j]:
        for arc in range(arcs.start[i], arcs.start[i + 1]):
            if arcs.head[arc] == j:
                return True, arcs.cost[arc]
    else:
        for arc in range(arcs.back[j], arcs.back[j + 1]):
            if arcs.tail[arc] == i:
                return True, arcs.back_cost[arc]
    return False, 0


def look(
    arcs: Lists,
    state: State,
    ticket: int,
    i: int,
    so_far: int,
    best: int,
    end: int,
    more: int,
) -> tuple[int, int]:
    """Follow the arcs of a request that is ``so_far`` away; a search that need not go beyond ``best``.

    Args:
        more: What is to be paid behind a free seat.

    Returns:
        The cheapest whole way known and the responder at its end.
    """
    head, cost, price, label, mark = arcs.head, arcs.cost, state.price, state.label, state.mark
    for arc in range(arcs.start[i], arcs.start[i + 1]):
        j = head[arc]
        here = so_far + cost[arc] + price[j]
        if here < best and (mark[j] != ticket or here < label[j]):
            label[j] = here
            state.by[j] = i
            state.by_cost[j] = cost[arc]
            push(state, j, mark[j] != ticket)
            mark[j] = ticket
            taken = state.used[j]
            if taken < state.capacity[j]:
                whole = here + state.base[j] + state.step[j] * taken - price[j] + more
                if whole < best:
                    best, end = whole, j
    return best, end


def look_back(
    arcs: Lists, state: State, ticket: int, j: int, so_far: int, best: int
) -> tuple[int, int, int]:
    """Follow the arcs into a responder who is ``so_far`` away from the seat, backwards.

    Returns:
        The cheapest whole way known, and the request left out that would take it with the cost of
        its arc; ``OUT`` where that is none of these.
    """
    sent, price, label, mark = state.sent, state.price, state.label, state.mark
    joins, joins_cost = OUT, so_far
    for arc in range(arcs.back[j], arcs.back[j + 1]):
        i = arcs.tail[arc]
        at = sent[i]
        if at in (ABSENT, j):
            continue
        here = so_far + arcs.back_cost[arc] + price[j]
        if at == OUT:
            here -= state.out[i]
            if here < best:
                best, joins, joins_cost = here, i, arcs.back_cost[arc]
        else:
            here -= state.paid[i] + price[at]
            if here < best and (mark[at] != ticket or here < label[at]):
                label[at] = here
                state.by[at] = i
                state.by_cost[at] = arcs.back_cost[arc]
                state.toward[at] = j
                push(state, at, mark[at] != ticket)
                mark[at] = ticket
    return best, joins, joins_cost


def highest(arcs: Lists, state: State, j: int) -> int:
    """Return the least price at which no request would rather go to a responder."""
    price = -state.beyond[0]
    for arc in range(arcs.back[j], arcs.back[j + 1]):
        i = arcs.tail[arc]
        at = state.sent[i]
        if at == OUT:
            price = max(price, state.out[i] - arcs.back_cost[arc])
        elif at != ABSENT:
            price = max(price, state.paid[i] + state.price[at] - arcs.back_cost[arc])
    return price
