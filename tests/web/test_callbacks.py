"""Providers call back: what they bring is stored before they hear that all is well."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from dispatch.errors import Unavailable
from dispatch.model.arrival import Arrived, Callback, CallbackAnswer, Incoming, Report
from dispatch.model.message import Capabilities, Message, Outcome, Receipt
from dispatch.plugins.guarded import Guarded
from dispatch.store.tables import inbound
from tests.desk.conftest import Desk
from tests.web.conftest import Caller

PHONE = "+9991381112222"
SECRET = "s3cret"


class Gateway:
    """A channel whose provider calls with a secret, an id and an answer."""

    capabilities = Capabilities(reaches_real_people=False, is_two_way=True)

    def __init__(self) -> None:
        self.calls: list[Callback] = []
        self.gives: Any = None

    def send(self, message: Message) -> Receipt:
        """Take anything."""
        return Receipt(outcome=Outcome.SENT)

    def called_back(self, call: Callback) -> CallbackAnswer:
        """Read the call, if it is the provider's."""
        self.calls.append(call)
        if isinstance(self.gives, Exception):
            raise self.gives
        if call.headers.get("x-secret") != SECRET:
            return CallbackAnswer(status=403, arrivals=(Incoming(sender=PHONE, text="1", message_id="forged"),))
        arrival = Incoming(sender=PHONE, text=call.body.decode(), message_id=call.query["id"])
        return CallbackAnswer(body='{"code":0}', content_type="application/json", arrivals=(arrival,))


@pytest.fixture
def gateway() -> Gateway:
    """The channel behind the server."""
    return Gateway()


@pytest.fixture
def call(desk: Desk, gateway: Gateway, listening: Callable[..., Caller]) -> Caller:
    """A server with one channel that is called back and one that is not; V1 is asked for request 1."""

    class Mute:
        capabilities = Gateway.capabilities

        def send(self, message: Message) -> Receipt:
            return Receipt(outcome=Outcome.SENT)

    desk.street.offer(desk.street.request(), desk.street.responder("V1", phone=PHONE))
    return listening(channels={"sms": Guarded("sms", gateway), "mute": Guarded("mute", Mute())})


def test_an_answer_that_the_provider_brings_is_stored_and_then_acknowledged(desk: Desk, call: Caller) -> None:
    """The provider hears its own words for "taken", and the offer is accepted."""
    answer = call("POST", "/channels/sms/reply/new?id=7&id=8", "1 1001", {"X-Secret": SECRET})

    assert (answer.status, answer.body, answer.headers["content-type"]) == (200, '{"code":0}', "application/json")
    assert desk.offers(1) == [("V1", "accepted")]
    (row,) = desk.look(lambda tx: tx.connection.execute(inbound.select()).all())
    assert (row.channel, row.provider_msg_id) == ("sms", "8")


def test_the_channel_sees_the_whole_call(call: Caller, gateway: Gateway) -> None:
    """Method, what follows its address, what was asked, headers in lower case, and every byte."""
    call("PUT", "/channels/sms/a/b?id=7&x=%E5%A5%BD", b"\x00\xff".decode("latin-1").encode(), {"X-Secret": SECRET})
    call("GET", "/channels/sms?id=8", headers={"X-Secret": SECRET})

    first, second = gateway.calls
    assert (first.method, first.path, first.query) == ("PUT", "/a/b", {"id": "7", "x": "好"})
    assert (first.headers["x-secret"], first.body) == (SECRET, "\x00\xff".encode())
    assert (second.method, second.path, second.body) == ("GET", "", b"")


def test_the_same_call_twice_has_one_effect(desk: Desk, call: Caller) -> None:
    """Providers call again when they did not hear us; both times they hear that all is well."""
    answers = [call("POST", "/channels/sms?id=7", "1 1001", {"X-Secret": SECRET}) for _ in range(2)]

    assert [one.status for one in answers] == [200, 200]
    assert len(desk.look(lambda tx: tx.connection.execute(inbound.select()).all())) == 1


def test_what_is_not_the_provider_s_brings_nothing(desk: Desk, call: Caller) -> None:
    """The channel says so, and what it read is not taken in."""
    assert call("POST", "/channels/sms?id=7", "1 1001").status == 403
    assert desk.offers(1) == [("V1", "offered")]
    assert desk.look(lambda tx: tx.connection.execute(inbound.select()).all()) == []


@pytest.mark.parametrize("path", ["/channels/nobody", "/channels/mute", "/channels/mute/x", "/channels/", "/channels"])
def test_a_channel_that_is_not_called_is_not_found(call: Caller, path: str) -> None:
    """Whether it is not there or takes no calls makes no difference."""
    assert call("POST", path, "x").status == 404


def test_a_channel_that_breaks_is_called_again(call: Caller, gateway: Gateway) -> None:
    """The provider keeps what it has and comes back."""
    gateway.gives = RuntimeError()

    answer = call("POST", "/channels/sms", "x")

    assert (answer.status, answer.headers["retry-after"]) == (503, "30")


def test_nothing_is_acknowledged_that_is_not_stored(
    desk: Desk, call: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the database does not answer, the provider calls again, and then it counts."""

    def busy(*_: object) -> None:
        raise Unavailable("the database is busy")

    with monkeypatch.context() as patched:
        patched.setattr(type(desk.street.database), "write", busy)
        assert call("POST", "/channels/sms?id=7", "1 1001", {"X-Secret": SECRET}).status == 503

    assert call("POST", "/channels/sms?id=7", "1 1001", {"X-Secret": SECRET}).status == 200
    assert desk.offers(1) == [("V1", "accepted")]


def test_a_call_too_large_never_reaches_the_channel(call: Caller, gateway: Gateway) -> None:
    """A million bytes are the most."""
    assert call("POST", "/channels/sms", "x" * 1_000_001, {"X-Secret": SECRET}).status == 413
    assert gateway.calls == []


def test_a_report_comes_the_same_way(desk: Desk, call: Caller, gateway: Gateway) -> None:
    """Whether a message arrived is stored like an answer."""
    from dispatch.store.tables import delivery_report

    report = Report(outcome=Arrived.ARRIVED, reference="r1")
    gateway.called_back = lambda _call: CallbackAnswer(arrivals=(report,))  # type: ignore[method-assign]

    assert call("POST", "/channels/sms", "x").status == 200
    (row,) = desk.look(lambda tx: tx.connection.execute(delivery_report.select()).all())
    assert (row.channel, row.reference, row.outcome) == ("sms", "r1", "arrived")


def test_a_reply_that_aliyun_pushes_accepts_the_offer(desk: Desk, listening: Callable[..., Caller]) -> None:
    """Our own channel behind the server: its secret in the address, its form of an answer, and once however often."""
    import json

    from dispatch.plugins.sms_aliyun import AliyunSms

    token = "t0ken-of-the-callback"
    options = {"key_id": "k", "key_secret": "s", "sign_name": "劲松社区", "templates": {"offer": "SMS_1"}}
    channel = Guarded("sms-aliyun", AliyunSms({**options, "callback_token": token}))
    desk.street.offer(desk.street.request(), desk.street.responder("V1", phone=PHONE))
    call = listening(channels={"sms-aliyun": channel})
    reply = {"phone_number": PHONE, "content": "接 1001 半小时后到", "sequence_id": 7, "send_time": "", "sign_name": ""}

    forged = call("POST", "/channels/sms-aliyun/guessed-guessed-guessed", json.dumps([reply]))
    answers = [call("POST", f"/channels/sms-aliyun/{token}", json.dumps([reply])) for _ in range(2)]

    assert forged.status == 403
    assert [(one.status, json.loads(one.body)["code"]) for one in answers] == [(200, 0), (200, 0)]
    assert desk.offers(1) == [("V1", "accepted")]
