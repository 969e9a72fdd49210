"""Tests of the desk run on a real SQLite file each."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from dispatch.clock import StoppedClock
from dispatch.store.engine import Database


@pytest.fixture
def database(sqlite_file: Path, tmp_path: Path, clock: StoppedClock) -> Iterator[Database]:
    """A database of the test's own, with the tables and nothing in them, at nine o'clock."""
    shutil.copy(sqlite_file, tmp_path / "dispatch.db")
    database = Database(tmp_path / "dispatch.db", clock=clock)
    yield database
    database.close()
