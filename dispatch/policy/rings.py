"""Who is asked before all others, and one round planned by it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from dispatch.model.responder import ResponderKind
from dispatch.model.service import Pool
from dispatch.solver.problem import FirstAsked, Helper, Problem, Solution

Solver = Callable[[Problem, FirstAsked], Solution]
"""Chooses whom to ask for what, given who is asked before all others."""

_NEIGHBOURS: Final = (ResponderKind.VOLUNTEER, ResponderKind.PARTY_MEMBER, ResponderKind.TEAM)
"""In a tuple, which looks at who is one and the same before it asks who is equal: there are thousands to go through."""

_IN_POOL: Final[dict[Pool, Callable[[Helper], bool]]] = {
    Pool.NEIGHBOURS: lambda helper: helper.kind in _NEIGHBOURS,
    Pool.COMPANIES: lambda helper: helper.kind is ResponderKind.SHOP,
    Pool.ONCE_HELPED: lambda helper: helper.was_helped,
    Pool.PROPERTY: lambda helper: helper.kind is ResponderKind.PROPERTY_STAFF,
}


def is_in_pool(helper: Helper, pool: Pool) -> bool:
    """Say whether a helper belongs to those whom a service asks first.

    An expert belongs to every pool: whoever needs one needs them for a skill
    that is rare anywhere, and sits in no pool of their own.
    """
    return helper.kind is ResponderKind.EXPERT or _IN_POOL[pool](helper)


def first_asked(problem: Problem) -> FirstAsked:
    """Draw the first circle of every need: the pool that its service asks first, within its innermost ring.

    A ring in which nobody passes every filter is skipped at once; where all are, the whole pool is the circle. Where
    nobody of a ring is of the pool, the ring goes before the pool.
    """
    circles = {}
    for pool in {need.pool for need in problem.needs}:
        is_in, expert = _IN_POOL[pool], ResponderKind.EXPERT
        circles[pool] = frozenset(one.id for one in problem.helpers if one.kind is expert or is_in(one))
    drawn = {need.id: circles[need.pool] for need in problem.needs}
    inner = innermost(problem)
    for need in problem.needs:
        if need.id in inner:
            members = need.rings[inner[need.id]]
            drawn[need.id] = (members & drawn[need.id]) or members
    return drawn


def innermost(problem: Problem) -> dict[str, int]:
    """Return for each need that is asked in rings the innermost one in which somebody passes every filter."""
    ringed = tuple(one for one in problem.needs if one.rings)
    if not ringed:
        return {}
    # NumPy takes as long to load as half a command; only communities that ask in rings need it here.
    from dispatch.solver.candidates import sift

    candidates = sift(replace(problem, needs=ringed))
    found = {}
    for row, need in enumerate(candidates.pairings.needs):
        could = {
            one.id for one, passes in zip(candidates.pairings.helpers, candidates.eligible[row], strict=True) if passes
        }
        ring = next((at for at, members in enumerate(need.rings) if members & could), None)
        if ring is not None:
            found[need.id] = ring
    return found


def plan_round(problem: Problem, solve: Solver | None = None) -> Solution:
    """Choose whom to ask in one round (一轮派单), those first who are to be asked first.

    As few as possible are asked outside their need's first circle, but nobody is
    left without help for its sake: that comes before, a fair load after it. A
    circle in which nobody can go is skipped at once; ``Solution.skipped`` names
    such needs.

    Args:
        solve: Who solves; none means the exact solver, in this process.
    """
    if solve is None:
        # NumPy takes as long to load as half a command; nothing but this needs it.
        from dispatch.solver.exact import solve as solve_here

        return solve_here(problem, first_asked(problem))
    return solve(problem, first_asked(problem))
