"""The place nearest to a position, among thousands of both."""

from __future__ import annotations

from collections.abc import Iterable
from math import cos, floor, radians
from typing import Final

from dispatch.model.community import Place, PlaceKind, Places
from dispatch.units import Position, metres_between

_METRES_A_DEGREE: Final = 111_195


class NearestPlace:
    """Places with positions, sorted into squares so that only a few are measured.

    Args:
        places: The community's tree.
        kinds: Which kinds of place count; empty means all.
        most_metres: How far away the nearest may be, 1 or more.
    """

    def __init__(self, places: Places, kinds: Iterable[PlaceKind] = (), *, most_metres: int = 1000) -> None:
        wanted = frozenset(kinds) or frozenset(PlaceKind)
        self.most_metres = most_metres
        self._placed = [
            (position, place)
            for place in sorted(places, key=lambda place: place.code)
            if place.kind in wanted and (position := places.position_of(place.id)) is not None
        ]
        # Squares no smaller than the reach where degrees are shortest: nine of them hold every answer.
        farthest = max((abs(position.latitude) for position, _ in self._placed), default=0.0)
        self._north = most_metres / _METRES_A_DEGREE * 1.01
        self._east = self._north / max(cos(radians(min(farthest + self._north, 89.0))), 0.01)
        self._squares: dict[tuple[int, int], list[tuple[Position, Place]]] = {}
        for position, place in self._placed:
            self._squares.setdefault(self._square(position), []).append((position, place))
        self._known: dict[Position, Place | None] = {}

    def __call__(self, position: Position) -> Place | None:
        """Return the nearest place within reach, the first by code of those equally near; none beyond it."""
        if position not in self._known:
            self._known[position] = self._find(position)
        return self._known[position]

    def _find(self, position: Position) -> Place | None:
        row, column = self._square(position)
        near = [
            (metres_between(position, there), place.code, place)
            for north in (row - 1, row, row + 1)
            for east in (column - 1, column, column + 1)
            for there, place in self._squares.get((north, east), ())
        ]
        metres, _, place = min(near, key=lambda entry: entry[:2], default=(self.most_metres + 1, "", None))
        return place if metres <= self.most_metres else None

    def _square(self, position: Position) -> tuple[int, int]:
        return floor(position.latitude / self._north), floor(position.longitude / self._east)
