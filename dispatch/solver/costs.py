"""What makes one pairing worse than another: one function per reason.

Every term returns whole *metre-equivalents*: 300 means "as bad as 300 m of
extra walking"; below zero is a reason in favour. Terms never look anything up
and are added together; those of plugins come with the problem, as numbers. The
explanation shows them one by one under the same names.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np

from dispatch.solver.pairings import Numbers, Pairings
from dispatch.solver.problem import ExtraTerm

METRES_PER_FLOOR = 25
"""A storey climbed with a tool bag takes about as long as 25 m on the level."""
METRES_PER_LEVEL = 20
"""Enough to keep a master for hard work among equals, never enough to send somebody across the estate."""
BOND_METRES = 300
"""Who looks in on a household is asked as though 300 m nearer: next door, not across the estate."""
PAID_METRES = 200
"""What a resident would rather wait for a neighbour to walk than pay for."""


def distance(pairings: Pairings) -> Numbers:
    """Walk there, where being near matters."""
    return np.where(pairings.near_matters, pairings.metres, 0)


def stairs(pairings: Pairings) -> Numbers:
    """Climb without a lift: each floor counts as 25 m, where being near matters."""
    climbs = pairings.near_matters & ~pairings.has_lift
    return np.where(climbs, METRES_PER_FLOOR * pairings.floors, 0)


def skill(pairings: Pairings) -> Numbers:
    """Spend a master on simple work: each level above what is needed counts as 20 m."""
    return METRES_PER_LEVEL * pairings.surplus


def bond(pairings: Pairings) -> Numbers:
    """Send who looks in on the household anyway (党员包联): counts for 300 m less."""
    return np.where(pairings.is_bonded, -BOND_METRES, 0)


def paid(pairings: Pairings) -> Numbers:
    """Cost the resident money: counts as 200 m."""
    return np.where(pairings.is_paid, PAID_METRES, 0)


TERMS: Final[dict[str, Callable[[Pairings], Numbers]]] = {
    "distance": distance,
    "stairs": stairs,
    "skill": skill,
    "bond": bond,
    "paid": paid,
}
"""Every term by its name, in the order in which they are read out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prices:
    """What every pairing costs.

    Args:
        terms: Metre-equivalents by the name of the reason, one row a need and one column a helper.
        total: Their sum.
    """

    terms: dict[str, Numbers]
    total: Numbers

    def of(self, row: int, column: int) -> dict[str, int]:
        """Return the terms of one pairing that are not zero."""
        return {name: value for name, all_ in self.terms.items() if (value := int(all_[row, column]))}


def price(pairings: Pairings, extra: Iterable[ExtraTerm] = ()) -> Prices:
    """Work out every term of every pairing.

    Args:
        extra: Terms that are worked out already; what they say of others than these needs and helpers is passed over.
    """
    terms = {name: np.broadcast_to(term(pairings), pairings.shape) for name, term in TERMS.items()}
    terms.update((one.name, _spread(pairings, one)) for one in extra)
    total = np.zeros(pairings.shape, dtype=np.int64)
    for values in terms.values():
        total += values
    return Prices(terms=terms, total=total)


def _spread(pairings: Pairings, term: ExtraTerm) -> Numbers:
    metres = np.zeros(pairings.shape, dtype=np.int64)
    for (need_id, helper_id), value in term.metres.items():
        if need_id in pairings.row_of and helper_id in pairings.column_of:
            metres[pairings.pair(need_id, helper_id)] = value
    return metres
