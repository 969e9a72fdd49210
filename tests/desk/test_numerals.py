"""Numbers in 中文 and one footing for typed text."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from dispatch.desk.numerals import number_of, plain

DIGITS = "零一二三四五六七八九"


def spoken(number: int) -> str:
    """Write 1 to 999 as it is said, by a rule of its own."""
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    words = DIGITS[hundreds] + "百" if hundreds else ""
    if tens:
        words += ("" if tens == 1 and not hundreds else DIGITS[tens]) + "十"
    elif hundreds and ones:
        words += "零"
    return words + (DIGITS[ones] if ones else "")


def test_every_spoken_number_up_to_999_is_read() -> None:
    """What is said as a number, and what is said digit by digit, must both be that number."""
    for number in range(1, 1000):
        by_digits = "".join(DIGITS[int(digit)] for digit in str(number))

        assert number_of(spoken(number)) == number
        assert number_of(str(number)) == number
        assert number_of(by_digits) == number


def test_older_and_shorter_writings_are_read() -> None:
    """两, 廿 and 卅 are numbers too."""
    assert [number_of(text) for text in ("两", "廿", "廿三", "卅一", "〇八")] == [2, 20, 23, 31, 8]


def test_what_is_no_number_is_none() -> None:
    """Words and broken numbers must not become a number."""
    assert [number_of(text) for text in ("", "楼", "十十", "二百三百", "1a", "零十", "二三十")] == [None] * 7


@given(st.text())
def test_plain_text_is_as_long_as_what_was_typed(text: str) -> None:
    """A span of the plain text must be a span of what was typed."""
    assert len(plain(text)) == len(text)


def test_full_width_dashes_and_older_characters_become_one() -> None:
    """Width, dashes, spaces and traditional characters of an address must not matter."""
    assert plain("８＃樓—２單元　３０１①⑨～！") == "8#楼-2单元 30119~!"
