"""The check that plugin authors rely on: it passes what is good and finds what is not."""

import time
from collections.abc import Callable
from itertools import count
from threading import get_ident
from typing import Any, cast

import pytest

from dispatch.model.message import Capabilities, Message, Outcome, Receipt
from dispatch.testing import RecordingChannel, a_message, check_channel

SENT = Receipt(outcome=Outcome.SENT)


class Good:
    """Keeps the promise."""

    capabilities = Capabilities()

    def __init__(self) -> None:
        """Open."""
        self.arrived: dict[str, Message] = {}

    def send(self, message: Message) -> Receipt:
        """Send once per key; one number does not exist."""
        if message.to == "bad":
            return Receipt(outcome=Outcome.GIVE_UP)
        self.arrived.setdefault(message.key, message)
        return SENT


def test_a_channel_that_keeps_the_promise_passes() -> None:
    """With everything that can be checked being checked."""
    good = Good()

    check_channel(good, good_address="good", bad_address="bad", effects=lambda: len(good.arrived))


def _raises(message: Message) -> Receipt:
    raise ValueError(message.to)


def _fails_in_threads() -> Callable[[Message], Receipt]:
    home = get_ident()
    return lambda message: SENT if get_ident() == home else Receipt(outcome=Outcome.TRY_LATER)


@pytest.mark.parametrize(
    ("send", "said"),
    [
        (_raises, "send raised ValueError"),
        (lambda message: True, "send returned bool, not a Receipt"),
        (lambda message: Receipt(outcome=Outcome.TRY_LATER, note="later"), "ended as try_later (later)"),
        (lambda message: Receipt(outcome=Outcome.SENT, note=f"to {message.to}"), "the note quotes"),
        (lambda message: Receipt(outcome=Outcome.SENT, note=message.text), "the note quotes"),
        (
            lambda message: SENT if len(message.text) < 200 else Receipt(outcome=Outcome.GIVE_UP),
            "a message of 500 characters ended as give_up",
        ),
        (lambda message: SENT if message.text.isprintable() else _raises(message), "send raised ValueError"),
        (lambda message: SENT if message.to else _raises(message), "send raised ValueError"),
        (lambda message: SENT, "a message to the bad address ended as sent"),
        (lambda message: Receipt(outcome=Outcome.SENT, note=cast("Any", 7)), "are not both text"),
        (lambda message: Receipt(outcome=cast("Any", "sent")), "'sent' is no Outcome"),
    ],
)
def test_a_channel_that_breaks_the_promise_is_told_how(
    send: Callable[[Message], Receipt], said: str
) -> None:
    """The error says which part was not kept."""
    broken: Any = Good()
    broken.send = send

    with pytest.raises(AssertionError) as told:
        check_channel(broken, good_address="good", bad_address="bad")

    assert said in str(told.value)


def test_a_channel_that_sends_a_key_twice_is_found_out() -> None:
    """Where the other end can be looked at."""
    twice = RecordingChannel()

    with pytest.raises(AssertionError, match="a key handed over twice arrived 2 times"):
        check_channel(twice, good_address="", effects=lambda: len(twice.messages))


def test_a_channel_that_serves_one_thread_only_is_found_out() -> None:
    """The outbox sends from several."""
    alone: Any = Good()
    alone.send = _fails_in_threads()

    with pytest.raises(AssertionError, match="from one of several threads ended as try_later"):
        check_channel(alone, good_address="good")


def test_a_channel_that_loses_a_message_among_threads_is_found_out() -> None:
    """Each key handed over arrives, however many threads hand keys over."""
    lossy: Any = Good()
    keep, calls = lossy.send, count()
    lossy.send = lambda message: SENT if next(calls) > 25 else keep(message)

    with pytest.raises(AssertionError, match=r"9 keys from many threads arrived [0-8] times"):
        check_channel(lossy, good_address="good", effects=lambda: len(lossy.arrived))


def test_a_channel_without_capabilities_is_found_out() -> None:
    """The rules that no channel may forget are kept by them."""
    mute: Any = Good()
    mute.capabilities = None

    with pytest.raises(AssertionError, match="no attribute capabilities"):
        check_channel(mute, good_address="good")


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (Receipt(outcome=Outcome.GIVE_UP), "outcome_of denies a message that was sent"),
        (SENT, "outcome_of knows a message that was never handed over"),
    ],
)
def test_a_channel_that_remembers_what_was_not_is_found_out(answer: Receipt, said: str) -> None:
    """What it says decides whether a message goes out once more."""

    class Liar(Good):
        def outcome_of(self, key: str) -> Receipt | None:
            return answer

    with pytest.raises(AssertionError, match=said):
        check_channel(Liar(), good_address="good")


def test_a_channel_that_rests_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """The waiting is the outbox's: here every look at the clock finds two seconds gone."""
    ticks = count(step=2)
    monkeypatch.setattr(time, "perf_counter", lambda: float(next(ticks)))

    with pytest.raises(AssertionError, match=r"no message took less than 2\.0 s"):
        check_channel(Good(), good_address="good")


def test_a_recording_channel_remembers_and_answers_as_told() -> None:
    """Tests of the desk script what a channel does."""
    later = Receipt(outcome=Outcome.TRY_LATER)
    channel = RecordingChannel([later, TimeoutError()])

    assert channel.send(a_message(key="1")) == later
    with pytest.raises(TimeoutError):
        channel.send(a_message(key="2"))
    assert channel.send(a_message(key="3")) == SENT
    assert channel.keys == ["1", "2", "3"]
