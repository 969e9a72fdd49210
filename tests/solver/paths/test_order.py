"""Whoever stand together are held together, and are asked about as their caller numbers them."""

from __future__ import annotations

from dataclasses import replace
from importlib.util import find_spec

import numpy as np
import pytest

from dispatch.solver.paths import map_plan
from dispatch.solver.paths.map_plan import MapPlan
from dispatch.solver.paths.order import Order, by_place, in_order

ENGINES = [False, *([True] if find_spec("numba") else [])]


def test_neighbours_stand_one_behind_the_other(town_of):
    """The way from one to the next is a small part of what it is in the order that they came in."""
    town = town_of(1, requests=3_000, responders=6_000, odd=0, on_earth=False)
    for order, at in zip(by_place(town.asked, town.there), (town.asked.at, town.there.at), strict=True):
        assert sorted(order.given.tolist()) == list(range(len(at)))
        assert (order.given[order.place] == np.arange(len(at))).all()
        before, after = (np.hypot(*np.diff(one, axis=0).T).mean() for one in (at, at[order.given]))
        assert after < before / 5


@pytest.mark.parametrize(("requests", "responders"), [(0, 0), (0, 3), (3, 0), (40, 7), (7, 40)])
@pytest.mark.parametrize("spread", [0.0, 1.0])
@pytest.mark.parametrize(("far", "kind"), [(0.0, "f8"), (1e9, "f8"), (0.0, "f4"), (0.0, "i4")])
def test_all_have_a_place_wherever_they_are(requests, responders, spread, far, kind, town_of):
    """In one point, on a line from north to south, and nobody at all, in whatever numbers."""
    town = town_of(2, requests=60, responders=60, odd=0)
    asked, there = (
        replace(one, at=(far + one.at[:many] * [0.0, spread]).astype(kind))
        for one, many in ((town.asked, requests), (town.there, responders))
    )
    ours, theirs = by_place(asked, there)

    assert sorted(ours.given.tolist()) == list(range(requests))
    assert sorted(theirs.given.tolist()) == list(range(responders))


def test_whoever_stands_at_the_very_end_has_a_place_too(town_of):
    """In numbers of 32 bits, in which a little less than the last block is the block behind it."""
    for seed in range(20):
        town = town_of(seed, requests=100, responders=120, odd=0, on_earth=False)
        asked, there = (replace(one, at=one.at.astype(np.float32)) for one in (town.asked, town.there))
        plan = MapPlan(asked, there, town.terms, compiled=False)

        assert plan.is_proved(), seed


@pytest.mark.parametrize("compiled", ENGINES)
def test_in_whatever_order_they_come_the_plan_is_as_good(compiled, town_of, monkeypatch):
    """Rows and columns are what the caller calls them: the same town shuffled has the same values and prices."""
    monkeypatch.setattr(map_plan, "TOGETHER", 5)
    for seed in range(10):
        town = town_of(seed, requests=48, responders=64, on_earth=seed % 2 == 0)
        random = np.random.default_rng(seed)
        ours, theirs = (Order(random.permutation(many)) for many in (town.requests, town.responders))
        plan = town.plan(compiled)
        other = MapPlan(*in_order(town.asked, town.there, town.terms, ours, theirs), compiled=compiled)
        pairs = [(row, column) for row, column, _ in town.pairs()][:: 1 + town.requests // 8]

        assert other.values() == plan.values() == town.written().values(), seed
        at_once = other.prices_of_sending(*zip(*((ours.place[row], theirs.place[one]) for row, one in pairs), strict=True))
        assert at_once == [plan.price_of_sending(*pair) for pair in pairs], seed
        for row, column in pairs:
            at = int(ours.place[row]), int(theirs.place[column])
            assert other.price_of_sending(*at) == plan.price_of_sending(row, column), (seed, row, column)
        allowed = {(row, column) for row, column, _ in town.pairs()}
        for one, names in ((plan, (np.arange(town.requests), np.arange(town.responders))), (other, (ours.given, theirs.given))):
            sent = [(int(names[0][row]), int(names[1][at])) for row, at in enumerate(one.sent.tolist()) if at >= 0]
            assert allowed.issuperset(sent), seed
