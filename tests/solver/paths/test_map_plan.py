"""A plan from coordinates is the plan over all pairs written down."""

from __future__ import annotations

from importlib.util import find_spec

import numpy as np
import pytest

from dispatch.solver.paths.levels import Aim
from dispatch.solver.paths.map_plan import MapPlan
from dispatch.solver.paths.plan import Plan
from dispatch.solver.paths.town import Asked, Terms, There
from dispatch.units import Position, metres_between

ENGINES = [False, *([True] if find_spec("numba") else [])]
"""CPython, and Numba where the extra [city] is installed."""


class Town:
    """A small random town, and all its pairs written down one by one."""

    def __init__(self, seed, *, on_earth=False, requests=12, responders=15, load=False):
        random = np.random.default_rng(seed)
        self.random = random
        wide = random.choice([300.0, 1500.0, 6000.0])
        if on_earth:
            middle = np.array([random.uniform(-60, 60), random.uniform(-170, 170)])
            spread = wide / 111_000
        else:
            middle, spread = np.array([0.0, 0.0]), wide
        self.requests, self.responders = requests, responders
        skills = 3
        needs = random.integers(0, 3, (requests, skills)) * (random.random((requests, skills)) < 0.4)
        self.asked = Asked(
            at=middle + random.uniform(0, spread, (requests, 2)),
            needs=needs.astype(np.int8),
            look_metres=random.choice([400.0, 1500.0, 1e7], requests),
            times=random.integers(0, 3, requests),
            left_out=[("unserved", random.choice([1, 2, 4], requests)), ("waiting", random.integers(0, 5, requests))],
        )
        self.there = There(
            at=middle + random.uniform(0, spread, (responders, 2)),
            levels=random.integers(0, 4, (responders, skills)).astype(np.int8),
            reach_metres=random.choice([300.0, 900.0, 1e7], responders),
            hours=random.integers(0, 4, responders),
            capacity=random.integers(0, 3, responders),
            more=random.choice([0, 0, 40, 200], responders),
            load=random.integers(0, 4, responders) if load else None,
        )
        odd = {(int(random.integers(requests)), int(random.integers(responders))) for _ in range(6)}
        self.terms = Terms(
            fits=random.random((3, 4)) < 0.8,
            level_cost=np.maximum(0, 20 * (np.arange(4)[None, :] - np.arange(4)[:, None])),
            on_earth=on_earth,
            odd=[(row, column, (None, -5000, -50, 300)[at % 4]) for at, (row, column) in enumerate(sorted(odd))],
        )

    def pairs(self):
        """Yield what is allowed at its cost, one pair at a time in Python's own numbers."""
        odd = {(row, column): more for row, column, more in self.terms.odd}
        for row in range(self.requests):
            for column in range(self.responders):
                cost = self.cost(row, column)
                more = odd.get((row, column), 0)
                if cost is not None and more is not None:
                    yield row, column, cost + more

    def cost(self, row, column):
        asked, there = self.asked, self.there
        if not self.terms.fits[asked.times[row], there.hours[column]]:
            return None
        if self.terms.on_earth:
            way = metres_between(Position(*asked.at[row]), Position(*there.at[column]))
        else:
            way = float(np.hypot(*(asked.at[row] - there.at[column])))
        if way > asked.look_metres[row] or way > there.reach_metres[column]:
            return None
        whole = round(way) + int(there.more[column])
        for least, level in zip(asked.needs[row], there.levels[column], strict=True):
            if level < least:
                return None
            if least:
                whole += 20 * int(level - least)
        return whole

    def plan(self, compiled):
        return MapPlan(self.asked, self.there, self.terms, compiled=compiled)

    def written(self):
        rows, columns, costs = (np.array(one, dtype=np.int64) for one in zip(*self.pairs(), strict=True))
        aims = [Aim(name, left_out=one) for name, one in self.asked.left_out]
        if self.there.load is not None:
            first = 2 * self.there.load + 1
            aims.append(Aim("load", first_seat=first, next_seat=np.full(self.responders, 2)))
        aims.append(Aim("cost", pair=costs))
        return Plan(rows, columns, aims, self.there.capacity, requests=self.requests, compiled=False)


@pytest.mark.parametrize("compiled", ENGINES)
@pytest.mark.parametrize("on_earth", [False, True])
@pytest.mark.parametrize("load", [False, True])
def test_nobody_who_matters_is_left_out(compiled, on_earth, load):
    """Ring by ring, with likes that reach further than any ring, the plan is that of all pairs written down."""
    for seed in range(40):
        town = Town(seed, on_earth=on_earth, load=load)
        plan = town.plan(compiled)

        assert plan.values() == town.written().values(), seed
        assert plan.is_proved(), seed


@pytest.mark.parametrize("compiled", ENGINES)
def test_the_map_keeps_up_with_who_comes_and_goes(compiled):
    """After every change the plan over the map is as good as the one over written pairs, which has a test of its own."""
    for seed in range(25):
        town = Town(seed, on_earth=seed % 2 == 0, load=seed % 3 == 0)
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
def test_the_map_knows_the_price_of_a_pair(compiled):
    """Every pair's price is the one over written pairs."""
    for seed in range(15):
        town = Town(seed, on_earth=seed % 2 == 0)
        plan, other = town.plan(compiled), town.written()
        for row in range(town.requests):
            for column in range(town.responders):
                assert plan.price_of_sending(row, column) == other.price_of_sending(row, column), (seed, row, column)


def test_an_array_that_does_not_fit_is_named():
    """A caller's slip is one sentence."""
    town = Town(1)
    with pytest.raises(ValueError, match=r"there.capacity: an array of \(2,\) where \(15,\) was expected"):
        MapPlan(town.asked, There(**{**_fields(town.there), "capacity": np.array([1, 2])}), town.terms)
    with pytest.raises(ValueError, match=r"asked\.at: a number that is none"):
        broken = town.asked.at.copy()
        broken[0, 0] = np.nan
        MapPlan(Asked(**{**_fields(town.asked), "at": broken}), town.there, town.terms)


def _fields(one):
    return {name: getattr(one, name) for name in one.__dataclass_fields__}
