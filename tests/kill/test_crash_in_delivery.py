"""kill -9 at every commit of a delivery: the message goes at least once, each copy is the same, one resend at most."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from dispatch.clock import StoppedClock
from dispatch.desk.delivery.outbox_out import deliver
from dispatch.model.actor import Actor
from dispatch.model.message import MessageKind
from dispatch.model.rules import Rules
from dispatch.plugins.guarded import Guarded
from dispatch.plugins.manager import load
from dispatch.plugins.opening import open_channels
from dispatch.store import events, outbox
from dispatch.store.engine import Database
from dispatch.store.outbox import Outgoing
from dispatch.store.tables import delivery
from tests.conftest import NINE, Street

ROOT = Path(__file__).resolve().parents[2]
COMMITS = 3
"""Of emptying an outbox with one message: it is taken up, its receipt is recorded, and nothing more is found."""

CHANNEL = """
import json
from pathlib import Path
from dispatch.plugins import Capabilities, Outcome, Receipt, hookimpl

class Bell:
    capabilities = Capabilities(reaches_real_people=False, disturbs=False)
    def __init__(self, options): pass
    def send(self, message):
        with Path(__file__).with_name("arrived").open("a") as file:
            file.write(json.dumps(message.to_json()) + "\\n")
        return Receipt(outcome=Outcome.SENT)

@hookimpl
def dispatch_channels(): return {"bell": Bell}
"""
WORKER = """
import os, signal, sys
from datetime import datetime
from dispatch.clock import StoppedClock
from dispatch.desk.delivery.outbox_out import deliver
from dispatch.model.actor import Actor
from dispatch.model.rules import Rules
from dispatch.plugins.manager import load
from dispatch.plugins.opening import open_channels
from dispatch.store.engine import Database

def main(path, at, number, when):
    database = Database(path, clock=StoppedClock(datetime.fromisoformat(at)))
    channels = open_channels(load().channels(), {"bell": {}}, rehearsal=False)
    dialect, done = database._writer.dialect, 0
    commit = dialect.do_commit

    def counted(connection):
        nonlocal done
        done += 1
        if done == number and when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        commit(connection)
        if done == number and when == "after":
            os.kill(os.getpid(), signal.SIGKILL)

    dialect.do_commit = counted
    deliver(database, Actor(name="worker"), Rules(channels=("bell",), lease_seconds=60), channels)
    print(done)

if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4])
"""


@pytest.fixture
def database(sqlite_file: Path, tmp_path: Path) -> Iterator[Database]:
    """A database of the test's own, at nine o'clock."""
    opened = Database(shutil.copy(sqlite_file, tmp_path / "dispatch.db"), clock=StoppedClock(NINE))
    yield opened
    opened.close()


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder in which the channel is installed, and the worker lies beside it."""
    folder = tmp_path / "site"
    about = folder / "bell-1.0.dist-info"
    about.mkdir(parents=True)
    (folder / "bell_plugin.py").write_text(CHANNEL, encoding="utf-8")
    (folder / "worker_of_the_test.py").write_text(WORKER, encoding="utf-8")
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: bell\nVersion: 1.0\n", encoding="utf-8")
    (about / "entry_points.txt").write_text("[sandan]\nbell = bell_plugin\n", encoding="utf-8")
    monkeypatch.syspath_prepend(folder)
    return folder


@pytest.fixture
def asked(database: Database, build_street: Callable[[Database], Street]) -> str:
    """Somebody who is asked by the channel; gives the code to answer with."""
    street = build_street(database)
    request_id = street.request()
    offer_id = street.offer(request_id, street.responder("V1"))
    one = Outgoing(
        request_id=request_id, offer_id=offer_id, recipient="responder", kind=MessageKind.OFFER, channel="bell"
    )
    database.write(lambda tx: outbox.enqueue(tx.connection, tx.now, [one]))
    return offer_id


def work(database: Database, site: Path, number: int, when: str) -> subprocess.CompletedProcess[str]:
    """Let a worker empty the outbox that is killed at a commit."""
    mark = {"TMPDIR": str(site), "PYTHONPATH": f"{ROOT}{os.pathsep}{site}"}
    return subprocess.run(
        [sys.executable, str(site / "worker_of_the_test.py"), str(database.path), NINE.isoformat(), str(number), when],
        env={**os.environ, **mark},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def arrived(site: Path) -> list[dict[str, Any]]:
    """Every copy that somebody got."""
    file = site / "arrived"
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()] if file.exists() else []


def is_still_there(site: Path) -> bool:
    """Whether a process of the worker's is left after a while."""
    for _ in range(200):
        around = [one for one in Path("/proc").glob("[0-9]*/environ") if _holds(one, f"TMPDIR={site}\0")]
        if not around:
            return False
        time.sleep(0.05)
    return True


def _holds(file: Path, mark: str) -> bool:
    try:
        return mark.encode() in file.read_bytes()
    except OSError:
        return False


@pytest.mark.kill
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("number", range(1, COMMITS + 1))
def test_a_worker_killed_at_a_commit(database, site, asked, number, when):
    """A clean worker brings it to its end: once where nothing was in doubt, else at most once more, and never another."""
    killed = work(database, site, number, when)
    left = is_still_there(site)
    before = arrived(site)

    for minutes in (2, 4, 6):
        database.clock = StoppedClock(NINE + timedelta(minutes=minutes))
        channels = open_channels(load().channels(), {"bell": {}}, rehearsal=False)
        deliver(database, Actor(name="clean"), Rules(channels=("bell",)), channels)
        for one in channels.values():
            assert isinstance(one, Guarded)
            one.close()

    copies = arrived(site)
    rows = database.read(lambda tx: tx.connection.execute(select(delivery.c.channel, delivery.c.state)).all())
    told = database.read(lambda tx: [one.params["now"] for one in events.of_kind(tx.connection, "street", "delivered", NINE)])
    in_doubt = (number, when) in {(1, "after"), (2, "before")}
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert not left
    assert [tuple(row) for row in rows] == [("bell", "sent")]
    assert told == ["sent"]
    assert {(one["key"], one["number"], one["code"], one["text"]) for one in copies} == {
        (copies[0]["key"], copies[0]["number"], copies[0]["code"], copies[0]["text"])
    }
    assert len(copies) == 1 if not (in_doubt and before) else len(copies) == 2


@pytest.mark.kill
def test_these_are_all_the_commits_there_are(database, site, asked):
    """A worker that is to be killed at one more commit comes to its end: no boundary is left out above."""
    done = work(database, site, COMMITS + 1, "before")

    assert (done.returncode, done.stdout.strip()) == (0, str(COMMITS)), done.stderr
    assert len(arrived(site)) == 1
