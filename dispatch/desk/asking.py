"""Ask people: a wave, its offers, their codes and their messages, written together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, NamedTuple

from dispatch.desk.decency import AnswerTimes
from dispatch.desk.moves import channel_for, move, move_many
from dispatch.desk.protecting import Protection
from dispatch.model.actor import Actor
from dispatch.model.assignment import Offer, OfferId, Wave
from dispatch.model.lifecycle import HOLDS_SEAT, HOLDS_SLOT, OfferState, RequestState
from dispatch.model.message import MessageKind
from dispatch.model.request import Request, RequestId
from dispatch.model.responder import ResponderId
from dispatch.model.rules import Rules
from dispatch.policy.waiting import deadline
from dispatch.store import offers, outbox, people, requests
from dispatch.store.engine import Transaction
from dispatch.store.ids import new_id

BY_HAND = "by-hand"
"""The policy recorded with a wave that a person decided."""

MATCHABLE = frozenset({RequestState.TRIAGED, RequestState.ASKING})


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """One person chosen for one request, and what it costs to send them.

    Args:
        terms: Metre-equivalents by the name of the reason.
        is_extra: Whether they are asked beside those who fill the places: the first who say yes come.
    """

    request_id: RequestId
    responder_id: ResponderId
    terms: Mapping[str, int]
    is_extra: bool = False


class Look(NamedTuple):
    """When a request whose people are being asked is looked at again, and what is hoped of it.

    Args:
        at: Unless somebody declines before.
        chance: That enough say yes by then, in percent.
    """

    at: datetime
    chance: int


def ask(
    tx: Transaction,
    actor: Actor,
    rules: Rules,
    chosen: Sequence[Chosen],
    policy: str,
    *,
    looks: Mapping[RequestId, Look] | None = None,
    notes: Mapping[RequestId, Mapping[str, Any]] | None = None,
) -> list[Offer]:
    """Write waves, offers and messages for a plan, as far as it still holds.

    The plan was made outside this transaction. Each request is looked at again;
    one that has moved on, and one that could not get all its people (all or
    nothing), is left for the next round; of those asked on top, whoever has no seat any more is
    left out. The constraints have the last word.

    Args:
        looks: When to look at requests again where that is before their last answer is due.
        notes: What else is recorded with the offers of a request, as codes and numbers.

    Returns:
        The offers made.
    """
    by_request: dict[RequestId, list[Chosen]] = {}
    for one in chosen:
        by_request.setdefault(one.request_id, []).append(one)
    now_there = requests.with_ids(tx.connection, by_request, lock=True)
    offers.lock_responders(tx.connection, (one.responder_id for one in chosen))
    seats = offers.free_seats(tx.connection, (one.responder_id for one in chosen))
    waves = offers.next_wave(tx.connection, by_request)
    channels = channel_for(tx, rules, [one.responder_id for one in chosen])
    codes = _Codes(
        offers.codes_since(tx.connection, tx.now - timedelta(days=rules.code_days)),
        offers.codes_of(tx.connection, (one.responder_id for one in chosen)),
    )
    free = offers.free_slot_counts(tx.connection, by_request)
    asked = Counter(
        one.request_id
        for one in offers.of_requests(tx.connection, by_request)
        if one.state is OfferState.OFFERED
    )
    times = AnswerTimes(tx, rules, now_there.values(), channels)
    protection = Protection(tx, now_there.values(), channels)
    holds: list[Request] = []
    reserved: dict[tuple[RequestId, ResponderId], int] = {}
    for request in sorted(now_there.values(), key=lambda one: one.number):
        wanted = [one for one in by_request[request.id] if not one.is_extra]
        still_free = free.get(request.id, 0)
        if (
            request.state in MATCHABLE
            and still_free > 0
            and (not wanted or len(wanted) <= still_free - asked[request.id])
            and all(seats.get(one.responder_id) for one in wanted)
            and protection.lets_go(request, [one.responder_id for one in wanted], places=free.get(request.id, 0))
        ):
            reserved |= {(request.id, one.responder_id): seats[one.responder_id].pop(0) for one in wanted}
            extra = [one for one in by_request[request.id] if one.is_extra and seats.get(one.responder_id)]
            reserved |= {(request.id, one.responder_id): seats[one.responder_id].pop(0) for one in extra}
            if wanted or extra:
                holds.append(request)
    first = offers.open_waves(
        tx.connection, [Wave(one.id, waves[one.id], tx.now, policy) for one in holds]
    )
    holds = [one for one in holds if one.id in first]
    made: list[Offer] = []
    for request in holds:
        for one in by_request[request.id]:
            if (request.id, one.responder_id) not in reserved:
                continue
            offer_id = OfferId(new_id())
            on_paper = channels[one.responder_id] == outbox.PHONE_LIST
            until = deadline(tx.now, request.urgency, rules, on_paper=on_paper)
            made.append(
                Offer(
                    id=offer_id,
                    request_id=request.id,
                    wave_no=waves[request.id],
                    responder_id=one.responder_id,
                    seat_no=reserved[request.id, one.responder_id],
                    state=OfferState.OFFERED,
                    deadline_at=_until(times.answer_by(until, request, one.responder_id), request),
                    code=codes.next_for(offer_id, one.responder_id),
                    fence=1,
                    offered_at=tx.now,
                    cost=sum(one.terms.values()),
                    terms=dict(one.terms),
                )
            )
    _announce(tx, actor, rules, holds, made, looks or {}, notes or {})
    offers.insert(tx.connection, made)
    outbox.enqueue(
        tx.connection,
        tx.now,
        [
            outbox.Outgoing(
                request_id=one.request_id,
                offer_id=one.id,
                recipient="responder",
                kind=MessageKind.OFFER,
                channel=channels[one.responder_id],
            )
            for one in made
        ],
    )
    return made


def ask_in_place(tx: Transaction, actor: Actor, rules: Rules, was: Offer) -> Offer | None:
    """Let an offer whose end was noted by mistake stand again: a new one to the same person, decided by hand.

    It has the code, the place on printed sheets and, while that is still to come,
    the deadline of the one before. Nobody who was asked is asked twice; a message
    that had been taken back goes out after all.

    Args:
        was: The offer as it ended.

    Returns:
        The new offer; none where the request, its places, the person or the time do not let it.
    """
    request = requests.with_ids(tx.connection, [was.request_id], lock=True)[was.request_id]
    offers.lock_responders(tx.connection, [was.responder_id])
    responder = people.with_ids(tx.connection, tx.community, [was.responder_id])[was.responder_id]
    seats = offers.free_seats(tx.connection, [was.responder_id]).get(was.responder_id, [])
    gave_up = request.state is RequestState.NEEDS_PERSON and request.reason == "nobody-left"
    channel = channel_for(tx, rules, [was.responder_id])[was.responder_id]
    until = was.deadline_at
    if until <= tx.now:
        on_paper = channel == outbox.PHONE_LIST
        times = AnswerTimes(tx, rules, [request], [was.responder_id])
        until = deadline(tx.now, request.urgency, rules, on_paper=on_paper)
        until = _until(times.answer_by(until, request, was.responder_id), request)
    if (
        not (request.state in MATCHABLE or gave_up)
        or not _has_room(tx, request, was.responder_id)
        or not (seats and responder.is_active)
        or Protection(tx, [request], [was.responder_id]).against(request, was.responder_id) is not None
        or until <= tx.now
    ):
        return None
    if gave_up:
        request = move(tx, actor, rules, request, RequestState.TRIAGED, reason="undone")
    wave_no = offers.next_wave(tx.connection, [request.id])[request.id]
    if not offers.open_wave(tx.connection, Wave(request.id, wave_no, tx.now, BY_HAND)):
        return None
    made = replace(
        was,
        id=OfferId(new_id()),
        wave_no=wave_no,
        seat_no=was.seat_no if was.seat_no in seats else seats[0],
        slot_no=None,
        state=OfferState.OFFERED,
        deadline_at=until,
        fence=1,
        offered_at=tx.now,
        ended_at=None,
    )
    if was.was_mistaken:
        ever = offers.codes_of(tx.connection, [was.responder_id])
        used = offers.codes_since(tx.connection, tx.now - timedelta(days=rules.code_days))
        made = replace(made, code=_Codes(used, ever).next_for(made.id, was.responder_id))
    else:
        offers.take_code_off(tx.connection, was)
    _announce(tx, actor, rules, [request], [made], {}, {request.id: {"instead_of": was.id}})
    offers.insert(tx.connection, [made])
    if not outbox.pass_on(tx.connection, tx.now, was.id, made.id):
        asking = outbox.Outgoing(
            request_id=request.id, offer_id=made.id, recipient="responder", kind=MessageKind.OFFER, channel=channel
        )
        outbox.enqueue(tx.connection, tx.now, [asking])
    return made


def _has_room(tx: Transaction, request: Request, responder_id: ResponderId) -> bool:
    """Return whether a request has a place that nobody holds or is asked for, and none for this person."""
    made = offers.of_requests(tx.connection, [request.id])
    asked = sum(1 for one in made if one.state is OfferState.OFFERED)
    held = any(one.responder_id == responder_id and one.state in HOLDS_SEAT | HOLDS_SLOT for one in made)
    return not held and len(offers.free_slots(tx.connection, request.id)) > asked


def _announce(
    tx: Transaction,
    actor: Actor,
    rules: Rules,
    asked: Sequence[Request],
    made: Sequence[Offer],
    looks: Mapping[RequestId, Look],
    notes: Mapping[RequestId, Mapping[str, Any]],
) -> None:
    """Let the requests be asking, to be looked at when their last answer or their phase is over; leave the events."""
    check_at: dict[RequestId, datetime] = {}
    for one in made:
        check_at[one.request_id] = max(one.deadline_at, check_at.get(one.request_id, one.deadline_at))
    for request_id, look in looks.items():
        if request_id in check_at:
            check_at[request_id] = min(look.at, check_at[request_id])
    waiting = [one for one in asked if one.state is not RequestState.ASKING]
    move_many(tx, actor, rules, waiting, RequestState.ASKING, check_at=check_at)
    for request in asked:
        if request.state is RequestState.ASKING and request.id in looks:
            requests.change(tx.connection, request, next_check_at=check_at[request.id])
    for one in made:
        tx.record(
            actor,
            "offered",
            one.request_id,
            offer=one.id,
            wave=one.wave_no,
            responder=one.responder_id,
            terms=dict(one.terms),
            **({"chance": looks[one.request_id].chance} if one.request_id in looks else {}),
            **notes.get(one.request_id, {}),
        )


def _until(answer_by: datetime, request: Request) -> datetime:
    """Return when an answer is due: not after the last moment at which the work may begin."""
    return answer_by if request.window is None else min(answer_by, request.window[1])


class _Codes:
    """Answer codes: no two alike within the days in which one may still come back, nor ever for one responder.

    Args:
        used: Codes given out lately, to anybody.
        ever: Every code each responder was ever given.
    """

    def __init__(self, used: set[str], ever: Mapping[str, set[str]]) -> None:
        self.used, self.ever = used, ever

    def next_for(self, offer_id: str, responder_id: str) -> str:
        """Return a code of as few digits as leave two thirds of the codes unused, at least four."""
        taken = self.used | self.ever.get(responder_id, set())
        digits = 4
        while len(taken) * 3 > 9 * 10 ** (digits - 1):
            digits += 1
        smallest = 10 ** (digits - 1)
        seed = int.from_bytes(sha256(offer_id.encode()).digest()[:8], "big")
        while True:
            code = str(smallest + seed % (9 * smallest))
            if code not in taken:
                self.used.add(code)
                return code
            seed += 1
