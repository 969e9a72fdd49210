"""Party member, volunteer, shop, team: skills, home, seats, hours."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Final, NewType

from dispatch.errors import NotFound
from dispatch.model.community import HouseholdId, PersonId, PlaceId
from dispatch.model.quiet import Quiet

ResponderId = NewType("ResponderId", str)

WITHOUT_PHONE_UNTIL: Final = datetime(9999, 1, 1, tzinfo=UTC)
"""Until when somebody is not asked whose phone was found wrong: until it is corrected."""


class ResponderKind(StrEnum):
    """What a responder is to the neighbourhood."""

    PARTY_MEMBER = "party_member"
    VOLUNTEER = "volunteer"
    SHOP = "shop"
    PROPERTY_STAFF = "property_staff"
    EXPERT = "expert"
    TEAM = "team"


@dataclass(frozen=True, slots=True)
class Skill:
    """One thing a responder can do.

    Args:
        name: As the services name it: "plumbing".
        level: 1 (helps along) to 5 (master).
        expires_on: Last day on which it counts; none means it does not expire.
    """

    name: str
    level: int = 1
    expires_on: date | None = None


@dataclass(frozen=True, slots=True)
class Licence:
    """A paper that the law or the community asks for; counts through its last day."""

    name: str
    expires_on: date | None = None


@dataclass(frozen=True, slots=True)
class Hours:
    """A stretch of every such weekday in which the responder may be asked.

    Args:
        weekday: 0 Monday to 6 Sunday, on the community's calendar.
        from_minute: Minutes after midnight, 0 to 1439, on the community's wall clock.
        to_minute: The minute after the last, 1 to 1440, later than ``from_minute``.
    """

    weekday: int
    from_minute: int
    to_minute: int


def no_responder(text: str) -> NotFound:
    """Return the one answer for somebody who is not there and for somebody who is out of sight."""
    return NotFound(
        "there is no responder {code}",
        code=text,
        hint="name them by code, by whole name or by the last digits of their phone; see them all: "
        "dispatch responder list",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Responder:
    """Somebody who may be asked.

    Args:
        code: What the community's files and the grid worker call them: "V017".
        person_id: Where name, phone and door are kept.
        place_id: Where they start from: a unit, building or larger.
        reach_metres: How far they go; none means as far as the community's rule says.
        capacity: How many requests they may hold at once, asked and accepted together; 0 rests them.
        is_adult: A minor is only ever asked where the service allows it and an adult goes too.
        is_paid: Whether the work costs the resident money.
        was_helped: Whether they were once helped themselves (互助微帮 asks them first).
        hours: When they may be asked; empty means at any hour.
        monthly_cap: How many requests they take on in a calendar month at the most; none means any number.
        no_stairs: Whether they are not sent where they would have to climb.
        quiet: When they are not asked, beside the community's quiet hours.
        bonds: Households they look in on (党员包联).
        channel: The way they wish to be reached; none means the community's usual one.
        language: "zh" or "en": the language of what is sent to them.
        paused_until: Not asked before this moment.
        is_active: False once they have left.
        version: Grows with each change; an edit of an older version is refused.
    """

    id: ResponderId
    community: str
    code: str
    kind: ResponderKind
    person_id: PersonId
    place_id: PlaceId
    reach_metres: int | None = None
    capacity: int = 1
    is_adult: bool = True
    is_paid: bool = False
    was_helped: bool = False
    skills: tuple[Skill, ...] = ()
    licences: tuple[Licence, ...] = ()
    hours: tuple[Hours, ...] = ()
    monthly_cap: int | None = None
    no_stairs: bool = False
    quiet: tuple[Quiet, ...] = ()
    bonds: tuple[HouseholdId, ...] = ()
    channel: str | None = None
    language: str = "zh"
    paused_until: datetime | None = None
    is_active: bool = True
    version: int = 1
