"""Take a request: check it, spot repeats, set urgency; one at a time or thousands, by the same lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from dispatch.clock import clock_text
from dispatch.desk.authorize import authorize
from dispatch.desk.catalogue_names import no_service
from dispatch.desk.emergencies import is_emergency
from dispatch.desk.keys import NEXT_LIFE, content_hash, newest_lives, other_content
from dispatch.desk.moves import scope
from dispatch.errors import DispatchError, NotFound, Refused
from dispatch.model.actor import Actor
from dispatch.model.lifecycle import RequestState
from dispatch.model.message import MessageKind
from dispatch.model.request import Order, Private, RequestId, Source
from dispatch.model.rules import Rules
from dispatch.model.service import EMERGENCY, Service, Urgency
from dispatch.store import community as towns
from dispatch.store import outbox, private, requests
from dispatch.store.engine import Transaction
from dispatch.store.ids import new_id
from dispatch.store.tables import person_private
from dispatch.store.towns import emergency_service_of
from dispatch.units import Position, metres_between

SAME_DOOR_METRES = 20
"""How near two door positions are to count as one door: twice the error of a good telephone's fix."""

LONGEST_NOTE = 4000
"""Characters of typed text: as much as Open311 allows a description."""

TOLD_BY_MOUTH = frozenset({Source.PHONE, Source.COUNTER, Source.LINES, Source.AFTERWARDS})
"""Sources at which the resident hears the number at once from whoever takes it down."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What became of an order.

    Args:
        is_new: False where the same key with the same content had been taken before, and not taken back by undo.
        repeats: Numbers of open requests that look like the same need at the same door.
    """

    id: RequestId
    number: int
    state: RequestState
    is_new: bool = True
    repeats: tuple[int, ...] = ()


def take_request(tx: Transaction, actor: Actor, rules: Rules, order: Order) -> Taken:
    """Take one request (下单).

    Returns:
        The request's id and number; the same ones however often the same key comes with the same content.

    Raises:
        NotFound: No such service, place or household in this community.
        Refused: A headcount, window or text that cannot be.
        Conflict: The key was used before with other content.
    """
    (taken,) = take_requests(tx, actor, rules, [order])
    if isinstance(taken, DispatchError):
        raise taken
    return taken


def take_requests(
    tx: Transaction, actor: Actor, rules: Rules, orders: Sequence[Order]
) -> list[Taken | DispatchError]:
    """Take many requests in one transaction.

    Returns:
        For each order in turn what became of it, or the error for which it was
        refused; a refused order writes nothing.
    """
    authorize(actor, "take")
    counter = _Counter(tx, actor, rules, orders)
    return [counter.results[index] for index in range(len(orders))]


class _Counter:
    """One pass over a batch: check all, write the good ones together."""

    def __init__(self, tx: Transaction, actor: Actor, rules: Rules, orders: Sequence[Order]) -> None:
        self.tx, self.actor, self.rules = tx, actor, rules
        self.results: dict[int, Taken | DispatchError] = {}
        connection, code = tx.connection, tx.community
        self.services = {one.code: one for one in towns.services_of(connection, code, active_only=True)}
        if any(order.service == EMERGENCY for order in orders):
            self.services[EMERGENCY] = emergency_service_of(connection, code)
        self.places = towns.place_ids(connection, code, (order.place for order in orders))
        within = scope(tx, actor)
        if within is not None:
            self.places = {place: id for place, id in self.places.items() if id in within}
        self.households = towns.household_ids(
            connection, code, (order.household for order in orders if order.household)
        )
        wanted: list[tuple[int, Order, str]] = []
        for index, order in enumerate(orders):
            try:
                self._check(order)
            except DispatchError as refused:
                self.results[index] = refused
            else:
                wanted.append((index, order, order.key or new_id()))
        self._write(self._not_yet_known(wanted))

    def _check(self, order: Order) -> None:
        if order.service not in self.services:
            raise no_service(order.service, (one for code, one in self.services.items() if code != EMERGENCY))
        if order.place not in self.places:
            raise NotFound(
                "there is no place {code} in this community",
                code=order.place,
                hint="write a building and unit of this community, such as 8-2",
            )
        if order.household is not None and order.household not in self.households:
            raise NotFound("there is no household {code}", code=order.household)
        check_headcount(order.headcount, self.rules)
        if order.window is not None:
            check_window(self.tx, order.window, may_be_over=order.source is Source.AFTERWARDS)
        person = order.person
        texts = f"{person.name}{person.phone}{person.exact_address}{person.notes}"
        if "\0" in f"{texts}{order.key or ''}" or NEXT_LIFE in (order.key or ""):
            raise Refused("a character that is no text stands in what was typed", hint="type it once more")
        if len(order.person.notes) > LONGEST_NOTE:
            raise Refused(
                "the note has {length} characters, {most} at most fit",
                length=len(order.person.notes),
                most=LONGEST_NOTE,
            )

    def _not_yet_known(self, wanted: list[tuple[int, Order, str]]) -> list[tuple[int, Order, str, str]]:
        """Settle the orders whose key was used before, in the database or earlier in the batch."""
        if not wanted:
            return []
        requests.take_numbers(self.tx.connection, self.tx.community, 0)
        lives = newest_lives(self.tx, [key for _, order, key in wanted if order.key])
        fresh: list[tuple[int, Order, str, str]] = []
        first_with: dict[str, tuple[str, int]] = {}
        for index, order, given in wanted:
            life = lives.get(given)
            was_used = life is not None and not life.request.was_taken_back
            key = given if life is None else life.key if was_used else life.next_key
            content = content_hash(key, order)
            if life is not None and was_used:
                one = life.request
                self.results[index] = (
                    Taken(id=one.id, number=one.number, state=one.state, is_new=False)
                    if life.content == content
                    else other_content(one.number, one.state)
                )
            elif key in first_with:
                theirs, first = first_with[key]
                self._same_as_earlier(index, first, same=theirs == content)
            else:
                first_with[key] = (content, index)
                fresh.append((index, order, key, content))
        return fresh

    def _same_as_earlier(self, index: int, first: int, *, same: bool) -> None:
        """Leave a mark that ``_write`` resolves once the earlier order has its number."""
        self.results[index] = _SameAs(first) if same else _SameAs(first, other_content=True)

    def _write(self, fresh: list[tuple[int, Order, str, str]]) -> None:
        repeats = self._repeats([order for _, order, _, _ in fresh])
        households = self._households_by_door([order for _, order, _, _ in fresh])
        if fresh:
            number = requests.take_numbers(self.tx.connection, self.tx.community, len(fresh))
        people, rows = [], []
        for (index, order, key, content), alike, household in zip(fresh, repeats, households, strict=True):
            service = self.services[order.service]
            row = self._row(order, service, key, content, number, household)
            people.append(private.to_row(row["person_id"], order.person))
            rows.append(row)
            self._record(row, order)
            self.results[index] = Taken(
                id=RequestId(row["id"]), number=number, state=RequestState(row["state"]), repeats=alike
            )
            number += 1
        if rows:
            self.tx.connection.execute(person_private.insert(), people)
            requests.insert(self.tx.connection, rows, [order.headcount for _, order, _, _ in fresh])
            self._tell_those_who_wrote(fresh, rows)
        for index, result in self.results.items():
            if isinstance(result, _SameAs):
                self.results[index] = result.resolve(self.results[result.first])

    def _row(
        self, order: Order, service: Service, key: str, content: str, number: int, household: str | None
    ) -> dict[str, Any]:
        is_pressing = order.service == EMERGENCY or is_emergency(order.person.notes)
        state = RequestState.NEEDS_PERSON if is_pressing else RequestState.RECEIVED
        window_from, window_to = order.window or (None, None)
        return {
            "id": new_id(),
            "community": self.tx.community,
            "number": number,
            "idem_key": key,
            "payload_hash": content,
            "state": state.value,
            "next_check_at": self.tx.now + timedelta(minutes=self.rules.check_minutes),
            "version": 1,
            "service_id": service.id,
            "place_id": self.places[order.place],
            "person_id": new_id(),
            "household_id": self.households[order.household] if order.household else household,
            "urgency": (Urgency.URGENT if is_pressing else order.urgency or service.urgency).value,
            "source": order.source.value,
            "window_from": window_from,
            "window_to": window_to,
            "received_at": order.received_at or self.tx.now,
            "taken_at": self.tx.now,
            "owner": (self.rules.owner or self.actor.name) if is_pressing else None,
            "reason": "emergency" if is_pressing else None,
        }

    def _record(self, row: Mapping[str, Any], order: Order) -> None:
        self.tx.record(
            self.actor,
            "taken",
            row["id"],
            number=row["number"],
            service=order.service,
            place=order.place,
            urgency=row["urgency"],
            headcount=order.headcount,
            source=row["source"],
            told=self._told(order),
        )
        if row["state"] != RequestState.RECEIVED.value:
            self.tx.record(
                self.actor, "moved", row["id"], was="received", now=row["state"], reason=row["reason"]
            )

    def _told(self, order: Order) -> str:
        """Return how the resident hears their number: by mouth, by message, or not, for nobody is rung up for it."""
        if order.source in TOLD_BY_MOUTH:
            return "by-mouth"
        by_message = order.person.phone and next(iter(self.rules.resident_channels), None) != outbox.PHONE_LIST
        return "by-message" if by_message and self.rules.resident_channels else "not-told"

    def _tell_those_who_wrote(
        self, fresh: Sequence[tuple[int, Order, str, str]], rows: Sequence[Mapping[str, Any]]
    ) -> None:
        """Tell by message those whom nobody told by mouth; nobody is rung up to be told a number."""
        channel = next(iter(self.rules.resident_channels), outbox.PHONE_LIST)
        outbox.enqueue(
            self.tx.connection,
            self.tx.now,
            [
                outbox.Outgoing(
                    request_id=row["id"], recipient="resident", kind=MessageKind.RECEIVED, channel=channel
                )
                for (_, order, _, _), row in zip(fresh, rows, strict=True)
                if self._told(order) == "by-message"
            ],
        )

    def _repeats(self, orders: Sequence[Order]) -> list[tuple[int, ...]]:
        """Find, for each order, open requests for the same service at the same door or from the same phone."""
        keys = [(self.places[order.place], self.services[order.service].id) for order in orders]
        since = self.tx.now - timedelta(hours=self.rules.repeat_hours)
        people = [order.person for order in orders]
        by_key: dict[tuple[str, str], _Nearby] = {}
        for row in requests.alike(self.tx.connection, self.tx.community, keys, people, since):
            key = (row.place_id, row.service_id)
            if key not in by_key:
                by_key[key] = _Nearby()
            by_key[key].add(row)
        none = _Nearby()
        return [by_key.get(key, none).same_as(one) for key, one in zip(keys, people, strict=True)]

    def _households_by_door(self, orders: Sequence[Order]) -> list[str | None]:
        """Find the household whose door each order names, so that its bonds count."""
        named = [order for order in orders if order.person.exact_address]
        by_door = towns.household_doors(
            self.tx.connection,
            {self.places[order.place] for order in named},
            {order.person.exact_address for order in named},
        )
        return [by_door.get((self.places[order.place], order.person.exact_address)) for order in orders]


class _Nearby:
    """Open requests for one service at one place, found by phone, door or position."""

    def __init__(self) -> None:
        self.by_phone: dict[str, list[int]] = {}
        self.by_address: dict[str, list[int]] = {}
        self.positions: list[tuple[Position, int]] = []

    def add(self, row: requests.Alike) -> None:
        if row.phone:
            self.by_phone.setdefault(row.phone, []).append(row.number)
        if row.exact_address:
            self.by_address.setdefault(row.exact_address, []).append(row.number)
        if row.latitude is not None and row.longitude is not None:
            self.positions.append((Position(row.latitude, row.longitude), row.number))

    def same_as(self, person: Private) -> tuple[int, ...]:
        """Return the numbers at the same phone or the same door; its position speaks for a door without an address."""
        same = {*self.by_phone.get(person.phone, ()), *self.by_address.get(person.exact_address, ())}
        if person.position is not None and not person.exact_address:
            same.update(
                number for at, number in self.positions if metres_between(person.position, at) <= SAME_DOOR_METRES
            )
        return tuple(sorted(same))


class _SameAs(DispatchError):
    """A repeat of an earlier order in the same batch, until that one has its number."""

    def __init__(self, first: int, *, other_content: bool = False) -> None:
        super().__init__("")
        self.first, self.other_content = first, other_content

    def resolve(self, earlier: Taken | DispatchError) -> Taken | DispatchError:
        if isinstance(earlier, DispatchError):
            return earlier
        if self.other_content:
            return other_content(earlier.number, earlier.state)
        return replace(earlier, is_new=False)


def check_headcount(headcount: int, rules: Rules) -> None:
    """Raise Refused unless a request may need that many people at once."""
    if not 1 <= headcount <= rules.most_headcount:
        raise Refused(
            "{headcount} people cannot be asked for; 1 to {most} can",
            headcount=headcount,
            most=rules.most_headcount,
            hint="take it for {most} at most; a need for more people is a matter for the council"
            if headcount > rules.most_headcount
            else "write how many have to come, from 1 to {most}",
        )


def check_window(tx: Transaction, window: tuple[datetime, datetime], *, may_be_over: bool = False) -> None:
    """Raise Refused unless the window ends after it begins and, if it may not be over, not before now."""
    begins, ends = window
    if ends < begins:
        raise Refused(
            "the window ends ({ends}) before it begins ({begins})",
            begins=_on_our_wall(tx, begins),
            ends=_on_our_wall(tx, ends),
            hint="write it as BEGIN/END, such as 2026-11-23T09:00+08:00/2026-11-23T11:00+08:00",
        )
    if not may_be_over and ends < tx.now:
        raise Refused(
            "the window was over at {ends}", ends=_on_our_wall(tx, ends), hint="ask when else it would suit"
        )


def _on_our_wall(tx: Transaction, moment: datetime) -> str:
    return clock_text(moment, towns.community_of(tx.connection, tx.community).zone, tx.now)
