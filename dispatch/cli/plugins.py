"""What extends us: see it, begin one, try whether it keeps its promises."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from dispatch.cli.calling import Misused, current, note, print_json, table, tell
from dispatch.cli.group import Group, argument, option
from dispatch.cli.words import language, listed, words
from dispatch.errors import NotFound
from dispatch.i18n import Sentence

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from dispatch.model.message import DeliveryState
    from dispatch.plugins.manager import Plugins
    from dispatch.testing import Tried

BROKEN: Final = 7
"""The exit code where a plugin does not keep a promise."""

VERDICT_SENTENCES: Final = {
    "kept": Sentence("kept"),
    "broken": Sentence("BROKEN"),
    "does_not_apply": Sentence("does not apply"),
    "not_tried": Sentence("not tried"),
}

KIND_SENTENCES: Final = {
    "exporter": Sentence("export format"),
    "cost_term": Sentence("cost term"),
    "listener": Sentence("listener"),
    "source": Sentence("source of requests"),
    "command": Sentence("command"),
}


@click.group(cls=Group)
def plugin() -> None:
    """See what extends us, begin something new, and try it."""


@plugin.command("list")
def list_plugins() -> None:
    """See the plugins, where they come from, and what they answer."""
    from dispatch.cli import declarations
    from dispatch.cli.door import COMMANDS

    call = current()
    plugins = declarations.plugins_of(call)
    channels = declarations.all_declared(call, plugins)
    last = declarations.last_messages(call, channels)
    by_plugin: dict[str, list[str]] = {}
    for name, one in channels.items():
        by_plugin.setdefault(one.plugin.label, []).append(name)
    offered = declarations.names_offered(plugins, COMMANDS)
    found = plugins.found()
    if call.as_json:
        print_json(
            [
                {
                    "name": one.name,
                    "package": one.package,
                    "version": one.version,
                    "hooks": list(one.hooks),
                    "offers": offered.get(one.label, {}),
                    "fault": None if one.fault is None else words(one.fault),
                    "channels": [
                        declarations.channel_json(call, channels[name], last.get(name))
                        for name in by_plugin.get(one.label, ())
                    ],
                }
                for one in found
            ]
        )
    else:
        table(
            ["plugin", "package", "version", "what it offers", "what it is handed", "last message"],
            [
                (
                    one.name,
                    one.package,
                    one.version,
                    words(one.fault)
                    if one.fault is not None
                    else listed(
                        *(
                            declarations.hook_words(hook, offered.get(one.label, {}).get(hook, ()))
                            for hook in one.hooks
                        )
                    ),
                    listed(*{declarations.reads(channels[name].can): 0 for name in by_plugin.get(one.label, ())}),
                    declarations.last_words(call, _newest(last, by_plugin.get(one.label, ()))),
                )
                for one in found
            ],
        )
    call.say_what_broke(plugins)
    plugins.let_go()


def _newest(
    last: dict[str, tuple[DeliveryState, datetime]], names: Sequence[str]
) -> tuple[DeliveryState, datetime] | None:
    return max((last[name] for name in names if name in last), key=lambda one: one[1], default=None)


@plugin.command("new")
@argument("name")
@option(
    "--folder",
    "beside",
    type=click.Path(path_type=Path),
    default=Path(),
    help="Where its folder is made; here unless given.",
)
def new_plugin(name: str, beside: Path) -> None:
    """Write a plugin that works: a channel, its test, its fake twin and its package."""
    from dispatch.plugins.manager import BUILT_IN
    from dispatch.plugins.starter import write_plugin

    call = current()
    ours = frozenset(one.rpartition(".")[2].replace("_", "-") for one in BUILT_IN)
    folder, files = write_plugin(name, beside, ours, language())
    if call.as_json:
        print_json({"folder": str(folder), "files": list(files)})
        return
    tell("written into {folder}: {files}", folder=str(folder), files=files)
    tell("change send in {file} to what your provider expects, and try it there: python -m pytest", file=files[0])
    tell(
        "then install the folder, or put {file} into the plugins folder that dispatch doctor names, "
        "and try it here: dispatch plugin test {name}",
        file=files[0],
        name=name,
    )


@plugin.command("test")
@argument("name")
@option(
    "--option",
    "given",
    multiple=True,
    metavar="KEY=VALUE",
    help="An option for this trial, instead of the one in dispatch.toml; may be given several times.",
)
@option(
    "--to",
    "address",
    metavar="ADDRESS",
    help="Where to really send about forty messages, with the options as they are: the address of a fake twin.",
)
@option(
    "--seconds",
    type=click.FloatRange(0.1, 60),
    default=10.0,
    help="Within how many seconds it must come back when its provider hangs; 10 unless given.",
)
def try_plugin(name: str, given: tuple[str, ...], address: str | None, seconds: float) -> None:
    """Try whether a plugin keeps its promises; exit 7 if one is broken.

    Without --to nothing leaves this computer: options that are addresses lead to a provider of
    ours, which answers, refuses, hangs and breaks off, and secrets are made-up ones.
    """
    from dispatch.plugins.reserved import taken_out
    from dispatch.testing import Verdict, try_channel
    from dispatch.testing.hooks import OTHER_HOOKS

    call = current()
    alone = _alone(name)
    channels = alone.channels()
    offered = {name: channels[name]} if name in channels else channels
    options = _options(given)
    results: list[tuple[str, str, list[Tried]]] = []
    for channel, open_channel in offered.items():
        _, section = taken_out(channel, call.settings.channels.get(channel, {}))
        if not call.as_json:
            note("trying channel {channel}", channel=channel)
        tried = try_channel(channel, open_channel, {**section, **options}, to=address, seconds=seconds)
        results.append(("channel", channel, tried))
    for kind, try_all in OTHER_HOOKS.items() if name not in channels or alone.found()[0].name == name else ():
        results += ((kind, offer, tried) for offer, tried in try_all(alone, options, seconds))
    if call.as_json:
        print_json([_tried_json(*one) for one in results])
    else:
        for kind, offer, found in results:
            if kind != "channel":
                tell("{kind} {name}:", kind=KIND_SENTENCES[kind], name=offer)
            _tell_tried(found)
    if any(one.verdict is Verdict.BROKEN for *_, found in results for one in found):
        raise click.exceptions.Exit(BROKEN)


def _alone(name: str) -> Plugins:
    """Return a plugin, or the one that offers a channel or an export format of that name, in this process.

    Raises:
        NotFound: Nothing is called so.
    """
    from dispatch.plugins.manager import load_alone

    alone = load_alone(name, current().settings.plugins.found_in)
    if alone is None:
        raise NotFound("there is no plugin {name}", name=name, hint="see them all: dispatch plugin list")
    return alone


def _options(given: tuple[str, ...]) -> dict[str, Any]:
    """Read KEY=VALUE; a dot in the key leads into a table.

    Raises:
        Misused: One has no equals sign.
    """
    options: dict[str, Any] = {}
    for one in given:
        key, equals, value = one.partition("=")
        if not equals or not key:
            raise Misused("{option} is no option with a value", option=key or one, hint="write it as --option url=http://…")
        table_, dot, inner = key.partition(".")
        if dot:
            options.setdefault(table_, {})[inner] = value
        else:
            options[key] = value
    return options


def _tell_tried(found: list[Tried]) -> None:
    for one in found:
        if one.why is None:
            tell("{verdict}: {promise}", verdict=VERDICT_SENTENCES[one.verdict], promise=one.name)
        else:
            tell(
                "{verdict}: {promise} ({why})",
                verdict=VERDICT_SENTENCES[one.verdict],
                promise=one.name,
                why=one.why,
            )
    counts = Counter(one.verdict.value for one in found)
    tell(
        "promises kept: {kept}, broken: {broken}, that do not apply: {beside}, not tried: {open}",
        kept=counts["kept"],
        broken=counts["broken"],
        beside=counts["does_not_apply"],
        open=counts["not_tried"],
    )


def _tried_json(kind: str, name: str, found: list[Tried]) -> dict[str, Any]:
    return {
        kind: name,
        "promises": [
            {"promise": words(one.name), "verdict": one.verdict.value, "why": words(one.why) if one.why else None}
            for one in found
        ],
    }
