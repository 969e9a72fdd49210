"""Who is asked first: the pools, one by one, and a round that keeps to them."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from typing import Any

import pytest

from dispatch.model.responder import ResponderKind
from dispatch.model.service import Pool, Urgency
from dispatch.policy.rings import first_asked, is_in_pool, plan_round
from dispatch.solver.check import breaks
from dispatch.solver.problem import Helper, Need, Problem, Spot


def need(number: int, pool: Pool, **said: Any) -> Need:
    """Make a need that anybody may go to."""
    plain: dict[str, Any] = {"urgency": Urgency.NORMAL, "skills": {}, "licence": None, "spot": Spot()}
    return Need(id=f"n{number}", number=number, pool=pool, **{**plain, **said})


def helper(number: int, kind: ResponderKind, **said: Any) -> Helper:
    """Make a helper who may go anywhere."""
    plain: dict[str, Any] = {"reach_metres": 1500, "free_seats": 1, "load": 0}
    return Helper(
        id=f"h{number}",
        code=f"H{number}",
        kind=kind,
        skills={},
        licences=frozenset(),
        spot=Spot(),
        **{**plain, **said},
    )


def planned(needs: list[Need], helpers: list[Helper]) -> dict[str, set[str]]:
    """Plan a round and give who is asked for what."""
    problem = Problem(
        needs=tuple(needs), helpers=tuple(helpers), at=datetime(2026, 11, 23, 2, tzinfo=UTC), zone="Asia/Shanghai"
    )
    solution = plan_round(problem)
    asked: dict[str, set[str]] = {}
    for one in solution.assignments:
        asked.setdefault(one.need, set()).add(one.helper)

    assert not breaks(problem, solution)
    return asked


@pytest.mark.parametrize("kind", ResponderKind)
@pytest.mark.parametrize("pool", Pool)
def test_each_kind_belongs_to_its_pool_and_experts_to_all(kind: ResponderKind, pool: Pool) -> None:
    """Neighbours are party members, volunteers and teams; companies shops; property its staff."""
    pools = {
        ResponderKind.PARTY_MEMBER: {Pool.NEIGHBOURS},
        ResponderKind.VOLUNTEER: {Pool.NEIGHBOURS},
        ResponderKind.TEAM: {Pool.NEIGHBOURS},
        ResponderKind.SHOP: {Pool.COMPANIES},
        ResponderKind.PROPERTY_STAFF: {Pool.PROPERTY},
        ResponderKind.EXPERT: set(Pool),
    }

    assert is_in_pool(helper(1, kind), pool) == (pool in pools[kind])
    assert is_in_pool(helper(1, kind, was_helped=True), pool) == (pool in pools[kind] or pool is Pool.ONCE_HELPED)


def test_the_circle_of_a_need_is_its_pool() -> None:
    """Each need's first circle holds exactly the ids of those in its pool."""
    problem = Problem(
        needs=(need(1, Pool.COMPANIES), need(2, Pool.PROPERTY)),
        helpers=(
            helper(1, ResponderKind.SHOP),
            helper(2, ResponderKind.PROPERTY_STAFF),
            helper(3, ResponderKind.EXPERT),
        ),
        at=datetime(2026, 11, 23, tzinfo=UTC),
        zone="Asia/Shanghai",
    )

    assert first_asked(problem) == {"n1": {"h1", "h3"}, "n2": {"h2", "h3"}}


def test_the_first_pool_goes_before_a_fair_load() -> None:
    """Property staff mend what is theirs, however idle the volunteers are."""
    staff = helper(1, ResponderKind.PROPERTY_STAFF, load=20)

    assert planned([need(1, Pool.PROPERTY)], [staff, helper(2, ResponderKind.VOLUNTEER)]) == {"n1": {"h1"}}


def test_nobody_goes_without_help_for_the_sake_of_a_pool() -> None:
    """Where the first pool runs out, others are asked in the same round."""
    asked = planned(
        [need(1, Pool.COMPANIES), need(2, Pool.COMPANIES)],
        [helper(1, ResponderKind.SHOP), helper(2, ResponderKind.VOLUNTEER)],
    )

    assert asked.keys() == {"n1", "n2"}


def test_a_team_of_several_takes_as_many_from_the_first_pool_as_there_are() -> None:
    """A need for two with one neighbour near takes that neighbour and one other."""
    asked = planned(
        [need(1, Pool.NEIGHBOURS, slots=2)],
        [
            helper(1, ResponderKind.SHOP),
            helper(2, ResponderKind.PARTY_MEMBER, load=9),
            helper(3, ResponderKind.SHOP, load=1),
        ],
    )

    assert asked == {"n1": {"h1", "h2"}}


def test_an_empty_pool_is_skipped_and_noted() -> None:
    """With nobody in the first pool who could go, everybody else is asked at once, and the need is named."""
    problem = Problem(
        needs=(need(1, Pool.COMPANIES), need(2, Pool.NEIGHBOURS), need(3, Pool.COMPANIES, licence="gas")),
        helpers=(helper(1, ResponderKind.VOLUNTEER), helper(2, ResponderKind.SHOP, free_seats=0)),
        at=datetime(2026, 11, 23, tzinfo=UTC),
        zone="Asia/Shanghai",
    )
    solution = plan_round(problem)

    assert solution.skipped == ("n1",)


def test_policies_load_no_solver_until_a_round_is_planned() -> None:
    """Knowing a deadline or a pool costs neither NumPy nor OR-Tools."""
    seen = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys, dispatch.policy.rings, dispatch.policy.waiting, dispatch.solver.problem\n"
            "print([one for one in ('numpy', 'ortools', 'pandas') if one in sys.modules])",
        ],
        capture_output=True,
        text=True,
        check=True,
    ).stdout

    assert seen.strip() == "[]"
