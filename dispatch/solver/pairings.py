"""Every need beside every helper, as arrays: what the filters and the costs look at."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from operator import attrgetter, itemgetter
from typing import NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

from dispatch.clock import on_the_wall
from dispatch.model.quiet import Quiet
from dispatch.model.responder import Hours, ResponderKind
from dispatch.solver.openings import NEVER, Flags, Openings, without_quiet
from dispatch.solver.problem import Helper, Need, Problem, Spot
from dispatch.units import EARTH_RADIUS_METRES, Position

Numbers = npt.NDArray[np.int64]
_Key = TypeVar("_Key", bound=Hashable)

SAME_UNIT_METRES = 5
"""Across the landing."""
SAME_BUILDING_METRES = 30
"""Out at one stairwell's door and in at the next."""
UNKNOWN_METRES = 1000
"""Where nobody knows how far it is: about once across a neighbourhood."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairings:
    """Arrays of one row a need and one column a helper, or of shapes that spread to it.

    Needs and helpers stand in the order of their ids, so that no answer depends
    on the order in which they were given.

    Args:
        metres: How far it is: within a building by convention, else in a straight line.
        floors: How many storeys lie between the door and where the helper comes in.
        shortfall: Levels that the helper lacks of the skill they lack most of.
        surplus: Levels above what is needed, over the skills needed.
        reach: How far the helper goes, in metres.
        is_open: Whether the helper may be asked now and may work when the work may begin.
        works_then: Whether the helper may work when the work may begin.
        climbs: Whether the helper would have to climb stairs, or may have to, and does not.
        has_wrong_number: Whether the helper's phone was found wrong.
        rested_in: Minutes until the helper is rested; 0 means rested.
        free_in: Minutes until the helper is rested and may be asked: a row for each kind of need.
        free_kind: Which row of it is a need's.
        is_spent: Whether the helper has taken on as many requests this month as they wish.
        is_apart: Whether somebody goes already with whom the helper is never sent.
        lacks_adult: Whether the helper is a minor, and no adult goes.
        closes_in: Minutes until the work may no longer begin; ``openings.NEVER`` where no window is ahead.
        on_the_wall: The moment as the community's clock shows it.
    """

    needs: tuple[Need, ...]
    helpers: tuple[Helper, ...]
    on_the_wall: datetime
    metres: Numbers
    floors: Numbers
    has_lift: Flags
    near_matters: Flags
    shortfall: Numbers
    surplus: Numbers
    holds_licence: Flags
    reach: Numbers
    has_wrong_number: Flags
    is_open: Flags
    rested_in: Numbers
    free_seats: Numbers
    load: Numbers
    was_asked: Flags
    is_barred: Flags
    is_apart: Flags
    lacks_adult: Flags
    is_spent: Flags
    climbs: Flags
    is_bonded: Flags
    is_paid: Flags
    works_then: Flags
    free_in: Numbers
    free_kind: Numbers
    closes_in: Numbers
    row_of: dict[str, int] = field(default_factory=dict)
    column_of: dict[str, int] = field(default_factory=dict)

    @property
    def shape(self) -> tuple[int, int]:
        """Return how many needs and how many helpers there are."""
        return len(self.needs), len(self.helpers)

    def free_for(self, row: int) -> Numbers:
        """Return in how many minutes each helper is rested and may be asked for a need."""
        minutes: Numbers = self.free_in[self.free_kind[row]]
        return minutes

    def pair(self, need_id: str, helper_id: str) -> tuple[int, int]:
        """Return the row of a need and the column of a helper."""
        return self.row_of[need_id], self.column_of[helper_id]


class _Told(NamedTuple):
    """Helpers by field instead of one by one, in the order of ``Helper``'s fields."""

    id: Sequence[str]
    code: Sequence[str]
    kind: Sequence[ResponderKind]
    skills: Sequence[Mapping[str, int]]
    licences: Sequence[frozenset[str]]
    spot: Sequence[Spot]
    reach_metres: Sequence[int]
    free_seats: Sequence[int]
    load: Sequence[int]
    hours: Sequence[tuple[Hours, ...]]
    rested_at: Sequence[datetime | None]
    has_wrong_number: Sequence[bool]
    is_adult: Sequence[bool]
    was_helped: Sequence[bool]
    is_paid: Sequence[bool]
    bonds: Sequence[frozenset[str]]
    busy_with: Sequence[tuple[int, ...]]
    quiet: Sequence[tuple[Quiet, ...]]
    no_stairs: Sequence[bool]
    monthly_cap: Sequence[int | None]
    is_spent: Sequence[bool]


def side_by_side(problem: Problem) -> Pairings:
    """Lay out a problem as arrays."""
    needs = tuple(sorted(problem.needs, key=attrgetter("id")))
    helpers = tuple(sorted(problem.helpers, key=itemgetter(0)))
    told = _Told(*zip(*helpers, strict=True)) if helpers else _Told(*[()] * len(Helper._fields))
    now = on_the_wall(problem.at, problem.zone).replace(tzinfo=None)
    openings = Openings(told.hours)
    works_then = _rows(needs, len(helpers), lambda one: _stretch(one, problem, now), lambda one: openings.within(*one))
    rested_in = np.zeros(len(helpers), dtype=np.int64)
    for column, moment in enumerate(told.rested_at):
        if moment is not None:
            rested_in[column] = _minutes_to(moment, problem.at)
    shortfall, surplus = _skills(needs, told.skills)
    columns = dict(zip(told.id, range(len(helpers)), strict=True))
    is_adult = np.array(told.is_adult, dtype=np.bool_)
    asking = _Asking(told, openings, now, rested_in)
    free_kind = np.array([asking.kind_for(one) for one in needs], dtype=np.int64)
    here = [one.spot for one in needs]
    in_unit = _same([one.unit for one in here], [one.unit for one in told.spot])
    floors = _floors(here, told.spot, in_unit)
    has_lift = _column(one.spot.has_lift for one in needs)
    near_matters = _column(one.proximity for one in needs)
    no_stairs = np.array(told.no_stairs, dtype=np.bool_)
    may_climb = _column(may_have_to_climb(one) for one in here)
    return Pairings(
        needs=needs,
        helpers=helpers,
        on_the_wall=now,
        metres=_metres(here, told.spot, in_unit),
        floors=floors,
        has_lift=has_lift,
        near_matters=near_matters,
        shortfall=shortfall,
        surplus=surplus,
        holds_licence=_rows(
            needs,
            len(helpers),
            lambda one: one.licence,
            lambda name: np.array(
                [name in some for some in told.licences] if name is not None else [True] * len(helpers), dtype=np.bool_
            ),
        ),
        reach=np.array(told.reach_metres, dtype=np.int64),
        has_wrong_number=np.array(told.has_wrong_number, dtype=np.bool_),
        is_open=works_then & asking.may_be_asked[free_kind],
        works_then=works_then,
        rested_in=rested_in,
        free_in=asking.free_in,
        free_kind=free_kind,
        closes_in=np.array(
            [_minutes_to(one.window and one.window[1], problem.at) or NEVER for one in needs], dtype=np.int64
        ),
        free_seats=np.array(told.free_seats, dtype=np.int64),
        load=np.array(told.load, dtype=np.int64),
        was_asked=_marked((one.asked for one in needs), columns, len(needs)),
        is_barred=_marked((one.never for one in needs), columns, len(needs)),
        is_apart=_marked((one.apart for one in needs), columns, len(needs))
        if any(one.apart for one in needs)
        else np.zeros((1, len(columns)), dtype=np.bool_),
        lacks_adult=_column(one.adults_only or not one.has_adult for one in needs) & ~is_adult,
        is_spent=np.array(told.is_spent, dtype=np.bool_),
        climbs=near_matters & ~has_lift & ((floors > 0) | may_climb) & no_stairs
        if no_stairs.any()
        else np.zeros((1, len(columns)), dtype=np.bool_),
        is_bonded=_bonded(needs, told.bonds),
        is_paid=np.array(told.is_paid, dtype=np.bool_),
        row_of={one.id: row for row, one in enumerate(needs)},
        column_of=columns,
    )


class _Asking:
    """When helpers may be asked: their hours without the quiet ones, which end sooner for a need that takes longer."""

    def __init__(self, told: _Told, openings: Openings, now: datetime, rested_in: Numbers) -> None:
        self.told, self.now, self.rested_in = told, now, rested_in
        self._kinds: dict[int | None, int] = {None: 0}
        self._is_ever_quiet = any(told.quiet)
        self._asked = [openings.within(now, now)]
        self._free = [openings.minutes_until(now, rested_in)]
        self._left: dict[tuple[int, int, int], tuple[Hours, ...]] = {}

    def kind_for(self, need: Need) -> int:
        """Return which row holds for a need; those that are alike share theirs."""
        notice = None if need.wakes or not self._is_ever_quiet else need.notice_minutes
        if notice not in self._kinds:
            self._kinds[notice] = len(self._asked)
            pairs = zip(self.told.hours, self.told.quiet, strict=True)
            openings = Openings([self._hours(*pair, notice) for pair in pairs])
            self._asked.append(openings.within(self.now, self.now))
            self._free.append(openings.minutes_until(self.now, self.rested_in))
        return self._kinds[notice]

    def _hours(self, hours: tuple[Hours, ...], quiet: tuple[Quiet, ...], notice: int | None) -> tuple[Hours, ...]:
        if not quiet or notice is None:
            return hours
        # Most share one and the same list, which is told apart sooner than what stands in it.
        key = id(hours), id(quiet), notice
        if key not in self._left:
            self._left[key] = without_quiet(hours, quiet, notice)
        return self._left[key]

    @property
    def may_be_asked(self) -> Flags:
        return np.array(self._asked, dtype=np.bool_)

    @property
    def free_in(self) -> Numbers:
        return np.array(self._free, dtype=np.int64)


def may_have_to_climb(spot: Spot) -> bool:
    """Return whether nobody knows if one would have to climb there: that counts as having to."""
    return not spot.has_lift and spot.floor is None and (spot.storeys is None or spot.storeys > 1)


def _stretch(need: Need, problem: Problem, now: datetime) -> tuple[datetime, datetime]:
    """Give the stretch of wall-clock time in which the work may begin; it ends before it begins once over."""
    if need.window is None:
        return now, now
    begins, ends = (on_the_wall(moment, problem.zone).replace(tzinfo=None) for moment in need.window)
    return max(begins, now), ends


def _minutes_to(moment: datetime | None, at: datetime) -> int:
    """Count the minutes to a moment, begun ones in full; 0 where it has come or there is none."""
    return 0 if moment is None else min(NEVER, max(0, -((at - moment) // timedelta(minutes=1))))


def _column(values: Iterable[bool]) -> Flags:
    return np.array(list(values), dtype=np.bool_).reshape(-1, 1)


def _rows(needs: Sequence[Need], width: int, key_of: Callable[[Need], _Key], row_of: Callable[[_Key], Flags]) -> Flags:
    """Build one row a need, each different key's row only once: needs of one service share theirs."""
    known: dict[_Key, int] = {}
    index = np.array([known.setdefault(key_of(one), len(known)) for one in needs], dtype=np.int64)
    made = np.zeros((len(known), width), dtype=np.bool_)
    for row, key in enumerate(known):
        made[row] = row_of(key)
    return made[index]


def _marked(ids: Iterable[frozenset[str]], columns: dict[str, int], rows: int) -> Flags:
    marks = np.zeros((rows, len(columns)), dtype=np.bool_)
    for row, named in enumerate(ids):
        there = [columns[one] for one in named if one in columns]
        if there:
            marks[row, there] = True
    return marks


def _skills(needs: Sequence[Need], have: Sequence[Mapping[str, int]]) -> tuple[Numbers, Numbers]:
    """Give the worst shortfall and the summed surplus of levels."""
    named = sorted({skill for one in needs for skill in one.skills})
    columns = {skill: column for column, skill in enumerate(named)}
    levels = np.zeros((len(have), len(named)), dtype=np.int64)
    had = [
        (row, columns[skill], level)
        for row, skills in enumerate(have)
        for skill, level in skills.items()
        if skill in columns
    ]
    rows, those, level_of = np.array(had, dtype=np.int64).reshape(-1, 3).T
    levels[rows, those] = level_of
    known: dict[tuple[tuple[str, int], ...], int] = {}
    wants = [tuple(sorted(one.skills.items())) for one in needs]
    index = np.array([known.setdefault(one, len(known)) for one in wants], dtype=np.int64)
    shortfall = np.zeros((len(known), len(have)), dtype=np.int64)
    surplus = np.zeros_like(shortfall)
    for row, wanted in enumerate(known):
        for skill, level in wanted:
            above = levels[:, columns[skill]] - level
            shortfall[row] = np.maximum(shortfall[row], -above)
            surplus[row] += np.maximum(above, 0)
    return shortfall[index], surplus[index]


def _bonded(needs: Sequence[Need], bonds: Sequence[frozenset[str]]) -> Flags:
    rows: dict[str, list[int]] = {}
    for row, need in enumerate(needs):
        if need.household is not None:
            rows.setdefault(need.household, []).append(row)
    marks = np.zeros((len(needs), len(bonds)), dtype=np.bool_)
    for column, households in enumerate(bonds):
        if not households.isdisjoint(rows):
            for household in households & rows.keys():
                marks[rows[household], column] = True
    return marks


def _metres(ours: Sequence[Spot], theirs: Sequence[Spot], in_unit: Flags) -> Numbers:
    metres = _apart([one.position for one in ours], [one.position for one in theirs])
    in_building = _same([one.building for one in ours], [one.building for one in theirs])
    metres[in_building] = SAME_BUILDING_METRES
    metres[in_unit] = SAME_UNIT_METRES
    return metres


def _apart(ours: Sequence[Position | None], theirs: Sequence[Position | None]) -> Numbers:
    """Give the metres between positions, as ``units.metres_between`` does for one pair."""
    # Who lives in one house stands at one place: each two places are measured once.
    row_of, column_of = ({one: at for at, one in enumerate(dict.fromkeys(some))} for some in (ours, theirs))
    from_north, from_east, from_known = _radians(list(row_of))
    to_north, to_east, to_known = _radians(list(column_of))
    north = np.sin((to_north[None, :] - from_north[:, None]) / 2) ** 2
    east = np.sin((to_east[None, :] - from_east[:, None]) / 2) ** 2
    inner = north + np.cos(from_north)[:, None] * np.cos(to_north)[None, :] * east
    angle = 2 * np.arcsin(np.minimum(1.0, np.sqrt(inner)))
    metres: Numbers = np.rint(EARTH_RADIUS_METRES * angle).astype(np.int64)
    metres[~(from_known[:, None] & to_known[None, :])] = UNKNOWN_METRES
    rows, columns = (
        np.array([at[one] for one in some], dtype=np.int64)
        for at, some in ((row_of, ours), (column_of, theirs))
    )
    spread: Numbers = metres[rows][:, columns]
    return spread


def _radians(
    positions: Sequence[Position | None],
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64], Flags]:
    degrees = np.array([one or (0.0, 0.0) for one in positions], dtype=np.float64).reshape(-1, 2)
    known = np.array([one is not None for one in positions], dtype=np.bool_)
    return np.radians(degrees[:, 0]), np.radians(degrees[:, 1]), known


def _same(ours: Sequence[str | None], theirs: Sequence[str | None]) -> Flags:
    """Say who is in the same place, where both are known."""
    known: dict[str | None, int] = {code: at for at, code in enumerate(dict.fromkeys(ours)) if code is not None}
    rows = np.array([known.get(code, -1) for code in ours], dtype=np.int64)
    # Where no need is, nobody need be told from anybody.
    columns = np.array([known.get(code, -2) for code in theirs], dtype=np.int64)
    same: Flags = rows[:, None] == columns[None, :]
    return same


def _floors(ours: Sequence[Spot], theirs: Sequence[Spot], in_unit: Flags) -> Numbers:
    """Count the storeys from the helper's own landing in the same unit, else from the ground."""
    door = np.array([storeys_up(one.floor) or 0 for one in ours], dtype=np.int64)
    known = np.array([one.floor is not None for one in ours], dtype=np.bool_)
    floors = np.repeat(np.where(known, np.abs(door), 0)[:, None], len(theirs), axis=1)
    rows, columns = np.nonzero(in_unit & known[:, None])
    landing = np.array([storeys_up(theirs[column].floor) or 0 for column in columns.tolist()], dtype=np.int64)
    floors[rows, columns] = np.abs(door[rows] - landing)
    return floors


def storeys_up(floor: int | None) -> int | None:
    """Return how many storeys a floor lies above the ground: floor 1 is none, the first below it one less."""
    return floor if floor is None or floor < 1 else floor - 1
