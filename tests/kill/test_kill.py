"""Fifty times kill -9 in the middle of intake and rounds: nothing acknowledged is lost, nothing is there twice."""

from __future__ import annotations

import csv
import json
import os
import random
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
SEED = 20261123
TAKES, ROUNDS, IMPORTS = 22, 14, 14
ROWS = 2200
"""Of one imported file: enough for a line of progress, on which a kill can be timed."""

NINE = ("--at", "2026-11-23T09:00+08:00")
NEEDS = ("下水道堵了", "楼道灯不亮", "电视收不到信号", "一个人想找人说说话")


@dataclass
class Client:
    """Whoever talks to the desk: keeps every acknowledgement on disk before it believes it."""

    folder: Path
    database: Path
    chance: random.Random
    sent: dict[str, str] = field(default_factory=dict)

    @property
    def journal(self) -> Path:
        """One line for each acknowledgement: what was sent, and what was answered."""
        return self.folder / "acknowledged"

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        """Start the command."""
        named = os.environ.get("DISPATCH_UNDER_TEST")
        command = [named] if named else [sys.executable, "-m", "dispatch"]
        kept = {name: text for name, text in os.environ.items() if not name.startswith("DISPATCH_")}
        ours = {"DISPATCH_LANG": "en", "HOME": str(self.folder), "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}
        return subprocess.Popen(
            [*command, "--database", str(self.database), *arguments],
            cwd=self.folder,
            env={**kept, **ours},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def run(self, *arguments: str) -> Any:
        """Run the command to its end, and give the document it printed."""
        process = self.start("--json", *arguments)
        out, err = process.communicate(timeout=100)
        assert process.returncode == 0, err.decode()
        return json.loads(out)

    def acknowledge(self, what: str, answer: Mapping[str, Any]) -> None:
        """Keep an acknowledgement so that not even this process could forget it."""
        with self.journal.open("a", encoding="utf-8") as journal:
            journal.write(json.dumps([what, dict(answer)]) + "\n")
            journal.flush()
            os.fsync(journal.fileno())

    def acknowledged(self) -> dict[str, dict[str, Any]]:
        """Everything that was acknowledged, by what was sent."""
        lines = self.journal.read_text(encoding="utf-8").splitlines() if self.journal.exists() else []
        return dict(json.loads(line) for line in lines)

    def lines(self, count: int) -> Iterator[tuple[str, str]]:
        """Make typed lines, each with a phone of its own."""
        for _ in range(count):
            phone = f"+999138{len(self.sent):07}"
            building, unit, floor = (self.chance.randint(1, most) for most in (20, 2, 5))
            line = f"{building}号楼{unit}单元{floor}01 {self.chance.choice(NEEDS)} 王阿姨 {phone}"
            self.sent[phone] = line
            yield phone, line

    def take_until_killed(self) -> None:
        """Send lines and kill after a random number of answers, a random moment later."""
        lines = list(self.lines(60))
        process = self.start("--json", *NINE, "take", "--stdin")
        assert process.stdin
        assert process.stdout
        process.stdin.write("".join(line + "\n" for _, line in lines).encode())
        process.stdin.flush()
        answers = self.chance.randint(0, 40)
        for phone, _ in lines[:answers]:
            answer = json.loads(process.stdout.readline())
            self.acknowledge(phone, answer)
        if answers == 0:
            time.sleep(self.chance.uniform(0.0, 1.5))
        time.sleep(self.chance.uniform(0.0, 0.02))
        process.kill()
        # What was in the pipe, or read ahead with an earlier line, had been answered before the kill.
        out = process.stdout.read()
        process.communicate()
        for (phone, _), answer in zip(lines[answers:], out.splitlines(keepends=True), strict=False):
            if answer.endswith(b"\n"):
                self.acknowledge(phone, json.loads(answer))

    def round_until_killed(self, usual_seconds: float) -> bool:
        """Start a round and kill it at a random moment of the time it usually takes; say whether it was cut."""
        process = self.start("--json", *NINE, "round")
        time.sleep(self.chance.uniform(0.4, 1.6) * usual_seconds)
        process.kill()
        process.communicate()
        return process.returncode != 0

    def import_until_killed(self, path: Path) -> bool:
        """Start an import and kill it at a random moment after a random line of its progress."""
        process = self.start("--json", *NINE, "import", str(path))
        assert process.stderr
        for _ in range(self.chance.randint(0, 3)):
            process.stderr.readline()
        time.sleep(self.chance.uniform(0.0, 0.1))
        process.kill()
        process.communicate()
        return process.returncode != 0


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A rehearsal at Jinsong, to be copied."""
    folder = tmp_path_factory.mktemp("town")
    client = Client(folder, folder / "town.db", random.Random(0))
    client.run("init", "--rehearsal", "--from", str(ROOT / "fixtures" / "jinsong"))
    return client.database


def _client(town: Path, folder: Path, seed: int) -> Client:
    database = folder / "desk.db"
    with sqlite3.connect(town) as source, sqlite3.connect(database) as target:
        source.backup(target)
    source.close()
    target.close()
    return Client(folder, database, random.Random(seed))


def _rows(database: Path, query: str) -> list[tuple[Any, ...]]:
    connection = sqlite3.connect(database)
    try:
        return connection.execute(query).fetchall()
    finally:
        connection.close()


def _holds_together(client: Client) -> None:
    """Check what must be true of a database whatever was killed."""
    database = client.database
    assert _rows(database, "PRAGMA integrity_check") == [("ok",)]
    assert _rows(database, "PRAGMA foreign_key_check") == []
    assert client.run("audit", "verify")["breaks"] == []
    assert client.run("verify")["breaks"] == []
    assert _rows(database, "SELECT idem_key FROM request GROUP BY idem_key HAVING count(*) > 1") == []
    without_slots = "SELECT id FROM request WHERE id NOT IN (SELECT request_id FROM request_slot)"
    assert _rows(database, without_slots) == []
    unrecorded = "SELECT id FROM request WHERE id NOT IN (SELECT request_id FROM event WHERE kind = 'taken')"
    assert _rows(database, unrecorded) == []
    silent = "SELECT id FROM offer WHERE id NOT IN (SELECT offer_id FROM delivery WHERE offer_id IS NOT NULL)"
    assert _rows(database, silent) == []


@pytest.mark.kill
def test_takes_and_rounds_survive_kill_minus_nine(
    town: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every acknowledged request is there with all it said; rounds leave whole waves or none; the next one works."""
    client = _client(town, tmp_path, SEED)
    began = time.perf_counter()
    client.run(*NINE, "round")
    usual = time.perf_counter() - began
    cut = 0
    for kind in client.chance.sample(["take", "round"], counts=[TAKES, ROUNDS], k=TAKES + ROUNDS):
        if kind == "take":
            client.take_until_killed()
        else:
            cut += client.round_until_killed(usual)
    acknowledged = client.acknowledged()
    kept = {
        phone: (number, address, notes, name)
        for phone, number, address, notes, name in _rows(
            client.database,
            "SELECT p.phone, r.number, p.exact_address, p.notes, p.name"
            " FROM request r JOIN person_private p ON p.person_id = r.person_id",
        )
    }
    lost = [
        phone
        for phone, answer in acknowledged.items()
        if kept.get(phone, (None,))[0] != answer["number"]
        or kept[phone][1:] != (client.sent[phone].split()[0], client.sent[phone], "王阿姨")
    ]
    with capsys.disabled():
        print(
            f"\n{TAKES} kills of take, {ROUNDS} of rounds ({cut} cut short): {len(acknowledged)} acknowledged, "
            f"{len(lost)} lost, {len(set(kept) - set(acknowledged))} committed without acknowledgement"
        )

    assert lost == []
    assert len(acknowledged) > 100
    _holds_together(client)
    partial = (
        "SELECT w.request_id FROM wave w LEFT JOIN offer o ON o.request_id = w.request_id AND o.wave_no = w.wave_no"
        " GROUP BY w.request_id, w.wave_no HAVING count(o.id) = 0"
    )
    assert _rows(client.database, partial) == []
    assert client.run(*NINE, "round")["optimal"] is True
    _holds_together(client)


@pytest.mark.kill
def test_imports_survive_kill_minus_nine(
    town: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Cut off again and again, then run to its end: every row is in, once, and the counts say so."""
    client = _client(town, tmp_path, SEED + 1)
    services = [row[0] for row in _rows(client.database, "SELECT code FROM service WHERE is_active ORDER BY code")]
    files = [tmp_path / f"requests-{n}.csv" for n in (1, 2)]
    for at, path in enumerate(files):
        with path.open("w", encoding="utf-8-sig", newline="") as sheet:
            rows = csv.writer(sheet)
            rows.writerow(["service", "place", "name", "phone", "note"])
            for n in range(ROWS):
                phone = f"+999139{at}{n:06}"
                rows.writerow([services[n % len(services)], "8-2", f"居民{n}", phone, f"第{n}行"])
    cut = dict.fromkeys(files, 0)
    for path in client.chance.sample(files, counts=[IMPORTS // 2, IMPORTS - IMPORTS // 2], k=IMPORTS):
        cut[path] += client.import_until_killed(path)
    before = len(_rows(client.database, "SELECT id FROM request"))
    ended = [client.run(*NINE, "import", str(path)) for path in files]
    again = [client.run(*NINE, "import", str(path)) for path in files]
    with capsys.disabled():
        print(
            f"\n{IMPORTS} kills of import ({sum(cut.values())} cut short): {before} rows in before the last run, "
            f"{sum(one['accepted'] for one in ended)} taken by it, {sum(one['already'] for one in ended)} found there"
        )

    assert [one["refused"] for one in ended] == [0, 0]
    assert sum(one["accepted"] for one in ended) == len(files) * ROWS - before
    assert [(one["accepted"], one["already"]) for one in again] == [(0, ROWS), (0, ROWS)]
    kept = _rows(
        client.database,
        "SELECT p.phone, p.name, p.notes FROM request r JOIN person_private p ON p.person_id = r.person_id",
    )
    expected = {(f"+999139{at}{n:06}", f"居民{n}", f"第{n}行") for at in (0, 1) for n in range(ROWS)}
    assert len(kept) == len(expected)
    assert set(kept) == expected
    _holds_together(client)
