"""A case made smaller, and cut into parts that have nothing to do with each other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt

from dispatch.solver.case import Case, Cover
from dispatch.solver.paths.levels import Aim, Numbers

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a case by itself.

    Args:
        case: The part, its requests, responders and pairs counted from 0.
        pairs: Where its pairs stand in the whole case.
    """

    case: Case
    pairs: Numbers


def pieces(case: Case) -> Iterator[Piece]:
    """Yield the connected parts of a case, smallest first, each rid of what cannot be or says nothing.

    Requests without any possible pair are in no part: they are left out in every plan.
    """
    possible, covers = _possible(case)
    at = np.flatnonzero(possible)
    of_row, of_column = _components(case.rows[at], case.columns[at], len(case.headcount), len(case.capacity))
    rules = _rules_by_component(case, covers, of_row.tolist(), of_column.tolist())
    names = of_row[case.rows[at]]
    order = np.argsort(names, kind="stable")
    cuts = np.flatnonzero(np.diff(names[order])) + 1
    parts = [part for part in np.split(at[order], cuts) if len(part)]
    for part in sorted(parts, key=len):
        yield _piece(case, part, rules[int(of_row[case.rows[part[0]]])])


def _possible(case: Case) -> tuple[Flags, list[Cover]]:
    """Return which pairs some plan could have, and the covers that still say something."""
    rows, columns = case.rows, case.columns
    keep = case.units <= case.capacity[columns]
    covers = [cover for cover in case.covers if cover.least > 0]
    of_row: dict[int, Numbers] = {}
    for cover in covers:
        if cover.row not in of_row:
            of_row[cover.row] = np.flatnonzero(rows == cover.row)
        if cover.least >= case.headcount[cover.row]:
            # All who go must be of the kind.
            mine = of_row[cover.row]
            keep[mine] &= np.isin(columns[mine], list(cover.columns))
    degree = np.bincount(rows[keep], minlength=len(case.headcount))
    keep &= (degree >= case.headcount)[rows]
    told = []
    for cover in covers:
        mine = of_row[cover.row]
        mine = mine[keep[mine]]
        of_kind = int(np.isin(columns[mine], list(cover.columns)).sum())
        if of_kind < cover.least or cover.least > case.headcount[cover.row]:
            keep[mine] = False
        elif len(mine) - of_kind > case.headcount[cover.row] - cover.least:
            told.append(cover)
    return keep, told


def _components(rows: Numbers, columns: Numbers, requests: int, responders: int) -> tuple[Numbers, Numbers]:
    """Return for each request and each responder the lowest request that is connected to it.

    Responders without a pair get a number that no request has.
    """
    label = np.arange(requests + responders)
    while True:
        before = label.copy()
        lower = np.minimum(label[rows], label[requests + columns])
        np.minimum.at(label, rows, lower)
        np.minimum.at(label, requests + columns, lower)
        label = label[label]
        if (label == before).all():
            return label[:requests], label[requests:]


@dataclass(slots=True)
class _Rules:
    """What is asked within one part, by the ids of the whole case."""

    covers: list[Cover] = field(default_factory=list)
    apart: list[tuple[int, int]] = field(default_factory=list)
    clashes: dict[int | None, list[tuple[int, int]]] = field(default_factory=lambda: defaultdict(list))


def _rules_by_component(
    case: Case, covers: list[Cover], of_row: list[int], of_column: list[int]
) -> dict[int, _Rules]:
    """Sort the rules into the parts; one whose ends lie in two parts asks for nothing."""
    found: dict[int, _Rules] = defaultdict(_Rules)
    for cover in covers:
        found[of_row[cover.row]].covers.append(cover)
    for first, second in case.apart:
        if of_column[first] == of_column[second]:
            found[of_column[first]].apart.append((first, second))
    for who, both in case.clashes.items():
        for first, second in both:
            if of_row[first] == of_row[second] and (who is None or of_column[who] == of_row[first]):
                found[of_row[first]].clashes[who].append((first, second))
    return found


def _piece(case: Case, at: Numbers, rules: _Rules) -> Piece:
    row_ids, rows = _numbered(case.rows[at], len(case.headcount))
    column_ids, columns = _numbered(case.columns[at], len(case.capacity))
    new_row = {old: new for new, old in enumerate(row_ids.tolist())}
    new_column = {old: new for new, old in enumerate(column_ids.tolist())}
    capacity, units = _in_shares(columns, case.capacity[column_ids], case.units[at])
    headcount = case.headcount[row_ids]
    meeting = _Meeting(rows, columns, headcount, capacity, units)
    clashes = {
        None if who is None else new_column[who]: frozenset(
            (new_row[first], new_row[second])
            for first, second in both
            if meeting.of_requests(new_row[first], new_row[second], None if who is None else new_column[who])
        )
        for who, both in rules.clashes.items()
    }
    part = Case(
        rows=rows,
        columns=columns,
        aims=tuple(_cut(aim, row_ids, column_ids, at) for aim in case.aims),
        headcount=headcount,
        capacity=capacity,
        units=units,
        apart=frozenset(
            (new_column[first], new_column[second])
            for first, second in rules.apart
            if meeting.of_responders(new_column[first], new_column[second])
        ),
        clashes={who: both for who, both in clashes.items() if both},
        covers=tuple(
            Cover(new_row[row], frozenset(new_column[one] for one in of_kind if one in new_column), least)
            for row, of_kind, least in rules.covers
        ),
    )
    return Piece(part, at)


def _numbered(owners: Numbers, count: int) -> tuple[Numbers, Numbers]:
    """Return which owners there are, in order, and each one's number among them."""
    is_there = np.zeros(count, dtype=np.bool_)
    is_there[owners] = True
    return np.flatnonzero(is_there), (np.cumsum(is_there) - 1)[owners]


def _in_shares(columns: Numbers, capacity: Numbers, units: Numbers) -> tuple[Numbers, Numbers]:
    """Count capacity in requests where all of a responder's take the same units."""
    least = np.full(len(capacity), np.iinfo(np.int64).max)
    most = np.zeros(len(capacity), dtype=np.int64)
    np.minimum.at(least, columns, units)
    np.maximum.at(most, columns, units)
    whole = np.bincount(columns, weights=units.astype(np.float64), minlength=len(capacity))
    degree = np.bincount(columns, minlength=len(capacity))
    has_room = whole <= capacity
    alike = has_room | ((least == most) & (most > 0))
    seats = np.where(has_room, degree, capacity // np.maximum(1, most))
    return np.where(alike, np.minimum(seats, degree), capacity), np.where(alike[columns], 1, units)


def _cut(aim: Aim, rows: Numbers, columns: Numbers, pairs: Numbers) -> Aim:
    return Aim(
        aim.name,
        left_out=None if aim.left_out is None else aim.left_out[rows],
        pair=None if aim.pair is None else aim.pair[pairs],
        first_seat=None if aim.first_seat is None else aim.first_seat[columns],
        next_seat=None if aim.next_seat is None else aim.next_seat[columns],
        most=aim.most,
    )


class _Meeting:
    """Who could meet at a request, and which requests could meet at a responder."""

    def __init__(self, rows: Numbers, columns: Numbers, headcount: Numbers, capacity: Numbers, units: Numbers) -> None:
        lowest = np.full(len(capacity), np.iinfo(np.int64).max)
        np.minimum.at(lowest, columns, units)
        self.can_two = set(np.flatnonzero(capacity - lowest >= lowest).tolist())
        # Only rules ask, and most of the time about few: nothing is laid out before.
        self.of_row = _Sets(rows, columns, len(headcount))
        in_teams = (headcount > 1)[rows]
        self.teams_of_column = _Sets(columns[in_teams], rows[in_teams], len(capacity))

    def of_requests(self, first: int, second: int, who: int | None) -> bool:
        both = self.of_row[first] & self.of_row[second] & self.can_two
        return bool(both) if who is None else who in both

    def of_responders(self, first: int, second: int) -> bool:
        return not self.teams_of_column[first].isdisjoint(self.teams_of_column[second])


class _Sets:
    """By owner, what it stands beside; made when it is asked for."""

    def __init__(self, owners: Numbers, others: Numbers, count: int) -> None:
        self.owners, self.others, self.count = owners, others, count
        self.made: dict[int, frozenset[int]] = {}

    @cached_property
    def _in_order(self) -> tuple[Numbers, Numbers]:
        order = np.argsort(self.owners, kind="stable")
        return self.others[order], np.searchsorted(self.owners[order], np.arange(self.count + 1))

    def __getitem__(self, owner: int) -> frozenset[int]:
        if owner not in self.made:
            others, starts = self._in_order
            self.made[owner] = frozenset(others[starts[owner] : starts[owner + 1]].tolist())
        return self.made[owner]
