"""What channels and plugins declare, and how their last message ended, for the pages that list them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from dispatch.cli.words import listed, words
from dispatch.errors import DispatchError
from dispatch.i18n import Sentence, say
from dispatch.model.message import DeliveryState
from dispatch.plugins.opening import ALWAYS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from dispatch.cli.calling import Call
    from dispatch.model.message import Capabilities
    from dispatch.plugins.declaring import Declared
    from dispatch.plugins.manager import Plugins

LAST_SENTENCES: Final = {
    DeliveryState.READY: Sentence("not yet; again at {when}"),
    DeliveryState.SENDING: Sentence("under way"),
    DeliveryState.SENT: Sentence("sent {when}"),
    DeliveryState.GAVE_UP: Sentence("given up {when}"),
    DeliveryState.DROPPED: Sentence("no longer needed {when}"),
    DeliveryState.HELD: Sentence("held {when}"),
}

READ_SENTENCES: Final = {
    "to": Sentence("the address"),
    "text": Sentence("the text"),
    "params": Sentence("the details in it"),
    "code": Sentence("the answering code"),
    "number": Sentence("the request's number"),
}

HOOK_SENTENCES: Final = {
    "dispatch_channels": Sentence("channels"),
    "dispatch_commands": Sentence("commands"),
    "dispatch_cost_terms": Sentence("reasons for sending somebody"),
    "dispatch_delivered": Sentence("hears of deliveries"),
    "dispatch_exporters": Sentence("export formats"),
    "dispatch_sources": Sentence("requests from other systems"),
}

def plugins_of(call: Call) -> Plugins:
    """Return the plugins; there need be no database to look at them."""
    try:
        return call.wired.plugins
    except DispatchError:
        from dispatch.plugins.manager import load

        return load(off=call.settings.plugins.off, folder=call.settings.plugins.found_in)


def names_offered(plugins: Plugins, ours: Mapping[str, object]) -> dict[str, dict[str, list[str]]]:
    """Return by a plugin's label and by hook the names of what it offers, where what it offers has names.

    Args:
        ours: Our own commands by name.
    """
    found: dict[str, dict[str, list[str]]] = {}
    for hook, offered in (
        ("dispatch_channels", plugins.channels()),
        ("dispatch_commands", plugins.commands(ours)),
        ("dispatch_exporters", plugins.exporters()),
        ("dispatch_sources", plugins.sources()),
    ):
        for name, one in sorted(offered.items()):
            found.setdefault(one.plugin.label, {}).setdefault(hook, []).append(name)
    return found


def hook_words(hook: str, names: Sequence[str]) -> str:
    """Say what a plugin offers by one hook, with the names by which it is used."""
    said = words(HOOK_SENTENCES[hook])
    return words("{what}: {names}", what=said, names=tuple(names)) if names else said


def all_declared(call: Call, plugins: Plugins) -> dict[str, Declared]:
    """Return what every channel declares, by name."""
    from dispatch.plugins.declaring import declared

    return {name: declared(name, offer, call.settings.channels) for name, offer in sorted(plugins.channels().items())}


def last_messages(call: Call, names: Iterable[str]) -> dict[str, tuple[DeliveryState, datetime]]:
    """Return how the newest message of each channel ended; nothing where there is no database."""
    from dispatch.store.last_receipts import last_of_channels

    try:
        return call.read(lambda tx: last_of_channels(tx.connection, tx.community, names))
    except DispatchError:
        return {}


def last_words(call: Call, last: tuple[DeliveryState, datetime] | None) -> Sentence | None:
    """Say how a message ended and when."""
    if last is None:
        return None
    return Sentence(LAST_SENTENCES[last[0]].id, {"when": call.clock_text(last[1])})


def is_used(call: Call, name: str) -> bool:
    """Return whether the rules name a channel."""
    return name in (*call.settings.rules.channels, *call.settings.rules.resident_channels)


def is_opened(call: Call, one: Declared) -> bool:
    """Return whether a channel is open as the settings stand."""
    return one.is_ready and (one.has_section or is_used(call, one.name) or one.name in ALWAYS)


def is_rehearsing(call: Call) -> bool:
    """Return whether only fake twins are used here."""
    try:
        return call.wired.is_rehearsal
    except DispatchError:
        return False


def abilities(can: Capabilities | None) -> str:
    """Say what a channel can do."""
    if can is None:
        return words("says so once it is set up")
    return listed(
        words("answers come back") if can.is_two_way else "",
        words("says whether it arrived") if can.gives_receipts else "",
        words("approved texts only") if can.templates_only else "",
        words("{price} fen a part", price=can.fen_per_part) if can.fen_per_part else "",
        words("up to {count} characters", count=can.longest_text) if can.longest_text else "",
        words("silent in quiet hours") if can.disturbs else words("disturbs nobody"),
    )


def reads(can: Capabilities | None) -> str:
    """Say what of a message a channel is handed."""
    if can is None:
        return ""
    if set(READ_SENTENCES) <= set(can.reads):
        return words("the whole message")
    return listed(*(words(READ_SENTENCES[name]) for name in can.reads if name in READ_SENTENCES)) or words("nothing")


def what_is_wrong(one: Declared) -> str:
    """Say what is missing in a channel's section, or wrong with it; nothing where it is not used and may be so."""
    from dispatch.cli.words import language

    if one.missing:
        labels = tuple(say(Sentence("{label}", {"label": label}), language()) for label in one.missing)
        return words("to be set: {labels}", labels=labels)
    return words(one.fault) if one.fault is not None else ""


def channel_json(call: Call, one: Declared, last: tuple[DeliveryState, datetime] | None) -> dict[str, Any]:
    """Give a channel as programs read it."""
    can = one.can
    leaves = None if can is None or not is_opened(call, one) else can.reaches_real_people and not is_rehearsing(call)
    return {
        "name": one.name,
        "open": is_opened(call, one),
        "used": is_used(call, one.name),
        "leaves_this_computer": leaves,
        "plugin": one.plugin.name,
        "package": one.plugin.package,
        "version": one.plugin.version,
        "configured": one.has_section,
        "missing": [words(Sentence("{label}", {"label": label})) for label in one.missing],
        "fault": None if one.fault is None else words(one.fault),
        "can": None if can is None else can.to_json(),
        "last": None if last is None else {"state": last[0].value, "at": last[1]},
    }
