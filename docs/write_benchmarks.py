"""Run benchmarks and write what they print into docs/reference/benchmarks.md: ``python3 dev.py bench --page``.

Named ones alone, as in ``python3 dev.py bench --page gap``; the others stay on the page as they were measured.
"""

from __future__ import annotations

import os
import platform
import re
import subprocess
import sys
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from itertools import takewhile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BENCHMARKS = {one.stem: one for one in sorted((ROOT / "tests" / "bench").glob("[a-z]*.py"))}
PAGE = ROOT / "docs" / "reference" / "benchmarks.md"
PEERS = ("ortools", "scipy", "pyvroom", "numpy", "numba", "sqlalchemy")

LONG = {"gap"}
"""What takes more than an hour is measured when it is named."""
TOLD = {"city": ["--big"]}
"""What a benchmark is told where nothing is said: all that is to be on the page."""

HEAD = """\
# Benchmarks

This page is written by `python3 dev.py bench --page`, each part from one run; `gap`, which takes more than an hour, by
`python3 dev.py bench --page gap`. Each figure stands beside a peer that was measured in the same run on the same
numbers; what both came to stands beside it. Seconds are of the processor and one core unless a line says otherwise.
Compare ratios, not seconds: they hold on other machines as well.
"""
PART = re.compile(r"^## `tests/bench/(\w+)\.py.*?(?=^## `tests|\Z)", re.MULTILINE | re.DOTALL)


def main(words: list[str]) -> None:
    """Run benchmarks one after the other and put what each prints on the page as soon as it is known."""
    names = list(takewhile(lambda word: not word.startswith("-"), words))
    options = words[len(names) :]
    names = names or [one for one in BENCHMARKS if one not in LONG]
    unknown = sorted(set(names) - set(BENCHMARKS))
    if unknown:
        sys.exit(f"no benchmark is called {', '.join(unknown)}: there are {', '.join(BENCHMARKS)}")
    for name in names:
        told = options or TOLD.get(name, [])
        command = [sys.executable, str(BENCHMARKS[name]), *told]
        done = subprocess.run(command, cwd=ROOT, env=os.environ, capture_output=True, text=True, check=True)
        print(done.stdout, end="", flush=True)
        put(name, done.stdout, told)


def put(name: str, said: str, options: list[str]) -> None:
    """Write a benchmark's part of the page anew; parts stand there by name."""
    page = PAGE.read_text(encoding="utf-8") if PAGE.exists() else ""
    parts = {one[1]: one[0].rstrip() for one in PART.finditer(page)}
    about = BENCHMARKS[name].read_text(encoding="utf-8").removeprefix('"""').split("\n\n", 1)[0].splitlines()[0]
    heading = " ".join([BENCHMARKS[name].name, *options])
    parts[name] = f"## `tests/bench/{heading}`\n\n{about}\n\n{_machine()}\n\n```text\n{said.rstrip()}\n```"
    whole = [HEAD.rstrip(), *(parts[one] for one in BENCHMARKS if one in parts)]
    PAGE.write_text("\n\n".join(whole) + "\n", encoding="utf-8", newline="\n")


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
    main(sys.argv[1:])
