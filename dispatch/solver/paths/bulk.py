"""What CPython would look up one by one, looked up for many requests at once by NumPy: arcs, a start and the proof.

Only for places on a plane and towns without odd pairs: there the way is one square root, which NumPy rounds as
CPython does, so that an arc found here costs what ``maps.cost_of`` says. Elsewhere CPython walks.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from dispatch.solver.paths.drawing import Drawn
from dispatch.solver.paths.levels import Numbers
from dispatch.solver.paths.maps import Map
from dispatch.solver.paths.search import ABSENT, OUT, State

Reals = npt.NDArray[np.float64]

CHUNK: Final = 400
"""Requests looked at together, so that memory does not grow with the town."""
FIRST_CELLS: Final = 1.5
"""How many cells far each request looks at first for its cheapest responder."""
CONTESTED: Final = 3
"""Seats a request below which so many stand in each other's way that all arcs are written down at once."""


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
    skill = drawn["skill"][rows]
    size, across = drawn["size"][skill], drawn["across"][skill]
    x, y = drawn["x"][rows] - drawn["corner"][0], drawn["y"][rows] - drawn["corner"][1]
    left = np.maximum(0, ((x - wide) / size).astype(np.int64))
    right = np.minimum(across - 1, ((x + wide) / size).astype(np.int64))
    low = np.maximum(0, ((y - wide) / size).astype(np.int64))
    high = np.minimum(drawn["up"][skill] - 1, ((y + wide) / size).astype(np.int64))
    # Runs of cells: one for each request and row of its grid.
    whose, line = _runs(low, np.maximum(0, high + 1 - low))
    cell = drawn["first"][skill[whose]] + line * across[whose]
    begin, end = drawn["cell"][cell + left[whose]], drawn["cell"][cell + right[whose] + 1]
    run, entry = _runs(begin, np.maximum(0, end - begin))
    at = whose[run]
    i = rows[at]
    east, north = drawn["who_x"][entry] - drawn["x"][i], drawn["who_y"][entry] - drawn["y"][i]
    way = np.sqrt(north * north + east * east)
    may = way <= np.minimum(drawn["who_reach"][entry], drawn["far"][i])
    i, entry, way = i[may], entry[may], way[may]
    classes = int(drawn["classes"][0])
    may = drawn["fits"][drawn["times"][i] * classes + drawn["who_hours"][entry]] != 0
    i, entry, way = i[may], entry[may], way[may]
    heads = drawn["who"][entry]
    cost = np.rint(way).astype(np.int64) + drawn["more"][heads]
    return _able(drawn, i, heads, cost)


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


def _runs(begin: Numbers, many: Numbers) -> tuple[Numbers, Numbers]:
    """Return for runs of numbers, one behind the other, whose run each number is in, and the numbers."""
    whose = np.repeat(np.arange(len(many)), many)
    return whose, np.arange(len(whose)) + np.repeat(begin - np.cumsum(many) + many, many)


def _chunks(rows: Numbers) -> Iterator[Numbers]:
    for start in range(0, len(rows), CHUNK):
        yield rows[start : start + CHUNK]


def write_down(drawn: Drawn, town: Map, rows: Numbers) -> None:
    """Write all arcs of some requests down, as ``walking.write_down`` does; those for whom there is no room walk."""
    rows = rows[np.array(town.known, dtype=np.int64)[rows] < 0]
    for part in _chunks(rows):
        found = allowed(drawn, part, drawn["far"][part])
        order = np.lexsort((found.cost, found.rows))
        begin = town.written[0]
        end = begin + len(order)
        if end > len(town.known_head):
            return
        town.known_head[begin:end] = found.heads[order].tolist()
        town.known_cost[begin:end] = found.cost[order].tolist()
        town.written[0] = end
        part = np.sort(part)  # noqa: PLW2901  as the arcs
        ends = begin + np.searchsorted(found.rows[order], part, side="right")
        starts = begin + np.searchsorted(found.rows[order], part, side="left")
        for i, first, last in zip(part.tolist(), starts.tolist(), ends.tolist(), strict=True):
            town.known[i], town.known_end[i] = first, last


def cheapest(drawn: Drawn, many: int) -> tuple[Numbers, Numbers]:
    """Return each request's cheapest responder, ``OUT`` where nobody may come, and what that one costs."""
    best, cost = np.full(many, OUT), np.zeros(many, dtype=np.int64)
    for part in _chunks(np.asarray(drawn["whose"])):
        rows = part
        far = drawn["far"][rows]
        wide = np.minimum(far, FIRST_CELLS * drawn["size"][drawn["skill"][rows]])
        while len(rows):
            found = allowed(drawn, rows, wide)
            order = np.lexsort((found.heads, found.cost, found.rows))
            i, first = np.unique(found.rows[order], return_index=True)
            best[i], cost[i] = found.heads[order[first]], found.cost[order[first]]
            # Nobody outside can cost less than the way to them.
            known = best[rows] >= 0
            goes_on = np.where(known, cost[rows] > wide, True) & (wide < far)
            further = np.where(known, cost[rows] + 1.0, 3.0 * wide + 1.0)
            rows, wide, far = rows[goes_on], np.minimum(far, further)[goes_on], far[goes_on]
    return best, cost


def start(drawn: Drawn, town: Map, state: State, order: Numbers) -> Numbers:
    """Seat requests on their cheapest responders, and say who is still to be brought in.

    With nobody's price above a first seat, which costs nothing here, whoever sits on
    the cheapest arc of all sits best: a cheapest plan of those requests. The arcs of
    everybody whose cheapest responder is asked for too often are written down.

    Args:
        order: (R,) who comes first.

    Returns:
        The requests of ``order`` without a seat, in order.
    """
    best, cost = cheapest(drawn, len(order))
    capacity = np.array(state.capacity, dtype=np.int64)
    wants = order[best[order] >= 0]
    wants = wants[np.argsort(best[wants], kind="stable")]
    asked = np.bincount(best[wants], minlength=len(capacity))
    nth = np.arange(len(wants)) - np.repeat(np.cumsum(asked) - asked, asked)
    seated = nth < capacity[best[wants]]
    for i, j, paid in zip(*(one[wants[seated]].tolist() for one in (np.arange(len(order)), best, cost)), strict=True):
        k = state.begin[j] + state.used[j]
        state.held[k], state.slot[i], state.sent[i], state.paid[i] = i, k, j, paid
        state.used[j] += 1
    contested = wants[asked[best[wants]] > capacity[best[wants]]]
    write_down(drawn, town, contested)
    left = np.ones(len(order), dtype=np.bool_)
    left[wants[seated]] = False
    return order[left[order]]


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
    for rows in _chunks(whose[sent[whose] != ABSENT]):
        found = allowed(drawn, rows, np.minimum(drawn["far"][rows], np.maximum(0, worth[rows]) + 1.0))
        if (found.cost + price[found.heads] < worth[found.rows]).any():
            return False
    return True
