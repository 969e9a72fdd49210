"""Take in the orders that other systems bring: each becomes one request, or waits for a person, and none is lost."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from hashlib import sha256
from typing import Final, Protocol

from dispatch.desk.authorize import authorize
from dispatch.desk.emergencies import is_emergency
from dispatch.desk.importing.mapping import Pick, SheetMapping
from dispatch.desk.importing.rows import RowReader
from dispatch.desk.intake import Taken, take_requests
from dispatch.desk.kept_emergencies import keep_emergency, understand
from dispatch.desk.sheets.header import header_in
from dispatch.desk.typed_line.line import parse_line
from dispatch.errors import Conflict, DispatchError, PluginBroke, Refused
from dispatch.i18n import BothNames, Language, Sentence, say
from dispatch.model.actor import Actor, Role
from dispatch.model.lifecycle import RequestState
from dispatch.model.request import Order, Private, Source
from dispatch.model.rules import Rules
from dispatch.plugins.sources import Brought, Settled
from dispatch.store import community as towns
from dispatch.store import inbox, private, requests
from dispatch.store.engine import Database, Transaction

NOT_AN_ANSWER: Final = "order"
"""What stands with an order in the box of what a person must read, so that it is told apart from an answer."""

MOST_KEPT: Final = 200
"""Refused orders of one source and one day that wait for a person: a flood would hide everything else."""

_ROUNDS: Final = 20
"""How often a source is asked at one time; what is left comes the next time."""

_READ_BY_A_PERSON: Final = ("note", "service", "place", "address", "building", "inside", "unit", "room", "name")

log = logging.getLogger("dispatch.sources")


class Bringing(Protocol):
    """A source as far as it is heard: behind its guard."""

    def collect(self) -> Sequence[Brought]:
        """Return what it brings; raises ``PluginBroke`` alone."""

    def settled(self, outcomes: Sequence[Settled]) -> None:
        """Tell it what became of it; raises ``PluginBroke`` alone."""


@dataclass(slots=True, kw_only=True)
class BroughtIn:
    """What came of one source.

    Args:
        numbers: The new requests' numbers.
        emergencies: Those of them that need a person at once.
        already: How many orders had been taken before.
        refusals: Why each of the others was not taken: its key, and the error. Private.
        fault: What is wrong with the source, where it broke; what it had brought by then stays taken.
    """

    source: str
    numbers: list[int] = field(default_factory=list)
    emergencies: list[int] = field(default_factory=list)
    already: int = 0
    refusals: list[tuple[str, DispatchError]] = field(default_factory=list)
    fault: PluginBroke | None = None


def collect_orders(
    database: Database,
    actor: Actor,
    rules: Rules,
    sources: Mapping[str, Bringing],
    *,
    language: Language = "zh",
    area_code: str = "",
) -> list[BroughtIn]:
    """Ask every source for its orders, take them, and let the sources go of them once that is saved.

    After a crash in between a source brings the same again, which changes nothing more.

    Args:
        sources: By name.
        language: In which a source is told why an order was refused.
        area_code: Of land lines written without one.

    Raises:
        Refused: The actor may not.
        Unavailable: The database does not answer; what was not saved stays with its source.
    """
    authorize(actor, "deliver")
    rules = replace(rules, owner=rules.owner or actor.name)  # no source looks after an emergency
    return [_of_one(database, rules, name, source, language, area_code) for name, source in sorted(sources.items())]


def _of_one(
    database: Database, rules: Rules, name: str, source: Bringing, language: Language, area_code: str
) -> BroughtIn:
    done = BroughtIn(source=name)
    settled: set[str] = set()
    try:
        for _ in range(_ROUNDS):
            brought = [one for one in source.collect() if one.key not in settled]
            if not brought:
                break
            taking = _Taking(name, rules, language, area_code)
            outcomes = database.write(lambda tx, taking=taking, brought=brought: taking.take(tx, brought))  # type: ignore[misc]
            taking.tell(done)
            settled.update(one.key for one in brought)
            source.settled(outcomes)
    except PluginBroke as fault:
        done.fault = fault
    return done


class _Taking:
    """One batch of orders, taken in one transaction; asked again from the start where the database had to."""

    def __init__(self, source: str, rules: Rules, language: Language, area_code: str) -> None:
        self.source, self.rules, self.language, self.area_code = source, rules, language, area_code
        self.actor = Actor(name=source, role=Role.ADMIN)
        self.results: dict[str, Taken | DispatchError] = {}

    def take(self, tx: Transaction, brought: Sequence[Brought]) -> list[Settled]:
        self.results = {}
        orders: dict[str, Order] = {}
        given = {one.key: one for one in brought}  # a key that stands twice in one answer is one order
        read = _Reader(tx, self.source, self.area_code)
        for one in given.values():
            order = read.order(one)
            if isinstance(order, Order):
                orders[one.key] = order
            else:
                self.results[one.key] = order
        self.results.update(
            zip(orders, take_requests(tx, self.actor, self.rules, list(orders.values())), strict=True)
        )
        for key, result in self.results.items():
            if isinstance(result, Conflict) and key in orders and set(given[key].fields) == {"note"}:
                self.results[key] = _as_it_was(tx, orders[key], result)
        for key, result in self.results.items():
            one = given[key]
            if isinstance(result, DispatchError):
                self.results[key] = self._kept_for_a_person(tx, one, result)
            elif isinstance(result, Taken) and result.is_new:
                for tag in inbox.tags_of(tx.connection, inbox.box_of(self.source), _short(one.key)):
                    tx.record(self.actor, "answer-read", answer=tag)
        return [self._settled(key, self.results[key]) for key in given]

    def _kept_for_a_person(self, tx: Transaction, one: Brought, why: DispatchError) -> Taken | DispatchError:
        """Keep what could not be taken: an emergency as a request, all else in the box."""
        words = _words(one)
        if is_emergency(words) and not isinstance(why, Conflict):
            key = _key(self.source, one)
            said = f"{words} {one.fields.get('phone') or ''}".strip()
            understood = understand(tx, self.actor, said, source=Source.SYSTEM, key=key, area_code=self.area_code)
            try:
                return keep_emergency(tx, self.actor, self.rules, understood)[0]
            except Conflict as conflict:
                why = conflict
        box, message_id = inbox.box_of(self.source), f"{_short(one.key)}{_short(words)}"
        tx.record(self.actor, "order-refused", source=self.source, why=why.message)
        if inbox.count_over(tx.connection, box, tx.now - timedelta(days=1)) >= MOST_KEPT:
            return why
        if inbox.claim(tx.connection, box, message_id, tx.now):
            phone = str(one.fields.get("phone") or "")[:40]
            words_id = private.keep(tx.connection, Private(phone=phone, notes=words))
            inbox.keep(
                tx.connection,
                box,
                message_id,
                body=NOT_AN_ANSWER,
                words_id=words_id,
                outcome="unclear",
                offer_id=None,
                sender_id=words_id,
            )
        return why

    def _settled(self, key: str, result: Taken | DispatchError) -> Settled:
        if isinstance(result, Taken):
            return Settled(key=key, number=result.number)
        return Settled(key=key, number=None, why=say(Sentence(result.message, result.params), self.language))

    def tell(self, done: BroughtIn) -> None:
        """Add what became of the batch, once it is saved."""
        for key, result in self.results.items():
            if isinstance(result, DispatchError):
                done.refusals.append((key, result))
            elif result.is_new:
                done.numbers.append(result.number)
                if result.state is RequestState.NEEDS_PERSON:
                    done.emergencies.append(result.number)
            else:
                done.already += 1
        if done.refusals:
            log.info("source %s: orders refused: %d", self.source, len(done.refusals))


def _as_it_was(tx: Transaction, order: Order, conflict: Conflict) -> Taken | Conflict:
    """Return the request that was taken in the same line, where only what we read in it has changed: 今天, say."""
    request = requests.with_number(tx.connection, tx.community, int(str(conflict.params["number"])))
    words = order.person.notes
    if request is None or not words:
        return conflict
    kept = private.look_up(tx.connection, [request.person_id]).get(request.person_id, Private())
    if kept.notes != words:
        return conflict
    return Taken(id=request.id, number=request.number, state=request.state, is_new=False)


class _Reader:
    """Reads orders as rows of a sheet are read, and one that is but a note as a line that is typed.

    There is one reader for each set of fields that is met.
    """

    def __init__(self, tx: Transaction, source: str, area_code: str) -> None:
        self.tx, self.source, self.area_code = tx, source, area_code
        self._readers: dict[tuple[str, ...], RowReader] = {}
        self._community = towns.community_of(tx.connection, tx.community)
        self._places = towns.places_of(tx.connection, tx.community)
        self._services = towns.services_of(tx.connection, tx.community, active_only=True)

    def order(self, one: Brought) -> Order | DispatchError:
        """Return the order, or the first of what speaks against it."""
        if one.fault:
            why = one.fault if isinstance(one.fault, Sentence | BothNames) else BothNames(one.fault, one.fault)
            return Refused("it cannot be read: {why}", why=why)
        names = tuple(sorted({"note", "service", *one.fields}))
        try:
            if set(one.fields) == {"note"}:
                return self._line(str(one.fields["note"]), _key(self.source, one))
            reader = self._readers.get(names) or self._readers.setdefault(names, self._reader(names))
            row = [str(one.fields.get(name) or "") for name in names]
            found = reader.order(row, reader.texts(row), _key(self.source, one))
        except DispatchError as fault:
            return fault
        if isinstance(found, Order):
            return replace(found, source=Source.SYSTEM)
        return next((fault for fault in found if "advice" not in fault.params), found[0])

    def _line(self, text: str, key: str) -> Order:
        """Return what somebody wrote as one line, read as if it were typed at the desk."""
        guess = parse_line(
            text,
            self._places,
            self._services,
            self._community.phone_region,
            now=self.tx.now,
            zone=self._community.zone,
            area_code=self.area_code,
        )
        return guess.order(source=Source.SYSTEM, key=key)

    def _reader(self, names: tuple[str, ...]) -> RowReader:
        return RowReader(
            SheetMapping(is_usual=False, picks={name: Pick(choices=((name,),)) for name in names}),
            header_in(names, 0),
            community=self._community,
            places=self._places,
            services=self._services,
            now=self.tx.now,
            area_code=self.area_code,
        )


def _key(source: str, one: Brought) -> str:
    return f"{source}:{one.key}"


def _words(one: Brought) -> str:
    """Return what an order says, for a person to read."""
    return " ".join(str(one.fields[name]) for name in _READ_BY_A_PERSON if one.fields.get(name))


def _short(text: str) -> str:
    return sha256(text.encode("utf-8", "replace")).hexdigest()[:32]
