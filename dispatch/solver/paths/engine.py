"""Which of the two readers runs a search: Numba where it is installed and worth its while, else CPython."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from hashlib import sha256
from importlib import import_module
from importlib.util import find_spec, module_from_spec
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any, Final, Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from dispatch.solver.paths import queues, rooms, sieves

WORTH_COMPILING: Final = 20_000
"""Arcs, or requests and responders, from which on compiled code is fetched: below, CPython is done first."""

SMALL: Final = frozenset(
    (
        *("metres", "cost_of", "cost_at", "cost_from", "is_plain", "_reach", "_look_back_along", "look", "look_back"),
        *("cheapest", "leave", "sit", "insert", "highest", "_highest_along", "refill", "open_up"),
        *("is_content", "_is_true", "_write_back", "_is_dear", "bound", "below_price", "_keep", "meet", "meet_back"),
        *("clear_array", "is_empty_array", "push_array", "pop_array", "has_room_array", "put_in_order_array"),
        *("sieve_lanes", "sieve_back_lanes", "lowest_lane"),
    )
)
"""Functions that are written into their callers: handing over all arrays would take longer than what they do."""

_ROOM: Final = "dispatch.solver.paths"
Ways = Literal["lists", "maps"]
MODULES: Final[dict[Ways, str]] = {"lists": "lists", "maps": "walking"}
"""Where the functions are that follow each kind of arcs."""


class Engine(NamedTuple):
    """One reader of the searches over one kind of arcs.

    Args:
        is_compiled: Whether it works on arrays of 64-bit integers; else on lists of any integers.
        search, circles: Copies of the modules that follow arcs as ``ways`` does.
        ways: ``lists`` or ``walking``, whichever follows the arcs.
        proofs: A copy of the module that proves plans on maps; none for lists.
    """

    is_compiled: bool
    search: Any
    circles: Any
    ways: Any
    proofs: Any


def engine_for(ways: Ways, size: int, *, fits: bool = True, compiled: bool | None = None) -> Engine:
    """Choose the engine.

    Args:
        ways: How arcs are kept.
        size: Arcs, or requests and responders where no arcs are written down.
        fits: Whether all folded costs fit into 64 bits.
        compiled: Ask for one of the two by name; none leaves it to the size.
    """
    wanted = size >= WORTH_COMPILING if compiled is None else compiled
    return _engine(ways, compiled=wanted and fits and find_spec("numba") is not None)


@cache
def _engine(ways: Ways, *, compiled: bool) -> Engine:
    compile_ = _numba() if compiled else lambda function: function
    given = _arrays(compile_) if compiled else {}
    if ways == "maps":
        places = _copy("maps", compile_, given)
        given |= {name: getattr(places, name) for name in ("cost_of", "cost_at", "cost_from", "is_plain", "metres")}
        nearby = _copy("sieves", compile_, given)
        given |= {name: getattr(nearby, name) for name in ("meet", "meet_back")}
    seating = _copy("search", compile_, given)
    of_ways = _copy(MODULES[ways], compile_, given | {"sit": seating.sit})
    given |= {name: getattr(of_ways, name) for name in ("look", "look_back", "highest", "pair")}
    lists_moves = _numba(allocates=True) if compiled else compile_
    search, circles = _copy("search", compile_, given), _copy("circles", lists_moves, given)
    return Engine(compiled, search, circles, of_ways, _copy("proofs", compile_, given) if ways == "maps" else None)


def read_by(engine: Engine, values: npt.NDArray[Any]) -> Any:
    """Return integers as an engine reads them."""
    return np.ascontiguousarray(values, dtype=np.int64) if engine.is_compiled else values.tolist()


def _numba(*, allocates: bool = False) -> Callable[[Any], Any]:
    import numba

    # What Numba keeps on disk is found by a function's name and its own file; what was written into it from
    # another file counts as well, so the name tells of all.
    ours = sha256(b"".join(path.read_bytes() for path in sorted(Path(__file__).parent.glob("*.py"))))
    mark = ours.hexdigest()[:12]

    def compile_(function: Any) -> Any:
        function.__qualname__ = f"{function.__name__}_{mark}"
        # Where nothing allocates, references are not counted: that is half of what a look costs.
        inline = "always" if function.__name__ in SMALL else "never"
        options: dict[str, Any] = {"cache": True, "error_model": "numpy", "_nrt": allocates, "inline": inline}
        return numba.njit(**options)(function)

    return compile_


def _arrays(compile_: Callable[[Any], Any]) -> dict[str, Any]:
    from dispatch.solver.paths import lanes

    return {
        "sieve": compile_(lanes.sieve_lanes),
        "sieve_back": compile_(lanes.sieve_back_lanes),
        "lowest": compile_(lanes.lowest_lane),
        "bound": compile_(sieves.bound),
        "below_price": compile_(sieves.below_price),
        "clear": compile_(queues.clear_array),
        "is_empty": compile_(queues.is_empty_array),
        "push": compile_(queues.push_array),
        "pop": compile_(queues.pop_array),
        "has_room": compile_(rooms.has_room_array),
        "put_in_order": compile_(rooms.put_in_order_array),
    }


def _copy(name: str, compile_: Callable[[Any], Any], given: dict[str, Any]) -> ModuleType:
    """Read a module once more, with other functions under some names: one source, so one meaning."""
    spec = find_spec(f"{_ROOM}.{name}")
    assert spec is not None
    assert spec.loader is not None
    copy = module_from_spec(spec)
    spec.loader.exec_module(copy)
    module = import_module(f"{_ROOM}.{name}")
    for word, value in list(vars(copy).items()):
        if word in given:
            setattr(copy, word, given[word])
        elif isinstance(value, type):
            # One class whoever reads, or what was compiled for the other would not be found again.
            setattr(copy, word, getattr(module, word))
        elif isinstance(value, FunctionType) and value.__module__ == f"{_ROOM}.{name}":
            setattr(copy, word, compile_(value))
    return copy
