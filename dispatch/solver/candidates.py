"""Who could go: ordered filters, each able to say how many it turned away."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from dispatch.solver.counting import ELSEWHERE, NOT_TOGETHER, TOO_FEW
from dispatch.solver.openings import DAY, NEVER, Flags
from dispatch.solver.pairings import Numbers, Pairings, side_by_side
from dispatch.solver.problem import Problem, TurnedAway
from dispatch.solver.together import largest_team

SOON_MINUTES = DAY
"""Who is free again within a day is worth waiting for; beyond it, a person should look."""


def skill(pairings: Pairings) -> Flags:
    """Turn away who lacks a skill, or has it at too low a level."""
    return pairings.shortfall > 0


def licence(pairings: Pairings) -> Flags:
    """Turn away who does not hold the licence on the day."""
    return ~pairings.holds_licence


def minor(pairings: Pairings) -> Flags:
    """Turn away a minor where no adult goes who has accepted, or only adults may."""
    return pairings.lacks_adult


def reach(pairings: Pairings) -> Flags:
    """Turn away who does not go as far, where being near matters."""
    return pairings.near_matters & (pairings.metres > pairings.reach)


def stairs(pairings: Pairings) -> Flags:
    """Turn away who does not climb stairs and would have to, or may have to where nobody knows."""
    return pairings.climbs


def wrong_number(pairings: Pairings) -> Flags:
    """Turn away who cannot be reached, their phone having been found wrong."""
    return pairings.has_wrong_number


def hours(pairings: Pairings) -> Flags:
    """Turn away who may not be asked at this hour, quiet hours among them, or not work when the work may begin."""
    return ~pairings.is_open


def rest(pairings: Pairings) -> Flags:
    """Turn away who rests after work, or pauses."""
    return pairings.rested_in > 0


def monthly_cap(pairings: Pairings) -> Flags:
    """Turn away who has taken on as many requests this month as they wish."""
    return pairings.is_spent


def capacity(pairings: Pairings) -> Flags:
    """Turn away who has no seat free."""
    return pairings.free_seats < 1


def apart(pairings: Pairings) -> Flags:
    """Turn away who is never sent with somebody who goes, or is asked, already."""
    return pairings.is_apart


def asked_before(pairings: Pairings) -> Flags:
    """Turn away who was asked for the same request before."""
    return pairings.was_asked


def unavailable(pairings: Pairings) -> Flags:
    """Turn away who must not go, whatever the reason: the resident themselves, or somebody who never goes there.

    It stands last: whoever another filter turns away is never counted here, so
    the count betrays as little as it can.
    """
    return pairings.is_barred


RULES: Final[dict[str, Callable[[Pairings], Flags]]] = {
    "skill": skill,
    "licence": licence,
    "minor": minor,
    "reach": reach,
    "stairs": stairs,
    "wrong-number": wrong_number,
    "hours": hours,
    "rest": rest,
    "monthly-cap": monthly_cap,
    "capacity": capacity,
    "apart": apart,
    "asked-before": asked_before,
    "unavailable": unavailable,
}
FILTERS: Final = tuple(RULES)
"""The filters' names in their fixed order."""
_PASSES_WITH_TIME = ("hours", "rest", "capacity")


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidates:
    """Who passes which filter.

    Args:
        turned_away: One layer a filter, in their order: whether it turns the helper away from the need,
            whatever the other filters say.
        eligible: Whether every filter lets the helper pass.
        apart: Columns of helpers who are never sent to the same need.
    """

    pairings: Pairings
    turned_away: Flags
    eligible: Flags
    apart: tuple[tuple[int, int], ...] = ()

    def together(self, row: int) -> int:
        """Return how many helpers who pass every filter for a need may be sent together."""
        if not self.apart or self.pairings.needs[row].slots < 2:
            return self.count(row)
        return largest_team(np.flatnonzero(self.eligible[row]).tolist(), self.apart)

    def count(self, row: int) -> int:
        """Return how many helpers pass every filter for a need."""
        return int(self.eligible[row].sum())

    def first_against(self, row: int, column: int) -> str | None:
        """Return the first filter that turns a helper away from a need."""
        against = self.turned_away[:, row, column]
        return FILTERS[int(against.argmax())] if against.any() else None

    def only_against(self, row: int, *reasons: str) -> Numbers:
        """Return the columns of the helpers whom these filters, and no others, turn away from a need."""
        named = [FILTERS.index(reason) for reason in reasons]
        against = self.turned_away[:, row]
        return np.flatnonzero(against[named].any(axis=0) & (against[named].sum(0) == against.sum(0)))

    def asked_in(self, row: int) -> Numbers:
        """Return in how many minutes each helper may be asked, as far as hours and rest go.

        ``openings.NEVER`` stands for not in time: asked only when the work may no longer
        begin, or not free when it may.
        """
        pairings = self.pairings
        closes_in = pairings.closes_in[row]
        free_in = pairings.free_for(row)
        in_time = (closes_in >= NEVER) | (pairings.works_then[row] & (free_in <= closes_in))
        return np.where(in_time, free_in, NEVER)

    def why(self, row: int) -> tuple[TurnedAway, ...]:
        """Count who is turned away from a need that is left out, each helper at the first reason."""
        need = self.pairings.needs[row]
        against = self.turned_away[:, row]
        first = np.where(against.any(0), against.argmax(0), len(FILTERS))
        counts = np.bincount(first, minlength=len(FILTERS) + 1)
        returning = np.bincount(first[self._may_return(row)], minlength=len(FILTERS) + 1)
        could = int(counts[-1])
        if could + int(returning.sum()) < need.slots:
            returning[:] = 0
        counted = [
            TurnedAway(reason, int(counts[index]), int(returning[index]))
            for index, reason in enumerate(FILTERS)
            if counts[index]
        ]
        if could >= need.slots > self.together(row):
            counted.append(TurnedAway(NOT_TOGETHER, could))
        elif 0 < could < need.slots:
            counted.append(TurnedAway(TOO_FEW, could))
        elif could:
            counted.append(TurnedAway(ELSEWHERE, could, could))
        return tuple(counted)

    def _may_return(self, row: int) -> Numbers:
        columns = self.only_against(row, *_PASSES_WITH_TIME)
        if len(columns) == 0:
            return columns
        return columns[self.asked_in(row)[columns] <= SOON_MINUTES]


def sift(problem: Problem) -> Candidates:
    """Put every need and helper through every filter."""
    pairings = side_by_side(problem)
    turned_away = np.empty((len(FILTERS), *pairings.shape), dtype=np.bool_)
    for layer, rule in enumerate(RULES.values()):
        turned_away[layer] = rule(pairings)
    columns = pairings.column_of
    return Candidates(
        pairings=pairings,
        turned_away=turned_away,
        eligible=np.logical_not(turned_away.any(axis=0)),
        apart=tuple(
            sorted((columns[one], columns[two]) for one, two in problem.apart if one in columns and two in columns)
        ),
    )
