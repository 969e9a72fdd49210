"""Phone numbers as people write them, made E.164."""

from __future__ import annotations

import re
from typing import Final

from dispatch.desk.numerals import plain
from dispatch.errors import Refused

EMERGENCY_NUMBERS: Final = frozenset({"110", "119", "120", "122"})
_FICTION: Final = "+999"
_LONGEST: Final = 40

_LABEL = re.compile(
    r"^'?\s*(?:tel|phone|mobile|电话|手机号?|座机)?\s*[:.]?\s*(?=[0-9+(])", re.IGNORECASE | re.ASCII
)
_WHOLE = re.compile(r"(\+?[0-9]+)\.0*", re.ASCII)
_ROUNDED = re.compile(r"[0-9](?:\.[0-9]+)?[eE]\+?[0-9]{1,2}", re.ASCII)
_WRITTEN = re.compile(r"\+?[0-9()\s./·_-]+", re.ASCII)
_EXTENSION = re.compile(r"[0-9)]\s*(?:转|分机|ext\.?|x)\s*[0-9]{1,6}", re.IGNORECASE | re.ASCII)
_LOCAL = re.compile(r"(?!1[3-9])[1-9][0-9]{2,3}[ -]?[0-9]{4}", re.ASCII)
"""A land line as it is dialled next door; what begins like a mobile is one cut short."""
_MADE_UP = re.compile(r"\+?999[0-9]{10,11}", re.ASCII)


def parse_phone(text: str, region: str = "CN", area_code: str = "") -> str:
    """Return a phone number in E.164, or a short code as it stands.

    Args:
        text: With spaces, dashes, brackets, full-width digits, +86 or 0086, an area code, or as a sheet's
            number cell leaves it ("….0"). +999 and ten or eleven digits are fiction, and taken as well.
        region: Two-letter country of numbers written without a country code.
        area_code: Of land lines written without one; empty means that these are refused.

    Returns:
        "+" and 7 to 15 digits; or a short code of 3 to 6 digits.

    Raises:
        Refused: It is no number of that country, or more than a number.
    """
    written = _LABEL.sub("", plain(text).strip(), count=1)
    if not written:
        raise Refused(
            "no phone number was given", hint="write a mobile number, or a land line with its area code"
        )
    shown = text.strip()[:_LONGEST]
    if _ROUNDED.fullmatch(written):
        raise Refused(
            "{text} is not a phone number",
            text=shown,
            hint="the sheet has rounded it: format the column as text and type the number again",
        )
    if _EXTENSION.search(written):
        raise Refused(
            "{text} is a phone number with an extension",
            text=shown,
            hint="write the number alone, and the extension in the note",
        )
    whole = _WHOLE.fullmatch(written)
    written = whole[1] if whole else written
    is_one = len(written) <= _LONGEST and _WRITTEN.fullmatch(written) is not None
    digits = re.sub("[^0-9]", "", written)
    if written.startswith("+"):
        digits = "+" + digits
    elif digits.startswith("00"):
        digits = "+" + digits[2:]
    if is_one and _MADE_UP.fullmatch(digits):
        return "+" + digits.removeprefix("+")
    if digits.isdigit() and 3 <= len(digits) <= 6 and digits == written:
        return digits
    is_local = is_local_number(written)
    known = _known_number(area_code + digits if is_local else digits, region) if is_one else None
    if known is None and is_local and not area_code:
        raise Refused(
            "{text} is a land line without its area code",
            text=shown,
            hint="write the area code before it, or set it once for all in dispatch.toml: area_code, below [phones]",
        )
    if known is None and is_local:
        raise Refused(
            "{text} is not a phone number, even with the area code {area_code}",
            text=shown,
            area_code=area_code,
            hint="write a mobile number, or a land line with its area code",
        )
    if known is None:
        raise Refused(
            "{text} is not a phone number",
            text=shown,
            hint="write a mobile number, or a land line with its area code",
        )
    return known


def is_local_number(text: str) -> bool:
    """Return whether a text is a land line without its area code: 7 or 8 digits, in one piece or in two."""
    return _LOCAL.fullmatch(plain(text).strip()) is not None


def parse_own_phone(text: str, region: str = "CN", area_code: str = "") -> str:
    """Return the phone number at which a person can be reached, in E.164.

    Args:
        text: As of ``parse_phone``.
        region: As of ``parse_phone``.
        area_code: As of ``parse_phone``.

    Raises:
        Refused: It is no number of that country, or a short code: 120 and 12345 are nobody's own.
    """
    found = parse_phone(text, region, area_code)
    if not found.startswith("+"):
        raise Refused(
            "{text} is a short code, not a person's phone",
            text=found,
            hint="write a mobile number, or a land line with its area code",
        )
    return found


def is_fiction(phone: str) -> bool:
    """Return whether an E.164 number lies in the range that is nobody's."""
    return phone.startswith(_FICTION)


def can_be_dialled(phone: str) -> bool:
    """Return whether a channel that reaches real people may be handed this number.

    Never a number of fiction, and never 110, 119, 120 or 122: those are called by people.
    """
    return bool(phone) and not is_fiction(phone) and phone not in EMERGENCY_NUMBERS


def _known_number(digits: str, region: str) -> str | None:
    # 25 ms to import: paid only by those who hand over a number.
    import phonenumbers

    try:
        number = phonenumbers.parse(digits, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
