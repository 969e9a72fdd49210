"""The folder into which another system puts its orders."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from dispatch.errors import Unavailable
from dispatch.plugins.json_inbox import LARGEST, STILL_BEING_WRITTEN, JsonInbox
from dispatch.plugins.sources import Settled

DAY = 86_400


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder."""
    (tmp_path / "incoming").mkdir()
    return tmp_path / "incoming"


def _put(folder: Path, name: str, text: str, *, age: int = 60) -> Path:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    then = file.stat().st_mtime - age
    os.utime(file, (then, then))
    return file


def test_orders_come_by_name_and_again_until_they_are_settled(folder: Path) -> None:
    """The key is the file's own, else its name; what is not settled stays."""
    _put(folder, "b.json", '{"note": "x"}')
    _put(folder, "a.json", '{"key": "K7", "note": "y"}')
    inbox = JsonInbox({"folder": str(folder)})

    assert [one.key for one in inbox.collect()] == ["K7", "b"]
    inbox.settled([Settled(key="K7", number=3)])
    assert [one.key for one in inbox.collect()] == ["b"]
    assert [one.key for one in JsonInbox({"folder": str(folder)}).collect()] == ["b"]


def test_what_is_still_being_written_is_left_alone(folder: Path) -> None:
    """Half a file is no refusal yet; after a while it is."""
    half = _put(folder, "a.json", '{"note": "x', age=0)
    inbox = JsonInbox({"folder": str(folder)})

    assert inbox.collect() == []
    then = half.stat().st_mtime - STILL_BEING_WRITTEN - 1
    os.utime(half, (then, then))
    (one,) = inbox.collect()
    assert str(one.fault) == "the file is no JSON"


def test_only_whole_files_of_the_folder_itself_are_looked_at(folder: Path, tmp_path: Path) -> None:
    """No link to elsewhere, no folder, no drafts."""
    secret = _put(tmp_path, "secret.json", '{"note": "s"}')
    (folder / "link.json").symlink_to(secret)
    (folder / "sub.json").mkdir()
    for name in (".a.json", "a.json.part", "a.txt"):
        _put(folder, name, '{"note": "x"}')

    assert JsonInbox({"folder": str(folder)}).collect() == []


def test_nothing_is_written_over_when_a_name_comes_twice(folder: Path) -> None:
    """Both stay, each with its answer."""
    inbox = JsonInbox({"folder": str(folder)})
    for number in (1, 2):
        _put(folder, "a.json", json.dumps({"key": f"k{number}", "note": "x"}))
        inbox.collect()
        inbox.settled([Settled(key=f"k{number}", number=number)])

    answers = [json.loads(one.read_text(encoding="utf-8"))["number"] for one in sorted(folder.glob("done/*.answer.json"))]
    assert sorted(answers) == [1, 2]
    assert len(list(folder.glob("done/*.json"))) == 4


def test_what_was_taken_is_removed_after_some_days_and_what_was_refused_stays(folder: Path) -> None:
    """Names and phones do not lie about for ever; what nobody has put right is nobody's to remove."""
    inbox = JsonInbox({"folder": str(folder), "keep_days": 2})
    for name, number in (("old", 1), ("bad", None)):
        _put(folder, f"{name}.json", '{"note": "x"}')
        inbox.collect()
        inbox.settled([Settled(key=name, number=number)])
    for file in folder.rglob("*.answer.json"):
        then = file.stat().st_mtime - 3 * DAY
        os.utime(file, (then, then))
    _put(folder, "new.json", '{"note": "x"}', age=9 * DAY)
    inbox.collect()
    inbox.settled([Settled(key="new", number=2)])

    assert sorted(one.name for one in (folder / "done").iterdir()) == ["new.answer.json", "new.json"]
    assert (folder / "refused" / "bad.json").exists()


def test_what_is_exchanged_is_not_for_everybody_to_read(folder: Path) -> None:
    """Neither the answer nor the folder it lies in."""
    inbox = JsonInbox({"folder": str(folder)})
    _put(folder, "a.json", '{"note": "x"}')
    inbox.collect()
    inbox.settled([Settled(key="a", number=1)])

    assert (folder / "done" / "a.answer.json").stat().st_mode & 0o007 == 0
    assert (folder / "done").stat().st_mode & 0o007 == 0


def test_a_folder_that_is_not_there_is_said(folder: Path) -> None:
    """In words, not as an exception of the system."""
    with pytest.raises(Unavailable, match="the folder is not there"):
        JsonInbox({"folder": str(folder / "gone")}).collect()


def test_a_file_that_is_too_large_is_not_read_whole(folder: Path) -> None:
    """It is refused, and moved away with its reason."""
    _put(folder, "a.json", json.dumps({"note": "x" * LARGEST}))
    inbox = JsonInbox({"folder": str(folder)})
    (one,) = inbox.collect()

    assert str(one.fault) == f"the file is larger than {LARGEST} bytes"
    inbox.settled([Settled(key="a", number=None, why="too large")])
    assert (folder / "refused" / "a.json").exists()
