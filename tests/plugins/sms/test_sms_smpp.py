"""The channel that sends over SMPP, against the npm ``smpp`` server."""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from dispatch.clock import stopwatch
from dispatch.errors import Misconfigured
from dispatch.model.arrival import Arrival, Arrived, Incoming, Report
from dispatch.model.message import Outcome
from dispatch.plugins import sms_smpp
from dispatch.plugins.sms import smpp_arrivals, smpp_session
from dispatch.plugins.sms_smpp import SmppSms
from dispatch.testing import a_message, check_channel
from tests.plugins.sms.smpp_gateway import Gateway

PHONE = "+9991380000001"
LONG = "请带上十米的疏通弹簧和手套，" * 11


@pytest.fixture
def gateway(node: Path) -> Iterator[Gateway]:
    """A gateway on a free port."""
    one = Gateway(node)
    yield one
    one.close()


@pytest.fixture
def opened(gateway: Gateway) -> Iterator[Callable[..., SmppSms]]:
    """Opens channels to the gateway, and hangs up in the end."""
    channels: list[SmppSms] = []

    def open_one(**changes: Any) -> SmppSms:
        options = {"host": "127.0.0.1", "port": gateway.port, "system_id": "sandan", "password": "secret"}
        channels.append(SmppSms({**options, "source": "10690001", **changes}))
        return channels[-1]

    yield open_one
    for one in channels:
        one.close()


def arrivals(channel: SmppSms, number: int = 1) -> list[Arrival]:
    """Return what has come in once it is so much."""
    end_by = stopwatch() + 20
    while len(found := list(channel.collect())) < number:
        assert stopwatch() < end_by, f"{len(found)} arrivals"
        threading.Event().wait(0.01)
    return found


# --- sending ----------------------------------------------------------------------------------------------------------


def test_a_chinese_message_arrives_whole(gateway: Gateway, opened: Callable[..., SmppSms]) -> None:
    """It goes in one part, asks for a receipt, and carries a mark made of its key."""
    message = a_message(to=PHONE)

    receipt = opened().send(message)
    seen = gateway.submitted[0]

    assert (receipt.outcome, receipt.reference) == (Outcome.SENT, "m-1")
    assert (seen["text"], seen["to"], seen["ton"], seen["from"]) == (message.text, "9991380000001", 1, "10690001")
    assert (seen["coding"], seen["registered"], seen["header"]) == (8, 1, [])
    assert seen["mark"] > 0


@pytest.mark.parametrize(
    ("text", "parts", "coding"),
    [
        (LONG[:150], 3, 8),
        ("急" * 70, 1, 8),
        ("急" * 71, 2, 8),
        ("急" * 134, 2, 8),
        ("急" * 135, 3, 8),
        ("😀" * 35, 1, 8),
        ("😀" * 67, 3, 8),
        ("reply 1 4821 to take it. " * 6 + "0123456789", 1, 0),
        ("x" * 161, 2, 0),
        ("x" * 306, 2, 0),
        ("x" * 307, 3, 0),
        ("me@home costs $5", 1, 8),
    ],
)
def test_a_long_text_goes_in_parts_and_is_whole_on_the_handset(
    gateway: Gateway, opened: Callable[..., SmppSms], text: str, parts: int, coding: int
) -> None:
    """70 characters, or 67 in each of several; 160 or 153 where they are plain; none is cut in two."""
    channel = opened()

    receipt = channel.send(a_message(to=PHONE, text=text))
    seen = gateway.submitted

    assert receipt.outcome is Outcome.SENT
    assert (len(seen), seen[0]["coding"]) == (parts, coding)
    assert (gateway.has_shown(text) if parts > 1 else seen[0]["text"]) == text
    assert channel.capabilities.parts(text) == parts


def test_the_channel_keeps_its_promise(gateway: Gateway, opened: Callable[..., SmppSms]) -> None:
    """A key goes out once, from any number of threads, and odd input ends in a receipt."""
    whole = {"00", "01", ""}

    def effects() -> int:
        return sum(1 for one in gateway.submitted if (one["header"] or [""])[0][-2:] in whole)

    channel = opened()
    check_channel(channel, good_address=PHONE, bad_address="nobody", effects=effects)

    assert len(gateway.all("bind")) == 1


def test_a_gateway_that_asks_to_wait_is_tried_later(gateway: Gateway, opened: Callable[..., SmppSms]) -> None:
    """Throttling and a full queue heal by themselves; then it goes."""
    gateway.plan({"status": 0x58}, {"status": 0x14})
    channel, message = opened(), a_message(to=PHONE)

    ended = [channel.send(message) for _ in range(3)]

    assert [(one.outcome, one.note) for one in ended] == [
        (Outcome.TRY_LATER, "ESME_RTHROTTLED"),
        (Outcome.TRY_LATER, "ESME_RMSGQFUL"),
        (Outcome.SENT, ""),
    ]


def test_only_the_parts_that_were_not_taken_go_out_again(gateway: Gateway, opened: Callable[..., SmppSms]) -> None:
    """Otherwise the handset shows the beginning twice."""
    gateway.plan({}, {"status": 0x58})
    channel, message = opened(), a_message(to=PHONE, text=LONG[:150])

    first, second = channel.send(message), channel.send(message)
    taken = [gateway.submitted[0], *gateway.submitted[2:]]

    assert (first.outcome, second.outcome, second.reference) == (Outcome.TRY_LATER, Outcome.SENT, "m-1")
    assert "".join(one["text"] for one in taken) == message.text
    assert len({one["header"][0][:-2] for one in taken}) == 1


@pytest.mark.parametrize(("status", "note"), [(0x0B, "ESME_RINVDSTADR"), (0x0A, "ESME_RINVSRCADR"), (0x499, "0x00000499")])
def test_a_refusal_for_good_goes_to_the_next_channel(
    gateway: Gateway, opened: Callable[..., SmppSms], status: int, note: str
) -> None:
    """No retry helps; the note is the gateway's own word."""
    gateway.plan({"status": status})

    receipt = opened().send(a_message(to=PHONE))

    assert (receipt.outcome, receipt.note) == (Outcome.GIVE_UP, note)


def test_a_wrong_password_is_seen_and_not_tried_again_and_again(
    gateway: Gateway, opened: Callable[..., SmppSms]
) -> None:
    """Messages move on to the next channel, and the account is not locked by a hundred of them."""
    channel = opened(password="wrong")

    ended = [channel.send(a_message(to=PHONE, key=f"k-{n}")) for n in range(3)]

    assert {(one.outcome, one.note) for one in ended} == {(Outcome.GIVE_UP, "ESME_RINVPASWD")}
    assert [one["good"] for one in gateway.all("bind")] == [False]


def test_a_gateway_that_is_not_there_is_tried_later(gateway: Gateway, opened: Callable[..., SmppSms]) -> None:
    """Nothing was sent."""
    gateway.close()

    receipt = opened().send(a_message(to=PHONE))

    assert (receipt.outcome, receipt.note) == (Outcome.TRY_LATER, "the gateway cannot be reached")


def test_no_answer_is_not_taken_for_sent_nor_for_failed(
    gateway: Gateway, opened: Callable[..., SmppSms], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody knows; a late answer is heard all the same, and then it is known."""
    monkeypatch.setattr(sms_smpp, "SECONDS", 0.4)
    gateway.plan({"silent": True}, {"after": 700})
    channel = opened()

    lost, late = (channel.send(a_message(to=PHONE, key=key)) for key in ("lost", "late"))
    end_by = stopwatch() + 20
    while (known := channel.outcome_of("late")) is None and stopwatch() < end_by:
        threading.Event().wait(0.01)

    assert {(one.outcome, one.note) for one in (lost, late)} == {(Outcome.UNKNOWN, "there was no answer in time")}
    assert channel.outcome_of("lost") is None
    assert known is not None and (known.outcome, known.reference) == (Outcome.SENT, "m-2")


def test_a_connection_that_breaks_in_the_middle_loses_and_doubles_nothing(
    gateway: Gateway, opened: Callable[..., SmppSms]
) -> None:
    """What was under way is unknown, at once; what comes next goes over a new connection; what was taken stays taken."""
    gateway.plan({}, {"drop": True})
    channel, message = opened(), a_message(to=PHONE, text=LONG[:100])
    before = stopwatch()

    broken = channel.send(message)
    seconds = stopwatch() - before
    again = channel.send(message)

    assert (broken.outcome, again.outcome) == (Outcome.UNKNOWN, Outcome.SENT)
    assert seconds < sms_smpp.SECONDS
    assert [one["text"] for one in gateway.submitted] == [LONG[:67], LONG[67:100], LONG[67:100]]
    assert len(gateway.all("bind")) == 2


def test_two_threads_at_once_get_their_own_answers(gateway: Gateway, opened: Callable[..., SmppSms]) -> None:
    """Answers are told apart by their number, in whatever order they come."""
    gateway.plan({"after": 300, "id": "slow"}, {"id": "quick"})
    channel = opened()
    texts = ["一", "二"]
    with ThreadPoolExecutor(2) as threads:
        receipts = list(threads.map(lambda text: channel.send(a_message(to=PHONE, key=text, text=text)), texts))
    seen = {one["text"]: n for n, one in enumerate(gateway.submitted)}

    assert [receipt.reference for receipt in receipts] == [("slow", "quick")[seen[text]] for text in texts]


def test_the_gateway_is_asked_whether_it_is_there(
    gateway: Gateway, opened: Callable[..., SmppSms], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A line that is silent is asked, and one that asks us is answered."""
    monkeypatch.setattr(smpp_session, "SECONDS_OF_SILENCE", 0.1)
    opened().send(a_message(to=PHONE))

    gateway.next("enquire_link")
    gateway.do("enquire")

    assert gateway.next("awake")["status"] == 0


def test_no_more_than_so_many_a_second(gateway: Gateway, opened: Callable[..., SmppSms]) -> None:
    """Each waits its turn for a moment."""
    channel = opened(per_second=20)
    before = stopwatch()

    ended = [channel.send(a_message(to=PHONE, key=str(n))).outcome for n in range(5)]

    assert ended == [Outcome.SENT] * 5
    assert stopwatch() - before >= 4 / 20


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[Path, Path]:
    """A key and a certificate for 127.0.0.1, signed by itself."""
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "gateway")])
    key = ec.generate_private_key(ec.SECP256R1())
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), 7, now - timedelta(days=1), now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem, plain = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    files = tmp_path / "key.pem", tmp_path / "cert.pem"
    files[0].write_bytes(key.private_bytes(pem, plain, serialization.NoEncryption()))
    files[1].write_bytes(made.public_bytes(pem))
    return files


def test_an_encrypted_line_is_used_only_to_whom_it_should_go(
    node: Path, certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A gateway with a certificate that nobody vouches for gets neither the password nor the message."""
    gateway = Gateway(node, *certificate)
    channel = SmppSms({**OPTIONS, "port": gateway.port, "tls": True})
    try:
        stranger = channel.send(a_message(to=PHONE))
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate[1]))
        known = channel.send(a_message(to=PHONE))
        seen = [one["event"] for one in gateway.seen if one["event"] in ("bind", "refused", "submit")]
    finally:
        channel.close()
        gateway.close()

    assert (stranger.outcome, stranger.note) == (Outcome.TRY_LATER, "the gateway cannot be reached")
    assert known.outcome is Outcome.SENT
    assert seen.count("bind") == seen.count("submit") == 1


# --- coming back ------------------------------------------------------------------------------------------------------

FROM_A_PHONE = {"source_addr": "9991380000001", "source_addr_ton": 1, "destination_addr": "10690001"}


def bound(gateway: Gateway, opened: Callable[..., SmppSms]) -> SmppSms:
    """Open a channel that nothing was sent by: collecting binds it."""
    channel = opened()
    channel.collect()
    gateway.next("bind")
    return channel


def test_replies_are_kept_until_they_are_stored(gateway: Gateway, opened: Callable[..., SmppSms]) -> None:
    """The gateway forgets a reply only when it is answered, and it is answered when the desk has it."""
    channel = bound(gateway, opened)
    gateway.do("deliver", name="a", fields={**FROM_A_PHONE, "data_coding": 8}, hex="1 4821".encode("utf-16-be").hex())

    first, again = arrivals(channel), arrivals(channel)
    gateway.do("enquire")
    gateway.next("awake")  # whatever the channel said before, the gateway has heard by now
    early = gateway.all("answered")
    channel.acknowledge(first)

    assert isinstance(first[0], Incoming) and (first[0].sender, first[0].text) == (PHONE, "1 4821")
    assert first == again and early == []
    assert gateway.next("answered")["status"] == 0
    assert channel.collect() == []


@pytest.mark.parametrize(
    ("coding", "content", "text"),
    [
        (0, b"1 4821", "1 4821"),
        (0, b"\x001\x1b\x65", "@1€"),
        (1, b"1 4821", "1 4821"),
        (3, "2 4821 café".encode("latin-1"), "2 4821 café"),
        (8, "两小时后😀".encode("utf-16-be"), "两小时后😀"),
        (8, b"\x4e", "\N{REPLACEMENT CHARACTER}"),
        (0, b"", ""),
        (0, b"\xff\x1b", "\xff\x1b"),
        (4, b"\x00\x01", "\x00\x01"),
    ],
)
def test_a_reply_in_any_alphabet_is_read(
    gateway: Gateway, opened: Callable[..., SmppSms], coding: int, content: bytes, text: str
) -> None:
    """Seven bits, Latin, UCS-2; what is broken is kept for a person."""
    channel = bound(gateway, opened)
    gateway.do("deliver", fields={**FROM_A_PHONE, "data_coding": coding}, hex=content.hex())

    (reply,) = arrivals(channel)

    assert isinstance(reply, Incoming) and reply.text == text


def in_parts(text: str, header: Callable[[int, int], bytes]) -> list[bytes]:
    content = text.encode("utf-16-be")
    pieces = [content[at : at + 134] for at in range(0, len(content), 134)]
    return [header(n, len(pieces)) + piece for n, piece in enumerate(pieces, start=1)]


@pytest.mark.parametrize(
    "header",
    [lambda n, of: bytes((5, 0, 3, 77, of, n)), lambda n, of: bytes((6, 8, 4, 1, 77, of, n))],
    ids=["8 bits", "16 bits"],
)
def test_a_long_reply_is_put_together_whatever_comes_first(
    gateway: Gateway, opened: Callable[..., SmppSms], header: Callable[[int, int], bytes]
) -> None:
    """All its parts are answered when the whole is stored."""
    channel = bound(gateway, opened)
    parts = in_parts(LONG, header)
    for part in reversed(parts):
        gateway.do("deliver", fields={**FROM_A_PHONE, "data_coding": 8, "esm_class": 0x40}, hex=part.hex())

    found = arrivals(channel)
    channel.acknowledge(found)

    assert isinstance(found[0], Incoming) and found[0].text == LONG
    assert [gateway.next("answered")["status"] for _ in parts] == [0] * len(parts)


def test_parts_may_be_numbered_beside_the_text(gateway: Gateway, opened: Callable[..., SmppSms]) -> None:
    """Some gateways say it in fields of their own."""
    channel = bound(gateway, opened)
    for n, text in ((1, "两小时"), (2, "后来")):
        fields = {"data_coding": 8, "sar_msg_ref_num": 9, "sar_total_segments": 2, "sar_segment_seqnum": n}
        gateway.do("deliver", fields={**FROM_A_PHONE, **fields}, hex=text.encode("utf-16-be").hex())

    (reply,) = arrivals(channel)

    assert isinstance(reply, Incoming) and reply.text == "两小时后来"


def test_a_part_whose_rest_never_comes_is_not_lost(
    gateway: Gateway, opened: Callable[..., SmppSms], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A gateway that sends one at a time is answered for the first; in the end a person reads what there is."""
    channel = bound(gateway, opened)
    monkeypatch.setattr(smpp_arrivals, "SECONDS_FOR_THE_REST", 0.0)
    part = in_parts(LONG, lambda n, of: bytes((5, 0, 3, 78, of, n)))[1]
    gateway.do("deliver", fields={**FROM_A_PHONE, "data_coding": 8, "esm_class": 0x40}, hex=part.hex())
    while not gateway.all("answered"):
        assert channel.collect() == []
        threading.Event().wait(0.01)

    monkeypatch.setattr(smpp_arrivals, "SECONDS_TO_GIVE_UP", 0.0)
    (reply,) = arrivals(channel)

    assert isinstance(reply, Incoming) and reply.text == f"…{LONG[67:134]}…"


def test_a_reply_that_is_sent_again_before_it_is_stored_is_one(
    gateway: Gateway, opened: Callable[..., SmppSms]
) -> None:
    """A gateway that got no answer sends it again; both copies are answered."""
    channel = bound(gateway, opened)
    for name in ("first", "copy"):
        gateway.do("deliver", name=name, fields={**FROM_A_PHONE, "data_coding": 0}, hex=b"1 4821".hex())
    gateway.do("deliver", name="other", fields={**FROM_A_PHONE, "data_coding": 0}, hex=b"2 4822".hex())

    found = arrivals(channel, 2)
    channel.acknowledge(found)

    assert [one.text for one in found if isinstance(one, Incoming)] == ["1 4821", "2 4822"]
    assert {gateway.next("answered")["name"] for _ in range(3)} == {"first", "copy", "other"}


RECEIPT = "id:m-1 sub:001 dlvrd:001 submit date:2611230900 done date:2611230901 stat:{} err:000 text:"


@pytest.mark.parametrize(
    ("fields", "text", "outcome", "note"),
    [
        ({"receipted_message_id": "m-1", "message_state": 2}, "", Arrived.ARRIVED, "DELIVRD"),
        ({"receipted_message_id": "m-1", "message_state": 5}, "", Arrived.FAILED, "UNDELIV"),
        ({"receipted_message_id": "m-1"}, RECEIPT.format("DELIVRD"), Arrived.ARRIVED, "DELIVRD"),
        ({}, RECEIPT.format("DELIVRD"), Arrived.ARRIVED, "DELIVRD"),
        ({}, RECEIPT.format("EXPIRED"), Arrived.FAILED, "EXPIRED"),
        ({}, RECEIPT.format("ENROUTE"), Arrived.UNDER_WAY, "ENROUTE"),
    ],
)
def test_receipts_are_read_with_the_field_and_without(
    gateway: Gateway, opened: Callable[..., SmppSms], fields: dict[str, Any], text: str, outcome: Arrived, note: str
) -> None:
    """Some gateways leave out the field and say it in the text."""
    channel = opened()
    sent = channel.send(a_message(to=PHONE))
    gateway.do("deliver", fields={**FROM_A_PHONE, "esm_class": 4, **fields}, hex=text.encode().hex())

    assert arrivals(channel) == [Report(outcome=outcome, reference=sent.reference, note=note)]


def test_a_long_message_has_arrived_when_all_its_parts_have(gateway: Gateway, opened: Callable[..., SmppSms]) -> None:
    """Reports about any part carry the reference of the message."""
    channel = opened()
    sent = channel.send(a_message(to=PHONE, text=LONG[:100]))
    reports = []
    for id in ("m-2", "m-1"):
        gateway.do("deliver", fields={**FROM_A_PHONE, "esm_class": 4, "receipted_message_id": id, "message_state": 2})
        found = arrivals(channel)
        channel.acknowledge(found)
        reports += found

    assert reports == [
        Report(outcome=Arrived.UNDER_WAY, reference=sent.reference, note="DELIVRD"),
        Report(outcome=Arrived.ARRIVED, reference=sent.reference, note="DELIVRD"),
    ]


@pytest.mark.parametrize(("answered", "written"), [("0001F4", "500"), ("500", "1f4"), ("0000500", "500")])
def test_an_id_that_changes_its_base_on_the_way_is_known(
    gateway: Gateway, opened: Callable[..., SmppSms], answered: str, written: str
) -> None:
    """Some gateways answer in hexadecimal and write receipts in decimal, or the other way round."""
    gateway.plan({"id": answered})
    channel = opened()
    channel.send(a_message(to=PHONE))
    text = RECEIPT.format("DELIVRD").replace("m-1", written)
    gateway.do("deliver", fields={**FROM_A_PHONE, "esm_class": 4}, hex=text.encode().hex())

    assert arrivals(channel) == [Report(outcome=Arrived.ARRIVED, reference=answered, note="DELIVRD")]


def test_a_person_cannot_write_a_receipt(gateway: Gateway, opened: Callable[..., SmppSms]) -> None:
    """What came from a phone is a reply, whatever is in it."""
    channel = bound(gateway, opened)
    gateway.do("deliver", fields=FROM_A_PHONE, hex=RECEIPT.format("UNDELIV").encode().hex())

    (reply,) = arrivals(channel)

    assert isinstance(reply, Incoming)


@pytest.mark.parametrize("content", ["00000000", "ffffffff00000000", "00000010" + "0000fe01" + "0" * 16])
def test_garbage_ends_the_connection_and_no_more(
    gateway: Gateway, opened: Callable[..., SmppSms], content: str, caplog: pytest.LogCaptureFixture
) -> None:
    """The next message goes over a new one."""
    caplog.set_level(logging.DEBUG)
    channel = bound(gateway, opened)
    gateway.do("raw", hex=content)
    gateway.next("closed")

    assert channel.send(a_message(to=PHONE)).outcome is Outcome.SENT
    assert "secret" not in caplog.text and "1380000001" not in caplog.text


def test_a_delivery_that_is_cut_short_does_not_stop_the_others(
    gateway: Gateway, opened: Callable[..., SmppSms]
) -> None:
    """Whatever is read into it, the reply behind it comes in."""
    channel = bound(gateway, opened)
    gateway.do("raw", hex="00000015" + "00000005" + "0" * 16 + "01" * 5)
    gateway.do("deliver", fields={**FROM_A_PHONE, "data_coding": 0}, hex=b"1 4821".hex())

    found = arrivals(channel, 2)

    assert [one.text for one in found if isinstance(one, Incoming)][-1] == "1 4821"


def test_a_channel_that_was_closed_hangs_up_and_binds_no_more(
    gateway: Gateway, opened: Callable[..., SmppSms]
) -> None:
    """Collecting from it afterwards is empty."""
    channel = bound(gateway, opened)
    channel.send(a_message(to=PHONE))

    channel.close()
    gateway.next("closed")

    assert channel.collect() == []
    assert channel.send(a_message(to=PHONE, key="later")).outcome is Outcome.TRY_LATER
    assert len(gateway.all("bind")) == 1


# --- settings ---------------------------------------------------------------------------------------------------------

OPTIONS = {"host": "127.0.0.1", "system_id": "sandan", "password": "secret"}


def test_opening_calls_nobody() -> None:
    """There need be no gateway yet."""
    assert SmppSms({**OPTIONS, "fen_per_part": 4}).capabilities.price_fen("急" * 71) == 8


def test_without_the_library_the_way_to_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is an extra: an office without such a gateway does not need it."""
    monkeypatch.setitem(sys.modules, "smpplib", None)
    monkeypatch.delitem(sys.modules, "dispatch.plugins.sms.smpp_session")
    monkeypatch.delattr("dispatch.plugins.sms.smpp_session")

    with pytest.raises(Misconfigured) as refused:
        SmppSms(OPTIONS)

    assert str(refused.value) == "the channel sms-smpp needs more than is installed"
    assert refused.value.hint == 'install it: pip install "sandan[smpp]"'


@pytest.mark.parametrize("changes", [{"password": "longer than eight"}, {"port": 0}, {"host": ""}, {"window": 0}])
def test_a_wrong_setting_is_named(changes: dict[str, Any]) -> None:
    """Before anything is sent."""
    with pytest.raises(Misconfigured, match=f"channels.sms-smpp.{next(iter(changes))}") as refused:
        SmppSms({**OPTIONS, **changes})

    assert "longer" not in str(refused.value)
