"""Write a first plugin: a channel that works, its test, its fake twin and its package."""

from __future__ import annotations

import keyword
import re
import sys
from pathlib import Path
from string import Template
from typing import Final

from dispatch.errors import Refused, Unavailable
from dispatch.i18n import Language

_NAME: Final = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_LONGEST_NAME: Final = 40
_KEPT_BY_WINDOWS: Final = re.compile("con|nul|aux|prn|com[0-9]|lpt[0-9]")
_FILES: Final = {
    "$module.py": "channel.py.txt",
    "fake_$module.py": "fake.py.txt",
    "test_$module.py": "test.py.txt",
    "pyproject.toml": "pyproject.toml.txt",
    "README.md": "readme.$language.txt",
}


def write_plugin(name: str, beside: Path, taken: frozenset[str], language: Language) -> tuple[Path, tuple[str, ...]]:
    """Write a package that works at once into a new folder of its name.

    Args:
        name: Of the channel, the plugin and the folder: lower case, digits, hyphens.
        beside: Where the folder is made.
        taken: Names that something else has.
        language: Of its README.

    Returns:
        The folder, and the names of its files, the channel first.

    Raises:
        Refused: The name will not do, or the folder is there already.
        Unavailable: It cannot be written there.
    """
    _check(name, taken)
    module = name.replace("-", "_")
    said = {
        "name": name,
        "module": module,
        "class_name": "".join(part.capitalize() for part in name.split("-")),
        "language": language,
    }
    folder = beside / name
    if folder.exists():
        raise Refused(
            "{folder} is there already, and nothing in it is overwritten",
            folder=str(folder),
            hint="choose another name, or another place: --folder PLACE",
        )
    files = {Template(file).substitute(said): Template(text).substitute(said) for file, text in _FILES.items()}
    try:
        folder.mkdir(parents=True)
        for file, template in files.items():
            text = Path(__file__).with_name(template).read_text(encoding="utf-8")
            (folder / file).write_text(Template(text).substitute(said), encoding="utf-8", newline="\n")
    except OSError as fault:
        why = fault.strerror or type(fault).__name__
        raise Unavailable("{folder} cannot be written: {why}", folder=str(folder), why=why) from fault
    return folder, tuple(files)


def _check(name: str, taken: frozenset[str]) -> None:
    if not _NAME.fullmatch(name) or len(name) > _LONGEST_NAME:
        raise Refused(
            "{name} is no name for a plugin", name=name, hint="lower-case letters, digits, hyphens: stair-speaker"
        )
    module = name.replace("-", "_")
    if module in sys.stdlib_module_names or keyword.iskeyword(module) or _KEPT_BY_WINDOWS.fullmatch(module):
        raise Refused("Python or Windows has a {name} of its own", name=name, hint="choose another name: office-{name}")
    if name in taken or module == "dispatch":
        raise Refused(
            "something is called {name} already", name=name, hint="see what there is: dispatch plugin list"
        )
