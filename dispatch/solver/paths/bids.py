"""A first part of the plan where everybody may go everywhere: requests bid for seats, all at once.

Each request that has no seat bids for the cheapest one, up to where its second choice would be as good; the
highest bid wins and raises the price of the seat. That is the auction of Bertsekas (1981) without its margin, known
as augmenting row reduction (Jonker, Volgenant 1987). Where it ends nobody who has a seat would rather go elsewhere,
so the searches only have to bring in the others.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from dispatch.solver.paths.levels import Numbers

ROUNDS: Final = 40
"""How often it is bid at the most: most requests have a seat after a few rounds."""

FAR: Final = 2**62


class Bids(NamedTuple):
    """Where the bidding ended.

    Args:
        seat: (R,) the seat of each request, -1 for none.
        price: (M,) what each seat costs; its first price where nobody has it.
    """

    seat: Numbers
    price: Numbers


def bid(cost: Numbers, out: Numbers, base: Numbers) -> Bids:
    """Let requests bid for single seats.

    Args:
        cost: (R, M) what each pair costs, M at least 2; below 2^60, like all others.
        out: (R,) what leaving a request out costs; nobody pays more.
        base: (M,) the first price of each seat.
    """
    seat = np.full(len(out), -1)
    owner = np.full(len(base), -1)
    price = base.copy()
    waiting = np.arange(len(out))
    for _ in range(ROUNDS):
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
        waiting = np.flatnonzero(seat < 0)
        if not len(waiting):
            break
    return Bids(seat, price)
