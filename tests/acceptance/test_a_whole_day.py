"""A whole day at Jinsong with the command alone, as a grid worker lives it: orders, calls, answers, ends, corrections."""

from __future__ import annotations

import csv

import pytest

DAY = "2026-11-23T{}+08:00"
LINES = """8号楼2单元301 下水道堵了 王阿姨 +9991380000001
3号楼1单元 楼道灯不亮 李大爷
五号楼一单元201 电视收不到信号 赵大爷 +9991380000002
6号楼1单元102 一个人想找人说说话 陈阿姨
"""


@pytest.fixture
def at(dispatch, fixtures):
    """The command at a time of the day, with a rehearsal at Jinsong."""
    dispatch("init", "--rehearsal", "--from", str(fixtures / "jinsong"))

    def run(time, *arguments, **said):
        return dispatch("--at", DAY.format(time), "--as", "xiaoli", "--json", *arguments, **said)

    return run


def test_a_whole_day(at, tmp_path):
    """Every order of the morning ends as it should, and the evening's pages say so."""
    taken = [line for line in at("08:30", "take", "--stdin", stdin=LINES).out.splitlines() if '"number"' in line]
    mistaken = at("08:40", "take", "2号楼1单元 楼道灯不亮", "--yes").document["number"]
    undone = at("08:41", "undo").document
    planned = at("08:49", "round", "--dry-run").document
    asked = at("08:50", "round").document
    at("08:55", "phones", "--output", "calls.csv")
    with (tmp_path / "calls.csv").open(encoding="utf-8-sig", newline="") as sheet:
        rows = list(csv.reader(sheet))
    answers = {one["row"]: one for one in at("09:30", "reply", "--sheet", "1", "1 a, 2 d, 3 n, 4 a").document}
    again = at("09:35", "round").document
    board = at("09:40", "board").document
    (first, last) = (answers[1]["request"], answers[4]["request"])

    assert len(taken) == 4
    assert (undone["undone"], undone["requests"]) == ("taken", [mistaken])
    assert [(one["request"], one["responder"]) for one in planned["offered"]] == [
        (one["request"], one["responder"]) for one in asked["offered"]
    ]
    assert len(asked["offered"]) == 4 and len(rows) >= 5
    assert [answers[row]["outcome"] for row in (1, 2, 3, 4)] == ["accepted", "declined", "no-answer", "accepted"]
    assert sorted(one["request"] for one in again["offered"]) == sorted(answers[row]["request"] for row in (2, 3))
    assert not {(one["request"], one["responder"]) for one in asked["offered"]} & {
        (one["request"], one["responder"]) for one in again["offered"]
    }
    assert sorted(one["number"] for one in board["accepted"]) == sorted([first, last])
    _afternoon(at, first, last, again)


def _afternoon(at, first, last, again):
    """Work is done, rated, corrected, refused; at the end every promise holds."""
    at("10:00", "request", "start", str(first))
    at("11:00", "done", str(first))
    stars = at("11:05", "rate", str(first), "满意", "--comment", "很快").document["rating"]
    at("11:10", "request", "cancel", str(last))
    waiting, other = (str(one["request"]) for one in again["offered"])
    why = at("11:15", "explain", waiting).document
    at("11:16", "explain", waiting, "--why-not", again["offered"][1]["responder"])
    at("11:20", "request", "edit", waiting, "--headcount", "2")
    at("11:21", "request", "unable", other, "--why", "配件停产")
    late = at("11:22", "rate", other, "5", code=3).document
    by_hand = at("11:30", "request", "log", "1号楼1单元101 电视收不到信号", "--by", "V001").document
    at("16:58", "round")
    at("16:59", "deliver")
    today = at("17:00", "today").document
    show = at("17:01", "request", "show", str(first)).document

    assert stars == 5
    assert why["about"] == "chosen" and why["sentences"]
    assert late["kind"] == "not-allowed-now"
    assert by_hand["state"] == "done"
    assert (today["satisfied"], today["rated"]) == (1, 1)
    assert show["history"][0]["kind"] == "taken"
    assert (show["words"], show["state"]) == ("很快", "rated")
    assert at("17:02", "request", "show", other).document["words"] == "配件停产"
    assert at("17:03", "verify").document["breaks"] == []
    assert at("17:04", "audit", "verify").document["breaks"] == []


def test_an_office_file_goes_in_once_and_comes_out(at, tmp_path):
    """Bad rows come back with their reason; the same file twice adds nothing; the export has every request."""
    (tmp_path / "street.csv").write_bytes(
        "服务,地点,姓名,电话\n疏通下水,8-2,王阿姨,+9991380000001\n上天,8-2,李大爷,\n疏通下水,999-9,赵,\n".encode("gb18030")
    )
    first = at("09:00", "import", "street.csv", code=3).document
    second = at("09:01", "import", "street.csv", code=3).document
    at("09:02", "export", "requests", "--format", "csv", "--output", "out.csv")

    assert (first["accepted"], first["refused"], first["already"]) == (1, 2, 0)
    assert (second["accepted"], second["already"]) == (0, 1)
    assert (tmp_path / first["errors"]).exists()
    assert "王阿姨" in (tmp_path / "out.csv").read_text(encoding="utf-8-sig")
