"""Small random matchings and towns, and what enumeration says of them."""

from __future__ import annotations

from itertools import product
from random import Random

import numpy as np
import pytest

from dispatch.solver.paths.levels import Aim
from dispatch.solver.paths.map_plan import MapPlan
from dispatch.solver.paths.plan import Plan
from dispatch.solver.paths.town import Asked, Terms, There
from dispatch.units import Position, metres_between


@pytest.fixture
def matching():
    """Give a maker of matchings."""
    return Made


@pytest.fixture
def town_of():
    """Give a maker of towns."""
    return Town


class Made:
    """A small random matching with four levels, and what enumeration says of it."""

    def __init__(self, seed, *, requests=4, responders=4, largest=9):
        self.random = random = Random(seed)
        self.requests, self.responders = random.randint(1, requests), random.randint(1, responders)
        pairs = [
            (row, column)
            for row in range(self.requests)
            for column in range(self.responders)
            if random.random() < random.choice((0.4, 0.8))
        ]
        random.shuffle(pairs)
        self.pairs = pairs
        self.capacity = np.array([random.randint(0, 3) for _ in range(self.responders)])
        self.cost = np.array([random.randint(-3, largest) for _ in pairs], dtype=np.int64)
        load = np.array([random.randint(0, 4) for _ in range(self.responders)])
        self.aims = [
            Aim("unserved", left_out=np.array([random.choice((1, 2)) for _ in range(self.requests)])),
            Aim("waiting", left_out=np.array([random.randint(0, 5) for _ in range(self.requests)])),
            Aim("load", first_seat=2 * load + 1, next_seat=np.full(self.responders, 2)),
            Aim("cost", pair=self.cost),
        ]

    def plan(self, compiled=False):
        rows, columns = [row for row, _ in self.pairs], [column for _, column in self.pairs]
        return Plan(rows, columns, self.aims, self.capacity, requests=self.requests, compiled=compiled)

    def change(self, plan, there, closed):
        """Let a request or a responder come or go, in the plan and in what is said of it."""
        if self.random.random() < 0.5:
            row = self.random.randrange(self.requests)
            (plan.take_out if row in there else plan.bring)(row)
            there ^= {row}
        else:
            column = self.random.randrange(self.responders)
            (plan.open if column in closed else plan.close)(column)
            closed ^= {column}

    def best(self, *, there=None, closed=(), forced=None):
        """Enumerate every plan."""
        there = set(range(self.requests)) if there is None else there
        by_row = [[-1, *(at for at, (r, _) in enumerate(self.pairs) if r == row)] for row in range(self.requests)]
        found = None
        for choice in product(*(by_row[row] if row in there else [-2] for row in range(self.requests))):
            used = [0] * self.responders
            for at in choice:
                if at >= 0:
                    used[self.pairs[at][1]] += 1
            if any(one > most for one, most in zip(used, self.capacity, strict=True)):
                continue
            if any(used[column] for column in closed):
                continue
            if forced is not None and not any(at >= 0 and self.pairs[at] == forced for at in choice):
                continue
            value = self.value(choice, used)
            if found is None or value < found:
                found = value
        return found

    def value(self, choice, used):
        out = [row for row, at in enumerate(choice) if at == -1]
        load = self.aims[2].first_seat
        return (
            int(sum(self.aims[0].left_out[row] for row in out)),
            int(sum(self.aims[1].left_out[row] for row in out)),
            int(sum(load[column] + 2 * nth for column, held in enumerate(used) for nth in range(held))),
            int(sum(self.cost[at] for at in choice if at >= 0)),
        )


class Town:
    """A small random town, and all its pairs written down one by one."""

    def __init__(self, seed, *, on_earth=False, requests=12, responders=15, load=False, odd=6, skills=(0, 1, 2)):
        random = np.random.default_rng(seed)
        self.random = random
        wide = random.choice([300.0, 1500.0, 6000.0])
        if on_earth:
            middle = np.array([random.uniform(-60, 60), random.uniform(-170, 170)])
            spread = wide / 111_000
        else:
            middle, spread = np.array([0.0, 0.0]), wide
        self.requests, self.responders = requests, responders
        half = 0.5 if on_earth else 0.0  # ways over the earth are compared in whole metres
        three = random.integers(0, 3, (requests, 3)) * (random.random((requests, 3)) < 0.4)
        needs, levels = np.zeros((requests, max(skills) + 1), int), np.zeros((responders, max(skills) + 1), int)
        needs[:, skills], levels[:, skills] = three, random.integers(0, 4, (responders, 3))
        self.asked = Asked(
            at=middle + random.uniform(0, spread, (requests, 2)),
            needs=needs.astype(np.int8),
            look_metres=random.choice([400.0, 1500.0, 1e7], requests) + half,
            times=random.integers(0, 3, requests),
            left_out=[("unserved", random.choice([1, 2, 4], requests)), ("waiting", random.integers(0, 5, requests))],
        )
        self.there = There(
            at=middle + random.uniform(0, spread, (responders, 2)),
            levels=levels.astype(np.int8),
            reach_metres=random.choice([300.0, 900.0, 1e7], responders) + half,
            hours=random.integers(0, 4, responders),
            capacity=random.integers(0, 3, responders),
            more=random.choice([0, 0, 40, 200], responders),
            load=random.integers(0, 4, responders) if load else None,
        )
        odd = {(int(random.integers(requests)), int(random.integers(responders))) for _ in range(odd)}
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
