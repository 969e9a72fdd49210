"""Random identifiers that sort by when they were made."""

from __future__ import annotations

import os

from dispatch.clock import unix_milliseconds


def new_id() -> str:
    """Return a new UUIDv7 (RFC 9562, section 5.7) as 36 characters of lower-case text.

    The first 48 bits are this machine's Unix milliseconds, so that rows made
    together lie together in an index; nothing reads them back as a time.
    """
    stamp = unix_milliseconds()
    tail = int.from_bytes(os.urandom(10), "big")
    bits = (stamp << 80) | (0x7 << 76) | ((tail >> 68) & 0xFFF) << 64 | (0b10 << 62) | (tail & ((1 << 62) - 1))
    text = f"{bits:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


_BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
TOKEN_LENGTH = 20
"""Characters of the token in a link: 119 bits, and no more than gateways take in a variable."""


def as_token(bits: bytes) -> str:
    """Write the bits of a digest, at least 16 bytes, as the token of a link: letters and digits."""
    number, token = int.from_bytes(bits, "big"), ""
    for _ in range(TOKEN_LENGTH):
        number, digit = divmod(number, 62)
        token += _BASE62[digit]
    return token


def new_secret() -> bytes:
    """Return 32 bytes that nobody can guess."""
    return os.urandom(32)
