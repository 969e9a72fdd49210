"""A channel that puts each message into a folder as a JSON file, for another system to fetch."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar, Final

from dispatch.i18n import sentence
from dispatch.model.message import Capabilities, Message, Outcome, Receipt
from dispatch.plugins.channel import OpenChannel, Options
from dispatch.plugins.fields import Field, FieldKind, checked
from dispatch.plugins.hookspecs import hookimpl
from dispatch.plugins.on_disk import put, what_is_wrong

FORMAT: Final = 1
"""Stands in every file; grows when a field changes its meaning or goes."""

_NAMES_ITSELF = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class JsonFolder:
    """Writes one file per message: what ``Message.to_json`` gives, and ``"format"``.

    A file appears under its name (ending ``.json``) only when it is whole and on
    the disk. The same key makes the same name, so a message handed over twice is
    one file, for as long as it is not fetched; afterwards the reader knows it by its key.
    """

    fields: ClassVar[tuple[Field, ...]] = (
        Field("folder", "放文件的文件夹", "where the files go", FieldKind.FOLDER, required=True),
        Field(
            "trial",
            "只是试用，后面没有系统真发消息",
            "only on trial, nothing behind it sends",
            FieldKind.FLAG,
            default=False,
            trial=True,
        ),
    )

    def __init__(self, options: Options) -> None:
        """Open; nothing is written yet, and the folder need not be there yet.

        Raises:
            Misconfigured: An option is not as ``fields`` says.
        """
        options = checked("json-folder", options, self.fields)
        self.folder = Path(options["folder"]).expanduser()
        self.capabilities = Capabilities(needs_phone=False, reaches_real_people=not options["trial"], disturbs=False)

    def send(self, message: Message) -> Receipt:
        """Put the message into the folder, unless it lies there already."""
        target = self._file(message.key)
        try:
            if not target.exists():
                put(target, _as_json(message))
        except OSError as fault:
            return Receipt(outcome=Outcome.TRY_LATER, note=what_is_wrong(fault))
        return Receipt(outcome=Outcome.SENT, note=sentence("in the folder").id, reference=target.name)

    def outcome_of(self, key: str) -> Receipt | None:
        """Return ``SENT`` where the file lies in the folder, else none: it may have been fetched."""
        target = self._file(key)
        if not target.exists():
            return None
        return Receipt(outcome=Outcome.SENT, note=sentence("in the folder").id, reference=target.name)

    def _file(self, key: str) -> Path:
        if _NAMES_ITSELF.fullmatch(key):
            return self.folder / f"{key}.json"
        # Anything but an id of ours could leave the folder, be too long, or be a name that Windows keeps.
        return self.folder / f"{hashlib.sha256(key.encode('utf-8', 'surrogatepass')).hexdigest()}.json"


def _as_json(message: Message) -> bytes:
    content = {"format": FORMAT, **message.to_json()}
    try:
        return json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True).encode() + b"\n"
    except UnicodeEncodeError:
        return json.dumps(content, indent=1, sort_keys=True).encode() + b"\n"


@hookimpl
def dispatch_channels() -> Mapping[str, OpenChannel]:
    """Offer the folder."""
    return {"json-folder": JsonFolder}
