"""Which of the two readers runs a search: Numba where it is installed and worth its while, else CPython."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from importlib.util import find_spec, module_from_spec
from types import FunctionType
from typing import Any, Final, NamedTuple

from dispatch.solver.paths import queues

WORTH_COMPILING: Final = 20_000
"""Arcs, or requests and responders, from which on compiled code is fetched: below, CPython is done first."""

_ROOM: Final = "dispatch.solver.paths"


class Engine(NamedTuple):
    """One reader of the three modules: their functions under their own names.

    Args:
        is_compiled: Whether it works on arrays of 64-bit integers; else on lists of any integers.
    """

    is_compiled: bool
    search: Any
    lists: Any
    maps: Any


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
    return Engine(False, *(import_module(f"{_ROOM}.{name}") for name in ("search", "lists", "maps")))


@cache
def _compiled() -> Engine:
    return Engine(True, *(_copy(f"{_ROOM}.{name}") for name in ("search", "lists", "maps")))


def _queue(compile_: Any) -> dict[str, Any]:
    return {
        "clear": compile_(queues.clear_array),
        "is_empty": compile_(queues.is_empty_array),
        "push": compile_(queues.push_array),
        "pop": compile_(queues.pop_array),
    }


def _copy(name: str) -> Any:
    """Read a module a second time and compile each of its functions: one source, so one meaning."""
    import numba

    spec = find_spec(name)
    assert spec is not None
    assert spec.loader is not None
    copy = module_from_spec(spec)
    spec.loader.exec_module(copy)
    # Nothing in there allocates: without Numba's counting of references a look costs half.
    compile_ = numba.njit(cache=True, error_model="numpy", _nrt=False)
    for word, value in _queue(compile_).items():
        if hasattr(copy, word):
            setattr(copy, word, value)
    for word, value in list(vars(copy).items()):
        if isinstance(value, FunctionType) and value.__module__ == name:
            setattr(copy, word, compile_(value))
    return copy
