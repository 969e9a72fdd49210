"""Large programs through few of their columns: those that prices ask for come in, the others stay at 0."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from dispatch.clock import stopwatch
from dispatch.solver.paths.levels import Numbers
from dispatch.solver.teams.highs import AT_LOWER, BASIC, Basis, Found, Relaxed
from dispatch.solver.teams.program import Floats, Program, Scope

Flags = npt.NDArray[np.bool_]

SMALL: Final = 20_000
"""Columns up to which all are handed over at once."""
FIRST_LOOK: Final = 8
"""How many pairs of each request, beyond its headcount, are handed over at first."""
COME_IN: Final = 4
"""How many more of each come in at a time."""
WORTH: Final = 1e-6
"""A column whose reduced cost is closer to 0 than this is not asked for: floating point says no more."""


class Part(NamedTuple):
    """Some columns of a program, the others being 0.

    Args:
        scope: Of these, with the rows that still say something.
        columns: (n,) which ones they are.
        rows: (r,) likewise.
    """

    scope: Scope
    columns: Numbers
    rows: Numbers


def part_of(scope: Scope, keep: Flags, also: Flags | None = None) -> Part | None:
    """Return the program of some columns; none where a row cannot be kept without the others.

    Args:
        also: (R,) rows that stay whether they say something or not.
    """
    owner = np.repeat(np.arange(len(scope.low)), np.diff(scope.start))
    of_kept = keep[scope.index]
    owner, index, value = owner[of_kept], scope.index[of_kept], scope.value[of_kept]
    most = np.zeros(len(scope.low), dtype=np.int64)
    least = np.zeros_like(most)
    np.add.at(most, owner, np.maximum(value, 0))
    np.add.at(least, owner, np.minimum(value, 0))
    if (most < scope.low).any() or (least > scope.high).any():
        return None
    says = (least < scope.low) | (most > scope.high)
    says = says if also is None else says | also
    rows, columns = np.flatnonzero(says), np.flatnonzero(keep)
    number = np.cumsum(keep) - 1
    of_kept = says[owner]
    lengths = np.bincount(owner[of_kept], minlength=len(says))[rows]
    part = Scope(
        lower=scope.lower[columns],
        upper=scope.upper[columns],
        start=np.concatenate([[0], np.cumsum(lengths)]),
        index=number[index[of_kept]],
        value=value[of_kept],
        low=scope.low[rows],
        high=scope.high[rows],
    )
    return Part(part, columns, rows)


def minimise_whole(solver: Any, scope: Scope, cost: Numbers, start: Floats | None, seconds: float | None) -> Found:
    """Return the best point of zeros and ones, as the solver does, having left out what is decided to be 0."""
    part = part_of(scope, scope.upper > 0)
    if part is None:
        return Found(is_empty=True, is_done=True)
    of_part = None if start is None else start[part.columns]
    found: Found = solver.minimise_whole(part.scope, cost[part.columns], of_part, seconds)
    return found._replace(point=_spread(found.point, part.columns, len(cost)))


class Growing:
    """The relaxation of a large program; asked as ``highs.Relaxation`` is.

    Source: column generation (Gilmore, Gomory 1961).

    Args:
        solver: ``highs`` or ``builder``.
    """

    def __init__(self, solver: Any, program: Program, scope: Scope) -> None:
        self.solver, self.program, self.scope = solver, program, scope
        self.active = np.ones(program.size, dtype=np.bool_)
        self.active[: program.pairs] = False
        self.says = np.zeros(len(scope.low), dtype=np.bool_)
        self.basis: Basis | None = None

    def look_at(self, pairs: Numbers) -> None:
        """Have some pairs come in."""
        self.active[pairs] = True

    def narrow(self, scope: Scope) -> None:
        """Take over what was decided since."""
        self.scope, self.says = scope, np.zeros(len(scope.low), dtype=np.bool_)

    def minimise(self, cost: Numbers, seconds: float | None) -> Relaxed:
        """Return the best point and its prices; where time is up, the best of those columns that are in.

        Those prices prove less, and what they prove is true all the same.
        """
        ends = None if seconds is None else stopwatch() + seconds
        scope = self.scope
        owner = np.repeat(np.arange(len(scope.low)), np.diff(scope.start))
        is_open = scope.upper > 0
        self.active |= scope.lower > 0
        alone = self._alone(cost)
        wider = FIRST_LOOK
        self.active[self._cheapest(alone, wider)] = True
        best = Relaxed(False)
        # Where another objective stopped is further away than the beginning.
        self.basis, self.says[:] = None, False
        while True:
            now = self.active & is_open
            part = part_of(scope, now, self.says)
            relaxed = Relaxed(True)
            if part is not None:
                left = None if ends is None else ends - stopwatch()
                relaxed = self.solver.Relaxation(part.scope, self._basis(part)).minimise(cost[part.columns], left)
            if relaxed.is_empty or part is None:
                if best.point is not None:
                    return best
                if now.sum() == is_open.sum():
                    return Relaxed(True)
                wider *= 4
                self.active[self._cheapest(alone, wider)] = True
                continue
            if relaxed.point is None or relaxed.prices is None:
                return best
            self._keep(part, relaxed.basis)
            prices = np.zeros(len(scope.low))
            prices[part.rows] = relaxed.prices
            reduced = cost - np.bincount(scope.index, weights=scope.value * prices[owner], minlength=len(cost))
            best = Relaxed(False, _spread(relaxed.point, part.columns, len(cost)), prices)
            asked = is_open & ~now & (reduced < -WORTH)
            if not asked.any():
                return best
            self.active[self._cheapest(np.where(asked, reduced, np.inf), COME_IN)] = True

    def _basis(self, part: Part) -> Basis | None:
        """Return where the last program of part of the columns stopped."""
        if self.basis is None:
            return None
        columns, rows = self.basis.columns[part.columns], self.basis.rows[part.rows]
        is_one = int((columns == BASIC).sum() + (rows == BASIC).sum()) == len(rows)
        return Basis(columns, rows) if is_one else None

    def _keep(self, part: Part, basis: Basis | None) -> None:
        if basis is None:
            return
        columns = np.full(self.program.size, AT_LOWER, dtype=np.int32)
        rows = np.full(len(self.says), BASIC, dtype=np.int32)
        columns[part.columns], rows[part.rows] = basis
        self.basis = Basis(columns, rows)
        self.says[part.rows] = True

    def _alone(self, cost: Numbers) -> Floats:
        """Return (A,) what each pair costs with a first seat."""
        program = self.program
        seat = np.zeros(len(program.case.capacity))
        first = program.pairs + len(program.case.headcount)
        nth = program.seat_nth == 0
        seat[program.seat_owner[nth]] = cost[first:][nth]
        alone: Floats = cost[: program.pairs] + seat[program.case.columns]
        return np.where(self.scope.upper[: program.pairs] > 0, alone, np.inf)

    def _cheapest(self, worth: Floats, most: int) -> Numbers:
        """Return the positions of so many of each request's cheapest pairs, and its headcount's on top.

        Args:
            worth: (A,) or longer, infinite where a pair is not looked at.
        """
        case = self.program.case
        at = np.flatnonzero(np.isfinite(worth[: self.program.pairs]))
        order = np.argsort(case.rows[at], kind="stable")
        many = np.bincount(case.rows[at], minlength=len(case.headcount))
        found = [np.zeros(0, dtype=np.int64)]
        for some, takes in zip(np.split(at[order], np.cumsum(many)[:-1]), case.headcount.tolist(), strict=True):
            few = most + takes
            found.append(some if len(some) <= few else some[np.argpartition(worth[some], few)[:few]])
        return np.concatenate(found)


def _spread(point: Floats | None, columns: Numbers, size: int) -> Floats | None:
    if point is None:
        return None
    whole = np.zeros(size)
    whole[columns] = point
    return whole
