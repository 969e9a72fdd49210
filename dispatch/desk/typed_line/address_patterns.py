"""How people write a building, a unit, a floor and a door: one pattern per way, each linear in the line.

Every pattern names what it finds by its groups: ``building``, ``unit``, ``floor``, ``door``, and beside a
floor ``below`` (it lies underground) and ``side`` (which door of the landing). They read text that ``plain``
has put on one footing. Repetitions are bounded throughout, so that no line can make them slow.
"""

from __future__ import annotations

import re
from typing import Final

from dispatch.desk.numerals import NUMERAL

STEM: Final = "甲乙丙丁"
_NUMBER: Final = rf"(?:[0-9]{{1,3}}|[{NUMERAL}]{{1,5}})"
SMALL: Final = rf"(?:[0-9]{{1,2}}|[{NUMERAL}]{{1,3}})"
_KEY: Final = rf"(?:[{STEM}A-Za-z]?{_NUMBER}[{STEM}A-Za-z]?|[{STEM}A-Za-z])"
_BLOCK: Final = r"(?P<building>[A-Za-z]?[0-9]{1,3}|[A-Za-z])"
_ALONE: Final = rf"(?<![0-9A-Za-z{NUMERAL}])(?<![0-9]-)"
_THEN_UNIT: Final = rf"\s?-?{_KEY}\s?单元"
JOIN: Final = r"[\s,.\-·/、:;的。]{0,3}"
"""What may stand between two words of one address."""

# 300块, 220V, 2023年, 100个: a number with a measure behind it is no door.
_MEASURE: Final = (
    r"(?:[元块斤克米瓦伏年月点时秒次岁度瓶袋%]|个(?!人)|人(?![家没不])|天(?![然花线冷热黑])|日(?!光)|分(?!机)|升(?!降)"
    r"|公[斤里分]|千[克米瓦]|平[米方]|毫升|号楼|单元|\s?(?:ml|kg|km|[wv])(?![a-z]))"
)
END: Final = rf"(?![A-Za-z0-9]|[-/.:][0-9]|{_MEASURE})"
ROOM: Final = r"(?:号?室|号?房(?![租东间顶产子价费屋])|号门?|户)"


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text, re.IGNORECASE | re.ASCII)


TRIPLE: Final = _pattern(
    rf"(?<![0-9A-Za-z.\-/:]){_BLOCK}([-/.])(?P<unit>[0-9]{{1,2}})\2(?P<door>[0-9]{{3,4}}[A-Za-z]?){END}"
)
"""8-2-301, 8/2/301, 8.2.301: nothing else looks like it."""

FIRST_PAIR: Final = _pattern(rf"^\s*{_BLOCK}-(?P<door>[0-9]{{3,4}}[A-Za-z]?){END}")
"""8-301 at the head of the line."""

PAIR_UNIT: Final = _pattern(rf"(?<![0-9A-Za-z\-/.]){_BLOCK}\s?-\s?(?P<unit>{SMALL})\s?单元")
"""8-2单元."""

LIKELY: Final = (
    _pattern(rf"(?<![0-9A-Za-z.\-/:]){_BLOCK}-(?P<unit>[0-9]{{1,2}})-(?P<door>[0-9]{{1,2}}){END}(?!\s?号)"),
    _pattern(rf"^\s*{_BLOCK} {{1,2}}(?P<unit>[0-9]{{1,2}}) {{1,2}}(?P<door>[0-9]{{3,4}}){END}"),
    _pattern(rf"(?<![0-9A-Za-z.\-/:月周期]){_BLOCK}-(?P<door>[0-9]{{3,4}}[A-Za-z]?){END}"),
    _pattern(
        rf"(?<![0-9A-Za-z.\-/:月周期]){_BLOCK}-(?P<unit>[0-9]{{1,2}}){END}(?!\s?(?:[号层到至~]|小时|楼(?![道梯上下顶])))"
    ),
    _pattern(
        rf"(?<![0-9A-Za-z\-.])(?P<building>[0-9]{{1,2}})(?:号?楼?|[栋幢])\s?[、和与及]\s?(?={SMALL}(?:号楼|[栋幢#]))"
    ),
)
"""8-2-5, "8 2 301", 8-301, 8-2, the 8 of 8、9号楼: dates and scores look so too; the place must exist."""

SPELLED_OUT: Final = (
    PAIR_UNIT,
    _pattern(rf"(?<![0-9A-Za-z*#])#\s?(?P<building>[0-9]{{1,3}})(?:号?楼|[栋幢]|(?={_THEN_UNIT}))"),
    _pattern(
        rf"{_ALONE}第?(?P<building>{_KEY})\s?(?:号\s?楼(?!道)|号(?=楼道|{_THEN_UNIT})|(?<!\s)#\s?(?:楼(?!道))?|号?[栋幢](?:楼(?!道))?"
        rf"|号?座(?![位车椅机谈])|楼(?=\s?-?{SMALL}\s?(?:单元|门\s?[0-9])))"
    ),
    _pattern(
        r"\b(?:building|bldg|bld|block|blk|tower)\b\.?\s{0,2}(?:no\.?|number|#)?\s{0,2}"
        r"(?P<building>[A-Z]?[0-9]{1,3}[A-Z]?|(?-i:[A-Z]))\b"
    ),
    _pattern(
        r"\b(?:no\.?\s?)?(?P<building>[0-9]{1,3})(?:st|nd|rd|th)?\s(?:building|block|tower)\b(?!\s?(?:no\.?|#)?\s?[0-9])"
    ),
    _pattern(rf"(?<![0-9A-Za-z{NUMERAL}])第?(?P<unit>{SMALL}|[{STEM}]|[A-Za-z])\s?单元"),
    _pattern(
        r"\b(?:room|rm|apartment|apt|flat|door|suite)\b\.?\s{0,2}(?:no\.?|number|#)?\s{0,2}(?P<door>[0-9]{1,4}[A-Z]?)\b"
    ),
    _pattern(r"(?<=\s)#\s?(?P<door>[0-9]{3,4}[A-Z]?)\b"),
    _pattern(r"\bunit\b\s{0,2}(?:no\.?|#)?\s{0,2}(?P<door>[0-9]{3,4}[A-Z]?)\b"),
    _pattern(
        r"\b(?:unit|entrance|staircase|stairwell|stair)\b\s{0,2}(?:no\.?|#)?\s{0,2}(?P<unit>[0-9]{1,2}|(?-i:[A-Z]))\b"
    ),
    _pattern(
        rf"(?<![0-9{NUMERAL}.#号\-])(?<!楼[上下])(?:第|(?P<below>负|地下|B(?=[0-9]\s?层)|(?<![0-9A-Za-z元楼栋幢座#])-))?"
        rf"(?P<floor>(?!两[楼层]){SMALL})"
        r"(?:楼(?!组?长|号|盘|房)|\s楼(?![道梯上下顶组长号盘房])|\s?层(?=$|[\s,.;:!?。、]|[东西南北中左右的住漏灯有第0-9]|楼[道梯上]))"
        r"(?:\s?(?P<side>东[南北]?|西[南北]?|[南北左右]|中间?)(?:户|边|侧|面|手|首|头|门|屋|家|(?=$|[\s,.;:!?。、])))?"
    ),
    _pattern(r"\bfloor\s{1,2}(?P<floor>[0-9]{1,2})\b"),
    _pattern(r"\b(?P<floor>[0-9]{1,2})(?:st|nd|rd|th)\s{1,2}floor\b"),
    _pattern(r"\b(?P<floor>[0-9]{1,2})/?(?-i:F)\b"),
    _pattern(
        r"(?<![0-9A-Za-z.\-])(?P<door>[0-9]{3,4}[A-Za-z]?)\s?(?:号?室|号?房(?![租东间顶产子价费屋])|号门)"
    ),
)
"""Ways that say by a word what they mean, wherever they stand."""

AFTER_BUILDING: Final = (
    _pattern(rf"{JOIN}(?P<unit>[0-9]{{1,2}})[-/.](?P<door>[0-9]{{3,4}}[A-Za-z]?){END}"),
    _pattern(
        rf"{JOIN}(?P<unit>{SMALL}|[{STEM}])\s?(?:号?门|梯)"
        rf"(?=\s?-?[0-9]{{3,4}}(?![0-9])|[{NUMERAL}]{{3}}|[\s,.;。]|$)"
    ),
)
"""8号楼-2-301 and 8号楼2门301: read so only right behind a building."""

DOOR_BESIDE: Final = (
    _pattern(rf"{JOIN}(?P<door>[0-9]{{3,4}}[A-Za-z]?)(?!-[0-9]){END}{ROOM}?"),
    _pattern(
        rf"{JOIN}(?P<door>[零〇一二三四五六七八九]{{3,4}}|[一二两三四五六七八九]百[{NUMERAL}]{{1,4}})"
        rf"(?![{NUMERAL}]|{_MEASURE}){ROOM}?"
    ),
    _pattern(rf"{JOIN}第(?P<door>{SMALL})(?:号?[室户])"),
    _pattern(
        r"-?(?P<door>[0-9]{1,2})(?:号?室|号?户|号(?!\s?(?:早|上|中|下|晚|前|后|以|之|来|去|凌|[0-9]|楼|院)))"
    ),
)
"""A bare number is a door only right behind a building, a unit or a floor."""

FIRST_DOOR: Final = _pattern(rf"^\s*(?P<door>[0-9]{{3,4}}[A-Za-z]?){END}{ROOM}?")
"""301 and nothing else of an address."""

ESTATE: Final = r"(?:小区|社区|花园|家园|公寓|新村|苑)"
OTHER_ESTATE: Final = re.compile(
    rf"([\u3400-\u9fff]{{1,8}}[^本该这个们咱我的在住到于去来里内是老旧\W]){ESTATE}\s?$"
)
"""A name such as 某某小区 before a building: another neighbourhood, unless ours. 我们小区 is no name."""

_NO_STREET: Final = "电线水迷马公道走一半修过网油让顺绕"
OTHER_YARD: Final = re.compile(
    rf"(?:(?P<street>[\u3400-\u9fff]{{1,8}}(?:(?<![{_NO_STREET}])路|(?<![逛上])街|胡同|巷))\s?)?"
    r"(?P<yard>[甲乙丙丁]?(?:[0-9]{1,4}|[一二三四五六七八九十百零〇]{1,5})号[大小]?院|(?<=[路街同巷])[0-9]{1,4}号|(?<=[路街同巷]))(?:内|里)?的?\s?$"
)
"""劲松北路, 劲松北路12号 or 21号院 before a building: another street or yard, unless ours."""
