"""The lists or arrays that searches work on, made and filled."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from dispatch.solver.paths.engine import Engine, read_by
from dispatch.solver.paths.levels import Fold, Folded, Numbers, largest
from dispatch.solver.paths.search import ABSENT, State


class Begun(NamedTuple):
    """A plan of single seats that searches go on from: where each request is sent and what it pays, and prices."""

    sent: Numbers
    paid: Numbers
    price: Numbers


def beyond_all(folded: Fold, capacity: Numbers, dearest: int) -> int:
    """Return more than any way that a plan can use.

    Args:
        dearest: What a pair costs at the most, for pairs that are not written down.
    """
    most = dearest + sum(largest(one) for one in (folded.out, folded.cost, folded.base))
    further = int(folded.step.max()) if len(folded.step) else 0
    return 8 * (most + int(capacity.max(initial=0)) * further) + 1


def new_state(
    engine: Engine, folded: Fold, capacity: Numbers, dearest: int = 0, begun: Begun | None = None
) -> State:
    """Return the state in which no request is there yet, or a plan of single seats has begun.

    Args:
        dearest: What a pair costs at the most, for pairs that are not written down.
    """
    requests, responders = len(folded.out), len(capacity)
    begin = np.concatenate([[0], np.cumsum(capacity)])
    arrays = {
        "out": folded.out,
        "sent": np.full(requests, ABSENT),
        "paid": np.zeros(requests, dtype=np.int64),
        "slot": np.zeros(requests, dtype=np.int64),
        "price": folded.base.copy(),
        "base": folded.base,
        "step": folded.step,
        "capacity": capacity.copy(),
        "begin": begin,
        "held": np.zeros(int(begin[-1]), dtype=np.int64),
        "searches": np.zeros(1, dtype=np.int64),
        "beyond": np.array([beyond_all(folded, capacity, dearest)], dtype=folded.out.dtype),
    }
    for name in ("used", "label", "by", "by_cost", "toward", "mark", "done"):
        arrays[name] = np.zeros(responders, dtype=np.int64)
    if begun is not None:
        sits = np.flatnonzero(begun.sent >= 0)
        at = begun.sent[sits]
        arrays |= {"sent": begun.sent, "paid": begun.paid, "price": begun.price}
        arrays["used"][at] = 1
        arrays["slot"][sits] = begin[at]
        arrays["held"][begin[at]] = sits
    on_arrays = responders if engine.is_compiled else 0
    for name, many in (("queue", on_arrays), ("queued", 1), ("place", on_arrays)):
        arrays[name] = np.zeros(many, dtype=np.int64)
    # One by one, so that not all stand there twice.
    return State(**{name: read_by(engine, arrays.pop(name)) for name in list(arrays)})


def sit_all(state: State, sent: Numbers, paid: Folded, price: Folded) -> None:
    """Write a plan of all requests into the lists of a state in which nobody sits yet.

    Args:
        sent: (R,) the responder of each request, ``OUT`` for none.
        paid: (R,) cost of the arc.
        price: (M,) what one more unit at each responder costs.
    """
    served = np.flatnonzero(sent >= 0)
    served = served[np.argsort(sent[served], kind="stable")]
    used = np.bincount(sent[served], minlength=len(price))
    seat = np.arange(len(served)) + np.repeat(np.array(state.begin[:-1]) - np.cumsum(used) + used, used)
    held, slot = np.zeros(len(state.held), dtype=np.int64), np.zeros(len(sent), dtype=np.int64)
    held[seat], slot[served] = served, seat
    for old, new in (
        (state.sent, sent),
        (state.paid, paid),
        (state.price, price),
        (state.used, used),
        (state.held, held),
        (state.slot, slot),
    ):
        old[:] = new.tolist()


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
