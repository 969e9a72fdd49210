"""A case whose requests take different units of capacity: the generalized assignment problem, level by level."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import inf

import numpy as np

from dispatch.clock import stopwatch
from dispatch.solver.case import Answer, Case, values_of
from dispatch.solver.paths.levels import Numbers
from dispatch.solver.units.bounds import DEAREST, SCALE
from dispatch.solver.units.level import Left, LevelSearch
from dispatch.solver.units.parts import Part, split
from dispatch.solver.units.programs import linear_prices
from dispatch.solver.units.search import Search
from dispatch.solver.units.task import Held, Level, Task, combined

START_WIDTH = 60
"""Partial plans kept side by side when the first plan is made."""


def solve_units(case: Case, *, seconds: float | None) -> Answer:
    """Choose who goes to what within capacities in units, the best of all plans, and prove it.

    Args:
        case: Each request takes one person; nobody is kept apart, no requests clash, nothing is to be covered.
        seconds: When to stop with the best plan found and bounds that are true; none goes on until the proof.

    Returns:
        The same answer for the same case, unless the time was up.

    Raises:
        OverflowError: Costs add up to more than exact arithmetic has room for.
    """
    if case.apart or any(case.clashes.values()) or case.covers or (case.headcount != 1).any():
        raise ValueError("solve_units takes requests for one person each, without rules between people or requests")
    ends = inf if seconds is None else stopwatch() + seconds
    parts = split(case)
    for part in parts:
        if any(SCALE * part.task.reach(level) >= DEAREST for level in part.levels):
            raise OverflowError("the costs of the matching do not fit into 64 bits")
    solved = [_solve(part, lambda: ends - stopwatch()) for part in parts]
    sent = [part.pairs[chosen] for part, (chosen, _) in zip(parts, solved, strict=True)]
    pairs = np.sort(np.concatenate([np.zeros(0, dtype=np.int64), *sent]))
    values = values_of(case, pairs)
    return Answer(pairs=pairs, values=values, bounds=_bounds(case, parts, [bounds for _, bounds in solved], values))


def _bounds(
    case: Case, parts: Sequence[Part], solved: Sequence[Sequence[int]], values: Sequence[int]
) -> tuple[int, ...]:
    """Add the parts' bounds up; below a level that is not proved, only what holds for every plan."""
    alone = np.ones(len(case.headcount), dtype=bool)
    for part in parts:
        alone[case.rows[part.pairs]] = False
    bounds: list[int] = []
    for level, aim in enumerate(case.aims):
        is_proved = list(values[:level]) == bounds
        bound = 0 if aim.left_out is None else sum(aim.left_out[alone].tolist())
        for part, found in zip(parts, solved, strict=True):
            bound += found[level] if is_proved else replace(part.task, level=part.levels[level]).least()
        bounds.append(bound)
    return tuple(bounds)


def _solve(part: Part, left: Left) -> tuple[Numbers, list[int]]:
    """Solve a part.

    Returns:
        The pairs chosen, by their position in the part, and the bounds by level as far as those above were proved.
    """
    task = part.task
    chosen = _start(part, left)
    bounds: list[int] = []
    is_proved = True
    for level in part.levels:
        if not is_proved:
            bounds.append(replace(part.task, level=level).least())
            continue
        here = replace(task, level=level._replace(pair=level.pair[task.origin])).without_idle()
        search = LevelSearch(here, chosen, left)
        search.run()
        chosen, is_proved = search.chosen, search.is_proved
        bounds.append(search.bound)
        task = replace(search.task, held=(*search.task.held, Held(search.task.level, search.value)))
    return chosen, bounds


def _start(part: Part, left: Left) -> Numbers:
    """Make a plan that is good at all levels at once, as far as they fit into one number."""
    task = part.task
    if not part.levels:
        return np.zeros(0, dtype=np.int64)
    weights = _weights(task, part.levels)
    level = combined(part.levels[: len(weights)], weights)
    seats = len(task.may_stay) // max(1, len(task.capacity))
    flat = level._replace(first=level.first + level.step * (seats // 2), step=np.zeros_like(level.step))
    joint = replace(task, level=flat)
    linear = linear_prices(joint)
    if linear is None:
        return np.zeros(0, dtype=np.int64)
    search = Search(joint, linear)
    found, _ = search.from_nothing(START_WIDTH)
    if found is None:
        return np.zeros(0, dtype=np.int64)
    return search.improve(found, tries=len(task.capacity), is_over=lambda: left() <= 0, goal=joint.least())


def _weights(task: Task, levels: Sequence[Level]) -> list[int]:
    """Return how much one of each level counts, so that no sum of lower levels comes up to it."""
    weights: list[int] = []
    for many in range(1, len(levels) + 1):
        tried = [1]
        for level in reversed(levels[1:many]):
            tried.insert(0, tried[0] * (2 * task.reach(level) + 1))
        if SCALE * sum(weight * task.reach(level) for weight, level in zip(tried, levels, strict=False)) * 4 >= DEAREST:
            break
        weights = tried
    return weights or [1]
