"""The secret of the links: made once, kept to its owner, and the same link for every copy of a message."""

from __future__ import annotations

import stat
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from dispatch.desk.delivery.outbox_out import deliver
from dispatch.desk.link_key import Links, key_file_beside, read_key
from dispatch.errors import Misconfigured, Unavailable
from dispatch.model.message import Capabilities, Message, MessageKind, Outcome, Receipt
from dispatch.model.rules import Rules
from dispatch.settings import ListenChoice, Settings
from dispatch.store import outbox
from dispatch.store.engine import Database
from dispatch.store.outbox import Outgoing
from dispatch.wiring import Wired
from tests.desk.conftest import Desk

LONG = Links("https://help.jinsong-street.example.cn", b"k" * 32)
SHORT = Links("https://x.cn", b"k" * 32)


class Tape:
    """A channel that keeps what it was handed, and gives up where it is told to."""

    capabilities = Capabilities(reaches_real_people=False)

    def __init__(self, outcome: Outcome = Outcome.SENT) -> None:
        self.messages: list[Message] = []
        self.outcome = outcome

    def send(self, message: Message) -> Receipt:
        """Keep the message."""
        self.messages.append(message)
        return Receipt(outcome=self.outcome)


def ask(desk: Desk, kind: MessageKind = MessageKind.OFFER, **said: Any) -> None:
    """Ask V1."""
    street = desk.street
    request_id = street.request(**said)
    offer_id = street.offer(request_id, street.responder("V1"))
    one = Outgoing(request_id=request_id, offer_id=offer_id, recipient="responder", kind=kind, channel="sms")
    street.database.write(lambda tx: outbox.enqueue(tx.connection, tx.now, [one]))


def send(desk: Desk, links: Links | None, **channels: Any) -> None:
    """Empty the outbox."""
    rules = Rules(channels=("sms", "push"))
    deliver(desk.street.database, desk.actor, rules, channels, links=links)


def test_the_secret_is_made_once_and_kept_to_its_owner(tmp_path: Path) -> None:
    """It is the same the next time."""
    file = key_file_beside(tmp_path / "dispatch.db")

    key = read_key(file)

    assert (len(key), file.name, stat.S_IMODE(file.stat().st_mode)) == (32, "dispatch.db.link-key", 0o600)
    assert read_key(file) == key
    assert read_key(tmp_path / "another") != key
    assert key.hex() not in repr(Links("https://x.cn", key))


@pytest.mark.parametrize(("written", "mode"), [("0" * 64, 0o640), ("0" * 63, 0o600), ("x" * 64, 0o600), ("", 0o600)])
def test_a_secret_that_is_none_or_known_to_others_is_refused(tmp_path: Path, written: str, mode: int) -> None:
    """With what to do about it."""
    file = tmp_path / "key"
    file.write_text(written)
    file.chmod(mode)

    with pytest.raises(Misconfigured) as refused:
        read_key(file)
    assert refused.value.hint


def test_a_secret_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    """The folder is not there."""
    with pytest.raises(Unavailable):
        read_key(tmp_path / "nowhere" / "key")


@pytest.mark.parametrize(
    ("listen", "address", "made"),
    [
        ({}, "desk.db", None),
        ({"public_url": "https://x.cn"}, "desk.db", "desk.db.link-key"),
        ({"public_url": "https://x.cn", "key_file": "other"}, "desk.db", "other"),
        ({"public_url": "https://x.cn"}, "postgresql://localhost/desk", "refused"),
    ],
)
def test_the_settings_say_whether_there_are_links(
    tmp_path: Path, actor: Any, listen: Mapping[str, Any], address: str, made: str | None
) -> None:
    """Without an address that phones reach there are none; without a file a server's database has no place for it."""
    said = {**listen, **({"key_file": str(tmp_path / "other")} if "key_file" in listen else {})}
    where = address if "://" in address else str(tmp_path / address)
    wired = Wired(settings=Settings(listen=ListenChoice(**said)), database=Database(where), actor=actor)

    if made == "refused":
        with pytest.raises(Misconfigured):
            wired.links  # noqa: B018  it is asked for, and refuses
        return
    assert (wired.links is None) is (made is None)
    assert [one.name for one in tmp_path.iterdir()] == ([made] if made else [])


def test_every_copy_of_a_message_carries_the_same_link(desk: Desk) -> None:
    """Over whatever channel, however often; and never in a text that would then be two messages."""
    ask(desk)
    sms, push = Tape(Outcome.GIVE_UP), Tape()

    send(desk, LONG, sms=sms, push=push)

    first, second = sms.messages[0], push.messages[0]
    assert first.params["link"] == second.params["link"]
    assert first.params["link"].startswith(f"{LONG.public_url}/o/")
    assert (first.text, first.code) == (second.text, second.code)
    assert "://" not in first.text


def test_a_link_stands_in_the_text_where_both_fit_into_one_message(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the signature that the gateway adds; the code stands there in any case."""
    monkeypatch.setattr("dispatch.desk.delivery.short_links.ONE_SMS", 120)
    ask(desk)
    sms = Tape()

    send(desk, SHORT, sms=sms)

    (message,) = sms.messages
    assert message.text.endswith(f" {message.params['link']}")
    assert message.code in message.text
    assert len(message.text) <= 120


def test_without_an_address_that_phones_reach_there_is_no_link(desk: Desk) -> None:
    """A message is then what it always was."""
    ask(desk)
    sms = Tape()

    send(desk, None, sms=sms)

    assert "link" not in sms.messages[0].params


def test_a_link_made_with_another_secret_is_left_out(desk: Desk) -> None:
    """Two links for one offer would be one too many."""
    ask(desk)
    sms = Tape(Outcome.TRY_LATER)
    send(desk, LONG, sms=sms)
    desk.street.database.clock.at += timedelta(minutes=1)  # type: ignore[attr-defined]

    send(desk, replace(LONG, key=b"x" * 32), sms=sms)

    first, second = sms.messages
    assert "link" in first.params
    assert "link" not in second.params
    assert (first.text, first.code) == (second.text, second.code)
