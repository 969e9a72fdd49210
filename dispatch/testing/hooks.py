"""What plugins promise that offer something else than channels: each kind of offer and what tries it."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from copy import deepcopy
from datetime import timedelta
from itertools import product
from typing import Any, Final

from dispatch.desk.exporting.tables_out import REQUEST_FIELDS, RESPONDER_FIELDS
from dispatch.i18n import sentence
from dispatch.model.assignment import Visit
from dispatch.model.message import MessageKind, Outcome, Receipt
from dispatch.plugins.cost_terms import CostTerm, CostTerms, Offered
from dispatch.plugins.exporters import Exporter, Row
from dispatch.plugins.manager import Plugins
from dispatch.testing.bringing import try_command, try_source
from dispatch.testing.examples import FICTIONAL_PHONE, a_message, a_problem
from dispatch.testing.overheard import Overheard, overhear
from dispatch.testing.promises import Promise, Tried, expect, tried

_ODD: Final = ("王阿姨", "a,b;c", 'said "now"', "8号楼\n2单元\r\n", "\t堵了", "=1+1", "", None, FICTIONAL_PHONE, 7)
_WHAT: Final = {"requests": REQUEST_FIELDS, "responders": RESPONDER_FIELDS}


def try_exporter(exporter: Exporter) -> list[Tried]:
    """Try every promise of an exporter, on made-up rows."""
    rows = {what: _rows(fields) for what, fields in _WHAT.items()}

    def written(what: str, given: list[Row]) -> bytes:
        content: object = exporter.write(what, given)
        told = sentence("for {what} it gave {kind}, not bytes", what=what, kind=type(content).__name__)
        expect(isinstance(content, bytes), told)
        assert isinstance(content, bytes)
        return content

    def writes_odd_rows() -> None:
        for what, given in rows.items():
            written(what, deepcopy(given))

    def writes_none() -> None:
        for what in rows:
            written(what, [])

    def writes_the_same() -> None:
        for what, given in rows.items():
            same = written(what, deepcopy(given)) == written(what, deepcopy(given))
            expect(same, sentence("the same rows gave two different files"))

    def leaves_rows() -> None:
        for what, given in rows.items():
            copy = deepcopy(given)
            written(what, copy)
            expect(copy == given, sentence("it changed the rows that it was handed"))

    def ends_well() -> None:
        told = sentence("{ending} is no ending of a file's name", ending=repr(exporter.ending))
        expect(re.fullmatch(r"(\.[A-Za-z0-9_-]+)+", exporter.ending) is not None, told)

    heard = Overheard()
    with overhear(heard):
        found = tried(
            [
                Promise(sentence("writes requests and responders with odd texts and empty fields"), writes_odd_rows),
                Promise(sentence("writes a file for no rows too"), writes_none),
                Promise(sentence("writes the same file for the same rows"), writes_the_same),
                Promise(sentence("leaves the rows as they are"), leaves_rows),
                Promise(sentence("ends the file's name in a dot and letters"), ends_well),
            ]
        )
    return found + tried([_quiet(heard, {"王阿姨", FICTIONAL_PHONE})])


def try_cost_term(name: str, term: CostTerm) -> list[Tried]:
    """Try every promise of a cost term, on made-up problems of no, few and many needs and helpers."""
    few = a_problem(
        [{"household": "k1"}, {"household": "k2", "urgency": "urgent", "proximity": False}, {}],
        [{}, {"kind": "party_member", "bonds": frozenset({"k2"})}, {"load": 3}],
    )
    many = a_problem([{"household": f"k{n}"} for n in range(60)], [{}] * 1500)
    visits = tuple(
        Visit(household, helper, few.at - timedelta(days=days), rating)
        for household, helper, days, rating in (("k1", "h1", 1, None), ("k2", "h3", 90, 5), ("k9", "gone", 400, 1))
    )

    def counts(problem: Any, seen: tuple[Visit, ...]) -> Mapping[tuple[str, str], int]:
        whole, told = CostTerms([Offered(name, name, name, term)]).added_to(problem, seen)
        for one in told:
            expect(False, one)
        return whole.extra[-1].metres if len(whole.extra) > len(problem.extra) else {}

    def gives_numbers() -> None:
        for problem, seen in ((a_problem((), ()), ()), (few, ()), (few, visits)):
            counts(problem, seen)

    def is_pure() -> None:
        before = repr((few, visits))
        same = counts(few, visits) == counts(few, visits)
        expect(same, sentence("the same problem and visits gave different numbers"))
        expect(repr((few, visits)) == before, sentence("it changed the problem that it was handed"))

    def is_quick() -> None:
        counts(many, visits)

    def is_called_in_both() -> None:
        told = sentence("en and zh are not its names in English and in Chinese")
        expect(bool(re.search(r"[a-z]", term.en) and re.search(r"[\u4e00-\u9fff]", term.zh)), told)

    return tried(
        [
            Promise(sentence("gives whole metre-equivalents for pairs of the problem"), gives_numbers),
            Promise(sentence("gives the same numbers for the same problem, and changes nothing"), is_pure),
            Promise(sentence("is done in time with 60 needs and 1,500 helpers"), is_quick),
            Promise(sentence("has a name in both languages"), is_called_in_both),
        ]
    )


def try_listener(tell: Callable[..., Any]) -> list[Tried]:
    """Try every promise of a listener to what was delivered, with messages that nobody gets."""
    heard, message = Overheard(), a_message()

    def hears() -> None:
        for kind, outcome in product(MessageKind, Outcome):
            tell(message=a_message(kind=kind), receipt=Receipt(outcome=outcome))

    with overhear(heard), _without_our_variables():
        found = tried([Promise(sentence("hears of every kind of message and every outcome"), hears)])
    return found + tried([_quiet(heard, {message.to, message.text})])


@contextmanager
def _without_our_variables() -> Iterator[None]:
    """Keep what is made up for a trial out of files that an office has named by a variable."""
    kept = {name: said for name, said in os.environ.items() if name.startswith("DISPATCH_")}
    for name in kept:
        del os.environ[name]
    try:
        yield
    finally:
        os.environ.update(kept)


def _quiet(heard: Overheard, private: set[str]) -> Promise:
    def look() -> None:
        heard.not_logged(private)
        told = sentence("it prints an address, a name or a text, and all are private")
        expect(not any(one in said for one in private for said in heard.printed), told)

    return Promise(sentence("logs and prints nothing private"), look)


def _rows(fields: tuple[str, ...]) -> list[Row]:
    return [{name: _ODD[(at + n) % len(_ODD)] for at, name in enumerate(fields)} for n in range(50)]


def _exporters(plugins: Plugins, options: Mapping[str, Any], seconds: float) -> Iterator[tuple[str, list[Tried]]]:
    for name, one in plugins.exporters().items():
        yield name, try_exporter(one.exporter)
    for fault in plugins.faults:
        raise fault


def _cost_terms(plugins: Plugins, options: Mapping[str, Any], seconds: float) -> Iterator[tuple[str, list[Tried]]]:
    for one in plugins.cost_terms().offered:
        yield one.name, try_cost_term(one.name, one.term)


def _listeners(plugins: Plugins, options: Mapping[str, Any], seconds: float) -> Iterator[tuple[str, list[Tried]]]:
    for plugin, tell in plugins.asked("dispatch_delivered"):
        yield plugin.name, try_listener(tell)


def _sources(plugins: Plugins, options: Mapping[str, Any], seconds: float) -> Iterator[tuple[str, list[Tried]]]:
    for name, one in plugins.sources().items():
        yield name, try_source(one, options, seconds=seconds)
    for fault in plugins.faults:
        raise fault


def _commands(plugins: Plugins, options: Mapping[str, Any], seconds: float) -> Iterator[tuple[str, list[Tried]]]:
    for name, one in plugins.commands({}).items():
        yield name, try_command(one, options)
    for fault in plugins.faults:
        raise fault


OTHER_HOOKS: Final[Mapping[str, Callable[[Plugins, Mapping[str, Any], float], Iterator[tuple[str, list[Tried]]]]]] = {
    "exporter": _exporters,
    "cost_term": _cost_terms,
    "listener": _listeners,
    "source": _sources,
    "command": _commands,
}
"""For each kind of offer beside channels, what tries all of them, with the options and the seconds of this trial."""
