"""Run every benchmark and write docs/reference/benchmarks.md from what they print: ``python3 dev.py bench --page``."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "reference" / "benchmarks.md"
PEERS = ("ortools", "scipy", "pyvroom", "numpy", "numba", "sqlalchemy")

WORDS = {"gap": ["--short"]}
"""What a benchmark is told where nothing is asked for: in full that one takes more than an hour."""

HEAD = """\
# Benchmarks

This page is written by `python3 dev.py bench --page{words}` from one run. Each figure stands beside a peer that was
measured in the same run on the same numbers; what both came to stands beside it. Seconds are of the processor and one
core unless a line says otherwise. Compare ratios, not seconds: they hold on other machines as well.
"""


def main() -> None:
    """Run the benchmarks one after the other and write the page."""
    words = "".join(f" {word}" for word in sys.argv[1:])
    told = {} if words else WORDS
    parts = [HEAD.format(words=words), f"{_machine()}\n"]
    for one in sorted((ROOT / "tests" / "bench").glob("[a-z]*.py")):
        command = [sys.executable, str(one), *sys.argv[1:], *told.get(one.stem, [])]
        done = subprocess.run(command, cwd=ROOT, env=os.environ, capture_output=True, text=True, check=True)
        print(done.stdout, end="", flush=True)
        about = one.read_text(encoding="utf-8").removeprefix('"""').split("\n\n", 1)[0].splitlines()[0]
        name = " ".join([one.name, *told.get(one.stem, [])])
        parts.append(f"## `tests/bench/{name}`\n\n{about}\n\n```text\n{done.stdout.rstrip()}\n```\n")
    PAGE.write_text("\n".join(parts), encoding="utf-8", newline="\n")


def _machine() -> str:
    return (
        f"Measured on {datetime.now(UTC):%Y-%m-%d}: {_processor()}, {os.cpu_count()} cores, {platform.system()},"
        f" Python {platform.python_version()}, {', '.join(_versions())}."
    )


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())


def _versions() -> list[str]:
    found = []
    for name in PEERS:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            found.append(f"no {name}")
    return found


if __name__ == "__main__":
    main()
