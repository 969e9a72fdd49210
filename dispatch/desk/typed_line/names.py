"""What the person in a line of text is called: only forms that are certainly a name."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from dispatch.clock import on_the_wall
from dispatch.desk.numerals import plain
from dispatch.desk.typed_line.time_words import find_time_words
from dispatch.errors import Refused

# Surnames that are hardly ever another word, so that 王阿姨 is one wherever it stands.
_CLEAR: Final = (
    "王李张刘陈杨赵黄周吴徐孙胡朱郭林罗郑梁宋唐许邓冯韩曹曾彭萧蔡潘董袁余叶蒋杜苏魏吕丁沈任姚卢傅钟姜崔谭廖范汪陆"
    "贾韦邱侯邹熊孟秦阎薛尹陶贺顾郝龚邵钱严戴莫翟俞冉岳柳祝霍樊焦纪舒詹裴聂鲍齐庄穆"
    "曲葛殷宁倪游鲁柯宫翁盛荣左蒲宗裘席姬甄臧芦"
)
# Surnames that are everyday words as well: a name only where a word begins.
_OTHER: Final = (
    "高马田石金江史夏白毛万孔向方常乔文庞安章申景童边古单关梅辛管甘车项成季米卜成程郎"
    "储闫褚阮牟连康施温牛汤武龙黎雷兰苗尤耿柴洪段何"
)
_DOUBLE: Final = "欧阳|司马|上官|诸葛|司徒|东方|皇甫|尉迟|公孙|令狐|慕容|夏侯|端木|百里"
_SURNAME: Final = rf"(?:{_DOUBLE}|[{_CLEAR}{_OTHER}])"
_HAN: Final = r"[\u3400-\u9fff]"
_WHOLE: Final = rf"(?:(?:{_DOUBLE}|[{_CLEAR}]){_HAN}{{0,2}}?|[{_OTHER}])"
_TITLE: Final = (
    "(?:老?阿姨|大爷|大妈|大娘|大叔|大伯|大姐|大哥|大嫂|奶奶|爷爷|婆婆|师傅|老师|先生|女士|小姐|叔叔|伯伯|婶婶?|嫂子|书记"
    "|主任|医生|大夫|经理|同志|老太太?|老爷子|老汉|姨|姐|哥|叔)"
)
_LONG_TITLE: Final = (
    "(?:阿姨|大爷|大妈|大娘|大叔|大伯|大姐|大哥|大嫂|奶奶|爷爷|婆婆|师傅|老师|先生|女士|小姐|叔叔|伯伯|书记|主任|医生|大夫"
    "|经理|老太太?|老爷子)"
)
_START: Final = r"(?:(?<=^)|(?<=[^\u3400-\u9fffA-Za-z0-9])|(?<=[了的吧呢吗啊是人主户属家]))"
_BREAK: Final = r"(?=$|[^\u3400-\u9fffA-Za-z0-9]|[家的说报要需])"

_LABELLED: Final = (
    re.compile(
        rf"(?:我叫|名叫|姓名|联系人|报修人|求助人|业主|户主)\s?[::]?\s?(?P<name>{_SURNAME}{_HAN}{{1,2}}){_BREAK}"
    ),
    re.compile(rf"(?:联系人|报修人|求助人|姓名|业主|户主)\s?[::]?\s?(?P<name>{_WHOLE}{_TITLE})"),
    re.compile(rf"(?:免贵)?姓(?P<name>{_SURNAME}){_BREAK}"),
    re.compile(
        r"(?i:\bmy name is|\bthis is|\bname\s?:|\bcontact\s?:)\s{0,2}"
        r"(?P<name>(?!(?:Building|Block|Unit|Room|Flat|The|An?)\b)"
        r"[A-Z][a-z-]{1,20}(?: [A-Z][a-z-]{1,20}){0,2})"
    ),
)
_FREE: Final = (
    re.compile(rf"{_START}(?<![请找让派喊])(?P<name>{_WHOLE}{_TITLE})"),
    re.compile(rf"(?<![请找让派喊叫])(?P<name>[{_CLEAR}]{_LONG_TITLE})"),
    re.compile(rf"{_START}(?P<name>[老小][{_CLEAR}{_OTHER}]){_BREAK}"),
    re.compile(
        r"\b(?P<name>(?:Mrs?|Ms|Miss|Mister|Madam|Dr|Auntie?|Uncle|Grand(?:ma|pa|mother|father)|Granny|Teacher|Master)"
        r"\b\.? ?[A-Z][a-z-]{1,20}(?: [A-Z][a-z-]{1,20})?)"
    ),
)
_BESIDE_PHONE: Final = re.compile(
    rf"(?:^|[\s,.;:、])(?P<name>(?:{_DOUBLE}){_HAN}{{1,2}}|[{_CLEAR}{_OTHER}]{_HAN}{{1,2}})[\s,.;:、]*(?:电话|手机|tel|phone)?[\s:.]*$"
)


@dataclass(frozen=True, slots=True)
class FoundName:
    """A name and where it stands."""

    name: str
    span: tuple[int, int]


def without_title(text: str) -> str:
    """Return a name without what a person is called by behind it: 谢 of 谢师傅."""
    return re.sub(f"(?<=.){_TITLE}$", "", text)


def find_names(text: str, phone_at: int | None = None) -> tuple[FoundName, ...]:
    """Return the names in a line of text, each once, in order; one that a label introduces stands alone.

    A helper who is asked for by name (请贺师傅来) is not the person in need, and is left where it is.

    Args:
        text: At most a line.
        phone_at: Where a phone number begins: a full name right before it counts too.
    """
    line = plain(text)
    for pattern in _LABELLED:
        match = pattern.search(line)
        if match:
            return (FoundName(match["name"], match.span()),)
    found = [
        FoundName(match["name"], match.span("name")) for pattern in _FREE for match in pattern.finditer(line)
    ]
    if not found and phone_at is not None:
        match = _BESIDE_PHONE.search(line[max(0, phone_at - 12) : phone_at])
        if match:
            start = max(0, phone_at - 12)
            found = [FoundName(match["name"], (start + match.start("name"), start + match.end("name")))]
    once = {
        name.name: name for name in sorted(found, key=lambda name: name.span) if not _is_inside(name, found)
    }
    return tuple(once.values())


def name_said(text: str, now: datetime, zone: str) -> str:
    """Return a name that was answered in own words.

    Raises:
        Refused: It has no letter (20:30), or says a time or a number of a door.
    """
    words = find_time_words(plain(text), on_the_wall(now, zone).date())
    is_time = bool(words) and sum(end - start for start, end in {word.span for word in words}) >= len(text.strip())
    if is_time or any(map(str.isdigit, text)) or not any(map(str.isalpha, text)):
        raise Refused("{answer} is not a name", answer=text[:40], hint="write what the person is called: 王阿姨")
    return text.strip()


def _is_inside(name: FoundName, others: list[FoundName]) -> bool:
    return any(
        other.span != name.span and other.span[0] <= name.span[0] and name.span[1] <= other.span[1]
        for other in others
    )
