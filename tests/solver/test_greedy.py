"""Nearest first: legal always, honest about itself, and never better than the best."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from dispatch.model.service import Urgency
from dispatch.solver import greedy
from dispatch.solver.check import breaks
from dispatch.solver.exact import solve
from dispatch.solver.greedy import solve_greedily
from dispatch.solver.problem import Helper, Need, Problem, Spot
from dispatch.units import Position

Making = tuple[Callable[..., Need], Callable[..., Helper], Callable[..., Problem]]


@pytest.fixture
def making(
    make_need: Callable[..., Need], make_helper: Callable[..., Helper], make_problem: Callable[..., Problem]
) -> Making:
    """Give the three makers at once."""
    return make_need, make_helper, make_problem


def _sent(problem: Problem) -> dict[str, list[str]]:
    sent: dict[str, list[str]] = {}
    for one in solve_greedily(problem).assignments:
        sent.setdefault(one.need, []).append(one.helper)
    return sent


def test_it_keeps_every_rule_and_its_bounds_are_true(random_town: Callable[..., Problem]) -> None:
    """On many towns the referee finds nothing, no bound is above the best plan, and no plan is better than the best."""
    worse = 0
    for seed in range(400):
        problem = random_town(seed, most_needs=6, most_helpers=8, strict=seed % 2 == 0)
        circles = {need.id: frozenset({problem.helpers[0].id}) for need in problem.needs[:1]}
        quick, best = solve_greedily(problem, circles), solve(problem, circles)

        assert not breaks(problem, quick), seed
        ours, theirs = ([level.value for level in one.levels] for one in (quick, best))
        assert [level.name for level in quick.levels] == [level.name for level in best.levels]
        if best.status == "optimal":
            assert theirs <= ours, seed
            assert quick.levels[0].bound <= best.levels[0].value, seed
        worse += theirs < ours
        assert (quick.engine, quick.fault) == ("greedy", None)
    assert worse > 20


def test_in_stretches_it_comes_to_the_same(random_town: Callable[..., Problem], monkeypatch: pytest.MonkeyPatch) -> None:
    """Where memory is short it looks at a few needs at a time, and finds the same plan."""
    for seed in range(60):
        problem = random_town(seed, most_needs=6, most_helpers=8)
        whole = solve_greedily(problem)
        with monkeypatch.context() as patched:
            patched.setattr(greedy, "PAIRINGS_AT_ONCE", 1)

            assert solve_greedily(problem) == whole, seed


def test_the_nearest_goes(making: Making) -> None:
    """Of two who could, the nearer."""
    need, helper, town = making
    near, far = (Spot(position=Position(37.85 + north, 112.55)) for north in (0.001, 0.002))

    assert _sent(town([need("n1", spot=Spot(position=Position(37.85, 112.55)))], [
        helper("h1", spot=far), helper("h2", spot=near)])) == {"n1": ["h2"]}


def test_classes_come_strictly_then_who_waited_longest(making: Making) -> None:
    """One helper for three needs goes to the urgent one; without it, to who has waited longest."""
    need, helper, town = making
    needs = [
        need("n1", waited_minutes=5),
        need("n2", waited_minutes=50),
        need("n3", urgency=Urgency.URGENT),
        need("n4", urgency=Urgency.LOW, waited_minutes=500),
    ]

    assert _sent(town(needs, [helper("h1")])) == {"n3": ["h1"]}
    assert _sent(town([one for one in needs if one.id != "n3"], [helper("h1")])) == {"n2": ["h1"]}


def test_a_team_goes_in_full_or_not_at_all(making: Making) -> None:
    """Three are needed and two there: the next in line gets one of them."""
    need, helper, town = making
    needs = [need("n1", slots=3, urgency=Urgency.URGENT), need("n2")]
    solution = solve_greedily(town(needs, [helper("h1"), helper("h2")]))

    assert [one.need for one in solution.assignments] == ["n2"]
    assert [one.need for one in solution.left_out] == ["n1"]


def test_a_helper_holds_no_more_than_their_seats(making: Making) -> None:
    """Two seats, three needs."""
    need, helper, town = making
    solution = solve_greedily(town([need("n1"), need("n2"), need("n3")], [helper("h1", free_seats=2)]))

    assert [one.need for one in solution.assignments] == ["n1", "n2"]


def test_who_is_asked_first_is_asked_first(making: Making) -> None:
    """Somebody of the first circle goes before a cheaper one outside it."""
    need, helper, town = making
    problem = town([need("n1")], [helper("h1", is_paid=True), helper("h2")])

    assert solve_greedily(problem, {"n1": frozenset({"h1"})}).assignments[0].helper == "h1"
    assert solve_greedily(problem).assignments[0].helper == "h2"


def test_nothing_to_do_is_done(making: Making) -> None:
    """No needs, or no helpers."""
    need, _, town = making

    assert solve_greedily(town([], [])).assignments == ()
    assert [one.need for one in solve_greedily(town([need("n1")], [])).left_out] == ["n1"]
    assert solve_greedily(replace(town([], []))) == replace(solve(town([], [])), engine="greedy")
