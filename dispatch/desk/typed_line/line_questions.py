"""What a typed line leaves open beside the address, put as questions with their choices."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from dispatch.clock import on_the_wall
from dispatch.desk.phones import is_local_number
from dispatch.desk.typed_line.phone_words import FoundPhone
from dispatch.desk.typed_line.questions import Choice, Question
from dispatch.desk.typed_line.windows import Window
from dispatch.i18n import Sentence, sentence
from dispatch.model.service import Service, Urgency

LEAVE_OUT: Final = "none"
"""The choice that leaves a thing out of the order."""

URGENCY_WORDS: Final = {
    Urgency.URGENT: sentence("urgent"),
    Urgency.NORMAL: sentence("normal"),
    Urgency.LOW: sentence("can wait"),
}


def service_questions(
    matched: Sequence[Service], catalogue: Iterable[Service], *, are_separate: bool = False
) -> Iterator[Question]:
    """Ask which service it is, unless exactly one matched.

    Args:
        matched: The services that the line names.
        catalogue: All there are.
        are_separate: Whether the line names several needs, and not one need in several ways.
    """
    if len(matched) == 1:
        return
    names = tuple(service_label(service) for service in matched)
    if are_separate:
        asked = sentence("several needs are named ({services}): which one goes into this request?", services=names)
    elif matched:
        asked = sentence("several services could be meant ({services}): which one is it?", services=names)
    else:
        asked = sentence("no service is named: which one is it?")
    labels = tuple(Choice(service.code, service_label(service)) for service in matched or catalogue)
    yield Question("service", asked, labels)


def headcount_questions(between: tuple[int, int] | None) -> Iterator[Question]:
    """Ask how many people are needed where the line says two or three."""
    if between is not None:
        first, last = between
        labels = tuple(Choice(str(count), str(count)) for count in range(first, last + 1))
        asked = sentence("{first} to {last} people are written: how many are needed?", first=first, last=last)
        yield Question("headcount", asked, labels)


def window_questions(windows: Sequence[Window], zone: str, unclear: tuple[str, ...] = ()) -> Iterator[Question]:
    """Ask which of several times is meant, or when it is to be where no word of a time was understood.

    Args:
        windows: What the line says for certain.
        zone: Of the clock on the community's wall.
        unclear: The words of times wished for that were not understood.
    """
    none = Choice(LEAVE_OUT, sentence("as soon as may be"))
    if len(windows) > 1:
        numbered = [Choice(str(number), read_out(window, zone)) for number, window in enumerate(windows, 1)]
        read = tuple(read_out(window, zone) for window in windows)
        asked = sentence("several times could be meant ({times}): which one is it?", times=read)
        yield Question("window", asked, (*numbered, none), True)
    elif unclear and not windows:
        asked = sentence("this time is not clear: {times}; when may the work begin?", times=unclear)
        yield Question("window", asked, (none,), True)


def phone_questions(phones: Iterable[FoundPhone], area_code: str = "") -> Iterator[Question]:
    """Ask which of several phones to keep, or what a mistyped one should be.

    Args:
        phones: What the line holds.
        area_code: The one that land lines without any were tried with.
    """
    phones = tuple(phones)
    known = tuple(dict.fromkeys(found.phone for found in phones if found.phone))
    none = Choice(LEAVE_OUT, sentence("leave the phone out"))
    if len(known) > 1:
        labels = tuple(Choice(phone, phone) for phone in known)
        yield Question(
            "phone", sentence("several phones are written: which one is theirs?"), (*labels, none), True
        )
    elif phones and not known:
        written = phones[0].written
        if is_local_number(written) and not area_code:
            asked = sentence(
                "{text} is a land line without its area code: what is the number with it? "
                "(asked no more once phones.area_code is set in dispatch.toml)",
                text=written,
            )
        else:
            asked = sentence("{text} is not a phone number: what is their phone?", text=written)
        yield Question("phone", asked, (none,), True)


def broken_phone_questions(written: Sequence[str]) -> Iterator[Question]:
    """Ask for the whole of a phone of which the line has a part, or one that is mistyped."""
    if written:
        asked = sentence("{text} is no whole phone number: which number is to be called back?", text=written[0])
        yield Question("phone", asked, (Choice(LEAVE_OUT, sentence("leave the phone out")),), True)


def name_questions(names: Iterable[str]) -> Iterator[Question]:
    """Ask which of several names is that of the person in need."""
    names = tuple(names)
    if len(names) > 1:
        labels = tuple(Choice(name, name) for name in names)
        yield Question("name", sentence("several names are written: whose need is it?"), labels, True)


def urgency_questions(said: Sequence[Urgency]) -> Iterator[Question]:
    """Ask how pressing it is where the line says both."""
    if len(said) > 1:
        labels = tuple(Choice(urgency.value, words) for urgency, words in URGENCY_WORDS.items())
        yield Question(
            "urgency",
            sentence("the line says both that it is urgent and that it can wait: which is it?"),
            labels,
        )


def service_label(service: Service) -> str:
    """Return both names of a service, to be chosen by a reader of either language."""
    return f"{service.name_zh} {service.name_en}"


def read_out(window: Window, zone: str) -> Sentence:
    """Return a window as the clock on the community's wall shows it."""
    begin, end = (on_the_wall(moment, zone) for moment in window)
    last = f"{end:%H:%M}" if begin.date() == end.date() else f"{end:%Y-%m-%d %H:%M}"
    return sentence("{begin} to {end}", begin=f"{begin:%Y-%m-%d %H:%M}", end=last)
