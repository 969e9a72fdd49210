"""The channel that posts signed events."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime

import pytest

from dispatch.errors import Misconfigured
from dispatch.model.message import MessageKind, Outcome
from dispatch.plugins.manager import load
from dispatch.plugins.webhook import Webhook, signatures
from dispatch.testing import FICTIONAL_PHONE, a_message, check_channel
from tests.plugins.far_side import FarSide

SECRET = "whsec_" + base64.b64encode(b"n" * 32).decode()
OLD_SECRET = "whsec_" + base64.b64encode(b"o" * 32).decode()


def _webhook(server: FarSide, **more: object) -> Webhook:
    given = {"url": f"{server.url}/messages", "secret": SECRET, "plain_http": True, "allow_private": ["127.0.0.1"]}
    return Webhook({**given, **more})


def test_the_webhook_keeps_the_channel_promise() -> None:
    """Each message arrives once, whatever is in it and however many threads send."""
    with FarSide() as server:
        check_channel(_webhook(server), good_address=FICTIONAL_PHONE, effects=lambda: len(server.letters))


def test_what_arrives_is_a_cloud_event() -> None:
    """The required attributes are there, the key is the id, and the subject is a number and nothing private."""
    with FarSide() as server:
        receipt = _webhook(server, source="urn:sandan:jinsong").send(a_message())
    [letter] = server.letters

    assert (receipt.outcome, receipt.note) == (Outcome.SENT, "HTTP 200")
    assert (letter.method, letter.path) == ("POST", "/messages")
    assert letter.headers["content-type"] == "application/cloudevents+json; charset=UTF-8"
    assert json.loads(letter.body) == {
        "specversion": "1.0",
        "id": a_message().key,
        "source": "urn:sandan:jinsong",
        "type": "cn.sandan.message.offer.v1",
        "subject": "12",
        "datacontenttype": "application/json",
        "data": {
            "key": a_message().key,
            "kind": "offer",
            "to": FICTIONAL_PHONE,
            "text": a_message().text,
            "language": "zh",
            "number": 12,
            "code": "3K",
            "template": "offer",
            "params": {"place": "8号楼", "service": "下水道"},
        },
    }


@pytest.mark.parametrize("kind", MessageKind)
def test_every_kind_of_message_has_a_type_of_its_own(kind: MessageKind) -> None:
    """A receiver picks by type, without looking into the data."""
    with FarSide() as server:
        _webhook(server).send(a_message(kind=kind))

    assert json.loads(server.letters[0].body)["type"] == f"cn.sandan.message.{kind.value}.v1"


def test_only_the_fields_that_the_section_names_are_handed_over() -> None:
    """What a receiver does not need does not leave, and the desk does not even hand it to the channel."""
    with FarSide() as server:
        channel = _webhook(server, fields=["code"])
        channel.send(a_message())
    event = json.loads(server.letters[0].body)

    assert sorted(event["data"]) == ["code", "key", "kind", "language", "template"]
    assert "subject" not in event
    assert channel.capabilities.reads == ("code",)


def test_the_signature_is_as_the_standard_says() -> None:
    """The example with which the libraries of Standard Webhooks test themselves comes out as theirs."""
    secret = base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")

    signed = signatures([secret], "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", b'{"test": 2432232314}')

    assert signed == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_each_key_signs_so_that_keys_can_be_changed_on_either_side_first() -> None:
    """While two keys are listed, a receiver that knows only the old or only the new one is content."""
    with FarSide() as server:
        _webhook(server, secret=f"{SECRET} {OLD_SECRET}").send(a_message())
    [letter] = server.letters
    said = letter.headers["webhook-signature"].split(" ")
    signed = f"{letter.headers['webhook-id']}.{letter.headers['webhook-timestamp']}.".encode() + letter.body

    assert letter.headers["webhook-id"] == a_message().key
    assert said == [
        "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode() for key in (b"n" * 32, b"o" * 32)
    ]


def test_the_signature_carries_the_moment_of_sending() -> None:
    """A receiver refuses what is older than a few minutes, so that nothing can be played back."""
    with FarSide() as server:
        _webhook(server).send(a_message())
    moment = datetime.fromtimestamp(int(server.letters[0].headers["webhook-timestamp"]), UTC)

    assert abs((datetime.now(UTC) - moment).total_seconds()) < 300


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (200, Outcome.SENT),
        (202, Outcome.SENT),
        (204, Outcome.SENT),
        (301, Outcome.GIVE_UP),
        (307, Outcome.GIVE_UP),
        (400, Outcome.GIVE_UP),
        (401, Outcome.GIVE_UP),
        (404, Outcome.GIVE_UP),
        (408, Outcome.TRY_LATER),
        (410, Outcome.GIVE_UP),
        (413, Outcome.GIVE_UP),
        (425, Outcome.TRY_LATER),
        (429, Outcome.TRY_LATER),
        (500, Outcome.TRY_LATER),
        (503, Outcome.TRY_LATER),
    ],
)
def test_the_answer_says_what_becomes_of_the_message(status: int, outcome: Outcome) -> None:
    """What may heal is tried again; a refusal and a redirect are not."""
    with FarSide() as server:
        server.statuses, server.said = [status], b""
        receipt = _webhook(server).send(a_message())

    assert receipt.outcome is outcome


def test_what_was_not_taken_is_posted_again_and_what_was_taken_is_not() -> None:
    """Only a message that the other side took is remembered as sent."""
    with FarSide() as server:
        server.statuses = [503, 200]
        channel = _webhook(server)
        outcomes = [channel.send(a_message()).outcome for _ in range(3)]
        known = channel.outcome_of(a_message().key)

    assert outcomes == [Outcome.TRY_LATER, Outcome.SENT, Outcome.SENT]
    assert len(server.letters) == 2
    assert known is not None and known.outcome is Outcome.SENT


def test_a_receiver_that_is_not_there_is_tried_later() -> None:
    """It may be started again."""
    with FarSide() as server:
        channel = _webhook(server)

    receipt = channel.send(a_message())

    assert (receipt.outcome, receipt.note) == (Outcome.TRY_LATER, "the other side cannot be reached")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"url": "http://hook.example.org/"}, "channels.webhook.url: this is no web address that may be called"),
        ({"url": "https://user@hook.example.org/"}, "channels.webhook.url: this is no web address that may be called"),
        ({"url": "https://192.168.3.9/"}, "channels.webhook.url: this host leads into a private network"),
        ({"hosts": ["other.example.org"]}, "channels.webhook.url: this host is not on the list of hosts"),
        ({"secret": "short"}, "channels.webhook.secret: is no key that begins with whsec_"),
        ({"secret": "whsec_c2hvcnQ="}, "channels.webhook.secret: is no key that begins with whsec_"),
        ({"secret": f"{SECRET} whsec_%%"}, "channels.webhook.secret: is no key that begins with whsec_"),
        ({"secret": "  "}, "channels.webhook.secret: is no key that begins with whsec_"),
        ({"allow_private": ["office"]}, "channels.webhook.allow_private: is no network such as 192.168.3.0/24"),
        ({"ca_file": "nowhere.pem"}, "channels.webhook.ca_file: is no file of certificates"),
        ({"fields": ["phone"]}, "channels.webhook.fields: is none of to, text, params, code, number"),
    ],
)
def test_a_wrong_option_is_told_when_the_channel_is_opened(options: dict[str, object], said: str) -> None:
    """Nobody finds out from silence, and the key is not repeated."""
    with pytest.raises(Misconfigured) as told:
        Webhook({"url": "https://hook.example.org/", "secret": SECRET, **options})

    assert str(told.value) == said


def test_an_office_on_a_local_network_names_its_network() -> None:
    """A receiver beside the desk is called once its network is allowed."""
    channel = Webhook({"url": "https://192.168.3.9/", "secret": SECRET, "allow_private": ["192.168.3.0/24"]})

    assert channel.capabilities.reaches_real_people


def test_a_new_key_opens_the_channel() -> None:
    """What the command prints is a section that works, and no two are alike."""
    made = Webhook.new_keys()

    Webhook({"url": "https://hook.example.org/", **made})

    assert made != Webhook.new_keys()


def test_the_webhook_is_among_the_channels() -> None:
    """Whoever writes its section can use it."""
    channel = load(installed=False).channels()["webhook"]({"url": "https://hook.example.org/", "secret": SECRET})

    assert not channel.capabilities.needs_phone
