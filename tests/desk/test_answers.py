"""What a responder writes back, understood or left to a person."""

from __future__ import annotations

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


@given(st.text(max_size=600))
def test_no_text_at_all_is_a_fault(text: str) -> None:
    """Whatever is typed, it is read, and what was understood holds none of the words as typed."""
    understood = read_answer(text).understood

    assert understood.split(" ")[0] in set(Word)
