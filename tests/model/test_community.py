"""The tree of places is looked up and climbed."""

from __future__ import annotations

import pytest

from dispatch.model.community import Place, PlaceId, PlaceKind, Places
from dispatch.units import Position


def place(
    code: str, kind: PlaceKind, parent: str | None = None, position: Position | None = None
) -> Place:
    """Make a place whose id is its code in capitals."""
    return Place(
        id=PlaceId(code.upper()),
        community="here",
        code=code,
        kind=kind,
        name=code,
        parent_id=PlaceId(parent.upper()) if parent else None,
        position=position,
    )


@pytest.fixture
def places() -> Places:
    """Return two grids; only the first building and the second grid know where they are."""
    return Places(
        [
            place("here", PlaceKind.COMMUNITY),
            place("g1", PlaceKind.GRID, "here"),
            place("g2", PlaceKind.GRID, "here", Position(2.0, 2.0)),
            place("8", PlaceKind.BUILDING, "g1", Position(1.0, 1.0)),
            place("8-2", PlaceKind.UNIT, "8"),
            place("9", PlaceKind.BUILDING, "g2"),
            place("9-1", PlaceKind.UNIT, "9"),
        ]
    )


def test_climbing_goes_from_the_place_itself_to_the_community(places: Places) -> None:
    """Each place on the way is met once, smallest first."""
    assert [one.code for one in places.up_from(PlaceId("8-2"))] == ["8-2", "8", "g1", "here"]


def test_a_place_is_found_by_what_the_files_call_it(places: Places) -> None:
    """A code that nobody uses finds nothing."""
    assert places.with_code("9-1") is places[PlaceId("9-1")]
    assert places.with_code("10") is None
    assert len(places) == len(list(places)) == 7


def test_the_place_around_may_be_the_place_itself(places: Places) -> None:
    """A unit lies in its grid; a grid is its own; a kind that is not on the way is none."""
    around = places.around(PlaceId("8-2"), PlaceKind.GRID)

    assert around is not None
    assert around.code == "g1"
    assert places.around(PlaceId("G1"), PlaceKind.GRID) is places[PlaceId("G1")]
    assert places.around(PlaceId("8-2"), PlaceKind.MICRO_GRID) is None


def test_a_unit_without_a_position_is_where_its_building_is_and_so_on_up(places: Places) -> None:
    """The nearest known position going up counts; with none at all it is unknown."""
    assert places.position_of(PlaceId("8-2")) == Position(1.0, 1.0)
    assert places.position_of(PlaceId("9-1")) == Position(2.0, 2.0)
    assert places.position_of(PlaceId("G1")) is None


def test_a_place_lies_in_itself_and_in_everything_above_it_and_nowhere_else(places: Places) -> None:
    """Every pair of places is inside exactly if the outer one is met while climbing."""
    for inner in places:
        above = {one.id for one in places.up_from(inner.id)}

        assert {outer.id for outer in places if places.lies_in(inner.id, outer.id)} == above
