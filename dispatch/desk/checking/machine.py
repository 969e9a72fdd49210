"""This computer as far as the work here rests on it: looked at once, then judged without touching anything."""

from __future__ import annotations

import os
import shutil
import sqlite3
import sys
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

MOUNTS: Final = Path("/proc/self/mountinfo")

_DRIVE_REMOTE: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """What was seen.

    Args:
        now: This computer's own clock, aware.
        python: Its version: "3.11.7".
        sqlite: The version of the SQLite that Python brings.
        encoding: What the screen takes, where it says so: "utf-8", "gbk".
        has_zones: Whether times of day at Jinsong can be reckoned.
        path: The database's file, where it is one.
        filesystem: What kind of disk the file lies on, where that can be known: "ext4", "nfs", "remote".
        free_bytes: Room left on that disk.
        wal_bytes: Size of the file's write-ahead log.
        is_open_to_others: Whether other users of this computer may read the file.
    """

    now: datetime
    python: str
    sqlite: tuple[int, ...]
    encoding: str | None = None
    has_zones: bool = True
    path: Path | None = None
    filesystem: str | None = None
    free_bytes: int | None = None
    wal_bytes: int = 0
    is_open_to_others: bool = False


def look_at_machine(now: datetime, path: Path | None = None) -> Machine:
    """Look at this computer.

    Args:
        now: Its clock.
        path: The database's file, where it is one; it need not be there yet.
    """
    folder = None if path is None else next(one for one in (path.absolute(), *path.absolute().parents) if one.is_dir())
    return Machine(
        now=now,
        python=".".join(str(part) for part in sys.version_info[:3]),
        sqlite=sqlite3.sqlite_version_info,
        encoding=getattr(sys.stdout, "encoding", None),
        has_zones=_knows_zone("Asia/Shanghai"),
        path=path,
        filesystem=None if folder is None else filesystem_of(folder.resolve()),
        free_bytes=None if folder is None else shutil.disk_usage(folder).free,
        wal_bytes=_size(path.with_name(path.name + "-wal")) if path is not None else 0,
        is_open_to_others=path is not None and _is_open_to_others(path),
    )


def filesystem_of(folder: Path) -> str | None:
    """Return the kind of disk a folder lies on; none where the system does not say."""
    if sys.platform == "win32":
        return _windows_drive(folder)
    with suppress(OSError):
        return kind_of_mount(MOUNTS.read_text(encoding="utf-8", errors="replace"), folder)
    return None


def kind_of_mount(mountinfo: str, folder: Path) -> str | None:
    """Return the kind of the innermost mount a folder lies in, from what Linux lists (proc_pid_mountinfo(5))."""
    found: tuple[int, str | None] = (-1, None)
    for line in mountinfo.splitlines():
        fields = line.split()
        if len(fields) < 10 or "-" not in fields:
            continue
        # Blanks in a name are written as \040.
        mounted = Path(fields[4].encode().decode("unicode_escape").encode("latin-1").decode("utf-8", "replace"))
        if mounted == folder or mounted in folder.parents:
            found = max(found, (len(mounted.parts), fields[fields.index("-") + 1]))
    return found[1]


def _windows_drive(folder: Path) -> str | None:
    if sys.platform != "win32":
        return None
    import ctypes

    if folder.drive.startswith("\\\\"):
        return "remote"
    return "remote" if ctypes.windll.kernel32.GetDriveTypeW(folder.drive + "\\") == _DRIVE_REMOTE else None


def _knows_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, OSError):
        return False
    return True


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _is_open_to_others(path: Path) -> bool:
    if os.name == "nt":
        return False  # a file in the user's own folder is the user's there
    try:
        return bool(path.stat().st_mode & 0o077) and not any(
            folder.stat().st_mode & 0o011 == 0 for folder in path.absolute().parents
        )
    except OSError:
        return False
