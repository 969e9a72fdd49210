"""Read a problem: every key is known, every value what it must be, every id one that is there."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import IO, Any, Final

from dispatch.errors import Refused
from dispatch.i18n import Sentence, sentence
from dispatch.solver.document.streaming import Repeated, entries

MOST_COST: Final = 10**12
"""Metre-equivalents: exact in every engine, and further than anybody goes."""
MOST: Final = 10**9
"""Weights, minutes, units, loads."""
MOST_HEADCOUNT: Final = 10_000
MOST_LEVEL: Final = 100
MOST_LETTERS: Final = 200
"""Of an id, a kind, the name of a skill."""
MOST_FAULTS: Final = 10
"""Faults named in one answer."""
CLASSES: Final = ("urgent", "normal", "low")
KEYS: Final = ("requests", "responders", "pairs", "apart")

Window = tuple[int, int]
"""From and to, both included, in seconds since 1970 (UTC)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request of a problem; the keys are CONTRACT's."""

    id: str
    urgency: str = "normal"
    weight: int = 1
    waited_minutes: int = 0
    skills: Mapping[str, int] = field(default_factory=dict)
    at: tuple[float, float] | None = None
    headcount: int = 1
    window: Window | None = None
    minutes: int | None = None
    prefers: Mapping[str, int] = field(default_factory=dict)
    never: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A responder of a problem; the keys are CONTRACT's."""

    id: str
    kind: str = ""
    skills: Mapping[str, int] = field(default_factory=dict)
    at: tuple[float, float] | None = None
    reach_metres: int | None = None
    capacity: int | None = None
    load: int | None = None
    accept: float | None = None
    available: tuple[Window, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A problem, its requests and responders in the order of their ids.

    Args:
        pairs: By position of request and responder, cost and units; none where geometry and skills decide.
        apart: Positions of responders.
    """

    requests: tuple[Asked, ...]
    responders: tuple[Person, ...]
    pairs: tuple[tuple[int, int, int, int], ...] | None
    apart: tuple[tuple[int, int], ...]


def read_document(stream: IO[str]) -> Document:
    """Read a problem.

    Raises:
        Refused: It is not JSON; or it names each key with what was expected there, ten faults at the most.
    """
    faults = _Faults()
    requests: list[Asked] = []
    responders: list[Person] = []
    pairs: list[tuple[str, str, int, int]] | None = None
    apart: list[tuple[str, str]] = []
    for key, position, value in entries(stream):
        path = key if position is None else f"{key}[{position}]"
        if key not in KEYS:
            here = key if _is_plain(key) else _shown(key)
            faults.add(sentence("{path}: not a key of a problem; known are {known}", path=here, known=KEYS))
            continue
        if position is None:
            faults.expected(key, sentence("a list"), value)
            continue
        if key == "pairs":
            pairs = [] if pairs is None else pairs
        if position < 0:
            continue
        if key == "requests":
            _entry(faults, path, value, _REQUEST, requests, Asked)
        elif key == "responders":
            _entry(faults, path, value, _RESPONDER, responders, Person)
        elif key == "pairs":
            assert pairs is not None
            _pair(faults, path, value, pairs)
        else:
            read = _two_ids(faults, path, value)
            if read is not None:
                apart.append(read)
    faults.raise_any()
    return _put_together(requests, responders, pairs, apart)


class _Faults:
    def __init__(self) -> None:
        self.found: list[Sentence] = []

    def add(self, fault: Sentence) -> None:
        self.found.append(fault)
        if len(self.found) >= MOST_FAULTS:
            self.raise_any()

    def expected(self, path: str, what: Sentence, value: object) -> None:
        self.add(sentence("{path}: {expected}, not {found}", path=path, expected=what, found=_shown(value)))

    def raise_any(self) -> None:
        if self.found:
            raise Refused(
                "the problem cannot be read: {faults}",
                faults=tuple(self.found),
                hint="its keys are described here: docs/reference/problem.md",
            )


def _shown(value: object) -> str:
    """Write a value as JSON has it, in one line: its beginning where it is long, however deep it is."""
    text = ""
    for piece in json.JSONEncoder(ensure_ascii=False).iterencode(value):
        text += piece
        if len(text) > 40:
            text = f"{text[:37]}…"
            break
    return text.encode("utf-8", "backslashreplace").decode()


def _below(path: str, key: str) -> str:
    """Name a key of an object; as JSON has it where it could not be read otherwise."""
    return f"{path}.{key}" if _is_plain(key) and len(key) <= 40 else f"{path}[{_shown(key)}]"


def _is_plain(text: str) -> bool:
    return bool(text) and text.isprintable()


Check = Callable[[_Faults, str, Any], Any]
"""Reads a value at a path; says what is wrong with it and returns nothing where it cannot be used."""


def _whole(least: int, most: int) -> Check:
    def check(faults: _Faults, path: str, value: Any) -> Any:
        if isinstance(value, int) and not isinstance(value, bool) and least <= value <= most:
            return value
        if least == 0 and isinstance(value, int) and value > most:
            faults.expected(path, sentence("a whole number ≥ 0 and up to {most}", most=most), value)
        elif least == 0:
            faults.expected(path, sentence("a whole number ≥ 0"), value)
        else:
            faults.expected(path, sentence("a whole number from {least} to {most}", least=least, most=most), value)
        return None

    return check


def _text(faults: _Faults, path: str, value: Any) -> Any:
    if isinstance(value, str) and 0 < len(value) <= MOST_LETTERS and _can_be_written(value):
        return value
    faults.expected(path, sentence("a text of 1 to {most} characters", most=MOST_LETTERS), value)
    return None


def _can_be_written(text: str) -> bool:
    """Say whether a text is whole in UTF-8: JSON can name half of a character, which nobody can print."""
    return text.isascii() or not any("\ud800" <= letter <= "\udfff" for letter in text)


def _class(faults: _Faults, path: str, value: Any) -> Any:
    if value in CLASSES:
        return value
    faults.expected(path, sentence("one of {choices}", choices=CLASSES), value)
    return None


def _share(faults: _Faults, path: str, value: Any) -> Any:
    if isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value <= 1:
        return float(value)
    faults.expected(path, sentence("a number from 0 to 1"), value)
    return None


def _place(faults: _Faults, path: str, value: Any) -> Any:
    if (
        isinstance(value, list)
        and len(value) == 2
        and all(isinstance(one, (int, float)) and not isinstance(one, bool) for one in value)
        and abs(value[0]) <= 90
        and abs(value[1]) <= 180
    ):
        return float(value[0]), float(value[1])
    faults.expected(path, sentence("[latitude, longitude] in degrees"), value)
    return None


def _by_name(check: Check) -> Check:
    def read(faults: _Faults, path: str, value: Any) -> Any:
        if not isinstance(value, dict):
            faults.expected(path, sentence("an object of names and numbers"), value)
            return None
        _once(faults, path, value)
        for name in value:
            _text(faults, _below(path, name), name)
        return {name: check(faults, _below(path, name), one) for name, one in value.items()}

    return read


def _once(faults: _Faults, path: str, value: dict[str, Any]) -> None:
    if isinstance(value, Repeated):
        for key in value.twice:
            faults.add(sentence("{path}: stands there twice", path=_below(path, key)))


def _ids(faults: _Faults, path: str, value: Any) -> Any:
    if not isinstance(value, list):
        faults.expected(path, sentence("a list of ids"), value)
        return None
    return frozenset(_text(faults, f"{path}[{at}]", one) for at, one in enumerate(value))


def _moment(faults: _Faults, path: str, value: Any) -> int | None:
    if isinstance(value, str):
        try:
            moment = datetime.fromisoformat(value)
            if moment.tzinfo is not None:
                return math.floor(moment.timestamp())
        except (ValueError, OverflowError):
            pass
    faults.expected(path, sentence("a moment such as 2026-11-23T09:00+08:00"), value)
    return None


def _window(faults: _Faults, path: str, value: Any) -> Any:
    if not isinstance(value, list) or len(value) != 2:
        faults.expected(path, sentence("two moments, from and to"), value)
        return None
    begins, ends = (_moment(faults, f"{path}[{at}]", one) for at, one in enumerate(value))
    if begins is not None and ends is not None and ends < begins:
        faults.expected(path, sentence("an end that is not before the beginning"), value)
        return None
    return begins, ends


def _windows(faults: _Faults, path: str, value: Any) -> Any:
    if not isinstance(value, list):
        faults.expected(path, sentence("a list of windows"), value)
        return None
    return tuple(_window(faults, f"{path}[{at}]", one) for at, one in enumerate(value))


_REQUEST: Final[Mapping[str, tuple[str, Check]]] = {
    "id": ("id", _text),
    "class": ("urgency", _class),
    "weight": ("weight", _whole(0, MOST)),
    "waited": ("waited_minutes", _whole(0, MOST)),
    "skills": ("skills", _by_name(_whole(0, MOST_LEVEL))),
    "at": ("at", _place),
    "headcount": ("headcount", _whole(1, MOST_HEADCOUNT)),
    "window": ("window", _window),
    "minutes": ("minutes", _whole(0, MOST)),
    "prefers": ("prefers", _by_name(_whole(-MOST_COST, MOST_COST))),
    "never": ("never", _ids),
}
_RESPONDER: Final[Mapping[str, tuple[str, Check]]] = {
    "id": ("id", _text),
    "kind": ("kind", _text),
    "skills": ("skills", _by_name(_whole(0, MOST_LEVEL))),
    "at": ("at", _place),
    "reach_metres": ("reach_metres", _whole(0, MOST)),
    "capacity": ("capacity", _whole(0, MOST)),
    "load": ("load", _whole(0, MOST)),
    "accept": ("accept", _share),
    "available": ("available", _windows),
}


def _entry(
    faults: _Faults, path: str, value: Any, keys: Mapping[str, tuple[str, Check]], into: list[Any], kind: type
) -> None:
    if not isinstance(value, dict):
        faults.expected(path, sentence("an object"), value)
        return
    _once(faults, path, value)
    read = {}
    for key, one in value.items():
        here = _below(path, key)
        if key not in keys:
            faults.add(sentence("{path}: not a known key; known are {known}", path=here, known=tuple(keys)))
            continue
        name, check = keys[key]
        read[name] = check(faults, here, one)
    if "id" not in value:
        faults.add(sentence("{path}: without an id", path=path))
    elif not faults.found:
        into.append(kind(**read))


def _pair(faults: _Faults, path: str, value: Any, into: list[tuple[str, str, int, int]]) -> None:
    if not isinstance(value, list) or len(value) not in (3, 4):
        faults.expected(path, sentence("[request, responder, cost] or [request, responder, cost, units]"), value)
        return
    request, responder = _text(faults, f"{path}[0]", value[0]), _text(faults, f"{path}[1]", value[1])
    cost = _whole(-MOST_COST, MOST_COST)(faults, f"{path}[2]", value[2])
    units = _whole(0, MOST)(faults, f"{path}[3]", value[3]) if len(value) == 4 else 1
    if not faults.found:
        into.append((request, responder, cost, units))


def _two_ids(faults: _Faults, path: str, value: Any) -> tuple[str, str] | None:
    if not isinstance(value, list) or len(value) != 2:
        faults.expected(path, sentence("two ids of responders"), value)
        return None
    one, other = (_text(faults, f"{path}[{at}]", each) for at, each in enumerate(value))
    return None if one is None or other is None else (one, other)


def _put_together(
    requests: list[Asked],
    responders: list[Person],
    pairs: list[tuple[str, str, int, int]] | None,
    apart: list[tuple[str, str]],
) -> Document:
    """Check the ids, and put everything in their order."""
    requests.sort(key=lambda one: one.id)
    responders.sort(key=lambda one: one.id)
    rows = {one.id: at for at, one in enumerate(requests)}
    columns = {one.id: at for at, one in enumerate(responders)}
    wrong = [
        *_named("two requests have the id {ids}", _twice(one.id for one in requests)),
        *_named("two responders have the id {ids}", _twice(one.id for one in responders)),
        *_named("no request has the id {ids}", {one for one, _, _, _ in pairs or ()} - rows.keys()),
        *_named("no responder has the id {ids}", _people(requests, pairs, apart) - columns.keys()),
        *_named("a pair stands there twice: {ids}", _twice(f"{one} {other}" for one, other, _, _ in pairs or ())),
        *_named("somebody is to be kept apart from themselves: {ids}", {one for one, other in apart if one == other}),
    ]
    if wrong:
        raise Refused("the problem does not hold together: {faults}", faults=tuple(wrong))
    return Document(
        requests=tuple(requests),
        responders=tuple(responders),
        pairs=None
        if pairs is None
        else tuple(sorted((rows[one], columns[other], cost, units) for one, other, cost, units in pairs)),
        apart=tuple(sorted({tuple(sorted((columns[one], columns[other]))) for one, other in apart})),  # type: ignore[misc]
    )


def _people(
    requests: list[Asked], pairs: list[tuple[str, str, int, int]] | None, apart: list[tuple[str, str]]
) -> set[str]:
    named = {other for _, other, _, _ in pairs or ()}
    named.update(one for both in apart for one in both)
    for request in requests:
        named.update(request.prefers, request.never)
    return named


def _twice(ids: Iterator[str] | Any) -> set[str]:
    seen: set[str] = set()
    again: set[str] = set()
    for one in ids:
        (again if one in seen else seen).add(one)
    return again


def _named(text: str, ids: set[str]) -> Iterator[Sentence]:
    if ids:
        shown = [one if _is_plain(one) else _shown(one) for one in sorted(ids)[:MOST_FAULTS]]
        if len(ids) > len(shown):
            shown.append("…")
        yield Sentence(text, {"ids": tuple(shown)})
