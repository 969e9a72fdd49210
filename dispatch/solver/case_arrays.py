"""Whether the arrays of a case fit each other: said by the name of the array, before anything is solved."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from dispatch.solver.case import Case
from dispatch.solver.paths.levels import Aim


def check_case(case: Case) -> None:
    """Look through every array of a case.

    Raises:
        ValueError: One does not fit the others; the sentence begins with its name.
    """
    requests, responders, pairs = len(case.headcount), len(case.capacity), len(case.rows)
    _check_numbers("headcount", case.headcount, requests, least=1)
    _check_numbers("capacity", case.capacity, responders, least=0)
    _check_numbers("rows", case.rows, pairs, least=0, below=requests)
    _check_numbers("columns", case.columns, pairs, least=0, below=responders)
    _check_numbers("units", case.units, pairs, least=0)
    keys = case.rows.astype(np.int64) * responders + case.columns
    if (keys[1:] <= keys[:-1]).any() and (np.diff(np.sort(keys)) == 0).any():
        raise ValueError("rows, columns: a pair stands there twice")
    for at, aim in enumerate(case.aims):
        _check_aim(f"aims[{at}]", aim, requests, responders, pairs)
    for first, second in case.apart:
        _check_ids("apart", (first, second), responders)
        if first == second:
            raise ValueError(f"apart: responder {first} cannot be kept apart from themselves")
    for responder, both in case.clashes.items():
        if responder is not None:
            _check_ids("clashes", (responder,), responders)
        for first, second in both:
            _check_ids("clashes", (first, second), requests)
            if first == second:
                raise ValueError(f"clashes: request {first} cannot clash with itself")
    for at, cover in enumerate(case.covers):
        _check_ids(f"covers[{at}].row", (cover.row,), requests)
        _check_ids(f"covers[{at}].columns", cover.columns, responders)
        if cover.least < 0:
            raise ValueError(f"covers[{at}].least: a whole number of 0 or more, not {cover.least}")


def _check_aim(name: str, aim: Aim, requests: int, responders: int, pairs: int) -> None:
    parts = {"left_out": requests, "pair": pairs, "first_seat": responders, "next_seat": responders}
    for part, length in parts.items():
        numbers = getattr(aim, part)
        if numbers is not None:
            _check_numbers(f"{name}.{part}", numbers, length, least=0 if part == "next_seat" else None)


def _check_numbers(
    name: str, numbers: npt.NDArray[np.int64], length: int, *, least: int | None = None, below: int | None = None
) -> None:
    if not isinstance(numbers, np.ndarray) or numbers.shape != (length,) or numbers.dtype.kind not in "iu":
        found = f"{numbers.dtype} of {numbers.shape}" if isinstance(numbers, np.ndarray) else type(numbers).__name__
        raise ValueError(f"{name}: whole numbers of ({length},), not {found}")
    if not length:
        return
    if least is not None and numbers.min() < least:
        raise ValueError(f"{name}: whole numbers of {least} or more, not {numbers.min()}")
    if below is not None and numbers.max() >= below:
        raise ValueError(f"{name}: whole numbers below {below}, not {numbers.max()}")


def _check_ids(name: str, ids: Iterable[int], count: int) -> None:
    for one in ids:
        if not 0 <= one < count:
            raise ValueError(f"{name}: whole numbers below {count}, not {one}")
