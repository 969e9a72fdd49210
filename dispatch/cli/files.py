"""Sheets in and out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dispatch.cli.calling import Misused, current, note, print_json, tell
from dispatch.cli.formatting import runs
from dispatch.cli.group import argument, command, option
from dispatch.cli.values import OneOf
from dispatch.cli.words import language
from dispatch.desk.choices import TABLE_WORDS
from dispatch.errors import Refused
from dispatch.i18n import Sentence, say_error

if TYPE_CHECKING:
    from dispatch.desk.importing.imported_table import Imported
    from dispatch.plugins.offered_exporters import OfferedExporter

SOME_REFUSED = 3
"""The exit code where rows were taken or could be, but not all."""


TABLE_SENTENCES = {"requests": Sentence("requests"), "responders": Sentence("responders")}


@command("import")
@argument("file", type=click.Path(path_type=Path))
@option("--map", "map_", type=click.Path(path_type=Path), help="What the columns mean: a TOML file.")
@option("--dry-run", is_flag=True, help="Check every row, take none.")
@option(
    "--errors",
    type=click.Path(path_type=Path),
    help="Where to write the refused rows; beside the file unless given.",
)
@option("--day", metavar="DATE", help="Only what came in on that day: 2015-01-20.")
@option("--encoding", help="Of a CSV that is neither UTF-8 nor GB18030.")
def import_file(
    file: Path, map_: Path | None, dry_run: bool, errors: Path | None, day: str | None, encoding: str | None
) -> None:
    """Take requests from a CSV or XLSX file.

    Good rows are taken; bad ones come back in a file of the same form, with the reason
    in a last column. The same file twice adds nothing, but what undo took back. Exit 3 where a row was refused.
    """
    from datetime import date

    from dispatch.desk.importing.mapping_file import load_mapping
    from dispatch.desk.importing.tables_in import import_file as take_in

    call = current()
    mapping = load_mapping(map_) if map_ is not None else None
    try:
        on_day = date.fromisoformat(day) if day else None
    except ValueError:
        raise Refused("{day} is no day", day=day or "", hint="write it as 2026-11-23") from None
    done = take_in(
        call.database,
        call.actor,
        call.rules,
        file,
        mapping,
        dry_run=dry_run,
        errors=errors,
        on_day=on_day,
        encoding=encoding,
        language=language(),
        progress=lambda settled, of: note("{settled} of {of} rows", settled=settled, of=of) if of > 2000 else None,
        area_code=call.settings.phones.area_code,
    )
    if call.as_json:
        print_json(_imported_json(done))
    else:
        _print_imported(done, dry_run=dry_run)
    if done.trouble is not None:
        raise done.trouble  # the document, or the lines above, name every refused row
    if done.refused:
        raise click.exceptions.Exit(SOME_REFUSED)


@command()
@argument("what", type=OneOf(TABLE_SENTENCES, TABLE_WORDS))
@option("--format", "form", metavar="FORMAT", help="The form of the file: xlsx, csv or jsonl, or one of a plugin's.")
@option(
    "--template",
    type=click.Path(path_type=Path),
    help="The office's own file: its headings and their order are kept.",
)
@option("--output", type=click.Path(path_type=Path), help="Where to write it.")
@option("--confidential", is_flag=True, help="Also the notes of confidential services.")
def export(what: str, form: str | None, template: Path | None, output: Path | None, confidential: bool) -> None:
    """Write requests or responders into the office's own sheet."""
    from dispatch.desk.exporting.tables_out import export_requests, export_responders, note_export
    from dispatch.desk.sheets.guards import Kind
    from dispatch.plugins.exporters import OUR_FORMATS

    call = current()
    offered = _exporter(form, template) if form and form not in OUR_FORMATS else None
    kind = Kind(form) if form and offered is None else None
    write = offered.written if offered else None
    target = output or Path(f"{what}{offered.exporter.ending}" if offered else f"{what}.{form or 'xlsx'}")
    if what == "requests":
        done = call.read(
            lambda tx: export_requests(
                tx,
                call.actor,
                call.rules,
                target,
                kind,
                template,
                language=language(),
                with_confidential=confidential,
                write=write,
            )
        )
    else:
        done = call.read(
            lambda tx: export_responders(
                tx, call.actor, call.rules, target, kind, template, language=language(), write=write
            )
        )
    call.write(lambda tx: note_export(tx, call.actor, done))
    if call.as_json:
        print_json({"rows": done.rows, "file": str(target), "unknown": list(done.unknown), "withheld": done.withheld})
        return
    tell("rows written into {file}: {rows}", rows=done.rows, file=str(target))
    if done.withheld:
        tell("notes of confidential requests left out: {count} (--confidential writes them)", count=done.withheld)
    if done.unknown:
        tell("left empty, for we have nothing of the kind: {headings}", headings=done.unknown)


def _exporter(form: str, template: Path | None) -> OfferedExporter:
    """Return the export format that a plugin offers under a name.

    Raises:
        Misused: None does, or a template is given, which only a sheet has.
    """
    from dispatch.plugins.exporters import OUR_FORMATS

    call = current()
    offered = call.wired.plugins.exporters()
    call.say_what_broke()
    if form not in offered:
        raise Misused(
            "there is no export format {form}",
            form=form,
            hint="choose one of: {formats}",
            formats=(*OUR_FORMATS, *sorted(offered)),
        )
    if template is not None:
        raise Misused("a template is a sheet, and {form} is none", form=form, hint="leave out --template")
    return offered[form]


def _imported_json(done: Imported) -> dict[str, Any]:
    return {
        "accepted": done.accepted,
        "refused": done.refused,
        "already": done.already,
        "cancelled": len(done.cancelled),
        "cancelled_numbers": list(done.cancelled),
        "left_out": done.left_out,
        "old": done.old,
        "numbers": list(done.numbers),
        "repeats": {str(number): list(others) for number, others in done.repeats.items()},
        "emergencies": list(done.emergencies),
        "refusals": [
            {"row": one.row, "why": [say_error(fault, language())[0] for fault in one.faults]}
            for one in done.refusals
        ],
        "beside": list(done.beside),
        "not_read": list(done.not_read),
        "errors": str(done.errors) if done.errors else None,
        "encoding": done.encoding,
    } | _trouble_json(done)


def _trouble_json(done: Imported) -> dict[str, Any]:
    if done.trouble is None:
        return {}
    message, hint = say_error(done.trouble, language())
    return {"error": message, "hint": hint, "kind": done.trouble.kind}


def _print_cancelled(done: Imported) -> None:
    if done.cancelled:
        tell(
            "of those already in, cancelled since: {count} ({numbers}); what is still wanted, take as a new request: "
            "dispatch take",
            count=len(done.cancelled),
            numbers=tuple(map(str, done.cancelled)),
        )


def _print_imported(done: Imported, *, dry_run: bool) -> None:
    _print_counts(done, dry_run=dry_run)
    pressing = [one for one in done.refusals if one.is_emergency]
    calm = [one for one in done.refusals if not one.is_emergency]
    shown = calm if done.trouble is not None else calm[:10]
    for one in (*pressing, *shown):
        why = "; ".join(say_error(fault, language())[0] for fault in one.faults)
        tell("row {row}: {why}", row=one.row, why=why)
    if len(calm) > len(shown):
        tell("and {count} more", count=len(calm) - len(shown))
    if done.left_out:
        tell("left out: {count}, by a condition or because they are closed", count=done.left_out)
    if done.old:
        tell(
            "{count} of the accepted rows came in more than 30 days ago; look whether they are still wanted",
            count=done.old,
        )
    if done.errors is not None:
        tell("the refused rows, each with its reason, are in {file}", file=str(done.errors))
    if done.beside:
        tell("rows passed over as notes or empty: {rows}", rows=tuple(map(str, done.beside)))
    if done.not_read:
        tell("sheets that were not read: {sheets}", sheets=done.not_read)
    if done.unread:
        tell("columns that were not read: {columns}", columns=done.unread)
    for number, others in done.repeats.items():
        tell(
            "request {number} looks like request {other}; if it is the same need: "
            "dispatch request merge {number} {other}",
            number=number,
            other=others[-1],
        )
    for number in done.emergencies:
        tell("request {number} has emergency words; look at it now: dispatch request show {number}", number=number)


def _print_counts(done: Imported, *, dry_run: bool) -> None:
    if dry_run:
        tell("nothing was changed")
    tell(
        "accepted {accepted}, refused {refused}, already in {already}",
        accepted=done.accepted,
        refused=done.refused,
        already=done.already,
    )
    _print_cancelled(done)
    if done.numbers:
        tell("new requests: {numbers}; next: dispatch round", numbers=tuple(runs(done.numbers)))
