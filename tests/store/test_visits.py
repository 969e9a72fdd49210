"""Who helped a household before: read off the offers that were done, and used by the next round."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from dispatch.desk.by_hand import offer_by_hand
from dispatch.desk.explaining import explain_request
from dispatch.desk.matching import run_round
from dispatch.desk.snapshot import take_snapshot
from dispatch.i18n import say
from dispatch.model.actor import Actor
from dispatch.model.assignment import Visit
from dispatch.model.community import Household
from dispatch.model.lifecycle import OfferState, RequestState
from dispatch.model.request import Private
from dispatch.model.rules import Rules
from dispatch.plugins.manager import load
from dispatch.store import offers, private, towns
from dispatch.store.engine import Database
from dispatch.store.ids import new_id
from tests.conftest import NINE, Street

DAY = timedelta(days=1)
TERMS = load(installed=False).cost_terms()


@pytest.fixture
def household(street: Street, database: Database) -> str:
    """Give the id of a household on the street."""
    id = new_id()

    def work(tx: Any) -> None:
        person = private.keep(tx.connection, Private(name="王阿姨"))
        one = Household(
            id=id, community="street", code="H1", place_id=street.places["8-2"], person_id=person, residents=1
        )
        towns.write_households(tx.connection, [one], [])

    database.write(work)
    return id


def _was_there(
    street: Street, who: Any, household: str | None, days: int, rating: int | None = None, state: str = "done"
) -> None:
    said = {"state": RequestState.RATED, "rating": rating} if rating else {"state": RequestState.DONE}
    request = street.request("listen", household_id=household, **said)  # type: ignore[arg-type]
    street.offer(request, who, OfferState(state), ended_at=NINE - days * DAY)


def test_visits_are_what_was_done_for_the_household_of_late(street: Street, database: Database, household: str) -> None:
    """With the rating where there is one; not what was given back, nor long ago, nor anybody else's."""
    one, other = street.responder("V1"), street.responder("V2")
    _was_there(street, one, household, 3, rating=4)
    _was_there(street, other, household, 100)
    _was_there(street, one, household, 200)
    _was_there(street, one, household, 1, state="released")
    _was_there(street, one, None, 1)

    found = database.read(lambda tx: offers.visits(tx.connection, [household], NINE - 180 * DAY))

    assert found == [
        Visit(household, other.id, NINE - 100 * DAY, None),
        Visit(household, one.id, NINE - 3 * DAY, 4),
    ]
    assert database.read(lambda tx: offers.visits(tx.connection, [], NINE - 180 * DAY)) == []


def test_the_same_helper_comes_again(street: Street, database: Database, household: str, actor: Actor) -> None:
    """Of two who are equally near and did equally much, who was there before; and the explanation says so."""
    street.responder("V1"), street.responder("V3")
    _was_there(street, known := street.responder("V2"), household, 40)
    street.request("listen", household_id=household, state=RequestState.TRIAGED)
    rules = Rules(load_days=1, continuity_days=90)
    done = run_round(database, actor, rules, terms=TERMS)

    (line,) = done.offered
    assert (line[1], line[2].terms["continuity"], done.broken) == (known.code, -150, ())
    told = database.read(lambda tx: explain_request(tx, actor, rules, 2, terms=TERMS)).sentences
    assert "has helped this household before: counts like 150 m less" in [say(one, "en") for one in told]
    assert "以前帮过这户人家：相当于少走 150 米" in [say(one, "zh") for one in told]


@pytest.mark.parametrize(
    ("rules", "terms"),
    [
        (Rules(load_days=1, continuity_days=0), TERMS),
        (Rules(load_days=1, continuity_days=30), TERMS),
        (Rules(load_days=1), load(off=["continuity"], installed=False).cost_terms()),
    ],
)
def test_it_can_be_turned_off(
    street: Street, database: Database, household: str, actor: Actor, rules: Rules, terms: Any
) -> None:
    """By the days that are remembered, or by leaving the plugin out."""
    _was_there(street, street.responder("V2"), household, 40)
    street.request("listen", household_id=household, state=RequestState.TRIAGED)
    (line,) = run_round(database, actor, rules, terms=terms).offered

    assert "continuity" not in line[2].terms


def test_by_hand_it_counts_as_well(street: Street, database: Database, household: str, actor: Actor) -> None:
    """The terms recorded are those of a round."""
    _was_there(street, street.responder("V2"), household, 40)
    street.request("listen", household_id=household, state=RequestState.TRIAGED)
    made = database.write(
        lambda tx: offer_by_hand(tx, actor, Rules(rest_minutes=1), 2, "V2", terms=TERMS)
    )

    assert made.terms["continuity"] == -150


def test_a_term_that_breaks_does_not_stop_the_round(
    street: Street, database: Database, actor: Actor, household: str
) -> None:
    """It is left out, the plugin is named, and people are asked; the explanation says it too."""
    (offered,) = TERMS.offered
    broken = type(TERMS)([offered._replace(term=replace(offered.term, metres=lambda *_: 1 / 0))])
    street.responder("V1")
    street.request("listen", household_id=household, state=RequestState.TRIAGED)
    done = run_round(database, actor, Rules(), terms=broken)

    assert [line[1] for line in done.offered] == ["V1"]
    (said,) = done.broken
    assert str(said).startswith("left out of the costs: plugin continuity (sandan ")
    told = database.read(lambda tx: explain_request(tx, actor, Rules(), 1, terms=broken)).sentences
    assert str(told[-1]) == str(said)


def test_nothing_is_read_where_there_is_no_household(street: Street, database: Database) -> None:
    """A request of nobody known has no visits."""
    street.request("listen", state=RequestState.TRIAGED)

    assert database.read(lambda tx: take_snapshot(tx, Rules())).visits == []
