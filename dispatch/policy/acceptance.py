"""How likely somebody says yes: what all say, shrunk step by step towards what their like and they themselves said.

A chance serves to tell how many must be asked. It is no mark: nobody is asked more often, rested less or ranked
lower in any other respect for having said no or nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

ASSUMED: Final = 0.35
"""Assumed of neighbours who know each other, until answers have been seen; no source gives the figure."""
WEIGHT: Final = 8.0
"""So many offers seen weigh as much as what was believed before them."""
LEAST: Final = 0.02
MOST: Final = 0.95
BANDS: Final = ("night", "morning", "midday", "afternoon", "evening")
_BAND_FROM: Final = ((7, 0), (12, 1), (14, 2), (18, 3), (22, 4))


class Asked(NamedTuple):
    """One offer of the past that was let stand until it was answered or its time was over.

    Args:
        person: Whose it was.
        kind: What they are: volunteer, shop, …
        service: What they were asked for.
        hour: Of the day on the community's wall, from 0 to 23.
        said_yes: Declining and keeping silent are the same here: not a yes.
    """

    person: str
    kind: str
    service: str
    hour: int
    said_yes: bool


class Tally(NamedTuple):
    """Yeses of so many asked."""

    yes: float = 0
    asked: float = 0


def band_of(hour: int) -> str:
    """Return the part of the day in which an hour lies."""
    for until, band in _BAND_FROM:
        if hour < until:
            return BANDS[band]
    return BANDS[0]


@dataclass(frozen=True, slots=True)
class Acceptance:
    """What is believed of everybody, after what was seen.

    Args:
        levels: Chances by key, from the coarsest to the finest: all, a kind, its service, that at a part of the day.
        persons: By person, their yeses and the yeses that would have been expected of their like.
    """

    levels: Mapping[tuple[str, ...], float] = field(default_factory=dict)
    persons: Mapping[str, Tally] = field(default_factory=dict)

    def usual(self) -> float:
        """Return what is believed of anybody at any time."""
        return self.levels.get((), ASSUMED)

    def of_like(self, kind: str, service: str, hour: int) -> float:
        """Return the chance of people of a kind for a service at an hour, whoever they are."""
        key = (kind, service, band_of(hour))
        for length in range(len(key), -1, -1):
            if key[:length] in self.levels:
                return self.levels[key[:length]]
        return ASSUMED

    def of(self, person: str, kind: str, service: str, hour: int) -> float:
        """Return the chance that somebody says yes, from 0.02 to 0.95.

        Their own answers count beside those expected of their like at the same hours and services (a Gamma-Poisson
        mean of observed over expected), so that who was only ever asked at a bad hour is not thought worse of.
        """
        yes, expected = self.persons.get(person, Tally())
        own = (WEIGHT * ASSUMED + yes) / (WEIGHT * ASSUMED + expected)
        return min(MOST, max(LEAST, own * self.of_like(kind, service, hour)))


def learned(history: Iterable[Asked]) -> Acceptance:
    """Learn from offers of the past.

    Each level's chance is the mean of a Beta distribution whose prior is what the level above says without it, weighing
    as much as ``WEIGHT`` offers (empirical Bayes, such as Gelman et al., Bayesian Data Analysis, 5.3): every offer
    counts once on the way down.
    """
    seen = list(history)
    counts: dict[tuple[str, ...], list[int]] = defaultdict(lambda: [0, 0])
    for one in seen:
        full = (one.kind, one.service, band_of(one.hour))
        for length in range(len(full) + 1):
            counts[full[:length]][0] += one.said_yes
            counts[full[:length]][1] += 1
    levels: dict[tuple[str, ...], float] = {}
    for key in counts:
        chance = ASSUMED
        for length in range(len(key)):
            above, below = counts[key[:length]], counts[key[: length + 1]]
            chance = (WEIGHT * chance + above[0] - below[0]) / (WEIGHT + above[1] - below[1])
        levels[key] = (WEIGHT * chance + counts[key][0]) / (WEIGHT + counts[key][1])
    of_all = Acceptance(levels)
    persons: dict[str, Tally] = {}
    for one in seen:
        before = persons.get(one.person, Tally())
        expected = of_all.of_like(one.kind, one.service, one.hour)
        persons[one.person] = Tally(before.yes + one.said_yes, before.asked + expected)
    return Acceptance(levels, persons)
