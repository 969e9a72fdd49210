"""What is known of how people answer: read beside the snapshot, for whoever is asked by message."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from dispatch.clock import on_the_wall
from dispatch.desk.moves import channel_for
from dispatch.i18n import Sentence, sentence
from dispatch.model.responder import Responder
from dispatch.model.rules import OWN_CHOICE, Rules
from dispatch.store import community as towns
from dispatch.store import past_offers
from dispatch.store.engine import Transaction
from dispatch.store.outbox import PHONE_LIST
from dispatch.store.past_offers import LatelyAsked

if TYPE_CHECKING:
    from dispatch.policy.acceptance import Acceptance
    from dispatch.policy.reply_times import ReplyTimes

BY_HAND: Final = frozenset({PHONE_LIST, "console"})
"""Channels behind which a person sits who hears each answer before asking the next: nobody else is asked meanwhile."""

WEEK: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """How people answer, as far as is known.

    Args:
        hour: Of the day on the community's wall.
        messaged: The responders who are asked by message, by id, and their channel.
        lately: Who was asked within a week.
        coming: By the id of a service, how many requests for it come in a day.
    """

    acceptance: Acceptance
    times: ReplyTimes
    hour: int
    messaged: Mapping[str, str]
    lately: Mapping[str, LatelyAsked]
    coming: Mapping[str, float]


def read_outlook(tx: Transaction, rules: Rules, responder_ids: Iterable[str]) -> Outlook | None:
    """Read how people answer; none where the matcher's choice is asked as it is, since nobody is asked by message."""
    channels = channel_for(tx, rules, list(responder_ids))
    messaged = {one: channel for one, channel in channels.items() if channel not in BY_HAND}
    if not messaged and rules.policy not in OWN_CHOICE:
        return None
    # They bring NumPy, which an office that works on paper never needs in this process.
    from dispatch.policy.acceptance import Asked
    from dispatch.policy.acceptance import learned as chances
    from dispatch.policy.reply_times import learned as times

    zone = towns.community_of(tx.connection, tx.community).zone
    past = past_offers.past_offers(tx.connection, tx.community, tx.now - timedelta(days=rules.answer_days))
    days = max(1, rules.load_days)
    counted = past_offers.requests_by_service(tx.connection, tx.community, tx.now - timedelta(days=days))
    return Outlook(
        acceptance=chances(
            Asked(one.responder_id, one.kind, one.service, on_the_wall(one.offered_at, zone).hour, one.said_yes)
            for one in past
        ),
        times=times(one.minutes for one in past if one.minutes is not None and one.responder_id in messaged),
        hour=on_the_wall(tx.now, zone).hour,
        messaged=messaged,
        lately=past_offers.lately_asked(tx.connection, tx.community, tx.now - WEEK),
        coming={service: count / days for service, count in counted.items()},
    )


def how_likely(tx: Transaction, rules: Rules, service: str, one: Responder) -> tuple[Sentence, ...]:
    """Say how likely somebody says yes, and what that rests on: it tells how many are asked, and nothing else.

    Args:
        service: Code of what they are asked for.

    Returns:
        Nothing of whoever is rung up: there the next is asked when an answer is heard, however likely it was.
    """
    if channel_for(tx, rules, [one.id])[one.id] in BY_HAND:
        return ()
    from dispatch.policy.acceptance import Asked, learned

    zone = towns.community_of(tx.connection, tx.community).zone
    past = past_offers.past_offers(tx.connection, tx.community, tx.now - timedelta(days=rules.answer_days))
    known = learned(
        Asked(each.responder_id, each.kind, each.service, on_the_wall(each.offered_at, zone).hour, each.said_yes)
        for each in past
    )
    own = [each.said_yes for each in past if each.responder_id == one.id]
    chance = known.of(one.id, one.kind.value, service, on_the_wall(tx.now, zone).hour)
    said = sentence(
        "of 100 such offers {code} would say yes to about {percent}:"
        " asked {times} times in {days} days, {yes} times yes",
        code=one.code,
        percent=round(100 * chance),
        times=len(own),
        days=rules.answer_days,
        yes=sum(own),
    )
    return (said,)
