"""One level of one connected part, the levels above it held: what the bounds and the searches work on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from dispatch.solver.paths.levels import Numbers
from dispatch.solver.units.knapsacks import Bools


def _sum(parts: Numbers) -> int:
    """Add up in Python's integers."""
    return int(sum(parts.tolist()))


class Level(NamedTuple):
    """What is counted at one level, 0 where nothing is.

    Args:
        pair: (P,) a pair that is sent.
        out: (R,) a request that is left out.
        first: (M,) a seat taken at a responder.
        step: (M,) how much more each further one, 0 or more.
    """

    pair: Numbers
    out: Numbers
    first: Numbers
    step: Numbers

    def value(self, task: Task, chosen: Numbers) -> int:
        """Return what a plan comes to, in Python's integers."""
        served = np.zeros(len(self.out), dtype=bool)
        served[task.row[chosen]] = True
        held = np.bincount(task.column[chosen], minlength=len(self.first))
        seats = held * self.first + self.step * (held * (held - 1) // 2)
        return _sum(self.pair[chosen]) + _sum(self.out[~served]) + _sum(seats)


class Held(NamedTuple):
    """A level above, and what it may come to."""

    level: Level
    value: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """R requests, M responders and P open pairs, ordered by responder; a level to make small.

    Args:
        origin: (P,) which pair of the part this is.
        row: (P,) the request.
        column: (P,) the responder, ascending.
        units: (P,) what the pair takes, at most the capacity.
        capacity: (M,) units.
        may_stay: (R,) whether a request may still be left out.
        level: What is made small.
        held: The levels above that open pairs could still break.
    """

    origin: Numbers
    row: Numbers
    column: Numbers
    units: Numbers
    capacity: Numbers
    may_stay: Bools
    level: Level
    held: tuple[Held, ...] = ()

    def narrowed(self, keep: Bools, may_stay: Bools) -> Task:
        """Return the task without some of its pairs, and with fewer requests that may be left out."""

        def cut(level: Level) -> Level:
            return level._replace(pair=level.pair[keep])

        return replace(
            self,
            origin=self.origin[keep],
            row=self.row[keep],
            column=self.column[keep],
            units=self.units[keep],
            may_stay=may_stay,
            level=cut(self.level),
            held=tuple(Held(cut(one.level), one.value) for one in self.held),
        )

    def without_idle(self) -> Task:
        """Return the task with the levels above that no plan of open pairs breaks any more left away."""
        return replace(self, held=tuple(one for one in self.held if self.most(one.level) > one.value))

    def most(self, level: Level) -> int:
        """Return what no plan comes above at a level."""
        seats = self.seats()
        growth = _sum(level.step * (seats * (seats - 1) // 2))
        return growth - self._least(Level(-level.pair, -level.out, -level.first, np.zeros_like(level.step)))

    def least(self) -> int:
        """Return what no plan comes below, capacity aside."""
        return self._least(self.level)

    def _least(self, level: Level) -> int:
        far = np.iinfo(np.int64).max
        best = np.where(self.may_stay, level.out, far)
        np.minimum.at(best, self.row, level.pair + level.first[self.column])
        return _sum(best)

    def seats(self) -> Numbers:
        """Return (M,) how many requests each responder could hold at the most."""
        return np.bincount(self.column, minlength=len(self.capacity))

    def grows(self) -> Bools:
        """Return (M,) whose further seats count more than their first at some level."""
        grows: Bools = self.level.step > 0
        for one in self.held:
            grows = grows | (one.level.step > 0)
        return grows

    def reach(self, level: Level) -> int:
        """Bound what the parts of a level add up to, signs aside, in Python's integers."""
        largest = np.abs(level.out)
        np.maximum.at(largest, self.row, np.abs(level.pair))
        seats = sum(
            (abs(first) + step * most) * most
            for first, step, most in zip(
                level.first.tolist(), level.step.tolist(), self.seats().tolist(), strict=True
            )
        )
        return _sum(largest) + int(seats)

    def is_plan(self, chosen: Numbers) -> bool:
        """Return whether open pairs make a plan that keeps to the capacities and to the levels above."""
        times = np.bincount(self.row[chosen], minlength=len(self.may_stay))
        used = np.zeros(len(self.capacity), dtype=np.int64)
        np.add.at(used, self.column[chosen], self.units[chosen])
        return (
            bool((times <= 1).all() and (self.may_stay | (times == 1)).all() and (used <= self.capacity).all())
            and all(one.level.value(self, chosen) <= one.value for one in self.held)
        )

    def value(self, chosen: Numbers) -> int:
        """Return what a plan comes to at this level."""
        return self.level.value(self, chosen)


def combined(levels: Sequence[Level], weights: Sequence[int]) -> Level:
    """Return the weighted sum of levels."""
    first, *others = (
        Level(*(part * weight for part in level)) for level, weight in zip(levels, weights, strict=True)
    )
    for one in others:
        first = Level(*(a + b for a, b in zip(first, one, strict=True)))
    return first
