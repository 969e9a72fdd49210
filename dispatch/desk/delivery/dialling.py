"""A phone number in the groups in which people read it out and dial it."""

from __future__ import annotations

import re
from typing import Final

_GROUPED: Final = (
    (re.compile(r"\+86(1\d{2})(\d{4})(\d{4})"), r"\1 \2 \3"),
    (re.compile(r"\+86(10|2\d)(\d{4})(\d{4})"), r"0\1 \2 \3"),
    (re.compile(r"\+86([3-9]\d{2})(\d{3,4})(\d{4})"), r"0\1 \2 \3"),
    (re.compile(r"(\+999)(\d{3})(\d{3,4})(\d{4})"), r"\1 \2 \3 \4"),
    (re.compile(r"(\+1)(\d{3})(\d{3})(\d{4})"), r"\1 \2 \3 \4"),
)


def as_dialled(phone: str) -> str:
    """Return an E.164 number in groups, a Chinese one as it is dialled within China; others as they stand.

    Example:
        >>> as_dialled("+9991380000001"), as_dialled("12345"), as_dialled("+4930123456")
        ('+999 138 000 0001', '12345', '+4930123456')
    """
    for written, grouped in _GROUPED:
        if written.fullmatch(phone):
            return written.sub(grouped, phone)
    return phone
