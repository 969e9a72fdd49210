"""A cheapest plan from coordinates and skills, without writing down who could go to what."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from dispatch.solver.paths import bulk
from dispatch.solver.paths.drawing import as_read, draw_map, lay_out, read_narrow
from dispatch.solver.paths.engine import Engine, engine_for, read_by
from dispatch.solver.paths.entries import Drawn
from dispatch.solver.paths.levels import MOST, Aim, Fold, Numbers, fold
from dispatch.solver.paths.maps import BARRED
from dispatch.solver.paths.order import by_place, in_order
from dispatch.solver.paths.plan import Now, Plan
from dispatch.solver.paths.search import ABSENT
from dispatch.solver.paths.seating import seat_town
from dispatch.solver.paths.sieves import priced, worths
from dispatch.solver.paths.states import new_state
from dispatch.solver.paths.town import Asked, Terms, There, check, dearest

TOGETHER: Final = 4_000
"""Requests that are seated one after the other before those who were not are brought in: what both read stays near."""
SHARED: Final = 2**20
"""What a request counts for, in whole numbers."""


class MapPlan(Plan):
    """A ``Plan`` over all pairs that skills, hours and distance allow, at the cost of way, skill and person.

    Levels: those of ``Asked.left_out``, then "load" where there is one, then "cost".
    Arcs are looked up in a grid when a search reaches them and no sooner, but for one
    case: with fewer seats than requests it is responders who are brought in one by one,
    and nearly every search goes on to all whom a responder may be sent to, so these
    are written down at once. The plan is the best over all allowed pairs all the same (``maps``).

    CPython, where there are no odd pairs, begins by OR-Tools' flow and proves that by its own prices
    (``seating``); the searches take it from there. Where levels leave the flow no room they do it all.

    The map, its searches and ``aims`` hold requests and responders by place (``order``): where is told by
    ``place_of_request`` and ``place_of_responder``. All else is asked and answered by row and column.

    Args:
        compiled: Which engine to take; none leaves it to the size.

    Raises:
        ValueError: Arrays do not fit each other.
    """

    def __init__(self, asked: Asked, there: There, terms: Terms, *, compiled: bool | None = None) -> None:
        requests, responders = len(asked.at), len(there.at)
        check(asked, there, terms)
        self.asked, self.there, self.terms, self.capacity = asked, there, terms, there.capacity
        self._requests, self._responders = by_place(asked, there)
        self._drawn: Drawn | None = None
        needed = int(np.diff(self._laid_out()["needs"]).max(initial=0))
        ours, theirs = self._requests.given, self._responders.given
        aims = [Aim(name, left_out=np.asarray(one, dtype=np.int64).take(ours)) for name, one in asked.left_out]
        if there.load is not None:
            aims.append(Aim("load", first_seat=2 * there.load.take(theirs) + 1, next_seat=np.full(responders, 2)))
        # Some have no limit, and all together would have more seats than can be counted.
        self._seats = np.minimum(there.capacity, requests).take(theirs)
        self.aims = (*aims, Aim("cost", most=dearest(asked, there, terms, needed)))
        engine = engine_for("maps", requests + responders, compiled=compiled)
        try:
            self.fold = fold(self.aims, requests, 0, self._seats, most=MOST if engine.is_compiled else None)
        except OverflowError:
            self._begin_safely()
            return
        self._begin(engine)
        if not self.fold.is_safe and not self.is_proved():
            self._begin_safely()

    def _begin_safely(self) -> None:
        self.fold = fold(self.aims, len(self.asked.at), 0, self._seats, most=None)
        self._begin(engine_for("maps", 0, compiled=False))

    def _begin(self, engine: Engine) -> None:
        self.engine, self._begun = engine, None
        for name in ("arcs", "state"):
            self.__dict__.pop(name, None)
        requests, seats = len(self.asked.at), int(self._seats.sum())
        drawn = self._in_bulk()
        if drawn is not None and seats:
            self._begun = seat_town(drawn, self.fold, self._seats)
        if self._begun is not None:
            return
        if seats >= requests:
            for begin in range(0, requests, TOGETHER):
                order = read_by(engine, np.arange(begin, min(requests, begin + TOGETHER)))
                left = len(order)
                if self.there.load is None:
                    left = engine.ways.seat_all(self.arcs, self.state, order)
                engine.search.insert_all(self.arcs, self.state, order[:left])
            return
        self.state = new_state(engine, self.fold, self._seats, self.aims[-1].most, is_closed=True)
        engine.ways.write_all_back(self.arcs, self.state)
        order, capacity = self._least_wanted_first(), self._seats
        engine.search.open_all(self.arcs, self.state, read_by(engine, order), read_by(engine, capacity))

    def _least_wanted_first(self) -> Numbers:
        """Return responders by how many requests there are for a seat of theirs: others need not make room for them.

        A request is shared evenly between all who may be sent to it.
        """
        heads = np.array(self.arcs.known_head[: self.arcs.written[0]], dtype=np.int64)
        # Whole numbers, which are summed up and sorted in a fraction of the time; nearly as much is as good.
        shares = SHARED // np.maximum(1, np.bincount(heads, minlength=len(self.asked.at)))
        wanted = np.zeros(len(heads) + 1, dtype=np.int64)
        np.cumsum(shares[heads], out=wanted[1:])
        begin, end = (np.array(one, dtype=np.int64) for one in (self.arcs.back, self.arcs.back_end))
        by_seat = (wanted[end] - wanted[np.maximum(0, begin)]) // (SHARED // 64 * np.maximum(1, self._seats))
        order: Numbers = np.argsort(np.minimum(by_seat, 2**15 - 1).astype(np.int16), kind="stable")
        return order

    def _in_bulk(self) -> Drawn | None:
        """Return the map as arrays where CPython may look things up by NumPy (``bulk``)."""
        is_plain = not self.engine.is_compiled and not self.terms.odd and self.fold.out.dtype == np.int64
        return self._laid_out() if is_plain else None

    def _laid_out(self) -> Drawn:
        if self._drawn is None:
            self._drawn = lay_out(*in_order(self.asked, self.there, self.terms, self._requests, self._responders))
        return self._drawn

    def place_of_request(self, row: int) -> int:
        """Return where a request stands on the map and in ``state``."""
        return int(self._requests.place[row])

    def place_of_responder(self, column: int) -> int:
        """Return where a responder stands on the map and in ``state``."""
        return int(self._responders.place[column])

    def places_of_requests(self, rows: Numbers) -> Numbers:
        """Return where requests stand, all at once; (n,) as ``rows``."""
        return self._requests.place[rows]

    def places_of_responders(self, columns: Numbers) -> Numbers:
        """Return where responders stand, all at once; (n,) as ``columns``."""
        return self._responders.place[columns]

    def request_at(self, place: int) -> int:
        """Return the row of the request that stands somewhere."""
        return int(self._requests.given[place])

    def responder_at(self, place: int) -> int:
        """Return the column of the responder who stands somewhere."""
        return int(self._responders.given[place])

    @property
    def sent(self) -> Numbers:
        """Return for each request the responder, -1 where it is left out, -2 where it is not there; (R,)."""
        sent = self._now().sent
        is_sent = sent >= 0
        sent[is_sent] = self._responders.given[sent[is_sent]]
        return sent[self._requests.place]

    def _draw(self) -> Any:
        town = as_read(self.engine, self._laid_out())
        if self.engine.is_compiled:
            self._drawn = None  # it is half as large as the map, and never read again
        return town

    def worth_of_one_more_at(self, who: There) -> tuple[int, ...]:
        """Return what one more person would change who takes one request, level by level.

        Args:
            who: That person alone: arrays of one row. ``capacity`` is not read. Odd pairs do not concern them.

        Returns:
            The best plan with them minus this one; below zero at the first level that changes.

        Raises:
            ValueError: Arrays do not fit each other.
            OverflowError: Sending them counts more than any pair or seat that the plan was made for.
        """
        if len(who.at) != 1 or (who.load is None) != (self.there.load is None):
            raise ValueError("one person, with a load where the plan has loads")
        terms = Terms(fits=self.terms.fits, level_cost=self.terms.level_cost, on_earth=self.terms.on_earth)
        check(self.asked, who, terms)
        plain = engine_for("maps", 0, compiled=False)
        alone = draw_map(plain, self.asked, who, terms)
        costs = [plain.ways.cost_of(alone, row, 0) for row in range(len(self.asked.at))]
        rows = np.array([row for row, cost in enumerate(costs) if cost != BARRED], dtype=np.int64)
        pairs = np.zeros((len(rows), len(self.aims)), dtype=np.int64)
        pairs[:, -1] = [costs[row] for row in rows.tolist()]
        seat = [0 if aim.first_seat is None or who.load is None else 2 * int(who.load[0]) + 1 for aim in self.aims]
        return self.worth_of_one_more(rows, pairs, seat)

    def _pair_values(self) -> list[int]:
        paid = self._paid()[self._now().sent >= 0]
        return [*(0 for _ in self.aims[:-1]), sum(self.fold.columns(paid)[-1].tolist())]

    def is_proved(self) -> bool:
        """Say whether the prices prove the plan cheapest.

        Every request is put beside everybody whose way alone does not rule them out; see
        ``proofs``. Levels folded into radices that are not safe are compared digit by digit.
        """
        drawn = self._in_bulk()
        if drawn is not None:
            now, out = self._now(), self.fold.out
            holds = _prices_hold(now, self.fold)
            holds = holds and bulk.no_arc_is_better(drawn, now.sent, self._paid(), now.price, out)
        elif self.fold.out.dtype == object:
            holds = self.engine.proofs.is_proved(self.arcs, self.state)
        else:
            holds = self._is_proved_on_the_map()
        return bool(holds) and (self.fold.is_safe or self._digits_hold())

    def _is_proved_on_the_map(self) -> bool:
        """Put everybody beside everybody in reach, from the side of those who are fewer."""
        arcs, state, engine = self.arcs, self.state, self.engine
        price = np.array(state.price, dtype=np.int64)
        # Whom their price keeps away stays out of sight.
        if len(price) > len(self.asked.at) or arcs.floor[0] < 0:
            near = arcs._replace(who_least=read_narrow(engine, priced(arcs, price)))
            return bool(engine.proofs.is_proved(near, state))
        sent = self._now().sent
        worth, is_served = np.where(sent == ABSENT, -1, self.fold.out), sent >= 0
        worth[is_served] = np.array(state.paid, dtype=np.int64)[is_served] + price[sent[is_served]]
        near = arcs._replace(asks_least=read_narrow(engine, worths(arcs, worth)))
        return bool(engine.proofs.is_proved_back(near, state, read_by(engine, worth)))

    def _digits_hold(self) -> bool:
        """Say whether no digit of a price or a worth comes near spilling."""
        for values in (self._now().price, self.fold.out):
            digits = self.fold.columns(values)
            for radix, one in zip(self.fold.radices[1:], digits[1:], strict=True):
                if len(one) and int(np.abs(one).max()) * 4 >= radix:
                    return False
        return True


def _prices_hold(now: Now, folded: Fold) -> bool:
    """Say whether every price lies between the last seat taken and the first one free, as ``proofs.prices_hold``."""
    used, price = now.used, now.price
    last, free = folded.base + folded.step * (used - 1), folded.base + folded.step * used
    is_lawful = (used <= now.capacity) & ((used == 0) | (last <= price)) & ((used == now.capacity) | (price <= free))
    return bool(is_lawful.all())
