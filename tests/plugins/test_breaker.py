"""When a channel is left alone, and when it is tried again."""

import logging

import pytest

from dispatch.model.message import Capabilities, Outcome, Receipt
from dispatch.plugins.breaker import Breaker
from dispatch.plugins.guarded import Guarded
from dispatch.testing import RecordingChannel, a_message


class Watch:
    """A stopwatch that is set by hand."""

    now = 100.0

    def __call__(self) -> float:
        """Give the seconds."""
        return self.now


def test_five_failures_in_a_minute_open_it_and_a_minute_later_one_trial_decides() -> None:
    """A trial that fails costs another minute; one that works closes it, and the count begins anew."""
    watch = Watch()
    breaker = Breaker(watch)
    for _ in range(4):
        breaker.failed()
    before = breaker.rest_seconds
    breaker.failed()
    opened = breaker.rest_seconds
    watch.now += 61
    on_trial = (breaker.is_open, breaker.rest_seconds)
    breaker.failed()
    again = breaker.rest_seconds
    watch.now += 61
    breaker.worked()
    breaker.failed()

    assert (before, opened, on_trial, again) == (0, 60, (True, 0), 60)
    assert (breaker.is_open, breaker.rest_seconds) == (False, 0)


def test_failures_far_apart_open_nothing() -> None:
    """One failure now and then is no reason to leave a channel alone."""
    watch = Watch()
    breaker = Breaker(watch)
    for _ in range(9):
        breaker.failed()
        watch.now += 16

    assert not breaker.is_open


def test_only_the_channels_own_faults_count(caplog: pytest.LogCaptureFixture) -> None:
    """A receipt that says that the message did not go is an answer; an exception is none."""
    answers = [Receipt(outcome=one) for one in (Outcome.TRY_LATER, Outcome.GIVE_UP, Outcome.UNKNOWN)] * 3
    able = Capabilities(needs_phone=False, reaches_real_people=False)
    sober = Guarded("sober", RecordingChannel(answers, able))
    broken = Guarded("broken", RecordingChannel([ValueError()] * 5, able))
    with caplog.at_level(logging.CRITICAL):
        for _ in range(9):
            sober.send(a_message())
        for _ in range(5):
            broken.send(a_message())

    assert sober.rest_seconds == 0
    assert 59 < broken.rest_seconds <= 60


def test_a_channel_is_handed_only_what_it_reads() -> None:
    """In this process as in one of its own; key, kind, language and template always."""
    inner = RecordingChannel(capabilities=Capabilities(needs_phone=False, reads=("code",)))

    Guarded("bell", inner).send(a_message(to="somebody"))

    (seen,) = inner.messages
    assert (seen.to, seen.text, seen.params, seen.code, seen.number) == ("", "", {}, "3K", 0)
    assert (seen.key, seen.kind, seen.language, seen.template) == (
        a_message().key,
        a_message().kind,
        "zh",
        "offer",
    )
