"""HiGHS as OR-Tools' wheel brings it, called through its C interface.

The interface lets a relaxation go on from where the last one stopped, gives
prices of rows and true bounds when time is up, and prints nothing; OR-Tools'
``model_builder`` does none of these for HiGHS (9.15), and so is only asked where
the library is not found (``builder.py``).

Source: interfaces/highs_c_api.h of HiGHS 1.12.
"""

from __future__ import annotations

import ctypes
from ctypes import POINTER, byref, c_char_p, c_double, c_int, c_void_p
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from dispatch.clock import stopwatch
from dispatch.solver.paths.levels import Numbers
from dispatch.solver.teams.program import ANY, Floats, Scope

_OPTIMAL, _INFEASIBLE, _UNBOUNDED_OR_INFEASIBLE, _STEPS, _UNKNOWN = 7, 8, 9, 14, 15
_ROWWISE, _MINIMISE, _FEASIBLE = 2, 1, 2
AT_LOWER: Final = 0
BASIC: Final = 1
_ANY_SIMPLEX, _PRIMAL_SIMPLEX = 0, 4
MOST_STEPS: Final = 5000
"""After so many steps from where another program stopped, beginning afresh is quicker."""
_MAJOR: Final = 1
"""Version whose interface is spoken here."""


class Basis(NamedTuple):
    """How each column and each row stands where the simplex method stopped, in the words of HiGHS.

    Args:
        columns: (N,) ``AT_LOWER``, ``BASIC`` or another.
        rows: (R,) likewise.
    """

    columns: npt.NDArray[np.int32]
    rows: npt.NDArray[np.int32]


class Relaxed(NamedTuple):
    """What a linear program came to.

    Args:
        is_empty: No point is in it.
        point: (N,) the best one; none where time was up before.
        prices: (R,) what one more unit on the right hand side of each row adds.
        basis: Where it stopped, to go on from; none where the solver does not say.
    """

    is_empty: bool
    point: Floats | None = None
    prices: Floats | None = None
    basis: Basis | None = None


class Found(NamedTuple):
    """What a program over zeros and ones came to.

    Args:
        is_empty: No point is in it.
        is_done: Time was enough.
        point: (N,) the best one found; none where none was.
        bound: What no point comes below, as far as floating point goes; none where nothing is known.
    """

    is_empty: bool
    is_done: bool
    point: Floats | None = None
    bound: float | None = None


@cache
def library() -> ctypes.CDLL | None:
    """Return HiGHS, or none where the wheel has it not or in a version that is not known here."""
    spec = find_spec("ortools")
    for place in (spec.submodule_search_locations or []) if spec else []:
        for path in sorted(Path(place).glob(".*/*highs*")):
            try:
                found = ctypes.CDLL(str(path))
                if found.Highs_versionMajor() == _MAJOR and found.Highs_getSizeofHighsInt(None) == ctypes.sizeof(c_int):
                    return _typed(found)
            except (OSError, AttributeError):
                continue
    return None


def _typed(found: ctypes.CDLL) -> ctypes.CDLL:
    """Say how each function is called."""
    model = [c_void_p, *[c_int] * 5, c_double, *[c_void_p] * 8]
    for name, kinds in {
        "destroy": [c_void_p],
        "run": [c_void_p],
        "zeroAllClocks": [c_void_p],
        "clearSolver": [c_void_p],
        "getModelStatus": [c_void_p],
        "setBoolOptionValue": [c_void_p, c_char_p, c_int],
        "setIntOptionValue": [c_void_p, c_char_p, c_int],
        "setDoubleOptionValue": [c_void_p, c_char_p, c_double],
        "passLp": model,
        "passMip": [*model, c_void_p],
        "changeColsCostByRange": [c_void_p, c_int, c_int, c_void_p],
        "changeColsBoundsByRange": [c_void_p, c_int, c_int, c_void_p, c_void_p],
        "changeRowBounds": [c_void_p, c_int, c_double, c_double],
        "addRow": [c_void_p, c_double, c_double, c_int, c_void_p, c_void_p],
        "setSolution": [c_void_p] * 5,
        "getSolution": [c_void_p] * 5,
        "setBasis": [c_void_p] * 3,
        "getBasis": [c_void_p] * 3,
        "getDoubleInfoValue": [c_void_p, c_char_p, POINTER(c_double)],
        "getIntInfoValue": [c_void_p, c_char_p, POINTER(c_int)],
    }.items():
        getattr(found, f"Highs_{name}").argtypes = kinds
    found.Highs_create.restype = c_void_p
    return found


class _Instance:
    """One instance of HiGHS, freed with its owner."""

    def __init__(self) -> None:
        highs = library()
        assert highs is not None
        self.highs: Any = highs
        self.it = highs.Highs_create()
        highs.Highs_setBoolOptionValue(self.it, b"output_flag", 0)
        highs.Highs_setIntOptionValue(self.it, b"threads", 1)

    def __del__(self) -> None:
        self.highs.Highs_destroy(self.it)

    def read(self, scope: Scope, cost: Floats, *, whole: bool) -> None:
        """Take a program in."""
        size, rows = len(scope.lower), len(scope.low)
        parts: list[npt.NDArray[Any]] = [cost, _floats(scope.lower), _floats(scope.upper)]
        parts += [_right_hand(scope.low), _right_hand(scope.high)]
        parts += [_ints(scope.start[:-1]), _ints(scope.index), _floats(scope.value)]
        if whole:
            parts.append(np.ones(size, dtype=np.int32))
        call = self.highs.Highs_passMip if whole else self.highs.Highs_passLp
        call(self.it, size, rows, len(scope.index), _ROWWISE, _MINIMISE, 0.0, *map(_at, parts))

    def run(self, seconds: float | None) -> int:
        """Solve, and return HiGHS' status."""
        self.highs.Highs_zeroAllClocks(self.it)
        self.highs.Highs_setDoubleOptionValue(self.it, b"time_limit", np.inf if seconds is None else max(0.0, seconds))
        self.highs.Highs_run(self.it)
        return int(self.highs.Highs_getModelStatus(self.it))

    def forget(self) -> None:
        """Begin afresh next time, by the method that HiGHS likes best, with as many steps as it takes."""
        self.highs.Highs_clearSolver(self.it)
        self.highs.Highs_setIntOptionValue(self.it, b"simplex_strategy", _ANY_SIMPLEX)
        self.highs.Highs_setIntOptionValue(self.it, b"simplex_iteration_limit", 2**31 - 1)

    def solution(self, size: int, rows: int) -> tuple[Floats, Floats]:
        """Return the columns, and the prices of the rows."""
        point, reduced, sums, prices = (np.zeros(length) for length in (size, size, rows, rows))
        self.highs.Highs_getSolution(self.it, *map(_at, (point, reduced, sums, prices)))
        return point, prices


class Relaxation:
    """The program without "whole", solved again and again; each time from where the last one stopped.

    Args:
        scope: What it begins with.
        basis: Where to begin: that of a program with fewer columns, whose further ones are at 0.
    """

    def __init__(self, scope: Scope, basis: Basis | None = None) -> None:
        self.size, self.rows = len(scope.lower), len(scope.low)
        self.low, self.high = scope.low, scope.high
        self.solver = _Instance()
        self.solver.read(scope, np.zeros(self.size), whole=False)
        if basis is not None:
            # Columns that come in leave the point where it is: prices are what changes.
            self.solver.highs.Highs_setIntOptionValue(self.solver.it, b"simplex_strategy", _PRIMAL_SIMPLEX)
            self.solver.highs.Highs_setIntOptionValue(self.solver.it, b"simplex_iteration_limit", MOST_STEPS)
            self.solver.highs.Highs_setBasis(self.solver.it, *map(_at, basis))

    def narrow(self, scope: Scope) -> None:
        """Take over what was decided since: bounds of columns and rows, and rows that were added."""
        highs, it = self.solver.highs, self.solver.it
        columns = _floats(scope.lower), _floats(scope.upper)
        highs.Highs_changeColsBoundsByRange(it, 0, self.size - 1, *map(_at, columns))
        low, high = _right_hand(scope.low), _right_hand(scope.high)
        changed = (scope.low[: self.rows] != self.low) | (scope.high[: self.rows] != self.high)
        for row in np.flatnonzero(changed).tolist():
            highs.Highs_changeRowBounds(it, row, low[row], high[row])
        for row in range(self.rows, len(low)):
            part = slice(int(scope.start[row]), int(scope.start[row + 1]))
            index, value = _ints(scope.index[part]), _floats(scope.value[part])
            highs.Highs_addRow(it, low[row], high[row], len(index), _at(index), _at(value))
        self.rows, self.low, self.high = len(low), scope.low.copy(), scope.high.copy()

    def minimise(self, cost: Numbers, seconds: float | None) -> Relaxed:
        """Return the best point and its prices.

        Where going on comes to nothing (with numbers of very different size HiGHS may say "unknown"), it begins afresh.
        """
        numbers = _floats(cost)
        self.solver.highs.Highs_changeColsCostByRange(self.solver.it, 0, self.size - 1, _at(numbers))
        ends = None if seconds is None else stopwatch() + seconds
        status = self.solver.run(seconds)
        if status in {_STEPS, _UNKNOWN}:
            self.solver.forget()
            status = self.solver.run(None if ends is None else ends - stopwatch())
        if status == _OPTIMAL:
            columns, rows = np.zeros(self.size, dtype=np.int32), np.zeros(self.rows, dtype=np.int32)
            self.solver.highs.Highs_getBasis(self.solver.it, _at(columns), _at(rows))
            return Relaxed(False, *self.solver.solution(self.size, self.rows), Basis(columns, rows))
        return Relaxed(status in {_INFEASIBLE, _UNBOUNDED_OR_INFEASIBLE})


def minimise_whole(scope: Scope, cost: Numbers, start: Floats | None, seconds: float | None) -> Found:
    """Return the best point of zeros and ones.

    Args:
        start: A point in the scope to begin with.
    """
    solver = _Instance()
    highs, it = solver.highs, solver.it
    highs.Highs_setDoubleOptionValue(it, b"mip_rel_gap", 0.0)
    # Objectives are whole numbers: less than one between plan and bound proves the plan.
    highs.Highs_setDoubleOptionValue(it, b"mip_abs_gap", 0.9)
    solver.read(scope, _floats(cost), whole=True)
    if start is not None:
        highs.Highs_setSolution(it, _at(start), None, None, None)
    status = solver.run(seconds)
    if status in {_INFEASIBLE, _UNBOUNDED_OR_INFEASIBLE}:
        return Found(is_empty=True, is_done=True)
    kind, bound = c_int(), c_double()
    highs.Highs_getIntInfoValue(it, b"primal_solution_status", byref(kind))
    highs.Highs_getDoubleInfoValue(it, b"mip_dual_bound", byref(bound))
    point = solver.solution(len(scope.lower), len(scope.low))[0] if kind.value == _FEASIBLE else None
    return Found(False, status == _OPTIMAL, point, bound.value if np.isfinite(bound.value) else None)


def _floats(numbers: Numbers) -> Floats:
    return np.ascontiguousarray(numbers, dtype=np.float64)


def _ints(numbers: Numbers) -> npt.NDArray[np.int32]:
    return np.ascontiguousarray(numbers, dtype=np.int32)


def _right_hand(numbers: Numbers) -> Floats:
    return np.where(numbers >= ANY, np.inf, np.where(numbers <= -ANY, -np.inf, numbers.astype(np.float64)))


def _at(array: npt.NDArray[Any]) -> c_void_p:
    return array.ctypes.data_as(c_void_p)
