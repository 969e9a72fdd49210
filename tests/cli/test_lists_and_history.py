"""What lists, corrections, merges and histories say to whoever sits at the desk."""

from __future__ import annotations

from tests.cli.conftest import LINE, Call
from tests.cli.terminal import Start, Terminal

TOMORROW = "4号楼2单元603 灯泡坏了 李奶奶 明天9点"


def test_a_list_says_where_for_whom_and_for_when(call: Call) -> None:
    """Door, masked name, and the time agreed where it is still to come, on every page of the day."""
    call("take", TOMORROW, "--yes")
    for page in (("request", "list"), ("today",), ("board",)):
        said = call("--lang", "zh", "--at", "2026-11-23T10:44+08:00", *page).out

        assert "4号楼2单元603 李**" in said
        assert "约明天9:00" in said and "分钟" not in said


def test_work_agreed_for_later_is_asked_about(start: Start, call: Call) -> None:
    """Done the day before is a slip, as like as not: it is asked at a terminal, and said where nobody can be asked."""
    call("take", TOMORROW, "--yes")
    call("round")
    (asked,) = call("--json", "request", "show", "1").document["offers"]
    call("reply", "--on-behalf-of", asked["responder"], "--request", "1", "--yes")
    screen = Terminal(start, "--lang", "zh", "done", "1")
    screen.wait_for("1号单约的是明天9:00-9:30，还没到时间；真的已经办完了？")
    screen.type("不")
    code = screen.end()
    still = call("--json", "request", "show", "1").document["state"]
    said = call("--lang", "zh", "done", "1")

    assert (code, still) == (0, "arranged")
    assert (said.code, said.errors[0]) == (0, "1号单约的是明天9:00-9:30，还没到时间")


def test_a_correction_says_what_it_changed(call: Call) -> None:
    """As it was and as it is, masked as in a list; what was the same already is no change."""
    call("take", TOMORROW, "--yes")
    place = call("--lang", "zh", "request", "edit", "1", "--place", "4-3-603").out
    person = call("--lang", "zh", "request", "edit", "1", "--phone", "+9991380000321", "--name", "李奶").out
    same = call("--lang", "zh", "request", "edit", "1", "--name", "李奶").out

    assert place == "1号单：地点 4号楼2单元603 → 4号楼3单元603\n"
    assert person == "1号单：电话 （空） → +999138****0321，姓名改了\n"
    assert same == "1号单本来就是这样，什么都没改\n"


def test_a_merge_says_which_number_holds(call: Call) -> None:
    """The resident has been told two numbers: one is to be kept in mind."""
    call("take", LINE, "--yes")
    call("take", LINE, "--yes")

    assert call("--lang", "zh", "request", "merge", "2", "1").out == (
        "2号单已并入1号单，以后只办1号单（请告诉居民记1号）\n"
    )


def test_a_history_says_each_step_once(call: Call) -> None:
    """What was asked and answered, not also the state that followed; whom nobody could tell, and why."""
    call("take", "2号楼1单元101 洗衣机坏了 何奶奶", "--yes")
    call("round")
    (asked,) = call("--json", "request", "show", "1").document["offers"]
    call("reply", "--on-behalf-of", asked["responder"], "--request", "1", "--yes")
    call("phones")
    shown = call("--lang", "zh", "request", "show", "1").out
    history = [line.split()[2] for line in shown.splitlines() if line.startswith("11-23")]
    machine = [one["kind"] for one in call("--json", "request", "show", "1").document["history"]]

    assert history[:3] == ["收下", "已派单", "答应接单"]
    assert set(history[3:]) == {"消息已交出去", "居民没留电话，没法告知"}
    assert machine.count("moved") == 3
    assert "下次提醒" in shown
