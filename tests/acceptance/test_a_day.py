"""A day at the desk with the command as it is installed: order, dispatch, accept, rate."""

from __future__ import annotations

from pathlib import Path

import pytest

NINE = ("--at", "2026-11-23T09:00+08:00")
TEN = ("--at", "2026-11-23T10:00+08:00")
LINE = "8号楼2单元301 下水道堵了 王阿姨 +9991380000001"


@pytest.fixture
def jinsong(dispatch, fixtures):
    """The command, in a folder with a rehearsal at Jinsong."""
    dispatch("init", "--rehearsal", "--from", str(fixtures / "jinsong"))
    return dispatch


def test_an_order_becomes_a_rating(jinsong):
    """A typed line is taken, somebody is asked, says yes, does it; the resident rates it; nothing is left to do."""
    taken = jinsong(*NINE, "--json", "take", LINE, "--yes").document
    matched = jinsong(*NINE, "--json", "round").document
    (asked,) = matched["offered"]
    (offer,) = jinsong(*NINE, "--json", "request", "show", "1").document["offers"]
    jinsong(*NINE, "deliver")
    answer = jinsong(*NINE, "--json", "reply", "--on-behalf-of", asked["responder"], "--request", "1", "--yes").document
    done = jinsong(*TEN, "--json", "done", "1").document
    rated = jinsong(*TEN, "--json", "rate", "1", "满意").document

    assert (taken["number"], taken["state"]) == (1, "received")
    assert matched["optimal"] is True
    assert matched["left_out"] == []
    assert offer["responder"] == asked["responder"]
    assert answer["outcome"] == "accepted"
    assert done["state"] == "done"
    assert (rated["state"], rated["rating"]) == ("rated", 5)
    assert jinsong(*TEN, "--json", "today").document["needs_person"] == []
    assert jinsong("--json", "verify").document["breaks"] == []
    assert jinsong("--json", "audit", "verify").document["breaks"] == []


def test_a_phone_list_is_printed_and_keyed_back(jinsong, tmp_path):
    """The calls stand on a page with a row each; a tick becomes an answer; the same sheet twice changes nothing."""
    jinsong(*NINE, "take", LINE, "--yes")
    jinsong(*NINE, "round")
    jinsong(*NINE, "phones", "--output", "calls.html")
    first = jinsong(*NINE, "--json", "reply", "--sheet", "1", "1 a").document
    again = jinsong(*NINE, "--json", "reply", "--sheet", "1", "1 a").document

    assert "Phone list" in (tmp_path / "calls.html").read_text(encoding="utf-8")
    assert [one["outcome"] for one in first] == ["accepted"]
    assert [one["outcome"] for one in again] != ["accepted"] or again[0]["repeated"]
    assert jinsong("--json", "request", "show", "1").document["state"] == "arranged"


def test_loading_the_same_folder_twice_changes_nothing(jinsong, fixtures):
    """The numbers of Jinsong are in, and a second load finds all of it there."""
    again = jinsong("--json", "load", str(fixtures / "jinsong")).document

    assert (again["added"], again["changed"], again["retired"]) == (0, 0, 0)
    assert again["services"] == 12


def test_what_cannot_be_done_is_said_in_two_lines(jinsong):
    """A sentence, a hint and the exit code, in the language asked for."""
    english = jinsong("done", "7", code=3)
    chinese = jinsong("--lang", "zh", "done", "7", code=3)
    machine = jinsong("--json", "done", "7", code=3)

    assert english.err.splitlines()[0] == "error: there is no request 7"
    assert english.err.splitlines()[1].startswith("hint:  ")
    assert chinese.err.splitlines()[0] == "错误：没有7号单"
    assert (english.out, chinese.out) == ("", "")
    assert machine.document["kind"] == "not-found"


def test_the_desk_speaks_chinese(dispatch):
    """The catalogue is where the command is: help is Chinese from the first line to click's own words."""
    shown = dispatch("--lang", "zh", "--help").out

    assert "用法" in shown
    assert "接一张单（下单）" in shown
    assert "Take" not in shown


def test_an_older_copy_can_be_brought_back(jinsong, tmp_path):
    """What was taken after a backup is gone after it is restored, and what was before is there."""
    jinsong(*NINE, "take", LINE, "--yes")
    jinsong("database", "backup", "copy.db")
    jinsong(*NINE, "take", "3号楼1单元 楼道灯不亮 李大爷", "--yes")
    jinsong("database", "restore", "copy.db", "--yes")

    assert [one["number"] for one in jinsong("--json", "request", "list").document] == [1]
    assert (tmp_path / "copy.db").exists()


def test_the_demo_tells_a_morning(dispatch):
    """It runs from start to end without a fixture, and leaves nothing behind."""
    told = dispatch("demo")

    assert "$ dispatch rate" in told.out
    assert "error" not in told.err
    assert not Path("rehearsal.db").exists()


def test_the_version_is_that_of_the_distribution(dispatch):
    """`--version` says it in one line."""
    assert dispatch("--version").out.split()[0] == "dispatch"
