"""What the command says of itself is so."""

from __future__ import annotations

import os
import pty
import sqlite3
import subprocess
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import LINE, Call

Start = Callable[..., "subprocess.Popen[bytes]"]


def _held(office: Path) -> list[Any]:
    connection = sqlite3.connect(office / "desk.db")
    try:
        return connection.execute("SELECT state, count(*) FROM delivery GROUP BY state ORDER BY state").fetchall()
    finally:
        connection.close()


@pytest.fixture
def restored(call: Call, office: Path) -> Path:
    """Give a desk that was brought back with messages that had not left."""
    call("take", LINE, "--yes")
    call("round")
    call("database", "backup", "copy.db")
    return office


def test_held_messages_are_looked_at_before_they_are_settled(call: Call, restored: Path) -> None:
    """Without a word which, they are listed and stay; whoever speaks of them names the command."""
    ended = call("database", "restore", "copy.db", "--yes")
    before = _held(restored)
    listed = call("--json", "database", "held")
    plain = call("database", "held")

    assert ("held", len(listed.document)) in before
    assert _held(restored) == before
    assert (listed.code, plain.code) == (0, 0)
    assert {one["request"] for one in listed.document} == {1}
    assert all(set(one) == {"request", "kind", "to", "channel", "needed"} for one in listed.document)
    assert "database held --send" in plain.out and "database held --drop" in plain.out
    assert "dispatch database held" in ended.err
    assert "dispatch database held" in call("today").err
    assert "dispatch database held" in call("doctor").out
    assert "held" in call("database", "--help").out

    assert call("--json", "database", "held", "--drop").document["messages"] == len(listed.document)
    assert call("--json", "database", "held").document == []
    assert call("database", "held").out == "no message is held\n"


def test_the_phone_list_is_not_tried_by_a_message_that_stands_on_no_sheet(call: Call) -> None:
    """It is refused with the way to see what does."""
    ended = call("channel", "test", "phone-list", "--to", "123")

    assert (ended.code, ended.out) == (3, "")
    assert ended.errors[0].startswith("error: phone-list sends nothing")
    assert ended.errors[1] == "hint:  see what stands on it: dispatch phones"


@pytest.mark.parametrize("content", [b"this is a letter to my aunt. " * 50, b""])
def test_what_is_no_copy_is_not_brought_back(call: Call, office: Path, content: bytes) -> None:
    """Exit 3, and another copy is asked for; nothing is replaced."""
    (office / "g.db").write_bytes(content)
    ended = call("database", "restore", "g.db", "--yes")

    assert ended.code == 3
    assert "g.db" in ended.errors[0]
    assert ended.errors[1] in ("hint:  take another copy", "hint:  name a copy of ours")
    assert call("today").code == 0


def test_the_doctor_comes_at_the_moment_that_is_asked_for(call: Call, office: Path) -> None:
    """A copy of yesterday is a day old tomorrow, on a rehearsal; a real database has no other moment."""
    call("--at", "2026-11-23T09:00+08:00", "database", "backup", "copy.db")
    ended = call("--at", "2026-12-05T09:00+08:00", "doctor")
    assert "days since the last copy was made: 12" in ended.out

    connection = sqlite3.connect(office / "desk.db")
    connection.execute("UPDATE about SET value = 'no' WHERE key = 'rehearsal'")
    connection.commit()
    connection.close()
    ended = call("--at", "2026-12-05T09:00+08:00", "doctor")
    assert ended.code == 3 and "is a real database" in ended.out


@pytest.mark.parametrize(
    ("arguments", "variable", "code", "sentence"),
    [
        (("--lang", "fr", "today"), "", 2, "error: fr is not spoken here"),
        (("today", "--lang=fr"), "zh", 2, "错误：这里不说 fr 这种语言"),
        (("today",), "fr", 6, "error: DISPATCH_LANG is set to fr, which is not spoken here"),
        (("--help", "--lang", "fr"), "en", 2, "error: fr is not spoken here"),
    ],
)
def test_a_language_that_we_do_not_speak(
    call: Call,
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str, ...],
    variable: str,
    code: int,
    sentence: str,
) -> None:
    """It is said, once, instead of another language being spoken."""
    monkeypatch.setenv("DISPATCH_LANG", variable)
    ended = call(*arguments)

    assert (ended.code, ended.out, ended.errors[0], len(ended.errors)) == (code, "", sentence, 2)


def test_a_language_of_ours_goes_before_what_is_usual_here(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    """--lang is obeyed whatever the variable says, and a country may follow the language."""
    monkeypatch.setenv("DISPATCH_LANG", "fr")

    assert call("--lang", "zh_CN", "today").code == 0
    assert call("--lang", "en", "today").code == 0


def test_every_command_with_json_prints_json_or_says_that_it_has_none(call: Call) -> None:
    """The script for the shell is a document; the story is none."""
    ended = call("--json", "completion", "bash")
    assert ended.document["shell"] == "bash" and "_DISPATCH_COMPLETE" in ended.document["script"]

    ended = call("--json", "demo")
    assert (ended.code, ended.document["kind"]) == (2, "usage")


def test_our_own_plugins_are_of_our_own_distribution(call: Call) -> None:
    """Its name is the one that is installed, and its version."""
    rows = {one["name"]: one for one in call("--json", "plugin", "list").document}

    assert (rows["phone-list"]["package"], rows["phone-list"]["version"]) == ("sandan", version("sandan"))


@pytest.mark.parametrize("command", [("today",), ("init",), ("doctor",), ("database", "upgrade")], ids=" ".join)
@pytest.mark.parametrize("url", ["mysql://here/dispatch", "://x", "postgresql://h:port/x"])
def test_a_url_of_no_database_of_ours_is_a_setting_to_put_right(call: Call, url: str, command: tuple[str, ...]) -> None:
    """Exit 6 whichever command meets it."""
    assert call("--database", url, *command).code == 6


def test_a_place_that_takes_no_file_is_told_alike(call: Call, office: Path) -> None:
    """A folder that cannot be made, and a file that may not be written, are temporary for every command."""
    (office / "file").touch()
    assert call("--database", "file/desk.db", "init").code == 5
    assert call("dump", "--output", "/proc/nothing.jsonl").code == 5
    assert call("database", "backup", "/proc/nothing.db").code == 5


@pytest.mark.parametrize(("headcount", "hint"), [("0", "write how many"), ("-1", "write how many"), ("99", "take it for 20 at most")])
def test_a_headcount_is_put_right_in_the_right_direction(call: Call, headcount: str, hint: str) -> None:
    """Too few is no matter for the council."""
    ended = call("take", "--service", "drain", "--place", "8-2", "--headcount", headcount)

    assert ended.code == 3
    assert ended.errors[1].startswith(f"hint:  {hint}")


def test_a_wrong_answer_under_a_numbered_menu_is_answered_with_its_numbers(start: Start) -> None:
    """Not with codes that stand nowhere on the screen."""
    ours, theirs = pty.openpty()
    process = start("take", "8号楼2单元301 王阿姨", stdin=theirs)
    os.write(ours, b"99\n1\ny\n")
    _, err = process.communicate(timeout=30)
    os.close(ours)
    os.close(theirs)
    said = err.decode()

    assert process.returncode == 0, said
    assert "99 is none of the choices; type a number from 1 to " in said
    assert "choose one of:" not in said


def test_one_is_not_many(call: Call) -> None:
    """A count stands where any number reads well."""
    call("take", LINE, "--yes")

    assert call("round").out.splitlines()[0].startswith("requests looked at: 1; people asked: 1")
