"""Better plans by chains: one request goes, another comes into the room it leaves, a third where that one left, ...

Where capacities are tight hardly any request can move alone. A chain takes a request out; whoever then comes at the
least cost into the room that is free leaves room elsewhere; after each such move the first request may be put in
wherever it costs least, and the best moment is kept (the ejection chains of Yagiura, Ibaraki and Glover 2004).
Plans may take more units than there are, at a price for each, so that the search passes between plans that no chain
within the capacities connects. Many plans are improved side by side, each trying one chain at a time: that is how
NumPy is quick at it. Where Numba is installed it reads ``loops`` instead, which comes to the same. All numbers are
whole, though kept in floats, so that sums are the same in any order.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from dispatch.solver.paths.levels import Numbers
from dispatch.solver.units.beams import FAR, Losses

DEPTH: Final = 6
"""Requests that follow the first one at the most."""

CHOICES: Final = 3
"""Choices of a request that are looked at, on average: those of the least loss. Everybody's best two are among them."""

EXACT: Final = 2**40
"""Sums of costs stay below it, so that floats hold them exactly even when units too many are ``DEAREST`` times as dear
as unused ones."""

DEAREST: Final = 1000

NEVER: Final = 2.0**60
"""Dearer than any chain."""

MOST_ROOM: Final = 2.0**40
"""Units at which being left out has room."""

Floats = npt.NDArray[np.float64]


class Ground(NamedTuple):
    """What all plans of a task have in common; the last responder may stand for being left out.

    Args:
        loss: (R, M) of each choice, ``NEVER`` where it is not open.
        units: (R, M) what it takes.
        idle: (M,) the loss of each unit that stays unused.
        capacity: (M,) units.
        choice: Pairs that are looked at: their responders, ascending, and their requests.
        comer: (M, C) the requests of each responder among these, filled up with any.
        comer_loss: (M, C) their loss there, ``NEVER`` where filled up.
        comer_units: (M, C) their units there.
    """

    loss: Floats
    units: Floats
    idle: Floats
    capacity: Floats
    choice: tuple[Numbers, Numbers]
    comer: Numbers
    comer_loss: Floats
    comer_units: Floats

    def room(self, place: Numbers) -> Floats:
        """Return (N, M) the units that N plans, (N, R) responders, leave free; below 0 where they take too many."""
        plans, many = len(place), len(self.capacity)
        units = self.units[np.arange(place.shape[1]), place]
        at = (np.arange(plans)[:, None] * many + place).reshape(-1)
        return self.capacity - np.bincount(at, units.reshape(-1), plans * many).reshape(plans, many)


def worth(room: Floats, idle: Floats, over: Floats) -> Floats:
    """Return what units cost that stay unused, or that are too many."""
    return np.maximum(idle * room, -over * room)


def ground_of(losses: Losses) -> Ground:
    """Prepare a task's losses, made smaller where floats would not hold their sums."""
    rows = len(losses.loss) if (losses.loss[-1] < FAR).any() else len(losses.loss) - 1
    open_ = losses.loss[:rows] < FAR
    largest = int(losses.loss[:rows][open_].max(initial=0)) + int(losses.idle.max(initial=0))
    share = max(1, int(largest * losses.loss.shape[1] * int(losses.capacity.max(initial=1)) // EXACT))
    loss = np.where(open_, losses.loss[:rows] // share, NEVER).astype(np.float64)
    out = rows - len(losses.capacity)
    idle = np.append(losses.idle // share, np.zeros(out)).astype(np.float64)
    capacity = np.append(losses.capacity, np.full(out, MOST_ROOM)).astype(np.float64)
    units = losses.units[:rows].astype(np.float64)
    to, request = _choice(loss)
    times = np.bincount(to, minlength=rows)
    shape = rows, max(1, int(times.max(initial=0)))
    rank = np.arange(len(to)) - np.repeat(np.cumsum(times) - times, times)
    comer, comer_loss, comer_units = np.zeros(shape, dtype=np.int64), np.full(shape, NEVER), np.zeros(shape)
    comer[to, rank], comer_loss[to, rank], comer_units[to, rank] = request, loss[to, request], units[to, request]
    loss, units = np.ascontiguousarray(loss.T), np.ascontiguousarray(units.T)
    return Ground(loss, units, idle, capacity, (to, request), comer, comer_loss, comer_units)


def _choice(loss: Floats) -> tuple[Numbers, Numbers]:
    requests = loss.shape[1]
    flat = loss.reshape(-1)
    least = np.argsort(flat, kind="stable")[: CHOICES * requests]
    two = np.argsort(loss, axis=0, kind="stable")[:2] * requests + np.arange(requests)
    at = np.unique(np.concatenate([least, two.reshape(-1)]))
    to, request = np.divmod(at[flat[at] < NEVER], requests)
    return to, request


@dataclass(slots=True)
class Lanes:
    """N plans that get better side by side.

    Args:
        ground: Their task.
        place: (N, R) the responder of each request.
        compiled: ``loops.step``, if it is to be read instead.
        room: (N, M) the units left free.
        failed: (N,) how many requests in turn have begun no chain that helps; all of them have where it is R.
    """

    ground: Ground
    place: Numbers
    compiled: Any = None
    room: Floats = field(init=False)
    failed: Numbers = field(init=False)
    _next: Numbers = field(init=False)
    _here: Floats = field(init=False)

    def __post_init__(self) -> None:
        self.room = self.ground.room(self.place)
        self.failed = np.zeros(len(self.place), dtype=np.int64)
        self._next = np.arange(len(self.place)) % self.place.shape[1]
        self._here = self.ground.loss[np.arange(self.place.shape[1]), self.place]

    def renew(self, lane: int, place: Numbers) -> None:
        """Put another plan into a lane."""
        self.place[lane] = place
        self.room[lane] = self.ground.room(place[None, :])[0]
        self.failed[lane] = 0
        self._here[lane] = self.ground.loss[np.arange(len(place)), place]

    def step(self, over: Floats) -> None:
        """Try one chain in each plan, from its next request on, and take it if it makes the plan cheaper.

        Args:
            over: (M,) the price of a unit too many.
        """
        ground, place, here, room = self.ground, self.place, self._here, self.room
        plans, requests = place.shape
        if self.compiled is not None:
            self.compiled(*ground[:4], *ground[5:], place, here, room, self._next, self.failed, over, DEPTH, NEVER)
            return
        each = np.arange(plans)
        first = self._next
        left = place[each, first]
        lost = here[each, first]
        loss, units = ground.loss[first], ground.units[first]
        here[each, first] = -NEVER  # nobody comes twice
        values = worth(room, ground.idle, over)
        before = values[each, left]
        room[each, left] += units[each, left]
        spent = -lost
        best, length, target = np.full(plans, -0.5), np.full(plans, -1), np.zeros(plans, dtype=np.int64)
        moves: list[tuple[Numbers, Numbers, Numbers, Floats]] = []
        gap = left
        for depth in range(DEPTH + 1):
            idle, dear, free = ground.idle[gap], over[gap], room[each, gap]
            values[each, gap] = now = worth(free, idle, dear)
            to, cost = self._cheapest(loss, units, values, over)
            total = spent + now - before + cost
            is_better = total < best
            best = np.where(is_better, total, best)
            length, target = np.where(is_better, depth, length), np.where(is_better, to, target)
            if depth == DEPTH:
                break
            which, score = self._comer(gap, free, idle, dear)
            spent[score > NEVER / 2] = np.inf  # nobody can come: the chain ends
            comer, comes = ground.comer[gap, which], ground.comer_loss[gap, which]
            source, was = place[each, comer], here[each, comer]
            room[each, gap] -= ground.units[comer, gap]
            values[each, gap] = now = worth(room[each, gap], idle, dear)
            spent = spent + comes - was + now - before
            before = values[each, source]
            room[each, source] += ground.units[comer, source]
            place[each, comer], here[each, comer] = gap, comes
            moves.append((comer, gap, source, was))
            gap = source
        self._undo(moves, length)
        helps = length >= 0
        goes = np.where(helps, target, left)
        place[each, first], here[each, first] = goes, np.where(helps, loss[each, goes], lost)
        room[each, goes] -= units[each, goes]
        self.failed = np.where(helps, 0, self.failed + 1)
        self._next = (first + 1) % requests

    def _cheapest(self, loss: Floats, units: Floats, values: Floats, over: Floats) -> tuple[Numbers, Floats]:
        """Return, for each plan, where its first request is put in at the least cost, and the cost."""
        costs = self.room - units
        costs = np.maximum(self.ground.idle * costs, -over * costs)
        costs -= values
        costs += loss
        to = costs.argmin(axis=1)
        return to, costs[np.arange(len(to)), to]

    def _comer(self, gap: Numbers, free: Floats, idle: Floats, dear: Floats) -> tuple[Numbers, Floats]:
        """Return, for each plan, which request comes into a gap at the least cost, and the cost."""
        ground = self.ground
        each = np.arange(len(gap))
        at = ground.comer[gap] + (each * self.place.shape[1])[:, None]
        rest = free[:, None] - ground.comer_units[gap]
        scores = np.maximum(idle[:, None] * rest, -dear[:, None] * rest)
        scores += ground.comer_loss[gap]
        scores -= self._here.take(at)
        scores[self.place.take(at) == gap[:, None]] = NEVER
        which = scores.argmin(axis=1)
        return which, scores[each, which]

    def _undo(self, moves: list[tuple[Numbers, Numbers, Numbers, Floats]], length: Numbers) -> None:
        """Take the moves back that come after the best moment of each chain."""
        for depth in range(len(moves) - 1, -1, -1):
            back = np.flatnonzero(length <= depth)
            comer, to, source, was = (part[back] for part in moves[depth])
            self.place[back, comer], self._here[back, comer] = source, was
            self.room[back, to] += self.ground.units[comer, to]
            self.room[back, source] -= self.ground.units[comer, source]
