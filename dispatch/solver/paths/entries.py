"""What stands side by side in the grids of a map, so that a sieve reads it in a row."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from dispatch.solver.paths.blocks import blocks
from dispatch.solver.paths.levels import Numbers
from dispatch.solver.paths.sieves import BITS, LANES, Loose, leasts, squares

Drawn = dict[str, npt.NDArray[Any]]
"""The arrays of a ``maps.Map``, by name."""


def side_by_side(arrays: Drawn) -> Drawn:
    """Return what a map holds for each entry of its grids, and whatever else sieves read.

    Made when a map is read, for some plans never are.
    """
    who, whose, level, corner = arrays["who"], arrays["whose"], arrays["level"], arrays["corner"]
    loose = Loose(float(arrays["bend"][0]), float(arrays["loose"][1]) / 2)
    reaches, frees = squares(arrays["reach"], loose), np.left_shift(1, arrays["hours"] % BITS, dtype=np.int32)
    can, near = bits_of(level), squares(arrays["far"], loose)
    meets = _meets(arrays["fits"].reshape(-1, int(arrays["classes"][0])) > 0)
    held = np.repeat(np.arange(level.shape[1]), np.diff(np.append(arrays["cell"][arrays["first"]], len(who))))
    who_level = level[who, held]
    needs_some = each_needs_some(arrays["needs"])
    if not needs_some:
        who_level[held == level.shape[1] - 1] = 0
    cheapest = _cheapest(arrays["least"], arrays["level_cost"].reshape(-1, int(arrays["levels"][0])))
    # In the grid of everybody all have level 1, for nothing.
    level_least = cheapest if needs_some else np.zeros(max(2, len(cheapest)), dtype=np.int64)
    return {
        "who_x": _ended(arrays["there_x"][who] - corner[0], np.float32),
        "who_y": _ended(arrays["there_y"][who] - corner[1], np.float32),
        "who_reach": _ended(reaches[who], np.float32),
        "who_least": _ended(leasts((arrays["more"][who] + cheapest[who_level]).astype(np.float64), loose), np.float32),
        "who_can": _ended(can[who], np.int32),
        "who_free": _ended(frees[who], np.int32),
        "who_level": who_level,
        "asks_x": _ended(arrays["x"][whose] - corner[0], np.float32),
        "asks_y": _ended(arrays["y"][whose] - corner[1], np.float32),
        "asks_far": _ended(near[whose], np.float32),
        "asks_least": np.zeros(len(whose) + LANES, dtype=np.float32),
        "asks_spares": _ended(~arrays["wants"][whose], np.int32),
        "asks_free": _ended(meets[arrays["times"][whose]], np.int32),
        "asks_north": arrays["north"][whose],
        "asks_east": arrays["east"][whose],
        "asks_look": arrays["far"][whose],
        **_only_need(arrays),
        "near": near,
        "meets": meets,
        "reaches": reaches,
        "frees": frees,
        "can": can,
        "level_least": level_least,
    }


def _only_need(arrays: Drawn) -> Drawn:
    """Return ``asks_need`` and ``asks_level``: bits tell all about the hours, and the way is one on a plane."""
    whose, first, end, odd = arrays["whose"], arrays["needs"][:-1], arrays["needs"][1:], arrays["odd"]
    # As ``maps.is_plain``, for all at once.
    is_told = arrays["on_earth"][0] == 0 and arrays["classes"][0] <= BITS
    is_only = is_told & (end - first == 1) & (odd[1:] == odd[:-1])
    # One behind the last need for those who have none.
    least = np.append(arrays["least"], np.int8(0))
    need = np.where(is_only, arrays["skill"], -1).astype(np.int16)
    return {"asks_need": need[whose], "asks_level": (least[first] * is_only)[whose]}


def each_needs_some(needs: npt.NDArray[np.int32]) -> bool:
    """Say whether every request needs a skill.

    Args:
        needs: (R + 1,) as in ``maps.Map``.
    """
    return bool((needs[1:] > needs[:-1]).all())


def bits_of(levels: npt.NDArray[np.int8]) -> npt.NDArray[np.int32]:
    """Return for each row the bits of the skills that are not zero; the first and each ``BITS`` further share one."""
    bits = np.zeros(len(levels), dtype=np.int32)
    for part in blocks(len(levels)):
        packed = np.packbits(levels[part] > 0, axis=1, bitorder="little")
        words = np.zeros((len(packed), -(-packed.shape[1] // 4) * 4), dtype=np.uint8)
        words[:, : packed.shape[1]] = packed
        bits[part] = np.bitwise_or.reduce(words.view("<i4"), axis=1, initial=0)
    return bits


def _ended(values: npt.NDArray[Any], kind: type[np.generic]) -> npt.NDArray[Any]:
    """Return values of a narrower kind, and behind them what a sieve may read but never takes for entries."""
    ended = np.zeros(len(values) + LANES, dtype=kind)
    ended[: len(values)] = values
    return ended


def _meets(fits: npt.NDArray[np.bool_]) -> Numbers:
    """Return for each class of times the bits of the classes of hours that it meets."""
    bits = np.where(fits, 1 << (np.arange(fits.shape[1]) % BITS), 0)
    meets: Numbers = np.bitwise_or.reduce(bits, axis=1, initial=0).astype(np.int64)
    return meets


def _cheapest(least: npt.NDArray[Any], level_cost: Numbers) -> Numbers:
    """Return what having each level costs at the least, whichever is asked for."""
    asked_for = np.flatnonzero(np.bincount(least))
    if not len(asked_for):
        return np.zeros(level_cost.shape[1], dtype=np.int64)
    cheapest: Numbers = level_cost[asked_for].min(axis=0)
    cheapest[0] = 0  # in the grid of everybody nobody pays for a level
    return cheapest
