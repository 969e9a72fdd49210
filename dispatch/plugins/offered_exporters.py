"""The guard before the export formats of plugins: what they offer is checked, and what they raise is named."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dispatch.errors import PluginBroke
from dispatch.i18n import sentence
from dispatch.plugins.exporters import OUR_FORMATS, Exporter, Row
from dispatch.plugins.faults import where_it_broke
from dispatch.plugins.registering import Plugin, is_name


@dataclass(frozen=True, slots=True)
class OfferedExporter:
    """An exporter and who offers it."""

    name: str
    plugin: Plugin
    exporter: Exporter

    def written(self, what: str, rows: Sequence[Row]) -> bytes:
        """Have the file made.

        Raises:
            PluginBroke: The plugin fails, or gives something else than bytes.
        """
        try:
            content: object = self.exporter.write(what, rows)
        except (Exception, SystemExit) as fault:
            why = sentence("the export format {name} failed: {fault}", name=self.name, fault=where_it_broke(fault))
            raise self.plugin.broke(why) from fault
        if not isinstance(content, bytes):
            raise self.plugin.broke(sentence("the export format {name} gave no bytes", name=self.name))
        return content


def exporters_of(plugin: Plugin, ask: Callable[[], Any]) -> dict[str, OfferedExporter]:
    """Ask a plugin for its exporters.

    Raises:
        PluginBroke: It fails, or offers something that is none.
    """
    try:
        offers = ask()
    except (Exception, SystemExit) as fault:
        why = sentence("it failed when asked for its export formats: {fault}", fault=where_it_broke(fault))
        raise plugin.broke(why) from fault
    if not isinstance(offers, Mapping):
        raise plugin.broke(sentence("dispatch_exporters returned no mapping of names"))
    for name, one in offers.items():
        if not is_name(name) or name in OUR_FORMATS:
            raise plugin.broke(sentence("{name} cannot be the name of an export format", name=str(name)))
        if not isinstance(one, Exporter) or not callable(one.write) or not str(one.ending).startswith("."):
            raise plugin.broke(sentence("what it offers as export format {name} is none", name=name))
    return {name: OfferedExporter(name, plugin, one) for name, one in offers.items()}


def both_offer(name: str, one: Plugin, other: Plugin) -> PluginBroke:
    """Return the error for a name that two plugins offer."""
    return other.broke(sentence("{name} is offered by {plugin} too", name=name, plugin=one.shown))
