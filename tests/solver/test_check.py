"""The referee: a solution spoilt in any way is caught, and a good one is not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from dispatch.model.service import Urgency
from dispatch.solver.check import breaks, is_proved_best
from dispatch.solver.exact import solve, solve_forcing
from dispatch.solver.problem import Assignment, Helper, LeftOut, Level, Need, Problem, Solution, TurnedAway

Makers = tuple[Problem, Solution]


@pytest.fixture
def solved(
    make_need: Callable[..., Need], make_helper: Callable[..., Helper], make_problem: Callable[..., Problem]
) -> Makers:
    """Give a problem with one need served by one, one by two, one left out, and its solution."""
    problem = make_problem(
        [
            make_need("n1", urgency=Urgency.URGENT, household="d1"),
            make_need("n2", slots=2),
            make_need("n3", waited_minutes=7, skills={"wiring": 2}),
        ],
        [
            make_helper("h1", bonds=frozenset({"d1"})),
            make_helper("h2", skills={"wiring": 1}),
            make_helper("h3", is_paid=True),
            make_helper("h4", reach_metres=0, free_seats=0),
        ],
    )
    return problem, solve(problem)


def test_a_good_solution_breaks_nothing(solved: Makers) -> None:
    """What the solver gives passes."""
    problem, solution = solved

    assert [(one.need, one.helper) for one in solution.assignments] == [
        ("n1", "h1"),
        ("n2", "h2"),
        ("n2", "h3"),
    ]
    assert not breaks(problem, solution)


def _sent(solution: Solution, *pairs: tuple[str, str]) -> Solution:
    return replace(
        solution, assignments=tuple(Assignment(need=need, helper=helper, cost=0, terms={}) for need, helper in pairs)
    )


def _leveled(solution: Solution, name: str, **said: int) -> Solution:
    levels = tuple(one._replace(**said) if one.name == name else one for one in solution.levels)
    return replace(solution, levels=levels)


SPOILT: dict[str, Callable[[Solution], Solution]] = {
    "known": lambda one: _sent(one, ("n1", "h9")),
    "eligible": lambda one: _sent(one, ("n3", "h2")),
    "different people": lambda one: _sent(one, ("n1", "h1"), ("n2", "h2"), ("n2", "h2")),
    "seats": lambda one: _sent(one, ("n1", "h2"), ("n2", "h2"), ("n2", "h3")),
    "all or nothing": lambda one: _sent(one, ("n1", "h1"), ("n2", "h2")),
    "answered once": lambda one: replace(one, left_out=()),
    "cost": lambda one: replace(one, assignments=(replace(one.assignments[0], cost=1), *one.assignments[1:])),
    "level": lambda one: _leveled(one, "load", value=4, bound=4),
    "order of levels": lambda one: replace(one, levels=one.levels[::-1]),
    "bound": lambda one: _leveled(one, "cost", bound=10_000),
    "status": lambda one: _leveled(one, "cost", bound=-10_000),
    "why": lambda one: replace(one, left_out=(LeftOut(need="n3", why=(TurnedAway("skill", 3),), remedy=None),)),
}


@pytest.mark.parametrize("promise", SPOILT)
def test_each_broken_promise_is_named(solved: Makers, promise: str) -> None:
    """A solution that breaks a promise is told to break that one."""
    problem, solution = solved

    assert promise in {one.promise for one in breaks(problem, SPOILT[promise](solution))}


@pytest.mark.parametrize("name", ["unserved_normal", "waiting", "cost"])
def test_a_level_with_something_to_say_may_not_be_left_out(solved: Makers, name: str) -> None:
    """Leaving out a level that is not zero, or cost at all, is a break."""
    problem, solution = solved
    silent = replace(solution, levels=tuple(one for one in solution.levels if one.name != name))

    assert ("level", name) in {one[:2] for one in breaks(problem, silent)}


def test_a_plan_that_is_not_best_cannot_call_itself_so(
    make_need: Callable[..., Need], make_helper: Callable[..., Helper], make_problem: Callable[..., Problem]
) -> None:
    """A legal plan, told truly at every level, is caught by the proof when a better one exists."""
    near, paid = make_helper("h1"), make_helper("h2", is_paid=True)
    problem = make_problem([make_need("n1")], [near, paid])
    worse = Solution(
        status="optimal",
        levels=(Level("unserved_normal", 0, 0), Level("load", 1, 1), Level("cost", 200, 200)),
        assignments=(Assignment(need="n1", helper="h2", cost=200, terms={"paid": 200}),),
        left_out=(),
        candidates={"n1": 2},
    )

    assert [one.promise for one in breaks(problem, worse)] == ["bound"]


def test_what_is_proved_best_is_best_for_several_people_too(random_town: Callable[..., Problem]) -> None:
    """Of plans held to one pair, the referee proves none that is worse than the best, and some of the best."""
    proved = 0
    for seed in range(150):
        problem = random_town(seed, most_needs=5, most_helpers=6, strict=False)
        best = solve(problem)
        for need in problem.needs:
            for helper in problem.helpers:
                plan = solve_forcing(problem, {}, need.id, helper.id)
                if plan is not None and is_proved_best(problem, plan):
                    proved += 1

                    assert [one.value for one in plan.levels] == [one.value for one in best.levels], seed
    assert proved > 100


def test_leaving_out_is_not_best_where_somebody_could_go(random_town: Callable[..., Problem]) -> None:
    """The plan that asks nobody is proved best exactly where nobody could be asked."""
    for seed in range(60):
        problem = random_town(seed, most_slots=1)
        best = solve(problem)
        nobody = replace(best, assignments=())

        assert is_proved_best(problem, best), seed
        assert is_proved_best(problem, nobody) == (not best.assignments), seed
