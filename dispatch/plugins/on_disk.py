"""Files that appear whole or not at all, and what is wrong with a folder, for plugins that work through one."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Final

from dispatch.i18n import sentence

_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT})
_CLOSED: Final = frozenset({errno.EROFS, errno.EACCES, errno.EPERM})


def put(target: Path, content: bytes) -> None:
    """Let a file hold *content*: it appears under its name when it is whole and on the disk, and replaces another.

    Readable by the group at most, since what is exchanged holds people's numbers.

    Raises:
        OSError: It cannot be written; nothing of it is left.
    """
    draft = target.with_name(f".{target.name}.{os.getpid()}-{os.urandom(4).hex()}.part")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o640), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(target)
        settle(target.parent)
    finally:
        draft.unlink(missing_ok=True)


def settle(folder: Path) -> None:
    """Wait until the disk has the names in a folder.

    Raises:
        OSError: It does not take them.
    """
    if os.name == "nt":  # Windows opens no folders, and writes the name through by itself
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def what_is_wrong(fault: OSError) -> str:
    """Say in a few words why a folder could not be used: a message id."""
    if fault.errno in _FULL:
        return sentence("the disk is full").id
    if fault.errno in _CLOSED:
        return sentence("the folder may not be written to").id
    if fault.errno in (errno.ENOENT, errno.ENOTDIR):
        return sentence("the folder is not there").id
    return sentence("the folder cannot be reached").id
