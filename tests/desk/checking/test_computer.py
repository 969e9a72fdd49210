"""This computer is judged from what was seen of it, so each fault can be shown to it without having one."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath, PureWindowsPath

import pytest

from dispatch.desk.checking.computer import is_network, is_synced, look_at_computer
from dispatch.desk.checking.machine import Machine, filesystem_of, kind_of_mount, look_at_machine
from dispatch.i18n import say

NINE = datetime(2026, 11, 23, 1, tzinfo=UTC)
SOUND = Machine(
    now=NINE,
    python="3.12.1",
    sqlite=(3, 51, 3),
    encoding="utf-8",
    path=Path("/home-of-li/desk.db"),
    filesystem="ext4",
    free_bytes=50 * 2**30,
)


def levels(machine: Machine) -> list[str]:
    """Look, and give the levels of what was found."""
    return [one.level for one in look_at_computer(machine)]


def test_a_sound_computer_has_nothing_wrong() -> None:
    """Everything that is looked at is as it should be."""
    assert set(levels(SOUND)) == {"green"}
    assert set(levels(replace(SOUND, path=None, filesystem=None, free_bytes=None))) == {"green"}


@pytest.mark.parametrize(
    ("change", "level", "said"),
    [
        ({"sqlite": (3, 40, 1)}, "yellow", "SQLite 3.40.1 may damage a file"),
        ({"sqlite": (3, 51, 2)}, "yellow", "SQLite 3.51.2 may damage a file"),
        ({"has_zones": False}, "red", "does not know the world's time zones"),
        ({"encoding": "ascii"}, "yellow", "this screen (ascii) cannot show Chinese"),
        ({"encoding": "cp1252"}, "yellow", "this screen (cp1252) cannot show Chinese"),
        ({"encoding": "no-such"}, "yellow", "this screen (no-such) cannot show Chinese"),
        ({"now": datetime(1970, 1, 1, 12, tzinfo=UTC)}, "red", "clock stands at 1970-01-01 12:00"),
        ({"filesystem": "nfs4"}, "red", "lies on a network disk (nfs4)"),
        ({"filesystem": "fuse.sshfs"}, "red", "lies on a network disk (fuse.sshfs)"),
        ({"filesystem": "remote"}, "red", "lies on a network disk (remote)"),
        ({"path": Path("/home-of-li/OneDrive - 社区/desk.db")}, "red", "copied elsewhere while we write"),
        ({"path": Path("/home-of-li/我的坚果云/desk.db")}, "red", "copied elsewhere while we write"),
        ({"free_bytes": 100 * 2**20}, "red", "100 MB are free"),
        ({"free_bytes": 1024 * 2**20}, "yellow", "1024 MB are free"),
        ({"wal_bytes": 300 * 2**20}, "yellow", "-wal has grown to 300 MB"),
        ({"is_open_to_others": True}, "yellow", "other users of this computer may read"),
    ],
)
def test_each_fault_is_found_and_said_with_a_way_out(change: dict[str, object], level: str, said: str) -> None:
    """One change to a sound computer, one finding that is not good, in both languages, with a hint."""
    found = [one for one in look_at_computer(replace(SOUND, **change)) if one.level != "green"]  # type: ignore[arg-type]

    assert [one.level for one in found] == [level]
    assert said in say(found[0].what, "en")
    assert found[0].hint is not None
    for language in ("zh", "en"):
        assert "{" not in say(found[0].what, language) + say(found[0].hint, language)  # type: ignore[arg-type]


@pytest.mark.parametrize("encoding", ["utf-8", "gbk", "gb18030", "cp936", "utf-16", None])
def test_a_chinese_screen_is_good(encoding: str | None) -> None:
    """An office PC's own code page shows everything we say; what is no screen at all needs none."""
    assert set(levels(replace(SOUND, encoding=encoding))) == {"green"}


def test_an_old_sqlite_does_not_matter_to_postgresql() -> None:
    """The fault is one of the file, and there is none."""
    assert set(levels(replace(SOUND, sqlite=(3, 40, 1), path=None))) == {"green"}


@pytest.mark.parametrize(
    "path",
    [
        PureWindowsPath(r"D:\OneDrive\dispatch.db"),
        PureWindowsPath(r"D:\Nutstore Files\社区\dispatch.db"),
        PureWindowsPath(r"D:\百度网盘同步空间\dispatch.db"),
        PurePosixPath("/home-of-li/Library/Mobile Documents/com~apple~CloudDocs/dispatch.db"),
        PurePosixPath("/home-of-li/Dropbox (office)/dispatch.db"),
    ],
)
def test_folders_of_sync_programs_are_known(path: PureWindowsPath | PurePosixPath) -> None:
    """By the names they have on office PCs."""
    assert is_synced(path)


def test_a_file_may_be_called_what_it_likes() -> None:
    """Only folders are synced; and a local disk is no network."""
    assert not is_synced(PurePosixPath("/home-of-li/desk/onedrive.db"))
    assert not is_network(None)
    assert not is_network("ext4")
    assert not is_network("fuseblk")


MOUNTS = r"""
22 28 0:20 / /sys rw,nosuid shared:7 - sysfs sysfs rw
28 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
90 28 0:44 / /mnt/share rw - cifs //server/share rw
91 90 0:45 / /mnt/share/local rw - xfs /dev/sdb1 rw
92 28 0:46 / /mnt/my\040disk rw shared:3 master:2 - nfs4 host:/x rw
93 28 0:47 / /mnt/社区 rw - fuse.sshfs host:/y rw
broken line
"""


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/home-of-li", "ext4"),
        ("/mnt/share", "cifs"),
        ("/mnt/share/desk", "cifs"),
        ("/mnt/shared", "ext4"),
        ("/mnt/share/local/desk", "xfs"),
        ("/mnt/my disk/desk", "nfs4"),
        ("/mnt/社区/desk", "fuse.sshfs"),
    ],
)
def test_the_innermost_mount_tells_the_kind_of_disk(folder: str, kind: str) -> None:
    """As Linux lists them, blanks and all."""
    assert kind_of_mount(MOUNTS, Path(folder)) == kind


def test_this_computer_can_be_looked_at(tmp_path: Path) -> None:
    """Whatever it is: a file that is there, one that is not yet, and none."""
    there = tmp_path / "desk.db"
    there.touch()
    (tmp_path / "desk.db-wal").write_bytes(b"x" * 10)

    seen = look_at_machine(NINE, there)

    assert seen.wal_bytes == 10
    assert seen.free_bytes
    assert seen.has_zones
    assert look_at_machine(NINE, tmp_path / "not" / "yet" / "desk.db").free_bytes
    assert look_at_machine(NINE).free_bytes is None


def test_the_kind_of_disk_under_this_test_is_known() -> None:
    """On Linux every folder lies on some mount."""
    assert filesystem_of(Path("/proc").resolve()) == "proc"


@pytest.mark.parametrize(("mode", "folder_mode", "is_open"), [(0o644, 0o755, True), (0o600, 0o755, False), (0o644, 0o700, False)])
def test_a_file_that_others_may_read_is_noticed(mode: int, folder_mode: int, is_open: bool) -> None:
    """Its own mode counts, and whether they can get to it at all."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        file = folder / "desk.db"
        file.touch()
        file.chmod(mode)
        folder.chmod(folder_mode)

        assert look_at_machine(NINE, file).is_open_to_others is is_open
