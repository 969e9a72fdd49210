"""The tables of who never goes to whom and who never goes together: part of ``tables``."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKey, PrimaryKeyConstraint, Table

from dispatch.store.arrival_tables import metadata
from dispatch.store.columns import Id, Moment

barred = Table(
    "barred",
    metadata,
    Column("id", Id, primary_key=True),
    Column("responder_id", Id, ForeignKey("responder.id"), nullable=False, index=True),
    Column("household_id", Id, ForeignKey("household.id"), index=True),
    Column("person_id", Id),
    Column("since", Moment, nullable=False),
    CheckConstraint("household_id IS NOT NULL OR person_id IS NOT NULL", name="says_from_whom"),
    comment="who never goes to whom; nobody is told why, nor that it is so",
)

apart = Table(
    "apart",
    metadata,
    Column("first_id", Id, ForeignKey("responder.id"), nullable=False),
    Column("second_id", Id, ForeignKey("responder.id"), nullable=False, index=True),
    PrimaryKeyConstraint("first_id", "second_id"),
    CheckConstraint("first_id < second_id", name="each_pair_once"),
    comment="who is never sent to the same request",
)
