"""The rows of a phone sheet: whom to ring, what to say, and nothing that may not be told yet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any, Final

from dispatch.clock import on_the_wall, rfc3339
from dispatch.desk.delivery.dialling import as_dialled
from dispatch.desk.delivery.letters import Letter
from dispatch.desk.delivery.wording import (
    LONGEST_NOTE,
    need_of,
    sentence_of,
    terms_of,
    tidy,
    when_of,
    where_of,
)
from dispatch.desk.masking import mask_name
from dispatch.desk.phone_list.pinyin import pinyin_of
from dispatch.i18n import Language, Sentence, say, sentence
from dispatch.model.community import Community
from dispatch.model.message import MessageKind
from dispatch.model.responder import ResponderKind

PURPOSES: Final[Mapping[MessageKind, Sentence]] = {
    MessageKind.OFFER: Sentence("ask"),
    MessageKind.DETAILS: Sentence("tell where to go"),
    MessageKind.NOT_NEEDED: Sentence("tell: not needed"),
    MessageKind.RECEIVED: Sentence("tell: received"),
    MessageKind.WHO_COMES: Sentence("tell who comes"),
    MessageKind.LOOKING: Sentence("tell: somebody else is sought"),
    MessageKind.DONE: Sentence("ask how it was"),
    MessageKind.CLOSED: Sentence("tell how it ended"),
    MessageKind.MERGED: Sentence("tell the new number"),
}
"""What a call is for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One call to make, in the words of one language.

    Args:
        no: Counts from 1 on each sheet; what is keyed back.
        name: Whom to ring, in full: a person dials. Private.
        pinyin: How the name is said; empty where it is not Chinese, or covered. Private.
        phone: In the groups in which it is dialled. Private.
        kind: What for: "offer" asks, everything else tells.
        purpose: The same in words.
        what: For an offer the need; for the rest the whole text to be read out. Private.
        where: The building; never more.
        paid: "paid" or "unpaid" in words.
        note: What to know about the person called ("hard of hearing"). Private.
        number: The request's number.
        code: The offer's own code; empty for the rest.
        answer_by: By what o'clock an offer must be answered; empty for the rest.
        unreached: How often nobody picked up before.
        is_over: On a reprint: nobody need ring any more, and name and phone are covered.
    """

    no: int
    name: str
    pinyin: str
    phone: str
    kind: str
    purpose: str
    what: str
    where: str
    when: str
    minutes: int
    paid: str
    note: str
    number: int
    code: str
    answer_by: str
    is_urgent: bool
    unreached: int
    is_over: bool = False

    @property
    def two_digits(self) -> str:
        """The row's number as it is printed: "07"."""
        return f"{self.no:02}"

    @property
    def is_question(self) -> bool:
        """Whether a yes or a no is asked for."""
        return self.kind == MessageKind.OFFER.value


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One phone list on paper.

    Args:
        number: Counts up per community; none where there is nobody to ring and nothing was printed.
        hand_to: Who keys the answers back.
    """

    number: int | None
    printed_at: datetime
    community: Community
    hand_to: str
    language: Language
    rows: tuple[Row, ...]

    def to_json(self) -> dict[str, Any]:
        """Give plain data for machine reading."""
        return {
            "sheet": self.number,
            "printed_at": rfc3339(self.printed_at),
            "community": self.community.code,
            "rows": [asdict(row) for row in self.rows],
        }


def row_of(
    no: int,
    letter: Letter,
    now: datetime,
    language: Language,
    *,
    unreached: int = 0,
    is_over: bool = False,
    not_before: datetime | None = None,
) -> Row:
    """Return the row that a letter becomes on paper.

    Args:
        language: The language of whoever rings.
        is_over: Cover what need not be known any more.
        not_before: Until when it is quiet for whoever is rung; whether to ring before is the caller's decision.
    """
    letter = replace(letter, language=language)
    offer = letter.offer
    asks = letter.kind is MessageKind.OFFER
    need = need_of(letter.service, language, told=False)
    answer_by = _clock(letter, offer.deadline_at) if asks and offer is not None else ""
    what: Sentence | str = need if asks or is_over else sentence_of(letter, now)
    return Row(
        no=no,
        name=mask_name(letter.to.name) if is_over else letter.to.name,
        pinyin="" if is_over else pinyin_of(letter.to.name, is_person=_is_person(letter)),
        phone="" if is_over else as_dialled(letter.to.phone),
        kind=letter.kind.value,
        purpose=say(_purpose(letter, not_before), language),
        what=_said(what, language),
        where=_said(where_of(letter, how_far=asks), language),
        when=say(when_of(letter, now), language),
        minutes=letter.service.minutes,
        paid=_terms(letter, language),
        note=""
        if is_over or letter.delivery.recipient == "resident"
        else tidy(letter.to.notes, LONGEST_NOTE),
        number=letter.request.number,
        code=offer.code if asks and offer is not None else "",
        answer_by=answer_by,
        is_urgent=letter.is_urgent,
        unreached=unreached,
        is_over=is_over,
    )


def in_order(letters: Sequence[Letter]) -> list[Letter]:
    """Return letters as they are to be rung: urgent first, then by deadline; one person's calls together."""
    soonest: dict[str, tuple[object, ...]] = {}
    for letter in letters:
        key = _haste(letter)
        person = letter.to.phone or letter.delivery.id
        soonest[person] = min(soonest.get(person, key), key)
    return sorted(
        letters,
        key=lambda one: (soonest[one.to.phone or one.delivery.id], one.to.phone, _haste(one)),
    )


def _is_person(letter: Letter) -> bool:
    """Return whether whoever is rung has a name of their own, and not that of a shop or a team."""
    if letter.delivery.recipient == "resident" or letter.responder is None:
        return True
    return letter.responder.kind not in (ResponderKind.SHOP, ResponderKind.TEAM)


def _haste(letter: Letter) -> tuple[object, ...]:
    asks = letter.kind is MessageKind.OFFER
    by = letter.offer.deadline_at if asks and letter.offer is not None else letter.delivery.next_at
    return (not letter.is_urgent, letter.kind is MessageKind.DONE, by, letter.delivery.id)


def _purpose(letter: Letter, not_before: datetime | None) -> Sentence:
    if letter.kind is MessageKind.DETAILS and letter.delivery.occasion > 1:
        return Sentence("tell what was corrected")
    if not_before is not None:
        return sentence(
            "{purpose}, not before {time}", purpose=PURPOSES[letter.kind], time=_clock(letter, not_before)
        )
    return PURPOSES[letter.kind]


def _terms(letter: Letter, language: Language) -> str:
    return "" if letter.responder is None else say(terms_of(is_paid=letter.responder.is_paid), language)


def _clock(letter: Letter, moment: datetime) -> str:
    there = on_the_wall(moment, letter.community.zone)
    return f"{there.hour}:{there.minute:02}"


def _said(what: Sentence | str, language: Language) -> str:
    return say(what, language) if isinstance(what, Sentence) else what
