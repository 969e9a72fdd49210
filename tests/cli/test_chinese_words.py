"""What a grid worker types in their own words, from option to answer."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import LINE, Call

FIELDS = ("take", "--service", "代买代送", "--place", "8-2")


def _shown(call: Call, number: int = 1) -> Any:
    return call("--json", "request", "show", str(number)).document


def test_a_request_is_taken_and_corrected_in_words(call: Call) -> None:
    """Urgency, people, window, service and number as they are said."""
    call(*FIELDS, "--urgency", "不急", "--headcount", "两个人", "--window", "今天下午")
    taken = _shown(call)
    edited = call("request", "edit", "第１号单", "--service", "陪伴聊天", "--urgency", "很急", "--window", "明天上午九点到十一点")
    now = _shown(call)

    assert (taken["service"], taken["urgency"], taken["headcount"]) == ("errand", "low", 2)
    assert taken["window"] == ["2026-11-23T05:00:00.000000Z", "2026-11-23T10:00:00.000000Z"]
    assert edited.code == 0
    assert (now["service"], now["urgency"]) == ("company", "urgent")
    assert now["window"] == ["2026-11-24T01:00:00.000000Z", "2026-11-24T03:00:00.000000Z"]
    assert [one["number"] for one in call("--json", "request", "list", "--state", "已下单").document] == [1]
    assert call("request", "triage", "＃1", "--service", "代买代送").code == 0
    assert [one["number"] for one in call("--json", "request", "list", "--state", "待派单").document] == [1]
    assert call("request", "cancel", "1号", "--by", "派单台").code == 0


@pytest.mark.parametrize(
    ("arguments", "zh", "en"),
    [
        (("take", "--urgency", "飞快"), "紧急（urgent）、一般（normal）、不急（low）", "urgent (urgent), ordinary (normal)"),
        (("request", "list", "--state", "飞"), "待派单（triaged）、已派单·待接单（asking）", "asking (asking)"),
        (("responder", "list", "--kind", "猫"), "党员（party_member）、志愿者（volunteer）", "party member (party_member)"),
        (("responder", "edit", "P001", "--language", "法文"), "中文（zh）、英文（en）", "Chinese (zh), English (en)"),
        (("request", "cancel", "1", "--by", "谁"), "居民（resident）、派单台（desk）", "the resident (resident)"),
        (("export", "钱"), "订单（requests）、接单人（responders）", "requests (requests)"),
        (("done", "八栋"), "如 12、12号单", "write it as 12"),
        (("phones", "--sheet", "首张"), "如 3、第3张", "write it as 3"),
        ((*FIELDS, "--headcount", "很多"), "如 2、2人、两个人", "write it as 2"),
        (("responder", "edit", "P001", "--reach", "不远"), "如 800、800米、1公里", "write it as 800"),
        (("responder", "edit", "P001", "--capacity", "几单"), "如 2、2单", "write it as 2"),
        (("request", "list", "--limit", "0"), "1以上的整数", "1 or more"),
    ],
)
def test_a_value_that_is_none_is_answered_with_those_there_are(
    call: Call, arguments: tuple[str, ...], zh: str, en: str
) -> None:
    """Exit 2; the choices in the language of the screen with their codes beside."""
    chinese, english = call("--lang", "zh", *arguments), call(*arguments)

    assert (chinese.code, english.code) == (2, 2)
    assert zh in chinese.errors[0] and en in english.errors[0]


def test_help_shows_the_choices_as_they_may_be_typed(call: Call) -> None:
    """In the language of the screen."""
    assert "[紧急|一般|不急]" in call("--lang", "zh", "take", "--help").out
    assert "[urgent|normal|low]" in call("--lang", "en", "take", "--help").out


def test_somebody_is_found_shown_changed_and_paused_by_name(call: Call) -> None:
    """谢斌 is P001: by whole name, by phone, by code in small letters."""
    by_name = call("--json", "responder", "show", "谢斌").document
    by_phone = call("--json", "responder", "show", "7253878").document
    said = ("--skills", "疏通下水：3；代买代送 2级", "--hours", "工作日", "--kind", "商家", "--reach", "1公里", "--licences", "换煤气罐")
    edited = call("--json", "responder", "edit", "p001", *said).document
    paused = call("--json", "responder", "pause", "谢斌", "--until", "明天下午三点").document
    listed = call("--json", "responder", "list", "--name", "谢斌", "--skill", "疏通下水").document

    assert by_name["code"] == by_phone["code"] == "P001"
    assert (edited["skills"], edited["hours"], edited["kind"]) == ("plumbing:3;errands:2", "mon-fri 00:00-24:00", "shop")
    assert (edited["reach_metres"], edited["licences"]) == (1000, "gas_delivery")
    assert paused["paused_until"] == "2026-11-24T07:00:00.000000Z"
    assert [one["code"] for one in listed] == ["P001"]


def test_a_name_is_enough_from_offer_to_release(call: Call) -> None:
    """Asked, explained, answered by mouth, given back, recorded afterwards; the log has no name."""
    call(*FIELDS)
    offered = call("--json", "offer", "1号单", "--to", "高雪梅")
    why = call("explain", "1", "--why-not", "谢斌")

    assert offered.code == 3 or offered.document["responder"] == "P004"
    who = "谢斌" if offered.code == 3 else "高雪梅"
    if offered.code == 3:
        assert call("offer", "1", "--to", who).code == 0
    assert "P001" in why.out
    assert call("--json", "reply", "--on-behalf-of", who, "--request", "1", "--yes").document["outcome"] == "accepted"
    assert call("request", "release", "1", "--from", who).code == 0
    assert call("request", "log", *FIELDS[1:], "--by", "谢斌").code == 0
    history = str(_shown(call, 1)["history"]) + str(_shown(call, 2)["history"])
    assert "谢斌" not in history and "高雪梅" not in history


def test_nobody_is_acted_on_by_part_of_a_name(call: Call) -> None:
    """The likely people are listed, and nothing is done."""
    before = call("--json", "responder", "show", "P001").document
    ended = call("--lang", "zh", "responder", "pause", "斌", "--until", "明天")

    assert ended.code == 3 and "P001 谢**（1号楼）" in ended.errors[0] and "谢斌" not in ended.err
    assert call("--json", "responder", "show", "P001").document == before


def test_a_sheet_is_keyed_back_rated_and_numbered_in_words(call: Call, office: Path) -> None:
    """第1张, 第1行接, 1号单, 五星; without a sheet the newest is named."""
    call("take", LINE, "--yes")
    call("round")
    call("phones")
    astray = call("--lang", "zh", "reply", "1 接")
    mixed = call("--lang", "zh", "reply", "--sheet", "1", "第1行接，2 不知道")
    keyed = call("--json", "reply", "--sheet", "第1张", "第1行 √")
    done, rated = call("done", "１号单"), call("--json", "rate", "1号", "五星")

    assert astray.code == 2 and astray.errors[1] == '提示：张号印在纸的上方；最新的一张：dispatch reply --sheet 1 "1 接"'
    assert mixed.code == 3 and "什么都没记下" in mixed.errors[0] and "没人接（n" in mixed.errors[1]
    assert keyed.document[0]["outcome"] == "accepted"
    assert done.code == 0 and rated.document["rating"] == 5


def test_reasons_call_skills_by_name(call: Call) -> None:
    """A reason read out names the skill; a program still gets its code."""
    call("take", LINE, "--yes")
    chinese = call("--lang", "zh", "explain", "1", "--why-not", "P004").out
    machine = call("--json", "explain", "1", "--why-not", "P004").document

    refused = call("--lang", "zh", "offer", "1", "--to", "P004")

    assert "疏通下水（plumbing）" in chinese and "疏通下水（plumbing）" in refused.errors[0]
    assert "plumbing" in str(machine["reasons"]) and "疏通下水" not in str(machine["reasons"])
