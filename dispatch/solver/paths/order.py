"""In which order a map holds requests and responders: whoever stand together one behind the other.

A search reads a few numbers about each whom it meets, and all whom it meets stand about
one place. So held, these numbers share lines of the machine's memory, and the next search
finds them there. Left in any order, a city of 500,000 waits for memory a third of the time.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt

from dispatch.solver.paths.cells import by_cell, extent
from dispatch.solver.paths.levels import Numbers
from dispatch.solver.paths.town import Asked, Terms, There

Places = npt.NDArray[np.float64]

PER_BLOCK: Final = 4
"""Of those who are more, in a block, on average; whoever share a block stay in the order they came in."""

LEAST_WIDTH: Final = 1e-9
"""Of what is laid out in blocks, in metres or degrees: all may stand in one place."""


@dataclass(frozen=True)
class Order:
    """An order of n rows.

    Args:
        given: (n,) the row that stands first, second and so on.
    """

    given: Numbers

    @cached_property
    def place(self) -> Numbers:
        """Return where each row stands; (n,)."""
        place = np.empty(len(self.given), dtype=np.int64)
        place[self.given] = np.arange(len(self.given))
        return place


def by_place(asked: Asked, there: There) -> tuple[Order, Order]:
    """Return in which order requests, and responders, stand block by block."""
    many = max(len(asked.at), len(there.at))
    across = max(1, int(np.ceil(np.sqrt(many / PER_BLOCK))))
    lows, scales = [], []
    for axis in (0, 1):
        low, high = extent(asked.at[:, axis], there.at[:, axis])
        lows.append(low)
        # A little less than there are, so that who stands at the very end is in the last block.
        scales.append(across * (1 - 2.0**-40) / max(high - low, LEAST_WIDTH))

    def order_of(at: Places) -> Order:
        # In 64 bits whatever they come in: that little less is too little for 32.
        wide = at.astype(np.float64, copy=False)
        column, row = (((wide[:, axis] - lows[axis]) * scales[axis]).astype(np.int64) for axis in (0, 1))
        return Order(by_cell(row * across + column, across * across)[1])

    return order_of(asked.at), order_of(there.at)


def in_order(
    asked: Asked, there: There, terms: Terms, requests: Order, responders: Order
) -> tuple[Asked, There, Terms]:
    """Return a problem with its requests and responders in another order."""
    theirs, ours = responders.given, requests.given
    asked = Asked(
        at=_places(asked.at, ours),
        needs=asked.needs.take(ours, axis=0),
        look_metres=asked.look_metres.take(ours),
        times=asked.times.take(ours),
        left_out=[(name, one.take(ours)) for name, one in asked.left_out],
    )
    there = There(
        at=_places(there.at, theirs),
        levels=there.levels.take(theirs, axis=0),
        reach_metres=there.reach_metres.take(theirs),
        hours=there.hours.take(theirs),
        capacity=there.capacity.take(theirs),
        more=there.more.take(theirs),
        load=None if there.load is None else there.load.take(theirs),
    )
    if terms.odd:
        row, column = requests.place, responders.place
        terms = replace(terms, odd=[(int(row[i]), int(column[j]), more) for i, j, more in terms.odd])
    return asked, there, terms


def _places(at: Places, given: Numbers) -> Places:
    # One number of each behind the other, as a map holds them.
    return np.stack([at[:, axis].take(given) for axis in (0, 1)]).T
