"""What was found, written down: levels with their bounds, whom to ask, and why nobody."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dispatch.solver.boards import Layout
from dispatch.solver.network import LEVELS
from dispatch.solver.problem import Assignment, LeftOut, Level, Solution
from dispatch.solver.remedies import nearest_remedy


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """The plan of one part of a problem.

    Args:
        pairs: Row of the need and column of the helper.
        values: By level, what the plan comes to; absent where the part has nothing to say at it.
        bounds: By level, what no plan of the part goes below.
    """

    pairs: Sequence[tuple[int, int]]
    values: Mapping[str, int]
    bounds: Mapping[str, int]


def write_solution(layout: Layout, parts: Sequence[Part], seconds: Mapping[str, float]) -> Solution:
    """Put the parts together, and say of every need that is left out why, and what would mend it."""
    pairings = layout.candidates.pairings
    levels = _levels(layout, parts)
    pairs = sorted(pair for part in parts for pair in part.pairs)
    served = {row for row, _ in pairs}
    return Solution(
        status="optimal" if all(one.value == one.bound for one in levels) else "feasible",
        levels=levels,
        assignments=tuple(
            Assignment(
                need=pairings.needs[row].id,
                helper=pairings.helpers[column].id,
                cost=int(layout.prices.total[row, column]),
                terms=layout.prices.of(row, column),
            )
            for row, column in pairs
        ),
        left_out=tuple(
            LeftOut(need=need.id, why=layout.candidates.why(row), remedy=nearest_remedy(layout, row))
            for row, need in enumerate(pairings.needs)
            if row not in served
        ),
        candidates={need.id: int(layout.could[row]) for row, need in enumerate(pairings.needs)},
        skipped=tuple(
            need.id
            for row, need in enumerate(pairings.needs)
            if layout.could[row] and (layout.outside[row] | ~layout.candidates.eligible[row]).all()
        ),
        first_asked=layout.first_asked,
        seconds=seconds,
    )


def _levels(layout: Layout, parts: Sequence[Part]) -> tuple[Level, ...]:
    """Add up the parts and what is certain: needs that too few could go to, and the load there was before."""
    certain = dict.fromkeys(LEVELS[:-1], 0)
    needs = layout.candidates.pairings.needs
    for row, need in enumerate(needs):
        if layout.together[row] < layout.slots[row]:
            certain[f"unserved_{need.urgency}"] += 1
            certain["waiting"] += need.waited_minutes
    certain["load"] = sum(one.load**2 for one in layout.candidates.pairings.helpers)
    said = _with_something_to_say(layout)
    return tuple(
        Level(
            name,
            fixed + sum(part.values.get(name, 0) for part in parts),
            fixed + sum(part.bounds.get(name, 0) for part in parts),
        )
        for name, fixed in certain.items()
        if name in said
    )


def _with_something_to_say(layout: Layout) -> set[str]:
    needs = layout.candidates.pairings.needs
    servable = layout.servable
    said = {"cost", *(f"unserved_{one.urgency}" for one in needs)}
    if any(one.waited_minutes for one in needs):
        said.add("waiting")
    if (layout.outside & servable).any():
        said.add("pool")
    if servable.any():
        said.add("load")
    return said
