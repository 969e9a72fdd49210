"""The printed phone list."""

from __future__ import annotations

import sys
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dispatch.cli.calling import Call, Misused, confirm, current, is_asked, note, print_json, tell
from dispatch.cli.group import command, option
from dispatch.cli.values import SHEET_NUMBER
from dispatch.cli.words import language
from dispatch.errors import DispatchError, Unavailable
from dispatch.i18n import Sentence, sentence

if TYPE_CHECKING:
    from dispatch.desk.files import Draft
    from dispatch.desk.phone_list.phone_sheets import Standing
    from dispatch.desk.phone_list.sheet_pdf import Printed
    from dispatch.desk.phone_list.sheet_rows import Sheet
    from dispatch.store.engine import Transaction


@command()
@option("--format", "form", default=None, metavar="html|pdf|xlsx|csv", help="A page to print, or a table.")
@option("--output", type=click.Path(path_type=Path), help="Where to write it; - prints it here.")
@option("--sheet", type=SHEET_NUMBER, metavar="SHEET", help="Print an earlier sheet again.")
def phones(form: str | None, output: Path | None, sheet: int | None) -> None:
    """Print the phone list: one call a line, to be ticked and keyed back.

    Key it back with: dispatch reply --sheet SHEET "12 a, 13 d, 14 n, 15 x".
    """
    from dispatch.desk.delivery.outbox_out import put_on_the_list
    from dispatch.desk.files import draft_of
    from dispatch.desk.phone_list.phone_sheets import print_sheet, reprint_sheet
    from dispatch.desk.phone_list.sheet_forms import check_form, render
    from dispatch.desk.phone_list.sheet_pdf import Printed

    call = current()
    is_here = str(output) == "-"
    form = (form or (output.suffix.lstrip(".") if output is not None and not is_here else "") or "html").lower()
    is_filed = not is_here and (output is not None or not call.as_json)
    check_form(form)
    if is_here and form in _NOT_TEXT and sys.stdout.isatty():
        raise Misused("a {form} cannot be shown on the screen", form=form, hint="name a file: --output phones.{form}")

    # All in one transaction, its page on the disk before the commit and under its name after it: what cannot be
    # written is no sheet and no call; what was cut short between the two is printed again by its number.
    def work(tx: Transaction) -> tuple[Sheet, Printed]:
        if sheet is not None:
            printed = reprint_sheet(tx, call.actor, call.rules, sheet, language=language())
        else:
            put_on_the_list(tx, call.actor, call.rules)
            printed = print_sheet(tx, call.actor, call.rules, language=language())
        page = Printed(content=b"") if printed.number is None else render(printed, form)
        if draft is not None and page.content:
            draft.write(page.content)
        return printed, page

    if sheet is None:
        sheet = _rather_again(call)
    with draft_of(output or Path(f"phones.{form}")) if is_filed else nullcontext() as draft:
        printed, page = (call.write if sheet is None else call.read)(work)
        target = output or Path(f"phones-{printed.number}.{form}")
        if printed.number is not None:
            call.if_lost = _lost(printed.number)
            if draft is not None:
                _put_under_its_name(draft, target, printed.number)
    if call.as_json:
        print_json(printed.to_json())
    elif printed.number is None:
        tell("nobody has to be rung now")
    elif is_here:
        click.echo(page.content if form in _NOT_TEXT else page.content.decode())
    else:
        _say_where(printed, target, form)
    _name_lacking(printed, page)


_NOT_TEXT = frozenset({"pdf", "xlsx"})
"""What a terminal would print as noise, so that its bytes go to stdout as they are."""


def _put_under_its_name(draft: Draft, target: Path, number: int) -> None:
    try:
        draft.become(target)
    except DispatchError as fault:
        raise Unavailable(
            "phone sheet {number} has its number, but no page: {problem}",
            number=number,
            problem=Sentence(fault.message, fault.params),
            hint="print it again: dispatch phones --sheet {number}",
        ) from fault


def _lost(number: int) -> Unavailable:
    return Unavailable(
        "phone sheet {number} has its number; only the answer could not be written: {why}",
        number=number,
        why="",
        hint="print it again: dispatch phones --sheet {number}",
    )


class _Looked(Exception):
    """Takes back what was done merely to see what a new sheet would hold."""

    def __init__(self, out: Standing | None) -> None:
        self.out = out


def _standing(call: Call) -> Standing | None:
    """Return the sheet that is still out, counted against a new one with everything that waits to be rung."""
    from dispatch.desk.delivery.outbox_out import put_on_the_list
    from dispatch.desk.phone_list.phone_sheets import standing_sheet

    def look(tx: Transaction) -> None:
        put_on_the_list(tx, call.actor, call.rules)
        raise _Looked(standing_sheet(tx, call.actor, call.rules))

    try:
        call.write(look)
    except _Looked as looked:
        return looked.out
    return None


def _rather_again(call: Call) -> int | None:
    """Say that a sheet with these calls is still out; return its number where it is to be printed again instead."""
    out = _standing(call)
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
    if call.as_json or not is_asked():
        note("to print that one again: dispatch phones --sheet {sheet}", sheet=out.number)
        return None
    if out.is_the_same:
        return out.number if confirm("print no. {sheet} again, with the same numbers?", sheet=out.number) else None
    if not confirm("print all {calls} on a new list?", calls=out.calls):
        note("to print that one again: dispatch phones --sheet {sheet}", sheet=out.number)
        raise click.exceptions.Exit(0)
    return None


def _say_where(printed: Sheet, target: Path, form: str) -> None:
    note("sheet {number}: {rows} calls, in {file}", number=printed.number, rows=len(printed.rows), file=str(target))
    note(
        "when it is rung through: dispatch reply --sheet {number} \"1 a, 2 d, 3 n, 4 x\"", number=printed.number
    )
    if form in ("csv", "xlsx"):
        note(
            "or fill its results in and save it: dispatch reply --sheet {number} --from-file {file}",
            number=printed.number,
            file=str(target),
        )


def _name_lacking(printed: Sheet, page: Printed) -> None:
    """Name the characters that whoever rings will see as 〓, and where they may be had."""
    if page.lacking:
        rows = tuple(sentence("row {row}: {characters}", row=row, characters=one) for row, one in page.lacking)
        note("the font of the page lacks these characters, which stand as 〓 on it: {rows}", rows=rows)
        note("a browser may have them: dispatch phones --sheet {sheet} --format html", sheet=printed.number)
