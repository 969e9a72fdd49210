"""Keep the data: upgrade, copy, bring back, write out."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dispatch.cli.calling import Call, confirm, current, note, print_json, table, tell
from dispatch.cli.group import Group, argument, command, option
from dispatch.errors import Unavailable
from dispatch.i18n import Sentence

if TYPE_CHECKING:
    from dispatch.store.engine import Database


@command()
@option("--output", type=click.Path(path_type=Path), help="Where to write it; here unless given.")
@option("--replace", is_flag=True, help="Even if there is such a file already.")
def dump(output: Path | None, replace: bool) -> None:
    """Write the whole state as JSON lines, private data included: for checking, and for leaving us."""
    from dispatch.desk.dumping import dump as write_lines
    from dispatch.desk.dumping import dump_to_file

    call = current()
    if output is None:
        call.read(lambda tx: write_lines(tx, call.actor, sys.stdout))
        return
    written = call.read(lambda tx: dump_to_file(tx, call.actor, output, replace=replace))
    if call.as_json:
        print_json({"file": str(output), "rows": written})
    else:
        tell("rows written into {file}: {rows}", rows=sum(written.values()), file=str(output))


@click.group(cls=Group)
def database() -> None:
    """Upgrade, back up, restore, settle what a restore held."""


@database.command("upgrade")
def upgrade() -> None:
    """Bring the tables up to date."""
    from dispatch.store.upgrade import upgrade as bring_forward

    call = current()
    found = _named(call)
    before, now = bring_forward(found)
    if call.as_json:
        print_json({"database": found.shown, "before": before, "now": now})
    elif before == now:
        tell("{database} is up to date", database=found.shown)
    else:
        tell("{database} is up to date now", database=found.shown)


@database.command("backup")
@argument("file", type=click.Path(path_type=Path), required=False)
@option("--replace", is_flag=True, help="Even if there is such a file already.")
def backup(file: Path | None, replace: bool) -> None:
    """Copy the database to FILE while others go on working, and prove the copy good.

    Without FILE it is named after the day and the hour, and lies beside the database.
    """
    from dispatch.desk.keeping import dated_name, make_backup

    call = current()
    file = file or call.read(lambda tx: dated_name(tx, call.database.path))
    copy = make_backup(call.database, call.actor, file, replace=replace)
    if call.as_json:
        print_json(
            {
                "file": str(copy.path),
                "bytes": copy.size,
                "sha256": copy.checksum,
                "rows": dict(copy.contents.rows),
            }
        )
    else:
        tell(
            "copied to {file}, read back and found good; rows: {rows}",
            file=str(copy.path),
            rows=sum(copy.contents.rows.values()),
        )


@database.command("restore")
@argument("file", type=click.Path(path_type=Path))
@option(
    "--upgrade",
    "upgrade_older",
    is_flag=True,
    help="Even if the copy is of an older version; it is brought up to date.",
)
@option("--despite-breaks", is_flag=True, help="Even if the copy's event log is not whole.")
@option("--yes", "-y", is_flag=True, help="Without asking.")
def restore(file: Path, upgrade_older: bool, despite_breaks: bool, yes: bool) -> None:
    """Put a copy in the place of the database; what stood there is kept beside it.

    Messages that had not left when the copy was made are held for a person to look at.
    """
    from dispatch.desk.keeping import bring_back

    call = current()
    found = _named(call)
    if not yes and not confirm("put {file} in the place of {database}?", file=str(file), database=found.shown):
        raise click.Abort
    done = bring_back(
        found,
        call.caller,
        file,
        upgrade_older=upgrade_older,
        despite_breaks=despite_breaks,
    )
    call.if_lost = Unavailable(
        "{database} is as it was when the copy was made; only the answer could not be written: {why}",
        database=found.shown,
        why="",
        hint="look what is held, and what is lost: dispatch database held, dispatch audit verify",
    )
    if call.as_json:
        print_json(
            {
                "database": found.shown,
                "replaced": str(done.replaced) if done.replaced else None,
                "held": done.held,
                "lost": {code: list(span) for code, span in done.lost.items()},
                "epoch": done.epoch,
            }
        )
        return
    tell("{database} is as it was when the copy was made", database=found.shown)
    if done.replaced is not None:
        tell("what stood there before is in {file}", file=str(done.replaced))
    for first, last in done.lost.values():
        note("requests {first} to {last} were taken after the copy; take them again from paper", first=first, last=last)
    if done.held:
        note(
            "messages held, for nobody knows whether they went: {count}; look at them: dispatch database held",
            count=done.held,
        )


def _named(call: Call) -> Database:
    from dispatch.wiring import database_of

    return call.closing(database_of(call.settings, call.where))


@database.command("held")
@option("--send/--drop", "send", default=None, help="Send them now, or let them go unsent; else they are listed.")
def held(send: bool | None) -> None:
    """See the messages that a restore held, for nobody knew whether they had gone; send or drop them."""
    from dispatch.desk.keeping import let_held_messages_go

    call = current()
    if send is None:
        _list_held(call)
        return
    count = call.write(lambda tx: let_held_messages_go(tx, call.actor, call.rules, send=send))
    if call.as_json:
        print_json({"messages": count, "sent": send})
    elif send:
        tell("held messages that go out with the next delivery: {count}", count=count)
    else:
        tell("held messages dropped: {count}", count=count)


def _list_held(call: Call) -> None:
    from dispatch.desk.keeping import held_messages
    from dispatch.desk.phone_list.sheet_rows import PURPOSES

    found = call.read(lambda tx: held_messages(tx, call.actor, call.rules))
    if call.as_json:
        print_json(
            [
                {
                    "request": one.number,
                    "kind": one.kind.value,
                    "to": one.to or "resident",
                    "channel": one.channel,
                    "needed": one.is_needed,
                }
                for one in found
            ]
        )
        return
    if not found:
        tell("no message is held")
        return
    table(
        ["request", "what for", "to", "channel", "still needed"],
        [
            (
                one.number,
                PURPOSES[one.kind],
                one.to or Sentence("resident"),
                one.channel,
                Sentence("it is needed") if one.is_needed else Sentence("no longer needed"),
            )
            for one in found
        ],
    )
    tell("send them: dispatch database held --send; or let them go unsent: dispatch database held --drop")
