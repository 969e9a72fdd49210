"""Which of the next entries of a grid a search must look at: a sieve through which nobody who matters falls.

Most of those who stand in a box may not be sent, or cost too much. A sieve tells that
of ``LANES`` entries at once, in numbers so narrow that Numba's reader compares all of
them in one instruction (``lanes``). They are rounded, so ways are taken for shorter than they are
by ``slack`` and a little more: some pass that need not, and each that passes is reckoned exactly.

``engine`` puts the functions of ``lanes`` in the place of these where it compiles.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

Map = Any
"""``maps.Map``."""
Narrow = npt.NDArray[np.float32]

LANES: Final = 8
"""Entries that are looked at together; as many follow the last one, so that none need be read by itself."""
BITS: Final = 32
"""Skills, or classes of hours, that have a bit of their own; further ones share them."""
ROUNDED: Final = 2.0**-22
"""By how much, in proportion, thresholds are widened: several times what numbers of 24 digits are rounded by."""
ANY: Final = 1e15
"""Metres, further than which nothing is told apart; its square is still a narrow number.

What is set off against it is no more than half of it, so that whoever costs more than that is let through.
"""

NO_PRICE: Final = -1
"""Less than any price."""


class Loose(NamedTuple):
    """How narrow numbers are made from metres of real ways, so that no rounding shortens them.

    Args:
        bend: How much shorter a way over the ball may be than on the plane of the cells.
        slack: Metres on the plane by which two places may seem to be further apart than they are.
    """

    bend: float
    slack: float


def loose_for(width: float, bend: float) -> Loose:
    """Return what a plane asks for whose places are no further apart than ``width`` metres, east or north."""
    # A place is rounded by 2^-24 of the width, either way, and so is their difference.
    return Loose(bend, width * 2.0**-21)


def squares(metres: npt.NDArray[np.float64], loose: Loose) -> Narrow:
    """Return the squares, on the plane of the cells, of which no way exceeds that is as short as one of some metres."""
    wide = np.minimum(metres / loose.bend * (1 + ROUNDED) + loose.slack, ANY)
    return np.square(wide).astype(np.float32)


def leasts(whole: npt.NDArray[np.float64], loose: Loose) -> Narrow:
    """Return what is to be paid beside a way, from metre-equivalents to metres of the plane, no dearer than it is."""
    return np.minimum(whole / loose.bend * (1 - ROUNDED), ANY / 2).astype(np.float32)


def worths(town: Map, worth: npt.NDArray[np.int64]) -> Narrow:
    """Return ``asks_least`` where requests pay for a responder what they are worth, no less than that is.

    Args:
        worth: (R,) 0 or more each; -1 for who is not there.
    """
    paid = np.asarray(worth, dtype=np.float64)[np.asarray(town.whose)]
    least = np.zeros(len(paid) + LANES, dtype=np.float32)
    least[: len(paid)] = np.where(paid < 0, ANY, -paid * town.loose[0] - town.loose[1])
    return least


def priced(town: Map, price: npt.NDArray[np.int64]) -> Narrow:
    """Return ``who_least`` where those at the end of a way are paid their prices, no dearer than that is.

    Args:
        price: (M,) 0 or more each.
    """
    who_least, whole = np.asarray(town.who_least), np.zeros(len(town.who) + LANES)
    whole[: len(town.who)] = np.asarray(price, dtype=np.float64)[np.asarray(town.who)]
    return np.minimum((who_least + whole * float(town.loose[0])) * (1 - 2 * ROUNDED), ANY / 2).astype(np.float32)


def bound(town: Map, worth: Any) -> float:
    """Return an integer that a way and all beside it must stay below, in metres of the plane, no tighter than it is."""
    # An integer of CPython may be larger than any real number.
    return ANY if worth > ANY else worth * town.loose[0] + town.loose[1]


def below_price(town: Map, price: Any) -> float:
    """Return a price as what is below 0, in metres of the plane, no dearer than it is: ``below`` for ``sieve_back``."""
    below: float = -price * town.loose[0] * (1 - 2 * ROUNDED)
    return below


def sieve(
    town: Map, at: int, after: int, x: float, y: float, near: float, below: float, wants: int, meets: int
) -> int:
    """Return a bit for each of the next ``LANES`` responders in a grid who may matter to a request.

    Args:
        at, after: The next entry, and the one behind the last.
        x, y: Metres from the corner of the plane.
        near: The square of how far the request looks, as ``squares`` makes it.
        below: As ``bound`` makes it.
        wants, meets: Bits of skills that all must be there, and of hours of which one must.
    """
    bits = 0
    for nth in range(min(LANES, after - at)):
        entry = at + nth
        right, up, left = town.who_x[entry] - x, town.who_y[entry] - y, below - town.who_least[entry]
        way = right * right + up * up
        may = (way <= near) & (way <= town.who_reach[entry]) & (left > 0.0) & (way < left * left)
        may &= ((town.who_can[entry] & wants) == wants) & ((town.who_free[entry] & meets) != 0)
        bits |= may << nth
    return bits


def sieve_back(
    town: Map, at: int, after: int, x: float, y: float, near: float, below: float, lacks: int, is_free: int
) -> int:
    """Return a bit for each of the next ``LANES`` requests in a grid to which a responder may be sent.

    Args:
        below: ``ANY``; or, where requests pay (``worths``), less than what the responder costs.
        lacks: The bits of skills that the responder does not have.
        is_free: The bit of the responder's hours.
    """
    bits = 0
    for nth in range(min(LANES, after - at)):
        entry = at + nth
        right, up, left = town.asks_x[entry] - x, town.asks_y[entry] - y, below - town.asks_least[entry]
        way = right * right + up * up
        may = (way <= near) & (way <= town.asks_far[entry]) & (left > 0.0) & (way < left * left)
        may &= ((town.asks_spares[entry] & lacks) == lacks) & ((town.asks_free[entry] & is_free) != 0)
        bits |= may << nth
    return bits


def lowest(bits: int) -> int:
    """Return the place of the lowest bit that is set; some bit is."""
    return (bits & -bits).bit_length() - 1


def _keep(town: Map, bits: int, at: int, many: int) -> int:
    """Write into ``met``, behind so many, the entries that a sieve let through, and return how many there are now."""
    while bits != 0:
        town.met[many] = at + lowest(bits)
        bits &= bits - 1
        many += 1
    return many


def meet(town: Map, i: int, far: float, below: float) -> int:
    """Write into ``met`` the entries of a request's grid that may matter, and return how many these are.

    Args:
        far: Metres beyond which nobody is looked for.
        below: As ``bound`` makes it.
    """
    s, many = town.skill[i], 0
    size, across, up, first = town.size[s], town.across[s], town.up[s], town.first[s]
    near, wants, meets = town.near[i], town.wants[i], town.meets[town.times[i]]
    x, y, wide = town.x[i] - town.corner[0], town.y[i] - town.corner[1], far / town.bend[0]
    left, right = max(0, int((x - wide) / size)), min(across - 1, int((x + wide) / size))
    for r in range(max(0, int((y - wide) / size)), min(up - 1, int((y + wide) / size)) + 1):
        # Cells of a row lie one behind the other, so their entries are one run.
        row = first + r * across
        at, after = town.cell[row + left], town.cell[row + right + 1]
        while at < after:
            many = _keep(town, sieve(town, at, after, x, y, near, below, wants, meets), at, many)
            at += LANES
    return many


def meet_back(town: Map, j: int, price: int) -> int:
    """Write into ``met`` where in all grids those requests stand that may matter to a responder; return how many.

    Args:
        price: What whoever sends them pays; ``NO_PRICE`` where requests pay nothing (``worths``).
    """
    many = 0
    x, y, wide = town.there_x[j] - town.corner[0], town.there_y[j] - town.corner[1], town.reach[j] / town.bend[0]
    near, lacks, is_free, below = town.reaches[j], ~town.can[j], town.frees[j], ANY
    for s in range(town.skills[0]):
        level = town.level[j * town.skills[0] + s]
        if level == 0:
            continue
        if price != NO_PRICE:
            below = below_price(town, price + town.more[j] + town.level_least[level])
        size, across, up, first = town.size[s], town.across[s], town.up[s], town.first[s]
        left, right = max(0, int((x - wide) / size)), min(across - 1, int((x + wide) / size))
        for r in range(max(0, int((y - wide) / size)), min(up - 1, int((y + wide) / size)) + 1):
            row = first + r * across
            at, after = town.asks[row + left], town.asks[row + right + 1]
            while at < after:
                many = _keep(town, sieve_back(town, at, after, x, y, near, below, lacks, is_free), at, many)
                at += LANES
    return many
