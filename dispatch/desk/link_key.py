"""The secret that links are made with: in a file of its own, that only its owner may read, and in no backup."""

from __future__ import annotations

import hmac
import os
import stat
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

from dispatch.errors import Misconfigured, Unavailable
from dispatch.store.ids import as_token, new_secret

_LENGTH: Final = 64


@dataclass(frozen=True, slots=True)
class Links:
    """How links are made.

    Args:
        public_url: Where phones reach ``dispatch listen``, without a slash at its end.
        key: The secret. The same offer gives the same token with it, so that no token need be kept.
    """

    public_url: str
    key: bytes

    def __repr__(self) -> str:
        """Keep the secret out of every log."""
        return f"Links({self.public_url!r})"

    def offer_token(self, offer_id: str, fence: int) -> str:
        """Return the token of the link to one offer in one state."""
        return as_token(hmac.new(self.key, f"offer {offer_id} {fence}".encode(), sha256).digest())

    def offer_url(self, offer_id: str, fence: int) -> str:
        """Return the link to one offer."""
        return f"{self.public_url}/o/{self.offer_token(offer_id, fence)}"

    def subscribe_url(self, token: str) -> str:
        """Return the link with which somebody subscribes to messages on their phone."""
        return f"{self.public_url}/push/{token}"


def key_file_beside(database: Path) -> Path:
    """Return where the secret is kept unless the settings name a file."""
    return database.with_name(f"{database.name}.link-key")


def read_key(file: Path) -> bytes:
    """Return the secret, made where it is not there yet.

    Raises:
        Misconfigured: Others than its owner may read the file, or it holds no secret.
        Unavailable: It cannot be read or made.
    """
    try:
        try:
            written = _made(file)
        except FileExistsError:
            with file.open("rb") as kept:
                mode = os.fstat(kept.fileno()).st_mode
                written = kept.read(_LENGTH + 2).decode("ascii", "replace").strip()
            if os.name == "posix" and stat.S_IMODE(mode) & 0o077:
                raise Misconfigured(
                    "others than its owner may read {file}", file=str(file), hint="chmod 600 {file}"
                ) from None
    except OSError as fault:
        raise Unavailable(
            "{path} could not be written: {why}",
            path=str(file),
            why=fault.strerror or str(fault),
            hint="is there space, and may this user write there?",
        ) from fault
    if len(written) != _LENGTH or not set(written) <= set("0123456789abcdef"):
        raise Misconfigured(
            "{file} holds no secret for links",
            file=str(file),
            hint="take it away, and a new one is made; the links sent so far then stop working",
        )
    return bytes.fromhex(written)


def _made(file: Path) -> str:
    written = new_secret().hex()
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as new:
        new.write(written + "\n")
        new.flush()
        os.fsync(new.fileno())
    return written
