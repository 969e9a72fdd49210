"""What a plan answers without solving again, against enumeration and against really doing it."""

from __future__ import annotations

from importlib.util import find_spec
from itertools import combinations

import numpy as np
import pytest

from dispatch.solver.paths.levels import Aim
from dispatch.solver.paths.map_plan import MapPlan
from dispatch.solver.paths.plan import Plan
from dispatch.solver.paths.town import There

ENGINES = [False, *([True] if find_spec("numba") else [])]
"""CPython, and Numba where the extra [city] is installed."""

def carried_out(plan, chain, column):
    """Return who is sent where after the moves, each of which must begin where the request is."""
    sent = plan.sent.tolist()
    assert len({move.request for move in chain.moves}) == len(chain.moves)
    for move in chain.moves:
        assert sent[move.request] == (-1 if move.left is None else move.left)
        sent[move.request] = -1 if move.joined is None else move.joined
    if chain.moves:
        assert chain.moves[0].joined == column
    return sent


def made_value(made, sent):
    """Return what a plan comes to, level by level, having seen that it is lawful."""
    choice = [-1 if column == -1 else made.pairs.index((row, column)) for row, column in enumerate(sent)]
    used = [sent.count(column) for column in range(made.responders)]
    assert all(one <= most for one, most in zip(used, made.capacity, strict=True))
    return made.value(choice, used)


@pytest.mark.parametrize("compiled", ENGINES)
def test_the_chain_leads_to_the_best_plan_with_the_pair(compiled, matching):
    """Carried out, the moves give a lawful plan that has the pair and is as good as any that has it."""
    moved = set()
    for seed in range(300 if not compiled else 60):
        made = matching(seed, requests=5)
        plan = made.plan(compiled)
        best = made.best()
        rows, columns = np.arange(made.requests).repeat(made.responders), list(range(made.responders)) * made.requests
        at_once = dict(zip(zip(rows, columns, strict=True), plan.prices_of_sending(rows, columns), strict=True))
        assert [pair for pair, price in at_once.items() if price is not None and pair not in made.pairs] == []
        for row, column in made.pairs:
            forced = made.best(forced=(row, column))
            assert at_once[row, column] == plan.price_of_sending(row, column)
            chain = plan.chain_of_sending(row, column)
            assert (chain is None) == (forced is None), (seed, row, column)
            if chain is None:
                continue
            sent = carried_out(plan, chain, column)
            moved.add(len(chain.moves))

            assert sent[row] == column
            assert made_value(made, sent) == forced, (seed, row, column)
            assert chain.price == tuple(a - b for a, b in zip(forced, best, strict=True))
    assert moved >= {0, 1, 2, 3}


@pytest.mark.parametrize("compiled", ENGINES)
def test_what_was_asked_before_a_change_does_not_answer_after_it(compiled, matching):
    """While requests and responders come and go every price is asked for each time, and is what forcing it costs."""
    asked = 0
    for seed in range(40 if not compiled else 20):
        made = matching(seed)
        plan = made.plan(compiled)
        there, closed = set(range(made.requests)), set()
        for _ in range(5):
            best = made.best(there=there, closed=closed)
            for row, column in made.pairs:
                if row in there and column not in closed:
                    forced = made.best(there=there, closed=closed, forced=(row, column))
                    wanted = None if forced is None else tuple(a - b for a, b in zip(forced, best, strict=True))
                    assert plan.price_of_sending(row, column) == wanted, seed
                    asked += wanted is not None and any(wanted)
            made.change(plan, there, closed)
    assert asked > 30


def test_ways_that_meet_where_nothing_is_dearer_are_cut_short():
    """Where all costs are equal the way out and the way in may pass the same people, and nobody moves twice."""
    for seed in range(300):
        random = np.random.default_rng(seed)
        requests, responders = 7, 5
        rows, columns = np.nonzero(random.random((requests, responders)) < 0.5)
        aims = [Aim("unserved", left_out=np.ones(requests, dtype=np.int64))]
        capacity = random.integers(0, 3, responders)
        plan = Plan(rows, columns, aims, capacity, requests=requests, compiled=False)
        for row, column in zip(rows.tolist(), columns.tolist(), strict=True):
            chain = plan.chain_of_sending(row, column)
            if chain is None:
                assert capacity[column] == 0
                continue
            sent = carried_out(plan, chain, column)

            assert sent[row] == column
            assert all(sent.count(one) <= capacity[one] for one in range(responders)), seed
            assert sent.count(-1) == plan.values()[0] + chain.price[0]


@pytest.mark.parametrize("compiled", ENGINES)
def test_the_map_knows_who_would_move(compiled, town_of):
    """Every allowed pair's chain, carried out, is a plan over written pairs at the price said."""
    for seed in range(12):
        town = town_of(seed, on_earth=seed % 2 == 0, load=seed % 3 == 0)
        plan = town.plan(compiled)
        costs = {(row, column): cost for row, column, cost in town.pairs()}
        for row in range(town.requests):
            for column in range(town.responders):
                chain = plan.chain_of_sending(row, column)
                assert (chain is not None) == ((row, column) in costs and town.there.capacity[column] > 0)
                if chain is None:
                    continue
                sent = carried_out(plan, chain, column)
                worse = tuple(a - b for a, b in zip(town_value(town, costs, sent), plan.values(), strict=True))

                assert worse == chain.price, (seed, row, column)


def town_value(town, costs, sent):
    """Return what a plan of a town comes to, level by level, having seen that it is lawful."""
    used = np.bincount([one for one in sent if one >= 0], minlength=town.responders)
    assert (used <= town.there.capacity).all()
    out = [row for row, column in enumerate(sent) if column == -1]
    values = [int(sum(one[row] for row in out)) for _, one in town.asked.left_out]
    if town.there.load is not None:
        values.append(int((used * (2 * town.there.load + used)).sum()))
    return (*values, sum(costs[row, column] for row, column in enumerate(sent) if column >= 0))


def could_serve(made, rows):
    """Return who could go to any of some requests."""
    return {column for row, column in made.pairs if row in rows and made.capacity[column] > 0}


def short_of(made, rows):
    """Return by how many requests are more than the seats of all who could go to any of them."""
    return len(rows) - int(sum(made.capacity[column] for column in could_serve(made, rows)))


@pytest.mark.parametrize("compiled", ENGINES)
def test_rivals_are_the_smallest_set_with_too_few_seats(compiled, matching):
    """For who is left out, Hall's condition is broken by them and by no smaller set of who is served and this one."""
    sizes = set()
    for seed in range(300 if not compiled else 60):
        made = matching(seed, requests=6)
        plan = made.plan(compiled)
        sent = plan.sent.tolist()
        served = {row for row, column in enumerate(sent) if column >= 0}
        for row in range(made.requests):
            found = plan.rivals(row)
            if row not in served:
                assert found is not None, (seed, row)
                assert (len(found.requests), short_of(made, found.requests)) == (found.seats + 1, 1)
                assert row in found.requests
                assert set(found.requests) <= served | {row}
                sizes.add(len(found.requests))
                mine = [tuple(aim.left_out[one] for aim in made.aims[:2]) for one in found.requests]
                assert min(mine) == tuple(aim.left_out[row] for aim in made.aims[:2])
            smallest = smallest_without_room(made, served | {row}, row, 1 if row not in served else 0)

            assert (None if found is None else set(found.requests)) == smallest, (seed, row)
            if found is not None:
                assert set(found.responders) == could_serve(made, found.requests)
    assert sizes >= {1, 2, 3, 4}


def smallest_without_room(made, among, row, short):
    """Return the smallest set of requests, one among them, that is so many seats short."""
    others = sorted(among - {row})
    for many in range(len(others) + 1):
        for some in combinations(others, many):
            if short_of(made, {row, *some}) == short:
                return {row, *some}
    return None


@pytest.mark.parametrize("compiled", ENGINES)
def test_rivals_on_a_map_are_those_over_written_pairs(compiled, town_of):
    """The map finds the same sets, or as good ones where plans tie."""
    found = 0
    for seed in range(25):
        town = town_of(seed, on_earth=seed % 2 == 0)
        plan = town.plan(compiled)
        allowed = {(row, column) for row, column, _ in town.pairs() if town.there.capacity[column]}
        for row in range(town.requests):
            rivals = plan.rivals(row)
            if rivals is None:
                assert plan.sent[row] >= 0
                continue
            found += 1
            people = {column for one, column in allowed if one in rivals.requests}

            assert set(rivals.responders) == people
            assert rivals.seats == sum(int(town.there.capacity[column]) for column in people)
            assert len(rivals.requests) == rivals.seats + (plan.sent[row] < 0)
    assert found > 50


@pytest.mark.parametrize("compiled", ENGINES)
def test_one_more_person_is_worth_what_adding_them_changes(compiled, matching):
    """With given arcs and a load, and as a copy of each responder: the best plan with them minus the one without."""
    changed = [0, 0, 0, 0]
    for seed in range(200 if not compiled else 50):
        made = matching(seed)
        plan = made.plan(compiled)
        random = np.random.default_rng(seed)
        before = plan.values()
        rows = np.flatnonzero(random.random(made.requests) < 0.7)
        costs = random.integers(-2, 3, len(rows)) if len(made.pairs) == 0 else random.choice(made.cost, len(rows))
        load = int(random.choice(made.aims[2].first_seat))
        cases = [(rows, costs, load, plan)]
        for column in range(made.responders):
            mine = [at for at, (_, one) in enumerate(made.pairs) if one == column]
            of = np.array([made.pairs[at][0] for at in mine], dtype=np.int64)
            cases.append((of, made.cost[mine], int(made.aims[2].first_seat[column]), column))
        for rows, costs, load, asked in cases:
            wanted = tuple(a - b for a, b in zip(with_one_more(made, rows, costs, load), before, strict=True))
            if isinstance(asked, int):
                if made.capacity[asked] == 0:
                    continue
                worth = plan.worth_of_a_copy(asked)
            elif len(made.pairs) == 0:
                continue
            else:
                pairs = np.zeros((len(rows), 4), dtype=np.int64)
                pairs[:, 3] = costs
                worth = plan.worth_of_one_more(rows, pairs, (0, 0, load, 0))
            assert worth == wanted, (seed, asked)
            changed[next((level for level, one in enumerate(worth) if one), 3)] += 1
        assert plan.values() == before
        assert plan.is_proved()
    assert min(changed[0], changed[2], changed[3]) > 10


def with_one_more(made, rows, costs, load):
    """Return what the best plan with one more responder comes to."""
    aims = [
        made.aims[0],
        made.aims[1],
        Aim("load", first_seat=np.append(made.aims[2].first_seat, load), next_seat=np.full(made.responders + 1, 2)),
        Aim("cost", pair=np.concatenate([made.cost, costs])),
    ]
    of = [row for row, _ in made.pairs] + rows.tolist()
    to = [column for _, column in made.pairs] + [made.responders] * len(rows)
    return Plan(of, to, aims, np.append(made.capacity, 1), requests=made.requests, compiled=False).values()


@pytest.mark.parametrize("compiled", ENGINES)
def test_one_more_person_on_a_map_is_worth_what_adding_them_changes(compiled, town_of):
    """Anybody anywhere with any skills, and a copy of each responder, by really adding them to the town."""
    for seed in range(12):
        town = town_of(seed, on_earth=seed % 2 == 0, load=seed % 3 == 0)
        plan = town.plan(compiled)
        for column in range(town.responders):
            who = one_of(town.there, column)
            stranger = There(**{**fields(who), "levels": np.array([[3, 0, 1]], dtype=np.int8)})
            for one in (who, stranger):
                more = both(town.there, one)
                bigger = MapPlan(town.asked, more, town.terms, compiled=False)
                wanted = tuple(a - b for a, b in zip(bigger.values(), plan.values(), strict=True))

                assert plan.worth_of_one_more_at(one) == wanted, (seed, column)


def test_a_copy_on_a_map_is_one_over_written_pairs(town_of):
    """A copy of a responder may go to what they may, odd pairs included."""
    for seed in range(25):
        town = town_of(seed, on_earth=seed % 2 == 0, load=seed % 3 == 0)
        plan, other = town.plan(False), town.written()
        for column in range(town.responders):
            if town.there.capacity[column]:
                assert plan.worth_of_a_copy(column) == other.worth_of_a_copy(column), (seed, column)


def fields(one):
    return {name: getattr(one, name) for name in one.__dataclass_fields__}


def one_of(there, column):
    alone = {name: None if part is None else part[[column]] for name, part in fields(there).items()}
    return There(**{**alone, "capacity": np.array([1])})


def both(there, one):
    ours, theirs = fields(there), fields(one)
    return There(
        **{name: None if part is None else np.concatenate([part, theirs[name]]) for name, part in ours.items()}
    )


def test_a_person_for_whom_the_plan_has_no_numbers_is_refused(matching):
    """More than any pair that the plan was made for could spill from one level into the next."""
    made = matching(3)
    plan = made.plan()
    with pytest.raises(OverflowError, match="level cost: more than any pair or seat that the plan was made for"):
        plan.worth_of_one_more([0], [[0, 0, 0, 10**9]], (0, 0, 1, 0))
    with pytest.raises(ValueError, match="a row is not one of"):
        plan.worth_of_one_more([99], [[0, 0, 0, 1]], (0, 0, 1, 0))


def test_loads_are_the_fairest_that_there_are():
    """On 1,000 small matchings: of all plans that serve as many, loads are leximin and least in squares; then cost."""
    uneven = 0
    for seed in range(1000):
        random = np.random.default_rng(seed)
        requests, responders = int(random.integers(1, 5)), int(random.integers(1, 4))
        rows, columns = np.nonzero(random.random((requests, responders)) < 0.7)
        capacity, load = random.integers(0, 4, responders), random.integers(0, 4, responders)
        weight, cost = random.choice([1, 1, 2], requests), random.integers(0, 9, len(rows))
        aims = [
            Aim("unserved", left_out=weight),
            Aim("load", first_seat=2 * load + 1, next_seat=np.full(responders, 2)),
            Aim("cost", pair=cost),
        ]
        plan = Plan(rows, columns, aims, capacity, requests=requests, compiled=False)
        of = dict(zip(zip(rows.tolist(), columns.tolist(), strict=True), cost.tolist(), strict=True))
        best = list(every_plan(of, capacity.tolist(), requests))
        least = min(unserved(one, weight) for one in best)
        best = [one for one in best if unserved(one, weight) == least]
        loads = [loads_of(one, load) for one in best]
        mine = loads_of(plan.sent.tolist(), load)

        assert unserved(plan.sent.tolist(), weight) == least
        assert sorted(mine, reverse=True) == min(sorted(one, reverse=True) for one in loads), seed
        assert sorted(mine) == max(sorted(one) for one in loads), seed
        assert squares(mine) == min(map(squares, loads)), seed
        assert plan.values()[2] == min(
            sum(of[row, column] for row, column in enumerate(one) if column >= 0)
            for one, held in zip(best, loads, strict=True)
            if squares(held) == squares(mine)
        )
        uneven += len({squares(one) for one in loads}) > 1
    assert uneven > 200


def every_plan(of, capacity, requests, row=0):
    """Yield every lawful plan."""
    if row == requests:
        yield []
        return
    for rest in every_plan(of, capacity, requests, row + 1):
        for column in [-1, *(to for at, to in of if at == row)]:
            if column == -1 or rest.count(column) < capacity[column]:
                yield [column, *rest]


def unserved(sent, weight):
    return sum(int(weight[row]) for row, column in enumerate(sent) if column < 0)


def loads_of(sent, load):
    return [int(one) + sent.count(column) for column, one in enumerate(load)]


def squares(loads):
    return sum(one * one for one in loads)
