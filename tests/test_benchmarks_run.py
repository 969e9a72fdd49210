"""Every benchmark runs: what it measures may have been renamed since. How quick anything is, is not looked at here."""

from __future__ import annotations

import importlib.util
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


def test_a_part_of_the_page_is_written_anew_and_the_others_stay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is measured once more takes its old place; a page that is not there begins with it."""
    spec = importlib.util.spec_from_file_location("write_benchmarks", ROOT / "docs" / "write_benchmarks.py")
    assert spec is not None
    assert spec.loader is not None
    writer = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(writer)
    page = tmp_path / "benchmarks.md"
    monkeypatch.setattr(writer, "PAGE", page)
    for name, said in (("gap", "1 s"), ("city", "2 s"), ("teams", "## 3 s"), ("gap", "4 s")):
        writer.put(name, said, ["--short"])
    text = page.read_text(encoding="utf-8")

    assert [one for one in ("1 s", "2 s", "## 3 s", "4 s") if f"\n{one}\n" in text] == ["2 s", "## 3 s", "4 s"]
    assert text.index("city.py --short`") < text.index("gap.py --short`") < text.index("teams.py --short`")
    assert text.count("Measured on") == 3
