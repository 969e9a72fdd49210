"""A plan from coordinates is the plan over all pairs written down."""

from __future__ import annotations

import tracemalloc
from importlib.util import find_spec
from itertools import product

import numpy as np
import pytest

from dispatch.solver.paths import rooms
from dispatch.solver.paths.drawing import draw_map
from dispatch.solver.paths.engine import engine_for
from dispatch.solver.paths.map_plan import MapPlan
from dispatch.solver.paths.maps import BARRED, Map
from dispatch.solver.paths.town import Asked, Terms, There

ENGINES = [False, *([True] if find_spec("numba") else [])]
"""CPython, and Numba where the extra [city] is installed."""


@pytest.mark.parametrize("compiled", ENGINES)
@pytest.mark.parametrize("on_earth", [False, True])
@pytest.mark.parametrize("load", [False, True])
def test_nobody_who_matters_is_left_out(compiled, on_earth, load, town_of):
    """Box by box, with likes that reach further than any box, the plan is that of all pairs written down."""
    for seed in range(40):
        town = town_of(seed, on_earth=on_earth, load=load)
        plan = town.plan(compiled)

        assert plan.values() == town.written().values(), seed
        assert plan.is_proved(), seed


@pytest.mark.parametrize("compiled", ENGINES)
@pytest.mark.parametrize("needs_some", [False, True])
def test_a_town_of_many_cells_is_planned_as_if_all_pairs_were_written_down(compiled, needs_some, town_of):
    """Wider and wider boxes, skills that share a bit, and a grid of everybody or none."""
    for seed in range(25):
        town = town_of(seed, requests=40, responders=250, odd=0, skills=(0, 30, 32))
        if needs_some:
            town.asked.needs[:, 0] = np.maximum(town.asked.needs[:, 0], town.asked.needs.sum(axis=1) == 0)
        plan = town.plan(compiled)

        assert plan.values() == town.written().values(), seed
        assert plan.is_proved(), seed


@pytest.mark.parametrize("responders", [25, 250])
@pytest.mark.parametrize("compiled", ENGINES)
def test_a_plan_that_is_not_the_best_is_not_called_so(compiled, responders, town_of):
    """Whoever sits elsewhere than where the prices would have them is found, wherever on the map and from both sides."""
    found = 0
    for seed in range(12):
        town = town_of(seed, requests=40, responders=responders, odd=0)
        plan = town.plan(compiled)
        for row in np.flatnonzero(plan.sent >= 0)[:8].tolist():
            at = plan.place_of_request(row)
            worth = int(plan.state.paid[at] + plan.state.price[plan.state.sent[at]])
            plan.take_out(row)
            for one, column, cost in town.pairs():
                there = plan.place_of_responder(column)
                has_room = plan.state.used[there] < plan.state.capacity[there]
                if one == row and has_room and cost + plan.state.price[there] > worth:
                    plan.engine.search.sit(plan.state, at, there, cost)
                    assert not plan.is_proved(), (seed, row)
                    found += 1
                    plan.engine.search.leave(plan.state, at)
                    break
            plan.bring(row)
    assert found > (20 if responders > town.requests else 2)


@pytest.mark.parametrize("compiled", ENGINES)
def test_arcs_for_which_there_is_no_room_are_looked_up_again(compiled, town_of, monkeypatch):
    """Whoever must move again and again is looked up on the map where nothing more can be written down."""
    monkeypatch.setattr(MapPlan, "_in_bulk", lambda _: None)  # only searches write arcs down
    written = set()
    for most in (1, 48):
        monkeypatch.setattr(rooms, "WRITTEN_PER_REQUEST", most)
        for seed in range(12):
            town = town_of(seed, on_earth=True, requests=40, responders=20, odd=0)
            plan = town.plan(compiled)

            assert plan.values() == town.written().values(), seed
            assert plan.is_proved(), seed
            assert plan.arcs.written[0] <= most * town.requests
            written.add((most, min(plan.arcs.back) < 0 and min(plan.arcs.known) < 0))
    assert written >= {(1, True), (48, False)}


@pytest.mark.parametrize("responders", [25, 250])
@pytest.mark.parametrize("compiled", ENGINES)
def test_a_price_at_which_somebody_would_rather_come_is_found(compiled, responders, town_of):
    """One metre less for one responder, and a plan that was proved is not any more: no rounding hides so little."""
    found = 0
    for seed in range(12):
        town = town_of(seed, requests=60, responders=responders, odd=0)
        plan = town.plan(compiled)
        sent, best = list(plan.state.sent), plan.fold.out.tolist()
        pairs = [(plan.place_of_request(row), plan.place_of_responder(one), cost) for row, one, cost in town.pairs()]
        for row, column, cost in pairs:
            best[row] = min(best[row], cost + plan.state.price[column])
        is_tight = {
            column
            for row, column, cost in pairs
            if cost + plan.state.price[column] == best[row] and sent[row] not in (column, -1)
        }
        for column in is_tight:
            is_full = plan.state.used[column] == plan.state.capacity[column]
            if is_full and plan.state.price[column] > plan.state.base[column]:
                plan.state.price[column] -= 1
                assert not plan.is_proved(), (seed, column)
                plan.state.price[column] += 1
                found += 1
        assert plan.is_proved(), seed
    assert found > 5


@pytest.mark.parametrize("responders", [25, 250])
@pytest.mark.parametrize("compiled", ENGINES)
def test_a_plan_that_does_not_say_what_it_costs_is_not_proved(compiled, responders, town_of):
    """Who pays less than the pair costs, and who has more than they may, are found."""
    town = town_of(3, requests=60, responders=responders, odd=0)
    plan = town.plan(compiled)
    row = int(np.flatnonzero(np.array(plan.state.sent) >= 0)[0])
    column = int(plan.state.sent[row])

    plan.state.paid[row] -= 1
    assert not plan.is_proved()
    plan.state.paid[row] += 1
    plan.state.capacity[column] = plan.state.used[column] - 1
    assert not plan.is_proved()
    plan.state.capacity[column] = plan.state.used[column]
    assert plan.is_proved()


@pytest.mark.parametrize("compiled", ENGINES)
@pytest.mark.parametrize(("requests", "responders"), [(5, 3), (3, 5), (4, 0), (0, 4), (0, 0)])
def test_who_needs_no_skill_and_nobody_at_all_are_planned_too(compiled, requests, responders):
    """Without skills there is one level and one cost of it; without people there is nobody to send."""
    odd = [(0, 0, 5)] if requests and responders else []
    asked = Asked(
        at=np.arange(2.0 * requests).reshape(-1, 2),
        needs=np.zeros((requests, 0), dtype=np.int8),
        look_metres=np.full(requests, 1000.0),
        times=np.zeros(requests, dtype=np.int64),
        left_out=[("unserved", np.ones(requests, dtype=np.int64))],
    )
    there = There(
        at=10.0 + np.arange(2.0 * responders).reshape(-1, 2),
        levels=np.zeros((responders, 0), dtype=np.int8),
        reach_metres=np.full(responders, 1000.0),
        hours=np.zeros(responders, dtype=np.int64),
        capacity=np.ones(responders, dtype=np.int64),
        more=np.zeros(responders, dtype=np.int64),
    )
    for likes in ([], odd):
        terms = Terms(fits=np.ones((1, 1), bool), level_cost=np.zeros((1, 1), dtype=np.int64), on_earth=False, odd=likes)
        plan = MapPlan(asked, there, terms, compiled=compiled)
        assert plan.values()[0] == max(0, requests - responders)
        assert plan.is_proved()


def test_a_plan_of_costs_too_large_for_64_bits_is_proved_too(town_of):
    """A pair that is barred does not look cheaper than a worth beyond what bars it."""
    town = town_of(5, requests=40, responders=150, load=True, odd=0, on_earth=True)
    town.there.more[::2] += 2**33
    plan = town.plan(False)

    assert plan.values() == town.written().values()
    assert plan.fold.out.max() > BARRED
    assert plan.is_proved()


@pytest.mark.parametrize("compiled", ENGINES)
def test_the_map_keeps_up_with_who_comes_and_goes(compiled, town_of):
    """After every change the plan over the map is as good as the one over written pairs, which has a test of its own."""
    for seed in range(25):
        town = town_of(seed, on_earth=seed % 2 == 0, load=seed % 3 == 0)
        plan, other = town.plan(compiled), town.written()
        there, closed = set(range(town.requests)), set()
        for _ in range(12):
            if town.random.random() < 0.6:
                row = int(town.random.integers(town.requests))
                for one in (plan, other):
                    (one.take_out if row in there else one.bring)(row)
                there ^= {row}
            else:
                column = int(town.random.integers(town.responders))
                for one in (plan, other):
                    (one.open if column in closed else one.close)(column)
                closed ^= {column}

            assert plan.values() == other.values(), seed
            assert plan.is_proved(), seed


@pytest.mark.parametrize("compiled", ENGINES)
def test_the_map_knows_the_price_of_a_pair(compiled, town_of):
    """Every pair's price is the one over written pairs."""
    for seed in range(15):
        town = town_of(seed, on_earth=seed % 2 == 0)
        plan, other = town.plan(compiled), town.written()
        for row in range(town.requests):
            for column in range(town.responders):
                assert plan.price_of_sending(row, column) == other.price_of_sending(row, column), (seed, row, column)


@pytest.mark.parametrize("compiled", ENGINES)
def test_whatever_it_shows_a_map_is_read_as_the_same_numbers(compiled, town_of):
    """On earth or a plane, with odd pairs or without needs: to compiled code other kinds are another minute."""
    engine, kinds = engine_for("maps", 0, compiled=compiled), set()
    for on_earth, odd, needs in product([False, True], [0, 6], [0, 1]):
        town = town_of(1, on_earth=on_earth, odd=odd)
        asked = Asked(**{**_fields(town.asked), "needs": town.asked.needs * needs})
        drawn = draw_map(engine, asked, town.there, town.terms)
        kinds.add(tuple((name, np.asarray(getattr(drawn, name)).dtype.char) for name in Map._fields if name != "level"))
    assert len(kinds) == 1, kinds


@pytest.mark.parametrize("compiled", ENGINES)
def test_who_has_no_limit_takes_no_more_room(compiled, town_of):
    """Seats beyond all requests change nothing, not even the memory, and may be closed and opened again."""
    town = town_of(3, requests=250, responders=3000, odd=0)
    plans, peaks, warm = [], [], town.plan(compiled)
    warm.close(0), warm.open(0)  # what is compiled on the way is not what is measured
    for most in (1, 250, 2**62):
        there = There(**{**_fields(town.there), "capacity": np.full(3000, most)})
        tracemalloc.start()
        plan = MapPlan(town.asked, there, town.terms, compiled=compiled)
        plan.close(0), plan.open(0)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        assert plan.is_proved()
        plans.append(plan.values())

    assert plans[0] >= plans[1] == plans[2]
    assert max(peaks) < 1.5 * min(peaks)


def test_an_array_that_does_not_fit_is_named(town_of):
    """A caller's slip is one sentence."""
    town = town_of(1)
    with pytest.raises(ValueError, match=r"there.capacity: an array of \(2,\) where \(15,\) was expected"):
        MapPlan(town.asked, There(**{**_fields(town.there), "capacity": np.array([1, 2])}), town.terms)
    with pytest.raises(ValueError, match=r"asked\.at: a number that is none"):
        broken = town.asked.at.copy()
        broken[0, 0] = np.nan
        MapPlan(Asked(**{**_fields(town.asked), "at": broken}), town.there, town.terms)
    for pair in ((-1, 0), (0, 15)):
        with pytest.raises(ValueError, match=rf"terms\.odd: no request {pair[0]} or no responder {pair[1]}"):
            MapPlan(town.asked, town.there, Terms(**{**_fields(town.terms), "odd": [(*pair, 5)]}))


def _fields(one):
    return {name: getattr(one, name) for name in one.__dataclass_fields__}
