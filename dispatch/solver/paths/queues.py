"""Who is looked at next: a queue by distance, once on Python's heap and once on arrays for Numba.

``engine`` puts the second set of functions in the place of the first where it
compiles; they differ in nothing but speed. The arrays hold each responder once,
with its place in the heap, so that a shorter way moves it up instead of adding it again.
"""

from __future__ import annotations

from heapq import heappop, heappush
from typing import Any

State = Any
"""``search.State``: of it ``queue``, ``queued``, ``place`` and ``label``."""


def clear(state: State) -> None:
    """Empty the queue."""
    del state.queue[:]


def is_empty(state: State) -> bool:
    """Say whether nobody is left."""
    return not state.queue


def push(state: State, j: int, is_new: bool) -> None:
    """Put a responder in, or move one up, whose label has just been written."""
    heappush(state.queue, (state.label[j], j))


def pop(state: State) -> tuple[int, int]:
    """Take out the nearest, with their distance; a responder may come again later, further away."""
    nearest: tuple[int, int] = heappop(state.queue)
    return nearest


def clear_array(state: State) -> None:
    """Empty the queue."""
    state.queued[0] = 0


def is_empty_array(state: State) -> bool:
    """Say whether nobody is left."""
    return bool(state.queued[0] == 0)


def push_array(state: State, j: int, is_new: bool) -> None:
    """Put a responder in, or move one up, whose label has just been written."""
    queue, place, label = state.queue, state.place, state.label
    key = label[j]
    if is_new:
        at = state.queued[0]
        state.queued[0] = at + 1
    else:
        at = place[j]
    while at > 0:
        above = (at - 1) >> 1
        other = queue[above]
        if label[other] <= key:
            break
        queue[at] = other
        place[other] = at
        at = above
    queue[at] = j
    place[j] = at


def pop_array(state: State) -> tuple[int, int]:
    """Take out the nearest, with their distance."""
    queue, place, label = state.queue, state.place, state.label
    nearest = queue[0]
    many = state.queued[0] - 1
    state.queued[0] = many
    if many > 0:
        last = queue[many]
        key = label[last]
        at = 0
        while True:
            below = 2 * at + 1
            if below >= many:
                break
            if below + 1 < many and label[queue[below + 1]] < label[queue[below]]:
                below += 1
            other = queue[below]
            if label[other] >= key:
                break
            queue[at] = other
            place[other] = at
            at = below
        queue[at] = last
        place[last] = at
    return label[nearest], nearest
