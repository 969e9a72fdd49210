"""Which of the two readers runs a search: Numba where it is installed and worth its while, else CPython."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from importlib.util import find_spec, module_from_spec
from types import FunctionType
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

WORTH_COMPILING: Final = 20_000
"""Arcs, or requests and responders, from which on compiled code is fetched: below, CPython is done first."""

_ROOM: Final = "dispatch.solver.paths"
_MODULES: Final = ("search", "lists", "maps", "circles")


class Engine(NamedTuple):
    """One reader of the four modules: their functions under their own names.

    Args:
        is_compiled: Whether it works on arrays of 64-bit integers; else on lists of any integers.
    """

    is_compiled: bool
    search: Any
    lists: Any
    maps: Any
    circles: Any


def engine_for(size: int, *, fits: bool, compiled: bool | None = None) -> Engine:
    """Choose the engine.

    Args:
        size: Arcs, or requests and responders where no arcs are written down.
        fits: Whether all folded costs fit into 64 bits.
        compiled: Ask for one of the two by name; none leaves it to the size.
    """
    wanted = size >= WORTH_COMPILING if compiled is None else compiled
    if wanted and fits and find_spec("numba") is not None:
        return _compiled()
    return Engine(False, *(import_module(f"{_ROOM}.{name}") for name in _MODULES))


def read_by(engine: Engine, values: npt.NDArray[Any]) -> Any:
    """Return integers as an engine reads them."""
    return np.ascontiguousarray(values, dtype=np.int64) if engine.is_compiled else values.tolist()


@cache
def _compiled() -> Engine:
    return Engine(True, *(_copy(f"{_ROOM}.{name}") for name in _MODULES))


def _copy(name: str) -> Any:
    """Read a module a second time and compile each of its functions: one source, so one meaning."""
    import numba

    spec = find_spec(name)
    assert spec is not None
    assert spec.loader is not None
    copy = module_from_spec(spec)
    spec.loader.exec_module(copy)
    for word, value in list(vars(copy).items()):
        if isinstance(value, FunctionType) and value.__module__ == name:
            setattr(copy, word, numba.njit(cache=True)(value))
    return copy
