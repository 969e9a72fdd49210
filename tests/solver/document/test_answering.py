"""A problem's solution against enumeration, written from CONTRACT alone."""

from __future__ import annotations

import io
import json
import tracemalloc
from itertools import chain, combinations, permutations, product
from random import Random

import pytest

from dispatch.errors import Refused
from dispatch.i18n import say_error
from dispatch.solver.document import answering, large
from dispatch.solver.document.answering import solve_document
from dispatch.solver.document.reading import read_document
from dispatch.units import Position, metres_between

NINE = 1795395600
"""2026-11-23T09:00+08:00, in seconds since 1970."""


def moment(minutes):
    from datetime import UTC, datetime

    return datetime.fromtimestamp(NINE + 60 * minutes, UTC).isoformat().replace("+00:00", "Z")


def made(seed, *, with_pairs, most=4):
    """Return a small random problem with every key there is."""
    random = Random(seed)
    responders = [_responder(random, f"p{at}") for at in range(random.randint(1, most))]
    requests = [_request(random, f"r{at}", responders) for at in range(random.randint(1, most))]
    problem = {"requests": requests, "responders": responders}
    if len(responders) > 1 and random.random() < 0.4:
        problem["apart"] = [[responders[0]["id"], responders[1]["id"]]]
    if with_pairs:
        problem["pairs"] = [
            [one["id"], other["id"], random.randint(-5, 90), *([random.randint(0, 2)] if random.random() < 0.5 else [])]
            for one in requests
            for other in responders
            if random.random() < 0.8
        ]
    return problem


def _request(random, name, responders):
    begin = random.randint(0, 120)
    one = {"id": name, "class": random.choice(["urgent", "normal", "low"]), "weight": random.randint(1, 3)}
    return one | _some(
        random,
        (0.5, "headcount", random.randint(1, 2)),
        (0.3, "waited", random.randint(0, 50)),
        (0.6, "skills", {random.choice(["a", "b"]): random.randint(1, 2)}),
        (0.8, "at", _somewhere(random)),
        (0.7, "window", [moment(begin), moment(begin + random.choice([0, 10, 60]))]),
        (0.7, "minutes", random.choice([0, 30, 60])),
        (0.3, "prefers", {random.choice(responders)["id"]: random.choice([300, -100])}),
        (0.2, "never", [random.choice(responders)["id"]]),
    )


def _responder(random, name):
    return {"id": name} | _some(
        random,
        (0.8, "capacity", random.randint(0, 3)),
        (0.8, "skills", {"a": random.randint(0, 3), "b": random.randint(0, 3)}),
        (0.8, "at", _somewhere(random)),
        (0.5, "reach_metres", random.randint(0, 2500)),
        (0.5, "load", random.randint(0, 3)),
        (0.4, "available", [[moment(0), moment(random.randint(30, 150))], [moment(160), moment(240)]]),
    )


def _some(random, *choices):
    return {key: value for chance, key, value in choices if random.random() < chance}


def _somewhere(random):
    return [37.85 + random.uniform(0, 0.02), 112.55 + random.uniform(0, 0.02)]


class Enumerated:
    """Every plan of a problem, tried."""

    def __init__(self, problem):
        self.requests, self.responders = problem["requests"], problem["responders"]
        self.apart = {frozenset(both) for both in problem.get("apart", [])}
        self.listed = None
        if "pairs" in problem:
            self.listed = {(one, other): (cost, *units, 1)[:2] for one, other, cost, *units in problem["pairs"]}

    def best(self, held=None):
        choices = [
            [(), *combinations([p for p in self.responders if self.cost(r, p) is not None], r.get("headcount", 1))]
            for r in self.requests
        ]
        plans = (plan for plan in product(*choices) if self.is_allowed(plan))
        if held is not None:
            at = [r["id"] for r in self.requests].index(held[0])
            plans = (plan for plan in plans if held[1] in [p["id"] for p in plan[at]])
        return min((self.value(plan) for plan in plans), default=None)

    def cost(self, r, p):
        if p["id"] in r.get("never", []) or not self.fits([r], p):
            return None
        less = r.get("prefers", {}).get(p["id"], 0)
        if self.listed is not None:
            at = self.listed.get((r["id"], p["id"]))
            return None if at is None else at[0] - less
        surplus = 0
        for skill, least in r.get("skills", {}).items():
            if p.get("skills", {}).get(skill, 0) < least:
                return None
            surplus += p.get("skills", {}).get(skill, 0) - least
        metres = self.metres(r, p)
        if metres > p.get("reach_metres", metres):
            return None
        return metres + 20 * surplus - less

    @staticmethod
    def metres(one, other):
        return metres_between(Position(*one["at"]), Position(*other["at"])) if "at" in one and "at" in other else 0

    def fits(self, some, p):
        """Try every order; each begins as early as it can, which never hurts."""
        free = p.get("available")
        if len(some) == 1 and "window" not in some[0]:
            seconds = 60 * some[0].get("minutes", 0)
            return free is None or any(seconds_of(a) + seconds <= seconds_of(b) for a, b in free)
        if len(some) > 1:
            some = [r for r in some if "window" in r and "minutes" in r]
        return any(self.goes(order, free) for order in permutations(some))

    def goes(self, order, free):
        ready, before = None, None
        for r in order:
            opens, closes = map(seconds_of, r["window"])
            seconds = 60 * r.get("minutes", 0)
            if before is not None:
                ready += -(-60 * self.metres(before, r) // 80)
            begin = opens if ready is None else max(opens, ready)
            stretches = [(begin, closes + seconds)] if free is None else [tuple(map(seconds_of, one)) for one in free]
            begins = [max(begin, a) for a, b in stretches if max(begin, a) <= min(closes, b - seconds)]
            if not begins:
                return False
            ready, before = min(begins) + seconds, r
        return True

    def is_allowed(self, plan):
        for sent in plan:
            if any(frozenset((a["id"], b["id"])) in self.apart for a, b in combinations(sent, 2)):
                return False
        for p in self.responders:
            mine = [r for r, sent in zip(self.requests, plan, strict=True) if p in sent]
            units = sum(1 if self.listed is None else self.listed[r["id"], p["id"]][1] for r in mine)
            if units > p.get("capacity", units) or (len(mine) > 1 and not self.fits(mine, p)):
                return False
        return True

    def value(self, plan):
        out = [r for r, sent in zip(self.requests, plan, strict=True) if not sent]
        held = [sum(p in sent for sent in plan) for p in self.responders]
        loads = [p.get("load", 0) for p in self.responders]
        return tuple(
            value
            for name, value in (
                *((c, sum(r["weight"] for r in out if r["class"] == c)) for c in ("urgent", "normal", "low")),
                ("waiting", sum(r.get("waited", 0) for r in out)),
                ("load", sum((load + more) ** 2 for load, more in zip(loads, held, strict=True))),
                ("cost", sum(self.cost(r, p) for r, sent in zip(self.requests, plan, strict=True) for p in sent)),
            )
            if self.says(name)
        )

    def says(self, name):
        if name in ("urgent", "normal", "low"):
            return any(r["class"] == name for r in self.requests)
        if name == "waiting":
            return any(r.get("waited") for r in self.requests)
        return name == "cost" or any("load" in p for p in self.responders)


def seconds_of(text):
    from datetime import datetime

    return round(datetime.fromisoformat(text).timestamp())


def solved(problem):
    return solve_document(read_document(io.StringIO(json.dumps(problem))))


@pytest.mark.parametrize("with_pairs", [False, True])
def test_a_solution_is_as_good_as_enumeration_finds(with_pairs):
    """Every key at once: classes, teams, windows and ways, hours, limits, likes, who is kept apart, units."""
    for seed in range(250):
        problem = made(seed, with_pairs=with_pairs)
        solution = solved(problem)

        assert tuple(level["value"] for level in solution["levels"]) == Enumerated(problem).best(), seed
        assert solution["status"] == "optimal", seed
        assert all(level["value"] == level["bound"] for level in solution["levels"]), seed


def test_a_large_problem_is_planned_on_the_map_and_no_worse(monkeypatch):
    """Where a problem counts as large, the plan over the map has the values of the plan over all pairs."""
    for seed in range(120):
        problem = made(seed, with_pairs=False)
        for one in problem["requests"]:
            one.pop("headcount", None)
            one.setdefault("at", [37.86, 112.56])
            one.pop("minutes", None)
        for one in problem["responders"]:
            one.setdefault("at", [37.855, 112.555])
        problem.pop("apart", None)
        usual = solved(problem)
        monkeypatch.setattr(large, "LARGE", 0)
        assert large.is_for_the_map(read_document(io.StringIO(json.dumps(problem))))
        mapped = solved(problem)
        monkeypatch.undo()

        assert mapped["levels"] == usual["levels"], seed
        assert mapped["status"] == "optimal", seed


def test_what_is_written_down_can_be_recomputed():
    """Assignments are allowed pairs at their cost, terms add up, and who is turned away adds up to everybody."""
    for seed in range(80):
        problem = made(seed, with_pairs=seed % 2 == 0)
        solution, tried = solved(problem), Enumerated(problem)
        requests = {one["id"]: one for one in problem["requests"]}
        responders = {one["id"]: one for one in problem["responders"]}
        for one in solution["assignments"]:
            assert one["cost"] == sum(one["terms"].values())
            assert one["cost"] == tried.cost(requests[one["request"]], responders[one["responder"]])
        for one in solution["left_out"]:
            assert sum(why["turned_away"] for why in one["why"]) == len(responders)
        sent = {one["request"] for one in solution["assignments"]}
        assert sent | {one["request"] for one in solution["left_out"]} == set(requests)
        assert not sent & {one["request"] for one in solution["left_out"]}


def test_the_order_of_a_problem_means_nothing():
    """Requests, responders and pairs in another order give the same solution, seconds aside."""
    for seed in range(40):
        problem = made(seed, with_pairs=True)
        turned = {key: list(reversed(value)) for key, value in problem.items()}
        one, other = solved(problem), solved(turned)
        del one["seconds"], other["seconds"]

        assert one == other, seed


def test_who_must_not_go_is_only_unavailable():
    """A block list is counted with no name and no reason of its own."""
    problem = {"requests": [{"id": "r", "never": ["p"]}], "responders": [{"id": "p"}]}
    (left,) = solved(problem)["left_out"]

    assert left == {"request": "r", "why": [{"reason": "unavailable", "turned_away": 1}], "remedy": None}


def test_why_not_is_what_a_plan_with_that_pair_would_change(monkeypatch):
    """Level by level against enumeration with the pair held, whatever the rules; the moves lead to such a plan."""
    told = {"flow": 0, "rules": 0, "map": 0}
    for seed in range(150):
        problem = made(seed, with_pairs=seed % 2 == 0, most=3)
        kind = "rules"
        if seed % 3:
            kind = "map" if seed % 2 else "flow"
            problem.pop("apart", None)
            for one in problem["requests"]:
                one.pop("headcount", None)
                one.pop("minutes", None)
                one.setdefault("at", [37.86, 112.56])
            for one in problem["responders"]:
                one.setdefault("at", [37.855, 112.555])
            if kind == "map":
                monkeypatch.setattr(large, "LARGE", 0)
        pairs = [(one["id"], other["id"]) for one in problem["requests"] for other in problem["responders"]]
        document = read_document(io.StringIO(json.dumps(problem)))
        assert large.is_for_the_map(document) == (kind == "map")
        solution = solve_document(document, why_not=pairs)
        monkeypatch.undo()
        before = [level["value"] for level in solution["levels"]]
        tried, people = Enumerated(problem), {one["id"]: one for one in problem["responders"]}
        sent = {}
        for one in solution["assignments"]:
            sent.setdefault(one["request"], []).append(one["responder"])
        for (request, person), said in zip(pairs, solution["why_not"], strict=True):
            best = tried.best(held=(request, person))
            if best is None:
                assert set(said) == {"request", "responder", "reason"}, (seed, said)
                continue
            assert [a + b for a, b in zip(before, said["more"].values(), strict=True)] == list(best), (seed, said)
            after = sent | {move["request"]: move["responders"] for move in said["moves"]}
            plan = [tuple(people[name] for name in after.get(one["id"], ())) for one in problem["requests"]]
            assert person in after[request], (seed, said)
            assert tried.is_allowed(plan) and tried.value(plan) == best, (seed, said)
            told[kind] += bool(said["moves"])
    assert min(told.values()) > 10


def test_why_not_of_nobody_known_is_refused():
    """Both ids are looked at, in one answer."""
    document = read_document(io.StringIO('{"requests": [{"id": "r"}]}'))
    with pytest.raises(Refused) as refused:
        solve_document(document, why_not=[("x", "y")])

    assert say_error(refused.value, "en")[0] == "this cannot be explained: no request has the id x, no responder has the id y"


def test_too_many_possible_pairs_are_refused_before_memory_is_full(monkeypatch):
    """With the way out; a list of pairs takes no more than it takes to read it."""
    problem = {"requests": [{"id": f"r{at}", "headcount": 2} for at in range(4)], "responders": [{"id": f"p{at}"} for at in range(5)]}
    monkeypatch.setattr(answering, "MOST_PAIRS", 19)
    with pytest.raises(Refused, match="more than 19 pairs") as refused:
        solved(problem)

    assert "reach_metres" in say_error(refused.value, "en")[1]
    assert say_error(refused.value, "zh")[0] != say_error(refused.value, "en")[0]
    listed = [[one["id"], other["id"], 1] for one in problem["requests"] for other in problem["responders"]]
    assert solved({**problem, "pairs": listed})["status"] == "optimal"


def test_a_cost_too_large_beside_a_team_is_named_before_solving():
    """One in 10^12 is lost in floating point; alone, the same cost is exact, and so is what is still allowed."""
    problem = {
        "requests": [{"id": "r0", "headcount": 3, "prefers": {"p1": 10**12}}, {"id": "r1", "headcount": 3, "prefers": {"p0": 2}}],
        "responders": [{"id": f"p{at}", "capacity": 1} for at in range(5)],
    }
    with pytest.raises(Refused) as refused:
        solved(problem)

    assert "r0 p1 -1000000000000" in say_error(refused.value, "en")[0]
    problem["requests"][0]["prefers"] = {"p1": 10**10}
    assert solved(problem)["levels"][-1] == {"name": "cost", "value": -(10**10), "bound": -(10**10)}
    alone = [{"id": "r0", "prefers": {"p1": 10**12 - 1, "p2": 10**12}}]
    assert solved({**problem, "requests": alone})["levels"][-1]["bound"] == -(10**12)


def test_a_large_problem_takes_no_memory_for_what_is_not_in_it():
    """Thousands of requests, each with a skill and an hour of its own, beside as many people: megabytes, not gigabytes."""
    many = 3_000
    problem = {
        "requests": [
            {"id": f"r{at}", "skills": {f"s{at}": 1}, "window": [moment(at), moment(at + 1)], "minutes": 0} for at in range(many)
        ],
        "responders": [{"id": f"p{at}", "skills": {f"s{at}": 1}, "capacity": 1} for at in range(many)],
    }
    document = read_document(io.StringIO(json.dumps(problem)))
    tracemalloc.start()
    solution = solve_document(document)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert len(solution["assignments"]) == many
    assert peak < 30 * 2**20  # every skill and hour beside every person would be 80 MB


def test_an_empty_problem_has_an_empty_solution():
    """Nobody to match, nothing to pay."""
    solution = solved({"requests": [], "responders": []})

    assert solution["status"] == "optimal"
    assert solution["levels"] == [{"name": "cost", "value": 0, "bound": 0}]
    assert list(chain(solution["assignments"], solution["left_out"])) == []


def test_a_time_limit_of_nothing_still_gives_a_plan_with_true_bounds():
    """The best found when the time is up, and no bound above what is best."""
    for seed in range(30):
        problem = made(seed, with_pairs=False)
        document = read_document(io.StringIO(json.dumps(problem)))
        solution, best = solve_document(document, seconds=0), Enumerated(problem).best()
        values = tuple(level["value"] for level in solution["levels"])

        assert values >= best
        for at, level in enumerate(solution["levels"]):
            if values[:at] == best[:at]:
                assert level["bound"] <= best[at]


def test_what_one_more_person_changes_is_what_adding_them_changes():
    """For each skill the best over all places, told beside whom; without the key only where rules tie requests together."""
    told, changed = 0, set()
    for seed in range(200):
        problem = made(seed, with_pairs=False, most=4 if seed < 100 else 9)
        problem.pop("apart", None)
        for one in problem["requests"]:
            one.pop("headcount", None)
            if seed % 2 or seed >= 100:
                one.pop("minutes", None)
        solution = solve_document(read_document(io.StringIO(json.dumps(problem))), explain=True)
        if "scarce" not in solution:
            assert any("minutes" in one for one in problem["requests"])
            continue
        told += 1
        before = [level["value"] for level in solution["levels"]]
        skills = {name for one in problem["requests"] for name in one.get("skills", {})}
        plain = any(not one.get("skills") for one in problem["requests"])
        assert {one["skill"] for one in solution["scarce"]} == skills | ({None} if plain else set())
        ranked = []
        for one in solution["scarce"]:
            level = max((r["skills"].get(one["skill"], 0) for r in problem["requests"] if "skills" in r), default=0)
            worth = {}
            for person in problem["responders"]:
                more = {name: person[name] for name in ("at", "reach_metres", "available") if name in person}
                more |= {"id": "zz", "capacity": 1, "skills": {one["skill"]: level} if one["skill"] else {}}
                after = solved({**problem, "responders": [*problem["responders"], more]})["levels"]
                worth[person["id"]] = tuple(a["value"] - b for a, b in zip(after, before, strict=True))
            said = tuple(one[level["name"]] for level in solution["levels"])
            ranked.append(said)
            changed |= {level["name"] for level, more in zip(solution["levels"], said, strict=True) if more}

            assert said == min(worth.values()) == worth[one["near"]], (seed, one)
        assert ranked == sorted(ranked)
    assert told > 60
    assert changed >= {"unserved_urgent", "unserved_normal", "unserved_low", "load", "cost"}


def test_scarcity_is_only_told_where_it_is_asked_for_and_can_be_read_off():
    """Nothing without being asked, nor where pairs are given or a request takes several people."""
    problem = {"requests": [{"id": "a", "skills": {"x": 1}}], "responders": [{"id": "p"}]}
    assert "scarce" not in solved(problem)
    # Each two of these can be done one after the other, and not all three.
    hour = {"window": [moment(0), moment(60)], "minutes": 60}
    clocks = {"requests": [{"id": at, "skills": {"x": 1}, **hour} for at in ("a", "b", "c")]}
    for more in ({"pairs": []}, {"requests": [{"id": "a", "headcount": 2}]}, clocks):
        document = read_document(io.StringIO(json.dumps({**problem, **more})))
        assert "scarce" not in solve_document(document, explain=True)
    (one,) = solve_document(read_document(io.StringIO(json.dumps(problem))), explain=True)["scarce"]
    assert one == {"skill": "x", "near": "p", "unserved_normal": -1, "cost": 0}


@pytest.mark.parametrize("with_pairs", [False, True])
def test_rivals_need_the_same_people_and_have_one_seat_too_few(with_pairs):
    """By everybody's own look at who could go: one seat too few, and enough without any one of them."""
    told = 0
    for seed in range(200):
        problem = made(seed, with_pairs=with_pairs, most=7)
        problem.pop("apart", None)
        for one in problem["requests"]:
            one.pop("headcount", None)
            one.pop("minutes", None)
        problem["pairs" if with_pairs else "apart"] = [one[:3] for one in problem.get("pairs", [])]
        solution, tried = solve_document(read_document(io.StringIO(json.dumps(problem))), explain=True), Enumerated(problem)
        requests = {one["id"]: one for one in problem["requests"]}

        def could_go(some, tried=tried, requests=requests):
            people = [p for p in tried.responders if any(tried.cost(requests[r], p) is not None for r in some)]
            return [p for p in people if p.get("capacity", 1) > 0]

        for left in solution["left_out"]:
            rivals = left["rivals"]
            people = could_go(rivals["requests"])
            told += 1

            assert left["request"] in rivals["requests"]
            assert rivals["responders"] == [p["id"] for p in people], (seed, left)
            assert rivals["seats"] == sum(p["capacity"] for p in people) == len(rivals["requests"]) - 1
            for one in rivals["requests"]:
                rest = [r for r in rivals["requests"] if r != one]
                for some in chain.from_iterable(combinations(rest, many) for many in range(1, len(rest) + 1)):
                    assert sum(p.get("capacity", len(some)) for p in could_go(some)) >= len(some), (seed, left)
    assert told > 100


def test_numbers_of_very_different_size_are_proved_as_well():
    """HiGHS, going on from another level, says "unknown" of this relaxation; afresh it solves it."""
    far = {"at": [37.86, 112.56]}
    requests = [
        {"id": "r0", "waited": 2, "at": [-90, 112.55], "headcount": 3},
        {"id": "r1", "weight": 10**9, "waited": 2, "at": [-90, -180], "headcount": 3, "minutes": 10},
        {"id": "r2", "headcount": 2, "minutes": 10**9},
        {"id": "r3", "weight": 3, "waited": 10**9, "headcount": 3, "minutes": 90, "never": ["p4"], **far},
    ]
    responders = [
        {"id": "p0", "at": [37.86, 112.55], "load": 0},
        {"id": "p1", "available": []},
        {"id": "p2", "at": [37.85, -180], "load": 2},
        {"id": "p3", "at": [37.86, -180], "capacity": 3, "load": 10**9},
        {"id": "p4", "reach_metres": 2000, "capacity": 10**9},
    ]
    windows = [(9, 20, 23, 0), (8, 20, 23, 0), (8, 0, 23, 20), (9, 0, 9, 0)]
    for one, (a, b, c, d) in zip(requests, windows, strict=True):
        one["window"] = [f"2026-11-23T{a:02}:{b:02}+08:00", f"2026-11-23T{c:02}:{d:02}+08:00"]
    text = json.dumps({"requests": requests, "responders": responders})
    solution = solve_document(read_document(io.StringIO(text)))

    assert solution["status"] == "optimal"
