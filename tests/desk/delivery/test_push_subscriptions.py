"""A phone's subscription, from the message that it gets to the day on which it has expired."""

from __future__ import annotations

import base64
import json
from typing import Any

from dispatch.desk.delivery.outbox_out import Delivered, deliver
from dispatch.desk.roster import Change, addresses_of, edit_responder
from dispatch.model.message import MessageKind
from dispatch.model.rules import Rules
from dispatch.plugins.web_push import WebPush, application_server_key
from dispatch.store import outbox, people
from dispatch.store.outbox import Outgoing
from tests.plugins.far_side import FarSide

KEY = WebPush.new_keys()["private_key"]


def _ask(desk: Any, code: str) -> None:
    offer_id = desk.street.offer(request_id := desk.street.request(), desk.street.responder(code, phone=""))
    one = Outgoing(
        request_id=request_id, offer_id=offer_id, recipient="responder", kind=MessageKind.OFFER, channel="web-push"
    )
    desk.street.database.write(lambda tx: outbox.enqueue(tx.connection, tx.now, [one]))


def _subscribe(desk: Any, code: str, endpoint: str) -> None:
    keys = {"p256dh": application_server_key(KEY), "auth": base64.urlsafe_b64encode(b"a" * 16).decode()}
    address = json.dumps({"endpoint": endpoint, "expirationTime": None, "keys": keys})
    desk.do(edit_responder, code, Change(addresses={"web-push": address}))


def _is_subscribed(desk: Any, code: str) -> bool:
    return "web-push" in desk.look(lambda tx: addresses_of(tx, desk.actor, people.with_code(tx.connection, "street", code)))


def test_an_expired_subscription_is_dropped_and_the_message_goes_on(desk: Any) -> None:
    """Who is still subscribed is told; for who is no more the phone list is tried, and they have no phone here."""
    with FarSide() as service:
        service.statuses = [201, 410]
        for code in ("V1", "V2"):
            _ask(desk, code)
            _subscribe(desk, code, f"{service.url}/{code}")
        here = {"hosts": [f"127.0.0.1:{service.server_port}"], "plain_http": True, "allow_private": ["127.0.0.1"]}
        channel = WebPush({"private_key": KEY, "contact": "mailto:desk@example.org", **here})

        delivered = deliver(desk.street.database, desk.actor, Rules(), {"web-push": channel})
    reached, lost = (letter.path.strip("/") for letter in service.letters)

    assert delivered == Delivered(sent=1, gave_up=2)
    assert {reached, lost} == {"V1", "V2"}
    assert (_is_subscribed(desk, reached), _is_subscribed(desk, lost)) == (True, False)
