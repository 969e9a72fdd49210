"""One call of the command: its desk, opened when first needed, and what it prints."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from dispatch.cli.formatting import in_columns
from dispatch.cli.words import words
from dispatch.errors import Refused, Unavailable
from dispatch.i18n import Sentence

if TYPE_CHECKING:
    from dispatch.model.actor import Actor
    from dispatch.model.rules import Rules
    from dispatch.model.service import Service
    from dispatch.plugins.manager import Plugins
    from dispatch.settings import Settings
    from dispatch.store.engine import Database, Transaction
    from dispatch.wiring import Wired

T = TypeVar("T")


class Misused(Refused):
    """The options given do not make a command; the caller must write it otherwise."""

    exit_code = 2
    http_status = 400
    kind = "usage"


YES = frozenset({"y", "yes", "是", "是的", "对", "对的", "好", "好的", "行", "可以", "嗯", "ok"})
NO = frozenset({"n", "no", "不", "不是", "不对", "不行", "不要", "不用", "否", "别"})


class Call:
    """What a command works with.

    Args:
        said: The options of every command, as they were given.
    """

    def __init__(self, said: dict[str, Any]) -> None:
        self.said = said
        self.if_lost: Unavailable | None = None
        """What to say where the answer cannot be printed though its work is done; ``{why}`` is filled in."""
        self.has_answered = False
        """Whether the one JSON document has been printed."""
        self._opened: list[Database] = []
        self._told: set[str] = set()
        self._has_saved = False
        self._has_waited = False

    @property
    def as_json(self) -> bool:
        """Whether to print one JSON document and nothing else."""
        return bool(self.said.get("every_json"))

    @cached_property
    def settings(self) -> Settings:
        """The settings in force."""
        from dispatch.settings import find_config, load_settings

        found = find_config(self.said.get("every_config"), os.environ, Path.cwd())
        return load_settings(found, os.environ)

    @property
    def where(self) -> str | None:
        """What ``--database`` or its variable said."""
        return self.said.get("every_database") or os.environ.get("DISPATCH_DATABASE") or None

    @property
    def at(self) -> datetime | None:
        """What ``--at`` or its variable said."""
        from dispatch.clock import parse_moment

        said = self.said.get("every_at") or os.environ.get("DISPATCH_AT")
        return parse_moment(said) if said else None

    @cached_property
    def wired(self) -> Wired:
        """The desk, opened."""
        from dispatch.wiring import open_desk

        name = self.said.get("every_as") or os.environ.get("DISPATCH_AS")
        wired = open_desk(self.settings, database=self.where, actor_name=name, at=self.at)
        self.closing(wired.database)
        return wired

    def say_what_broke(self, plugins: Plugins | None = None) -> None:
        """Say on stderr, once a run, which plugins broke and how to leave them out."""
        for fault in (plugins or self.wired.plugins).faults:
            if str(fault) not in self._told:
                self._told.add(str(fault))
                note(fault.message, **fault.params)
                if fault.hint is not None:
                    note(fault.hint, **fault.params)

    def closing(self, opened: Database) -> Database:
        """Return a database, and close it when the command ends.

        SQLite then puts what was written beside the file into the file: whoever copies it copies everything.
        """
        opened.when_waiting = self._say_that_it_waits
        self._opened.append(opened)
        return opened

    def close(self) -> None:
        """Close the databases that were opened, and end the processes of plugins."""
        if "wired" in self.__dict__:
            self.wired.close_channels()
        self._has_saved = self.has_saved
        while self._opened:
            self._opened.pop().close()

    @property
    def has_saved(self) -> bool:
        """Whether anything that happened in this call was saved."""
        return self._has_saved or any(one.has_saved for one in self._opened)

    def _say_that_it_waits(self) -> None:
        if not self._has_waited:
            self._has_waited = True
            note("waiting: another window or program is writing into the database")

    @property
    def database(self) -> Database:
        """The database, ready."""
        return self.wired.database

    @property
    def actor(self) -> Actor:
        """In whose name this call acts."""
        return self.wired.actor

    @property
    def caller(self) -> Actor:
        """In whose name this call acts, said without opening the database: it may be missing or damaged."""
        from dispatch.wiring import login_name

        name = self.said.get("every_as") or os.environ.get("DISPATCH_AS") or login_name()
        return self.settings.actor(name)

    @property
    def rules(self) -> Rules:
        """The numbers this community has chosen."""
        return self.wired.rules

    @cached_property
    def zone(self) -> str:
        """The time zone of the clock on the community's wall."""
        from dispatch.store.community import community_of

        return self.database.read(lambda tx: community_of(tx.connection, tx.community).zone)

    @cached_property
    def now(self) -> datetime:
        """The moment of this call."""
        return self.database.read(lambda tx: tx.now)

    def write(self, work: Callable[[Transaction], T]) -> T:
        """Do work in one transaction."""
        return self.database.write(work)

    def read(self, work: Callable[[Transaction], T]) -> T:
        """Look without changing anything."""
        return self.database.read(work)

    def code_of(self, tx: Transaction, action: str, who: str) -> str:
        """Return the code of the responder whom a person typed, by code, name or phone, to do something about them."""
        from dispatch.desk.finding import find_code

        return find_code(tx, self.actor, action, who)

    def named(self, what: Sentence) -> Sentence:
        """Call the skills and licences in a sentence by their names."""
        from dispatch.desk.catalogue_names import with_names

        return with_names(what, self.catalogue)

    def service_of(self, text: str) -> str:
        """Return the code of the service that a person typed, by code, name or word."""
        from dispatch.desk.catalogue_names import service_called

        return service_called(text, self.catalogue).code

    @cached_property
    def catalogue(self) -> list[Service]:
        """The services that may be asked for."""
        from dispatch.store.community import services_of

        return self.read(lambda tx: services_of(tx.connection, tx.community, active_only=True))

    def clock_text(self, moment: datetime | None) -> str:
        """Write a moment as the clock on the wall shows it, with its year where it is another; nothing for none."""
        from dispatch.clock import clock_text

        return clock_text(moment, self.zone, self.now) if moment else ""

    def moment(self, text: str) -> datetime:
        """Read a moment a person typed; without an offset it is on the community's wall clock."""
        from zoneinfo import ZoneInfo

        from dispatch.clock import parse_moment

        return parse_moment(text, ZoneInfo(self.zone))


def current() -> Call:
    """Return this run's call."""
    root = click.get_current_context().find_root()
    said = root.ensure_object(dict)
    if "call" not in said:
        said["call"] = Call(said)
        root.call_on_close(said["call"].close)
    found = said["call"]
    assert isinstance(found, Call)
    return found


def print_json(document: object) -> None:
    """Print one JSON document on stdout."""
    current().has_answered = True
    click.echo(json.dumps(document, ensure_ascii=False, indent=2, default=_plain))


def tell(what: Sentence | str, /, **params: object) -> None:
    """Print a sentence on stdout in the language of this run."""
    click.echo(words(what, **params))


def note(what: Sentence | str, /, **params: object) -> None:
    """Print a sentence on stderr: progress, and what is not the answer."""
    click.echo(words(what, **params), err=True)


def is_asked() -> bool:
    """Return whether a person sits there who can be asked."""
    return sys.stdin.isatty()


def confirm(question: str, /, *, enter: bool = True, **params: object) -> bool:
    """Ask a person yes or no, in either language.

    Args:
        enter: What Enter alone means.

    Raises:
        Refused: Nobody is there to be asked.
    """
    if not is_asked():
        raise Refused(
            "nothing was done: this has to be confirmed first, and nobody can type an answer here",
            hint="to do it without being asked, add --yes to the command",
        )
    yes, no = words("[Y/n] (Enter means yes, Ctrl+C gives up)"), words("[y/N] (Enter means no, Ctrl+C gives up)")
    asked = f"{words(question, **params)} {yes if enter else no}"
    while True:
        typed = click.prompt(asked, default="", show_default=False, err=True).strip().casefold()
        if not typed:
            return enter
        if typed in YES:
            return True
        if typed in NO:
            return False
        note("answer yes or no")


def table(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print rows in columns; text wraps, nothing is cut, Chinese counts double.

    Args:
        headings: Message ids.
    """
    lines = in_columns([words(one) for one in headings], [[_cell(cell) for cell in row] for row in rows], _width())
    for line in lines:
        click.echo(line)


def parse_window(call: Call, text: str | None) -> tuple[datetime, datetime] | None:
    """Read when work may begin: 今天下午, or ``BEGIN/END``.

    Raises:
        Refused: It says no window, or none that is certain.
    """
    from dispatch.desk.typed_line.option_times import read_window

    return None if text is None else read_window(text, call.now, call.zone)


def parse_until(call: Call, text: str) -> datetime:
    """Read until when: 明天, 12月1日, or a moment.

    Raises:
        Refused: It says no moment, or none that is certain.
    """
    from dispatch.desk.typed_line.option_times import read_moment

    return read_moment(text, call.now, call.zone)


def _cell(value: object) -> str:
    if value is None:
        return ""
    return words(value) if isinstance(value, Sentence) else str(value)


def _width() -> int:
    """Return how wide the screen is; a file or a pipe is as wide as a landscape page."""
    return shutil.get_terminal_size((110, 24)).columns


def _plain(value: object) -> object:
    from dispatch.clock import rfc3339

    if isinstance(value, datetime):
        return rfc3339(value)
    if isinstance(value, Sentence):
        return words(value)
    if isinstance(value, Path):
        return str(value)
    if isinstance(value, (frozenset, set)):
        return sorted(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")

