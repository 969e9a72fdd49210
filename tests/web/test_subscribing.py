"""A phone subscribes to somebody's messages: by a link made for them, and by nothing else."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from dispatch.desk.links import new_subscribe_link
from dispatch.desk.roster import addresses_of
from dispatch.store import people
from tests.desk.conftest import Desk
from tests.web.conftest import LINKS, Caller

KEY = "B" * 87
FROM_PAGE = {"Content-Type": "application/json", "Sec-Fetch-Site": "same-origin"}
SUBSCRIPTION: dict[str, Any] = {
    "endpoint": "https://fcm.googleapis.com/fcm/send/abc:def",
    "expirationTime": None,
    "keys": {"p256dh": "B" * 87, "auth": "a" * 22},
}
KEPT = json.dumps({"endpoint": SUBSCRIPTION["endpoint"], "keys": SUBSCRIPTION["keys"]})


def link_for(desk: Desk, code: str = "V1") -> str:
    """The path of a new link for somebody."""
    url: str = desk.street.database.write(lambda tx: new_subscribe_link(tx, desk.actor, LINKS, code))
    return url.removeprefix(LINKS.public_url)


@pytest.fixture
def call(desk: Desk, listening: Callable[..., Caller]) -> Caller:
    """A server to which phones may subscribe; V1 speaks English."""
    desk.street.responder("V1", language="en")
    return listening(push_key=KEY)


def kept(desk: Desk) -> dict[str, str]:
    """The addresses of V1."""
    return desk.look(lambda tx: addresses_of(tx, desk.actor, people.with_code(tx.connection, "street", "V1")))


def test_a_phone_subscribes_and_is_reached_by_it(desk: Desk, call: Caller) -> None:
    """The page carries the key, the button hands in the subscription, and it is the person's address from then on."""
    path = link_for(desk)

    page = call("GET", path)
    done = call("POST", path, json.dumps(SUBSCRIPTION), FROM_PAGE)

    assert (page.status, done.status) == (200, 204)
    assert f'data-key="{KEY}"' in page.body
    assert kept(desk) == {"web-push": KEPT}
    assert desk.look(lambda tx: people.with_code(tx.connection, "street", "V1")).channel == "web-push"


def test_a_wish_for_another_channel_stays(desk: Desk, call: Caller) -> None:
    """Who has said how they wish to be reached is not asked twice."""
    desk.street.responder("V2", channel="sms")

    assert call("POST", link_for(desk, "V2"), json.dumps(SUBSCRIPTION), FROM_PAGE).status == 204
    assert desk.look(lambda tx: people.with_code(tx.connection, "street", "V2")).channel == "sms"


def test_looking_subscribes_nobody(desk: Desk, call: Caller) -> None:
    """Only the button does."""
    path = link_for(desk)
    before = desk.everything()

    call("GET", path)

    assert desk.everything() == before


def test_a_link_lasts_a_week_and_ends_with_the_next(desk: Desk, call: Caller) -> None:
    """One that lies about somewhere subscribes nobody later."""
    first, second = link_for(desk), link_for(desk)
    body = json.dumps(SUBSCRIPTION)
    assert [call("POST", first, body, FROM_PAGE).status, call("GET", first).status] == [404, 404]

    desk.street.database.clock.at += timedelta(days=8)  # type: ignore[attr-defined]
    assert call("POST", second, body, FROM_PAGE).status == 404
    assert kept(desk) == {}


@pytest.mark.parametrize(
    "change",
    [
        {"endpoint": "http://fcm.googleapis.com/x"},
        {"endpoint": "file:///etc/passwd"},
        {"endpoint": "https://user@127.0.0.1/x"},
        {"endpoint": f"https://a.example/{'x' * 3000}"},
        {"endpoint": 7},
        {"keys": {"p256dh": "B" * 87}},
        {"keys": {"p256dh": "B" * 10, "auth": "a" * 22}},
        {"keys": None},
    ],
)
def test_what_is_no_subscription_is_refused(desk: Desk, call: Caller, change: dict[str, Any]) -> None:
    """Nothing of it is kept."""
    body = json.dumps({**SUBSCRIPTION, **change})

    assert call("POST", link_for(desk), body, FROM_PAGE).status == 400
    assert kept(desk) == {}


@pytest.mark.parametrize("body", ["", "[]", "[" * 100_000, "null", "{", "\x00"])
def test_what_is_no_json_is_refused(desk: Desk, call: Caller, body: str) -> None:
    """However odd it is."""
    assert call("POST", link_for(desk), body, FROM_PAGE).status == 400


def test_another_page_cannot_subscribe_anybody(desk: Desk, call: Caller) -> None:
    """The browser says where the call came from."""
    headers = {**FROM_PAGE, "Sec-Fetch-Site": "cross-site"}

    assert call("POST", link_for(desk), json.dumps(SUBSCRIPTION), headers).status == 403


def test_the_link_of_an_offer_subscribes_nobody(desk: Desk, call: Caller) -> None:
    """Nor does one of these accept an offer."""
    path = link_for(desk)

    assert call("POST", path.replace("/push/", "/o/"), "answer=yes").status == 404
    assert call("GET", "/push/" + "A" * 20).status == 404


def test_where_there_is_no_such_channel_nobody_subscribes(desk: Desk, listening: Callable[..., Caller]) -> None:
    """The page is not there, and the address takes nothing."""
    desk.street.responder("V1")
    call = listening(push_key=None)
    path = link_for(desk)

    assert call("GET", path).status == 404
    assert call("POST", path, json.dumps(SUBSCRIPTION), FROM_PAGE).status == 404
    assert kept(desk) == {}


@pytest.mark.parametrize("path", ["/static/style.css", "/static/subscribe.js", "/static/manifest.json", "/worker.js"])
def test_what_the_pages_need_comes_from_here(call: Caller, path: str) -> None:
    """And nothing of it names another server."""
    answer = call("GET", path)

    assert answer.status == 200
    assert "://" not in answer.body
    assert call("GET", "/static/..%2fpages.py").status == 404
