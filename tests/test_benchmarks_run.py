"""Every benchmark runs: what it measures may have been renamed since. How quick anything is, is not looked at here."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
BENCHMARKS = sorted((ROOT / "tests" / "bench").glob("[a-z]*.py"))


@pytest.mark.parametrize("path", BENCHMARKS, ids=lambda path: path.stem)
def test_a_benchmark_runs(path: Path) -> None:
    """In a size that says nothing; each prints figures and ends well."""
    environment = {name: value for name, value in os.environ.items() if name != "DISPATCH_DATA"}
    command = [sys.executable, str(path), "--tiny"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    assert any(character.isdigit() for character in done.stdout)
