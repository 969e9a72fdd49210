"""What ``take`` says back: what was understood, what to tell the resident, what is missing, and how it is asked."""

from __future__ import annotations

import pytest

from tests.cli.conftest import LINE, Call
from tests.cli.terminal import Start, Terminal


def test_what_was_understood_is_said_in_one_line(call: Call) -> None:
    """Service, place, name, phone covered, when and for how many, so that a slip is seen while they are on the phone."""
    said = call("--lang", "zh", "take", LINE, "--yes").out.splitlines()
    later = call("--lang", "zh", "take", "4号楼2单元603 灯泡坏了 李奶奶 明天9点", "--headcount", "2", "-y").out.splitlines()
    fields = call("--lang", "zh", "take", "--service", "drain", "--place", "8-2").out.splitlines()

    assert said[0] == "已收下，1号单：疏通下水，8号楼2单元301，王阿姨，+999138****0001，马上"
    assert later[0] == "已收下，2号单：楼道灯与线路，4号楼2单元603，李奶奶，没留电话，2个人，明天9:00-9:30"
    assert fields[0] == "已收下，3号单：疏通下水，8号楼2单元，没留电话，马上"


def test_the_receipt_to_read_out_promises_a_call_only_where_one_can_be_made(call: Call) -> None:
    """With a phone the resident is told they will be rung; without one the desk is told to ask for it."""
    with_phone = call("take", LINE, "--yes").out.splitlines()
    without = call("take", "2号楼1单元101 洗衣机坏了 何奶奶", "--yes").out.splitlines()

    assert with_phone[1].startswith("please tell the resident: your number is 1;") and "ring you" in with_phone[1]
    assert len(with_phone) == 2
    assert "ring you" not in without[1]
    assert "no phone was left" in without[2] and without[2].endswith("dispatch request edit 2 --phone PHONE")


@pytest.mark.parametrize(
    ("line", "missing", "there"),
    [("灯泡坏了", "几号楼几单元几号", "要办什么事"), ("4号楼2单元603 李奶奶", "要办什么事", "几号楼")],
)
def test_without_questions_the_hint_names_only_what_is_missing(call: Call, line: str, missing: str, there: str) -> None:
    """What the line says already is not asked for again, and it says how to be asked."""
    hint = call("--lang", "zh", "take", line, "-y").errors[-1]

    assert missing in hint and there not in hint
    assert hint.endswith("去掉 -y 就会问您")
    assert call("--json", "request", "list").document == []


def test_a_building_is_asked_for_without_listing_them_all(start: Start, call: Call) -> None:
    """Forty buildings are not printed; unit and door may be typed along, and a bare number is the building's own."""
    screen = Terminal(start, "--lang", "zh", "take", "下水道堵了 王阿姨 +9991380000001")
    asked = screen.wait_for("您的回答")
    screen.type("8号楼2单元301")
    shown = screen.wait_for("[是/否]（直接回车＝是；Ctrl+C 放弃）")
    screen.type("")

    assert "哪号楼几单元几号？" in asked and len(asked.splitlines()) < 5
    assert "8号楼2单元301" in shown
    assert screen.end() == 0


@pytest.mark.parametrize("typed", ["整栋", "8号楼整栋", "the whole of 8号楼"])
def test_the_whole_building_may_be_typed(start: Start, call: Call, typed: str) -> None:
    """A choice is taken by its label in either language, or by a part that no other choice has."""
    screen = Terminal(start, "--lang", "zh", "take", "8号楼 下水道堵了 王阿姨")
    screen.wait_for("您的回答")
    screen.type(typed)
    screen.wait_for("[是/否]")
    screen.type("")

    assert screen.end() == 0
    assert call("--json", "request", "show", "1").document["address"] == "8号楼"


def test_take_alone_at_a_terminal_asks_for_the_line(start: Start, call: Call) -> None:
    """Whoever types the bare command is asked for one line, and the rest goes as ever."""
    screen = Terminal(start, "--lang", "zh", "take")
    screen.wait_for("请打一行")
    screen.type(LINE)
    screen.wait_for("[是/否]")
    screen.type("")

    assert screen.end() == 0
    assert len(call("--json", "request", "list").document) == 1


def test_an_emergency_typed_at_the_bare_command_is_kept_at_once(start: Start, call: Call) -> None:
    """Asked for one line, somebody types what cannot wait: nothing more is asked."""
    screen = Terminal(start, "--lang", "zh", "take")
    screen.wait_for("请打一行")
    screen.type("8号楼有人晕倒了")

    assert screen.end() == 0
    assert "120" in screen.seen and "[是/否]" not in screen.seen
    assert call("--json", "request", "show", "1").document["state"] == "needs_person"
