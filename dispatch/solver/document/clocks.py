"""Which requests of a problem one person cannot do one after the other, by the clock and the way between."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import combinations
from typing import Final

import numpy as np
import numpy.typing as npt

from dispatch.solver.document.reading import Asked, Person
from dispatch.solver.paths.levels import Numbers
from dispatch.units import EARTH_RADIUS_METRES, Position, metres_between

METRES_PER_MINUTE: Final = 80
"""A brisk walk, 4.8 km/h; a straight line stands for the way."""


def is_timed(asked: Asked) -> bool:
    """Say whether a request has a clock: only then can it stand in another's way."""
    return asked.window is not None and asked.minutes is not None


def may_clash(requests: Sequence[Asked], capacity: Numbers) -> bool:
    """Say whether somebody could be given three requests by the clock; two that clash are in the case."""
    return sum(map(is_timed, requests)) > 2 and int(capacity.max(initial=0)) > 2


def can_do_all(requests: Sequence[Asked], person: Person) -> bool:
    """Say whether somebody can do all of these, in some order, each begun in its window and done in one stretch.

    Exact, by the earliest end of every set of them done with every one of them last
    (Held, Karp 1962); 2^n n^2 steps for n timed requests.
    """
    timed = [one for one in requests if is_timed(one)]
    ends: dict[tuple[int, int], int] = {}
    for at, one in enumerate(timed):
        end = _earliest_end(one, person, None)
        if end is None:
            return False
        ends[1 << at, at] = end
    for many in range(2, len(timed) + 1):
        for chosen in combinations(range(len(timed)), many):
            whole = sum(1 << at for at in chosen)
            for last in chosen:
                before = whole & ~(1 << last)
                best = None
                for previous in chosen:
                    if previous == last or (before, previous) not in ends:
                        continue
                    ready = ends[before, previous] + way_seconds(timed[previous], timed[last])
                    end = _earliest_end(timed[last], person, ready)
                    if end is not None and (best is None or end < best):
                        best = end
                if best is not None:
                    ends[whole, last] = best
    whole = (1 << len(timed)) - 1
    return not timed or any((whole, last) in ends for last in range(len(timed)))


def cannot_all(requests: Sequence[tuple[int, Asked]], person: Person) -> tuple[int, ...] | None:
    """Return a smallest set of requests, by their rows, of which somebody cannot do all; none where they can."""
    timed = [(row, one) for row, one in requests if is_timed(one)]
    for many in range(2, len(timed) + 1):
        for some in combinations(timed, many):
            if not can_do_all([one for _, one in some], person):
                return tuple(sorted(row for row, _ in some))
    return None


def impossible_for(
    requests: Sequence[Asked], people: Sequence[Person]
) -> Callable[[int, Sequence[int]], tuple[int, ...] | None]:
    """Return what says of a responder and requests, by position, a smallest set of these that they cannot all do."""

    def impossible(column: int, rows: Sequence[int]) -> tuple[int, ...] | None:
        return cannot_all([(row, requests[row]) for row in rows], people[column])

    return impossible


def clashing(
    reached: Iterable[tuple[int, Numbers]], requests: Sequence[Asked], people: Sequence[Person]
) -> dict[int | None, frozenset[tuple[int, int]]]:
    """Return the pairs of requests, by their rows, of which somebody can do only one.

    Args:
        reached: Responders, and the timed requests that they could go to, in order.

    Returns:
        By responder; under ``None`` the pairs that nobody can do, whenever they are free.
    """
    twos = {column: _twos(rows) for column, rows in reached if len(rows) > 1}
    if not twos:
        return {}
    # Whoever is always free is asked once for all.
    anybody = replace(people[0], available=None)
    every = np.unique(np.concatenate(list(twos.values())), axis=0)
    is_sure = _surely(every, requests)
    nobody = {
        (one, other)
        for (one, other), can in zip(every.tolist(), is_sure.tolist(), strict=True)
        if not can and not can_do_all([requests[one], requests[other]], anybody)
    }
    found: dict[int | None, frozenset[tuple[int, int]]] = {None: frozenset(nobody)}
    for column, both in twos.items():
        if people[column].available is not None:
            found[column] = frozenset(
                (one, other)
                for one, other in both.tolist()
                if (one, other) not in nobody and not can_do_all([requests[one], requests[other]], people[column])
            )
    return {who: both for who, both in found.items() if both}


def _twos(rows: Numbers) -> Numbers:
    """Return every two of some rows, (n, 2)."""
    first, second = np.triu_indices(len(rows), 1)
    return np.column_stack([rows[first], rows[second]])


def _surely(twos: Numbers, requests: Sequence[Asked]) -> npt.NDArray[np.bool_]:
    """Return which two can be done one after the other even if the way is a bit longer than measured here, (n,)."""
    rows = np.unique(twos)
    some = [requests[row] for row in rows.tolist()]
    windows = np.array([one.window for one in some], dtype=np.int64)
    ends = windows[:, 0] + [60 * (one.minutes or 0) for one in some]
    at = np.radians(np.array([one.at or (np.nan, np.nan) for one in some], dtype=np.float64))
    one, other = np.searchsorted(rows, twos).T
    (north, east), cosine = at.T, np.cos(at[:, 0])
    inner = np.sin((north[one] - north[other]) / 2) ** 2
    inner += cosine[one] * cosine[other] * np.sin((east[one] - east[other]) / 2) ** 2
    metres = np.nan_to_num(2 * EARTH_RADIUS_METRES * np.arcsin(np.minimum(1.0, np.sqrt(inner))))
    ready = 60 * metres / METRES_PER_MINUTE + 3
    found: npt.NDArray[np.bool_] = (ends[one] + ready <= windows[other, 1]) | (ends[other] + ready <= windows[one, 1])
    return found


def way_seconds(one: Asked, another: Asked) -> int:
    """Return how long it takes from one request to another; 0 where a place is not known."""
    if one.at is None or another.at is None:
        return 0
    metres = metres_between(Position(*one.at), Position(*another.at))
    return -(-60 * metres // METRES_PER_MINUTE)


def _earliest_end(asked: Asked, person: Person, ready: int | None) -> int | None:
    """Return when somebody who is ready at a moment is done at the earliest."""
    assert asked.window is not None
    seconds = 60 * (asked.minutes or 0)
    begin = asked.window[0] if ready is None else max(ready, asked.window[0])
    if person.available is None:
        return begin + seconds if begin <= asked.window[1] else None
    ends = [
        max(begin, opens) + seconds
        for opens, closes in person.available
        if max(begin, opens) <= min(asked.window[1], closes - seconds)
    ]
    return min(ends, default=None)
