"""Metres, minutes, points; places on the globe and the distance between them."""

from __future__ import annotations

from math import asin, cos, radians, sin, sqrt
from typing import NamedTuple

EARTH_RADIUS_METRES = 6_371_000
METRES_A_MINUTE = 60
"""How far one gets as the crow flies in a minute on foot: 80 m walked, a third of it on detours."""


class Position(NamedTuple):
    """A point in WGS-84, in degrees, latitude first."""

    latitude: float
    longitude: float


def metres_between(a: Position, b: Position) -> int:
    """Return the great-circle distance between two positions (haversine).

    Returns:
        Whole metres, rounded half to even. Walking distance is longer: the cost
        model says so where it matters rather than hiding it here.

    Example:
        >>> metres_between(Position(0.0, 0.0), Position(0.0, 1.0))
        111195
    """
    north = radians(b.latitude - a.latitude)
    east = radians(b.longitude - a.longitude)
    inner = sin(north / 2) ** 2 + cos(radians(a.latitude)) * cos(radians(b.latitude)) * sin(east / 2) ** 2
    return round(2 * EARTH_RADIUS_METRES * asin(min(1.0, sqrt(inner))))
