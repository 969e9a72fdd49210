"""Many are read by their ids, in parts: nobody is left out, nobody gets what is another's."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from dispatch.model.quiet import Quiet
from dispatch.model.request import Private
from dispatch.model.responder import Hours, Licence, Skill
from dispatch.store import people, private
from dispatch.store.engine import Database, Transaction


def test_more_people_than_fit_into_one_statement_are_all_found(database: Database) -> None:
    """Each under their own id; an id that is asked for twice, or is nobody's, does no harm."""

    def keep(tx: Transaction) -> dict[str, str]:
        return {private.keep(tx.connection, Private(name=f"n{n}")): f"n{n}" for n in range(1_001)}

    kept = database.write(keep)
    found = database.read(lambda tx: private.look_up(tx.connection, [*kept, *kept, "nobody"]))
    assert {one: known.name for one, known in found.items()} == kept
    assert database.read(lambda tx: private.look_up(tx.connection, [])) == {}


def test_what_two_responders_can_do_is_kept_apart(street: Any, database: Database) -> None:
    """Also where the same text stands in two columns, and after one of them has learnt something."""
    ids = [street.responder("V1").id, street.responder("V2").id]

    def read() -> list[Any]:
        found = database.read(lambda tx: people.with_ids(tx.connection, "street", ids))
        return [found[one] for one in ids]

    first, second = read()
    assert (first.skills, first.licences, first.quiet) == (second.skills, second.licences, second.quiet) == ((), (), ())

    can = replace(
        first,
        skills=(Skill("lift", 2, date(2027, 1, 1)),),
        licences=(Licence("electrician", None),),
        hours=(Hours(1, 480, 720),),
        quiet=(Quiet(480, 720),),
    )
    database.write(lambda tx: people.change(tx.connection, first, can))
    assert read() == [replace(can, version=first.version + 1), second]
    plain = people.to_plain(can)
    assert people.from_plain(plain) == can
