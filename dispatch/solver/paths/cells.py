"""Who is in which cell, cell by cell."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from dispatch.solver.paths.blocks import blocks
from dispatch.solver.paths.levels import Numbers

Reals = npt.NDArray[np.float64]
Starts = npt.NDArray[np.int32]


def extent(ours: Reals, theirs: Reals) -> tuple[float, float]:
    """Return the least and the greatest of two lots of numbers, 0 and 0 where there are none."""
    both = [one for one in (ours, theirs) if len(one)]
    return float(min((one.min() for one in both), default=0.0)), float(max((one.max() for one in both), default=0.0))


def by_cell(of: Numbers, many: int) -> tuple[Starts, Numbers]:
    """Return where the entries of each cell begin, and which these are, in their order, in the place of ``of``.

    Args:
        of: (n,) the cell of each entry; overwritten.
        many: How many cells there are.
    """
    # Whole numbers are sorted many times as quickly as their places, so a place stands in the digits below its cell.
    digits = max(1, len(of)).bit_length()
    starts = starts_of(of, many)
    of <<= digits
    for part in blocks(len(of)):
        of[part] |= np.arange(part.start, part.stop)
    of.sort()
    of &= (1 << digits) - 1
    return starts, of


def starts_of(of: npt.NDArray[Any], many: int) -> Starts:
    """Return where each of so many cells begins, and where the last one ends; (many + 1,)."""
    starts = np.zeros(many + 1, dtype=np.int32)
    np.cumsum(np.bincount(of, minlength=many), out=starts[1:])
    return starts
