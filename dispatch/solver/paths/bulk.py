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

from dispatch.solver.paths.entries import Drawn
from dispatch.solver.paths.flows import Offers, runs
from dispatch.solver.paths.levels import Numbers, Whole
from dispatch.solver.paths.maps import EARTH, metres
from dispatch.solver.paths.search import ABSENT, OUT

Reals = npt.NDArray[np.float64]

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
    # As wide as NumPy looks things up by, and ``take``, which does so soonest.
    at, heads = whose.take(run), drawn["who"].take(entry).astype(np.int64)
    del run, entry
    # Hours first: that takes the fewest look-ups, and leaves the fewest to measure.
    times, fits = drawn["times"][rows] * int(drawn["classes"][0]), drawn["fits"] > 0
    may = np.flatnonzero(fits.take(times.take(at) + drawn["hours"].take(heads)))
    i, heads = rows.take(at.take(may)), heads.take(may)
    way = _ways_over_the_earth(drawn, i, heads) if drawn["on_earth"][0] else _ways(drawn, i, heads)
    may = np.flatnonzero(way <= np.minimum(drawn["reach"][heads], drawn["far"][i]))
    i, heads, way = i.take(may), heads.take(may), way.take(may)
    cost = np.rint(way).astype(np.int64) + drawn["more"][heads]
    return _able(drawn, i, heads, cost)


def _ways(drawn: Drawn, i: Numbers, heads: Numbers) -> Reals:
    """Measure on the plane."""
    east, north = drawn["there_x"][heads] - drawn["x"][i], drawn["there_y"][heads] - drawn["y"][i]
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
    for nth in range(int((drawn["needs"][i + 1] - drawn["needs"][i]).max(initial=0))):
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
    """Arcs as they are found, each request's once.

    Args:
        requests: R.
    """

    def __init__(self, requests: int) -> None:
        self.many = np.zeros(requests, dtype=np.int64)
        self._found: list[tuple[Numbers, Whole, Whole]] = []

    def put(self, rows: Numbers, found: Found) -> None:
        """Put all that was found of some requests; their arcs stand one behind the other, in the order of ``rows``."""
        np.add.at(self.many, found.rows, 1)
        cost = found.cost.astype(np.int32) if found.cost.max(initial=0) < 2**31 else found.cost
        self._found.append((rows, found.heads.astype(np.int32), cost))

    def take(self, rows: Numbers) -> Offers:
        """Return the arcs of some requests, which go up; all others are forgotten."""
        is_wanted = np.zeros(len(self.many), dtype=np.bool_)
        is_wanted[rows] = True
        for nth, (mine, heads, cost) in enumerate(self._found):
            kept = is_wanted[mine]
            of_kept = np.repeat(kept, self.many[mine])
            self._found[nth] = mine[kept], heads[of_kept], cost[of_kept]
        if not len(rows):
            return Offers(rows, np.zeros(0, dtype=np.int32), np.zeros(0, dtype=np.int32))
        whose, heads, cost = (np.concatenate(one) for one in zip(*self._found, strict=True))
        self._found.clear()
        order, many = np.argsort(whose), self.many[whose]
        at = runs((np.cumsum(many) - many)[order], many[order])[1]
        return Offers(many[order], heads[at], cost[at])


class Cheapest(NamedTuple):
    """The cheapest responder of each request, and all arcs that were met in looking for it.

    Args:
        head: (R,) the cheapest responder, ``OUT`` where nobody may come.
        cost: (R,) what sending them costs.
        wide: (R,) metres: whoever costs less is in ``pool``.
        pool: Whom each request may be sent to.
    """

    head: Whole
    cost: Numbers
    wide: Reals
    pool: Pool


def cheapest(drawn: Drawn, many: int, cells: float = FIRST_CELLS) -> Cheapest:
    """Find each request's cheapest responder.

    Args:
        many: R.
        cells: How many cells far each request looks at the least.
    """
    head, cost = np.full(many, OUT, dtype=np.int32), np.zeros(many, dtype=np.int64)
    looked, pool, goes = np.zeros(many), Pool(many), np.zeros(many, dtype=np.bool_)
    for part in chunks(np.asarray(drawn["whose"])):
        rows = part
        far = drawn["far"][rows]
        wide = np.minimum(far, cells * drawn["size"][drawn["skill"][rows]])
        while len(rows):
            found = allowed(drawn, rows, wide)
            looked[rows] = wide
            # The arcs of a request are one run, and the first of equally cheap ones in the grid is taken.
            arcs = len(found.rows)
            if arcs:
                begin = np.flatnonzero(np.concatenate([[True], found.rows[1:] != found.rows[:-1]]))
                i = found.rows[begin]
                least = np.minimum.reduceat(found.cost * arcs + np.arange(arcs), begin) % arcs
                head[i], cost[i] = found.heads[least], found.cost[least]
            # Nobody outside can cost less than the way to them.
            known = head[rows] >= 0
            goes_on = np.where(known, cost[rows] > wide, True) & (wide < far)
            further = np.where(known, cost[rows] + 1.0, 3.0 * wide + 1.0)
            goes[rows] = goes_on
            settled = np.flatnonzero(~goes[found.rows])
            pool.put(rows[~goes_on], Found(*(one[settled] for one in found)))
            rows, wide, far = rows[goes_on], np.minimum(far, further)[goes_on], far[goes_on]
    return Cheapest(head, cost, looked, pool)


def no_arc_is_better(drawn: Drawn, sent: Numbers, paid: Numbers, price: Numbers, out: Numbers) -> bool:
    """Say whether requests are sent where they may be, at what that costs, and none would rather go elsewhere.

    Args:
        sent: (R,) where each request is sent, as in ``search.State``.
        paid: (R,) what the pair costs.
        price: (M,) what one more unit at each responder costs.
        out: (R,) what leaving each request out costs.
    """
    worth, is_served = out.copy(), sent >= 0
    worth[is_served] = paid[is_served] + price[sent[is_served]]
    if (worth > out)[sent != ABSENT].any():
        return False
    whose = np.asarray(drawn["whose"])
    for rows in chunks(whose[sent[whose] != ABSENT]):
        found = allowed(drawn, rows, np.minimum(drawn["far"][rows], np.maximum(0, worth[rows]) + 1.0))
        if (found.cost + price[found.heads] < worth[found.rows]).any():
            return False
        own = found.heads == sent[found.rows]
        if np.count_nonzero(own) < np.count_nonzero(is_served[rows]) or (found.cost != paid[found.rows])[own].any():
            return False
    return True
