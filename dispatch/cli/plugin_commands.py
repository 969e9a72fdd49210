"""Commands that plugins add: found when a name is typed that is none of ours, and run like ours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from dispatch.cli.calling import Call, current, print_json, table, tell
from dispatch.cli.group import Command, option
from dispatch.cli.words import language, words
from dispatch.i18n import BothNames, Sentence
from dispatch.plugins.fields import FieldKind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dispatch.plugins.commands import Table, TableCell
    from dispatch.plugins.exporters import Row
    from dispatch.plugins.fields import Field
    from dispatch.plugins.offered_commands import OfferedCommand
    from dispatch.solver.problem import Problem


class OfficeOfCall:
    """What a command of a plugin may look at: ``Office``, through this call's desk."""

    def __init__(self, call: Call) -> None:
        """See the class."""
        self._call = call

    def requests(self, *, private: bool = False) -> Sequence[Row]:
        """See ``Office``."""
        from dispatch.desk.looking import look_at_requests

        call = self._call
        rows = call.read(lambda tx: look_at_requests(tx, call.actor, private=private, language=language()))
        return self._noted("requests", rows) if private else rows

    def responders(self, *, private: bool = False) -> Sequence[Row]:
        """See ``Office``."""
        from dispatch.desk.looking import look_at_responders

        call = self._call
        rows = call.read(lambda tx: look_at_responders(tx, call.actor, private=private, language=language()))
        return self._noted("responders", rows) if private else rows

    def problem(self) -> Problem:
        """See ``Office``."""
        from dispatch.desk.looking import look_at_problem

        call = self._call
        return call.read(lambda tx: look_at_problem(tx, call.actor, call.rules))

    def _noted(self, what: str, rows: Sequence[Row]) -> Sequence[Row]:
        from dispatch.desk.looking import note_look

        self._call.write(lambda tx: note_look(tx, self._call.actor, what, len(rows)))
        return rows


def find_command(name: str, ours: Mapping[str, object], config: str | None) -> click.Command | None:
    """Return the command that a plugin offers under a name; where none does, what broke is said.

    Args:
        ours: Our own commands by name.
        config: What ``--config`` says, wherever it stands.
    """
    from dispatch.plugins.manager import load

    # Not this run's call: the options behind the command's name are not read yet.
    ahead = Call({"every_config": config})
    chosen = ahead.settings.plugins
    plugins = load(off=chosen.off, folder=chosen.found_in)
    found = plugins.commands(ours).get(name)
    if found is None:
        ahead.say_what_broke(plugins)
    plugins.let_go()
    return None if found is None else _as_typed(found)


def _as_typed(offered: OfferedCommand) -> click.Command:
    """Return a command as it is typed: its help in both languages, an option for each of its fields."""
    about = offered.command

    def run(**said: Any) -> None:
        call = current()
        shown = offered.run(OfficeOfCall(call), {one.name: _given(one, said[one.name]) for one in about.options})
        _print(call, shown)

    run.__doc__ = _aloud(BothNames(zh=about.zh, en=about.en))
    for one in reversed(about.options):
        run = _with_option(run, one)
    return click.command(offered.name, cls=Command)(run)


def _with_option(run: Any, one: Field) -> Any:
    kind: Any = click.STRING
    if one.choices:
        kind = click.Choice(one.choices)
    elif one.kind is FieldKind.NUMBER:
        kind = click.IntRange(one.least, one.most)
    more: dict[str, Any] = {"type": kind}
    if kind is click.STRING or one.kind is FieldKind.NUMBER:
        more["metavar"] = "N" if one.kind is FieldKind.NUMBER else "TEXT"
    if one.kind is FieldKind.FLAG:
        more = {"is_flag": True}
    elif one.kind is FieldKind.LIST:
        more["multiple"] = True
    default = {} if one.default is None else {"default": one.default}
    help_ = _aloud(one.label)
    if one.default not in (None, False, ()):
        help_ = words("{help}; {default} unless given", help=help_, default=str(one.default))
    named = f"--{one.name.replace('_', '-')}"
    return option(named, one.name, help=help_, required=one.required, **default, **more)(run)


def _given(one: Field, value: Any) -> Any:
    return list(value) if one.kind is FieldKind.LIST else value


def _print(call: Call, shown: Table) -> None:
    if call.as_json:
        names = [one.name for one in shown.columns]
        print_json([dict(zip(names, map(_plain, row), strict=True)) for row in shown.rows])
    elif not shown.rows:
        tell(Sentence("{said}", {"said": shown.empty}))
    else:
        headings = [_aloud(BothNames(zh=one.zh, en=one.en)) for one in shown.columns]
        table(headings, [[_plain(cell) for cell in row] for row in shown.rows])


def _plain(cell: TableCell) -> str | int | float | None:
    return _aloud(cell) if isinstance(cell, BothNames) else cell


def _aloud(name: BothNames) -> str:
    return name.zh if language() == "zh" else name.en
