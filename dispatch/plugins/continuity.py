"""The same helper for the same household (同一个帮手): who was there before is asked as though nearer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from dispatch.model.assignment import Visit
from dispatch.plugins.cost_terms import CostTerm
from dispatch.plugins.hookspecs import hookimpl
from dispatch.solver.problem import Problem

MOST_METRES: Final = 150
"""Who was there yesterday counts as 150 m nearer: half of what a bond (党员包联) counts, so that bonds come first."""
HALVES_AFTER_DAYS: Final = 60
"""After so many days it counts half as much, after twice as many a quarter, and so on, down to nothing."""
LEAST_RATING: Final = 3
"""Who was rated lower is no reason to come again."""


def continuity(problem: Problem, visits: Sequence[Visit]) -> Mapping[tuple[str, str], int]:
    """Prefer who helped the household before, by its latest visit; whoever is bonded to it is preferred already."""
    latest = {
        (one.household, one.helper): one.ended_at
        for one in visits
        if one.rating is None or one.rating >= LEAST_RATING
    }
    households: dict[str, list[str]] = {}
    for need in problem.needs:
        if need.household is not None:
            households.setdefault(need.household, []).append(need.id)
    bonds = {one.id: one.bonds for one in problem.helpers}
    return {
        (need_id, helper): -(MOST_METRES >> max(0, (problem.at - ended_at).days) // HALVES_AFTER_DAYS)
        for (household, helper), ended_at in latest.items()
        if helper in bonds and household not in bonds[helper]
        for need_id in households.get(household, ())
    }


@hookimpl
def dispatch_cost_terms() -> Mapping[str, CostTerm]:
    """Offer continuity."""
    return {"continuity": CostTerm(metres=continuity, en="has helped this household before", zh="以前帮过这户人家")}
