"""A source of requests: a folder into which another system puts each order as a JSON file."""

from __future__ import annotations

import hashlib
import json
import stat
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar, Final

from dispatch.clock import WallClock
from dispatch.errors import Unavailable
from dispatch.i18n import Sentence, sentence
from dispatch.plugins.channel import Options
from dispatch.plugins.fields import Field, FieldKind, checked
from dispatch.plugins.hookspecs import hookimpl
from dispatch.plugins.on_disk import put, settle, what_is_wrong
from dispatch.plugins.sources import BROUGHT_FIELDS, LONGEST_KEY, Brought, OpenSource, Settled

NAME: Final = "json-inbox"
LARGEST: Final = 65_536
"""Bytes of a file at most."""

STILL_BEING_WRITTEN: Final = 10
"""Seconds for which a file that cannot be read yet is left alone, in case somebody is still writing it."""

_MOST: Final = 100
_DAY: Final = 86_400


class JsonInbox:
    """Reads ``NAME.json`` in a folder: one object, with the fields of an order and, if it has one, a ``key``.

    Without a ``key`` the file's name is it. What was taken goes to ``done/``, what was refused to ``refused/``, each
    with an answer beside it, ``NAME.answer.json``: the request's number, or why it was not taken. A file that is put
    right goes back into the folder. Names that begin with a dot, or end otherwise, are not looked at.
    """

    fields: ClassVar[tuple[Field, ...]] = (
        Field("folder", "放求助单文件的文件夹", "where the files are put", FieldKind.FOLDER, required=True),
        Field(
            "keep_days",
            "已收的单保留几天",
            "for how many days what was taken stays in done",
            FieldKind.NUMBER,
            default=30,
            most=3_650,
        ),
        Field(
            "trial",
            "只是试用，不是真的求助",
            "only on trial, nobody really asks",
            FieldKind.FLAG,
            default=False,
            trial=True,
        ),
    )

    def __init__(self, options: Options) -> None:
        """Open; the folder need not be there yet.

        Raises:
            Misconfigured: An option is not as ``fields`` says.
        """
        options = checked(NAME, options, self.fields, kind="sources")
        self.folder = Path(options["folder"]).expanduser()
        self.is_real = not options["trial"]
        self._keep_days: int = options["keep_days"]
        self._brought: dict[str, list[Path]] = {}

    def collect(self) -> Sequence[Brought]:
        """Return the orders whose files lie in the folder, by name, a hundred at most.

        Raises:
            Unavailable: The folder is not there, or is closed to this user.
        """
        self._brought = {}
        found: list[Brought] = []
        try:
            files = sorted(self.folder.iterdir())
        except OSError as fault:
            raise Unavailable(what_is_wrong(fault)) from fault
        for file in files:
            if file.name.startswith(".") or file.suffix.lower() != ".json":
                continue
            one = _read(file)
            if one is None:
                continue
            self._brought.setdefault(one.key, []).append(file)
            found.append(one)
            if len(found) == _MOST:
                break
        return found

    def settled(self, outcomes: Sequence[Settled]) -> None:
        """Move the files of orders away, with the answer beside each; what was taken long ago is removed.

        Raises:
            Unavailable: A file cannot be moved: it is brought again, which changes nothing.
        """
        try:
            for one in outcomes:
                for file in self._brought.pop(one.key, ()):
                    self._move(file, one)
            self._clear()
        except OSError as fault:
            raise Unavailable(what_is_wrong(fault)) from fault

    def _move(self, file: Path, one: Settled) -> None:
        folder = self.folder / ("refused" if one.number is None else "done")
        folder.mkdir(mode=0o750, exist_ok=True)
        target = _free(folder, file.stem)
        answer = {"key": one.key, "number": one.number, "why": one.why or None}
        put(target.with_suffix(".answer.json"), json.dumps(answer, ensure_ascii=False, indent=1).encode() + b"\n")
        file.replace(target)
        settle(folder)

    def _clear(self) -> None:
        since = WallClock().moment().timestamp() - self._keep_days * _DAY
        for answer in (self.folder / "done").glob("*.answer.json"):
            # The order's own file is as old as the other system made it; its answer, as long as it has lain here.
            if answer.stat().st_mtime < since:
                answer.with_name(f"{answer.name.removesuffix('.answer.json')}.json").unlink(missing_ok=True)
                answer.unlink(missing_ok=True)


def _read(file: Path) -> Brought | None:
    """Return the order in a file; none where it is no file, or may still be being written."""
    try:
        status = file.lstat()
        if not stat.S_ISREG(status.st_mode):
            return None
        with file.open("rb") as opened:
            content = opened.read(LARGEST + 1)
    except (FileNotFoundError, PermissionError):  # gone meanwhile; or, on Windows, still open elsewhere
        return None
    if len(content) > LARGEST:
        return _unreadable(file, content, sentence("the file is larger than {most} bytes", most=LARGEST))
    try:
        said = json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        age = WallClock().moment().timestamp() - status.st_mtime
        if age < STILL_BEING_WRITTEN:
            return None
        return _unreadable(file, content, sentence("the file is no JSON"))
    if not isinstance(said, dict):
        return _unreadable(file, content, sentence("the file holds no JSON object"))
    return _order(file, said)


def _order(file: Path, said: dict[str, Any]) -> Brought:
    key = _key(str(said.pop("key", "") or file.stem))
    unknown = tuple(name for name in said if name not in BROUGHT_FIELDS)
    if unknown:
        known = ("key", *BROUGHT_FIELDS)
        what = sentence("no order has the field {unknown}; there are: {known}", unknown=unknown[0][:40], known=known)
        return Brought(key=key, fields=_texts(said), fault=what)
    wrong = [name for name, value in said.items() if isinstance(value, bool | list | dict)]
    if wrong:
        return Brought(key=key, fields=_texts(said), fault=sentence("{field} is no text", field=wrong[0]))
    return Brought(key=key, fields=said)


def _texts(said: Mapping[str, Any]) -> dict[str, str]:
    return {name: str(said[name]) for name in BROUGHT_FIELDS if isinstance(said.get(name), str | int | float)}


def _unreadable(file: Path, content: bytes, why: Sentence) -> Brought:
    # With what stands in it: a person reads that, and an emergency in it is kept.
    return Brought(key=_key(file.stem), fields={"note": content.decode("utf-8", "replace")}, fault=why)


def _key(text: str) -> str:
    if len(text) <= LONGEST_KEY and text.isprintable():
        return text
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _free(folder: Path, stem: str) -> Path:
    """Return a name at which nothing stands yet: a system may use one twice."""
    target, count = folder / f"{stem}.json", 1
    while target.exists():
        count += 1
        target = folder / f"{stem}-{count}.json"
    return target


@hookimpl
def dispatch_sources() -> Mapping[str, OpenSource]:
    """Offer the folder."""
    return {NAME: JsonInbox}
