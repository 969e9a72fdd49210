"""Read the file, lay the variables over it, and give one frozen ``Settings``.

Every setting has a dotted name, such as ``rules.offer_minutes.urgent``, and a
variable that overrides the file, such as ``DISPATCH_RULES__OFFER_MINUTES__URGENT``.
"""

from __future__ import annotations

import os
import stat
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from dispatch.errors import Misconfigured
from dispatch.i18n import sentence
from dispatch.settings.places import FILE_NAME
from dispatch.settings.shapes import Section, Settings
from dispatch.settings.spot import Spot
from dispatch.settings.values import read

_PREFIX: Final = "DISPATCH_"
_KINDS: Final = ("channels", "sources")
"""What has a section of its own by name, with options that only a plugin knows."""


def load_settings(config: Path | None, environment: Mapping[str, str]) -> Settings:
    """Read the settings: the file's, overridden by the variables, else the defaults.

    Args:
        config: The file; none means there is none.
        environment: Variables. ``DISPATCH_SECTION__NAME`` are settings, and so are ``DISPATCH_DATABASE`` and
            ``DISPATCH_COMMUNITY``; lists are separated by commas.

    Raises:
        Misconfigured: Names the file, or the variable, and the setting by its dotted path.
    """
    said: dict[str, Any] = {}
    name = FILE_NAME
    if config is not None:
        said, name = _counted_from(config.absolute().parent, _read_toml(config)), config.name
    written = {(kind, one): frozenset(options) for kind, one, options in _sections(said)}
    variables = _variables(environment)
    for path, variable in variables.items():
        _lay_over(said, path, environment[variable], Spot(name))
    settings: Settings = read(Settings, said, Spot(name, (), variables))
    if config is not None and _others_can_read(config):
        return replace(
            settings,
            channels=_marked("channels", settings.channels, written, variables),
            sources=_marked("sources", settings.sources, written, variables),
        )
    return settings


def _sections(said: Mapping[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Give every section of a channel and of a source: below what it stands, its name and its options."""
    for kind in _KINDS:
        sections = said.get(kind)
        for name, options in sections.items() if isinstance(sections, dict) else ():
            if isinstance(options, dict):
                yield kind, name, options


def _marked(
    kind: str,
    sections: Mapping[str, Mapping[str, Any]],
    written: Mapping[tuple[str, str], frozenset[str]],
    variables: Mapping[tuple[str, ...], str],
) -> Mapping[str, Section]:
    """Return the sections with what stands in a file that others can read, and in no variable."""
    return MappingProxyType(
        {
            name: Section(
                options,
                frozenset(key for key in written.get((kind, name), ()) if (kind, name, key) not in variables),
            )
            for name, options in sections.items()
        }
    )


def _others_can_read(file: Path) -> bool:
    return os.name == "posix" and bool(file.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO))


def _read_toml(config: Path) -> dict[str, Any]:
    try:
        # Windows' Notepad puts a byte order mark first, which TOML does not know.
        return tomllib.loads(config.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError:
        raise Misconfigured(
            "{file} is not UTF-8 text", file=config.name, hint="save it again as UTF-8"
        ) from None
    except tomllib.TOMLDecodeError as fault:
        raise Misconfigured("{file} is not TOML: {fault}", file=config.name, fault=str(fault)) from None
    except OSError as fault:
        why = fault.strerror or type(fault).__name__
        raise Misconfigured("{file} cannot be read: {fault}", file=str(config), fault=why) from fault


def _counted_from(folder: Path, said: dict[str, Any]) -> dict[str, Any]:
    """Make relative paths absolute, since the working folder of a scheduled task is anybody's guess."""
    database, listen = said.get("database"), said.get("listen")
    if isinstance(listen, dict) and isinstance(listen.get("key_file"), str) and listen["key_file"]:
        listen["key_file"] = str(folder / Path(listen["key_file"]).expanduser())
    if isinstance(database, str) and database and "://" not in database:
        said["database"] = str(folder / Path(database).expanduser())
    plugins = said.get("plugins")
    if isinstance(plugins, dict) and isinstance(plugins.get("folder"), str) and plugins["folder"]:
        plugins["folder"] = str(folder / Path(plugins["folder"]).expanduser())
    for _, _, options in _sections(said):
        for name in options:
            if name.rpartition("_")[2] in {"folder", "file"} and isinstance(options[name], str) and options[name]:
                options[name] = str(folder / Path(options[name]).expanduser())
    return said


def _variables(environment: Mapping[str, str]) -> dict[tuple[str, ...], str]:
    found = {}
    for variable in sorted(environment):
        name = variable.removeprefix(_PREFIX)
        if name == variable or not environment[variable]:
            continue
        path = name.lower().split("__")
        if path[0] in _KINDS and len(path) > 1:
            path[1] = path[1].replace("_", "-")
        if len(path) > 1 or name in ("DATABASE", "COMMUNITY"):
            found[tuple(path)] = variable
    return found


def _lay_over(said: dict[str, Any], path: tuple[str, ...], text: str, spot: Spot) -> None:
    for name in path[:-1]:
        spot, said = spot.below(name), said.setdefault(name, {})
        if not isinstance(said, dict):
            raise spot.wrong(sentence("is no section"))
    said[path[-1]] = text
