"""The guard before the sources of plugins: opened from their sections, waited for so long, checked in what they say."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from dispatch.errors import DispatchError, Misconfigured, PluginBroke
from dispatch.i18n import BothNames, Sentence, sentence
from dispatch.plugins.channel import Options
from dispatch.plugins.faults import where_it_broke
from dispatch.plugins.fields import Field, FieldKind, checked
from dispatch.plugins.in_time import InTime, TooLong
from dispatch.plugins.registering import Plugin, is_name
from dispatch.plugins.secrets_kept import with_secrets
from dispatch.plugins.sources import BROUGHT_FIELDS, LONGEST_KEY, Brought, OpenSource, RequestSource, Settled
from dispatch.settings.shapes import Section

SECONDS: Final = 30
"""How long a source is waited for."""

MOST: Final = 100
"""Orders that are taken from one answer."""

LONGEST_FIELD: Final = 4_000
"""Characters of one field that are kept, as of a note."""

_ENABLED: Final = Field("enabled", "是否启用", "whether it is asked", FieldKind.FLAG, default=True)

log = logging.getLogger("dispatch.plugins")


class OfferedSource:
    """A source and who offers it; not open yet."""

    def __init__(self, name: str, plugin: Plugin, offered: OpenSource) -> None:
        """See the class."""
        self.name = name
        self.plugin = plugin
        self.fields: tuple[Field, ...] | None = getattr(offered, "fields", None)
        self._offered = offered

    def open(self, section: Options, *, seconds: float = SECONDS) -> OpenedSource | None:
        """Open it with the options of its section.

        Returns:
            None where the section says ``enabled = false``.

        Raises:
            Misconfigured: An option is not as it must be.
            PluginBroke: It cannot be opened, or does not say whether it is real.
        """
        said = checked(self.name, _only(section, is_ours=True), [_ENABLED], kind="sources")
        if not said["enabled"]:
            return None
        options = _only(section, is_ours=False)
        if self.fields is not None:
            exposed = section.exposed if isinstance(section, Section) else frozenset()
            options = with_secrets(self.name, options, self.fields, exposed=exposed, kind="sources")
            options = checked(self.name, options, self.fields, kind="sources")
        try:
            source = self._offered(options)
            is_real: object = getattr(source, "is_real", None)
        except DispatchError:
            raise
        except (Exception, SystemExit) as fault:
            why = sentence("source {name} does not open: {fault}", name=self.name, fault=where_it_broke(fault))
            raise self.plugin.broke(why) from fault
        if not isinstance(is_real, bool):
            why = sentence("source {name} does not say whether real people ask there (is_real)", name=self.name)
            raise self.plugin.broke(why)
        return OpenedSource(self, source, is_real, seconds)


class OpenedSource:
    """A source that is open, behind its guard.

    Args:
        seconds: How long one call of it is waited for.
    """

    def __init__(self, offered: OfferedSource, source: RequestSource, is_real: bool, seconds: float) -> None:
        """See the class."""
        self.name = offered.name
        self.plugin = offered.plugin
        self.is_real = is_real
        self._source = source
        self._in_time = InTime(seconds)

    def collect(self) -> tuple[Brought, ...]:
        """Return what it brings, a hundred orders at most.

        Raises:
            PluginBroke: It fails, does not come back, or brings what is no order.
        """
        said = self._ask("collect", self._source.collect)
        if not isinstance(said, Sequence) or isinstance(said, str | bytes):
            raise self._broke("source {name} brought no list of orders")
        return tuple(self._whole(one) for one in said[:MOST])

    def settled(self, outcomes: Sequence[Settled]) -> None:
        """Tell it what became of what it brought.

        Raises:
            PluginBroke: It fails, or does not come back: it brings the same again then.
        """
        self._ask("settled", lambda: self._source.settled(outcomes))

    def _ask(self, what: str, work: Callable[[], Any]) -> Any:
        try:
            return self._in_time.call(self.name, work)
        except TooLong as fault:
            seconds = f"{self._in_time.seconds:g}"
            raise self._broke("source {name} gave no answer within {seconds} s", seconds=seconds) from fault
        except DispatchError as fault:
            raise self.plugin.broke(Sentence(fault.message, fault.params)) from fault
        except (Exception, SystemExit) as fault:
            log.warning("source %s stopped in %s: %s", self.name, what, where_it_broke(fault))
            raise self._broke("source {name} failed: {fault}", fault=where_it_broke(fault)) from fault

    def _broke(self, why: str, **params: object) -> PluginBroke:
        return self.plugin.broke(Sentence(why, {"name": self.name, **params}))

    def _whole(self, one: object) -> Brought:
        if not isinstance(one, Brought) or not _is_key(one.key) or not isinstance(one.fields, Mapping):
            raise self._broke("source {name} brought an order that is none, or has no key")
        fields: dict[str, str | int | float | None] = {}
        for name, value in one.fields.items():
            if name not in BROUGHT_FIELDS:
                raise self._broke("source {name} brought the field {field}, which no order has", field=str(name))
            if value is not None and (isinstance(value, bool) or not isinstance(value, str | int | float)):
                raise self._broke("source {name} brought something in {field} that is no text", field=name)
            if value is not None and str(value).strip():
                fields[name] = _clean(str(value))
        fault: object = one.fault
        return Brought(
            key=one.key, fields=fields, fault=fault if isinstance(fault, Sentence | BothNames) else _clean(str(fault))
        )


def sources_of(plugin: Plugin, ask: Callable[[], Any]) -> dict[str, OfferedSource]:
    """Ask a plugin for its sources.

    Raises:
        PluginBroke: It fails, or offers something that is none.
    """
    try:
        offers = ask()
    except (Exception, SystemExit) as fault:
        why = sentence("it failed when asked for its sources: {fault}", fault=where_it_broke(fault))
        raise plugin.broke(why) from fault
    if not isinstance(offers, Mapping):
        raise plugin.broke(sentence("dispatch_sources returned no mapping of names"))
    for name, one in offers.items():
        if not is_name(name):
            why = sentence("a source's name is lower-case-with-hyphens, and {name} is not", name=str(name))
            raise plugin.broke(why)
        if not callable(one):
            raise plugin.broke(sentence("what it offers as source {name} cannot be called", name=name))
    return {name: OfferedSource(name, plugin, one) for name, one in offers.items()}


def open_sources(
    offered: Mapping[str, OfferedSource],
    sections: Mapping[str, Options],
    *,
    broken: bool,
    on_fault: Callable[[PluginBroke], None],
) -> dict[str, OpenedSource]:
    """Open every source that has a section, by name.

    Args:
        broken: Whether a plugin broke, so that nobody knows what it would have offered: then a name that nothing
            offers is left out.
        on_fault: Told of a source that cannot be opened, which is then left out.

    Raises:
        Misconfigured: A section names what nothing offers, or an option is not as it must be.
    """
    opened: dict[str, OpenedSource] = {}
    for name, section in sorted(sections.items()):
        if name not in offered:
            if broken:
                continue
            raise Misconfigured(
                "sources: nothing offers a source called {name}",
                name=name,
                hint="offered: {offered}",
                offered=tuple(sorted(offered)),
            )
        try:
            one = offered[name].open(section)
        except PluginBroke as fault:
            on_fault(fault)
        else:
            if one is not None:
                opened[name] = one
    return opened


def _only(section: Options, *, is_ours: bool) -> dict[str, Any]:
    return {name: value for name, value in section.items() if (name == _ENABLED.name) is is_ours}


def _is_key(key: object) -> bool:
    return isinstance(key, str) and 0 < len(key) <= LONGEST_KEY and key.isprintable() and bool(key.strip())


def _clean(text: str) -> str:
    return text.replace("\0", "").encode("utf-8", "replace").decode("utf-8").strip()[:LONGEST_FIELD]
