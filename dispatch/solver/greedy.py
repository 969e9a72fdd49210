"""Nearest first: the baseline, and the answer when the exact solver gives none.

The filters are those of the exact solver, classes and headcounts count as
strictly, and nobody holds more than their seats. What it lacks is foresight:
the first in line takes the nearest, whoever needs them more. NumPy, no OR-Tools.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from dispatch.model.service import Urgency
from dispatch.solver.answer import Part, write_solution
from dispatch.solver.boards import Layout, lay_out
from dispatch.solver.network import LEVELS
from dispatch.solver.problem import FirstAsked, Level, Need, Problem, Solution
from dispatch.solver.together import first_team

PAIRINGS_AT_ONCE: Final = 1_000_000
"""How many pairings are looked at together: some 150 MB, so that where memory was short this does with less."""
_CLASSES: Final = {one: rank for rank, one in enumerate(Urgency)}


def solve_greedily(problem: Problem, first_asked: FirstAsked | None = None) -> Solution:
    """Serve one need after the other, each by the nearest who could go and still have a seat.

    The most urgent class comes first, in it who has waited longest, then the smaller
    id. For each, helpers of the first circle are taken before others, then who costs
    least in metre-equivalents, then by id. Who is not enough for all slots is not sent.

    Returns:
        A plan that keeps every rule. It says "optimal" only where its bounds show so;
        they are what no plan at all comes below.
    """
    circles = first_asked or {}
    seats = {one.id: one.free_seats for one in problem.helpers}
    parts = [
        _serve(lay_out(replace(problem, needs=tuple(some)), circles), seats)
        for some in _in_turns(problem.needs, max(1, PAIRINGS_AT_ONCE // max(1, len(problem.helpers))))
    ]
    levels = _summed(problem, parts)
    is_proved = all(one.value == one.bound for one in levels)
    return Solution(
        status="optimal" if is_proved else "feasible",
        levels=levels,
        assignments=tuple(
            sorted((one for part in parts for one in part.assignments), key=lambda one: (one.need, one.helper))
        ),
        left_out=tuple(sorted((one for part in parts for one in part.left_out), key=lambda one: one.need)),
        candidates={name: count for part in parts for name, count in part.candidates.items()},
        skipped=tuple(sorted(one for part in parts for one in part.skipped)),
        engine="greedy",
        first_asked=circles,
    )


def _in_turns(needs: Sequence[Need], many: int) -> Iterator[list[Need]]:
    """Put needs into their order and cut it into stretches; an empty problem is one empty stretch."""
    line = sorted(needs, key=lambda one: (_CLASSES[one.urgency], -one.waited_minutes, one.id))
    for start in range(0, max(1, len(line)), many):
        yield line[start : start + many]


def _serve(layout: Layout, seats: dict[str, int]) -> Solution:
    """Serve the needs of a layout in their order, and count down the seats they take."""
    pairings = layout.candidates.pairings
    needs, helpers = pairings.needs, pairings.helpers
    free = np.array([seats[one.id] for one in helpers], dtype=np.int64)
    line = sorted(range(len(needs)), key=lambda row: (_CLASSES[needs[row].urgency], -needs[row].waited_minutes, row))
    sent: list[tuple[int, int]] = []
    for row in line:
        could = np.flatnonzero(layout.candidates.eligible[row] & (free > 0))
        slots = int(layout.slots[row])
        if len(could) < slots:
            continue
        order = np.lexsort((could, layout.prices.total[row, could], layout.outside[row, could]))
        team = first_team(could[order], slots, layout.candidates.apart if slots > 1 else ())
        if len(team) < slots:
            continue
        for column in team:
            sent.append((row, column))
            free[column] -= 1
            seats[helpers[column].id] -= 1
    served = {row for row, _ in sent}
    # What too few could go to, and the load there was, is certain: ``write_solution`` adds both itself.
    out = [row for row in range(len(needs)) if row not in served and layout.together[row] >= layout.slots[row]]
    values = dict.fromkeys(LEVELS, 0)
    for row in out:
        values[f"unserved_{needs[row].urgency}"] += 1
        values["waiting"] += needs[row].waited_minutes
    values["pool"] = sum(int(layout.outside[pair]) for pair in sent)
    values["cost"] = sum(int(layout.prices.total[pair]) for pair in sent)
    bounds = {**dict.fromkeys(LEVELS, 0), "cost": _least_possible(layout)}
    return write_solution(layout, [Part(pairs=sent, values=values, bounds=bounds)], {})


def _least_possible(layout: Layout) -> int:
    """Give a cost that no plan comes below: each need's cheapest pairings that are worth having."""
    least = 0
    for row, slots in enumerate(layout.slots.tolist()):
        costs = np.sort(layout.prices.total[row, layout.servable[row]])[:slots]
        least += int(costs[costs < 0].sum())
    return least


def _summed(problem: Problem, parts: Sequence[Solution]) -> tuple[Level, ...]:
    """Add the stretches up; the load is counted once, over all of them."""
    held = {one.id: one.load for one in problem.helpers}
    before = sum(load**2 for load in held.values())
    for part in parts:
        for one in part.assignments:
            held[one.helper] += 1
    levels = {}
    for name in LEVELS:
        said = [level for part in parts for level in part.levels if level.name == name]
        if said:
            levels[name] = Level(name, sum(one.value for one in said), sum(one.bound for one in said))
    if "load" in levels:
        levels["load"] = Level("load", sum(load**2 for load in held.values()), before)
    return tuple(levels.values())
