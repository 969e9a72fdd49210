"""How quick the matcher is in a city, as ratios in one run: ``python3 dev.py bench`` or ``tests/bench/city.py --big``.

The peer is what one would otherwise write: SciPy's KD-tree for who is near,
NumPy for who is able, OR-Tools' ``SimpleMinCostFlow`` for who is sent. Times are of the
processor, one core, with nothing else measured meanwhile. Memory is the most that a
process of its own holds for it, beside the city and the libraries (on Linux).
Beside each stands what both make of it: they must agree.
"""

from __future__ import annotations

import argparse
import ctypes
import time
from collections.abc import Callable
from importlib.util import find_spec
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from _city import LOOK_METRES, VARIANTS, City, as_problem, make_city
from _floor import finder
from ortools.graph.python.min_cost_flow import SimpleMinCostFlow
from scipy.spatial import cKDTree

from dispatch.solver.paths.drawing import draw_map
from dispatch.solver.paths.engine import engine_for
from dispatch.solver.paths.map_plan import MapPlan
from dispatch.solver.paths.order import by_place, in_order
from dispatch.solver.paths.town import Asked, Terms, There

SEED = 1
CHUNK = 2_000
"""Requests that the peer looks at together, so that its memory stays within this machine's."""
RUNS = 9
"""Of what takes milliseconds; the median counts."""
SLOW_RUNS = 3
"""Of the same without a compiled kernel."""
CHANGES = 1_000
PROCESS = Path("/proc/self")
"""Where Linux says what a process holds."""


def main() -> None:
    """Measure every size and variant, print one line each."""
    said = argparse.ArgumentParser(description=__doc__)
    said.add_argument("--big", action="store_true", help="the big city as well: minutes, and gigabytes for the peer")
    said.add_argument("--short", action="store_true", help="the district only")
    said.add_argument("--tiny", action="store_true", help="a town only, to see that it runs")
    options = said.parse_args()
    sizes = ["district"] if options.short else ["district", "city", *(["big city"] if options.big else [])]
    sizes = ["town"] if options.tiny else sizes
    engines = [False, *([True] if find_spec("numba") else [])]
    for compiled in engines:
        for variant in VARIANTS:  # compiled, not measured
            MapPlan(*as_problem(make_city("town", variant, SEED)), compiled=compiled).is_proved()
    for size in sizes:
        for variant in VARIANTS:
            city = make_city(size, variant, SEED)
            theirs, peer_seconds, flow_seconds = _peer(city)
            peer_bytes = _peak(_peer, size, variant)
            print(
                f"{size}, {variant}: KD-tree and SimpleMinCostFlow {peer_seconds:.2f} s"
                f" (flow alone {flow_seconds:.2f}), {peer_bytes / 1e6:.0f} MB, (weight left, cost) {theirs}"
            )
            for compiled in engines:
                ours = _compiled if compiled else _plain
                peak = _peak(ours, size, variant)
                _compare(city, compiled=compiled, theirs=theirs, peer_seconds=peer_seconds, peaks=(peer_bytes, peak))
    for compiled in engines:
        changes(make_city(sizes[-1], "loose", SEED), compiled=compiled)


def _compare(city: City, *, compiled: bool, theirs: Any, peer_seconds: float, peaks: tuple[int, int]) -> None:
    problem = as_problem(city)
    floor, runs = _floor(problem, compiled=compiled), RUNS if compiled else SLOW_RUNS
    # In turn: a machine that others slow down slows down both.
    (_, floor_seconds), (plan, seconds) = _timed_in_turn(floor, lambda: MapPlan(*problem, compiled=compiled), runs=runs)
    is_proved, proof = _timed(plan.is_proved, runs=runs)
    agreed = "the same" if plan.values() == theirs else f"NOT THE SAME: {plan.values()}"
    print(
        f"    {'Numba' if compiled else 'CPython'}: {seconds:.3f} s and {proof:.3f} s for the proof ({is_proved}):"
        f" {peer_seconds / (seconds + proof):.1f} times as fast, {peaks[1] / 1e6:.0f} MB ="
        f" 1/{peaks[0] / max(1, peaks[1]):.1f} of the memory, {agreed};"
        f" {seconds / floor_seconds:.2f} times finding each nearest alone"
    )


def _peak(work: Callable[[City], Any], size: str, variant: str) -> int:
    """Return the bytes that some work takes at the most beside the city itself; 0 where the system does not tell."""
    with get_context("spawn").Pool(1) as pool:
        return pool.apply(_grown, (work, size, variant))


def _grown(work: Callable[[City], Any], size: str, variant: str) -> int:
    work(make_city("town", variant, SEED))  # libraries, and what they compile, are not what is compared
    city = make_city(size, variant, SEED)
    if not PROCESS.exists():
        return 0
    ctypes.CDLL(None).malloc_trim(0)  # what the city left free would hide as much of what comes
    # Not getrusage: its peak is handed on to children, and cannot be set back to what is held now.
    (PROCESS / "clear_refs").write_text("5", encoding="ascii")
    before = _held("VmRSS")
    work(city)
    return _held("VmHWM") - before


def _held(name: str) -> int:
    lines = (PROCESS / "status").read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(name))


def _plain(city: City) -> None:
    MapPlan(*as_problem(city), compiled=False)


def _compiled(city: City) -> None:
    MapPlan(*as_problem(city), compiled=True)


def _timed(work: Callable[[], Any], runs: int = 1) -> tuple[Any, float]:
    return _timed_in_turn(work, runs=runs)[0]


def _timed_in_turn(*works: Callable[[], Any], runs: int) -> list[tuple[Any, float]]:
    took: list[list[float]] = [[] for _ in works]
    done: list[Any] = [None for _ in works]
    for _ in range(runs):
        for nth, work in enumerate(works):
            done[nth] = None  # what the last run left is given back before the next begins
            began = time.process_time()
            done[nth] = work()
            took[nth].append(time.process_time() - began)
    return [(one, median(times)) for one, times in zip(done, took, strict=True)]


def _floor(problem: Any, *, compiled: bool) -> Callable[[], int]:
    """Return what draws the same map and finds each request's nearest responder on it, and nothing else."""
    engine = engine_for("maps", 0, compiled=compiled)
    find = finder(engine)

    def floor(asked: Asked, there: There, terms: Terms) -> int:
        return find(draw_map(engine, *in_order(asked, there, terms, *by_place(asked, there))))

    floor(*as_problem(make_city("town", "loose", SEED)))
    return lambda: floor(*problem)


def changes(city: City, *, compiled: bool) -> None:
    """Print how long a change takes beside solving afresh; each leaves the exact optimum, as the tests show."""
    problem = as_problem(city)
    plan, afresh = _timed(lambda: MapPlan(*problem, compiled=compiled))
    random = np.random.default_rng(SEED)
    rows = random.choice(len(city.at), min(CHANGES, len(city.at) // 2), replace=False)
    columns = random.choice(len(city.there), min(CHANGES, len(city.there) // 2), replace=False)
    plan.take_out(int(rows[0])), plan.bring(int(rows[0])), plan.close(int(columns[0])), plan.open(int(columns[0]))
    for name, change, which in (
        ("a request goes", plan.take_out, rows),
        ("a request comes", plan.bring, rows),
        ("a responder goes", plan.close, columns),
        ("a responder comes", plan.open, columns),
    ):
        took = []
        for one in which.tolist():
            began = time.process_time()
            change(one)
            took.append(time.process_time() - began)
        middle, late = float(np.median(took)), float(np.quantile(took, 0.99))
        print(
            f"{name} ({'Numba' if compiled else 'CPython'}): median {middle * 1e6:.0f} us = 1/{afresh / middle:,.0f}"
            f" of solving afresh, p99 {late * 1e6:.0f} us = 1/{afresh / late:,.0f}"
        )
    print(f"    after {len(rows) * 2 + len(columns) * 2:,} changes still proved: {plan.is_proved()}")


def _peer(city: City) -> tuple[tuple[int, int], float, float]:
    began = time.process_time()
    rows, columns, costs = _arcs(city)
    laid_out = time.process_time()
    found = _flow(city, rows, columns, costs)
    ended = time.process_time()
    return found, ended - began, ended - laid_out


def _arcs(city: City) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Find all allowed pairs: near by a KD-tree for each skill, able by NumPy."""
    trees = [np.flatnonzero(city.levels[:, skill]) for skill in range(city.needs.shape[1])]
    holders = np.array([len(one) for one in trees])
    rarest = np.where(city.needs > 0, holders, holders.max() + 1).argmin(axis=1)
    found = []
    for skill, members in enumerate(trees):
        mine = np.flatnonzero(rarest == skill)
        if not len(members) or not len(mine):
            continue
        tree = cKDTree(city.there[members])
        for start in range(0, len(mine), CHUNK):
            part = mine[start : start + CHUNK]
            near = tree.query_ball_point(city.at[part], LOOK_METRES)
            i = np.repeat(part, [len(one) for one in near])
            j = members[np.concatenate([np.asarray(one, dtype=np.int64) for one in near])]
            able = (city.times[i] & city.hours[j]) != 0
            i, j = i[able], j[able]
            metres = np.hypot(*(city.at[i] - city.there[j]).T)
            able = metres <= city.reach[j]
            i, j, metres = i[able], j[able], metres[able]
            needs, levels = city.needs[i] > 0, city.levels[j]
            able = ~(needs & (levels == 0)).any(axis=1)
            i, j, metres, needs, levels = i[able], j[able], metres[able], needs[able], levels[able]
            costs = np.rint(metres).astype(np.int64) + 100 * ((3 - levels) * needs).sum(axis=1) + 40 * city.load[j]
            found.append((i, j, costs))
    rows, columns, costs = (np.concatenate(one) for one in zip(*found, strict=True))
    return rows, columns, costs


def _flow(city: City, rows: np.ndarray, columns: np.ndarray, costs: np.ndarray) -> tuple[int, int]:
    requests, responders = len(city.at), len(city.there)
    sink = requests + responders
    out = city.weight * (int(costs.max()) * requests + 1)
    solver = SimpleMinCostFlow()
    arcs = solver.add_arcs_with_capacity_and_unit_cost(
        np.concatenate([rows, requests + np.arange(responders), np.arange(requests)]).astype(np.int32),
        np.concatenate([requests + columns, np.full(responders + requests, sink)]).astype(np.int32),
        np.concatenate([np.ones(len(rows), dtype=np.int64), city.capacity, np.ones(requests, dtype=np.int64)]),
        np.concatenate([costs, np.zeros(responders, dtype=np.int64), out]),
    )
    supply = np.ones(sink + 1, dtype=np.int64)
    supply[requests:] = 0
    supply[sink] = -requests
    solver.set_nodes_supplies(np.arange(sink + 1, dtype=np.int32), supply)
    if solver.solve() != solver.OPTIMAL:
        raise SystemExit("the peer did not solve it")
    flow = np.asarray(solver.flows(arcs))
    left = flow[len(rows) + responders :] > 0
    return int(city.weight[left].sum()), int(costs[flow[: len(rows)] > 0].sum())


if __name__ == "__main__":
    main()
