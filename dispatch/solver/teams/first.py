"""A legal plan at once: request by request, the cheapest team that still goes together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np

from dispatch.solver.case import Case, Cover
from dispatch.solver.paths.levels import Numbers

Vector = tuple[int, ...]

MOST_STEPS: Final = 500
"""How many times somebody is tried as a member of one request's team."""


def first_plan(case: Case) -> Numbers:
    """Return a legal plan, found greedily; requests that count most when left out come first.

    A request is served only where that is better, level by level, than to leave it out.
    """
    return np.array(sorted(_Greedy(case).plan()), dtype=np.int64)


class _Greedy:
    def __init__(self, case: Case) -> None:
        self.case = case
        self.headcount = case.headcount.tolist()
        self.columns, self.units, self.room = case.columns.tolist(), case.units.tolist(), case.capacity.tolist()
        self.held: list[list[int]] = [[] for _ in self.room]
        self.of_row: list[list[int]] = [[] for _ in self.headcount]
        for pair, row in enumerate(case.rows.tolist()):
            self.of_row[row].append(pair)
        self.out = _by_owner([aim.left_out for aim in case.aims], len(self.headcount))
        self.cost = _by_owner([aim.pair for aim in case.aims], len(self.columns))
        self.first = _by_owner([aim.first_seat for aim in case.aims], len(self.room))
        self.more = _by_owner([aim.next_seat for aim in case.aims], len(self.room))
        self.apart = _beside(case.apart)
        self.clashes = {who: _beside(both) for who, both in case.clashes.items()}
        self.covers: dict[int, list[Cover]] = defaultdict(list)
        for cover in case.covers:
            self.covers[cover.row].append(cover)

    def plan(self) -> list[int]:
        """Serve request after request."""
        sent: list[int] = []
        spare = [len(mine) - takes for mine, takes in zip(self.of_row, self.headcount, strict=True)]
        for row in sorted(range(len(self.headcount)), key=lambda row: (_minus(self.out[row]), spare[row], row)):
            free = {pair: self._price(pair) for pair in self.of_row[row] if self._is_free(row, pair)}
            team = self._team(row, sorted(free, key=lambda pair: (free[pair], pair)))
            if team and _sum(free[pair] for pair in team) < self.out[row]:
                for pair in team:
                    self.room[self.columns[pair]] -= self.units[pair]
                    self.held[self.columns[pair]].append(row)
                sent += team
        return sent

    def _price(self, pair: int) -> Vector:
        column = self.columns[pair]
        seats = len(self.held[column])
        return tuple(
            cost + first + seats * more
            for cost, first, more in zip(self.cost[pair], self.first[column], self.more[column], strict=True)
        )

    def _is_free(self, row: int, pair: int) -> bool:
        column = self.columns[pair]
        return self.units[pair] <= self.room[column] and not any(
            row in self.clashes[who].get(other, ())
            for who in (None, column)
            if who in self.clashes
            for other in self.held[column]
        )

    def _team(self, row: int, ordered: Sequence[int]) -> list[int]:
        """Return the first team, cheap members first, that goes together and has everybody it needs."""
        team: list[int] = []
        tried, at = 0, [0]
        while tried < MOST_STEPS:
            if len(team) == self.headcount[row]:
                return team
            if at[-1] == len(ordered):
                at.pop()
                if not at:
                    return []
                team.pop()
                continue
            pair = ordered[at[-1]]
            at[-1] += 1
            tried += 1
            if self._fits(row, team, pair):
                team.append(pair)
                at.append(at[-1])
        return []

    def _fits(self, row: int, team: Sequence[int], pair: int) -> bool:
        members = {self.columns[one] for one in (*team, pair)}
        left = self.headcount[row] - len(members)
        return self.apart.get(self.columns[pair], set()).isdisjoint(members) and all(
            cover.least - len(members & cover.columns) <= left for cover in self.covers[row]
        )


def _by_owner(levels: Sequence[Numbers | None], count: int) -> list[Vector]:
    """Return for each owner what it counts, level by level."""
    numbers = [[0] * count if one is None else one.tolist() for one in levels]
    return list(zip(*numbers, strict=True)) if numbers else [()] * count


def _beside(pairs: Iterable[tuple[int, int]]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = defaultdict(set)
    for first, second in pairs:
        found[first].add(second)
        found[second].add(first)
    return dict(found)


def _minus(vector: Vector) -> Vector:
    return tuple(-one for one in vector)


def _sum(vectors: Iterable[Vector]) -> Vector:
    return tuple(map(sum, zip(*vectors, strict=True)))
