"""What a responder writes back, understood or left to a person."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.desk.answers import Word, read_answer


@pytest.mark.parametrize(
    ("text", "word", "code"),
    [
        ("1 4821", Word.YES, "4821"),
        ("4821 1", Word.YES, "4821"),
        ("接 4821", Word.YES, "4821"),
        ("4821接单", Word.YES, "4821"),
        ("１ ４８２１", Word.YES, "4821"),
        ("2 4821", Word.NO, "4821"),
        ("4821不便", Word.NO, "4821"),
        ("不接 4821", Word.NO, "4821"),
        ("没空，4821", Word.NO, "4821"),
        ("1", Word.YES, None),
        ("好的", Word.YES, None),
        ("不行", Word.NO, None),
        ("ok", Word.YES, None),
        ("No 4821", Word.NO, "4821"),
        ("退订", Word.STOP, None),
        ("TD", Word.STOP, None),
        ("t", Word.STOP, None),
        ("stop.", Word.STOP, None),
        ("Ｔ", Word.STOP, None),
        (" ｔｄ 。", Word.STOP, None),
        ("T D", Word.STOP, None),
        ("退 订！", Word.STOP, None),
        ("【劲松街道】退订", Word.STOP, None),
        ("TD【劲松街道】", Word.STOP, None),
        ("S.T.O.P", Word.STOP, None),
        ("请退订谢谢", Word.STOP, None),
        ("我要退订短信", Word.STOP, None),
        ("TD 4821", Word.STOP, None),
        ("please stop", Word.STOP, None),
        ("1 退订", Word.UNCLEAR, None),
        ("接 4821 T", Word.UNCLEAR, "4821"),
        ("好的，退订", Word.UNCLEAR, None),
        ("stop? yes 4821", Word.UNCLEAR, "4821"),
        ("T恤 接 4821", Word.YES, "4821"),
        ("接 4821，开Tesla来", Word.YES, "4821"),
        ("接，坐T3航班 4821", Word.YES, "4821"),
        ("tea", Word.UNCLEAR, None),
        ("不退订", Word.UNCLEAR, None),
        ("", Word.UNCLEAR, None),
        ("4821", Word.UNCLEAR, "4821"),
        ("1 2 4821", Word.UNCLEAR, "4821"),
        ("可以吗 4821", Word.UNCLEAR, "4821"),
        ("晚点可以 4821", Word.UNCLEAR, "4821"),
        ("1 4821 4822", Word.UNCLEAR, None),
        ("我是张三，明天十点到", Word.UNCLEAR, None),
        ("不是不能接 4821", Word.UNCLEAR, "4821"),
    ],
)
def test_an_answer_is_understood_or_left_to_a_person(text: str, word: Word, code: str | None) -> None:
    """Yes, no, stop and the code are read as people write them; whatever says both or neither is unclear."""
    answer = read_answer(text)

    assert (answer.word, answer.code) == (word, code)


NINE = datetime.fromisoformat("2026-11-23T09:00+08:00")


@pytest.mark.parametrize(
    ("text", "word", "day", "time"),
    [
        ("接 4821 两小时后到", Word.YES, 23, "11:00"),
        ("4821接，2小时后", Word.YES, 23, "11:00"),
        ("1 4821 半小时后到", Word.YES, 23, "9:30"),
        ("接 4821，半个小时到", Word.YES, 23, "9:30"),
        ("好的，20分钟到 4821", Word.YES, 23, "9:20"),
        ("接4821 一个半小时后", Word.YES, 23, "10:30"),
        ("接4821 1小时20分钟后", Word.YES, 23, "10:20"),
        ("接4821，一刻钟就到", Word.YES, 23, "9:15"),
        ("接 4821 下午三点", Word.YES, 23, "15:00"),
        ("接 4821 下午3点半到", Word.YES, 23, "15:30"),
        ("接 4821 3点到", Word.YES, 23, "15:00"),
        ("接 4821 10:30", Word.YES, 23, "10:30"),
        ("接 4821 明天上午九点", Word.YES, 24, "9:00"),
        ("yes 4821 in 2 hours", Word.YES, 23, "11:00"),
        ("ok in half an hour", Word.YES, 23, "9:30"),
        ("ok 4821, 2 hours later", Word.YES, 23, "11:00"),
        ("ok 4821 at 3pm", Word.YES, 23, "15:00"),
        ("两小时后", Word.UNCLEAR, 23, "11:00"),
        ("半小时后到 4821", Word.UNCLEAR, 23, "9:30"),
        ("in 2 hours", Word.UNCLEAR, 23, "11:00"),
        ("我是张三，明天十点到", Word.UNCLEAR, 24, "10:00"),
        ("不行，下午3点才有空 4821", Word.NO, 23, "15:00"),
        ("接 4821 下午", Word.YES, None, ""),
        ("接 4821 明天", Word.YES, None, ""),
        ("接 4821 3点或者4点", Word.YES, None, ""),
        ("接 4821 昨天3点", Word.YES, None, ""),
        ("接 4821 25:99", Word.YES, None, ""),
        ("1 4821", Word.YES, None, ""),
    ],
)
def test_a_promised_time_is_read_beside_the_answer(text: str, word: Word, day: int | None, time: str) -> None:
    """No number in it is taken for a yes or a no, and a time that is not certain is none."""
    answer = read_answer(text, NINE, "Asia/Shanghai")
    at = answer.promised_at.astimezone(NINE.tzinfo) if answer.promised_at else None

    assert answer.word is word
    assert (at and at.day, at and f"{at.hour}:{at.minute:02}") == (day, time or None)


@given(st.text(max_size=600))
def test_no_text_at_all_is_a_fault(text: str) -> None:
    """Whatever is typed, it is read, and what was understood holds none of the words as typed."""
    understood = read_answer(text, NINE, "Asia/Shanghai").understood

    assert understood.split(" ")[0] in set(Word)
