"""Walks by chains: what they return is a plan, and what they reckon for a chain is what it costs."""

from __future__ import annotations

from random import Random

import numpy as np

from dispatch.solver.paths.levels import Numbers
from dispatch.solver.units.programs import linear_prices
from dispatch.solver.units.rings import Rings
from dispatch.solver.units.search import Search
from dispatch.solver.units.task import Level, Task


def rings_of(seed: int, *, some_stay: bool = False, dear: int = 1) -> Rings:
    """Draw a tight task, costs and units against each other."""
    random = np.random.default_rng(seed)
    many, requests = int(random.integers(2, 5)), int(random.integers(4, 13))
    units = random.integers(1, 20, (many, requests))
    cost = dear * (25 - units + random.integers(-3, 4, (many, requests)))
    nothing = np.zeros(many, dtype=np.int64)
    out = np.full(requests, 60 * dear if some_stay else 0)
    task = Task(
        origin=np.arange(many * requests),
        row=np.tile(np.arange(requests), many),
        column=np.repeat(np.arange(many), requests),
        units=units.reshape(-1),
        capacity=np.maximum(units.max(axis=1), 9 * units.sum(axis=1) // (10 * many)),
        may_stay=np.full(requests, some_stay),
        level=Level(cost.reshape(-1), out, nothing, nothing),
    )
    linear = linear_prices(task)
    assert linear is not None
    return Rings(Search(task, linear))


def start_of(rings: Rings) -> Numbers | None:
    found, _ = rings.search.from_nothing(50)
    return found


def test_a_walk_ends_at_a_plan():
    """Overload is only passed through: whatever is returned keeps to the capacities and serves whom it must."""
    moved = 0
    for seed in range(60):
        rings = rings_of(seed, some_stay=seed % 2 == 1)
        start = start_of(rings)
        if start is None:
            continue
        task = rings.search.task

        found = rings.swing(start, lambda: False)

        assert found is None or task.is_plan(found)
        moved += found is not None and task.value(found) < task.value(start)
    assert moved


def test_the_best_chain_is_reckoned_as_it_costs():
    """No move of one request that comes or goes at a responder is better than the best chain that begins there."""
    looked = 0
    for seed in range(80):
        rings = rings_of(seed, dear=10**7 if seed % 4 == 0 else 1)
        random = Random(seed)
        many, requests = len(rings._capacity) - 1, len(rings.search.task.may_stay)
        for times in (1, 2, 3, 5):
            place = np.array([random.randrange(many) for _ in range(requests)])
            overload = rings._dear * times
            now = rings._worth(place, overload)
            for start in range(many):
                best = min(
                    (
                        rings._worth(np.where(np.arange(requests) == request, to, place), overload)
                        for to, request in zip(*(one.tolist() for one in rings._choice), strict=True)
                        if place[request] == start != to
                    ),
                    default=now,
                )
                chains = rings._chains(place, overload, start)
                if best < now:
                    assert chains
                    looked += 1
                for chain in chains:
                    changed = place.copy()
                    changed[chain.requests] = chain.places
                    last, *between = chain.places.tolist()
                    is_simple = len({last, start, *between}) == len(between) + 1 + (last != start)
                    if is_simple and len({*chain.requests.tolist()}) == len(chain.requests):
                        assert rings._worth(changed, overload) < now
                better = rings._better(place, overload, start)
                assert better is None or rings._worth(better, overload) < now
    assert looked


def test_walks_are_the_same_every_time():
    """Whatever is drawn is drawn with a fixed seed."""
    for seed in range(10):
        one, other = (rings_of(seed) for _ in range(2))
        start = start_of(one)
        if start is not None:
            walks = [[rings.swing(start, lambda: False) for _ in range(2)] for rings in (one, other)]
            assert [None if a is None else a.tolist() for a in walks[0]] == [
                None if a is None else a.tolist() for a in walks[1]
            ]
