"""Write the pages of docs/reference that are read off the code: ``python docs/write_reference.py``."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, get_type_hints

from dispatch.model.assignment import Visit
from dispatch.model.message import Capabilities, Message, Receipt
from dispatch.model.rules import Rules
from dispatch.plugins import hookspecs
from dispatch.plugins.channel import Channel, RemembersOutcomes
from dispatch.plugins.commands import Column, Command, Office, Table
from dispatch.plugins.cost_terms import CostTerm
from dispatch.plugins.exporters import Exporter
from dispatch.plugins.manager import load
from dispatch.plugins.reserved import RESERVED
from dispatch.plugins.sources import Brought, RequestSource, Settled
from dispatch.settings import DeskChoice, ListenChoice, NamedActor, PhoneChoice, PluginChoice, Settings
from dispatch.solver.problem import Helper, Need, Problem, Spot

FOLDER = Path(__file__).parent / "reference"

_SETTINGS_HEAD = """\
# Settings

This page is written by `docs/write_reference.py` from the code.

A setting is looked for in its variable, then in `dispatch.toml`, and else stands at its default. The
variable of `rules.offer_minutes.urgent` is `DISPATCH_RULES__OFFER_MINUTES__URGENT`; an empty one counts as
not set. The file is the one given by `--config`, else by `DISPATCH_CONFIG`, else `dispatch.toml` here, else
the one in the user's configuration folder. A name that is not on this page is refused. Whole numbers whose
name says minutes, hours, days or seconds may be written as `"30m"`, `"2h"`, `"1d"` or `"90s"`; in a
variable, lists are separated by commas.
"""

_HOOKS_HEAD = """\
# Hooks

This page is written by `docs/write_reference.py` from the code. How to use them is told in
[How to add a channel](../howto/add-a-channel.md), [How to add a cost term](../howto/add-a-cost-term.md) and
[How to add a source of requests, or a command](../howto/add-a-source-or-a-command.md).

A plugin is a module with functions marked `@hookimpl` (`from dispatch.plugins import hookimpl`), named in
the entry-point group `sandan`. A hook whose name is a plural noun asks what the plugin offers; one whose
name is a past participle tells it what has happened.
"""


def settings_page() -> str:
    """Return docs/reference/settings.md."""
    parts = [_SETTINGS_HEAD]
    for title, shape, prefix, note in (
        ("At the top", Settings, "", ""),
        ("`[rules]`", Rules, "rules.", ""),
        ("`[phones]`", PhoneChoice, "phones.", ""),
        ("`[listen]`", ListenChoice, "listen.", ""),
        ("`[plugins]`", PluginChoice, "plugins.", ""),
        ("`[desk]`", DeskChoice, "desk.", ""),
        ("`[actors.NAME]`", NamedActor, "actors.NAME.", "One section for each person."),
    ):
        parts.append(_section(title, note, _rows(shape, prefix)))
    options = [(f"channels.NAME.{one.name}", _as_toml(one.default), one.en) for one in RESERVED]
    options += [
        (f"channels.{name}.{one.name}", _as_toml(one.default), one.en + " (needed)" * one.required)
        for name, channel in load(installed=False).channels().items()
        for one in (channel.fields or ())
    ]
    parts.append(
        _section(
            "`[channels.NAME]`",
            "One section for each channel, with the options of its own, and those named first, which every "
            "section may have: they are the desk's, and the channel never sees them. "
            "Options called `folder` or `file`, or whose names end so, are counted from the file's folder. In a "
            "variable's name, a channel's hyphens are written as `_`. Of our own channels, `phone-list` and "
            "`console` have no options and are open without a section. A secret is taken only from a file "
            "that its owner alone can read (`chmod 600`), from a variable, or from a file of its own, named by the "
            "option's name and `_file`.",
            options,
        )
    )
    options = [
        (f"sources.{name}.{one.name}", _as_toml(one.default), one.en + " (needed)" * one.required)
        for name, source in load(installed=False).sources().items()
        for one in (source.fields or ())
    ]
    parts.append(
        _section(
            "`[sources.NAME]`",
            "One section for each source of requests that is to be asked, by `dispatch collect` and `dispatch run`, "
            "with the options of its own; `enabled = false` closes it. Otherwise as for channels.",
            options,
        )
    )
    return "\n".join(parts)


def hooks_page() -> str:
    """Return docs/reference/hooks.md."""
    parts = [_HOOKS_HEAD]
    for name, hook in vars(hookspecs).items():
        if name.startswith("dispatch_"):
            parts.append(f"## `{name}{_signature(hook)}`\n\n{_as_markdown(hook)}\n")
    parts.append(f"## What a cost term is\n\n{_as_markdown(CostTerm)}\n")
    parts.append("### What it is handed\n")
    handed: tuple[Any, ...] = (Problem, Need, Helper, Spot, Visit)
    parts += [f"#### `{one.__name__}`\n\n{_as_markdown(one)}\n\n{_fields_of(one)}\n" for one in handed]
    parts.append(f"## What an exporter is\n\n{_as_markdown(Exporter)}\n")
    parts.append(f"## What a command is\n\n{_as_markdown(Command)}\n")
    parts.append(f"### What it may look at\n\n{_as_markdown(Office)}\n")
    for look in (Office.requests, Office.responders, Office.problem):
        parts.append(f"#### `{look.__name__}{_signature(look)}`\n\n{_as_markdown(look)}\n")
    parts.append(f"### What it gives back\n\n{_as_markdown(Table)}\n")
    parts.append(f"#### `Column`\n\n{_as_markdown(Column)}\n")
    parts.append(f"## What a source of requests promises\n\n{_as_markdown(RequestSource)}\n")
    parts.append(f"### `is_real: bool`\n\n{_as_markdown(RequestSource.is_real)}\n")
    for promise in (RequestSource.collect, RequestSource.settled):
        parts.append(f"### `{promise.__name__}{_signature(promise)}`\n\n{_as_markdown(promise)}\n")
    parts.append(f"### What it brings\n\n{_as_markdown(Brought)}\n")
    parts.append(f"### What it is told\n\n{_as_markdown(Settled)}\n")
    parts.append(f"## What a channel promises\n\n{_as_markdown(Channel)}\n")
    parts.append(f"### `capabilities: Capabilities`\n\n{_as_markdown(Channel.capabilities)}\n")
    parts.append(f"### `send{_signature(Channel.send)}`\n\n{_as_markdown(Channel.send)}\n")
    parts.append("### Where it can: `outcome_of" + _signature(RemembersOutcomes.outcome_of) + "`\n")
    parts.append(_as_markdown(RemembersOutcomes.outcome_of) + "\n")
    parts.append(f"## What it can do\n\n{_as_markdown(Capabilities)}\n")
    parts.append(f"## What it is handed\n\n{_as_markdown(Message)}\n")
    parts.append(f"## What it gives back\n\n{_as_markdown(Receipt)}\n")
    return "\n".join(parts)


PAGES = {"settings.md": settings_page, "hooks.md": hooks_page}


def _fields_of(shape: Any) -> str:
    # A named tuple keeps its hints wrapped.
    hints = {name: getattr(hint, "__forward_arg__", hint) for name, hint in shape.__annotations__.items()}
    return f"Its fields: {', '.join(f'`{name}: {hint}`' for name, hint in hints.items())}."


def _section(title: str, note: str, rows: list[tuple[str, str, str]]) -> str:
    lines = [f"## {title}", "", *([note, ""] if note else [])]
    lines += ["| setting | default | meaning |", "|---|---|---|"]
    for name, default, meaning in rows:
        lines.append(f"| `{name}` | {f'`{default}`' if default else ''} | {meaning} |")
    return "\n".join(lines) + "\n"


def _rows(shape: type, prefix: str) -> list[tuple[str, str, str]]:
    meanings, hints = _arguments(shape), get_type_hints(shape)
    default = shape()
    rows = []
    for each in fields(shape):
        hint, value, name = hints[each.name], getattr(default, each.name), prefix + each.name
        if is_dataclass(hint) or (shape is Settings and isinstance(value, Mapping)):
            continue  # has a table of its own below
        if isinstance(value, Mapping):
            rows += [(f"{name}.{key}", _as_toml(one), meanings[each.name]) for key, one in value.items()]
        else:
            rows.append((name, _as_toml(value), meanings[each.name]))
    return rows


def _as_toml(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (tuple, list)):
        return f"[{', '.join(_as_toml(one) for one in value)}]"
    return f'"{value}"' if isinstance(value, str) else str(value)


def _arguments(shape: type) -> dict[str, str]:
    body = (inspect.getdoc(shape) or "").partition("Args:\n")[2]
    found = re.findall(r"^    (\w+): (.*(?:\n {6,}.*)*)", body, re.MULTILINE)
    return {name: " ".join(text.replace("``", "`").split()) for name, text in found}


def _signature(function: Any) -> str:
    return re.sub(r"'|\bself, |\bself\b", "", str(inspect.signature(function)))


def _as_markdown(thing: Any) -> str:
    return "\n".join(_markdown_lines((inspect.getdoc(thing) or "").replace("``", "`").splitlines()))


def _markdown_lines(lines: list[str]) -> Iterator[str]:
    in_section = False
    for line in lines:
        if line in ("Args:", "Returns:", "Raises:"):
            in_section = True
            yield f"**{line[:-1]}**"
            yield ""
        elif in_section and re.match(r"    \w+: ", line) and not line.startswith("     "):
            name, _, meaning = line.strip().partition(": ")
            yield f"- `{name}`: {meaning}"
        elif in_section and line.startswith("        "):
            yield f"  {line.strip()}"
        else:
            in_section = in_section and (not line or line.startswith(" "))
            yield line.strip()


def main() -> None:
    """Write every page."""
    FOLDER.mkdir(exist_ok=True)
    for name, write in PAGES.items():
        (FOLDER / name).write_text(write(), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
