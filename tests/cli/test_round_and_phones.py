"""What a round says, and what is said before the same calls are printed twice."""

from __future__ import annotations

import re
from pathlib import Path

from tests.cli.conftest import LINE, Call
from tests.cli.terminal import Start, Terminal


def test_a_round_names_whom_it_asks_as_lists_do(call: Call) -> None:
    """The name stands beside the code, covered while they have not accepted; no reckoning in metres, and what is next."""
    call("take", LINE, "--yes")
    said = call("--lang", "zh", "round").out
    (row,) = call("--json", "phones").document["rows"]

    assert re.search(rf"1 +\w+ {row['name'][0]}\*\*", said)
    assert "折合米数" not in said
    assert said.splitlines()[-1] == "要打电话问的有1个人，请打印电话单：dispatch phones"


def test_a_round_with_nothing_new_says_whose_answer_is_awaited(call: Call) -> None:
    """Nothing looked at, nobody asked is no news; that answers are due and must be rung for is."""
    nothing = call("--lang", "zh", "round").out
    call("take", LINE, "--yes")
    call("round")
    again = call("--lang", "zh", "round").out

    assert nothing == "现在没有要派的\n"
    assert again == "现在没有要派的；还在等1个人答复，请打印电话单：dispatch phones\n"


def test_a_dry_run_says_would(call: Call) -> None:
    """Nobody was asked, and the sentence does not say so."""
    call("take", LINE, "--yes")
    dry = call("--lang", "zh", "round", "--dry-run").out

    assert "会问1个人" in dry and "问了" not in dry
    assert call("--json", "request", "show", "1").document["offers"] == []


def test_the_same_calls_on_a_new_sheet_are_pointed_out(call: Call, office: Path) -> None:
    """Where nobody can be asked, it says on stderr which sheet has them and how to print that one again."""
    call("take", LINE, "--yes")
    call("round")
    first = call("--lang", "zh", "phones")
    second = call("--lang", "zh", "phones")
    one, two = (call("--json", "phones", "--sheet", number).document["rows"] for number in ("1", "2"))

    assert first.errors[0] == "第1张电话单：1个电话，在 phones-1.html"
    assert second.errors[:2] == [
        "第1张电话单就是这些电话，还没录回来",
        "要重印第1张电话单：dispatch phones --sheet 1",
    ]
    assert one == two


def test_a_sheet_that_was_keyed_back_is_not_pointed_at(call: Call) -> None:
    """Who was not reached stands on the next sheet, and that is no repeat."""
    _arrange(call)
    call("reply", "--sheet", "1", "1 n, 2 n")
    said = call("phones").err

    assert "keyed back yet" not in said


def test_new_calls_are_printed_with_what_is_still_out(call: Call) -> None:
    """A new call is no reason to keep quiet about those that stand on paper already."""
    call("take", LINE, "--yes")
    call("round")
    call("phones")
    call("take", "4号楼2单元603 灯泡坏了 李奶奶", "--yes")
    call("round")
    said = call("--lang", "zh", "phones").errors

    assert said[0] == "这2个电话里有1个已经在没录回来的电话单上（最近一张是第1张）"


def test_at_a_terminal_the_sheet_that_is_out_is_rather_printed_again(start: Start, call: Call) -> None:
    """Enter prints it again with the same numbers, so that no second one goes about."""
    call("take", LINE, "--yes")
    call("round")
    call("phones")
    screen = Terminal(start, "--lang", "zh", "phones")
    screen.wait_for("重印第1张（行号不变）？")
    screen.type("")

    assert screen.end() == 0
    assert "第1张电话单：1个电话" in screen.seen
    assert call("phones", "--sheet", "2").code == 3


def _arrange(call: Call) -> None:
    call("take", LINE, "--yes")
    call("round")
    (asked,) = call("--json", "request", "show", "1").document["offers"]
    call("reply", "--on-behalf-of", asked["responder"], "--request", "1", "--yes")
    call("phones")


def test_the_list_is_printed_as_pdf_and_what_its_font_lacks_is_named(call: Call, office: Path) -> None:
    """By the file's ending or by --format, in any case; the same sheet again is the same file."""
    call("take", LINE, "--yes")
    call("round")
    (asked,) = call("--json", "request", "show", "1").document["offers"]
    call("responder", "edit", asked["responder"], "--name", "李𪚥")
    said = call("--lang", "zh", "phones", "--format", "PDF").errors
    again = call("--lang", "zh", "phones", "--sheet", "1", "--output", "again.pdf")

    assert said[0] == "第1张电话单：1个电话，在 phones-1.pdf"
    assert said[2:] == [
        "这些字PDF的字体里没有，印成了〓：第1行“𪚥”",
        "浏览器里也许有这些字，改用网页打印：dispatch phones --sheet 1 --format html",
    ]
    assert again.code == 0
    assert (office / "phones-1.pdf").read_bytes()[:5] == b"%PDF-"
    assert (office / "phones-1.pdf").read_bytes() == (office / "again.pdf").read_bytes()


def test_the_list_as_a_table_says_how_it_is_keyed_back(call: Call, office: Path) -> None:
    """Rows typed, or the table itself filled in."""
    call("take", LINE, "--yes")
    call("round")
    said = call("phones", "--format", "xlsx").errors

    assert said[-1] == "or fill its results in and save it: dispatch reply --sheet 1 --from-file phones-1.xlsx"
    assert (office / "phones-1.xlsx").read_bytes()[:2] == b"PK"
