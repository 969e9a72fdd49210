"""What sending somebody else would do to the plan, read off the plan itself where every need takes one person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from dispatch.solver.boards import Layout
from dispatch.solver.network import Board
from dispatch.solver.pairings import Numbers
from dispatch.solver.paths.questions import Move
from dispatch.solver.singles import plan_singles


@dataclass(frozen=True, slots=True, kw_only=True)
class Instead:
    """The best plan that has a pair, told by what is different in it.

    Args:
        more: By level, the strictest first, how much worse it is.
        moves: Rows and columns of the layout: the pair first, then who makes room, one after the other.
    """

    more: Mapping[str, int]
    moves: tuple[Move, ...]


def look_for_rivals(layout: Layout, row: int) -> tuple[list[int], list[int], int] | None:
    """Find the needs that can only be served by the same few helpers as this one; see ``Questions.rivals``.

    Returns:
        Rows, itself among them, columns of all who could go to any of these, and how many needs those take: too
        few. None where somebody has a seat to spare, or needs for several people are in play.
    """
    part = _singles_with(layout, row)
    if part is None:
        return None
    rows, columns, board = part
    plan = plan_singles(board, all_pairs=True)
    at = int(np.flatnonzero(rows == row)[0])
    # Whoever is left out by the plan names the set; any of it could be.
    for left in (plan.sent < 0).nonzero()[0].tolist():
        found = plan.rivals(left)
        if found is not None and at in found.requests:
            people = columns[list(found.responders)].tolist()
            return rows[list(found.requests)].tolist(), people, found.seats
    return None


def look_instead(layout: Layout, row: int, column: int) -> Instead | None:
    """Find what sending a helper to a need would change, without solving again.

    Args:
        row: A need that the helper could go to.

    Returns:
        None where needs for several people are in play: their plan has no prices to read this off.
    """
    part = _singles_with(layout, row)
    if part is None:
        return None
    rows, columns, board = part
    pair = int(np.flatnonzero(rows == row)[0]), int(np.flatnonzero(columns == column)[0])
    plan = plan_singles(board, keep=pair)
    chain = plan.chain_of_sending(*pair)
    if chain is None:
        return None
    return Instead(
        more=dict(zip((aim.name for aim in plan.aims), chain.price, strict=True)),
        moves=tuple(
            Move(
                int(rows[move.request]),
                None if move.left is None else int(columns[move.left]),
                None if move.joined is None else int(columns[move.joined]),
            )
            for move in chain.moves
        ),
    )


def _singles_with(layout: Layout, row: int) -> tuple[Numbers, Numbers, Board] | None:
    """Return the part that a need is solved in, if every need of it takes one person."""
    for rows, columns in layout.components():
        if row in rows:
            board = layout.board(rows, columns)
            return None if (board.slots != 1).any() else (rows, columns, board)
    return None
