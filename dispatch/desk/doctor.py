"""What on this computer, in the settings or in the database will hurt later, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Final

from dispatch.clock import StoppedClock, WallClock, day_of
from dispatch.desk.authorize import authorize
from dispatch.desk.checking.computer import look_at_computer
from dispatch.desk.checking.extensions import look_at_extensions
from dispatch.desk.checking.finding import Finding, green, red, yellow
from dispatch.desk.checking.machine import Machine, look_at_machine
from dispatch.desk.delivery.budgets import day_began
from dispatch.errors import DispatchError, Refused
from dispatch.i18n import Sentence, sentence
from dispatch.model.actor import Actor
from dispatch.model.responder import Responder
from dispatch.model.service import Service
from dispatch.plugins.reserved import taken_out
from dispatch.settings import Settings, default_database
from dispatch.store import claims, guards, health, marks, people, towns
from dispatch.store import community as store
from dispatch.store.engine import Database, Transaction

BACKUP_DAYS: Final = 7
SOON_DAYS: Final = 30
"""How long before its last day a licence or skill is spoken of."""

STUCK_MINUTES: Final = 60
CLOCK_SLACK: Final = timedelta(minutes=2)
MOST_NAMED: Final = 8
"""How many codes are listed before the rest is only counted."""

_ORDER: Final = ("red", "yellow", "green")


def examine(
    settings: Settings,
    where: str | None,
    actor: Actor,
    *,
    machine: Machine | None = None,
    at: datetime | None = None,
) -> list[Finding]:
    """Look at this computer, the settings and the database.

    Args:
        where: What ``--database`` said: a path or a URL; none means the settings', else the user's own file.
        machine: This computer, where it has been looked at already.
        at: The moment to act as at, aware; on a rehearsal only.

    Returns:
        What was found, wrong things first.
    """
    authorize(actor, "verify")
    clock = WallClock() if at is None else StoppedClock(at)
    database = Database(where or settings.database or default_database(), clock=clock, community=settings.community)
    seen = machine or look_at_machine(clock.moment(), database.path)
    found = [*look_at_computer(seen), *_look_at_database(settings, database, seen, only_rehearsal=at is not None)]
    database.close()
    found += look_at_extensions(settings)
    return sorted(found, key=lambda one: _ORDER.index(one.level))


def _look_at_database(
    settings: Settings, database: Database, machine: Machine, *, only_rehearsal: bool
) -> list[Finding]:
    try:
        database.check_ready()
        if only_rehearsal and not database.is_rehearsal():
            raise Refused(
                "{database} is a real database, which acts at no moment but the present one",
                database=database.shown,
                hint="make one to rehearse with: dispatch init --rehearsal",
            )
        return database.read(lambda tx: [*_whole(tx), *_kept(tx, machine), *_town(tx), *_costs(tx, settings)])
    except DispatchError as error:
        hint = None if error.hint is None else Sentence(error.hint, error.params)
        return [Finding("red", Sentence(error.message, error.params), hint)]


def _whole(tx: Transaction) -> Iterator[Finding]:
    """Is the database itself as it should be?"""
    faults = health.faults_in_file(tx.connection)
    if faults:
        yield red(
            sentence("the database is damaged: {fault}", fault=faults[0][:200]),
            "bring back a copy: dispatch database restore FILE",
        )
    for name in health.careless_settings(tx.connection):
        yield red(
            sentence("PostgreSQL's {name} is switched off, so saved requests may be lost", name=name),
            "switch it on in postgresql.conf: {name} = on",
        )
    missing = guards.missing_guards(tx.connection)
    if missing:
        yield red(
            sentence(
                "constraints gone from the database: {count} ({names})",
                count=len(missing),
                names=_named([one.name for one in missing]),
            ),
            "bring back a copy: dispatch database restore FILE",
        )
    if not faults and not missing:
        yield green(sentence("the database is whole"))


def _kept(tx: Transaction, machine: Machine) -> Iterator[Finding]:
    """Are copies made, does the clock go on, do messages leave?"""
    last = health.last_event_at(tx.connection)
    now = min(machine.now, tx.now)
    if last is not None and last > now + CLOCK_SLACK:
        yield red(
            sentence(
                "the clock went back: something was recorded at {moment}, and now it is {now}",
                moment=_minute(last),
                now=_minute(now),
            ),
            "set the clock right before going on, or offers end too late",
        )
    copied = marks.marked_moment(tx.connection, marks.LAST_BACKUP)
    days = None if copied is None else (tx.now - copied).days
    if days is not None and days < BACKUP_DAYS:
        yield green(sentence("days since the last copy was made: {days}", days=days))
    elif days is not None:
        yield yellow(
            sentence("days since the last copy was made: {days}", days=days), "make one: dispatch database backup FILE"
        )
    elif health.has_requests(tx.connection):
        yield yellow(sentence("no copy was ever made"), "make one: dispatch database backup FILE")
    stuck = health.stuck_messages(tx.connection, tx.now - timedelta(minutes=STUCK_MINUTES))
    if stuck:
        yield yellow(
            sentence("messages waiting for more than an hour: {count}", count=stuck),
            "send them: dispatch deliver",
        )
    held = claims.count_held(tx.connection)
    if held:
        yield yellow(
            sentence("messages held since the database was brought back: {count}", count=held),
            "look at them, then send or drop them: dispatch database held",
        )


def _town(tx: Transaction) -> Iterator[Finding]:
    """Is there a community, and can its people do what its services promise?"""
    codes = towns.codes_of_communities(tx.connection)
    if not codes:
        yield yellow(sentence("no community is loaded yet"), "load one from its folder: dispatch load FOLDER")
        return
    code = tx.community
    day = day_of(tx.now, store.community_of(tx.connection, code).zone)
    there = people.responders_of(tx.connection, code, active_only=True)
    services = store.services_of(tx.connection, code, active_only=True)
    yield green(
        sentence(
            "{community}: {responders} people for {services} services",
            community=code,
            responders=len(there),
            services=len(services),
        )
    )
    nobody = [one.code for one in services if not any(can_do(who, one, day) for who in there)]
    if nobody:
        yield yellow(
            sentence("nobody here can do: {services}", services=_named(nobody)),
            "find somebody, or take the service out of the files",
        )
    silent = health.responders_without_phone(tx.connection, code)
    if silent:
        yield yellow(
            sentence("responders without a phone: {count} ({codes})", count=len(silent), codes=_named(silent)),
            "write them down: dispatch responder edit CODE --phone NUMBER",
        )
    expiring = [one.code for one in there if _expires(one, day)]
    if expiring:
        yield yellow(
            sentence(
                "responders with a skill or licence that runs out within {days} days or has run out: {count} ({codes})",
                count=len(expiring),
                days=SOON_DAYS,
                codes=_named(expiring),
            ),
            "ask for the new paper, then: dispatch responder edit CODE",
        )


def _costs(tx: Transaction, settings: Settings) -> Iterator[Finding]:
    """Has a channel cost today what it may?"""
    if not towns.codes_of_communities(tx.connection):
        return
    for name, section in settings.channels.items():
        try:
            yuan = taken_out(name, section)[0].daily_yuan
        except DispatchError:
            continue  # said where channels are opened
        spent = claims.spent_fen(tx.connection, tx.community, name, day_began(tx)) if yuan is not None else 0
        if yuan is not None and spent and spent >= yuan * 90:
            yield yellow(
                sentence(
                    "yuan that channel {name} has cost today: {spent} of {most}",
                    name=name,
                    spent=spent // 100,
                    most=yuan,
                ),
                "what would cost more goes to the next channel: raise daily_yuan in dispatch.toml, or wait a day",
            )


def can_do(who: Responder, service: Service, day: date) -> bool:
    """Return whether somebody has what a service takes on a day, whatever they hold and wherever they live."""
    skills = {one.name: one.level for one in who.skills if one.expires_on is None or one.expires_on >= day}
    licences = {one.name for one in who.licences if one.expires_on is None or one.expires_on >= day}
    return (
        who.capacity > 0
        and (who.is_adult or not service.adults_only)
        and all(skills.get(name, 0) >= level for name, level in service.skills.items())
        and (service.licence is None or service.licence in licences)
    )


def _expires(who: Responder, day: date) -> bool:
    limit = day + timedelta(days=SOON_DAYS)
    days = [*(one.expires_on for one in who.skills), *(one.expires_on for one in who.licences)]
    return any(one is not None and one <= limit for one in days)


def _minute(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")


def _named(names: list[str]) -> tuple[str, ...]:
    return (*names[:MOST_NAMED], "…") if len(names) > MOST_NAMED else tuple(names)
