"""Open a database: SQLite's write discipline, PostgreSQL's timeouts, one transaction as a unit of work."""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import contextmanager
from datetime import datetime
from functools import cached_property
from pathlib import Path
from threading import Timer
from typing import TYPE_CHECKING, Any, Final, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, exc, inspect, select, text
from sqlalchemy.engine import URL, make_url

from dispatch.clock import Clock, WallClock, sleep
from dispatch.errors import Misconfigured, NotFound, Unavailable
from dispatch.store import events
from dispatch.store.faults import in_our_words, is_passing
from dispatch.store.ids import new_id
from dispatch.store.tables import about, community

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dispatch.model.actor import Actor

T = TypeVar("T")

HEAD: Final = "0004"
"""The newest migration: what the tables in ``tables.py`` look like."""

BUSY_SECONDS: Final = 10
"""How long SQLite waits for another writer before we try again (RELIABILITY 2.4)."""

NOTICE_SECONDS: Final = 3
"""How long somebody at the desk waits before they are told what for."""

TRIES: Final = 5

_COMMUNITIES: Final = select(community.c.code).order_by(community.c.code)

_SQLITE_PRAGMAS: Final = (
    "PRAGMA foreign_keys=ON",
    "PRAGMA synchronous=FULL",
    "PRAGMA trusted_schema=OFF",
    "PRAGMA secure_delete=ON",
    "PRAGMA journal_size_limit=67108864",
)

_POSTGRESQL_CONNECT: Final[dict[str, Any]] = {
    "connect_timeout": 5,
    "tcp_user_timeout": 5000,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "options": "-c statement_timeout=10s -c lock_timeout=3s -c idle_in_transaction_session_timeout=15s",
    "application_name": "dispatch",
}


class Transaction:
    """One transaction: its connection, its one moment, and the events it leaves behind."""

    def __init__(self, connection: Connection, now: datetime, chosen: str | None) -> None:
        """Begin.

        Args:
            connection: Open, in a transaction.
            now: The moment at which everything in it happens, aware, in UTC.
            chosen: Code of the community, where the settings name one.
        """
        self.connection = connection
        self.now = now
        self.step = new_id()
        self._chosen = chosen
        self._happened: list[events.Event] = []

    @cached_property
    def community(self) -> str:
        """The community this desk works for: the one the settings name, else the only one there is.

        Raises:
            NotFound: None is loaded, or the one named is not.
            Misconfigured: There are several and none is named.
        """
        codes = list(self.connection.scalars(_COMMUNITIES))
        if self._chosen is not None:
            if self._chosen in codes:
                return self._chosen
            raise NotFound("community {code} is not in this database", code=self._chosen)
        if not codes:
            raise NotFound(
                "no community is loaded yet", hint="load one from its folder: dispatch load FOLDER"
            )
        if len(codes) > 1:
            raise Misconfigured(
                "this database holds several communities: {codes}",
                codes=tuple(codes),
                hint="name one: community = \"…\" in dispatch.toml",
            )
        return str(codes[0])

    def record(
        self, actor: Actor, kind: str, request_id: str | None = None, **params: object
    ) -> None:
        """Leave an event in the log, written when the transaction commits.

        Args:
            actor: In whose name it happened.
            kind: What happened, as a code.
            request_id: The request it concerns, where there is one.
            params: Codes, numbers and moments as text; never private data.
        """
        self._happened.append(
            events.Event(
                community=self.community,
                at=self.now,
                actor=actor.name,
                on_behalf_of=actor.on_behalf_of,
                request_id=request_id,
                step=self.step,
                kind=kind,
                params=params,
            )
        )

    @property
    def has_happened(self) -> bool:
        """Whether anything in it left an event."""
        return bool(self._happened)

    def _finish(self) -> None:
        if self._happened:
            events.append(self.connection, self._happened)


class Database:
    """A database and the two ways into it: ``write`` and ``read``.

    On SQLite each has an engine of its own: writers queue at ``BEGIN IMMEDIATE``
    on one connection, readers never hold the write lock.
    """

    def __init__(self, where: str | Path, *, clock: Clock | None = None, community: str | None = None) -> None:
        """Name a database; nothing is opened yet.

        Args:
            where: A path (SQLite) or a ``postgresql://`` URL.
            clock: Where moments come from; the wall clock unless given.
            community: Code of the community to work for, where there may be several.
        """
        self.url = url_of(where)
        self.clock = clock or WallClock()
        self.when_waiting: Callable[[], None] = lambda: None
        """Called once a write has waited for a while (from another thread), and after each try that was in vain."""
        self.has_saved = False
        """Whether anything that happened was committed by this object."""
        self._community = community
        self._jitter = random.Random()  # noqa: S311  not a secret: two desks must not wait equally long

    @property
    def is_sqlite(self) -> bool:
        """Whether it is a file."""
        return self.url.get_backend_name() == "sqlite"

    @property
    def path(self) -> Path | None:
        """The file, on SQLite."""
        return Path(self.url.database or "") if self.is_sqlite else None

    @cached_property
    def _writer(self) -> Engine:
        if self.is_sqlite:
            return _sqlite_engine(self.url, begin="BEGIN IMMEDIATE")
        return _postgresql_engine(self.url)

    @cached_property
    def _reader(self) -> Engine:
        if self.is_sqlite:
            return _sqlite_engine(self.url, begin="BEGIN", pragmas=("PRAGMA query_only=ON",))
        return self._writer.execution_options(postgresql_readonly=True, isolation_level="REPEATABLE READ")

    def write(self, work: Callable[[Transaction], T]) -> T:
        """Do *work* in one transaction and commit it.

        Args:
            work: Called with the transaction; called again from its start when the
                database was busy or the transaction lost a race, so it must change
                nothing outside.

        Raises:
            Unavailable: Still busy after several tries, full, or unreachable; nothing was kept.
        """
        notice = Timer(NOTICE_SECONDS, self.when_waiting)
        notice.daemon = True
        notice.start()
        try:
            return self._run(self._writer, work)
        finally:
            notice.cancel()

    def read(self, work: Callable[[Transaction], T]) -> T:
        """Do *work* on a consistent view without holding up writers; it cannot change anything."""
        return self._run(self._reader, work)

    def _run(self, engine: Engine, work: Callable[[Transaction], T]) -> T:
        for attempt in range(1, TRIES + 1):
            with self._in_our_words():
                committing = False
                try:
                    with engine.connect() as connection, connection.begin():
                        transaction = Transaction(connection, self._moment(connection), self._community)
                        result = work(transaction)
                        transaction._finish()  # noqa: SLF001  only the database ends its transactions
                        committing = True
                    self.has_saved |= transaction.has_happened
                    return result
                except exc.DBAPIError as fault:
                    if committing and fault.connection_invalidated:
                        raise Unavailable(
                            "the connection broke while saving, so it is not known whether it was saved",
                            hint="look first (dispatch today), or try again with the same --key",
                        ) from fault
                    if attempt == TRIES or not is_passing(fault):
                        raise
            self.when_waiting()
            sleep(self._jitter.uniform(0.01, 0.1) * attempt)
        raise AssertionError("unreachable")

    def _moment(self, connection: Connection) -> datetime:
        if self.is_sqlite:
            return self.clock.moment()
        return self.clock.moment(
            lambda: connection.exec_driver_sql("SELECT clock_timestamp()").scalar_one()
        )

    @contextmanager
    def _in_our_words(self) -> Iterator[None]:
        try:
            yield
        except exc.DBAPIError as fault:
            said = in_our_words(fault, self.shown)
            if said is None:
                raise
            raise said from fault

    @property
    def shown(self) -> str:
        """How to call it in a sentence: the path, or the URL without its password."""
        return str(self.path) if self.is_sqlite else self.url.render_as_string(hide_password=True)

    def check_ready(self) -> None:
        """Raise unless the database is there and its tables are as this version knows them.

        Raises:
            Misconfigured: It is not there, is older, newer, or something else.
        """
        if self.path is not None and not self.path.exists():
            raise Misconfigured(
                "there is no database at {path}", path=self.shown, hint="make one: dispatch init"
            )
        with self._in_our_words(), self._reader.connect() as connection:
            version = schema_version(connection)
        if version == HEAD:
            return
        if version is None:
            raise Misconfigured(
                "{path} holds no dispatch tables", path=self.shown, hint="make them: dispatch init"
            )
        if version > HEAD:
            raise newer_than_we_are(self.shown, version)
        raise Misconfigured(
            "{path} was made by an older version of dispatch (tables {theirs}, ours {ours})",
            path=self.shown,
            theirs=version,
            ours=HEAD,
            hint="bring it up to date: dispatch database upgrade",
        )

    def is_rehearsal(self) -> bool:
        """Return whether the database is marked as a rehearsal."""
        return self.read(lambda tx: marked(tx.connection, "rehearsal") == "yes")

    @contextmanager
    def owner_connection(self) -> Iterator[Connection]:
        """Give a writing connection in one transaction, for migrations and checks only."""
        with self._in_our_words(), self._writer.connect() as connection, connection.begin():
            yield connection

    def close(self) -> None:
        """Let go of every connection."""
        for name in ("_writer", "_reader"):
            engine = self.__dict__.pop(name, None)
            if engine is not None:
                engine.dispose()


def url_of(where: str | Path) -> URL:
    """Return the SQLAlchemy URL of a path or of a ``postgresql://`` or ``sqlite://`` URL.

    Raises:
        Misconfigured: It is no URL, or one of another kind of database.
    """
    said = str(where)
    if "://" not in said:
        return URL.create("sqlite+pysqlite", database=str(Path(said).expanduser().absolute()))
    try:
        url = make_url(said)
    except (exc.ArgumentError, ValueError):
        # Not said again: a password may stand in it.
        raise Misconfigured("this is no URL of a database", hint="a path, or postgresql://…") from None
    if url.get_backend_name() == "sqlite":
        return url.set(drivername="sqlite+pysqlite")
    if url.get_backend_name() in ("postgresql", "postgres"):
        return url.set(drivername="postgresql+psycopg")
    raise Misconfigured(
        "{kind} databases are not supported", kind=url.get_backend_name(), hint="a path, or postgresql://…"
    )


def schema_version(connection: Connection) -> str | None:
    """Return the migration the database stands at, or none where it has no tables of ours."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()


def newer_than_we_are(path: str, version: str) -> Misconfigured:
    """Return the error for tables that a newer version made."""
    return Misconfigured(
        "{path} was made by a newer version of dispatch (tables {theirs}, ours {ours})",
        path=path,
        theirs=version,
        ours=HEAD,
        hint="update dispatch on this computer",
    )


def marked(connection: Connection, key: str) -> str | None:
    """Return what the database says about itself under *key*."""
    return connection.scalar(select(about.c.value).where(about.c.key == key))


def mark(connection: Connection, key: str, value: str) -> None:
    """Let the database say *value* about itself under *key*."""
    if connection.execute(about.update().where(about.c.key == key).values(value=value)).rowcount == 0:
        connection.execute(about.insert().values(key=key, value=value))


def _sqlite_engine(url: URL, begin: str, pragmas: tuple[str, ...] = ()) -> Engine:
    engine = create_engine(
        url,
        hide_parameters=True,
        pool_size=1,
        max_overflow=0,
        connect_args={"timeout": BUSY_SECONDS, "isolation_level": None},
    )

    @event.listens_for(engine, "connect")
    def on_connect(connection: Any, _record: Any) -> None:
        cursor = connection.cursor()
        for pragma in (*_SQLITE_PRAGMAS, *pragmas):
            cursor.execute(pragma)
        if not pragmas:
            cursor.execute("PRAGMA journal_mode=WAL")
        if cursor.execute("PRAGMA foreign_keys").fetchone() != (1,):
            raise AssertionError("this SQLite was built without foreign keys")
        cursor.close()

    @event.listens_for(engine, "begin")
    def on_begin(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


def _postgresql_engine(url: URL) -> Engine:
    try:
        return create_engine(url, hide_parameters=True, pool_pre_ping=True, connect_args=_POSTGRESQL_CONNECT)
    except ModuleNotFoundError as missing:
        raise Misconfigured(
            "the PostgreSQL driver is not installed", hint="install it: pip install \"sandan[postgres]\""
        ) from missing
