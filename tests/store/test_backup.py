"""A copy is made while others write, is proved good, and brings everything back; nothing is sent twice for it."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from sqlalchemy import text

from dispatch.clock import StoppedClock
from dispatch.desk.dumping import dump
from dispatch.desk.keeping import bring_back, let_held_messages_go, make_backup, restored_note
from dispatch.errors import Misconfigured, NotAllowedNow, NotFound, Refused, Unavailable
from dispatch.i18n import say
from dispatch.model.actor import Actor, Role
from dispatch.model.rules import Rules
from dispatch.store import events, marks, requests, whole
from dispatch.store.backup import beside
from dispatch.store.claims import count_held
from dispatch.store.copying import sqlite_file
from dispatch.store.engine import HEAD, Database, mark, marked
from dispatch.store.guards import GUARDS
from dispatch.store.tables import delivery, metadata
from tests.store.scratch import take_out

ADMIN = Actor(name="管理员", role=Role.ADMIN)

Keep = Callable[..., Any]


@pytest.fixture
def tools(backend: str, request: pytest.FixtureRequest) -> Path | None:
    """Give the folder of PostgreSQL's programs, where they are needed."""
    return request.getfixturevalue("postgresql_tools") if backend == "postgresql" else None


@pytest.fixture
def filled(street: Any, database: Database) -> Database:
    """Give a database with two requests, one of them asked for, messages in every state, and a log."""
    responder = street.responder("V1", name="张三", notes="tab\there, \\ backslash, line\nbreak, 'quote'")
    for number in (1, 2):
        request_id = street.request()
        offer_id = street.offer(request_id, responder)
        columns = {"request_id": request_id, "offer_id": offer_id, "recipient": "responder", "channel": "sms", "next_at": street.database.read(lambda tx: tx.now)}
        for kind, state in (("offer", "ready"), ("details", "sending"), ("not_needed", "sent")):
            row = {**columns, "id": f"{kind}{number}", "kind": kind, "state": state}
            row["lease_until"] = columns["next_at"] if state == "sending" else None
            database.write(lambda tx, row=row: tx.connection.execute(delivery.insert().values(row)))
        database.write(
            lambda tx, request_id=request_id: tx.record(ADMIN, "noted", request_id, words=["劲松", "a\tb\\c\nd", None, 1])
        )
    return database


@pytest.fixture
def back_up(filled: Database, tmp_path: Path, tools: Path | None) -> Keep:
    """Copy the database."""
    return lambda name="copy", **said: make_backup(filled, ADMIN, tmp_path / name, tools=tools, **said)


@pytest.fixture
def restore(filled: Database, tmp_path: Path, tools: Path | None) -> Keep:
    """Bring a copy back."""
    return lambda name="copy", **said: bring_back(filled, ADMIN, tmp_path / name, tools=tools, **said)


def dumped(database: Database, *, leave: set[str] = frozenset()) -> str:  # type: ignore[assignment]
    """Give the whole state, but for some tables."""
    import io

    out = io.StringIO()
    database.read(lambda tx: dump(tx, ADMIN, out))
    return "".join(line for line in out.getvalue().splitlines(keepends=True) if not any(f'"table": "{name}"' in line for name in leave))


def test_a_copy_holds_what_the_database_holds(filled: Database, back_up: Keep, tmp_path: Path) -> None:
    """Row for row; only its owner may read it; its checksum stands beside it as other programs write it."""
    counts = filled.read(lambda tx: whole.row_counts(tx.connection))

    copy = back_up()

    assert {name: copy.contents.rows[name] for name in counts} == counts
    assert copy.contents.numbers == {"street": 2}
    assert copy.contents.edited == ()
    assert copy.contents.version == HEAD
    assert copy.path.stat().st_mode & 0o777 == 0o600
    assert copy.size == copy.path.stat().st_size
    checked = subprocess.run(["sha256sum", "-c", beside(copy.path).name], cwd=tmp_path, capture_output=True, check=False)
    assert checked.returncode == 0
    assert sorted(path.name for path in tmp_path.iterdir() if path.name.startswith("copy")) == ["copy", "copy.sha256"]


def test_a_backup_is_noted_in_the_database_and_its_log(filled: Database, back_up: Keep, clock: StoppedClock) -> None:
    """``doctor`` knows when the last one was made, and the log who made it."""
    copy = back_up()

    assert filled.read(lambda tx: marks.marked_moment(tx.connection, marks.LAST_BACKUP)) == clock.at
    (noted,) = [one for one in filled.read(lambda tx: list(events.read(tx.connection, "street"))) if one.kind == "backed-up"]
    assert noted.params["checksum"] == copy.checksum


def test_a_copy_brings_everything_back(filled: Database, back_up: Keep, restore: Keep, street: Any) -> None:
    """What was done since is gone, what was there is there again, letter for letter."""
    before = dumped(filled, leave={"about", "delivery", "event"})
    back_up()
    street.responder("V2")
    filled.write(lambda tx: tx.connection.execute(text("UPDATE person_private SET name = 'overwritten'")))
    assert dumped(filled, leave={"about", "delivery", "event"}) != before

    restored = restore()

    assert dumped(filled, leave={"about", "delivery", "event"}) == before
    filled.check_ready()
    assert restored.version == HEAD
    assert restored.lost == {}
    assert filled.read(lambda tx: events.verify_chain(tx.connection, "street"))[1] == []


def test_what_stood_there_is_kept_beside(filled: Database, back_up: Keep, restore: Keep, tools: Path | None) -> None:
    """A restore that was a mistake is itself undone by a restore."""
    back_up()
    filled.write(lambda tx: mark(tx.connection, "since", "then"))

    kept = restore().replaced
    assert filled.read(lambda tx: marked(tx.connection, "since")) is None
    bring_back(filled, ADMIN, kept, tools=tools)

    assert filled.read(lambda tx: marked(tx.connection, "since")) == "then"
    assert kept.stat().st_mode & 0o777 == 0o600


def test_nothing_that_may_have_been_sent_is_sent_again(filled: Database, back_up: Keep, restore: Keep) -> None:
    """Messages that had not left when the copy was made are held; those sent stay sent."""
    back_up()

    restored = restore()

    states = filled.read(lambda tx: dict(tx.connection.execute(text("SELECT id, state FROM delivery")).all()))  # type: ignore[arg-type]
    assert states == {
        "offer1": "held", "details1": "held", "not_needed1": "sent", "offer2": "held", "details2": "held", "not_needed2": "sent",
    }  # fmt: skip
    assert restored.held == 4


@pytest.mark.parametrize("send", [True, False])
def test_held_messages_wait_for_a_person(
    filled: Database, back_up: Keep, restore: Keep, clock: StoppedClock, send: bool
) -> None:
    """The day's page says so for as long as they are held, and for a day; then somebody sends or drops them."""
    assert filled.read(restored_note) is None
    back_up()
    restore()
    clock.at += timedelta(days=3)
    note = filled.read(restored_note)
    assert note is not None
    assert note.params["count"] == 4
    assert "{" not in say(note, "zh") + say(note, "en")

    assert filled.write(lambda tx: let_held_messages_go(tx, ADMIN, Rules(), send=send)) == 4

    wanted = "ready" if send else "dropped"
    assert filled.read(lambda tx: tx.connection.scalar(text(f"SELECT count(*) FROM delivery WHERE state = '{wanted}'"))) == 4
    assert filled.read(lambda tx: count_held(tx.connection)) == 0
    assert filled.read(restored_note) is None
    clock.at -= timedelta(days=3)
    assert filled.read(restored_note) is not None


def test_numbers_given_out_since_are_not_given_out_again(filled: Database, back_up: Keep, restore: Keep) -> None:
    """What stands on paper under a number is never somebody else's; the lost ones are named, and the log knows."""
    back_up()
    filled.write(lambda tx: requests.take_numbers(tx.connection, "street", 3))

    restored = restore()

    assert restored.lost == {"street": (3, 5)}
    assert filled.write(lambda tx: requests.take_numbers(tx.connection, "street", 1)) == 6
    last = filled.read(lambda tx: list(events.read(tx.connection, "street")))[-1]
    assert (last.kind, last.params["lost_from"], last.params["lost_to"], last.params["held"]) == ("restored", 3, 5, 4)


def test_each_restore_counts(filled: Database, back_up: Keep, restore: Keep) -> None:
    """The epoch grows even when an older copy comes back over a younger one."""
    back_up("first")
    assert restore("first").epoch == 1
    back_up("second")
    assert restore("first").epoch == 2
    assert restore("second").epoch == 3

    assert filled.read(lambda tx: marks.restore_epoch(tx.connection)) == 3


def test_a_file_that_is_there_is_replaced_only_when_asked(back_up: Keep, tmp_path: Path) -> None:
    """Nothing is overwritten silently."""
    (tmp_path / "copy").write_text("precious")

    with pytest.raises(Refused, match="is there already"):
        back_up()
    assert (tmp_path / "copy").read_text() == "precious"
    back_up(replace=True)

    assert (tmp_path / "copy").stat().st_size > 1000
    with pytest.raises(NotFound, match="there is no folder"):
        back_up("nowhere/copy")


def test_a_copy_that_was_changed_afterwards_is_refused(
    filled: Database, back_up: Keep, restore: Keep, tmp_path: Path
) -> None:
    """One flipped bit, or half a file, and nothing of the database is touched."""
    back_up()
    before = dumped(filled)
    whole_copy = (tmp_path / "copy").read_bytes()
    for broken in (whole_copy[:-1] + bytes([whole_copy[-1] ^ 1]), whole_copy[: len(whole_copy) // 2]):
        (tmp_path / "copy").write_bytes(broken)
        with pytest.raises(Refused, match="its checksum differs"):
            restore()

    beside(tmp_path / "copy").unlink()
    with pytest.raises(Refused, match="damaged"):
        restore()
    assert dumped(filled) == before


def test_a_copy_whose_index_does_not_fit_its_table_is_refused(sqlite_template: Path, tmp_path: Path) -> None:
    """Every table can still be read; only whoever looks at all of it notices."""
    copy = tmp_path / "copy"
    copy.write_bytes(sqlite_template.read_bytes())
    with closing(sqlite3.connect(copy)) as raw:
        raw.execute("PRAGMA journal_mode = DELETE")
        raw.execute("INSERT INTO about VALUES ('a', 'b')")
        raw.commit()
        (page,) = raw.execute("SELECT rootpage FROM sqlite_master WHERE name = 'sqlite_autoindex_about_1'").fetchone()
        (size,) = raw.execute("PRAGMA page_size").fetchone()
    content = bytearray(copy.read_bytes())
    entry = content.rindex(b"a", (page - 1) * size, page * size)
    content[entry] = ord("x")
    copy.write_bytes(content)

    with pytest.raises(Refused, match="is damaged"):
        bring_back(Database(tmp_path / "desk.db"), ADMIN, copy)

    assert not (tmp_path / "desk.db").exists()


def test_a_restore_that_stops_halfway_sends_nothing_twice(
    filled: Database, back_up: Keep, restore: Keep, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever stands there afterwards, old or restored: what may have left is not ready to leave."""
    filled.write(lambda tx: mark(tx.connection, "which", "copy"))
    back_up()
    filled.write(lambda tx: mark(tx.connection, "which", "old"))

    def stops(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("dispatch.store.copying.copies.settle_in", stops)
    with pytest.raises(KeyboardInterrupt):
        restore()

    which = filled.read(lambda tx: marked(tx.connection, "which"))
    ready = filled.read(lambda tx: tx.connection.scalar(text("SELECT count(*) FROM delivery WHERE state = 'ready'")))
    assert (which, ready) in [("old", 2), ("copy", 0)]


def test_what_is_no_copy_is_refused(filled: Database, restore: Keep, tmp_path: Path) -> None:
    """A table, an empty file, somebody else's database, a file that is not there."""
    (tmp_path / "table").write_text("number,name\n1,王\n" * 200)
    (tmp_path / "nothing").touch()
    with closing(sqlite3.connect(tmp_path / "photos")) as other:
        other.execute("CREATE TABLE photo (id INTEGER)")
    before = dumped(filled)

    for name in ("table", "nothing", "photos"):
        with pytest.raises(Refused, match=r"damaged|holds no dispatch tables"):
            restore(name)
    with pytest.raises(NotFound, match="there is no file"):
        restore("missing")

    assert dumped(filled) == before


def test_a_copy_of_another_version_is_taken_only_knowingly(
    filled: Database, back_up: Keep, restore: Keep, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A newer one never; an older one when it is said that it shall be brought up to date."""
    stamp = "UPDATE alembic_version SET version_num = '{}'"
    with filled.owner_connection() as connection:
        connection.execute(text(stamp.format("9999")))
    back_up("newer")
    with filled.owner_connection() as connection:
        connection.execute(text(stamp.format("0000")))
    back_up("older")
    with filled.owner_connection() as connection:
        connection.execute(text(stamp.format(HEAD)))

    with pytest.raises(Misconfigured, match="newer version of dispatch"):
        restore("newer", upgrade_older=True)
    with pytest.raises(Refused, match="older version of dispatch") as refused:
        restore("older")

    assert refused.value.hint is not None
    assert "--upgrade" in refused.value.hint
    upgraded = []

    def upgrade(database: Database) -> None:
        upgraded.append(database.shown)
        with database.owner_connection() as connection:
            connection.execute(text(stamp.format(HEAD)))

    monkeypatch.setattr("dispatch.store.upgrade.upgrade", upgrade)
    assert restore("older", upgrade_older=True).version == "0000"
    assert len(upgraded) == 1
    filled.check_ready()


def test_a_rehearsal_does_not_take_the_place_of_the_real_thing(filled: Database, back_up: Keep, restore: Keep) -> None:
    """Nor the other way round: people would be rung about what never was."""
    back_up("real")
    filled.write(lambda tx: mark(tx.connection, "rehearsal", "yes"))
    back_up("rehearsal")

    with pytest.raises(Refused, match="is a rehearsal"):
        restore("real")
    filled.write(lambda tx: mark(tx.connection, "rehearsal", "no"))
    with pytest.raises(Refused, match="is of a rehearsal"):
        restore("rehearsal")


def test_a_copy_of_an_edited_log_says_so_and_is_taken_only_knowingly(
    filled: Database, back_up: Keep, restore: Keep
) -> None:
    """It is as good as the log was: kept, told, and brought back when somebody insists."""
    take_out(filled, [one for one in GUARDS if one.name == "event_is_not_edited"])
    with filled.owner_connection() as connection:
        connection.execute(text("UPDATE event SET actor = 'nobody' WHERE seq = 1"))

    copy = back_up()

    assert copy.contents.edited == ("street:1",)
    with pytest.raises(Refused, match="is not whole"):
        restore()
    assert restore(despite_breaks=True).epoch == 1


def test_a_database_somebody_works_in_is_not_replaced(
    filled: Database, back_up: Keep, restore: Keep, address: str
) -> None:
    """Neither while they write nor while they only have it open; once they are gone it is."""
    back_up()
    other = Database(address)
    other.read(lambda tx: tx.now)
    other.write(lambda tx: mark(tx.connection, "a", "b"))

    with pytest.raises(NotAllowedNow, match="somebody is working in") as refused:
        restore()
    assert refused.value.hint == "stop them first: dispatch run, and every other window"
    other.close()
    restore()

    assert filled.read(lambda tx: marked(tx.connection, "a")) is None


def test_a_copy_is_whole_while_somebody_writes(
    filled: Database, back_up: Keep, address: str, tmp_path: Path
) -> None:
    """What is always changed together is together in every copy, which is compared with what was there just then."""
    filled.write(lambda tx: [mark(tx.connection, key, "0") for key in ("left", "right")])
    other, stop, begun = Database(address), Event(), Event()

    def write() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            keys = ("left", "right", f"new{number}")
            other.write(lambda tx, keys=keys, number=number: [mark(tx.connection, key, f"{number}") for key in keys])
            begun.set()

    writer = Thread(target=write)
    writer.start()
    begun.wait()
    try:
        seen = []
        for number in range(3):
            copy = back_up(f"copy{number}")
            if filled.is_sqlite:
                with closing(sqlite3.connect(copy.path)) as raw:
                    seen.append([value for (value,) in raw.execute("SELECT value FROM about WHERE key IN ('left', 'right')")])
    finally:
        stop.set()
        writer.join()
        other.close()

    assert all(left == right for left, right in seen)


def test_what_is_written_between_counting_and_copying_is_not_in_the_copy(
    sqlite_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The copy is of the moment at which its rows were counted."""
    path = tmp_path / "desk.db"
    path.write_bytes(sqlite_template.read_bytes())
    other, count = Database(path), sqlite_file._row_counts

    def count_then_write(connection: sqlite3.Connection) -> dict[str, int]:
        counted = count(connection)
        monkeypatch.undo()
        other.write(lambda tx: mark(tx.connection, "late", "yes"))
        return counted

    monkeypatch.setattr(sqlite_file, "_row_counts", count_then_write)
    copy = make_backup(Database(path), ADMIN, tmp_path / "copy")

    assert copy.contents.rows["about"] == 0
    assert other.read(lambda tx: marked(tx.connection, "late")) == "yes"
    other.close()


def test_a_new_place_takes_a_copy_too(
    filled: Database, back_up: Keep, empty_address: str, tools: Path | None, tmp_path: Path, clock: StoppedClock
) -> None:
    """The old computer is gone: the copy makes the database on the new one."""
    before = dumped(filled, leave={"about", "delivery", "event"})
    back_up()
    fresh = Database(empty_address, clock=clock)

    restored = bring_back(fresh, ADMIN, tmp_path / "copy", tools=tools)

    assert restored.replaced is None
    assert dumped(fresh, leave={"about", "delivery", "event"}) == before
    fresh.close()


def test_a_damaged_database_is_replaced_and_kept(sqlite_template: Path, tmp_path: Path) -> None:
    """What cannot be read any more is put aside as the file it is."""
    path = tmp_path / "desk.db"
    path.write_bytes(sqlite_template.read_bytes())
    database = Database(path)
    make_backup(database, ADMIN, tmp_path / "copy")
    database.close()
    path.write_bytes(b"ruined" * 5000)

    restored = bring_back(Database(path), ADMIN, tmp_path / "copy")

    assert restored.replaced is not None
    assert restored.replaced.read_bytes() == b"ruined" * 5000
    Database(path).check_ready()


def test_a_restore_that_is_killed_leaves_the_old_or_the_new(sqlite_template: Path, tmp_path: Path) -> None:
    """Killed at whatever step, the file opens and is one of the two, whole."""
    path = tmp_path / "desk.db"
    path.write_bytes(sqlite_template.read_bytes())
    database = Database(path)
    database.write(lambda tx: mark(tx.connection, "which", "the copy" * 20_000))
    make_backup(database, ADMIN, tmp_path / "copy")
    for number in range(200):
        database.write(lambda tx, number=number: mark(tx.connection, f"k{number}", "x" * 5000))
    database.write(lambda tx: mark(tx.connection, "which", "the old one"))
    database.close()
    script = (
        "import os, sqlite3, sys\n"
        "from pathlib import Path\n"
        "from dispatch.desk.keeping import bring_back\n"
        "from dispatch.model.actor import Actor\n"
        "from dispatch.store.engine import Database\n"
        "steps = [0]\n"
        "def count(*_):\n"
        "    steps[0] += 1\n"
        "    if steps[0] == int(sys.argv[3]): os.kill(os.getpid(), 9)\n"
        "sys.addaudithook(lambda name, _: count() if name in ('sqlite3.connect', 'os.rename', 'os.remove') else None)\n"
        "bring_back(Database(sys.argv[1]), Actor(name='a'), Path(sys.argv[2]))\n"
        "print(steps[0])\n"
    )
    root = str(Path(__file__).parents[2])
    seen = set()

    for step in (7, 11, 13, 1000):
        subprocess.run(
            [sys.executable, "-c", script, str(path), str(tmp_path / "copy"), str(step)],
            env={"PYTHONPATH": root}, capture_output=True, check=False,
        )  # fmt: skip
        with closing(sqlite3.connect(path)) as raw:
            assert raw.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            (which,) = raw.execute("SELECT value FROM about WHERE key = 'which'").fetchone()
            seen.add(which[:8])

    assert seen == {"the old ", "the copy"}


def test_a_full_disk_leaves_no_half_copy(filled: Database, back_up: Keep, tmp_path: Path, tools: Path | None) -> None:
    """It is said in a sentence, and nothing lies about."""
    import resource

    filled.read(lambda tx: tx.now)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (3000, hard))
    try:
        with pytest.raises(Unavailable):
            back_up()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    assert [path.name for path in tmp_path.iterdir() if path.name.startswith("copy")] == []


@pytest.mark.postgres
def test_without_postgresqls_programs_it_says_what_to_install(
    make_postgresql: Callable[..., str], postgresql_template: str, tmp_path: Path
) -> None:
    """They do not come with us."""
    database = Database(make_postgresql(postgresql_template))

    with pytest.raises(Misconfigured, match="pg_dump is not on this computer"):
        make_backup(database, ADMIN, tmp_path / "copy", tools=tmp_path)
    database.close()


@pytest.mark.parametrize("role", Role)
def test_only_those_who_own_the_data_may_copy_or_replace_it(filled: Database, tmp_path: Path, role: Role) -> None:
    """Who may not take the whole away may not put another whole in its place."""
    if role in (Role.GRID_WORKER, Role.ADMIN, Role.OPERATOR):
        return
    for function in (make_backup, bring_back):
        with pytest.raises(Refused, match="may not do this"):
            function(filled, Actor(name="x", role=role), tmp_path / "copy")


def test_every_table_is_in_the_copy(back_up: Keep) -> None:
    """A table that is added one day is copied without anybody thinking of it."""
    assert set(back_up().contents.rows) == {*metadata.tables, "alembic_version"}
