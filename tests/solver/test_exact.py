"""The best plan: compared with every plan there is, on hundreds of small towns."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import combinations, product
from unittest.mock import Mock

import pytest

from dispatch.model.service import Urgency
from dispatch.solver.candidates import sift
from dispatch.solver.check import ORDER, breaks, is_proved_best
from dispatch.solver.costs import price
from dispatch.solver.exact import Search, solve, solve_forcing
from dispatch.solver.greedy import solve_greedily
from dispatch.solver.problem import FirstAsked, Helper, Need, Problem, Solution

Plan = tuple[tuple[str, str], ...]


def circles(problem: Problem) -> FirstAsked:
    """Draw a first circle for every other need: those whose id is odd."""
    odd = frozenset(one.id for one in problem.helpers if int(one.id[1:]) % 2)
    return {one.id: odd for one in problem.needs if one.number % 2}


def every_plan(problem: Problem) -> Iterator[Plan]:
    """Yield every plan that is allowed."""
    candidates = sift(problem)
    pairings = candidates.pairings
    options: list[list[Plan]] = []
    for row, need in enumerate(pairings.needs):
        could = [one.id for column, one in enumerate(pairings.helpers) if candidates.eligible[row, column]]
        teams = [
            team
            for team in combinations(could, need.slots)
            if not any(pair in problem.apart for pair in combinations(sorted(team), 2))
        ]
        options.append([(), *(tuple((need.id, helper) for helper in team) for team in teams)])
    seats = {one.id: one.free_seats for one in problem.helpers}
    for parts in product(*options):
        plan = tuple(pair for part in parts for pair in part)
        if all(held <= seats[helper] for helper, held in Counter(helper for _, helper in plan).items()):
            yield plan


def vector(problem: Problem, plan: Plan, first_asked: FirstAsked) -> tuple[int, ...]:
    """Give what a plan comes to at each level."""
    pairings = sift(problem).pairings
    costs = price(pairings).total
    served = {need for need, _ in plan}
    out = [one for one in problem.needs if one.id not in served]
    load = Counter({one.id: one.load for one in problem.helpers})
    load.update(helper for _, helper in plan)
    return (
        sum(one.urgency is Urgency.URGENT for one in out),
        sum(one.urgency is Urgency.NORMAL for one in out),
        sum(one.urgency is Urgency.LOW for one in out),
        sum(one.waited_minutes for one in out),
        sum(helper not in first_asked[need] for need, helper in plan if need in first_asked),
        sum(held**2 for held in load.values()),
        sum(int(costs[pairings.pair(*pair)]) for pair in plan),
    )


def plan_of(solution: Solution) -> Plan:
    """Give the pairs of a solution."""
    return tuple((one.need, one.helper) for one in solution.assignments)


@pytest.mark.parametrize("strict", [True, False])
def test_no_other_plan_is_better(random_town: Callable[..., Problem], strict: bool) -> None:
    """A solution is as good as the best of all plans at every level, and the referee has nothing to say."""
    for seed in range(200):
        problem = random_town(seed, strict=strict)
        first_asked = circles(problem)
        solution = solve(problem, first_asked)
        best = min(vector(problem, plan, first_asked) for plan in every_plan(problem))
        told = dict(zip(ORDER, best, strict=True))

        assert vector(problem, plan_of(solution), first_asked) == best, seed
        assert {one.name: one.value for one in solution.levels}.items() <= told.items(), seed
        assert solution.status == "optimal", seed
        assert not breaks(problem, solution), seed


def _with_pairs(problem: Problem, seed: int, share: float) -> Problem:
    """Let some of all pairs of helpers never go together."""
    rng = random.Random(f"{seed} apart")
    ids = sorted(one.id for one in problem.helpers)
    return replace(problem, apart=frozenset(pair for pair in combinations(ids, 2) if rng.random() < share))


@pytest.mark.parametrize(("share", "most_helpers"), [(0.3, 6), (0.7, 6), (0.2, 9)])
def test_nobody_goes_with_whom_they_never_go(
    random_town: Callable[..., Problem], share: float, most_helpers: int
) -> None:
    """The best of all plans that keep such pairs apart; the quick plan and one cut short keep them apart as well."""
    kept_apart = 0
    for seed in range(150):
        town = random_town(seed, most_needs=3, most_helpers=most_helpers, strict=False)
        problem = _with_pairs(town, seed, share)
        first_asked = circles(problem)
        solution = solve(problem, first_asked)
        best = min(vector(problem, plan, first_asked) for plan in every_plan(problem))

        assert vector(problem, plan_of(solution), first_asked) == best, seed
        assert solution.status == "optimal", seed
        assert not breaks(problem, solution), seed
        assert not breaks(problem, solve_greedily(problem, first_asked)), seed
        assert not breaks(problem, solve(problem, first_asked, most_nodes=1)), seed
        kept_apart += plan_of(solve(town, first_asked)) != plan_of(solution)
    assert kept_apart > 20


def test_the_referee_sees_two_who_never_go_together(
    make_need: Callable[..., Need], make_helper: Callable[..., Helper], make_problem: Callable[..., Problem]
) -> None:
    """A plan made without the pair breaks it."""
    problem = make_problem([make_need(slots=2)], [make_helper("h1"), make_helper("h2")])
    told = breaks(replace(problem, apart=frozenset({("h1", "h2")})), solve(problem))

    assert "apart" in {one.promise for one in told}


def test_what_only_those_could_do_who_never_go_together_says_so(
    make_need: Callable[..., Need], make_helper: Callable[..., Helper], make_problem: Callable[..., Problem]
) -> None:
    """Nobody waits for them in vain, and the remedy is to ask for fewer."""
    problem = make_problem([make_need(slots=2)], [make_helper("h1"), make_helper("h2")])
    (left,) = solve(replace(problem, apart=frozenset({("h1", "h2")}))).left_out

    assert [(one.reason, one.turned_away, one.may_return) for one in left.why] == [("not-together", 2, 0)]
    assert left.remedy is not None
    assert left.remedy.params == {"needed": 2, "count": 1}


def test_more_helpers_than_can_be_used_change_nothing(random_town: Callable[..., Problem]) -> None:
    """A town with many more helpers than slots is solved best, though the solver looks at few of them."""
    for seed in range(60):
        problem = random_town(seed, most_needs=3, most_helpers=11, most_slots=2, strict=False)
        first_asked = circles(problem)
        best = min(vector(problem, plan, first_asked) for plan in every_plan(problem))

        assert vector(problem, plan_of(solve(problem, first_asked)), first_asked) == best, seed


def test_levels_too_large_for_one_sum_are_still_strict(random_town: Callable[..., Problem]) -> None:
    """Waiting times that leave no room for another level in 64 bits are solved one level after the other."""
    for seed in range(60):
        problem = random_town(seed, longest_wait=2**40, strict=False)
        best = min(vector(problem, plan, {}) for plan in every_plan(problem))

        assert vector(problem, plan_of(solve(problem)), {}) == best, seed


def test_the_order_in_which_needs_and_helpers_are_given_changes_nothing(
    random_town: Callable[..., Problem],
) -> None:
    """The same town shuffled gives the same solution, ties included."""
    for seed in range(60):
        problem = random_town(seed, strict=seed % 2 == 0)
        # Equal places, loads and seats leave only the lot to decide.
        alike = problem.helpers[0]._replace(spot=problem.needs[0].spot, free_seats=1, bonds=frozenset())
        helpers = [alike._replace(id=one.id, code=one.code) for one in problem.helpers]
        for town in (problem, replace(problem, helpers=tuple(helpers))):
            rng = random.Random(seed)
            shuffled = replace(
                town,
                needs=tuple(rng.sample(town.needs, len(town.needs))),
                helpers=tuple(rng.sample(town.helpers, len(town.helpers))),
            )

            assert solve(shuffled) == solve(town), seed


def test_a_lot_decides_between_equals_and_not_the_first_by_name(
    make_need: Callable[..., Need], make_helper: Callable[..., Helper], make_problem: Callable[..., Problem]
) -> None:
    """Among helpers who are alike in everything, not always the same one is asked first."""
    helpers = [make_helper(f"h{number}") for number in range(1, 6)]
    chosen = {solve(make_problem([make_need(f"n{number}")], helpers)).assignments[0].helper for number in range(1, 40)}

    assert chosen == {one.id for one in helpers}


def test_no_number_of_others_outweighs_one_urgent_need(
    make_need: Callable[..., Need], make_helper: Callable[..., Helper], make_problem: Callable[..., Problem]
) -> None:
    """One urgent need for three people takes all three from three others that have waited for a week."""
    helpers = [make_helper(f"h{number}") for number in range(1, 4)]
    waiting = [make_need(f"n{number}", waited_minutes=10_000) for number in range(1, 4)]
    urgent = make_need("n9", urgency=Urgency.URGENT, slots=3)
    solution = solve(make_problem([*waiting, urgent], helpers))

    assert {one.need for one in solution.assignments} == {"n9"}
    assert solution.levels[:2] == (("unserved_urgent", 0, 0), ("unserved_normal", 3, 3))


def test_who_has_done_less_is_asked_before_who_is_nearer(
    make_need: Callable[..., Need], make_helper: Callable[..., Helper], make_problem: Callable[..., Problem]
) -> None:
    """Load comes before cost, and history counts."""
    near = make_helper("h1", load=1)
    far = make_helper("h2", spot=make_need().spot._replace(position=None))
    solution = solve(make_problem([make_need()], [near, far]))

    assert plan_of(solution) == (("n1", "h2"),)
    assert solution.levels == (("unserved_normal", 0, 0), ("load", 2, 2), ("cost", 1000, 1000))


def test_a_circle_comes_before_a_fair_load_and_after_help(
    make_need: Callable[..., Need], make_helper: Callable[..., Helper], make_problem: Callable[..., Problem]
) -> None:
    """Those of the first circle are asked however much they have done, others once these run out."""
    inside, outside = make_helper("h1", load=9), make_helper("h2")
    first_asked = {"n1": frozenset({"h1"}), "n2": frozenset({"h1"})}
    alone = solve(make_problem([make_need("n1")], [inside, outside]), first_asked)
    both = solve(make_problem([make_need("n1"), make_need("n2")], [inside, outside]), first_asked)
    skipped = solve(make_problem([make_need("n1")], [outside]), first_asked)
    empty = solve(make_problem([make_need("n1")], [outside]), {"n1": frozenset()})
    busy = solve(make_problem([make_need("n1")], [inside, make_helper("h2", free_seats=0)]), first_asked)

    assert plan_of(alone) == (("n1", "h1"),)
    assert {helper for _, helper in plan_of(both)} == {"h1", "h2"}
    assert {one.name: one.value for one in both.levels}["pool"] == 1
    assert (alone.skipped, skipped.skipped, empty.skipped) == ((), ("n1",), ("n1",))
    assert "pool" not in {one.name for one in busy.levels}


def test_a_plan_cut_short_is_legal_and_its_bounds_are_honest(random_town: Callable[..., Problem]) -> None:
    """With no time to branch, the plan keeps every rule, and no bound lies above what could be reached."""
    cut_short = 0
    for seed in range(400):
        problem = random_town(seed, most_needs=6, most_slots=3, strict=False)
        solution = solve(problem, most_nodes=1 + 2 * (seed % 2))
        best = dict(zip(ORDER, _values(solve(problem)), strict=True))
        cut_short += solution.status == "feasible"

        assert not breaks(problem, solution), seed
        for level in solution.levels:
            assert level.bound <= best[level.name], (seed, level)
            if level.value != best[level.name]:
                break
    assert cut_short > 20


def _values(solution: Solution) -> list[int]:
    values = {one.name: one.value for one in solution.levels}
    return [values.get(name, 0) for name in ORDER]


def test_branching_proves_the_best_where_the_flow_alone_does_not(
    make_need: Callable[..., Need], make_helper: Callable[..., Helper], make_problem: Callable[..., Problem]
) -> None:
    """Two needs for two each and three helpers: the flow would serve one and a half, the answer is one."""
    problem = make_problem(
        [make_need("n1", slots=2), make_need("n2", slots=2, waited_minutes=5)],
        [make_helper(f"h{number}") for number in range(1, 4)],
    )
    solution = solve(problem)

    assert solution.status == "optimal"
    assert solution.levels[:2] == (("unserved_normal", 1, 1), ("waiting", 0, 0))
    assert {one.need for one in solution.assignments} == {"n2"}
    assert not is_proved_best(problem, solution)


def test_a_bound_is_rounded_up_to_whole_needs_and_given_up_below_a_gap(
    make_need: Callable[..., Need], make_helper: Callable[..., Helper], make_problem: Callable[..., Problem]
) -> None:
    """Half a need left out proves that a whole one is; what it proves of waiting holds for no whole plan."""
    needs = [make_need("n1", slots=2, waited_minutes=8), make_need("n2", slots=2, waited_minutes=5)]
    helpers = [make_helper(f"h{number}", load=1) for number in range(1, 4)]
    solution = solve(make_problem(needs, helpers), most_nodes=1)

    assert solution.status == "feasible"
    assert solution.levels[0] == ("unserved_normal", 1, 1)
    assert [(one.name, one.bound) for one in solution.levels[1:]] == [("waiting", 0), ("load", 3), ("cost", 0)]


def test_the_time_to_branch_is_shared_by_the_parts_of_a_town(
    make_need: Callable[..., Need], make_helper: Callable[..., Helper], make_problem: Callable[..., Problem]
) -> None:
    """What one corner of the town uses up is gone for the next, so that a round ends in time."""

    def corner(first: int, skill: str) -> tuple[list[Need], list[Helper]]:
        needs = [make_need(f"n{first + n}", slots=2, skills={skill: 1}, waited_minutes=9) for n in range(2)]
        return needs, [make_helper(f"h{first + n}", skills={skill: 1}) for n in range(3)]

    (some, them), (others, those) = corner(1, "plumbing"), corner(5, "wiring")

    assert solve(make_problem(some, them), most_nodes=5).status == "optimal"
    assert solve(make_problem([*some, *others], [*them, *those]), most_nodes=5).status == "feasible"
    assert solve(make_problem([*some, *others], [*them, *those]), most_nodes=10).status == "optimal"


def test_forcing_a_pair_gives_the_best_plan_that_has_it(random_town: Callable[..., Problem]) -> None:
    """Held to one pair, a solution is the best of all plans that have it, or there is none."""
    for seed in range(60):
        problem = random_town(seed, strict=seed % 2 == 0)
        first_asked = circles(problem)
        need, helper = problem.needs[-1].id, problem.helpers[-1].id
        with_it = [vector(problem, plan, first_asked) for plan in every_plan(problem) if (need, helper) in plan]
        forced = solve_forcing(problem, first_asked, need, helper)

        assert (forced is None) == (not with_it), seed
        if forced is not None:
            assert (need, helper) in plan_of(forced), seed
            assert vector(problem, plan_of(forced), first_asked) == min(with_it), seed


def test_an_empty_round_has_an_answer(
    make_need: Callable[..., Need], make_helper: Callable[..., Helper], make_problem: Callable[..., Problem]
) -> None:
    """No needs, no helpers and neither are plans that ask nobody, and cost is told all the same."""
    nothing = solve(make_problem([], []))
    nobody = solve(make_problem([make_need()], []))
    idle = solve(make_problem([], [make_helper()]))

    assert nothing.levels == idle.levels == (("cost", 0, 0),)
    assert nobody.levels == (("unserved_normal", 1, 1), ("cost", 0, 0))
    assert [one.why for one in nobody.left_out] == [()]
    assert nothing.status == nobody.status == idle.status == "optimal"


def test_what_does_not_fit_into_64_bits_is_said_and_not_guessed(
    make_need: Callable[..., Need], make_helper: Callable[..., Helper], make_problem: Callable[..., Problem]
) -> None:
    """A waiting time beyond all reason is an error and never a wrong plan."""
    for wait in (2**58, 2**59, 2**60, 2**61, 2**62):
        needs = [make_need("n1", waited_minutes=wait), make_need("n2", slots=2)]

        with pytest.raises(OverflowError):
            solve(make_problem(needs, [make_helper("h1"), make_helper("h2")]))


def test_a_plan_that_its_own_prices_do_not_prove_is_made_by_the_other_engine(
    random_town: Callable[..., Problem], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is called optimal on one engine's word."""
    for seed in range(20):
        problem = random_town(seed, most_slots=1, strict=False)
        proved = solve(problem)
        with monkeypatch.context() as doubt:
            doubt.setattr("dispatch.solver.paths.plan.Plan.is_proved", lambda _: False)
            doubt.setattr("dispatch.solver.exact.Search", seen := Mock(wraps=Search))
            assert solve(problem) == proved
        assert seen.called or not proved.assignments
