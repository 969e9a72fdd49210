"""Read one large JSON object piece by piece: the entries of its lists one at a time, however long they are."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from json import JSONDecodeError
from json.decoder import WHITESPACE  # type: ignore[attr-defined]  # not in the stubs; the pattern of JSON's white space
from typing import IO, Any, Final

from dispatch.errors import Refused

PIECE: Final = 1 << 20
"""Characters read at once."""
EXAMPLE: Final = '{"requests": [{"id": "r1"}], "responders": [{"id": "p1"}], "pairs": [["r1", "p1", 120]]}'


def entries(stream: IO[str]) -> Iterator[tuple[str, int | None, Any]]:
    """Yield what a JSON object holds: key, position in its list and entry; no position where a value is no list.

    An empty list is yielded once, with position -1 and nothing.

    Raises:
        Refused: It is not JSON, no object, or says one key twice.
    """
    text = _Text(stream)
    if text.peek() == "[":
        raise Refused(
            "a problem is an object, and this is a list", hint="a problem looks like this: {example}", example=EXAMPLE
        )
    text.take("{")
    seen: set[str] = set()
    while text.peek() != "}":
        if seen:
            text.take(",")
        key = text.value()
        if not isinstance(key, str):
            raise text.broken()
        if key in seen:
            raise Refused("{path}: stands there twice", path=key)
        seen.add(key)
        text.take(":")
        if text.peek() != "[":
            yield key, None, text.value()
            continue
        text.take("[")
        position = 0
        while text.peek() != "]":
            if position:
                text.take(",")
            yield key, position, text.value()
            position += 1
        text.take("]")
        if not position:
            yield key, -1, None
    text.take("}")
    text.end()


class Repeated(dict[str, Any]):
    """An object in which keys stand twice: the last of each, as JSON has it, for whoever knows the path to name them.

    Args:
        twice: Those keys, in order.
    """

    def __init__(self, pairs: list[tuple[str, Any]]) -> None:
        super().__init__(pairs)
        counted = Counter(key for key, _ in pairs)
        self.twice = sorted(key for key, many in counted.items() if many > 1)


class _Text:
    """What was read and not yet used, and the rest of the stream."""

    def __init__(self, stream: IO[str]) -> None:
        self._stream = stream
        self._held = ""
        self._at = 0
        self._before = 0
        self._is_all = False
        self._decoder = json.JSONDecoder(object_pairs_hook=_once_each, parse_constant=float)
        if self.peek() == "\ufeff":
            self._at += 1

    def peek(self) -> str:
        """Return the next character that is no white space; nothing at the end."""
        while True:
            self._at = WHITESPACE.match(self._held, self._at).end()
            if self._at < len(self._held) or not self._more():
                return self._held[self._at : self._at + 1]

    def take(self, wanted: str) -> None:
        """Pass over one character."""
        if self.peek() != wanted:
            raise self.broken()
        self._at += 1

    def value(self) -> Any:
        """Return the next value, whole."""
        self.peek()
        while True:
            try:
                value, end = self._decoder.raw_decode(self._held, self._at)
            except RecursionError:
                raise Refused("the problem is nested deeper than any problem needs to be") from None
            except JSONDecodeError:
                # A value that is cut off by the end of the piece reads on.
                if not self._more():
                    raise self.broken() from None
                continue
            except ValueError:
                # Python reads no whole number of so many digits, lest it take for ever.
                raise Refused(
                    "a number near character {at} has more digits than any number here", at=self._here
                ) from None
            # A number may go on in the next piece.
            if end < len(self._held) or not self._more():
                self._at = end
                return value

    def end(self) -> None:
        """Raise unless nothing follows."""
        if self.peek():
            raise self.broken()

    def broken(self) -> Refused:
        """Return the error that names where the text stops being JSON."""
        return Refused(
            "the problem is not JSON from character {at} on",
            at=self._here,
            hint="a problem looks like this: {example}",
            example=EXAMPLE,
        )

    @property
    def _here(self) -> int:
        return self._before + self._at + 1

    def _more(self) -> bool:
        """Read on; pieces grow with what is held, so that a huge value is not read over and over."""
        if self._is_all:
            return False
        try:
            piece = self._stream.read(max(PIECE, len(self._held) - self._at))
        except UnicodeDecodeError:
            raise Refused("the problem is not written in UTF-8", hint="save it as UTF-8") from None
        self._is_all = not piece
        self._before += self._at
        self._held, self._at = self._held[self._at :] + piece, 0
        return bool(piece)


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    return made if len(made) == len(pairs) else Repeated(pairs)
