"""Which engine solves which part of a case, and how their answers add up."""

from __future__ import annotations

import numpy as np

from dispatch.clock import stopwatch
from dispatch.solver.case import Answer, Case, values_of
from dispatch.solver.case_arrays import check_case
from dispatch.solver.case_check import unlawful
from dispatch.solver.parts import pieces
from dispatch.solver.paths.levels import Numbers
from dispatch.solver.paths.plan import Plan
from dispatch.solver.teams.honest import floors, honest


def solve_case(case: Case, *, seconds: float | None = None) -> Answer:
    """Find the best plan of a case, and prove it.

    The case is cut into connected parts. Each goes to the engine that its rules ask
    for (``_solve_part``); what the parts come to adds up, and so do their bounds.

    Args:
        seconds: After so long the best plan found is given, with bounds that are true; none waits
            until every level is proved. The same case gives the same answer unless time cuts it.

    Returns:
        The plan. ``bounds[level]`` is what no plan comes below that is as good as this one at the
        levels above: the sum over the parts as long as every part is proved at the levels above, for
        then such a plan is as good in every part. Below a level that is not proved it is what no plan
        at all comes below.

    Raises:
        ValueError: The arrays do not fit each other; says which.
        OverflowError: Numbers of one level are too large for exact arithmetic.
    """
    check_case(case)
    ends = None if seconds is None else stopwatch() + seconds
    if not case.aims or not len(case.rows):
        # Nothing is asked, or nobody can go: the plan that sends nobody.
        nobody = np.zeros(0, dtype=np.int64)
        return Answer(pairs=nobody, values=values_of(case, nobody), bounds=values_of(case, nobody))
    if case.is_flow:
        return _flow(case)
    pairs: list[Numbers] = [np.zeros(0, dtype=np.int64)]
    bounds = np.array(values_of(case, pairs[0]), dtype=object)
    for piece in pieces(case):
        nothing = values_of(piece.case, np.zeros(0, dtype=np.int64))
        answer = _solve_part(piece.case, None if ends is None else ends - stopwatch())
        pairs.append(piece.pairs[answer.pairs])
        bounds += np.array(answer.bounds, dtype=object) - np.array(nothing, dtype=object)
    whole = np.sort(np.concatenate(pairs))
    broken = next(unlawful(case, whole.tolist()), None)
    if broken is not None:
        raise ArithmeticError(f"the plan breaks {broken.promise} at {broken.where}")
    values = values_of(case, whole)
    return Answer(pairs=whole, values=values, bounds=honest(values, bounds.tolist(), floors(case)))


def _solve_part(case: Case, seconds: float | None) -> Answer:
    """Solve one part by the engine that its rules ask for.

    Nothing but one person each: shortest paths, exact at every level in one go.
    Only units beside that: the engine for generalized assignment. Anything more:
    linear programs and HiGHS, level by level.
    """
    if case.is_flow:
        return _flow(case)
    is_units_only = (case.headcount == 1).all() and not (case.apart or case.clashes or case.covers)
    if is_units_only:
        from dispatch.solver.units.plan import solve_units

        return solve_units(case, seconds=seconds)
    from dispatch.solver.teams.engine import solve_teams

    return solve_teams(case, seconds=seconds)


def _flow(case: Case) -> Answer:
    """Take nobody's word for it: the rules are read again pair by pair, and prices must prove every level."""
    plan = Plan(case.rows, case.columns, case.aims, case.capacity, requests=len(case.headcount))
    pairs = np.flatnonzero(plan.sent[case.rows] == case.columns)
    broken = next(unlawful(case, pairs.tolist()), None)
    if broken is not None:
        raise ArithmeticError(f"the plan breaks {broken.promise} at {broken.where}")
    values = values_of(case, pairs)
    is_best = values == plan.values() and plan.is_proved()
    return Answer(pairs=pairs, values=values, bounds=values if is_best else tuple(map(min, values, floors(case))))
