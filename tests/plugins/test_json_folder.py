"""The channel that puts messages into a folder as JSON files."""

import errno
import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.errors import Misconfigured
from dispatch.model.message import Message, Outcome
from dispatch.plugins.json_folder import FORMAT, JsonFolder
from dispatch.testing import a_message, check_channel


def test_the_json_folder_keeps_the_channel_promise(tmp_path: Path) -> None:
    """Every key is one file, whatever is in the message and however many threads send."""
    channel = JsonFolder({"folder": str(tmp_path)})

    check_channel(channel, good_address="+9991380000001", effects=lambda: len(list(tmp_path.iterdir())))


def test_a_file_holds_the_whole_message(tmp_path: Path) -> None:
    """What another system reads is the message itself, in UTF-8, with the format's number."""
    message = a_message()

    receipt = JsonFolder({"folder": str(tmp_path)}).send(message)
    content = json.loads((tmp_path / receipt.reference).read_bytes().decode("utf-8"))

    assert content.pop("format") == FORMAT
    assert Message.from_json(content) == message


def test_a_message_sent_again_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    """The other system may be reading it."""
    channel = JsonFolder({"folder": str(tmp_path)})
    name = channel.send(a_message()).reference
    before = (tmp_path / name).stat()

    channel.send(a_message())

    assert [file.name for file in tmp_path.iterdir()] == [name]
    assert (tmp_path / name).stat().st_ino == before.st_ino


@given(st.text())
def test_no_key_leaves_the_folder_or_shares_a_file(key: str) -> None:
    """A name is made of the key in one way, without anything that a file system reads as more than a name."""
    channel = JsonFolder({"folder": "messages"})
    file = channel._file(key)

    assert file.parent == Path("messages")
    assert file.name == file.name.lower() and set(file.stem) <= set("0123456789abcdef-")
    assert file != channel._file(key + "x")


def test_an_id_of_ours_is_the_name_of_its_file(tmp_path: Path) -> None:
    """So that a person finds the message of a delivery in the folder."""
    receipt = JsonFolder({"folder": str(tmp_path)}).send(a_message())

    assert receipt.reference == "0192f5a0-0000-7000-8000-000000000001.json"


def test_a_folder_that_is_not_there_is_tried_later(tmp_path: Path) -> None:
    """A share that is not mounted may come back; it is not made anew on this computer."""
    receipt = JsonFolder({"folder": str(tmp_path / "gone")}).send(a_message())

    assert (receipt.outcome, receipt.note) == (Outcome.TRY_LATER, "the folder is not there")
    assert not (tmp_path / "gone").exists()


@pytest.mark.parametrize(
    ("trouble", "note"),
    [
        (errno.ENOSPC, "the disk is full"),
        (errno.EROFS, "the folder may not be written to"),
        (errno.EACCES, "the folder may not be written to"),
        (errno.EIO, "the folder cannot be reached"),
    ],
)
def test_trouble_with_the_disk_is_tried_later_and_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, trouble: int, note: str
) -> None:
    """No half file stands under a name that the other system would fetch."""

    def fails(_handle: int) -> None:
        raise OSError(trouble, "trouble", "+9991380000001")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", fails)
        receipt = JsonFolder({"folder": str(tmp_path)}).send(a_message())

    assert (receipt.outcome, receipt.note) == (Outcome.TRY_LATER, note)
    assert list(tmp_path.iterdir()) == []


def test_the_folder_says_what_became_of_a_message_while_it_lies_there(tmp_path: Path) -> None:
    """Once fetched, nobody can tell, and so it does not say."""
    channel = JsonFolder({"folder": str(tmp_path)})
    message = a_message()
    sent = channel.send(message)
    lying = channel.outcome_of(message.key)
    (tmp_path / sent.reference).unlink()

    assert lying == sent
    assert channel.outcome_of(message.key) is None


def test_a_file_is_not_everybodys_to_read(tmp_path: Path) -> None:
    """It holds a number and a text; others on the computer have no business with them."""
    receipt = JsonFolder({"folder": str(tmp_path)}).send(a_message())

    assert os.name == "nt" or (tmp_path / receipt.reference).stat().st_mode & 0o007 == 0


def test_a_folder_on_trial_reaches_nobody(tmp_path: Path) -> None:
    """Only whoever says that nothing behind it sends may hand it fictional numbers."""
    usual, trial = JsonFolder({"folder": "x"}), JsonFolder({"folder": "x", "trial": True})

    assert usual.capabilities.reaches_real_people
    assert not trial.capabilities.reaches_real_people


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({}, "channels.json-folder.folder (where the files go): is missing"),
        ({"folder": 7}, "channels.json-folder.folder (where the files go): is not text"),
        ({"folder": "x", "trial": "yes"}, "channels.json-folder.trial (only on trial, nothing behind it sends): is neither true nor false"),
        ({"foldr": "x"}, "channels.json-folder.foldr: there is no such option"),
    ],
)
def test_a_wrong_option_is_named_by_its_path(options: dict[str, object], said: str) -> None:
    """A typo in the settings is told when the channel is opened, not found out from silence."""
    with pytest.raises(Misconfigured) as told:
        JsonFolder(options)

    assert str(told.value) == said
