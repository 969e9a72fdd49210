"""The team engine: two solvers with one objective, prices that prove, and bounds when time is up."""

from __future__ import annotations

from itertools import product
from random import Random

import numpy as np
import pytest

from dispatch.solver.case import Case, Cover, values_of
from dispatch.solver.case_check import breaks, unlawful
from dispatch.solver.parts import pieces
from dispatch.solver.paths.levels import Aim
from dispatch.solver.solving import solve_case
from dispatch.solver.teams import builder, highs
from dispatch.solver.teams.cliques import cliques
from dispatch.solver.teams.engine import _safe, solve_teams
from dispatch.solver.teams.first import first_plan
from dispatch.solver.teams.folds import fold_from
from dispatch.solver.teams.honest import floors, honest
from dispatch.solver.teams.prices import few_columns, narrow, prove
from dispatch.solver.teams.program import ANY, Program, Scope

KINDS = ("headcount", "covers", "apart", "clash of one", "clash of all", "units", "everything")


def test_the_wheel_brings_the_library():
    """Without it, relaxations would begin afresh each time; here it is there."""
    assert highs.library() is not None


@pytest.mark.parametrize("kind", KINDS)
def test_two_solvers_come_to_the_same(kind, make_case):
    """HiGHS through its own interface, and what OR-Tools' own door leads to, prove the same values."""
    for seed in range(30):
        for piece in pieces(make_case(seed, kind, requests=7, responders=7)):
            first, second = (solve_teams(piece.case, solver=solver) for solver in (highs, builder))

            assert first.status == second.status == "optimal", seed
            assert first.values == second.values, seed


def test_flows_and_teams_come_to_the_same(make_case):
    """Shortest paths and linear programs prove the same values where the case is a flow."""
    for seed in range(60):
        case = make_case(seed, "flow", requests=8, responders=6)
        flow = solve_case(case)
        nobody = values_of(case, np.zeros(0, dtype=np.int64))

        parts = [(solve_teams(piece.case), piece.case) for piece in pieces(case)]

        assert {answer.status for answer, _ in parts} <= {"optimal"}
        gained = [np.array(answer.values) - values_of(part, np.zeros(0, dtype=np.int64)) for answer, part in parts]
        assert flow.values == tuple(np.array(nobody) + sum(gained)), seed


def test_what_is_decided_on_the_way_changes_nothing(make_street):
    """Folds, prices, contests and few columns come to what asking for whole numbers level after level comes to."""
    for seed in range(80):
        for piece in pieces(make_street(seed)):
            answer = solve_teams(piece.case)

            assert (answer.status, answer.values) == ("optimal", _one_level_after_the_other(piece.case)), seed


def test_who_was_taken_to_be_served_and_cannot_be_is_left_out_in_the_end():
    """Halves of ten people make a team of five that has one of each couple round two rings; whole people make none."""
    ring = [(at, (at + 1) % 5) for at in range(5)]
    covers = [Cover(0, frozenset(both)) for both in (*ring, *((a + 5, b + 5) for a, b in ring))]
    others = range(1, 6)
    pairs = [*((0, who) for who in range(10)), *((row, 10 + who) for row in others for who in range(6))]
    case = Case(
        rows=np.array([row for row, _ in pairs]),
        columns=np.array([who for _, who in pairs]),
        aims=[Aim("out", left_out=np.ones(6, dtype=np.int64)), Aim("cost", pair=np.arange(len(pairs)))],
        headcount=np.array([5, 2, 1, 1, 1, 1]),
        capacity=np.ones(16, dtype=np.int64),
        units=np.ones(len(pairs), dtype=np.int64),
        covers=covers,
    )

    answer = solve_teams(case)

    assert (answer.status, answer.values) == ("optimal", _one_level_after_the_other(case))
    assert answer.values[0] == 1


@pytest.mark.parametrize("name", ["highs", "scip"])
def test_each_solver_of_the_wheel_finds_the_best_point(name):
    """With a bound that is less than one away, or proves that there is no point at all."""
    for seed in range(40):
        scope, cost = _random_scope(Random(seed))
        best = min((int(cost @ point) for point in _points(scope)), default=None)

        found = builder.minimise_whole(scope, cost, None, None, names=(name,))

        assert found.is_empty == (best is None), seed
        if best is not None:
            assert round(float(cost @ found.point)) == best, seed
            assert best - 1 < found.bound <= best + 1e-6, seed


def test_whatever_prices_are_given_no_point_comes_below_their_bound():
    """Good prices, bad ones and wrong signs: what they prove is true, and what they decide holds for all points up to a target."""
    decided = 0
    for seed in range(400):
        random = Random(seed)
        scope, cost = _random_scope(random)
        points = list(_points(scope))
        prices = np.array([random.choice((0.0, random.uniform(-3, 3))) for _ in scope.low])
        if random.random() < 0.5 and points:
            prices = highs.Relaxation(scope).minimise(cost, None).prices

        proof = prove(scope, cost, prices)

        assert all(proof.least() <= cost @ point for point in points), seed
        if points:
            target = min(int(cost @ point) for point in points) + random.randint(0, 1)
            left = scope.copy()
            only = narrow(left, proof, target)
            kept = [point for point in points if cost @ point <= target]
            assert all(_is_in(left, point) for point in kept), seed
            if only:
                assert all(cost @ point <= target for point in _points(left)), seed
            decided += int((left.lower == left.upper).sum())
    assert decided > 500


def test_numbers_too_large_for_whole_parts_prove_nothing():
    """Rather than something wrong."""
    scope, cost = _random_scope(Random(1))

    assert prove(scope, np.sign(cost) * 2**62, np.ones(len(scope.low))) is None


def test_few_columns_leave_out_nothing_that_costs_less():
    """Whatever point is not among them comes to what was said at the least."""
    seen = 0
    for seed in range(400):
        scope, cost = _random_scope(Random(seed))
        points = list(_points(scope))
        if points:
            proof = prove(scope, cost, highs.Relaxation(scope).minimise(cost, None).prices)
            for few, beyond in few_columns(scope, proof):
                outside = [int(cost @ point) for point in points if not _is_in(few, point)]
                assert all(one >= beyond for one in outside), seed
                seen += len(outside)
    assert seen > 200


def test_bounds_of_floating_point_are_rounded_up_only_as_far_as_they_can_be_believed(make_street):
    """A little less than a whole number is that number, clearly more is the next one, and huge ones say nothing."""
    program = Program(make_street(1))
    fold = fold_from(program, program.scope(), 3, alone=True)

    assert [_safe(bound, fold) for bound in (7 - 1e-6, 7 + 1e-6, 7.2, None, 1e12)] == [7, 7, 8, None, None]


def test_bounds_below_a_level_that_is_open_hold_for_all_plans():
    """Up to the first level that is not met what was proved counts, then only what no plan at all comes below."""
    assert honest((5, 3, 9), (5, 2, 8), (0, 1, 2)) == (5, 2, 2)
    assert honest((5, 3, 9), (5,), (0, 1, 2)) == (5, 1, 2)
    assert honest((5, 3, 9), (5, 3, 9), (0, 1, 2)) == (5, 3, 9)


def test_no_plan_comes_below_the_floors(make_case, every_plan):
    """Whatever it does at other levels."""
    for seed in range(200):
        for kind in ("everything", "headcount"):
            case = make_case(seed, kind)
            lowest = floors(case)

            assert all(low <= value for values, _ in every_plan(case) for low, value in zip(lowest, values, strict=True)), seed


def test_work_without_units_takes_no_room():
    """Two requests that take one unit do not fit beside each other, one that takes none goes with either."""
    case = Case(
        rows=np.array([0, 1, 2]),
        columns=np.zeros(3, dtype=np.int64),
        aims=[Aim("out", left_out=np.array([2, 2, 1])), Aim("load", first_seat=np.array([1]), next_seat=np.array([2]))],
        headcount=np.ones(3, dtype=np.int64),
        capacity=np.array([1]),
        units=np.array([1, 1, 0]),
    )

    answer = solve_teams(case)

    assert (answer.status, answer.values) == ("optimal", (2, 4))


@pytest.mark.parametrize("cheap", [0, 1, 2])
def test_of_those_who_compete_whoever_costs_least_is_served(cheap):
    """Three pairs out of three people, who go together just as well: the levels below say which."""
    pairs = [*((row, who) for row in range(3) for who in range(3)), *((row, who) for row in range(3, 9) for who in (0, 3))]
    ones = np.ones(9, dtype=np.int64)
    case = Case(
        rows=np.array([row for row, _ in pairs]),
        columns=np.array([who for _, who in pairs]),
        aims=[Aim("out", left_out=ones), Aim("waiting", left_out=ones), Aim("cost", pair=np.array([int(row < 3 and row != cheap) for row, _ in pairs]))],
        headcount=np.array([2, 2, 2, 1, 1, 1, 1, 1, 1]),
        capacity=np.array([1, 1, 1, 6]),
        units=np.ones(len(pairs), dtype=np.int64),
    )

    answer = solve_teams(case)

    assert (answer.status, answer.values) == ("optimal", (2, 2, 0))


def test_levels_folded_into_one_keep_their_order(make_case, every_plan):
    """The smaller of two plans level by level is the smaller one in the fold, and its bound says no more than is true."""
    for seed in range(150):
        for piece in pieces(make_case(seed, "everything")):
            program = Program(piece.case)
            fold = fold_from(program, program.scope(), 0, alone=False)
            plans = every_plan(piece.case)

            folded = [fold.value(values) for values, _ in plans]

            assert folded == sorted(folded), seed
            assert all(values[level] <= high for values, _ in plans for level, high in zip(fold.levels, fold.highs, strict=True))
            assert fold.first_bound(folded[0]) <= plans[0][0][0], seed
            for values, pairs in plans[:20]:
                point = program.point_of(np.array(pairs, dtype=np.int64))
                assert round(float(fold.cost @ point)) + fold.offset == fold.value(values), seed
                assert _is_in(program.scope(), point.astype(np.int64)), seed


def test_the_first_plan_is_legal_and_serves_where_it_can(make_case, every_plan):
    """It never comes to more than sending nobody, and to much less all in all."""
    served = possible = 0
    for seed in range(200):
        case = make_case(seed, "everything")
        plans = every_plan(case)

        plan = first_plan(case)

        assert tuple(plan.tolist()) in {pairs for _, pairs in plans}, seed
        assert values_of(case, plan) <= values_of(case, plan[:0]), seed
        served += values_of(case, plan[:0])[0] - values_of(case, plan)[0]
        possible += values_of(case, plan[:0])[0] - plans[0][0][0]
    assert served > 0.8 * possible


def test_a_plan_that_is_begun_stays_and_is_gone_on_with(make_case):
    """Whatever it has is kept, the rest is legal beside it, and no level that is stricter gets worse."""
    more = 0
    for seed in range(60):
        for piece in pieces(make_case(seed, "everything", requests=7, responders=7)):
            whole = first_plan(piece.case)
            some = {*piece.case.rows[whole].tolist()[: seed % 3]}
            begun = [one for one in whole.tolist() if int(piece.case.rows[one]) in some]
            plan = first_plan(piece.case, begun)
            more += len(plan) > len(begun)

            assert set(begun) <= set(plan.tolist())
            assert not list(unlawful(piece.case, plan.tolist())), seed
            assert values_of(piece.case, plan) <= values_of(piece.case, np.array(begun, dtype=np.int64)), seed
    assert more > 10


def test_cliques_cover_each_pair_and_nothing_else():
    """Every two in a set exclude each other, and every two that do are in one."""
    for seed in range(100):
        random = Random(seed)
        pairs = {(a, b) for a in range(7) for b in range(a + 1, 7) if random.random() < 0.5}

        found = cliques(pair if random.random() < 0.5 else pair[::-1] for pair in pairs)

        assert {(a, b) for some in found for a in some for b in some if a < b} == pairs


def test_time_that_runs_out_on_the_way_leaves_true_bounds(make_case):
    """Wherever it is cut, the plan is legal and nothing above the optimum is claimed at the first level that is open."""
    case = make_case(5, "everything", requests=30, responders=30)
    best = solve_case(case).values
    for milliseconds in (0, 1, 2, 4, 8, 16, 32, 64):
        answer = solve_case(case, seconds=milliseconds / 1000)

        assert breaks(case, answer) == ()
        open_ = next((at for at, (v, b) in enumerate(zip(answer.values, answer.bounds, strict=True)) if v != b), len(best))
        assert answer.values[:open_] == best[:open_]
        assert open_ == len(best) or answer.bounds[open_] <= best[open_] <= answer.values[open_]


def _one_level_after_the_other(case):
    program = Program(case)
    scope, values = program.scope(), []
    for aim in case.aims:
        cost, offset = program.objective(aim)
        found = highs.minimise_whole(scope, cost, None, None)
        values.append(round(float(cost @ found.point)) + offset)
        scope.add(cost, values[-1] - offset)
    return tuple(values)


def _random_scope(random):
    size, rows = random.randint(1, 6), random.randint(1, 4)
    start, index, value, low, high = [0], [], [], [], []
    for _ in range(rows):
        some = [at for at in range(size) if random.random() < 0.7]
        index += some
        value += [random.choice((-2, -1, 1, 1, 3)) for _ in some]
        start.append(len(index))
        low.append(random.choice((-ANY, -1, 0, 1)))
        high.append(random.choice((ANY, max(1, low[-1]), max(0, low[-1]))))
    lower = [int(random.random() < 0.1) for _ in range(size)]
    upper = [max(one, int(random.random() < 0.9)) for one in lower]
    arrays = (np.array(one, dtype=np.int64) for one in (lower, upper, start, index, value, low, high))
    return Scope(*arrays), np.array([random.randint(-9, 9) for _ in range(size)])


def _points(scope):
    return (point for point in map(np.array, product((0, 1), repeat=len(scope.lower))) if _is_in(scope, point))


def _is_in(scope, point):
    sums = [
        int(scope.value[begin:end] @ point[scope.index[begin:end]])
        for begin, end in zip(scope.start[:-1], scope.start[1:], strict=True)
    ]
    return (scope.lower <= point).all() and (point <= scope.upper).all() and (scope.low <= sums).all() and (sums <= scope.high).all()
