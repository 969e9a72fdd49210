"""What somebody can do and when they are there, as people read it: skills, licences, hours."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from dispatch.cli.showing import service_name
from dispatch.cli.words import words
from dispatch.desk.shorthand import write_hours
from dispatch.i18n import Sentence
from dispatch.model.responder import Hours, Licence, Skill
from dispatch.model.service import Service

DAY_SENTENCES = {
    "mon": Sentence("Mon"),
    "tue": Sentence("Tue"),
    "wed": Sentence("Wed"),
    "thu": Sentence("Thu"),
    "fri": Sentence("Fri"),
    "sat": Sentence("Sat"),
    "sun": Sentence("Sun"),
}


def services_by_skill(services: Iterable[Service]) -> dict[str, tuple[str, ...]]:
    """Return, for each skill, the names of the services that need it: a skill itself has only a code."""
    found: dict[str, tuple[str, ...]] = {}
    for one in services:
        for skill in one.skills:
            found[skill] = (*found.get(skill, ()), service_name(one))
    return found


def skills_said(skills: Iterable[Skill], serves: Mapping[str, tuple[str, ...]]) -> str:
    """Say what somebody can do, how well, and what for."""
    return _listed(
        _dated(
            Sentence(
                "{skill} ({services}), level {level}",
                {"skill": one.name, "services": serves[one.name], "level": one.level},
            )
            if one.name in serves
            else Sentence("{skill}, level {level}", {"skill": one.name, "level": one.level}),
            one.expires_on,
        )
        for one in skills
    )


def licences_said(licences: Iterable[Licence]) -> str:
    """Say what somebody is licensed for, and until when."""
    return _listed(_dated(one.name, one.expires_on) for one in licences)


def hours_said(hours: Iterable[Hours]) -> str:
    """Say when somebody is there, runs of days with the same hours together."""
    return _listed(_stretch(one) for one in write_hours(hours).split(";") if one)


def _stretch(written: str) -> Sentence:
    days, _, clock = written.partition(" ")
    first, _, last = days.partition("-")
    if not last:
        return Sentence("{day} {clock}", {"day": DAY_SENTENCES[first], "clock": clock})
    return Sentence(
        "{first} to {last} {clock}", {"first": DAY_SENTENCES[first], "last": DAY_SENTENCES[last], "clock": clock}
    )


def _dated(what: Sentence | str, last: date | None) -> Sentence | str:
    return what if last is None else Sentence("{what}, until {day}", {"what": what, "day": last.isoformat()})


def _listed(parts: Iterable[Sentence | str]) -> str:
    return words("; ").join(one if isinstance(one, str) else words(one) for one in parts)
