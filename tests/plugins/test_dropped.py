"""A single file in a folder is a plugin, unless anybody could have put it there."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from dispatch.desk.checking.extensions import look_at_extensions
from dispatch.plugins.dropped import what_is_open
from dispatch.plugins.manager import Plugins, load, load_alone
from dispatch.settings import PluginChoice, Settings, load_settings
from dispatch.testing import FICTIONAL_PHONE, a_message

BELL = """
from dataclasses import dataclass
from dispatch.plugins import Capabilities, Outcome, Receipt, hookimpl

@dataclass
class Bell:
    options: dict
    capabilities = Capabilities(needs_phone=False)

    def send(self, message):
        return Receipt(outcome=Outcome.SENT, note="rung")

@hookimpl
def dispatch_channels():
    return {"bell": Bell}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of our own with one good plugin."""
    found = tmp_path / "plugins"
    found.mkdir(mode=0o755)
    (found / "bell_ringer.py").write_text(BELL, encoding="utf-8")
    return found


def _strange(plugins: Plugins) -> dict[str, str]:
    return {one.name: str(one.fault or "") for one in plugins.found() if one.package == "(file)"}


def test_a_file_in_the_folder_is_a_plugin(folder: Path) -> None:
    """It is called by its file's name, and its channel sends."""
    plugins = load(folder=folder)
    [found] = [one for one in plugins.found() if one.package == "(file)"]
    channel = plugins.channels()["bell"]({})

    assert (found.name, found.version, found.hooks) == ("bell_ringer", "", ("dispatch_channels",))
    assert channel.send(a_message(to=FICTIONAL_PHONE)).note == "rung"
    channel.close()  # type: ignore[attr-defined]
    plugins.let_go()


def test_a_file_can_be_left_out(folder: Path) -> None:
    """By its name, as any plugin."""
    assert "bell" not in load(off=["bell_ringer"], folder=folder).channels()


def test_only_python_straight_in_the_folder_counts(folder: Path) -> None:
    """What lies deeper, and what is no Python, is somebody's notes."""
    (folder / "deeper").mkdir()
    (folder / "deeper" / "other.py").write_text(BELL, encoding="utf-8")
    (folder / "readme.txt").write_text("x", encoding="utf-8")
    plugins = load(folder=folder)

    assert _strange(plugins) == {"bell_ringer": ""}
    assert plugins.faults == ()
    plugins.let_go()


def test_a_broken_file_is_named_and_stops_nothing(folder: Path) -> None:
    """The others work, and the fault says how to leave it out."""
    (folder / "broken.py").write_text("import nowhere_at_all", encoding="utf-8")
    plugins = load(folder=folder)

    assert "bell" in plugins.channels()
    assert _strange(plugins)["broken"].startswith("it cannot be loaded: ModuleNotFoundError")
    assert [fault.params["name"] for fault in plugins.faults] == ["broken"]
    plugins.let_go()


@pytest.mark.parametrize("what", ["the folder", "the file"])
def test_what_anybody_may_write_to_is_not_imported(folder: Path, what: str) -> None:
    """Another user of this computer could act in our name otherwise; a sentence says how to close it."""
    opened = folder if what == "the folder" else folder / "bell_ringer.py"
    opened.chmod(opened.stat().st_mode | 0o002)
    plugins = load(folder=folder)

    assert "bell" not in plugins.channels()
    assert _strange(plugins)["bell_ringer"] == (
        f"anybody on this computer may write to {opened}; close it: chmod o-w {opened}"
    )
    opened.chmod(opened.stat().st_mode & ~0o002)
    assert "bell" in load(folder=folder).channels()


def test_windows_is_not_asked_who_may_write(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its files have no such bits."""
    folder.chmod(0o777)
    monkeypatch.setattr(os, "name", "nt")

    assert what_is_open(folder) is None


def test_a_folder_that_is_not_there_holds_nothing(tmp_path: Path) -> None:
    """Nobody has to make it first."""
    assert load(folder=tmp_path / "nowhere").faults == ()


def test_a_file_is_tried_like_any_plugin(folder: Path) -> None:
    """By its own name or its channel's."""
    for name in ("bell_ringer", "bell"):
        alone = load_alone(name, folder)
        assert alone is not None and list(alone.channels()) == ["bell"]


def test_the_folder_can_be_chosen(tmp_path: Path) -> None:
    """Counted from the settings file, since the working folder of a scheduled task is anybody's guess."""
    config = tmp_path / "dispatch.toml"
    config.write_text('[plugins]\nfolder = "ours"', encoding="utf-8")

    assert load_settings(config, {}).plugins.found_in == tmp_path / "ours"
    assert load_settings(None, {}).plugins.found_in.name == "plugins"


def test_the_doctor_names_the_folder_and_what_broke(folder: Path, tmp_path: Path) -> None:
    """Where to put a file, which ones are found, and which are left out."""
    (folder / "broken.py").write_text("x = 1", encoding="utf-8")
    found = list(look_at_extensions(Settings(plugins=PluginChoice(folder=str(folder)))))
    nothing = list(look_at_extensions(Settings(plugins=PluginChoice(folder=str(tmp_path / "nowhere")))))

    assert str(found[0].what) == f"plugins in the folder {folder}: bell_ringer.py, broken.py"
    assert [(one.level, str(one.what)) for one in found[1:]] == [
        ("yellow", "plugin broken (file) broke: it answers to no hook")
    ]
    assert str(nothing[0].what) == f"a single file put into {tmp_path / 'nowhere'} is a plugin; there is none"
