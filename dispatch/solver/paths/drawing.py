"""Draw the map that searches look at: a plane of cells, a grid a skill, and who stands where."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt

from dispatch.solver.paths import rooms
from dispatch.solver.paths.blocks import blocks
from dispatch.solver.paths.cells import by_cell, extent, starts_of
from dispatch.solver.paths.engine import Engine, read_by
from dispatch.solver.paths.entries import Drawn, bits_of, each_needs_some, side_by_side
from dispatch.solver.paths.levels import Numbers
from dispatch.solver.paths.maps import BARRED, EARTH, Map
from dispatch.solver.paths.search import OUT
from dispatch.solver.paths.sieves import ROUNDED, loose_for
from dispatch.solver.paths.town import Asked, Terms, There

Reals = npt.NDArray[np.float64]

PER_CELL: Final = 3.0
"""Responders with the skill in a cell, on average: fewer make rows of empty cells, more make idle looks."""
NARROW: Final = frozenset(
    ("who", "who_can", "who_free", "who_level", "asks_spares", "asks_free", "asks_need", "asks_level", "hours")
)
"""Of what is kept for each entry or responder, whole numbers that never need 64 bits."""
SMALLEST_CELL: Final = 1.0
"""Metres."""


def draw_map(engine: Engine, asked: Asked, there: There, terms: Terms) -> Map:
    """Return the map, as the engine reads it."""
    return as_read(engine, lay_out(asked, there, terms))


def lay_out(asked: Asked, there: There, terms: Terms) -> Drawn:
    """Return the map as arrays; ``level`` in rows.

    A request stands in the grid of the rarest skill it needs. Where one needs none
    there is a grid of everybody, which follows those of the skills.
    """
    north, east = _bearings(asked.at, terms.on_earth)
    there_north, there_east = _bearings(there.at, terms.on_earth)
    (x, y), (there_x, there_y), bend = _plane(
        (north, east), (there_north, there_east), on_earth=terms.on_earth
    )
    needing, need = _where(asked.needs)
    level = there.levels
    needs, least = starts_of(needing, len(asked.at)), asked.needs[needing, need]
    needs_some = level.shape[1] > 0 and each_needs_some(needs)
    if not needs_some:
        level = np.hstack([level, np.ones((len(there.at), 1), dtype=np.int8)])
    level = np.ascontiguousarray(level, dtype=np.int8)
    holder, held = _where(level)
    holders = np.bincount(held, minlength=level.shape[1])
    skill = _rarest(needing, need, holders, len(asked.at))
    corner, far_corner = np.array([extent(x, there_x), extent(y, there_y)]).T
    width = far_corner - corner
    size = np.maximum(SMALLEST_CELL, np.sqrt(max(1.0, float(width.prod())) * PER_CELL / np.maximum(1, holders)))
    # Rows of single cells where all stand on one line would be many for nothing.
    size = np.maximum(size, width.max() / 2000)
    across, up = (width[0] / size).astype(np.int64) + 1, (width[1] / size).astype(np.int64) + 1
    first = np.concatenate([[0], np.cumsum(across * up)])

    def cell_of(grid: npt.NDArray[Any], at_x: Reals, at_y: Reals) -> Numbers:
        row = ((at_y - corner[1]) / size[grid]).astype(np.int64)
        column = ((at_x - corner[0]) / size[grid]).astype(np.int64)
        cells: Numbers = first[grid] + row * across[grid] + column
        return cells

    # A grid by which nobody looks need not be filled.
    is_asked = np.bincount(skill, minlength=level.shape[1]) > 0
    if not is_asked.all():
        holder, held = holder[is_asked[held]], held[is_asked[held]]
    cells = np.empty(len(holder), dtype=np.int64)
    for part in blocks(len(holder)):
        cells[part] = cell_of(held[part], there_x[holder[part]], there_y[holder[part]])
    cell, order = by_cell(cells, int(first[-1]))
    who = holder[order]
    del cells, order, holder, held  # as large as half the map
    asks, whose = by_cell(cell_of(skill, x, y), int(first[-1]))
    loose = loose_for(float(width.max()), bend)
    odd = sorted(terms.odd, key=lambda one: one[:2])
    return {
        "on_earth": np.array([int(terms.on_earth)]),
        "bend": np.array([bend]),
        "x": x,
        "y": y,
        "north": north,
        "east": east,
        "far": asked.look_metres,
        "skill": skill.astype(need.dtype),
        "needs": needs,
        "need": need,
        "least": least,
        "wants": bits_of(asked.needs),
        "times": asked.times,
        "loose": np.array([(1 + ROUNDED) / bend, 2 * loose.slack]),
        "odd": starts_of(np.array([row for row, _, _ in odd], dtype=np.int64), len(asked.at)),
        "odd_head": np.array([column for _, column, _ in odd], dtype=np.int64),
        "odd_more": np.array([BARRED if more is None else more for _, _, more in odd], dtype=np.int64),
        "floor": np.array([min([0, *(more for _, _, more in odd if more is not None)])]),
        "there_x": there_x,
        "there_y": there_y,
        "there_north": there_north,
        "there_east": there_east,
        "reach": there.reach_metres,
        "hours": there.hours.astype(np.int32),
        "more": there.more,
        "skills": np.array([level.shape[1]]),
        "level_cost": terms.level_cost.ravel(),
        "levels": np.array([terms.level_cost.shape[1]]),
        "fits": terms.fits.astype(np.int64).ravel(),
        "classes": np.array([terms.fits.shape[1]]),
        "size": size,
        "corner": corner,
        "across": across,
        "up": up,
        "first": first[:-1],
        "cell": cell,
        "who": who,
        "asks": asks,
        "whose": whose,
        "level": level,
    }


def as_read(engine: Engine, arrays: Drawn) -> Map:
    """Return what was laid out as an engine reads it, with room for arcs that are written down."""
    arrays = arrays | side_by_side(arrays)
    # On a plane some are one array under two names.
    read = {id(one): _read(engine, one, is_narrow=name in NARROW) for name, one in arrays.items() if name != "level"}
    drawn = {name: read[id(one)] for name, one in arrays.items() if name != "level"}
    # One byte a level: CPython reads bytes as quickly as a list, in an eighth of the room.
    level, requests, responders = arrays["level"], len(arrays["x"]), len(arrays["there_x"])
    drawn["level"] = level.ravel() if engine.is_compiled else level.tobytes()
    room = rooms.WRITTEN_PER_REQUEST * requests if engine.is_compiled else 0
    known = {
        "known": np.full(requests, OUT),
        "known_end": np.zeros(requests, dtype=np.int64),
        "back": np.full(responders, OUT),
        "back_end": np.zeros(responders, dtype=np.int64),
        "known_head": np.empty(room, dtype=np.int64),
        "known_cost": np.empty(room, dtype=np.int64),
        "met": np.zeros(max(requests, responders), dtype=np.int64),
        "written": np.zeros(1, dtype=np.int64),
    }
    return Map(**drawn, **{name: read_by(engine, one) for name, one in known.items()})


def read_narrow(engine: Engine, values: npt.NDArray[Any]) -> Any:
    """Return narrow numbers as an engine reads them."""
    return _read(engine, values, is_narrow=True)


def _read(engine: Engine, values: npt.NDArray[Any], *, is_narrow: bool) -> Any:
    if not engine.is_compiled:
        # A view hands out one number at a time; a list would keep each of them as an object.
        return memoryview(values)  # type: ignore[arg-type]  # numpy 2 says less than it does
    if values.dtype.kind != "f" and not is_narrow:
        values = values.astype(np.int64, copy=False)
    return np.ascontiguousarray(values)


def _where(levels: npt.NDArray[np.int8]) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int16]]:
    """Return rows and columns of what is not zero, row by row."""
    skills = max(1, levels.shape[1])
    rows, columns = [np.zeros(0, dtype=np.int32)], [np.zeros(0, dtype=np.int16)]
    for part in blocks(len(levels)):
        at = np.flatnonzero(levels[part] > 0).astype(np.int32)
        row = at // skills
        rows.append(row + np.int32(part.start))
        columns.append((at - row * skills).astype(np.int16))
    return np.concatenate(rows), np.concatenate(columns)


def _rarest(needing: npt.NDArray[Any], need: npt.NDArray[Any], holders: Numbers, many: int) -> Numbers:
    """Return the skill with the fewest holders that each request needs; the last where it needs none."""
    skills = len(holders)
    rarest = np.full(many, np.iinfo(np.int64).max)
    np.minimum.at(rarest, needing, holders[need] * skills + need)
    grid: Numbers = np.where(rarest == np.iinfo(np.int64).max, skills - 1, rarest % skills)
    return grid


def _bearings(at: Reals, on_earth: bool) -> tuple[Reals, Reals]:
    both = np.radians(at) if on_earth else np.asarray(at, dtype=np.float64)
    return both[:, 0], both[:, 1]


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
    around = bool(np.ptp(east) > np.pi)  # across the date line the plane would tear: only north and south count
    half = max(1e-9, float(np.hypot(np.ptp(north), 0.0 if around else np.ptp(east))) / 2)
    bend = float(np.sin(min(half, np.pi / 2)) / half)
    planes = tuple((one[1] * narrow * (not around), one[0] * radius) for one in (ours, theirs))
    return planes[0], planes[1], bend * 0.999
