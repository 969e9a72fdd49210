"""Names in a line: only forms that are certainly one."""

from __future__ import annotations

import pytest

from dispatch.desk.typed_line.names import find_names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("下水道堵了 王阿姨", ["王阿姨"]),
        ("下水道堵了王阿姨", ["王阿姨"]),
        ("李大爷家水管漏了", ["李大爷"]),
        ("独居老人王奶奶要买菜", ["王奶奶"]),
        ("高阿姨，金老师", ["高阿姨", "金老师"]),
        ("欧阳女士", ["欧阳女士"]),
        ("王建国大爷", ["王建国大爷"]),
        ("陈黄女士", ["陈黄女士"]),
        ("联系人王阿姨，李大爷也在", ["王阿姨"]),
        ("陈女士、陈女士", ["陈女士"]),
        ("老王 电视坏", ["老王"]),
        ("小李家停电", ["小李"]),
        ("我叫王秀英，王阿姨", ["王秀英"]),
        ("联系人：赵老师", ["赵老师"]),
        ("免贵姓贺，家里停电", ["贺"]),
        ("电话打给王姐", []),
        ("Mrs. Li needs help", ["Mrs. Li"]),
        ("Auntie Wang's sink", ["Auntie Wang"]),
        ("my name is Anna Lee", ["Anna Lee"]),
    ],
)
def test_a_name_is_found_where_it_is_certain(text: str, names: list[str]) -> None:
    """Surname and title, 老 and 小, and what a label introduces."""
    assert [name.name for name in find_names(text)] == names


@pytest.mark.parametrize(
    "text",
    [
        "请贺师傅来修电视",
        "让张师傅来一趟",
        "修水管师傅",
        "管道师傅",
        "小马桶堵了",
        "小金鱼死了",
        "小区路灯坏了",
        "老高档小区",
        "康复医生",
        "高中老师补课",
        "周日下午",
        "this is urgent",
        "this is Building 8",
        "马桶堵了",
        "",
    ],
)
def test_what_is_no_name_of_the_person_in_need_is_left(text: str) -> None:
    """A helper asked for by name, a trade and a toilet are not who is in need."""
    assert find_names(text) == ()


def test_a_full_name_counts_right_before_a_phone() -> None:
    """王秀英 and a number belong together; the same word elsewhere is not certain."""
    line = "灯泡坏了 王秀英，电话："

    assert [name.name for name in find_names(line, len(line))] == ["王秀英"]
    assert find_names(line) == ()
