"""The best plan and the proof of it: OR-Tools' flow, level by level, with branching for all or nothing.

Levels are solved one after the other. After each, prices fix what no best plan
at that level does otherwise (complementary slackness), which leaves exactly the
best plans to choose from at the next (ALGORITHMS 1a). Levels that fit into one
64-bit cost together are solved together.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from heapq import heappop, heappush
from typing import TypeAlias

import numpy as np

from dispatch.clock import stopwatch
from dispatch.solver.answer import Part, write_solution
from dispatch.solver.boards import Layout, lay_out
from dispatch.solver.network import COUNTED_BY_NEED, Network, blocks, build_network, node_prices
from dispatch.solver.openings import Flags
from dispatch.solver.pairings import Numbers
from dispatch.solver.problem import FirstAsked, Problem, Solution
from dispatch.solver.singles import match_singles

MOST_SINGLES = 100
"""Needs of one person each up to which all levels are compared at once; with more, whole numbers that hold all levels
grow long, and one level after the other in 64 bits is quicker."""

MOST_NODES = 500
"""How many networks a round may solve to serve requests for several people in full or not at all."""


def solve(problem: Problem, first_asked: FirstAsked | None = None, *, most_nodes: int = MOST_NODES) -> Solution:
    """Choose whom to ask for what, the best of all plans.

    Args:
        first_asked: By need id, the helpers who are asked before all others: fewer others are
            asked before load and cost are looked at.
        most_nodes: Once so many networks were solved, the best plan found is given with honest bounds.
            Only needs for several people ever take more than one network.

    Raises:
        OverflowError: Waiting times or costs do not fit into 64 bits.
    """
    began = stopwatch()
    layout = lay_out(problem, first_asked or {})
    laid_out = stopwatch()
    parts = _solve(layout, None, most_nodes)
    if parts is None:
        raise ArithmeticError("a plan that asks nobody is always open")
    return write_solution(layout, parts, {"candidates": laid_out - began, "solve": stopwatch() - laid_out})


def solve_forcing(
    problem: Problem, first_asked: FirstAsked, need_id: str, helper_id: str, *, most_nodes: int = MOST_NODES
) -> Solution | None:
    """Choose as ``solve`` does among the plans that send one helper to one need.

    Returns:
        None where there is no such plan: a filter turns the helper away, or too few others could go along.
    """
    layout = lay_out(problem, first_asked)
    row, column = pair = layout.candidates.pairings.pair(need_id, helper_id)
    if not layout.candidates.eligible[pair] or layout.together[row] < layout.slots[row]:
        return None
    parts = _solve(layout, (row, column), most_nodes)
    return None if parts is None else write_solution(layout, parts, {})


def _solve(layout: Layout, pair: tuple[int, int] | None, most_nodes: int) -> list[Part] | None:
    """Solve each part by itself: their levels add up, so their best plans make the best plan."""
    parts = []
    for rows, columns in layout.components():
        forced = None
        if pair is not None and pair[0] in rows:
            forced = int(np.flatnonzero(rows == pair[0])[0]), int(np.flatnonzero(columns == pair[1])[0])
        board = layout.board(rows, columns)
        are_singles = forced is None and len(rows) <= MOST_SINGLES and (board.slots == 1).all()
        matched = match_singles(board) if are_singles else None
        if matched is not None:
            sent_rows, sent_columns, values = matched
            pairs = tuple(zip(rows[sent_rows].tolist(), columns[sent_columns].tolist(), strict=True))
            parts.append(Part(pairs=pairs, values=values, bounds=values))
            continue
        search = Search(build_network(board, forced), forced, apart=board.apart)
        found = search.run(most_nodes)
        if found is None:
            return None
        best, proved = found
        most_nodes -= search.solved
        network = search.network
        sent = best.flow[network.pairs] > 0
        sent_rows, sent_columns = rows[network.rows[sent]], columns[network.columns[sent]]
        parts.append(
            Part(
                pairs=tuple(zip(sent_rows.tolist(), sent_columns.tolist(), strict=True)),
                values=search.in_whole_needs(best.totals),
                bounds=search.in_whole_needs(search.bounds(best.totals, proved)),
            )
        )
    return parts


def safe_arc_cost(nodes: int) -> int:
    """Return an arc cost up to which levels may be added up for a network of so many nodes.

    OR-Tools scales costs by the number of nodes and refuses more than
    (2^63 - 1) / (2 (n + 1)), and on the way also node prices that leave 64 bits
    (both BAD_COST_RANGE, min_cost_flow.cc, 9.15). When the second happens depends
    on the network: from a third of that on, as measured on ours. A sixteenth
    leaves room, and what is refused all the same is solved with fewer levels at a
    time.
    """
    return (2**63 - 1) // (32 * (nodes + 1))


class _TooLargeError(Exception):
    """OR-Tools refused the costs of one block of levels."""


_Decided: TypeAlias = "dict[int | tuple[int, int], bool]"
"""Needs decided to be served in full or not at all, and pairs of a need and a helper decided against."""


def _choices(
    row: int | None, clash: tuple[int, int, int] | None, forced: tuple[int, int] | None
) -> Iterator[_Decided]:
    """Yield what to decide: each plan that is allowed keeps to one of them at least."""
    if row is not None:
        yield {row: True}
        yield {row: False}
    elif clash is not None:
        for column in clash[1:]:
            if (clash[0], column) != forced:
                yield {(clash[0], column): False}


@dataclass(order=True, slots=True)
class _Node:
    """What is decided, and the best flow under that."""

    totals: tuple[int, ...]
    ticket: int
    flow: Numbers = field(compare=False)
    decided: _Decided = field(compare=False)


class Search:
    """Branch and bound over needs that the flow serves in part, the most promising node first.

    Args:
        forced: Row and column of a pair that every plan must have.
        limit: Up to which arc cost levels are added up; lowered where OR-Tools refuses.
        apart: Columns of helpers who are never sent to the same need.
    """

    def __init__(
        self,
        network: Network,
        forced: tuple[int, int] | None = None,
        limit: int | None = None,
        apart: Sequence[tuple[int, int]] = (),
    ) -> None:
        self.network = network
        self.limit = safe_arc_cost(len(network.supply)) if limit is None else limit
        self.blocks = blocks(network, self.limit)
        self.slots = network.supply[:-1]
        self.held = np.zeros(len(network.tails), dtype=np.bool_)
        self.start: _Decided = {}
        self.forced, self.apart = forced, apart
        if forced is not None:
            row, column = forced
            self.held[network.pairs] = (network.rows == row) & (network.columns == column)
            self.start[row] = True
        self.solved = 0

    def run(self, most_nodes: int) -> tuple[_Node, tuple[int, ...]] | None:
        """Return a plan and totals that no plan goes below; None where there is no plan.

        The plan is the best of all, with its own totals, or the best found once so
        many networks were solved.
        """
        root = self._node(self.start)
        if root is None:
            return None
        heap = [root]
        while heap:
            best = heappop(heap)
            row, clash = self._served_in_part(best.flow), self._sent_together(best.flow)
            if row is None and clash is None:
                return best, best.totals
            if self.solved >= most_nodes:
                return self._dive(best), best.totals
            for choice in _choices(row, clash, self.forced):
                child = self._node({**best.decided, **choice})
                if child is not None:
                    heappush(heap, child)
        return None

    def _node(self, decided: _Decided) -> _Node | None:
        network = self.network
        closed = np.zeros(len(network.tails), dtype=np.bool_)
        for row, served in decided.items():
            if isinstance(row, tuple):
                closed[network.pairs] |= (network.rows == row[0]) & (network.columns == row[1])
                continue
            part, owners = (network.unserved, network.unserved_rows) if served else (network.pairs, network.rows)
            closed[part] |= owners == row
        self.solved += 1
        try:
            flow = self._cheapest(closed)
        except _TooLargeError:
            self._split()
            return self._node(decided)
        if flow is None:
            return None
        return _Node(tuple(int(flow @ costs) for costs in network.costs.values()), self.solved, flow, decided)

    def _split(self) -> None:
        """Add fewer levels up from now on."""
        if len(self.blocks) == len(self.network.costs):
            raise OverflowError("one level of the matching does not fit into 64 bits")
        self.limit //= 2**8
        self.blocks = blocks(self.network, self.limit)

    def _cheapest(self, closed: Flags) -> Numbers | None:
        """Return the flow that is best level after level, or None where some unit has no way to go."""
        network = self.network
        flow = self.held.astype(np.int64)
        free = ~(closed | self.held)
        supply = network.supply.copy()
        _carry(network, supply, np.flatnonzero(self.held))
        for number, costs in enumerate(self.blocks, start=1):
            arcs = np.flatnonzero(free)
            tails, heads, step = network.tails[arcs], network.heads[arcs], costs[arcs]
            part = _min_cost_flow(tails, heads, step, supply)
            if part is None:
                return None
            flow[arcs] = part
            if number == len(self.blocks):
                break
            prices = node_prices(tails, heads, step, part, len(supply))
            reduced = step + prices[tails] - prices[heads]
            _carry(network, supply, arcs[reduced < 0])
            free[arcs[reduced != 0]] = False
        return flow

    def _served_in_part(self, flow: Numbers) -> int | None:
        """Return the need that is served in part and has the most slots."""
        served = np.bincount(self.network.rows, weights=flow[self.network.pairs], minlength=len(self.slots)).astype(
            np.int64
        )[: len(self.slots)]
        part = np.where((served > 0) & (served < self.slots), self.slots, 0)
        return int(part.argmax()) if part.any() else None

    def _sent_together(self, flow: Numbers) -> tuple[int, int, int] | None:
        """Return a need to which two are sent who never go together, and the two."""
        if not self.apart:
            return None
        network = self.network
        sent = np.flatnonzero(flow[network.pairs] > 0)
        goes: dict[int, set[int]] = {}
        for row, column in zip(network.rows[sent].tolist(), network.columns[sent].tolist(), strict=True):
            goes.setdefault(column, set()).add(row)
        for first, second in self.apart:
            both = goes.get(first, set()) & goes.get(second, set())
            if both:
                return min(both), first, second
        return None

    def _dive(self, node: _Node) -> _Node:
        """Leave out what is served in part, or by two who never go together, until nothing is."""
        while True:
            row, clash = self._served_in_part(node.flow), self._sent_together(node.flow)
            if row is None and clash is None:
                break
            out = row if row is not None else clash[0] if clash is not None else 0
            below = self._node({**node.decided, out: False})
            if below is None:
                raise ArithmeticError("leaving a need out cannot take anybody's way")
            node = below
        return node

    def bounds(self, totals: Sequence[int], proved: Sequence[int]) -> tuple[int, ...]:
        """Give each level's bound: what is proved while the levels above are met, then the least possible."""
        bounds = []
        is_met = True
        for costs, total, least in zip(self.network.costs.values(), totals, proved, strict=True):
            bounds.append(least if is_met else self._least_possible(costs))
            is_met = is_met and total == least
        return tuple(bounds)

    def in_whole_needs(self, totals: Sequence[int]) -> dict[str, int]:
        """Name each level's total, and round shares of needs left out up to whole ones, or whole minutes."""
        return {
            level: -(-total // self.network.shares) if level in COUNTED_BY_NEED else total
            for level, total in zip(self.network.costs, totals, strict=True)
        }

    def _least_possible(self, costs: Numbers) -> int:
        best = np.zeros(len(self.slots), dtype=np.int64)
        np.minimum.at(best, self.network.rows, costs[self.network.pairs])
        return int((best * self.slots).sum())


def _carry(network: Network, supply: Numbers, arcs: Numbers) -> None:
    """Take the units on arcs that are fixed out of the network."""
    np.subtract.at(supply, network.tails[arcs], 1)
    np.add.at(supply, network.heads[arcs], 1)


def _min_cost_flow(tails: Numbers, heads: Numbers, costs: Numbers, supply: Numbers) -> Numbers | None:
    """Return the cheapest flow over arcs of capacity 1, or None where the supplies cannot be met."""
    if len(tails) == 0:
        return None if supply.any() else np.zeros(0, dtype=np.int64)
    # Most rounds have only needs of one person each, and never come here.
    from ortools.graph.python.min_cost_flow import (  # type: ignore[import-untyped]  # ships stubs, not py.typed
        SimpleMinCostFlow,
    )

    solver = SimpleMinCostFlow()
    arcs = solver.add_arcs_with_capacity_and_unit_cost(
        tails.astype(np.int32), heads.astype(np.int32), np.ones(len(tails), dtype=np.int64), costs
    )
    solver.set_nodes_supplies(np.arange(len(supply), dtype=np.int32), supply)
    status = solver.solve()
    if status == SimpleMinCostFlow.INFEASIBLE:
        return None
    if status == SimpleMinCostFlow.BAD_COST_RANGE:
        raise _TooLargeError
    if status != SimpleMinCostFlow.OPTIMAL:
        raise ArithmeticError(f"OR-Tools gave {status.name}")
    return np.asarray(solver.flows(arcs), dtype=np.int64)
