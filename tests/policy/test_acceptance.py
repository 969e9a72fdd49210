"""How likely somebody says yes: shrunk from all to their like to themselves."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from dispatch.policy.acceptance import ASSUMED, LEAST, MOST, Acceptance, Asked, band_of, learned


def asked(yes: int, no: int, **about: object) -> list[Asked]:
    """Return so many offers that ended with a yes, and so many that did not."""
    one = {"person": "p", "kind": "volunteer", "service": "lamp", "hour": 10, **about}
    return [Asked(**one, said_yes=True)] * yes + [Asked(**one, said_yes=False)] * no  # type: ignore[arg-type]


def test_before_anything_was_seen_everybody_is_as_assumed() -> None:
    """The assumption is declared, not measured."""
    assert Acceptance().of("p", "volunteer", "lamp", 10) == ASSUMED == learned([]).usual()


def test_a_few_answers_say_little_and_many_say_all() -> None:
    """Shrinkage: two yeses in a row make nobody certain."""
    few, many = (learned(asked(count, 0)).of("p", "volunteer", "lamp", 10) for count in (2, 400))

    assert ASSUMED < few < 0.75 < many


def test_a_newcomer_is_thought_of_as_their_like() -> None:
    """Shops say yes to what neighbours do not."""
    seen = learned([*asked(90, 10, kind="shop", person="s"), *asked(10, 90, person="v")])

    assert seen.of("new", "shop", "lamp", 10) > 0.6
    assert seen.of("new", "volunteer", "lamp", 10) < 0.3


def test_the_hour_counts() -> None:
    """Asked at noon people say no who say yes in the morning."""
    seen = learned([*asked(80, 20, hour=9), *asked(20, 80, hour=13)])

    assert seen.of("new", "volunteer", "lamp", 9) > 1.3 * seen.of("new", "volunteer", "lamp", 13)
    assert [band_of(hour) for hour in (3, 7, 12, 14, 18, 22)] == [
        "night", "morning", "midday", "afternoon", "evening", "night"
    ]  # fmt: skip


def test_who_was_only_asked_at_a_bad_hour_is_not_thought_worse_of() -> None:
    """Their answers are held against those of their like at the same hour."""
    others = [*asked(80, 20, hour=9, person="a"), *asked(20, 80, hour=13, person="a")]
    seen = learned([*others, *asked(2, 8, hour=13, person="noon"), *asked(2, 8, hour=9, person="morning")])

    assert seen.of("noon", "volunteer", "lamp", 9) > 1.5 * seen.of("morning", "volunteer", "lamp", 9)


@given(some.lists(some.tuples(some.sampled_from("pqr"), some.sampled_from("ab"), some.integers(0, 23), some.booleans()), max_size=60))
def test_a_chance_is_never_certain_either_way(said: list[tuple[str, str, int, bool]]) -> None:
    """Whatever was seen, somebody may say no, and somebody may say yes."""
    seen = learned(Asked(person, "volunteer", service, hour, yes) for person, service, hour, yes in said)

    for person in "pqrs":
        assert LEAST <= seen.of(person, "volunteer", "a", 12) <= MOST


def test_one_more_yes_never_makes_somebody_less_likely() -> None:
    """And one more silence never more so."""
    chances = [learned(asked(yes, 10 - yes)).of("p", "volunteer", "lamp", 10) for yes in range(11)]

    assert chances == sorted(chances)
    assert chances[3] == pytest.approx(0.3, abs=0.06)
