"""Is everything still as promised?"""

from __future__ import annotations

from typing import Any

import click

from dispatch.cli.calling import current, print_json, tell
from dispatch.cli.group import Group, command, option
from dispatch.cli.words import words
from dispatch.i18n import Sentence

BROKEN = 3
"""The exit code where a promise is broken."""

LEVEL_SENTENCES = {
    "red": Sentence("WRONG"),
    "yellow": Sentence("take care"),
    "green": Sentence("in order"),
}


@command()
@option("--anchor", metavar="LINE", help="A line that audit anchor once printed; the log must still hold it.")
def verify(anchor: str | None) -> None:
    """Check every promise that the data can show; exit 3 and name each break."""
    from dispatch.desk.verifying import verify as look

    call = current()
    breaks = call.read(lambda tx: look(tx, call.actor, call.rules, anchor=anchor))
    if call.as_json:
        print_json({"breaks": [_break_json(one) for one in breaks]})
    elif breaks:
        for one in breaks:
            tell("{promise}: {what}", promise=one.promise, what=one.what)
    else:
        tell("every promise holds")
    if breaks:
        raise click.exceptions.Exit(BROKEN)


@click.group(cls=Group)
def audit() -> None:
    """Check that the event log is whole."""


@audit.command("verify")
@option("--anchor", metavar="LINE", help="A line that audit anchor once printed; the log must still hold it.")
def audit_verify(anchor: str | None) -> None:
    """Recompute the chain of events from its first row; exit 3 and name each break."""
    from dispatch.desk.audit import audit_verify as look

    call = current()
    events, breaks = call.read(lambda tx: look(tx, call.actor, anchor=anchor))
    if call.as_json:
        print_json({"events": events, "breaks": [_break_json(one) for one in breaks]})
    else:
        for one in breaks:
            tell("{promise}: {what}", promise=one.promise, what=one.what)
        if not breaks:
            tell("the log is whole: {events} events", events=events)
    if breaks:
        raise click.exceptions.Exit(BROKEN)


@audit.command("anchor")
def anchor() -> None:
    """Print where the log stands: a line to be written down, so that a missing end is noticed later."""
    from dispatch.desk.audit import audit_anchor

    call = current()
    found = call.read(lambda tx: audit_anchor(tx, call.actor))
    if call.as_json:
        print_json({"line": found.line, "events": found.events, "day": found.day.isoformat(), "head": found.head})
    else:
        click.echo(found.line)


@command()
def doctor() -> None:
    """Hear what on this computer or in these settings will hurt later."""
    from dispatch.desk.doctor import examine

    call = current()
    findings = examine(call.settings, call.where, call.caller, at=call.at)
    if call.as_json:
        print_json(
            [
                {"level": one.level, "what": words(one.what), "hint": words(one.hint) if one.hint else None}
                for one in findings
            ]
        )
    else:
        for one in findings:
            tell("{level}: {what}", level=LEVEL_SENTENCES[one.level], what=one.what)
            if one.hint:
                tell("    {hint}", hint=one.hint)
    if any(one.level == "red" for one in findings):
        raise click.exceptions.Exit(BROKEN)


def _break_json(one: Any) -> dict[str, Any]:
    return {"promise": one.promise, "what": words(one.what), "request": one.number}
