"""Requests of different sizes, beside what one would pick instead: ``python3 dev.py bench``.

Generalized assignment: the library's instances where ``DISPATCH_DATA`` names them, and drawn ones of types c, d and e.
Each instance is given to ``solve_units``, to HiGHS as a plain model and to CP-SAT as a developer would use it
straight, one after the other, in one process on one core. Seconds are the processor's and include making the models;
limits are by the clock, which on a busy computer gives everybody less. Nothing here passes or fails.

Words: ``--short`` for a few seconds an instance and fewer of them, ``--seconds N`` for another limit, ``--tiny`` to
see that it runs.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from statistics import mean

import numpy as np
from _gap_cases import drawn, folder, in_library, published
from ortools.linear_solver.python import model_builder
from ortools.sat.python import cp_model

from dispatch.solver.case import Case, values_of
from dispatch.solver.units.plan import solve_units

SECONDS, SHORT = 60.0, 6.0
SIZES = ((5, 100), (10, 100), (20, 200))

Said = tuple[int | None, int | None]
"""What a plan costs that serves everybody, and what is proved of the cost; none where there is no such plan."""


def main(words: list[str]) -> None:
    """Measure every instance and print one line each, and one of means for each family."""
    is_short = "--short" in words
    seconds = float(words[words.index("--seconds") + 1]) if "--seconds" in words else SHORT if is_short else SECONDS
    print("instance: seconds (cost, gap to our bound) of ours | HiGHS, plain | CP-SAT, straight; the ratio to HiGHS")
    tiny = ("tiny", iter([("c 2x6", drawn("c", 2, 6, 1), None)]))
    for family, cases in [tiny] if "--tiny" in words else _families(is_short=is_short):
        rows = [_row(name, case, optimum, seconds) for name, case, optimum in cases]
        if rows:
            _sum_up(family, rows)


def _families(*, is_short: bool) -> Iterator[tuple[str, Iterator[tuple[str, Case, int | None]]]]:
    if folder() is None:
        print("DISPATCH_DATA names no folder with gap/: only drawn instances are measured")
    else:
        names = sorted(published())
        small = [name for name in names if name.startswith("c") and not (is_short and not name.endswith("_1"))]
        yield "gap1 to gap8, all known", ((name, in_library(name), published()[name]) for name in small)
        for kind in "ab":
            large = [name for name in names if name.startswith(kind) and not (is_short and name.endswith("200"))]
            yield f"type {kind}, all known", ((name, in_library(name), published()[name]) for name in large)
    for kind in "cde":
        sizes = SIZES[:2] if is_short else SIZES
        yield f"type {kind}, drawn", ((f"{kind} {m}x{n}", drawn(kind, m, n, 1), None) for m, n in sizes)


def _row(name: str, case: Case, optimum: int | None, seconds: float) -> dict[str, tuple[float, Said]]:
    rows = {
        "ours": _timed(lambda: _ours(case, seconds)),
        "highs": _timed(lambda: _highs(case, seconds)),
        "cp-sat": _timed(lambda: _cp_sat(case, seconds)),
    }
    cost, bound = rows["ours"][1]
    if optimum is not None and cost == bound != optimum:
        raise SystemExit(f"{name}: {cost} was said to be proved, and {optimum} is published")
    print(f"{name}: " + " | ".join(_said(took, found, bound) for took, (found, _) in rows.values()), end="")
    print(f"; {rows['ours'][0] / rows['highs'][0]:.2f}", flush=True)
    return rows


def _said(took: float, cost: int | None, bound: int | None) -> str:
    if cost is None or bound is None:
        return f"{took:.2f} s (no plan)"
    return f"{took:.2f} s ({cost}, {_gap(cost, bound):.3f} %)"


def _gap(cost: int, bound: int) -> float:
    return 100 * (cost - bound) / max(1, abs(bound))


def _sum_up(family: str, rows: list[dict[str, tuple[float, Said]]]) -> None:
    parts = []
    for who in ("ours", "highs", "cp-sat"):
        gaps = [
            _gap(one[who][1][0], one["ours"][1][1])
            for one in rows
            if one[who][1][0] is not None and one["ours"][1][1] is not None
        ]
        proved = sum(one[who][1][0] is not None and one[who][1][0] == one[who][1][1] for one in rows)
        worst = f"mean gap {mean(gaps):.3f} %, worst {max(gaps):.3f} %" if gaps else "no plan"
        parts.append(f"{who} {mean(one[who][0] for one in rows):.2f} s, {worst}, {proved} of {len(rows)} proved")
    print(f"  {family}: " + " | ".join(parts), flush=True)


def _timed(solve: Callable[[], Said]) -> tuple[float, Said]:
    began = time.process_time()
    said = solve()
    return time.process_time() - began, said


def _ours(case: Case, seconds: float) -> Said:
    answer = solve_units(case, seconds=seconds)
    if answer.values[0]:
        return None, None
    return answer.values[1], answer.bounds[1]


def _highs(case: Case, seconds: float) -> Said:
    """Everybody served, cheapest: HiGHS says no bound through OR-Tools unless it is done."""
    model = model_builder.Model()
    pairs = [model.new_bool_var("") for _ in case.rows]
    for row in range(len(case.headcount)):
        model.add(sum(pairs[at] for at in np.flatnonzero(case.rows == row).tolist()) == 1)
    for column, most in enumerate(case.capacity.tolist()):
        at = np.flatnonzero(case.columns == column)
        inside = [pairs[one] for one in at.tolist()]
        model.add(model_builder.LinearExpr.weighted_sum(inside, case.units[at].tolist()) <= most)
    model.minimize(model_builder.LinearExpr.weighted_sum(pairs, case.aims[1].pair.tolist()))
    solver = model_builder.Solver("highs")
    solver.set_time_limit_in_seconds(seconds)
    solver.set_solver_specific_parameters("threads=1,mip_rel_gap=0,mip_abs_gap=0.5,output_flag=false")
    status = solver.solve(model)
    if status not in {model_builder.SolveStatus.OPTIMAL, model_builder.SolveStatus.FEASIBLE}:
        return None, None
    cost = _cost(case, [solver.value(one) > 0.5 for one in pairs])
    return cost, cost if status == model_builder.SolveStatus.OPTIMAL else None


def _cp_sat(case: Case, seconds: float) -> Said:
    model = cp_model.CpModel()
    pairs = [model.new_bool_var("") for _ in case.rows]
    for row in range(len(case.headcount)):
        model.add_exactly_one(pairs[at] for at in np.flatnonzero(case.rows == row).tolist())
    for column, most in enumerate(case.capacity.tolist()):
        at = np.flatnonzero(case.columns == column).tolist()
        model.add(sum(int(case.units[one]) * pairs[one] for one in at) <= most)
    model.minimize(sum(cost * one for cost, one in zip(case.aims[1].pair.tolist(), pairs, strict=True)))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.max_time_in_seconds = seconds
    status = solver.solve(model)
    if status not in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
        return None, None
    return _cost(case, [bool(solver.value(one)) for one in pairs]), round(solver.best_objective_bound)


def _cost(case: Case, chosen: list[bool]) -> int | None:
    """Count in whole numbers what an engine chose; none if it leaves somebody out or is no plan."""
    pairs = np.flatnonzero(np.array(chosen))
    used = np.bincount(case.columns[pairs], case.units[pairs], len(case.capacity))
    unserved, cost = values_of(case, pairs)
    return None if unserved or len(pairs) != len(case.headcount) or (used > case.capacity).any() else cost


if __name__ == "__main__":
    main(sys.argv[1:])
