"""Tests of the desk run on a real SQLite file each."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import pytest
from sqlalchemy import select

from dispatch.clock import StoppedClock
from dispatch.desk.matching import run_round
from dispatch.model.actor import Actor
from dispatch.model.lifecycle import RequestState
from dispatch.model.request import Request
from dispatch.model.rules import Rules
from dispatch.store import offers, people, requests
from dispatch.store.engine import Database, Transaction
from dispatch.store.tables import delivery, metadata
from tests.conftest import Street

T = TypeVar("T")


@pytest.fixture
def database(sqlite_file: Path, tmp_path: Path, clock: StoppedClock) -> Iterator[Database]:
    """A database of the test's own, with the tables and nothing in them, at nine o'clock."""
    shutil.copy(sqlite_file, tmp_path / "dispatch.db")
    database = Database(tmp_path / "dispatch.db", clock=clock)
    yield database
    database.close()


@dataclass
class Desk:
    """What a grid worker does on the street, and how it stands afterwards."""

    street: Street
    actor: Actor
    rules: Rules

    def do(self, function: Callable[..., T], *args: Any, **said: Any) -> T:
        """Call a function of the desk in a transaction of its own."""
        return self.street.database.write(lambda tx: function(tx, self.actor, self.rules, *args, **said))

    def look(self, work: Callable[[Transaction], T]) -> T:
        """Look without changing anything."""
        return self.street.database.read(work)

    def request(self, number: int) -> Request:
        """How a request stands."""
        return self.look(lambda tx: requests.with_number(tx.connection, "street", number))

    def state(self, number: int) -> RequestState:
        """In which state a request is."""
        return self.request(number).state

    def offers(self, number: int) -> list[tuple[str, str]]:
        """Who was asked for a request, oldest first, and what became of it."""

        def work(tx: Transaction) -> list[tuple[str, str]]:
            request = requests.with_number(tx.connection, "street", number)
            made = offers.of_requests(tx.connection, [request.id])
            who = people.with_ids(tx.connection, "street", (one.responder_id for one in made))
            return [(who[one.responder_id].code, one.state.value) for one in made]

        return self.look(work)

    def waiting(self, number: int) -> list[tuple[str, str]]:
        """The messages about a request that still have to leave: to whom and of what kind, in no order."""

        def work(tx: Transaction) -> list[tuple[str, str]]:
            request = requests.with_number(tx.connection, "street", number)
            rows = tx.connection.execute(
                select(delivery.c.recipient, delivery.c.kind).where(
                    delivery.c.request_id == request.id, delivery.c.state == "ready"
                )
            )
            return sorted((row[0], row[1]) for row in rows)

        return self.look(work)

    def everything(self) -> list[Any]:
        """Every row of every table: what must be the same when nothing has changed."""

        def work(tx: Transaction) -> list[Any]:
            return [
                tx.connection.execute(table.select().order_by(*table.primary_key)).all()
                for table in metadata.sorted_tables
            ]

        return self.look(work)

    def send_everything(self) -> None:
        """Let every message have left the building by another way than the phone list."""
        self.street.database.write(
            lambda tx: tx.connection.execute(
                delivery.update().where(delivery.c.state == "ready").values(state="sent", channel="console")
            )
        )

    def round(self) -> list[tuple[int, str]]:
        """Run a round; whom it asked for what."""
        done = run_round(self.street.database, self.actor, self.rules)
        return [(number, code) for number, code, _, _ in done.offered]


@pytest.fixture
def desk(street: Street, actor: Actor) -> Desk:
    """The desk of the street."""
    return Desk(street, actor, Rules())
