"""What a resident asks for: service, place, urgency, headcount, window."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final, NewType

from dispatch.model.community import HouseholdId, PersonId, PlaceId
from dispatch.model.lifecycle import RequestState
from dispatch.model.service import ServiceId, Urgency
from dispatch.units import Position

RequestId = NewType("RequestId", str)

TAKEN_BACK: Final = "undone"
"""The reason that stands with what ``undo`` has moved."""


class Source(StrEnum):
    """How a request came in."""

    PHONE = "phone"
    COUNTER = "counter"
    IMPORT = "import"
    LINES = "lines"
    AFTERWARDS = "afterwards"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True, kw_only=True)
class Private:
    """What is kept about one person, in ``person_private`` and nowhere else.

    Args:
        phone: In E.164, such as "+9991380000001", or a short code of 3 to 6 digits.
        exact_address: As people say it: "8号楼2单元301".
        floor: The storey of the door, where known; below ground is negative.
        position: WGS-84 of the door itself, where known.
        notes: Whatever was typed.
    """

    name: str = ""
    phone: str = ""
    exact_address: str = ""
    floor: int | None = None
    position: Position | None = None
    notes: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A need as it is taken down (下单), before it is a request.

    Args:
        service: Code of the service.
        place: Code of the place.
        urgency: None means the service's own class.
        headcount: How many people are needed at once, 1 or more.
        window: From when until when the work may begin, both ends included; none means as soon as may be.
        key: The same key with the same content makes no second request; none makes one up.
        household: Code of the household, where known.
        received_at: When it came in, if not now.
    """

    service: str
    place: str
    person: Private = Private()
    urgency: Urgency | None = None
    headcount: int = 1
    window: tuple[datetime, datetime] | None = None
    source: Source = Source.PHONE
    key: str | None = None
    household: str | None = None
    received_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One need, with as many slots as it needs people.

    Args:
        number: What people see and type; counts up per community.
        window: As in ``Order``.
        next_check_at: When somebody or something must look at it again; present while it is open.
        owner: The named person in whose hands it is, when it needs one.
        reason: Why it stands where it stands: a code, such as "nobody-left".
        words_id: Where the typed why, to whom, or comment is kept.
        merged_into: The request that it was merged into.
        rating: 1 to 5, once rated.
        version: Grows with each change; a change to an older version is refused.
    """

    id: RequestId
    community: str
    number: int
    state: RequestState
    service_id: ServiceId
    place_id: PlaceId
    person_id: PersonId
    urgency: Urgency
    headcount: int
    source: Source
    received_at: datetime
    version: int
    household_id: HouseholdId | None = None
    window: tuple[datetime, datetime] | None = None
    next_check_at: datetime | None = None
    owner: str | None = None
    reason: str | None = None
    words_id: PersonId | None = None
    merged_into: RequestId | None = None
    rating: int | None = None
    done_at: datetime | None = None

    @property
    def was_taken_back(self) -> bool:
        """Whether it was taken by mistake, and undo has cancelled it: the need may be taken again."""
        return self.state is RequestState.CANCELLED and self.reason == TAKEN_BACK
