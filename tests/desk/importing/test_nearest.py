"""The nearest place, against measuring them all."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from dispatch.desk.importing.nearest import NearestPlace
from dispatch.model.community import Place, PlaceId, PlaceKind, Places
from dispatch.units import Position, metres_between

POSITIONS = st.builds(Position, st.floats(37.84, 37.87), st.floats(112.53, 112.57))


def town(positions: list[Position]) -> Places:
    """Give a community with a building at each position."""
    root = Place(id=PlaceId("root"), community="t", code="t", kind=PlaceKind.COMMUNITY, name="t")
    return Places(
        [
            root,
            *(
                Place(
                    id=PlaceId(f"b{number}"),
                    community="t",
                    code=f"{number:03}",
                    kind=PlaceKind.BUILDING,
                    name=str(number),
                    parent_id=root.id,
                    position=position,
                )
                for number, position in enumerate(positions)
            ),
        ]
    )


@given(st.lists(POSITIONS, min_size=1, max_size=30), POSITIONS, st.integers(1, 3000))
def test_the_nearest_is_the_one_that_measuring_them_all_finds(
    positions: list[Position], wanted: Position, most_metres: int
) -> None:
    """Sorting into squares loses nothing, and what is out of reach is none."""
    metres, code = min((metres_between(wanted, each), f"{number:03}") for number, each in enumerate(positions))

    found = NearestPlace(town(positions), most_metres=most_metres)(wanted)

    assert (found.code if found else None) == (code if metres <= most_metres else None)


def test_nine_hundred_metres_east_are_within_reach_far_in_the_north() -> None:
    """A degree of longitude is short there, so that the place lies several narrow squares away."""
    there = Position(69.0, 112.55)
    wanted = Position(69.0, 112.55 + 0.0226)
    assert 890 < metres_between(wanted, there) < 910

    assert NearestPlace(town([there]), most_metres=1000)(wanted) is not None


@given(
    st.lists(st.builds(Position, st.floats(60, 69.9), st.floats(-179, 179)), min_size=1, max_size=20),
    st.floats(-1, 1),
)
def test_squares_are_wide_enough_far_from_the_equator(positions: list[Position], east: float) -> None:
    """Degrees of longitude are short there."""
    wanted = Position(positions[0].latitude, positions[0].longitude + east / 100)
    metres, code = min((metres_between(wanted, each), f"{number:03}") for number, each in enumerate(positions))

    found = NearestPlace(town(positions), most_metres=1000)(wanted)

    assert (found.code if found else None) == (code if metres <= 1000 else None)


def test_only_the_kinds_asked_for_count() -> None:
    """A community at the very spot does not hide the building beside it."""
    places = town([Position(37.85, 112.55)])

    assert NearestPlace(places, [PlaceKind.GRID])(Position(37.85, 112.55)) is None
