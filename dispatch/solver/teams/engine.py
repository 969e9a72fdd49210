"""The best plan with teams and side rules: relaxations that narrow level by level, then HiGHS for what is left open."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any, Final

import numpy as np

from dispatch.clock import stopwatch
from dispatch.solver.case import Answer, Case, values_of
from dispatch.solver.case_check import unlawful
from dispatch.solver.paths.levels import Numbers
from dispatch.solver.teams import builder, highs
from dispatch.solver.teams.contest import Contest, contested
from dispatch.solver.teams.first import first_plan
from dispatch.solver.teams.folds import Fold, check_size, fold_from, is_service
from dispatch.solver.teams.growing import SMALL, Growing, minimise_whole
from dispatch.solver.teams.honest import floors, honest
from dispatch.solver.teams.prices import Proof, few_columns, narrow, prove
from dispatch.solver.teams.program import Floats, Program, Scope

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
        OverflowError: Numbers of one level are too large for floating point.
    """
    check_size(case)
    ends = None if seconds is None else stopwatch() + seconds
    search = _Search(case, ends, solver or (builder if highs.library() is None else highs))
    search.run()
    values = values_of(case, search.best)
    return Answer(pairs=search.best, values=values, bounds=honest(values, search.bounds, floors(case)))


@dataclass(slots=True)
class _Mark:
    """Where the search stood before it took a bound for reached without a plan that reaches it."""

    scope: Scope
    level: int


class _Search:
    """Level after level: relax, decide what prices decide, ask for whole numbers where they leave something open."""

    def __init__(self, case: Case, ends: float | None, solver: Any) -> None:
        self.case, self.ends, self.solver = case, ends, solver
        self.best = first_plan(case)
        self.bounds: list[int] = []
        self.alone_below, self.is_sure = 0, False
        self.mark: _Mark | None = None

    def run(self) -> None:
        """Go through the levels, until all are done or time is up."""
        if self._is_up():
            return
        self.program = Program(self.case)
        self.scope = self.program.scope()
        self.relaxation = self._relaxation()
        while len(self.bounds) < len(self.case.aims) and not self._is_up():
            level = len(self.bounds)
            if not self._solve(fold_from(self.program, self.scope, level, alone=level < self.alone_below)):
                return

    def _solve(self, fold: Fold) -> bool:
        """Solve levels together; return whether the search goes on."""
        at_once = prove(self.scope, fold.cost, np.zeros(len(self.scope.low)))
        if at_once is not None and self._is_closed(fold, at_once.least() + fold.offset):
            return self._go_on(fold, at_once)
        relaxed = self.relaxation.minimise(fold.cost, self._left())
        if relaxed.is_empty:
            return self._go_back()
        if relaxed.point is None or relaxed.prices is None:
            return self._go_on_without(fold, None if at_once is None else at_once.least() + fold.offset)
        proof = prove(self.scope, fold.cost, relaxed.prices)
        least = None if proof is None else proof.least() + fold.offset
        self._take(self._legal(relaxed.point))
        if self._is_closed(fold, least):
            return self._go_on(fold, proof)
        if proof is not None and self._go_on_from_contest(fold, proof, relaxed.point):
            return True
        for scope, beyond in self._scopes(fold, proof):
            found = minimise_whole(self.solver, scope, fold.cost, self._start(scope), self._left())
            if found.is_empty and beyond is None:
                return self._go_back()
            self._take(None if found.point is None else self._legal(found.point))
            known = (least, beyond) if found.is_empty else (least, _least(_safe(found.bound, fold), beyond))
            least = max((one for one in known if one is not None), default=None)
            if self._is_closed(fold, least):
                return self._go_on(fold, proof)
            if self._is_up():
                break
        if len(fold.levels) > 1 and not self._is_up():
            # Weights were too much for floating point.
            self.alone_below = fold.levels[-1] + 1
            return True
        return self._give_up(fold, least)

    def _go_on_without(self, fold: Fold, least: int | None) -> bool:
        """Do without a relaxation, for want of time, or where numbers are too different in size for HiGHS."""
        if self._is_up():
            return self._give_up(fold, least)
        if len(fold.levels) > 1:
            self.alone_below = fold.levels[-1] + 1
            return True
        found = minimise_whole(self.solver, self.scope, fold.cost, self._start(self.scope), self._left())
        if found.is_empty:
            return self._go_back()
        self._take(None if found.point is None else self._legal(found.point))
        least = max((one for one in (least, _safe(found.bound, fold)) if one is not None), default=None)
        return self._go_on(fold, None) if self._is_closed(fold, least) else self._give_up(fold, least)

    def _give_up(self, fold: Fold, least: int | None) -> bool:
        """Say what is known of a level that stays open."""
        if least is not None:
            self.bounds.append(fold.first_bound(least))
        return False

    def _go_on_from_contest(self, fold: Fold, proof: Proof, point: Floats) -> bool:
        """Decide who is left out among those who compete, and take it for granted that all others can be served.

        The levels below show whether they can: if there is no such plan, the search comes back here.
        """
        is_last = fold.levels[-1] == len(self.case.aims) - 1
        has_more_rows = len(self.scope.low) > len(self.program.rows)
        if not is_service(self.case.aims[fold.levels[0]]) or is_last or has_more_rows or self.is_sure or self.mark:
            return False
        inside = contested(self.program, fold, proof, point)
        if inside is None and len(fold.levels) > 1:
            # Where most compete, who waits how long is a question of its own, and a hard one.
            self.alone_below = fold.levels[-1] + 1
            return True
        if inside is None:
            return False
        contest = Contest(self.program, self.scope, fold, inside)
        found = minimise_whole(self.solver, contest.scope, fold.cost, None, self._left())
        plan = None if found.point is None else self._legal(found.point)
        bound = None if found.bound is None else _safe(found.bound, fold)
        if plan is None or bound is None or contest.value(plan) > bound + contest.others:
            return False
        self.mark = _Mark(self.scope.copy(), len(self.bounds))
        other = minimise_whole(self.solver, contest.another_choice(plan), fold.cost, None, self._left())
        contest.decide(self.scope, plan, is_only=other.is_empty)
        self._narrow(fold, proof, contest.values(plan))
        return True

    def _go_back(self) -> bool:
        """Return to where a bound was first taken for reached, and ask for whole numbers there.

        Returns:
            False where nothing was taken for reached: floating point contradicts a plan that is known.
        """
        if self.mark is None:
            return False
        self.scope, self.is_sure = self.mark.scope, True
        del self.bounds[self.mark.level :]
        self.relaxation = self._relaxation()
        self.mark = None
        return True

    def _scopes(self, fold: Fold, proof: Proof | None) -> Iterator[tuple[Scope, int | None]]:
        """Yield what to look through for whole plans: few columns at first, then all that matter.

        Beside each stands what plans beyond it come to at the least; none where none of them matters.
        """
        for scope, beyond in [] if proof is None else few_columns(self.scope, proof):
            yield scope, beyond + fold.offset
            if self._reaches_bounds():
                break
        if proof is None or not self._reaches_bounds():
            yield self.scope, None
        else:
            scope, target = self.scope.copy(), fold.value(values_of(self.case, self.best))
            narrow(scope, proof, target - fold.offset)
            yield scope, None

    def _reaches_bounds(self) -> bool:
        """Say whether the best plan reaches every bound so far."""
        return values_of(self.case, self.best)[: len(self.bounds)] == tuple(self.bounds)

    def _relaxation(self) -> Any:
        """Return the program without "whole"."""
        if self.program.size <= SMALL:
            return self.solver.Relaxation(self.scope)
        growing = Growing(self.solver, self.program, self.scope)
        growing.look_at(self.best)
        return growing

    def _take(self, plan: Numbers | None) -> None:
        """Keep a plan that is better than the best one; who was left out for want of a reason is served first."""
        if plan is not None and len(np.unique(self.case.rows[plan])) < len(np.unique(self.case.rows[self.best])):
            plan = first_plan(self.case, plan.tolist())
        if plan is not None and values_of(self.case, plan) < values_of(self.case, self.best):
            self.best = plan

    def _is_closed(self, fold: Fold, least: int | None) -> bool:
        if least is None or not self._reaches_bounds():
            return False
        return fold.value(values_of(self.case, self.best)) <= least

    def _go_on(self, fold: Fold, proof: Proof | None) -> bool:
        """Keep only plans that are as good as the best one at the levels of a fold."""
        self.mark = None
        values = values_of(self.case, self.best)
        self._narrow(fold, proof, [values[level] for level in fold.levels])
        return True

    def _narrow(self, fold: Fold, proof: Proof | None, values: Sequence[int]) -> None:
        self.bounds += values
        target = sum(weight * value for weight, value in zip(fold.weights, values, strict=True)) - fold.offset
        if proof is None or not narrow(self.scope, proof, target):
            for level, value in zip(fold.levels, values, strict=True):
                cost, offset = self.program.objective(self.case.aims[level])
                self.scope.add(cost, value - offset)
        self.relaxation.narrow(self.scope)

    def _start(self, scope: Scope) -> Floats | None:
        """Return the best plan as a point, if it lies in a scope."""
        point = self.program.point_of(self.best)
        whole = np.rint(point).astype(np.int64)
        sums = np.add.reduceat(scope.value * whole[scope.index], scope.start[:-1])
        is_in = (
            (scope.lower <= whole).all()
            and (whole <= scope.upper).all()
            and (scope.low <= sums).all()
            and (sums <= scope.high).all()
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


def _least(bound: int | None, beyond: int | None) -> int | None:
    """Return what holds for plans that were looked through and for those beyond; None where nothing is known."""
    return bound if beyond is None or bound is None else min(bound, beyond)
