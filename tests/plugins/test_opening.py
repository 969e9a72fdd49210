"""Which channels are opened, and what stands in for them on a rehearsal."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from dispatch.errors import Misconfigured
from dispatch.model.message import Capabilities, Outcome
from dispatch.plugins.channel import Channel, OpenChannel, Options
from dispatch.plugins.guarded import Guarded
from dispatch.plugins.manager import load
from dispatch.plugins.opening import open_channels
from dispatch.plugins.rehearsed import Rehearsed
from dispatch.testing import RecordingChannel, a_message, check_channel

GATEWAY = Capabilities(needs_phone=True, reaches_real_people=True, is_two_way=True, longest_text=70)


def offered(*names: str) -> tuple[dict[str, OpenChannel], list[Options]]:
    """Return openers of recording channels, and the options with which they get opened."""
    opened: list[Options] = []

    def open_one(options: Options) -> Channel:
        opened.append(options)
        return RecordingChannel(capabilities=GATEWAY)

    return dict.fromkeys(names, open_one), opened


def test_only_what_has_a_section_or_is_wanted_is_opened() -> None:
    """Offering a channel costs nothing."""
    openers, opened = offered("a", "b", "c", "d")

    channels = open_channels(openers, {"a": {"x": 1}, "d": {"enabled": True}}, ["c"], rehearsal=False)

    assert list(channels) == ["a", "c", "d"]
    assert opened == [{"x": 1}, {}, {}]


def test_the_phone_list_and_the_console_are_open_without_a_section(tmp_path: Path) -> None:
    """A desk that has configured nothing can work; the folder, which must be told where, stays closed."""
    ours = load(installed=False).channels()

    assert list(open_channels(ours, {}, rehearsal=False)) == ["console", "phone-list"]
    assert "json-folder" in open_channels(ours, {"json-folder": {"folder": str(tmp_path)}}, rehearsal=False)


def test_a_channel_can_be_switched_off() -> None:
    """``enabled = false`` closes one, even one of those that need no section."""
    ours = load(installed=False).channels()

    assert list(open_channels(ours, {"console": {"enabled": False}}, rehearsal=False)) == ["phone-list"]


@pytest.mark.parametrize(
    ("sections", "wanted", "said"),
    [
        ({"smms": {}}, [], "channels: nothing offers a channel called smms"),
        ({}, ["smms"], "rules.channels: nothing offers a channel called smms"),
        ({"sms": {"enabled": False}}, ["sms"], "rules.channels: sms is switched off"),
    ],
)
def test_what_cannot_be_opened_is_named(
    sections: Mapping[str, Options], wanted: list[str], said: str
) -> None:
    """A typo in a channel's name is an error, and no message waits for ever on a channel that is closed."""
    openers, _ = offered("sms")

    with pytest.raises(Misconfigured) as told:
        open_channels(openers, sections, wanted, rehearsal=False)

    assert str(told.value) == said


def test_on_a_rehearsal_a_twin_stands_in_for_what_reaches_people() -> None:
    """The real channel is handed nothing; the twin can do the same, and says that it only rehearsed."""
    real = RecordingChannel(capabilities=GATEWAY)

    channel = open_channels({"sms": lambda options: real}, {"sms": {}}, rehearsal=True)["sms"]
    receipt = channel.send(a_message())

    assert real.messages == []
    assert (receipt.outcome, receipt.note) == (Outcome.SENT, "rehearsed, not sent")
    assert channel.capabilities == Capabilities(
        needs_phone=True, reaches_real_people=False, is_two_way=True, longest_text=70
    )


def test_on_a_rehearsal_what_reaches_nobody_stays_itself() -> None:
    """The phone list is printed on a rehearsal as on any day."""
    real = RecordingChannel()

    open_channels({"list": lambda options: real}, {"list": {}}, rehearsal=True)["list"].send(a_message())

    assert len(real.messages) == 1


def test_on_a_real_day_the_channel_itself_is_used_behind_its_guard() -> None:
    """Nothing else comes between."""
    real = RecordingChannel(capabilities=GATEWAY)

    channel = open_channels({"sms": lambda options: real}, {"sms": {}}, rehearsal=False)["sms"]

    assert isinstance(channel, Guarded)
    assert channel.inner is real


def test_the_twin_keeps_the_channel_promise_and_remembers_a_bounded_number() -> None:
    """A rehearsal of any length fits into memory."""
    twin = Rehearsed(GATEWAY)
    check_channel(twin, good_address="+9991380000001")
    for number in range(2_000):
        twin.send(a_message(number=number))

    assert [message.number for message in twin.messages] == list(range(1_000, 2_000))
