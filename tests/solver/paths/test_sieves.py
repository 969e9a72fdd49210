"""No sieve turns away anybody who may be sent at less than what is asked for."""

from __future__ import annotations

from dataclasses import replace
from importlib.util import find_spec

import numpy as np
import pytest

from dispatch.solver.paths.drawing import draw_map
from dispatch.solver.paths.engine import engine_for
from dispatch.solver.paths.maps import BARRED
from dispatch.solver.paths.sieves import ANY, LANES, NO_PRICE, priced, worths
from dispatch.solver.paths.town import Asked, Terms, There

ENGINES = [False, *([True] if find_spec("numba") else [])]
"""CPython, and Numba where the extra [city] is installed."""
WIDE = [300.0, 5e4, 2e7]
"""Metres from end to end: as far as narrow numbers tell a metre, and further."""

MOST = [10**9, 2 * 10**15, 2**55]
"""Prices: some that narrow numbers tell apart, some that they do not."""


def exact_town(seed, wide):
    """Return requests and responders of whom many stand just as far from each other as they may, to the last digit."""
    random = np.random.default_rng(seed)
    requests, responders, skills = 20, 60, 40
    at = np.round(random.uniform(0, wide, (requests, 2)))
    # Ways of 3, 4 and 5: real numbers tell them exactly.
    steps = random.integers(1, 60, responders)
    turned = random.choice([-1, 1], (responders, 2)) * np.where(random.random((responders, 1)) < 0.5, (3, 4), (4, 3))
    levels = random.integers(0, 4, (responders, skills))
    needs = random.integers(1, 3, (requests, skills)) * (random.random((requests, skills)) < 0.04)
    return (
        Asked(
            at=at,
            needs=needs.astype(np.int8),
            look_metres=5.0 * random.integers(1, 60, requests),
            times=random.integers(0, 40, requests),
            left_out=[("unserved", np.ones(requests, dtype=np.int64))],
        ),
        There(
            at=at[random.integers(0, requests, responders)] + steps[:, None] * turned,
            levels=levels.astype(np.int8),
            reach_metres=5.0 * np.where(random.random(responders) < 0.5, steps, 60),
            hours=random.integers(0, 45, responders),
            capacity=np.ones(responders, dtype=np.int64),
            more=random.integers(0, 3, responders) * 40,
        ),
        Terms(
            fits=random.random((40, 45)) < 0.8,
            level_cost=np.abs(np.arange(4)[:, None] - np.arange(4)) * 10,
            on_earth=False,
        ),
    )


def taken(sieve, town, entries, *rest):
    """Return the entries that a sieve lets through."""
    taken = set()
    for at in range(entries.start, entries.stop, LANES):
        bits = sieve(town, at, entries.stop, *rest)
        taken |= {at + nth for nth in range(LANES) if bits >> nth & 1}
    return taken


@pytest.mark.parametrize("compiled", ENGINES)
@pytest.mark.parametrize("wide", WIDE)
def test_whoever_costs_less_than_asked_for_is_let_through(compiled, wide):
    """Entries of a grid against pairs one by one: at the very edge of a reach, a look and a bound, and with prices."""
    engine, turned_away = engine_for("maps", 0, compiled=compiled), 0
    for seed in range(6):
        town = draw_map(engine, *exact_town(seed, wide))
        price = np.random.default_rng(seed).integers(0, MOST[seed % len(MOST)], len(town.reach))
        narrow = priced(town, price)
        with_prices = town._replace(who_least=narrow if compiled else memoryview(narrow))
        for i in range(len(town.x)):
            s = town.skill[i]
            cells = town.first[s], town.first[s] + town.across[s] * town.up[s]
            entries = range(*(town.cell[one] for one in cells))
            place = town.x[i] - town.corner[0], town.y[i] - town.corner[1], town.near[i]
            pairs = {at: engine.ways.cost_of(town, i, town.who[at]) for at in entries}
            pairs = {at: cost for at, cost in pairs.items() if cost != BARRED}
            for asked_of, paid in ((town, np.zeros_like(price)), (with_prices, price)):
                whole = {at: cost + int(paid[town.who[at]]) for at, cost in pairs.items()}
                for worth in {cost + 1 for cost in whole.values()}:
                    below = engine.ways.bound(town, worth)
                    rest = (*place, below, town.wants[i], town.meets[town.times[i]])
                    found = taken(engine.ways.sieve, asked_of, entries, *rest)
                    assert {at for at, cost in whole.items() if cost < worth} <= found, (seed, i, worth)
                    turned_away += len(entries) - len(found)
    assert turned_away > 1000


@pytest.mark.parametrize("compiled", ENGINES)
@pytest.mark.parametrize("wide", WIDE)
def test_whoever_is_worth_more_than_a_responder_costs_is_let_through(compiled, wide):
    """The same from the responders' side, with requests that pay and without."""
    engine, turned_away = engine_for("maps", 0, compiled=compiled), 0
    for seed in range(6):
        town = draw_map(engine, *exact_town(seed, wide))
        random, entries = np.random.default_rng(seed), range(len(town.whose))
        for j in range(len(town.reach)):
            pairs = {at: engine.ways.cost_of(town, town.whose[at], j) for at in entries}
            pairs = {at: cost for at, cost in pairs.items() if cost != BARRED}
            price = int(random.integers(0, MOST[seed % len(MOST)]))
            worth = random.integers(0, 2 * MOST[seed % len(MOST)], len(entries))
            for at, cost in pairs.items():
                # Some are worth one metre more than the pair costs, some as much; some are not there.
                worth[town.whose[at]] = random.choice([cost + price, cost + price + 1, -1])
            narrow = worths(town, worth)
            paying = town._replace(asks_least=narrow if compiled else memoryview(narrow))

            everybody = set(town.met[: engine.ways.meet_back(town, j, NO_PRICE)])
            assert set(pairs) <= everybody, (seed, j)
            found = set(town.met[: engine.ways.meet_back(paying, j, price)])
            assert {at for at, cost in pairs.items() if cost + price < worth[town.whose[at]]} <= found, (seed, j)
            turned_away += 2 * len(entries) - len(found) - len(everybody)
    assert turned_away > 1000


@pytest.mark.parametrize("compiled", ENGINES)
@pytest.mark.parametrize("kind", ["as it is", "few hours", "on earth"])
def test_what_is_let_through_costs_the_same_by_whichever_way_it_is_reckoned(compiled, kind):
    """From either side, with what stands in the grids at hand: at the very edge of reach and look, with several needs."""
    ways, many = engine_for("maps", 0, compiled=compiled).ways, {True: 0, False: 0}
    for seed in range(24):
        asked, there, terms = exact_town(seed, WIDE[seed % len(WIDE)])
        if kind == "few hours":
            asked = replace(asked, times=asked.times % 9)
            reach = there.reach_metres - 5.0 * (there.hours % 2)
            there = replace(there, hours=there.hours % 9, levels=np.maximum(there.levels, 1), reach_metres=reach)
            # All pairs of one request are odd: dearer, or barred.
            odd = [(seed % 20, j, (7, None)[j % 2]) for j in range(len(there.at))]
            terms = replace(terms, fits=terms.fits[:9, :9], odd=odd)
        if kind == "on earth":
            asked, there = replace(asked, at=asked.at / 1e5), replace(there, at=there.at / 1e5)
            terms = replace(terms, on_earth=True)
        town = draw_map(engine_for("maps", 0, compiled=compiled), asked, there, terms)
        for j in range(len(town.reach)):
            for entry in list(town.met[: ways.meet_back(town, j, NO_PRICE)]):
                assert ways.cost_from(town, entry, j) == ways.cost_of(town, town.whose[entry], j), (seed, entry, j)
                many[bool(town.asks_need[entry] >= 0)] += 1
        for i in range(len(town.x)):
            if not ways.is_plain(town, i):
                continue
            for entry in list(town.met[: ways.meet(town, i, town.far[i], ANY)]):
                j, level = town.who[entry], town.who_level[entry]
                assert ways.cost_at(town, i, j, town.skill[i], level) == ways.cost_of(town, i, j), (seed, i, j)
                many[True] += 1
    assert many[False] > 100
    assert (many[True] > 100) == (kind == "few hours")


@pytest.mark.parametrize("compiled", ENGINES)
def test_the_lowest_bit_is_found(compiled):
    """Each of the lanes alone, and with all above it."""
    lowest = engine_for("maps", 0, compiled=compiled).ways.lowest
    for nth in range(LANES):
        assert lowest(1 << nth) == nth
        assert lowest((1 << LANES) - (1 << nth)) == nth
