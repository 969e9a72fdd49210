"""blocks.csv and apart.csv: added to, never lifted by a load; what they point at must be there."""

from __future__ import annotations

import pytest

from dispatch.desk.loading.town_files import read_town
from dispatch.errors import Refused
from dispatch.i18n import say
from dispatch.store import decency
from dispatch.store.engine import Database
from tests.desk.loading.test_town_in import TWO_HOUSES, everything, load

KEPT_APART = {
    **TWO_HOUSES,
    "blocks.csv": "responder,household\nV1,1-1-301\n",
    "apart.csv": "responder,other\nV1,P1\nP1,V1\n",
}


def kept(database: Database) -> tuple[list[tuple[str, str | None]], int]:
    """Return who never goes to which household, and how many pairs are kept apart."""
    bars = database.read(lambda tx: decency.bars_of(tx.connection, "lane"))
    pairs = database.read(lambda tx: decency.apart_of(tx.connection, "lane"))
    return [(one.code, one.household) for one in bars], len(pairs)


def test_what_the_files_say_is_added_once(database: Database) -> None:
    """The same pair the other way round is the same; a second load changes nothing."""
    load(database, KEPT_APART)
    before = everything(database)

    assert kept(database) == ([("V1", "1-1-301")], 1)
    assert load(database, KEPT_APART).is_nothing
    assert everything(database) == before


def test_a_file_that_is_gone_lifts_nothing(database: Database) -> None:
    """Nobody is sent back to a door because a file was lost; the household stays with its block."""
    load(database, KEPT_APART)
    without = {**TWO_HOUSES, "households.csv": TWO_HOUSES["households.csv"].splitlines()[0] + "\n"}
    load(database, without)

    assert kept(database) == ([("V1", "1-1-301")], 1)


@pytest.mark.parametrize(
    ("file", "rows", "said"),
    [
        ("blocks.csv", "responder,household\nV9,1-1-301\n", "blocks.csv:2: responder: responders.csv has no V9"),
        ("blocks.csv", "responder,household\nV1,none\n", "blocks.csv:2: household: households.csv has no none"),
        ("blocks.csv", "responder,household\nV1,\n", "blocks.csv:2: household is empty"),
        ("apart.csv", "responder,other\nV1,V9\n", "apart.csv:2: other: responders.csv has no V9"),
        ("apart.csv", "responder,other\nV1,V1\n", "apart.csv:2: V1 cannot be kept apart from themselves"),
    ],
)
def test_a_row_that_points_at_nobody_is_told(file: str, rows: str, said: str) -> None:
    """With file and line, and nothing is loaded."""
    with pytest.raises(Refused) as refused:
        read_town({**TWO_HOUSES, file: rows}, "lane")

    assert [say(one, "en") for one in refused.value.params["all"]] == [said]  # type: ignore[attr-defined]
