"""Which service a cell means: by the mapping's table, by code or name, by its words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Final

from dispatch.desk.catalogue_names import named_services
from dispatch.desk.importing.mapping import SheetMapping
from dispatch.desk.numerals import plain
from dispatch.desk.sheets.cells import compared
from dispatch.desk.typed_line.need_words import find_services
from dispatch.errors import Refused
from dispatch.model.service import Service

CACHED: Final = 20_000
"""Different cells remembered with what they mean."""

SHOWN: Final = 40
"""Characters of a cell that are said back."""


class ServiceOf:
    """Looks services up for the rows of one table, each different text once."""

    def __init__(self, services: Iterable[Service], mapping: SheetMapping) -> None:
        self._services = {one.code: one for one in services}
        self._table = mapping.values.get("service", {})
        self._default = mapping.defaults.get("service")
        self._names: dict[str, str] = {}
        self._words: list[tuple[str, Service]] = []
        for one in self._services.values():
            names = (one.code, one.name_zh, one.name_en)
            for name in names:
                self._names.setdefault(compared(name), one.code)
            words = {plain(word).strip().casefold() for word in (*one.words, *names)}
            self._words += [(word, one) for word in sorted(words) if word]
        self._direct = lru_cache(CACHED)(self._named)
        self._known = lru_cache(CACHED)(self._look_up)

    def __call__(self, cells: Sequence[str], note: str) -> str:
        """Return a service's code.

        Args:
            cells: What the service's columns say, in the mapping's order.
            note: What else is said of the need; looked at when the columns say nothing that is known.

        Raises:
            Refused: Nothing is recognised and there is no default, or several services are.
        """
        direct = next((code for cell in cells if cell and (code := self._direct(cell))), None)
        if direct is not None:
            return direct
        found = self._known((*cells, note))
        if isinstance(found, Refused):
            raise found
        return found

    def _named(self, cell: str) -> str | None:
        text = compared(cell)
        return self._table.get(text) or self._names.get(text)

    def _look_up(self, texts: Sequence[str]) -> str | Refused:
        for text in texts:
            codes = self.recognised(text)
            if len(codes) > 1:
                return Refused(
                    "{text} could mean several services: {codes}",
                    text=text[:SHOWN],
                    codes=named_services(self._services[code] for code in codes),
                    hint="name one of them in a column of its own",
                )
            if codes:
                return codes[0]
        if self._default is not None:
            return self._default
        text = next((text for text in texts if text), "")
        if not text:
            return Refused("nothing says what is needed", hint="fill in the need or its service")
        return Refused(
            "no service is recognised in {text}",
            text=text[:SHOWN],
            known=named_services(self._services[code] for code in sorted(self._services)),
            hint="services here: {known}; a mapping file says which words mean which: --map MAP.toml",
        )

    def recognised(self, text: str) -> tuple[str, ...]:
        """Return the codes of the services whose word in a text is the longest; several mean a tie."""
        line = plain(text).casefold()
        met = {one.code: one for word, one in self._words if word in line}
        return tuple(one.code for one in find_services(text, met.values())[0]) if met else ()
