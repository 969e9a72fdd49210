"""The referee of cases: it finds every kind of fault, and a better plan wherever there is one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from dispatch.solver.case import Answer, Case, Cover, values_of
from dispatch.solver.case_check import breaks, is_cheapest, values_by_hand
from dispatch.solver.paths.levels import Aim
from dispatch.solver.solving import solve_case

EVERYBODY = [(row, who) for row in range(3) for who in range(4)]


@pytest.fixture
def case():
    """Three requests, four responders who may do all of them, two people for the first; pair 4 r + j sends j to r."""
    return Case(
        rows=np.array([row for row, _ in EVERYBODY]),
        columns=np.array([who for _, who in EVERYBODY]),
        aims=[
            Aim("out", left_out=np.array([1, 1, 1])),
            Aim("load", first_seat=np.array([1, 1, 1, 1]), next_seat=np.array([2, 2, 2, 2])),
            Aim("cost", pair=np.arange(12)),
        ],
        headcount=np.array([2, 1, 1]),
        capacity=np.array([2, 2, 3, 1]),
        units=np.array([1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 1]),
        apart=frozenset({(3, 2)}),
        clashes={1: frozenset({(2, 0)}), None: frozenset({(1, 2)})},
        covers=[Cover(0, frozenset({1, 2}))],
    )


def _answer(case, pairs, **said):
    values = values_by_hand(case, [pair for pair in pairs if pair < len(case.rows)])
    return Answer(pairs=np.array(pairs, dtype=np.int64), **{"values": values, "bounds": values, **said})


def test_a_plan_that_keeps_every_rule_passes(case):
    """Two people to the first, somebody to each other."""
    assert breaks(case, _answer(case, [0, 1, 4, 11])) == ()


FAULTS = [
    ([1, 0], "pairs", "plan"),
    ([4, 4], "pairs", "plan"),
    ([12], "pairs", "plan"),
    ([1], "all or nothing", "request 0"),
    ([4, 5], "all or nothing", "request 1"),
    ([0, 3], "cover", "request 0"),
    ([2, 3], "apart", "request 0"),
    ([1, 2, 9], "clash", "responder 1"),
    ([5, 9], "clash", "responder 1"),
    ([0, 1, 2, 6, 10], "capacity", "responder 2"),
    ([7, 11], "capacity", "responder 3"),
]


@pytest.mark.parametrize(("pairs", "promise", "where"), FAULTS)
def test_each_broken_rule_is_named(case, pairs, promise, where):
    """Whom it concerns included."""
    assert (promise, where) in {(one.promise, one.where) for one in breaks(case, _answer(case, pairs))}


def test_values_that_are_not_so_are_named(case):
    """A plan that claims less than it comes to."""
    assert [one.promise for one in breaks(case, _answer(case, [4], values=(1, 1, 4), bounds=(1, 1, 4)))] == ["values"]


def test_bounds_above_the_plan_are_named(case):
    """What no plan comes below cannot be more than this one comes to."""
    assert [one.where for one in breaks(case, _answer(case, [4], bounds=(3, 2, 3)))] == ["out", "load"]
    assert [one.promise for one in breaks(case, _answer(case, [4], bounds=(2,)))] == ["bound"]


def test_values_by_hand_are_those_of_the_arrays(make_case):
    """Counted seat by seat and worked out at once."""
    for seed in range(50):
        case = make_case(seed, "everything")
        some = [at for at in range(len(case.rows)) if (at * 7 + seed) % 3 == 0]

        assert values_by_hand(case, some) == values_of(case, np.array(some, dtype=np.int64))


def test_a_better_plan_of_a_flow_is_found_out(make_case, every_plan):
    """Only plans that are as good as the best pass as optimal; all others do not."""
    passed = failed = 0
    for seed in range(40):
        case = make_case(seed, "flow")
        plans = every_plan(case)
        for values, pairs in plans:
            is_best = values == plans[0][0]
            assert is_cheapest(case, pairs) == is_best, seed
            assert (breaks(case, _answer(case, pairs)) == ()) == is_best, seed
            passed, failed = passed + is_best, failed + (not is_best)
    assert passed >= 40
    assert failed > 400


def test_a_better_plan_is_no_fault_of_one_that_claims_nothing(make_case):
    """Bounds below the values say so themselves."""
    case = make_case(3, "flow")
    best = solve_case(case)
    nobody = np.zeros(0, dtype=np.int64)

    claimed = replace(best, pairs=nobody, values=values_of(case, nobody), bounds=tuple(v - 100 for v in values_of(case, nobody)))

    assert breaks(case, claimed) == ()
