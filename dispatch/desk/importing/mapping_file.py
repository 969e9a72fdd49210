"""Read a mapping file: TOML, every key known, every mistake named by its path."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from dispatch.desk.importing.headings import IMPORTED_FIELDS
from dispatch.desk.importing.mapping import MOST_METRES, Only, Pick, SheetMapping
from dispatch.desk.sheets.cells import compared
from dispatch.desk.sheets.moments import Format, date_format
from dispatch.errors import Misconfigured, NotFound
from dispatch.i18n import Sentence
from dispatch.model.community import PlaceKind
from dispatch.units import Position

_WITH_VALUES: Final = ("service", "place", "urgency", "headcount", "household")
_WITH_DEFAULT: Final = (*_WITH_VALUES, "note")


def load_mapping(path: Path) -> SheetMapping:
    """Read a mapping file.

    Raises:
        NotFound: There is no such file.
        Misconfigured: It is not TOML, or says something that is not known here, named by its path.
    """
    try:
        with path.open("rb") as file:
            said = tomllib.load(file)
    except FileNotFoundError:
        raise NotFound("there is no file {file}", file=str(path)) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise Misconfigured("{file} is not TOML: {why}", file=path.name, why=str(fault)) from fault
    except OSError as fault:
        raise Misconfigured("{file} could not be read: {why}", file=str(path), why=fault.strerror or "") from fault
    return _Page(path.name, "", said).mapping()


class _Page:
    """One table of the file: takes out what is known and refuses what is left."""

    def __init__(self, file: str, path: str, said: Any) -> None:
        self.file, self.path = file, path
        if not isinstance(said, dict):
            raise self._not(Sentence("a table"))
        self.said = dict(said)
        self.known: list[str] = []

    def mapping(self) -> SheetMapping:
        """Read the whole file."""
        columns, values = self.page("columns"), self.page("values")
        defaults, place = self.page("defaults"), self.page("place")
        result = SheetMapping(
            sheet=self.text("sheet"),
            encoding=self.text("encoding"),
            delimiter=self.text("delimiter"),
            zone=self.zone(),
            dates=tuple(self.format(number, each) for number, each in enumerate(self.texts("dates"))),
            key_prefix=self.text("key_prefix"),
            ignored=self.texts("ignored"),
            is_usual=self.take("usual", bool, Sentence("true or false"), default=True),
            picks={name: pick for name in IMPORTED_FIELDS if (pick := columns.pick(name))},
            values={name: table for name in _WITH_VALUES if (table := values.table(name))},
            defaults={name: text for name in _WITH_DEFAULT if (text := defaults.word(name)) is not None},
            only=tuple(self.conditions()),
            kinds=frozenset(place.kind(each) for each in place.texts("kinds")),
            most_metres=place.take("most_metres", int, Sentence("a whole number"), default=MOST_METRES),
            unknown=place.positions("unknown"),
        )
        for page in (self, columns, values, defaults, place):
            page.done()
        return result

    def take(self, key: str, kind: type | tuple[type, ...], called: Sentence, default: Any = None) -> Any:
        """Take one value out, which must be of that kind."""
        self.known.append(key)
        value = self.said.pop(key, default)
        is_bool = isinstance(value, bool) and kind is not bool
        if value is not default and (is_bool or not isinstance(value, kind)):
            raise self._not(called, key)
        return value

    def page(self, key: str) -> _Page:
        """Take a table out, empty where there is none."""
        return _Page(self.file, self.at(key), self.take(key, object, Sentence("a table"), default={}))

    def text(self, key: str) -> str | None:
        """Take a text out."""
        text: str | None = self.take(key, str, Sentence("a text"))
        return text

    def word(self, key: str) -> str | None:
        """Take a text or a number out, as text."""
        word = self.take(key, (str, int, float), Sentence("a text"))
        return None if word is None else str(word)

    def texts(self, key: str) -> tuple[str, ...]:
        """Take a list of texts out; a single one counts as a list of one."""
        said = self.take(key, (str, list), Sentence("a list of texts"), default=[])
        listed = [said] if isinstance(said, str) else said
        if not all(isinstance(each, str) for each in listed):
            raise self._not(Sentence("a list of texts"), key)
        return tuple(listed)

    def pick(self, key: str) -> Pick | None:
        """Take out which columns say a field: a heading, a list of them, or several to be joined."""
        if not isinstance(self.said.get(key), dict):
            choice = self.texts(key)
            return Pick(choices=(choice,)) if choice else None
        inner = self.page(key)
        joined, between = inner.texts("join"), inner.text("with")
        inner.done()
        return Pick(choices=tuple((each,) for each in joined), between=" " if between is None else between)

    def table(self, key: str) -> dict[str, str]:
        """Take a value table out."""
        inner = self.page(key)
        return {compared(cell): word for cell in list(inner.said) if (word := inner.word(cell)) is not None}

    def zone(self) -> ZoneInfo | None:
        """Take the time zone out."""
        name = self.text("zone")
        try:
            return None if name is None else ZoneInfo(name)
        except (KeyError, ValueError, OSError):
            raise self._not(Sentence("a time zone such as Asia/Shanghai"), "zone") from None

    def format(self, number: int, pattern: str) -> Format:
        """Return the reader of one of the ways of writing a date."""
        try:
            return date_format(pattern)
        except ValueError:
            raise self._not(
                Sentence("a date in %Y %y %m %d %H %I %M %S %p, each at most once, with year, month and day"),
                f"dates[{number}]",
            ) from None

    def conditions(self) -> Iterable[Only]:
        """Take the conditions out."""
        listed = self.take("only", list, Sentence("a list of tables"), default=[])
        for number, each in enumerate(listed):
            page = _Page(self.file, self.at(f"only[{number}]"), each)
            heading, on = page.text("column"), page.day("on")
            first, last = page.day("from"), page.day("to")
            among, but = page.texts("in"), page.texts("not_in")
            page.done()
            if heading is None:
                raise page._not(Sentence("a text"), "column")
            yield Only(
                heading=heading,
                first=on or first,
                last=on or last,
                among=frozenset(map(compared, among)) if among else None,
                but=frozenset(map(compared, but)),
            )

    def day(self, key: str) -> date | None:
        """Take a calendar day out."""
        day: date | None = self.take(key, date, Sentence("a day such as 2026-11-23"))
        if isinstance(day, datetime):
            raise self._not(Sentence("a day such as 2026-11-23"), key)
        return day

    def kind(self, name: str) -> PlaceKind:
        """Return a kind of place by its name."""
        if name not in {kind.value for kind in PlaceKind}:
            raise self._not(Sentence("a kind of place: grid, micro_grid, building or unit"), "kinds")
        return PlaceKind(name)

    def positions(self, key: str) -> frozenset[Position]:
        """Take a list of positions out."""
        called = Sentence("a list of positions [latitude, longitude]")
        listed = self.take(key, list, called, default=[])
        try:
            return frozenset(Position(float(latitude), float(longitude)) for latitude, longitude in listed)
        except (TypeError, ValueError):
            raise self._not(called, key) from None

    def at(self, key: str) -> str:
        """Return the path of a key as the file's owner would write it."""
        return f"{self.path}.{key}" if self.path else key

    def done(self) -> None:
        """Raise if anything is left that nobody asked for."""
        for key in self.said:
            raise Misconfigured(
                "{file}: {path} is not known",
                file=self.file,
                path=self.at(key),
                known=tuple(self.known),
                hint="known there: {known}",
            )

    def _not(self, called: Sentence, key: str = "") -> Misconfigured:
        path = self.at(key) if key else self.path
        return Misconfigured("{file}: {path} should be {what}", file=self.file, path=path, what=called)
