"""One person each, beside everything that one would pick instead: ``python3 dev.py bench``; the small ones with ``--short``.

People with skills, a place and a reach of their own, requests with a place and a skill; nobody
does two, everybody can be served, and the metres are to be few. All get the same matrix of who
may go at which cost, as NumPy arrays, and each is used straight, as its manual shows it; making
its model counts. Seconds are the processor's, one core, the median of several runs, of three that
take longer than a tenth of a second, or of one that takes longer than a second. Beside each stands what it came to: requests left out, then metres.

VROOM has skills, reach and one task for each vehicle, so it can express this; it looks for good
routes and proves nothing. Strict levels, teams and loads it cannot express, so it stands here alone.
Greedy serves one request after the other by the nearest who is left.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from importlib.util import find_spec
from statistics import median
from typing import Any, NamedTuple

import numpy as np
from ortools.graph.python.linear_sum_assignment import SimpleLinearSumAssignment
from ortools.graph.python.min_cost_flow import SimpleMinCostFlow
from ortools.linear_solver.python import model_builder
from ortools.sat.python import cp_model
from scipy.optimize import linear_sum_assignment
from scipy.sparse import csr_array
from scipy.sparse.csgraph import min_weight_full_bipartite_matching

from dispatch.solver.paths.levels import Aim
from dispatch.solver.paths.plan import Plan

RUNS = 15
AIM = 3
"""How many times as fast as the flow engine a community's round is to be planned, the first size."""
SECONDS = 20
"""After which CP-SAT and HiGHS give the best they have; what they gave then is not proved."""
SKILLS = 6
SIDE_METRES = 2_000
REACH_METRES = 900
FORBIDDEN = 10**6


class Street(NamedTuple):
    """Requests and people.

    Args:
        metres: (R, M) the way.
        needs: (R,) a skill.
        has: (M, skills)
        may: (R, M) who has the skill and goes as far.
    """

    metres: Any
    needs: Any
    has: Any
    may: Any


def main(words: list[str]) -> None:
    """Measure each size."""
    sizes = [(60, 1_500), (150, 200), *([] if "--short" in words else [(600, 800)])]
    for requests, people in [(6, 30)] if "--tiny" in words else sizes:
        street = _street(requests, people)
        pairs = np.nonzero(street.may)
        ours = _timed(lambda pairs=pairs, street=street: _ours(street, *pairs, compiled=False))
        print(f"{requests} x {people}, {len(pairs[0]):,} pairs: ours, CPython {_said(ours, ours)}, proved")
        mine = {"ours, CPython": ours}
        for name, work in _peers():
            if name == "VROOM" and find_spec("vroom") is None:
                print("    VROOM: not installed here")
                continue
            found = _timed(lambda work=work, pairs=pairs, street=street: work(street, *pairs))
            print(f"    {name} {_said(found, ours)}", flush=True)
            if name.startswith("ours"):
                mine[name] = found
            if work is _flow and requests == sizes[0][0]:
                for one, (took, _) in mine.items():
                    said = "reached" if AIM * took <= found[0] else "MISSED"
                    print(f"        1/{AIM} of its time is {said} by {one}: 1/{found[0] / took:.1f}")


def _peers() -> list[tuple[str, Callable[[Street, Any, Any], Any]]]:
    compiled = [("ours, Numba", lambda *given: _ours(*given, compiled=True))] if find_spec("numba") else []
    return [
        *compiled,
        ("greedy, nearest first", _greedy),
        ("SciPy linear_sum_assignment", _dense),
        ("SciPy min_weight_full_bipartite_matching", _sparse),
        ("OR-Tools SimpleLinearSumAssignment", _square),
        ("OR-Tools SimpleMinCostFlow", _flow),
        ("OR-Tools CP-SAT", _cp_sat),
        ("HiGHS", _highs),
        ("VROOM", _vroom),
    ]


def _street(requests: int, people: int) -> Street:
    """Draw until everybody can be served: some peers have no word for who is left out."""
    for seed in range(1_000):
        random = np.random.default_rng(seed)
        here, there = random.random((requests, 2)) * SIDE_METRES, random.random((people, 2)) * SIDE_METRES
        metres = np.rint(np.hypot(*(here[:, None] - there[None]).transpose(2, 0, 1))).astype(np.int64)
        needs = random.integers(0, SKILLS, requests)
        has = random.random((people, SKILLS)) < 2 / SKILLS
        street = Street(metres, needs, has, has[:, needs].T & (metres <= REACH_METRES))
        if _ours(street, *np.nonzero(street.may), compiled=False)[0] == 0:
            return street
    raise SystemExit("no street in which everybody can be served")


def _ours(street: Street, rows: Any, columns: Any, *, compiled: bool) -> tuple[int, int]:
    requests, people = street.may.shape
    aims = [
        Aim("unserved_normal", left_out=np.ones(requests, dtype=np.int64)),
        Aim("cost", pair=street.metres[rows, columns]),
    ]
    plan = Plan(rows, columns, aims, np.ones(people, dtype=np.int64), requests=requests, compiled=compiled)
    if not plan.is_proved():
        raise SystemExit("ours was not proved")
    return plan.values()  # type: ignore[return-value]


def _came_to(street: Street, rows: Any, columns: Any) -> tuple[int, int]:
    """Count by hand what a peer chose, and that it may."""
    if not street.may[rows, columns].all() or len(set(columns)) < len(columns) or len(set(rows)) < len(rows):
        raise SystemExit("a peer sends somebody who may not go")
    return len(street.may) - len(rows), int(street.metres[rows, columns].sum())


def _greedy(street: Street, rows: Any, columns: Any) -> tuple[int, int]:
    free = np.ones(street.may.shape[1], dtype=np.bool_)
    sent = []
    for row in range(len(street.may)):
        could = np.flatnonzero(street.may[row] & free)
        if len(could):
            column = could[street.metres[row, could].argmin()]
            free[column] = False
            sent.append((row, column))
    return _came_to(street, *np.array(sent).T)


def _dense(street: Street, rows: Any, columns: Any) -> tuple[int, int]:
    return _came_to(street, *linear_sum_assignment(np.where(street.may, street.metres, FORBIDDEN)))


def _sparse(street: Street, rows: Any, columns: Any) -> tuple[int, int]:
    # A weight of 0 would be no arc.
    graph = csr_array((street.metres[rows, columns] + 1.0, (rows, columns)), shape=street.may.shape)
    return _came_to(street, *min_weight_full_bipartite_matching(graph))


def _square(street: Street, rows: Any, columns: Any) -> tuple[int, int]:
    """It wants as many of both: requests that nobody made, free of charge for everybody, make up the rest."""
    requests, people = street.may.shape
    solver = SimpleLinearSumAssignment()
    solver.add_arcs_with_cost(
        np.concatenate([rows, np.repeat(np.arange(requests, people), people)]).astype(np.int32),
        np.concatenate([columns, np.tile(np.arange(people), people - requests)]).astype(np.int32),
        np.concatenate([street.metres[rows, columns], np.zeros(people * (people - requests), dtype=np.int64)]),
    )
    if solver.solve() != solver.OPTIMAL:
        raise SystemExit("the peer did not solve it")
    return _came_to(street, np.arange(requests), [solver.right_mate(row) for row in range(requests)])


def _flow(street: Street, rows: Any, columns: Any) -> tuple[int, int]:
    requests, people = street.may.shape
    sink = requests + people
    solver = SimpleMinCostFlow()
    arcs = solver.add_arcs_with_capacity_and_unit_cost(
        np.concatenate([rows, requests + np.arange(people)]).astype(np.int32),
        np.concatenate([requests + columns, np.full(people, sink)]).astype(np.int32),
        np.ones(len(rows) + people, dtype=np.int64),
        np.concatenate([street.metres[rows, columns], np.zeros(people, dtype=np.int64)]),
    )
    supply = np.zeros(sink + 1, dtype=np.int64)
    supply[:requests], supply[sink] = 1, -requests
    solver.set_nodes_supplies(np.arange(sink + 1, dtype=np.int32), supply)
    if solver.solve() != solver.OPTIMAL:
        raise SystemExit("the peer did not solve it")
    sent = solver.flows(arcs[: len(rows)]) > 0
    return _came_to(street, rows[sent], columns[sent])


def _cp_sat(street: Street, rows: Any, columns: Any) -> tuple[int, int]:
    model = cp_model.CpModel()
    pairs = [model.new_bool_var("") for _ in rows]
    for row in range(len(street.may)):
        model.add_exactly_one(pairs[at] for at in np.flatnonzero(rows == row).tolist())
    for column in range(street.may.shape[1]):
        model.add_at_most_one(pairs[at] for at in np.flatnonzero(columns == column).tolist())
    model.minimize(cp_model.LinearExpr.weighted_sum(pairs, street.metres[rows, columns].tolist()))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.max_time_in_seconds = SECONDS
    if solver.solve(model) not in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
        return len(street.may), 0
    sent = np.array([bool(solver.value(one)) for one in pairs])
    return _came_to(street, rows[sent], columns[sent])


def _highs(street: Street, rows: Any, columns: Any) -> tuple[int, int]:
    model = model_builder.Model()
    pairs = [model.new_bool_var("") for _ in rows]
    for row in range(len(street.may)):
        model.add(model_builder.LinearExpr.sum([pairs[at] for at in np.flatnonzero(rows == row).tolist()]) == 1)
    for column in range(street.may.shape[1]):
        inside = [pairs[at] for at in np.flatnonzero(columns == column).tolist()]
        if inside:
            model.add(model_builder.LinearExpr.sum(inside) <= 1)
    model.minimize(model_builder.LinearExpr.weighted_sum(pairs, street.metres[rows, columns].tolist()))
    solver = model_builder.Solver("highs")
    solver.set_time_limit_in_seconds(SECONDS)
    solver.set_solver_specific_parameters("threads=1,output_flag=false")
    if solver.solve(model) not in {model_builder.SolveStatus.OPTIMAL, model_builder.SolveStatus.FEASIBLE}:
        return len(street.may), 0
    sent = np.array([solver.value(one) > 0.5 for one in pairs])
    return _came_to(street, rows[sent], columns[sent])


def _vroom(street: Street, rows: Any, columns: Any) -> tuple[int, int]:
    """A metre is a second; nobody comes home, for the way back would count."""
    import vroom

    requests, people = street.may.shape
    seconds = np.full((requests + people, requests + people), FORBIDDEN, dtype=np.uint32)
    seconds[requests:, :requests] = street.metres.T
    np.fill_diagonal(seconds, 0)
    problem = vroom.Input()
    problem.set_durations_matrix("car", seconds)
    problem.add_job([vroom.Job(row, location=row, skills={int(need)}) for row, need in enumerate(street.needs)])
    problem.add_vehicle(
        [
            vroom.Vehicle(
                column,
                start=requests + column,
                skills=set(np.flatnonzero(street.has[column]).tolist()),
                max_tasks=1,
                max_travel_time=REACH_METRES,
            )
            for column in range(people)
        ]
    )
    steps = problem.solve(exploration_level=5, nb_threads=1).routes
    jobs = steps[steps["type"] == "job"]
    return _came_to(street, jobs["id"].astype(int).to_numpy(), jobs["vehicle_id"].astype(int).to_numpy())


def _timed(work: Callable[[], Any]) -> tuple[float, tuple[int, int]]:
    came_to, first = _once(work)
    took = [first] if first > 1 else [_once(work)[1] for _ in range(RUNS if first < 0.1 else 3)]
    return median(took), came_to


def _once(work: Callable[[], Any]) -> tuple[tuple[int, int], float]:
    began = time.process_time()
    came_to = work()
    return tuple(came_to), time.process_time() - began  # type: ignore[return-value]


def _said(found: tuple[float, tuple[int, int]], ours: tuple[float, tuple[int, int]]) -> str:
    took, (out, metres) = found
    return f"{took * 1e3:.2f} ms, {took / ours[0]:.1f} times, left out {out}, {metres:,} m"


if __name__ == "__main__":
    main(sys.argv[1:])
