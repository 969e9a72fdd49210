"""One responder asked for, or promised to, one slot of a request, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, NamedTuple, NewType

from dispatch.model.lifecycle import OfferState
from dispatch.model.request import RequestId
from dispatch.model.responder import ResponderId

OfferId = NewType("OfferId", str)

MISTAKEN: Final = "mistaken-"
"""How the code of an offer begins whose answer was a slip of the finger; nobody types such a code."""


@dataclass(frozen=True, slots=True)
class Wave:
    """One decision to ask: one or several people for the same request at once.

    Args:
        wave_no: Counts up from 1 within a request.
        policy: The rule that decided, by name; "by-hand" where a person did.
    """

    request_id: RequestId
    wave_no: int
    decided_at: datetime
    policy: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """One person asked; an accepted offer holds a slot and is then called an assignment.

    Args:
        seat_no: Which of the responder's seats it holds, from 1.
        slot_no: Which of the request's slots it holds, from 1; absent until accepted.
        code: What the responder writes back, unique among theirs for 30 days; it passes on to the offer that stands
            in this one's place where an answer was taken back.
        fence: Grows with each change; a writer that knows an older one is refused.
        promised_at: When they said they would be there, where they said so with their yes.
        cost: Metre-equivalents, the sum of the terms.
        terms: Metre-equivalents by the name of the reason.
    """

    id: OfferId
    request_id: RequestId
    wave_no: int
    responder_id: ResponderId
    seat_no: int
    state: OfferState
    deadline_at: datetime
    code: str
    fence: int
    offered_at: datetime
    slot_no: int | None = None
    ended_at: datetime | None = None
    promised_at: datetime | None = None
    cost: int = 0
    terms: Mapping[str, int] = field(default_factory=dict)

    @property
    def was_mistaken(self) -> bool:
        """Whether the answer that ended it was noted by mistake and taken back: the person never said so."""
        return self.code.startswith(MISTAKEN)

class Visit(NamedTuple):
    """That somebody has helped a household before.

    Args:
        household: Id of the household.
        helper: Id of the responder.
        ended_at: When the work was done, aware.
        rating: 1 to 5, what the household said of it; absent where it has not said anything.
    """

    household: str
    helper: str
    ended_at: datetime
    rating: int | None = None
