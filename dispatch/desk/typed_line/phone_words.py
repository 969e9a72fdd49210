"""The phone numbers in a line of text, and what looks like one but is none."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from dispatch.desk.numerals import plain
from dispatch.desk.phones import EMERGENCY_NUMBERS, is_local_number, parse_phone
from dispatch.errors import Refused

_SEP: Final = r"[ -]"
_COUNTRY: Final = rf"(?:(?:\+|00)86{_SEP}?|86{_SEP}?(?=1[3-9][0-9]))?"
_SHAPES: Final = tuple(
    re.compile(text, re.IGNORECASE | re.ASCII)
    for text in (
        # Fiction: +999 and ten or eleven digits.
        rf"(?<![0-9])(?:(?:\+|00){_SEP}?999{_SEP}?(?:[0-9]{{10,11}}|[0-9]{{3}}{_SEP}[0-9]{{4}}{_SEP}[0-9]{{3,4}})|999[0-9]{{10,11}})(?![0-9])",
        # Mobiles, in one piece or in the groups in which they are read out.
        (
            rf"(?<![0-9+]){_COUNTRY}1[3-9](?:[0-9]{{9}}|[0-9]{_SEP}[0-9]{{4}}{_SEP}[0-9]{{4}}|[0-9]{_SEP}[0-9]{{8}}"
            rf"|[0-9]{{2}}{_SEP}[0-9]{{3}}{_SEP}[0-9]{{4}}|[0-9]{{5}}{_SEP}[0-9]{{4}})(?![0-9])"
        ),
        # Land lines with an area code.
        rf"(?<![0-9])(?:(?:\+|00)86{_SEP}?|\(?0)[0-9]{{2,3}}\)?{_SEP}?[0-9]{{3,4}}{_SEP}?[0-9]{{4}}(?![0-9])",
        # Anything else with a plus, in groups.
        rf"\+[1-9][0-9]{{0,14}}(?:{_SEP}[0-9]{{2,5}}){{0,5}}(?![0-9])",
    )
)
_SHORT: Final = re.compile(
    r"(?:电话|座机|短号|\btel|\bphone)\s?[:.]?\s?([0-9]{3,6})(?![0-9\-])", re.IGNORECASE | re.ASCII
)
_RUN: Final = re.compile(r"(?<![0-9A-Za-z\-.])[0-9]{7,15}(?![0-9A-Za-z]|\s?(?:[个名位]|人|块|元))", re.ASCII)
_IN_TWO: Final = re.compile(r"(?<![0-9A-Za-z\-.#])(?!20[0-9]{2}-20)[2-9][0-9]{2,3}-[0-9]{4}(?![0-9A-Za-z\-])", re.ASCII)
_OTHER_NUMBER: Final = re.compile(
    r"(?:编号|单号|表号|户号|卡号|尾号|账号|帐号|工号|证号|订单|读数)[:\s]{0,2}$|\bno\.?\s?$", re.IGNORECASE
)
_SPOKEN: Final = re.compile("[零〇一二三四五六七八九幺]{7,15}")
_DIGITS: Final = str.maketrans("零〇一二三四五六七八九幺", "001234567891")
_MOBILE: Final = r"(?<![0-9A-Za-z\-.#])1[3-9][0-9]"
_BROKEN: Final = tuple(
    re.compile(text, re.ASCII)
    for text in (
        # 138 0000 000 1, 138-0000-00
        rf"{_MOBILE}(?:{_SEP}?[0-9]){{4,12}}(?![0-9A-Za-z]|{_SEP}?[0-9])",
        # 138O0000001
        rf"{_MOBILE}(?=[0-9]{{0,12}}[OoIl])[0-9OoIl]{{3,12}}(?![0-9A-Za-z])",
        # 138 at the end of the line, by itself.
        rf"(?:(?<=[\s,;:、])|^){_MOBILE}[0-9]{{0,3}}(?=[\s,.;。]*$)",
    )
)
_DATE: Final = re.compile(r"20[0-9]{2}(?:0[1-9]|1[0-2])(?:[0-2][0-9]|3[01])")


@dataclass(frozen=True, slots=True)
class FoundPhone:
    """A phone number in a line.

    Args:
        phone: In E.164, or a short code; none where the digits are no phone number.
        written: As it was typed.
        span: Where it stands.
    """

    phone: str | None
    written: str
    span: tuple[int, int]


def find_phones(text: str, region: str = "CN", area_code: str = "") -> tuple[FoundPhone, ...]:
    """Return the phone numbers in a line, in order; a mistyped one too, where there is no other.

    Numbers of 3 to 6 digits are read only behind a word that announces them (电话12345): 301 is a door.

    Args:
        text: At most a line.
        region: Two-letter country of numbers written without a country code.
        area_code: Of land lines written without one (68881234); empty means that these are no phone yet.
    """
    line = _SPOKEN.sub(lambda run: run[0].translate(_DIGITS), plain(text))
    if sum(map(str.isdigit, line)) < 3:
        return ()
    found = {phone.span: phone for phone in _written(line, text, region)}
    for match in _SHORT.finditer(line):
        if match[1] not in EMERGENCY_NUMBERS:
            # 电话138 begins a mobile, and is no short code.
            short = None if re.fullmatch("1[3-9][0-9]", match[1]) else match[1]
            found[match.span()] = FoundPhone(short, text[slice(*match.span(1))], match.span())
    if not found:
        for match in _RUN.finditer(line):
            if not (_DATE.fullmatch(match[0]) or _OTHER_NUMBER.search(line[: match.start()])):
                phone = _local(match[0], region, area_code)
                found[match.span()] = FoundPhone(phone, text[slice(*match.span())], match.span())
        for match in _IN_TWO.finditer(line) if area_code else ():
            phone = _local(match[0], region, area_code)
            if phone is not None:
                found[match.span()] = FoundPhone(phone, text[slice(*match.span())], match.span())
    return tuple(phone for _, phone in sorted(found.items()))


def find_broken_phones(rest: str) -> tuple[str, ...]:
    """Return what looks like the beginning of a mobile, or one mistyped, as it was typed.

    Args:
        rest: A line in which phones, addresses and times are blank, so that a door or an hour is no phone.
    """
    line = plain(rest)
    found = (match for pattern in _BROKEN for match in pattern.finditer(line))
    return tuple(
        rest[match.start() : match.end()] for match in found if not _OTHER_NUMBER.search(line[: match.start()])
    )


def _local(written: str, region: str, area_code: str) -> str | None:
    if not area_code or not is_local_number(written):
        return None
    try:
        return parse_phone(written, region, area_code)
    except Refused:
        return None


def _written(line: str, text: str, region: str) -> Iterator[FoundPhone]:
    for shape in _SHAPES:
        for match in shape.finditer(line):
            phone = _longest(line, match.span(), region)
            if phone is not None:
                end = phone[1]
                line = line[: match.start()] + "#" * (end - match.start()) + line[end:]
                yield FoundPhone(phone[0], text[match.start() : end], (match.start(), end))
    if region != "CN" and sum(map(str.isdigit, line)) >= 7:
        import phonenumbers

        for number in phonenumbers.PhoneNumberMatcher(line, region):
            written = phonenumbers.format_number(number.number, phonenumbers.PhoneNumberFormat.E164)
            yield FoundPhone(written, text[number.start : number.end], (number.start, number.end))


def _longest(line: str, span: tuple[int, int], region: str) -> tuple[str, int] | None:
    """Return the phone that begins the span and where it ends, leaving off groups that follow it."""
    start, end = span
    while end > start:
        try:
            return parse_phone(line[start:end], region), end
        except Refused:
            end = max(line.rfind(" ", start, end), line.rfind("-", start, end))
    return None
