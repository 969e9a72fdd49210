"""Which words of a time are a wish that has to be asked about: what stands by itself and is not certain."""

from __future__ import annotations

import re
from typing import Final

WANTED: Final = re.compile(r"\s?(?:please|能|就|要|想|请|给|派|来|过来|上门|修|需|[之以]?内)", re.IGNORECASE)
"""What follows a time that somebody wants."""

VAGUE: Final = (
    r"饭点|(?:早|午|中|晚)?饭(?:前|后|时(?!候)|的?时候)|[早午中晚]餐(?:前|后|时(?!候)|的?时候)|下班[前后]?|放学后?|午休[前后]?"
    r"|天[黑亮][前后]?|下?个?月[底初中]|年[前后底]|节后|[这那][两几]天|过[两几]天|改天|工作日|下下周"
    r"|(?:下|本|这)个?(?:周|星期|礼拜)(?![一二三四五六日天末])|下个?月(?![0-9一二三])",
    r"\b(?:at\s|over\s)?lunch\s?time\b|\b(?:before|after)\s(?:breakfast|lunch|dinner|supper|work|school|dark)\b"
    r"|\bnext\s(?:week|month)\b|\bweekdays?\b|\bhalf\spast\s(?:[0-9]{1,2}|[a-z]{3,6})\b"
    r"|\bfrom\s[0-9]{1,2}\s(?:to|till|until)\s[0-9]{1,2}\b(?!:|\s?[ap]\.?m)",
)
"""Times that people say and that are no window: 饭点, 下班后, after lunch."""

_ASKED: Final = re.compile(r"每|下(?!午)|every\b|each\b|next\b", re.IGNORECASE)
_BEFORE: Final = re.compile(
    r"(?:^|[\s,，。.;；:：、!！?？()（）室户0-9]|最好|等|等到|到|在|要|想|就|约|约在|那|和|或|或者)$"
)
_AFTER: Final = re.compile(
    r"\s*(?:$|[,，。.;；:：、!！?？()（）]|[来去送做弄]|都?[行可好]|吧|方便|有空|有人|please\b)|\s+(?![A-Za-z\s])",
    re.IGNORECASE,
)


def stands_alone(line: str, start: int, end: int) -> bool:
    """Return whether a stretch of a line stands by itself, as a wish does: 理发 饭点, not 饭后头晕."""
    return _BEFORE.search(line[:start]) is not None and _AFTER.match(line, end) is not None


def is_of_every_week(said: str) -> bool:
    """Return whether a time is one that comes again, or of a week to come: no moment, but wished for."""
    return _ASKED.match(said) is not None
