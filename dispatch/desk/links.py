"""Short links: what one shows of an offer, what its button decides, and how somebody subscribes to messages.

A link is as good as the code that stands beside it: it can accept or decline that one offer, and
nothing else; it shows nothing private, whatever became of the offer.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any, Final

from dispatch.desk.answering import ReplyOutcome, answer_offer
from dispatch.desk.answers import Word
from dispatch.desk.authorize import authorize
from dispatch.desk.delivery.letters import read_letters
from dispatch.desk.delivery.wording import need_of, terms_of, when_of, where_of
from dispatch.desk.link_key import Links
from dispatch.desk.moves import reaches
from dispatch.desk.roster import LONGEST_ADDRESS, Change, edit_responder
from dispatch.errors import Refused
from dispatch.i18n import Language, Sentence
from dispatch.model.actor import Actor, Role
from dispatch.model.assignment import Offer
from dispatch.model.lifecycle import FINISHED, OfferState, RequestState
from dispatch.model.message import DeliveryState, MessageKind
from dispatch.model.rules import Rules
from dispatch.store import inbox, offers, people
from dispatch.store import links as kept_links
from dispatch.store.engine import Transaction
from dispatch.store.ids import TOKEN_LENGTH, as_token, new_secret
from dispatch.store.outbox import Delivery

CHANNEL: Final = "link"
"""Under which answers by a link are kept."""

PUSH: Final = "web-push"
"""The channel to whose messages a phone subscribes."""

SUBSCRIBE_DAYS: Final = 7
_TOKEN: Final = re.compile(f"[0-9A-Za-z]{{{TOKEN_LENGTH}}}")
_KEY: Final = {"p256dh": re.compile(r"[\w-]{86,88}=?", re.ASCII), "auth": re.compile(r"[\w-]{20,24}={0,2}", re.ASCII)}
_ENDPOINT: Final = re.compile(r"https://[\w.-]+(:\d{1,5})?/[!-~]*", re.ASCII)
_HELPED: Final = frozenset({RequestState.ARRANGED, RequestState.DOING, RequestState.DONE, RequestState.RATED})


class Standing(StrEnum):
    """How it stands with an offer that somebody looks at."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    TAKEN = "taken"
    EXPIRED = "expired"
    OVER = "over"


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferSeen:
    """What a link shows of an offer: nothing private, and of a confidential need not what it is."""

    number: int
    need: Sentence | str
    place: Sentence | str
    when: Sentence
    minutes: int
    terms: Sentence
    code: str
    standing: Standing
    language: Language


def see_offer(tx: Transaction, actor: Actor, token: str) -> OfferSeen | None:
    """Return what a link shows; none where there is no such link. Changes nothing."""
    authorize(actor, "deliver")
    found = _find(tx, token)
    return None if found is None else _seen(tx, *found)


def answer_by_link(tx: Transaction, actor: Actor, rules: Rules, token: str, *, accepts: bool) -> OfferSeen | None:
    """Let the button on a link's page answer the offer, and return what the page shows then.

    The first valid answer decides, by whatever way it came; the same again shows the same.

    Returns:
        None where there is no such link.
    """
    authorize(actor, "deliver")
    found = _find(tx, token)
    if found is None:
        return None
    offer, fence = found
    word = Word.YES if accepts else Word.NO
    message_id = f"{offer.id}:{offer.fence}:{word}"
    is_bound = offer.state is not OfferState.OFFERED or offer.fence == fence
    if is_bound and inbox.claim(tx.connection, CHANNEL, message_id, tx.now):
        (one,) = people.with_ids(tx.connection, tx.community, [offer.responder_id]).values()
        whoever = Actor(name=CHANNEL, role=Role.ADMIN, on_behalf_of=one.code)
        outcome: ReplyOutcome = answer_offer(tx, whoever, rules, offer, word)
        inbox.keep(
            tx.connection,
            CHANNEL,
            message_id,
            body=f"{word} {offer.code}",
            words_id=None,
            outcome=outcome.value,
            offer_id=offer.id,
        )
        tx.record(whoever, "replied", offer.request_id, outcome=outcome.value, channel=CHANNEL)
    return see_offer(tx, actor, token)


def new_subscribe_link(tx: Transaction, actor: Actor, links: Links, code: str) -> str:
    """Return a new link with which one responder lets messages come to a phone; the ones before it end.

    Whoever holds it gets that person's messages: it is for them alone, and works for a week.

    Raises:
        NotFound: No such responder, or not within the actor's reach.
    """
    one = people.with_code(tx.connection, tx.community, code)
    authorize(actor, "responder_edit", responder=code, within=reaches(tx, actor, one.place_id))
    kept_links.end_subscribing(tx.connection, one.id, tx.now)
    token = as_token(new_secret())
    until = tx.now + timedelta(days=SUBSCRIBE_DAYS)
    made = kept_links.Link(responder_id=one.id, offer_id=None, fence=None, until=until)
    kept_links.keep(tx.connection, token, made, tx.now)
    tx.record(actor, "subscribe-link", responder=one.id)
    return links.subscribe_url(token)


def subscribes_in(tx: Transaction, actor: Actor, token: str) -> Language | None:
    """Return the language of whoever may subscribe with a link; none where it is not known or its time is over."""
    authorize(actor, "deliver")
    found = _subscriber(tx, token)
    if found is None:
        return None
    (one,) = people.with_ids(tx.connection, tx.community, [found]).values()
    return "zh" if one.language == "zh" else "en"


def subscribe(tx: Transaction, actor: Actor, rules: Rules, token: str, subscription: str) -> bool:
    """Let messages come to the phone that gave this subscription; False where the link is none, or no more.

    Whoever has not said how they wish to be reached is reached by it first.

    Args:
        subscription: As ``JSON.stringify(subscription)`` gives it in the browser.

    Raises:
        Refused: It is no subscription.
    """
    authorize(actor, "deliver")
    found = _subscriber(tx, token)
    if found is None:
        return False
    address = read_subscription(subscription)
    (one,) = people.with_ids(tx.connection, tx.community, [found]).values()
    whoever = Actor(name=CHANNEL, role=Role.ADMIN, on_behalf_of=one.code)
    change = Change(addresses={PUSH: address}, channel=None if one.channel else PUSH)
    edit_responder(tx, whoever, rules, one.code, change)
    return True


def read_subscription(text: str) -> str:
    """Return a subscription as it is kept: its endpoint and its two keys, no more.

    Raises:
        Refused: It is none.
    """
    try:
        said: Any = json.loads(text)
        endpoint, keys = said["endpoint"], {name: said["keys"][name] for name in _KEY}
        is_one = _ENDPOINT.fullmatch(endpoint) and all(_KEY[name].fullmatch(key) for name, key in keys.items())
    except (ValueError, TypeError, LookupError, RecursionError):
        is_one = None
    kept = json.dumps({"endpoint": endpoint, "keys": keys}) if is_one else ""
    if not 0 < len(kept) <= LONGEST_ADDRESS:
        raise Refused("this is no subscription of a browser")
    return kept


def _subscriber(tx: Transaction, token: str) -> str | None:
    found = kept_links.with_token(tx.connection, token) if _TOKEN.fullmatch(token) else None
    return found.responder_id if found is not None and found.offer_id is None and tx.now < found.until else None


def _find(tx: Transaction, token: str) -> tuple[Offer, int] | None:
    """Return the offer that a token is for, and the state of it in which the link decides."""
    found = kept_links.with_token(tx.connection, token) if _TOKEN.fullmatch(token) else None
    if found is None or found.offer_id is None or found.fence is None:
        return None
    offer = offers.with_id(tx.connection, found.offer_id)
    if offer is None:
        return None
    if offer.was_mistaken:
        # Their answer was taken back: another offer stands in this one's place, with the same code.
        instead = [one for one in offers.of_requests(tx.connection, [offer.request_id]) if not one.was_mistaken]
        same = [one for one in instead if one.responder_id == offer.responder_id]
        if same:
            return same[-1], same[-1].fence
    return offer, found.fence


def _seen(tx: Transaction, offer: Offer, fence: int) -> OfferSeen:
    asked = Delivery(
        id=offer.id,
        request_id=offer.request_id,
        offer_id=offer.id,
        recipient="responder",
        kind=MessageKind.OFFER,
        occasion=1,
        channel=CHANNEL,
        state=DeliveryState.SENT,
        attempt=0,
        unknowns=0,
        fence=0,
        next_at=offer.offered_at,
        sent_at=None,
    )
    (letter,) = read_letters(tx, [asked])
    return OfferSeen(
        number=letter.request.number,
        need=need_of(letter.service, letter.language, told=False),
        place=where_of(letter),
        when=when_of(letter, tx.now),
        minutes=letter.service.minutes,
        terms=terms_of(is_paid=letter.responder is not None and letter.responder.is_paid),
        code=offer.code,
        standing=_standing(tx, offer, fence, letter.request.state),
        language=letter.language,
    )


def _standing(tx: Transaction, offer: Offer, fence: int, state: RequestState) -> Standing:
    match offer.state:
        case OfferState.OFFERED:
            if offer.fence != fence:
                return Standing.OVER
            return Standing.OPEN if tx.now < offer.deadline_at else Standing.EXPIRED
        case OfferState.ACCEPTED | OfferState.DOING | OfferState.DONE:
            return Standing.ACCEPTED
        case OfferState.DECLINED:
            return Standing.DECLINED
        case OfferState.EXPIRED if state not in _HELPED | FINISHED:
            return Standing.EXPIRED
        case OfferState.EXPIRED | OfferState.WITHDRAWN if state in _HELPED:
            return Standing.TAKEN
        case _:
            return Standing.OVER
