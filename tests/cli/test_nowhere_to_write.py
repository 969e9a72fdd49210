"""Where the disk is full, the screen gone or the database held, nothing is half done and nobody is told otherwise."""

from __future__ import annotations

import errno
import json
import os
import resource
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import LINE, ROOT, Call

Start = Callable[..., "subprocess.Popen[bytes]"]

FULL: dict[str, Any] = {"full": {"stdout": "/dev/full"}, "closed": {"preexec_fn": lambda: os.close(1)}}


def _contents(path: Path) -> list[str]:
    connection = sqlite3.connect(path)
    try:
        return list(connection.iterdump())
    finally:
        connection.close()


@pytest.fixture
def unheard(start: Start) -> Callable[..., tuple[int, list[str]]]:
    """Runs a command whose answer cannot be printed; gives its exit code and the lines on stderr."""

    def one(how: str, *arguments: str, **more: Any) -> tuple[int, list[str]]:
        said = dict(FULL[how])
        if "stdout" in said:
            said["stdout"] = os.open(said["stdout"], os.O_WRONLY)
        process = start(*arguments, **said, **more)
        _, err = process.communicate(timeout=30)
        if "stdout" in said:
            os.close(said["stdout"])
        return process.returncode, err.decode().splitlines()

    return one


@pytest.mark.parametrize("how", FULL)
@pytest.mark.parametrize(
    "arguments",
    [("--help",), ("--version",), ("dump",), ("responder", "list"), ("--json", "responder", "list"), ("today",)],
    ids=" ".join,
)
def test_an_answer_that_cannot_be_printed(unheard: Any, how: str, arguments: tuple[str, ...]) -> None:
    """Exit 5, one sentence and a hint, no traceback."""
    code, err = unheard(how, *arguments)

    assert (code, len(err)) == (5, 2), err
    assert err[0].startswith("error: the answer could not be written: ")
    assert err[1].startswith("hint:  free some space")


@pytest.mark.parametrize("how", FULL)
@pytest.mark.parametrize("json_", [(), ("--json",)])
def test_a_request_is_taken_though_its_number_cannot_be_printed(
    unheard: Any, call: Call, how: str, json_: tuple[str, ...]
) -> None:
    """Whoever reads it does not take the same need a second time."""
    code, err = unheard(how, *json_, "take", LINE, "--yes")

    assert code == 5
    assert err[-2].startswith("error: request 1 is taken; only the answer could not be written: ")
    assert err[-1] == "hint:  do not take it again; look at it: dispatch request show 1"
    assert len(call("--json", "request", "list").document) == 1


def test_it_is_said_in_chinese_too(unheard: Any) -> None:
    """With the number, and with why."""
    code, err = unheard("full", "--lang", "zh", "take", LINE, "--yes")

    assert (code, err[-2]) == (5, "错误：请求已收下，1号单；只是结果输出不了：磁盘满了")


def test_what_was_done_is_said_to_be_done(unheard: Any, call: Call) -> None:
    """A round that cannot tell what it did has done it all the same."""
    call("take", LINE, "--yes")
    code, err = unheard("full", "round")

    assert (code, len(err)) == (5, 2)
    assert err[0].startswith("error: what was done so far is saved, but the answer could not be written")
    assert err[1] == "hint:  look before you do it again: dispatch today"
    assert call("--json", "request", "show", "1").document["state"] == "asking"


def test_a_refusal_keeps_its_code_though_its_document_cannot_be_printed(unheard: Any) -> None:
    """What was refused stands on stderr; trying again would not help."""
    code, err = unheard("full", "--json", "done", "7")

    assert (code, len(err)) == (3, 2)


@pytest.mark.parametrize("how", [{"stderr": "/dev/full"}, {"preexec_fn": lambda: os.close(2)}])
def test_what_is_said_aside_stops_nothing(start: Start, how: dict[str, Any]) -> None:
    """Warnings that nobody can read are no reason not to take a request."""
    if "stderr" in how:
        how = {"stderr": os.open(how["stderr"], os.O_WRONLY)}
    process = start("take", "8号楼2单元301 下水道堵了 着火了 王阿姨 +9991380000001", "--yes", **how)
    out, _ = process.communicate(timeout=30)

    assert process.returncode == 0
    assert b"request 1 is kept" in out


def test_nobody_at_the_keyboard(start: Start, call: Call) -> None:
    """Without stdin it says in plain words what to add, and takes nothing."""
    process = start("take", LINE, preexec_fn=lambda: os.close(0))
    _, err = process.communicate(timeout=30)

    assert process.returncode == 3
    assert err.decode().splitlines()[-2:] == [
        "error: nothing was done: this has to be confirmed first, and nobody can type an answer here",
        "hint:  to do it without being asked, add --yes to the command",
    ]
    assert call("--json", "request", "list").document == []


def _asked(call: Call, office: Path) -> list[str]:
    call("take", LINE, "--yes")
    call("round")
    return _contents(office / "desk.db")


def _full_disk(monkeypatch: pytest.MonkeyPatch, good: int = 0) -> None:
    """Let the disk take no more once *good* files have reached it."""
    left = iter([None] * good)

    def fsync(_: int) -> None:
        if next(left, "full"):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", fsync)


@pytest.mark.parametrize("json_", [(), ("--json",)])
@pytest.mark.parametrize("form", ["html", "pdf", "xlsx", "csv"])
def test_a_sheet_that_cannot_be_written_is_none(
    call: Call, office: Path, monkeypatch: pytest.MonkeyPatch, json_: tuple[str, ...], form: str
) -> None:
    """A missing folder or a full disk: no number is used up, no call counts as handed over, one can undo."""
    before = _asked(call, office)
    missing = call(*json_, "phones", "--output", f"nowhere/calls.{form}")
    with monkeypatch.context() as full:
        _full_disk(full)
        ended = call(*json_, "phones", "--output", f"calls.{form}")

    assert (missing.code, ended.code) == (3, 5)
    assert "the disk is full, so calls." in ended.err
    assert not json_ or ended.document["kind"] == "unavailable"
    assert _contents(office / "desk.db") == before
    assert not list(office.glob("*calls*")) and not list(office.glob(".*calls*"))
    assert call("--json", "undo").code == 0


def test_a_sheet_cut_short_before_it_has_its_name_is_printed_again(
    call: Call, office: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After the commit: the sentence names the number, under which the same page comes out."""
    _asked(call, office)

    def broken(self: Path, target: Path) -> Path:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    with monkeypatch.context() as cut:
        cut.setattr(Path, "replace", broken)
        ended = call("phones", "--output", "calls.html")

    assert ended.code == 5
    assert ended.errors[0].startswith("error: phone sheet 1 has its number, but no page: ")
    assert ended.errors[1] == "hint:  print it again: dispatch phones --sheet 1"
    assert call("phones", "--sheet", "1", "--output", "calls.html").code == 0
    assert "王" in (office / "calls.html").read_text(encoding="utf-8") or "8号楼" in (
        office / "calls.html"
    ).read_text(encoding="utf-8")


def test_a_sheet_that_cannot_be_printed_here_is_printed_again(unheard: Any, call: Call, office: Path) -> None:
    """On a full stdout the sentence names its number."""
    _asked(call, office)
    code, err = unheard("full", "phones", "--output", "-")

    assert code == 5
    assert err[-2].startswith("error: phone sheet 1 has its number; only the answer could not be written: ")
    assert err[-1] == "hint:  print it again: dispatch phones --sheet 1"
    assert call("phones", "--sheet", "1", "--output", "-").code == 0


ROWS = "service,place,note\ndrain,8-2,one\nflying,8-2,two\ndrain,999-1,three\n"


def test_refused_rows_that_cannot_be_written_are_known_before_any_is_taken(
    call: Call, office: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk: exit 5, one document, no row in."""
    (office / "bad.csv").write_text(ROWS, encoding="utf-8")
    with monkeypatch.context() as full:
        _full_disk(full)
        ended = call("--json", "import", "bad.csv", "--errors", "refused.csv")

    assert (ended.code, ended.document["kind"]) == (5, "unavailable")
    assert call("--json", "request", "list").document == []


def test_refused_rows_that_cannot_be_written_afterwards_are_in_the_one_document(
    call: Call, office: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk fills meanwhile: the good rows are in, and the document says which are not, and why."""
    (office / "bad.csv").write_text(ROWS, encoding="utf-8")
    with monkeypatch.context() as full:
        _full_disk(full, good=1)
        ended = call("--json", "import", "bad.csv", "--errors", "refused.csv")

    assert ended.code == 5
    assert ended.document["accepted"] == 1
    assert [one["row"] for one in ended.document["refusals"]] == [3, 4]
    assert "the disk is full" in ended.document["error"] and ended.document["errors"] is None
    assert not list(office.glob("*refused*"))


def _no_room(size: int) -> Callable[[], None]:
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


def test_a_copy_that_finds_no_room_names_its_own_disk(start: Start, office: Path) -> None:
    """Not that of the database, on which there is room."""
    process = start("database", "backup", "copy.db", preexec_fn=_no_room(100_000))
    _, err = process.communicate(timeout=30)

    assert process.returncode == 5
    assert err.decode().splitlines()[0].startswith("error: the disk under copy.db is full or failing")
    assert not list(office.glob("copy.db*"))


def test_a_database_that_finds_no_room_leaves_no_half_file(start: Start, office: Path) -> None:
    """Only what was not there before is taken away again."""
    process = start("--database", "new.db", "init", preexec_fn=_no_room(20_000))
    _, err = process.communicate(timeout=30)

    assert process.returncode == 5, err
    assert not list(office.glob("new.db*"))
    (office / "empty.db").touch()
    process = start("--database", "empty.db", "init", preexec_fn=_no_room(20_000))
    process.communicate(timeout=30)
    assert (office / "empty.db").exists()


def test_control_c_while_the_command_is_still_loading(office: Path) -> None:
    """Exit 130, and not a word."""
    code = (
        "import os, signal, sys\n"
        "class Stop:\n"
        "    def find_spec(self, name, *_):\n"
        "        if name == 'dispatch.cli.door': os.kill(os.getpid(), signal.SIGINT)\n"
        "sys.meta_path.insert(0, Stop())\n"
        "from dispatch.cli import main\n"
        "main()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, "today"],
        cwd=office,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        check=False,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )

    assert (done.returncode, done.stderr, done.stdout) == (130, b"", b"")


def test_a_writer_says_that_it_waits_and_goes_on_when_the_other_is_done(start: Start, office: Path) -> None:
    """Some seconds of silence, one sentence, and what was to be done is done as soon as it can be."""
    connection = sqlite3.connect(office / "desk.db", isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    process = start("--json", "take", LINE, "--yes")
    assert process.stderr
    said = process.stderr.readline().decode()
    connection.execute("ROLLBACK")
    connection.close()
    out, err = process.communicate(timeout=30)

    assert said.strip() == "waiting: another window or program is writing into the database"
    assert process.returncode == 0
    assert "waiting" not in err.decode()
    assert json.loads(out)["number"] == 1

