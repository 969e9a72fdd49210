"""Commands that a plugin adds to ``dispatch``: what it is given, what it gives back, and nothing of the terminal."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

from dispatch.i18n import BothNames
from dispatch.plugins.exporters import Row
from dispatch.plugins.fields import Field
from dispatch.solver.problem import Problem

TableCell: TypeAlias = str | int | float | BothNames | None
"""What stands in one cell of a table; a name in both languages is shown in that of the desk."""


class Office(Protocol):
    """What a command may look at, with the rights of whoever typed it: everything as it stood at one moment.

    Each method reads the database when it is called. Nothing can be changed through it.
    """

    def requests(self, *, private: bool = False) -> Sequence[Row]:
        """Return all requests by number, under the fields of ``dispatch export requests --format jsonl``.

        Args:
            private: Whether names, phones, doors, notes and helpers are among the fields; then that is noted
                in the log like an export.

        Raises:
            Refused: Who typed the command may not see them.
        """

    def responders(self, *, private: bool = False) -> Sequence[Row]:
        """Return the active responders by code, under the fields of their export; otherwise as ``requests``."""

    def problem(self) -> Problem:
        """Return what the next round would be given to solve: open needs and everybody who helps, without names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of a table.

    Args:
        name: What programs call it, in ``--json``.
        zh: What stands over it in Chinese.
        en: What stands over it in English.
    """

    name: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """What a command answers: shown as a table, or with ``--json`` as a list of objects.

    Args:
        rows: Each with a cell for every column.
        empty: What is said instead where there are no rows.
    """

    columns: tuple[Column, ...]
    rows: Sequence[Sequence[TableCell]]
    empty: BothNames


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A command.

    Args:
        run: Given the office and the options that were typed, by name, gives the answer.
        zh: What it does, in one Chinese sentence: its help.
        en: The same in English.
        options: Each is typed as ``--name``; its label is its help. One of kind FLAG takes no value, one of kind
            LIST may be given several times; a table cannot be typed, and a secret must not be.
    """

    run: Callable[[Office, Mapping[str, Any]], Table]
    zh: str
    en: str
    options: tuple[Field, ...] = ()
