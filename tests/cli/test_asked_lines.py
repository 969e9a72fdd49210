"""A typed line that leaves something open is not taken unasked, and says what it is."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Call

DOOR = "8号楼2单元301"


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("交水费 何奶奶不会用手机", ("代买代送", "家电维修")),
        ("灯坏了 老人一个人在家", ("楼道灯与线路", "陪伴聊天")),
        ("送饭 饭点", ("饭点",)),
        ("理发 周末下午", ("2026-11-28 13:00", "2026-11-29 13:00")),
        ("理发 要三四个人", ("3 to 4 people",)),
        ("或者302 下水道堵了", ("301, 302",)),
        ("理发 明天25:00", ("明天25:00",)),
        ("理发 138", ("138",)),
    ],
)
def test_yes_takes_nothing_that_would_have_to_be_guessed(call: Call, line: str, words: tuple[str, ...]) -> None:
    """Nobody is there to be asked: the refusal names all that could be meant, typed singly or as one of many."""
    ended = call("take", f"{DOOR} {line}", "--yes")
    many = call("take", "--stdin", stdin=f"{DOOR} {line}\n")

    assert (ended.code, many.code) == (3, 3)
    assert all(word in ended.err and word in many.out for word in words)
    assert call("--json", "request", "list").document == []


def test_a_day_and_a_number_of_people_are_shown_to_be_confirmed(call: Call) -> None:
    """What was understood stands in the request."""
    taken = call("--json", "take", f"{DOOR} 得两个人抬轮椅下楼 11月25日", "--yes")
    shown = call("--json", "request", "show", str(taken.document["number"])).document

    assert shown["headcount"] == 2
    assert "2026-11-25" in str(shown["window"])


def test_without_questions_the_hint_says_how_many_and_when(call: Call) -> None:
    """Two or three people, and a time that is none: what to write is named, and nothing breaks."""
    hint = call("--lang", "zh", "take", "4号楼2单元603 要两三个人搬家具 李奶奶 饭点来", "-y").errors[-1]

    assert "2个人" in hint and "明天上午9点" in hint


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ("8号楼2单元301或302", "301, 302"),
        ("8号楼2单元3o1", "3o1"),
        ("8号楼1、2单元", "which one is it"),
        ("21号院8-2-301", "21号院"),
    ],
)
def test_a_place_given_by_itself_is_not_guessed_either(call: Call, place: str, words: str) -> None:
    """Nobody is asked about an option: it is refused with what is not clear."""
    ended = call("take", "--service", "drain", "--place", place)

    assert ended.code == 3
    assert words in ended.err
    assert call("--json", "request", "list").document == []


def test_ten_thousand_people_in_words_are_as_many_as_in_digits(call: Call) -> None:
    """The limit holds however the number is written."""
    in_words, in_digits = (
        call("take", f"{DOOR} 抬轮椅下楼 要{people}个人", "--yes") for people in ("一万", "10000")
    )

    assert (in_words.code, in_words.err) == (in_digits.code, in_digits.err)
    assert in_words.code == 3
    assert "10000" in in_words.err


def test_an_emergency_behind_one_of_two_doors_is_kept_with_the_question(call: Call) -> None:
    """Whoever smells gas is not turned away because of a door."""
    ended = call("take", "8号楼2单元301或302 煤气漏了", "--yes")

    assert ended.code == 0, ended.err
    assert "301, 302" in ended.out + ended.err
