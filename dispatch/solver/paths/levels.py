"""Strict levels as one integer, and back: what is compared is then compared level by level."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.int64]
Whole = npt.NDArray[np.int32] | Numbers
"""Half as wide where there are many and all fit."""
Folded = npt.NDArray[Any]
"""int64, or Python's integers as objects where 64 bits are too few."""

MOST: Final = 2**56
"""Folded costs below it leave room for the paths of a search in 64 bits."""


class Aim(NamedTuple):
    """What is to be made small, at one level.

    Args:
        name: As in CONTRACT's levels: "unserved_urgent", "waiting", "load", "cost", …
        left_out: (R,) what leaving a request out counts; none where nothing.
        pair: (A,) what each allowed pair counts.
        first_seat: (M,) what the first seat taken at a responder counts.
        next_seat: (M,) how much more each further one, 0 or more: with 2 h + 1 and 2, seats count the
            growth of a load of h in the sum of squares.
        most: What a pair counts at the most, for pairs that are not written down.
    """

    name: str
    left_out: Numbers | None = None
    pair: Numbers | None = None
    first_seat: Numbers | None = None
    next_seat: Numbers | None = None
    most: int = 0

    @property
    def dearest_pair(self) -> int:
        """Return what a pair counts at the most, of either sign."""
        return max(self.most, largest(self.pair))

    @property
    def dearest_seat(self) -> int:
        """Return what a first seat counts at the most, of either sign."""
        return largest(self.first_seat)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fold:
    """Levels folded into one integer each: a number in a system of mixed radices, its digits of either sign.

    Args:
        radices: By level; the first is not needed and 0.
        is_safe: Whether no sum that a plan can reach spills from one digit into the next. Where it is
            false, ``Plan.is_proved`` looks at the digits of the prices.
    """

    radices: tuple[int, ...]
    is_safe: bool
    out: Folded
    cost: Folded
    base: Folded
    step: Folded

    def digits(self, value: int) -> tuple[int, ...]:
        """Return a folded number level by level, the strictest first."""
        found = []
        for radix in reversed(self.radices[1:]):
            digit = (value + radix // 2) % radix - radix // 2
            found.append(digit)
            value = (value - digit) // radix
        return (value, *reversed(found))

    def number(self, levels: Sequence[int]) -> int:
        """Return numbers of each level, the strictest first, folded into one."""
        whole = 0
        for one, radix in zip(levels, self.radices, strict=True):
            whole = whole * radix + int(one)
        return whole

    def folded(self, levels: Numbers) -> Folded:
        """Return the rows of an array of (n, levels) folded into one number each."""
        whole: Folded = np.zeros(len(levels), dtype=self.out.dtype)
        for level, radix in enumerate(self.radices):
            whole = whole * radix + levels[:, level].astype(self.out.dtype)
        return whole

    def columns(self, values: Folded) -> list[Folded]:
        """Return an array of folded numbers as one array a level, the strictest first."""
        found = []
        for radix in reversed(self.radices[1:]):
            digit = (values + radix // 2) % radix - radix // 2
            found.append(digit)
            values = (values - digit) // radix
        return [values, *reversed(found)]


def fold(aims: Sequence[Aim], requests: int, pairs: int, capacity: Numbers, *, most: int | None) -> Fold:
    """Fold levels into one integer.

    Args:
        most: The largest folded cost allowed. Where safe radices would pass it, smaller ones are taken that
            hold at least the paths of a search that are likely; none means that any size will do.

    Raises:
        OverflowError: Not even single costs fit.
    """
    # One seat more than there are: ``Questions.worth_of_one_more`` asks about it.
    seats = int(min(int(capacity.sum()) + 1, requests))
    safe = [0, *(2 * _spread(aim, requests, seats) + 1 for aim in aims[1:])]
    sizes = [_largest(aim) for aim in aims]
    radices = safe
    if most is not None and _top(sizes, safe) > most:
        radices = _shrunk(sizes, safe, most)
    kind = np.dtype(np.int64) if _top(sizes, radices) <= MOST else np.dtype(object)
    return Fold(
        radices=tuple(radices),
        is_safe=radices == safe,
        out=_folded([aim.left_out for aim in aims], radices, requests, kind),
        cost=_folded([aim.pair for aim in aims], radices, pairs, kind),
        base=_folded([aim.first_seat for aim in aims], radices, len(capacity), kind),
        step=_folded([aim.next_seat for aim in aims], radices, len(capacity), kind),
    )


def digits_hold(folded: Fold, aims: Sequence[Aim], capacity: Numbers, price: Folded) -> bool:
    """Say whether folded numbers may be compared as they are: no sum of two prices and two costs leaves its digit.

    Args:
        aims: What was folded.
        price: (M,) folded.
    """
    seats = int(capacity.max(initial=0))
    for aim, radix, digits in zip(aims[1:], folded.radices[1:], folded.columns(price)[1:], strict=True):
        if 8 * max(_largest(aim), _largest_seat(aim, seats)) > radix:
            return False
        if len(digits) and int(np.abs(digits).max()) * 4 >= radix:
            return False
    return True


def _spread(aim: Aim, requests: int, seats: int) -> int:
    """Bound how far apart two plans can lie at a level."""
    out = 0 if aim.left_out is None else int(np.abs(aim.left_out).sum())
    return 2 * (out + aim.dearest_pair * requests + _largest_seat(aim, seats) * seats)


def _largest(aim: Aim) -> int:
    return max(largest(aim.left_out), aim.dearest_pair, aim.dearest_seat)


def _largest_seat(aim: Aim, seats: int) -> int:
    more = 0 if aim.next_seat is None or not len(aim.next_seat) else int(aim.next_seat.max())
    return aim.dearest_seat + more * seats


def _top(sizes: Sequence[int], radices: Sequence[int]) -> int:
    whole = 0
    for size, radix in zip(sizes, radices, strict=True):
        whole = whole * max(1, radix) + size
    return whole


def _shrunk(sizes: Sequence[int], safe: Sequence[int], most: int) -> list[int]:
    """Halve the radices that are largest beside what single costs need, until all fit."""
    radices = list(safe)
    least = [0, *(8 * size + 1 for size in sizes[1:])]
    while _top(sizes, radices) > most:
        choices = [(radix / low, at) for at, (radix, low) in enumerate(zip(radices, least, strict=True)) if radix > low]
        if not choices:
            raise OverflowError("the costs of the matching do not fit into 64 bits")
        _, at = max(choices)
        radices[at] = max(least[at], radices[at] // 2)
    return radices


def _folded(
    parts: Sequence[Numbers | None], radices: Sequence[int], length: int, kind: np.dtype[Any]
) -> Folded:
    whole: Folded | None = None
    for part, radix in zip(parts, radices, strict=True):
        if whole is not None:
            whole = whole * radix
        if part is not None:
            whole = part.astype(kind) if whole is None else whole + part.astype(kind, copy=False)
    return np.zeros(length, dtype=kind) if whole is None else whole


def largest(values: Folded | None) -> int:
    """Return the largest of some numbers, of either sign, as a number that is not below 0."""
    return max(int(values.max()), -int(values.min())) if values is not None and len(values) else 0
