"""What sources of requests promise, and commands: tried without anybody's orders and without anybody's office."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping, Sequence
from copy import deepcopy
from pathlib import Path
from typing import Any, Final

from dispatch.desk.exporting.tables_out import REQUEST_FIELDS, RESPONDER_FIELDS
from dispatch.desk.looking import PRIVATE_REQUEST_FIELDS, PRIVATE_RESPONDER_FIELDS
from dispatch.errors import PluginBroke
from dispatch.i18n import BothNames, sentence
from dispatch.plugins.commands import Table
from dispatch.plugins.exporters import Row
from dispatch.plugins.fields import FieldKind
from dispatch.plugins.offered_commands import OfferedCommand
from dispatch.plugins.offered_sources import OfferedSource, OpenedSource
from dispatch.plugins.sources import Settled
from dispatch.solver.problem import Problem
from dispatch.testing.examples import FICTIONAL_PHONE, a_problem
from dispatch.testing.options import filled
from dispatch.testing.overheard import Overheard, overhear
from dispatch.testing.promises import NotTried, Promise, Tried, expect, tried
from dispatch.testing.provider import Mood, provider

_NOBODYS: Final = "an-order-of-nobody"


def try_source(offered: OfferedSource, options: Mapping[str, Any], *, seconds: float = 10.0) -> list[Tried]:
    """Try every promise of a source.

    Args:
        options: For this trial, never those of the real section: what waits there is settled. What is missing is made
            up where it can be; where nothing waits, what is promised about orders is not tried.
        seconds: Within which it must come back when the other system hangs.

    Raises:
        Misconfigured: An option is missing and cannot be made up, or is not as it must be.
        PluginBroke: It cannot be opened.
    """
    heard = Overheard()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder, overhear(heard):
        whole = filled(offered.name, offered.fields, options, Path(folder), kind="sources").with_canaries()
        opened = offered.open(whole.options, seconds=seconds)
        assert opened is not None, "enabled is none of its own options"
        found = tried(_promises(offered, opened, whole.options, seconds))

    def keeps_quiet() -> None:
        told = sentence("it logs or prints a secret")
        expect(not any(one in said for one in whole.secrets for said in (*heard.printed, *heard.logged)), told)

    return found + tried([Promise(sentence("logs and prints no secret"), keeps_quiet)])


def _promises(
    offered: OfferedSource, opened: OpenedSource, options: Mapping[str, Any], seconds: float
) -> Sequence[Promise]:
    def declares() -> None:
        for one in offered.fields or ():
            told = sentence("the option {option} has no label in both languages", option=one.name)
            expect(bool(one.zh.strip() and one.en.strip()), told)

    def brought() -> list[str]:
        keys = [one.key for one in opened.collect()]
        if not keys:
            raise NotTried(sentence("nothing waits there; let an order wait, and name where with --option"))
        return keys

    def brings_the_same() -> None:
        first = brought()
        expect(brought() == first, sentence("asked twice, it brought other orders"))
        expect(len(set(first)) == len(first), sentence("two of its orders have one key"))

    def hears_of_strangers() -> None:
        opened.settled([Settled(key=_NOBODYS, number=1), Settled(key=_NOBODYS, number=None, why="why")])

    def lets_go() -> None:
        keys = brought()
        outcomes = [Settled(key=one, number=at) for at, one in enumerate(keys, start=1)]
        opened.settled(outcomes)
        again = {one.key for one in opened.collect()}
        expect(not again & set(keys), sentence("it brought an order again that was settled"))
        opened.settled(outcomes)

    def comes_back() -> None:
        addresses = [one.name for one in offered.fields or () if one.kind is FieldKind.URL]
        if not addresses:
            raise NotTried(sentence("no option of it is an address, so no other system could be made to hang"))
        with provider(Mood.HANGS) as there:
            hanging = offered.open({**options, **dict.fromkeys(addresses, there.url)}, seconds=seconds)
            assert hanging is not None
            try:
                hanging.collect()
            except PluginBroke as fault:
                why = fault.params.get("why")
                told = sentence("it did not come back within {seconds} s", seconds=f"{seconds:g}")
                expect("gave no answer within" not in str(why), told)

    return (
        Promise(sentence("declares its options, each with a label"), declares),
        Promise(sentence("brings whole orders, and the same again until they are settled"), brings_the_same),
        Promise(sentence("takes no harm from hearing of an order that it does not know"), hears_of_strangers),
        Promise(sentence("lets go of what is settled, and may be told twice"), lets_go),
        Promise(sentence("comes back in time when the other system hangs"), comes_back),
    )


class _MadeUpOffice:
    """An office with two requests and two responders, or with nothing in it; remembers who asked for private fields."""

    def __init__(self, *, is_empty: bool) -> None:
        self.is_empty = is_empty

    def requests(self, *, private: bool = False) -> Sequence[Row]:
        moment, more = "2026-11-23T09:00:00", {"name": "王阿姨", "phone": FICTIONAL_PHONE, "address": "8号楼2单元301"}
        rows: list[Row] = []
        for number, accepted in ((1, ""), (2, moment)):
            row: dict[str, str | int | None] = dict.fromkeys(REQUEST_FIELDS, "")
            row |= {"number": number, "headcount": 1, "received_at": moment, "accepted_at": accepted}
            row |= {"service": "疏通下水", "place": "8号楼2单元", **(more if private else {})}
            rows.append(row)
        return self._of(rows, () if private else PRIVATE_REQUEST_FIELDS)

    def responders(self, *, private: bool = False) -> Sequence[Row]:
        rows: list[Row] = []
        for code in ("V001", "V002"):
            row: dict[str, str | int | None] = dict.fromkeys(RESPONDER_FIELDS, "")
            row |= {"code": code, "capacity": 2, "skills": "plumbing:2", "place": "8号楼2单元", "reach": 800}
            rows.append(row)
        return self._of(rows, () if private else PRIVATE_RESPONDER_FIELDS)

    def problem(self) -> Problem:
        return a_problem((), ()) if self.is_empty else a_problem()

    def _of(self, rows: Sequence[Row], without: Sequence[str] | frozenset[str]) -> list[Row]:
        if self.is_empty:
            return []
        return [{name: value for name, value in row.items() if name not in without} for row in rows]


def try_command(offered: OfferedCommand, options: Mapping[str, Any]) -> list[Tried]:
    """Try every promise of a command, on a made-up office.

    Args:
        options: For this trial; the others are as they are when they are not typed.
    """
    usual: dict[str, Any] = {
        one.name: one.default if one.default is not None else one.trial for one in offered.command.options
    }
    chosen = {**usual, **{name: value for name, value in options.items() if name in usual}}

    def run(*, is_empty: bool) -> Table:
        return offered.run(_MadeUpOffice(is_empty=is_empty), deepcopy(chosen))

    def answers() -> None:
        run(is_empty=False)

    def answers_when_empty() -> None:
        run(is_empty=True)

    def is_read_by_programs() -> None:
        shown = run(is_empty=False)
        names = [one.name for one in shown.columns]
        expect(len(set(names)) == len(names), sentence("two of its columns have one name"))
        json.dumps([[str(cell) if isinstance(cell, BothNames) else cell for cell in row] for row in shown.rows])

    def is_called_in_both() -> None:
        about = offered.command
        labelled = all(one.zh.strip() and one.en.strip() for one in about.options)
        told = sentence("its help, or an option of it, has no words in both languages")
        expect(bool(about.zh.strip() and about.en.strip()) and labelled, told)

    def says_the_same() -> None:
        expect(run(is_empty=False) == run(is_empty=False), sentence("asked twice, it answered differently"))

    return tried(
        (
            Promise(sentence("answers with a table"), answers),
            Promise(sentence("answers with a table where there is nothing to tell"), answers_when_empty),
            Promise(sentence("answers the same to the same question"), says_the_same),
            Promise(sentence("can be read by programs too"), is_read_by_programs),
            Promise(sentence("speaks both languages"), is_called_in_both),
        )
    )
