"""A case as a linear program over zeros and ones, as tight as single rows make it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from dispatch.solver.case import Case
from dispatch.solver.paths.levels import Aim, Numbers
from dispatch.solver.teams.cliques import cliques

Floats = npt.NDArray[np.float64]

ANY = 2**53
"""Stands for no bound of a row; no row adds up to as much."""


@dataclass(slots=True)
class Rows:
    """Rows of integers: low <= sum of value[k] * column[index[k]] <= high, row r from ``start[r]`` on."""

    start: list[int] = field(default_factory=lambda: [0])
    index: list[int] = field(default_factory=list)
    value: list[int] = field(default_factory=list)
    low: list[int] = field(default_factory=list)
    high: list[int] = field(default_factory=list)

    def add(self, index: Sequence[int], value: Sequence[int], low: int, high: int) -> None:
        """Add one row."""
        self.index += index
        self.value += value
        self.start.append(len(self.index))
        self.low.append(low)
        self.high.append(high)


@dataclass(slots=True)
class Scope:
    """What is left of a program: narrower from level to level.

    Args:
        lower: (N,) of each column, 0 or 1.
        upper: (N,) likewise.
        start: (R + 1,) row r is ``start[r]`` up to ``start[r + 1]`` of the next two.
        index: (K,) columns.
        value: (K,) whole numbers.
        low: (R,) of each row; -``ANY`` where there is none.
        high: (R,) likewise.
    """

    lower: Numbers
    upper: Numbers
    start: Numbers
    index: Numbers
    value: Numbers
    low: Numbers
    high: Numbers

    def copy(self) -> Scope:
        """Return one that can be narrowed without this one."""
        mine = {name: getattr(self, name).copy() for name in ("lower", "upper", "low", "high")}
        return replace(self, **mine)

    def add(self, cost: Numbers, high: int) -> None:
        """Add the row ``cost`` times the columns <= high."""
        index = np.flatnonzero(cost)
        self.index = np.concatenate([self.index, index])
        self.value = np.concatenate([self.value, cost[index]])
        self.start = np.append(self.start, len(self.index))
        self.low, self.high = np.append(self.low, -ANY), np.append(self.high, high)


class Program:
    """The columns are pairs sent, then requests served, then seats taken; all 0 or 1.

    For a request of headcount 1 the sum of its pairs is the request; for others each
    pair is at most the request (ALGORITHMS 1b), which makes the relaxation tight.
    Seats are columns only where a further one counts more at some level and a
    responder can take several; by convexity they fill up from below.

    Args:
        case: Without pairs that no plan can have (``parts.pieces``).
    """

    def __init__(self, case: Case) -> None:
        self.case = case
        self.pairs, requests = len(case.rows), len(case.headcount)
        self.of_row = _positions(case.rows, requests)
        self.of_column = _positions(case.columns, len(case.capacity))
        self.seat_owner, self.seat_nth = self._seats()
        self.has_units = np.zeros(len(case.capacity), dtype=np.bool_)
        self.has_units[case.columns[case.units != 1]] = True
        self.has_seats = np.zeros(len(case.capacity), dtype=np.bool_)
        self.has_seats[self.seat_owner] = True
        self.size = self.pairs + requests + len(self.seat_owner)
        self.rows = Rows()
        self._teams()
        self._capacities()
        self._apart()
        self._clashes()

    def objective(self, aim: Aim) -> tuple[Numbers, int]:
        """Return what each column counts at a level, and what is counted in any case."""
        case, served = self.case, self.pairs + len(self.case.headcount)
        cost = np.zeros(self.size, dtype=np.int64)
        offset = 0
        if aim.left_out is not None:
            cost[self.pairs : served] = -aim.left_out
            offset = sum(aim.left_out.tolist())
        if aim.pair is not None:
            cost[: self.pairs] = aim.pair
        if aim.first_seat is not None:
            # Where no column stands for the seats, all seats count alike.
            cost[: self.pairs] += np.where(self.has_seats, 0, aim.first_seat)[case.columns]
            cost[served:] = aim.first_seat[self.seat_owner]
        if aim.next_seat is not None:
            cost[served:] += self.seat_nth * aim.next_seat[self.seat_owner]
        return cost, offset

    def scope(self) -> Scope:
        """Return the whole program, nothing decided."""
        low, high = (np.array(one, dtype=np.int64) for one in (self.rows.low, self.rows.high))
        return Scope(
            lower=np.zeros(self.size, dtype=np.int64),
            upper=np.ones(self.size, dtype=np.int64),
            start=np.array(self.rows.start, dtype=np.int64),
            index=np.array(self.rows.index, dtype=np.int64),
            value=np.array(self.rows.value, dtype=np.int64),
            low=low,
            high=high,
        )

    def plan_of(self, point: Floats) -> Numbers:
        """Return the pairs that a point sends, by rounding."""
        return np.flatnonzero(point[: self.pairs] > 0.5)

    def point_of(self, plan: Numbers) -> Floats:
        """Return the point that stands for a plan."""
        point = np.zeros(self.size)
        point[plan] = 1
        point[self.pairs + self.case.rows[plan]] = 1
        held = np.bincount(self.case.columns[plan], minlength=len(self.case.capacity))
        point[self.pairs + len(self.case.headcount) :] = self.seat_nth < held[self.seat_owner]
        return point

    def _seats(self) -> tuple[Numbers, Numbers]:
        case = self.case
        grows = np.zeros(len(case.capacity), dtype=np.bool_)
        for aim in case.aims:
            if aim.next_seat is not None:
                grows |= aim.next_seat > 0
        some = (self._most_held(column) if one else 0 for column, one in enumerate(grows.tolist()))
        most = np.fromiter(some, dtype=np.int64, count=len(grows))
        most[most < 2] = 0
        owner = np.repeat(np.arange(len(most)), most)
        return owner, np.arange(len(owner)) - np.repeat(np.cumsum(most) - most, most)

    def _most_held(self, column: int) -> int:
        room, taken = int(self.case.capacity[column]), 0
        for units in sorted(self.case.units[self.of_column[column]].tolist()):
            room -= units
            if room < 0:
                break
            taken += 1
        return taken

    def _teams(self) -> None:
        for row, (takes, mine) in enumerate(zip(self.case.headcount.tolist(), self.of_row, strict=True)):
            served = self.pairs + row
            self.rows.add([*mine, served], [1] * len(mine) + [-takes], 0, 0)
            if takes > 1:
                for pair in mine:
                    self.rows.add([pair, served], [1, -1], -ANY, 0)
        for cover in self.case.covers:
            mine = [pair for pair in self.of_row[cover.row] if int(self.case.columns[pair]) in cover.columns]
            self.rows.add([*mine, self.pairs + cover.row], [1] * len(mine) + [-cover.least], 0, ANY)

    def _capacities(self) -> None:
        units = self.case.units
        first = np.searchsorted(self.seat_owner, np.arange(len(self.case.capacity) + 1))
        for column, mine in enumerate(self.of_column):
            begin, end = (self.pairs + len(self.case.headcount) + int(one) for one in first[column : column + 2])
            if end > begin:
                self.rows.add([*mine, *range(begin, end)], [1] * len(mine) + [-1] * (end - begin), 0, 0)
            taken = units[mine].tolist()
            if sum(taken) > self.case.capacity[column] and (end == begin or {*taken} != {1}):
                self.rows.add(mine, taken, -ANY, int(self.case.capacity[column]))

    def _apart(self) -> None:
        beside: dict[int, set[int]] = defaultdict(set)
        for first, second in self.case.apart:
            beside[first].add(second)
            beside[second].add(first)
        for row, mine in enumerate(self.of_row):
            if self.case.headcount[row] > 1:
                pair_of = {int(self.case.columns[pair]): pair for pair in mine}
                met = [(a, b) for a in pair_of for b in beside.get(a, ()) if a < b and b in pair_of]
                for together in cliques(met):
                    some = [pair_of[one] for one in together]
                    self.rows.add([*some, self.pairs + row], [1] * len(some) + [-1], -ANY, 0)

    def _clashes(self) -> None:
        shared = _beside(self.case.clashes.get(None, ()))
        for column, mine in enumerate(self.of_column):
            own = _beside(self.case.clashes.get(column, ()))
            pair_of = {int(self.case.rows[pair]): pair for pair in mine}
            met = [(a, b) for a in pair_of for b in {*shared.get(a, ()), *own.get(a, ())} if b in pair_of]
            for together in cliques(met):
                some = [pair_of[one] for one in together]
                self.rows.add(some, [1] * len(some), -ANY, 1)


def _positions(owners: Numbers, count: int) -> list[list[int]]:
    """Return by owner the positions at which it stands."""
    order = np.argsort(owners, kind="stable")
    cuts = np.cumsum(np.bincount(owners, minlength=count))
    return [some.tolist() for some in np.split(order, cuts[:-1])] if count else []


def _beside(pairs: Iterable[tuple[int, int]]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = defaultdict(set)
    for first, second in pairs:
        found[first].add(second)
    return found
