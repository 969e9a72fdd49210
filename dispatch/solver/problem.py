"""What the matcher is asked and what it answers: plain data, no arrays, no libraries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Literal, NamedTuple

from dispatch.i18n import BothNames, Sentence
from dispatch.model.quiet import Quiet
from dispatch.model.responder import Hours, ResponderKind
from dispatch.model.service import Pool, Urgency
from dispatch.units import Position

FirstAsked = Mapping[str, frozenset[str]]
"""By need id, the helpers who are asked before all others; an absent need has no such circle."""


OUR_TERMS: Final = ("distance", "stairs", "skill", "bond", "paid")
"""The names of the terms in ``costs``, in the order in which they are read out."""


class Spot(NamedTuple):
    """Where somebody is, as finely as it is known.

    Args:
        unit: Code of the stairwell.
        building: Code of the building.
        floor: The storey of the door, 1 at the ground, below it negative.
        position: WGS-84.
        has_lift: Whether one need not climb there.
        storeys: Of the building above ground, where known.
    """

    unit: str | None = None
    building: str | None = None
    floor: int | None = None
    position: Position | None = None
    has_lift: bool = False
    storeys: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """An open request as the matcher sees it.

    Args:
        skills: The least level (1 to 5) of each skill that everybody who goes must have.
        slots: How many different people are still to be asked: all of them or nobody.
        waited_minutes: Since it was received.
        pool: Who is asked first; read by the policy, not by the solver.
        proximity: Whether being near matters; without it, distance costs nothing and reach does not bind.
        household: Id of the household, as in ``Helper.bonds``.
        window: The work may begin in it, both ends included; none means now.
        asked: Ids of the helpers asked for it before: nobody is asked twice.
        rings: Ids of the helpers of each circle in which people are asked one after the other, the innermost first;
            read by the policy, not by the solver.
        never: Ids of the helpers who must not go; why is nobody's to know.
        apart: Ids of the helpers who are never sent where somebody goes who has accepted or is asked already.
        has_adult: Whether an adult who has accepted goes too, so that a minor may be asked.
        wakes: Whether a life may depend on it, so that quiet hours do not hold.
        notice_minutes: How long before quiet hours nobody is asked any more, for they could not answer in time.
    """

    id: str
    number: int
    urgency: Urgency
    skills: Mapping[str, int]
    licence: str | None
    spot: Spot
    slots: int = 1
    waited_minutes: int = 0
    pool: Pool = Pool.NEIGHBOURS
    proximity: bool = True
    adults_only: bool = False
    household: str | None = None
    window: tuple[datetime, datetime] | None = None
    asked: frozenset[str] = frozenset()
    never: frozenset[str] = frozenset()
    rings: tuple[frozenset[str], ...] = ()
    apart: frozenset[str] = frozenset()
    has_adult: bool = False
    wakes: bool = False
    notice_minutes: int = 0


class Helper(NamedTuple):
    """Somebody who may be asked, as the matcher sees them.

    A tuple, for there are thousands of them: made, handed to another process and read there in a third of the time.

    Args:
        code: What people call them: "V017".
        skills: Levels of the skills that count on the day.
        licences: Those that count on the day.
        free_seats: How many more requests they may hold at once, 0 or more.
        load: How many assignments they hold or finished of late, 0 or more.
        hours: When they may be asked and may work; empty means at any hour.
        rested_at: Not asked before this moment; none means rested.
        has_wrong_number: Whether their phone was found wrong, so that they cannot be asked until it is corrected.
        bonds: Ids of the households they look in on (党员包联).
        quiet: Stretches of every day in which they are not asked; their own and the community's.
        no_stairs: Whether they are not sent where they would have to climb.
        monthly_cap: How many requests they take on in a calendar month; told, not counted, here.
        is_spent: Whether they have taken on so many this month.
        busy_with: Numbers of the requests that take their seats, where they are known: only explanations ask.
    """

    id: str
    code: str
    kind: ResponderKind
    skills: Mapping[str, int]
    licences: frozenset[str]
    spot: Spot
    reach_metres: int
    free_seats: int
    load: int
    hours: tuple[Hours, ...] = ()
    rested_at: datetime | None = None
    has_wrong_number: bool = False
    is_adult: bool = True
    was_helped: bool = False
    is_paid: bool = False
    bonds: frozenset[str] = frozenset()
    busy_with: tuple[int, ...] = ()
    quiet: tuple[Quiet, ...] = ()
    no_stairs: bool = False
    monthly_cap: int | None = None
    is_spent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtraTerm:
    """One reason beyond our own that makes a pairing worse or better, already worked out: numbers, no code.

    Args:
        name: As it stands among the terms of an assignment; none of ours is called so.
        label: What people call it.
        metres: Metre-equivalents by need id and helper id; pairings that are absent count 0.
    """

    name: str
    label: BothNames
    metres: Mapping[tuple[str, str], int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Whom to match at one moment; the order of needs and helpers means nothing.

    Args:
        at: The moment, aware.
        zone: IANA time zone of the clock on the community's wall, on which hours are kept.
        extra: Terms of the cost beyond our own, each with a name of its own.
        apart: Pairs of ids of helpers who are never sent to the same need.
    """

    needs: tuple[Need, ...]
    helpers: tuple[Helper, ...]
    at: datetime
    zone: str
    extra: tuple[ExtraTerm, ...] = ()
    apart: frozenset[tuple[str, str]] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """One helper to be asked for one need.

    Args:
        cost: Metre-equivalents, the sum of the terms.
        terms: Metre-equivalents by the name of the reason; those that are zero are left out.
    """

    need: str
    helper: str
    cost: int
    terms: Mapping[str, int]


class TurnedAway(NamedTuple):
    """How many helpers one reason turned away from one need.

    Args:
        reason: The name of a filter, "too-few" (they could go, but not as many as it takes), "not-together"
            (as many could go as it takes, but not together) or "elsewhere" (they could go and are needed
            for other requests).
        turned_away: Each helper counts once, at the first reason that holds.
        may_return: How many of them time alone brings back within a day, if then they suffice.
    """

    reason: str
    turned_away: int
    may_return: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """A need that nobody is asked for.

    Args:
        why: In the order of the filters; the counts add up to all helpers.
        remedy: The nearest fix, where there is one.
    """

    need: str
    why: tuple[TurnedAway, ...]
    remedy: Sentence | None


class Level(NamedTuple):
    """One aim, and how well it was met; less is better, and an earlier one is never given up for a later.

    Args:
        value: Of this solution.
        bound: Proved: no solution that is as good at the levels above has less.
    """

    name: str
    value: int
    bound: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Solution:
    """Whom to ask, and why not the others.

    Args:
        status: "optimal" when every level's bound equals its value, else "feasible".
        levels: In order of strictness; one with nothing to say is absent, ``cost`` never is.
        assignments: By need id, then helper id.
        left_out: By need id.
        candidates: By need id, how many helpers pass every filter.
        skipped: Needs of whose first circle nobody passes every filter, so that all others are asked at once.
        engine: "exact", or "greedy" where the exact solver gave no answer that could be used.
        fault: What became of the exact solver, where another answered in its place.
        first_asked: The circles it was solved with.
        seconds: How long each part took; two equal solutions may differ in it.
    """

    status: Literal["optimal", "feasible"]
    levels: tuple[Level, ...]
    assignments: tuple[Assignment, ...]
    left_out: tuple[LeftOut, ...]
    candidates: Mapping[str, int]
    skipped: tuple[str, ...] = ()
    engine: Literal["exact", "greedy"] = "exact"
    fault: Sentence | None = None
    first_asked: FirstAsked = field(default_factory=dict, compare=False)
    seconds: Mapping[str, float] = field(default_factory=dict, compare=False)
