"""The city on which matchers are compared: points, skills, hours and loads from one seed.

A planar map in metres. Communities of 0.70 square kilometres stand on a jittered
lattice, denser towards the middle; people live around their centres, one in ten
anywhere. 32 skills, some scarce; eight slots of three hours; reach, capacity and
class as in the table below.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dispatch.solver.paths.town import Asked, Terms, There

SIZES = {
    "town": (50, 200, 1),
    "round": (60, 1_500, 1),
    "district": (1_000, 5_000, 6),
    "city": (10_000, 50_000, 60),
    "big city": (100_000, 500_000, 603),
}
"""Requests, responders and communities."""
VARIANTS = {"loose": 1, "scarce": 4, "overwhelmed": 16}
"""Every how many-th responder is on duty."""
SKILLS = 32
LOOK_METRES = 1_500.0
SIDE = np.sqrt(0.70e6)
"""Metres along one side of a community."""


@dataclass(frozen=True, kw_only=True)
class City:
    """A city as arrays: requests first, then responders.

    Args:
        at, there: Metres.
        needs, levels: By skill.
        times, hours: Slots, one bit each.
    """

    at: np.ndarray
    needs: np.ndarray
    times: np.ndarray
    weight: np.ndarray
    there: np.ndarray
    levels: np.ndarray
    hours: np.ndarray
    reach: np.ndarray
    capacity: np.ndarray
    load: np.ndarray


def make_city(size: str, variant: str, seed: int) -> City:
    """Make a city of a size and variant named above."""
    requests, responders, communities = SIZES[size]
    random = np.random.default_rng(seed)
    centres, crowd = _centres(random, communities)
    supplied = random.permutation(np.arange(1, SKILLS + 1) ** -0.7)
    supplied /= supplied.sum()
    demanded = 0.6 * supplied + 0.4 * random.permutation(supplied)
    on_duty = np.arange(responders) % VARIANTS[variant] == 0
    levels = _skills(random, random.choice([1, 2, 3, 4], responders, p=[0.45, 0.30, 0.15, 0.10]), supplied)
    made = {
        "at": _points(random, requests, centres, crowd),
        "needs": _skills(random, 1 + (random.random(requests) < 0.15), demanded),
        "times": _slots(random, requests, 2),
        "weight": random.choice([1, 2, 4, 8], requests, p=[0.55, 0.25, 0.15, 0.05]),
    }
    people = {
        "there": _points(random, responders, centres, crowd),
        "levels": levels * random.integers(1, 4, levels.shape).astype(np.int8),
        "hours": _slots(random, responders, 3),
        "reach": random.choice([400.0, 700.0, 1000.0, 1500.0, 2000.0], responders, p=[0.15, 0.30, 0.30, 0.15, 0.10]),
        "capacity": random.choice([1, 2, 3], responders, p=[0.6, 0.3, 0.1]),
        "load": random.integers(0, 6, responders),
    }
    return City(**made, **{name: one[on_duty] for name, one in people.items()})


def as_problem(city: City) -> tuple[Asked, There, Terms]:
    """Return the city as ``MapPlan`` takes it."""
    kinds, times = np.unique(city.times, return_inverse=True)
    shifts, hours = np.unique(city.hours, return_inverse=True)
    asked = Asked(
        at=city.at,
        needs=city.needs,
        look_metres=np.full(len(city.at), LOOK_METRES),
        times=times,
        left_out=[("unserved", city.weight)],
    )
    there = There(
        at=city.there,
        levels=city.levels,
        reach_metres=city.reach,
        hours=hours,
        capacity=city.capacity,
        more=40 * city.load,
    )
    return asked, there, Terms(
        fits=(kinds[:, None] & shifts[None, :]) != 0,
        level_cost=np.tile([0, 200, 100, 0], (4, 1)),
        on_earth=False,
    )


def _centres(random: np.random.Generator, communities: int) -> tuple[np.ndarray, np.ndarray]:
    """Return where the communities are and how many people live in each, as shares."""
    wide = int(np.ceil(np.sqrt(communities)))
    lattice = np.stack(np.meshgrid(np.arange(wide), np.arange(wide)), axis=-1).reshape(-1, 2)[:communities]
    whole = SIDE * np.sqrt(communities)
    centres = (lattice + 0.5 + random.uniform(-0.3, 0.3, lattice.shape)) * whole / wide
    from_middle = np.hypot(*(centres - whole / 2).T) / whole
    crowd = random.dirichlet(np.full(communities, 8.0)) * np.exp(-1.5 * from_middle)
    return centres, crowd / crowd.sum()


def _points(random: np.random.Generator, many: int, centres: np.ndarray, crowd: np.ndarray) -> np.ndarray:
    points = centres[random.choice(len(centres), many, p=crowd)] + random.normal(0, 350, (many, 2))
    anywhere = random.random(many) < 0.1
    points[anywhere] = random.uniform(0, SIDE * np.sqrt(len(centres)), (int(anywhere.sum()), 2))
    return points


def _skills(random: np.random.Generator, counts: np.ndarray, shares: np.ndarray) -> np.ndarray:
    """Draw so many different skills for each, by their shares (Gumbel's trick)."""
    has = np.zeros((len(counts), SKILLS), dtype=np.int8)
    order = np.argsort(-(np.log(shares) + random.gumbel(size=has.shape)), axis=1)
    for nth in range(4):
        who = np.flatnonzero(counts > nth)
        has[who, order[who, nth]] = 1
    return has


def _slots(random: np.random.Generator, many: int, most: int) -> np.ndarray:
    length = random.integers(1, most + 1, many)
    first = (random.random(many) * (8 - length + 1)).astype(np.int64)
    return ((1 << length) - 1) << first
