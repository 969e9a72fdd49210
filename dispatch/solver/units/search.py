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
from dispatch.solver.units.programs import Linear
from dispatch.solver.units.task import Task, combined

WIDTH: Final = 1000
"""Partial plans kept side by side within a neighbourhood."""

MOST_REQUESTS: Final = 90
"""Requests placed anew at once."""

FEWEST: Final = 3
"""Responders drawn at once, to begin with."""

TRIES_BY_RESPONDER: Final = 30
"""Neighbourhoods without a better plan, by responder, after which one more responder is drawn at once."""


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
        value = task.value(chosen)
        can_stay = bool(task.may_stay.any())
        for _ in range(tries):
            if value <= goal or is_over():
                break
            among = np.array(sorted(self._random.sample(range(many), min(self.drawn, many))), dtype=np.int64)
            if can_stay:
                among = np.append(among, many)
            inside = np.isin(place, among)
            if inside.sum() > MOST_REQUESTS:
                inside[self._random.sample(np.flatnonzero(inside).tolist(), int(inside.sum()) - MOST_REQUESTS)] = False
            free = requests[inside]
            used = np.zeros(many + 1, dtype=np.int64)
            np.add.at(used, place[~inside], losses.units[place[~inside], requests[~inside]])
            room = np.append(task.capacity, 0)[among] - np.where(among < many, used[among], 0)
            at = place[free]
            idle = np.append(losses.idle, 0)
            now = int(losses.loss[at, free].sum()) + int(room @ idle[among])
            now -= int((losses.units[at, free] * idle[at]).sum())
            found = settle(losses, free, among, room, now if task.held else now - SCALE + 1, width=WIDTH)
            self._cut += not found.is_complete
            if found.place is not None:
                changed = place.copy()
                changed[free] = found.place
                pairs = self.pairs(changed)
                better = task.value(pairs)
                if better < value and task.is_plan(pairs):
                    place, value, self._failed, self._cut = changed, better, 0, 0
                    continue
            self._failed += 1
            if self._failed >= TRIES_BY_RESPONDER * many:
                self._grow(many)
        return self.pairs(place)

    def _grow(self, many: int) -> None:
        """Draw one more responder at once, or one less where most neighbourhoods are too large to be searched."""
        if 2 * self._cut > self._failed:
            self.is_spent = True
            self.drawn = max(FEWEST, self.drawn - 1)
        elif self.drawn < many:
            self.drawn += 1
        else:
            self.is_spent = True
        self._failed = self._cut = 0
