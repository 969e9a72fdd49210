"""What about this computer will hurt later."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import PurePath
from typing import Final

from dispatch.desk.checking.finding import Finding, green, red, yellow
from dispatch.desk.checking.machine import Machine
from dispatch.i18n import sentence

MEGABYTE: Final = 2**20

LEAST_FREE: Final = 200 * MEGABYTE
LITTLE_FREE: Final = 2048 * MEGABYTE
LARGEST_WAL: Final = 256 * MEGABYTE

WAL_RESET_FIXED: Final = (3, 51, 3)
"""From SQLite 3.7.0 on until here, a checkpoint that meets a writer at the wrong moment can damage the file
(sqlite.org/wal.html, "the WAL-reset bug")."""

EARLIEST: Final = datetime(2026, 1, 1, tzinfo=UTC)
"""Before this was written no clock that goes right can stand."""

NETWORK: Final = frozenset(
    "nfs nfs4 cifs smb smb2 smb3 smbfs ncpfs afs 9p ceph glusterfs lustre davfs coda remote".split()  # noqa: SIM905
)
"""Kinds of disk whose locks cannot be trusted with a database (sqlite.org/lockingv3.html, section 6)."""

_SYNCED: Final = (
    "onedrive",
    "dropbox",
    "google drive",
    "googledrive",
    "icloud",
    "mobile documents",
    "nextcloud",
    "owncloud",
    "nutstore",
    "坚果云",
    "baidusyncdisk",
    "百度同步",
    "百度网盘",
    "baidunetdisk",
    "aliyundrive",
    "阿里云盘",
    "微云",
    "wps云盘",
    "wpsdrive",
    "wps cloud",
    "synologydrive",
)
"""Words in the names of folders that a program copies elsewhere while we write."""


def look_at_computer(machine: Machine) -> Iterator[Finding]:
    """Yield what is good, and what is not, about this computer."""
    yield from _versions(machine)
    yield from _screen_and_clock(machine)
    if machine.path is not None:
        yield from _disk(machine)


def _versions(machine: Machine) -> Iterator[Finding]:
    sqlite = ".".join(str(part) for part in machine.sqlite)
    if machine.path is not None and machine.sqlite < WAL_RESET_FIXED:
        yield yellow(
            sentence(
                "let only one person enter things at a time, and make a copy every day "
                "(SQLite {version} may damage a file with several writers; mended in 3.51.3)",
                version=sqlite,
            ),
            "make the copy: dispatch database backup",
        )
    else:
        yield green(sentence("Python {python}, SQLite {version}", python=machine.python, version=sqlite))
    if not machine.has_zones:
        yield red(sentence("this computer does not know the world's time zones"), "install them: pip install tzdata")


def _screen_and_clock(machine: Machine) -> Iterator[Finding]:
    if machine.encoding and not _can_show(machine.encoding):
        yield yellow(
            sentence("this screen ({encoding}) cannot show Chinese", encoding=machine.encoding),
            "set PYTHONUTF8=1, or use a terminal that can",
        )
    if machine.now < EARLIEST:
        yield red(
            sentence("this computer's clock stands at {moment}", moment=machine.now.strftime("%Y-%m-%d %H:%M")),
            "set the clock right, then look again",
        )


def _disk(machine: Machine) -> Iterator[Finding]:
    path = str(machine.path)
    if is_network(machine.filesystem):
        yield red(
            sentence("{path} lies on a network disk ({kind}), where files break", path=path, kind=machine.filesystem),
            "put it on a disk of this computer, or use PostgreSQL",
        )
    elif is_synced(PurePath(path)):
        yield red(
            sentence("{path} lies in a folder that is copied elsewhere while we write, so it may break", path=path),
            "put it into another folder, and put copies there instead: dispatch database backup FILE",
        )
    else:
        yield green(sentence("the database lies on a disk of this computer"))
    if machine.free_bytes is not None and machine.free_bytes < LITTLE_FREE:
        say = red if machine.free_bytes < LEAST_FREE else yellow
        yield say(
            sentence("{megabytes} MB are free on the disk", megabytes=machine.free_bytes // MEGABYTE),
            "free some space before nothing can be saved any more",
        )
    if machine.wal_bytes > LARGEST_WAL:
        yield yellow(
            sentence("{path}-wal has grown to {megabytes} MB", path=path, megabytes=machine.wal_bytes // MEGABYTE),
            "somebody has been reading for very long: stop every dispatch command, then start one",
        )
    if machine.is_open_to_others:
        yield yellow(
            sentence("other users of this computer may read {path}", path=path), "keep it to yourself: chmod 600 {path}"
        )


def is_network(filesystem: str | None) -> bool:
    """Return whether a kind of disk lies on another computer, or behind a program of which nothing is known."""
    return filesystem is not None and (filesystem in NETWORK or filesystem.startswith("fuse."))


def is_synced(path: PurePath) -> bool:
    """Return whether a path leads through a folder that a program keeps the same elsewhere."""
    return any(word in part.lower() for part in path.parts[:-1] for word in _SYNCED)


def _can_show(encoding: str) -> bool:
    try:
        "劲松社区：订单".encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return False
    return True
