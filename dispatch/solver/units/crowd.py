"""Better plans from many plans: of two plans, what lies between them, made better by chains.

The plans kept are those of the least cost, units too many at their price. Between two of them leads a way on which
one request after the other goes where the second plan has it; the best plans on the way are improved (path
relinking, as Yagiura, Ibaraki and Glover 2006 do it). Prices of units too many rise after each plan that has such
and fall after one that has none, so that about as many are found on either side.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from dispatch.solver.paths.levels import Numbers
from dispatch.solver.units.chains import DEAREST, NEVER, Floats, Ground, Lanes, ground_of, worth
from dispatch.solver.units.loops import compiled_step
from dispatch.solver.units.search import Search

LANES: Final = 128
"""Plans that are improved side by side, at the most; no more than there are requests."""

KEPT: Final = 60
"""Plans that are kept."""

WORTH_COMPILING: Final = 300
"""Steps from which on compiled code is fetched: below, NumPy is done first."""

PAIRS: Final = 8
"""Ways that are walked side by side."""

ON_THE_WAY: Final = 10
"""Plans taken from a way."""

NEAR: Final = 2
"""Requests by which two plans differ that count as the same."""

SHARE: Final = 1.0
"""What a unit too many costs to begin with, as part of what an unused one costs."""

RISE: Final = 0.004
FALL: Final = 0.004
"""By how much of itself the price of a unit too many changes at the most."""

CHANGED: Final = 0.3
"""Part of the requests that do not have their best choice in a plan to begin with, or are moved in one that is too
near to another."""


@dataclass(slots=True)
class Crowd:
    """Plans of a task whose seats do not grow dearer and that holds no level above.

    Args:
        search: Its losses and places.
        compiled: Whether Numba is used where it is installed.
        place: (N, R) the plans kept.
        over: (M,) the price of a unit too many.
    """

    search: Search
    compiled: bool = True
    _is_young: bool = field(init=False, default=True)
    place: Numbers = field(init=False)
    over: Floats = field(init=False)
    _ground: Ground = field(init=False)
    _room: Floats = field(init=False)
    _loss: Floats = field(init=False)
    _most: Floats = field(init=False)
    _lanes: Lanes = field(init=False)
    _waiting: list[Numbers] = field(init=False, default_factory=list)
    _starts: Numbers = field(init=False)
    _others: Numbers = field(init=False)
    _random: np.random.Generator = field(init=False, default_factory=lambda: np.random.default_rng(1))

    def __post_init__(self) -> None:
        ground = self._ground = ground_of(self.search.losses)
        requests = ground.loss.shape[0]
        to, request = ground.choice
        order = np.lexsort((to, request))
        times = np.bincount(request, minlength=requests)
        self._starts = np.cumsum(times) - times
        self._others = to[order]
        self._scatter()

    def _scatter(self) -> None:
        """Begin anew, far from the plans that led no further."""
        ground = self._ground
        requests, many = ground.loss.shape
        dear = np.maximum(ground.idle, max(float(ground.idle.max(initial=0)) / 10, 1))
        self.over, self._most = np.ceil(SHARE * dear), DEAREST * dear
        self.place, self._room, self._loss = np.zeros((0, requests), dtype=np.int64), np.zeros((0, many)), np.zeros(0)
        self._waiting.clear()
        self._lanes = Lanes(ground, np.array([self._drawn() for _ in range(min(LANES, requests))]))

    def improve(self, chosen: Numbers, *, steps: int, is_over: Callable[[], bool], goal: int) -> Numbers:
        """Improve a plan, as one of the crowd; if it found nothing better twice, the crowd is another one.

        Args:
            chosen: The pairs of the best plan known.
            steps: How many chains to try in each lane.
            is_over: Whether the time is up.
            goal: What no plan comes below; a plan that reaches it ends the search.
        """
        task, lanes = self.search.task, self._lanes
        if len(self.place):
            self._waiting.append(self.search.places(chosen))
        if self.compiled and steps >= WORTH_COMPILING:
            lanes.compiled = compiled_step()
        best, least = chosen, task.value(chosen)
        before = least
        for _ in range(steps):
            if least <= goal or is_over():
                break
            lanes.step(self.over)
            for lane in np.flatnonzero(lanes.failed >= lanes.place.shape[1]).tolist():
                place = lanes.place[lane].copy()
                room = lanes.room[lane].copy()
                if (room >= 0).all():
                    pairs = self.search.pairs(place)
                    if task.value(pairs) < least and task.is_plan(pairs):
                        best, least = pairs, task.value(pairs)
                self._keep(place, room)
                self._reprice(room)
                lanes.renew(lane, self._another())
        if least >= before and not self._is_young:
            self._scatter()
        self._is_young = False
        return best

    def _drawn(self) -> Numbers:
        """Draw a plan: the best choice of most requests, any of the others' choices."""
        return self._mixed(self._ground.loss.argmin(axis=1))

    def _mixed(self, place: Numbers) -> Numbers:
        times = np.diff(np.append(self._starts, len(self._others)))
        any_ = self._others[self._starts + self._random.integers(0, times)]
        return np.where(self._random.random(len(place)) < CHANGED, any_, place)

    def _keep(self, place: Numbers, room: Floats) -> None:
        """Keep a plan if it is better than the worst one kept, or than one that is nearly the same."""
        ground, over = self._ground, self.over
        loss = float(ground.loss[np.arange(len(place)), place].sum())
        value = loss + float(worth(room, ground.idle, over).sum())
        values = self._loss + worth(self._room, ground.idle, over).sum(axis=1)
        same = np.flatnonzero((self.place != place).sum(axis=1) <= NEAR)
        if not len(same) and len(values) < KEPT:
            self.place = np.concatenate([self.place, place[None, :]])
            self._room = np.concatenate([self._room, room[None, :]])
            self._loss = np.append(self._loss, loss)
            return
        at = int(same[-1]) if len(same) else int(values.argmax())
        if value < values[at]:
            self.place[at], self._room[at], self._loss[at] = place, room, loss

    def _reprice(self, room: Floats) -> None:
        worst = float(room.min())
        if worst < 0:
            self.over = np.minimum(self._most, np.ceil(self.over * (1 + RISE * np.maximum(0, room / worst))))
        else:
            self.over = np.maximum(1, np.floor(self.over * (1 - FALL)))

    def _another(self) -> Numbers:
        """Return the next plan to improve."""
        if len(self.place) < KEPT and not self._waiting:
            return self._drawn()
        if not self._waiting:
            self._walk()
        return self._waiting.pop()

    def _walk(self) -> None:
        """Go from plans to others, each time by the request that costs least, and note the best on the way."""
        kept = len(self.place)
        start = self._random.integers(0, kept, PAIRS)
        end = (start + self._random.integers(1, kept, PAIRS)) % kept
        place, room, goal = self.place[start].copy(), self._room[start].copy(), self.place[end]
        ground, over = self._ground, self.over
        requests = np.arange(place.shape[1])
        each = np.arange(PAIRS)
        apart = place != goal
        length = apart.sum(axis=1)
        gains = ground.loss[requests, goal] - ground.loss[requests, place]
        here, there = ground.units[requests, place], ground.units[requests, goal]
        line = each[:, None]
        way, costs = [], []
        cost = np.zeros(PAIRS)
        for _ in range(int(length.max()) - 1):
            values = worth(room, ground.idle, over)
            leaves, enters = room[line, place] + here, room[line, goal] - there
            scores = gains + worth(leaves, ground.idle[place], over[place]) - values[line, place]
            scores += worth(enters, ground.idle[goal], over[goal]) - values[line, goal]
            scores[~apart] = NEVER
            which = scores.argmin(axis=1)
            cost = cost + scores[each, which]
            to = goal[each, which]
            room[each, place[each, which]] += here[each, which]
            room[each, to] -= there[each, which]
            place[each, which] = to
            apart[each, which] = False
            way.append(place.copy())
            costs.append(cost)
        for at in range(PAIRS):
            if length[at] <= 2 * NEAR:
                self._waiting.append(self._mixed(self.place[start[at]]))
                continue
            seen = np.array([one[at] for one in costs[: length[at] - 1]])
            for step in np.argsort(seen, kind="stable")[:ON_THE_WAY].tolist():
                self._waiting.append(way[step][at])
