"""How quick "why not" is, as ratios in one run: ``tests/bench/why.py``.

Random pairs that are allowed and that the plan does not have: the price of each and
who would move, read off the plan, beside solving once more with the pair held fast
(the request taken out, a seat of the responder closed, from the same arrays, by the
same engine). The two must agree, and the moves must lead there. Questions are asked
one by one, in random order and one after the other, of a plan that was asked nothing
before, so that what a question leaves behind for later ones is paid for; then prices
are asked for all in one go; then pairs are solved once more, one after the other. In a
community's round all of them are; in the city as many as ``--resolved`` says. Times are
of the processor, one core.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from importlib.util import find_spec
from typing import Any

import numpy as np
from _city import as_problem, make_city

from dispatch.solver.paths.map_plan import MapPlan
from dispatch.solver.paths.maps import BARRED
from dispatch.solver.paths.search import OUT
from dispatch.solver.paths.town import Asked, Terms, There

SEED = 1
PAIRS = 1_000
AIM = 50
"""How many times quicker than solving once more."""


def main() -> None:
    """Measure both sizes by each engine, print a line each; end badly where anything does not agree."""
    said = argparse.ArgumentParser(description=__doc__)
    said.add_argument("--resolved", type=int, default=40, metavar="N", help="pairs solved once more in the city")
    said.add_argument("--short", action="store_true", help="a community's round only")
    said.add_argument("--tiny", action="store_true", help="a town only, to see that it runs")
    options = said.parse_args()
    sizes = [("round", PAIRS), *([] if options.short else [("city", options.resolved)])]
    sizes = [("town", 5)] if options.tiny else sizes
    agree = True
    for compiled in [False, *([True] if find_spec("numba") else [])]:
        warm = as_problem(make_city("town", "scarce", SEED))
        plan = MapPlan(*warm, compiled=compiled)
        for row, column in _pairs(warm, plan, 20):  # compiled once, not measured
            plan.chain_of_sending(row, column), plan.prices_of_sending([row], [column])
        for size, resolved in sizes:
            for variant in ("loose", "scarce"):
                agree &= _measure(size, variant, compiled=compiled, resolved=resolved)
    if not agree:
        raise SystemExit("prices and forced plans do not agree")


def _measure(size: str, variant: str, *, compiled: bool, resolved: int) -> bool:
    problem = as_problem(make_city(size, variant, SEED))
    plan = MapPlan(*problem, compiled=compiled)
    pairs = list(_pairs(problem, plan, PAIRS))
    asked, forced, chains, wrong = [], [], [], 0
    for row, column in pairs:
        chain, seconds = _timed(lambda row=row, column=column: plan.chain_of_sending(row, column))
        asked.append(seconds)
        chains.append(chain)
    together, at_once = _timed(lambda: plan.prices_of_sending(*zip(*pairs, strict=True)))
    wrong += together != [plan.price_of_sending(*pair) for pair in pairs]
    for (row, column), chain in zip(pairs[:resolved], chains, strict=False):
        instead, seconds = _timed(lambda row=row, column=column: _forced(problem, plan, row, column))
        forced.append(seconds)
        wrong += chain.price != tuple(a - b for a, b in zip(instead, plan.values(), strict=True))
        wrong += _carried_out(plan, chain) != instead
    mean = sum(forced) / len(forced)
    ratio = mean / (sum(asked) / len(asked))
    middle = float(np.median(forced) / np.median(asked))
    print(
        f"{size} {len(problem[0].at):,} x {len(problem[1].at):,}, {variant}, {'Numba' if compiled else 'CPython'}:"
        f" {len(pairs):,} pairs, {np.mean(asked) * 1e6:.0f} us each (p99 {np.quantile(asked, 0.99) * 1e6:.0f}),"
        f" solving once more {mean * 1e3:.1f} ms: 1/{ratio:,.0f} of its time (medians 1/{middle:,.0f});"
        f" prices of all in one go {at_once / len(pairs) * 1e6:.1f} us each: 1/{mean * len(pairs) / at_once:,.0f};"
        f" {len(forced):,} solved once more, {wrong} not the same; up to {max(len(chain.moves) for chain in chains)} move;"
        f" 1/{AIM} is {'reached' if ratio >= AIM else 'MISSED'} one by one"
    )
    return wrong == 0


def _timed(work: Callable[[], Any]) -> tuple[Any, float]:
    began = time.process_time()
    done = work()
    return done, time.process_time() - began


def _pairs(problem: tuple[Asked, There, Terms], plan: MapPlan, many: int) -> Iterator[tuple[int, int]]:
    """Draw allowed pairs that the plan does not have: a request, then one of those who could go to it."""
    asked, there, _ = problem
    random = np.random.default_rng(SEED)
    sent = plan.sent
    found = 0
    while found < many:
        row = int(random.integers(len(asked.at)))
        near = np.hypot(*(there.at - asked.at[row]).T) <= asked.look_metres[row]
        able = near & (there.levels >= (asked.needs[row] > 0)).all(axis=1)
        for column in random.permutation(np.flatnonzero(able)).tolist():
            cost = _cost(plan, row, column)
            if cost != BARRED and sent[row] != column and there.capacity[column]:
                found += 1
                yield row, column
                break


def _forced(problem: tuple[Asked, There, Terms], plan: MapPlan, row: int, column: int) -> tuple[int, ...]:
    """Solve with the request served by the responder: without both, and the pair's cost added."""
    asked, there, terms = problem
    others = np.arange(len(asked.at)) != row
    rest = replace(
        asked,
        at=asked.at[others],
        needs=asked.needs[others],
        look_metres=asked.look_metres[others],
        times=asked.times[others],
        left_out=[(name, one[others]) for name, one in asked.left_out],
    )
    capacity = there.capacity.copy()
    capacity[column] -= 1
    values = MapPlan(rest, replace(there, capacity=capacity), terms, compiled=plan.engine.is_compiled).values()
    return (*values[:-1], values[-1] + _cost(plan, row, column))


def _carried_out(plan: MapPlan, chain: Any) -> tuple[int, ...]:
    """Return what the plan comes to once all have moved."""
    sent = plan.sent
    for move in chain.moves:
        sent[move.request] = OUT if move.joined is None else move.joined
    used = np.bincount(sent[sent >= 0], minlength=len(plan.there.at))
    if (used > plan.there.capacity).any():
        return ()
    out = [int(one[sent == OUT].sum()) for _, one in plan.asked.left_out]
    return (*out, sum(_cost(plan, int(row), int(sent[row])) for row in np.flatnonzero(sent >= 0)))


def _cost(plan: MapPlan, row: int, column: int) -> int:
    return int(plan.engine.ways.cost_of(plan.arcs, plan.place_of_request(row), plan.place_of_responder(column)))


if __name__ == "__main__":
    main()
