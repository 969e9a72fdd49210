"""How many of some people may be sent together, where some pairs of them never are."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Final

from dispatch.solver.pairings import Numbers

MOST_COUNTED: Final = 16
"""People tied to each other by such pairs up to which every choice is tried: 2^16 of them at the worst."""

Pairs = Collection[tuple[int, int]]


def largest_team(people: Iterable[int], pairs: Pairs) -> int:
    """Return how many of some people may be sent together, or no fewer where that takes too long to find.

    Args:
        pairs: Who is never sent with whom, in numbers as ``people`` has them.
    """
    there = set(people)
    beside: dict[int, set[int]] = {}
    for first, second in pairs:
        if first in there and second in there:
            beside.setdefault(first, set()).add(second)
            beside.setdefault(second, set()).add(first)
    most = len(there) - len(beside)
    while beside:
        tied = _tied(next(iter(beside)), beside)
        most += _most(frozenset(tied), beside) if len(tied) <= MOST_COUNTED else len(tied) - _matched(tied, beside)
        for one in tied:
            del beside[one]
    return most


def first_team(line: Numbers, slots: int, pairs: Pairs) -> list[int]:
    """Return the first of a line who may be sent together, each unless somebody before speaks against it.

    Returns:
        So many columns, or fewer where the line is over.
    """
    if not pairs:
        chosen: list[int] = line[:slots].tolist()
        return chosen
    against: dict[int, set[int]] = {}
    for first, second in pairs:
        against.setdefault(first, set()).add(second)
        against.setdefault(second, set()).add(first)
    team: list[int] = []
    for column in line.tolist():
        if len(team) < slots and against.get(column, set()).isdisjoint(team):
            team.append(column)
    return team


def within(pairs: Iterable[tuple[int, int]], columns: Sequence[int]) -> tuple[tuple[int, int], ...]:
    """Return the pairs whose both ends stand among some columns, numbered as these stand there."""
    at = {column: place for place, column in enumerate(columns)}
    return tuple((at[first], at[second]) for first, second in pairs if first in at and second in at)


def _tied(start: int, beside: dict[int, set[int]]) -> set[int]:
    found, ahead = {start}, [start]
    while ahead:
        for other in beside[ahead.pop()] - found:
            found.add(other)
            ahead.append(other)
    return found


def _most(left: frozenset[int], beside: dict[int, set[int]]) -> int:
    """Try with and without whoever has most against them."""
    if not left:
        return 0
    one = max(sorted(left), key=lambda each: len(beside[each] & left))
    if not beside[one] & left:
        return len(left)
    return max(_most(left - {one}, beside), 1 + _most(left - {one} - beside[one], beside))


def _matched(tied: set[int], beside: dict[int, set[int]]) -> int:
    """Count pairs that have nobody in common: of each, one at least stays at home."""
    free, count = set(tied), 0
    for one in sorted(tied):
        other = min(beside[one] & free - {one}, default=None)
        if one in free and other is not None:
            free -= {one, other}
            count += 1
    return count
