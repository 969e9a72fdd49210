"""What ``dispatch plugin new`` writes works at once, on a computer that has nothing else."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from dispatch.errors import Refused, Unavailable
from dispatch.plugins.manager import load
from dispatch.plugins.starter import write_plugin
from dispatch.testing import Verdict, try_channel

ROOT = Path(__file__).parents[2]


@pytest.fixture
def written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A plugin, written and then installed as a package manager would: its folder, and its metadata."""
    folder, _ = write_plugin("stair-speaker", tmp_path, frozenset(), "zh")
    project = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    about = folder / "sandan_stair_speaker-0.1.0.dist-info"
    about.mkdir()
    metadata = f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n"
    (about / "METADATA").write_text(metadata, encoding="utf-8")
    entries = "\n".join(f"{name} = {module}" for name, module in project["entry-points"]["sandan"].items())
    (about / "entry_points.txt").write_text(f"[sandan]\n{entries}\n", encoding="utf-8")
    monkeypatch.syspath_prepend(folder)
    for module in ("stair_speaker", "fake_stair_speaker"):
        monkeypatch.delitem(sys.modules, module, raising=False)
    return folder


def test_the_test_that_is_written_passes(written: Path) -> None:
    """Nothing has to be changed first: an author begins with a channel that works."""
    kept = {name: text for name, text in os.environ.items() if not name.startswith(("PYTEST", "DISPATCH_"))}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"],
        cwd=written,
        env={**kept, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert "4 passed" in done.stdout


@pytest.mark.usefixtures("written")
def test_the_channel_that_is_written_keeps_every_promise() -> None:
    """It is found by its entry point, and the contract kit tries whatever can be tried without a second number."""
    plugins = load()
    found = {one.name: one for one in plugins.found()}["stair-speaker"]

    tried = try_channel("stair-speaker", plugins.channels()["stair-speaker"], {"seconds": 1})

    assert (found.package, found.version) == ("sandan-stair-speaker", "0.1.0")
    assert [str(one.name) for one in tried if one.verdict is Verdict.BROKEN] == []
    assert [str(one.name) for one in tried if one.verdict is Verdict.NOT_TRIED] == [
        "does not say sent where an address cannot be reached"
    ]


def test_the_channel_that_is_written_is_short(written: Path) -> None:
    """One file of at most thirty lines, with what it must be told and what it can do."""
    lines = [line for line in (written / "stair_speaker.py").read_text(encoding="utf-8").splitlines() if line.strip()]

    assert len(lines) <= 30
    assert any("fields = " in line for line in lines) and any("capabilities = " in line for line in lines)


def test_the_readme_speaks_the_language_of_whoever_asked(tmp_path: Path) -> None:
    """Chinese for who works in Chinese."""
    chinese, _ = write_plugin("bell", tmp_path / "zh", frozenset(), "zh")
    english, _ = write_plugin("bell", tmp_path / "en", frozenset(), "en")

    assert "一个渠道" in (chinese / "README.md").read_text(encoding="utf-8")
    assert "A channel for" in (english / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Stair", "Stair is no name for a plugin"),
        ("stair_speaker", "stair_speaker is no name"),
        ("喇叭", "喇叭 is no name"),
        ("../out", "../out is no name"),
        ("", " is no name"),
        ("a" * 41, "is no name"),
        ("a--b", "a--b is no name"),
        ("json", "Python or Windows has a json of its own"),
        ("class", "Python or Windows has a class of its own"),
        ("con", "Python or Windows has a con of its own"),
        ("dispatch", "something is called dispatch already"),
        ("phone-list", "something is called phone-list already"),
    ],
)
def test_a_name_that_would_do_harm_is_refused(tmp_path: Path, name: str, said: str) -> None:
    """A file of that name would hide Python's own or ours, or could not be made; nothing is written."""
    with pytest.raises(Refused) as told:
        write_plugin(name, tmp_path, frozenset({"phone-list"}), "en")

    assert said in str(told.value)
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    """Somebody's work may lie there."""
    (tmp_path / "bell").mkdir()
    (tmp_path / "bell" / "mine.py").write_text("x = 1", encoding="utf-8")

    with pytest.raises(Refused, match="is there already"):
        write_plugin("bell", tmp_path, frozenset(), "en")

    assert [one.name for one in (tmp_path / "bell").iterdir()] == ["mine.py"]


def test_where_nothing_can_be_written_it_is_said(tmp_path: Path) -> None:
    """A file stands where the folder should be."""
    (tmp_path / "file").write_text("", encoding="utf-8")

    with pytest.raises(Unavailable, match="cannot be written"):
        write_plugin("bell", tmp_path / "file", frozenset(), "en")
