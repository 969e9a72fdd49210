"""Write requests or responders into the office's own sheet, or into ours."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Final, TypeAlias

from dispatch.clock import on_the_wall
from dispatch.desk.authorize import authorize
from dispatch.desk.exporting.export_rows import Cells, request_rows, responder_rows
from dispatch.desk.exporting.office_forms import Form, form_in, our_form
from dispatch.desk.files import write_whole
from dispatch.desk.importing.headings import REQUEST_HEADINGS, RESPONDER_HEADINGS
from dispatch.desk.sheets.cells import Cell
from dispatch.desk.sheets.guards import Kind
from dispatch.desk.sheets.writing import kind_to_write, write_table
from dispatch.errors import Refused
from dispatch.i18n import Language, say, sentence
from dispatch.model.actor import Actor
from dispatch.model.lifecycle import RequestState
from dispatch.model.rules import Rules
from dispatch.plugins.exporters import Row
from dispatch.store import community as towns
from dispatch.store import people, requests
from dispatch.store.engine import Transaction

Writer: TypeAlias = Callable[[str, Sequence[Row]], bytes]
"""Makes a file of "requests" or "responders" out of plain rows."""

REQUEST_FIELDS: Final = (
    *("number", "source", "received_at", "name", "phone", "service", "urgency", "address", "place", "note"),
    *(
        "headcount",
        "window_from",
        "window_to",
        "state",
        "offered_at",
        "helper",
        "helper_phone",
        "accepted_at",
    ),
    *("done_at", "result", "rating"),
)
"""The columns of our own sheet of requests, in order."""

RESPONDER_FIELDS: Final = tuple(RESPONDER_HEADINGS)
"""The columns of our own sheet of responders, in order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """What was written.

    Args:
        what: "requests" or "responders".
        rows: How many.
        headings: What stands over the columns.
        unknown: Those of them under which nothing could be written.
        withheld: Requests whose notes were kept back because their service is confidential.
        content: The file itself. Private.
        path: Where it was written, if it was.
    """

    what: str
    rows: int
    headings: tuple[str, ...]
    unknown: tuple[str, ...]
    withheld: int
    content: bytes = field(repr=False)
    path: Path | None


def export_requests(
    tx: Transaction,
    actor: Actor,
    rules: Rules,
    target: Path | None,
    kind: Kind | None = None,
    template: Path | None = None,
    *,
    language: Language = "zh",
    states: Iterable[RequestState] | None = None,
    since: datetime | None = None,
    with_confidential: bool = False,
    write: Writer | None = None,
) -> Exported:
    """Write requests into a sheet, by number.

    Names, phones and doors go with them: this is for those who may see everything.

    Args:
        tx: May be one that only reads; ``note_export`` leaves the event.
        target: The file, replaced in one step; without it the content is only returned.
        kind: CSV or XLSX; else what the target's name says, else what the template is, else XLSX.
        template: The office's own file: its titles, headings, order and widths are kept, nothing else.
        language: Of headings and words.
        states: Only requests in these.
        since: Only those received from then on.
        with_confidential: Also the notes of confidential services.
        write: Makes a file of another form; the template's headings, and kinds, are then not asked for.

    Raises:
        NotFound: There is no such template.
        Refused: The actor may not, the template cannot be read, or the target's folder is closed.
        Unavailable: The disk is full.
    """
    authorize(actor, "export")
    found = requests.find(tx.connection, tx.community, states=states, since=since)
    rows, withheld = request_rows(tx, found, language, with_confidential=with_confidential)
    form = _form(template, REQUEST_HEADINGS, REQUEST_FIELDS, language, say(sentence("requests"), language))
    return _write(tx, "requests", form, rows, target, kind, withheld, write)


def export_responders(
    tx: Transaction,
    actor: Actor,
    rules: Rules,
    target: Path | None,
    kind: Kind | None = None,
    template: Path | None = None,
    *,
    language: Language = "zh",
    write: Writer | None = None,
) -> Exported:
    """Write the active responders into a sheet, by code; otherwise as ``export_requests``."""
    authorize(actor, "export")
    found = people.responders_of(tx.connection, tx.community, active_only=True)
    rows = responder_rows(tx, found, language)
    form = _form(template, RESPONDER_HEADINGS, RESPONDER_FIELDS, language, say(sentence("responders"), language))
    return _write(tx, "responders", form, rows, target, kind, 0, write)


def note_export(tx: Transaction, actor: Actor, done: Exported) -> None:
    """Leave in the log that personal data left the database, and how much."""
    authorize(actor, "export")
    tx.record(actor, "exported", what=done.what, rows=done.rows)


def _form(
    template: Path | None,
    headings: Mapping[str, tuple[str, ...]],
    fields: Sequence[str],
    language: Language,
    name: str,
) -> Form:
    return form_in(template, headings) if template else our_form(headings, fields, language, name)


def _write(
    tx: Transaction,
    what: str,
    form: Form,
    rows: Sequence[Cells],
    target: Path | None,
    kind: Kind | None,
    withheld: int,
    write: Writer | None,
) -> Exported:
    if write is not None:
        fields = REQUEST_FIELDS if what == "requests" else RESPONDER_FIELDS
        content = write(what, plain_rows(rows, fields))
        if target is not None:
            write_whole(target, content)
        return Exported(
            what=what, rows=len(rows), headings=fields, unknown=(), withheld=withheld, content=content, path=target
        )
    zone = towns.community_of(tx.connection, tx.community).zone
    page = form.filled(rows, on_the_wall(tx.now, zone).replace(tzinfo=None))
    by_name = kind_to_write(target) if target else None
    if kind and by_name and kind is not by_name:
        raise Refused(
            "{file} would not be what its name says",
            file=target.name if target else "",
            kind=kind.value,
            hint="end its name in .{kind}",
        )
    content = write_table(page, kind or by_name or form.kind)
    if target is not None:
        write_whole(target, content)
    return Exported(
        what=what,
        rows=len(rows),
        headings=tuple(str(text) for text in form.above[-1]),
        unknown=form.unknown(),
        withheld=withheld,
        content=content,
        path=target,
    )


def plain_rows(rows: Iterable[Cells], fields: Iterable[str]) -> list[Row]:
    """Return rows of certain fields as JSON can have them."""
    names = tuple(fields)
    return [{name: _plain(row.get(name)) for name in names} for row in rows]


def _plain(cell: Cell | None) -> str | int | None:
    """Give what a cell holds as JSON can have it; a moment on the wall clock as text."""
    if cell is None or isinstance(cell, str) or type(cell) is int:
        return cell
    return cell.isoformat() if isinstance(cell, date) else str(cell)
