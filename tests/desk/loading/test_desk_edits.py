"""What the desk corrected of people, when their community's folder is loaded again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from dispatch.clock import StoppedClock
from dispatch.desk.loading.desk_edits import FIELD_SENTENCES
from dispatch.desk.loading.town_files import read_town
from dispatch.desk.loading.town_in import Loaded, load_town
from dispatch.desk.replies import reply_from_phone
from dispatch.desk.roster import Change, add_responder, edit_responder, pause_responder, show_responder
from dispatch.desk.undoing import undo
from dispatch.desk.verifying import verify
from dispatch.i18n import say
from dispatch.model.quiet import Quiet
from dispatch.model.request import Private
from dispatch.model.responder import WITHOUT_PHONE_UNTIL, Hours, Licence, Responder, ResponderKind, Skill
from dispatch.model.rules import Rules
from dispatch.store import events, people
from dispatch.store.engine import Database
from dispatch.store.upgrade import upgrade
from tests.desk.loading.test_town_in import ADMIN, AT, TWO_HOUSES, edited, everything

FILE = "responders.csv"
MINE = "+9991380000077"


class Lane:
    """The two-house town, and what the desk does in it."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def load(self, *changes: tuple[str, str], file_wins: bool = False) -> Loaded:
        """Load the town, with some words of the responders' file changed."""
        texts = TWO_HOUSES
        for old, new in changes:
            text = texts[FILE].replace(old, new, 1)
            assert text != texts[FILE]
            texts = {**texts, FILE: text}
        return self.load_texts(texts, file_wins=file_wins)

    def load_texts(self, texts: dict[str, str], *, file_wins: bool = False) -> Loaded:
        """Load a town from its texts."""
        town = read_town(texts, "lane")
        return self.database.write(lambda tx: load_town(tx, ADMIN, Rules(), town, file_wins=file_wins))

    def do(self, function: Callable[..., Any], *args: Any) -> Any:
        """Call a function of the desk."""
        return self.database.write(lambda tx: function(tx, ADMIN, Rules(), *args))

    def edit(self, code: str, **said: Any) -> None:
        """Correct somebody at the desk."""
        self.do(edit_responder, code, Change(**said))

    def person(self, code: str) -> tuple[Responder, Private]:
        """How somebody stands."""
        found = self.database.read(lambda tx: show_responder(tx, ADMIN, code))
        return found[0], found[1]

    def phone(self, code: str) -> str:
        """What phone somebody has."""
        return self.person(code)[1].phone


@pytest.fixture
def lane(tmp_path: Path) -> Iterator[Lane]:
    """The two-house town, loaded once."""
    database = Database(tmp_path / "town.db", clock=StoppedClock(AT))
    upgrade(database)
    lane = Lane(database)
    lane.load()
    yield lane
    database.close()


def told(done: Loaded) -> list[tuple[str, str, bool]]:
    """What a load says of the desk's values."""
    return [(one.code, one.field, one.file_changed) for one in done.desk_kept]


CORRECTIONS: dict[str, dict[str, Any]] = {
    "phone": {"phone": MINE},
    "name": {"name": "赵一一"},
    "place": {"place": "2", "exact_address": "2号楼501", "floor": 5},
    "kind": {"kind": ResponderKind.VOLUNTEER},
    "reach_metres": {"reach_metres": 300},
    "capacity": {"capacity": 4},
    "is_adult": {"is_adult": False},
    "is_paid": {"is_paid": True},
    "was_helped": {"was_helped": True},
    "skills": {"skills": (Skill("electrical", 1),)},
    "licences": {"licences": (Licence("electrician"),)},
    "hours": {"hours": (Hours(5, 600, 720),)},
    "monthly_cap": {"monthly_cap": 2},
    "no_stairs": {"no_stairs": True},
    "quiet": {"quiet": (Quiet(1200, 480),)},
    "channel": {"channel": "console"},
    "language": {"language": "en"},
}


@pytest.mark.parametrize("field", CORRECTIONS)
def test_a_correction_at_the_desk_outlives_the_unchanged_folder(lane: Lane, field: str) -> None:
    """Not a row changes in any table, however often it is loaded, and the load says which value it left."""
    lane.edit("P1", **CORRECTIONS[field])
    before = everything(lane.database)
    done = lane.load()
    again = lane.load()

    assert everything(lane.database) == before
    assert done.is_nothing
    assert told(done) == told(again) == [("P1", field, False)]


def test_every_field_of_the_files_has_its_words() -> None:
    """Nobody reads the name of a column of a table."""
    assert set(FIELD_SENTENCES) == set(CORRECTIONS)
    assert not [name for name, words in FIELD_SENTENCES.items() if "_" in say(words, "en")]


def test_the_rest_of_a_corrected_person_follows_the_files(lane: Lane) -> None:
    """One field is the desk's; what the file says anew of the others is taken."""
    lane.edit("P1", phone=MINE)
    done = lane.load(("plumbing:3", "plumbing:5"), ("赵一", "赵二"))
    one, kept = lane.person("P1")

    assert (one.skills[0].level, kept.name, kept.phone) == (5, "赵二", MINE)
    assert (done.changed, told(done)) == (1, [("P1", "phone", False)])
    assert told(lane.load(("plumbing:3", "plumbing:5"), ("赵一", "赵二"))) == [("P1", "phone", False)]


def test_where_both_changed_the_desk_stays_and_it_is_said(lane: Lane) -> None:
    """Nobody can know which was newer; once said, the same folder again changes nothing."""
    lane.edit("P1", phone=MINE)
    done = lane.load(("0001", "0009"))
    before = everything(lane.database)
    again = lane.load(("0001", "0009"))

    assert lane.phone("P1") == MINE
    assert told(done) == [("P1", "phone", True)]
    assert told(again) == [("P1", "phone", False)]
    assert everything(lane.database) == before
    assert say(done.desk_kept[0].sentence(), "zh") == "P1 电话"


def test_a_third_value_of_the_files_is_told_again(lane: Lane) -> None:
    """What the files said is remembered from load to load beside the desk's value."""
    lane.edit("P1", phone=MINE)
    lane.load(("0001", "0009"), ("plumbing:3", "plumbing:4"))
    lane.load(("0001", "0009"), ("plumbing:3", "plumbing:5"))

    assert told(lane.load(("0001", "0009"), ("plumbing:3", "plumbing:5"))) == [("P1", "phone", False)]
    assert told(lane.load(("0001", "0008"), ("plumbing:3", "plumbing:5"))) == [("P1", "phone", True)]
    assert lane.phone("P1") == MINE


def test_the_files_win_when_it_is_said(lane: Lane) -> None:
    """Their values are taken everywhere, and from then on the files lead again."""
    lane.edit("P1", phone=MINE, hours=())
    lane.load(("0001", "0009"))
    done = lane.load(("0001", "0009"), file_wins=True)

    assert (lane.phone("P1"), len(lane.person("P1")[0].hours)) == ("+9991380000009", 5)
    assert (done.changed, told(done)) == (1, [])
    lane.load(("0001", "0008"))
    assert lane.phone("P1") == "+9991380000008"


def test_files_that_come_round_to_the_desk_lead_again(lane: Lane) -> None:
    """Once both say the same there is nothing to keep: the next change of the file is taken."""
    lane.edit("P1", phone=MINE)
    agreed = lane.load(("+9991380000001", MINE))
    before = everything(lane.database)

    assert told(agreed) == told(lane.load(("+9991380000001", MINE))) == []
    assert everything(lane.database) == before
    lane.load(("0001", "0009"))
    assert lane.phone("P1") == "+9991380000009"


def test_a_correction_that_was_undone_is_none(lane: Lane) -> None:
    """The files lead as if nobody had touched it."""
    lane.edit("P1", phone=MINE)
    lane.do(undo)
    done = lane.load(("0001", "0009"))

    assert (lane.phone("P1"), told(done)) == ("+9991380000009", [])


def test_an_undone_correction_after_a_kept_one_leaves_the_kept_one(lane: Lane) -> None:
    """Two corrections, the second taken back: the first is still the desk's."""
    lane.edit("P1", phone=MINE)
    lane.edit("P1", phone="+9991380000078")
    lane.do(undo)

    assert told(lane.load()) == [("P1", "phone", False)]
    assert lane.phone("P1") == MINE


def test_an_address_is_kept_whole(lane: Lane) -> None:
    """Place, door and floor go together: half of each side would be nobody's address."""
    lane.edit("P1", place="2", exact_address="2号楼501", floor=5)
    done = lane.load(("1-1,3,301", "1-1,4,401"))
    one, kept = lane.person("P1")

    assert told(done) == [("P1", "place", True)]
    assert (kept.exact_address, kept.floor) == ("2号楼501", 5)
    assert lane.database.read(lambda tx: people.with_code(tx.connection, "lane", "P1")).place_id == one.place_id


def test_whom_the_desk_let_go_stays_away_though_the_files_name_them(lane: Lane) -> None:
    """Neither the same folder nor a changed one, nor the files' victory, asks them again; it is told."""
    lane.edit("V1", is_active=False)
    for done in (lane.load(), lane.load(("electrical:2", "electrical:3")), lane.load(file_wins=True)):
        assert not lane.person("V1")[0].is_active
        assert done.left == ("V1",)


def test_who_asked_not_to_be_asked_stays_away(lane: Lane) -> None:
    """Their own word counts for as much as the desk's."""
    lane.do(reply_from_phone, "+9991380000002", "退订")
    done = lane.load(("electrical:2", "electrical:3"), file_wins=True)

    assert not lane.person("V1")[0].is_active
    assert done.left == ("V1",)


def test_whom_only_the_files_let_go_comes_back_with_them(lane: Lane) -> None:
    """Unless the desk or they themselves said so in the meantime."""
    gone = edited(FILE, lambda text: text[: text.index("V1")])
    gone["places.csv"] = gone["places.csv"].replace(",V1\n", ",\n")
    gone["households.csv"] = gone["households.csv"].replace(";V1", "")
    lane.load_texts(gone)
    lane.edit("V1", notes="耳背")
    assert lane.load().left == ()
    assert lane.person("V1")[0].is_active

    lane.load_texts(gone)
    lane.edit("V1", is_active=True)
    lane.edit("V1", is_active=False)
    assert lane.load().left == ("V1",)


def test_whom_the_desk_added_before_the_files_named_them_is_the_desks(lane: Lane) -> None:
    """The files say it for the first time: which is newer nobody knows, so nothing is overwritten."""
    new = Change(kind=ResponderKind.VOLUNTEER, place="2", name="孙三", phone=MINE)
    lane.do(add_responder, "V9", new)
    row = "V9,volunteer,孙三,+9991380000088,2,,,1,,,\n"
    texts = {**TWO_HOUSES, FILE: TWO_HOUSES[FILE] + row}
    done = lane.load_texts(texts)

    assert ("V9", "phone", True) in told(done)
    assert lane.phone("V9") == MINE
    lane.load_texts(texts, file_wins=True)
    assert lane.phone("V9") == "+9991380000088"


@pytest.mark.parametrize(("changes", "rests"), [((), True), ((("0001", "0009"),), False)])
def test_a_wrong_number_rests_until_the_files_have_another(
    lane: Lane, changes: tuple[tuple[str, str], ...], rests: bool
) -> None:
    """The same number again does not lift it; another one does, as it would at the desk."""
    lane.database.write(
        lambda tx: people.change_pause(
            tx.connection, people.with_code(tx.connection, "lane", "P1").id, WITHOUT_PHONE_UNTIL
        )
    )
    lane.load(*changes)

    assert (lane.person("P1")[0].paused_until == WITHOUT_PHONE_UNTIL) is rests


def test_a_pause_is_the_desks_whoever_wins(lane: Lane) -> None:
    """The files say nothing of it."""
    until = AT.replace(year=2027)
    lane.do(pause_responder, "P1", until)
    done = lane.load(("plumbing:3", "plumbing:5"), file_wins=True)

    assert lane.person("P1")[0].paused_until == until
    assert told(done) == []


def test_what_is_kept_tells_the_log_nothing_private(lane: Lane) -> None:
    """The log names codes and fields alone, its chain holds, and every promise does."""
    lane.edit("P1", phone=MINE, name="赵一一")
    lane.load(("0001", "0009"))
    log = lane.database.read(lambda tx: list(events.read(tx.connection, "lane")))
    (noted,) = [one for one in log if one.kind == "desk-kept"]

    assert noted.params["fields"] == ["name", "phone"]
    assert not [word for word in ("赵一", "80000009", "80000077") if word in str([one.params for one in log])]
    assert lane.database.read(lambda tx: verify(tx, ADMIN, Rules())) == []
