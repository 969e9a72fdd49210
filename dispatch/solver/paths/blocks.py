"""Long arrays worked on piece by piece, so that what is worked out of them is small beside them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

LONG: Final = 2**14
"""Numbers in a block."""


def blocks(many: int) -> Iterator[slice]:
    """Yield where each block of so many numbers begins and ends, one after the other."""
    for start in range(0, many, LONG):
        yield slice(start, min(many, start + LONG))
