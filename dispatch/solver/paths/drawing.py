"""Draw the map that searches look at: a plane of cells, a grid a skill, and who stands where."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt

from dispatch.solver.paths.engine import Engine
from dispatch.solver.paths.levels import Numbers
from dispatch.solver.paths.maps import BARRED, EARTH, Map
from dispatch.solver.paths.search import OUT
from dispatch.solver.paths.town import Asked, Terms, There

Reals = npt.NDArray[np.float64]

PER_CELL: Final = 2.0
"""Responders with the skill in a cell, on average: fewer make rings of empty cells, more make idle looks."""
WRITTEN_PER_REQUEST: Final = 48
"""Arcs for which there is room, a request; only who is in the way of others takes any."""
SMALLEST_CELL: Final = 1.0
"""Metres."""


Drawn = dict[str, npt.NDArray[Any]]
"""The arrays of a ``Map``, by name."""


def draw_map(engine: Engine, asked: Asked, there: There, terms: Terms) -> Map:
    """Return the map, as the engine reads it."""
    return as_read(engine, lay_out(asked, there, terms))


def lay_out(asked: Asked, there: There, terms: Terms) -> Drawn:
    """Return the map as arrays; ``level`` in rows.

    A request stands in the grid of the rarest skill it needs. One that needs none
    stands in a grid of everybody, which follows those of the skills.
    """
    north, east = _bearings(asked.at, terms.on_earth)
    there_north, there_east = _bearings(there.at, terms.on_earth)
    (x, y), (there_x, there_y), bend = _plane(
        (north, east), (there_north, there_east), on_earth=terms.on_earth
    )
    levels = np.hstack([there.levels, np.ones((len(there.at), 1), dtype=np.int8)])
    holders = (levels > 0).sum(axis=0)
    skill = _rarest(asked.needs, holders)
    corner = np.array([_low(x, there_x), _low(y, there_y)])
    width = np.array([_high(x, there_x), _high(y, there_y)]) - corner
    size = np.maximum(SMALLEST_CELL, np.sqrt(max(1.0, float(width.prod())) * PER_CELL / np.maximum(1, holders)))
    # Rows of single cells where all stand on one line would be many for nothing.
    size = np.maximum(size, width.max() / 2000)
    across, up = (width[0] / size).astype(np.int64) + 1, (width[1] / size).astype(np.int64) + 1
    first = np.concatenate([[0], np.cumsum(across * up)])

    def cell_of(grid: Numbers, at_x: Reals, at_y: Reals) -> Numbers:
        row = ((at_y - corner[1]) / size[grid]).astype(np.int64)
        column = ((at_x - corner[0]) / size[grid]).astype(np.int64)
        cells: Numbers = first[grid] + row * across[grid] + column
        return cells

    holder, held = np.nonzero(levels)
    who_cell = cell_of(held, there_x[holder], there_y[holder])
    order = np.argsort(who_cell, kind="stable")
    who = holder[order]
    asks_cell = cell_of(skill, x, y)
    needing, need = np.nonzero(asked.needs)
    odd = sorted(terms.odd, key=lambda one: one[:2])
    return {
        "on_earth": np.array([int(terms.on_earth)]),
        "bend": np.array([bend]),
        "x": x,
        "y": y,
        "north": north,
        "east": east,
        "far": asked.look_metres,
        "skill": skill,
        "needs": _starts(needing, len(asked.at)),
        "need": need,
        "least": asked.needs[needing, need],
        "times": asked.times,
        "odd": _starts(np.array([row for row, _, _ in odd], dtype=np.int64), len(asked.at)),
        "odd_head": np.array([column for _, column, _ in odd], dtype=np.int64),
        "odd_more": np.array([BARRED if more is None else more for _, _, more in odd], dtype=np.int64),
        "floor": np.array([min([0, *(more for _, _, more in odd if more is not None)])]),
        "there_x": there_x,
        "there_y": there_y,
        "there_north": there_north,
        "there_east": there_east,
        "reach": there.reach_metres,
        "hours": there.hours,
        "more": there.more,
        "skills": np.array([levels.shape[1]]),
        "level_cost": terms.level_cost.ravel(),
        "levels": np.array([terms.level_cost.shape[1]]),
        "fits": terms.fits.astype(np.int64).ravel(),
        "classes": np.array([terms.fits.shape[1]]),
        "size": size,
        "corner": corner,
        "across": across,
        "up": up,
        "first": first[:-1],
        "cell": _starts(who_cell, int(first[-1])),
        "who": who,
        "who_x": there_x[who],
        "who_y": there_y[who],
        "who_reach": there.reach_metres[who],
        "who_hours": there.hours[who],
        "who_more": there.more[who],
        "who_level": np.where(held == levels.shape[1] - 1, 0, levels[holder, held])[order],
        "asks": _starts(asks_cell, int(first[-1])),
        "whose": np.argsort(asks_cell, kind="stable"),
        "known": np.full(len(asked.at), OUT),
        "known_end": np.zeros(len(asked.at), dtype=np.int64),
        "known_head": np.zeros(WRITTEN_PER_REQUEST * len(asked.at), dtype=np.int64),
        "known_cost": np.zeros(WRITTEN_PER_REQUEST * len(asked.at), dtype=np.int64),
        "written": np.zeros(1, dtype=np.int64),
        "level": np.ascontiguousarray(levels, dtype=np.int8),
    }
def as_read(engine: Engine, arrays: Drawn) -> Map:
    """Return what was laid out as an engine reads it."""
    drawn = {name: _read(engine, one) for name, one in arrays.items() if name != "level"}
    # One byte a level: CPython reads bytes as quickly as a list, in an eighth of the room.
    level = arrays["level"]
    drawn["level"] = level.ravel() if engine.is_compiled else level.tobytes()
    return Map(**drawn)


def _read(engine: Engine, values: npt.NDArray[Any]) -> Any:
    if not engine.is_compiled:
        return values.tolist()
    kind = np.float64 if values.dtype.kind == "f" else np.int64
    return np.ascontiguousarray(values, dtype=kind)


def _starts(of: Numbers, many: int) -> Numbers:
    starts: Numbers = np.concatenate([[0], np.cumsum(np.bincount(of, minlength=many))])
    return starts


def _rarest(needs: npt.NDArray[np.int8], holders: Numbers) -> Numbers:
    everybody = len(holders) - 1
    if needs.shape[1] == 0:
        return np.full(len(needs), everybody)
    rarest = np.where(needs > 0, holders[None, :-1], np.iinfo(np.int64).max).argmin(axis=1)
    grid: Numbers = np.where((needs > 0).any(axis=1), rarest, everybody)
    return grid


def _bearings(at: Reals, on_earth: bool) -> tuple[Reals, Reals]:
    both = np.radians(at) if on_earth else np.asarray(at, dtype=np.float64)
    return np.ascontiguousarray(both[:, 0]), np.ascontiguousarray(both[:, 1])


def _plane(
    ours: tuple[Reals, Reals], theirs: tuple[Reals, Reals], *, on_earth: bool
) -> tuple[tuple[Reals, Reals], tuple[Reals, Reals], float]:
    """Lay places on a plane on which no way is longer than the real one divided by the third number returned.

    On the ball, degrees east count as much as they do at the latitude furthest from
    the equator, where they count least. Half the chord's sine is then at least
    sin(h) / h times the plane's way, h being half the widest angle.
    """
    if not on_earth:
        return ours, theirs, 1.0
    north, east = np.concatenate([ours[0], theirs[0]]), np.concatenate([ours[1], theirs[1]])
    if len(north) == 0:
        return ours, theirs, 1.0
    radius = EARTH / 2
    narrow = radius * float(np.cos(np.abs(north).max()))
    half = max(1e-9, float(np.hypot(np.ptp(north), np.ptp(east))) / 2)
    bend = float(np.sin(min(half, np.pi / 2)) / half) if half < np.pi else 0.0
    around = bool(np.ptp(east) > np.pi)  # across the date line the plane would tear
    planes = tuple((one[1] * narrow * (not around), one[0] * radius) for one in (ours, theirs))
    return planes[0], planes[1], bend * 0.999


def _low(ours: Reals, theirs: Reals) -> float:
    return float(min(ours.min(initial=np.inf), theirs.min(initial=np.inf))) if len(ours) or len(theirs) else 0.0


def _high(ours: Reals, theirs: Reals) -> float:
    return float(max(ours.max(initial=-np.inf), theirs.max(initial=-np.inf))) if len(ours) or len(theirs) else 0.0
