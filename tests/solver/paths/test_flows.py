"""Plans that the flow makes, and the prices by which they are proved without it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from dispatch.solver.paths import blocks, flows, mending, pairs, seating
from dispatch.solver.paths import plan as plans
from dispatch.solver.paths.flows import Offers, Seats, cheapest_of, priced, seat_all
from dispatch.solver.paths.levels import Aim, fold
from dispatch.solver.paths.search import OUT

WAYS = {
    "all arcs at once": {"arcs": 1000, "few": 0.0},
    "one arc, then the flow again": {"arcs": 1, "few": 0.0},
    "one arc, then one request after the other": {"arcs": 1, "few": 1.0},
}
"""How many arcs the flow is given first, and up to which share those who would rather go elsewhere go one by one."""


@pytest.fixture(params=WAYS.values(), ids=WAYS)
def way(request, monkeypatch):
    """Make plans of written pairs begin by the flow, however few there are."""
    for module in (pairs, seating):
        monkeypatch.setattr(module, "FIRST_ARCS", request.param["arcs"])
    monkeypatch.setattr(mending, "FEW", request.param["few"])
    monkeypatch.setattr(blocks, "LONG", 5)
    monkeypatch.setattr(plans, "WORTH_A_FLOW", 1)
    monkeypatch.setattr(plans, "begin", lambda *_, **__: None)


@pytest.mark.usefixtures("way")
def test_the_flow_makes_the_best_of_all_plans(matching):
    """Four levels and seats that cost more one after the other: as enumeration says, and so after every change."""
    for seed in range(120):
        made = matching(seed)
        plan = made.plan()

        assert plan.values() == made.best(), seed
        assert plan.is_proved(), seed
        there, closed = set(range(made.requests)), set()
        for _ in range(4):
            made.change(plan, there, closed)

            assert plan.values() == made.best(there=there, closed=closed), seed
            assert plan.is_proved(), seed


@pytest.mark.usefixtures("way")
def test_the_flow_agrees_with_the_searches(matching):
    """On larger matchings, contested and not, both come to the same."""
    for seed in range(40):
        made = matching(seed, requests=60, responders=25, largest=(2, 300)[seed % 2])
        by_flow = made.plan()

        assert by_flow.values() == _searched(made).values(), seed
        assert by_flow.is_proved(), seed


def _searched(made):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(plans, "WORTH_A_FLOW", 10**9)
        return made.plan()


@pytest.mark.usefixtures("way")
def test_a_town_seated_at_once_is_seated_best(town_of, monkeypatch):
    """Many requests for few seats, near arcs first: as good as all pairs written down, whoever then comes and goes."""
    monkeypatch.setattr("dispatch.solver.paths.bulk.FIRST_CELLS", 0.1)
    joined = 0
    for seed in range(40):
        town = town_of(seed, requests=(30, 80)[seed % 2], responders=(20, 50, 120)[seed % 3], load=seed % 7 == 0)
        town.terms = replace(town.terms, odd=())
        plan, other = town.plan(compiled=False), _searched_town(town)

        assert plan.values() == other.values(), seed
        assert plan.is_proved(), seed
        for row, column in ((0, 0), (7, 3), (21, 9)):
            for one in (plan, other):
                one.take_out(row)
                one.close(column)
            assert plan.values() == other.values(), seed
            for one in (plan, other):
                one.bring(row)
                one.open(column)
            assert plan.values() == other.values(), seed
            assert plan.is_proved(), seed
        joined += bool((np.array(plan.state.price) > 0).any())
    assert joined


def _searched_town(town):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(plans, "WORTH_A_FLOW", 10**9)
        return town.written()


def test_where_the_flow_refuses_the_searches_do_it(town_of, matching, monkeypatch):
    """Costs that leave OR-Tools no room: the plan is the best all the same."""
    monkeypatch.setattr(flows, "MOST_SCALED", 0)
    monkeypatch.setattr(plans, "WORTH_A_FLOW", 1)
    for seed in range(8):
        town, made = town_of(seed), matching(seed)
        town.terms = replace(town.terms, odd=())

        assert town.plan(compiled=False).values() == town.written().values(), seed
        assert made.plan().values() == made.best(), seed


def test_a_plan_that_the_flow_cannot_mend_is_left_to_the_searches(town_of, monkeypatch):
    """The flow over near arcs goes well and the next one does not: what it came to so far is not taken for the best."""
    monkeypatch.setattr(seating, "FIRST_ARCS", 1)
    mended = []
    for seed in range(12):
        town = town_of(seed, requests=60, responders=40, odd=0)
        town.there.capacity[:] = np.maximum(town.there.capacity, 2)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(seating, "mend", lambda *args: mended.append(args))
            plan = town.plan(compiled=False)

        assert plan.values() == town.written().values(), seed
        assert plan.is_proved(), seed
    assert mended


def test_levels_squeezed_too_far_are_set_wider_apart():
    """Twelve move on, 99 dearer each, so that one more is served: worth it, though single costs never reach that."""
    many = 12
    heads = np.array([at for nth in range(many) for at in (nth, nth + 1)] + [0])
    cost = np.array([0, 99] * many + [0])
    offers = Offers(np.array([2] * many + [1]), heads, cost)
    rows = np.repeat(np.arange(many + 1), offers.many)
    aims = [Aim("unserved", left_out=np.ones(many + 1, dtype=np.int64)), Aim("cost", pair=cost)]
    capacity = np.ones(many + 1, dtype=np.int64)
    levels = fold(aims, many + 1, len(rows), capacity, most=None)

    found = seat_all(offers._replace(cost=levels.cost), levels.out, Seats(levels.base, levels.step, capacity), levels)

    assert found is not None
    assert (found.arc >= 0).all()


def test_prices_are_found_only_for_a_plan_that_is_the_best():
    """Two requests, two seats: crossed over, or with somebody left out, they have none."""
    offers = Offers(np.array([2, 2]), np.array([0, 1, 0, 1]), np.array([1, 5, 5, 1]))
    seats = Seats(np.zeros(2, dtype=np.int64), np.zeros(2, dtype=np.int64), np.ones(2, dtype=np.int64))
    out = np.array([100, 100])

    assert priced(offers, np.array([0, 3]), out, seats).price.tolist() == [0, 0]
    assert priced(offers, np.array([1, 2]), out, seats) is None
    assert priced(offers, np.array([0, OUT]), out, seats) is None


def test_the_cheapest_arcs_are_kept_of_each():
    """As many as asked for, where rows are alike and where they are not, and where they stood among all."""
    random = np.random.default_rng(1)
    for many in (np.array([7, 7, 7]), np.array([1, 0, 9])):
        cost = random.permutation(int(many.sum()))
        offers = Offers(many, np.arange(len(cost)), cost)

        few, at = cheapest_of(offers, 4)

        for row in range(3):
            all_ = sorted(cost[offers.begin()[row] :][: many[row]].tolist())
            kept = slice(few.begin()[row], few.begin()[row] + few.many[row])
            assert sorted(few.cost[kept].tolist()) == all_[:4]
        assert few.cost.tolist() == cost[at].tolist()
        assert few.heads.tolist() == at.tolist()
