"""The tutorial for whoever adds a channel, typed in from its first command to its last."""

from __future__ import annotations

import os
import re
import shlex
import socket
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "tutorial-channel.md"


@pytest.fixture(scope="module")
def typed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The folder in which every command of the page was run, one after the other, and what they printed."""
    folder = tmp_path_factory.mktemp("tutorial")
    commands = folder / "bin"
    commands.mkdir()
    for name, rest in (("dispatch", "-m dispatch"), ("python", "")):
        (commands / name).write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} {rest} "$@"\n', encoding="utf-8")
        (commands / name).chmod(0o755)
    blocks = re.findall(r"^```sh\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    script = "set -e -m\ntrap 'kill $(jobs -p) 2>/dev/null || true' EXIT\n" + "".join(blocks).replace("8099", port)
    left_out = ("DISPATCH_", "PYTEST", "LC_", "LANG", "http_proxy", "HTTP_PROXY")
    kept = {name: text for name, text in os.environ.items() if not name.startswith(left_out)}
    work = folder / "work"
    work.mkdir(mode=0o755)
    done = subprocess.run(
        ["bash", "-c", script],
        cwd=work,
        env={
            **kept,
            "HOME": str(folder),
            "PATH": f"{commands}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": str(ROOT),
            "PYTHONUTF8": "1",
            "DISPATCH_LANG": "en",
            "NO_PROXY": "127.0.0.1",
            "no_proxy": "127.0.0.1",
        },
        capture_output=True,
        encoding="utf-8",
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return work, done.stdout


def test_every_command_of_the_tutorial_works(typed: tuple[Path, str]) -> None:
    """In an empty folder, in the order of the page; both tries of the promises end without a broken one."""
    _, out = typed

    assert len(re.findall(r"promises kept: \d+, broken: 0", out)) == 2
    assert out.count("4 passed") == 2


def test_the_rehearsal_is_silent_and_the_real_day_is_heard(typed: tuple[Path, str]) -> None:
    """What the provider heard at the end are the test message and the offer, each once."""
    work, out = typed
    heard = (work / "heard.txt").read_text(encoding="utf-8")
    said = [line for line in heard.splitlines() if "a test message from dispatch" in line or "8号楼" in line]
    ours = said[[index for index, line in enumerate(said) if "a test message" in line][-1] :]

    assert [line.partition(": ")[0] for line in ours] == ["stairs-8-2"] * 2
    assert "疏通下水" in ours[1]
    assert out.count("last message: sent") == 2
