"""Who of a problem could go to what: the filters in their order, and the terms of the cost by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt

from dispatch.solver.costs import METRES_PER_LEVEL
from dispatch.solver.document.reading import Asked, Document, Person, Window
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

    def terms_of(self, column: int) -> dict[str, int]:
        """Return the terms of one responder that are not zero."""
        return {name: value for name, all_ in self.terms.items() if (value := int(all_[column]))}


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
        self.levels = np.array(
            [[one.skills.get(name, 0) for name in self.skills] for one in people], dtype=np.int64
        ).reshape(len(people), len(self.skills))
        self.at = np.array([one.at or (np.nan, np.nan) for one in people], dtype=np.float64).reshape(-1, 2)
        self.reach = _limits(one.reach_metres for one in people)
        self.capacity = _limits(one.capacity for one in people)
        self._hours: dict[tuple[Window | None, int], Flags] = {}

    def row(self, at: int) -> Row:
        """Put one request beside every responder."""
        asked, people = self.document.requests[at], self.document.responders
        against = np.zeros((len(FILTERS), len(people)), dtype=np.bool_)
        units = np.ones(len(people), dtype=np.int64)
        terms: dict[str, Numbers] = {}
        if self.document.pairs is None:
            metres = self._metres(asked)
            known = ~np.isnan(metres)
            whole = np.where(known, np.rint(np.nan_to_num(metres)), 0).astype(np.int64)
            least = np.array([asked.skills.get(name, 0) for name in self.skills], dtype=np.int64)
            against[1] = (self.levels < least).any(axis=1)
            against[2] = known & (whole > self.reach)
            terms["distance"] = whole
            terms["skill"] = METRES_PER_LEVEL * np.where(least > 0, np.maximum(0, self.levels - least), 0).sum(axis=1)
        else:
            listed = self._listed[at]
            against[0] = True
            terms["pair"] = np.zeros(len(people), dtype=np.int64)
            for column, cost, taken in listed:
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

    @cached_property
    def _listed(self) -> list[list[tuple[int, int, int]]]:
        by_row: list[list[tuple[int, int, int]]] = [[] for _ in self.document.requests]
        for row, column, cost, units in self.document.pairs or ():
            by_row[row].append((column, cost, units))
        return by_row

    def _metres(self, asked: Asked) -> npt.NDArray[np.float64]:
        """Measure great circles (haversine), as ``units.metres_between``; NaN where a place is not known."""
        if asked.at is None:
            return np.full(len(self.at), np.nan)
        north, east = np.radians(self.at.T)
        here_north, here_east = np.radians(asked.at)
        inner = (
            np.sin((north - here_north) / 2) ** 2
            + np.cos(here_north) * np.cos(north) * np.sin((east - here_east) / 2) ** 2
        )
        metres: npt.NDArray[np.float64] = 2 * EARTH_RADIUS_METRES * np.arcsin(np.minimum(1.0, np.sqrt(inner)))
        return metres

    def _away(self, asked: Asked) -> Flags:
        seconds = 60 * (asked.minutes or 0)
        key = (asked.window, seconds)
        if key not in self._hours:
            self._hours[key] = np.array(
                [not fits(asked.window, seconds, one) for one in self.document.responders], dtype=np.bool_
            )
        return self._hours[key]


def fits(window: Window | None, seconds: int, person: Person) -> bool:
    """Say whether work that begins in a window and takes so long fits into what somebody has free."""
    return person.available is None or any(
        max(begins, window[0]) <= min(ends - seconds, window[1]) if window else begins + seconds <= ends
        for begins, ends in person.available
    )


def _limits(given: object) -> Numbers:
    return np.array([NO_LIMIT if one is None else one for one in given], dtype=np.int64)  # type: ignore[attr-defined]
