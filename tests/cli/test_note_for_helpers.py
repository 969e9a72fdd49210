"""What the one who comes reads as the note: what is left of the typed line, never what the request says otherwise."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Call


def _told(call: Call, *edit: str) -> str:
    """Let request 1 be corrected and accepted; return what the phone list has its helper told."""
    if edit:
        assert call("request", "edit", "1", *edit).code == 0
    call("round")
    (asked,) = [one for one in call("--json", "request", "show", "1").document["offers"] if one["state"] == "offered"]
    call("reply", "--on-behalf-of", asked["responder"], "--request", "1", "--yes")
    rows = call("--json", "--lang", "zh", "phones").document["rows"]
    return str(next(row["what"] for row in rows if row["kind"] == "details"))


def test_the_note_is_what_is_left_of_the_line(call: Call) -> None:
    """Door, name, phone and time are named by themselves; the line stays whole where the desk looks it up."""
    line = "4号楼2单元603灯泡坏了 李奶奶 明天9点 +9991380000001 门铃不响请敲门"
    call("take", line, "--yes")
    told = _told(call)

    assert told.endswith("备注：灯泡坏了 门铃不响请敲门")
    assert call("--json", "request", "show", "1").document["note"] == line


@pytest.mark.parametrize(
    ("edit", "gone", "there"),
    [
        (("--place", "4-3-603"), "2单元", "4号楼3单元603"),
        (("--window", "2026-11-24T14:00/2026-11-24T15:00"), "9点", "14:00"),
        (("--name", "刘奶奶"), "李奶奶", "刘奶奶"),
    ],
)
def test_a_correction_is_not_contradicted_by_the_line(call: Call, edit: tuple[str, ...], gone: str, there: str) -> None:
    """The former door, time and name are not read out; the need still is."""
    call("take", "4号楼2单元603灯泡坏了 李奶奶 明天9点", "--yes")
    told = _told(call, *edit)

    assert gone not in told
    assert there in told and told.endswith("灯泡坏了")


def test_another_door_in_a_note_is_kept(call: Call) -> None:
    """A note that is no typed line is nobody's to cut: it may say where to bring something, or when somebody is in."""
    for note in ("药送到8号楼2单元301", "4-2-603 下午3点以后在家"):
        call("take", "--service", "errand", "--place", "4-2-603", "--note", note)
    call("round")
    offers = [(one["number"], one["offers"][0]["responder"]) for one in call("--json", "request", "list").document]
    for number, code in offers:
        call("reply", "--on-behalf-of", code, "--request", str(number), "--yes")
    told = [row["what"] for row in call("--json", "--lang", "zh", "phones").document["rows"] if row["kind"] == "details"]

    assert any(one.endswith("药送到8号楼2单元301") for one in told)
    assert any("下午3点以后在家" in one for one in told)


def test_what_was_added_later_follows(call: Call) -> None:
    """A note of the desk stands after what is left of the line."""
    call("take", "4号楼2单元603灯泡坏了 李奶奶", "--yes")

    assert _told(call, "--note", "耳背，大声敲门").endswith("备注：灯泡坏了 耳背，大声敲门")


def test_two_corrections_are_not_contradicted_either(call: Call) -> None:
    """The door of the line and the door between are former ones, and the line stays whole for the desk."""
    line = "4号楼2单元603灯泡坏了 李奶奶"
    call("take", line, "--yes")
    call("request", "edit", "1", "--place", "4-3-603", "--note", "4号楼3单元603 门铃坏了")
    told = _told(call, "--place", "4-1-603")

    assert told.endswith("4号楼1单元603；尽快；备注：灯泡坏了 门铃坏了")
    assert call("--json", "request", "show", "1").document["note"].startswith(line)
