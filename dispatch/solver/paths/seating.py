"""A cheapest plan of a whole town at once: the flow over near arcs, and further ones where prices say that they matter.

Where first seats cost nothing, whoever may have the cheapest responder of all sits best as long as nobody else wants
that seat: a price of 0 proves it. The others are seated by the flow (``flows``), over the arcs that were met so far.
Whoever sits where a price rises joins them, and whoever is worth more than they looked at looks further. If some then
would rather go elsewhere, they are seated once more (``mending``), until nobody would.

Source: column generation (Gilmore, Gomory 1961), here with arcs for columns.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from dispatch.solver.paths.bulk import Pool, allowed, cheapest, chunks
from dispatch.solver.paths.entries import Drawn
from dispatch.solver.paths.flows import Offers, Seated, Seats, cheapest_of, seat_all
from dispatch.solver.paths.levels import Fold, Numbers, Whole
from dispatch.solver.paths.mending import mend
from dispatch.solver.paths.search import OUT
from dispatch.solver.paths.states import Begun

FIRST_ARCS: Final = 6
"""How many arcs of a request the flow is given first, for a first idea of the prices."""

def seat_town(drawn: Drawn, levels: Fold, capacity: Numbers) -> Begun | None:
    """Find a cheapest plan of all requests.

    Args:
        levels: What leaving requests out and seats cost, in 64 bits; pairs cost only at the last level.
        capacity: (M,) seats.

    Returns:
        None where the flow does not do it.
    """
    town = _Town(drawn, levels, capacity)
    is_seated = town.seat()
    while is_seated:
        town.look_further()
        before = town.found
        is_seated = town.mend()
        if is_seated and town.found is before:
            return town.plan()
    return None


class _Town:
    """Requests on their way to their seats.

    Args:
        home: (R,) the responder of each request, ``OUT`` where it is left out. Who is not ``inside`` has the cheapest
            of all, whom nobody pays for.
        paid: (R,) what that costs.
        wide: (R,) metres: whoever costs less is among the ``offers``.
        inside: (n,) whom the flow seats, in order.
        offers: Arcs of those inside.
        found: Where those inside are sent, and the prices of all responders.
    """

    found: Seated

    def __init__(self, drawn: Drawn, levels: Fold, capacity: Numbers) -> None:
        self.drawn, self.levels, self.capacity, self.out = drawn, levels, capacity, levels.out
        is_free = not levels.base.any() and not levels.step.any()
        self.first_arcs = FIRST_ARCS if is_free and int(capacity.sum()) >= len(self.out) else None
        if self.first_arcs is None:
            # Nearly all compete: they look as far as they may at once, and sit nowhere yet.
            self.home, self.paid, self.wide, pool = cheapest(drawn, len(self.out), cells=float("inf"))
            self.inside = np.flatnonzero(pool.many)
            self.home[:], self.paid[:] = OUT, 0
        else:
            self.home, self.paid, self.wide, pool = cheapest(drawn, len(self.out))
            too_dear = self.paid >= self.out
            self.home[too_dear], self.paid[too_dear] = OUT, 0
            is_contested = self._taken(self.home) > capacity
            self.inside = np.flatnonzero((self.home >= 0) & is_contested[self.home])
        self.offers = pool.take(self.inside)

    def _taken(self, home: Whole) -> Numbers:
        return np.bincount(home[home >= 0], minlength=len(self.capacity))

    def _seats(self) -> Seats:
        """Return the seats that are left by whoever is not inside."""
        is_outside = np.ones(len(self.home), dtype=np.bool_)
        is_outside[self.inside] = False
        return Seats(self.levels.base, self.levels.step, self.capacity - self._taken(self.home[is_outside]))

    def seat(self) -> bool:
        """Seat all inside over near arcs, and say whether the flow did it."""
        offers, at = self.offers, None
        if self.first_arcs is not None:
            offers, at = cheapest_of(offers, self.first_arcs)
        found = seat_all(offers, self.out[self.inside], self._seats(), self.levels)
        if found is None:
            return False
        if at is not None:
            goes = found.arc >= 0
            found.arc[goes] = at[found.arc[goes]]
        self._keep(found)
        return True

    def _keep(self, found: Seated) -> None:
        self.found = found
        goes = found.arc >= 0
        rows, arcs = self.inside[goes], found.arc[goes]
        self.home[self.inside], self.paid[self.inside] = OUT, 0
        self.home[rows], self.paid[rows] = self.offers.heads[arcs], self.offers.cost[arcs]

    def look_further(self) -> None:
        """Let those in who sit where it costs something, and look up all that cost less than requests are worth."""
        price = self.found.price
        joins = (self.home >= 0) & (price > self.levels.base)[self.home]
        joins[self.inside] = False
        joining = np.flatnonzero(joins)
        worth = np.concatenate([self.found.worth, self.paid[joining] + price[self.home[joining]]])
        inside = np.concatenate([self.inside, joining])
        order = np.argsort(inside)
        inside, worth = inside[order], worth[order]
        far, wide = np.minimum(self.drawn["far"][inside], worth), self.wide[inside]
        looks = (far > wide) | joins[inside]
        if not looks.any():
            return
        # Not less far than before: whom they are sent to is to be found again.
        self.wide[inside[looks]] = np.maximum(far, wide)[looks]
        pool, rows = Pool(len(self.out)), inside[looks]
        for part in chunks(rows):
            pool.put(part, allowed(self.drawn, part, self.wide[part]))
        kept = np.isin(self.inside, rows, assume_unique=True, invert=True)
        self.offers = _woven(_of(self.offers, kept), pool.take(rows), looks)
        self.inside = inside
        self.found = Seated(self._arcs(), price, worth)

    def _arcs(self) -> Numbers:
        """Return where among the offers those inside are sent."""
        arc, home = np.full(len(self.inside), OUT), self.home[self.inside]
        taken = np.flatnonzero(np.repeat(home, self.offers.many) == self.offers.heads)
        arc[np.searchsorted(np.cumsum(self.offers.many), taken, side="right")] = taken
        return arc

    def mend(self) -> bool:
        """Send those elsewhere who would rather be there; ``found`` stays what it is where there are none.

        Returns:
            False where the flow did not do it.
        """
        found = mend(self.offers, self.found, self.out[self.inside], self._seats(), self.levels)
        if found is None:
            return False
        if found is not self.found:
            self._keep(found)
        return True

    def plan(self) -> Begun:
        """Return where all are sent."""
        return Begun(self.home, self.paid, self.found.price)


def _of(offers: Offers, rows: npt.NDArray[np.bool_]) -> Offers:
    """Return the arcs of some requests."""
    arcs = np.repeat(rows, offers.many)
    return Offers(offers.many[rows], offers.heads[arcs], offers.cost[arcs])


def _woven(old: Offers, new: Offers, is_new: npt.NDArray[np.bool_]) -> Offers:
    """Return the arcs of all requests, of which some are in the one and some in the other, in order."""
    many = np.empty(len(is_new), dtype=np.int64)
    many[is_new], many[~is_new] = new.many, old.many
    arcs = np.repeat(is_new, many)
    heads = np.empty(len(arcs), dtype=np.int32)
    cost = np.empty(len(arcs), dtype=np.result_type(old.cost, new.cost))
    heads[arcs], heads[~arcs] = new.heads, old.heads
    cost[arcs], cost[~arcs] = new.cost, old.cost
    return Offers(many, heads, cost)
