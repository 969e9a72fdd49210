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

from dispatch.solver.paths.bulk import allowed, cheapest, chunks
from dispatch.solver.paths.drawing import Drawn
from dispatch.solver.paths.flows import Offers, Plan, Seated, Seats, cheapest_of, seat_all
from dispatch.solver.paths.levels import Fold, Numbers
from dispatch.solver.paths.mending import mend
from dispatch.solver.paths.search import OUT

FIRST_ARCS: Final = 6
"""How many arcs of a request the flow is given first, for a first idea of the prices."""

def seat_town(drawn: Drawn, levels: Fold, capacity: Numbers) -> Plan | None:
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
        if town.found is before:
            return town.plan()
    return None


class _Town:
    """Requests on their way to their seats.

    Args:
        found: Where those ``inside`` are sent, and the prices of all responders.
        inside: (n,) whom the flow seats, in order.
        arc: (R,) where the arc of each request stands in ``pool``; ``OUT`` where it is left out. Who is not
            ``inside`` has the cheapest of all, at a responder whom nobody pays for.
        wide: (R,) metres: whoever costs no more is in ``pool``.
    """

    found: Seated

    def __init__(self, drawn: Drawn, levels: Fold, capacity: Numbers) -> None:
        self.drawn, self.levels, self.capacity, self.out = drawn, levels, capacity, levels.out
        is_free = not levels.base.any() and not levels.step.any()
        self.first_arcs = FIRST_ARCS if is_free and int(capacity.sum()) >= len(self.out) else None
        if self.first_arcs is None:
            # Nearly all compete: they look as far as they may at once, and sit nowhere yet.
            self.arc, self.wide, self.pool = cheapest(drawn, len(self.out), cells=float("inf"))
            self.arc[:] = OUT
            self.inside = np.flatnonzero(self.pool.many)
            return
        self.arc, self.wide, self.pool = cheapest(drawn, len(self.out))
        served = np.flatnonzero(self.arc >= 0)
        too_dear = self.pool.offers().cost[self.arc[served]] >= self.out[served]
        self.arc[served[too_dear]] = OUT
        home = self._home()
        asked = np.bincount(home[home >= 0], minlength=len(capacity))
        self.inside = np.flatnonzero((home >= 0) & (asked > capacity)[home])

    def _home(self) -> Numbers:
        home = np.full(len(self.arc), OUT)
        served = np.flatnonzero(self.arc >= 0)
        home[served] = self.pool.offers().heads[self.arc[served]]
        return home

    def _offers(self) -> Offers:
        offers = self.pool.offers()
        return Offers(offers.begin[self.inside], offers.many[self.inside], offers.heads, offers.cost)

    def _seats(self) -> Seats:
        """Return the seats that are left by whoever is not inside."""
        home = self._home()
        home[self.inside] = OUT
        taken = np.bincount(home[home >= 0], minlength=len(self.capacity))
        return Seats(self.levels.base, self.levels.step, self.capacity - taken)

    def seat(self) -> bool:
        """Seat all inside over near arcs, and say whether the flow did it."""
        offers, at = self._offers(), None
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
        self.arc[self.inside] = found.arc

    def look_further(self) -> None:
        """Let those in who sit where it costs something, and look up all that cost less than requests are worth."""
        home, price = self._home(), self.found.price
        joins = (home >= 0) & (price > self.levels.base)[home]
        joins[self.inside] = False
        worth = np.zeros(len(home), dtype=np.int64)
        worth[self.inside] = self.found.worth
        joining = np.flatnonzero(joins)
        if len(joining):
            worth[joining] = self.pool.offers().cost[self.arc[joining]] + price[home[joining]]
            self.inside = np.sort(np.concatenate([self.inside, joining]))
            self.found = Seated(self.arc[self.inside], price, worth[self.inside])
        far = np.minimum(self.drawn["far"][self.inside], self.found.worth)
        looks = far > self.wide[self.inside]
        rows = self.inside[looks]
        self.wide[rows] = far[looks]
        for part in chunks(rows):
            self.pool.put(part, allowed(self.drawn, part, self.wide[part]))

    def mend(self) -> bool:
        """Send those elsewhere who would rather be there; ``found`` stays what it is where there are none.

        Returns:
            False where the flow did not do it.
        """
        found = mend(self._offers(), self.found, self.out[self.inside], self._seats(), self.levels)
        if found is None:
            return False
        self._keep(found)
        return True

    def plan(self) -> Plan:
        """Return where all are sent."""
        paid, served = np.zeros(len(self.arc), dtype=np.int64), np.flatnonzero(self.arc >= 0)
        paid[served] = self.pool.offers().cost[self.arc[served]]
        return Plan(self._home(), paid, self.found.price)
