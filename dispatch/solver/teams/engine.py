"""The best plan with teams and side rules, level by level: relaxations that narrow, and HiGHS for what they leave open."""

from __future__ import annotations

from math import ceil
from typing import Any, Final

import numpy as np

from dispatch.clock import stopwatch
from dispatch.solver.case import Answer, Case, values_of
from dispatch.solver.case_check import unlawful
from dispatch.solver.paths.levels import Numbers
from dispatch.solver.teams import builder, highs
from dispatch.solver.teams.first import first_plan
from dispatch.solver.teams.folds import Fold, fold_from
from dispatch.solver.teams.honest import floors, honest
from dispatch.solver.teams.prices import Proof, narrow, prove
from dispatch.solver.teams.program import Floats, Program

PER_COLUMN: Final = 1e-6
"""By how much a column may push a bound of HiGHS too high.

It stops at reduced costs of -1e-7, and columns lie between 0 and 1, so that N of
them are worth N * 1e-7 at the most; its other tolerances widen the program and
push bounds down. Ten times that is taken off before a bound is rounded up."""

PER_ONE: Final = 1e-12
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


class _Search:
    """Level after level: relax, decide what prices decide, ask for whole numbers where they leave something open."""

    def __init__(self, case: Case, ends: float | None, solver: Any) -> None:
        self.case, self.ends, self.solver = case, ends, solver
        self.best = first_plan(case)
        self.bounds: list[int] = []
        self.alone = False

    def run(self) -> None:
        """Go through the levels, until all are done or time is up."""
        if self._is_up():
            return
        self.program = Program(self.case)
        self.scope = self.program.scope()
        self.relaxation = self.solver.Relaxation(self.scope)
        while len(self.bounds) < len(self.case.aims) and not self._is_up():
            fold = fold_from(self.program, self.scope, len(self.bounds), alone=self.alone)
            if not self._solve(fold):
                return

    def _solve(self, fold: Fold) -> bool:
        """Solve levels together; return whether the search goes on."""
        relaxed = self.relaxation.minimise(fold.cost, self._left())
        if relaxed.is_empty:
            raise ArithmeticError("no plan was found where one is known")
        if relaxed.point is None:
            return False
        proof = prove(self.scope, fold.cost, relaxed.prices)
        least = None if proof is None else proof.least() + fold.offset
        plan = self._legal(relaxed.point)
        if plan is not None and least == fold.value(values_of(self.case, plan)):
            self._reached(fold, plan, proof)
            return True
        return self._ask_for_whole(fold, proof, least)

    def _ask_for_whole(self, fold: Fold, proof: Proof | None, least: int | None) -> bool:
        scope, start = self.scope, self._start()
        if proof is not None and start is not None:
            scope = scope.copy()
            narrow(scope, proof, fold.value(values_of(self.case, self.best)) - fold.offset)
        found = self.solver.minimise_whole(scope, fold.cost, start, self._left())
        if found.is_empty:
            raise ArithmeticError("no plan was found where one is known")
        plan = None if found.point is None else self._legal(found.point)
        known = [one for one in (least, _safe(found.bound, fold)) if one is not None]
        if plan is not None and known and max(known) >= fold.value(values_of(self.case, plan)):
            self._reached(fold, plan, proof)
            return True
        if plan is not None and values_of(self.case, plan) < values_of(self.case, self.best):
            self.best = plan
        if found.is_done and len(fold.levels) > 1:
            # Weights were too much for floating point: level by level from here on.
            self.alone = True
            return True
        if known:
            self.bounds.append(fold.first_bound(max(known)))
        return False

    def _reached(self, fold: Fold, plan: Numbers, proof: Proof | None) -> None:
        """Take a plan that is proved best at the levels of a fold, and go on among those as good."""
        values = values_of(self.case, plan)
        self.best = plan
        self.bounds += [values[level] for level in fold.levels]
        if proof is None or not narrow(self.scope, proof, fold.value(values) - fold.offset):
            for level in fold.levels:
                cost, offset = self.program.objective(self.case.aims[level])
                self.scope.add(cost, values[level] - offset)
        self.relaxation.narrow(self.scope)

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

    def _is_up(self) -> bool:
        return self.ends is not None and stopwatch() >= self.ends

    def _left(self) -> float | None:
        return None if self.ends is None else self.ends - stopwatch()


def _safe(bound: float | None, fold: Fold) -> int | None:
    """Round a bound of HiGHS up, as far as it can be believed; None where that is not at all."""
    if bound is None:
        return None
    slack = PER_COLUMN * len(fold.cost) + PER_ONE * abs(bound)
    return ceil(bound - slack) + fold.offset if slack < 0.5 else None
