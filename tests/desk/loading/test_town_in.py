"""A community from its folder into the tables: once, again, and changed."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from dispatch.clock import StoppedClock
from dispatch.desk.intake import take_request
from dispatch.desk.loading.town_files import read_town
from dispatch.desk.loading.town_in import Loaded, load_folder, load_town
from dispatch.errors import Refused
from dispatch.i18n import say_error
from dispatch.model.actor import Actor, Role
from dispatch.model.community import PlaceKind
from dispatch.model.request import Order, Private
from dispatch.model.rules import Rules
from dispatch.model.service import EMERGENCY, emergency_service
from dispatch.store import community as communities
from dispatch.store import events, people, private, towns
from dispatch.store.engine import Database, Transaction
from dispatch.store.tables import metadata
from dispatch.store.upgrade import upgrade

FIXTURES = Path(__file__).parents[3] / "fixtures"
AT = datetime(2026, 11, 23, 1, tzinfo=UTC)
ADMIN = Actor(name="admin", role=Role.ADMIN)
TWO_HOUSES = {
    "community.csv": "code,name_zh,name_en\nlane,里弄,Lane\n",
    "places.csv": """code,kind,parent,name,latitude,longitude,floors,lift,steward
lane,community,,里弄,37.85,112.55,,,P1
G1,grid,lane,第一网格,,,,,
1,building,G1,1号楼,37.85,112.55,6,no,
1-1,unit,1,1单元,,,6,no,V1
2,building,G1,2号楼,37.851,112.55,18,yes,
""",
    "services.csv": """code,name_zh,name_en,skills,licence,urgency,pool,minutes,words
drain,通下水,drain,plumbing:2,,urgent,property,45,下水道;堵了
lamp,换灯泡,lamp,electrical:1,electrician,normal,neighbours,20,灯泡
""",
    "responders.csv": """code,kind,name,phone,place,floor,door,capacity,skills,licences,hours
P1,party_member,赵一,+9991380000001,1-1,3,301,2,plumbing:3@2050-12-31,,mon-fri 08:00-18:00
V1,volunteer,钱二,+9991380000002,2,,1201,1,electrical:2,electrician@2050-01-31,
""",
    "households.csv": """code,place,floor,door,residents,centre,bonds
1-1-301,1-1,3,301,2,yes,P1
1-1-302,1-1,3,302,3,no,P1;V1
""",
}


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a database with tables and nothing in them."""
    path = tmp_path_factory.mktemp("empty") / "empty.db"
    database = Database(path)
    upgrade(database)
    database.close()
    return path


@pytest.fixture
def database(empty: Path, tmp_path: Path) -> Iterator[Database]:
    """A database of its own for each test, at a moment that stands still."""
    path = tmp_path / "town.db"
    shutil.copy(empty, path)
    opened = Database(path, clock=StoppedClock(AT))
    yield opened
    opened.close()


def load(database: Database, texts: Mapping[str, str], **said: Any) -> Loaded:
    """Load a town from its texts."""
    town = read_town(texts, "lane")
    return database.write(lambda tx: load_town(tx, ADMIN, Rules(), town, **said))


def everything(database: Database) -> dict[str, list[tuple[Any, ...]]]:
    """Return every row of every table."""
    return database.read(
        lambda tx: {
            table.name: sorted((tuple(row) for row in tx.connection.execute(table.select())), key=repr)
            for table in metadata.sorted_tables
        }
    )


def edited(file: str, change: Callable[[str], str]) -> dict[str, str]:
    """Return the two-house town with one file changed."""
    changed = change(TWO_HOUSES[file])
    assert changed != TWO_HOUSES[file]
    return {**TWO_HOUSES, file: changed}


def test_a_town_is_in_the_tables_as_its_files_say(database: Database) -> None:
    """What was read from the files is read back from the tables, private things from one table alone."""
    load(database, TWO_HOUSES)
    places = database.read(lambda tx: communities.places_of(tx.connection, "lane"))
    first, second = database.read(lambda tx: people.responders_of(tx.connection, "lane"))
    kept = database.read(lambda tx: private.look_up(tx.connection, [first.person_id]))[first.person_id]
    services = database.read(lambda tx: communities.services_of(tx.connection, "lane", active_only=True))
    unit = places.with_code("1-1")
    assert unit is not None
    homes = database.read(lambda tx: communities.households_at(tx.connection, [unit.id]))
    elsewhere = {name: rows for name, rows in everything(database).items() if name != "person_private"}

    assert [place.kind for place in places.up_from(unit.id)] == [
        PlaceKind.UNIT,
        PlaceKind.BUILDING,
        PlaceKind.GRID,
        PlaceKind.COMMUNITY,
    ]
    assert (first.code, first.capacity, first.place_id, first.skills[0].level) == ("P1", 2, unit.id, 3)
    assert set(first.bonds) == {one.id for one in homes}
    assert second.licences[0].name == "electrician"
    assert (kept.name, kept.phone, kept.exact_address, kept.floor) == (
        "赵一",
        "+9991380000001",
        "1号楼1单元301",
        3,
    )
    assert [(one.code, one.skills, one.words) for one in services] == [
        ("drain", {"plumbing": 2}, ("下水道", "堵了")),
        ("lamp", {"electrical": 1}, ("灯泡",)),
    ]
    assert [(one.code, one.residents, one.is_centre, one.bonds) for one in homes] == [
        ("1-1-301", 2, True, ("P1",)),
        ("1-1-302", 3, False, ("P1", "V1")),
    ]
    assert not any(secret in repr(elsewhere) for secret in ("赵一", "+999", "1号楼1单元301"))


def test_the_counts_tell_what_is_there_and_what_was_done(database: Database) -> None:
    """The counts hold the keys that the command prints."""
    counts = load(database, TWO_HOUSES).to_json()

    assert counts == {
        **{"community": "lane", "places": 5, "grids": 1, "micro_grids": 0, "centre_households": 1},
        **{"households": 2, "residents": 5, "responders": 2, "party_members": 1, "services": 2, "bonds": 3},
        **{"added": 12, "changed": 0, "unchanged": 0, "retired": 0, "kept": 0, "desk_kept": [], "left": []},
    }


@pytest.mark.parametrize("town", ["jinsong", "boston"])
def test_loading_the_same_folder_again_changes_nothing(database: Database, town: str) -> None:
    """Not a row, not a version, not an event differs after the second time."""
    first = database.write(lambda tx: load_folder(tx, ADMIN, Rules(), FIXTURES / town))
    before = everything(database)
    second = database.write(lambda tx: load_folder(tx, ADMIN, Rules(), FIXTURES / town))

    assert everything(database) == before
    assert (second.added, second.changed, second.retired, second.kept) == (0, 0, 0, 0)
    assert second.unchanged == first.added


def test_jinsong_is_loaded_with_the_numbers_of_the_article(database: Database) -> None:
    """Grids, micro-grids, centre households, residents and party members are counted as it counts them."""
    done = database.write(lambda tx: load_folder(tx, ADMIN, Rules(), FIXTURES / "jinsong"))

    assert (done.grids, done.micro_grids, done.centre_households) == (8, 24, 72)
    assert (done.residents, done.party_members, done.services) == (7_964, 829, 12)


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("places.csv", "第一网格", "第二网格"),
        ("places.csv", "37.851", "37.852"),
        ("places.csv", ",V1\n", ",\n"),
        ("services.csv", "urgent", "low"),
        ("services.csv", "堵了", "不通"),
        ("responders.csv", "钱二", "钱三"),
        ("responders.csv", "0002", "0003"),
        ("responders.csv", "1201", "1202"),
        ("responders.csv", "301,2,", "301,4,"),
        ("responders.csv", "plumbing:3", "plumbing:4"),
        ("responders.csv", "08:00", "09:00"),
        ("households.csv", "302,3,", "302,4,"),
        ("households.csv", "P1;V1", "V1"),
        ("households.csv", "1-1,3,302", "1-1,4,302"),
        ("community.csv", "name_en\nlane,里弄,Lane", "name_en,zone\nlane,里弄,Lane,Asia/Urumqi"),
    ],
)
def test_one_changed_cell_changes_one_row(database: Database, file: str, old: str, new: str) -> None:
    """A changed folder is loaded over the old one, and the tables then hold what a fresh load would."""
    load(database, TWO_HOUSES)
    changed = edited(file, lambda text: text.replace(old, new, 1))
    done = load(database, changed)
    again = load(database, changed)
    happened = database.read(lambda tx: list(events.read(tx.connection, "lane")))

    assert (done.added, done.changed, done.retired, done.unchanged) == (0, 1, 0, 11)
    assert (again.changed, again.unchanged) == (0, 12)
    assert [one.params["changed"] for one in happened] == [0, 1]
    assert _as_files(database) == _as_files_of(read_town(changed, "lane"))


def test_every_community_can_keep_an_emergency_and_none_can_choose_it(database: Database) -> None:
    """Loading makes its service without counting it, loading again changes nothing, and it is never on offer."""
    done = load(database, TWO_HOUSES)
    before = everything(database)
    again = load(database, TWO_HOUSES)
    kept = database.read(lambda tx: communities.services_of(tx.connection, "lane"))
    offered = database.read(lambda tx: communities.services_of(tx.connection, "lane", active_only=True))

    assert (done.services, again.added, again.changed, again.retired) == (2, 0, 0, 0)
    assert everything(database) == before
    assert {one.code for one in kept} - {one.code for one in offered} == {EMERGENCY}


def test_no_file_may_call_a_service_like_that_of_emergencies(database: Database) -> None:
    """It is refused with file and line, so that a community's own need is not taken for an emergency."""
    with pytest.raises(Refused) as refused:
        load(database, edited("services.csv", lambda text: text.replace("drain,", "emergency,", 1)))

    assert "code: emergency is the code of emergencies in every community" in " ".join(
        filter(None, say_error(refused.value, "en"))
    )


def test_a_service_of_that_code_from_before_becomes_that_of_emergencies(database: Database) -> None:
    """Once the files call it otherwise, the code is what it is in every community, and no longer on offer."""
    load(database, TWO_HOUSES)

    def from_before(tx: Transaction) -> None:
        ours = towns.emergency_service_of(tx.connection, "lane")
        towns.write_services(tx.connection, [], [replace(ours, name_zh="急事", words=("急",), confidential=False)], [])

    database.write(from_before)
    load(database, TWO_HOUSES)
    ours = database.write(lambda tx: towns.emergency_service_of(tx.connection, "lane"))
    offered = database.read(lambda tx: communities.services_of(tx.connection, "lane", active_only=True))

    assert ours == emergency_service(ours.id, "lane")
    assert EMERGENCY not in {one.code for one in offered}


def test_a_responder_who_left_the_files_is_asked_no_longer(database: Database) -> None:
    """Nothing is deleted of them; back in the files they may be asked again."""
    load(database, TWO_HOUSES)
    gone = edited("responders.csv", lambda text: text[: text.index("V1")])
    gone["places.csv"] = gone["places.csv"].replace(",V1\n", ",\n")
    gone["households.csv"] = gone["households.csv"].replace(";V1", "")
    left = load(database, gone)
    after = database.read(lambda tx: people.with_code(tx.connection, "lane", "V1"))
    load(database, TWO_HOUSES)
    back = database.read(lambda tx: people.with_code(tx.connection, "lane", "V1"))

    assert left.retired == 1
    assert (after.is_active, after.version) == (False, 2)
    assert (back.is_active, back.version) == (True, 3)


def test_a_responder_added_at_the_desk_stays(database: Database) -> None:
    """Files that never knew of somebody do not send them away."""
    load(database, TWO_HOUSES)
    fewer = {**TWO_HOUSES, "households.csv": TWO_HOUSES["households.csv"].replace("P1;V1", "P1")}
    known = database.read(lambda tx: people.with_code(tx.connection, "lane", "P1"))

    def add(tx: Any) -> None:
        person = private.keep(
            tx.connection, private.look_up(tx.connection, [known.person_id])[known.person_id]
        )
        people.insert(tx.connection, [replace(known, id="x" * 36, code="V9", person_id=person, bonds=())])  # type: ignore[arg-type]

    database.write(add)
    done = load(database, fewer)
    still = database.read(lambda tx: people.with_code(tx.connection, "lane", "V9"))

    assert done.retired == 0
    assert still.is_active


def test_a_pause_outlives_another_load(database: Database) -> None:
    """What the files say nothing about is left alone."""
    load(database, TWO_HOUSES)
    was = database.read(lambda tx: people.with_code(tx.connection, "lane", "P1"))
    database.write(lambda tx: people.change(tx.connection, was, replace(was, paused_until=AT)))
    load(database, edited("responders.csv", lambda text: text.replace("plumbing:3", "plumbing:5")))
    now = database.read(lambda tx: people.with_code(tx.connection, "lane", "P1"))

    assert (now.paused_until, now.skills[0].level) == (AT, 5)


def test_a_place_that_vanished_goes_only_where_nobody_is(database: Database) -> None:
    """An empty building is removed; one with a responder or a household stays and is counted as kept."""
    with_third = edited("places.csv", lambda text: text + "3,building,G1,3号楼,,,,,\n3-1,unit,3,1单元,,,,,\n")
    load(database, with_third)
    empty_gone = load(database, TWO_HOUSES)
    moved = edited("places.csv", lambda text: text.replace("2,building,G1,2号楼,37.851,112.55,18,yes,\n", ""))
    moved["responders.csv"] = moved["responders.csv"].replace("0002,2,", "0002,1,")
    left = load(database, moved)
    without_unit = {name: text.replace("1-1,unit,1,1单元,,,6,no,V1\n", "") for name, text in moved.items()}
    without_unit["responders.csv"] = without_unit["responders.csv"].replace(",1-1,", ",1,")
    without_unit["households.csv"] = "code,place,door,residents\n"
    emptied = load(database, without_unit)

    assert (empty_gone.retired, empty_gone.kept) == (2, 0)
    assert (left.retired, left.kept) == (1, 0)
    assert (emptied.retired, emptied.kept) == (3, 0)


def test_a_place_where_somebody_starts_from_is_kept(database: Database) -> None:
    """A responder who left the files still stands where they stood."""
    load(database, TWO_HOUSES)
    fewer = {
        **TWO_HOUSES,
        "places.csv": TWO_HOUSES["places.csv"]
        .replace("2,building,G1,2号楼,37.851,112.55,18,yes,\n", "")
        .replace(",V1\n", ",\n"),
        "responders.csv": TWO_HOUSES["responders.csv"].partition("V1")[0],
        "households.csv": TWO_HOUSES["households.csv"].replace(";V1", ""),
    }
    done = load(database, fewer)
    again = load(database, fewer)

    assert (done.retired, done.kept) == (1, 1)
    assert (again.changed, again.retired, again.kept) == (0, 0, 1)


def test_a_building_stays_around_a_unit_that_stays(database: Database) -> None:
    """Whatever lies around somebody's place is as needed as the place itself."""
    load(database, edited("responders.csv", lambda text: text.replace("0002,2,", "0002,1-1,")))
    left = {name: text for name, text in TWO_HOUSES.items() if name != "households.csv"}
    left["places.csv"] = "".join(
        row for row in left["places.csv"].splitlines(True) if not row.startswith(("1,", "1-1,", "G1,", "2,"))
    ).replace(",P1\n", ",\n")
    left["responders.csv"] = left["responders.csv"].partition("P1")[0]
    done = load(database, left)
    places = database.read(lambda tx: communities.places_of(tx.connection, "lane"))

    assert {place.code for place in places} == {"lane", "G1", "1", "1-1"}
    assert (done.retired, done.kept) == (2 + 2 + 1, 3)


def test_a_household_with_a_request_stays(database: Database) -> None:
    """A door that somebody called from remains for the history, without bonds; the others go."""
    load(database, TWO_HOUSES)
    order = Order(service="drain", place="1-1", household="1-1-302", person=Private(name="王阿姨"))
    database.write(lambda tx: take_request(tx, ADMIN, Rules(), order))
    emptied = {**TWO_HOUSES, "households.csv": "code,place,door,residents\n"}
    done = load(database, emptied)
    again = load(database, emptied)
    tables = everything(database)

    assert (done.retired, done.kept) == (1, 1)
    assert (again.retired, again.kept) == (0, 1)
    assert len(tables["household"]) == 1
    assert tables["bond"] == []
    assert "1号楼1单元302" in repr(tables["person_private"])
    assert len(tables["person_private"]) == 2 + 1 + 1


def test_words_typed_about_a_responder_outlive_another_load(database: Database) -> None:
    """Notes are the desk's: a changed phone in the files leaves them alone."""
    load(database, TWO_HOUSES)
    known = database.read(lambda tx: people.with_code(tx.connection, "lane", "P1"))

    def door() -> Private:
        return database.read(lambda tx: private.look_up(tx.connection, [known.person_id]))[known.person_id]

    noted = replace(door(), notes="耳背，打座机")
    database.write(lambda tx: private.change(tx.connection, known.person_id, noted))
    unchanged = load(database, TWO_HOUSES)
    load(database, edited("responders.csv", lambda text: text.replace("0001", "0009")))

    assert unchanged.changed == 0
    assert (door().notes, door().phone) == ("耳背，打座机", "+9991380000009")


def test_a_service_that_vanished_is_offered_no_longer(database: Database) -> None:
    """It stays in the tables for the requests that were about it."""
    load(database, TWO_HOUSES)
    fewer = edited("services.csv", lambda text: text[: text.index("lamp")])
    done = load(database, fewer)
    again = load(database, fewer)
    active = database.read(lambda tx: communities.services_of(tx.connection, "lane", active_only=True))
    back = load(database, TWO_HOUSES)

    assert (done.retired, again.retired, back.changed) == (1, 0, 1)
    assert [one.code for one in active] == ["drain"]


def test_a_folder_with_a_fault_changes_nothing(database: Database, tmp_path: Path) -> None:
    """A fault in the last row of the last file leaves the tables as they were."""
    load(database, TWO_HOUSES)
    before = everything(database)
    for name, text in TWO_HOUSES.items():
        (tmp_path / name).write_text(text.replace("赵一", "孙三").replace("P1;V1", "P1;V7"), encoding="utf-8")
    with pytest.raises(Refused):
        database.write(lambda tx: load_folder(tx, ADMIN, Rules(), tmp_path))

    assert everything(database) == before


def test_a_community_is_not_renamed_by_accident(database: Database) -> None:
    """Other names for the same code are refused unless the renaming is said."""
    load(database, TWO_HOUSES)
    renamed = edited("community.csv", lambda text: text.replace("里弄,", "新里弄,"))
    with pytest.raises(
        Refused, match="community lane is called 里弄 / Lane, the files call it 新里弄 / Lane"
    ):
        load(database, renamed)
    done = load(database, renamed, rename=True)

    assert done.changed == 1
    assert database.read(lambda tx: communities.community_of(tx.connection, "lane")).name_zh == "新里弄"


def test_a_second_community_is_refused(database: Database) -> None:
    """A desk works for one community; another's folder by accident changes nothing."""
    load(database, TWO_HOUSES)
    before = everything(database)
    with pytest.raises(Refused) as caught:
        load(database, edited("community.csv", lambda text: text.replace("\nlane", "\nmews")))

    assert say_error(caught.value, "en") == (
        "this database holds lane, the files are those of mews",
        "load them into a database of their own: --database PATH",
    )
    assert everything(database) == before


def test_only_those_who_may_load(database: Database) -> None:
    """A grid worker of one grid may not replace the community's files, and learns nothing of the folder."""
    worker = Actor(name="小李", grid="G1")
    with pytest.raises(Refused, match="may not do this"):
        database.write(lambda tx: load_folder(tx, worker, Rules(), Path("nowhere")))

    assert not any(everything(database)[name] for name in ("community", "person_private", "event"))


def test_the_log_tells_codes_and_numbers_alone(database: Database) -> None:
    """The event of a load names nobody."""
    load(database, TWO_HOUSES)
    load(database, edited("responders.csv", lambda text: text.replace("钱二", "钱三")))
    first, second = database.read(lambda tx: list(events.read(tx.connection, "lane")))
    whole = database.read(lambda tx: events.verify_chain(tx.connection, "lane"))

    assert (first.kind, first.actor, first.params["added"]) == ("loaded", "admin", 12)
    assert second.params == {
        **{"added": 0, "changed": 1, "retired": 0},
        **{"responders_changed": ["V1"], "responders_retired": []},
    }
    assert whole == (2, [])


def _as_files(database: Database) -> dict[str, Any]:
    """Read the tables back with codes where ids stand."""

    def read(tx: Any) -> dict[str, Any]:
        connection = tx.connection
        places = communities.places_of(connection, "lane")
        responders = people.responders_of(connection, "lane")
        homes = communities.households_at(connection, [place.id for place in places])
        someone = [one.person_id for one in responders] + [one.person_id for one in homes]
        doors = private.look_up(connection, someone)
        return {
            "community": communities.community_of(connection, "lane"),
            "places": {
                (one.code, one.kind, one.name, one.position, one.floors, one.has_lift, one.steward)
                for one in places
            },
            "services": {
                one.code: (one.urgency, one.words) for one in communities.services_of(connection, "lane", active_only=True)
            },
            "responders": {
                one.code: (
                    places[one.place_id].code,
                    one.skills,
                    one.licences,
                    one.hours,
                    one.capacity,
                    doors[one.person_id],
                )
                for one in responders
            },
            "households": {
                one.code: (places[one.place_id].code, one.residents, one.bonds, doors[one.person_id])
                for one in homes
            },
        }

    return database.read(read)


def _as_files_of(town: Any) -> dict[str, Any]:
    """Give what ``_as_files`` must read after the town was loaded."""
    return {
        "community": town.community,
        "places": {
            (one.code, one.kind, one.name, one.position, one.floors, one.has_lift, one.steward)
            for one in town.places
        },
        "services": {one.code: (one.urgency, one.words) for one in town.services},
        "responders": {
            one.code: (one.place_id, one.skills, one.licences, one.hours, one.capacity, town.doors[one.code])
            for one in town.responders
        },
        "households": {
            one.code: (one.place_id, one.residents, one.bonds, town.household_doors[one.code])
            for one in town.households
        },
    }
