"""Requests of different sizes, beside what one would pick instead: ``python3 dev.py bench``.

Generalized assignment: the library's instances where ``DISPATCH_DATA`` names them; else those of gap9 to gap12 and of
types c, d and e are drawn. Each instance is given to ``solve_units``, to HiGHS as a plain model and to CP-SAT as a
developer would use it straight, one after the other, in one process on one core; of types c, d and e to
``solve_units`` also without Numba. Seconds are the processor's and include making the models; limits are by the clock,
which on a busy computer gives everybody less. The best known value is the best of all columns and of what is
published. Nothing here passes or fails.

Words: ``--short`` for a few seconds an instance and fewer of them, ``--seconds N`` for another limit, ``--tiny`` to
see that it runs.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from statistics import mean
from typing import NamedTuple
from unittest.mock import patch

import numpy as np
from _gap_cases import best_known, drawn, folder, in_library, published
from ortools.linear_solver.python import model_builder
from ortools.sat.python import cp_model

from dispatch.solver.case import Case, values_of
from dispatch.solver.units import crowd
from dispatch.solver.units.plan import solve_units

SECONDS, SHORT = 60.0, 6.0
SIZES = ((5, 100), (5, 200), (10, 100), (10, 200), (20, 100), (20, 200))
SHORT_SIZES = ((5, 100), (10, 100))

Said = tuple[int | None, int | None]
"""What a plan costs that serves everybody, and what is proved of the cost; none where there is no such plan."""


class Row(NamedTuple):
    """What all said of an instance.

    Args:
        seconds: By who was asked.
        said: Likewise.
        best: The best value known; none where nobody found a plan.
    """

    seconds: dict[str, float]
    said: dict[str, Said]
    best: int | None

    def gaps(self, who: str) -> tuple[float, float] | None:
        """Return by how many percent a plan is dearer than our bound says, and than the best one known."""
        cost, bound = self.said[who][0], self.said["ours"][1]
        if cost is None or bound is None or self.best is None:
            return None
        return 100 * (cost - bound) / max(1, abs(bound)), 100 * (cost - self.best) / max(1, abs(self.best))


Named = Iterator[tuple[str, Case, int | None]]
"""Instances by name, with the best value published."""


def main(words: list[str]) -> None:
    """Measure every instance and print one line each, and one of means for each family."""
    is_short = "--short" in words
    seconds = float(words[words.index("--seconds") + 1]) if "--seconds" in words else SHORT if is_short else SECONDS
    print("instance: seconds (cost, gap to our bound, gap to the best known) of each; the ratio of ours to HiGHS")
    tiny = ("tiny", True, iter([("c 3x12", drawn("c", 3, 12, 1), None)]))
    for family, is_hard, cases in [tiny] if "--tiny" in words else _families(is_short=is_short):
        rows = [_row(name, case, known, seconds, is_hard=is_hard) for name, case, known in cases]
        if rows:
            _sum_up(family, rows)


def _families(*, is_short: bool) -> Iterator[tuple[str, bool, Named]]:
    """Return each family, whether it is hard, and its instances."""
    names = {} if folder() is None else best_known()
    if not names:
        print("DISPATCH_DATA names no folder with gap/: only drawn instances are measured")
    small = [name for name in sorted(names) if "_" in name and not (is_short and not name.endswith("_1"))]
    yield "gap1 to gap8, all known", False, ((name, in_library(name), names[name]) for name in small)
    seeds = (1,) if is_short else (1, 2, 3, 4, 5)
    sizes = [(10, jobs, seed) for jobs in (30, 40, 50, 60) for seed in seeds]
    drawn_ = ((f"gap {m}x{n} {seed}", drawn("gap", m, n, seed), None) for m, n, seed in sizes)
    yield "gap9 to gap12, drawn", False, drawn_
    for kind in "ab":
        large = [name for name in sorted(names) if name[0] == kind and not (is_short and name.endswith("200"))]
        yield f"type {kind}, all known", False, ((name, in_library(name), names[name]) for name in large)
    for kind in "cde":
        yield f"type {kind}", True, _hard(kind, names, SHORT_SIZES if is_short else SIZES)


def _hard(kind: str, names: dict[str, int], sizes: tuple[tuple[int, int], ...]) -> Named:
    for m, n in sizes:
        name = f"{kind}{m:02}{n}"
        yield (name, in_library(name), names[name]) if name in names else (f"{kind} {m}x{n}", drawn(kind, m, n, 1), None)


def _row(name: str, case: Case, known: int | None, seconds: float, *, is_hard: bool) -> Row:
    asked = {"ours": lambda: _ours(case, seconds)}
    if is_hard and find_spec("numba"):
        asked["ours, NumPy"] = lambda: _ours(case, seconds, compiled=False)
    asked |= {"HiGHS": lambda: _highs(case, seconds), "CP-SAT": lambda: _cp_sat(case, seconds)}
    took, said = {}, {}
    for who, solve in asked.items():
        took[who], said[who] = _timed(solve)
    costs = [cost for cost, _ in said.values() if cost is not None]
    row = Row(took, said, min([*costs, *([] if known is None else [known])], default=None))
    cost, bound = said["ours"]
    proved = {} if folder() is None else published()
    if cost is not None and cost == bound and (cost > row.best or cost != proved.get(name, cost)):
        raise SystemExit(f"{name}: {cost} was said to be proved, and {proved.get(name, row.best)} is known")
    print(f"{name}: " + " | ".join(f"{who} {_said(row, who)}" for who in asked), end="")
    print(f"; {took['ours'] / took['HiGHS']:.2f}", flush=True)
    return row


def _said(row: Row, who: str) -> str:
    gaps = row.gaps(who)
    if gaps is None:
        return f"{row.seconds[who]:.2f} s (no plan)"
    return f"{row.seconds[who]:.2f} s ({row.said[who][0]}, {gaps[0]:.3f} %, {gaps[1]:.3f} %)"


def _sum_up(family: str, rows: list[Row]) -> None:
    parts = []
    for who in rows[0].said:
        gaps = [gap for row in rows if (gap := row.gaps(who)) is not None]
        proved = sum(row.said[who][0] is not None and row.said[who][0] == row.said[who][1] for row in rows)
        parts.append(f"{who} {mean(row.seconds[who] for row in rows):.2f} s, ")
        for at, what in enumerate(("our bound", "the best known")) if gaps else ():
            each = [gap[at] for gap in gaps]
            parts[-1] += f"to {what} mean {mean(each):.3f} % worst {max(each):.3f} %, "
        parts[-1] += f"{len(gaps)} plans, {proved} of {len(rows)} proved"
    print(f"  {family}: " + " | ".join(parts), flush=True)


def _timed(solve: Callable[[], Said]) -> tuple[float, Said]:
    began = time.process_time()
    said = solve()
    return time.process_time() - began, said


def _ours(case: Case, seconds: float, *, compiled: bool = True) -> Said:
    if compiled:
        answer = solve_units(case, seconds=seconds)
    else:
        with patch.object(crowd, "compiled_step", lambda: None):
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
