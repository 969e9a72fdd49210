"""Which skill is scarce: what one more person with it would change, exactly, level by level."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np

from dispatch.solver.case import Case
from dispatch.solver.costs import METRES_PER_LEVEL
from dispatch.solver.document.clocks import may_clash
from dispatch.solver.document.pairing import FILTERS, Numbers, Pairing
from dispatch.solver.document.reading import Document
from dispatch.solver.paths.plan import Plan
from dispatch.solver.paths.search import OUT

_REACH, _HOURS = FILTERS.index("reach"), FILTERS.index("hours")


class _Way(NamedTuple):
    """A request beside every place.

    Args:
        row: The request.
        least: The skill that it takes and at which level; none where it takes none.
        places: (n,) from where it can be reached in time.
        metres: (n,) the way from there.
    """

    row: int
    least: tuple[str, int] | None
    places: Numbers
    metres: Numbers


def scarcity(pairing: Pairing, case: Case) -> list[dict[str, Any]] | None:
    """Say for each skill what one more person with it would change.

    That person has the skill at the highest level that any request asks for, and no
    other skill; stands where some responder stands, goes as far and is free when that
    one is; has done nothing of late; and takes one request. Of all such places the
    best is told.

    Returns:
        For each skill that a request asks for, and for none where a request asks for none, the best plan
        with that person minus the best without, by level, and the responder beside whom they stand: what
        changes most first. None where the numbers cannot be read off a plan: pairs are given instead of
        skills, a request takes several people or several units, or people or requests may not be put together.
    """
    document = pairing.document
    if document.pairs is not None or not case.is_flow or may_clash(document.requests, case.capacity):
        return None
    ways = list(_ways(pairing, _places(document)))
    top: dict[str, int] = {}
    for one in document.requests:
        for name, least in one.skills.items():
            top[name] = max(top.get(name, 0), least)
    plan = _plan(case, ways, top)
    kinds: list[str | None] = [*sorted(name for name, level in top.items() if level)]
    if any(way.least is None for way in ways):
        kinds.append(None)
    best = [(*_best_place(plan, ways, kind, top), kind) for kind in kinds if len(document.responders)]
    names = [aim.name for aim in case.aims]
    return [
        {"skill": kind, "near": document.responders[place].id, **dict(zip(names, worth, strict=True))}
        for worth, place, kind in sorted(best, key=lambda one: (one[0], one[2] is None, one[2] or ""))
    ]


def _places(document: Document) -> Numbers:
    """Return the first responder at each place, as far as reach and hours are alike."""
    first: dict[object, int] = {}
    for column, one in enumerate(document.responders):
        first.setdefault((one.at, one.reach_metres, one.available), column)
    return np.array(list(first.values()), dtype=np.int64)


def _ways(pairing: Pairing, places: Numbers) -> Iterator[_Way]:
    for at, asked in enumerate(pairing.document.requests):
        needs = [(name, least) for name, least in asked.skills.items() if least]
        if len(needs) > 1:
            continue  # nobody with one skill can go
        row = pairing.row(at)
        able = places[~(row.against[_REACH, places] | row.against[_HOURS, places])]
        yield _Way(at, needs[0] if needs else None, able, row.terms["distance"][able])


def _plan(case: Case, ways: Iterable[_Way], top: Mapping[str, int]) -> Plan:
    """Return the best plan, made for pairs as dear as the new person's may be."""
    dearest = METRES_PER_LEVEL * max(top.values(), default=0)
    dearest += max((int(way.metres.max(initial=0)) for way in ways), default=0)
    aims = [*case.aims[:-1], case.aims[-1]._replace(most=dearest)]
    return Plan(case.rows, case.columns, aims, case.capacity, requests=len(case.headcount))


def _best_place(
    plan: Plan, ways: Iterable[_Way], kind: str | None, top: Mapping[str, int]
) -> tuple[tuple[int, ...], int]:
    """Return what a person with one skill is worth where they are worth most, and where that is.

    What a request would save by coming to them, before anybody takes the seat that
    it leaves, bounds what they are worth: places are tried in that order until no
    other can be better.
    """
    seat = [0 if aim.first_seat is None else 1 for aim in plan.aims]
    first = plan.fold.number(seat)
    kept: dict[int, list[tuple[int, int]]] = {}
    bound: dict[int, int] = {}
    for way in ways:
        more = 0
        if way.least is not None:
            name, least = way.least
            if name != kind:
                continue
            more = METRES_PER_LEVEL * (top[name] - least)
        worth = _worth_of(plan, way.row) - first - more
        for place, metres in zip(way.places.tolist(), way.metres.tolist(), strict=True):
            if metres < worth:
                kept.setdefault(place, []).append((way.row, metres + more))
                bound[place] = min(bound.get(place, 0), metres - worth)
    best, where = plan.fold.digits(0), 0
    for place in sorted(bound, key=lambda one: (bound[one], one)):
        if bound[place] >= plan.fold.number(best):
            break
        pairs = np.zeros((len(kept[place]), len(plan.aims)), dtype=np.int64)
        pairs[:, -1] = [cost for _, cost in kept[place]]
        found = plan.worth_of_one_more([row for row, _ in kept[place]], pairs, seat)
        if found < best:
            best, where = found, place
    return best, where


def _worth_of(plan: Plan, row: int) -> int:
    """Return what serving a request costs now, all in all, or what leaving it out does."""
    at = plan.place_of_request(row)
    home = plan.state.sent[at]
    return int(plan.state.out[at] if home == OUT else plan.state.paid[at] + plan.state.price[home])
