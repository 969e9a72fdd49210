"""The best plan of a part in which every need takes one person: shortest paths over all levels at once."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from dispatch.model.service import Urgency
from dispatch.solver.network import DRAW_RANGE, Board
from dispatch.solver.pairings import Numbers
from dispatch.solver.paths.levels import Aim
from dispatch.solver.paths.plan import Plan


def match_singles(board: Board) -> tuple[Numbers, Numbers, Mapping[str, int]] | None:
    """Return the best plan.

    Args:
        board: Every need of it takes one person.

    Returns:
        The rows and columns that are sent to each other, and by level what the plan comes to; nothing if its own
        prices did not prove it, which would be a fault of ours.
    """
    plan = plan_singles(board)
    if not plan.is_proved():
        return None
    sent = plan.sent
    served = np.flatnonzero(sent >= 0)
    values = dict(zip((aim.name for aim in plan.aims), plan.values(), strict=True))
    return served, sent[served], values


def plan_singles(board: Board, *, keep: tuple[int, int] | None = None, all_pairs: bool = False) -> Plan:
    """Return the best plan as one that can be asked.

    Args:
        board: Every need of it takes one person.
        keep: A row and column, a pair that is to be asked about and stays, whatever it costs.
        all_pairs: Whether pairs that no best plan needs stay as well: for who could go, not who should.
    """
    rows, columns = np.nonzero(board.eligible) if all_pairs else _best_pairs(board)
    if keep is not None and not ((rows == keep[0]) & (columns == keep[1])).any():
        rows, columns = np.append(rows, keep[0]), np.append(columns, keep[1])
    aims = [
        *(Aim(f"unserved_{one}", left_out=_flags(mine is one for mine in board.classes)) for one in Urgency),
        Aim("waiting", left_out=board.waited),
        Aim("pool", pair=board.outside[rows, columns].astype(np.int64)),
        Aim("load", first_seat=2 * board.load + 1, next_seat=np.full(len(board.load), 2)),
        Aim("cost", pair=board.cost[rows, columns]),
        Aim("draw", pair=board.draw[rows, columns]),
    ]
    return Plan(rows, columns, aims, board.seats, requests=len(board.slots))


def _best_pairs(board: Board) -> tuple[Numbers, Numbers]:
    """Keep as many pairs of each need as there are needs, the best ones by circle, load, cost and lot.

    Nothing is lost: if a plan sends somebody else, one of those kept is idle in it,
    and sending that one instead is no worse at any level.
    """
    needs, helpers = board.eligible.shape
    if helpers <= needs:
        rows, columns = np.nonzero(board.eligible)
        return rows, columns
    least, lightest = int(board.cost.min()), int(board.load.min())
    wide = int(board.cost.max()) - least + 1
    loads = int(board.load.max()) - lightest + 1
    if 2 * loads * wide * DRAW_RANGE >= 2**62:
        rows, columns = np.nonzero(board.eligible)
        return rows, columns
    order = board.outside * (loads * wide * DRAW_RANGE)
    order += board.cost * DRAW_RANGE
    order += board.draw
    order += ((board.load - lightest) * wide - least) * DRAW_RANGE
    order[~board.eligible] = 2 * loads * wide * DRAW_RANGE
    kept = np.argpartition(order, needs - 1, axis=1)[:, :needs]
    rows, columns = np.repeat(np.arange(needs), needs), kept.ravel()
    allowed = board.eligible[rows, columns]
    return rows[allowed], columns[allowed]


def _flags(values: object) -> Numbers:
    return np.array([int(one) for one in values], dtype=np.int64)  # type: ignore[attr-defined]
