"""A problem too large to put everybody beside everybody: planned on the map instead."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Final, TypeVar

import numpy as np
import numpy.typing as npt

from dispatch.solver.costs import METRES_PER_LEVEL
from dispatch.solver.document.clocks import is_timed
from dispatch.solver.document.pairing import Numbers, Pairing, fits
from dispatch.solver.document.reading import Document
from dispatch.solver.paths.levels import Aim
from dispatch.solver.paths.map_plan import MapPlan
from dispatch.solver.paths.town import Asked, Terms, There

_Key = TypeVar("_Key", bound=Hashable)

LARGE: Final = 2_000_000
"""Requests times responders from which on the map is quicker than all pairs."""
MOST_CLASSES: Final = 2_000_000
"""Kinds of windows times kinds of hours that are compared."""
MOST_LEVELS: Final = 300_000_000
"""Requests and responders times skills that are written beside each other, a byte each."""
ANYWHERE: Final = 3e7
"""Metres: further than any two places on the earth."""


def is_for_the_map(document: Document) -> bool:
    """Say whether a problem is large, and nothing in it is more than skills, places, hours and limits."""
    is_clocked = sum(is_timed(one) for one in document.requests) > 1
    return (
        document.pairs is None
        and not document.apart
        and len(document.requests) * len(document.responders) >= LARGE
        and all(one.headcount == 1 and one.at is not None for one in document.requests)
        and all(one.at is not None for one in document.responders)
        and not (is_clocked and any(one.capacity is None or one.capacity > 1 for one in document.responders))
    )


def plan_on_the_map(pairing: Pairing, aims: Sequence[Aim]) -> MapPlan | None:
    """Return the best plan; none where the kinds of hours or of skills are too many to compare.

    Args:
        pairing: Of a problem that ``is_for_the_map``.
        aims: Its levels; the last is the cost.
    """
    document = pairing.document
    requests, people = document.requests, document.responders
    times, kinds = _classes([(one.window, 60 * (one.minutes or 0)) for one in requests])
    if len(kinds) * len(pairing.shifts) > MOST_CLASSES:
        return None
    if (len(requests) + len(people)) * len(pairing.skills) > MOST_LEVELS:
        return None
    levels = np.zeros((len(people), len(pairing.skills)), dtype=np.int8)
    for at, name in enumerate(pairing.skills):
        levels[:, at] = pairing.level(name)
    needs = np.array([[one.skills.get(name, 0) for name in pairing.skills] for one in requests], dtype=np.int8)
    most = 1 + max(int(levels.max(initial=0)), int(needs.max(initial=0)))
    above = np.arange(most)[None, :] - np.arange(most)[:, None]
    load = next((aim for aim in aims if aim.name == "load"), None)
    asked = Asked(
        at=np.array([one.at for one in requests], dtype=np.float64),
        needs=needs.reshape(len(requests), len(pairing.skills)),
        look_metres=np.full(len(requests), ANYWHERE),
        times=times,
        left_out=[(aim.name, aim.left_out) for aim in aims if aim.left_out is not None],
    )
    there = There(
        at=pairing.at,
        levels=levels,
        # Whole metres are compared: 1500.4 m are 1500 m, and within a reach of 1500.
        reach_metres=np.minimum(pairing.reach + 0.5, ANYWHERE),
        hours=pairing.shift_of,
        capacity=np.minimum(pairing.capacity, len(requests)),
        more=np.zeros(len(people), dtype=np.int64),
        load=None if load is None or load.first_seat is None else (load.first_seat - 1) // 2,
    )
    terms = Terms(
        fits=np.array([[fits(*kind, shift) for shift in pairing.shifts] for kind in kinds], dtype=np.bool_),
        level_cost=METRES_PER_LEVEL * np.maximum(0, above),
        on_earth=True,
        odd=_odd(pairing),
    )
    return MapPlan(asked, there, terms)


def _odd(pairing: Pairing) -> list[tuple[int, int, int | None]]:
    found: dict[tuple[int, int], int | None] = {}
    for row, one in enumerate(pairing.document.requests):
        found.update({(row, pairing.column_of[name]): -less for name, less in one.prefers.items()})
        found.update(dict.fromkeys((row, pairing.column_of[name]) for name in one.never))
    return [(row, column, more) for (row, column), more in found.items()]


def _classes(keys: Sequence[_Key]) -> tuple[Numbers, list[_Key]]:
    """Number the different keys in the order in which they come; return each one's number, and the keys."""
    numbers: dict[_Key, int] = {}
    of: npt.NDArray[np.int64] = np.array([numbers.setdefault(key, len(numbers)) for key in keys], dtype=np.int64)
    return of, list(numbers)
