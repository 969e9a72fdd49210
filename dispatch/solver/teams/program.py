"""A case as a linear program over zeros and ones, as tight as single rows make it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from dispatch.solver.case import Case
from dispatch.solver.paths.levels import Aim, Numbers
from dispatch.solver.teams.cliques import cliques

Floats = npt.NDArray[np.float64]

ANY = 2**53
"""Stands for no bound of a row; no row adds up to as much."""


class Rows:
    """Rows of integers: low <= sum of value[k] * column[index[k]] <= high, as they come in."""

    def __init__(self) -> None:
        self._many: list[int] = []
        self._lengths: list[Numbers] = []
        self._parts: dict[str, list[Numbers]] = {"index": [], "value": [], "low": [], "high": []}

    def __len__(self) -> int:
        return sum(self._many)

    def add(self, index: Sequence[int], value: Sequence[int], low: int, high: int) -> None:
        """Add one row."""
        self.add_all([len(index)], index, value, [low], [high])

    def add_all(
        self,
        lengths: Numbers | Sequence[int],
        index: Numbers | Sequence[int],
        value: Numbers | Sequence[int],
        low: Numbers | Sequence[int],
        high: Numbers | Sequence[int],
    ) -> None:
        """Add rows that follow each other, each so long."""
        self._many.append(len(lengths))
        self._lengths.append(np.asarray(lengths, dtype=np.int64))
        for name, numbers in (("index", index), ("value", value), ("low", low), ("high", high)):
            self._parts[name].append(np.asarray(numbers, dtype=np.int64))

    def arrays(self) -> dict[str, Numbers]:
        """Return them as ``Scope`` has them."""
        none = np.zeros(0, dtype=np.int64)
        start = np.concatenate([[0], np.cumsum(np.concatenate([none, *self._lengths]))])
        return {"start": start, **{name: np.concatenate([none, *some]) for name, some in self._parts.items()}}


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


class Positions:
    """By owner, the positions at which it stands."""

    def __init__(self, owners: Numbers, count: int) -> None:
        self.order: Numbers = np.argsort(owners, kind="stable")
        self.many: Numbers = np.bincount(owners, minlength=count)
        self._ends = np.cumsum(self.many)

    def at(self, owner: int) -> Numbers:
        """Return the positions of one owner, in order."""
        end = int(self._ends[owner])
        return self.order[end - int(self.many[owner]) : end]

    def __getitem__(self, owner: int) -> list[int]:
        found: list[int] = self.at(owner).tolist()
        return found


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
        self.of_row = Positions(case.rows, requests)
        self.of_column = Positions(case.columns, len(case.capacity))
        self.has_units = np.zeros(len(case.capacity), dtype=np.bool_)
        self.has_units[case.columns[case.units != 1]] = True
        self.seat_owner, self.seat_nth = self._seats()
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
        return Scope(
            lower=np.zeros(self.size, dtype=np.int64),
            upper=np.ones(self.size, dtype=np.int64),
            **self.rows.arrays(),
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
        most = np.where(grows, np.minimum(self.of_column.many, case.capacity), 0)
        for column in np.flatnonzero(grows & self.has_units).tolist():
            most[column] = self._most_held(column)
        most[most < 2] = 0
        owner = np.repeat(np.arange(len(most)), most)
        return owner, np.arange(len(owner)) - np.repeat(np.cumsum(most) - most, most)

    def _most_held(self, column: int) -> int:
        taken = np.cumsum(np.sort(self.case.units[self.of_column.at(column)]))
        return int((taken <= self.case.capacity[column]).sum())

    def _teams(self) -> None:
        headcount, requests = self.case.headcount, np.arange(len(self.case.headcount))
        order, many = self.of_row.order, self.of_row.many
        ends = np.cumsum(many)
        self.rows.add_all(
            many + 1,
            np.insert(order, ends, self.pairs + requests),
            np.insert(np.ones(self.pairs, dtype=np.int64), ends, -headcount),
            np.zeros_like(many),
            np.zeros_like(many),
        )
        mine = order[(headcount > 1)[self.case.rows[order]]]
        self.rows.add_all(
            np.full(len(mine), 2),
            np.column_stack([mine, self.pairs + self.case.rows[mine]]).ravel(),
            np.tile([1, -1], len(mine)),
            np.full(len(mine), -ANY),
            np.zeros_like(mine),
        )
        for cover in self.case.covers:
            of_kind = [pair for pair in self.of_row[cover.row] if int(self.case.columns[pair]) in cover.columns]
            of_kind.append(self.pairs + cover.row)
            self.rows.add(of_kind, [1] * (len(of_kind) - 1) + [-cover.least], 0, ANY)

    def _capacities(self) -> None:
        units, capacity, order, many = self.case.units, self.case.capacity, self.of_column.order, self.of_column.many
        seats = np.bincount(self.seat_owner, minlength=len(capacity))
        ends = np.cumsum(many)
        first_seat = self.pairs + len(self.case.headcount)
        has_seats = seats > 0
        mine = order[has_seats[self.case.columns[order]]]
        behind = np.repeat(np.cumsum(many[has_seats]), seats[has_seats])
        none = np.zeros(int(has_seats.sum()), dtype=np.int64)
        self.rows.add_all(
            (many + seats)[has_seats],
            np.insert(mine, behind, first_seat + np.arange(len(self.seat_owner))),
            np.insert(np.ones(len(mine), dtype=np.int64), behind, -1),
            none,
            none,
        )
        taken = np.add.reduceat(np.append(units[order], 0), ends - many) * (many > 0)
        is_tight = (taken > capacity) & (~has_seats | self.has_units)
        mine = order[is_tight[self.case.columns[order]]]
        self.rows.add_all(many[is_tight], mine, units[mine], np.full(int(is_tight.sum()), -ANY), capacity[is_tight])

    def _apart(self) -> None:
        beside = _beside(self.case.apart)
        for row in np.flatnonzero(self.case.headcount > 1).tolist() if beside else []:
            mine = self.of_row[row]
            pair_of = dict(zip(self.case.columns[mine].tolist(), mine, strict=True))
            met = [(a, b) for a in pair_of for b in beside.get(a, ()) if b in pair_of]
            for together in cliques(met):
                some = [pair_of[one] for one in together]
                self.rows.add([*some, self.pairs + row], [1] * len(some) + [-1], -ANY, 0)

    def _clashes(self) -> None:
        shared = _beside(self.case.clashes.get(None, ()))
        alone = [column for column in self.case.clashes if column is not None]
        for column in range(len(self.case.capacity)) if shared else sorted(alone):
            own = _beside(self.case.clashes.get(column, ()))
            mine = self.of_column[column]
            pair_of = dict(zip(self.case.rows[mine].tolist(), mine, strict=True))
            met = [(a, b) for a in pair_of for b in {*shared.get(a, ()), *own.get(a, ())} if b in pair_of]
            for together in cliques(met):
                some = [pair_of[one] for one in together]
                self.rows.add(some, [1] * len(some), -ANY, 1)


def _beside(pairs: Iterable[tuple[int, int]]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = defaultdict(set)
    for first, second in pairs:
        found[first].add(second)
    return found
