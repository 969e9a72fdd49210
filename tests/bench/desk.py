"""How quick the desk is, as ratios in one run: ``python3 dev.py bench``.

Each figure stands beside a peer measured in turn with it (A B A B …), so that it
holds on a slow or busy computer as well. Nothing here passes or fails; each line says
what was aimed at. ``--help`` is timed by the processor; the import by the clock, for it waits for the disk; a round
by both, for two processes load side by side in it.
"""

from __future__ import annotations

import csv
import io
import os
import resource
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from statistics import median

from dispatch.cli.door import start_lightly
from dispatch.desk.intake import take_requests
from dispatch.desk.loading.town_files import read_town
from dispatch.desk.loading.town_in import load_town
from dispatch.model.actor import Actor
from dispatch.model.rules import Rules
from dispatch.simulator.demand.jinsong import JINSONG, generate_town
from dispatch.simulator.demand.orders import made_up_requests
from dispatch.store.engine import Database
from dispatch.store.upgrade import upgrade

IS_TINY = "--tiny" in sys.argv
"""Only to see that it runs."""
RUNS = 1 if IS_TINY else 7
ROWS = 100 if IS_TINY else 10_000
CHUNK = 500
TABLES = ("person_private", "request", "request_slot", "event")
"""What an imported row leaves behind, in the order in which it is written."""


def main() -> None:
    """Measure everything and print one line each."""
    start_lightly()
    with tempfile.TemporaryDirectory() as folder:
        here = Path(folder)
        town = _town(here / "town.db")
        help_ratio()
        round_ratio(here, town)
        greedy_ratio(town)
        import_ratio(here, town)


def help_ratio() -> None:
    """Print how long ``dispatch --help`` takes, beside importing click."""
    _print(
        "dispatch --help / import click",
        _in_turn(
            lambda: _run([sys.executable, "-m", "dispatch", "--help"]),
            lambda: _run([sys.executable, "-c", "import click"]),
        ),
        "at most 2",
    )


def round_ratio(folder: Path, town: Path) -> None:
    """Print how long a round takes from start of process to offers committed, beside importing its libraries."""
    copy = folder / "round.db"

    def one_round(seconds: Callable[[list[str]], float]) -> float:
        shutil.copy(town, copy)
        for side in ("-wal", "-shm"):
            Path(f"{copy}{side}").unlink(missing_ok=True)
        return seconds([sys.executable, "-m", "dispatch", "--database", str(copy), "round"])

    peer = [sys.executable, "-c", "import sqlalchemy, ortools.graph.python.min_cost_flow"]
    for name, seconds, aim in (("by the clock", _run_by_the_clock, "at most 2"), ("by the processor", _run, "none")):
        _print(
            f"round, 60 requests and 1,500 responders / import sqlalchemy and the flow engine, {name}",
            _in_turn(lambda seconds=seconds: one_round(seconds), lambda seconds=seconds: seconds(peer)),
            aim,
        )


def greedy_ratio(town: Path) -> None:
    """Print how long the exact plan of the same round takes beside the nearest-first one, and what each comes to."""
    from dispatch.desk.snapshot import take_snapshot
    from dispatch.policy.rings import plan_round
    from dispatch.solver.greedy import solve_greedily
    from dispatch.solver.problem import Solution

    database = Database(town)
    problem = database.read(lambda tx: take_snapshot(tx, Rules())).problem
    database.close()
    plans: dict[str, Solution] = {}

    def timed(name: str, solve: Callable[[], Solution]) -> float:
        began = time.process_time()
        plans[name] = solve()
        return time.process_time() - began

    _print(
        "the same round in process, exact / nearest first",
        _in_turn(
            lambda: timed("exact", lambda: plan_round(problem)),
            lambda: timed("nearest first", lambda: plan_round(problem, solve_greedily)),
        ),
        "none; what each comes to:",
    )
    for name, plan in plans.items():
        print(f"    {name}: " + ", ".join(f"{level.name} {level.value}" for level in plan.levels))


def import_ratio(folder: Path, town: Path) -> None:
    """Print how fast 10,000 rows are imported, beside ``executemany`` of the same rows in as many transactions."""
    table = folder / "many.csv"
    _write_table(table)
    once = folder / "imported.db"
    _import(town, once, table)
    rows = _rows_of(once, town)

    def ours() -> float:
        return _import(town, folder / "ours.db", table)

    def raw() -> float:
        return _executemany(town, folder / "raw.db", rows)

    pairs = _in_turn(ours, raw)
    rates = [(ROWS / a, ROWS / b) for a, b in pairs]
    print(
        f"import of {ROWS:,} rows / raw executemany: {median(a / b for a, b in rates):.2f} of its rate"
        f" ({median(a for a, _ in rates):,.0f} rows/s beside {median(b for _, b in rates):,.0f}); aim: at least 0.25"
    )


def _files() -> Mapping[str, str]:
    return generate_town(replace(JINSONG, volunteers=595), seed=1, anchor=date(2026, 1, 1))


def _town(path: Path) -> Path:
    database = Database(path)
    upgrade(database)
    actor, rules = Actor(name="bench"), Rules()
    files = _files()
    made = read_town(files, "bench")
    database.write(lambda tx: load_town(tx, actor, rules, made))
    orders = [replace(one.order, window=None) for one in made_up_requests(3, date(2026, 11, 24), 60, files)]
    database.write(lambda tx: take_requests(tx, actor, rules, orders))
    database.close()
    return path


def _write_table(path: Path) -> None:
    doors = [
        f"{one['place'].replace('-', '号楼')}单元{one['door']}"
        for one in csv.DictReader(io.StringIO(_files()["households.csv"]))
    ]
    with path.open("w", encoding="utf-8-sig", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(["序号", "姓名", "联系电话", "地址", "诉求内容", "服务"])
        for at in range(1, ROWS + 1):
            door = doors[at % len(doors)]
            writer.writerow([at, f"居民{at}", f"+99914{at:08d}", door, f"第{at}件 下水道堵了", "drain"])


def _import(town: Path, copy: Path, table: Path) -> float:
    from dispatch.desk.importing.tables_in import import_file

    _fresh(town, copy)
    database = Database(copy)
    database.read(lambda tx: tx.now)
    began = time.perf_counter()
    done = import_file(database, Actor(name="bench"), Rules(), table, errors=copy.with_suffix(".errors.csv"))
    took = time.perf_counter() - began
    database.close()
    if done.accepted != ROWS:
        raise SystemExit(f"only {done.accepted} of {ROWS} rows were accepted: {done.refusals[:2]}")
    return took


def _rows_of(imported: Path, town: Path) -> dict[str, list[tuple[object, ...]]]:
    with sqlite3.connect(imported) as connection:
        connection.execute(f"ATTACH '{town}' AS before")
        return {
            name: connection.execute(f"SELECT * FROM main.{name} EXCEPT SELECT * FROM before.{name}").fetchall()
            for name in TABLES
        }


def _executemany(town: Path, copy: Path, rows: dict[str, list[tuple[object, ...]]]) -> float:
    _fresh(town, copy)
    connection = sqlite3.connect(copy, isolation_level=None)
    for pragma in ("foreign_keys=ON", "synchronous=FULL", "journal_mode=WAL", "secure_delete=ON"):
        connection.execute(f"PRAGMA {pragma}")
    began = time.perf_counter()
    for start in range(0, ROWS, CHUNK):
        connection.execute("BEGIN IMMEDIATE")
        for name in TABLES:
            part = rows[name][start : start + CHUNK]
            connection.executemany(f"INSERT INTO {name} VALUES ({', '.join('?' * len(part[0]))})", part)
        connection.execute("COMMIT")
    took = time.perf_counter() - began
    connection.close()
    return took


def _fresh(town: Path, copy: Path) -> None:
    for side in ("", "-wal", "-shm"):
        Path(f"{copy}{side}").unlink(missing_ok=True)
    shutil.copy(town, copy)


def _in_turn(ours: Callable[[], float], peer: Callable[[], float]) -> list[tuple[float, float]]:
    """Run each once unmeasured, then both in turn; return the pairs of seconds."""
    ours(), peer()
    return [(ours(), peer()) for _ in range(RUNS)]


def _run(command: list[str]) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with _compiled_once() as environment:
        subprocess.run(command, check=True, capture_output=True, env=environment)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime + after.ru_stime) - (before.ru_utime + before.ru_stime)


def _run_by_the_clock(command: list[str]) -> float:
    with _compiled_once() as environment:
        began = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True, env=environment)
        return time.perf_counter() - began


@contextmanager
def _compiled_once() -> Iterator[dict[str, str]]:
    """Give an environment in which modules are compiled once, as an installation has them."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    yield environment


def _print(name: str, pairs: list[tuple[float, float]], aim: str) -> None:
    ratio = median(a / b for a, b in pairs)
    ours, peer = median(a for a, _ in pairs), median(b for _, b in pairs)
    print(f"{name}: {ratio:.2f} ({ours:.3f} s beside {peer:.3f} s); aim: {aim}")


if __name__ == "__main__":
    main()
