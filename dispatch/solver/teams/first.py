"""A legal plan at once: request by request, the cheapest team that still goes together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np

from dispatch.solver.case import Case, Cover
from dispatch.solver.paths.levels import Numbers
from dispatch.solver.teams.program import Positions

Vector = tuple[int, ...]

MOST_STEPS: Final = 500
"""How many times somebody is tried as a member of one request's team."""


def first_plan(case: Case, begun: Sequence[int] = ()) -> Numbers:
    """Return a legal plan, found greedily; requests that count most when left out come first.

    A request is served only where that is better, level by level, than to leave it out.

    Args:
        begun: Pairs of a legal plan that stay: only requests that it leaves out are looked at.
    """
    return np.array(sorted(_Greedy(case).plan(begun)), dtype=np.int64)


class _Greedy:
    def __init__(self, case: Case) -> None:
        self.case = case
        self.headcount = case.headcount.tolist()
        self.room, self.seats = case.capacity.copy(), np.zeros_like(case.capacity)
        self.held: dict[int, list[int]] = defaultdict(list)
        self.of_row = Positions(case.rows, len(self.headcount))
        self.out = np.array([_numbers(aim.left_out, len(self.headcount)) for aim in case.aims])
        self.cost = [aim.pair for aim in case.aims]
        self.first = [_numbers(aim.first_seat, len(self.room)) for aim in case.aims]
        self.more = [_numbers(aim.next_seat, len(self.room)) for aim in case.aims]
        self.apart = _beside(case.apart)
        self.clashes = {who: _beside(both) for who, both in case.clashes.items()}
        self.covers: dict[int, list[Cover]] = defaultdict(list)
        for cover in case.covers:
            self.covers[cover.row].append(cover)

    def plan(self, begun: Sequence[int]) -> list[int]:
        """Serve request after request."""
        sent = list(begun)
        self._send(sent)
        served = set(self.case.rows[np.array(sent, dtype=np.int64)].tolist())
        spare = self.of_row.many - self.case.headcount
        for row in np.lexsort((spare, *-self.out[::-1])).tolist():
            if row in served:
                continue
            free, prices = self._free(row)
            team = self._team(row, free)
            if team and _sum(prices[pair] for pair in team) < tuple(self.out[:, row].tolist()):
                self._send(team)
                sent += team
        return sent

    def _send(self, pairs: Iterable[int]) -> None:
        for pair in pairs:
            column = int(self.case.columns[pair])
            self.room[column] -= self.case.units[pair]
            self.seats[column] += 1
            self.held[column].append(int(self.case.rows[pair]))

    def _free(self, row: int) -> tuple[list[int], dict[int, Vector]]:
        """Return pairs of a request whose responder has time and room, the cheapest first, and what they cost."""
        mine = self.of_row.at(row)
        mine = mine[self.case.units[mine] <= self.room[self.case.columns[mine]]]
        columns = self.case.columns[mine]
        taken = self.seats[columns]
        prices = np.array(
            [
                first[columns] + taken * more[columns] + (0 if cost is None else cost[mine])
                for cost, first, more in zip(self.cost, self.first, self.more, strict=True)
            ]
        )
        order = np.lexsort((mine, *prices[::-1]))
        if self.clashes:
            columns_in_order = columns[order].tolist()
            order = order[[self._has_time(row, column) for column in columns_in_order]]
        order = order[:MOST_STEPS]
        free = mine[order].tolist()
        return free, dict(zip(free, map(tuple, prices[:, order].T.tolist()), strict=True))

    def _has_time(self, row: int, column: int) -> bool:
        return column not in self.held or not any(
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
        if self.headcount[row] == 1 and not self.covers[row]:
            return True
        members = set(self.case.columns[[*team, pair]].tolist())
        left = self.headcount[row] - len(members)
        return self.apart.get(int(self.case.columns[pair]), set()).isdisjoint(members) and all(
            cover.least - len(members & cover.columns) <= left for cover in self.covers[row]
        )


def _numbers(given: Numbers | None, count: int) -> Numbers:
    return np.zeros(count, dtype=np.int64) if given is None else given


def _beside(pairs: Iterable[tuple[int, int]]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = defaultdict(set)
    for first, second in pairs:
        found[first].add(second)
        found[second].add(first)
    return dict(found)


def _sum(vectors: Iterable[Vector]) -> Vector:
    return tuple(map(sum, zip(*vectors, strict=True)))
