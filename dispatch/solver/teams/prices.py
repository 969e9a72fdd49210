"""What prices of rows prove, in whole numbers: a bound, and what no plan up to a target does."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

import numpy as np

from dispatch.solver.paths.levels import Numbers
from dispatch.solver.teams.program import ANY, Floats, Scope

MOST_OPEN: Final = 0.6
"""Share of columns open at the bound itself from which on a smaller program is not worth an attempt."""

SHARES: Final = (0.125, 0.5)
"""How many of the other columns are looked at first, and then."""

MOST_OTHERS: Final = 40_000
"""So many others are counted at the most."""

_ROOM: Final = 2.0**60
"""Sums up to it, worked out in floating point, leave room for themselves in 64 bits."""


class Proof(NamedTuple):
    """Prices in whole parts of one, and what follows from them.

    Args:
        parts: How many parts make one.
        bound: What no point comes below, in parts.
        reduced: (N,) what each column counts beyond its rows, in parts.
        prices: (R,) of each row, in parts.
    """

    parts: int
    bound: int
    reduced: Numbers
    prices: Numbers

    def least(self) -> int:
        """Return the bound in whole numbers, rounded up."""
        return -(-self.bound // self.parts)


def prove(scope: Scope, cost: Numbers, prices: Floats) -> Proof | None:
    """Round prices to parts of one and work out in integers what they prove.

    Any prices prove something, so that none need be believed: for every point
    ``cost x = sum of price (row x) + sum of reduced x``, and both sums are at least
    what their bounds say (weak duality; Neumaier and Shcherbina, Safe bounds in
    linear and mixed-integer linear programming, 2004).

    Returns:
        None where numbers are too large for 64 bits.
    """
    rows = np.repeat(np.arange(len(scope.low)), np.diff(scope.start))
    # A row without a bound on a side cannot bear a price of that sign.
    prices = np.where(scope.low <= -ANY, np.minimum(prices, 0), prices)
    prices = np.where(scope.high >= ANY, np.maximum(prices, 0), prices)
    right = np.where(prices > 0, scope.low, np.where(prices < 0, scope.high, 0))
    terms = (cost.astype(np.float64), scope.value * prices[rows], right * prices)
    largest = sum(float(np.abs(one).sum()) for one in terms) + len(cost) + len(scope.value)
    parts = 1 << 20
    while parts > 1 and largest * parts > _ROOM:
        parts >>= 1
    if not largest * parts <= _ROOM:
        return None
    whole = np.rint(prices * parts).astype(np.int64)
    reduced = cost * parts
    np.subtract.at(reduced, scope.index, scope.value * whole[rows])
    bound = int((whole * right).sum() + np.where(reduced > 0, reduced * scope.lower, reduced * scope.upper).sum())
    return Proof(parts, bound, reduced, whole)


def narrow(scope: Scope, proof: Proof, target: int) -> bool:
    """Decide whatever all points of the scope that cost no more than a target have in common, as far as prices tell.

    A column that costs more than what is left between bound and target to turn,
    stays; a row whose price is more than that has no slack, for slacks are whole.

    Returns:
        Whether that alone describes those points: where bound and target meet (complementary slackness).
    """
    room = target * proof.parts - proof.bound
    free = scope.lower < scope.upper
    scope.upper[free & (proof.reduced > room)] = 0
    scope.lower[free & (-proof.reduced > room)] = 1
    is_low, is_high = proof.prices > room, -proof.prices > room
    scope.high, scope.low = np.where(is_low, scope.low, scope.high), np.where(is_high, scope.high, scope.low)
    return room == 0


def few_columns(scope: Scope, proof: Proof) -> Iterator[tuple[Scope, int]]:
    """Yield programs of the columns that cost least beyond their rows; none where most cost nothing.

    Yields:
        A narrower scope, and what a point outside it comes to at the least.
    """
    free = scope.lower < scope.upper
    beyond = np.sort(np.abs(proof.reduced[free]))
    nothing = int((beyond < proof.parts).sum())
    if nothing >= MOST_OPEN * len(beyond):
        return
    for share in SHARES:
        margin = int(beyond[nothing + int(share * min(MOST_OTHERS, len(beyond) - 1 - nothing))])
        few = scope.copy()
        few.upper[free & (proof.reduced > margin)] = 0
        few.lower[free & (-proof.reduced > margin)] = 1
        yield few, (proof.bound + margin) // proof.parts + 1
