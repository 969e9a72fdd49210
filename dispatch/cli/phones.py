"""The printed phone list."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dispatch.cli.calling import Call, confirm, current, note, print_json, tell
from dispatch.cli.group import command, option
from dispatch.cli.values import SHEET_NUMBER
from dispatch.cli.words import language

if TYPE_CHECKING:
    from dispatch.desk.phone_list.sheet_rows import Sheet
    from dispatch.store.engine import Transaction


@command()
@option("--format", "form", default=None, metavar="html|csv", help="A page to print, or a table.")
@option("--output", type=click.Path(path_type=Path), help="Where to write it; - prints it here.")
@option("--sheet", type=SHEET_NUMBER, metavar="SHEET", help="Print an earlier sheet again.")
def phones(form: str | None, output: Path | None, sheet: int | None) -> None:
    """Print the phone list: one call a line, to be ticked and keyed back.

    Key it back with: dispatch reply --sheet SHEET "12 a, 13 d, 14 n, 15 x".
    """
    from dispatch.desk.files import write_whole
    from dispatch.desk.phone_list.phone_sheets import print_sheet, reprint_sheet
    from dispatch.desk.phone_list.sheet_pages import render

    call = current()
    is_here = str(output) == "-"
    form = form or (output.suffix.lstrip(".") if output is not None and not is_here else "") or "html"

    def work(tx: Transaction) -> tuple[Sheet, str]:
        if sheet is not None:
            printed = reprint_sheet(tx, call.actor, call.rules, sheet, language=language())
        else:
            printed = print_sheet(tx, call.actor, call.rules, language=language())
        # Within the transaction: a sheet that cannot be written is not one that was printed.
        return printed, "" if printed.number is None else render(printed, form)

    if sheet is None:
        put_on_the_list(call)
        sheet = _rather_again(call)
    printed, text = (call.write if sheet is None else call.read)(work)
    if call.as_json:
        print_json(printed.to_json())
        if output is not None and not is_here and text:
            write_whole(output, text.encode("utf-8"))
        return
    if printed.number is None:
        tell("nobody has to be rung now")
        return
    if is_here:
        click.echo(text)
        return
    target = output or Path(f"phones-{printed.number}.{form}")
    write_whole(target, text.encode("utf-8"))
    note("sheet {number}: {rows} calls, in {file}", number=printed.number, rows=len(printed.rows), file=str(target))
    note(
        "when it is rung through: dispatch reply --sheet {number} \"1 a, 2 d, 3 n, 4 x\"", number=printed.number
    )


def _rather_again(call: Call) -> int | None:
    """Say that a sheet with these calls is still out; return its number where it is to be printed again instead."""
    from dispatch.desk.phone_list.phone_sheets import standing_sheet

    out = call.read(lambda tx: standing_sheet(tx, call.actor, call.rules))
    if out is None:
        return None
    if out.is_the_same:
        note("phone list no. {sheet} has the same calls and is not keyed back yet", sheet=out.number)
    else:
        note(
            "of these calls stand already on a list that is not keyed back yet: {on_paper} of {calls}, "
            "the last on no. {sheet}",
            on_paper=out.on_paper,
            calls=out.calls,
            sheet=out.number,
        )
    if not sys.stdin.isatty() or call.as_json:
        note("to print that one again: dispatch phones --sheet {sheet}", sheet=out.number)
        return None
    if out.is_the_same:
        return out.number if confirm("print no. {sheet} again, with the same numbers?", sheet=out.number) else None
    if not confirm("print all {calls} on a new list?", calls=out.calls):
        note("to print that one again: dispatch phones --sheet {sheet}", sheet=out.number)
        raise click.exceptions.Exit(0)
    return None


def put_on_the_list(call: Call) -> None:
    """Let what is waiting for the phone list stand on it, so that it is on the sheet."""
    from dispatch.desk.delivery.outbox_out import deliver

    channels = call.wired.channels
    deliver(call.database, call.actor, call.rules, channels, only={"phone-list"})
