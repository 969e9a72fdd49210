"""Whom to ask for many requests at once, beside a referee that tries every way."""

from __future__ import annotations

import itertools
import random

import pytest

from dispatch.i18n import sentence
from dispatch.solver import covering
from dispatch.solver.covering import Wish, cover, cover_aside, cover_greedily, is_lawful, price_of
from dispatch.solver.guarded import NoAnswer


def drawn(seed: int) -> list[Wish]:
    """Draw up to three requests that want up to six people."""
    draw = random.Random(seed)
    people = [f"p{one}" for one in range(draw.randint(1, 6))]
    free, wishes = set(people), []
    for number in range(draw.randint(1, 3)):
        who = [one for one in people if draw.random() < 0.7]
        sure = frozenset(one for one in who if one in free and draw.random() < 0.15)
        free -= sure
        wishes.append(
            Wish(
                id=f"r{number}",
                wanted=draw.randint(0, 3000),
                worth=draw.choice([1, 50, 500, 5000]),
                weights={one: draw.randint(1, 1500) for one in who},
                prices={one: draw.randint(50, 400) for one in who},
                sure=sure,
            )
        )
    return wishes


def cheapest(wishes: list[Wish]) -> int:
    """Try every way to ask everybody for at most one request."""
    people = sorted({one for wish in wishes for one in wish.weights})
    choices = [[None, *(at for at, wish in enumerate(wishes) if one in wish.weights)] for one in people]
    prices = []
    for way in itertools.product(*choices):
        asked = {
            wish.id: [one for one, where in zip(people, way, strict=True) if where == at] for at, wish in enumerate(wishes)
        }
        if all(wish.sure <= set(asked[wish.id]) for wish in wishes):
            prices.append(price_of(wishes, asked))
    return min(prices)


@pytest.mark.parametrize("seed", range(60))
def test_a_cover_is_as_cheap_as_any(seed: int) -> None:
    """It keeps the rules, and says that it is proved; the greedy one keeps them too and is never cheaper."""
    wishes = drawn(seed)
    found, greedy = cover(wishes), cover_greedily(wishes)

    assert found.is_proved
    assert is_lawful(wishes, found.asked) and is_lawful(wishes, greedy.asked)
    assert price_of(wishes, found.asked) == found.price == cheapest(wishes) <= greedy.price


def two() -> list[Wish]:
    """Return two requests that want the same two people."""
    return [
        Wish(id="a", wanted=1000, worth=900, weights={"p": 1000, "q": 900}, prices={"p": 100, "q": 100}),
        Wish(id="b", wanted=1000, worth=900, weights={"p": 1000}, prices={"p": 100}),
    ]


def test_two_requests_share_people_as_serves_both() -> None:
    """The greedy one gives the first what the second cannot do without."""
    assert cover(two()).asked == {"a": ("q",), "b": ("p",)}
    assert cover_greedily(two()).asked == {"a": ("p",), "b": ()}


def test_a_process_of_its_own_finds_the_same() -> None:
    """What crosses over is plain data."""
    assert cover_aside(two()) == cover(two())


def test_without_that_process_people_are_asked_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever becomes of it, or whatever nonsense it says."""

    def broken(*_: object, **__: object) -> dict[str, object]:
        raise NoAnswer(sentence("gone"))

    monkeypatch.setattr(covering, "aside", broken)
    assert cover_aside(two()) == cover_greedily(two())
    monkeypatch.setattr(covering, "aside", lambda *_, **__: {"asked": {"a": ["p"], "b": ["p"]}, "is_proved": True})
    assert cover_aside(two()) == cover_greedily(two())


def test_what_is_worth_little_is_left_as_it_is() -> None:
    """An alert that costs more than what it adds is not sent."""
    cheap = [Wish(id="a", wanted=1000, worth=10, weights={"p": 1000}, prices={"p": 100})]

    assert cover(cheap).asked == {"a": ()} and cover(cheap).price < 100
