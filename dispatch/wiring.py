"""Put the pieces together, once, from the settings."""

from __future__ import annotations

import getpass
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from dispatch.clock import Clock, StoppedClock, WallClock
from dispatch.errors import Misconfigured, Refused
from dispatch.model.actor import Actor, is_name
from dispatch.model.rules import Rules
from dispatch.settings import Settings, default_database

if TYPE_CHECKING:
    from dispatch.desk.link_key import Links
    from dispatch.plugins.cost_terms import CostTerms
    from dispatch.plugins.guarded import Guarded
    from dispatch.plugins.manager import Plugins
    from dispatch.plugins.offered_sources import OpenedSource
    from dispatch.store.engine import Database

ONE_MESSAGE = "字" * 70
"""A Chinese message of the usual length, for what one costs."""

NOBODY = "desk"
"""Who acts where the computer cannot say who is logged in."""


@dataclass(frozen=True, kw_only=True)
class Wired:
    """The pieces, put together.

    Plugins are looked for, and channels opened, when they are first asked for:
    taking a request works whatever is installed.
    """

    settings: Settings
    database: Database
    actor: Actor

    @property
    def rules(self) -> Rules:
        """The numbers this community has chosen."""
        return self.settings.rules

    @cached_property
    def is_rehearsal(self) -> bool:
        """Whether the database is marked as a rehearsal; asked once."""
        return self.database.is_rehearsal()

    @cached_property
    def plugins(self) -> Plugins:
        """The plugins that are not left out; those that broke are among its ``faults``."""
        from dispatch.plugins.manager import load

        return load(off=self.settings.plugins.off, folder=self.settings.plugins.found_in)

    @cached_property
    def cost_terms(self) -> CostTerms:
        """What plugins have to say about who should go; where one of them broke, our own alone, and that is told."""
        from dispatch.errors import PluginBroke

        try:
            return self.plugins.cost_terms()
        except PluginBroke as fault:
            from dispatch.plugins.cost_terms import CostTerms
            from dispatch.plugins.manager import load

            ours = load(off=self.settings.plugins.off, installed=False).cost_terms()
            return CostTerms(ours.offered, [fault])

    @cached_property
    def channels(self) -> Mapping[str, Guarded]:
        """The channels that have a section or that the rules name, and the phone list and the console.

        On a rehearsal, those that reach real people are fake twins. What a plugin that broke would have offered
        is missing, and what was to go by it goes to the next channel.

        Raises:
            Misconfigured: A section or a rule names what nothing offers, or an option is wrong.
        """
        from dispatch.plugins.opening import open_channels

        opened = open_channels(
            self.plugins.channels(),
            self.settings.channels,
            (*self.rules.channels, *self.rules.resident_channels),
            rehearsal=self.is_rehearsal,
            broken=bool(self.plugins.faults),
            on_fault=self.plugins.add_fault,
        )
        self.plugins.let_go()
        return opened

    @cached_property
    def sources(self) -> Mapping[str, OpenedSource]:
        """The sources of requests that have a section; on a rehearsal only those at which nobody really asks.

        One that cannot be opened is among the plugins' faults.

        Raises:
            Misconfigured: A section names what nothing offers, or an option is wrong.
        """
        from dispatch.plugins.offered_sources import open_sources

        if not self.settings.sources:
            return {}
        offered = self.plugins.sources()
        opened = open_sources(
            offered, self.settings.sources, broken=bool(self.plugins.faults), on_fault=self.plugins.add_fault
        )
        return {name: one for name, one in opened.items() if not (one.is_real and self.is_rehearsal)}

    def fen_by_channel(self) -> Mapping[str, int]:
        """Return what asking somebody over each channel costs, in fen; nothing where the channels do not open."""
        from dispatch.errors import DispatchError

        try:
            return {name: one.capabilities.price_fen(ONE_MESSAGE) for name, one in self.channels.items()}
        except DispatchError:
            return {}  # what is wrong is said where messages are sent; who is asked does not wait for it

    def close_channels(self) -> None:
        """End the processes of plugins and channels, if any were begun."""
        if "plugins" in self.__dict__:
            self.plugins.let_go()
        for one in self.channels.values() if "channels" in self.__dict__ else ():
            one.close()

    @cached_property
    def links(self) -> Links | None:
        """How short links are made; none where the settings do not say where phones reach us.

        Raises:
            Misconfigured: No file for the secret is named and the database is no file, or the file is not safe.
        """
        from dispatch.desk.link_key import Links, key_file_beside, read_key

        listen = self.settings.listen
        if not listen.public_url:
            return None
        if listen.key_file is None and self.database.path is None:
            raise Misconfigured(
                "listen.key_file does not say where the secret for links is kept",
                hint="name a file, the same on every computer: key_file = \"…\" below [listen]",
            )
        beside = key_file_beside(self.database.path) if self.database.path is not None else Path()
        file = Path(listen.key_file) if listen.key_file is not None else beside
        return Links(listen.public_url, read_key(file))


def database_of(settings: Settings, where: str | None = None, *, clock: Clock | None = None) -> Database:
    """Name the database without opening it or asking whether it is there: for making and mending one.

    Args:
        settings: What ``load_settings`` gave.
        where: What ``--database`` said: a path or a URL; none means the settings', else the
            file in the user's data folder.
        clock: Where moments come from; the wall clock unless given.

    Raises:
        Misconfigured: It is a folder.
    """
    from dispatch.store.engine import Database

    named = where or settings.database or default_database()
    found = Database(named, clock=clock or WallClock(), community=settings.community)
    if found.path is not None and found.path.is_dir():
        raise Misconfigured(
            "{path} is a folder, not a database",
            path=found.shown,
            hint="name the file in it, such as {path}/dispatch.db",
        )
    return found


def open_desk(
    settings: Settings,
    *,
    database: str | None = None,
    actor_name: str | None = None,
    at: datetime | None = None,
) -> Wired:
    """Open the desk: a database that is ready, and who acts on it.

    Args:
        settings: What ``load_settings`` gave.
        database: What ``--database`` said.
        actor_name: What ``--as`` said; none means the login name.
        at: The moment to act as at, aware; on a rehearsal only.

    Raises:
        Misconfigured: The database is not there, or its tables are not this version's.
        Refused: *at* is given and the database is a real one; or the name is no name.
        Unavailable: The database cannot be reached.
    """
    clock = WallClock() if at is None else StoppedClock(at)
    opened = database_of(settings, database, clock=clock)
    opened.check_ready()
    wired = Wired(settings=settings, database=opened, actor=settings.actor(_name(actor_name)))
    if at is not None and not wired.is_rehearsal:
        opened.close()
        raise Refused(
            "{database} is a real database, which acts at no moment but the present one",
            database=opened.shown,
            hint="make one to rehearse with: dispatch init --rehearsal",
        )
    return wired


def login_name() -> str:
    """Return the name of whoever is logged in, or "desk" where the computer cannot say."""
    try:
        name = getpass.getuser()
    except (OSError, KeyError, ImportError):  # no variable and no such user: a service, or a container
        return NOBODY
    return name if is_name(name) else NOBODY


def _name(asked: str | None) -> str:
    if asked is None or not asked.strip():
        return login_name()
    if not is_name(asked.strip()):
        raise Refused(
            "{name} is no name to act under", name=ascii(asked), hint="letters, at most 64 of them: --as wang"
        )
    return asked.strip()
