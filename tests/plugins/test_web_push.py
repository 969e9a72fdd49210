"""The channel to people's browsers, against a push service that decrypts what comes."""

import base64
import json
import socket
import subprocess
import sys
import urllib.parse
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from dispatch.errors import Misconfigured
from dispatch.model.message import MessageKind, Outcome, Receipt
from dispatch.plugins import web_push
from dispatch.plugins.manager import load
from dispatch.plugins.web_push import PUSH_SERVICES, WebPush, application_server_key, topic_of
from dispatch.testing import a_message, check_channel
from tests.plugins.far_side import FarSide

KEY = WebPush.new_keys()["private_key"]
CONTACT = "mailto:desk@example.org"


@dataclass(frozen=True)
class Subscription:
    """A browser that has subscribed: its address, and the name by which the service shows what came."""

    address: str
    name: str


@dataclass(frozen=True)
class PushService:
    """A push service on this machine, by an author who has nothing to do with our libraries."""

    port: int

    def subscribe(self, key: str = KEY) -> Subscription:
        """Let a browser subscribe, with a page's public key."""
        said = {"userVisibleOnly": "true", "applicationServerKey": application_server_key(key)}
        data = self.ask("subscribe", said)["data"]
        keys = {name: _unpadded(data["keys"][name]) for name in ("p256dh", "auth")}
        address = json.dumps({"endpoint": data["endpoint"], "expirationTime": None, "keys": keys})
        return Subscription(address, data["clientHash"])

    def shown(self, one: Subscription) -> list[Any]:
        """Return what the browser was shown."""
        messages = self.ask("get-notifications", {"clientHash": one.name})["data"]["messages"]
        return [json.loads(message) for message in messages]

    def expire(self, one: Subscription) -> None:
        """Let the subscription end."""
        self.ask(f"expire-subscription/{one.name}", {})

    def ask(self, path: str, said: dict[str, str]) -> Any:
        """Ask the service something that is none of the standard's."""
        letter = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/{path}",
            urllib.parse.urlencode(said).encode(),
            {"Content-Type": "application/x-www-form-urlencoded"},
        )
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(letter, timeout=30) as answer:
            text = answer.read().decode()
        return json.loads(text) if text.startswith("{") else text


def _unpadded(text: str) -> str:
    return text.translate(str.maketrans("+/", "-_")).rstrip("=")


@pytest.fixture(scope="module")
def service(node: Path) -> Iterator[PushService]:
    """Run the push service."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    script = node / "node_modules" / "web-push-testing" / "src" / "bin" / "server.js"
    process = subprocess.Popen(
        ["node", str(script), str(port)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, encoding="utf-8"
    )
    assert process.stdout is not None
    try:
        assert "running" in process.stdout.readline()
        yield PushService(port)
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def _channel(port: int, key: str = KEY, **more: object) -> WebPush:
    hosts = [f"localhost:{port}", f"127.0.0.1:{port}"]
    here = {"hosts": hosts, "plain_http": True, "allow_private": ["127.0.0.0/8", "::1"]}
    return WebPush({"private_key": key, "contact": CONTACT, **here, **more})


def test_web_push_keeps_the_channel_promise(service: PushService) -> None:
    """Each message is shown once, whatever is in it and however many threads send."""
    one = service.subscribe()

    check_channel(
        _channel(service.port), good_address=one.address, effects=lambda: len(service.shown(one))
    )


def test_a_message_is_shown_as_it_was_written(service: PushService) -> None:
    """The browser decrypts the Chinese text, the number, the code to answer with and the link."""
    one = service.subscribe()
    message = a_message(to=one.address, params={"link": "https://desk.example.org/o/3K"})

    receipt = _channel(service.port).send(message)

    assert receipt == Receipt(outcome=Outcome.SENT, note="HTTP 201")
    assert service.shown(one) == [
        {
            "title": "12号单",
            "text": message.text,
            "number": 12,
            "code": "3K",
            "link": "https://desk.example.org/o/3K",
        }
    ]


def test_a_message_about_no_request_names_none(service: PushService) -> None:
    """Such as the one with which an office tries the channel."""
    one = service.subscribe()

    _channel(service.port).send(a_message(to=one.address, number=0))

    assert service.shown(one)[0]["title"] == "三单 Sandan"


def test_an_expired_subscription_is_given_up_and_forgotten(service: PushService) -> None:
    """The address will never work again, and the receipt says so."""
    one = service.subscribe()
    service.expire(one)

    receipt = _channel(service.port).send(a_message(to=one.address))

    assert (receipt.outcome, receipt.address_is_gone) == (Outcome.GIVE_UP, True)
    assert receipt.note == "the push subscription has expired"


def test_another_desks_key_is_refused(service: PushService) -> None:
    """Who has stolen a subscription cannot send to it: the service checks the key that it was made with."""
    one = service.subscribe()

    receipt = _channel(service.port, WebPush.new_keys()["private_key"]).send(a_message(to=one.address))

    assert (receipt.outcome, receipt.address_is_gone) == (Outcome.GIVE_UP, False)
    assert service.shown(one) == []


def _subscription(endpoint: str, **keys: object) -> str:
    # A point on the curve and sixteen bytes: keys as a browser makes them.
    good = {"p256dh": application_server_key(KEY), "auth": base64.urlsafe_b64encode(b"a" * 16).decode().rstrip("=")}
    return json.dumps({"endpoint": endpoint, "keys": {**good, **keys}})


@pytest.mark.parametrize(
    "address",
    [
        "",
        "这不是订阅",
        "+9991380000001",
        "null",
        "[]",
        "{}",
        '"text"',
        "[" * 5000,
        json.dumps({"endpoint": "https://fcm.googleapis.com/x"}),
        json.dumps({"endpoint": "https://fcm.googleapis.com/x", "keys": None}),
        json.dumps({"endpoint": "https://fcm.googleapis.com/x", "keys": {"p256dh": "BAAA"}}),
        _subscription("https://fcm.googleapis.com/x", p256dh="BAAA"),
        _subscription("https://fcm.googleapis.com/x", p256dh="B" * 87),
        _subscription("https://fcm.googleapis.com/x", p256dh="…"),
        _subscription("https://fcm.googleapis.com/x", p256dh=""),
        _subscription("https://fcm.googleapis.com/x", p256dh=7),
        _subscription("https://fcm.googleapis.com/x", auth=""),
        _subscription("https://fcm.googleapis.com/x", auth=["a"]),
    ],
)
def test_what_is_no_subscription_is_given_up(address: str) -> None:
    """Whatever somebody sent in its place; no service is asked, and no exception comes of it."""
    receipt = WebPush({"private_key": KEY, "contact": CONTACT}).send(a_message(to=address))

    assert receipt == Receipt(outcome=Outcome.GIVE_UP, note="this is no push subscription")


@pytest.mark.parametrize(
    ("endpoint", "note"),
    [
        ("https://127.0.0.1/x", "this host is not on the list of hosts"),
        ("https://169.254.169.254/latest/meta-data/", "this host is not on the list of hosts"),
        ("https://evil.example.org/fcm.googleapis.com", "this host is not on the list of hosts"),
        ("https://fcm.googleapis.com.evil.example.org/x", "this host is not on the list of hosts"),
        ("https://fcm.googleapis.com:22/x", "this host is not on the list of hosts"),
        ("https://push.apple.com.evil.example.org/x", "this host is not on the list of hosts"),
        ("http://fcm.googleapis.com/x", "this is no web address that may be called"),
        ("https://fcm.googleapis.com@127.0.0.1/x", "this is no web address that may be called"),
        ("file:///etc/passwd", "this is no web address that may be called"),
        ("", "this is no web address that may be called"),
    ],
)
def test_a_subscription_leads_nowhere_but_to_a_push_service(endpoint: str, note: str) -> None:
    """Whoever subscribes chooses the endpoint, and must not be able to make the desk call anything else."""
    receipt = WebPush({"private_key": KEY, "contact": CONTACT}).send(a_message(to=_subscription(endpoint)))

    assert receipt == Receipt(outcome=Outcome.GIVE_UP, note=note)


def test_the_services_of_common_browsers_are_allowed() -> None:
    """Chrome's, Firefox's, Edge's and Safari's, without a line in the settings."""
    from dispatch.plugins.outside.destinations import read

    known = [
        "https://fcm.googleapis.com/fcm/send/abc:def-_",
        "https://updates.push.services.mozilla.com/wpush/v2/gAAA",
        "https://wns2-par02p.notify.windows.com/w/?token=BQY%3d",
        "https://web.push.apple.com/QK9a",
    ]

    assert all(read(one).is_among(PUSH_SERVICES) for one in known)


@pytest.mark.parametrize(
    ("status", "outcome", "is_gone"),
    [
        (200, Outcome.SENT, False),
        (201, Outcome.SENT, False),
        (202, Outcome.SENT, False),
        (302, Outcome.GIVE_UP, False),
        (400, Outcome.GIVE_UP, False),
        (403, Outcome.GIVE_UP, False),
        (404, Outcome.GIVE_UP, True),
        (410, Outcome.GIVE_UP, True),
        (413, Outcome.GIVE_UP, False),
        (429, Outcome.TRY_LATER, False),
        (500, Outcome.TRY_LATER, False),
        (503, Outcome.TRY_LATER, False),
    ],
)
def test_the_services_answer_says_what_becomes_of_the_message(status: int, outcome: Outcome, is_gone: bool) -> None:
    """Only what is gone for good is forgotten."""
    with FarSide() as server:
        server.statuses = [status]
        receipt = _channel(server.server_port).send(a_message(to=_subscription(f"{server.url}/x")))

    assert (receipt.outcome, receipt.address_is_gone) == (outcome, is_gone)


def test_the_headers_are_those_of_the_standard() -> None:
    """Copies share a topic of at most 32 characters, an offer is urgent, and the token names whom to write to."""
    with FarSide() as server:
        address = _subscription(f"{server.url}/x")
        _channel(server.server_port, ttl=1800).send(a_message(to=address))
        _channel(server.server_port).send(a_message(to=address, kind=MessageKind.DONE))
    offer, done = (letter.headers for letter in server.letters)
    scheme, _, token = offer["authorization"].partition(" t=")
    claims = json.loads(base64.urlsafe_b64decode(token.split(",")[0].split(".")[1] + "=="))

    assert (offer["urgency"], done["urgency"], offer["ttl"], done["ttl"]) == ("high", "normal", "1800", "3600")
    assert offer["topic"] == done["topic"] == topic_of(a_message().key)
    assert len(offer["topic"]) == 32
    assert (offer["content-type"], offer["content-encoding"]) == ("application/octet-stream", "aes128gcm")
    assert (scheme, claims["aud"], claims["sub"]) == ("vapid", server.url, CONTACT)
    assert a_message().text.encode() not in server.letters[0].body


def test_a_text_that_fits_into_no_push_message_is_given_up() -> None:
    """No service is bothered with it."""
    message = a_message(to=_subscription("https://fcm.googleapis.com/x"), text="长" * 1400)

    receipt = WebPush({"private_key": KEY, "contact": CONTACT}).send(message)

    assert receipt == Receipt(outcome=Outcome.GIVE_UP, note="the text is too long")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"private_key": "short"}, "channels.web-push.private_key: is no private key (VAPID) of 43 characters"),
        ({"private_key": "私" * 43}, "channels.web-push.private_key: is no private key (VAPID) of 43 characters"),
        ({"allow_private": ["here"]}, "channels.web-push.allow_private: is no network such as 192.168.3.0/24"),
        (
            {"contact": "desk"},
            "channels.web-push.contact (whom a push service may write to): is not as it must be",
        ),
    ],
)
def test_a_wrong_option_is_told_when_the_channel_is_opened(options: dict[str, object], said: str) -> None:
    """And the key is not repeated."""
    with pytest.raises(Misconfigured) as told:
        WebPush({"private_key": KEY, "contact": CONTACT, **options})

    assert str(told.value) == said


def test_without_the_extra_the_way_to_install_it_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether a channel is opened or a key is made."""
    monkeypatch.setattr(web_push, "find_spec", lambda name: None)
    told = []
    for ask in (lambda: WebPush({"private_key": KEY, "contact": CONTACT}), WebPush.new_keys):
        with pytest.raises(Misconfigured) as fault:
            ask()
        told.append(fault.value.hint)

    assert told == ['install it: pip install "sandan[push]"'] * 2


def test_web_push_is_among_the_channels() -> None:
    """It needs an address of its own, and no phone."""
    channel = load(installed=False).channels()["web-push"]({"private_key": KEY, "contact": CONTACT})

    assert channel.capabilities.needs_address
    assert not channel.capabilities.needs_phone


def test_opening_loads_no_heavy_library() -> None:
    """A command that only looks at the channels does not wait for the library that encrypts."""
    code = (
        "import sys; from dispatch.plugins.web_push import WebPush; "
        f"WebPush({{'private_key': {KEY!r}, 'contact': {CONTACT!r}}}); "
        "assert not {'pywebpush', 'aiohttp', 'requests', 'cryptography'} & set(sys.modules)"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=False)

    assert done.returncode == 0, done.stderr
