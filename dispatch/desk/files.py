"""Write a file whole or not at all."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from dispatch.errors import DispatchError, Refused, Unavailable

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_CLOSED = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})


@contextmanager
def whole_file(target: Path) -> Iterator[BinaryIO]:
    """Give a file to write; it becomes *target* when the block ends well, and nothing when it does not.

    What stood at *target* before is replaced in one step, after the new content
    has reached the disk.

    Raises:
        Refused: The folder is missing, or a folder stands there.
        Unavailable: The disk is full or would not write, or the folder is closed to this user.
    """
    beside = _beside(target)
    try:
        with beside.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        beside.replace(target)
    except OSError as fault:
        raise cannot_write(target, fault) from fault
    finally:
        with suppress(OSError):
            beside.unlink(missing_ok=True)


@dataclass(frozen=True, slots=True)
class Draft:
    """A file in the making: on the disk, but not yet to be seen under its name.

    Args:
        target: What it is to become.
        part: Where it stands until then.
    """

    target: Path
    part: Path

    def write(self, content: bytes) -> None:
        """Let it hold *content* and nothing else, and wait until the disk has it.

        Raises:
            DispatchError: As ``whole_file``.
        """
        try:
            with self.part.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
        except OSError as fault:
            raise cannot_write(self.target, fault) from fault

    def become(self, target: Path | None = None) -> None:
        """Put it under its name in one step; what stood there is replaced.

        Args:
            target: Another name in the same folder.

        Raises:
            DispatchError: As ``whole_file``.
        """
        target = target or self.target
        try:
            self.part.replace(target)
        except OSError as fault:
            raise cannot_write(target, fault) from fault


@contextmanager
def draft_of(target: Path) -> Iterator[Draft]:
    """Begin a file before the work it tells of is done, so that what cannot be written is known in time.

    Nothing of it is left unless it became something.

    Raises:
        DispatchError: As ``check_writable``, at once.
    """
    check_writable(target)
    draft = Draft(target, _beside(target))
    try:
        yield draft
    finally:
        with suppress(OSError):
            draft.part.unlink(missing_ok=True)


def write_whole(target: Path, content: bytes) -> None:
    """Write *content* to *target* as ``whole_file`` does."""
    with whole_file(target) as file:
        file.write(content)


def check_writable(target: Path) -> None:
    """Raise now what ``write_whole`` would raise later, as far as that can be known.

    Raises:
        Refused: The target is a folder, or its folder is missing.
        Unavailable: The folder is closed to this user.
    """
    if is_folder(target):
        raise Refused("{file} is a folder", file=str(target), hint="name a file in it")
    beside = _beside(target)
    try:
        beside.touch()
        beside.unlink()
    except OSError as fault:
        raise cannot_write(target, fault) from fault


def _beside(target: Path) -> Path:
    return target.with_name(f".{target.name}.{os.getpid()}.part")


def is_folder(path: Path) -> bool:
    """Return whether a folder stands at a path; a path that cannot be is none."""
    try:
        return path.is_dir()
    except OSError:
        return False


def cannot_write(target: Path, fault: OSError) -> DispatchError:
    """Return the error for a file that the system would not write."""
    if fault.errno in _FULL:
        return Unavailable(
            "the disk is full, so {file} was not written",
            file=str(target),
            hint="free some space and try again",
        )
    if isinstance(fault, (FileNotFoundError, NotADirectoryError)):
        return Refused("there is no folder {folder}", folder=str(target.parent), hint="make it, or name another file")
    if isinstance(fault, IsADirectoryError) or is_folder(target):
        return Refused("{file} is a folder", file=str(target), hint="name a file in it")
    if fault.errno in _CLOSED:
        return Unavailable(
            "{file} may not be written by this user",
            file=str(target),
            hint="close it in other programs, or name a file in another folder",
        )
    return Unavailable("{file} could not be written: {why}", file=str(target), why=fault.strerror or "")
