"""A plan of single seats from a matrix: requests bid for them, then whole rows are searched at once.

Each request first gets the seat that is cheapest for it, one of those who want the same.
Where many are left they bid: for the seat that is then cheapest, up to where their
second choice would be as good; the highest bid wins and raises the price of the seat.
That is the auction of Bertsekas (1981) without its margin, known as augmenting row
reduction (Jonker, Volgenant 1987). Where it ends nobody who has a seat would rather go
elsewhere. Each of the others is then brought in on a shortest path, as
``search.insert`` does, but that NumPy looks at all seats of a request at once.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from dispatch.solver.paths.levels import Numbers

ROUNDS: Final = 4
"""How often it is bid at the most: after that, few bids seat anybody."""
FEW: Final = 10
"""Where one request in so many has no seat, to search is quicker than to bid."""

FAR: Final = 2**62


class Bids(NamedTuple):
    """Who sits where, and at which prices nobody would rather sit elsewhere.

    Args:
        seat: (R,) the seat of each request, -1 for none.
        price: (M,) what each seat costs; its first price where nobody has it.
    """

    seat: Numbers
    price: Numbers


def bid(cost: Numbers, out: Numbers, base: Numbers, *, rounds: int = ROUNDS) -> Bids:
    """Let requests bid for single seats.

    Args:
        cost: (R, M) what each pair costs, M at least 2; below 2^60, like all others.
        out: (R,) what leaving a request out costs; nobody pays more.
        base: (M,) the first price of each seat.
        rounds: How often it is bid at the most.

    Returns:
        A cheapest plan of those who have a seat.
    """
    seat = np.full(len(out), -1)
    owner = np.full(len(base), -1)
    price = base.copy()
    best = (cost + base if base.any() else cost).argmin(axis=1)
    wants = (cost[np.arange(len(out)), best] + base[best] < out).nonzero()[0]
    owner[best[wants]] = wants
    taken = (owner >= 0).nonzero()[0]
    seat[owner[taken]] = taken
    for _ in range(rounds):
        waiting = (seat < 0).nonzero()[0]
        if FEW * len(waiting) <= len(seat):
            break
        ways = cost[waiting] + price
        # Of equally cheap seats rather one that is free.
        best = (2 * ways + (owner >= 0)).argmin(axis=1)
        each = np.arange(len(waiting))
        least = ways[each, best]
        ways[each, best] = FAR
        most = price[best] + np.minimum(ways.min(axis=1), out[waiting]) - least
        # Who bids no more than is paid already wins only a seat that is free.
        may = (least < out[waiting]) & ((most > price[best]) | (owner[best] < 0))
        if not may.any():
            break
        bidder, at, offer = waiting[may], best[may], most[may]
        order = np.argsort(offer, kind="stable")
        price[at[order]] = offer[order]
        lost = owner[at]
        seat[lost[lost >= 0]] = -1
        owner[at[order]] = bidder[order]
        seat[owner[at]] = at
    return Bids(seat, price)


def bring_in(cost: Numbers, out: Numbers, begun: Bids) -> Bids:
    """Bring in all who have no seat, one shortest path each.

    Args:
        cost: (R, M) what each pair costs. This, like all others, times 8 R is below 2^60.
        out: (R,) what leaving a request out costs.
        begun: A cheapest plan of those who have a seat, as ``bid`` leaves it.

    Returns:
        A cheapest plan of all; those without a seat are left out.
    """
    left = np.flatnonzero(begun.seat < 0)
    if not len(left):
        return begun
    rows = _Rows(cost, out, begun)
    # Dear ones first: who comes later and is worth less is turned away at once.
    for root in left[np.argsort(-out[left], kind="stable")].tolist():
        rows.insert(root)
    return Bids(np.array(rows.seat, dtype=np.int64), rows.keys >> rows.shift)


class _Rows:
    """A plan under way.

    What a way costs stands in the upper bits of one integer. The bit below says that
    somebody sits there, so that of equal seats a free one comes first, and the bits
    below that tell by which request the way came: the least of two is one operation.
    """

    def __init__(self, cost: Numbers, out: Numbers, begun: Bids) -> None:
        requests, seats = cost.shape
        self.cost, self.out = cost, out.tolist()
        self.shift = shift = requests.bit_length() + 1
        self.taken = 1 << (shift - 1)
        self.rows: dict[int, Numbers] = {}
        self.seat: list[int] = begun.seat.tolist()
        sits = np.flatnonzero(begun.seat >= 0)
        self.keys = begun.price << shift
        self.keys[begun.seat[sits]] |= self.taken
        owner = np.full(seats, -1)
        owner[begun.seat[sits]] = sits
        self.owner = owner
        worth = np.zeros(requests, dtype=np.int64)
        worth[sits] = cost[sits, begun.seat[sits]] + begun.price[begun.seat[sits]]
        self.worth: list[int] = worth.tolist()
        self.near, self.here = np.empty(seats, dtype=np.int64), np.empty(seats, dtype=np.int64)

    def insert(self, root: int) -> None:
        """Bring in a request that has no seat; as ``search.insert``, which says why."""
        add, least, near, here, rows = np.add, np.minimum, self.near, self.here, self.rows
        argmin, item, owner_of, out, worth = near.argmin, near.item, self.owner.item, self.out, self.worth
        shift, of_row = self.shift, self.taken - 1
        near.fill(FAR)
        price = self.keys.copy()
        by: dict[int, int] = {}
        done: list[int] = []
        ways: list[int] = []
        best, end, dropped = out[root], -1, root
        i, so_far = root, 0
        while True:
            if i not in rows:
                rows[i] = self.cost[i] << shift
            add(rows[i], price, out=here)
            add(here, (so_far << shift) + i, out=here)
            least(near, here, out=near)
            j: int = argmin()  # type: ignore[assignment]
            key = item(j)
            way = key >> shift
            if way >= best:
                break
            by[j] = key & of_row
            i = owner_of(j)
            if i < 0:
                best, end = way, j
                break
            done.append(j)
            ways.append(way)
            price[j] = near[j] = FAR // 2
            so_far = way - worth[i]
            if so_far + out[i] < best:
                best, end, dropped = so_far + out[i], -1, i
        for j, way in zip(done, ways, strict=True):
            if way < best:
                self.keys[j] += (best - way) << shift
                worth[owner_of(j)] += best - way
        if end < 0:
            end, self.seat[dropped] = self.seat[dropped], -1
        while end >= 0:
            end = self._sit(by[end], end)

    def _sit(self, i: int, j: int) -> int:
        """Seat a request, and return where it sat before; -1 for nowhere."""
        before, self.seat[i] = self.seat[i], j
        self.owner[j] = i
        self.keys[j] |= self.taken
        self.worth[i] = int(self.cost[i, j]) + int(self.keys[j] >> self.shift)
        return before
