"""The list of settings: what is no field of these classes is refused."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from dispatch.model.actor import Actor, Role
from dispatch.model.rules import Rules
from dispatch.settings.places import default_plugins


def _nothing() -> Mapping[str, Any]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedActor:
    """What ``[actors.NAME]`` says about one person who acts.

    Args:
        role: What they may do: resident, responder, grid_worker, planner, admin or operator.
        grid: Code of the place within which a grid worker works; none means the whole community.
        reference: The request's number a resident, or the responder's code a responder, may act on.
    """

    role: Role = Role.GRID_WORKER
    grid: str | None = None
    reference: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskChoice:
    """What ``[desk]`` says.

    Args:
        local_role: What somebody is who sits at this computer and stands below no ``[actors.NAME]``;
            one of the roles that may stand there.
    """

    local_role: Role = Role.GRID_WORKER


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneChoice:
    """What ``[phones]`` says.

    Args:
        area_code: Of land lines that are written without one, such as ``"0351"``; empty means that it is asked for.
    """

    area_code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PluginChoice:
    """What ``[plugins]`` says.

    Args:
        off: Plugins that are left out, by their own name or their package's.
        folder: Where single files are plugins; counted from this file's folder. Empty means ``plugins`` in the
            user's data folder; ``dispatch doctor`` names it.
    """

    off: tuple[str, ...] = ()
    folder: str = ""

    @property
    def found_in(self) -> Path:
        """Where single files are plugins; it need not be there."""
        return Path(self.folder) if self.folder else default_plugins()


@dataclass(frozen=True, slots=True, kw_only=True)
class ListenChoice:
    """What ``[listen]`` says.

    Args:
        public_url: Where phones reach ``dispatch listen``, such as ``"https://help.example.cn"``; messages carry a
            link only where it is given.
        behind_tls_proxy: Whether a server that speaks HTTPS stands before it: only then may it listen elsewhere than
            on this computer itself.
        key_file: The file of the secret that links are made with; made where it is not there. None means one
            beside the database; on PostgreSQL it must be named, the same on every computer.
    """

    public_url: str = ""
    behind_tls_proxy: bool = False
    key_file: str | None = None


class Section(Mapping[str, Any]):
    """The options of a channel, or of a source, as its section and the variables give them.

    Args:
        exposed: Those that stand in a file which others on this computer can read.
    """

    def __init__(self, options: Mapping[str, Any], exposed: frozenset[str]) -> None:
        """See the class."""
        self._options = dict(options)
        self.exposed = exposed

    def __getitem__(self, name: str) -> Any:
        """Return one option."""
        return self._options[name]

    def __iter__(self) -> Iterator[str]:
        """Give the options' names."""
        return iter(self._options)

    def __len__(self) -> int:
        """Return how many options there are."""
        return len(self._options)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything that can be set.

    Args:
        database: A path (SQLite), counted from the file's folder, or a ``postgresql://`` URL; none means the
            file in the user's data folder.
        community: Code of the community to work for; none means the only one in the database.
        rules: The numbers a community may choose.
        channels: Each channel's own options, by its name; ``enabled = false`` closes it. Options called
            ``folder`` or ``file``, or whose names end so, are counted from the file's folder.
        sources: The same for each source of requests, which is asked only where it has a section.
        plugins: Which plugins are left out.
        actors: Who acts here and as what, by the name they log in with or give with ``--as``.
        desk: What holds for this computer.
        phones: How phone numbers are written here.
        listen: How providers and phones reach us over HTTP.
    """

    database: str | None = None
    community: str | None = None
    rules: Rules = field(default_factory=Rules)
    channels: Mapping[str, Mapping[str, Any]] = field(default_factory=_nothing)
    sources: Mapping[str, Mapping[str, Any]] = field(default_factory=_nothing)
    plugins: PluginChoice = field(default_factory=PluginChoice)
    actors: Mapping[str, NamedActor] = field(default_factory=_nothing)
    desk: DeskChoice = field(default_factory=DeskChoice)
    phones: PhoneChoice = field(default_factory=PhoneChoice)
    listen: ListenChoice = field(default_factory=ListenChoice)

    def actor(self, name: str) -> Actor:
        """Return who *name* is: as ``[actors.NAME]`` says, else whoever sits at this computer."""
        named = self.actors.get(name, NamedActor(role=self.desk.local_role))
        return Actor(name=name, role=named.role, grid=named.grid, reference=named.reference)
