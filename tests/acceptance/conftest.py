"""The command as people run it: in a process of its own, in an empty folder, without anything of the checkout."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., "Ended"]


@dataclass(frozen=True)
class Ended:
    """How a call of the command ended."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """What it printed, as JSON."""
        return json.loads(self.out)


@pytest.fixture(scope="session")
def fixtures() -> Path:
    """The made-up towns, beside the tests in the checkout or beside this folder where the wheel is tried."""
    return next(
        above / "fixtures" for above in Path(__file__).resolve().parents if (above / "fixtures" / "jinsong").is_dir()
    )


@pytest.fixture
def dispatch(tmp_path: Path) -> Run:
    """Runs the command named by ``DISPATCH_UNDER_TEST``, else the one of this Python, and gives how it ended."""
    named = os.environ.get("DISPATCH_UNDER_TEST")
    command = [named] if named else [sys.executable, "-m", "dispatch"]
    checkout = {} if named else {"PYTHONPATH": str(Path(__file__).resolve().parents[2])}
    kept = {
        name: text for name, text in os.environ.items() if not name.startswith(("DISPATCH_", "PYTHON", "LC_", "LANG"))
    }
    ours = {
        "DISPATCH_LANG": "en",
        "DISPATCH_DATABASE": str(tmp_path / "day.db"),
        "HOME": str(tmp_path),
        "XDG_CONFIG_HOME": str(tmp_path / "config"),
        "XDG_DATA_HOME": str(tmp_path / "data"),
        "PYTHONUTF8": "1",
        **checkout,
    }

    def run(*arguments: str, code: int = 0, stdin: str = "", **variables: str) -> Ended:
        done = subprocess.run(
            [*command, *arguments],
            cwd=tmp_path,
            env={**kept, **ours, **variables},
            input=stdin,
            capture_output=True,
            encoding="utf-8",
            timeout=120,
            check=False,
        )
        assert done.returncode == code, f"{arguments} ended with {done.returncode}\n{done.stdout}{done.stderr}"
        return Ended(done.returncode, done.stdout, done.stderr)

    return run
