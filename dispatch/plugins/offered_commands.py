"""The guard before the commands of plugins: what they offer is checked, and what they raise is named."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from dispatch.errors import DispatchError, PluginBroke
from dispatch.i18n import BothNames, Sentence, sentence
from dispatch.plugins.commands import Column, Command, Office, Table
from dispatch.plugins.faults import where_it_broke
from dispatch.plugins.fields import Field, FieldKind
from dispatch.plugins.registering import Plugin, is_name

_OPTION: Final = re.compile(r"[a-z][a-z0-9_]*")
_UNTYPED: Final = (FieldKind.SECRET, FieldKind.TABLE)
EVERYWHERE: Final = ("database", "config", "lang", "as", "at", "json", "help")
"""Options that every command takes, so that no plugin's may be called so."""


@dataclass(frozen=True, slots=True)
class OfferedCommand:
    """A command and who offers it."""

    name: str
    plugin: Plugin
    command: Command

    def run(self, office: Office, options: Mapping[str, Any]) -> Table:
        """Run it.

        Raises:
            DispatchError: What it asked of the office is refused, or it refuses something itself.
            PluginBroke: It fails, or gives something else than a table.
        """
        try:
            table: object = self.command.run(office, options)
        except DispatchError:
            raise
        except (Exception, SystemExit) as fault:
            raise self._broke("the command {name} failed: {fault}", fault=where_it_broke(fault)) from fault
        if not _is_table(table):
            raise self._broke("the command {name} gave no table")
        assert isinstance(table, Table)
        return table

    def _broke(self, why: str, **params: object) -> PluginBroke:
        return self.plugin.broke(Sentence(why, {"name": self.name, **params}))


def commands_of(plugin: Plugin, ask: Callable[[], Any], ours: Mapping[str, object]) -> dict[str, OfferedCommand]:
    """Ask a plugin for its commands.

    Args:
        ours: Our own commands by name, none of which may be offered.

    Raises:
        PluginBroke: It fails, or offers something that is none.
    """
    try:
        offers = ask()
    except (Exception, SystemExit) as fault:
        why = sentence("it failed when asked for its commands: {fault}", fault=where_it_broke(fault))
        raise plugin.broke(why) from fault
    if not isinstance(offers, Mapping):
        raise plugin.broke(sentence("dispatch_commands returned no mapping of names"))
    for name, one in offers.items():
        if not is_name(name):
            raise plugin.broke(sentence("{name} cannot be the name of a command", name=str(name)))
        if name in ours:
            raise plugin.broke(sentence("{name} is one of our own commands", name=name))
        if not isinstance(one, Command) or not callable(one.run) or not (one.en and one.zh):
            raise plugin.broke(sentence("what it offers as command {name} is none", name=name))
        for option in one.options:
            if not _may_be_typed(option):
                shown = str(getattr(option, "name", option))
                raise plugin.broke(sentence("{option} cannot be an option of {name}", option=shown, name=name))
    return {name: OfferedCommand(name, plugin, one) for name, one in offers.items()}


def _may_be_typed(option: object) -> bool:
    if not isinstance(option, Field) or not _OPTION.fullmatch(option.name):
        return False
    return option.name not in EVERYWHERE and option.kind not in _UNTYPED


def _is_table(said: object) -> bool:
    if not isinstance(said, Table) or not all(isinstance(one, Column) for one in said.columns):
        return False
    return all(
        isinstance(row, Sequence)
        and not isinstance(row, str)
        and len(row) == len(said.columns)
        and all(cell is None or isinstance(cell, str | int | float | BothNames) for cell in row)
        for row in said.rows
    )
