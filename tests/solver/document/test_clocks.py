"""Requests by the clock: what is asked once for many is what each would be told."""

from __future__ import annotations

from itertools import combinations
from random import Random

import numpy as np

from dispatch.solver.document.clocks import can_do_all, clashing
from dispatch.solver.document.reading import Asked, Person


def _asked(random, at):
    begins = 60 * random.randrange(0, 600, 15)
    place = None if random.random() < 0.2 else (37.8 + random.random() / 20, 112.5 + random.random() / 20)
    window = (begins, begins + 60 * random.choice([0, 0, 15, 60]))
    return Asked(id=f"r{at}", at=place, window=window, minutes=random.choice([0, 15, 30, 45]))


def test_two_requests_clash_exactly_where_one_person_cannot_do_both():
    """Under each responder, and under nobody's name where it holds for all of them."""
    seen = set()
    for seed in range(60):
        random = Random(seed)
        requests = [_asked(random, at) for at in range(8)]
        free = [None, None, ((0, 18_000),), ((3_600, 12_000), (15_000, 40_000))]
        people = [Person(id=f"p{at}", available=one) for at, one in enumerate(free)]
        reached = [(at, np.array(sorted(random.sample(range(8), 5)))) for at in range(4)]
        found = clashing(reached, requests, people)
        for column, rows in reached:
            for both in combinations(rows.tolist(), 2):
                is_clash = both in found.get(None, ()) or both in found.get(column, ())

                assert is_clash != can_do_all([requests[one] for one in both], people[column])
                seen.add((is_clash, column in found))
    assert len(seen) == 4
