"""Cover many requests at once with people who may say no: whom to ask, at least price (ALGORITHMS 1c, notify).

Each request wants to be sure enough: what everybody asked adds to it, the logarithm of the chance that they do not say
no, must come to what it wants. Nobody is asked for two requests at once. What is not reached costs as much as it is
worth. Requests that want the same people are solved together, as a programme over zeros and ones that HiGHS proves.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np

from dispatch.solver.aside import aside
from dispatch.solver.guarded import NoAnswer
from dispatch.solver.teams import builder, highs
from dispatch.solver.teams.program import ANY, Scope

STEPS: Final = 15
"""What is not reached is counted in so many steps."""
_BITS: Final = (1, 2, 4, 8)
SECONDS: Final = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """One request for which people are to be asked.

    Args:
        id: Of the request.
        wanted: -ln(1 - chance wanted) less what those asked already give, in thousandths, at least 0.
        worth: Lost where none of it is reached, in hundredths of an alert; where part is, the part (in steps).
        weights: By person, -ln(1 - chance that they say yes in time), in thousandths, at least 1.
        prices: By person, of one alert to them, in hundredths of an alert, at least 1.
        sure: People who are asked in any case; each for one request.
    """

    id: str
    wanted: int
    worth: int
    weights: Mapping[str, int]
    prices: Mapping[str, int]
    sure: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Cover:
    """Who is asked for what.

    Args:
        asked: By request, people in the order of their weight for their price.
        price: Of it all and of what is not reached, in hundredths of an alert.
        is_proved: Whether nothing is cheaper.
    """

    asked: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    price: int = 0
    is_proved: bool = True


def cover(wishes: Sequence[Wish], *, seconds: float = SECONDS) -> Cover:
    """Find the cheapest cover.

    Args:
        seconds: For each part; then the best found is given, or the greedy one.
    """
    asked: dict[str, tuple[str, ...]] = {}
    is_proved, price = True, 0
    for part in _parts(wishes):
        chosen, proved = _solve(part, seconds)
        is_proved &= proved
        price += price_of(part, chosen)
        asked |= {one.id: _in_order(one, chosen[one.id]) for one in part}
    return Cover(asked=asked, price=price, is_proved=is_proved)


def cover_aside(wishes: Sequence[Wish], *, seconds: float = SECONDS) -> Cover:
    """Find the cheapest cover in a process of its own; where that gives no answer, the greedy one.

    Where no two requests want the same person there is nothing to weigh up, and no process is started.
    """
    if all(len(part) == 1 for part in _parts(wishes)):
        return cover_greedily(wishes)
    try:
        said = aside("dispatch.solver.covering:answer", (list(wishes), seconds), seconds=seconds + 10)
        asked = {one.id: tuple(said["asked"][one.id]) for one in wishes}
        if not is_lawful(wishes, asked):
            return cover_greedily(wishes)
        return Cover(asked=asked, price=price_of(wishes, asked), is_proved=bool(said["is_proved"]))
    except (NoAnswer, KeyError, TypeError):
        return cover_greedily(wishes)


def answer(wishes: Sequence[Wish], seconds: float) -> dict[str, Any]:
    """Say in plain data what ``cover`` finds; run by the process of its own."""
    found = cover(wishes, seconds=seconds)
    return {"asked": {name: list(people) for name, people in found.asked.items()}, "is_proved": found.is_proved}


def cover_greedily(wishes: Sequence[Wish]) -> Cover:
    """Ask, as long as it pays, whoever adds most for their price, the worthiest request first."""
    taken = {person for one in wishes for person in one.sure}
    asked: dict[str, tuple[str, ...]] = {}
    for one in sorted(wishes, key=lambda one: (-one.worth, one.id)):
        mine = set(one.sure)
        reached = sum(one.weights.get(person, 0) for person in mine)
        for person in _in_order(one, one.weights):
            if reached >= one.wanted:
                break
            pays = one.worth * min(one.weights[person], one.wanted - reached) >= one.prices[person] * one.wanted
            if person not in taken and pays:
                mine.add(person)
                taken.add(person)
                reached += one.weights[person]
        asked[one.id] = _in_order(one, mine)
    return Cover(asked=asked, price=price_of(wishes, asked), is_proved=False)


def price_of(wishes: Iterable[Wish], asked: Mapping[str, Iterable[str]]) -> int:
    """Return what a cover costs, alerts and what is not reached, in hundredths of an alert."""
    total = 0
    for one in wishes:
        people = list(asked[one.id])
        total += sum(one.prices.get(person, 0) for person in people)
        total += _step_price(one) * _steps_short(one, sum(one.weights.get(person, 0) for person in people))
    return total


def is_lawful(wishes: Sequence[Wish], asked: Mapping[str, Sequence[str]]) -> bool:
    """Say whether everybody is asked at most once, for a request they may be asked for, and all who must be are."""
    everybody = [person for one in wishes for person in asked[one.id]]
    return len(everybody) == len(set(everybody)) and all(
        one.sure <= set(asked[one.id]) and set(asked[one.id]) <= set(one.weights) | one.sure for one in wishes
    )


def _steps_short(one: Wish, reached: int) -> int:
    missing = max(0, one.wanted - reached)
    return -(-missing // _step(one)) if missing else 0


def _step(one: Wish) -> int:
    return max(1, -(-one.wanted // STEPS))


def _step_price(one: Wish) -> int:
    return max(1, one.worth // STEPS)


def _in_order(one: Wish, people: Iterable[str]) -> tuple[str, ...]:
    def value(person: str) -> tuple[float, str]:
        return -one.weights.get(person, 0) / one.prices.get(person, 1), person

    return tuple(sorted(people, key=value))


def _parts(wishes: Sequence[Wish]) -> list[list[Wish]]:
    """Return the wishes in groups that share nobody."""
    leader = list(range(len(wishes)))

    def find(at: int) -> int:
        while leader[at] != at:
            leader[at] = leader[leader[at]]
            at = leader[at]
        return at

    first: dict[str, int] = {}
    for at, one in enumerate(wishes):
        for person in (*one.weights, *one.sure):
            leader[find(at)] = find(first.setdefault(person, at))
    groups: dict[int, list[Wish]] = {}
    for at, one in enumerate(wishes):
        groups.setdefault(find(at), []).append(one)
    return list(groups.values())


def _solve(part: Sequence[Wish], seconds: float) -> tuple[dict[str, tuple[str, ...]], bool]:
    greedy = cover_greedily(part).asked
    taken = {person: at for at, one in enumerate(part) for person in one.sure}
    pairs = [
        (at, person)
        for at, one in enumerate(part)
        for person in sorted(one.weights)
        if taken.get(person, at) == at
    ]
    if not pairs:
        return dict(greedy), True
    scope, cost = _programme(part, pairs)
    start = np.zeros(len(cost))
    start[: len(pairs)] = [person in greedy[part[at].id] for at, person in pairs]
    for at, one in enumerate(part):
        short = _steps_short(one, sum(one.weights.get(person, 0) for person in greedy[one.id]))
        first = len(pairs) + len(_BITS) * at
        start[first : first + len(_BITS)] = [bool(short & bit) for bit in _BITS]
    solver: Any = builder if highs.library() is None else highs
    found = solver.minimise_whole(scope, cost, start, seconds)
    if found.point is None:
        return dict(greedy), False
    chosen: dict[str, tuple[str, ...]] = {one.id: tuple(one.sure) for one in part}
    for (at, person), is_asked in zip(pairs, found.point > 0.5, strict=False):  # behind them stand the steps
        if is_asked and person not in part[at].sure:
            chosen[part[at].id] = (*chosen[part[at].id], person)
    if price_of(part, greedy) < price_of(part, chosen):
        return dict(greedy), False
    return chosen, bool(found.is_done)


def _programme(part: Sequence[Wish], pairs: Sequence[tuple[int, str]]) -> tuple[Scope, Any]:
    """Return rows and prices: one column a pair, then for each wish the bits of its steps not reached."""
    count = len(pairs)
    columns = count + len(_BITS) * len(part)
    cost = np.zeros(columns, dtype=np.int64)
    lower, upper = np.zeros(columns, dtype=np.int64), np.ones(columns, dtype=np.int64)
    rows: list[tuple[list[int], list[int], int, int]] = []
    of_person: dict[str, list[int]] = {}
    mine: list[list[int]] = [[] for _ in part]
    for column, (at, person) in enumerate(pairs):
        mine[at].append(column)
        of_person.setdefault(person, []).append(column)
        if person in part[at].sure:
            lower[column] = 1
        else:
            cost[column] = part[at].prices[person]
    for at, one in enumerate(part):
        bits = [count + len(_BITS) * at + bit for bit in range(len(_BITS))]
        cost[bits] = [_step_price(one) * bit for bit in _BITS]
        weights = [one.weights[pairs[column][1]] for column in mine[at]] + [_step(one) * bit for bit in _BITS]
        rows.append((mine[at] + bits, weights, one.wanted, ANY))
    rows += [(some, [1] * len(some), -ANY, 1) for some in of_person.values() if len(some) > 1]
    start = np.concatenate([[0], np.cumsum([len(index) for index, *_ in rows])]).astype(np.int64)
    scope = Scope(
        lower=lower,
        upper=upper,
        start=start,
        index=np.array([column for index, *_ in rows for column in index], dtype=np.int64),
        value=np.array([one for _, value, *_ in rows for one in value], dtype=np.int64),
        low=np.array([low for *_, low, _ in rows], dtype=np.int64),
        high=np.array([high for *_, high in rows], dtype=np.int64),
    )
    return scope, cost
