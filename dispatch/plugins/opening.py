"""Open the channels that the settings name, each behind its guard; on a rehearsal its fake twin."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Final

from dispatch.errors import Misconfigured, PluginBroke
from dispatch.plugins.channel import Channel, OpenChannel, Options
from dispatch.plugins.elsewhere import Elsewhere, OpensElsewhere
from dispatch.plugins.fields import checked
from dispatch.plugins.guarded import Guarded
from dispatch.plugins.registering import OpensHere
from dispatch.plugins.rehearsed import Rehearsed
from dispatch.plugins.reserved import Limits, taken_out
from dispatch.plugins.secrets_kept import with_secrets
from dispatch.settings.shapes import Section

ALWAYS: Final = ("phone-list", "console")
"""Opened without a section of their own, since they need no options."""

_SIDE_BY_SIDE: Final = 8


def open_channels(
    offered: Mapping[str, OpenChannel],
    sections: Mapping[str, Options],
    wanted: Collection[str] = (),
    *,
    rehearsal: bool,
    broken: bool = False,
    on_fault: Callable[[PluginBroke], None] | None = None,
) -> dict[str, Guarded]:
    """Open every channel that has a section or is wanted, and the phone list and the console.

    Args:
        offered: What the plugins offer, by name.
        sections: The settings' options by channel. Those of ``reserved.RESERVED`` are the desk's; the
            channel does not see them.
        wanted: Channels that the rules name; each must be there.
        rehearsal: Whether channels that reach real people are replaced by twins which send nothing.
        broken: Whether a plugin broke, so that nobody knows what it would have offered: then a name that nothing
            offers is left out, and what waits for it goes to the next channel.
        on_fault: Told of a channel that cannot be opened, which is then left out as well; without it that is raised.

    Raises:
        Misconfigured: A section or a rule names a channel that nothing offers, or that is
            switched off; or an option is not as the channel needs it.
        PluginBroke: A plugin's channel could not be opened, or does not say what it can do.
    """
    for setting, names in (("channels", sections), ("rules.channels", wanted)):
        for name in names:
            if name not in offered and not broken:
                raise _not_offered(setting, name, offered)
    said = {name: taken_out(name, sections.get(name, {})) for name in {*sections, *wanted, *ALWAYS}}
    closed = {name for name, (limits, _) in said.items() if not limits.is_enabled}
    for name in wanted:
        if name in closed:
            raise Misconfigured(
                "rules.channels: {channel} is switched off",
                channel=name,
                hint="take it out of the rules, or take out enabled = false below [channels.{channel}]",
            )
    prepared = {
        name: _prepared(name, offered[name], *said[name], _exposed(sections.get(name)))
        for name in sorted(set(said) - closed)
        if name in offered
    }
    with ThreadPoolExecutor(_SIDE_BY_SIDE) as threads:  # each may wait for a process of its own
        opening = {name: threads.submit(partial(_open, name, work, rehearsal)) for name, work in prepared.items()}
    opened: dict[str, Guarded] = {}
    fault: Exception | None = None
    for name, one in opening.items():
        try:
            opened[name] = one.result()
        except PluginBroke as broke:
            if on_fault is None:
                fault = fault or broke
            else:
                on_fault(broke)
        except Misconfigured as wrong:
            fault = wrong
    if fault is not None:
        for guarded in opened.values():
            guarded.close()
        raise fault
    return opened


def _exposed(section: Options | None) -> frozenset[str]:
    return section.exposed if isinstance(section, Section) else frozenset()


def _prepared(
    name: str, offer: OpenChannel, limits: Limits, options: Options, exposed: frozenset[str]
) -> tuple[Callable[[], Channel], Limits]:
    fields = getattr(offer, "fields", None)
    if fields is not None:
        options = checked(name, with_secrets(name, options, fields, exposed=exposed), fields)
    if isinstance(offer, OpensElsewhere):
        if limits.own_process is False:
            raise Misconfigured(
                "channels.{channel}.own_process: what others wrote always runs in a process of its own",
                channel=name,
                hint="take the line out; to try the channel out by itself: dispatch.testing.check_channel",
            )
        return partial(offer.open, options, limits), limits
    if limits.own_process:
        if name in ALWAYS or not isinstance(offer, OpensHere):
            raise Misconfigured(
                "channels.{channel}.own_process: this channel runs in the desk's own process",
                channel=name,
                hint="take the line out",
            )
        return partial(OpensElsewhere.of_ours(offer).open, options, limits), limits
    return partial(offer, options), limits


def _open(name: str, work: tuple[Callable[[], Channel], Limits], rehearsal: bool) -> Guarded:
    open_it, limits = work
    channel = open_it()
    if rehearsal and channel.capabilities.reaches_real_people:
        if isinstance(channel, Elsewhere):
            channel.close()
        channel = Rehearsed(channel.capabilities)
    return Guarded(name, channel, limits)


def _not_offered(setting: str, name: str, offered: Mapping[str, OpenChannel]) -> Misconfigured:
    return Misconfigured(
        "{setting}: nothing offers a channel called {channel}",
        setting=setting,
        channel=name,
        hint="offered: {offered}",
        offered=tuple(sorted(offered)),
    )
