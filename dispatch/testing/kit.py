"""The contract kit: every promise of a channel, tried one after the other."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from dispatch.i18n import sentence
from dispatch.model.message import Capabilities, Outcome
from dispatch.plugins.channel import Channel, OpenChannel
from dispatch.plugins.fields import Field, FieldKind, checked
from dispatch.testing.examples import FICTIONAL_PHONE
from dispatch.testing.hearing import hearing_promises
from dispatch.testing.options import Filled, filled
from dispatch.testing.overheard import Overheard, overhear
from dispatch.testing.promises import (
    DoesNotApply,
    NotTried,
    Promise,
    PromiseBroken,
    Tried,
    Verdict,
    expect,
    hold,
    tried,
)
from dispatch.testing.provider import Mood, provider
from dispatch.testing.sending import Trial
from dispatch.testing.trouble import SECONDS, Trouble, keeps_secrets, opened_at


def check_channel(
    channel: Channel,
    *,
    good_address: str,
    bad_address: str | None = None,
    effects: Callable[[], int] | None = None,
) -> None:
    """Raise unless a channel keeps the promise of ``Channel``, as far as can be seen from outside.

    Really sends: about forty messages, so point the channel at a test double of its gateway.

    Args:
        channel: Opened and ready.
        good_address: What it can reach; empty where it needs no address.
        bad_address: What it can never reach, if there is such a thing.
        effects: Counts what has arrived so far at the other end. With it, the check
            sees whether a key handed over twice arrives once.

    Raises:
        AssertionError: Says which part of the promise was not kept.
    """
    with overhear(Overheard(), screen=False) as heard:
        trial = Trial(channel, good_address, bad_address, effects, heard)
        hold([*trial.promises(), *hearing_promises(channel, heard)])


def check_trouble(
    open_channel: OpenChannel,
    options: Mapping[str, Any] | None = None,
    *,
    good_address: str = FICTIONAL_PHONE,
    seconds: float = SECONDS,
) -> None:
    """Raise unless a channel comes through trouble of its provider, and shows its secrets nowhere.

    Sends nothing to anybody: options that are addresses are replaced by that of a provider of
    ours, which hangs, refuses and breaks off; secrets are replaced by made-up ones.

    Args:
        open_channel: What the plugin offers, with its ``fields``.
        options: What cannot be made up.
        good_address: What it can reach.
        seconds: Within which it must come back when its provider hangs.

    Raises:
        AssertionError: Says which part of the promise was not kept.
        Misconfigured: An option is missing and cannot be made up.
    """
    found = try_channel("channel", open_channel, options or {}, address=good_address, seconds=seconds)
    for one in found:
        if one.verdict is Verdict.BROKEN:
            assert one.why is not None
            raise PromiseBroken(one.why)


def try_channel(
    name: str,
    open_channel: OpenChannel,
    options: Mapping[str, Any],
    *,
    to: str | None = None,
    address: str = FICTIONAL_PHONE,
    seconds: float = SECONDS,
) -> list[Tried]:
    """Try every promise of a channel.

    Args:
        name: The channel's.
        open_channel: What the plugin offers; its ``fields`` say which options are addresses and secrets.
        options: Of its section, or for this trial; what is missing is made up where it can be.
        to: Where about forty messages are really sent, with the options as they are. Without it nothing
            leaves this computer: a provider of ours stands in where one of the options is an address.
        address: Where messages go that nobody gets.
        seconds: Within which it must come back when its provider hangs.

    Raises:
        Misconfigured: An option is missing and cannot be made up, or is not as it must be.
    """
    fields: tuple[Field, ...] | None = getattr(open_channel, "fields", None)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True)))
        if to is None:  # what is written on trial goes nowhere
            ours = {one.name for one in fields or () if one.kind is FieldKind.FOLDER}
            options = {**options, **dict.fromkeys(ours, str(folder))}
        make: Callable[[], Mapping[str, str]] | None = getattr(open_channel, "new_keys", None)
        whole = filled(name, fields, options, folder, keys=make() if make else None, as_they_are=to is not None)
        heard = stack.enter_context(overhear(Overheard()))
        found = tried([Promise(sentence("declares its options, each with a label"), lambda: _declares(name, fields))])
        trouble = _safely_opening(open_channel, whole, address, heard, seconds)
        if to is not None:
            channel = open_channel(whole.options)
            found += tried([*Trial(channel, to, heard=heard).promises(), *hearing_promises(channel, heard)])
        else:
            found += _sent_to_ourselves(open_channel, trouble.filled, address, heard, stack)
        found += tried(trouble.promises())
    # Only now is what was printed all there.
    return found + tried(keeps_secrets(heard, lambda: trouble.filled.secrets))


def _safely_opening(
    open_channel: OpenChannel, whole: Filled, address: str, heard: Overheard, seconds: float
) -> Trouble:
    """Prefer made-up secrets, which may be sent anywhere; a key of a certain form has to be the one given."""
    canaries = whole.with_canaries()
    try:
        open_channel(canaries.options)
    except Exception:  # noqa: BLE001  a made-up key need not be one
        canaries = whole
    return Trouble(open_channel, canaries, address, heard, seconds)


def _sent_to_ourselves(
    open_channel: OpenChannel, whole: Filled, address: str, heard: Overheard, stack: ExitStack
) -> list[Tried]:
    there = stack.enter_context(provider(Mood.WELL))
    options = whole.at(there.url)
    effects: Callable[[], int] | None = lambda: there.arrived  # noqa: E731  one of two
    try:
        channel = opened_at(open_channel, options)
    except (DoesNotApply, NotTried):
        channel, effects = open_channel(whole.options), None
    trial = Trial(channel, address, None, effects, heard)
    first = next(promises := trial.promises())
    found = tried([first])
    if not isinstance(getattr(channel, "capabilities", None), Capabilities):
        return found
    why = None
    if effects is None and channel.capabilities.reaches_real_people:
        why = sentence("nothing is sent to real people; name a fake twin with --option, and --to")
    elif not _is_understood(trial):
        why = sentence("our provider is not understood; name a fake twin with --option, and --to")
    if why is None:
        return found + tried([*promises, *hearing_promises(channel, heard)])
    beside = [Tried(one.name, Verdict.NOT_TRIED, why) for one in promises]
    return found + beside + tried(hearing_promises(channel, heard))


def _is_understood(trial: Trial) -> bool:
    """Return whether an empty answer with status 200 means sent to the channel; a broken promise shows itself later."""
    try:
        return trial.send(trial.message()).outcome is Outcome.SENT
    except PromiseBroken:
        return True


def _declares(name: str, fields: object) -> None:
    if fields is None:
        raise DoesNotApply(sentence("it declares no fields, so nothing about its options can be checked"))
    told = sentence("fields is no tuple of Field")
    expect(isinstance(fields, tuple) and all(isinstance(one, Field) for one in fields), told)
    assert isinstance(fields, tuple)
    for one in fields:
        told = sentence("the option {option} has no label in both languages", option=one.name)
        expect(bool(one.zh.strip() and one.en.strip()), told)
        told = sentence("the secret {option} has a default", option=one.name)
        expect(one.kind is not FieldKind.SECRET or not one.default, told)
        if one.default is not None:
            checked(name, {one.name: one.default}, [one])
    told = sentence("two of its options have one name")
    expect(len({one.name for one in fields}) == len(fields), told)
