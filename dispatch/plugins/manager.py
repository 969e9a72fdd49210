"""Find plugins, check them, hand over: the one place that speaks to pluggy."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from importlib import import_module
from importlib.metadata import EntryPoint, PackageNotFoundError, entry_points, version
from typing import Any, Final

import pluggy

from dispatch.errors import DispatchError, PluginBroke
from dispatch.i18n import Sentence, sentence
from dispatch.model.message import Capabilities, Message, Receipt
from dispatch.plugins import hookspecs
from dispatch.plugins.channel import Channel, OpenChannel, Options
from dispatch.plugins.cost_terms import CostTerm, CostTerms, Offered
from dispatch.plugins.faults import plugin_broke, where_it_broke
from dispatch.solver.problem import OUR_TERMS

BUILT_IN: Final = (
    "dispatch.plugins.console",
    "dispatch.plugins.phone_list",
    "dispatch.plugins.json_folder",
    "dispatch.plugins.apprise",
    "dispatch.plugins.web_push",
    "dispatch.plugins.webhook",
    "dispatch.plugins.continuity",
    "dispatch.plugins.sms_aliyun",
    "dispatch.plugins.sms_tencent",
)
"""Modules of our own that are plugins like any other."""

GROUP: Final = "sandan"
"""The entry-point group by which installed packages offer theirs."""

OURS: Final = "sandan"
"""The distribution that our own plugins come with."""

_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")

log = logging.getLogger("dispatch.plugins")


@dataclass(frozen=True, slots=True, kw_only=True)
class Plugin:
    """One plugin that was found.

    Args:
        name: Its entry point's name; a built-in's is that of what it offers.
        package: The distribution it came with.
        version: That distribution's; empty where it is not installed.
        hooks: Which hooks it answers to; empty until it is loaded.
    """

    name: str
    package: str
    version: str = ""
    hooks: tuple[str, ...] = ()


class Plugins:
    """The plugins that were loaded, behind typed calls: pluggy's own take and give anything."""

    def __init__(self) -> None:
        """Start with none."""
        self._manager = pluggy.PluginManager(hookspecs.NAMESPACE)
        self._manager.add_hookspecs(hookspecs)
        self._known: dict[str, Plugin] = {}

    def register(self, plugin: Plugin, find: Callable[[], object]) -> None:
        """Import a plugin and check what it offers.

        Args:
            plugin: Who it is, for the error.
            find: Imports it.

        Raises:
            PluginBroke: It cannot be imported, answers to a hook that we do not have or
                in another way than we ask, or answers to none.
        """
        label = f"{plugin.package}:{plugin.name}"
        try:
            module = find()
            self._manager.register(module, label)
            self._manager.check_pending()
        except (Exception, SystemExit) as fault:
            raise _broke(plugin, _what_is_wrong(fault)) from fault
        hooks = tuple(sorted(caller.name for caller in self._manager.get_hookcallers(module) or ()))
        if not hooks:
            raise _broke(plugin, sentence("it answers to no hook"))
        self._known[label] = replace(plugin, hooks=hooks)

    def found(self) -> tuple[Plugin, ...]:
        """Return every plugin that was loaded, our own first."""
        return tuple(self._known.values())

    def channels(self) -> Mapping[str, OpenChannel]:
        """Return every channel offered, by name.

        Raises:
            PluginBroke: A plugin fails when asked, offers something that is no channel, or a
                name that another offers too. Opening one raises it as well where the channel
                cannot be opened or does not say what it can do.
        """
        found: dict[str, OpenChannel] = {}
        offered_by: dict[str, Plugin] = {}
        for plugin, ask in self._asked("dispatch_channels"):
            for name, open_channel in _offers_of(plugin, ask).items():
                if name in offered_by:
                    raise PluginBroke(
                        "plugins {one} and {other} both offer a channel called {channel}",
                        one=_shown(offered_by[name]),
                        other=_shown(plugin),
                        channel=name,
                        hint="leave one out in dispatch.toml: [plugins] off = [\"{name}\"]",
                        name=plugin.name,
                    )
                offered_by[name] = plugin
                found[name] = _checked(plugin, name, open_channel)
        return found

    def cost_terms(self) -> CostTerms:
        """Return every cost term offered.

        Raises:
            PluginBroke: A plugin fails when asked, offers something that is no cost term, or a
                name that another offers too or that is one of ours.
        """
        found: dict[str, tuple[Plugin, CostTerm]] = {}
        for plugin, ask in self._asked("dispatch_cost_terms"):
            for name, term in _terms_of(plugin, ask).items():
                if name in found:
                    raise PluginBroke(
                        "plugins {one} and {other} both offer a cost term called {term}",
                        one=_shown(found[name][0]),
                        other=_shown(plugin),
                        term=name,
                        hint="leave one out in dispatch.toml: [plugins] off = [\"{name}\"]",
                        name=plugin.name,
                    )
                found[name] = plugin, term
        return CostTerms([Offered(name, _shown(one), one.name, term) for name, (one, term) in found.items()])

    def delivered(self, message: Message, receipt: Receipt) -> None:
        """Tell every listener how an attempt to send ended; what they raise is logged and goes no further."""
        for plugin, tell in self._asked("dispatch_delivered"):
            try:
                tell(message=message, receipt=receipt)
            except Exception as fault:  # noqa: BLE001  a plugin may raise anything, and must not stop the desk
                log.warning("listener %s stopped: %s", plugin.name, where_it_broke(fault))

    def _asked(self, hook: str) -> Iterator[tuple[Plugin, Callable[..., Any]]]:
        # One by one: pluggy itself stops at the first exception.
        for answer in getattr(self._manager.hook, hook).get_hookimpls():

            def call(answer: pluggy.HookImpl = answer, **given: object) -> Any:
                return answer.function(*(given[name] for name in answer.argnames))

            yield self._known[answer.plugin_name], call


def load(off: Collection[str] = (), installed: bool = True) -> Plugins:
    """Load our own plugins and the installed ones.

    Args:
        off: Names of plugins, or of packages, to leave out; they are not even imported.
        installed: Whether to look for installed plugins at all.

    Returns:
        Plugins loaded afresh: nothing is shared with an earlier call but the imported modules.

    Raises:
        PluginBroke: One of them is not as it must be; names it, its package and version.
    """
    plugins, ours = Plugins(), _own_version()
    for module in BUILT_IN:
        plugin = Plugin(name=module.rpartition(".")[2].replace("_", "-"), package=OURS, version=ours)
        if plugin.name not in off:
            plugins.register(plugin, partial(import_module, module))
    for entry in _entry_points() if installed else ():
        plugin = _plugin_of(entry)
        if plugin.name not in off and plugin.package not in off:
            plugins.register(plugin, entry.load)
    return plugins


def _own_version() -> str:
    try:
        return version(OURS)
    except PackageNotFoundError:
        return ""


def _entry_points() -> list[EntryPoint]:
    return sorted(entry_points(group=GROUP), key=lambda entry: (entry.name, entry.value))


def _plugin_of(entry: EntryPoint) -> Plugin:
    if entry.dist is None:
        return Plugin(name=entry.name, package="?")
    return Plugin(name=entry.name, package=entry.dist.name, version=entry.dist.version)


def _offers_of(plugin: Plugin, ask: Callable[[], Any]) -> Mapping[str, OpenChannel]:
    try:
        offers = ask()
    except Exception as fault:
        why = sentence("it failed when asked for its channels: {fault}", fault=where_it_broke(fault))
        raise _broke(plugin, why) from fault
    if not isinstance(offers, Mapping):
        raise _broke(plugin, sentence("dispatch_channels returned no mapping of names"))
    for name, open_channel in offers.items():
        if not isinstance(name, str) or not _NAME.fullmatch(name):
            why = sentence("a channel's name is lower-case-with-hyphens, and {name} is not", name=str(name))
            raise _broke(plugin, why)
        if not callable(open_channel):
            raise _broke(plugin, sentence("what it offers as channel {name} cannot be called", name=name))
    return offers


def _terms_of(plugin: Plugin, ask: Callable[[], Any]) -> Mapping[str, CostTerm]:
    try:
        offers = ask()
    except Exception as fault:
        why = sentence("it failed when asked for its cost terms: {fault}", fault=where_it_broke(fault))
        raise _broke(plugin, why) from fault
    if not isinstance(offers, Mapping):
        raise _broke(plugin, sentence("dispatch_cost_terms returned no mapping of names"))
    for name, term in offers.items():
        if not isinstance(name, str) or not _NAME.fullmatch(name):
            why = sentence("a cost term's name is lower-case-with-hyphens, and {name} is not", name=str(name))
            raise _broke(plugin, why)
        if name in OUR_TERMS:
            raise _broke(plugin, sentence("{name} is one of our own cost terms", name=name))
        if not isinstance(term, CostTerm) or not callable(term.metres) or not (term.en and term.zh):
            raise _broke(plugin, sentence("what it offers as cost term {name} is none", name=name))
    return offers


def _checked(plugin: Plugin, name: str, open_channel: OpenChannel) -> OpenChannel:
    def opened(options: Options) -> Channel:
        try:
            channel = open_channel(options)
            capabilities: object = getattr(channel, "capabilities", None)
        except DispatchError:
            raise
        except Exception as fault:
            why = sentence("channel {name} does not open: {fault}", name=name, fault=where_it_broke(fault))
            raise _broke(plugin, why) from fault
        if not isinstance(capabilities, Capabilities):
            raise _broke(plugin, sentence("channel {name} does not say what it can do", name=name))
        if not callable(getattr(channel, "send", None)):
            raise _broke(plugin, sentence("channel {name} cannot send", name=name))
        return channel

    # So that its options are checked before it is opened, and keys for it can be made.
    for name_of in ("fields", "new_keys"):
        if (found := getattr(open_channel, name_of, None)) is not None:
            setattr(opened, name_of, found)
    return opened


def _what_is_wrong(fault: BaseException) -> Sentence:
    if isinstance(fault, pluggy.PluginValidationError):
        return sentence("a hook is not as we ask for it: {fault}", fault=" ".join(str(fault).split()))
    return sentence("it cannot be loaded: {fault}", fault=f"{type(fault).__name__}: {fault}")


def _broke(plugin: Plugin, why: Sentence) -> PluginBroke:
    return plugin_broke(_shown(plugin), plugin.name, why)


def _shown(plugin: Plugin) -> str:
    if plugin.version:
        return f"{plugin.name} ({plugin.package} {plugin.version})"
    return f"{plugin.name} ({plugin.package})"
