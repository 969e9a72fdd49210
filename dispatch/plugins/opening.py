"""Open the channels that the settings name, each behind its guard; on a rehearsal its fake twin."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

from dispatch.errors import Misconfigured
from dispatch.plugins.channel import OpenChannel, Options
from dispatch.plugins.fields import checked
from dispatch.plugins.guarded import Guarded
from dispatch.plugins.rehearsed import Rehearsed

ALWAYS: Final = ("phone-list", "console")
"""Opened without a section of their own, since they need no options."""


def open_channels(
    offered: Mapping[str, OpenChannel],
    sections: Mapping[str, Options],
    wanted: Collection[str] = (),
    *,
    rehearsal: bool,
) -> dict[str, Guarded]:
    """Open every channel that has a section or is wanted, and the phone list and the console.

    Args:
        offered: What the plugins offer, by name.
        sections: The settings' options by channel. ``enabled = false`` closes one; the
            channel does not see that option.
        wanted: Channels that the rules name; each must be there.
        rehearsal: Whether channels that reach real people are replaced by twins which send nothing.

    Raises:
        Misconfigured: A section or a rule names a channel that nothing offers, or that is
            switched off; or an option is not as the channel needs it.
        PluginBroke: A plugin's channel could not be opened, or does not say what it can do.
    """
    for name in sections:
        if name not in offered:
            raise _not_offered("channels", name, offered)
    closed = {name for name, options in sections.items() if options.get("enabled") is False}
    for name in wanted:
        if name not in offered:
            raise _not_offered("rules.channels", name, offered)
        if name in closed:
            raise Misconfigured(
                "rules.channels: {channel} is switched off",
                channel=name,
                hint="take it out of the rules, or take out enabled = false below [channels.{channel}]",
            )
    names = {*sections, *wanted, *(name for name in ALWAYS if name in offered)} - closed
    return {name: _open(name, offered[name], sections.get(name, {}), rehearsal) for name in sorted(names)}


def _open(name: str, open_channel: OpenChannel, section: Options, rehearsal: bool) -> Guarded:
    options: Options = {key: value for key, value in section.items() if key != "enabled"}
    fields = getattr(open_channel, "fields", None)
    if fields is not None:
        options = checked(name, options, fields)
    channel = open_channel(options)
    if rehearsal and channel.capabilities.reaches_real_people:
        channel = Rehearsed(channel.capabilities)
    return Guarded(name, channel)


def _not_offered(setting: str, name: str, offered: Mapping[str, OpenChannel]) -> Misconfigured:
    return Misconfigured(
        "{setting}: nothing offers a channel called {channel}",
        setting=setting,
        channel=name,
        hint="offered: {offered}",
        offered=tuple(sorted(offered)),
    )
