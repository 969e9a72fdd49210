"""A community from a folder of CSV: what is new or changed is written, what vanished is retired."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Final, TypeVar

from dispatch.desk.authorize import authorize
from dispatch.desk.loading.desk_edits import DeskEdits, DeskValue, Side, files_side
from dispatch.desk.loading.town_files import Town, read_folder
from dispatch.errors import Misconfigured, Refused
from dispatch.model.actor import Actor
from dispatch.model.community import HouseholdId, PersonId, Place, PlaceId, PlaceKind, Places
from dispatch.model.request import Private
from dispatch.model.responder import WITHOUT_PHONE_UNTIL, Responder, ResponderId, ResponderKind
from dispatch.model.rules import Rules
from dispatch.model.service import ServiceId, emergency_service
from dispatch.store import community as store
from dispatch.store import decency, people, private, towns
from dispatch.store.engine import Transaction, mark, marked
from dispatch.store.ids import new_id

T = TypeVar("T")

_LARGEST_FIRST: Final = tuple(PlaceKind)


@dataclass(slots=True, kw_only=True)
class Loaded:
    """What a community's files hold, and what loading them did.

    Args:
        residents: The sum over the households.
        added, changed, unchanged: Rows of all files; a household whose bonds differ is changed.
        retired: Rows that vanished from the files: responders are asked no longer, services not offered,
            places and households removed.
        kept: Places and households that vanished but stay, for somebody or some request is there.
        desk_kept: Values of responders that the files have otherwise and that stay as corrected at the desk.
        left: Codes of responders who stand in the files and are asked no more even so: the desk or they said so.
    """

    community: str
    places: int
    grids: int
    micro_grids: int
    centre_households: int
    households: int
    residents: int
    responders: int
    party_members: int
    services: int
    bonds: int
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    retired: int = 0
    kept: int = 0
    desk_kept: tuple[DeskValue, ...] = ()
    left: tuple[str, ...] = ()

    @property
    def is_nothing(self) -> bool:
        """Whether everything stood there already."""
        return not (self.added or self.changed or self.retired)

    def to_json(self) -> dict[str, Any]:
        """Give plain data: the counts by name, and what of the desk was kept."""
        return {**asdict(self), "desk_kept": [asdict(one) for one in self.desk_kept], "left": list(self.left)}


def load_folder(tx: Transaction, actor: Actor, rules: Rules, folder: Path) -> Loaded:
    """Load or update a community from its folder; loading the same files twice changes nothing.

    Raises:
        NotFound: There is no such folder.
        Refused: As ``read_folder`` and ``load_town``; nothing is changed then.
    """
    authorize(actor, "load")
    return load_town(tx, actor, rules, read_folder(folder))


def load_town(
    tx: Transaction, actor: Actor, rules: Rules, town: Town, *, rename: bool = False, file_wins: bool = False
) -> Loaded:
    """Load or update a community that was read already.

    What was corrected of a responder at the desk since the last load stays, and so do pauses, request
    numbers, responders added at the desk, and whoever is asked no more. All else is as the files say.

    Args:
        tx: The transaction.
        actor: Who loads.
        rules: The community's numbers.
        town: As ``read_folder`` or ``read_town`` gives it.
        rename: Whether the community may be given other names than it has.
        file_wins: Whether the files count even where the desk corrected something since.

    Raises:
        Refused: The database holds another community, or this one under other names.
    """
    authorize(actor, "load")
    return _Loading(tx, actor, town, file_wins).load(rename=rename)


@dataclass(slots=True)
class _Loading:
    """One loading: the files on one side, the tables on the other."""

    tx: Transaction
    actor: Actor
    town: Town
    file_wins: bool
    done: Loaded = field(init=False)
    doors: dict[str, Private] = field(init=False, default_factory=dict)
    new_doors: dict[str, Private] = field(init=False, default_factory=dict)
    changed_doors: dict[str, Private] = field(init=False, default_factory=dict)
    beside: list[tuple[Side, tuple[DeskValue, ...]]] = field(init=False, default_factory=list)

    def load(self, *, rename: bool) -> Loaded:
        self.done = _counted(self.town)
        self._community(rename=rename)
        place_ids, gone_places = self._places()
        self._services()
        before = {one.code: one for one in people.responders_of(self.tx.connection, self.code)}
        changed, retired = self._responders(before, place_ids)
        responder_ids = {one.code: str(one.id) for one in people.responders_of(self.tx.connection, self.code)}
        self._households(place_ids, responder_ids)
        self._kept_apart(responder_ids)
        towns.write_private(self.tx.connection, self.new_doors, self.changed_doors)
        stay = towns.remove_places(self.tx.connection, gone_places)
        self._gone(len(gone_places), len(stay))
        if not self.done.is_nothing:
            self.tx.record(
                self.actor,
                "loaded",
                added=self.done.added,
                changed=self.done.changed,
                retired=self.done.retired,
                responders_changed=changed,
                responders_retired=retired,
            )
        for file, values in self.beside:
            self.tx.record(self.actor, "desk-kept", **files_side(self.tx, file, values))
        return self.done

    @property
    def code(self) -> str:
        return self.town.community.code

    def _community(self, *, rename: bool) -> None:
        connection, said = self.tx.connection, self.town.community
        codes = towns.codes_of_communities(connection)
        is_new = said.code not in codes
        if is_new:
            towns.write_community(connection, said, is_new=True)
            self.done.added += 1
        try:
            works_for = self.tx.community
        except Misconfigured:
            works_for = ""
        if works_for != said.code:
            raise Refused(
                "this database holds {others}, the files are those of {code}",
                others=tuple(code for code in codes if code != said.code),
                code=said.code,
                hint="load them into a database of their own: --database PATH",
            )
        if is_new:
            return
        towns.lock_community(connection, said.code)
        kept = store.community_of(connection, said.code)
        if not rename and (kept.name_zh, kept.name_en) != (said.name_zh, said.name_en):
            raise Refused(
                "community {code} is called {old}, the files call it {new}",
                code=said.code,
                old=f"{kept.name_zh} / {kept.name_en}",
                new=f"{said.name_zh} / {said.name_en}",
                hint="if it is the same community, rename it: dispatch load FOLDER --rename",
            )
        self._tell(kept, said)
        if kept != said:
            towns.write_community(connection, said, is_new=False)

    def _places(self) -> tuple[dict[str, PlaceId], list[Place]]:
        kept = store.places_of(self.tx.connection, self.code)
        ids = {place.code: place.id for place in kept}
        wanted = sorted(self.town.places, key=lambda place: _LARGEST_FIRST.index(place.kind))
        for place in wanted:
            ids.setdefault(place.code, PlaceId(new_id()))
        new, changed = self._split(
            {place.code: place for place in kept},
            {
                place.code: replace(
                    place, id=ids[place.code], parent_id=ids[place.parent_id] if place.parent_id else None
                )
                for place in wanted
            },
        )
        towns.write_places(self.tx.connection, new, changed)
        gone = [place for place in kept if self.town.places.with_code(place.code) is None]
        return ids, sorted(gone, key=lambda place: -_LARGEST_FIRST.index(place.kind))

    def _services(self) -> None:
        kept = {one.code: one for one in store.services_of(self.tx.connection, self.code)}
        active = {one.code for one in store.services_of(self.tx.connection, self.code, active_only=True)}
        wanted = {
            one.code: replace(one, id=kept[one.code].id if one.code in kept else ServiceId(new_id()))
            for one in self.town.services
        }
        new, changed = self._split(kept, wanted, asleep=kept.keys() - active)
        retired = [kept[code] for code in sorted(active - wanted.keys())]
        towns.write_services(self.tx.connection, new, changed, retired)
        self.done.retired += len(retired)
        ours = towns.emergency_service_of(self.tx.connection, self.code)
        if ours != emergency_service(ours.id, self.code):
            # Loaded before this code was kept for emergencies, when files might still use it.
            towns.write_services(self.tx.connection, [], [], [emergency_service(ours.id, self.code)])

    def _responders(
        self, kept: Mapping[str, Responder], place_ids: Mapping[str, PlaceId]
    ) -> tuple[list[str], list[str]]:
        """Write responders and gather their doors; return the codes changed and those retired."""
        connection = self.tx.connection
        self.doors = private.look_up(connection, (one.person_id for one in kept.values()))
        edits = DeskEdits.read(self.tx, kept.values())
        new: list[Responder] = []
        changed: list[str] = []
        for one in self.town.responders:
            was, door = kept.get(one.code), self.town.doors[one.code]
            place_id = place_ids[one.place_id]
            if was is None:
                person = PersonId(new_id())
                self.new_doors[person] = door
                new.append(replace(one, id=ResponderId(new_id()), person_id=person, place_id=place_id))
                continue
            said = replace(one, id=was.id, person_id=was.person_id, place_id=place_id)
            file = Side(said, door)
            decided = edits.decide(
                file, Side(was, self.doors.get(was.person_id, door)), file_wins=self.file_wins
            )
            now = self._at_rest(edits, was, decided.now)
            is_changed = not self._door(was.person_id, decided.now.door) or now != was
            if is_changed:
                people.change(connection, was, now)
                changed.append(one.code)
            else:
                self.done.unchanged += 1
            self.done.desk_kept += decided.kept
            if (decided.kept and is_changed) or (decided.is_news and not is_changed):
                self.beside.append((file, decided.kept))
        people.insert(connection, new)
        retired = self._retire_responders(kept)
        self.done.added += len(new)
        self.done.changed += len(changed)
        return changed, retired

    def _at_rest(self, edits: DeskEdits, was: Responder, decided: Side) -> Responder:
        """Return a known responder as decided, asked again only if nobody but the files had let them go.

        A wrong number rests its responder until there is another.
        """
        now, door = decided
        if not was.is_active:
            now = replace(now, is_active=edits.was_retired_by_files(was.code))
            self.done.left += () if now.is_active else (was.code,)
        if was.paused_until == WITHOUT_PHONE_UNTIL and door.phone != self.doors.get(was.person_id, door).phone:
            now = replace(now, paused_until=None)
        return now

    def _retire_responders(self, kept: Mapping[str, Responder]) -> list[str]:
        """Ask those no longer who stood in the files last time and do not now; return their codes."""
        key = f"loaded.{self.code}"
        said = sorted(one.code for one in self.town.responders)
        before = (marked(self.tx.connection, key) or "").split()
        gone = [code for code in before if code in kept.keys() - set(said) and kept[code].is_active]
        for code in gone:
            people.change(self.tx.connection, kept[code], replace(kept[code], is_active=False))
        if before != said:
            mark(self.tx.connection, key, " ".join(said))
        self.done.retired += len(gone)
        return gone

    def _households(self, place_ids: Mapping[str, PlaceId], responder_ids: Mapping[str, str]) -> None:
        connection = self.tx.connection
        kept = {one.code: one for one in store.households_at(connection, place_ids.values())}
        self.doors = private.look_up(connection, (one.person_id for one in kept.values()))
        wanted = {}
        moved = set()
        for one in self.town.households:
            was, door = kept.get(one.code), self.town.household_doors[one.code]
            person = was.person_id if was else PersonId(new_id())
            wanted[one.code] = replace(
                one,
                id=was.id if was else HouseholdId(new_id()),
                person_id=person,
                place_id=place_ids[one.place_id],
                bonds=tuple(sorted(one.bonds)),
            )
            if was is None:
                self.new_doors[person] = door
            elif not self._door(person, door):
                moved.add(one.code)
        new, changed = self._split(kept, wanted, asleep=moved)
        towns.write_households(connection, new, changed)
        gone = [one for code, one in kept.items() if code not in wanted]
        tied = {(str(one.id), responder_ids[code]) for one in kept.values() for code in one.bonds}
        ties = {(str(one.id), responder_ids[code]) for one in wanted.values() for code in one.bonds}
        towns.write_bonds(connection, sorted(ties - tied), sorted(tied - ties))
        stay = towns.remove_households(connection, gone)
        self._gone(len(gone), len(stay))

    def _kept_apart(self, responder_ids: Mapping[str, str]) -> None:
        """Add who never goes where or with whom; nothing is lifted because a file no longer names it."""
        connection = self.tx.connection
        households = store.household_ids(connection, self.code, (code for _, code in self.town.blocks))
        wanted = {(responder_ids[code], str(households[door])) for code, door in self.town.blocks}
        there = {(one.responder_id, str(one.door.household)) for one in decency.bars_of(connection, self.code)}
        for responder_id, household_id in sorted(wanted - there):
            decency.bar(connection, self.tx.now, responder_id, household_id=household_id, person_id=None)
        pairs = {(responder_ids[code], responder_ids[other]) for code, other in self.town.apart}
        sorted_pairs = {(min(pair), max(pair)) for pair in pairs}
        new = sorted_pairs - set(decency.apart_of(connection, self.code))
        decency.keep_apart(connection, sorted(new))
        added = len(wanted - there) + len(new)
        self.done.added += added
        self.done.unchanged += len(wanted) + len(sorted_pairs) - added

    def _door(self, person: PersonId, said: Private) -> bool:
        """Note what is private of somebody known, where it differs; return whether it is the same.

        Typed words are not the files' business and stay.
        """
        kept = self.doors.get(person)
        if kept is None:
            self.new_doors[person] = said
            return False
        now = replace(said, notes=kept.notes)
        if now == kept:
            return True
        self.changed_doors[person] = now
        return False

    def _split(
        self, kept: Mapping[str, T], wanted: Mapping[str, T], asleep: Iterable[str] = ()
    ) -> tuple[list[T], list[T]]:
        """Return what is new and what differs (or is *asleep*), and count."""
        new = [one for code, one in wanted.items() if code not in kept]
        woken = set(asleep)
        changed = [
            one for code, one in wanted.items() if code in kept and (one != kept[code] or code in woken)
        ]
        self.done.added += len(new)
        self.done.changed += len(changed)
        self.done.unchanged += len(wanted) - len(new) - len(changed)
        return new, changed

    def _tell(self, kept: object, said: object) -> None:
        if kept == said:
            self.done.unchanged += 1
        else:
            self.done.changed += 1

    def _gone(self, vanished: int, stayed: int) -> None:
        self.done.retired += vanished - stayed
        self.done.kept += stayed


def _counted(town: Town) -> Loaded:
    def of_kind(places: Places, kind: PlaceKind) -> int:
        return sum(place.kind is kind for place in places)

    return Loaded(
        community=town.community.code,
        places=len(town.places),
        grids=of_kind(town.places, PlaceKind.GRID),
        micro_grids=of_kind(town.places, PlaceKind.MICRO_GRID),
        centre_households=sum(one.is_centre for one in town.households),
        households=len(town.households),
        residents=sum(one.residents for one in town.households),
        responders=len(town.responders),
        party_members=sum(one.kind is ResponderKind.PARTY_MEMBER for one in town.responders),
        services=len(town.services),
        bonds=sum(len(one.bonds) for one in town.households),
    )
