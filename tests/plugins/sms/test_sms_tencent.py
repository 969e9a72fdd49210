"""The channel that sends text messages through Tencent Cloud, against a server that checks signatures with their SDK."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as some

from dispatch.errors import Misconfigured
from dispatch.model.arrival import Arrived, Callback, Incoming, Report
from dispatch.model.message import Message, Outcome
from dispatch.plugins.sms import posting
from dispatch.plugins.sms.tencent_signing import CONTENT_TYPE, authorization
from dispatch.plugins.sms_tencent import TencentSms
from dispatch.testing import check_channel

KEY, SECRET, TOKEN = "AKID-test", "s3cret-测试", "t0ken-of-the-callback"


def options(provider: Any, **changes: Any) -> dict[str, Any]:
    return {
        "key_id": KEY,
        "key_secret": SECRET,
        "app_id": "1400006666",
        "sign_name": "劲松社区",
        "templates": {"offer": "1234567"},
        "endpoint": provider.url,
        "callback_token": TOKEN,
        **changes,
    }


def as_their_sdk_signs(body: bytes, host: str, timestamp: str, secret: str = SECRET) -> str:
    """Return the header that Tencent's SDK makes of a body."""
    from tencentcloud.common.abstract_client import AbstractClient
    from tencentcloud.common.credential import Credential
    from tencentcloud.common.http.request import RequestInternal

    client = AbstractClient(Credential(KEY, "x"), "ap-guangzhou")
    request = RequestInternal(host, "POST", "/", data=body)
    request.header = {"Content-Type": CONTENT_TYPE, "Host": host, "X-TC-Timestamp": timestamp}
    day = datetime.fromtimestamp(int(timestamp), UTC).strftime("%Y-%m-%d")
    signature = client._get_tc3_signature({}, request, day, "sms", secret)
    scope = f"{KEY}/{day}/sms/tc3_request"
    return f"TC3-HMAC-SHA256 Credential={scope}, SignedHeaders=content-type;host, Signature={signature}"


def of_tencent(asked: Any) -> dict[str, Any]:
    """Answer as Tencent does: refuse what is not signed, take the rest."""
    good = as_their_sdk_signs(asked.body, asked.headers["host"], asked.headers["x-tc-timestamp"])
    if asked.headers["authorization"] != good:
        return {"Response": {"Error": {"Code": "AuthFailure.SignatureFailure", "Message": "x"}, "RequestId": "r"}}
    said = json.loads(asked.body)
    status = {"Code": "Ok", "SerialNo": "serial-1", "SessionContext": said.get("SessionContext", "")}
    return {"Response": {"SendStatusSet": [status], "RequestId": "r"}}


@pytest.fixture
def tencent(provider: Any) -> Any:
    """A provider that answers as Tencent does."""
    provider.good = of_tencent
    return provider


def test_an_offer_goes_out_as_its_approved_text(tencent: Any, offer: Callable[..., Message]) -> None:
    """Tencent numbers the gaps of a text: the values come in its order."""
    receipt = TencentSms(options(tencent)).send(offer())
    asked = tencent.asked[0]

    assert (receipt.outcome, receipt.reference) == (Outcome.SENT, "serial-1")
    assert json.loads(asked.body) == {
        "PhoneNumberSet": ["+9991380000001"],
        "SmsSdkAppId": "1400006666",
        "SignName": "劲松社区",
        "TemplateId": "1234567",
        "TemplateParamSet": ["12", "疏通下水", "8号楼，步行4分钟", "今天9:00-11:00", "45", "无偿", "4821"],
        "SessionContext": "k-1",
    }
    assert (asked.headers["x-tc-action"], asked.headers["x-tc-region"]) == ("SendSms", "ap-guangzhou")


def test_a_text_of_the_offices_own_says_in_which_order(tencent: Any, offer: Callable[..., Message]) -> None:
    """The names after the colon are the order of the gaps."""
    TencentSms(options(tencent, templates={"offer": "7: code, number, place"})).send(offer())

    assert json.loads(tencent.asked[0].body)["TemplateParamSet"] == ["4821", "12", "8号楼，步行4分钟"]


def test_their_own_sdk_sends_alike(tencent: Any, offer: Callable[..., Message]) -> None:
    """Tencent's SDK, sent to the same server, gives the same body and passes the same check."""
    from tencentcloud.common.credential import Credential
    from tencentcloud.common.profile.client_profile import ClientProfile
    from tencentcloud.common.profile.http_profile import HttpProfile
    from tencentcloud.sms.v20210111 import models
    from tencentcloud.sms.v20210111.sms_client import SmsClient

    TencentSms(options(tencent)).send(offer())
    profile = ClientProfile(httpProfile=HttpProfile(protocol="http", endpoint=urlsplit(tencent.url).netloc))
    request = models.SendSmsRequest()
    request.from_json_string(tencent.asked[0].body.decode())
    theirs = SmsClient(Credential(KEY, SECRET), "ap-guangzhou", profile).SendSms(request)
    ours, asked = tencent.asked

    assert theirs.SendStatusSet[0].Code == "Ok"
    assert json.loads(asked.body) == json.loads(ours.body)
    same = ("host", "content-type", "x-tc-action", "x-tc-version", "x-tc-region")
    assert {name: asked.headers[name] for name in same} == {name: ours.headers[name] for name in same}


@given(some.binary(max_size=60) | some.text(max_size=30).map(str.encode), some.integers(0, 4_000_000_000), some.text(max_size=20))
def test_any_body_is_signed_as_their_sdk_signs_it(body: bytes, timestamp: int, secret: str) -> None:
    """Byte for byte, whatever is in it and whenever it is sent."""
    at, host = datetime.fromtimestamp(timestamp, UTC), "sms.tencentcloudapi.com"

    ours = authorization(body, at, host=host, service="sms", key_id=KEY, key_secret=secret)

    assert ours == as_their_sdk_signs(body, host, str(timestamp), secret)


def test_the_channel_keeps_its_promise(tencent: Any) -> None:
    """A key goes out once, from any number of threads, and odd input ends in a receipt."""
    channel = TencentSms(options(tencent, templates={"offer": "1: number, service, place, code"}))

    check_channel(channel, good_address="+9991380000001", effects=lambda: len(tencent.asked))


def error(code: str) -> dict[str, Any]:
    return {"Response": {"Error": {"Code": code, "Message": "+9991380000001"}, "RequestId": "r"}}


def status(code: str) -> dict[str, Any]:
    return {"Response": {"SendStatusSet": [{"Code": code, "SerialNo": ""}], "RequestId": "r"}}


@pytest.mark.parametrize(
    ("http", "said", "outcome", "note"),
    [
        (200, status("LimitExceeded.PhoneNumberThirtySecondLimit"), Outcome.TRY_LATER, "LimitExceeded.PhoneNumberThirtySecondLimit"),
        (200, error("RequestLimitExceeded.UinLimitExceeded"), Outcome.TRY_LATER, "RequestLimitExceeded.UinLimitExceeded"),
        (503, b"", Outcome.TRY_LATER, "HTTP 503"),
        (200, status("LimitExceeded.PhoneNumberDailyLimit"), Outcome.GIVE_UP, "LimitExceeded.PhoneNumberDailyLimit"),
        (200, status("FailedOperation.TemplateIncorrectOrUnapproved"), Outcome.GIVE_UP, "FailedOperation.TemplateIncorrectOrUnapproved"),
        (200, status("FailedOperation.SignatureIncorrectOrUnapproved"), Outcome.GIVE_UP, "FailedOperation.SignatureIncorrectOrUnapproved"),
        (200, status("InvalidParameterValue.IncorrectPhoneNumber"), Outcome.GIVE_UP, "InvalidParameterValue.IncorrectPhoneNumber"),
        (200, status("FailedOperation.InsufficientBalanceInSmsPackage"), Outcome.GIVE_UP, "FailedOperation.InsufficientBalanceInSmsPackage"),
        (200, error("InternalError.Timeout"), Outcome.UNKNOWN, "InternalError.Timeout"),
        (200, {"Response": {"SendStatusSet": []}}, Outcome.UNKNOWN, "HTTP 200"),
        (200, {"Response": {"SendStatusSet": ["Ok"]}}, Outcome.UNKNOWN, "HTTP 200"),
        (200, {"Response": "Ok"}, Outcome.UNKNOWN, "HTTP 200"),
        (502, b"<html>", Outcome.UNKNOWN, "HTTP 502"),
        (403, b"<html>", Outcome.GIVE_UP, "HTTP 403"),
    ],
)
def test_what_tencent_says_ends_as_it_should(
    tencent: Any, offer: Callable[..., Message], http: int, said: object, outcome: Outcome, note: str
) -> None:
    """What heals is tried again, what does not goes to the next channel, and what nobody knows is said to be so."""
    tencent.answers = [(http, said)]

    receipt = TencentSms(options(tencent)).send(offer())

    assert (receipt.outcome, receipt.note) == (outcome, note)


def test_a_wrong_secret_is_seen_and_the_message_moves_on(tencent: Any, offer: Callable[..., Message]) -> None:
    """No retry helps against a wrong key; the code says what it is."""
    receipt = TencentSms(options(tencent, key_secret="wrong")).send(offer())

    assert (receipt.outcome, receipt.note) == (Outcome.GIVE_UP, "AuthFailure.SignatureFailure")


def test_a_provider_that_is_not_there_is_tried_later(provider: Any, offer: Callable[..., Message]) -> None:
    """Nothing was sent."""
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]

    receipt = TencentSms(options(provider, endpoint=f"http://127.0.0.1:{port}")).send(offer())

    assert (receipt.outcome, receipt.note) == (Outcome.TRY_LATER, "the provider cannot be reached")


def test_a_message_that_nobody_answered_is_asked_about(
    tencent: Any, offer: Callable[..., Message], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Tencent gives our key back, where that is switched on."""
    monkeypatch.setattr(posting, "SECONDS_TO_ANSWER", 0.2)
    states = [
        {"SessionContext": "k-0", "ReportStatus": "FAIL", "SerialNo": "s-0"},
        {"SessionContext": "k-1", "ReportStatus": "SUCCESS", "SerialNo": "s-1"},
    ]
    tencent.answers = [(200, "silence"), (200, {"Response": {"PullSmsSendStatusSet": states}})]
    channel = TencentSms(options(tencent))

    receipt = channel.send(offer())
    answer = channel.outcome_of("k-1")

    assert (receipt.outcome, receipt.note) == (Outcome.UNKNOWN, "there was no answer in time")
    assert answer is not None and (answer.outcome, answer.reference) == (Outcome.SENT, "s-1")


@pytest.mark.parametrize("said", [{"Response": {"PullSmsSendStatusSet": [{"SessionContext": ""}, 7]}}, {}, "broken"])
def test_what_tencent_does_not_know_is_not_made_up(
    tencent: Any, offer: Callable[..., Message], said: object
) -> None:
    """Without our key in it an entry may be any message to that phone."""
    tencent.answers = [(500, {}), (200, said)]
    channel = TencentSms(options(tencent))
    channel.send(offer())

    assert channel.outcome_of("k-1") is None


@pytest.mark.parametrize("changes", [{"app_id": "app"}, {"app_id": ""}, {"templates": {}}, {"region": "广州"}])
def test_a_wrong_setting_is_named(provider: Any, changes: Mapping[str, Any]) -> None:
    """Nobody finds out by a message that did not arrive."""
    with pytest.raises(Misconfigured, match=next(iter(changes))):
        TencentSms(options(provider, **changes))


# --- called back ------------------------------------------------------------------------------------------------------


def call(body: object, path: str = f"/{TOKEN}") -> Callback:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Callback(method="POST", path=path, body=content)


REPORT = {
    "user_receive_time": "2026-11-23 09:00:05",
    "nationcode": "86",
    "mobile": "99900000001",
    "report_status": "SUCCESS",
    "errmsg": "DELIVRD",
    "description": "用户短信送达成功",
    "sid": "serial-1",
}
REPLY = {
    "extend": "",
    "mobile": "1380000001",
    "nationcode": "999",
    "sign": "劲松社区",
    "text": "1 4821",
    "time": 1457336869,
}


def test_reports_are_read(provider: Any) -> None:
    """Many come at once, and the answer has Tencent's own form."""
    answer = TencentSms(options(provider)).called_back(
        call([REPORT, {**REPORT, "report_status": "FAIL", "errmsg": "关机", "sid": "serial-2"}])
    )

    assert answer.arrivals == (
        Report(outcome=Arrived.ARRIVED, reference="serial-1", note="DELIVRD"),
        Report(outcome=Arrived.FAILED, reference="serial-2"),
    )
    assert (answer.status, json.loads(answer.body)) == (200, {"result": 0, "errmsg": "OK"})


def test_a_reply_that_comes_twice_has_one_name(provider: Any) -> None:
    """Tencent names none: the same words from one phone in one second are one reply, others are another."""
    channel = TencentSms(options(provider))

    first, again, other = (
        channel.called_back(call(one)).arrivals[0] for one in (REPLY, REPLY, {**REPLY, "time": 1457336870})
    )

    assert isinstance(first, Incoming) and isinstance(other, Incoming)
    assert (first.sender, first.text) == ("+9991380000001", "1 4821")
    assert first == again and first.message_id != other.message_id


@pytest.mark.parametrize("path", ["", "/", "/wrong-token-wrong", f"/{TOKEN}/x"])
def test_a_call_without_the_token_is_let_in_nowhere(provider: Any, path: str) -> None:
    """Anybody may call the address; only Tencent knows how it ends."""
    answer = TencentSms(options(provider)).called_back(call(REPLY, path))

    assert (answer.status, answer.arrivals) == (403, ())


@pytest.mark.parametrize(
    "body",
    [
        b"garbage",
        {"mobile": "1380000001", "nationcode": "x", "text": "1 4821", "time": 1, "sign": ""},
        {"mobile": "1380000001", "nationcode": "999", "text": None, "time": 1},
        {"sid": "serial-1"},
        [[]],
    ],
)
def test_garbage_brings_nothing(provider: Any, body: object) -> None:
    """It is answered with an error in Tencent's form."""
    answer = TencentSms(options(provider)).called_back(call(body))

    assert (answer.status, json.loads(answer.body)["result"], answer.arrivals) == (400, 1, ())


def test_a_reply_to_another_signature_of_the_account_is_not_ours(provider: Any) -> None:
    """The call is answered all the same."""
    answer = TencentSms(options(provider)).called_back(call({**REPLY, "sign": "别的社区"}))

    assert (answer.status, answer.arrivals) == (200, ())
