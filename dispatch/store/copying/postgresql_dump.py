"""Copies of a PostgreSQL database: made by ``pg_dump`` of one moment, and brought back in one transaction."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Final

from sqlalchemy import select, text

from dispatch.errors import Misconfigured, NotAllowedNow, Refused, Unavailable
from dispatch.model.actor import Actor
from dispatch.store import events, marks, whole
from dispatch.store.copying import copies
from dispatch.store.copying.copies import Contents, Restored
from dispatch.store.engine import Database, Transaction, marked, schema_version
from dispatch.store.events import Event
from dispatch.store.tables import community, metadata

_HEADER: Final = re.compile(r'COPY (?:"?\w+"?\.)?"?(\w+)"? \((.*)\) FROM stdin;\n')
_ESCAPES: Final = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_READ: Final = frozenset({"alembic_version", "about", "community", "event"})


def dump_to(database: Database, part: Path, tools: Path | None) -> Contents:
    """Dump a database to a file and return what the dump holds.

    Raises:
        Misconfigured: ``pg_dump`` is missing or older than the server.
        Unavailable: The server does not answer, or the dump is not what was dumped.
    """
    dump, look = _tool("pg_dump", tools), _tool("pg_restore", tools)

    def works(tx: Transaction) -> Contents:
        tx.connection.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))
        snapshot = tx.connection.execute(text("SELECT pg_export_snapshot()")).scalar_one()
        choices = ["--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}", f"--file={part}"]
        _run(database, [dump, *choices, f"--dbname={_address(database)}"])
        return _contents_of(tx)

    here = database.read(works)
    if read_contents(look, part).rows != here.rows:
        raise Unavailable("the copy does not hold what {path} holds", path=database.shown, hint="try again")
    return here


def bring_back(
    database: Database, file: Path, actor: Actor, tools: Path | None, *, upgrade_older: bool, despite_breaks: bool
) -> Restored:
    """Put a dump in the place of a database, in one transaction that happens whole or not at all."""
    look, psql = _tool("pg_restore", tools), _tool("psql", tools)
    copy = read_contents(look, file)
    database.close()
    now_there, functions = database.read(_what_is_there)
    copies.check_fit(file, copy, now_there, upgrade_older=upgrade_older, despite_breaks=despite_breaks)
    kept = None
    if now_there is not None:
        kept = copies.kept_beside(file, database.clock.moment())
        with copies.in_parts(kept) as part:
            dump_to(database, part, tools)
            part.replace(kept)
        database.close()
    with copies.in_parts(file.with_name(file.name + ".sql")) as script:
        _run(database, [look, "--no-owner", "--no-privileges", f"--file={script}", str(file)])
        ours = [*metadata.tables, "alembic_version"]
        before = [f"DROP TABLE IF EXISTS public.{name} CASCADE;\n" for name in ours]
        before += [f"DROP FUNCTION IF EXISTS public.{name} CASCADE;\n" for name in functions]
        # Held in the same transaction: if we stop right after it, nothing is sent a second time.
        after = "UPDATE public.delivery SET state = 'held', lease_until = NULL WHERE state IN ('ready', 'sending');\n"
        script.write_text("".join(before) + script.read_text(encoding="utf-8") + after, encoding="utf-8")
        choices = ["--no-psqlrc", "--single-transaction", "--quiet", "--set=ON_ERROR_STOP=1", f"--file={script}"]
        _run(database, [psql, *choices, f"--dbname={_address(database)}"])
    if upgrade_older:
        from dispatch.store.upgrade import upgrade

        upgrade(database)
    held, epoch = database.write(lambda tx: copies.settle_in(tx, actor, copy, now_there))
    lost = copies.lost_numbers(copy, now_there)
    return Restored(replaced=kept, version=copy.version, held=held, lost=lost, epoch=epoch)


def read_contents(look: str, file: Path) -> Contents:
    """Read a dump through, as ``pg_restore`` unpacks it, and return what it holds.

    Args:
        look: The program ``pg_restore``.

    Raises:
        Refused: It is no dump of ours, or damaged.
    """
    rows: Counter[str] = Counter()
    kept: dict[str, list[dict[str, str | None]]] = {name: [] for name in _READ}
    command = [look, "--file=-", str(file)]
    with subprocess.Popen(  # noqa: S603 - pg_restore, found by name
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, encoding="utf-8", errors="replace"
    ) as unpacked:
        assert unpacked.stdout is not None
        for table, row in _rows_in(unpacked.stdout):
            rows[table] += 1 if row is not None else 0
            if table in _READ and row is not None:
                kept[table].append(row)
    if unpacked.returncode or not kept["alembic_version"]:
        raise Refused("{path} is damaged, or is no copy of ours", path=str(file), hint="take another copy")
    said = {str(row["key"]): str(row["value"]) for row in kept["about"]}
    return Contents(
        version=str(kept["alembic_version"][0]["version_num"]),
        rows=dict(rows),
        numbers={str(row["code"]): int(row["last_number"] or 0) for row in kept["community"]},
        epoch=int(said.get(marks.RESTORE_EPOCH, 0)),
        is_rehearsal=said.get("rehearsal") == "yes",
        edited=tuple(_edited(kept["event"])),
    )


def _rows_in(lines: Iterator[str]) -> Iterator[tuple[str, dict[str, str | None] | None]]:
    """Yield the rows of COPY blocks; each table once without a row, so that an empty one is known."""
    table, columns = "", [""]
    for line in lines:
        if not table:
            if header := _HEADER.fullmatch(line):
                table, columns = header[1], [name.strip(' "') for name in header[2].split(",")]
                yield table, None
        elif line == "\\.\n":
            table = ""
        elif table in _READ:
            values = [None if value == "\\N" else _plain(value) for value in line.rstrip("\n").split("\t")]
            yield table, dict(zip(columns, values, strict=True))
        else:
            yield table, {}


def _plain(value: str) -> str:
    return re.sub(r"\\(.)", lambda found: _ESCAPES.get(found[1], found[1]), value) if "\\" in value else value


def _edited(rows: list[dict[str, str | None]]) -> Iterator[str]:
    by_community: dict[str, list[Event]] = {}
    for row in sorted(rows, key=lambda one: int(one["seq"] or 0)):
        happened = Event(
            **{
                **row,
                "seq": int(row["seq"] or 0),
                "at": datetime.fromisoformat(str(row["at"])),
                "params": json.loads(str(row["params"])),
            }
        )
        by_community.setdefault(happened.community, []).append(happened)
    for code, log in sorted(by_community.items()):
        for one in events.check_chain(log)[1]:
            yield f"{code}:{one.seq}"


def _contents_of(tx: Transaction) -> Contents:
    connection = tx.connection
    rows = connection.execute(select(community.c.code, community.c.last_number).order_by(community.c.code))
    numbers = {str(code): int(last) for code, last in rows}
    breaks = [(code, one.seq) for code in numbers for one in events.verify_chain(connection, code)[1]]
    return Contents(
        version=schema_version(connection) or "",
        rows={**whole.row_counts(connection), "alembic_version": 1},
        numbers=numbers,
        epoch=marks.restore_epoch(connection),
        is_rehearsal=marked(connection, "rehearsal") == "yes",
        edited=tuple(f"{code}:{seq}" for code, seq in breaks),
    )


def _what_is_there(tx: Transaction) -> tuple[Contents | None, list[str]]:
    """Return what the database holds, none where it has no tables of ours, and the names of our functions."""
    others = tx.connection.execute(
        text(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND application_name = 'dispatch' AND pid <> pg_backend_pid()"
        )
    ).scalar_one()
    if others:
        raise NotAllowedNow(
            "somebody is working in the database at this moment ({count} connections)",
            count=others,
            hint="stop them first: dispatch run, and every other window",
        )
    functions = tx.connection.scalars(
        text(r"SELECT proname FROM pg_proc WHERE proname LIKE 'dispatch\_%' AND pronamespace = 'public'::regnamespace")
    )
    names = sorted(functions)
    return (_contents_of(tx) if schema_version(tx.connection) else None), names


def _tool(name: str, tools: Path | None) -> str:
    found = shutil.which(name, path=str(tools) if tools is not None else None)
    if found is None:
        raise Misconfigured(
            "{program} is not on this computer",
            program=name,
            hint="install PostgreSQL's client programs, of the server's version or a newer one",
        )
    return found


def _run(database: Database, command: list[str]) -> None:
    """Run one of PostgreSQL's programs; the password goes by the environment, where no list of processes shows it."""
    secret = {"PGPASSWORD": str(database.url.password)} if database.url.password else {}
    ended = subprocess.run(  # noqa: S603 - a program of PostgreSQL, found by name
        command,
        env={**os.environ, "LC_ALL": "C", "PGCONNECT_TIMEOUT": "5", **secret},
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    if ended.returncode == 0:
        return
    program = Path(command[0]).stem
    if "version mismatch" in ended.stderr:
        raise Misconfigured(
            "{program} is older than the server",
            program=program,
            hint="install PostgreSQL's client programs, of the server's version or a newer one",
        )
    said = ended.stderr.strip().splitlines() or [""]
    raise Unavailable("{program} did not do it: {why}", program=program, why=said[0][:200], hint="try again")


def _address(database: Database) -> str:
    url = database.url.set(drivername="postgresql")
    return url._replace(password=None).render_as_string()
