"""Names and phone numbers of people who do not exist."""

from __future__ import annotations

from random import Random
from typing import Final

from faker import Factory
from faker.generator import Generator
from faker.providers import BaseProvider

REAL_NAMES: Final = frozenset({"高艳梅", "张明甫", "蓝佛安", "金湘军", "商黎光", "项洁"})
"""People whom the article names: nobody made up may carry their names."""


class FictionProvider(BaseProvider):
    """Phones that cannot be dialled, and the doors of a staircase."""

    def __init__(self, generator: Generator) -> None:
        super().__init__(generator)
        self._given: set[str] = set()

    def fiction_phone(self) -> str:
        """Give a number of the range kept for fiction, +999 and ten digits, never the same twice."""
        while True:
            phone = f"+9991{self.random_int(3, 9)}{self.random_int(0, 99_999_999):08d}"
            if phone not in self._given:
                self._given.add(phone)
                return phone

    def door(self, floor: int, along: int) -> str:
        """Give the number on a door: the floor, then which door along the landing, from 1."""
        return f"{floor}{along:02d}"


class People:
    """A seeded source of names and phones; the same seed gives the same people in the same order.

    Args:
        locale: "zh_CN" or "en_US".
        seed: Any whole number.
    """

    def __init__(self, locale: str, seed: int) -> None:
        self._chinese = locale == "zh_CN"
        self._faker = Factory.create(locale, providers=["faker.providers.person"])
        self._fiction = FictionProvider(self._faker)
        self._faker.seed_instance(seed)

    @property
    def random(self) -> Random:
        """The one source of chance behind the names, for everything else about the town."""
        return self._faker.random

    def name(self) -> str:
        """Give a whole name as it is written on the list: family name first in Chinese."""
        while True:
            name = (
                self._say("name") if self._chinese else f"{self._say('first_name')} {self._say('last_name')}"
            )
            if name not in REAL_NAMES:
                return name

    def family_name(self) -> str:
        """Give a family name alone: "王"."""
        return self._say("last_name")

    def phone(self) -> str:
        """Give a number of the range kept for fiction, never the same twice."""
        return self._fiction.fiction_phone()

    def door(self, floor: int, along: int) -> str:
        """Give the number on a door: "301"."""
        return self._fiction.door(floor, along)

    def _say(self, what: str) -> str:
        return str(self._faker.format(what))
