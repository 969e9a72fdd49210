"""Look for what is private where it must not be: names, phones, addresses and typed words in any other text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, Final

SHORTEST_ASCII: Final = 5
"""Letters a name written in ASCII must have: shorter ones are found in too many codes."""

SHORTEST_ADDRESS: Final = 4
SHORTEST_WORDS: Final = 8
SHORTEST_PHONE: Final = 7
TELLING_DIGITS: Final = 10
"""The last digits of a phone by which it is known, whether or not its country stands before them."""

START_OF_WORDS: Final = 24
"""Of longer texts the beginning is looked for: whoever copies one copies that."""

_RANDOM = re.compile(r"[0-9a-f]{8}(-?[0-9a-f]{4}){3}-?[0-9a-f]{12}|[0-9a-f]{40,}")
_DIGITS = re.compile(r"\d(?:[ -]?\d)+")
_WORD = re.compile(r"[0-9A-Za-z]")


class Canaries:
    """What is private of everybody, to be looked for in any text."""

    def __init__(self, people: Iterable[tuple[str, str, str, str]], public: Iterable[str] = ()) -> None:
        """Learn what is private.

        Args:
            people: Name, phone, exact address and typed words of each person.
            public: Words that are no secret even where somebody is called so.
        """
        self._phones: dict[int, set[str]] = {}
        self._words: dict[int, set[str]] = {}
        self._innocent: set[str] = set()
        open_words = set(public)
        for name, phone, address, words in people:
            self._learn_phone(phone)
            for said, shortest in ((name, 2), (address, SHORTEST_ADDRESS), (words, SHORTEST_WORDS)):
                wanted = said.strip()
                least = shortest if not wanted.isascii() else max(shortest, SHORTEST_ASCII)
                if len(wanted) >= least and wanted not in open_words and not wanted.isdecimal():
                    start = wanted[:START_OF_WORDS]
                    self._words.setdefault(len(start), set()).add(start)

    def are_in(self, value: Any) -> bool:
        """Return whether anything private stands in a text, a number, or anywhere in a list or mapping."""
        return any(self._sing(text) for text in _texts(value))

    def _learn_phone(self, phone: str) -> None:
        digits = re.sub(r"\D", "", phone)
        if len(digits) >= SHORTEST_PHONE:
            telling = digits[-TELLING_DIGITS:]
            self._phones.setdefault(len(telling), set()).add(telling)

    def _sing(self, text: str) -> bool:
        if text in self._innocent or _RANDOM.fullmatch(text):
            return False
        if self._has_phone(text) or self._has_words(text):
            return True
        self._innocent.add(text)
        return False

    def _has_phone(self, text: str) -> bool:
        for run in _DIGITS.findall(text):
            digits = re.sub(r"\D", "", run)
            for length, phones in self._phones.items():
                if any(digits[at : at + length] in phones for at in range(len(digits) - length + 1)):
                    return True
        return False

    def _has_words(self, text: str) -> bool:
        for length, words in self._words.items():
            for at in range(len(text) - length + 1):
                if text[at : at + length] in words and _stands_alone(text, at, at + length):
                    return True
        return False


def _stands_alone(text: str, start: int, end: int) -> bool:
    """Return whether a piece is a word of its own: ASCII letters go on on neither side."""
    goes_on_before = start > 0 and _WORD.match(text[start - 1]) and _WORD.match(text[start])
    goes_on_after = end < len(text) and _WORD.match(text[end]) and _WORD.match(text[end - 1])
    return not goes_on_before and not goes_on_after


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, bool) or value is None:
        return
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _texts(key)
            yield from _texts(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _texts(item)
    else:
        yield str(value)
