"""What comes back over a channel, as the worker takes it in and the pages show it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import pytest

from dispatch.model.arrival import Arrival, Arrived, Incoming, Report
from dispatch.model.message import Capabilities, Message, Outcome, Receipt
from dispatch.plugins.guarded import Guarded
from dispatch.wiring import Wired
from tests.cli.conftest import LINE, Call


class Sms:
    """A channel whose reader answers each offer at once."""

    capabilities = Capabilities(reaches_real_people=False, is_two_way=True)

    def __init__(self, says: str) -> None:
        self.says = says
        self.arrivals: list[Arrival] = []

    def send(self, message: Message) -> Receipt:
        """Take the message; it arrives, and its reader writes back."""
        self.arrivals.append(Report(outcome=Arrived.ARRIVED, reference=message.key))
        if message.code:
            text = self.says.format(code=message.code)
            self.arrivals.append(Incoming(sender=message.to, text=text, message_id=message.key))
        return Receipt(outcome=Outcome.SENT, reference=message.key)

    def collect(self) -> Sequence[Arrival]:
        """Bring what came."""
        return list(self.arrivals)

    def acknowledge(self, arrivals: Sequence[Arrival]) -> None:
        """Let go of it."""
        self.arrivals = [one for one in self.arrivals if one not in arrivals]


@pytest.fixture
def sms(call: Call, monkeypatch: pytest.MonkeyPatch) -> Sms:
    """A request for which somebody is asked, over a channel that hears back."""
    channel = Sms("1 {code}")
    monkeypatch.setattr(Wired, "channels", {"sms": Guarded("sms", channel)})
    monkeypatch.setenv("DISPATCH_RULES__CHANNELS", "sms")
    monkeypatch.setenv("DISPATCH_RULES__POLICY", "one-at-a-time")
    assert call("take", LINE, "--yes").code == 0
    assert call("round").code == 0
    return channel


def offers(call: Call) -> list[dict[str, Any]]:
    """Who was asked."""
    found: list[dict[str, Any]] = call("request", "show", "1", "--json").document["offers"]
    return found


def test_delivering_takes_in_what_came_back(call: Call, sms: Sms) -> None:
    """An answer that came with the receipt counts in the same call, and the page says what arrived."""
    assert call("deliver").code == 0

    assert [one["state"] for one in offers(call)] == ["accepted"]
    assert sms.arrivals == []
    assert ": the message arrived" in call("request", "show", "1").out


def test_the_worker_takes_in_what_came_back(call: Call, sms: Sms) -> None:
    """Each look begins with it, and the note counts it."""
    first = call("run", "--every", "1s", "--for", "1s")
    second = call("run", "--every", "1s", "--for", "1s")

    assert (first.code, second.code) == (0, 0)
    assert "answers that came in: 1" in first.err + second.err
    assert [one["state"] for one in offers(call)] == ["accepted"]


def test_a_promised_time_is_shown_with_the_request(call: Call, sms: Sms) -> None:
    """On its page, in the list, and for programs."""
    sms.says = "接 {code} 两小时后到"
    assert call("deliver").code == 0

    page, listed = call("request", "show", "1").out, call("request", "list").out
    (one,) = offers(call)

    assert re.search(r" said: there at .*11:00", page)
    assert "said: there at" in listed
    assert one["promised_at"].startswith("2026-11-23T03:00")


def test_a_time_without_an_answer_is_read_out_in_today(call: Call, sms: Sms) -> None:
    """Beside the words as they came, with the commands that note what they meant."""
    sms.says = "半小时后到"
    assert call("deliver").code == 0

    seen = call("today").out

    assert "半小时后到" in seen
    assert "read as: there at" in seen
    assert "dispatch reply --on-behalf-of" in seen
