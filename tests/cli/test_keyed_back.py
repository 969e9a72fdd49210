"""What is printed when a phone sheet is keyed back: whom each row was about."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.cli.conftest import LINE, Call


def test_a_notice_to_a_helper_is_not_called_one_to_the_resident(call: Call) -> None:
    """Each row is answered with the one who was rung."""
    call("take", LINE, "--yes")
    call("round")
    (asked,) = call("--json", "request", "show", "1").document["offers"]
    call("reply", "--on-behalf-of", asked["responder"], "--request", "1", "--yes")
    sheet = call("--json", "phones").document
    kinds = {row["no"]: row["kind"] for row in sheet["rows"]}
    answers = call("--json", "reply", "--sheet", "1", ", ".join(f"{no} a" for no in kinds)).document

    assert sorted(kinds.values()) == ["details", "who_comes"]
    assert {kinds[one["row"]]: one["responder"] for one in answers} == {
        "details": asked["responder"],
        "who_comes": None,
    }


def _arranged(call: Call) -> dict[str, int]:
    """Let request 1 be accepted by mouth and print what is to be told; return the row of each kind of call."""
    call("take", LINE, "--yes")
    call("round")
    (asked,) = call("--json", "request", "show", "1").document["offers"]
    call("reply", "--on-behalf-of", asked["responder"], "--request", "1", "--yes")
    return {row["kind"]: row["no"] for row in call("--json", "phones").document["rows"]}


def test_each_row_is_answered_with_the_name_on_the_paper(call: Call) -> None:
    """Whoever holds the paper finds the person there by name, and hears what is next."""
    call("take", LINE, "--yes")
    call("round")
    (row,) = call("--json", "phones").document["rows"]
    code = call("--json", "request", "show", "1").document["offers"][0]["responder"]
    said = call("--lang", "zh", "reply", "--sheet", "1", "1 a").out.splitlines()

    assert said == [
        f"第1行，1号单，{code} {row['name']}：接了；他要的姓名、电话、门牌在下一张电话单上",
        "接下来打印电话单，把该告知的告知：dispatch phones",
    ]


def test_a_call_that_only_tells_is_made_again_when_nobody_picked_up(call: Call) -> None:
    """Nobody is dropped for it: the sentence says so, and the next sheet has the same calls."""
    rows = _arranged(call)
    said = call("--lang", "zh", "reply", "--sheet", "1", ", ".join(f"{no} n" for no in rows.values())).out.splitlines()
    after = {row["kind"]: row["no"] for row in call("--json", "phones").document["rows"]}

    assert [line.split("：")[1] for line in said[:2]] == ["没打通；下一张电话单上再打"] * 2
    assert "居民王阿姨" in "".join(said)
    assert after.keys() == rows.keys() == {"details", "who_comes"}
    assert "dispatch round" not in "".join(said)


def test_a_wrong_number_of_the_resident_is_corrected_in_the_request(call: Call) -> None:
    """The command that puts it right is named, and nobody is said to be dropped."""
    rows = _arranged(call)
    said = call("--lang", "zh", "reply", "--sheet", "1", f"{rows['who_comes']} x").out.splitlines()

    assert said[0].endswith("居民电话不对：dispatch request edit 1 --phone 电话")


def _keyed(call: Call, line: str) -> list[str]:
    """Return what is said of the row and the way on, without the name on the paper beside the code."""
    said = call("--lang", "zh", "reply", "--sheet", "1", line).out
    return re.sub(r"(单，\w+) [^：]+：", r"\1：", said).splitlines()


@pytest.fixture
def who(call: Call) -> str:
    """Whom row 1 of sheet 1 asks for request 1."""
    call("take", LINE, "--yes")
    call("round")
    call("deliver")
    call("phones")
    (asked,) = call("--json", "request", "show", "1").document["offers"]
    return str(asked["responder"])


def test_what_is_taken_back_is_said_row_by_row(call: Call, who: str) -> None:
    """The same row can be keyed again, and the history calls it a slip, not that they gave it back."""
    _keyed(call, "01 接")
    undone = call("--lang", "zh", "undo").out
    again = _keyed(call, "01 接")
    history = call("--lang", "zh", "request", "show", "1").out

    assert undone == f"第1行，1号单，{who}：录入已撤回，他还在等答复，11-23 10:00前可以重新录\n"
    assert again[0] == f"第1行，1号单，{who}：接了；他要的姓名、电话、门牌在下一张电话单上"
    assert ("录错撤回" in history, f"仍在问 {who}" in history, "退单" in history) == (True, True, False)


def test_answers_that_contradict_each_other_name_the_command(call: Call, who: str) -> None:
    """What was noted first, what was noted now, and how to make the second one count."""
    _keyed(call, "1 接")
    no = _keyed(call, "1 不接")

    assert no == [
        f"第1行，1号单，{who}：他先前记的是接，这次记的是不接；先前的还算数",
        f"改成不接：dispatch request release 1 --from {who}",
    ]


def test_a_no_that_becomes_a_yes_is_one_command(call: Call, who: str) -> None:
    """The command it names is the one that works."""
    _keyed(call, "1 不接")
    yes = _keyed(call, "1 接")
    done = call("--lang", "zh", "offer", "1", "--to", who, "--again", "--accepted")

    assert yes == [
        f"第1行，1号单，{who}：他先前记的是不接，这次记的是接；先前的还算数",
        f"改成接：dispatch offer 1 --to {who} --again --accepted",
    ]
    assert done.out == f"1号单由{who}去；会把姓名、电话、门牌告诉他\n"


def test_today_names_a_command_for_each_answer(call: Call, who: str) -> None:
    """What they may have meant, and how to tick it off; ticked off, it is gone."""
    call("responder", "edit", who, "--phone", "+9991390000001")
    call("reply", "--from", "+9991390000001", "在吗")
    said = call("--lang", "zh", "today").out
    (tag,) = [one["answer"] for one in call("--json", "today").document["unclear"]]
    ticked = call("--lang", "zh", "reply", "--seen", tag)

    assert f"dispatch reply --on-behalf-of {who} --request 1 --yes" in said
    assert f"dispatch reply --seen {tag}" in said
    assert ticked.out == "勾掉了，今日页上不再出现\n"
    assert call("--json", "today").document["unclear"] == []


def test_a_table_that_was_filled_in_is_keyed_back(call: Call, office: Path) -> None:
    """The workbook that was printed, its results written in: told as typed rows are, all or nothing."""
    call("take", LINE, "--yes")
    call("round")
    printed = call("phones", "--output", "calls.csv")
    path = office / "calls.csv"
    empty = call("--lang", "zh", "reply", "--sheet", "1", "--from-file", "calls.csv")
    path.write_text(path.read_text(encoding="utf-8-sig").replace("\n01,,", "\n01,maybe,"), encoding="utf-8-sig")
    unclear = call("--lang", "zh", "reply", "--sheet", "1", "--from-file", "calls.csv")
    path.write_text(path.read_text(encoding="utf-8-sig").replace(",maybe,", ",a,"), encoding="utf-8-sig")
    alone = call("reply", "--from-file", "calls.csv")
    keyed = call("--lang", "zh", "reply", "--sheet", "1", "--from-file", "calls.csv")

    assert (printed.code, empty.code, unclear.code, alone.code, keyed.code) == (0, 3, 3, 2, 0)
    assert empty.errors[0] == "错误：calls.csv里还没有一行填了结果"
    assert unclear.errors[0] == "错误：calls.csv里看不懂的结果：第01行“maybe”；整个文件都没有录入"
    assert keyed.out.splitlines()[0].startswith("第1行")
    assert call("--json", "request", "show", "1").document["state"] == "arranged"
