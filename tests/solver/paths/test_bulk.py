"""What NumPy looks up for many requests at once is what CPython would look up one by one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from dispatch.solver.paths import blocks, bulk
from dispatch.solver.paths.drawing import lay_out


@pytest.fixture
def plain_town(town_of, monkeypatch):
    """Give a maker of towns without odd pairs, on a plane or on the earth, in which seats are from few to plenty."""
    monkeypatch.setattr(blocks, "LONG", 16)

    def make(seed):
        size = {"requests": 40, "responders": (10, 40, 150)[seed % 3]}
        return town_of(seed, **size, load=seed % 5 == 0, odd=0, on_earth=seed % 4 == 1)

    return make


def test_the_arcs_found_at_once_are_all_pairs_allowed(plain_town):
    """Pair by pair at the same cost as Python's own numbers say, and none twice."""
    for seed in range(30):
        town = plain_town(seed)
        drawn = lay_out(town.asked, town.there, town.terms)

        found = bulk.allowed(drawn, np.arange(town.requests), town.asked.look_metres)

        assert sorted(zip(*(one.tolist() for one in found), strict=True)) == sorted(town.pairs()), seed


def test_the_cheapest_responder_is_found_however_far(plain_town):
    """Looking wider step by step, nobody cheaper is left out."""
    for seed in range(30):
        town = plain_town(seed)
        least = {}
        for row, _, cost in town.pairs():
            least[row] = min(cost, least.get(row, cost))

        head, cost, wide, pool = bulk.cheapest(lay_out(town.asked, town.there, town.terms), town.requests, 0.1)

        costs = {(row, column): cost for row, column, cost in town.pairs()}
        found = {(row, int(head[row])): int(cost[row]) for row in np.flatnonzero(head >= 0).tolist()}
        assert {row: cost for (row, _), cost in found.items()} == least, seed
        assert found.items() <= costs.items(), seed
        near = {pair: cost for pair, cost in costs.items() if cost <= wide[pair[0]]}
        rows = np.arange(0, town.requests, 1 + seed % 2)
        offers = pool.take(rows)
        pairs = zip(rows[offers.rows()].tolist(), offers.heads.tolist(), strict=True)
        pooled = dict(zip(pairs, offers.cost.tolist(), strict=True))
        assert pooled.items() <= costs.items(), seed
        assert {pair: cost for pair, cost in near.items() if pair[0] in rows}.items() <= pooled.items(), seed


def test_a_plan_begun_at_once_is_as_good_as_one_over_written_pairs(plain_town):
    """Begun by NumPy, the plan is the best level by level, and stays so while requests and responders come and go."""
    for seed in range(45):
        town = plain_town(seed)
        plan, other = town.plan(compiled=False), town.written()

        assert plan.values() == other.values(), seed
        assert plan.is_proved(), seed
        for row, column in ((0, 0), (7, 3), (21, 9)):
            for one in (plan, other):
                one.take_out(row)
                one.close(column)

            assert plan.values() == other.values(), seed
            assert plan.is_proved(), seed


def test_costs_beyond_32_bits_are_kept(plain_town):
    """Somebody who costs more than half the numbers hold is sent where nobody else can go, at that cost."""
    dear = 0
    for seed in (1, 2, 3, 4, 6, 7, 8, 9):
        town = plain_town(seed)
        town.there.more[::2] += 2**33
        plan = town.plan(compiled=False)

        assert plan.values() == town.written().values(), seed
        assert plan.is_proved(), seed
        dear += bool((plan.sent[plan.sent >= 0] % 2 == 0).any())
    assert dear


def test_a_plan_is_told_and_proved_before_searches_read_it(plain_town):
    """What it comes to and that it is the best is the same whether or not lists for searches were made of it."""
    for seed in range(12):
        plan = plain_town(seed).plan(compiled=False)
        told = plan.values(), plan.sent.tolist(), plan.is_proved()

        assert not {"state", "arcs"} & vars(plan).keys(), seed
        assert [plan.state.sent[plan.place_of_request(row)] for row in range(len(told[1]))] == [
            one if one < 0 else plan.place_of_responder(one) for one in told[1]
        ], seed
        assert (plan.values(), plan.sent.tolist(), plan.is_proved()) == told, seed
        assert told[2], seed


def test_a_town_of_one_skill_that_all_need_stays_planned(plain_town):
    """There is no grid of everybody, and who stands beside an entry has the level of that skill."""
    for seed in range(12):
        town = plain_town(seed)
        needs = np.maximum(1, town.asked.needs[:, :1])
        town.asked = replace(town.asked, needs=needs)
        town.there = replace(town.there, levels=np.ascontiguousarray(town.there.levels[:, :1]))
        plan, other = town.plan(compiled=False), town.written()
        for row in range(0, town.requests, 3):
            for one in (plan, other):
                one.take_out(row)
                one.close(row % town.responders)
            assert plan.values() == other.values(), seed
            for one in (plan, other):
                one.bring(row)
            assert plan.values() == other.values(), seed
            assert plan.is_proved(), seed


def test_a_plan_that_is_not_the_best_is_not_proved(plain_town):
    """Left out although somebody could go, or with a price too high for a free seat: the proof says no."""
    seen = set()
    for seed in range(30):
        plan = plain_town(seed).plan(compiled=False)
        state = plan.state
        free = [j for j, used in enumerate(state.used) if used < state.capacity[j]]
        if free:
            before = state.price[free[0]]
            state.price[free[0]] = state.base[free[0]] + state.step[free[0]] * state.used[free[0]] + 1
            assert not plan.is_proved(), seed
            state.price[free[0]] = before
            seen.add("price")
        served = np.flatnonzero(np.array(state.sent) >= 0)
        if len(served):
            plan.engine.search.leave(plan.state, int(served[0]))
            plan.state.sent[int(served[0])] = -1
            assert not plan.is_proved(), seed
            seen.add("left out")
    assert seen == {"price", "left out"}


def test_a_way_that_could_be_rounded_either_way_is_measured_by_one_library(town_of, monkeypatch):
    """NumPy's sines off by less than is unsure: no pair changes its cost or comes within reach."""
    sine = np.sin
    monkeypatch.setattr(bulk, "UNSURE", 0.02)
    for seed in range(8):
        town = town_of(seed, requests=60, responders=60, odd=0, on_earth=True)
        drawn = lay_out(town.asked, town.there, town.terms)
        for off in (1.0, 1 + 1e-6, 1 - 1e-6):
            monkeypatch.setattr(bulk.np, "sin", lambda angle, off=off: sine(angle) * off)
            found = bulk.allowed(drawn, np.arange(town.requests), town.asked.look_metres)
            monkeypatch.setattr(bulk.np, "sin", sine)

            assert sorted(zip(*(one.tolist() for one in found), strict=True)) == sorted(town.pairs()), seed


def test_a_map_of_the_whole_earth_is_planned(town_of):
    """Around the date line as anywhere."""
    for seed in range(10):
        town = town_of(seed, requests=30, responders=30, odd=0, on_earth=True)
        for places in (town.asked.at, town.there.at):
            places[:, 0] = town.random.uniform(-85, 85, len(places))
            places[:, 1] = town.random.choice([-179.99, 179.99, 0.0, 90.0], len(places))
        plan = town.plan(False)

        assert plan.values() == town.written().values(), seed
        assert plan.is_proved(), seed
