"""The commands of a day: one JSON document each, options anywhere, lines acknowledged, questions asked on a terminal."""

from __future__ import annotations

import json
import re
import shutil
import time
from pathlib import Path

import pytest

from tests.cli.conftest import LINE, Call
from tests.cli.terminal import Start, Terminal


@pytest.fixture
def day(call: Call, office: Path, tmp_path_factory: pytest.TempPathFactory) -> Call:
    """The command, at an office where three requests are known: one asked for, one arranged, one done."""
    (office / "two.csv").write_text("service,place\ndrain,8-2\nflying,8-2\n", encoding="utf-8")
    kept = tmp_path_factory.getbasetemp() / "day.db"
    if kept.exists():
        shutil.copy(kept, office / "desk.db")
        return call
    for at in (1, 2, 3):
        call("take", "--service", "drain", "--place", f"{at}-1", "--name", "王阿姨", "--phone", f"+999138100000{at}")
    offered = call("--json", "round").document["offered"]
    for number in (2, 3):
        (code,) = [one["responder"] for one in offered if one["request"] == number]
        call("reply", "--on-behalf-of", code, "--request", str(number), "--yes")
    call("done", "3")
    shutil.copy(office / "desk.db", kept)
    return call


PRINTS: list[tuple[tuple[str, ...], set[str] | None]] = [
    (("take", LINE, "--yes"), {"id", "number", "state"}),
    (("import", "two.csv"), {"accepted", "refused", "already", "cancelled"}),
    (("import", "two.csv", "--dry-run"), {"accepted", "refused", "already"}),
    (("request", "list"), None),
    (("request", "list", "--all"), None),
    (("request", "show", "1"), {"number", "state", "history", "offers"}),
    (("request", "edit", "1", "--note", "x"), {"number", "state"}),
    (("request", "triage", "1"), {"number", "state"}),
    (("request", "cancel", "1"), {"number", "state"}),
    (("request", "promote", "1"), {"number", "state"}),
    (("request", "unable", "1", "--why", "x"), {"number", "state"}),
    (("request", "handover", "1", "--to", "x"), {"number", "state"}),
    (("request", "start", "2"), {"number", "state"}),
    (("request", "log", LINE, "--by", "V001"), {"number", "state"}),
    (("responder", "list"), None),
    (("responder", "show", "V001"), {"code", "kind", "name"}),
    (("responder", "pause", "V001", "--until", "2026-12-01"), {"code", "paused_until"}),
    (("responder", "edit", "V001", "--capacity", "3"), {"code", "capacity"}),
    (("round",), {"considered", "offered", "left_out", "levels", "optimal"}),
    (("round", "--dry-run"), {"considered", "offered", "left_out", "levels", "optimal"}),
    (("deliver",), {"sent", "try_later", "gave_up"}),
    (("phones",), None),
    (("done", "2"), {"number", "state"}),
    (("rate", "3", "5"), {"number", "rating"}),
    (("undo",), {"undone"}),
    (("today",), {"needs_person", "waiting", "silent", "calls"}),
    (("board",), {"ordered", "dispatching", "accepted", "rating"}),
    (("explain", "1"), {"sentences"}),
    (("explain", "1", "--why-not", "V001"), {"sentences"}),
    (("export", "requests"), {"rows"}),
    (("channel", "list"), None),
    (("plugin", "list"), None),
    (("verify",), {"breaks"}),
    (("audit", "verify"), {"events", "breaks"}),
]


@pytest.mark.parametrize(("arguments", "keys"), PRINTS, ids=lambda one: " ".join(one) if isinstance(one, tuple) else "")
@pytest.mark.parametrize("first", [True, False], ids=["before", "after"])
def test_json_is_one_document_and_nothing_else(
    day: Call, arguments: tuple[str, ...], keys: set[str] | None, first: bool
) -> None:
    """Before the command or after it; at least the keys of the contract; the same in either language but the words."""
    if arguments[0] == "undo":
        day("take", LINE, "--yes")
    ended = day("--json", *arguments) if first else day(*arguments, "--json")

    assert ended.code == (3 if arguments[0] == "import" else 0), ended.err  # one of its two rows is refused
    document = ended.document
    assert keys is None or keys <= set(document)


@pytest.mark.parametrize("command", ["today", "board"])
def test_options_of_every_command_stand_anywhere(day: Call, office: Path, command: str) -> None:
    """Database, language, actor and moment, before the command's name and after it, mean the same."""
    said = ("--database", str(office / "desk.db"), "--lang", "zh", "--as", "小李", "--at", "2026-11-23T10:00+08:00")
    before, after = day(*said, command), day(command, *said)

    assert before.code == after.code == 0
    assert before.out == after.out
    assert any("一" <= one <= "龥" for one in before.out)


def test_who_acts_is_recorded(day: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    """--as wins over DISPATCH_AS."""
    monkeypatch.setenv("DISPATCH_AS", "小张")
    day("take", LINE, "--yes")
    day("--as", "小李", "request", "edit", "4", "--note", "x")
    history = day("--json", "request", "show", "4").document["history"]

    assert [one["actor"] for one in history] == ["小张", "小李"]


def test_people_read_the_same_as_programs(day: Call) -> None:
    """Every command without --json prints something, and nothing on the wrong stream."""
    for arguments, _ in PRINTS:
        if arguments[0] in ("today", "board", "explain", "channel", "plugin", "verify") or arguments[1:2] == ("list",):
            ended = day(*arguments)
            assert (ended.code, ended.err) == (0, "")
            assert ended.out.strip()


def test_many_lines_are_acknowledged_one_by_one(call: Call) -> None:
    """Each by its line: a number, or why not; exit 3 if one was refused, and the others are taken."""
    lines = f"{LINE}\n\n这不是订单\n3号楼1单元 楼道灯不亮 李大爷\n"
    plain = call("take", "--stdin", stdin=lines)
    machine = [json.loads(line) for line in call("--json", "take", "--stdin", stdin=lines).out.splitlines()]
    good = call("take", "--stdin", stdin=f"{LINE}\n")

    assert plain.code == 3
    assert [line.split(":")[0] for line in plain.out.splitlines()] == ["line 1", "line 3", "line 4"]
    assert [one["line"] for one in machine] == [1, 3, 4]
    assert ["number" in one for one in machine] == [True, False, True]
    assert {"error", "hint", "kind"} <= set(machine[1])
    assert (good.code, len(call("--json", "request", "list").document)) == (0, 5)


def test_lines_of_an_older_console_are_read(start: Start, call: Call) -> None:
    """GBK bytes are Chinese too, also in the middle of a file of UTF-8."""
    lines = LINE.encode("gbk") + b"\n" + "3号楼1单元 楼道灯不亮 李大爷\n".encode()
    process = start("take", "--stdin")
    process.communicate(lines, timeout=20)
    names = [call("--json", "request", "show", n).document["name"] for n in ("1", "2")]

    assert process.returncode == 0
    assert names == ["王阿姨", "李大爷"]


def test_nobody_there_is_nobody_asked(call: Call) -> None:
    """Without a terminal an order to be confirmed, or an unclear one, is refused and not guessed."""
    unconfirmed = call("take", LINE)
    unclear = call("take", "下水道堵了 王阿姨", "--yes")

    assert (unconfirmed.code, unclear.code) == (3, 3)
    assert "--yes" in unconfirmed.err
    assert call("--json", "request", "list").document == []


def test_an_emergency_comes_first(call: Call) -> None:
    """Before anything else the numbers to ring, and a person has it."""
    ended = call("take", "8号楼2单元301 下水道堵了，老人晕倒了", "--yes")

    assert ended.code == 0
    assert any(number in ended.errors[0] for number in ("110", "119", "120"))
    assert call("--json", "request", "show", "1").document["state"] == "needs_person"


def test_at_a_terminal_what_is_open_is_asked(start: Start, call: Call) -> None:
    """No building was named: it is asked, the answer is taken, the whole is shown and confirmed by Enter."""
    screen = Terminal(start, "take", "下水道堵了 王阿姨 +9991380000001")
    screen.wait_for("your answer")
    screen.type("8号楼")
    asked = screen.wait_for("?")
    while "take it like this" not in asked:
        screen.type("1" if "your answer" in screen.seen or "unit" in asked else "")
        asked += screen.wait_for("]") if "take it like this" in screen.seen else screen.wait_for("?")
    screen.type("")
    code = screen.end()
    shown = call("--json", "request", "show", "1").document

    assert code == 0
    assert "request 1 is taken" in screen.seen
    assert shown["name"] == "王阿姨"


def test_at_a_terminal_no_is_no(start: Start, call: Call) -> None:
    """Shown, declined: nothing is taken, it says so and how to go on; no error, though the code is that of a refusal."""
    screen = Terminal(start, "take", LINE)
    shown = screen.wait_for("[Y/n]")
    screen.type("n")

    assert screen.end() == 3
    assert "nothing was taken" in screen.seen and "--phone" in screen.seen
    assert "error:" not in screen.seen
    assert "301" in shown and "王阿姨" in shown
    assert call("--json", "request", "list").document == []


@pytest.mark.parametrize(("typed", "code"), [("是", 0), ("对", 0), ("好", 0), ("不", 3), ("否", 3)])
def test_at_a_terminal_one_answers_in_chinese(start: Start, call: Call, typed: str, code: int) -> None:
    """It is asked 是 or 否, what is neither is asked again, and either is understood."""
    screen = Terminal(start, "--lang", "zh", "take", LINE)
    screen.wait_for("[是/否]")
    screen.type("蓝")
    screen.wait_for("[是/否]")
    screen.type(typed)

    assert screen.end() == code
    assert len(call("--json", "request", "list").document) == (code == 0)


def test_at_a_terminal_a_service_is_named_by_any_of_its_words(start: Start, call: Call) -> None:
    """Asked which service it is, one answers as residents say it, and need not count through the list."""
    screen = Terminal(start, "take", "8号楼2单元301 王阿姨")
    screen.wait_for("your answer")
    screen.type("买菜")
    screen.wait_for("[Y/n]")
    screen.type("y")

    assert screen.end() == 0
    assert [one["service"] for one in call("--json", "request", "list").document] == ["errand"]


def test_a_demo_that_is_gone_says_how_to_keep_one(call: Call, office: Path) -> None:
    """Nobody looks for a page that was cleared away; kept, it is there; the unit of the plan is explained."""
    gone = call("demo").out
    kept = call("demo", "--keep", "kept").out

    assert gone.splitlines()[-1].endswith("dispatch demo --keep FOLDER")
    assert "gone again" not in kept and (office / "kept" / "phones-1.html").exists()
    assert "counted as metres to walk" in gone


CHINESE = re.compile(r"[\u4e00-\u9fff]")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_demo_is_quick_and_speaks_one_language(start: Start, office: Path, language: str) -> None:
    """Under a minute, told in one language; names, places and what is typed are those of the place."""
    began = time.perf_counter()
    out, err = start("--lang", language, "demo").communicate(timeout=100)
    seconds = time.perf_counter() - began
    told = [line for line in out.decode().splitlines() if line.strip() and not line.startswith("$ ")]

    assert seconds < 60
    assert sorted(one.name for one in office.iterdir()) == ["desk.db", "dispatch.toml"]
    stories = [line for line in told if re.match(r"\[\d\d:\d\d\]", line)]
    assert len(stories) > 10
    if language == "zh":
        assert all(CHINESE.search(line) for line in stories)
        three_words = [line for line in told if re.search(r"(?:\b[a-z]{2,} ){2}[a-z]{2,}", line) and "dispatch" not in line]
        assert three_words == []
    else:
        assert not [line for line in stories if CHINESE.search(line)]
    assert "Traceback" not in err.decode()


def test_refused_rows_of_danger_are_read_before_all_others(call: Call, office: Path) -> None:
    """However many rows are refused, the one that needs an ambulance is on the screen, and first."""
    rows = "".join(f"下水道堵了,{building}号楼\n" for building in range(900, 915))
    (office / "bad.csv").write_text(f"内容,地址\n{rows}老人晕倒了,8号楼2单元301\n", encoding="utf-8")
    said = [line for line in call("import", "bad.csv").out.splitlines() if line.startswith("row ")]

    assert said[0].startswith("row 17:")
    assert "120" in said[0]


def test_a_correction_that_corrects_nothing_is_a_slip(day: Call) -> None:
    """It is a usage error, and the log has no event of it."""
    done = day("request", "edit", "1")

    assert done.code == 2
    assert "edited" not in [one["kind"] for one in day("--json", "request", "show", "1").document["history"]]


def test_a_cancelled_visit_names_who_must_be_rung(day: Call) -> None:
    """Whoever had accepted is named beside the answer, which stays one JSON document."""
    (one,) = day("--json", "request", "show", "2").document["offers"]
    done = day("request", "cancel", "2")

    assert one["responder"] in done.err


def test_solve_says_what_is_scarce_when_asked(call: Call, office: Path) -> None:
    """A problem from a file, and beside its plan what one more person with each skill would change."""
    people = [{"id": "li", "skills": {"plumbing": 1}, "capacity": 1}]
    problem = {"requests": [{"id": at, "skills": {"plumbing": 1}} for at in ("a", "b")], "responders": people}
    (office / "problem.json").write_text(json.dumps(problem), encoding="utf-8")

    assert call("solve", "problem.json", "--explain").document["scarce"] == [
        {"skill": "plumbing", "near": "li", "unserved_normal": -1, "cost": 0}
    ]
    assert "scarce" not in call("solve", "problem.json").document
