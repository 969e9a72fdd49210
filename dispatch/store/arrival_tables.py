"""The tables of what comes back and by which way, and the names under which all constraints go: part of ``tables``."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from dispatch.store.columns import Code, Id, Moment, one_of

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)

person_address = Table(
    "person_address",
    metadata,
    Column("person_id", Id, nullable=False),
    Column("channel", Code, nullable=False),
    Column("address", Text, nullable=False),
    PrimaryKeyConstraint("person_id", "channel"),
    comment="where a channel that needs no phone reaches somebody; private, like person_private",
)

link = Table(
    "link",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("responder_id", Id, ForeignKey("responder.id"), nullable=False),
    Column("offer_id", Id, ForeignKey("offer.id")),
    Column("fence", Integer),
    Column("made_at", Moment, nullable=False),
    Column("until", Moment, nullable=False),
    UniqueConstraint("offer_id"),
    CheckConstraint("(offer_id IS NULL) = (fence IS NULL)", name="bound_to_a_state_of_the_offer"),
    Index(None, "responder_id"),
    comment="short links to one offer, or with which one person subscribes; of the token only its SHA-256",
)

delivery_report = Table(
    "delivery_report",
    metadata,
    Column("id", Id, primary_key=True),
    Column("channel", Code, nullable=False),
    Column("reference", Text, nullable=False),
    Column("delivery_id", Id, ForeignKey("delivery.id"), index=True),
    Column("outcome", Code, nullable=False),
    Column("note", Text, nullable=False, server_default=""),
    Column("received_at", Moment, nullable=False),
    Column("is_settled", Boolean, nullable=False, server_default=text("false")),
    CheckConstraint(one_of("outcome", ("arrived", "failed", "under_way")), name="known_outcome"),
    Index(None, "channel", "reference"),
    Index(None, "is_settled", "received_at"),
    comment="what the next system said afterwards of a message it had taken; shown, and never an answer",
)

inbound = Table(
    "inbound",
    metadata,
    Column("channel", Code, nullable=False),
    Column("provider_msg_id", String(200), nullable=False),
    Column("body", Text, nullable=False),
    Column("words_id", Id),
    Column("received_at", Moment, nullable=False),
    Column("outcome", Code, nullable=False),
    Column("offer_id", Id, ForeignKey("offer.id")),
    Column("sender_id", Id),
    Column("promised_at", Moment),
    PrimaryKeyConstraint("channel", "provider_msg_id"),
    Index(None, "sender_id", "received_at"),
    Index(None, "outcome", "received_at"),
    comment="answers; body holds what was understood, the words as typed are private",
)
