"""Long arrays worked on piece by piece, so that what is worked out of them is small beside them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from dispatch.solver.paths.levels import Numbers

LONG: Final = 2**14
"""Numbers in a block."""


def blocks(many: int) -> Iterator[slice]:
    """Yield where each block of so many numbers begins and ends, one after the other."""
    for start in range(0, many, LONG):
        yield slice(start, min(many, start + LONG))


def blocks_of(sizes: Numbers) -> Iterator[slice]:
    """Yield where each block of things begins and ends that have so many numbers each; more where one has more."""
    ends = np.cumsum(sizes)
    begin = 0
    while begin < len(ends):
        before = int(ends[begin - 1]) if begin else 0
        end = max(begin + 1, int(np.searchsorted(ends, before + LONG, side="right")))
        yield slice(begin, end)
        begin = end
