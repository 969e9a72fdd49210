"""An emergency given to the command: whom to call is said first, the line is kept at once, and nothing can lose it."""

from __future__ import annotations

import json
import signal

import pytest

from tests.cli.conftest import LINE, Call
from tests.cli.terminal import Start, Terminal

UNCLEAR = ["8号楼着火了", "3号楼2单元有人晕倒", "着火了!", "王阿姨说不想活了 13-1-502", "99号楼 着火了"]
"""What nobody can read a service from, and some of it no place."""


def _open(document: dict[str, object]) -> list[str]:
    asked = document["open"]
    assert isinstance(asked, list)
    return [one["about"] for one in asked]


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("line", UNCLEAR)
def test_an_emergency_is_never_only_a_refusal(call: Call, line: str, language: str) -> None:
    """Whatever is not clear: it has a number, somebody has it, the words are whole, and nothing had to be confirmed."""
    ended = call("--lang", language, "take", line)
    shown = call("--json", "request", "show", "1").document

    assert ended.code == 0
    assert any(number in ended.errors[0] for number in ("110", "119", "120"))
    assert "dispatch request edit 1 " in ended.out and "--service …" in ended.out
    assert "dispatch request handover 1 --to 1" in ended.out and "dispatch undo" in ended.out
    assert (shown["state"], shown["reason"], shown["urgency"], shown["note"]) == (
        *("needs_person", "emergency", "urgent"),
        line,
    )
    assert shown["owner"] in ended.out


def test_what_is_clear_of_an_emergency_is_kept_without_being_confirmed(call: Call) -> None:
    """A line that leaves nothing open waits for no yes either; it can be let wait, and taken back."""
    ended = call("take", "8号楼2单元301 下水道堵了，老人晕倒了 +9991380000001")

    assert (ended.code, "not clear" in ended.out) == (0, False)
    assert "service: clear a drain" in ended.out and "dispatch request triage 1" in ended.out
    assert call("undo").code == 0
    assert call("--json", "request", "show", "1").document["state"] == "cancelled"


def test_programs_read_what_is_open_and_whom_to_call(call: Call) -> None:
    """One document: the number, the advice, and each open thing with its question; a gas bottle waits like any order."""
    kept = call("--json", "take", "8号楼着火了").document
    clear = call("--json", "take", "8号楼2单元301 下水道堵了，老人晕倒了 +9991380000001").document
    bottle = call("--json", "take", "8号楼2单元301 换煤气罐 王大爷", "--yes").document

    assert (kept["state"], kept["service"], kept["place"], kept["new"]) == ("needs_person", "emergency", "8", True)
    assert "119" in kept["advice"][0] and "120" in clear["advice"][0] and "119" in bottle["advice"][0]
    assert (_open(kept), _open(clear)) == (["unit", "service", "phone"], [])
    assert bottle["state"] == "received" and "open" not in bottle


@pytest.mark.parametrize(
    "words",
    [
        ("--note", "8号楼着火了"),
        ("--service", "drain", "--note", "着火了"),
        ("--place", "8", "--note", "着火了"),
        ("--place", "77号楼", "--note", "着火了"),
        ("--service", "rescue", "--place", "8-2", "--note", "着火了"),
        ("着火了", "--place", "8-2"),
        ("8号楼2单元301 下水道堵了", "--note", "老人晕倒了"),
        ("着火了", "--phone", "12"),
        ("着火了", "--window", "soon"),
        ("着火了", "--headcount", "0"),
        ("--service", "emergency"),
        ("--service", "紧急求助", "--place", "8-2"),
    ],
    ids=" ".join,
)
def test_no_option_keeps_an_emergency_out(call: Call, words: tuple[str, ...]) -> None:
    """Missing, wrong or beside a line where it may not stand: it is kept, and what could not be used stays in its notes."""
    ended = call("take", *words)
    shown = call("--json", "request", "show", "1").document

    assert (ended.code, shown["state"]) == (0, "needs_person")
    if words[-1] in ("12", "soon"):
        assert words[-1] in shown["note"]


def test_each_emergency_line_says_its_number_and_whom_to_call(call: Call) -> None:
    """With the line's number, on stderr before its answer and in the JSON; an unclear one says what is open, and is kept."""
    taken, unclear, nowhere = "8号楼2单元301 下水道堵了，老人晕倒了", "8号楼2单元301 老人晕倒了", "99号楼 着火了"
    lines = f"{LINE}\n{taken}\n{unclear}\n{nowhere}\n"
    plain = call("take", "--stdin", stdin=lines)
    machine = [json.loads(one) for one in call("--json", "take", "--stdin", stdin=lines).out.splitlines()]
    answers = plain.out.splitlines()

    assert plain.code == 0
    assert [one.split(":")[0] for one in plain.errors] == ["line 2", "line 3", "line 4"]
    assert [one.split(",")[0] for one in answers] == [f"line {n}: request {n}" for n in range(1, 5)]
    assert all("in a person's hands" in one for one in answers[1:])
    assert "dispatch request edit 4 --place … --service … --phone …" in answers[3]
    assert [len(one["advice"]) for one in machine] == [0, 1, 1, 1]
    assert [one["state"] for one in machine] == ["received", "needs_person", "needs_person", "needs_person"]


def test_a_mild_word_of_gas_is_asked_about_like_any_other_line(call: Call) -> None:
    """A bottle to be changed, nobody knows where, is refused as before, with the advice in the same sentence."""
    ended = call("take", "换煤气罐", "--yes")

    assert ended.code == 3
    assert any("119" in one and "not taken" in one for one in ended.errors)
    assert call("--json", "request", "list").document == []


def test_a_key_that_was_used_for_something_else_says_whom_to_call(call: Call) -> None:
    """The one refusal that stays names the request that has the key, with the advice in its sentence and its own way out."""
    call("take", "8号楼着火了", "--key", "k")
    again = call("take", "8号楼着火了", "--key", "k")
    other = call("take", "9号楼有人晕倒", "--key", "k")

    assert (again.code, "already" in again.out) == (0, True)
    assert other.code == 4
    assert any("120" in one and "request 1" in one for one in other.errors)
    assert any("dispatch request edit 1" in one for one in other.errors)


def test_at_a_terminal_an_emergency_is_asked_nothing(start: Start, call: Call) -> None:
    """Advice, then the number: whoever holds the telephone types one line, and it is there."""
    screen = Terminal(start, "take", "着火了!")
    before = screen.wait_for("request 1 is kept")

    assert screen.end() == 0
    assert "119" in before and "your answer" not in before
    assert "your answer" not in screen.seen and "[Y/n]" not in screen.seen
    assert call("--json", "request", "show", "1").document["state"] == "needs_person"


def test_an_interruption_does_not_lose_an_emergency(start: Start, call: Call) -> None:
    """Once its number is on the screen it is kept, whatever happens to the command."""
    screen = Terminal(start, "take", "8号楼着火了")
    screen.wait_for("request 1 is kept")
    screen.process.send_signal(signal.SIGINT)
    screen.end()

    assert call("--json", "request", "show", "1").document["note"] == "8号楼着火了"


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_pages_of_the_day_show_what_is_kept(call: Call, language: str) -> None:
    """Today, the board, the list and the request itself name it in one language; its end is a hand-over to 119."""
    call("take", "着火了!")
    name = "紧急求助" if language == "zh" else "emergency"
    pages = [call("--lang", language, *words) for words in (("today",), ("board",), ("request", "list"), ("request", "show", "1"))]
    unclear = call("--lang", language, "request", "triage", "1")
    explained = call("--lang", language, "explain", "1")
    done = call("--lang", language, "done", "1")
    ended = call("--json", "request", "handover", "1", "--to", "119")

    assert [(page.code, name in page.out) for page in pages] == [(0, True)] * 4
    assert "dispatch request edit 1 --service" in pages[3].out
    assert (unclear.code, explained.code, done.code) == (3, 3, 3)
    assert "dispatch request edit 1 --service" in unclear.err and "dispatch request edit 1 --service" in explained.err
    assert ended.document["state"] == "handed_over"
    assert [call(*words).code for words in (("verify",), ("audit", "verify"), ("dump",), ("doctor",))] == [0, 0, 0, 0]


def test_emergencies_are_none_of_the_services_to_choose_from(call: Call) -> None:
    """The catalogue that is offered, counted and corrected to stays the community's own."""
    call("take", "着火了!")
    unknown = call("request", "edit", "1", "--service", "flying")
    loaded = call("doctor")

    assert "haircut" in unknown.err and "emergency" not in unknown.err
    assert "for 12 services" in loaded.out
