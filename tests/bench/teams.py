"""How quick teams are matched, as ratios in one run: ``python3 dev.py bench``; without the largest with ``--short``.

Made-up neighbourhoods with headcounts of 1 to 4 all or nothing, skills and leaders that a team must have, people
who are kept apart, visits that overlap with the way between them, and loads of the last weeks; five strict levels.
Ours is everything that ``solve_case`` does. The peers get the plain model, one integer program a level with the
values above as rows, and only their solving is counted, not the building. All prove whole numbers: HiGHS is asked
for less than one between plan and bound, for its own default of 0.01 % would let it stop before. CPU seconds.
Nothing here passes or fails; each line says what was aimed at and what every level came to.
"""

from __future__ import annotations

import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from itertools import combinations
from random import Random
from statistics import median
from typing import Any, NamedTuple

import numpy as np
from ortools.linear_solver.python.model_builder import LinearExpr, Model, Solver, SolveStatus
from ortools.sat.python import cp_model

from dispatch.solver.case import Case, Cover
from dispatch.solver.case_check import breaks
from dispatch.solver.paths.levels import Aim
from dispatch.solver.solving import solve_case

SIZES = ((60, 180, 5), (200, 600, 5), (1_000, 3_000, 3))
"""Requests, responders, and how many neighbourhoods of each."""
NEAREST = 24
TINY = ((12, 36, 1),)
"""To see that it runs at all: ``--tiny``."""
SECONDS = 20
"""What CP-SAT gets for each level, by the clock."""

SKILLS = {"plumbing": 0.12, "wiring": 0.12, "care": 0.3, "leader": 0.25}
METRES_A_MINUTE, OF_THE_SLOW = 70, 40


class Found(NamedTuple):
    """What a solver came to: its values, as far as levels were proved, and the CPU seconds."""

    values: tuple[int, ...]
    seconds: float


def main() -> None:
    """Measure every size and print what came out."""
    sizes = TINY if "--tiny" in sys.argv else SIZES[:2] if "--short" in sys.argv else SIZES
    for requests, responders, count in sizes:
        against_highs, against_cp_sat = [], []
        print(f"teams, {requests:,} requests and {responders:,} responders:")
        for seed in range(count):
            case = neighbourhood(seed, requests, responders)
            mine, plain = ours(case), highs(case)
            against_highs.append(mine.seconds / plain.seconds)
            line = f"  {seed}: ours {_words(mine)}; HiGHS, plain model {_words(plain)}"
            if seed == 0:
                straight = cp_sat(case)
                against_cp_sat.append(mine.seconds / straight.seconds)
                line += f"; CP-SAT {_words(straight)}"
            print(line, flush=True)
        print(
            f"  ours / HiGHS, plain model: {median(against_highs):.2f}; aim: at most 0.67;"
            f" ours / CP-SAT, one worker, {SECONDS} s a level: {median(against_cp_sat):.3f}"
        )


def neighbourhood(seed: int, requests: int, responders: int) -> Case:
    """Make up a morning's requests and the people around them; half of them are free."""
    random = Random(f"{seed} {requests} {responders}")
    side = 60 * responders**0.5
    doors = [(random.uniform(0, side), random.uniform(0, side)) for _ in range(requests)]
    homes = np.array([(random.uniform(0, side), random.uniform(0, side)) for _ in range(responders)])
    skills = [{one for one, share in SKILLS.items() if random.random() < share} for _ in range(responders)]
    headcount = [random.choices((1, 2, 3, 4), (50, 28, 14, 8))[0] for _ in range(requests)]
    rows: list[int] = []
    columns: list[int] = []
    metres: list[int] = []
    covers: list[Cover] = []
    for row, door in enumerate(doors):
        far = np.hypot(*(homes - door).T)
        order = np.argsort(far, kind="stable").tolist()
        wanted = random.choices(("plumbing", "wiring", "care", None), (15, 15, 30, 40))[0]
        kinds = [one for one in (wanted, "leader") if one is not None and headcount[row] > 1]
        if headcount[row] == 1:
            order = [one for one in order if wanted is None or wanted in skills[one]]
        near = dict.fromkeys(order[:NEAREST])
        for kind in kinds:
            near |= dict.fromkeys([one for one in order if kind in skills[one]][:8])
        for kind in kinds:
            least = 2 if headcount[row] == 4 and kind == "care" else 1
            covers.append(Cover(row, frozenset(one for one in near if kind in skills[one]), least))
        rows += [row] * len(near)
        columns += near
        metres += [round(far[one]) - (300 if random.random() < 0.03 else 0) for one in near]
    load = np.array([random.randrange(6) for _ in range(responders)])
    urgent = np.array([int(random.random() < 0.2) for _ in range(requests)])
    return Case(
        rows=np.array(rows),
        columns=np.array(columns),
        aims=(
            Aim("unserved_urgent", left_out=urgent),
            Aim("unserved_normal", left_out=1 - urgent),
            Aim("waiting", left_out=np.array([random.randrange(180) for _ in range(requests)])),
            Aim("load", first_seat=2 * load + 1, next_seat=np.full(responders, 2)),
            Aim("cost", pair=np.array(metres)),
        ),
        headcount=np.array(headcount),
        capacity=np.array([random.choice((0, random.choices((1, 2, 3), (5, 3, 2))[0])) for _ in range(responders)]),
        units=np.ones(len(rows), dtype=np.int64),
        apart=frozenset(_apart(random, homes)),
        clashes=_clashes(random, doors, rows, columns),
        covers=covers,
    )


def _apart(random: Random, homes: np.ndarray) -> Iterable[tuple[int, int]]:
    """Some neighbours do not get on."""
    for one in range(len(homes)):
        if random.random() < 0.15:
            near = np.argsort(np.hypot(*(homes - homes[one]).T), kind="stable")[1:8].tolist()
            yield from ((one, other) for other in near if random.random() < 0.3)


def _clashes(
    random: Random, doors: list[tuple[float, float]], rows: list[int], columns: list[int]
) -> dict[int | None, frozenset[tuple[int, int]]]:
    """Visits whose hours leave no time for the way between them; for slow walkers there are more of these."""
    begins = [15 * random.randrange(40) for _ in doors]
    ends = [one + random.choice((30, 45, 60, 90, 120)) for one in begins]
    of_column: dict[int, list[int]] = defaultdict(list)
    for row, column in zip(rows, columns, strict=True):
        of_column[column].append(row)
    found: dict[int | None, set[tuple[int, int]]] = defaultdict(set)
    for column, mine in of_column.items():
        is_slow = random.random() < 0.1
        for first, second in combinations(sorted(mine), 2):
            way = float(np.hypot(doors[first][0] - doors[second][0], doors[first][1] - doors[second][1]))
            gap = max(begins[second] - ends[first], begins[first] - ends[second])
            if gap < way / METRES_A_MINUTE + 5:
                found[None].add((first, second))
            elif is_slow and gap < way / OF_THE_SLOW + 5:
                found[column].add((first, second))
    return {who: frozenset(both) for who, both in found.items()}


def ours(case: Case) -> Found:
    """Solve by ``solve_case``, and let the referee look at it."""
    began = time.process_time()
    answer = solve_case(case)
    took = time.process_time() - began
    if answer.status != "optimal" or breaks(case, answer):
        raise SystemExit(f"not proved, or not legal: {answer.values} {answer.bounds} {breaks(case, answer)}")
    return Found(answer.values, took)


def highs(case: Case) -> Found:
    """Solve the plain model with HiGHS, level after level."""
    model = Model()
    terms = _plain(case, model.new_bool_var, model.add, LinearExpr.sum)
    values: list[int] = []
    took = 0.0
    for columns, counts, offset in terms:
        objective = LinearExpr.weighted_sum(columns, list(map(float, counts)), constant=float(offset))
        model.minimize(objective)
        solver = Solver("highs")
        solver.set_solver_specific_parameters("output_flag=false,threads=1,mip_rel_gap=0,mip_abs_gap=0.9")
        began = time.process_time()
        status = solver.solve(model)
        took += time.process_time() - began
        if status != SolveStatus.OPTIMAL:
            break
        values.append(round(solver.objective_value))
        model.add(objective <= values[-1])
    return Found(tuple(values), took)


def cp_sat(case: Case) -> Found:
    """Solve the plain model with CP-SAT, level after level, as long as it proves them in time."""
    model = cp_model.CpModel()
    terms = _plain(case, model.new_bool_var, model.add, cp_model.LinearExpr.sum)
    values: list[int] = []
    took = 0.0
    for columns, counts, offset in terms:
        objective = cp_model.LinearExpr.weighted_sum(columns, counts) + offset
        model.minimize(objective)
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.max_time_in_seconds = SECONDS
        began = time.process_time()
        status = solver.solve(model)
        took += time.process_time() - began
        if status != cp_model.OPTIMAL:
            break
        values.append(round(solver.objective_value))
        model.add(objective <= values[-1])
    return Found(tuple(values), took)


def _plain(
    case: Case, column: Callable[[str], Any], add: Callable[[Any], Any], total: Callable[[list[Any]], Any]
) -> list[tuple[list[Any], list[int], int]]:
    """Write down the model that one would write first: who goes where, who is served, which seats are taken.

    Returns:
        By level: columns, what each counts, and what is counted in any case.
    """
    goes = {
        (row, who): column(f"goes {row} {who}") for row, who in zip(case.rows.tolist(), case.columns.tolist(), strict=True)
    }
    served = [column(f"served {row}") for row in range(len(case.headcount))]
    seats = [[column(f"seat {who} {nth}") for nth in range(most)] for who, most in enumerate(case.capacity.tolist())]
    of_row: dict[int, dict[int, Any]] = defaultdict(dict)
    of_column: dict[int, dict[int, Any]] = defaultdict(dict)
    for (row, who), one in goes.items():
        of_row[row][who] = of_column[who][row] = one
    for row, takes in enumerate(case.headcount.tolist()):
        add(total(list(of_row[row].values())) == takes * served[row])
    for who, mine in of_column.items():
        add(total(list(mine.values())) == (total(seats[who]) if seats[who] else 0))
    for cover in case.covers:
        add(total([of_row[cover.row][who] for who in sorted(cover.columns)]) >= cover.least * served[cover.row])
    for first, second in sorted(case.apart):
        for mine in of_row.values():
            if first in mine and second in mine:
                add(mine[first] + mine[second] <= 1)
    for who, both in case.clashes.items():
        for first, second in sorted(both):
            for one in sorted(of_row[first].keys() & of_row[second].keys()) if who is None else [who]:
                add(goes[first, one] + goes[second, one] <= 1)
    return [_terms(aim, goes, served, seats) for aim in case.aims]


def _terms(
    aim: Aim, goes: dict[tuple[int, int], Any], served: list[Any], seats: list[list[Any]]
) -> tuple[list[Any], list[int], int]:
    columns: list[Any] = []
    counts: list[int] = []
    if aim.left_out is not None:
        columns, counts = [*served], (-aim.left_out).tolist()
    if aim.pair is not None:
        columns, counts = [*columns, *goes.values()], [*counts, *aim.pair.tolist()]
    if aim.first_seat is not None and aim.next_seat is not None:
        for first, more, mine in zip(aim.first_seat.tolist(), aim.next_seat.tolist(), seats, strict=True):
            columns, counts = columns + mine, counts + [first + nth * more for nth in range(len(mine))]
    return columns, counts, 0 if aim.left_out is None else int(aim.left_out.sum())


def _words(found: Found) -> str:
    return f"{' '.join(map(str, found.values)) or 'no level proved'} in {found.seconds:.2f} s"


if __name__ == "__main__":
    main()
