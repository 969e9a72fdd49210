"""Names, phones, addresses, typed words: written, read and forgotten here and nowhere else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from sqlalchemy import Connection, and_, select

from dispatch.model.community import PersonId
from dispatch.model.request import Private
from dispatch.store.by_ids import IDS, rows_with
from dispatch.store.ids import new_id
from dispatch.store.tables import person_address, person_private
from dispatch.units import Position

_PRIVATE: Final = select(person_private).where(person_private.c.person_id.in_(IDS))
_ADDRESSES: Final = (
    select(person_address).where(person_address.c.person_id.in_(IDS)).order_by(person_address.c.channel)
)


def to_row(person_id: str, private: Private) -> dict[str, Any]:
    """Give the row that keeps *private* under *person_id*."""
    return {
        "person_id": person_id,
        "name": private.name,
        "phone": private.phone,
        "exact_address": private.exact_address,
        "floor": private.floor,
        "latitude": private.position.latitude if private.position else None,
        "longitude": private.position.longitude if private.position else None,
        "notes": private.notes,
    }


def to_model(row: Mapping[Any, Any]) -> Private:
    """Read a row of ``person_private``."""
    has_position = row["latitude"] is not None and row["longitude"] is not None
    return Private(
        name=row["name"],
        phone=row["phone"],
        exact_address=row["exact_address"],
        floor=row["floor"],
        position=Position(row["latitude"], row["longitude"]) if has_position else None,
        notes=row["notes"],
    )


def keep(connection: Connection, private: Private) -> PersonId:
    """Keep *private* under a new random id and return the id."""
    person_id = PersonId(new_id())
    keep_under(connection, person_id, private)
    return person_id


def keep_under(connection: Connection, person_id: str, private: Private) -> None:
    """Keep *private* under an id that was made before and keeps nothing yet."""
    connection.execute(person_private.insert().values(to_row(person_id, private)))


def keep_words(connection: Connection, words: str) -> PersonId:
    """Keep typed words under a new random id and return the id."""
    return keep(connection, Private(notes=words))


def change(connection: Connection, person_id: str, private: Private) -> None:
    """Replace what is kept under *person_id*."""
    row = to_row(person_id, private)
    connection.execute(person_private.update().where(person_private.c.person_id == person_id).values(row))


def look_up(connection: Connection, person_ids: Iterable[str]) -> dict[str, Private]:
    """Return what is kept under each id; an erased person is absent."""
    return {row["person_id"]: to_model(row) for row in rows_with(connection, _PRIVATE, person_ids)}


def words_of(connection: Connection, words_id: str | None) -> str:
    """Return typed words, or nothing where there are none or they were erased."""
    if words_id is None:
        return ""
    kept = look_up(connection, [words_id]).get(words_id)
    return kept.notes if kept else ""


def first_with_phone(connection: Connection, phone: str) -> str | None:
    """Return the id of the first of whom this phone is kept; none where it is nobody's."""
    if not phone:
        return None
    known = select(person_private.c.person_id).where(person_private.c.phone == phone)
    return connection.scalar(known.order_by(person_private.c.person_id).limit(1))


def addresses_of(connection: Connection, person_ids: Iterable[str]) -> dict[str, dict[str, str]]:
    """Return the addresses of each person by channel; those with none are absent."""
    found: dict[str, dict[str, str]] = {}
    for row in rows_with(connection, _ADDRESSES, person_ids):
        found.setdefault(row["person_id"], {})[row["channel"]] = row["address"]
    return found


def keep_address(connection: Connection, person_id: str, channel: str, address: str) -> bool:
    """Keep where a channel reaches somebody, instead of what was kept; an empty one is forgotten.

    Returns:
        Whether anything changed.
    """
    former = addresses_of(connection, [person_id]).get(person_id, {}).get(channel, "")
    if former == address:
        return False
    this = and_(person_address.c.person_id == person_id, person_address.c.channel == channel)
    connection.execute(person_address.delete().where(this))
    if address:
        new = {"person_id": person_id, "channel": channel, "address": address}
        connection.execute(person_address.insert().values(new))
    return True


def forget_address(connection: Connection, channel: str, address: str) -> bool:
    """Forget an address that will never work again, whoever it was; return whether it was kept."""
    this = and_(person_address.c.channel == channel, person_address.c.address == address)
    return bool(connection.execute(person_address.delete().where(this)).rowcount)
