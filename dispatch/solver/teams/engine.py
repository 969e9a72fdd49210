"""The best plan with teams and side rules, level by level: relaxations that narrow, and HiGHS for what they leave open."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, isfinite
from typing import Any, Final

import numpy as np

from dispatch.clock import stopwatch
from dispatch.solver.case import Answer, Case, values_of
from dispatch.solver.case_check import unlawful
from dispatch.solver.paths.levels import Numbers
from dispatch.solver.teams import builder, highs
from dispatch.solver.teams.first import first_plan
from dispatch.solver.teams.honest import floors, honest
from dispatch.solver.teams.prices import Proof, narrow, prove
from dispatch.solver.teams.program import Floats, Program, Scope

PER_COLUMN: Final = 1e-6
"""By how much a column may push a bound of HiGHS too high.

It stops at reduced costs of -1e-7, and columns lie between 0 and 1, so that N of
them are worth N * 1e-7 at the most; its other tolerances widen the program and
push bounds down. Ten times that is taken off before a bound is rounded up."""

PER_ONE: Final = 1e-10
"""Likewise by how much of itself: sums in floating point lose 1e-16 a term."""


def solve_teams(case: Case, *, seconds: float | None = None, solver: Any = None) -> Answer:
    """Find the best plan of one connected part of a case.

    Args:
        case: Without pairs that no plan can have (``parts.pieces``).
        seconds: After so long the best plan found is given, with bounds that are true; none waits.
        solver: ``highs`` or ``builder``; none takes the first that is there.

    Raises:
        ArithmeticError: HiGHS finds no plan where one is known.
    """
    ends = None if seconds is None else stopwatch() + seconds
    search = _Search(case, ends, solver or (builder if highs.library() is None else highs))
    search.run()
    values = values_of(case, search.best)
    return Answer(pairs=search.best, values=values, bounds=honest(values, search.bounds, floors(case)))


@dataclass(slots=True)
class _Mark:
    """Where the search stood before it first took a bound for reached without a plan that reaches it."""

    level: int
    scope: Scope


class _Search:
    """Level after level: relax, narrow to what can be best, go on; ask for whole numbers where that is due.

    Where a relaxation's best point is no plan, its bound is first taken for
    reached, and the levels below are looked at among what then is left, which is
    little. A plan found there reaches all those bounds and so proves them. If
    there is none, the search goes back and asks for whole numbers at once.
    """

    def __init__(self, case: Case, ends: float | None, solver: Any) -> None:
        self.case, self.ends, self.solver = case, ends, solver
        self.best = first_plan(case)
        self.bounds: list[int] = []
        self.level, self.mark, self.sure = 0, None, set[int]()
        if self._is_up():
            return
        self.program = Program(case)
        self.scope = self.program.scope()
        self.relaxation = solver.Relaxation(self.scope)

    def run(self) -> None:
        """Go through the levels, until all are done or time is up."""
        while self.level < len(self.case.aims) and not self._is_up():
            cost, offset = self.program.objective(self.case.aims[self.level])
            relaxed = self.relaxation.minimise(cost, self._left())
            if relaxed.is_empty:
                self._go_back()
                continue
            if relaxed.point is None:
                return
            proof = prove(self.scope, cost, relaxed.prices)
            plan = self._legal(relaxed.point)
            least = None if proof is None else proof.least() + offset
            if plan is not None and values_of(self.case, plan)[self.level] == least:
                self._reached(plan, proof, cost, offset, least)
            elif least is not None and self._may_guess():
                self.mark = self.mark or _Mark(self.level, self.scope.copy())
                self._go_on(proof, cost, least - offset, least)
            elif not self._whole(proof, cost, offset, least):
                return

    def _may_guess(self) -> bool:
        aim = self.case.aims[self.level]
        is_last = self.level == len(self.case.aims) - 1
        # Whether all can be served is a question of whole numbers more often than what they cost.
        return not (is_last or self.level in self.sure or (aim.pair is None and aim.first_seat is None))

    def _whole(self, proof: Proof | None, cost: Numbers, offset: int, least: int | None) -> bool:
        """Ask for the best plan of this level; return whether the search goes on."""
        found = self.solver.minimise_whole(self.scope, cost, self._start(), self._left())
        if found.is_empty:
            self._go_back()
            return True
        bound = least
        if found.bound is not None:
            slack = PER_COLUMN * len(cost) + PER_ONE * abs(found.bound)
            if isfinite(slack) and slack < 0.5:
                bound = max(ceil(found.bound - slack) + offset, *(() if least is None else (least,)))
        plan = None if found.point is None else self._legal(found.point)
        if plan is not None and self._is_better(plan):
            self.best = plan
        if bound is None or plan is None:
            self.bounds += [] if bound is None else [bound]
            return False
        value = values_of(self.case, plan)[self.level]
        self._reached(plan, proof, cost, offset, value, bound=min(bound, value))
        return found.is_done

    def _reached(
        self, plan: Numbers, proof: Proof | None, cost: Numbers, offset: int, value: int, bound: int | None = None
    ) -> None:
        """Take a plan that reaches every bound up to this level, and go on among those as good."""
        self.best, self.mark = plan, None
        self._go_on(proof, cost, value - offset, value if bound is None else bound)

    def _go_on(self, proof: Proof | None, cost: Numbers, target: int, bound: int) -> None:
        if proof is None:
            self.scope.add(cost, target)
        else:
            narrow(self.scope, proof, cost, target)
        self.relaxation.narrow(self.scope)
        self.bounds.append(bound)
        self.level += 1

    def _go_back(self) -> None:
        if self.mark is None:
            raise ArithmeticError("no plan was found where one is known")
        self.level, self.scope = self.mark.level, self.mark.scope
        self.sure.add(self.level)
        del self.bounds[self.level :]
        self.mark = None
        self.relaxation = self.solver.Relaxation(self.scope)

    def _start(self) -> Floats | None:
        """Return the best plan as a point, if it lies in the scope."""
        point = self.program.point_of(self.best)
        whole = np.rint(point).astype(np.int64)
        sums = np.add.reduceat(self.scope.value * whole[self.scope.index], self.scope.start[:-1])
        is_in = (
            (self.scope.lower <= whole).all()
            and (whole <= self.scope.upper).all()
            and (self.scope.low <= sums).all()
            and (sums <= self.scope.high).all()
        )
        return point if is_in else None

    def _legal(self, point: Floats) -> Numbers | None:
        """Return the plan of a point whose pairs are whole, or none."""
        pairs = point[: self.program.pairs]
        if np.abs(pairs - np.rint(pairs)).max(initial=0.0) > 1e-6:
            return None
        plan = self.program.plan_of(point)
        return None if next(unlawful(self.case, plan.tolist()), None) else plan

    def _is_better(self, plan: Numbers) -> bool:
        return values_of(self.case, plan) < values_of(self.case, self.best)

    def _is_up(self) -> bool:
        return self.ends is not None and stopwatch() >= self.ends

    def _left(self) -> float | None:
        return None if self.ends is None else self.ends - stopwatch()
