"""The channel that sends text messages through Aliyun, against a server that checks signatures with Aliyun's own SDK."""

from __future__ import annotations

import json
import logging
import socket
from collections.abc import Callable, Mapping
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as some

from dispatch.errors import Misconfigured
from dispatch.model.arrival import Arrived, Callback, Incoming, Report
from dispatch.model.message import Capabilities, Message, MessageKind, Outcome
from dispatch.plugins.sms import posting
from dispatch.plugins.sms.aliyun_signing import ALGORITHM, query_of, signed
from dispatch.plugins.sms_aliyun import AliyunSms
from dispatch.testing import check_channel

KEY, SECRET, TOKEN = "LTAI-test", "s3cret/测试+secret", "t0ken-of-the-callback"


def options(provider: Any, **changes: Any) -> dict[str, Any]:
    return {
        "key_id": KEY,
        "key_secret": SECRET,
        "sign_name": "劲松社区",
        "templates": {"offer": "SMS_1", "offer_en": "SMS_2"},
        "endpoint": provider.url,
        "callback_token": TOKEN,
        **changes,
    }


def as_their_sdk_signs(asked: Any) -> str:
    """Return the header that Aliyun's SDK makes of a request as it came."""
    from alibabacloud_tea_openapi.utils import Utils

    target = urlsplit(asked.target)
    names = asked.headers["authorization"].split("SignedHeaders=")[1].split(",")[0].split(";")
    request = SimpleNamespace(
        method="POST",
        pathname=target.path,
        query=dict(parse_qsl(target.query, keep_blank_values=True)),
        headers={name: asked.headers[name] for name in names},
    )
    content = Utils.hash(asked.body, ALGORITHM).hex()
    return Utils.get_authorization(request, ALGORITHM, content, KEY, SECRET)


def of_aliyun(asked: Any) -> dict[str, str]:
    """Answer as Aliyun does: refuse what is not signed, take the rest."""
    if as_their_sdk_signs(asked) != asked.headers["authorization"]:
        return {"Code": "SignatureDoesNotMatch", "Message": "wrong"}
    return {"Code": "OK", "Message": "OK", "BizId": f"biz-{len(asked.target)}", "RequestId": "r"}


@pytest.fixture
def aliyun(provider: Any) -> Any:
    """A provider that answers as Aliyun does."""
    provider.good = of_aliyun
    return provider


def query(asked: Any) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(asked.target).query))


def test_an_offer_goes_out_as_its_approved_text(aliyun: Any, offer: Callable[..., Message]) -> None:
    """Aliyun gets the code of the text, the values by name, and our key by which it can be recognised."""
    receipt = AliyunSms(options(aliyun)).send(offer(to="+86" + "99900000001"))
    asked = query(aliyun.asked[0])

    assert receipt.outcome is Outcome.SENT and receipt.reference.startswith("biz-")
    assert json.loads(asked.pop("TemplateParam")) == {
        "number": "12",
        "service": "疏通下水",
        "place": "8号楼，步行4分钟",
        "when": "今天9:00-11:00",
        "minutes": "45",
        "terms": "无偿",
        "code": "4821",
    }
    assert asked == {
        "PhoneNumbers": "99900000001",
        "SignName": "劲松社区",
        "TemplateCode": "SMS_1",
        "OutId": "k-1",
    }
    assert aliyun.asked[0].headers["x-acs-action"] == "SendSms"


def test_their_own_sdk_is_signed_alike(aliyun: Any, offer: Callable[..., Message]) -> None:
    """Aliyun's SDK, sent to the same server, asks for the same, and its signature passes the same check."""
    from alibabacloud_dysmsapi20170525.client import Client
    from alibabacloud_dysmsapi20170525.models import SendSmsRequest
    from alibabacloud_tea_openapi.models import Config

    AliyunSms(options(aliyun)).send(offer())
    ours = query(aliyun.asked[0])
    client = Client(
        Config(access_key_id=KEY, access_key_secret=SECRET, endpoint=urlsplit(aliyun.url).netloc, protocol="HTTP")
    )
    theirs = client.send_sms(
        SendSmsRequest(
            phone_numbers=ours["PhoneNumbers"],
            sign_name=ours["SignName"],
            template_code=ours["TemplateCode"],
            template_param=ours["TemplateParam"],
            out_id=ours["OutId"],
        )
    )

    assert theirs.body.code == "OK"
    assert query(aliyun.asked[1]) == ours
    assert set(aliyun.asked[0].headers) >= {
        name for name in aliyun.asked[1].headers if name.startswith("x-acs-") and "credentials" not in name
    }


@given(some.dictionaries(some.text("AZaz09-_.", min_size=1, max_size=6), some.text(max_size=30), max_size=5), some.text(max_size=20))
def test_any_request_is_signed_as_their_sdk_signs_it(parameters: dict[str, str], secret: str) -> None:
    """Byte for byte, whatever is in it."""
    from alibabacloud_tea_openapi.utils import Utils

    headers = {"host": "dysmsapi.aliyuncs.com", "x-acs-action": "SendSms", "x-acs-signature-nonce": "n" * 64}
    ours = signed(headers, query_of(parameters), key_id=KEY, key_secret=secret)
    theirs = SimpleNamespace(
        method="POST",
        pathname="/",
        query=parameters,
        headers={name: said for name, said in ours.items() if name != "authorization"},
    )

    assert ours["authorization"] == Utils.get_authorization(
        theirs, ALGORITHM, ours["x-acs-content-sha256"], KEY, secret
    )


def test_the_channel_keeps_its_promise(aliyun: Any) -> None:
    """A key goes out once, from any number of threads, and odd input ends in a receipt."""
    channel = AliyunSms(options(aliyun, templates={"offer": "SMS_1: number, service, place, code"}))

    check_channel(channel, good_address="+9991380000001", effects=lambda: len(aliyun.asked))


@pytest.mark.parametrize(
    ("status", "said", "outcome", "note"),
    [
        (200, {"Code": "isv.BUSINESS_LIMIT_CONTROL"}, Outcome.TRY_LATER, "isv.BUSINESS_LIMIT_CONTROL"),
        (400, {"Code": "Throttling.User"}, Outcome.TRY_LATER, "Throttling.User"),
        (503, {"Code": "ServiceUnavailable"}, Outcome.TRY_LATER, "ServiceUnavailable"),
        (503, b"<html>", Outcome.TRY_LATER, "HTTP 503"),
        (429, b"", Outcome.TRY_LATER, "HTTP 429"),
        (200, {"Code": "isv.SMS_TEMPLATE_ILLEGAL"}, Outcome.GIVE_UP, "isv.SMS_TEMPLATE_ILLEGAL"),
        (200, {"Code": "isv.SMS_SIGNATURE_ILLEGAL"}, Outcome.GIVE_UP, "isv.SMS_SIGNATURE_ILLEGAL"),
        (200, {"Code": "isv.MOBILE_NUMBER_ILLEGAL"}, Outcome.GIVE_UP, "isv.MOBILE_NUMBER_ILLEGAL"),
        (200, {"Code": "isv.AMOUNT_NOT_ENOUGH"}, Outcome.GIVE_UP, "isv.AMOUNT_NOT_ENOUGH"),
        (200, {"Code": "isv.DAY_LIMIT_CONTROL"}, Outcome.GIVE_UP, "isv.DAY_LIMIT_CONTROL"),
        (404, {"Code": "InvalidAccessKeyId.NotFound"}, Outcome.GIVE_UP, "InvalidAccessKeyId.NotFound"),
        (302, b"", Outcome.GIVE_UP, "HTTP 302"),
        (404, b"nothing here", Outcome.GIVE_UP, "HTTP 404"),
        (500, {"Code": "InternalError"}, Outcome.UNKNOWN, "InternalError"),
        (200, b"<html>", Outcome.UNKNOWN, "HTTP 200"),
        (200, {"Code": "the text 下水道 of +9991380000001"}, Outcome.UNKNOWN, "HTTP 200"),
        (200, "broken", Outcome.UNKNOWN, "HTTP 200"),
        (200, b"[" * 60_000, Outcome.UNKNOWN, "HTTP 200"),
    ],
)
def test_what_aliyun_says_ends_as_it_should(
    aliyun: Any, offer: Callable[..., Message], status: int, said: object, outcome: Outcome, note: str
) -> None:
    """What heals is tried again, what does not goes to the next channel, and what nobody knows is said to be so."""
    aliyun.answers = [(status, said)]

    receipt = AliyunSms(options(aliyun)).send(offer())

    assert (receipt.outcome, receipt.note) == (outcome, note)


def test_a_wrong_secret_is_seen_and_the_message_moves_on(aliyun: Any, offer: Callable[..., Message]) -> None:
    """No retry helps against a wrong key; the code says what it is."""
    receipt = AliyunSms(options(aliyun, key_secret="wrong")).send(offer())

    assert (receipt.outcome, receipt.note) == (Outcome.GIVE_UP, "SignatureDoesNotMatch")


def test_a_provider_that_is_not_there_is_tried_later(provider: Any, offer: Callable[..., Message]) -> None:
    """Nothing was sent."""
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]

    receipt = AliyunSms(options(provider, endpoint=f"http://127.0.0.1:{port}")).send(offer())

    assert (receipt.outcome, receipt.note) == (Outcome.TRY_LATER, "the provider cannot be reached")


def test_a_message_that_nobody_answered_is_asked_about(
    aliyun: Any, offer: Callable[..., Message], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Aliyun keeps our key, and knows by it what became of the message."""
    monkeypatch.setattr(posting, "SECONDS_TO_ANSWER", 0.2)
    details = [{"OutId": "k-0", "SendStatus": 2}, {"OutId": "k-1", "SendStatus": 3, "ErrCode": "DELIVERED"}]
    aliyun.answers = [(200, "silence"), (200, {"Code": "OK", "SmsSendDetailDTOs": {"SmsSendDetailDTO": details}})]
    channel = AliyunSms(options(aliyun))

    receipt = channel.send(offer())
    answer = channel.outcome_of("k-1")

    assert (receipt.outcome, receipt.note) == (Outcome.UNKNOWN, "there was no answer in time")
    assert answer is not None and (answer.outcome, answer.note) == (Outcome.SENT, "DELIVERED")
    assert query(aliyun.asked[1])["PhoneNumber"] == "9991380000001"


@pytest.mark.parametrize(
    ("said", "outcome"),
    [
        ({"SmsSendDetailDTOs": {"SmsSendDetailDTO": [{"OutId": "k-1", "SendStatus": 2}]}}, Outcome.GIVE_UP),
        ({"SmsSendDetailDTOs": {"SmsSendDetailDTO": [{"OutId": "k-1", "SendStatus": 1}]}}, Outcome.SENT),
        ({"SmsSendDetailDTOs": {"SmsSendDetailDTO": [{"OutId": "k-2", "SendStatus": 3}, 7]}}, None),
        ({"SmsSendDetailDTOs": "none"}, None),
        ("broken", None),
    ],
)
def test_what_aliyun_does_not_know_is_not_made_up(
    aliyun: Any, offer: Callable[..., Message], said: object, outcome: Outcome | None
) -> None:
    """Only the entry with our key counts."""
    aliyun.answers = [(500, {}), (200, said)]
    channel = AliyunSms(options(aliyun))
    channel.send(offer())

    answer = channel.outcome_of("k-1")

    assert (answer and answer.outcome) == outcome


def test_a_price_counts_the_signature(provider: Any) -> None:
    """65 characters and 【劲松社区】 are 71: two parts."""
    capabilities = AliyunSms(options(provider, fen_per_part=5)).capabilities

    assert (capabilities.price_fen("字" * 64), capabilities.price_fen("字" * 65)) == (5, 10)
    assert isinstance(AliyunSms.capabilities, Capabilities)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"templates": {"offer": "SMS_1: number, place"}}, "channels.sms-aliyun.templates.offer is not as it must be"),
        ({"templates": {"offer": "SMS_1: number, code, phone"}}, "channels.sms-aliyun.templates.offer"),
        ({"templates": {"offer": "【SMS】"}}, "channels.sms-aliyun.templates.offer"),
        ({"templates": {"advert": "SMS_1"}}, "there is no kind of message called advert"),
        ({"sign_name": "【劲松社区】"}, "channels.sms-aliyun.sign_name"),
        ({"key_secret": ""}, "channels.sms-aliyun.key_secret"),
        ({"callback_token": "short"}, "channels.sms-aliyun.callback_token"),
        ({"endpoint": "dysmsapi"}, "channels.sms-aliyun.endpoint"),
    ],
)
def test_a_wrong_setting_is_named(provider: Any, changes: Mapping[str, Any], said: str) -> None:
    """Nobody finds out by a message that did not arrive."""
    with pytest.raises(Misconfigured) as refused:
        AliyunSms(options(provider, **changes))

    assert said in str(refused.value)


def test_no_secret_and_no_person_is_in_a_log(
    aliyun: Any, offer: Callable[..., Message], caplog: pytest.LogCaptureFixture
) -> None:
    """Not even of a request that went wrong."""
    caplog.set_level(logging.DEBUG)
    aliyun.answers = [(400, {"Code": "isv.MOBILE_NUMBER_ILLEGAL", "Message": "+9991380000001 is wrong"})]

    receipt = AliyunSms(options(aliyun)).send(offer())

    assert "9991380000001" not in caplog.text + receipt.note
    assert SECRET not in caplog.text


# --- called back ------------------------------------------------------------------------------------------------------


def call(body: object, path: str = f"/{TOKEN}", method: str = "POST") -> Callback:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Callback(method=method, path=path, body=content)


REPORT = {
    "phone_number": "99900000001",
    "send_time": "2026-11-23 09:00:00",
    "report_time": "2026-11-23 09:00:05",
    "success": True,
    "err_code": "DELIVERED",
    "err_msg": "用户接收成功",
    "sms_size": "1",
    "biz_id": "biz-1",
    "out_id": "k-1",
}
REPLY = {
    "phone_number": "+9991380000001",
    "send_time": "2026-11-23 09:01:00",
    "content": "1 4821",
    "sign_name": "劲松社区",
    "dest_code": "1234",
    "sequence_id": 1234567890,
}


def test_reports_and_replies_are_read(provider: Any) -> None:
    """Aliyun pushes many at once, and is answered in its own form."""
    answer = AliyunSms(options(provider)).called_back(
        call([REPORT, {**REPORT, "success": False, "err_code": "MK:0001", "out_id": ""}, REPLY])
    )

    assert answer.arrivals == (
        Report(outcome=Arrived.ARRIVED, reference="biz-1", key="k-1", note="DELIVERED"),
        Report(outcome=Arrived.FAILED, reference="biz-1"),
        Incoming(sender="+9991380000001", text="1 4821", message_id="1234567890"),
    )
    assert (answer.status, json.loads(answer.body)) == (200, {"code": 0, "msg": "OK"})


def test_a_number_without_a_country_code_is_one_of_china(provider: Any) -> None:
    """Aliyun writes the numbers of mainland China with eleven digits."""
    mobile = "1" + "3800000000"
    answer = AliyunSms(options(provider)).called_back(call([{**REPLY, "phone_number": mobile}]))

    assert answer.arrivals[0].sender == "+86" + mobile


@pytest.mark.parametrize("path", ["", "/", "/wrong-token-wrong", f"/{TOKEN}x", f"/x/{TOKEN}", "/令牌"])
def test_a_call_without_the_token_is_let_in_nowhere(provider: Any, path: str) -> None:
    """Anybody may call the address; only Aliyun knows how it ends."""
    answer = AliyunSms(options(provider)).called_back(call([REPLY], path))

    assert (answer.status, answer.arrivals) == (403, ())


def test_without_a_token_nobody_is_let_in(provider: Any) -> None:
    """An office that set none gets nothing from anybody."""
    settings = options(provider)
    del settings["callback_token"]

    assert AliyunSms(settings).called_back(call([REPLY], "/")).status == 403


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"garbage",
        b"\xff\xfe",
        b"7",
        b"[" * 100_000,
        b"[" + b" " * 1_000_001 + b"]",
        [1, "x", None],
        {"phone_number": "no number", "content": "1 4821", "sequence_id": 1},
        {"phone_number": ["+999"], "content": "1 4821", "sequence_id": 1},
        {"phone_number": "+9991380000001", "content": "x" * 2_000, "sequence_id": 1},
        {"phone_number": "+9991380000001", "content": "1 4821"},
        {"success": True},
    ],
)
def test_garbage_brings_nothing(provider: Any, body: object) -> None:
    """It is answered with an error, so that a provider with trouble of its own sends it again."""
    answer = AliyunSms(options(provider)).called_back(call(body))

    assert (answer.status, answer.arrivals) == (400, ())


def test_one_item_that_is_garbage_does_not_hide_the_others(provider: Any) -> None:
    """It is left out."""
    answer = AliyunSms(options(provider)).called_back(call([{"content": "?"}, REPLY]))

    assert (answer.status, len(answer.arrivals)) == (200, 1)


def test_a_reply_to_another_signature_of_the_account_is_not_ours(provider: Any) -> None:
    """The account may belong to a street with many offices; the call is answered all the same."""
    answer = AliyunSms(options(provider)).called_back(call([{**REPLY, "sign_name": "别的社区"}]))

    assert (answer.status, answer.arrivals) == (200, ())


def test_looking_changes_nothing(provider: Any) -> None:
    """Only a POST brings something."""
    assert AliyunSms(options(provider)).called_back(call([REPLY], method="GET")).status == 405


def test_what_has_no_approved_text_goes_to_the_next_channel(aliyun: Any, offer: Callable[..., Message]) -> None:
    """Nothing is sent in words that the provider has not approved."""
    from dataclasses import replace

    receipt = AliyunSms(options(aliyun)).send(replace(offer(), kind=MessageKind.RECEIVED))

    assert (receipt.outcome, receipt.note) == (Outcome.GIVE_UP, "no approved text for this kind of message")
    assert aliyun.asked == []
