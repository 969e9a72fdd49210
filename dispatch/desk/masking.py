"""Names and phones so far covered that a page can lie open on a counter."""

from __future__ import annotations


def mask_phone(phone: str) -> str:
    """Return a phone with its middle covered, the home country's code left off.

    The number of stars is always four, so that it tells nothing.

    Example:
        >>> mask_phone("+9991380000001"), mask_phone("12345"), mask_phone("")
        ('+999138****0001', '1****', '')
    """
    for country in ("+86", "+999"):
        if phone.startswith(country):
            kept = "" if country == "+86" else country
            digits = phone.removeprefix(country)
            return f"{kept}{digits[:3]}****{digits[-4:]}" if len(digits) > 9 else f"{kept}{digits[:1]}****"
    if len(phone) > 10:
        return f"{phone[:4]}****{phone[-3:]}"
    return f"{phone[:1]}****" if phone else ""


def mask_name(name: str) -> str:
    """Return a name's first character and stars: two after a Chinese one, three after any other.

    Example:
        >>> mask_name("张三丰"), mask_name("Anna Lee"), mask_name("")
        ('张**', 'A***', '')
    """
    name = name.strip()
    if not name:
        return ""
    return name[0] + ("**" if "\u3400" <= name[0] <= "\u9fff" else "***")
