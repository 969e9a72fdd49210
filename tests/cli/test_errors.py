"""Bad input gets a sentence, a hint and the exit code of the contract, and nothing is half done."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import LINE, NINE, Call

TAKE = ("take", "--service", "drain", "--place", "8-2")
WINDOW = "2026-11-23T11:00+08:00/2026-11-23T09:00+08:00"

Start = Callable[..., "subprocess.Popen[bytes]"]


def _contents(path: Path) -> list[str]:
    connection = sqlite3.connect(path)
    try:
        return list(connection.iterdump())
    finally:
        connection.close()


REFUSED: list[tuple[str, tuple[str, ...], int, str, str | None]] = [
    ("unknown service", ("take", "--service", "flying", "--place", "8-2"), 3, "there is no service flying", "services here: "),
    ("place outside", ("take", "--service", "drain", "--place", "999号楼"), 3, "there is no building 999", "buildings with numbers near it: "),
    ("no phone", (*TAKE, "--phone", "abc"), 3, "abc", ""),
    ("window ends first", (*TAKE, "--window", WINDOW), 3, "the window ends (", "write it as BEGIN/END"),
    ("no window", (*TAKE, "--window", "sometime"), 3, "sometime is no window that is certain", "say it as tomorrow 9:00-11:00"),
    ("nobody needed", (*TAKE, "--headcount", "0"), 3, "0 people cannot be asked for; 1 to 20 can", ""),
    ("ten thousand needed", (*TAKE, "--headcount", "10000"), 3, "10000 people cannot be asked for; 1 to 20 can", ""),
    ("nothing said", ("take",), 2, "a request needs a typed line", "such as: "),
    ("line and fields", ("take", "x", "--service", "drain"), 2, "a typed line and --service", ""),
    ("no such request", ("done", "7"), 3, "there is no request 7", "see them all: dispatch request list"),
    ("no such responder", ("responder", "show", "V99999"), 3, "there is no responder V99999", ""),
    ("no such sheet", ("reply", "--sheet", "9", "1 a"), 3, "there is no phone sheet 9", None),
    ("unclear sheet", ("reply", "--sheet", "9", "was?"), 3, "was?", ""),
    ("no stars", ("rate", "1", "many"), 3, "many is neither stars nor a face", "1 to 5"),
    ("no moment", ("--at", "noon", "today"), 3, "noon is not a moment", "write it as"),
    ("no stretch", ("run", "--every", "often"), 3, "often is no stretch of time", "write it as 30s"),
    ("pause and end", ("responder", "pause", "V0001"), 2, "a pause needs --until", ""),
    ("no file", ("import", "missing.xlsx"), 3, "there is no file missing.xlsx", None),
    ("no folder", ("load", "nowhere"), 3, "nowhere", ""),
    ("no day", ("import", "requests.csv", "--day", "monday"), 3, "monday is no day", "write it as"),
    ("unknown command", ("fly",), 2, "fly", "how it is used: dispatch --help"),
    ("unknown option", ("take", "--fly"), 2, "--fly", "how it is used: dispatch take --help"),
    ("missing argument", ("done",), 2, "number", "how it is used: dispatch done --help"),
    ("no number", ("done", "seven"), 2, "seven", "how it is used: dispatch done --help"),
    ("unknown choice", ("export", "money"), 2, "money", "how it is used: dispatch export --help"),
    ("unknown subcommand", ("request", "fly"), 2, "fly", "how it is used: dispatch request --help"),
]


@pytest.mark.parametrize(
    ("arguments", "code", "sentence", "hint"), [pytest.param(*rest, id=name) for name, *rest in REFUSED]
)
def test_bad_input_is_answered_in_two_lines(
    call: Call, office: Path, arguments: tuple[str, ...], code: int, sentence: str, hint: str | None
) -> None:
    """An error, a hint, the code; the same as JSON; the database is as it was."""
    (office / "requests.csv").write_text("service,place\ndrain,8-2\n", encoding="utf-8")
    before = _contents(office / "desk.db")
    plain = call(*arguments)
    machine = call(*arguments, "--json")
    chinese = call("--lang", "zh", *arguments)

    assert plain.code == machine.code == chinese.code == code
    assert plain.out == chinese.out == ""
    assert plain.errors[0].startswith("error: ") and sentence.lower() in plain.errors[0].lower()
    assert chinese.errors[0].startswith("错误：")
    if hint is not None:
        assert len(plain.errors) == len(chinese.errors) == 2, plain.err
        assert plain.errors[1].startswith(f"hint:  {hint}") and chinese.errors[1].startswith("提示：")
    document = machine.document
    assert plain.errors[0] == f"error: {document['error']}"
    assert (document["hint"] is None) == (len(plain.errors) == 1)
    assert document["kind"] in {"usage", "refused", "not-found", "not-allowed-now"}
    assert _contents(office / "desk.db") == before


def test_a_file_that_is_not_what_its_name_says(call: Call, office: Path) -> None:
    """A picture called .xlsx and a workbook called .csv are refused, with exit 3 and nothing taken."""
    (office / "picture.xlsx").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    (office / "book.csv").write_bytes(b"PK\x03\x04" + bytes(100))

    for name in ("picture.xlsx", "book.csv"):
        ended = call("import", name)
        assert (ended.code, ended.out) == (3, "")
        assert name in ended.errors[0] and "Traceback" not in ended.err


@pytest.mark.parametrize(
    ("content", "sentence", "hint"),
    [
        (None, "there is no database at", "make one: dispatch init"),
        (b"", "holds no dispatch tables", "make them: dispatch init"),
        (b"this is a letter to my aunt, not a database. " * 50, "is damaged, or is no database", "bring back a copy"),
    ],
)
def test_a_database_that_is_none(
    call: Call, office: Path, monkeypatch: pytest.MonkeyPatch, content: bytes | None, sentence: str, hint: str
) -> None:
    """Missing, empty, or something else: exit 6, how to mend it, and the file is as it was."""
    path = office / "other.db"
    if content is not None:
        path.write_bytes(content)
    ended = call("--database", str(path), "today")

    assert ended.code == 6
    assert sentence in ended.errors[0] and str(path) in ended.errors[0]
    assert ended.errors[1].startswith(f"hint:  {hint}")
    assert (path.read_bytes() if path.exists() else None) == content


def test_a_database_from_a_newer_version(call: Call, office: Path) -> None:
    """Exit 6, and nothing of it is touched."""
    connection = sqlite3.connect(office / "desk.db")
    connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.commit()
    connection.close()
    before = _contents(office / "desk.db")

    for arguments in (("today",), TAKE, ("round",), ("init",), ("database", "upgrade")):
        ended = call(*arguments)
        assert ended.code == 6, arguments
        assert "newer version" in ended.errors[0] and ended.errors[1].startswith("hint:  update dispatch")
    assert _contents(office / "desk.db") == before


@pytest.mark.parametrize("place", ["requests.csv/desk.db", "/proc/desk.db", "/dev/null/x/desk.db"])
def test_a_folder_that_cannot_be_written(call: Call, office: Path, place: str) -> None:
    """Below a file, or where nobody may write: a sentence, and exit 3 or 5, no traceback."""
    (office / "requests.csv").touch()
    ended = call("--database", place, "init")

    assert ended.code in (3, 5)
    assert ended.errors[0].startswith("error: ") and len(ended.errors) == 2
    assert not Path(place).exists()


@pytest.mark.parametrize("arguments", [("phones", "--output"), ("export", "requests", "--output")])
def test_a_page_that_cannot_be_written(call: Call, office: Path, arguments: tuple[str, ...]) -> None:
    """The folder is missing: exit 3 or 5, a sentence that names it."""
    call("take", LINE, "--yes")
    call("round")
    ended = call(*arguments, "nowhere/page.csv")

    assert ended.code in (3, 5)
    assert "nowhere" in ended.errors[0] and "Traceback" not in ended.err


def test_a_full_disk(call: Call, office: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No more pages for the database: exit 5, nothing was saved, and once there is room it goes on."""
    from dispatch.store import engine

    connection = sqlite3.connect(office / "desk.db")
    (pages,) = connection.execute("PRAGMA page_count").fetchone()
    connection.close()
    (office / "many.csv").write_text(
        "service,place,note\n" + "".join(f"drain,8-2,{'x' * 3000}{n}\n" for n in range(400)), encoding="utf-8"
    )
    before = _contents(office / "desk.db")
    with monkeypatch.context() as full:
        full.setattr(engine, "_SQLITE_PRAGMAS", (*engine._SQLITE_PRAGMAS, f"PRAGMA max_page_count={pages + 20}"))
        ended = call("import", "many.csv")
        assert ended.code == 5
        assert "is full or failing, so nothing was saved" in ended.err
    assert _contents(office / "desk.db") == before

    assert call("--json", "import", "many.csv").document["accepted"] == 400


@pytest.fixture
def lock(office: Path) -> Iterator[sqlite3.Connection]:
    """Another process's hold on the database."""
    connection = sqlite3.connect(office / "desk.db", isolation_level=None, check_same_thread=False)
    connection.execute("BEGIN IMMEDIATE")
    yield connection
    connection.close()


def test_a_writer_waits_for_another(call: Call, lock: sqlite3.Connection) -> None:
    """Held for a moment: it waits, and takes the request."""
    release = threading.Timer(0.5, lock.rollback)
    release.start()
    ended = call("take", LINE, "--yes")
    release.join()

    assert (ended.code, ended.errors) == (0, [])


def test_a_writer_does_not_wait_for_ever(
    call: Call, lock: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Held for good: exit 5, try again; looking goes on meanwhile."""
    from dispatch.store import engine

    monkeypatch.setattr(engine, "BUSY_SECONDS", 0.05)
    ended = call("take", LINE, "--yes")

    assert ended.code == 5
    assert ended.errors[0] == "waiting: another window or program is writing into the database"
    assert "is busy: somebody else is writing" in ended.errors[1]
    assert ended.errors[2:] == ["hint:  try again in a moment"]
    assert call("today").code == 0


def test_control_c_in_the_middle_of_many_lines(start: Start, call: Call) -> None:
    """Exit 130, no traceback; every line that was answered is there, and nothing of the one after."""
    process = start("--json", "take", "--stdin")
    assert process.stdin and process.stdout
    process.stdin.write(f"{LINE}\n3号楼1单元 楼道灯不亮 李大爷\n".encode())
    process.stdin.flush()
    answers = [process.stdout.readline() for _ in range(2)]
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=20)

    assert process.returncode == 130
    assert err.decode().split("\n") == ["", "stopped; what was saved stays saved", ""]
    assert [b'"number": 1' in answers[0], b'"number": 2' in answers[1]] == [True, True]
    assert len(call("--json", "request", "list").document) == 2


def test_control_c_in_the_middle_of_an_import(start: Start, call: Call, office: Path) -> None:
    """Exit 130; what is in stays, and the same file again brings the rest."""
    rows = "".join(f"drain,8-2,{n}\n" for n in range(6000))
    (office / "many.csv").write_text("service,place,note\n" + rows, encoding="utf-8")
    process = start("--json", "import", "many.csv")
    assert process.stderr
    process.stderr.readline()
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "Traceback" not in err.decode()
    done = call("--json", "import", "many.csv").document

    assert done["already"] > 0
    assert done["accepted"] + done["already"] == 6000
    assert done["refused"] == 0


@pytest.mark.parametrize("arguments", [("board",), ("responder", "list"), ("--json", "responder", "list"), ("--help",)])
def test_output_into_a_closed_pipe(start: Start, arguments: tuple[str, ...]) -> None:
    """As in ``| head -1``: it stops without a word, with the code of a program ended by SIGPIPE."""
    read, write = os.pipe()
    os.close(read)
    process = start(*arguments, stdout=write)
    os.close(write)
    _, err = process.communicate(timeout=20)

    assert err.decode() == ""
    assert process.returncode == 141


def test_a_bug_keeps_its_traceback(start: Start, office: Path) -> None:
    """Exit 1 is kept for us: whatever nobody thought of shows where it happened."""
    code = (
        "import sys; from dispatch.cli import calling, door\n"
        "def burst(*_): raise ZeroDivisionError\n"
        "calling.Call.read = burst\n"
        "sys.exit(door.run(['today']))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=office,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[2])},
        capture_output=True,
        check=False,
    )

    assert done.returncode == 1
    assert b"Traceback" in done.stderr and b"ZeroDivisionError" in done.stderr


def test_a_real_database_has_no_other_moment(call: Call, office: Path) -> None:
    """--at and DISPATCH_AT are refused outside a rehearsal, before anything is written."""
    connection = sqlite3.connect(office / "desk.db")
    connection.execute("UPDATE about SET value = 'no' WHERE key = 'rehearsal'")
    connection.commit()
    connection.close()
    ended = call("--at", NINE, "take", LINE, "--yes")

    assert ended.code == 3
    assert "a real database" in ended.errors[0] and "dispatch init --rehearsal" in ended.errors[1]


def test_the_same_key_with_other_content_is_a_conflict(call: Call) -> None:
    """Exit 4, and the request that has the key is named."""
    call(*TAKE, "--key", "k")
    ended = call("take", "--service", "drain", "--place", "8-1", "--key", "k")

    assert ended.code == 4
    assert "request 1" in ended.errors[0]




@pytest.mark.parametrize("arguments", [("take", LINE, "--yes"), ("round",), ("today",), ("init",)])
def test_a_command_leaves_one_file_behind(start: Start, office: Path, arguments: tuple[str, ...]) -> None:
    """Nothing waits beside the database: whoever copies the file has copied everything."""
    _, err = start(*arguments).communicate(timeout=20)

    assert err == b""
    assert sorted(one.name for one in office.glob("desk.db*")) == ["desk.db"]


def test_a_sheet_in_a_form_there_is_not_is_not_printed(call: Call, office: Path) -> None:
    """Refused before it has a number: the calls stand on the next sheet, which is the first."""
    call("take", LINE, "--yes")
    call("round")
    ended = call("phones", "--format", "docx")

    assert (ended.code, len(ended.errors)) == (3, 2)
    assert call("--json", "phones", "--output", "calls.html").document["sheet"] == 1
    assert (office / "calls.html").exists()
