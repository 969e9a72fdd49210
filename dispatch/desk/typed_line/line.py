"""One typed line made an order: parsed, shown, asked about where it is not clear, never guessed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from dispatch.desk.emergencies import emergency_advice, is_emergency
from dispatch.desk.phones import parse_phone
from dispatch.desk.typed_line.addresses import (
    LONGEST_LINE,
    AddressGuess,
    answer_address,
    parse_address,
    read_address,
)
from dispatch.desk.typed_line.line_questions import (
    LEAVE_OUT,
    URGENCY_WORDS,
    broken_phone_questions,
    headcount_questions,
    name_questions,
    phone_questions,
    read_out,
    service_label,
    service_questions,
    urgency_questions,
    window_questions,
)
from dispatch.desk.typed_line.names import FoundName, find_names, name_said
from dispatch.desk.typed_line.need_words import (
    Span,
    find_headcount,
    find_headcount_range,
    find_rival_needs,
    find_separate_needs,
    find_services,
    find_urgency,
)
from dispatch.desk.typed_line.option_times import read_window
from dispatch.desk.typed_line.phone_words import find_broken_phones, find_phones
from dispatch.desk.typed_line.questions import NotAChoice, Question, choose, refuse_while_open
from dispatch.desk.typed_line.windows import Times, Window, read_times
from dispatch.errors import Refused
from dispatch.i18n import Language, Sentence, sentence
from dispatch.model.community import Places
from dispatch.model.request import Order, Private, Source
from dispatch.model.service import Service, Urgency

_ADDRESS_KEYS: Final = ("place", "unit", "door")


@dataclass(frozen=True, slots=True, kw_only=True)
class LineGuess:
    """What a line seems to say, to be shown and confirmed.

    Args:
        text: What was typed, without characters that cannot be seen.
        address: Where, with its own questions.
        service: The service needed; none while that is still asked.
        urgency: What the line says of it; none means the service's own class.
        headcount: How many people, as the line says: the rules are asked when the order is taken.
        window: When work may begin, in UTC; none means as soon as may be.
        name: What the person is called.
        phone: In E.164, or a short code.
        note: What is left of the line.
        read: The stretches of the line that are not left, for something else says them.
        advice: Numbers to call first; all but the mild word on gas make the order a person's at once.
        asked: What is still to be asked beside the address.
        windows: The windows to choose from while that is asked.
        needs: The services of several needs that the line adds to one another: each is an order of its own.
        lost_times: Times that the line seems to wish for and that are not understood.
    """

    text: str
    address: AddressGuess
    service: Service | None
    urgency: Urgency | None
    headcount: int
    window: Window | None
    name: str
    phone: str
    note: str
    read: tuple[str, ...]
    advice: tuple[Sentence, ...]
    asked: tuple[Question, ...]
    windows: tuple[Window, ...]
    needs: tuple[Service, ...]
    lost_times: tuple[str, ...]
    places: Places = field(repr=False)
    catalogue: tuple[Service, ...] = field(repr=False)
    zone: str
    now: datetime
    region: str
    area_code: str = ""

    @property
    def questions(self) -> tuple[Question, ...]:
        """What has to be answered before this is an order, in the order in which to ask."""
        return (*self.address.questions, *self.asked)

    def order(self, source: Source = Source.PHONE, key: str | None = None) -> Order:
        """Return the order, the typed line kept whole in its private notes.

        Raises:
            Refused: Something is still to be asked; names every open question.
        """
        refuse_while_open(self.questions)
        assert self.service is not None
        assert self.address.place is not None
        return Order(
            service=self.service.code,
            place=self.address.place,
            person=Private(
                name=self.name,
                phone=self.phone,
                exact_address=self.address.exact_address,
                floor=self.address.floor,
                notes=self.text,
            ),
            urgency=self.urgency,
            headcount=self.headcount,
            window=self.window,
            source=source,
            key=key,
        )

    def shown(self, language: Language = "zh") -> tuple[Sentence, ...]:
        """Return the guess line by line, to be confirmed.

        Args:
            language: In which of its two names the service is called.
        """
        urgency = self.urgency or (self.service.urgency if self.service else None)
        lines = [sentence("place: {place}", place=self.address.exact_address or sentence("not clear yet"))]
        if self.service is None:
            lines.append(sentence("service: {service}", service=sentence("not clear yet")))
        else:
            name = self.service.name_zh if language == "zh" else self.service.name_en
            lines.append(sentence("service: {service}", service=f"{name} ({self.service.code})"))
        if urgency is not None:
            lines.append(sentence("how pressing: {urgency}", urgency=URGENCY_WORDS[urgency]))
        if self.headcount != 1:
            lines.append(sentence("people needed: {headcount}", headcount=self.headcount))
        if self.window is not None:
            lines.append(sentence("when: {window}", window=read_out(self.window, self.zone)))
        lines += self.warnings()
        if self.name:
            lines.append(sentence("name: {name}", name=self.name))
        if self.phone:
            lines.append(sentence("phone: {phone}", phone=self.phone))
        if self.note:
            lines.append(sentence("note: {note}", note=self.note))
        return tuple(lines)

    def warnings(self) -> tuple[Sentence, ...]:
        """Return what the line says that the order will not say."""
        if not self.lost_times:
            return ()
        if self.window is not None:
            return (sentence("time not understood: {times}", times=self.lost_times),)
        return (sentence("time not understood: {times}; taken as: as soon as may be", times=self.lost_times),)


def parse_line(
    text: str,
    places: Places,
    services: Iterable[Service],
    region: str = "CN",
    *,
    now: datetime,
    zone: str,
    area_code: str = "",
    leave_open: bool = False,
) -> LineGuess:
    """Read a line as it is typed while holding the phone: "8号楼2单元301 下水道堵了 王阿姨 …".

    Only what is certain is read; the rest stays in the note, and the whole line in the order's private notes.

    Args:
        text: At most 500 characters.
        places: The community's tree.
        services: Its catalogue.
        region: Two-letter country of phone numbers written without a country code.
        now: The moment it was typed; aware.
        zone: IANA time zone of the clock on the community's wall.
        area_code: Of land lines written without one; empty means that it is asked for.
        leave_open: Whether a place that is not here, or a time that cannot be, is left open and not refused.

    Raises:
        NotFound: A building or a unit is named that this community has not.
        Refused: The line is empty, too long or not text, or its window ends before it begins.
    """
    text = _readable(text)
    catalogue = tuple(services)
    advice = emergency_advice(text)
    is_pressing = is_emergency(text)
    phones = find_phones(text, region, area_code)
    rest = _blank(text, *(phone.span for phone in phones))
    times, wrong_times = _times(rest, now, zone, leave_open=leave_open)
    windows = tuple(dict.fromkeys(found.window for found in times.found))
    timeless = _blank(rest, *(found.span for found in times.found))
    address = (read_address if leave_open else parse_address)(timeless, places)
    names = _names(_blank(timeless, *address.spans), phones[0].span[0] if phones else None, catalogue)
    closed = (*address.spans, *(name.span for name in names), *(phone.span for phone in phones))
    matched, _ = find_services(text, catalogue, closed)
    needs = find_separate_needs(text, catalogue, closed)
    matched = needs or find_rival_needs(text, catalogue, closed) or matched
    # Times that are asked about stay in the note: the line says them, and the answer may be neither.
    rest = _blank(
        timeless if len(windows) == 1 else rest,
        *address.spans,
        *(name.span for name in names if len(names) == 1),
    )
    pressing = () if is_pressing else find_urgency(rest)
    said = tuple(dict.fromkeys(Urgency(word.value) for word in pressing))
    heads = find_headcount(rest)
    heads_between = find_headcount_range(rest) if heads is None else None
    phone = tuple(dict.fromkeys(found.phone for found in phones if found.phone))
    left = _blank(rest, *(word.span for word in pressing if len(said) == 1), *([heads[1]] if heads else []))
    return LineGuess(
        text=text,
        address=address,
        service=matched[0] if len(matched) == 1 else None,
        urgency=Urgency.URGENT if is_pressing else said[0] if len(said) == 1 else None,
        headcount=heads[0] if heads else 1,
        window=windows[0] if len(windows) == 1 else None,
        name=names[0].name if len(names) == 1 else "",
        phone=phone[0] if len(phone) == 1 else "",
        note=_tidy(left),
        read=_stretches(text, left),
        advice=advice,
        asked=(
            *service_questions(matched, catalogue, are_separate=bool(needs)),
            *headcount_questions(heads_between),
            *window_questions(windows, zone, () if is_pressing else times.asked),
            *wrong_times,
            *phone_questions(phones, area_code),
            *broken_phone_questions(() if phones else find_broken_phones(rest)),
            *name_questions(name.name for name in names),
            *urgency_questions(said),
        ),
        windows=windows,
        needs=needs,
        lost_times=times.lost,
        places=places,
        catalogue=catalogue,
        zone=zone,
        now=now,
        region=region,
        area_code=area_code,
    )


def answer(guess: LineGuess, key: str, value: str) -> LineGuess:
    """Return the guess with one of its questions answered; another question may follow from the answer.

    Args:
        guess: What ``parse_line`` gave, or an earlier answer.
        key: The question's key.
        value: The value or label of one of its choices, or own words where it is open to them.

    Raises:
        Refused: Nothing is asked about that, or the answer is none that could be.
        NotFound: The answer names a place that this community has not.
    """
    if key in _ADDRESS_KEYS:
        return replace(guess, address=answer_address(guess.address, key, value, guess.places))
    question = next((question for question in guess.asked if question.key == key), None)
    if question is None:
        raise Refused(
            "nothing is asked about {what}", what=key, hint="answer what is asked, or type the line again"
        )
    guess = replace(guess, asked=tuple(other for other in guess.asked if other.key != key))
    if key == "service":
        return replace(guess, service=_service_called(value, guess.catalogue, question))
    choice = choose(question, value)
    said = value.strip() if choice is None else "" if choice.value == LEAVE_OUT else choice.value
    if key == "window":
        return replace(guess, window=_window_said(guess, said, is_own=choice is None), lost_times=())
    if key == "headcount":
        return replace(guess, headcount=int(said))
    if key == "phone":
        return replace(guess, phone=parse_phone(said, guess.region, guess.area_code) if said else "")
    if key == "name":
        return replace(guess, name=said if choice else name_said(said, guess.now, guess.zone))
    return replace(guess, urgency=Urgency(said))


def _window_said(guess: LineGuess, said: str, *, is_own: bool) -> Window | None:
    """Return the window of an answer: the choice's, none for as soon as may be, or what own words say for certain."""
    if not is_own:
        return guess.windows[int(said) - 1] if said else None
    return read_window(said, guess.now, guess.zone)


def _service_called(value: str, catalogue: Iterable[Service], question: Question) -> Service:
    wanted = value.strip().casefold()
    for service in catalogue:
        names = (service.code, service.name_zh, service.name_en, service_label(service))
        if wanted in (name.casefold() for name in names):
            return service
    raise NotAChoice(
        "{answer} is none of the services",
        answer=value[:40],
        choices=tuple(choice.value for choice in question.choices),
        hint="choose one of: {choices}",
    )


def _times(
    text: str, now: datetime, zone: str, *, leave_open: bool
) -> tuple[Times, tuple[Question, ...]]:
    try:
        return read_times(text, now, zone), ()
    except Refused as error:
        if not leave_open:
            raise
        return Times((), (), ()), (Question("window", Sentence(error.message, error.params)),)


def _names(text: str, phone_at: int | None, catalogue: tuple[Service, ...]) -> list[FoundName]:
    # 马 is a surname, but 马桶 is a need.
    return [name for name in find_names(text, phone_at) if not _begins_a_need(name.name, catalogue)]


def _begins_a_need(name: str, catalogue: tuple[Service, ...]) -> bool:
    matched, span = find_services(name, catalogue)
    return bool(matched) and span[0] == 0


def visible(text: str) -> str:
    """Return the text without what cannot be seen: control characters, marks of direction, zero widths.

    Bytes that are no text become a mark that something stood there.
    """
    seen = []
    for character in text:
        category = unicodedata.category(character)
        if category == "Cs":
            seen.append("\N{REPLACEMENT CHARACTER}")
        elif category != "Cf":
            seen.append(" " if category in ("Cc", "Zl", "Zp") else character)
    return "".join(seen).strip()


def _readable(text: str) -> str:
    if len(text) > LONGEST_LINE:
        raise Refused(
            "the line has {length} characters, more than {most}",
            length=len(text),
            most=LONGEST_LINE,
            hint="write where, what, name and phone; the rest can be told on the phone",
        )
    if any(unicodedata.category(character) == "Cs" for character in text):
        raise Refused("the line holds bytes that are no text", hint="write it in UTF-8")
    text = visible(text)
    if not text:
        raise Refused("the line is empty", hint="write where and what: 8号楼2单元301 下水道堵了 王阿姨")
    return text


def _blank(text: str, *spans: Span) -> str:
    for start, end in spans:
        text = text[:start] + " " * (end - start) + text[end:]
    return text


def _stretches(text: str, left: str) -> tuple[str, ...]:
    """Return the parts of a text that are blank in what is left of it, the longest first."""
    marked = "".join("\0" if one == " " or kept != " " else one for one, kept in zip(text, left, strict=True))
    return tuple(sorted({part for part in marked.split("\0") if part}, key=len, reverse=True))


def _tidy(text: str) -> str:
    return re.sub(r"\s{2,}", " ", re.sub(r"(?:\s*[,，、;；]\s*){2,}|\s+[,，;；]\s+", "，", text)).strip(
        " ,，。.、;；:：-·"
    )
