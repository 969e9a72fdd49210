"""How quick the matcher is where everybody must go somewhere: OR-Library's assignment problems, and four strict levels.

The peers are SciPy's two solvers for matrices and OR-Tools' two for graphs, on the same
numbers, model building included. Times are of the processor, one core, the median of
several runs. The library's files are read from the folder named by DISPATCH_DATA.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import os
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from ortools.graph.python.linear_sum_assignment import SimpleLinearSumAssignment
from ortools.graph.python.min_cost_flow import SimpleMinCostFlow
from scipy.optimize import linear_sum_assignment
from scipy.sparse import csr_array
from scipy.sparse.csgraph import min_weight_full_bipartite_matching
from scipy.spatial import cKDTree

from dispatch.solver.paths.levels import Aim
from dispatch.solver.paths.plan import Plan

RUNS = 15
AIM = 5
"""How many times longer than SciPy's dense solver ours may take, with prices and the proof."""
FORBIDDEN = 10**6


def main() -> None:
    """Measure, and print one line each."""
    said = argparse.ArgumentParser(description=__doc__)
    said.add_argument("--short", action="store_true", help="the smaller ones only")
    said.add_argument("--tiny", action="store_true", help="nearly nothing, to see that it runs")
    options = said.parse_args()
    if options.tiny:
        four_levels(100, 30, 1_200)
        return
    short = options.short
    library(short=short)
    for requests, responders, pairs in [(10_000, 3_000, 120_000), *([] if short else [(100_000, 30_000, 1_200_000)])]:
        four_levels(requests, responders, pairs)


def library(*, short: bool) -> None:
    """Print each instance beside the peers."""
    folder = Path(os.environ.get("DISPATCH_DATA", "")) / "assignment"
    if not (folder / "optimal.csv").exists():
        print("OR-Library's assignment problems: not measured, DISPATCH_DATA names no folder that has them")
        return
    with (folder / "optimal.csv").open(encoding="utf-8") as table:
        published = {row["instance"]: int(row["published_optimum"]) for row in csv.DictReader(table)}
    for name, optimum in published.items():
        if short and name[-3:] not in ("100", "200"):
            continue
        rows, columns, costs, size = _read(folder / f"{name}.txt.gz")
        matrix = np.full((size, size), FORBIDDEN)
        matrix[rows, columns] = costs
        (value, _), theirs = _timed(lambda m=matrix: (int(m[linear_sum_assignment(m)].sum()), 0))
        print(f"{name}: SciPy's dense solver {theirs * 1e3:.2f} ms, {value} (published {optimum})")
        for title, work in (
            ("SciPy's sparse solver", lambda r=rows, c=columns, w=costs, n=size: _sparse(r, c, w, n)),
            ("SimpleLinearSumAssignment", lambda r=rows, c=columns, w=costs: _graph(r, c, w)),
            *((f"ours, {name}", _ours(rows, columns, costs, size, compiled)) for name, compiled in _engines()),
        ):
            (value, proved), took = _timed(work)
            said = f", proved: {proved}" if proved is not None else ""
            if proved is not None:
                said += f"; {AIM} times is {'reached' if took <= AIM * theirs and value == optimum else 'MISSED'}"
            print(f"    {title}: {took * 1e3:.2f} ms, {took / theirs:.1f} times, {value}{said}")


def four_levels(requests: int, responders: int, pairs: int) -> None:
    """Print four strict levels beside one level of the flow engine, on the same arcs."""
    random = np.random.default_rng(1)
    each = pairs // requests
    ways, near = cKDTree(random.random((responders, 2))).query(random.random((requests, 2)), each)
    rows, columns = np.repeat(np.arange(requests), each), near.ravel()
    cost = np.rint(ways.ravel() * 20_000).astype(np.int64)
    capacity = np.full(responders, int(1.2 * requests / responders))
    load = random.integers(0, 6, responders)
    aims = [
        Aim("unserved_normal", left_out=np.ones(requests, dtype=np.int64)),
        Aim("waiting", pair=random.integers(0, 60, pairs)),
        Aim("load", first_seat=2 * load + 1, next_seat=np.full(responders, 2)),
        Aim("cost", pair=cost),
    ]
    began = time.process_time()
    value = _flow(requests, rows, columns, cost, capacity)
    theirs = time.process_time() - began
    print(f"{requests:,} x {responders:,}, {pairs:,} arcs: SimpleMinCostFlow, one level, {theirs:.2f} s, cost {value}")
    for name, compiled in _engines():
        began = time.process_time()
        plan = Plan(rows, columns, aims, capacity, requests=requests, compiled=compiled)
        proved = plan.is_proved()
        took = time.process_time() - began
        print(f"    ours, {name}, four levels: {took:.2f} s, {theirs / took:.1f} times as fast, {plan.values()}, {proved}")


def _engines() -> list[tuple[str, bool]]:
    engines = [("CPython", False), *([("Numba", True)] if find_spec("numba") else [])]
    for _, compiled in engines:
        Plan([0], [0], [Aim("cost", left_out=np.array([1]), pair=np.array([0]))], np.array([1]), requests=1, compiled=compiled)
    return engines


def _ours(rows: Any, columns: Any, costs: Any, size: int, compiled: bool) -> Callable[[], tuple[int, bool]]:
    def work() -> tuple[int, bool]:
        everybody = Aim("unserved_normal", left_out=np.ones(size, dtype=np.int64))
        one_each = np.ones(size, dtype=np.int64)
        plan = Plan(rows, columns, [everybody, Aim("cost", pair=costs)], one_each, requests=size, compiled=compiled)
        return plan.values()[1], plan.is_proved() and plan.values()[0] == 0

    return work


def _sparse(rows: Any, columns: Any, costs: Any, size: int) -> tuple[int, None]:
    graph = csr_array((costs + 1.0, (rows, columns)), shape=(size, size))  # a weight of 0 would be no arc
    sent, got = min_weight_full_bipartite_matching(graph)
    return round(float(graph[sent, got].sum())) - size, None


def _graph(rows: Any, columns: Any, costs: Any) -> tuple[int, None]:
    solver = SimpleLinearSumAssignment()
    solver.add_arcs_with_cost(rows.astype(np.int32), columns.astype(np.int32), costs)
    if solver.solve() != solver.OPTIMAL:
        raise SystemExit("the peer did not solve it")
    return solver.optimal_cost(), None


def _flow(requests: int, rows: Any, columns: Any, cost: Any, capacity: Any) -> int:
    responders, sink = len(capacity), requests + len(capacity)
    solver = SimpleMinCostFlow()
    solver.add_arcs_with_capacity_and_unit_cost(
        np.concatenate([rows, requests + np.arange(responders)]).astype(np.int32),
        np.concatenate([requests + columns, np.full(responders, sink)]).astype(np.int32),
        np.concatenate([np.ones(len(rows), dtype=np.int64), capacity]),
        np.concatenate([cost, np.zeros(responders, dtype=np.int64)]),
    )
    supply = np.zeros(sink + 1, dtype=np.int64)
    supply[:requests], supply[sink] = 1, -requests
    solver.set_nodes_supplies(np.arange(sink + 1, dtype=np.int32), supply)
    if solver.solve() != solver.OPTIMAL:
        raise SystemExit("the peer did not solve it")
    return solver.optimal_cost()


def _read(path: Path) -> tuple[Any, Any, Any, int]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        words = np.array(file.read().split(), dtype=np.float64).astype(np.int64)
    size, rest = int(words[0]), words[1:]
    if path.name.startswith("assignp"):
        rows, columns, costs = rest.reshape(-1, 3).T
        return rows - 1, columns - 1, costs, size
    return np.repeat(np.arange(size), size), np.tile(np.arange(size), size), rest, size


def _timed(work: Callable[[], tuple[Any, Any]]) -> tuple[tuple[Any, Any], float]:
    took = []
    for _ in range(RUNS):
        began = time.process_time()
        done = work()
        took.append(time.process_time() - began)
    return done, median(took)


if __name__ == "__main__":
    main()
