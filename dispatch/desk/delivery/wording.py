"""The words of every message, in its reader's language, telling no more than may be told yet."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime, timedelta
from typing import Final

from dispatch.clock import on_the_wall
from dispatch.desk.delivery.dialling import as_dialled
from dispatch.desk.delivery.letters import Helper, Letter
from dispatch.desk.delivery.typed_notes import unsaid
from dispatch.i18n import Sentence, say, say_value, sentence
from dispatch.model.lifecycle import OfferState, RequestState
from dispatch.model.message import Message, MessageKind
from dispatch.model.service import Service
from dispatch.units import METRES_A_MINUTE

ONE_SMS: Final = 70
"""Characters of one part of a Chinese SMS (UCS-2); the gateway's signature 【…】 counts among them."""

LONGEST_NAME: Final = 20
LONGEST_DOOR: Final = 40
LONGEST_NOTE: Final = 60
LONGEST_WHY: Final = {"zh": 36, "en": 80}
"""Of a typed why or to whom, so that the whole stays within one SMS."""

_MONTHS: Final = (
    Sentence("Jan"),
    Sentence("Feb"),
    Sentence("Mar"),
    Sentence("Apr"),
    Sentence("May"),
    Sentence("Jun"),
    Sentence("Jul"),
    Sentence("Aug"),
    Sentence("Sep"),
    Sentence("Oct"),
    Sentence("Nov"),
    Sentence("Dec"),
)
_TAKEN: Final = (RequestState.ARRANGED, RequestState.DOING, RequestState.DONE, RequestState.RATED)
_LINK = re.compile(r"(?:https?://|www\.)\S+|\b[\w-]+\.(?:com|cn|net|top|xyz|cc)\b\S*", re.IGNORECASE)
_LONG_NUMBER = re.compile(r"\d(?:[\s-]?\d){6,}")
_FORGED_SIGNATURE = str.maketrans("", "", "【】[]")


def word(letter: Letter, now: datetime) -> Message:
    """Return the message that a letter becomes, in its reader's language.

    Args:
        now: When it is read, as good as one knows: "today" is the community's day of it.
    """
    what = sentence_of(letter, now)
    language = letter.language
    # A list goes as a whole, and one by one as well: an approved text has a place for each.
    listed = {
        f"{name}_{n}": one
        for name, value in what.params.items()
        if isinstance(value, tuple)
        for n, one in enumerate(value, start=1)
    }
    spoken = {
        name: value if isinstance(value, str) else say_value(value, language)
        for name, value in {**what.params, **listed}.items()
    }
    return Message(
        key=letter.delivery.id,
        kind=letter.kind,
        to=letter.to.phone,
        text=say(Sentence(what.id, spoken), language),
        language=language,
        number=letter.request.number,
        code=letter.offer.code if letter.kind is MessageKind.OFFER and letter.offer is not None else "",
        template=what.id,
        params=spoken,
    )


def sentence_of(letter: Letter, now: datetime) -> Sentence:
    """Return the whole text of a message, not yet in words of one language but for the service's name."""
    return _SENTENCES[letter.kind](letter, now)


def need_of(service: Service, language: str, *, told: bool) -> Sentence | str:
    """Return how a service is called in a message.

    Args:
        told: Whether a confidential need may be named; where not, it is only help in the neighbourhood.
    """
    if service.confidential and not told:
        return sentence("neighbourhood help")
    return service.name_zh if language == "zh" else service.name_en


def when_of(letter: Letter, now: datetime) -> Sentence:
    """Return when the work may begin, on the clock of the community's wall."""
    if letter.request.window is None:
        return sentence("at once") if letter.is_urgent else sentence("as soon as possible")
    return window_said(letter.request.window, letter.community.zone, now)


def window_said(window: tuple[datetime, datetime], zone: str, now: datetime) -> Sentence:
    """Return a window as people say it: "today 9:00-11:00"."""
    start, end = (on_the_wall(moment, zone) for moment in window)
    today = on_the_wall(now, zone)
    if start.date() == end.date():
        if start == end:
            return sentence("{day} {from_}", day=_day(start, today), from_=_clock(start))
        return sentence("{day} {from_}-{to}", day=_day(start, today), from_=_clock(start), to=_clock(end))
    return sentence(
        "{day} {from_} to {last_day} {to}",
        day=_day(start, today),
        from_=_clock(start),
        last_day=_day(end, today),
        to=_clock(end),
    )


def terms_of(*, is_paid: bool) -> Sentence:
    """Return whether the work costs the resident money."""
    return sentence("paid") if is_paid else sentence("unpaid")


def where_of(letter: Letter, *, how_far: bool = True) -> Sentence | str:
    """Return the coarse place, and how far it is from the responder where that is known and matters."""
    if letter.metres is None or not how_far:
        return letter.place
    if letter.metres == 0:
        return sentence("{place} (your own building)", place=letter.place)
    minutes = max(1, -(-letter.metres // METRES_A_MINUTE))
    return sentence("{place} ({minutes} min on foot)", place=letter.place, minutes=minutes)


def door_of(letter: Letter) -> tuple[str, ...]:
    """Return the resident's name, phone and door, as far as they are known. Private."""
    resident = letter.resident
    door = tidy(resident.exact_address, LONGEST_DOOR) or letter.place
    found = (tidy(resident.name, LONGEST_NAME), as_dialled(resident.phone), door)
    return tuple(part for part in found if part)


def comers_of(letter: Letter) -> tuple[Sentence | str, ...]:
    """Return who comes, by name, with the phone where it may be told. Private."""
    return tuple(_comer(one) for one in letter.helpers)


def tidy(text: str, longest: int, *, numbers: bool = True) -> str:
    """Return typed text fit to stand in a message.

    Links, brackets of the kind gateways sign with, line ends and characters that
    nobody sees are taken out; what is too long ends in "…".

    Args:
        longest: Characters to keep at most.
        numbers: Whether numbers of seven digits and more may stay.
    """
    seen = "".join(
        " " if unicodedata.category(one) in ("Cc", "Zl", "Zp", "Zs") else one
        for one in text
        if unicodedata.category(one) != "Cf"
    )
    seen = _LINK.sub(" ", seen.translate(_FORGED_SIGNATURE))
    if not numbers:
        seen = _LONG_NUMBER.sub("…", seen)
    seen = " ".join(seen.split())
    return seen if len(seen) <= longest else seen[: longest - 1] + "…"


def _offer(letter: Letter, now: datetime) -> Sentence:
    fullest = _offer_with(letter, now, how_far=True)
    room = ONE_SMS - len(f"【{letter.community.name_zh}】")
    if letter.metres is None or letter.language != "zh" or len(say(fullest, "zh")) <= room:
        return fullest
    return _offer_with(letter, now, how_far=False)


def _offer_with(letter: Letter, now: datetime, *, how_far: bool) -> Sentence:
    return sentence(
        "request {number}: {service}, {place}, {when}, about {minutes} min, {terms}."
        " Reply 1 {code} to take it, 2 {code} if you cannot",
        number=letter.request.number,
        service=need_of(letter.service, letter.language, told=False),
        place=where_of(letter, how_far=how_far),
        when=when_of(letter, now),
        minutes=letter.service.minutes,
        terms=terms_of(is_paid=letter.responder is not None and letter.responder.is_paid),
        code=letter.offer.code if letter.offer is not None else "",
    )


def _details(letter: Letter, now: datetime) -> Sentence:
    note = tidy(unsaid(letter.resident), LONGEST_NOTE, numbers=False)
    service = need_of(letter.service, letter.language, told=True)
    number, who, when = letter.request.number, door_of(letter), when_of(letter, now)
    if letter.delivery.occasion > 1:
        return _corrected(number, service, who, when, note)
    if note:
        return sentence(
            "request {number}, {service}, is yours, thank you: {who}; {when}; note: {note}",
            number=number,
            service=service,
            who=who,
            when=when,
            note=note,
        )
    return sentence(
        "request {number}, {service}, is yours, thank you: {who}; {when}",
        number=number,
        service=service,
        who=who,
        when=when,
    )


def _corrected(
    number: int, service: Sentence | str, who: tuple[str, ...], when: Sentence, note: str
) -> Sentence:
    if note:
        return sentence(
            "request {number}, {service}, was corrected; what holds now: {who}; {when}; note: {note}",
            number=number,
            service=service,
            who=who,
            when=when,
            note=note,
        )
    return sentence(
        "request {number}, {service}, was corrected; what holds now: {who}; {when}",
        number=number,
        service=service,
        who=who,
        when=when,
    )


def _not_needed(letter: Letter, _now: datetime) -> Sentence:
    number = letter.request.number
    if letter.offer is not None and letter.offer.state in (OfferState.CANCELLED, OfferState.RELEASED):
        return sentence("request {number}: you need not go any more, thank you", number=number)
    if letter.helpers or letter.request.state in _TAKEN:
        return sentence("request {number}: somebody has taken it, thank you", number=number)
    return sentence("request {number}: it is no longer needed, thank you", number=number)


def _received(letter: Letter, _now: datetime) -> Sentence:
    return sentence(
        "we have your request {number}: {service}. We will tell you who comes",
        number=letter.request.number,
        service=need_of(letter.service, letter.language, told=False),
    )


def _who_comes(letter: Letter, now: datetime) -> Sentence:
    if letter.is_instead:
        return sentence(
            "request {number}, {service}: {helpers} will come instead, {when}",
            number=letter.request.number,
            service=need_of(letter.service, letter.language, told=False),
            helpers=comers_of(letter),
            when=when_of(letter, now),
        )
    return sentence(
        "request {number}, {service}: {helpers} will come, {when}",
        number=letter.request.number,
        service=need_of(letter.service, letter.language, told=False),
        helpers=comers_of(letter),
        when=when_of(letter, now),
    )


def _done(letter: Letter, _now: datetime) -> Sentence:
    return sentence(
        "request {number}, {service}, is done. Please tell us how it was: good, fair or poor",
        number=letter.request.number,
        service=need_of(letter.service, letter.language, told=False),
    )


def _looking(letter: Letter, _now: datetime) -> Sentence:
    return sentence(
        "request {number}, {service}: {name} cannot do it after all. We are asking somebody else and will tell you who",
        number=letter.request.number,
        service=need_of(letter.service, letter.language, told=False),
        name=tuple(tidy(one.name, LONGEST_NAME) for one in letter.helpers),
    )


def _merged(letter: Letter, _now: datetime) -> Sentence:
    return sentence(
        "request {number} is the same need as {into}: it goes on under number {into}",
        number=letter.request.number,
        into=letter.into or letter.request.number,
    )


def _closed(letter: Letter, _now: datetime) -> Sentence:
    """Say how a request ended without being done; of a confidential one no typed word."""
    number, service = letter.request.number, need_of(letter.service, letter.language, told=False)
    words = "" if letter.service.confidential else letter.words
    match letter.request.state:
        case RequestState.UNABLE:
            why = tidy(words, LONGEST_WHY[letter.language], numbers=False)
            if why:
                return sentence(
                    "we are sorry: request {number}, {service}, could not be done: {why}",
                    number=number,
                    service=service,
                    why=why,
                )
            return sentence(
                "we are sorry: request {number}, {service}, could not be done. Please ask us why",
                number=number,
                service=service,
            )
        case RequestState.HANDED_OVER:
            whom = tidy(words, LONGEST_WHY[letter.language])
            if whom:
                return sentence(
                    "request {number}, {service}: we have passed it on to {whom}, who will go on with it",
                    number=number,
                    service=service,
                    whom=whom,
                )
            return sentence(
                "request {number}, {service}: we have passed it on. Please ask us to whom",
                number=number,
                service=service,
            )
        case RequestState.PROMOTED:
            return sentence(
                "request {number}, {service}, is for everybody to decide: it goes to the residents' council",
                number=number,
                service=service,
            )
    return sentence(
        "request {number}, {service}, was cancelled and nobody will come. Tell us if you still need it",
        number=number,
        service=service,
    )


_SENTENCES: Final = {
    MessageKind.OFFER: _offer,
    MessageKind.DETAILS: _details,
    MessageKind.NOT_NEEDED: _not_needed,
    MessageKind.RECEIVED: _received,
    MessageKind.WHO_COMES: _who_comes,
    MessageKind.LOOKING: _looking,
    MessageKind.DONE: _done,
    MessageKind.CLOSED: _closed,
    MessageKind.MERGED: _merged,
}


def _comer(one: Helper) -> Sentence | str:
    name = tidy(one.name, LONGEST_NAME)
    return sentence("{name} ({phone})", name=name, phone=as_dialled(one.phone)) if one.phone else name


def _day(moment: datetime, today: datetime) -> Sentence:
    if moment.date() == today.date():
        return sentence("today")
    if moment.date() == today.date() + timedelta(days=1):
        return sentence("tomorrow")
    return sentence("{day} {month}", day=moment.day, month=_MONTHS[moment.month - 1])


def _clock(moment: datetime) -> str:
    return f"{moment.hour}:{moment.minute:02}"
