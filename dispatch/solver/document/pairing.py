"""Who of a problem could go to what: the filters in their order, and the terms of the cost by name."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt

from dispatch.solver.costs import METRES_PER_LEVEL
from dispatch.solver.document.reading import Asked, Document, Window
from dispatch.units import EARTH_RADIUS_METRES

Numbers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

FILTERS: Final = ("pairs", "skill", "reach", "hours", "capacity", "unavailable")
"""In their order; each responder counts at the first that turns them away. Who stands under a request's
``never`` is only "unavailable"."""
NO_LIMIT: Final = 2**62


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A request beside every responder.

    Args:
        against: (filters, M) whether the filter turns the responder away.
        terms: Metre-equivalents by name, (M,) each.
        units: (M,) how many units of the responder it takes.
    """

    against: Flags
    terms: Mapping[str, Numbers]
    units: Numbers

    @property
    def could(self) -> Flags:
        """Return whether every filter lets the responder pass."""
        return np.logical_not(self.against.any(axis=0))

    @property
    def cost(self) -> Numbers:
        """Return what sending each responder costs."""
        return sum(self.terms.values(), np.zeros(self.against.shape[1], dtype=np.int64))


class Pairing:
    """The requests and responders of a problem side by side, a request at a time.

    Args:
        document: The problem.
    """

    def __init__(self, document: Document) -> None:
        self.document = document
        people = document.responders
        self.column_of = {one.id: at for at, one in enumerate(people)}
        self.skills = sorted({name for one in document.requests for name in one.skills})
        self.at = np.array([one.at or (np.nan, np.nan) for one in people], dtype=np.float64).reshape(-1, 2)
        self.reach = _limits(one.reach_metres for one in people)
        self.capacity = _limits(one.capacity for one in people)
        self._north, self._east = np.radians(self.at.T)
        self._cosine = np.cos(self._north)
        self.shifts: dict[tuple[Window, ...] | None, int] = {}
        self.shift_of: Numbers = np.array(
            [self.shifts.setdefault(one.available, len(self.shifts)) for one in people], dtype=np.int64
        )

    def level(self, skill: str) -> Numbers:
        """Return (M,) the level at which each responder has a skill; 0 where they have it not."""
        columns, levels = self._able.get(skill, ([], []))
        all_ = np.zeros(len(self.document.responders), dtype=np.int64)
        all_[columns] = levels
        return all_

    def row(self, at: int) -> Row:
        """Put one request beside every responder."""
        asked, people = self.document.requests[at], self.document.responders
        against = np.zeros((len(FILTERS), len(people)), dtype=np.bool_)
        units = np.ones(len(people), dtype=np.int64)
        terms: dict[str, Numbers] = {}
        if self.document.pairs is None:
            terms["distance"] = self._distance(asked)
            terms["skill"] = np.zeros(len(people), dtype=np.int64)
            against[2] = terms["distance"] > self.reach
            for name, least in asked.skills.items():
                if least:
                    levels = self.level(name)
                    against[1] |= levels < least
                    terms["skill"] += METRES_PER_LEVEL * np.maximum(0, levels - least)
        else:
            against[0] = True
            terms["pair"] = np.zeros(len(people), dtype=np.int64)
            for _, column, cost, taken in self._listed(at):
                against[0, column], terms["pair"][column], units[column] = False, cost, taken
        against[3] = self._away(asked)
        against[4] = self.capacity < units
        never = [self.column_of[one] for one in asked.never]
        against[5, never] = True
        if asked.prefers:
            terms["prefers"] = np.zeros(len(people), dtype=np.int64)
            for name, metres_less in asked.prefers.items():
                terms["prefers"][self.column_of[name]] = -metres_less
        return Row(against=against, terms=terms, units=units)

    def terms(self, at: int, column: int) -> dict[str, int]:
        """Return what sending one responder costs, by name; what is zero is left out.

        Args:
            at: The request.
            column: The responder; where pairs are listed, one that is.
        """
        asked, person = self.document.requests[at], self.document.responders[column]
        terms = {}
        if self.document.pairs is None:
            terms["distance"] = int(self._distance(asked, slice(column, column + 1))[0])
            terms["skill"] = METRES_PER_LEVEL * sum(
                max(0, person.skills.get(name, 0) - least) for name, least in asked.skills.items() if least
            )
        else:
            terms["pair"] = self.document.pairs[bisect_left(self.document.pairs, (at, column))][2]
        terms["prefers"] = -asked.prefers.get(person.id, 0)
        return {name: value for name, value in terms.items() if value}

    @cached_property
    def _able(self) -> dict[str, tuple[list[int], list[int]]]:
        """Who has which skill: everybody beside every skill is more than the problem itself may be."""
        able: dict[str, tuple[list[int], list[int]]] = {name: ([], []) for name in self.skills}
        for column, person in enumerate(self.document.responders):
            for name, level in person.skills.items():
                if name in able:
                    able[name][0].append(column)
                    able[name][1].append(level)
        return able

    def _listed(self, at: int) -> Sequence[tuple[int, int, int, int]]:
        pairs = self.document.pairs or ()
        return pairs[bisect_left(pairs, (at,)) : bisect_left(pairs, (at + 1,))]

    def _distance(self, asked: Asked, those: slice = slice(None)) -> Numbers:
        """Measure great circles (haversine), as ``units.metres_between``; 0 where a place is not known."""
        north, east, cosine = self._north[those], self._east[those], self._cosine[those]
        if asked.at is None:
            return np.zeros(len(north), dtype=np.int64)
        here_north, here_east = np.radians(asked.at)
        inner = np.sin((north - here_north) / 2) ** 2
        inner += np.cos(here_north) * cosine * np.sin((east - here_east) / 2) ** 2
        metres = 2 * EARTH_RADIUS_METRES * np.arcsin(np.minimum(1.0, np.sqrt(inner)))
        whole: Numbers = np.rint(np.nan_to_num(metres)).astype(np.int64)
        return whole

    def _away(self, asked: Asked) -> Flags:
        seconds = 60 * (asked.minutes or 0)
        away = np.array([not fits(asked.window, seconds, one) for one in self.shifts], dtype=np.bool_)
        found: Flags = away[self.shift_of]
        return found


def fits(window: Window | None, seconds: int, available: Sequence[Window] | None) -> bool:
    """Say whether work that begins in a window and takes so long fits into what somebody has free."""
    return available is None or any(
        max(begins, window[0]) <= min(ends - seconds, window[1]) if window else begins + seconds <= ends
        for begins, ends in available
    )


def _limits(given: object) -> Numbers:
    return np.array([NO_LIMIT if one is None else one for one in given], dtype=np.int64)  # type: ignore[attr-defined]
