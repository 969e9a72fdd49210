"""How pressing, how many, which service."""

from __future__ import annotations

import pytest

from dispatch.desk.typed_line.need_words import (
    find_headcount,
    find_headcount_range,
    find_rival_needs,
    find_separate_needs,
    find_services,
    find_urgency,
)
from dispatch.model.service import Service, ServiceId


def service(code: str, name: str, *words: str) -> Service:
    """Make a service that answers to these words."""
    return Service(
        id=ServiceId(code), community="pines", code=code, name_zh=name, name_en=f"the {code}", words=words
    )


@pytest.mark.parametrize(
    "text",
    ["急", "下水道堵了 急", "很急", "加急", "马上来", "紧急", "赶紧的", "急需", "URGENT", "asap please"],
)
def test_urgent_words_are_urgent(text: str) -> None:
    """急 and its like, alone or in the line."""
    assert {word.value for word in find_urgency(text)} == {"urgent"}


@pytest.mark.parametrize(
    "text",
    [
        "不急",
        "不着急",
        "不是很急",
        "不太急",
        "有空再来",
        "什么时候都行",
        "no rush",
        "not urgent",
        "low",
        "灯坏了, low",
        "whenever",
    ],
)
def test_words_that_can_wait_are_low(text: str) -> None:
    """A denied 急 is no 急."""
    assert {word.value for word in find_urgency(text)} == {"low"}


@pytest.mark.parametrize(
    "text",
    [
        "应急灯坏了",
        "急诊",
        "急救箱",
        "水流太急性子",
        "water pressure is low",
        "low water pressure",
        "下水道堵了",
    ],
)
def test_the_same_characters_in_other_words_say_nothing(text: str) -> None:
    """An emergency lamp is not urgent, and a low pressure can not wait."""
    assert find_urgency(text) == ()


def test_a_line_may_contradict_itself() -> None:
    """Both are returned, for somebody to decide."""
    assert [word.value for word in find_urgency("不急，马上来也行")] == ["low", "urgent"]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("要三个人", 3),
        ("搬柜子 2人", 2),
        ("需要两名志愿者", 2),
        ("来俩人", 2),
        ("来仨", 3),
        ("派十个人", 10),
        ("得两个人抬轮椅下楼", 2),
        ("要两个人", 2),
        ("来两个人", 2),
        ("need two people", 2),
        ("得两个小伙子", 2),
        ("至少三个人", 3),
        ("两个人就够了", 2),
        ("两个人抬一下", 2),
        ("2个人 搬柜子", 2),
        ("ask for two people", 2),
        ("two people to carry it", 2),
        ("我们两个人都老了", None),
        ("两个人搬不动", None),
        ("三四个人", None),
        ("要0个人", 0),
        ("要10000人", 10000),
        ("need 2 people to carry", 2),
        ("three volunteers needed", 3),
        ("家里两位老人", None),
        ("一家三口人", None),
        ("2人间", None),
        ("8号楼2单元301", None),
        ("2 people are stuck", None),
    ],
)
def test_how_many_are_asked_for(text: str, count: int | None) -> None:
    """People who are to come are counted, people who are there are not."""
    heads = find_headcount(text)

    assert (None if heads is None else heads[0]) == count


@pytest.mark.parametrize(
    ("text", "between"),
    [
        ("需要三四个人", (3, 4)),
        ("来两三个人", (2, 3)),
        ("2-3人", (2, 3)),
        ("两到三个人", (2, 3)),
        ("2或3个志愿者", (2, 3)),
        ("two or three people", (2, 3)),
        ("三个人", None),
        ("8-2-301 要三个人", None),
        ("十二个人", None),
    ],
)
def test_two_numbers_of_people_are_no_number(text: str, between: tuple[int, int] | None) -> None:
    """Three or four is neither 3 nor 34; a door is no number of people."""
    assert find_headcount_range(text) == between
    assert between is None or find_headcount(text) is None


CATALOGUE = (
    service("drain", "疏通下水", "下水道", "下水道堵", "leak"),
    service("lamp", "楼道灯", "灯", "楼道灯", "lamp"),
    service("door", "修门", "单元门", "门禁"),
    service("chat", "陪聊", "老师", "灯谜"),
)


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("下水道堵了 灯也坏", ["drain"]),
        ("楼道灯 门禁", ["lamp"]),
        ("猜灯谜", ["chat"]),
        ("下水道 单元门", ["drain", "door"]),
        ("电梯坏了", []),
        ("LAMP broken", ["lamp"]),
        ("clamp broken", []),
        ("the lamp", ["lamp"]),
        ("疏通下水", ["drain"]),
    ],
)
def test_the_longest_word_names_the_service(text: str, codes: list[str]) -> None:
    """Longest first; a tie is a tie, and nothing is nothing."""
    matched, span = find_services(text, CATALOGUE)

    assert [service.code for service in matched] == codes
    assert bool(matched) == (span[1] > span[0])


def test_a_word_inside_a_name_is_no_need() -> None:
    """赵老师 is who calls, not what is needed; a word that begins in an address and goes on is one."""
    assert find_services("赵老师 灯", CATALOGUE, [(0, 3)])[0][0].code == "lamp"
    assert find_services("8号楼2单元门坏了", CATALOGUE, [(0, 6)])[0][0].code == "door"


def test_a_word_is_not_found_across_two_others() -> None:
    """没电 is not in 没电梯, nor 买油 in 买油烟机; at the end of the line or before anything else it is."""
    lamp = service("lamp", "灯", "没电")

    assert find_services("老楼没电梯，下不来", [lamp])[0] == ()
    assert find_services("没电梯 也没电了", [lamp])[0] == (lamp,)
    assert find_services("家里没电", [lamp])[0] == (lamp,)


@pytest.mark.parametrize("line", ["陪她聊聊,顺便买点菜", "想聊聊天 还要买菜", "买菜，另外找人聊聊"])
def test_needs_that_are_added_up_are_told_apart(line: str) -> None:
    """Two services on either side of an "also" are two needs, however long their words."""
    talk, shop = service("talk", "聊聊", "聊聊天"), service("shop", "买菜", "买点菜")

    assert {one.code for one in find_separate_needs(line, [talk, shop])} == {"talk", "shop"}
    assert find_separate_needs("想聊聊天，还要人陪着聊聊", [talk, shop]) == ()
    assert find_separate_needs("聊聊买菜的事", [talk, shop]) == ()


@pytest.mark.parametrize(
    "line", ["交水费 何奶奶不会用手机", "交水费，不会用手机", "不会用手机交水费", "tv broken, sink blocked"]
)
def test_two_needs_in_two_clauses_are_rivals_however_long_their_words(line: str) -> None:
    """The longer word does not win over another need in silence."""
    pay, show = service("pay", "代办", "交水费", "sink"), service("show", "家电", "不会用手机", "tv broken")

    assert {one.code for one in find_rival_needs(line, [pay, show])} == {"pay", "show"}


def test_one_need_with_two_words_has_no_rival() -> None:
    """Where one word only tells of the other there is one need; a name or an address parts clauses."""
    drain, lamp = service("drain", "通下水", "厕所", "下水道"), service("lamp", "电灯", "灯不亮", "灯")

    assert find_rival_needs("厕所的灯不亮", [drain, lamp]) == ()
    assert find_rival_needs("下水道堵了 厕所满了", [drain, lamp]) == ()
    assert {one.code for one in find_rival_needs("厕所王阿姨灯", [drain, lamp], [(2, 5)])} == {"drain", "lamp"}
