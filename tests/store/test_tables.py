"""Tables and model agree on their words; what only the tables know is named here."""

from __future__ import annotations

from dataclasses import fields

import pytest
from sqlalchemy import Table

from dispatch.model.assignment import Offer, Wave
from dispatch.model.community import Community, Household, Place
from dispatch.model.message import DeliveryState
from dispatch.model.request import Private, Request
from dispatch.model.responder import Responder
from dispatch.model.service import Service
from dispatch.store import tables
from dispatch.store.events import Event

PAIRS: list[tuple[type, Table, set[str], set[str]]] = [
    (Community, tables.community, set(), {"last_number", "last_sheet"}),
    (Place, tables.place, {"position"}, {"latitude", "longitude"}),
    (Service, tables.service, set(), {"is_active"}),
    (Household, tables.household, {"bonds"}, set()),
    (Responder, tables.responder, {"bonds", "capacity"}, set()),
    (
        Request,
        tables.request,
        {"headcount", "window"},
        {"idem_key", "payload_hash", "taken_at", "window_from", "window_to"},
    ),
    (Wave, tables.wave, set(), set()),
    (Offer, tables.offer, set(), set()),
    (Event, tables.event, set(), set()),
    (Private, tables.person_private, {"position"}, {"person_id", "latitude", "longitude"}),
]


@pytest.mark.parametrize(("model", "table", "only_model", "only_table"), PAIRS, ids=lambda one: getattr(one, "__name__", ""))
def test_the_model_and_its_table_use_the_same_words(
    model: type, table: Table, only_model: set[str], only_table: set[str]
) -> None:
    """A field and its column have one name; each exception is listed above."""
    names = {field.name for field in fields(model)}
    columns = {column.name for column in table.columns}

    assert names - columns == only_model
    assert columns - names == only_table


def test_a_message_stands_in_the_outbox_in_the_states_the_model_names() -> None:
    """The constraint and the model list the same states."""
    (check,) = [one for one in tables.delivery.constraints if str(one.name).endswith("known_state")]

    assert all(f"'{state}'" in str(check.sqltext) for state in DeliveryState)  # type: ignore[attr-defined]
    assert str(check.sqltext).count("'") == 2 * len(DeliveryState)  # type: ignore[attr-defined]


def test_private_words_have_one_home() -> None:
    """No other table has a column for a name, a phone, an address or a typed note of a person."""
    private = {"name", "phone", "exact_address", "notes", "floor"}
    elsewhere = {
        (table.name, column.name)
        for table in tables.metadata.tables.values()
        for column in table.columns
        if column.name in private and table is not tables.person_private
    }

    assert elsewhere == {("place", "name")}
