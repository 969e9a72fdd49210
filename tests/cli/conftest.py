"""The command, called in this process for speed and in one of its own where the process is what is tried."""

from __future__ import annotations

import io
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from dispatch.cli.door import run

ROOT = Path(__file__).resolve().parents[2]
NINE = "2026-11-23T09:00+08:00"
LINE = "8号楼2单元301 下水道堵了 王阿姨 +9991380000001"


@dataclass(frozen=True)
class Ended:
    """How a call ended."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """The one JSON document on stdout."""
        return json.loads(self.out)

    @property
    def errors(self) -> list[str]:
        """The lines on stderr."""
        return self.err.splitlines()


Call = Callable[..., Ended]

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # Started in the background, a shell has Ctrl-C ignored, and so would every process that the tests start.
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def rehearsal(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A rehearsal at Jinsong, to be copied."""
    folder = tmp_path_factory.mktemp("rehearsal")
    path = folder / "desk.db"
    fixture = str(ROOT / "fixtures" / "jinsong")
    done = subprocess.run(
        [sys.executable, "-m", "dispatch", "--database", str(path), "init", "--rehearsal", "--from", fixture],
        cwd=folder,
        env=_environment(folder),
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return path


def _environment(folder: Path, **more: str) -> dict[str, str]:
    left_out = ("DISPATCH_", "PYTHON", "LC_", "LANG", "COLUMNS")
    kept = {name: text for name, text in os.environ.items() if not name.startswith(left_out)}
    ours = {"HOME": str(folder), "DISPATCH_LANG": "en", "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}
    return {**kept, **ours, **more}


@pytest.fixture
def office(rehearsal: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to work in, with a rehearsal of its own: nine in the morning, speaking English, nothing else set."""
    shutil.copy(rehearsal, tmp_path / "desk.db")
    (tmp_path / "dispatch.toml").touch()
    monkeypatch.chdir(tmp_path)
    for name in list(os.environ):
        if name.startswith(("DISPATCH_", "LC_", "LANG")) or name == "COLUMNS":
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("LANGUAGE", "en")
    monkeypatch.setenv("DISPATCH_LANG", "en")
    monkeypatch.setenv("DISPATCH_DATABASE", str(tmp_path / "desk.db"))
    monkeypatch.setenv("DISPATCH_AT", NINE)
    return tmp_path


@pytest.fixture
def call(office: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Call:
    """Calls the command in this process."""

    def one(*arguments: str, stdin: str = "") -> Ended:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode()), encoding="utf-8"))
        capsys.readouterr()
        try:
            code = run(list(arguments))
        except SystemExit as ended:
            code = int(ended.code or 0)
        said = capsys.readouterr()
        return Ended(code, said.out, said.err)

    return one


@pytest.fixture
def start(office: Path) -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    """Starts the command in a process of its own; it speaks through pipes, and does not outlive its test."""
    started = []

    def one(*arguments: str, **more: Any) -> subprocess.Popen[bytes]:
        variables = more.pop("variables", {})
        said = {name: text for name, text in os.environ.items() if name.startswith("DISPATCH_")}
        process = subprocess.Popen(
            [sys.executable, "-m", "dispatch", *arguments],
            cwd=office,
            env=_environment(office, **said, **variables),
            **{"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **more},
        )
        started.append(process)
        return process

    yield one
    for process in started:
        # Of a test that failed: left alone, it would be complained of in the next test.
        with process:
            process.kill()
