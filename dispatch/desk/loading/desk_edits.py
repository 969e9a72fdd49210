"""What the desk corrected of responders since the files were loaded: kept, field by field, and told.

What the files said last is nowhere kept whole: it is what stood there before the desk's first correction since, which
the log holds of each correction. Where a load leaves the desk's value beside another one of the files, it notes in the
log what the files say.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from heapq import merge
from typing import Any, Final, NamedTuple

from dispatch.i18n import Sentence
from dispatch.model.request import Private
from dispatch.model.responder import Responder
from dispatch.store import events, people, private
from dispatch.store.engine import Transaction

_EVER: Final = datetime(2000, 1, 1, tzinfo=UTC)
_OF_RESPONDER: Final = (
    *("kind", "reach_metres", "capacity", "is_adult", "is_paid", "was_helped"),
    *("skills", "licences", "hours", "channel", "language"),
    *("monthly_cap", "no_stairs", "quiet"),
)
_OF_DOOR: Final = ("name", "phone")
_PLACE: Final = "place"
_WHERE: Final = ("exact_address", "floor", "position")
"""What of the door goes with the place: half of an address is none."""

FIELD_SENTENCES: Final[Mapping[str, Sentence]] = {
    "name": Sentence("name"),
    "phone": Sentence("phone"),
    "place": Sentence("where"),
    "kind": Sentence("kind"),
    "skills": Sentence("skills"),
    "licences": Sentence("licences"),
    "hours": Sentence("hours"),
    "capacity": Sentence("seats"),
    "reach_metres": Sentence("reach in metres"),
    "is_adult": Sentence("of age or not"),
    "is_paid": Sentence("paid or free"),
    "was_helped": Sentence("once helped or not"),
    "channel": Sentence("channel"),
    "language": Sentence("language"),
    "monthly_cap": Sentence("requests a month at most"),
    "no_stairs": Sentence("climbs stairs or not"),
    "quiet": Sentence("own quiet hours"),
}
"""How each field is said."""


class Side(NamedTuple):
    """A responder as one side has them: the files, the desk, or the files when they were last loaded."""

    one: Responder
    door: Private


@dataclass(frozen=True, slots=True)
class DeskValue:
    """A value of the desk that a load left as it is.

    Args:
        code: Whose.
        field: Which, as in ``FIELD_SENTENCES``.
        file_changed: Whether the files say something else than when they were last loaded, too.
    """

    code: str
    field: str
    file_changed: bool

    def sentence(self) -> Sentence:
        """Say whose and which: "P285: phone"."""
        return Sentence("{code}: {field}", {"code": self.code, "field": FIELD_SENTENCES[self.field]})


@dataclass(frozen=True, slots=True)
class Decided:
    """One responder as they are to be from now on.

    Args:
        now: Field by field from the files or from the desk.
        kept: The desk's values among them that the files have otherwise.
        is_news: Whether the files say anything that they did not say when they were last loaded.
    """

    now: Side
    kept: tuple[DeskValue, ...]
    is_news: bool


@dataclass(slots=True)
class _Since:
    """What the log tells of one responder since the files last changed them."""

    before: Mapping[str, Any] | None = None
    former_door: str | None = None
    left: Mapping[str, Any] | None = None
    is_added: bool = False
    is_retired: bool = False

    def base(self, desk: Side, doors: Mapping[str, Private]) -> Side | None:
        """Return what the files said when they were last loaded; none where they never named this responder."""
        if self.is_added:
            return None
        one = people.from_plain(self.before) if self.before is not None else desk.one
        door = doors.get(self.former_door, Private()) if self.former_door is not None else desk.door
        if self.left is None:
            return Side(one, door)
        said = Side(people.from_plain(self.left["file"]), doors.get(str(self.left["kept"]), Private()))
        return _taking(Side(one, door), said, self.left["fields"])


@dataclass(slots=True)
class DeskEdits:
    """What the desk did to responders since the files were last loaded."""

    _since: dict[str, _Since] = field(default_factory=dict)
    _doors: dict[str, Private] = field(default_factory=dict)

    @classmethod
    def read(cls, tx: Transaction, kept: Iterable[Responder]) -> DeskEdits:
        """Read it off the log.

        Args:
            tx: The transaction.
            kept: The responders there are.
        """
        codes = {str(one.id): one.code for one in kept}
        if not codes:
            return cls()
        kinds = ("loaded", "desk-kept", "responder-added", "responder-edited", "opted-out")
        logs = [events.of_kind(tx.connection, tx.community, kind, _EVER) for kind in kinds]
        since: dict[str, _Since] = {code: _Since() for code in codes.values()}
        for happened in merge(*logs, key=lambda one: one.seq):
            if happened.kind == "loaded":
                _hear_load(since, happened.params)
            elif (code := codes.get(str(happened.params["responder"]))) is not None:
                since[code] = _heard(since[code], happened.kind, happened.params)
        wanted = {str(each["kept"]) for one in since.values() if (each := one.left) is not None and each["kept"]}
        wanted |= {one.former_door for one in since.values() if one.former_door is not None}
        return cls(since, private.look_up(tx.connection, wanted))

    def was_retired_by_files(self, code: str) -> bool:
        """Return whether somebody who is asked no more is so only because the files no longer named them."""
        return self._since[code].is_retired

    def decide(self, file: Side, desk: Side, *, file_wins: bool) -> Decided:
        """Return a responder as they are to be, from what the files say, what the desk has, and what was said before.

        A value that only one side changed is that side's; one that both changed otherwise stays the desk's, for
        nobody can know which was the newer decision.

        Args:
            file: As the files say.
            desk: As they stand.
            file_wins: Whether the files' values are taken even so.
        """
        base = self._since[desk.one.code].base(desk, self._doors)
        said, stands = _values(file), _values(desk)
        before = _values(base) if base is not None else {}
        differ = [name for name in said if said[name] != stands[name]]
        mine = [] if file_wins else [name for name in differ if name not in before or before[name] != stands[name]]
        news = {name for name in said if name not in before or before[name] != said[name]}
        return Decided(
            now=_taking(desk, file, [name for name in differ if name not in mine]),
            kept=tuple(DeskValue(desk.one.code, name, name in news) for name in mine),
            is_news=bool(news),
        )


def files_side(tx: Transaction, file: Side, kept: Iterable[DeskValue]) -> dict[str, Any]:
    """Return what the log is to hold of a responder where the desk's values stay beside other ones of the files.

    What is private of the files' side is kept for it, and stands in it as an id.
    """
    fields = sorted(one.field for one in kept)
    is_private = not {*_OF_DOOR, _PLACE}.isdisjoint(fields)
    return {
        "responder": file.one.id,
        "fields": fields,
        "file": people.to_plain(file.one),
        "kept": private.keep(tx.connection, replace(file.door, notes="")) if is_private else None,
    }


def _hear_load(since: dict[str, _Since], params: Mapping[str, Any]) -> None:
    for code in params["responders_changed"]:
        if code in since:
            since[code] = _Since()
    for code in params["responders_retired"]:
        if code in since:
            since[code].is_retired = True


def _heard(since: _Since, kind: str, params: Mapping[str, Any]) -> _Since:
    if kind == "desk-kept":
        return _Since(left=params, is_retired=since.is_retired)
    if kind == "responder-added":
        return replace(since, is_added=True)
    if kind == "opted-out":
        return replace(since, is_retired=False)
    return replace(
        since,
        before=params["before"] if since.before is None else since.before,
        former_door=params["kept"] if since.former_door is None else since.former_door,
        # Who was active by then and is not now was let go at the desk.
        is_retired=since.is_retired and not params["before"]["is_active"],
    )


def _values(side: Side) -> dict[str, object]:
    return {
        **{name: getattr(side.one, name) for name in _OF_RESPONDER},
        **{name: getattr(side.door, name) for name in _OF_DOOR},
        _PLACE: (side.one.place_id, *(getattr(side.door, name) for name in _WHERE)),
    }


def _taking(side: Side, other: Side, names: Container[str]) -> Side:
    """Return one side with some fields of the other."""
    row = [name for name in _OF_RESPONDER if name in names]
    door = [name for name in _OF_DOOR if name in names]
    if _PLACE in names:
        row.append("place_id")
        door += _WHERE
    return Side(
        replace(side.one, **{name: getattr(other.one, name) for name in row}),
        replace(side.door, **{name: getattr(other.door, name) for name in door}),
    )
