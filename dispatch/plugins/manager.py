"""Find plugins, check them, hand over: the one place that speaks to pluggy."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from functools import partial
from importlib import import_module
from importlib.metadata import EntryPoint, PackageNotFoundError, entry_points, version
from pathlib import Path
from threading import RLock
from typing import Any, Final, Protocol, TypeVar

import pluggy

from dispatch.errors import PluginBroke
from dispatch.i18n import Sentence, sentence
from dispatch.model.message import Message, Receipt
from dispatch.plugins.cost_terms import CostTerm, CostTerms, Offered
from dispatch.plugins.dropped import dropped_in
from dispatch.plugins.elsewhere import OpensElsewhere, Stranger
from dispatch.plugins.faults import where_it_broke
from dispatch.plugins.offered_commands import OfferedCommand, commands_of
from dispatch.plugins.offered_exporters import OfferedExporter, both_offer, exporters_of
from dispatch.plugins.offered_sources import OfferedSource, sources_of
from dispatch.plugins.registering import OpensHere, Plugin, channels_of, imported, is_name, new_manager, register
from dispatch.solver.problem import OUR_TERMS

BUILT_IN: Final = (
    "dispatch.plugins.console",
    "dispatch.plugins.phone_list",
    "dispatch.plugins.json_folder",
    "dispatch.plugins.json_inbox",
    "dispatch.plugins.apprise",
    "dispatch.plugins.web_push",
    "dispatch.plugins.webhook",
    "dispatch.plugins.continuity",
    "dispatch.plugins.coverage",
    "dispatch.plugins.json_lines",
    "dispatch.plugins.delivery_log",
    "dispatch.plugins.sms_smpp",
    "dispatch.plugins.sms_aliyun",
    "dispatch.plugins.sms_tencent",
)
"""Modules of our own that are plugins like any other."""

GROUP: Final = "sandan"
"""The entry-point group by which installed packages offer theirs."""

OURS: Final = "sandan"
"""The distribution that our own plugins come with."""

_SIDE_BY_SIDE: Final = 4
"""How many plugins are asked at once what they offer."""

log = logging.getLogger("dispatch.plugins")


class _OfAPlugin(Protocol):
    @property
    def plugin(self) -> Plugin: ...


Of = TypeVar("Of", bound=_OfAPlugin)


class Plugins:
    """The plugins that were found, behind typed calls: pluggy's own take and give anything.

    Ours run in this process. One that others wrote is asked in a process of its own what it offers, once
    somebody wants to know, and its channels stay there; only where it also answers to hooks that run here is it
    imported here.

    One that breaks stops nothing: it is left out, and stands among ``faults``.
    """

    def __init__(self) -> None:
        """Start with none."""
        self._manager = new_manager()
        self._known: dict[str, Plugin] = {}
        self._sources: dict[str, str] = {}
        self._strangers: list[Stranger] = []
        self._has_looked = False
        self._lock = RLock()
        self._faults: list[PluginBroke] = []
        self._channels: dict[str, OpensHere | OpensElsewhere] | None = None

    def register(self, plugin: Plugin, find: Callable[[], object], source: str = "") -> None:
        """Import a plugin and check what it offers; where it broke, it is among the faults.

        Args:
            plugin: Who it is, for the error.
            find: Imports it.
            source: Where it is imported from, as an entry point says it.
        """
        label = plugin.label
        try:
            hooks = register(self._manager, plugin, find)
        except PluginBroke as fault:
            log.warning("plugin %s broke", plugin.name)
            self._faults.append(fault)
            self._known[label] = replace(plugin, fault=_why(fault))
        else:
            self._known[label] = replace(plugin, hooks=hooks)
            self._sources[label] = source

    def add(self, stranger: Stranger) -> None:
        """Add a plugin that others wrote; it is not asked yet."""
        self._strangers.append(stranger)

    def refuse(self, plugin: Plugin) -> None:
        """Leave a plugin out that has a fault already; it is named among the faults."""
        assert plugin.fault is not None
        self._known[plugin.label] = plugin
        self._faults.append(plugin.broke(plugin.fault))

    def found(self) -> tuple[Plugin, ...]:
        """Return every plugin, our own first, and those that broke among them."""
        self._look()
        strange = {one.plugin.label: one.plugin for one in self._strangers}
        return tuple({**strange, **self._known}[label] for label in dict.fromkeys((*self._known, *strange)))

    @property
    def faults(self) -> tuple[PluginBroke, ...]:
        """What is wrong with plugins that broke, as far as it has come out."""
        self._look()
        return tuple(self._faults)

    def add_fault(self, fault: PluginBroke) -> None:
        """Keep what came out about a plugin when it was used."""
        self._faults.append(fault)

    def channels(self) -> Mapping[str, OpensHere | OpensElsewhere]:
        """Return every channel offered, by name.

        A name that two plugins offer is neither's, unless one of them is ours: nothing is overridden by accident,
        and it stands among the faults.
        """
        if self._channels is None:
            self._channels = self._find_channels()
        return self._channels

    def _find_channels(self) -> dict[str, OpensHere | OpensElsewhere]:
        found: dict[str, OpensHere | OpensElsewhere] = {}
        for plugin, ask in self.asked("dispatch_channels"):
            label = plugin.label
            if label not in self._sources:
                continue  # others wrote it, and their channels run in their own processes
            try:
                offered = channels_of(plugin, ask, self._sources[label])
            except PluginBroke as fault:
                self._faults.append(fault)
            else:
                found.update(offered)
        withheld: set[str] = set()
        for stranger in self._strangers:
            for name, offer in stranger.channels.items():
                if name in found:
                    self._faults.append(_both_offer(name, found[name].plugin, stranger.plugin))
                    if isinstance(found[name], OpensElsewhere):
                        withheld.add(name)
                else:
                    found[name] = offer
        return {name: offer for name, offer in found.items() if name not in withheld}

    def let_go(self) -> None:
        """End the processes in which plugins were asked and no channel was opened."""
        for one in self._strangers:
            one.let_go()

    def _look(self) -> None:
        """Ask the plugins that others wrote what they offer, once and side by side."""
        with self._lock:
            if self._has_looked:
                return
            self._has_looked = True
            with ThreadPoolExecutor(_SIDE_BY_SIDE) as threads:
                list(threads.map(Stranger.look, self._strangers))
            for one in self._strangers:
                if one.plugin.fault is not None:
                    self._faults.append(one.plugin.broke(one.plugin.fault))
                elif set(one.plugin.hooks) - {"dispatch_channels"}:
                    self._import_here(one)

    def _import_here(self, stranger: Stranger) -> None:
        label = stranger.plugin.label
        try:
            hooks = register(self._manager, stranger.plugin, partial(imported, stranger.source))
        except PluginBroke as fault:
            stranger.let_go()
            stranger.channels = {}
            stranger.plugin = replace(stranger.plugin, fault=_why(fault))
            self._faults.append(fault)
        else:
            self._known[label] = replace(stranger.plugin, hooks=hooks)

    def cost_terms(self) -> CostTerms:
        """Return every cost term offered.

        Raises:
            PluginBroke: A plugin fails when asked, offers something that is no cost term, or a
                name that another offers too or that is one of ours. One that broke before is
                named in every round.
        """
        found: dict[str, tuple[Plugin, CostTerm]] = {}
        for plugin, ask in self.asked("dispatch_cost_terms"):
            for name, term in _terms_of(plugin, ask).items():
                if name in found:
                    raise PluginBroke(
                        "plugins {one} and {other} both offer a cost term called {term}",
                        one=found[name][0].shown,
                        other=plugin.shown,
                        term=name,
                        hint="leave one out in dispatch.toml: [plugins] off = [\"{name}\"]",
                        name=plugin.name,
                    )
                found[name] = plugin, term
        offered = [Offered(name, one.shown, one.name, term) for name, (one, term) in found.items()]
        return CostTerms(offered, list(self.faults))

    def exporters(self) -> Mapping[str, OfferedExporter]:
        """Return every export format offered, by name; a plugin that breaks is among the faults."""
        return self._offered("dispatch_exporters", exporters_of)

    def commands(self, ours: Mapping[str, object]) -> Mapping[str, OfferedCommand]:
        """Return every command offered, by name; a plugin that breaks is among the faults.

        Args:
            ours: Our own commands by name, none of which a plugin may offer.
        """
        return self._offered("dispatch_commands", partial(commands_of, ours=ours))

    def sources(self) -> Mapping[str, OfferedSource]:
        """Return every source of requests offered, by name; a plugin that breaks is among the faults."""
        return self._offered("dispatch_sources", sources_of)

    def _offered(
        self, hook: str, offers_of: Callable[[Plugin, Callable[..., Any]], Mapping[str, Of]]
    ) -> dict[str, Of]:
        found: dict[str, Of] = {}
        for plugin, ask in self.asked(hook):
            try:
                for name, one in offers_of(plugin, ask).items():
                    if name in found:
                        raise both_offer(name, found[name].plugin, plugin)
                    found[name] = one
            except PluginBroke as fault:
                self._faults.append(fault)
        return found

    def delivered(self, message: Message, receipt: Receipt) -> None:
        """Tell every listener how an attempt to send ended; what they raise is logged and goes no further."""
        for plugin, tell in self.asked("dispatch_delivered"):
            try:
                tell(message=message, receipt=receipt)
            except (Exception, SystemExit) as fault:  # noqa: BLE001  a plugin may raise anything, and must not stop the desk
                log.warning("listener %s stopped: %s", plugin.name, where_it_broke(fault))

    def asked(self, hook: str) -> Iterator[tuple[Plugin, Callable[..., Any]]]:
        """Give who answers to a hook, and how to ask; one by one, for pluggy itself stops at the first exception."""
        self._look()
        for answer in getattr(self._manager.hook, hook).get_hookimpls():

            def call(answer: pluggy.HookImpl = answer, **given: object) -> Any:
                return answer.function(*(given[name] for name in answer.argnames))

            yield self._known[answer.plugin_name], call


def load(off: Collection[str] = (), installed: bool = True, folder: Path | None = None) -> Plugins:
    """Load our own plugins, the installed ones, and those that are files in a folder.

    Args:
        off: Names of plugins, or of packages, to leave out; they are not even imported.
        installed: Whether to look for installed plugins at all.
        folder: Where single files are plugins; none, or one that is not there, holds none.

    Returns:
        Plugins loaded afresh: nothing is shared with an earlier call but the imported modules.
    """
    plugins = Plugins()
    for plugin, source in _ours():
        if plugin.name not in off:
            plugins.register(plugin, partial(import_module, source), source)
    for plugin, source in _others(folder) if installed else ():
        if plugin.name in off or plugin.package in off:
            continue
        if plugin.fault is None:
            plugins.add(Stranger(plugin, source))
        else:
            plugins.refuse(plugin)
    return plugins


def load_alone(name: str, folder: Path | None = None) -> Plugins | None:
    """Load one plugin and no other, in this process, to try it: also one that is left out otherwise.

    Args:
        name: The plugin's; or else that of a channel or an export format that it offers.
        folder: Where single files are plugins.

    Returns:
        None where nothing is called so.

    Raises:
        PluginBroke: It is not as it must be.
    """
    everything = [*_ours(), *_others(folder)]
    for plugin, source in everything:
        if plugin.name == name:
            return _alone(plugin, source)
    for plugin, source in everything:
        with suppress(PluginBroke):
            found = _alone(plugin, source)
            if name in {**found.channels(), **found.exporters()}:
                return found
    return None


def _alone(plugin: Plugin, source: str) -> Plugins:
    plugins = Plugins()
    if plugin.fault is not None:
        raise plugin.broke(plugin.fault)
    plugins.register(plugin, partial(imported, source), source)
    plugins.channels()
    for fault in plugins.faults:
        raise fault
    return plugins


def _ours() -> Iterator[tuple[Plugin, str]]:
    """Give our own plugins and where each is imported from."""
    ours = _own_version()
    for module in BUILT_IN:
        yield Plugin(name=module.rpartition(".")[2].replace("_", "-"), package=OURS, version=ours), module


def _others(folder: Path | None) -> Iterator[tuple[Plugin, str]]:
    """Give the plugins that others wrote and where each is imported from; none is imported yet."""
    for entry in _entry_points():
        yield _plugin_of(entry), entry.value
    if folder is not None:
        yield from dropped_in(folder)


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


def _terms_of(plugin: Plugin, ask: Callable[[], Any]) -> Mapping[str, CostTerm]:
    try:
        offers = ask()
    except (Exception, SystemExit) as fault:
        why = sentence("it failed when asked for its cost terms: {fault}", fault=where_it_broke(fault))
        raise plugin.broke(why) from fault
    if not isinstance(offers, Mapping):
        raise plugin.broke(sentence("dispatch_cost_terms returned no mapping of names"))
    for name, term in offers.items():
        if not is_name(name):
            why = sentence("a cost term's name is lower-case-with-hyphens, and {name} is not", name=str(name))
            raise plugin.broke(why)
        if name in OUR_TERMS:
            raise plugin.broke(sentence("{name} is one of our own cost terms", name=name))
        if not isinstance(term, CostTerm) or not callable(term.metres) or not (term.en and term.zh):
            raise plugin.broke(sentence("what it offers as cost term {name} is none", name=name))
    return offers


def _both_offer(name: str, one: Plugin, other: Plugin) -> PluginBroke:
    return PluginBroke(
        "plugins {one} and {other} both offer a channel called {channel}",
        one=one.shown,
        other=other.shown,
        channel=name,
        hint="leave one out in dispatch.toml: [plugins] off = [\"{name}\"]",
        name=other.name,
    )


def _why(fault: PluginBroke) -> Sentence:
    why = fault.params["why"]
    assert isinstance(why, Sentence)
    return why
