"""Better plans by chains: one request goes where another leaves, that one where a third leaves, and so on.

Where capacities are tight hardly any request can move alone. Chains of up to ``DEPTH`` moves, which are looked
through all at once as shortest paths (the cyclic exchanges of Thompson and Psaraftis 1993), need only that whoever
comes has room after whoever leaves. They may take more units than there are, at a price for each that rises where
this lasts (Yagiura, Ibaraki and Glover 2004): so the search passes between plans that no chain within the
capacities connects.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

import numpy as np

from dispatch.solver.paths.levels import Numbers
from dispatch.solver.units.beams import FAR
from dispatch.solver.units.search import Search

DEPTH: Final = 5
"""Moves of a chain at the most."""

CHOICES: Final = 4
"""Choices of a request that are looked at, on average: those of the least loss."""

RISE: Final = 0.5
"""By how much of itself the price of a unit too many rises at the most when no chain helps; it begins at what the
linear program says."""

MOST_SWEEPS: Final = 100
"""How often all responders are gone through in a round, at the most."""

MOST_ROOM: Final = 2**40
"""Units at which being left out has room."""

NARROW: Final = 2**24
"""Costs up to it are added up in 32 bits, which is quicker."""


class _Chain(NamedTuple):
    """Moves that come after one another: requests, and where each goes."""

    requests: Numbers
    places: Numbers


@dataclass(slots=True)
class Rings:
    """A walk among the plans of a task whose seats do not grow dearer and that holds no level above.

    Args:
        search: Its losses and places.
    """

    search: Search
    _cost: Numbers = field(init=False)
    _capacity: Numbers = field(init=False)
    _choice: tuple[Numbers, Numbers] = field(init=False)
    _dear: Numbers = field(init=False)
    _random: np.random.Generator = field(init=False, default_factory=lambda: np.random.default_rng(1))

    def __post_init__(self) -> None:
        losses = self.search.losses
        price = np.append(losses.idle, 0)
        self._cost = np.where(losses.loss < FAR, losses.loss - price[:, None] * losses.units, FAR)
        self._capacity = np.append(losses.capacity, MOST_ROOM)
        flat = losses.loss.reshape(-1)
        order = np.argsort(flat, kind="stable")[: CHOICES * losses.loss.shape[1]]
        place, request = np.divmod(np.sort(order[flat[order] < FAR]), losses.loss.shape[1])
        self._choice = place, request
        self._dear = np.maximum(np.maximum(price, int(price.max(initial=0)) // 10), 1)

    def swing(self, chosen: Numbers, is_over: Callable[[], bool]) -> Numbers | None:
        """Walk from a plan to another by chains that make it cheaper, overload priced, until no more is overloaded.

        Returns:
            The pairs of the cheapest plan on the way, which may be dearer; none where all were overloaded.
        """
        place = self.search.places(chosen)
        everybody, many = np.arange(len(place)), len(self._capacity)
        overload = self._dear
        best: Numbers | None = None
        least = 0
        moved = False
        for _ in range(MOST_SWEEPS):
            still = True
            for start in self._random.permutation(many).tolist():
                if is_over():
                    return best
                changed = self._better(place, overload, start)
                if changed is None:
                    continue
                place, still, moved = changed, False, True
                cost = int(self._cost[place, everybody].sum())
                if (self._room(place) >= 0).all() and (best is None or cost < least):
                    pairs = self.search.pairs(place)
                    if self.search.task.is_plan(pairs):
                        best, least = pairs, cost
            if still:
                over = self._room(place) < 0
                if not over.any():
                    if moved:
                        break
                    # The prices were too high to begin with.
                    overload = np.maximum(1, overload // 2)
                    continue
                rise = 1 + RISE * self._random.random(many)
                overload = np.where(over, np.ceil(overload * rise).astype(np.int64), overload)
                overload = np.minimum(overload, FAR // MOST_ROOM * 2**20)
        return best

    def _room(self, place: Numbers) -> Numbers:
        used = np.zeros(len(self._capacity), dtype=np.int64)
        np.add.at(used, place, self.search.losses.units[place, np.arange(len(place))])
        return self._capacity - used

    def _worth(self, place: Numbers, overload: Numbers) -> int:
        cost = int(self._cost[place, np.arange(len(place))].sum())
        return cost + int((overload * np.maximum(0, -self._room(place))).sum())

    def _better(self, place: Numbers, overload: Numbers, start: int) -> Numbers | None:
        """Return the plan after the best chain that begins at a responder; none where none makes it cheaper."""
        now = self._worth(place, overload)
        for chain in self._chains(place, overload, start):
            if len(np.unique(chain.requests)) < len(chain.requests):
                continue
            changed = place.copy()
            changed[chain.requests] = chain.places
            # A responder who comes twice was reckoned with only once.
            if self._worth(changed, overload) < now:
                return changed
        return None

    def _chains(self, place: Numbers, overload: Numbers, start: int) -> list[_Chain]:
        """Return the best chain of each length, closed and open, that lowers the costs; the best first."""
        units, room, many = self.search.losses.units, self._room(place), len(self._capacity)
        live = np.flatnonzero(place[self._choice[1]] != self._choice[0])
        to, request = self._choice[0][live], self._choice[1][live]
        at = place[request]
        enters, leaves = units[to, request], units[at, request]
        delta = self._cost[to, request] - self._cost[at, request]
        largest = int(np.abs(delta).max(initial=0)) + int(overload.max()) * int(units.max(initial=0))
        kind: Any = np.int32 if largest < NARROW else np.int64
        far = 2**28 if largest < NARROW else FAR
        length = len(live)
        into, out = _table(to, many), _table(at, many)
        before = overload * np.maximum(0, -room)

        def excess(where: Any, left: Numbers) -> Numbers:
            more: Numbers = (overload[where] * np.maximum(0, -left) - before[where]).astype(kind)
            return more

        enters_, leaves_, delta_ = np.append(enters, 0), np.append(leaves, 0), np.append(delta, far).astype(kind)
        each = np.arange(many)[:, None, None]
        step = excess(each, room[:, None, None] + leaves_[out][:, None, :] - enters_[into][:, :, None])
        step = np.minimum(step + delta_[out][:, None, :], far).astype(kind)
        step[start] = far
        firsts, lasts = np.flatnonzero(at == start), np.flatnonzero(to == start)
        if not len(firsts):
            return []
        way = np.full((len(firsts), length + 1), far, dtype=kind)
        way[np.arange(len(firsts)), firsts] = delta[firsts]
        closed = excess(start, room[start] + leaves[firsts][:, None] - enters[lasts])
        opened = excess(start, room[start] + leaves[firsts])[:, None] + np.append(excess(to, room[to] - enters), 0)
        found: list[tuple[int, int, int, int]] = []
        parents: list[Numbers] = []
        for depth in range(DEPTH):
            whole = way + opened
            if depth and len(lasts):
                whole[:, lasts] = way[:, lasts] + closed
            elif len(lasts):
                whole[:, lasts] = far
            best = int(whole[:, :length].argmin())
            first, last = divmod(best, length)
            if whole[first, last] < 0:
                found.append((int(whole[first, last]), depth, first, last))
            if depth == DEPTH - 1:
                break
            ways = way[:, into].transpose(1, 0, 2)[:, :, :, None] + step[:, None]
            through = ways.argmin(axis=2)
            least = np.take_along_axis(ways, through[:, :, None, :], axis=2)[:, :, 0, :]
            came = np.full((len(firsts), length + 1), length)
            way = np.full((len(firsts), length + 1), far, dtype=kind)
            way[:, out.reshape(-1)] = least.transpose(1, 0, 2).reshape(len(firsts), -1)
            came[:, out.reshape(-1)] = into[each, through].transpose(1, 0, 2).reshape(len(firsts), -1)
            way[:, length] = far
            way = np.minimum(way, far)
            parents.append(came)
        traces = [_trace(parents[:depth], first, last) for _, depth, first, last in sorted(found)]
        return [_Chain(request[moves], to[moves]) for moves in traces]


def _trace(parents: list[Numbers], first: int, last: int) -> list[int]:
    """Return the moves of a chain, the last one first."""
    moves = [last]
    for came in reversed(parents):
        moves.append(int(came[first, moves[-1]]))
    return moves


def _table(owner: Numbers, many: int) -> Numbers:
    """Return (many, K) the positions of each owner, filled up with one beyond the last."""
    times = np.bincount(owner, minlength=many)
    order = np.argsort(owner, kind="stable")
    table = np.full((many, max(1, int(times.max(initial=0)))), len(owner))
    table[owner[order], np.arange(len(owner)) - np.repeat(np.cumsum(times) - times, times)] = order
    return table
