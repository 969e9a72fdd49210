"""What became of the offers of the past: who said yes to what, how soon, and who was asked how lately."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, func, select

from dispatch.model.assignment import MISTAKEN
from dispatch.store.tables import event, offer, request, responder, service

_YES = ("accepted", "doing", "done", "released", "cancelled")
_NO = ("declined", "expired")


class PastOffer(NamedTuple):
    """One offer that was answered, or let stand until its time was over.

    Args:
        kind: Of the responder.
        service: Code of what was asked for.
        minutes: Until the answer came; none where none came, or it is not known when.
    """

    responder_id: str
    kind: str
    service: str
    offered_at: datetime
    said_yes: bool
    minutes: float | None


class LatelyAsked(NamedTuple):
    """How often and when somebody was asked last, since a moment."""

    times: int
    last_at: datetime


def past_offers(connection: Connection, community: str, since: datetime) -> list[PastOffer]:
    """Return a community's offers made since a moment that have ended or were accepted, oldest first.

    What was withdrawn because nobody was needed any more says nothing about anybody and is left out, as is an answer
    that was noted by mistake.
    """
    said = connection.execute(
        select(event.c.params, event.c.at)
        .where(event.c.community == community, event.c.at >= since, event.c.kind.in_(["accepted", "declined"]))
        .order_by(event.c.seq.desc())
    )
    answered: dict[str, datetime] = {str(params.get("offer")): at for params, at in said}
    rows = connection.execute(
        select(
            offer.c.id, offer.c.responder_id, responder.c.kind, service.c.code, offer.c.offered_at, offer.c.state
        )
        .join(request, request.c.id == offer.c.request_id)
        .join(service, service.c.id == request.c.service_id)
        .join(responder, responder.c.id == offer.c.responder_id)
        .where(
            request.c.community == community,
            offer.c.offered_at >= since,
            offer.c.state.in_([*_YES, *_NO]),
            ~offer.c.code.startswith(MISTAKEN, autoescape=True),
        )
        .order_by(offer.c.offered_at, offer.c.id)
    )
    return [
        PastOffer(
            responder_id,
            kind,
            code,
            offered_at,
            state in _YES,
            _minutes(offered_at, answered.get(offer_id)),
        )
        for offer_id, responder_id, kind, code, offered_at, state in rows
    ]


def _minutes(since: datetime, until: datetime | None) -> float | None:
    return None if until is None else max(0.0, (until - since).total_seconds() / 60)


def lately_asked(connection: Connection, community: str, since: datetime) -> dict[str, LatelyAsked]:
    """Return how often each responder was asked since a moment, and when last; who was not is absent."""
    rows = connection.execute(
        select(offer.c.responder_id, func.count(), func.max(offer.c.offered_at))
        .join(responder, responder.c.id == offer.c.responder_id)
        .where(responder.c.community == community, offer.c.offered_at >= since)
        .group_by(offer.c.responder_id)
    )
    return {row[0]: LatelyAsked(row[1], row[2]) for row in rows}


def requests_by_service(connection: Connection, community: str, since: datetime) -> dict[str, int]:
    """Return how many requests came in since a moment, by the id of their service."""
    rows = connection.execute(
        select(request.c.service_id, func.count())
        .where(request.c.community == community, request.c.received_at >= since)
        .group_by(request.c.service_id)
    )
    return {row[0]: row[1] for row in rows}
