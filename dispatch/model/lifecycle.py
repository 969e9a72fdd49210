"""Which state may follow which: two tables, nothing else."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from dispatch.errors import NotAllowedNow
from dispatch.i18n import Sentence


class RequestState(StrEnum):
    """Where a request stands, from 下单 to 评单."""

    RECEIVED = "received"
    TRIAGED = "triaged"
    ASKING = "asking"
    ARRANGED = "arranged"
    DOING = "doing"
    NEEDS_PERSON = "needs_person"
    DONE = "done"
    RATED = "rated"
    PROMOTED = "promoted"
    HANDED_OVER = "handed_over"
    UNABLE = "unable"
    MERGED = "merged"
    CANCELLED = "cancelled"


class OfferState(StrEnum):
    """Where an offer stands; from ``accepted`` on it is called an assignment."""

    OFFERED = "offered"
    ACCEPTED = "accepted"
    DOING = "doing"
    DONE = "done"
    DECLINED = "declined"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    RELEASED = "released"
    CANCELLED = "cancelled"


_R, _O = RequestState, OfferState

NEXT_REQUEST: Final[dict[RequestState, frozenset[RequestState]]] = {
    _R.RECEIVED: frozenset({_R.TRIAGED, _R.NEEDS_PERSON, _R.MERGED, _R.CANCELLED}),
    _R.TRIAGED: frozenset(
        {_R.ASKING, _R.NEEDS_PERSON, _R.PROMOTED, _R.HANDED_OVER, _R.UNABLE, _R.MERGED, _R.CANCELLED}
    ),
    _R.ASKING: frozenset(
        {_R.ARRANGED, _R.TRIAGED, _R.NEEDS_PERSON, _R.PROMOTED, _R.HANDED_OVER, _R.UNABLE, _R.CANCELLED}
    ),
    _R.ARRANGED: frozenset({_R.DOING, _R.DONE, _R.ASKING, _R.CANCELLED}),
    _R.DOING: frozenset({_R.DONE, _R.ASKING, _R.NEEDS_PERSON, _R.CANCELLED}),
    _R.NEEDS_PERSON: frozenset(
        {_R.TRIAGED, _R.PROMOTED, _R.HANDED_OVER, _R.UNABLE, _R.MERGED, _R.CANCELLED}
    ),
    _R.DONE: frozenset({_R.RATED, _R.TRIAGED}),
    _R.RATED: frozenset(),
    _R.PROMOTED: frozenset(),
    _R.HANDED_OVER: frozenset(),
    _R.UNABLE: frozenset(),
    _R.MERGED: frozenset(),
    _R.CANCELLED: frozenset(),
}

NEXT_OFFER: Final[dict[OfferState, frozenset[OfferState]]] = {
    _O.OFFERED: frozenset({_O.ACCEPTED, _O.DECLINED, _O.EXPIRED, _O.WITHDRAWN}),
    _O.ACCEPTED: frozenset({_O.DOING, _O.DONE, _O.RELEASED, _O.CANCELLED}),
    _O.DOING: frozenset({_O.DONE, _O.RELEASED, _O.CANCELLED}),
    _O.DONE: frozenset(),
    _O.DECLINED: frozenset(),
    _O.EXPIRED: frozenset(),
    _O.WITHDRAWN: frozenset(),
    _O.RELEASED: frozenset(),
    _O.CANCELLED: frozenset(),
}

FINISHED: Final = frozenset(state for state, following in NEXT_REQUEST.items() if not following)
"""Requests that nothing follows."""

OPEN: Final = frozenset(RequestState) - FINISHED - {_R.DONE}
"""Requests that somebody must look at again: each has a ``next_check_at``."""

HOLDS_SEAT: Final = frozenset({_O.OFFERED, _O.ACCEPTED, _O.DOING})
"""Offers that occupy one of the responder's seats."""

HOLDS_SLOT: Final = frozenset({_O.ACCEPTED, _O.DOING, _O.DONE})
"""Offers that occupy one of the request's slots."""

GOING: Final = HOLDS_SEAT & HOLDS_SLOT
"""Offers of those who have accepted and are not done yet."""

NEVER_HELD_SLOT: Final = frozenset({_O.OFFERED, _O.DECLINED, _O.EXPIRED, _O.WITHDRAWN})
"""Offers whose slot number is absent."""

STATE_SENTENCES: Final[dict[str, Sentence]] = {
    _R.RECEIVED: Sentence("received"),
    _R.TRIAGED: Sentence("waiting to be matched"),
    _R.ASKING: Sentence("asking"),
    _R.ARRANGED: Sentence("arranged"),
    _R.DOING: Sentence("being done"),
    _R.NEEDS_PERSON: Sentence("waiting for a person"),
    _R.DONE: Sentence("done"),
    _R.RATED: Sentence("rated"),
    _R.PROMOTED: Sentence("made a big matter"),
    _R.HANDED_OVER: Sentence("handed over"),
    _R.UNABLE: Sentence("left undone"),
    _R.MERGED: Sentence("merged"),
    _R.CANCELLED: Sentence("cancelled"),
}
"""How each state of a request is said; what is stored and put into JSON is the state itself."""

OFFER_SENTENCES: Final[dict[str, Sentence]] = {
    _O.OFFERED: Sentence("asked, no answer yet"),
    _O.ACCEPTED: Sentence("accepted"),
    _O.DOING: Sentence("at work"),
    _O.DONE: Sentence("work done"),
    _O.DECLINED: Sentence("declined"),
    _O.EXPIRED: Sentence("no answer in time"),
    _O.WITHDRAWN: Sentence("no longer needed"),
    _O.RELEASED: Sentence("given back"),
    _O.CANCELLED: Sentence("cancelled"),
}
"""How each state of an offer is said."""


def check_request_move(number: int, now: RequestState, wanted: RequestState) -> None:
    """Raise unless the table lets request *number* move from *now* to *wanted*.

    Raises:
        NotAllowedNow: The table does not; the hint lists the moves that are open.
    """
    if wanted in NEXT_REQUEST[now]:
        return
    if not NEXT_REQUEST[now]:
        raise NotAllowedNow(
            "request {number} is {state}, so it cannot become {wanted}",
            number=number,
            state=STATE_SENTENCES[now],
            wanted=STATE_SENTENCES[wanted],
            hint="it is finished; take the need again as a new request",
        )
    raise NotAllowedNow(
        "request {number} is {state}, so it cannot become {wanted}",
        number=number,
        state=STATE_SENTENCES[now],
        wanted=STATE_SENTENCES[wanted],
        moves=tuple(STATE_SENTENCES[state] for state in RequestState if state in NEXT_REQUEST[now]),
        hint="moves open from here: {moves}",
    )


def check_offer_move(number: int, now: OfferState, wanted: OfferState) -> None:
    """Raise unless the table lets an offer for request *number* move from *now* to *wanted*.

    Raises:
        NotAllowedNow: The table does not.
    """
    if wanted not in NEXT_OFFER[now]:
        raise NotAllowedNow(
            "this offer for request {number} is {state}, so it cannot become {wanted}",
            number=number,
            state=OFFER_SENTENCES[now],
            wanted=OFFER_SENTENCES[wanted],
        )
