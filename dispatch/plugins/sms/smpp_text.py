"""Texts as SMPP carries them: in parts of 140 bytes with a header each, in one of a few alphabets."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from dispatch.model.message import PLAIN_CHARACTERS

PLAIN: Final = 0
"""Data coding: the gateway's own alphabet, of which we use only what is the same in GSM 7 bit and in ASCII."""

ASCII: Final = 1
LATIN: Final = 3
UCS2: Final = 8
MOST_PARTS: Final = 255
HAS_HEADER: Final = 0x40
"""In ``esm_class``: the text begins with a header."""

_GSM: Final = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM_MORE: Final = {
    0x0A: "\f",
    0x14: "^",
    0x28: "{",
    0x29: "}",
    0x2F: "\\",
    0x3C: "[",
    0x3D: "~",
    0x3E: "]",
    0x40: "|",
    0x65: "€",
}
"""After an escape (3GPP TS 23.038)."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Part of a long text that came in.

    Args:
        group: What all parts of one text share.
        number: From 1.
        of: How many there are.
    """

    group: int
    number: int
    of: int


def parts_of(text: str, group: int) -> tuple[int, list[bytes]]:
    """Return the data coding and the parts of a text, each with its header where there are several.

    Args:
        text: Anything; what nobody can read becomes a space or "?".
        group: What the header calls the text; its last eight bits are used.

    Returns:
        160 plain characters or 70 others in one part, 153 or 67 in each of several; no character is cut in two.
    """
    seen = "".join(" " if unicodedata.category(one) == "Cc" and one != "\n" else one for one in text)
    if PLAIN_CHARACTERS.issuperset(seen):
        return PLAIN, _split([one.encode() for one in seen], 160, 153, group)
    units = [one.encode("utf-16-be", "replace") for one in seen]
    return UCS2, _split(units, 140, 134, group)


def text_of(content: bytes, data_coding: int) -> str:
    """Return what somebody wrote; bytes of no alphabet that we know are read as Latin."""
    if data_coding & 0x0F == UCS2:
        return content.decode("utf-16-be", "replace")
    if data_coding == PLAIN and max(content, default=0) < 0x80:
        return _gsm(content)
    return content.decode("latin-1")


def without_header(content: bytes, esm_class: int) -> tuple[bytes, Piece | None]:
    """Return the text behind a header, and which part of a longer one it is; none where it is whole."""
    if not esm_class & HAS_HEADER or not content or content[0] >= len(content):
        return content, None
    header, rest = content[1 : content[0] + 1], content[content[0] + 1 :]
    at = 0
    while at + 2 <= len(header):
        kind, length = header[at], header[at + 1]
        value = header[at + 2 : at + 2 + length]
        if (kind, len(value)) in ((0x00, 3), (0x08, 4)) and 1 <= value[-1] <= value[-2]:
            return rest, Piece(int.from_bytes(value[:-2]), value[-1], value[-2])
        at += 2 + length
    return rest, None


def _split(units: Sequence[bytes], alone: int, joined: int, group: int) -> list[bytes]:
    if sum(map(len, units)) <= alone:
        return [b"".join(units)]
    parts = [b""]
    for one in units:
        if len(parts[-1]) + len(one) > joined:
            parts.append(b"")
        parts[-1] += one
    if len(parts) > MOST_PARTS:
        return []
    return [bytes((5, 0, 3, group & 0xFF, len(parts), n)) + part for n, part in enumerate(parts, start=1)]


def _gsm(content: bytes) -> str:
    said, escaped = [], False
    for one in content:
        if escaped:
            said.append(_GSM_MORE.get(one, _GSM[one]))
        elif one != 0x1B:
            said.append(_GSM[one])
        escaped = one == 0x1B and not escaped
    return "".join(said)
