"""The same two questions as ``highs.py``, asked through OR-Tools' own door: for wheels without the library.

Linear programs go to GLOP, which gives prices; programs over zeros and ones to
HiGHS or, where the wheel has none, to SCIP. They begin afresh each time.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from dispatch.solver.paths.levels import Numbers
from dispatch.solver.teams.highs import Basis, Found, Relaxed
from dispatch.solver.teams.program import ANY, Floats, Scope

# An absolute gap of less than one proves whole numbers; the default relative one of HiGHS proves nothing.
_WORDS: Final = {"highs": "output_flag=false,mip_rel_gap=0,mip_abs_gap=0.9,threads=1", "scip": "limits/absgap = 0.9"}


class Relaxation:
    """The program without "whole"; where to begin has no door here."""

    def __init__(self, scope: Scope, basis: Basis | None = None) -> None:
        self.scope = scope

    def narrow(self, scope: Scope) -> None:
        """Take over what was decided since."""
        self.scope = scope

    def minimise(self, cost: Numbers, seconds: float | None) -> Relaxed:
        """Return the best point and its prices."""
        from ortools.linear_solver.python.model_builder_helper import ModelSolverHelper, SolveStatus

        solver = ModelSolverHelper("glop")
        if seconds is not None:
            solver.set_time_limit_in_seconds(max(0.001, seconds))
        solver.solve(_model(self.scope, cost, whole=False))
        if solver.status() == SolveStatus.OPTIMAL:
            return Relaxed(False, np.array(solver.variable_values()), np.array(solver.dual_values()))
        return Relaxed(solver.status() == SolveStatus.INFEASIBLE)


def minimise_whole(
    scope: Scope,
    cost: Numbers,
    start: Floats | None,
    seconds: float | None,
    *,
    names: Sequence[str] = ("highs", "scip"),
) -> Found:
    """Return the best point of zeros and ones; ``start`` has no door here.

    Args:
        names: Solvers in OR-Tools' words; the first that the wheel has is taken.
    """
    from ortools.linear_solver.python.model_builder_helper import ModelSolverHelper, SolveStatus

    name = next(name for name in names if ModelSolverHelper(name).solver_is_supported())
    solver = ModelSolverHelper(name)
    solver.set_solver_specific_parameters(_WORDS[name])
    if seconds is not None:
        solver.set_time_limit_in_seconds(max(0.001, seconds))
    solver.solve(_model(scope, cost, whole=True))
    if solver.status() == SolveStatus.INFEASIBLE:
        return Found(is_empty=True, is_done=True)
    if solver.status() != SolveStatus.OPTIMAL:
        return Found(is_empty=False, is_done=False)
    # HiGHS' proxy says the value itself is the bound: right only as far as the gap it was asked for, less than one.
    bound = solver.best_objective_bound() if name == "scip" else solver.objective_value() - 0.9
    return Found(False, True, np.array(solver.variable_values()), bound)


def _model(scope: Scope, cost: Numbers, *, whole: bool) -> Any:
    from ortools.linear_solver.python.model_builder_helper import ModelBuilderHelper

    model: Any = ModelBuilderHelper()  # its stubs do not know NumPy's types
    model.add_var_array_with_bounds(
        scope.lower.astype(np.float64), scope.upper.astype(np.float64), np.full(len(cost), whole), ""
    )
    index = np.flatnonzero(cost)
    model.set_objective_coefficients(index.tolist(), cost[index].astype(np.float64).tolist())
    starts, columns, values = scope.start.tolist(), scope.index.tolist(), scope.value.tolist()
    for row, (low, high) in enumerate(zip(scope.low.tolist(), scope.high.tolist(), strict=True)):
        added = model.add_linear_constraint()
        model.set_constraint_lower_bound(added, -np.inf if low <= -ANY else low)
        model.set_constraint_upper_bound(added, np.inf if high >= ANY else high)
        for at in range(starts[row], starts[row + 1]):
            model.add_term_to_constraint(added, columns[at], values[at])
    return model
