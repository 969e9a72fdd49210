"""The few requests that compete for the same people: who is left out is decided among them."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from dispatch.solver.paths.levels import Numbers
from dispatch.solver.teams.folds import Fold
from dispatch.solver.teams.prices import Proof
from dispatch.solver.teams.program import Floats, Program, Scope

Flags = npt.NDArray[np.bool_]


def contested(program: Program, fold: Fold, proof: Proof, point: Floats) -> Flags | None:
    """Return the requests that pay for people or are left out in part, (R,), at a level that asks only who is served.

    The others are served from people whom nobody else needs, as far as prices say: without them the
    relaxation's bound is the same.

    Returns:
        None where those are most of all, or serving somebody would be a loss.
    """
    served = slice(program.pairs, program.pairs + len(program.case.headcount))
    if (fold.cost > 0).any():
        return None
    pays = proof.reduced[served] != fold.cost[served] * proof.parts
    inside = (fold.cost[served] < 0) & (pays | (point[served] < 1 - 1e-6))
    return inside if 2 * inside.sum() < len(inside) else None


class Contest:
    """The program of some requests alone: the others take nobody.

    Whoever is served in a plan of the whole can be served here, so that what is best here bounds the
    whole, with all others served.

    Args:
        scope: Of the whole, without rows beyond the program's.
        inside: (R,) the requests that stay.
    """

    def __init__(self, program: Program, scope: Scope, fold: Fold, inside: Flags) -> None:
        self.program, self.fold, self.inside = program, fold, inside
        self.served = slice(program.pairs, program.pairs + len(inside))
        self.cost = fold.cost[self.served]
        self.others = int(self.cost[~inside].sum())
        self.scope = scope.copy()
        seats = np.zeros(len(program.seat_owner), dtype=np.bool_)
        outside = np.concatenate([~inside[program.case.rows], ~inside, seats])
        self.scope.lower[outside] = self.scope.upper[outside] = 0

    def left_out(self, plan: Numbers) -> Numbers:
        """Return the requests here that a plan leaves out."""
        return np.setdiff1d(np.flatnonzero(self.inside), self.program.case.rows[plan])

    def value(self, plan: Numbers) -> int:
        """Return what a plan comes to if all others are served as well."""
        return self.fold.offset + int(self.cost.sum()) - int(self.cost[self.left_out(plan)].sum())

    def values(self, plan: Numbers) -> list[int]:
        """Return the same level by level of the fold."""
        out = np.zeros(len(self.inside), dtype=np.bool_)
        out[self.left_out(plan)] = True
        aims = [self.program.case.aims[level] for level in self.fold.levels]
        return [0 if aim.left_out is None else sum(aim.left_out[out | (self.cost == 0)].tolist()) for aim in aims]

    def another_choice(self, plan: Numbers) -> Scope:
        """Return the program in which one of those left out is served, and all comes to no more than the plan.

        Without a point in it, every plan as good leaves out the same: to leave out others on top costs more.
        """
        other = self.scope.copy()
        out = self.left_out(plan)
        other.add(self.fold.cost, int(self.cost[self.inside].sum() - self.cost[out].sum()))
        one = np.zeros(self.program.size, dtype=np.int64)
        one[self.program.pairs + out] = -1
        other.add(one, -1)
        return other

    def decide(self, scope: Scope, plan: Numbers, *, is_only: bool) -> None:
        """Have all others served, as a plan that reaches the bound does, and who is left out, if that is known."""
        scope.lower[self.served][~self.inside & (self.cost < 0)] = 1
        if is_only:
            out = np.zeros(len(self.inside), dtype=np.bool_)
            out[self.left_out(plan)] = True
            scope.upper[self.served][out] = 0
            scope.lower[self.served][self.inside & ~out] = 1
