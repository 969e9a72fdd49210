"""How pressing, how many people, which service: what a line of text says of the need itself."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from dispatch.desk.numerals import NUMERAL, number_of, plain
from dispatch.model.service import Service, Urgency

Span = tuple[int, int]

_NUMBER: Final = rf"(?:[0-9]{{1,5}}|[{NUMERAL}俩仨]{{1,4}})"
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
_WANT: Final = r"(?:要|需要?|来|派|找|请|叫|差|缺)"
_HEADS: Final = tuple(
    re.compile(text, re.IGNORECASE | re.ASCII)
    for text in (
        rf"{_WANT}\s?(?P<count>{_NUMBER})\s?(?:个|名|位)?\s?(?:人(?![家口民])|志愿者|师傅|小伙子?|年轻人|帮手|壮劳力|党员)",
        rf"{_WANT}\s?(?P<count>[俩仨])人?{_NOT_BEFORE_HAN}",
        rf"{_NOT_AFTER_HAN}(?<![0-9A-Za-z])(?P<count>{_NUMBER})\s?人{_NOT_BEFORE_HAN}",
        (
            r"\b(?:needs?|send|want|wants|takes)\s(?P<count>[0-9]{1,5}|one|two|three|four|five|six)\s"
            r"(?:people|persons?|men|volunteers?|helpers?|workers?)\b"
        ),
        r"\b(?P<count>[0-9]{1,5}|two|three|four|five|six)\s(?:people|persons?|men|volunteers?|helpers?)\sneeded\b",
    )
)
_GOES_ON: Final = {"电": "梯视话脑池器动饭磁瓶车影", "油": "烟漆", "水": "果", "灯": "笼"}
"""What makes the last character of a word the first of another: 没电 is not in 没电梯."""

_ALSO: Final = re.compile(
    r"顺便|顺道|顺带|另外|同时|以及|而且|还(?=[要想得需有请])|[再也](?=[要想得请帮给买送陪])"
    r"|\balso\b|\bas\swell\sas\b|\band\b",
    re.IGNORECASE,
)
_MOST_JOINTS: Final = 3
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
    line = plain(text)
    for pattern in _HEADS:
        match = pattern.search(line)
        if match:
            said = match["count"].lower()
            count = _SPOKEN.get(said, number_of(said) if said not in _SPOKEN else None)
            return None if count is None else (count, match.span())
    return None


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
