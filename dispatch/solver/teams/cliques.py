"""Rules of the kind "not both", put together into as few rules of the kind "one of these" as come easily."""

from __future__ import annotations

from collections.abc import Iterable


def cliques(pairs: Iterable[tuple[int, int]]) -> list[list[int]]:
    """Cover the edges of a graph by sets in which all exclude each other.

    Such a set as one row of a linear program is tighter than its pairs one by
    one. Greedy: each edge not yet covered is grown into a largest set, the nodes
    with most neighbours first.

    Returns:
        Sets of two or more, each in order; every pair is in one of them.

    Example:
        >>> cliques([(0, 1), (1, 2), (0, 2), (2, 3)])
        [[0, 1, 2], [2, 3]]
    """
    edges = sorted({(min(pair), max(pair)) for pair in pairs})
    beside: dict[int, set[int]] = {}
    for first, second in edges:
        beside.setdefault(first, set()).add(second)
        beside.setdefault(second, set()).add(first)
    covered: set[tuple[int, int]] = set()
    found = []
    for first, second in edges:
        if (first, second) in covered:
            continue
        members = [first, second]
        common = beside[first] & beside[second]
        while common:
            one = min(common, key=lambda node: (-len(beside[node]), node))
            members.append(one)
            common &= beside[one]
        members.sort()
        covered.update((a, b) for at, a in enumerate(members) for b in members[at + 1 :])
        found.append(members)
    return found
