"""Better plans from a plan: all requests of a few responders are placed anew, the best way there is.

A large neighbourhood search (Shaw 1998) whose neighbourhoods are searched by breadth (``beams``) and nearly always
completely. Responders are drawn with a fixed seed; how many are drawn at once grows while nothing better is found.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Final

import numpy as np

from dispatch.solver.paths.levels import Numbers
from dispatch.solver.units.beams import FAR, Losses, settle
from dispatch.solver.units.bounds import SCALE
from dispatch.solver.units.knapsacks import Bools
from dispatch.solver.units.programs import Linear, unit_prices
from dispatch.solver.units.task import Task, combined

WIDTH: Final = 1000
"""Partial plans kept side by side within a neighbourhood."""

FEWEST: Final = 24
STRIDE: Final = 6
"""Requests drawn at once to begin with, and how many more when nothing better is found."""

CALM: Final = 0.7
"""Share of neighbourhoods that are searched for nothing but better plans; once these have become rare, the others
are entered by taste."""

DRIFT: Final = 2000
"""A plan is left for one that is dearer than the best by no more than this part of it (Dueck 1993)."""

TRIES_BY_RESPONDER: Final = 8
"""Neighbourhoods without a better plan, by responder, after which more requests are drawn at once."""


@dataclass(slots=True)
class Search:
    """A plan that gets better.

    Args:
        task: A task whose seats do not grow dearer.
        linear: Prices of its linear program.
    """

    task: Task
    linear: Linear
    losses: Losses = field(init=False)
    base: int = field(init=False)
    pair_at: Numbers = field(init=False)
    drawn: int = field(init=False, default=FEWEST)
    is_spent: bool = field(init=False, default=False)
    _random: Random = field(init=False, default_factory=lambda: Random(1))  # noqa: S311  # no secret
    _taste: np.random.Generator = field(init=False, default_factory=lambda: np.random.default_rng(1))
    _failed: int = field(init=False, default=0)
    _cut: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        task, many, requests = self.task, len(self.task.capacity), len(self.task.may_stay)
        held = self.linear.prices.held
        level = combined([task.level, *(one.level for one in task.held)], [SCALE, *held])
        price = self.linear.unit
        loss = np.full((many + 1, requests), FAR, dtype=np.int64)
        units = np.zeros((many + 1, requests), dtype=np.int64)
        cost = level.pair + level.first[task.column] + price[task.column] * task.units
        loss[task.column, task.row] = cost
        units[task.column, task.row] = task.units
        loss[many, task.may_stay] = level.out[task.may_stay]
        request = loss.min(axis=0)
        self.losses = Losses(np.where(loss < FAR, loss - request, FAR), units, price, task.capacity)
        self.base = int(request.sum()) - int((price * task.capacity).sum())
        self.base -= sum(weight * one.value for weight, one in zip(held, task.held, strict=True))
        self.pair_at = np.full((many + 1, requests), -1, dtype=np.int64)
        self.pair_at[task.column, task.row] = np.arange(len(task.row))

    def places(self, chosen: Numbers) -> Numbers:
        """Return (R,) the responder of each request, M for those left out."""
        place = np.full(len(self.task.may_stay), len(self.task.capacity), dtype=np.int64)
        place[self.task.row[chosen]] = self.task.column[chosen]
        return place

    def pairs(self, place: Numbers) -> Numbers:
        """Return the pairs of a plan given by responders."""
        found = self.pair_at[place, np.arange(len(place))]
        return np.sort(found[found >= 0])

    def below(self, value: int) -> int:
        """Return the loss that plans which come to less than a value stay below."""
        return SCALE * (value - 1) - self.base + 1

    def from_nothing(self, width: int, upper: int | None = None) -> tuple[Numbers | None, bool]:
        """Search among all plans for a good one, or among all that come to less than ``upper`` for the best.

        Returns:
            The pairs of a plan, and whether it is the best: or, if there is none, whether none exists.
        """
        many = len(self.task.capacity)
        among = np.arange(many + int(self.task.may_stay.any()))
        room = np.concatenate([self.task.capacity, [0]])[: len(among)]
        everybody = np.arange(len(self.task.may_stay))
        below = FAR if upper is None else self.below(upper)
        found = settle(self.losses, everybody, among, room, below, width=width, or_none=upper is not None)
        if found.place is None:
            return None, found.is_complete
        pairs = self.pairs(found.place)
        if not self.task.is_plan(pairs):
            return None, False
        return pairs, found.is_complete and not self.task.held

    def improve(self, chosen: Numbers, *, tries: int, is_over: Callable[[], bool], goal: int) -> Numbers:
        """Improve a plan.

        Args:
            tries: How many neighbourhoods to search.
            is_over: Whether the time is up.
            goal: What no plan comes below; a plan that reaches it ends the search.
        """
        task, losses = self.task, self.losses
        many, requests = len(task.capacity), np.arange(len(task.may_stay))
        place = self.places(chosen)
        best_place, best = place, task.value(chosen)
        can_stay = bool(task.may_stay.any())
        for _ in range(tries):
            if best <= goal or is_over():
                break
            among = self._draw_responders(many, can_stay=can_stay)
            inside = self._draw_requests(place, among)
            free = requests[inside]
            used = np.zeros(many + 1, dtype=np.int64)
            np.add.at(used, place[~inside], losses.units[place[~inside], requests[~inside]])
            room = np.append(task.capacity, 0)[among] - np.where(among < many, used[among], 0)
            here = self._priced_here(free, among, room)
            at = np.searchsorted(among, place[free])
            each = np.arange(len(free))
            held = room.copy()
            np.subtract.at(held, at, here.units[at, each])
            # Mostly less than a unit in all, so that it only chooses among plans that are equally good.
            most = SCALE // (2 * len(free) + 2) if not self.is_spent or self._random.random() < CALM else SCALE
            taste = self._taste.integers(0, most, here.loss.shape)
            here = here._replace(loss=np.where(here.loss < FAR, here.loss + taste, FAR))
            now = int(here.loss[at, each].sum()) + int(held[: len(here.idle)] @ here.idle)
            found = settle(here, each, np.arange(len(among)), room, now, width=WIDTH)
            self._cut += not found.is_complete
            if found.place is not None:
                changed = place.copy()
                changed[free] = among[found.place]
                pairs = self.pairs(changed)
                value = task.value(pairs)
                if value <= best + (abs(best) // DRIFT if self.is_spent else 0) and task.is_plan(pairs):
                    place = changed
                    if value < best:
                        best_place, best = place, value
                        self._failed = self._cut = -1
            self._failed += 1
            if self._failed >= TRIES_BY_RESPONDER * many:
                self._grow(many)
        return self.pairs(best_place)

    def _priced_here(self, free: Numbers, among: Numbers, room: Numbers) -> Losses:
        """Return the losses of a neighbourhood at the prices of its own linear program, which leave less to lose."""
        losses, many = self.losses, len(self.task.capacity)
        real = among[among < many]
        rows = np.append(real, many)
        loss, units = losses.loss[np.ix_(rows, free)], losses.units[np.ix_(rows, free)]
        price = losses.idle[real]
        is_open = loss < FAR
        is_open[:-1] &= units[:-1] <= room[: len(real), None]
        cost = loss - np.append(price, 0)[:, None] * units
        price = unit_prices(cost, units, is_open, room[: len(real)], price)
        loss = np.where(is_open, cost + np.append(price, 0)[:, None] * units, FAR)
        return Losses(np.where(is_open, loss - loss.min(axis=0), FAR), units, price, room[: len(real)])

    def _draw_responders(self, many: int, *, can_stay: bool) -> Numbers:
        wanted = min(many, max(2, -(-self.drawn * many // len(self.task.may_stay))))
        among = np.array(sorted(self._random.sample(range(many), wanted)), dtype=np.int64)
        return np.append(among, many) if can_stay else among

    def _draw_requests(self, place: Numbers, among: Numbers) -> Bools:
        """Choose as many requests as are drawn, rather those that could be elsewhere at a small loss."""
        inside = np.isin(place, among)
        members = np.flatnonzero(inside)
        if len(members) > 2 * self.drawn:
            loss = self.losses.loss[np.ix_(among, members)].copy()
            now = self.losses.loss[place[members], members]
            loss[np.searchsorted(among, place[members]), np.arange(len(members))] = FAR
            other = loss.min(axis=0) - now
            chance = np.array([self._random.random() for _ in members])
            order = np.argsort((np.maximum(0, other) + SCALE) * chance, kind="stable")
            inside[members[order[2 * self.drawn :]]] = False
        return inside

    def _grow(self, many: int) -> None:
        """Draw one more responder at once, or one less where most neighbourhoods are too large to be searched."""
        if 4 * self._cut > 3 * self._failed:
            self.is_spent = True
            self.drawn = max(FEWEST, self.drawn - STRIDE)
        elif self.drawn < len(self.task.may_stay):
            self.drawn += STRIDE
        else:
            self.is_spent = True
        self._failed = self._cut = 0
