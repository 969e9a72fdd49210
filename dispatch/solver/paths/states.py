"""The lists or arrays that searches work on, made and filled."""

from __future__ import annotations

from collections import defaultdict
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from dispatch.solver.paths.engine import Engine, read_by
from dispatch.solver.paths.levels import Fold, Folded, Numbers, Whole, largest
from dispatch.solver.paths.search import ABSENT, OUT, State

WIDE: Final = frozenset(("label", "by", "by_cost", "toward", "mark"))
"""Of what searches write about responders, what may need 64 bits, or answers are made of; the rest is read sooner."""


class Begun(NamedTuple):
    """A plan that searches go on from.

    Args:
        sent: (R,) the responder of each request, ``OUT`` for none.
        paid: (R,) what the pair costs, folded; none while nobody has looked that up.
        price: (M,) what one more unit at each responder costs, folded.
    """

    sent: Whole
    paid: Folded | None
    price: Folded


def beyond_all(folded: Fold, capacity: Numbers, dearest: int) -> int:
    """Return more than any way that a plan can use.

    Args:
        dearest: What a pair costs at the most, for pairs that are not written down.
    """
    most = dearest + sum(largest(one) for one in (folded.out, folded.cost, folded.base))
    further = int(folded.step.max()) if len(folded.step) else 0
    return 8 * (most + int(capacity.max(initial=0)) * further) + 1


def new_state(
    engine: Engine,
    folded: Fold,
    capacity: Numbers,
    dearest: int = 0,
    begun: Begun | None = None,
    *,
    is_closed: bool = False,
    for_few: bool = False,
) -> State:
    """Return the state in which no request is there yet, or a plan has begun.

    Args:
        dearest: What a pair costs at the most, for pairs that are not written down.
        is_closed: All requests are there, left out, and no responder is.
        begun: That plan, with what is paid.
        for_few: Whether CPython reads and writes these very arrays, and keeps scratch of those only whom it meets:
            that is soon made, and small. Else lists, which are read more quickly.
    """
    requests, responders = len(folded.out), len(capacity)
    # Compiled code works on arrays of its own, and answers in 64 bits.
    wide: type[np.signedinteger[Any]] = np.int64 if engine.is_compiled else np.int32
    arrays: dict[str, npt.NDArray[Any]] = {
        "out": folded.out,
        "sent": np.full(requests, ABSENT, dtype=wide),
        "paid": np.zeros(requests, dtype=np.int64),
        "earlier": np.zeros(requests, dtype=wide),
        "later": np.zeros(requests, dtype=wide),
        "price": folded.base.copy() if engine.is_compiled else folded.base,
        "base": folded.base,
        "step": folded.step,
        "capacity": capacity.astype(np.int32) if engine.is_compiled else capacity,
        "latest": np.full(responders, OUT, dtype=wide),
        "searches": np.zeros(1, dtype=np.int64),
        "beyond": np.array([beyond_all(folded, capacity, dearest)], dtype=folded.out.dtype),
    }
    scratch = ("label", "by", "by_cost", "toward", "mark", "done")
    for name in ("used", *(() if for_few else scratch)):
        arrays[name] = np.zeros(responders, dtype=wide if name in WIDE else np.int32)
    if begun is not None and begun.paid is not None:
        sent = begun.sent.astype(np.int64, copy=False) if engine.is_compiled else begun.sent
        arrays |= {"sent": sent, "paid": begun.paid, "price": begun.price}
        served = np.flatnonzero(begun.sent >= 0)
        served = served[np.argsort(begun.sent[served], kind="stable")]
        at = begun.sent[served]
        arrays["used"] = np.bincount(at, minlength=responders).astype(np.int32)
        # One behind the other, responder by responder.
        before, after = np.full((2, len(at)), OUT)
        is_next = at[1:] == at[:-1]
        before[1:][is_next], after[:-1][is_next] = served[:-1][is_next], served[1:][is_next]
        arrays["earlier"][served], arrays["later"][served] = before, after
        arrays["latest"][at[after == OUT]] = served[after == OUT]
    if is_closed:
        arrays["sent"][:] = OUT
        arrays["capacity"] = np.zeros_like(arrays["capacity"])
        arrays["price"] = np.full_like(arrays["price"], arrays["beyond"][0])
    on_arrays = responders if engine.is_compiled else 0
    for name, many in (("queue", on_arrays), ("queued", 1), ("place", on_arrays)):
        arrays[name] = np.zeros(many, dtype=np.int64)
    if for_few:
        views: dict[str, Any] = {
            name: memoryview(one)  # type: ignore[arg-type]  # numpy 2 says less than it does
            for name, one in arrays.items()
        }
        return State(**views | {name: defaultdict(int) for name in scratch} | {"queue": []})
    if engine.is_compiled:
        read: dict[str, Any] = {**arrays}
        return State(**read)
    # One by one, so that not all stand there twice.
    return State(**{name: arrays.pop(name).tolist() for name in list(arrays)})


def write_lists(
    engine: Engine, rows: Numbers, columns: Numbers, cost: Folded, size: tuple[int, int], *, back: bool
) -> Any:
    """Return arcs as ``lists.Lists``.

    Args:
        size: R and M.
        back: Whether they are written by responder as well: nobody looks back along them while requests only come.
    """
    backward = (columns, rows, cost) if back else (columns[:0], rows[:0], cost[:0])
    start, head, ways = _sorted(engine, rows, columns, cost, size[0])
    ends, tail, back_cost = _sorted(engine, *backward, size[1])
    return engine.ways.Lists(start=start, head=head, cost=ways, back=ends, tail=tail, back_cost=back_cost)


def _sorted(engine: Engine, at: Numbers, to: Numbers, cost: Folded, many: int) -> tuple[Any, Any, Any]:
    """Return where the arcs of each row (or column) begin, where they lead and what they cost."""
    if len(at) and (at[1:] < at[:-1]).any():
        order = np.argsort(at, kind="stable")
        to, cost = to[order], cost[order]
    starts = np.concatenate([[0], np.cumsum(np.bincount(at, minlength=many))])
    return read_by(engine, starts), read_by(engine, to), read_by(engine, cost)
