"""Read the rows of many ids by a statement that is put together once, and not again for each hundred messages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

from sqlalchemy import BindParameter, Connection, Executable, RowMapping, bindparam

IDS: Final[BindParameter[str]] = bindparam("ids", expanding=True)
"""Stands in a statement for the ids: ``column.in_(IDS)``."""

_AT_ONCE: Final = 500
"""Ids in one statement."""


def rows_with(connection: Connection, statement: Executable, ids: Iterable[str], **given: Any) -> Iterator[RowMapping]:
    """Yield the rows that a statement with ``IDS`` finds, some hundreds of ids at a time, in the order of the ids.

    Args:
        statement: Within so many ids it has an order of its own.
        given: What else it has places for.
    """
    wanted = sorted(set(ids))
    for start in range(0, len(wanted), _AT_ONCE):
        some = {"ids": wanted[start : start + _AT_ONCE], **given}
        yield from connection.execute(statement, some).mappings().all()
