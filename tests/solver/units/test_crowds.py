"""Chains and crowds: what they return is a plan, what they reckon is what it costs, and both readers agree."""

from __future__ import annotations

from importlib.util import find_spec

import numpy as np
import pytest

from dispatch.solver.paths.levels import Numbers
from dispatch.solver.units import crowd, loops
from dispatch.solver.units.bounds import SCALE
from dispatch.solver.units.chains import Floats, Lanes, ground_of, worth
from dispatch.solver.units.crowd import Crowd
from dispatch.solver.units.programs import linear_prices, solve_exactly
from dispatch.solver.units.search import Search
from dispatch.solver.units.task import Level, Task

READERS = [loops.step, *([loops.compiled_step()] if find_spec("numba") else [])]


def search_of(seed: int, *, some_stay: bool = False, dear: int = 1) -> Search:
    """Draw a tight task with holes, costs and units against each other."""
    random = np.random.default_rng(seed)
    many, requests = int(random.integers(2, 5)), int(random.integers(4, 13))
    units = random.integers(1, 20, (many, requests))
    cost = dear * (25 - units + random.integers(-3, 4, (many, requests)))
    is_open = random.random((many, requests)) < 0.8
    is_open[0] |= ~is_open.any(axis=0)
    column, row = np.nonzero(is_open)
    nothing = np.zeros(many, dtype=np.int64)
    task = Task(
        origin=np.arange(len(row)),
        row=row,
        column=column,
        units=units[is_open],
        capacity=np.maximum(units.max(axis=1), 9 * units.sum(axis=1) // (10 * many)),
        may_stay=np.full(requests, some_stay),
        level=Level(cost[is_open], np.full(requests, 60 * dear if some_stay else 0), nothing, nothing),
    )
    linear = linear_prices(task)
    assert linear is not None
    return Search(task, linear)


def lanes_of(seed: int, *, dear: int = 1) -> tuple[Lanes, Numbers, Floats]:
    """Draw plans that take too many units, and prices of these."""
    ground = ground_of(search_of(seed, some_stay=seed % 2 == 1, dear=dear).losses)
    random = np.random.default_rng(seed)
    requests = len(ground.loss)
    place = np.array([[random.choice(np.flatnonzero(row < 2.0**59)) for row in ground.loss] for _ in range(20)])
    over = np.ceil(random.random(len(ground.capacity)) * 3000) + 1
    assert place.shape == (20, requests)
    return Lanes(ground, place.copy()), place, over


def value_of(lanes: Lanes, place: Numbers, over: Floats) -> float:
    """Count a plan from its places alone."""
    ground = lanes.ground
    room = ground.capacity.copy()
    for request, at in enumerate(place.tolist()):
        room[at] -= ground.units[request, at]
    losses = sum(float(ground.loss[request, at]) for request, at in enumerate(place.tolist()))
    return losses + float(worth(room, ground.idle, over).sum())


def test_chains_make_plans_cheaper_until_no_move_does():
    """Each step makes a plan cheaper or leaves it; where all requests have failed, no request alone may move."""
    better = 0
    for seed in range(30):
        lanes, place, over = lanes_of(seed, dear=10**9 if seed % 5 == 0 else 1)
        requests = place.shape[1]
        before = [value_of(lanes, one, over) for one in place]
        for _ in range(40 * requests):
            lanes.step(over)
            now = [value_of(lanes, one, over) for one in lanes.place]
            assert all(new <= old for new, old in zip(now, before, strict=True))
            better += now != before
            before = now
            if (lanes.failed >= requests).all():
                break
        assert (lanes.failed >= requests).all()
        assert (lanes.room == lanes.ground.room(lanes.place)).all()
        for one, value in zip(lanes.place[:5], before, strict=False):
            for request in range(requests):
                for to in np.flatnonzero(lanes.ground.loss[request] < 2.0**59).tolist():
                    moved = np.where(np.arange(requests) == request, to, one)
                    assert value_of(lanes, moved, over) > value - 0.5
    assert better


@pytest.mark.parametrize("step", READERS)
def test_loops_do_what_arrays_do(step):
    """Plan by plan, also where nobody can follow, the loops that Numba reads come to the same as NumPy."""
    for seed in range(8):
        arrays, place, over = lanes_of(seed)
        read = Lanes(arrays.ground, place.copy(), step)
        for _ in range(40):
            arrays.step(over)
            read.step(over)
            assert (arrays.place == read.place).all() and (arrays.room == read.room).all()
            assert (arrays.failed == read.failed).all()


def test_crowds_find_plans_and_often_the_best():
    """What a crowd returns is a plan, no dearer than the one it was given, and mostly as cheap as can be within few steps."""
    tries = reached = gained = 0
    for seed in range(20):
        search = search_of(seed, some_stay=seed % 3 == 0, dear=10**9 if seed % 5 == 0 else 1)
        task = search.task
        start, _ = search.from_nothing(1)
        best = solve_exactly(task, effort=100)
        if start is None or best.chosen is None:
            continue

        found = Crowd(search, compiled=False).improve(start, steps=300, is_over=lambda: False, goal=-(10**15))

        assert task.is_plan(found) and task.value(best.chosen) <= task.value(found) <= task.value(start)
        tries += 1
        reached += task.value(best.chosen) == task.value(found)
        gained += task.value(found) < task.value(start)
    assert 2 * reached > tries and gained


def test_a_crowd_stops_at_its_goal_and_when_time_is_up():
    """Nothing is looked for below what nothing comes below."""
    search = search_of(5)
    start, _ = search.from_nothing(50)
    assert start is not None

    there = Crowd(search).improve(start, steps=10**9, is_over=lambda: False, goal=search.task.value(start))
    late = Crowd(search).improve(start, steps=10**9, is_over=lambda: True, goal=-SCALE)

    assert there.tolist() == late.tolist() == start.tolist()


@pytest.mark.parametrize("compiled", [False, True])
def test_crowds_are_the_same_every_time(compiled, monkeypatch):
    """Whatever is drawn is drawn with a fixed seed, crowds that began anew included, and whoever reads the loops."""
    monkeypatch.setattr(crowd, "KEPT", 8)
    for seed in range(4):
        one, other = (Crowd(search_of(seed), compiled=is_read) for is_read in (False, compiled))
        start, _ = one.search.from_nothing(50)
        if start is not None:
            walks = [
                [here.improve(start, steps=400, is_over=lambda: False, goal=-SCALE).tolist() for _ in range(4)]
                for here in (one, other)
            ]
            assert walks[0] == walks[1]
            assert (one.place == other.place).all() and (one.over == other.over).all()
