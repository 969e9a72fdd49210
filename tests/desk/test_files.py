"""A file is written whole, or the old one stays."""

from __future__ import annotations

import errno
import os
import resource
from pathlib import Path

import pytest

from dispatch.desk.files import cannot_write, check_writable, whole_file, write_whole
from dispatch.errors import Refused, Unavailable


def names_in(folder: Path) -> list[str]:
    """Return the names of what lies in a folder."""
    return sorted(each.name for each in folder.iterdir())


def test_a_file_is_replaced_in_one_step(tmp_path: Path) -> None:
    """Whoever reads the old one reads it whole; then the new one stands there, and nothing beside it."""
    target = tmp_path / "a.csv"
    target.write_bytes(b"old")

    with target.open("rb") as open_before:
        write_whole(target, b"new")

        assert open_before.read() == b"old"
    assert target.read_bytes() == b"new"
    assert names_in(tmp_path) == ["a.csv"]


def test_a_write_that_breaks_off_leaves_the_old_file(tmp_path: Path) -> None:
    """Ctrl-C in the middle changes nothing."""
    target = tmp_path / "a.csv"
    target.write_bytes(b"old")

    with pytest.raises(KeyboardInterrupt), whole_file(target) as file:
        file.write(b"half")
        raise KeyboardInterrupt

    assert target.read_bytes() == b"old"
    assert names_in(tmp_path) == ["a.csv"]


def test_a_missing_folder_and_a_folder_in_place_of_a_file_are_told(tmp_path: Path) -> None:
    """Before and while writing, in the same words."""
    for attempt in (check_writable, lambda target: write_whole(target, b"")):
        with pytest.raises(Refused, match="there is no folder"):
            attempt(tmp_path / "none" / "a.csv")
        with pytest.raises(Refused, match="is a folder"):
            attempt(tmp_path)


@pytest.mark.parametrize(
    ("code", "kind", "said"),
    [
        (errno.ENOSPC, Unavailable, "disk is full"),
        (errno.EDQUOT, Unavailable, "disk is full"),
        (errno.EROFS, Unavailable, "may not be written"),
        (errno.EACCES, Unavailable, "may not be written"),
        (errno.EIO, Unavailable, "could not be written"),
    ],
)
def test_what_the_system_says_becomes_a_sentence(code: int, kind: type[Exception], said: str) -> None:
    """A full or closed disk is a matter of the place, not of what was asked: it can be tried again."""
    error = cannot_write(Path("a.csv"), OSError(code, os.strerror(code)))

    assert isinstance(error, kind)
    assert said in str(error)


def test_a_disk_that_takes_no_more_leaves_nothing_half_written(tmp_path: Path) -> None:
    """The old file stays whole; the sentence says to free some space."""
    target = tmp_path / "a.csv"
    target.write_bytes(b"old")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))
    try:
        with pytest.raises(Unavailable, match="disk is full"):
            write_whole(target, b"x" * 100_000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    assert target.read_bytes() == b"old"
    assert names_in(tmp_path) == ["a.csv"]


def test_what_a_crash_left_behind_is_written_over(tmp_path: Path) -> None:
    """A half file of an earlier process with the same number does not stand in the way."""
    target = tmp_path / "a.csv"
    (tmp_path / f".a.csv.{os.getpid()}.part").write_bytes(b"half")

    check_writable(target)
    write_whole(target, b"new")

    assert names_in(tmp_path) == ["a.csv"]
