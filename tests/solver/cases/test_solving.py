"""Whole cases against enumeration: each rule alone, all together, in several parts, and when time is short."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from dispatch.solver import solving
from dispatch.solver.case import Case, Cover
from dispatch.solver.case_check import breaks
from dispatch.solver.paths.levels import Aim
from dispatch.solver.paths.plan import Plan
from dispatch.solver.solving import solve_case

KINDS = ("flow", "headcount", "covers", "apart", "clash of one", "clash of all", "units", "everything")


@pytest.mark.parametrize("kind", KINDS)
def test_a_plan_is_as_good_as_enumeration_finds(kind, make_case, every_plan):
    """Level by level, with proved bounds and nothing that the referee finds fault with, whatever rules there are."""
    for seed in range(250):
        case = make_case(seed, kind)

        answer = solve_case(case)

        assert breaks(case, answer) == (), seed
        assert (answer.status, answer.values) == ("optimal", every_plan(case)[0][0]), seed


def test_a_plan_by_paths_is_called_best_only_where_prices_prove_it(make_case, every_plan, is_true, monkeypatch):
    """An engine gone wrong in its prices, or that sends nobody, gives a plan with bounds that are true and low."""

    class Wrong(Plan):
        def __init__(self, *given, **said):
            super().__init__(*given, **said)
            for column in range(len(self.state.price)):
                self.state.price[column] += 10**6

    case = make_case(1, "flow")
    monkeypatch.setattr(solving, "Plan", Wrong)
    answer = solve_case(case)
    assert answer.values == every_plan(case)[0][0]
    assert answer.status == "feasible"
    assert is_true(answer.bounds, answer.values, every_plan(case))

    monkeypatch.setattr(Wrong, "sent", property(lambda plan: np.full(len(case.headcount), case.columns[0])))
    with pytest.raises(ArithmeticError, match="the plan breaks"):
        solve_case(replace(case, capacity=np.zeros_like(case.capacity)))


@pytest.mark.parametrize("kind", KINDS)
def test_without_time_a_plan_is_legal_and_its_bounds_are_true(kind, make_case, every_plan, is_true):
    """No plan that is as good at the levels above comes below a bound, also where nothing was proved."""
    for seed in range(150):
        case = make_case(seed, kind)

        answer = solve_case(case, seconds=0)

        assert breaks(case, answer) == (), seed
        assert is_true(answer.bounds, answer.values, every_plan(case)), seed


def test_parts_add_up(make_case, every_plan):
    """Two cases side by side come to what each comes to by itself."""
    for seed in range(60):
        first, second = make_case(seed, "everything"), make_case(seed + 1000, "headcount")
        if len(first.aims) == len(second.aims):
            answer = solve_case(_beside(first, second))

            best = [every_plan(one)[0][0] for one in (first, second)]
            assert answer.values == answer.bounds == tuple(map(sum, zip(*best, strict=True))), seed


def test_bounds_of_parts_are_true_together(make_case, every_plan, is_true):
    """Where one part is proved and the other is not, plans may give up something in the one to gain it in the other."""
    told = 0
    for seed in range(300):
        first, second = make_case(seed, "flow", requests=3, responders=3), make_case(seed, "apart", requests=3, responders=3)
        plans = [every_plan(one) for one in (first, second)]
        if len(first.aims) == len(second.aims) and len(plans[0]) * len(plans[1]) < 2000:
            answer = solve_case(_beside(first, second), seconds=0)

            sums = [tuple(map(sum, zip(one, other, strict=True))) for one, _ in plans[0] for other, _ in plans[1]]
            assert is_true(answer.bounds, answer.values, [(values, ()) for values in sums]), seed
            told += answer.status != "optimal"
    assert told > 20


def test_what_one_part_gives_up_for_another_is_in_no_bound():
    """Cheapest at the second level is a plan that leaves the first part's request out and serves both of the other's."""
    pairs = np.array([(0, 0), (1, 1), (1, 2), (2, 1)])
    case = Case(
        rows=pairs[:, 0],
        columns=pairs[:, 1],
        aims=[Aim("out", left_out=np.array([1, 2, 1])), Aim("cost", pair=np.array([10, 0, 0, 0]))],
        headcount=np.array([1, 1, 1]),
        capacity=np.array([1, 2, 1]),
        units=np.ones(4, dtype=np.int64),
        clashes={None: frozenset({(1, 2)})},
    )

    cut, whole = solve_case(case, seconds=0), solve_case(case)

    assert (cut.values, whole.values, whole.status) == ((1, 10), (0, 10), "optimal")
    assert cut.bounds == (0, 0)


def test_the_same_case_gives_the_same_answer(make_case):
    """To the byte."""
    for seed in range(20):
        first, second = (solve_case(make_case(seed, "everything", requests=8, responders=8)) for _ in range(2))

        assert first.pairs.tobytes() == second.pairs.tobytes()
        assert (first.values, first.bounds) == (second.values, second.bounds)


@pytest.mark.parametrize(("requests", "aims"), [(0, ()), (0, (Aim("cost"),)), (2, ()), (2, (Aim("out", left_out=np.array([3, 4])),))])
def test_where_nobody_can_go_nobody_is_sent(requests, aims):
    """No pairs at all, with and without requests and aims."""
    none, some = np.zeros(0, dtype=np.int64), np.ones(requests, dtype=np.int64)

    answer = solve_case(Case(rows=none, columns=none, aims=aims, headcount=2 * some, capacity=none, units=none))

    assert (answer.pairs.tolist(), answer.values) == ([], tuple(7 if aim.left_out is not None else 0 for aim in aims))
    assert answer.status == "optimal"


WRONG = [
    ({"rows": [0, 2]}, "rows: whole numbers below 2, not 2"),
    ({"rows": [0]}, r"columns: whole numbers of \(1,\), not int64 of \(2,\)"),
    ({"columns": [-1, 0]}, "columns: whole numbers of 0 or more, not -1"),
    ({"rows": [1, 1], "columns": [0, 0]}, "rows, columns: a pair stands there twice"),
    ({"headcount": [1, 0]}, "headcount: whole numbers of 1 or more, not 0"),
    ({"capacity": [[1]]}, r"capacity: whole numbers of \(1,\), not int64 of \(1, 1\)"),
    ({"units": [1, -1]}, "units: whole numbers of 0 or more, not -1"),
    ({"aims": (Aim("cost", pair=np.array([0.5, 1.0])),)}, r"aims\[0\].pair: whole numbers of \(2,\), not float64 of \(2,\)"),
    ({"aims": (Aim("load", next_seat=np.array([-1])),)}, r"aims\[0\].next_seat: whole numbers of 0 or more, not -1"),
    ({"aims": (Aim("out", left_out=[1, 2]),)}, r"aims\[0\].left_out: whole numbers of \(2,\), not list"),
    ({"apart": frozenset({(0, 0)})}, "apart: responder 0 cannot be kept apart"),
    ({"apart": frozenset({(0, 1)})}, "apart: whole numbers below 1, not 1"),
    ({"clashes": {1: frozenset({(0, 1)})}}, "clashes: whole numbers below 1, not 1"),
    ({"clashes": {None: frozenset({(0, 2)})}}, "clashes: whole numbers below 2, not 2"),
    ({"clashes": {None: frozenset({(1, 1)})}}, "clashes: request 1 cannot clash with itself"),
    ({"covers": [Cover(2, frozenset())]}, r"covers\[0\].row: whole numbers below 2, not 2"),
    ({"covers": [Cover(0, frozenset({3}))]}, r"covers\[0\].columns: whole numbers below 1, not 3"),
    ({"covers": [Cover(0, frozenset(), -1)]}, r"covers\[0\].least: a whole number of 0 or more, not -1"),
]


@pytest.mark.parametrize(("changed", "sentence"), WRONG)
def test_arrays_that_do_not_fit_are_named(changed, sentence):
    """Before anything is solved, the sentence begins with the array that is wrong."""
    arrays = {"rows": [0, 1], "columns": [0, 0], "headcount": [1, 1], "capacity": [1], "units": [1, 1]}
    arrays |= {name: value for name, value in changed.items() if name in arrays}
    rest = {name: value for name, value in changed.items() if name not in arrays}

    with pytest.raises(ValueError, match=f"^{sentence}"):
        solve_case(Case(**{name: np.array(value) for name, value in arrays.items()}, **{"aims": (), **rest}))


def _beside(first, second):
    rows, columns = len(first.headcount), len(first.capacity)
    parts = {
        name: np.concatenate([getattr(first, name), getattr(second, name) + more])
        for name, more in (("rows", rows), ("columns", columns), ("headcount", 0), ("capacity", 0), ("units", 0))
    }
    # A clash of all holds on both sides of a case that was put together: say it of each one by name.
    shared = first.clashes.get(None, frozenset())
    clashes = {j: first.clashes.get(j, frozenset()) | shared for j in range(columns)}
    clashes |= {j + columns: frozenset((a + rows, b + rows) for a, b in some) for j, some in second.clashes.items()}
    return Case(
        **parts,
        aims=[_joined(one, other, first, second) for one, other in zip(first.aims, second.aims, strict=True)],
        apart=first.apart | {(a + columns, b + columns) for a, b in second.apart},
        clashes=clashes,
        covers=[*first.covers, *(Cover(c.row + rows, frozenset(j + columns for j in c.columns), c.least) for c in second.covers)],
    )


def _joined(one, other, first, second):
    def both(part, length):
        sides = [(getattr(aim, part), getattr(case, length)) for aim, case in ((one, first), (other, second))]
        return np.concatenate([np.zeros(len(like), dtype=np.int64) if given is None else given for given, like in sides])

    return Aim(one.name, both("left_out", "headcount"), both("pair", "rows"), both("first_seat", "capacity"), both("next_seat", "capacity"))
