"""A cheapest plan that stays cheapest while requests and responders come and go, with the prices that prove it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any, Final, NamedTuple

import numpy as np

from dispatch.solver.paths.engine import Engine, engine_for, read_by
from dispatch.solver.paths.levels import MOST, Aim, Fold, Folded, Numbers, digits_hold, fold
from dispatch.solver.paths.matrix import begin
from dispatch.solver.paths.pairs import seat_pairs
from dispatch.solver.paths.questions import Questions
from dispatch.solver.paths.search import ABSENT, OUT, State
from dispatch.solver.paths.states import Begun, beyond_all, new_state, write_lists

FIRST_LOOK: Final = 12
"""Arcs of each request that CPython looks at before prices say which others matter."""


WORTH_A_FLOW: Final = 20_000
"""Arcs from which on CPython leaves the start to OR-Tools' flow."""


class Plan(Questions):
    """Who is sent to which request, at the least cost level by level.

    Requests are rows 0 to R - 1 and responders columns 0 to M - 1. Every method
    leaves a cheapest plan behind, as if all had been solved afresh.

    Args:
        rows: (A,) the request of each allowed pair; no pair twice.
        columns: (A,) the responder of each.
        aims: What is to be made small, the strictest first.
        capacity: (M,) how many requests each responder takes at the most, 0 or more.
        requests: R.
        compiled: Which engine to take; none leaves it to the size (``engine.engine_for``).

    Raises:
        ValueError: Arrays do not fit each other, or a row or column is not there.

    Example:
        >>> two = Plan([0, 0, 1], [0, 1, 0], [Aim("unserved", left_out=np.array([1, 1])),
        ...     Aim("cost", pair=np.array([5, 9, 2]))], np.array([1, 1]), requests=2)
        >>> two.sent.tolist(), two.values()
        ([1, 0], (0, 11))
    """

    def __init__(
        self,
        rows: Numbers | Sequence[int],
        columns: Numbers | Sequence[int],
        aims: Sequence[Aim],
        capacity: Numbers,
        *,
        requests: int,
        compiled: bool | None = None,
    ) -> None:
        rows, columns = np.asarray(rows, dtype=np.int64), np.asarray(columns, dtype=np.int64)
        capacity = np.asarray(capacity, dtype=np.int64)
        _check(rows, columns, aims, capacity, requests)
        self.rows, self.columns, self.aims, self.capacity = rows, columns, tuple(aims), capacity
        engine = engine_for("lists", len(rows), compiled=compiled)
        by_flow = not engine.is_compiled and len(rows) >= WORTH_A_FLOW
        most = MOST if engine.is_compiled or by_flow else None
        try:
            self.fold = fold(aims, requests, len(rows), capacity, most=most)
        except OverflowError:
            self._start_safely(aims, capacity, requests)
            return
        self._start(engine, capacity, by_flow=by_flow)
        if not self.fold.is_safe and not self.is_proved():
            # A digit spilt.
            self._start_safely(aims, capacity, requests)

    def _start_by_flow(self, engine: Engine) -> bool:
        """Seat all requests at once, and say whether that went well."""
        found = seat_pairs(self.rows, self.columns, self.fold, self._seats)
        if found is None:
            return False
        self._begun = found
        return True

    def _start_safely(self, aims: Sequence[Aim], capacity: Numbers, requests: int) -> None:
        """Begin with CPython's integers, which have room for safe radices whatever the levels are."""
        for name in ("arcs", "state"):
            self.__dict__.pop(name, None)
        self.fold = fold(aims, requests, len(self.rows), capacity, most=None)
        self._start(engine_for("lists", 0, compiled=False), capacity)

    _begun: Begun | None

    def _start(self, engine: Engine, capacity: Numbers, *, by_flow: bool = False) -> None:
        self.engine = engine
        self._seats = capacity
        if capacity.max(initial=0) > 1:
            self._seats = np.minimum(capacity, np.bincount(self.columns, minlength=len(capacity)))
        beyond = beyond_all(self.fold, self._seats, self._dearest())
        bids = begin(self.fold, self.rows, self.columns, self._seats, beyond, compiled=engine.is_compiled)
        self._begun = None if bids is None else Begun(bids.seat, None, bids.price)
        if self._begun is not None or (by_flow and self._start_by_flow(engine)):
            return
        # Dear ones first: who comes later and is worth less is turned away at once.
        order = np.argsort(-self.fold.out, kind="stable")
        cost = self.fold.cost
        kept = None if engine.is_compiled or cost.dtype == object else cheapest(self.rows, cost)
        if kept is None:
            arcs = self._written(np.arange(len(self.rows)), back=False)
            self.engine.search.insert_all(arcs, self.state, read_by(self.engine, order))
        else:
            self._start_with(kept, order)

    def _dearest(self) -> int:
        return self.fold.number([aim.most for aim in self.aims])

    @cached_property
    def state(self) -> State:  # type: ignore[override]  # here it is made when something asks for it
        """Return the plan as searches read it; made when it is first needed, for a plan may only be read."""
        begun = None if self._begun is None else self._begun._replace(paid=self._paid())
        self._begun = None
        return new_state(self.engine, self.fold, self._seats, self._dearest(), begun)

    def _paid(self) -> Folded:
        """Return what is paid for each request, as far as it is sent somewhere."""
        if self._begun is None:
            return np.array(self.state.paid, dtype=self.fold.out.dtype)
        if self._begun.paid is not None:
            return self._begun.paid
        seat = self._begun.sent
        chosen = np.flatnonzero(seat[self.rows] == self.columns)
        paid = np.zeros(len(seat), dtype=np.int64)
        paid[self.rows[chosen]] = self.fold.cost[chosen]
        return paid

    def _now(self) -> Now:
        """Return the plan as arrays, whether or not searches have read it."""
        if self._begun is not None:
            sent, _, price = self._begun
            used = np.bincount(sent[sent >= 0], minlength=len(price))
            return Now(sent.astype(np.int64), price, used, self._seats)
        sent, used, capacity = (
            np.array(one, dtype=np.int64) for one in (self.state.sent, self.state.used, self.state.capacity)
        )
        return Now(sent, np.array(self.state.price, dtype=self.fold.out.dtype), used, capacity)

    def _start_with(self, kept: Numbers, order: Numbers) -> None:
        """Bring requests in over their cheapest arcs, and bring in further arcs where prices say that they matter.

        Source: column generation (Gilmore, Gomory 1961), here with arcs for columns.
        """
        search = self.engine.search
        while True:
            arcs = self._written(kept, back=True)
            search.insert_all(arcs, self.state, read_by(self.engine, order))
            matters = np.setdiff1d(self._cheaper_than_worth(), kept, assume_unique=True)
            if len(matters) == 0:
                return
            order = np.unique(self.rows[matters])
            for row in order.tolist():
                search.remove(arcs, self.state, row)
            kept = np.concatenate([kept, matters])

    def _cheaper_than_worth(self) -> Numbers:
        """Return the arcs on which a request would rather go."""
        sent, price = self.sent, np.array(self.state.price, dtype=np.int64)
        paid = np.array(self.state.paid, dtype=np.int64)
        worth = np.where(sent >= 0, paid + price[sent], self.fold.out)
        return np.flatnonzero(self.fold.cost + price[self.columns] < worth[self.rows])

    @cached_property
    def arcs(self) -> Any:
        """Return all arcs, as the engine reads them."""
        return self._draw()

    def _draw(self) -> Any:
        return self._written(np.arange(len(self.rows)), back=True)

    def _written(self, kept: Numbers, *, back: bool) -> Any:
        """Write arcs down; nobody looks back along them while requests only come."""
        size = len(self.fold.out), len(self.fold.base)
        return write_lists(self.engine, self.rows[kept], self.columns[kept], self.fold.cost[kept], size, back=back)

    @property
    def sent(self) -> Numbers:
        """Return for each request the responder, -1 where it is left out, -2 where it is not there; (R,)."""
        if self._begun is not None:
            return self._begun.sent.astype(np.int64)
        return np.array(self.state.sent, dtype=np.int64)

    def bring(self, row: int) -> None:
        """Bring a request back that was taken out."""
        place = self.place_of_request(row)
        if self.state.sent[place] != ABSENT:
            raise ValueError(f"request {row} is there")
        self._ways_in.clear()
        self.engine.search.insert(self.arcs, self.state, place)

    def take_out(self, row: int) -> None:
        """Take a request out."""
        place = self.place_of_request(row)
        if self.state.sent[place] == ABSENT:
            raise ValueError(f"request {row} is not there")
        self._ways_in.clear()
        self.engine.search.remove(self.arcs, self.state, place)

    def close(self, column: int) -> None:
        """Send nobody to a responder any more."""
        self._ways_in.clear()
        self.engine.search.close_down(self.arcs, self.state, self.place_of_responder(column))

    def open(self, column: int) -> None:
        """Let a responder who was closed take requests again."""
        self._ways_in.clear()
        place = self.place_of_responder(column)
        self.engine.search.open_up(self.arcs, self.state, place, int(self._seats[place]))

    def values(self) -> tuple[int, ...]:
        """Return what the plan comes to, level by level, added up in whole numbers of any size."""
        sent, _, used, _ = self._now()
        out = np.flatnonzero(sent == OUT)
        whole = []
        for aim, of_pairs in zip(self.aims, self._pair_values(), strict=True):
            parts = [of_pairs]
            if aim.left_out is not None:
                parts += aim.left_out[out].tolist()
            if aim.first_seat is not None:
                parts += (used * aim.first_seat).tolist()
            if aim.next_seat is not None:
                parts += (aim.next_seat * (used * (used - 1) // 2)).tolist()
            whole.append(sum(parts))
        return tuple(whole)

    def _pair_values(self) -> list[int]:
        """Return what the pairs of the plan come to, level by level."""
        chosen = np.flatnonzero(self.sent[self.rows] == self.columns)
        return [0 if aim.pair is None else sum(aim.pair[chosen].tolist()) for aim in self.aims]

    def is_proved(self) -> bool:
        """Say whether the prices prove the plan cheapest, compared level by level.

        Every arc, every seat and every request left out is looked at. Folded with safe
        radices, whoever has the least sum is best level by level; else levels and prices
        are put side by side as tuples.
        """
        sent, prices, used, capacity = self._now()
        whole = self.fold.is_safe or digits_hold(self.fold, self.aims, self.capacity, prices)
        columns_of = (lambda values: [values]) if whole else self.fold.columns
        chosen = (sent[self.rows] == self.columns).nonzero()[0]
        if len(chosen) != np.count_nonzero(sent >= 0) or (used > capacity).any():
            return False
        price, out, base, step, cost = (
            columns_of(one) for one in (prices, self.fold.out, self.fold.base, self.fold.step, self.fold.cost)
        )
        worth = [one.copy() for one in out]
        sits, at = self.rows[chosen], self.columns[chosen]
        for one, c, p in zip(worth, cost, price, strict=True):
            one[sits] = c[chosen] + p[at]
        there = sent != ABSENT
        rows, columns = self.rows, self.columns
        if not there.all() or not (capacity > 0).all():
            is_open = there[rows] & (capacity[columns] > 0)
            rows, columns, cost = rows[is_open], columns[is_open], [one[is_open] for one in cost]
        takes, held = used < capacity, used.nonzero()[0]
        slack, room, free, taken = [], [], [], []
        for c, p, w, o, b, s in zip(cost, price, worth, out, base, step, strict=True):
            here = p[columns]
            here += c
            here -= w[rows]
            slack.append(here)
            room.append((o - w)[there])
            free.append((b + s * used - p)[takes])
            taken.append(p[held] - b[held] - s[held] * (used[held] - 1))
        return all(map(_none_below, (slack, room, free, taken)))


class Now(NamedTuple):
    """A plan as arrays: where requests are sent, and of responders prices, seats taken and seats."""

    sent: Numbers
    price: Folded
    used: Numbers
    capacity: Numbers


def cheapest(rows: Numbers, cost: Numbers) -> Numbers | None:
    """Return the positions of the ``FIRST_LOOK`` cheapest arcs of each row; none where nearly all would be kept."""
    if len(rows) == 0 or len(rows) < 4 * FIRST_LOOK * (int(rows.max()) + 1):
        return None
    many = np.bincount(rows)
    width = int(many[0])
    if (many == width).all() and (rows[:-1] <= rows[1:]).all():
        nearest = np.argpartition(cost.reshape(-1, width), FIRST_LOOK, axis=1)[:, :FIRST_LOOK]
        return np.sort((nearest + width * np.arange(len(many))[:, None]).ravel())
    order = np.lexsort((cost, rows))
    nth = np.arange(len(rows)) - np.repeat(np.cumsum(many) - many, many)
    return np.sort(order[nth < FIRST_LOOK])


def _folded(values: Any, folded: Fold) -> Folded:
    return np.array(values, dtype=folded.out.dtype)


def _none_below(levels: Sequence[Folded]) -> bool:
    """Say whether no tuple, put together from one array a level, is below zero."""
    tied: Any = None
    for one in levels:
        below = (one < 0).astype(np.bool_, copy=False)
        if (below if tied is None else below & tied).any():
            return False
        if one is not levels[-1]:
            level = (one == 0).astype(np.bool_, copy=False)
            tied = level if tied is None else tied & level
    return True


def _check(rows: Numbers, columns: Numbers, aims: Sequence[Aim], capacity: Numbers, requests: int) -> None:
    if len(rows) != len(columns):
        raise ValueError(f"{len(rows)} rows and {len(columns)} columns do not make pairs")
    if len(rows) and (rows.min() < 0 or rows.max() >= requests):
        raise ValueError(f"a row is not one of {requests} requests")
    if len(columns) and (columns.min() < 0 or columns.max() >= len(capacity)):
        raise ValueError(f"a column is not one of {len(capacity)} responders")
    if (capacity < 0).any():
        raise ValueError("a capacity is below zero")
    for aim in aims:
        parts = (aim.left_out, aim.pair, aim.first_seat, aim.next_seat)
        for part, length in zip(parts, (requests, len(rows), len(capacity), len(capacity)), strict=True):
            if part is not None and part.shape != (length,):
                raise ValueError(f"level {aim.name}: an array of {part.shape} where ({length},) was expected")
        if aim.next_seat is not None and (aim.next_seat < 0).any():
            raise ValueError(f"level {aim.name}: a further seat may not count less than the one before")
