"""How pressing, how many people, which service: what a line of text says of the need itself."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from dispatch.desk.numerals import NUMERAL, number_of, plain
from dispatch.model.service import Service, Urgency

Span = tuple[int, int]

_NUMBER: Final = (
    rf"(?:[0-9]{{1,9}}[千万]?|[{NUMERAL}]{{1,4}}[千万][{NUMERAL}千]{{0,6}}|[{NUMERAL}俩仨]{{1,4}})"
)
_LARGE: Final = {"万": 10_000, "千": 1_000}
# Folding the case of a whole script would take longer than all the rest.
_NOT_AFTER_HAN: Final = r"(?-i:(?<![\u3400-\u9fff]))"
_NOT_BEFORE_HAN: Final = r"(?-i:(?![\u3400-\u9fff]))"
_LOW: Final = re.compile(
    r"不(?:是|太|很|算|怎么|用|必|特别){0,2}(?:着|紧)?急|不赶(?:时间)?|有[空时](?:的时候|时|间)?再(?:来|说|弄|修|处理)?|什么时候都[行可]|慢慢来"
    r"|\b(?:no\s(?:rush|hurry)|not\s(?:very\s|so\s)?urgent|non-?urgent|whenever|any\s?time|low\s(?:priority|urgency))\b"
    r"|(?:^|[\s,.;:。])(?<!is )(?<!too )(?<!very )(?<!sure )(?<!running )low(?=\s?(?:$|[,.;。]))",
    re.IGNORECASE | re.ASCII,
)
_URGENT: Final = re.compile(
    rf"紧急|加急|特急|着急|马上|立刻|立即|赶紧|赶快|尽快|[很挺太急好真]急(?!性|诊)|急[需用死得的]|{_NOT_AFTER_HAN}急{_NOT_BEFORE_HAN}"
    r"|\b(?:urgent(?:ly)?|asap|immediately|right\saway|at\sonce|emergency)\b",
    re.IGNORECASE | re.ASCII,
)
_WANT: Final = r"(?:要|需要?|来|派|找|请|叫|差|缺|得|最好|至少|起码|最少)"
_HANDS: Final = r"(?:人(?![家口民])|志愿者|师傅|小伙子?|年轻人|帮手|壮劳力|劳力|党员|壮汉)"
_PEOPLE: Final = r"(?:people|persons?|men|volunteers?|helpers?|workers?)"
_LIFTS: Final = r"(?:(?=[抬搬扶背推架](?![不得了过]))|一[起块]|就?够了?|足够)"
_ENGLISH: Final = "one|two|three|four|five|six"
_HEADS: Final = tuple(
    re.compile(text, re.IGNORECASE | re.ASCII)
    for text in (
        rf"{_WANT}\s?(?P<count>{_NUMBER})\s?(?:个|名|位)?\s?{_HANDS}",
        rf"{_WANT}\s?(?P<count>[俩仨])人?{_NOT_BEFORE_HAN}",
        rf"{_NOT_AFTER_HAN}(?<![0-9A-Za-z])(?P<count>{_NUMBER})\s?[个名位]?\s?人{_NOT_BEFORE_HAN}",
        rf"{_NOT_AFTER_HAN}(?<![0-9A-Za-z])(?P<count>{_NUMBER})\s?[个名位]?\s?{_HANDS}\s?{_LIFTS}",
        rf"\b(?:needs?|send|want|wants|takes|at\sleast|ask\sfor)\s(?P<count>[0-9]{{1,5}}|{_ENGLISH})\s(?:strong\s)?{_PEOPLE}\b",
        (
            rf"\b(?P<count>[0-9]{{1,5}}|{_ENGLISH})\s(?:strong\s)?{_PEOPLE}\s"
            r"(?:(?:are\s)?needed\b|(?=(?:to\s)?(?:help|carry|lift|move|push)\b))"
        ),
    )
)
_SINGLE: Final = "一二两三四五六七八九"
_BETWEEN: Final = tuple(
    re.compile(text, re.IGNORECASE | re.ASCII)
    for text in (
        rf"(?P<first>[{_SINGLE}])(?P<last>[{_SINGLE}])\s?[个名位]?\s?{_HANDS}",
        rf"(?<![0-9{NUMERAL}-])(?P<first>[0-9]|[{_SINGLE}])\s?(?:到|至|-|~|或者?)\s?(?P<last>[0-9]|[{_SINGLE}])\s?[个名位]?\s?{_HANDS}",
        rf"\b(?P<first>[0-9]|{_ENGLISH})\s?(?:to|or|-)\s?(?P<last>[0-9]|{_ENGLISH})\s{_PEOPLE}\b",
    )
)
_CLAUSES: Final = re.compile(
    r"(?:[,，。;；、!！?？\n]|(?<=[\u3400-\u9fff])\s|\s(?=[\u3400-\u9fff]))+"
)
"""What parts the clauses of a line; words of Latin script are parted by more than a space."""
_GOES_ON: Final = {"电": "梯视话脑池器动饭磁瓶车影", "油": "烟漆", "水": "果", "灯": "笼"}
"""What makes the last character of a word the first of another: 没电 is not in 没电梯."""

_ALSO: Final = re.compile(
    r"顺便|顺道|顺带|另外|同时|以及|而且|还(?=[要想得需有请])|[再也](?=[要想得请帮给买送陪])"
    r"|\balso\b|\bas\swell\sas\b|\band\b",
    re.IGNORECASE,
)
_MOST_JOINTS: Final = 3
_LONG_WORD: Final = 3
"""Characters that make a Chinese word a need of its own beside another in the same clause."""
_SPOKEN: Final = {"俩": 2, "仨": 3, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6}


@dataclass(frozen=True, slots=True)
class Said:
    """Something that the line says, and where."""

    value: str
    span: Span


def find_urgency(text: str) -> tuple[Said, ...]:
    """Return what the line says of its urgency, as ``Urgency``'s values; it may contradict itself."""
    line = plain(text)
    low = [Said(Urgency.LOW.value, match.span()) for match in _LOW.finditer(line)]
    for said in low:
        line = _blank(line, said.span)
    return (*low, *(Said(Urgency.URGENT.value, match.span()) for match in _URGENT.finditer(line)))


def find_headcount(text: str) -> tuple[int, Span] | None:
    """Return how many people the line asks for, and where it says so; none where it does not for certain.

    两位老人 and 一家三口人 are not asked for. Zero and thousands are returned as they are said.
    """
    if find_headcount_range(text) is not None:
        return None
    line = plain(text)
    for pattern in _HEADS:
        match = pattern.search(line)
        if match:
            count = _counted(match["count"])
            return None if count is None else (count, match.span())
    return None


def find_headcount_range(text: str) -> tuple[int, int] | None:
    """Return the fewest and the most people that the line asks for, where it says two numbers: 三四个人, 2-3人."""
    line = plain(text)
    for pattern in _BETWEEN:
        match = pattern.search(line)
        if match:
            first, last = _counted(match["first"]), _counted(match["last"])
            if first and last and first < last:
                return first, last
    return None


def _counted(said: str) -> int | None:
    spoken = _SPOKEN.get(said.lower())
    if spoken is not None:
        return spoken
    for word, times in _LARGE.items():
        many, found, rest = said.partition(word)
        if found:
            left, right = _counted(many), _counted(rest) if rest.strip("零") else 0
            return None if left is None or right is None else left * times + right
    return number_of(said)


def find_services(
    text: str, services: Iterable[Service], not_in: Iterable[Span] = ()
) -> tuple[tuple[Service, ...], Span]:
    """Return the services whose word in the line is the longest, and where it stands; several mean a tie.

    Args:
        text: At most a line.
        services: The catalogue; a service answers to its words and its two names.
        not_in: Stretches that are something else: a word that lies wholly inside one does not count.
    """
    line = plain(text).casefold()
    closed = tuple(not_in)
    best: dict[str, Service] = {}
    longest, where = 0, (0, 0)
    for service in services:
        for word in {
            plain(word).strip().casefold() for word in (*service.words, service.name_zh, service.name_en)
        }:
            if len(word) < max(longest, 1):
                continue
            at = _place_of(word, line, closed)
            if at is None:
                continue
            if len(word) > longest:
                best, longest, where = {}, len(word), at
            best[service.code] = service
    return tuple(best.values()), where


def find_separate_needs(
    text: str, services: Iterable[Service], not_in: Iterable[Span] = ()
) -> tuple[Service, ...]:
    """Return the services of needs that a line adds to one another (聊聊天 还要买菜); none where it adds nothing.

    Only what stands on either side of a word such as 顺便, 还要 or "also" is told apart: 厕所的灯 is one need.

    Args:
        text: At most a line.
        services: The catalogue.
        not_in: As of ``find_services``.
    """
    joints = [match.span() for match in _ALSO.finditer(text)][:_MOST_JOINTS]
    if not joints:
        return ()
    catalogue, closed = tuple(services), tuple(not_in)
    found: dict[str, Service] = {}
    for begin, end in zip([0, *(end for _, end in joints)], [*(start for start, _ in joints), len(text)], strict=True):
        part = " " * begin + text[begin:end]
        matched, _ = find_services(part, catalogue, closed)
        if len(matched) == 1:
            found[matched[0].code] = matched[0]
    return tuple(found.values()) if len(found) > 1 else ()


def find_rival_needs(
    text: str, services: Iterable[Service], not_in: Iterable[Span] = ()
) -> tuple[Service, ...]:
    """Return the services that the clauses of a line name one by one (交水费 不会用手机); none where all name the same.

    However much longer the one's word is than the other's: a clause of its own is a need of its own. Within a clause
    a second word counts where it is long enough to be no part of the first: 厕所的灯 is one need.

    Args:
        text: At most a line.
        services: The catalogue.
        not_in: As of ``find_services``; a name or an address parts clauses too.
    """
    catalogue, line = tuple(services), plain(text)
    for start, end in not_in:
        line = line[:start] + "\n" * (end - start) + line[end:]
    found: dict[str, Service] = {}
    for clause in _CLAUSES.split(line):
        first, span = find_services(clause, catalogue)
        beside, (start, end) = find_services(_blank(clause, span), catalogue) if first else ((), (0, 0))
        if end - start < _LONG_WORD or clause[start:end].isascii():
            beside = ()
        found |= {one.code: one for one in (*first, *beside)}
    return tuple(found.values()) if len(found) > 1 else ()


def _place_of(word: str, line: str, closed: tuple[Span, ...]) -> Span | None:
    start = line.find(word)
    while start >= 0:
        end = start + len(word)
        is_part = (_is_latin(word[0]) and _is_latin(line[start - 1 : start])) or (
            _is_latin(word[-1]) and _is_latin(line[end : end + 1])
        )
        is_part = is_part or (end < len(line) and line[end] in _GOES_ON.get(word[-1], ""))
        if not is_part and not any(span[0] <= start and end <= span[1] for span in closed):
            return start, end
        start = line.find(word, start + 1)
    return None


def _is_latin(character: str) -> bool:
    return character.isascii() and character.isalnum()


def _blank(line: str, span: Span) -> str:
    return line[: span[0]] + " " * (span[1] - span[0]) + line[span[1] :]
