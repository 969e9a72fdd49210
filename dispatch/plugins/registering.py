"""Register one plugin and look at what it offers, before anything is done with it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import EntryPoint
from typing import Any, Final

import pluggy

from dispatch.errors import DispatchError, PluginBroke
from dispatch.i18n import Sentence, sentence
from dispatch.model.message import Capabilities
from dispatch.plugins import hookspecs
from dispatch.plugins.channel import Channel, OpenChannel, Options
from dispatch.plugins.faults import plugin_broke, where_it_broke
from dispatch.plugins.fields import Field
from dispatch.plugins.from_file import MARK, imported_file

_NAME: Final = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Plugin:
    """One plugin that was found.

    Args:
        name: Its entry point's name; a built-in's is that of what it offers.
        package: The distribution it came with.
        version: That distribution's; empty where it is not installed.
        hooks: Which hooks it answers to; empty until it is loaded.
        fault: What is wrong with it, where it broke.
    """

    name: str
    package: str
    version: str = ""
    hooks: tuple[str, ...] = ()
    fault: Sentence | None = None

    @property
    def shown(self) -> str:
        """The plugin with its package and version, as people read it."""
        package = f"{self.package} {self.version}" if self.version else self.package
        return f"{self.name} ({package.strip('()')})"

    @property
    def label(self) -> str:
        """What it is registered under."""
        return f"{self.package}:{self.name}"

    def broke(self, why: Sentence) -> PluginBroke:
        """Return the error that names it."""
        return plugin_broke(self.shown, self.name, why)


class OpensHere:
    """How a channel is opened in this process: what its plugin offers, behind a look at what comes out.

    Args:
        source: Where its plugin is imported from, as an entry point says it.
    """

    def __init__(self, plugin: Plugin, name: str, offered: OpenChannel, source: str = "") -> None:
        self.plugin = plugin
        self.name = name
        self.source = source
        self.fields: tuple[Field, ...] | None = getattr(offered, "fields", None)
        """So that its options are checked before it is opened."""
        can = getattr(offered, "capabilities", None)
        self.capabilities: Capabilities | None = can if isinstance(can, Capabilities) else None
        """What it can do, where that does not depend on its options."""
        self.new_keys: Callable[[], Mapping[str, str]] | None = getattr(offered, "new_keys", None)
        """So that keys for it can be made."""
        self._offered = offered

    def __call__(self, options: Options) -> Channel:
        """Open it.

        Raises:
            DispatchError: It says itself what is wrong with its options.
            PluginBroke: It cannot be opened, or does not say what it can do.
        """
        try:
            channel = self._offered(options)
            capabilities: object = getattr(channel, "capabilities", None)
        except DispatchError:
            raise
        except (Exception, SystemExit) as fault:
            why = sentence("channel {name} does not open: {fault}", name=self.name, fault=where_it_broke(fault))
            raise self.plugin.broke(why) from fault
        if not isinstance(capabilities, Capabilities):
            raise self.plugin.broke(sentence("channel {name} does not say what it can do", name=self.name))
        if not callable(getattr(channel, "send", None)):
            raise self.plugin.broke(sentence("channel {name} cannot send", name=self.name))
        return channel


def imported(source: str) -> object:
    """Import what an entry point names, "module" or "module:what.is.in.it"; or a file: "file:…"."""
    if source.startswith(MARK):
        return imported_file(source)
    return EntryPoint(name="", value=source, group="").load() if ":" in source else import_module(source)


def register(manager: pluggy.PluginManager, plugin: Plugin, find: Callable[[], object]) -> tuple[str, ...]:
    """Import a plugin and check the hooks it answers to.

    Returns:
        Their names, sorted.

    Raises:
        PluginBroke: It cannot be imported, answers to a hook that we do not have or
            in another way than we ask, or answers to none.
    """
    try:
        module = find()
        manager.register(module, plugin.label)
        manager.check_pending()
    except KeyboardInterrupt:
        raise  # somebody gave up waiting
    except BaseException as fault:
        if manager.get_plugin(plugin.label) is not None:
            manager.unregister(name=plugin.label)
        raise plugin.broke(_what_is_wrong(fault)) from fault
    hooks = tuple(sorted(caller.name for caller in manager.get_hookcallers(module) or ()))
    if not hooks:
        manager.unregister(name=plugin.label)
        raise plugin.broke(sentence("it answers to no hook"))
    return hooks


def new_manager() -> pluggy.PluginManager:
    """Return a manager that knows our hooks and no plugin."""
    manager = pluggy.PluginManager(hookspecs.NAMESPACE)
    manager.add_hookspecs(hookspecs)
    return manager


def channels_of(plugin: Plugin, ask: Callable[[], Any], source: str = "") -> dict[str, OpensHere]:
    """Ask a plugin for its channels.

    Raises:
        PluginBroke: It fails, or offers something that is no channel.
    """
    try:
        offers = ask()
    except (Exception, SystemExit) as fault:
        why = sentence("it failed when asked for its channels: {fault}", fault=where_it_broke(fault))
        raise plugin.broke(why) from fault
    if not isinstance(offers, Mapping):
        raise plugin.broke(sentence("dispatch_channels returned no mapping of names"))
    for name, open_channel in offers.items():
        if not is_name(name):
            why = sentence("a channel's name is lower-case-with-hyphens, and {name} is not", name=str(name))
            raise plugin.broke(why)
        if not callable(open_channel):
            raise plugin.broke(sentence("what it offers as channel {name} cannot be called", name=name))
    return {name: OpensHere(plugin, name, open_channel, source) for name, open_channel in offers.items()}


def is_name(said: object) -> bool:
    """Return whether something can be the name of a channel or of a cost term."""
    return isinstance(said, str) and _NAME.fullmatch(said) is not None


def _what_is_wrong(fault: BaseException) -> Sentence:
    if isinstance(fault, pluggy.PluginValidationError):
        return sentence("a hook is not as we ask for it: {fault}", fault=" ".join(str(fault).split()))
    return sentence("it cannot be loaded: {fault}", fault=f"{type(fault).__name__}: {fault}")
