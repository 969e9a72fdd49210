"""What the services of a catalogue, the skills and the licences are called, and which one a text names."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from dispatch.desk.numerals import plain
from dispatch.desk.typed_line.need_words import find_services
from dispatch.errors import NotFound, Refused
from dispatch.i18n import BothNames, Sentence, sentence
from dispatch.model.service import Service

_SHOWN: Final = 40


def named_service(service: Service) -> Sentence:
    """Call a service by its name, its code behind."""
    return sentence("{name} ({code})", name=BothNames(service.name_zh, service.name_en), code=service.code)


def named_services(services: Iterable[Service]) -> tuple[Sentence, ...]:
    """Call services by their names, their codes behind."""
    return tuple(named_service(one) for one in services)


def no_service(text: str, services: Iterable[Service]) -> NotFound:
    """Return the error that there is no such service, with those there are."""
    return NotFound(
        "there is no service {code}",
        code=text[:_SHOWN],
        known=named_services(services),
        hint="services here: {known}",
    )


def service_called(text: str, services: Iterable[Service]) -> Service:
    """Return the service that a text names: by its code, by either name, or by its words as in a typed line.

    Raises:
        NotFound: It names none; the services there are are listed.
        Refused: It could mean several.
    """
    known = tuple(services)
    wanted = _compared(text)
    for one in known:
        if wanted and wanted in (_compared(name) for name in (one.code, one.name_zh, one.name_en)):
            return one
    found, _ = find_services(text, known) if wanted else ((), None)
    if len(found) > 1:
        raise Refused(
            "{text} could mean several services: {services}",
            text=text[:_SHOWN],
            services=named_services(found),
            hint="name one of them",
        )
    if not found:
        raise no_service(text, known)
    return found[0]


def skill_names(services: Iterable[Service]) -> dict[str, BothNames]:
    """Return what skills are called: a skill has only a code, so it goes by the services that need it and no other."""
    return _names((next(iter(one.skills)), one) for one in services if len(one.skills) == 1)


def licence_names(services: Iterable[Service]) -> dict[str, BothNames]:
    """Return what licences are called: by the services that ask for them."""
    return _names((one.licence, one) for one in services if one.licence)


def skill_reader(services: Iterable[Service], *, may_be_new: bool = False) -> Callable[[str], str]:
    """Return what reads a skill: its code, or the code, name or word of a service that needs it and no other.

    Args:
        services: The catalogue.
        may_be_new: Whether what is written like a code is given back as it is, known or not.

    Returns:
        A function from text to code; it raises NotFound, with the skills there are, where a text names none.
    """
    catalogue = tuple(services)
    needing = tuple(one for one in catalogue if len(one.skills) == 1)
    known = {name for one in catalogue for name in one.skills}
    words = _words((next(iter(one.skills)), one) for one in needing)
    names = skill_names(catalogue)

    def read(text: str) -> str:
        wanted = _compared(text)
        code = wanted if wanted in known else words.get(wanted)
        if code is None and may_be_new and text.isascii():
            return text
        if code is None:
            raise no_skill([text.strip()], known, names)
        return code

    return read


def licence_reader(services: Iterable[Service]) -> Callable[[str], str]:
    """Return what reads a licence: the code, name or word of the one service asking for it; else the text as it is."""
    catalogue = tuple(services)
    words = _words((one.licence, one) for one in catalogue if one.licence)
    known = {one.licence for one in catalogue}

    def read(text: str) -> str:
        wanted = _compared(text)
        return wanted if wanted in known else words.get(wanted, text.strip())

    return read


def no_skill(texts: Iterable[str], known: Iterable[str], names: Mapping[str, BothNames]) -> NotFound:
    """Return the error that no service asks for such skills, with those that are asked for."""
    return NotFound(
        "no service here asks for {skills}",
        skills=tuple(text[:_SHOWN] for text in texts),
        known=tuple(named(code, names) for code in sorted(known)),
        hint="skills that services here ask for: {known}",
    )


def named(code: str, names: Mapping[str, BothNames]) -> Sentence | str:
    """Call a skill or licence by its name, its code behind; by its code alone where it has no name."""
    return sentence("{name} ({code})", name=names[code], code=code) if code in names else code


def with_names(what: Sentence, services: Iterable[Service]) -> Sentence:
    """Return a sentence with the skills and licences that it and its parts speak of called by their names."""
    catalogue = tuple(services)
    names = {"skill": skill_names(catalogue), "licence": licence_names(catalogue)}

    def renamed(param: str, value: object) -> object:
        if isinstance(value, Sentence):
            return Sentence(value.id, {name: renamed(name, one) for name, one in value.params.items()})
        if isinstance(value, (tuple, list)):
            return tuple(renamed(param, one) for one in value)
        return named(value, names[param]) if isinstance(value, str) and param in names else value

    return Sentence(what.id, {name: renamed(name, one) for name, one in what.params.items()})


def _names(pairs: Iterable[tuple[str, Service]]) -> dict[str, BothNames]:
    found: dict[str, list[Service]] = {}
    for code, service in pairs:
        found.setdefault(code, []).append(service)
    return {
        code: BothNames("、".join(one.name_zh for one in services), ", ".join(one.name_en for one in services))
        for code, services in found.items()
    }


def _words(pairs: Iterable[tuple[str, Service]]) -> dict[str, str]:
    """Return for each code, name and word of the services what it stands for; what could stand for two is left out."""
    found: dict[str, set[str]] = {}
    for code, service in pairs:
        for word in (service.code, service.name_zh, service.name_en, *service.words):
            found.setdefault(_compared(word), set()).add(code)
    return {word: next(iter(codes)) for word, codes in found.items() if len(codes) == 1}


def _compared(text: str) -> str:
    return " ".join(plain(text).casefold().split())
