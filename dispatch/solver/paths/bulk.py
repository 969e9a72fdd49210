"""What CPython would look up one by one, looked up for many requests at once by NumPy: arcs, a start and the proof.

Only for towns without odd pairs; elsewhere CPython walks. An arc found here costs what ``maps.cost_of`` says: on a
plane the way is one square root, which NumPy rounds as CPython does; on the earth its sines may differ in the last
digits, so that ways are measured by ``maps`` again where these decide.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from dispatch.solver.paths.drawing import Drawn
from dispatch.solver.paths.flows import Offers, runs
from dispatch.solver.paths.levels import Numbers
from dispatch.solver.paths.maps import EARTH, metres
from dispatch.solver.paths.search import ABSENT, OUT, State

Reals = npt.NDArray[np.float64]
Short = npt.NDArray[np.int32]

CHUNK: Final = 400
"""Requests looked at together, so that memory does not grow with the town."""
UNSURE: Final = 1e-5
"""Metres by which two libraries may differ at the most: ways in whole numbers have ten times as many digits."""
NEARLY_OPPOSITE: Final = 0.99
"""Squared sine of half the angle between two places from which on a way over the earth loses digits."""
FIRST_CELLS: Final = 1.5
"""How many cells far each request looks at first for its cheapest responder."""

class Found(NamedTuple):
    """Allowed pairs, request by request.

    Args:
        rows: (A,) the request, in the order asked for.
        heads: (A,) the responder.
        cost: (A,) metre-equivalents.
    """

    rows: Numbers
    heads: Numbers
    cost: Numbers


def allowed(drawn: Drawn, rows: Numbers, wide: Reals) -> Found:
    """Find the allowed pairs of some requests.

    Args:
        rows: (n,) requests.
        wide: (n,) metres; whoever is nearer is found, and some of those who are not.
    """
    wide = wide / drawn["bend"][0]
    skill = drawn["skill"][rows]
    size, across = drawn["size"][skill], drawn["across"][skill]
    x, y = drawn["x"][rows] - drawn["corner"][0], drawn["y"][rows] - drawn["corner"][1]
    left = np.maximum(0, ((x - wide) / size).astype(np.int64))
    right = np.minimum(across - 1, ((x + wide) / size).astype(np.int64))
    low = np.maximum(0, ((y - wide) / size).astype(np.int64))
    high = np.minimum(drawn["up"][skill] - 1, ((y + wide) / size).astype(np.int64))
    # Runs of cells: one for each request and row of its grid.
    whose, line = runs(low, np.maximum(0, high + 1 - low))
    cell = drawn["first"][skill[whose]] + line * across[whose]
    begin, end = drawn["cell"][cell + left[whose]], drawn["cell"][cell + right[whose] + 1]
    run, entry = runs(begin, np.maximum(0, end - begin))
    at = whose[run]
    # Hours first: that takes the fewest look-ups, and leaves the fewest to measure.
    times, classes = drawn["times"][rows] * int(drawn["classes"][0]), drawn["who_hours"][entry]
    may = np.flatnonzero(drawn["fits"][times[at] + classes])
    i, entry = rows[at[may]], entry[may]
    way = _ways_over_the_earth(drawn, i, drawn["who"][entry]) if drawn["on_earth"][0] else _ways(drawn, i, entry)
    may = np.flatnonzero(way <= np.minimum(drawn["who_reach"][entry], drawn["far"][i]))
    i, entry, way = i[may], entry[may], way[may]
    heads = drawn["who"][entry]
    cost = np.rint(way).astype(np.int64) + drawn["more"][heads]
    return _able(drawn, i, heads, cost)


def _ways(drawn: Drawn, i: Numbers, entry: Numbers) -> Reals:
    """Measure on the plane."""
    east, north = drawn["who_x"][entry] - drawn["x"][i], drawn["who_y"][entry] - drawn["y"][i]
    way: Reals = np.sqrt(north * north + east * east)
    return way


def _ways_over_the_earth(drawn: Drawn, i: Numbers, heads: Numbers) -> Reals:
    """Measure on the earth, as ``maps.metres``: what decides nothing may differ from it by less than ``UNSURE``."""
    north, there_north = drawn["north"][i], drawn["there_north"][heads]
    sine_north = np.sin((there_north - north) / 2)
    sine_east = np.sin((drawn["there_east"][heads] - drawn["east"][i]) / 2)
    bow = sine_north * sine_north + np.cos(north) * np.cos(there_north) * sine_east * sine_east
    way: Reals = EARTH * np.arcsin(np.sqrt(np.minimum(1.0, bow)))
    far = np.minimum(drawn["reach"][heads], drawn["far"][i])
    unsure = (np.abs(way % 1.0 - 0.5) < UNSURE) | (np.abs(way - far) < UNSURE) | (bow > NEARLY_OPPOSITE)
    places = _Places(*(drawn[name] for name in _Places._fields))
    for at in np.flatnonzero(unsure).tolist():
        way[at] = metres(places, int(i[at]), int(heads[at]))
    return way


class _Places(NamedTuple):
    """What ``maps.metres`` reads of a ``Map``."""

    on_earth: Numbers
    north: Reals
    east: Reals
    there_north: Reals
    there_east: Reals


def _able(drawn: Drawn, i: Numbers, heads: Numbers, cost: Numbers) -> Found:
    """Keep those who have what is needed, and add what their levels cost."""
    level, levels = drawn["level"], int(drawn["levels"][0])
    for nth in range(int(np.diff(drawn["needs"]).max(initial=0))):
        n = drawn["needs"][i] + nth
        has = np.flatnonzero(n < drawn["needs"][i + 1])
        n = n[has]
        least, held = drawn["least"][n].astype(np.int64), level[heads[has], drawn["need"][n]].astype(np.int64)
        cost[has] += drawn["level_cost"][least * levels + held]
        may = np.ones(len(i), dtype=np.bool_)
        may[has[held < least]] = False
        i, heads, cost = i[may], heads[may], cost[may]
    return Found(i, heads, cost)


def chunks(rows: Numbers) -> Iterator[Numbers]:
    """Yield requests, some at a time."""
    for start in range(0, len(rows), CHUNK):
        yield rows[start : start + CHUNK]


class Pool:
    """Arcs as they are found: what is found again of a request takes the place of what was."""

    def __init__(self, many: int) -> None:
        self.begin, self.many = np.zeros(many, dtype=np.int64), np.zeros(many, dtype=np.int64)
        # Half as wide as all else: these are the longest of all.
        self.heads: list[Short] = [np.zeros(0, dtype=np.int32)]
        self.cost: list[Numbers] = [np.zeros(0, dtype=np.int64)]
        self.room = 0

    def put(self, rows: Numbers, found: Found) -> None:
        """Put all that was found of some requests; their arcs stand one behind the other, in the order of ``rows``."""
        self.many[rows] = 0
        np.add.at(self.many, found.rows, 1)
        many = self.many[rows]
        self.begin[rows] = self.room + np.cumsum(many) - many
        self.room += len(found.rows)
        self.heads.append(found.heads.astype(np.int32))
        self.cost.append(found.cost)

    def offers(self) -> Offers:
        """Return what there is."""
        self.heads, self.cost = [np.concatenate(self.heads)], [np.concatenate(self.cost)]
        return Offers(self.begin, self.many, self.heads[0], self.cost[0])


class Cheapest(NamedTuple):
    """The cheapest arc of each request, and all those that were met in looking for it.

    Args:
        arc: (R,) where the cheapest arc stands in ``pool``, ``OUT`` where nobody may come.
        wide: (R,) metres: whoever costs no more is in ``pool``.
        pool: Whom each request may be sent to.
    """

    arc: Numbers
    wide: Reals
    pool: Pool


def cheapest(drawn: Drawn, many: int, cells: float = FIRST_CELLS) -> Cheapest:
    """Find each request's cheapest responder.

    Args:
        many: R.
        cells: How many cells far each request looks at the least.
    """
    arc, cost = np.full(many, OUT), np.zeros(many, dtype=np.int64)
    looked, pool = np.zeros(many), Pool(many)
    for part in chunks(np.asarray(drawn["whose"])):
        rows = part
        far = drawn["far"][rows]
        wide = np.minimum(far, cells * drawn["size"][drawn["skill"][rows]])
        while len(rows):
            found = allowed(drawn, rows, wide)
            begin = pool.room
            pool.put(rows, found)
            looked[rows] = wide
            i = rows[pool.many[rows] > 0]
            if len(i):
                # Of equally cheap ones the first in the grid.
                arcs = len(found.cost)
                keys = found.cost * arcs + np.arange(arcs)
                least = np.minimum.reduceat(keys, pool.begin[i] - begin) % arcs
                arc[i], cost[i] = begin + least, found.cost[least]
            # Nobody outside can cost less than the way to them.
            known = arc[rows] >= 0
            goes_on = np.where(known, cost[rows] > wide, True) & (wide < far)
            further = np.where(known, cost[rows] + 1.0, 3.0 * wide + 1.0)
            rows, wide, far = rows[goes_on], np.minimum(far, further)[goes_on], far[goes_on]
    return Cheapest(arc, looked, pool)


def no_arc_is_better(drawn: Drawn, state: State, out: Numbers) -> bool:
    """Say whether no request would rather go elsewhere, as ``walking.is_content`` does for one.

    Args:
        out: (R,) what leaving each request out costs.
    """
    sent, price = np.array(state.sent, dtype=np.int64), np.array(state.price, dtype=np.int64)
    worth = np.where(sent >= 0, np.array(state.paid, dtype=np.int64) + price[sent], out)
    if (worth > out)[sent != ABSENT].any():
        return False
    whose = np.asarray(drawn["whose"])
    for rows in chunks(whose[sent[whose] != ABSENT]):
        found = allowed(drawn, rows, np.minimum(drawn["far"][rows], np.maximum(0, worth[rows]) + 1.0))
        if (found.cost + price[found.heads] < worth[found.rows]).any():
            return False
    return True
