"""The pieces put together from the settings."""

import getpass
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from dispatch.errors import Misconfigured, Refused
from dispatch.model.actor import Actor, Role
from dispatch.model.message import Outcome
from dispatch.model.rules import Rules
from dispatch.settings import NamedActor, PluginChoice, Settings, default_database
from dispatch.store.engine import Database, mark
from dispatch.store.upgrade import upgrade
from dispatch.testing import a_message
from dispatch.wiring import NOBODY, Wired, database_of, login_name, open_desk

AT = datetime(2026, 11, 23, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make one database with tables, to be copied."""
    path = tmp_path_factory.mktemp("made") / "made.db"
    database = Database(path)
    upgrade(database)
    database.close()
    return path


@pytest.fixture
def real(tmp_path: Path, made: Path) -> str:
    """Return the path of a real database."""
    return str(shutil.copy(made, tmp_path / "real.db"))


@pytest.fixture
def rehearsal(tmp_path: Path, made: Path) -> str:
    """Return the path of a rehearsal."""
    path = shutil.copy(made, tmp_path / "rehearsal.db")
    database = Database(path)
    database.write(lambda tx: mark(tx.connection, "rehearsal", "yes"))
    database.close()
    return str(path)


@pytest.fixture
def desks() -> Iterator[list[Wired]]:
    """Give a list of desks to be closed."""
    opened: list[Wired] = []
    yield opened
    for desk in opened:
        desk.database.close()


def test_a_desk_has_its_database_its_rules_and_its_actor(real: str, desks: list[Wired]) -> None:
    """Everything a command needs is there, as the settings say."""
    settings = Settings(rules=Rules(reach_metres=7), actors={"li": NamedActor(role=Role.ADMIN)})

    desk = open_desk(settings, database=real, actor_name=" li ")
    desks.append(desk)

    assert desk.database.shown == real
    assert desk.rules.reach_metres == 7
    assert desk.actor == Actor(name="li", role=Role.ADMIN)
    assert not desk.is_rehearsal


def test_the_database_named_comes_before_the_settings_and_they_before_the_users_own() -> None:
    """Nothing is opened by naming it."""
    settings = Settings(database="from-settings.db")

    assert database_of(settings, "named.db").shown.endswith("named.db")
    assert database_of(settings).shown.endswith("from-settings.db")
    assert database_of(Settings()).shown == str(default_database())


def test_a_database_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    """A mistyped path gets a sentence, and no file."""
    with pytest.raises(Misconfigured, match="there is no database at"):
        open_desk(Settings(), database=str(tmp_path / "no.db"))

    assert list(tmp_path.iterdir()) == []


def test_a_rehearsal_acts_as_at_the_moment_given(rehearsal: str, desks: list[Wired]) -> None:
    """Every transaction of that desk happens then."""
    desk = open_desk(Settings(), database=rehearsal, at=AT)
    desks.append(desk)

    assert desk.database.read(lambda tx: tx.now) == AT
    assert desk.database.write(lambda tx: tx.now) == AT


def test_a_real_database_acts_at_no_moment_but_now(real: str) -> None:
    """Nobody rewrites a real day."""
    with pytest.raises(Refused, match="is a real database, which acts at no moment but the present one"):
        open_desk(Settings(), database=real, at=AT)


def test_without_a_moment_a_rehearsal_runs_by_the_clock(rehearsal: str, desks: list[Wired]) -> None:
    """A rehearsal need not stand still."""
    before = datetime.now(UTC)
    desk = open_desk(Settings(), database=rehearsal)
    desks.append(desk)

    assert before <= desk.database.read(lambda tx: tx.now) <= datetime.now(UTC)


def test_on_a_rehearsal_no_channel_reaches_people(
    rehearsal: str, real: str, tmp_path: Path, desks: list[Wired]
) -> None:
    """The same settings open the folder on a real day and its twin on a rehearsal."""
    folder = tmp_path / "out"
    folder.mkdir()
    settings = Settings(channels={"json-folder": {"folder": str(folder)}})
    desks += [open_desk(settings, database=path) for path in (rehearsal, real)]
    rehearsed, meant = (desk.channels["json-folder"] for desk in desks)

    first = rehearsed.send(a_message(to=""))
    before = list(folder.iterdir())
    second = meant.send(a_message(to=""))

    assert (first.outcome, before) == (Outcome.SENT, [])
    assert (second.outcome, len(list(folder.iterdir()))) == (Outcome.SENT, 1)
    assert sorted(desks[0].channels) == ["console", "json-folder", "phone-list"]


def test_the_rules_must_name_channels_that_there_are(real: str, desks: list[Wired]) -> None:
    """Found out when channels are opened, not when somebody waits for a message."""
    desks.append(open_desk(Settings(rules=Rules(resident_channels=("sms",))), database=real))

    with pytest.raises(Misconfigured, match="nothing offers a channel called sms"):
        _ = desks[0].channels


def test_a_broken_plugin_keeps_nobody_from_opening_the_desk(
    real: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, desks: list[Wired]
) -> None:
    """It is named, and the desk goes on without it; the settings can leave it out."""
    (tmp_path / "broken_plugin.py").write_text("raise RuntimeError('broken')", encoding="utf-8")
    about = tmp_path / "broken-1.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: broken\nVersion: 1\n", encoding="utf-8")
    (about / "entry_points.txt").write_text("[sandan]\nbroken = broken_plugin\n", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)

    desks.append(open_desk(Settings(), database=real))
    desks.append(open_desk(Settings(plugins=PluginChoice(off=("broken",))), database=real))

    assert [sorted(desk.channels) for desk in desks] == [["console", "phone-list"]] * 2
    assert [str(told) for told in desks[0].plugins.faults] == [
        "plugin broken (broken 1) broke: it cannot be loaded: RuntimeError: broken"
    ]
    assert desks[1].plugins.faults == ()


def test_without_a_name_the_login_name_acts(
    real: str, desks: list[Wired], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every change records somebody."""
    monkeypatch.setattr(getpass, "getuser", lambda: "zhao")
    desks += [open_desk(Settings(), database=real), open_desk(Settings(), database=real, actor_name="  ")]

    assert [desk.actor.name for desk in desks] == ["zhao", "zhao"]


@pytest.mark.parametrize("fault", [OSError, KeyError, ImportError])
def test_a_computer_that_knows_no_user_has_a_desk(
    monkeypatch: pytest.MonkeyPatch, fault: type[Exception]
) -> None:
    """A service or a container need not have a login name."""

    def fails() -> str:
        raise fault("nobody")

    monkeypatch.setattr(getpass, "getuser", fails)

    assert login_name() == NOBODY


@pytest.mark.parametrize("odd", ["", "a\nb", "\udcff", "x" * 65])
def test_a_login_name_that_cannot_be_recorded_is_not(monkeypatch: pytest.MonkeyPatch, odd: str) -> None:
    """The event log holds names that can be read."""
    monkeypatch.setattr(getpass, "getuser", lambda: odd)

    assert login_name() == NOBODY


@pytest.mark.parametrize("odd", ["a\nb", "\x1b[2J", "x" * 65])
def test_a_name_that_cannot_be_recorded_is_refused(real: str, odd: str) -> None:
    """Asked for on purpose, it is not replaced in silence."""
    with pytest.raises(Refused, match="is no name to act under"):
        open_desk(Settings(), database=real, actor_name=odd)


def test_wiring_loads_nothing_before_it_is_needed() -> None:
    """Asking for help costs none of what commands need."""
    heavy = ("pluggy", "sqlalchemy", "alembic", "ortools", "pandas", "faker", "click", "platformdirs")
    asked = f"import sys, dispatch.wiring; print([name for name in {heavy!r} if name in sys.modules])"

    found = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)

    assert found.stdout == "[]\n"
