"""The short link that the message of an offer carries, where the community has said where phones reach us."""

from __future__ import annotations

from dataclasses import replace

from dispatch.desk.delivery.letters import Letter
from dispatch.desk.delivery.wording import ONE_SMS
from dispatch.desk.link_key import Links
from dispatch.model.message import Message, MessageKind
from dispatch.store import links as kept_links
from dispatch.store.engine import Transaction


def with_link(tx: Transaction, links: Links | None, letter: Letter, message: Message) -> Message:
    """Let the message of an offer carry its link: in ``params["link"]``, and in the text where both fit into one SMS.

    Every copy of the message, on whatever channel, carries the same.
    """
    offer = letter.offer
    if links is None or offer is None or letter.kind is not MessageKind.OFFER:
        return message
    one = kept_links.Link(
        responder_id=offer.responder_id, offer_id=offer.id, fence=offer.fence, until=offer.deadline_at
    )
    if not kept_links.keep(tx.connection, links.offer_token(offer.id, offer.fence), one, tx.now):
        # Made with another secret: two links for one offer would be one too many, and the code is enough.
        return message
    url = links.offer_url(offer.id, offer.fence)
    text = f"{message.text} {url}"
    room = ONE_SMS - len(f"【{letter.community.name_zh}】")
    return replace(
        message, text=text if len(text) <= room else message.text, params={**message.params, "link": url}
    )
