"""Plugins that are single files in a folder: the one exception to entry points."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from dispatch.i18n import Sentence, sentence
from dispatch.plugins.from_file import MARK
from dispatch.plugins.registering import Plugin

PACKAGE: Final = "(file)"
"""What stands where others have a package."""


def dropped_in(folder: Path) -> Iterator[tuple[Plugin, str]]:
    """Give the plugins that are files straight in a folder, and where each is imported from; none is imported.

    A plugin is called by its file's name without ``.py``. One that anybody on this computer could have written,
    since its folder or its file is open to everybody, comes with its fault, and is not to be imported.

    Args:
        folder: It need not be there.
    """
    for path in plugin_files(folder):
        fault = what_is_open(folder) or what_is_open(path)
        yield Plugin(name=path.stem, package=PACKAGE, fault=fault), f"{MARK}{path}"


def plugin_files(folder: Path) -> list[Path]:
    """Return the files that are plugins, by name; nothing where the folder cannot be read."""
    try:
        return sorted(path for path in folder.iterdir() if path.suffix == ".py" and path.is_file())
    except OSError:
        return []


def what_is_open(path: Path) -> Sentence | None:
    """Return what is wrong with a file or folder that every user of this computer may write to; not on Windows."""
    if os.name != "posix":
        return None
    try:
        mode = path.stat().st_mode
    except OSError as fault:
        return sentence("{path} cannot be read: {why}", path=path.name, why=fault.strerror or type(fault).__name__)
    if mode & stat.S_IWOTH:
        return sentence("anybody on this computer may write to {path}; close it: chmod o-w {path}", path=str(path))
    return None
