"""The doctor finds what will hurt later: in the file, in the habit of copying, in the town's people."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from dispatch.clock import StoppedClock
from dispatch.desk.checking.finding import Finding
from dispatch.desk.checking.machine import Machine
from dispatch.desk.doctor import can_do, examine
from dispatch.errors import Refused
from dispatch.i18n import say
from dispatch.model.actor import Actor, Role
from dispatch.model.responder import Licence, Skill
from dispatch.model.service import Service, ServiceId
from dispatch.settings import Settings
from dispatch.store import marks
from dispatch.store.engine import Database
from dispatch.store.guards import GUARDS
from dispatch.store.tables import delivery
from tests.conftest import NINE, Street
from tests.store.scratch import take_out

ACTOR = Actor(name="小李")
SOUND = Machine(now=NINE, python="3.12.1", sqlite=(3, 51, 3), encoding="utf-8")
PLUMBER = (Skill("plumbing", 3),)


def looked_at(street: Street, monkeypatch: pytest.MonkeyPatch, **machine: object) -> list[Finding]:
    """Examine the street at its own moment."""
    monkeypatch.setattr("dispatch.desk.doctor.Database", lambda *_, **__: street.database)
    return examine(Settings(), None, ACTOR, machine=replace(SOUND, **machine))  # type: ignore[arg-type]


@pytest.fixture
def sound(street: Street) -> Street:
    """A street where nothing is missing: people for each service, with phones, and a copy of yesterday."""
    street.responder("V1", skills=PLUMBER)
    street.database.write(lambda tx: marks.mark_moment(tx.connection, marks.LAST_BACKUP, tx.now - timedelta(days=1)))
    return street


def test_a_sound_desk_has_nothing_wrong(sound: Street, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was looked at is listed, and all of it is good."""
    found = looked_at(sound, monkeypatch)

    assert {one.level for one in found} == {"green"}
    assert "street: 1 people for 2 services" in [say(one.what, "en") for one in found]


def the_only_fault(found: list[Finding], level: str) -> str:
    """Give the one finding that is not good, in English."""
    (fault,) = [one for one in found if one.level != "green"]
    assert fault.level == level
    assert fault.hint is not None
    for language in ("zh", "en"):
        assert "{" not in say(fault.what, language) + say(fault.hint, language)  # type: ignore[arg-type]
    return say(fault.what, "en")


def test_a_desk_that_never_copies_is_told(street: Street, monkeypatch: pytest.MonkeyPatch) -> None:
    """From the first request on there is something to lose."""
    street.responder("V1", skills=PLUMBER)
    assert {one.level for one in looked_at(street, monkeypatch)} == {"green"}
    street.request()

    assert the_only_fault(looked_at(street, monkeypatch), "yellow") == "no copy was ever made"


@pytest.mark.parametrize(("days", "is_old"), [(6, False), (7, True), (40, True)])
def test_an_old_copy_is_told(
    sound: Street, monkeypatch: pytest.MonkeyPatch, clock: StoppedClock, days: int, is_old: bool
) -> None:
    """A week without a copy is too long."""
    clock.at += timedelta(days=days - 1)

    found = looked_at(sound, monkeypatch, now=clock.at)

    said = f"days since the last copy was made: {days}"
    if is_old:
        assert the_only_fault(found, "yellow") == said
    else:
        assert said in [say(one.what, "en") for one in found if one.level == "green"]


def test_a_clock_that_went_back_is_told(sound: Street, monkeypatch: pytest.MonkeyPatch, clock: StoppedClock) -> None:
    """What was recorded later than now cannot be."""
    sound.database.write(lambda tx: tx.record(ACTOR, "noted"))
    clock.at -= timedelta(hours=1)

    said = the_only_fault(looked_at(sound, monkeypatch, now=clock.at), "red")

    assert said == "the clock went back: something was recorded at 2026-11-23 01:00 UTC, and now it is 2026-11-23 00:00 UTC"


@pytest.mark.parametrize(("state", "lease"), [("ready", None), ("sending", -90)])
def test_messages_that_do_not_leave_are_told(
    sound: Street, monkeypatch: pytest.MonkeyPatch, state: str, lease: int | None
) -> None:
    """More than an hour, taken up or not."""
    _put_message(sound, state, lease)

    assert the_only_fault(looked_at(sound, monkeypatch), "yellow").startswith("messages waiting for more than an hour: 1")


def test_messages_held_since_a_restore_are_told(sound: Street, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody must look at them."""
    _put_message(sound, "held", None)

    assert the_only_fault(looked_at(sound, monkeypatch), "yellow").startswith("messages held since the database was brought back: 1")


def _put_message(street: Street, state: str, lease: int | None) -> None:
    row = {
        "id": "d", "request_id": street.request(), "recipient": "resident", "kind": "received", "channel": "sms",
        "state": state, "next_at": NINE - timedelta(minutes=90),
        "lease_until": None if lease is None else NINE + timedelta(minutes=lease),
    }  # fmt: skip
    street.database.write(lambda tx: tx.connection.execute(delivery.insert().values(row)))


def test_a_missing_constraint_is_told(sound: Street, monkeypatch: pytest.MonkeyPatch) -> None:
    """What kept two people off one place is gone."""
    take_out(sound.database, [one for one in GUARDS if one.name == "uq_offer_one_holder_a_slot"])

    said = the_only_fault(looked_at(sound, monkeypatch), "red")

    assert said == "constraints gone from the database: 1 (uq_offer_one_holder_a_slot)"


def test_a_damaged_file_is_told(sound: Street, monkeypatch: pytest.MonkeyPatch) -> None:
    """An index that does not fit its table is found before it hurts."""
    with sound.database.owner_connection() as connection:
        rootpage = connection.execute(text("SELECT rootpage FROM sqlite_master WHERE name = 'ix_offer_code'")).scalar_one()
        size = connection.execute(text("PRAGMA page_size")).scalar_one()
    path = sound.database.path
    assert path is not None
    sound.database.close()
    with path.open("r+b") as raw:
        raw.seek((rootpage - 1) * size)
        raw.write(b"\xff" * 64)

    found = looked_at(sound, monkeypatch)

    assert any(one.level == "red" and "damaged" in say(one.what, "en") for one in found)


def test_a_service_that_nobody_can_do_is_told(street: Street, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before a resident asks for it."""
    street.responder("V1", skills=(Skill("plumbing", 1),))

    assert the_only_fault(looked_at(street, monkeypatch), "yellow") == "nobody here can do: drain"


def test_responders_who_cannot_be_rung_are_told(sound: Street, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the codes of a few, and the number of all."""
    for number in range(12):
        sound.responder(f"W{number:02}", phone="")

    said = the_only_fault(looked_at(sound, monkeypatch), "yellow")

    assert said == "responders without a phone: 12 (W00, W01, W02, W03, W04, W05, W06, W07, …)"


@pytest.mark.parametrize(("days", "is_told"), [(-1, True), (0, True), (30, True), (31, False)])
def test_papers_that_run_out_are_told(
    sound: Street, monkeypatch: pytest.MonkeyPatch, days: int, is_told: bool
) -> None:
    """A month before, and for as long as nobody renews them."""
    last = date(2026, 11, 23) + timedelta(days=days)
    sound.responder("V7", licences=(Licence("electrician", last),))
    sound.responder("V8", skills=(Skill("tv", 1, last),))

    found = looked_at(sound, monkeypatch)

    if is_told:
        said = the_only_fault(found, "yellow")
        assert said.startswith("responders with a skill or licence that runs out") and ": 2 (V7, V8)" in said
    else:
        assert {one.level for one in found} == {"green"}


def test_a_database_that_cannot_be_used_is_said_as_everywhere(tmp_path: Path) -> None:
    """Missing, newer, no database: the same sentence as when it is opened, and the rest is still looked at."""
    (tmp_path / "none.db").write_text("number,name\n" * 500)

    for name, said in (("missing.db", "there is no database at"), ("none.db", "is damaged, or is no database")):
        found = examine(Settings(), str(tmp_path / name), ACTOR)

        assert said in " ".join(say(one.what, "en") for one in found if one.level == "red")
        assert any(one.level == "green" for one in found)
        assert [one.level for one in found] == sorted((one.level for one in found), key=["red", "yellow", "green"].index)
    assert not (tmp_path / "missing.db").exists()


def test_an_empty_desk_is_told_to_load_a_community(database: Database, tmp_path: Path) -> None:
    """The first thing to do stands there."""
    path = str(database.path)
    database.close()

    found = examine(Settings(), path, ACTOR, machine=SOUND)

    (fault,) = [one for one in found if one.level != "green"]
    assert say(fault.what, "en") == "no community is loaded yet"


def test_the_settings_say_where_to_look(street: Street) -> None:
    """Without --database the file of the settings is examined."""
    street.responder("V1", skills=PLUMBER)

    found = examine(Settings(database=str(street.database.path)), None, ACTOR, machine=SOUND)

    assert "street: 1 people for 2 services" in [say(one.what, "en") for one in found]


@pytest.mark.parametrize("role", [Role.RESIDENT, Role.RESPONDER])
def test_it_is_nobodys_business_elsewhere(role: Role) -> None:
    """Codes of people are among what is found."""
    with pytest.raises(Refused, match="may not do this"):
        examine(Settings(), None, Actor(name="x", role=role), machine=SOUND)


def test_who_can_do_a_service_is_reckoned_on_the_day(street: Street) -> None:
    """Level, last day, licence, age and a free seat in principle."""
    day = date(2026, 11, 23)
    service = Service(
        id=ServiceId("s"), community="street", code="wire", name_zh="电", name_en="wire",
        skills={"wiring": 2}, licence="electrician", adults_only=True,
    )  # fmt: skip
    able = street.responder("V1", skills=(Skill("wiring", 2, day),), licences=(Licence("electrician", day),))

    assert can_do(able, service, day)
    assert not can_do(able, service, day + timedelta(days=1))
    assert not can_do(replace(able, skills=(Skill("wiring", 1),)), service, day)
    assert not can_do(replace(able, licences=()), service, day)
    assert not can_do(replace(able, is_adult=False), service, day)
    assert not can_do(replace(able, capacity=0), service, day)
    assert can_do(replace(able, is_adult=False), replace(service, adults_only=False), day)
