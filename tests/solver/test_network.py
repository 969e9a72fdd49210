"""The network: prices that prove a flow, levels added up within 64 bits, and what OR-Tools takes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from ortools.graph.python.min_cost_flow import SimpleMinCostFlow

from dispatch.solver.boards import lay_out
from dispatch.solver.exact import Search, safe_arc_cost
from dispatch.solver.network import LARGEST_TOTAL, Network, blocks, build_network, node_prices
from dispatch.solver.problem import Helper, Need, Problem

Networks = Callable[[int], list[Network]]


@pytest.fixture
def networks(random_town: Callable[..., Problem]) -> Networks:
    """Give the networks of a random town."""

    def make(seed: int) -> list[Network]:
        layout = lay_out(random_town(seed, most_needs=6, most_helpers=8, strict=False), {})
        return [build_network(layout.board(*part)) for part in layout.components()]

    return make


def cheapest(network: Network, costs: np.ndarray) -> np.ndarray:
    """Solve a network for one cost with OR-Tools alone."""
    solver = SimpleMinCostFlow()
    solver.add_arcs_with_capacity_and_unit_cost(
        network.tails.astype(np.int32), network.heads.astype(np.int32), np.ones_like(network.tails), costs
    )
    nodes = np.arange(len(network.supply), dtype=np.int32)
    solver.set_nodes_supplies(nodes, network.supply)

    assert solver.solve() == SimpleMinCostFlow.OPTIMAL
    return np.array(solver.flows(np.arange(len(network.tails), dtype=np.int32)))


def test_prices_prove_a_cheapest_flow_and_no_other(networks: Networks) -> None:
    """Against the prices no unused arc is a bargain and no used one a waste; a flow that is not cheapest has none."""
    refused = 0
    for seed in range(60):
        for network in networks(seed):
            costs, nodes = network.costs["draw"] - 2**19, len(network.supply)
            flow = cheapest(network, costs)
            prices = node_prices(network.tails, network.heads, costs, flow, nodes)
            reduced = costs + prices[network.tails] - prices[network.heads]

            assert (reduced[flow == 0] >= 0).all()
            assert (reduced[flow == 1] <= 0).all()
            dearest = cheapest(network, -costs)
            if int(dearest @ costs) > int(flow @ costs):
                refused += 1
                with pytest.raises(ArithmeticError):
                    node_prices(network.tails, network.heads, costs, dearest, nodes)
    assert refused > 20


def test_levels_added_up_compare_as_the_levels_do(networks: Networks) -> None:
    """Of any two flows, the one better by the sums is the one better level by level, whatever the limit."""
    for seed in range(40):
        for network in networks(seed):
            flows = [cheapest(network, costs) for costs in network.costs.values()]
            most = max(int(np.abs(costs).max()) for costs in network.costs.values())
            for limit in (most, most * 1000, safe_arc_cost(len(network.supply))):
                made = blocks(network, limit)
                by_sums = [[int(flow @ costs) for costs in made] for flow in flows]
                by_levels = [[int(flow @ costs) for costs in network.costs.values()] for flow in flows]

                assert all(int(np.abs(costs).max()) <= max(limit, most) for costs in made)
                assert all(abs(total) <= LARGEST_TOTAL for totals in by_sums for total in totals)
                for one in range(len(flows)):
                    for other in range(len(flows)):
                        assert (by_sums[one] < by_sums[other]) == (by_levels[one] < by_levels[other])


def test_ortools_takes_what_we_call_safe(networks: Networks) -> None:
    """Costs of either sign up to the safe limit are taken, whatever the network."""
    for seed in range(40):
        for network in networks(seed):
            limit = safe_arc_cost(len(network.supply))
            signs = np.where(np.arange(len(network.tails)) % 2, 1, -1)
            for costs in (np.full_like(network.tails, limit), -np.full_like(network.tails, limit), signs * limit):
                cheapest(network, costs)


def test_what_ortools_refuses_is_solved_with_fewer_levels_at_a_time(networks: Networks) -> None:
    """With far too much added up it refuses, and the same best plan is found all the same."""
    split = 0
    for seed, more in product(range(120), range(31, 38)):
        for network in networks(seed):
            costs = {"load": network.costs["load"], "cost": network.costs["draw"] * 2**more}
            steep = replace(network, costs=costs)
            if int(network.supply.max()) * int(costs["cost"].max()) > safe_arc_cost(len(network.supply)):
                continue
            usual, greedy = Search(steep), Search(steep, limit=2**62)
            found, again = usual.run(50), greedy.run(50)
            split += len(blocks(steep, 2**62)) == 1 and len(greedy.blocks) == 2

            assert found is not None
            assert again is not None
            assert found[0].totals == again[0].totals
    assert split > 3


def test_a_level_that_does_not_fit_alone_is_refused(
    make_need: Callable[..., Need], make_helper: Callable[..., Helper], make_problem: Callable[..., Problem]
) -> None:
    """A level beyond what OR-Tools takes, or beyond 64 bits, is an error and not a rounding."""
    layout = lay_out(make_problem([make_need()], [make_helper()]), {})
    network = build_network(layout.board(*next(layout.components())))
    for cost in (2**60, 2**62):
        costs = {"load": network.costs["load"], "cost": np.full_like(network.tails, cost)}

        with pytest.raises(OverflowError):
            Search(replace(network, costs=costs)).run(50)


def test_shares_of_a_need_add_up_to_it(
    make_need: Callable[..., Need], make_helper: Callable[..., Helper], make_problem: Callable[..., Problem]
) -> None:
    """Left out altogether a need weighs its whole, in shares that no slot count divides, smaller ones first."""
    needs = [make_need(f"n{slots}", slots=slots, waited_minutes=slots) for slots in (7, 11, 13, 17, 19)]
    helpers = [make_helper(f"h{number}") for number in range(19)]
    layout = lay_out(make_problem(needs, helpers), {})
    ((rows, columns),) = layout.components()
    network = build_network(layout.board(rows, columns))
    for row, need in enumerate(layout.candidates.pairings.needs):
        mine = network.unserved_rows == row
        share = network.costs["unserved_normal"][network.unserved][mine]
        waited = network.costs["waiting"][network.unserved][mine]

        assert share.sum() == network.shares
        assert waited.sum() == network.shares * need.waited_minutes
        assert share.tolist() == sorted(share.tolist())
        assert share.max() - share.min() <= 1
