"""What a plan from coordinates and skills is made of: requests, responders, and what sending one to the other costs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from dispatch.solver.paths.levels import Numbers

Reals = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """R requests.

    Args:
        at: (R, 2) metres on a plane, or latitude and longitude in degrees (WGS-84).
        needs: (R, S) the least level of each skill, 0 where it is not needed; whoever goes has all of them.
        look_metres: (R,) how far away a responder may be.
        times: (R,) class of the times at which the work may be done, as in ``fits``.
        left_out: By level, the strictest first: name and what leaving each request out counts, (R,).
    """

    at: Reals
    needs: npt.NDArray[np.int8]
    look_metres: Reals
    times: Numbers
    left_out: Sequence[tuple[str, Numbers]]


@dataclass(frozen=True, slots=True, kw_only=True)
class There:
    """M responders.

    Args:
        at: (M, 2) as the requests'.
        levels: (M, S) of each skill, 0 without.
        reach_metres: (M,) how far they go.
        hours: (M,) class of their hours, as in ``fits``.
        capacity: (M,) how many requests they take at the most.
        more: (M,) metre-equivalents that sending them costs beside the way, 0 or more.
        load: (M,) what they hold or did of late: loads are then kept even, before cost. None leaves that out.
    """

    at: Reals
    levels: npt.NDArray[np.int8]
    reach_metres: Reals
    hours: Numbers
    capacity: Numbers
    more: Numbers
    load: Numbers | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What is allowed and what it costs.

    Args:
        fits: (classes of times, classes of hours) whether they meet.
        level_cost: (levels, levels) metre-equivalents of having a level, the column, where one, the row, is the
            least; 0 or more.
        on_earth: Whether places are degrees on the earth; else metres on a plane.
        odd: Pairs that cost more or less than the rest, or are barred: request, responder and metre-equivalents,
            none for barred. No pair may come to less than 0 in all.
    """

    fits: npt.NDArray[np.bool_]
    level_cost: Numbers
    on_earth: bool
    odd: Sequence[tuple[int, int, int | None]] = field(default_factory=tuple)


def check(asked: Asked, there: There, terms: Terms) -> None:
    """Raise ValueError unless all arrays fit each other."""
    requests, responders = len(asked.at), len(there.at)
    skills = asked.needs.shape[1:] if asked.needs.ndim == 2 else (-1,)
    wanted: list[tuple[str, npt.NDArray[Any], tuple[int, ...]]] = [
        ("asked.at", asked.at, (requests, 2)),
        ("asked.needs", asked.needs, (requests, *skills)),
        ("asked.look_metres", asked.look_metres, (requests,)),
        ("asked.times", asked.times, (requests,)),
        *((f"asked.left_out {name}", one, (requests,)) for name, one in asked.left_out),
        ("there.at", there.at, (responders, 2)),
        ("there.levels", there.levels, (responders, *skills)),
        ("there.reach_metres", there.reach_metres, (responders,)),
        ("there.hours", there.hours, (responders,)),
        ("there.capacity", there.capacity, (responders,)),
        ("there.more", there.more, (responders,)),
        *([] if there.load is None else [("there.load", there.load, (responders,))]),
    ]
    for name, one, shape in wanted:
        if one.shape != shape:
            raise ValueError(f"{name}: an array of {one.shape} where {shape} was expected")
        if one.dtype.kind == "f" and not np.isfinite(one).all():
            raise ValueError(f"{name}: a number that is none")
    for row, column, _ in terms.odd:
        if not (0 <= row < requests and 0 <= column < responders):
            raise ValueError(f"terms.odd: no request {row} or no responder {column}")
    if min(there.more.min(initial=0), there.capacity.min(initial=0), terms.level_cost.min(initial=0)) < 0:
        raise ValueError("what sending costs beside the way, capacities and costs of levels are 0 or more")
    if requests and responders:
        if asked.times.min() < 0 or asked.times.max() >= terms.fits.shape[0]:
            raise ValueError("asked.times: a class that fits does not have")
        if there.hours.min() < 0 or there.hours.max() >= terms.fits.shape[1]:
            raise ValueError("there.hours: a class that fits does not have")
        most = max(int(asked.needs.max(initial=0)), int(there.levels.max(initial=0)))
        if terms.level_cost.ndim != 2 or min(terms.level_cost.shape) <= most:
            raise ValueError(f"terms.level_cost: {terms.level_cost.shape} does not reach up to level {most}")


def dearest(asked: Asked, there: There, terms: Terms, needed: int) -> int:
    """Return more than any allowed pair costs in metre-equivalents.

    Args:
        needed: As many skills as a request needs at the most.
    """
    way = int(np.ceil(min(asked.look_metres.max(initial=0.0), there.reach_metres.max(initial=0.0)))) + 1
    skills = needed * int(terms.level_cost.max(initial=0))
    odd = max((abs(more) for _, _, more in terms.odd if more is not None), default=0)
    return way + skills + int(there.more.max(initial=0)) + odd
