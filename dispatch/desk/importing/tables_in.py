"""Take the requests in somebody's table: good rows in, bad rows back with their reason, nothing twice."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from datetime import date
from pathlib import Path
from typing import Final

from dispatch.desk.authorize import authorize
from dispatch.desk.files import Draft, draft_of, write_whole
from dispatch.desk.importing.imported_table import Imported, ImportedTable
from dispatch.desk.importing.mapping import USUAL, SheetMapping
from dispatch.desk.importing.refused_rows import path_beside, write_refused
from dispatch.desk.intake import Taken, take_requests
from dispatch.desk.sheets.guards import Kind
from dispatch.desk.sheets.writing import kind_to_write
from dispatch.errors import DispatchError, Refused
from dispatch.i18n import Language
from dispatch.model.actor import Actor
from dispatch.model.rules import Rules
from dispatch.store.engine import Database, Transaction

CHUNK: Final = 500
"""Rows taken in one transaction: few enough that nobody waits long for the database."""

Progress = Callable[[int, int], None]
"""Told after each transaction: how many rows are settled, of how many."""


def import_file(
    database: Database,
    actor: Actor,
    rules: Rules,
    path: Path,
    mapping: SheetMapping | None = None,
    *,
    dry_run: bool = False,
    errors: Path | None = None,
    on_day: date | None = None,
    encoding: str | None = None,
    language: Language = "zh",
    progress: Progress | None = None,
    area_code: str = "",
) -> Imported:
    """Take the requests in a CSV, CSV.GZ, XLSX or XLS file.

    Each row has a key: the number its table gives it, else a hash of what it says.
    So a file that is imported again, extended or sorted anew adds nothing twice,
    and one whose import was cut short is completed by importing it again. A row
    whose request was taken back by undo is taken anew.

    Args:
        database: Written to in transactions of 500 rows.
        path: The table.
        mapping: What its columns mean; without it the usual headings are looked for.
        dry_run: Check every row as if it were taken, then take none.
        errors: Where to write the refused rows, as CSV or XLSX by its name; beside the table and like it
            unless given. A dry run writes them only if given.
        on_day: Only what came in on that day, in the table's zone.
        encoding: Of CSV, where it is neither UTF-8 nor GB18030.
        language: Of the reasons written beside the refused rows.
        progress: Told how far it is, after each transaction.
        area_code: Of land lines written without one; empty means that their rows are refused.

    Raises:
        NotFound: There is no such file or sheet.
        Refused: The file cannot be read as a table, its columns say too little, or the refused rows could not
            be written; nothing was taken.
        Unavailable: The database could not be written; the hint says how many rows are in. Or the disk has no
            room for the refused rows; nothing was taken.
    """
    authorize(actor, "import")
    mapping = mapping or USUAL
    table = ImportedTable(database, path, mapping, on_day, encoding, area_code=area_code)
    target = errors or (None if dry_run else path_beside(path))
    kind = kind_to_write(target) if target else Kind.XLSX
    if errors is not None and errors.resolve() == path.resolve():
        raise Refused("the refused rows cannot be written over {file} itself", file=str(path), hint="name another file")
    is_asked_for = target is not None and (errors is not None or bool(table.refusals))
    with draft_of(target) if target is not None and is_asked_for else nullcontext() as draft:
        if draft is not None:
            # What is refused already is on the disk before anything is taken.
            draft.write(write_refused(table, kind, language))
        _take(database, actor, rules, table, dry_run=dry_run, progress=progress)
        database.read(table.note_cancelled)
        trouble = _write_refused(table, target, draft, kind, language) if target and table.refusals else None
    return table.imported(target if table.refusals and not trouble else None, trouble, is_dry=dry_run)


def _write_refused(
    table: ImportedTable, target: Path, draft: Draft | None, kind: Kind, language: Language
) -> DispatchError | None:
    """Write the refused rows under their name; return what went wrong, for good rows are taken by now."""
    content = write_refused(table, kind, language)
    try:
        if draft is None:
            write_whole(target, content)
        else:
            draft.write(content)
            draft.become()
    except DispatchError as fault:
        return fault
    return None


class _NotKept(Exception):
    """Ends the transaction of a dry run, so that nothing of it stays."""

    def __init__(self, results: list[Taken | DispatchError]) -> None:
        super().__init__()
        self.results = results


def _take(
    database: Database,
    actor: Actor,
    rules: Rules,
    table: ImportedTable,
    *,
    dry_run: bool,
    progress: Progress | None,
) -> None:
    def work(tx: Transaction) -> list[Taken | DispatchError]:
        results = take_requests(tx, actor, rules, orders)
        if dry_run:
            raise _NotKept(results)
        return results

    for start in range(0, len(table.waiting), CHUNK):
        part = table.waiting[start : start + CHUNK]
        orders = [order for _, order in part]
        try:
            results = database.write(work)
        except _NotKept as checked:
            results = checked.results
        except DispatchError as fault:
            if start:
                fault.params["rows_in"] = len(table.taken) + table.already
                fault.hint = "{rows_in} rows are in already; import the same file again and the rest follows"
            raise
        for (index, order), result in zip(part, results, strict=True):
            table.settle(index, order, result)
        if progress is not None:
            progress(min(start + CHUNK, len(table.waiting)), len(table.waiting))
