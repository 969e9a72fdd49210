"""A cheapest plan that stays cheapest while requests and responders come and go, with the prices that prove it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any, Final

import numpy as np

from dispatch.solver.paths.bids import bid
from dispatch.solver.paths.engine import Engine, engine_for, read_by
from dispatch.solver.paths.levels import MOST, Aim, Fold, Folded, Numbers, digits_hold, fold
from dispatch.solver.paths.pairs import seat_pairs
from dispatch.solver.paths.questions import Questions
from dispatch.solver.paths.search import ABSENT, OUT
from dispatch.solver.paths.states import new_state, sit_all, write_lists

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
        if not (by_flow and self._start_by_flow(engine)):
            self._start(engine, capacity, requests)
        if not self.fold.is_safe and not self.is_proved():
            # A digit spilt.
            self._start_safely(aims, capacity, requests)

    def _start_by_flow(self, engine: Engine) -> bool:
        """Seat all requests at once, and say whether that went well; where everybody may go everywhere they bid."""
        self.engine = engine
        if self._is_square(self.capacity):
            return False
        seats = np.minimum(self.capacity, np.bincount(self.columns, minlength=len(self.capacity)))
        found = seat_pairs(self.rows, self.columns, self.fold, seats)
        if found is None:
            return False
        self.state = new_state(engine, self.fold, seats)
        sit_all(self.state, *found)
        return True

    def _start_safely(self, aims: Sequence[Aim], capacity: Numbers, requests: int) -> None:
        """Begin with CPython's integers, which have room for safe radices whatever the levels are."""
        self.__dict__.pop("arcs", None)
        self.fold = fold(aims, requests, len(self.rows), capacity, most=None)
        self._start(engine_for("lists", 0, compiled=False), capacity, requests)

    def _start(self, engine: Engine, capacity: Numbers, requests: int) -> None:
        self.engine = engine
        seats = np.minimum(capacity, np.bincount(self.columns, minlength=len(capacity)))
        dearest = self.fold.number([aim.most for aim in self.aims])
        self.state = new_state(engine, self.fold, seats, dearest)
        # Dear ones first: who comes later and is worth less is turned away at once.
        order = np.argsort(-self.fold.out, kind="stable")
        cost = self.fold.cost
        if self._is_square(capacity) and not engine.is_compiled:
            cost = self._start_by_bids()
            order = order[self.sent[order] == ABSENT]
        kept = None if engine.is_compiled or cost.dtype == object else cheapest(self.rows, cost)
        if kept is None:
            arcs = self._written(np.arange(len(self.rows)), back=False)
            engine.search.insert_all(arcs, self.state, read_by(engine, order))
        else:
            self._start_with(kept, order)

    def _is_square(self, capacity: Numbers) -> bool:
        """Return whether everybody may go everywhere, to one seat each, and pairs are in order."""
        requests, responders = len(self.fold.out), len(capacity)
        return (
            self.fold.cost.dtype != object
            and responders > 1
            and len(self.rows) == requests * responders > 0
            and bool((capacity == 1).all())
            and bool((self.rows * responders + self.columns == np.arange(len(self.rows))).all())
        )

    def _start_by_bids(self) -> Folded:
        """Seat whom bidding seats, and return what each pair costs beside the prices."""
        fold, state = self.fold, self.state
        found = bid(fold.cost.reshape(len(fold.out), -1), fold.out, fold.base)
        state.price[:] = found.price.tolist()
        for row, column in enumerate(found.seat.tolist()):
            if column >= 0:
                at = row * len(fold.base) + column
                self.engine.search.sit(state, row, column, int(fold.cost[at]))
        whole: Folded = fold.cost + found.price[self.columns]
        return whole

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
        return np.array(self.state.sent, dtype=np.int64)

    def bring(self, row: int) -> None:
        """Bring a request back that was taken out."""
        if self.state.sent[row] != ABSENT:
            raise ValueError(f"request {row} is there")
        self.engine.search.insert(self.arcs, self.state, row)

    def take_out(self, row: int) -> None:
        """Take a request out."""
        if self.state.sent[row] == ABSENT:
            raise ValueError(f"request {row} is not there")
        self.engine.search.remove(self.arcs, self.state, row)

    def close(self, column: int) -> None:
        """Send nobody to a responder any more."""
        self.engine.search.close_down(self.arcs, self.state, column)

    def open(self, column: int) -> None:
        """Let a responder who was closed take requests again."""
        room = self.state.begin[column + 1] - self.state.begin[column]
        self.engine.search.open_up(self.arcs, self.state, column, room)

    def values(self) -> tuple[int, ...]:
        """Return what the plan comes to, level by level, added up in whole numbers of any size."""
        sent = self.sent
        out = np.flatnonzero(sent == OUT)
        used = np.array(self.state.used, dtype=np.int64)
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
        whole = self.fold.is_safe or digits_hold(
            self.fold, self.aims, self.capacity, _folded(self.state.price, self.fold)
        )
        columns_of = (lambda values: [values]) if whole else self.fold.columns
        sent = self.sent
        there = sent != ABSENT
        price = columns_of(_folded(self.state.price, self.fold))
        out = columns_of(self.fold.out)
        base, step = columns_of(self.fold.base), columns_of(self.fold.step)
        cost = columns_of(self.fold.cost)
        used, capacity = np.array(self.state.used), np.array(self.state.capacity)
        chosen = sent[self.rows] == self.columns
        worth = [one.copy() for one in out]
        for level, one in enumerate(worth):
            one[self.rows[chosen]] = cost[level][chosen] + price[level][self.columns[chosen]]
        is_open = there[self.rows] & (capacity[self.columns] > 0)
        rows, columns = self.rows[is_open], self.columns[is_open]
        takes, held = np.flatnonzero(used < capacity), np.flatnonzero(used > 0)
        free = [
            b[takes] + s[takes] * used[takes] - p[takes] for b, s, p in zip(base, step, price, strict=True)
        ]
        taken = [
            p[held] - b[held] - s[held] * (used[held] - 1) for b, s, p in zip(base, step, price, strict=True)
        ]
        return (
            _none_below([c[is_open] + p[columns] - w[rows] for c, p, w in zip(cost, price, worth, strict=True)])
            and _none_below([(o - w)[there] for o, w in zip(out, worth, strict=True)])
            and _none_below(free)
            and _none_below(taken)
        )


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
    tied = np.ones(len(levels[0]), dtype=np.bool_)
    for one in levels:
        if (tied & (one < 0).astype(np.bool_)).any():
            return False
        tied &= (one == 0).astype(np.bool_)
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
