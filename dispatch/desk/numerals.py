"""Typed text on one footing: one width, one script for the words of an address, numbers in digits or 中文."""

from __future__ import annotations

import re
from typing import Final

NUMERAL: Final = "零〇一二两三四五六七八九十廿卅百"
"""What Chinese numbers are written with; to stand in a character class."""

_DIGITS: Final = {
    **{character: number for number, character in enumerate("零一二三四五六七八九")},
    **{character: number for number, character in enumerate("〇壹贰叁肆伍陆柒捌玖")},
    "两": 2,
}
_UNITS: Final = {"十": 10, "百": 100}


def _same_width() -> dict[int, str]:
    table = {0xFF01 + offset: chr(0x21 + offset) for offset in range(0x5E)}
    table |= {0x2460 + offset: str(offset + 1) for offset in range(9)}
    for into, characters in {
        " ": "\u3000\u00a0\u2002\u2003\u2007\u2009\u202f\t\r\n\v\f",
        "-": "‐‑‒–—―−﹣",
        "~": "〜∼",
        "号": "號",
        "楼": "樓",
        "栋": "棟",
        "单": "單",
        "层": "層",
        "东": "東",
        "门": "門",
        "户": "戶",
        "两": "兩",
        "点": "點",
        "〇": "○Ｏ",
    }.items():
        table |= {ord(character): into for character in characters}
    return table


_TABLE: Final = _same_width()


def plain(text: str) -> str:
    """Return *text* in half width, with one kind of dash and space, exactly as many characters long.

    Because the length stays, a span found in the plain text is a span of what was typed.

    Example:
        >>> plain("８＃２—３０１")
        '8#2-301'
    """
    return text.translate(_TABLE)


def number_of(text: str) -> int | None:
    """Return the number that *text* writes, in digits or in 中文 up to 999, or digit by digit.

    Example:
        >>> [number_of(text) for text in ("12", "十二", "廿一", "两", "三〇一", "三百零一", "十十")]
        [12, 12, 21, 2, 301, 301, None]
    """
    if text.isascii():
        return int(text) if text.isdigit() else None
    if len(text) > 1 and all(character in _DIGITS for character in text):
        return int("".join(str(_DIGITS[character]) for character in text))
    total, waiting, last_unit = 0, None, 1000
    for character in text.replace("廿", "二十").replace("卅", "三十"):
        if character in _DIGITS:
            if waiting:
                return None
            waiting = _DIGITS[character]
        elif character in _UNITS:
            unit = _UNITS[character]
            if unit >= last_unit or waiting == 0:
                return None
            total += (1 if waiting is None else waiting) * unit
            waiting, last_unit = None, unit
        else:
            return None
    return total + (waiting or 0) if text else None


def number_with(text: str, *, before: str = "", after: str = "") -> int | None:
    """Return the number in a text that is nothing but it and the words that go with it.

    Args:
        text: As it was typed.
        before: A pattern of what may stand before the number.
        after: A pattern of what may stand behind it.

    Example:
        >>> [number_with(text, before="第|#", after="号单?|单") for text in ("＃12", "第十二号", "12单", "12栋")]
        [12, 12, 12, None]
    """
    found = re.fullmatch(
        rf"(?:{before})?\s*(-?[0-9]{{1,12}}|[{NUMERAL}]{{1,7}})\s*(?:{after})?", plain(text).strip().casefold()
    )
    if found is None:
        return None
    return -int(found[1][1:]) if found[1].startswith("-") else number_of(found[1])
