"""Begin, finish, rate; and the other ends: cancelled, unable, handed over, a big matter, merged."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

from dispatch.desk.clearness import check_clear
from dispatch.desk.moves import end_offers, find_request, live_offers, move
from dispatch.desk.telling import tell_resident
from dispatch.errors import NotAllowedNow, Refused
from dispatch.model.actor import Actor, Role, is_name
from dispatch.model.lifecycle import (
    FINISHED,
    HOLDS_SLOT,
    OPEN,
    STATE_SENTENCES,
    OfferState,
    RequestState,
    check_request_move,
)
from dispatch.model.message import MessageKind
from dispatch.model.request import Private, Request
from dispatch.model.rules import Rules
from dispatch.store import offers, outbox, people, private, requests
from dispatch.store.engine import Transaction

LONGEST_WORDS = 500
"""Characters of a typed why, to whom, or comment."""

_TELLS_OF_THE_REQUEST: Final = frozenset(MessageKind) - {MessageKind.NOT_NEEDED}
"""What nobody hears any more once it is over; that somebody else came is still told to those who were asked."""


class DifferentNeeds(Refused):
    """Two requests to be merged are not for the same service at the same door."""


def start_work(tx: Transaction, actor: Actor, rules: Rules, number: int) -> Request:
    """Note that the work on an arranged request has begun."""
    request = find_request(tx, actor, "start", number)
    moved = move(tx, actor, rules, request, RequestState.DOING)
    for one in live_offers(tx, request):
        offers.change(tx.connection, one, OfferState.DOING)
    return moved


def finish(tx: Transaction, actor: Actor, rules: Rules, number: int) -> Request:
    """Note that the work is done; the resident is told and asked for a rating.

    Raises:
        NotAllowedNow: Nobody accepted it, or not everybody who is needed has.
    """
    request = find_request(tx, actor, "done", number)
    _check_everybody_accepted(tx, request)
    moved = move(tx, actor, rules, request, RequestState.DONE, done_at=tx.now)
    for one in live_offers(tx, request):
        offers.change(tx.connection, one, OfferState.DONE, ended_at=tx.now)
    # Nobody is rung up to hear who will come, when they have been.
    outbox.drop(tx.connection, request_id=request.id, kinds=_TELLS_OF_THE_REQUEST)
    tell_resident(tx, actor, rules, moved, MessageKind.DONE)
    return moved


def _check_everybody_accepted(tx: Transaction, request: Request) -> None:
    """Raise, with the command that comes before, where a request cannot be done yet or is already."""
    number = request.number
    if request.state in (RequestState.DONE, RequestState.RATED):
        raise NotAllowedNow(
            "request {number} was noted as done before", number=number, hint="its stars: dispatch rate {number} STARS"
        )
    if request.state in FINISHED or request.state in (RequestState.ARRANGED, RequestState.DOING):
        return
    made = offers.of_requests(tx.connection, [request.id])
    held = [one for one in made if one.state in HOLDS_SLOT]
    if held:
        raise NotAllowedNow(
            "{count} of {wanted} people have accepted request {number}, so it cannot be done yet",
            count=len(held),
            wanted=request.headcount,
            number=number,
            hint="if no more were needed: dispatch request edit {number} --headcount {count}",
        )
    asked = [one for one in made if one.state is OfferState.OFFERED]
    if asked:
        who = people.with_ids(tx.connection, tx.community, [asked[-1].responder_id])
        raise NotAllowedNow(
            "nobody has accepted request {number} yet: note the answer first",
            number=number,
            code=who[asked[-1].responder_id].code,
            hint="dispatch reply --on-behalf-of {code} --request {number} --yes; then: dispatch done {number}",
        )
    raise NotAllowedNow(
        "nobody has accepted request {number} yet: note who did it first",
        number=number,
        hint="dispatch offer {number} --to CODE --accepted; then: dispatch done {number}",
    )


def rate(
    tx: Transaction, actor: Actor, rules: Rules, number: int, stars: int, comment: str = ""
) -> Request:
    """Close the loop (评单), or correct the stars at the desk within the rating window: it stays rated.

    Args:
        stars: 1 to 5; three faces count as 1, 3 and 5.

    Raises:
        Refused: There are no such stars.
        NotAllowedNow: It is not done, or its rating window is over.
    """
    if not 1 <= stars <= 5:
        raise Refused("{stars} stars cannot be given; 1 to 5 can", stars=stars)
    request = find_request(tx, actor, "rate", number)
    if request.state is RequestState.RATED and actor.role is not Role.RESIDENT:
        return _correct_rating(tx, actor, rules, request, stars, comment)
    if request.state in OPEN:
        raise NotAllowedNow(
            "request {number} is {state}, so there is nothing to rate yet",
            number=number,
            state=STATE_SENTENCES[request.state],
            hint="once the work is done: dispatch done {number}",
        )
    if request.state is RequestState.DONE:
        _check_still_open(tx, rules, request)
    words_id = _keep_words(tx, comment) if comment else None
    outbox.drop(tx.connection, request_id=request.id, kinds=_TELLS_OF_THE_REQUEST)
    return move(tx, actor, rules, request, RequestState.RATED, rating=stars, words_id=words_id)


def _correct_rating(
    tx: Transaction, actor: Actor, rules: Rules, request: Request, stars: int, comment: str
) -> Request:
    """Give a rated request other stars, or a comment; the event says what they were, and the state is no other."""
    _check_still_open(tx, rules, request)
    if stars == request.rating and not comment:
        return request
    words_id = _keep_words(tx, comment) if comment else request.words_id
    requests.change(tx.connection, request, rating=stars, words_id=words_id)
    tx.record(actor, "rating-corrected", request.id, was=request.rating, now=stars, words=request.words_id)
    return replace(request, rating=stars, words_id=words_id, version=request.version + 1)  # type: ignore[arg-type]


def reopen(tx: Transaction, actor: Actor, rules: Rules, number: int) -> Request:
    """Let a request that was done wait to be matched again, within its rating window.

    Raises:
        NotAllowedNow: It is not done, or its rating window is over.
    """
    request = find_request(tx, actor, "triage", number)
    if request.state is not RequestState.DONE:
        raise NotAllowedNow(
            "request {number} is {state}, so it cannot be reopened",
            number=number,
            state=STATE_SENTENCES[request.state],
        )
    _check_still_open(tx, rules, request)
    check_clear(tx, request)
    highest = max(slot_no for slot_no, _ in requests.slots_of(tx.connection, request.id))
    used = range(1, highest + 1)
    fresh = range(highest + 1, highest + request.headcount + 1)
    requests.set_slots(tx.connection, request.id, keep=fresh, retire=used)
    return move(tx, actor, rules, request, RequestState.TRIAGED, reason="reopened", done_at=None)


def cancel(tx: Transaction, actor: Actor, rules: Rules, number: int, *, by: str = "resident") -> Request:
    """Take a request back (撤单); everybody who was asked or had accepted is told.

    The resident hears of it only where it was not their own wish, and they wait for somebody of whom they were told.

    Args:
        by: Whose wish it was: "resident" or "desk".
    """
    request = find_request(tx, actor, "cancel", number)
    if request.state is RequestState.CANCELLED:
        raise NotAllowedNow(
            "request {number} was cancelled before; nothing changed",
            number=number,
            hint="if it is needed after all, take it anew: dispatch take",
        )
    live = [one.id for one in live_offers(tx, request)]
    promised = outbox.offers_heard_of(tx.connection, live, MessageKind.WHO_COMES)
    ended = _end(tx, actor, rules, request, RequestState.CANCELLED, reason=f"by-{by}")
    if promised and by != "resident":
        tell_resident(tx, actor, rules, ended, MessageKind.CLOSED)
    return ended


def unable(tx: Transaction, actor: Actor, rules: Rules, number: int, why: str) -> Request:
    """Say that a request could not be done, and why (未办成); the resident hears it.

    Raises:
        Refused: The why is empty.
    """
    request = find_request(tx, actor, "unable", number)
    words_id = _required(tx, why, "why", number)
    ended = _end(tx, actor, rules, request, RequestState.UNABLE, reason="unable", words_id=words_id)
    tell_resident(tx, actor, rules, ended, MessageKind.CLOSED)
    return ended


def hand_over(tx: Transaction, actor: Actor, rules: Rules, number: int, to_whom: str) -> Request:
    """Hand a request over to somebody outside, by name (转办); the resident hears to whom.

    Raises:
        Refused: It does not say to whom.
    """
    request = find_request(tx, actor, "hand_over", number)
    words_id = _required(tx, to_whom, "to", number)
    ended = _end(tx, actor, rules, request, RequestState.HANDED_OVER, reason="handed-over", words_id=words_id)
    tell_resident(tx, actor, rules, ended, MessageKind.CLOSED)
    return ended


def promote(tx: Transaction, actor: Actor, rules: Rules, number: int) -> Request:
    """Make a request a big matter, for the council to talk about (转议事); the resident hears it."""
    request = find_request(tx, actor, "promote", number)
    ended = _end(tx, actor, rules, request, RequestState.PROMOTED, reason="promoted")
    tell_resident(tx, actor, rules, ended, MessageKind.CLOSED)
    return ended


def merge(
    tx: Transaction, actor: Actor, rules: Rules, number: int, into: int, *, sure: bool = False
) -> Request:
    """Merge a request into another for the same need (并单).

    The resident hears the other's number by message; nobody is rung up for it.

    Args:
        sure: Even if it is for another service or another door.

    Raises:
        Refused: It would be merged into itself, or they are for different needs and nobody is sure.
        NotAllowedNow: The other one is finished.
    """
    if number == into:
        raise Refused("request {number} cannot be merged into itself", number=number)
    request = find_request(tx, actor, "merge", number)
    other = find_request(tx, actor, "merge", into)
    if other.next_check_at is None:
        raise NotAllowedNow(
            "request {number} is {state}, so nothing can be merged into it",
            number=into,
            state=STATE_SENTENCES[other.state],
        )
    if not sure and _need(tx, request) != _need(tx, other):
        raise DifferentNeeds(
            "requests {number} and {into} are not for the same service at the same door",
            number=number,
            into=into,
            hint="see both (dispatch request show {number}), then: dispatch request merge {number} {into} --yes",
        )
    ended = _end(tx, actor, rules, request, RequestState.MERGED, reason="repeat", merged_into=other.id)
    # Whoever asked twice hears of the other one; a neighbour hears of theirs from nobody else.
    is_neighbour = _phone(tx, request) != _phone(tx, other) or not _phone(tx, request)
    tell_resident(tx, actor, rules, ended, MessageKind.MERGED, must_hear=is_neighbour)
    return ended


def _phone(tx: Transaction, request: Request) -> str:
    return private.look_up(tx.connection, [request.person_id]).get(request.person_id, Private()).phone


def _need(tx: Transaction, request: Request) -> tuple[str, str, str]:
    kept = private.look_up(tx.connection, [request.person_id]).get(request.person_id)
    return request.service_id, request.place_id, kept.exact_address if kept else ""


def triage(tx: Transaction, actor: Actor, rules: Rules, number: int) -> Request:
    """Let a request wait to be matched, or reopen one that was done.

    Who was asked and has not answered is not asked any more. A request that has
    all its people waits for nobody: it is arranged.

    Raises:
        NotAllowedNow: The table of states does not let it, or it is not clear yet what it needs, or where.
    """
    request = find_request(tx, actor, "triage", number)
    if request.state is RequestState.DONE:
        return reopen(tx, actor, rules, number)
    check_request_move(number, request.state, RequestState.TRIAGED)
    check_clear(tx, request)
    moved = move(tx, actor, rules, request, RequestState.TRIAGED, check_at=tx.now)
    _stop_asking(tx, actor, request)
    if offers.free_slots(tx.connection, request.id):
        return moved
    moved = move(tx, actor, rules, moved, RequestState.ASKING)
    return move(tx, actor, rules, moved, RequestState.ARRANGED)


def take_over(tx: Transaction, actor: Actor, rules: Rules, number: int, owner: str) -> Request:
    """Put a request that needs a person into a named person's hands.

    Raises:
        Refused: The name is empty.
        NotAllowedNow: It cannot need a person from where it stands.
    """
    if not is_name(owner):
        raise Refused("a request that needs a person must have a name to it", hint="name one: --owner NAME")
    request = find_request(tx, actor, "triage", number)
    moved = move(
        tx, actor, rules, request, RequestState.NEEDS_PERSON, reason="taken-over", owner=owner.strip()
    )
    _stop_asking(tx, actor, request)
    return moved


def _stop_asking(tx: Transaction, actor: Actor, request: Request) -> None:
    asked = [one for one in live_offers(tx, request) if one.state is OfferState.OFFERED]
    end_offers(tx, actor, asked, OfferState.WITHDRAWN, request.number)


def _end(
    tx: Transaction,
    actor: Actor,
    rules: Rules,
    request: Request,
    to: RequestState,
    *,
    reason: str,
    **columns: Any,
) -> Request:
    moved = move(tx, actor, rules, request, to, reason=reason, **columns)
    outbox.drop(tx.connection, request_id=request.id, kinds=[MessageKind.RECEIVED, MessageKind.LOOKING])
    _stop_asking(tx, actor, request)
    end_offers(tx, actor, live_offers(tx, request), OfferState.CANCELLED, request.number)
    return moved


def _check_still_open(tx: Transaction, rules: Rules, request: Request) -> None:
    if request.done_at is not None and tx.now > request.done_at + timedelta(days=rules.rating_days):
        raise NotAllowedNow(
            "request {number} was done more than {days} days ago, so it is closed",
            number=request.number,
            days=rules.rating_days,
            hint="take the need again as a new request",
        )


def _required(tx: Transaction, words: str, option: str, number: int) -> str:
    if not words.strip():
        raise Refused("request {number} needs words after --{option}", number=number, option=option)
    return _keep_words(tx, words)


def _keep_words(tx: Transaction, words: str) -> str:
    if len(words) > LONGEST_WORDS:
        raise Refused(
            "the words have {length} characters, {most} at most fit", length=len(words), most=LONGEST_WORDS
        )
    return private.keep_words(tx.connection, words.strip())
