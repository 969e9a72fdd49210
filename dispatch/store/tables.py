"""The tables, and the constraints that keep the promises.

Each promise of docs/reference/promises.md that a database can hold is held here: a second
holder of a slot, a responder above capacity, a second decision on a wave, a
repeated key, an edited event are refused by the database itself, whoever writes.
"""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from dispatch.model.lifecycle import FINISHED, NEVER_HELD_SLOT, OfferState, RequestState
from dispatch.store import arrival_tables, kept_apart_tables
from dispatch.store.columns import Code, GrowingNumber, Id, Json, Moment, one_of

metadata = arrival_tables.metadata
person_address = arrival_tables.person_address
link = arrival_tables.link
delivery_report = arrival_tables.delivery_report
inbound = arrival_tables.inbound
barred = kept_apart_tables.barred
apart = kept_apart_tables.apart

about = Table(
    "about",
    metadata,
    Column("key", Code, primary_key=True),
    Column("value", Text, nullable=False),
    comment="what this database is: a rehearsal or not, how often it was restored",
)

community = Table(
    "community",
    metadata,
    Column("code", Code, primary_key=True),
    Column("name_zh", Text, nullable=False),
    Column("name_en", Text, nullable=False),
    Column("zone", Code, nullable=False),
    Column("phone_region", String(2), nullable=False),
    Column("last_number", Integer, nullable=False, server_default="0"),
    Column("last_sheet", Integer, nullable=False, server_default="0"),
)

person_private = Table(
    "person_private",
    metadata,
    Column("person_id", Id, primary_key=True),
    Column("name", Text, nullable=False, server_default=""),
    Column("phone", Text, nullable=False, server_default=""),
    Column("exact_address", Text, nullable=False, server_default=""),
    Column("floor", Integer),
    Column("latitude", Float(53)),
    Column("longitude", Float(53)),
    Column("notes", Text, nullable=False, server_default=""),
    Index(None, "phone"),
    comment="the only home of names, phones, exact addresses and typed words",
)

place = Table(
    "place",
    metadata,
    Column("id", Id, primary_key=True),
    Column("community", Code, ForeignKey("community.code"), nullable=False),
    Column("code", Code, nullable=False),
    Column("kind", Code, nullable=False),
    Column("parent_id", Id, ForeignKey("place.id")),
    Column("name", Text, nullable=False),
    Column("latitude", Float(53)),
    Column("longitude", Float(53)),
    Column("floors", Integer),
    Column("has_lift", Boolean, nullable=False, server_default=text("false")),
    Column("steward", Code),
    UniqueConstraint("community", "code"),
    CheckConstraint(
        one_of("kind", ("community", "grid", "micro_grid", "building", "unit")), name="known_kind"
    ),
    CheckConstraint("(parent_id IS NULL) = (kind = 'community')", name="only_the_community_has_no_parent"),
)

service = Table(
    "service",
    metadata,
    Column("id", Id, primary_key=True),
    Column("community", Code, ForeignKey("community.code"), nullable=False),
    Column("code", Code, nullable=False),
    Column("name_zh", Text, nullable=False),
    Column("name_en", Text, nullable=False),
    Column("skills", Json, nullable=False),
    Column("licence", Code),
    Column("urgency", Code, nullable=False),
    Column("pool", Code, nullable=False),
    Column("minutes", Integer, nullable=False),
    Column("confidential", Boolean, nullable=False),
    Column("proximity", Boolean, nullable=False),
    Column("adults_only", Boolean, nullable=False),
    Column("small_kind", Code, nullable=False),
    Column("origin", Code, nullable=False),
    Column("words", Json, nullable=False),
    Column("is_active", Boolean, nullable=False, server_default=text("true")),
    UniqueConstraint("community", "code"),
    CheckConstraint(one_of("urgency", ("urgent", "normal", "low")), name="known_urgency"),
    CheckConstraint(
        one_of("pool", ("neighbours", "companies", "once_helped", "property")), name="known_pool"
    ),
)

household = Table(
    "household",
    metadata,
    Column("id", Id, primary_key=True),
    Column("community", Code, ForeignKey("community.code"), nullable=False),
    Column("code", Code, nullable=False),
    Column("place_id", Id, ForeignKey("place.id"), nullable=False, index=True),
    Column("person_id", Id, nullable=False),
    Column("residents", Integer, nullable=False),
    Column("is_centre", Boolean, nullable=False, server_default=text("false")),
    UniqueConstraint("community", "code"),
    CheckConstraint("residents >= 0", name="residents_are_counted"),
)

responder = Table(
    "responder",
    metadata,
    Column("id", Id, primary_key=True),
    Column("community", Code, ForeignKey("community.code"), nullable=False),
    Column("code", Code, nullable=False),
    Column("kind", Code, nullable=False),
    Column("person_id", Id, nullable=False),
    Column("place_id", Id, ForeignKey("place.id"), nullable=False),
    Column("reach_metres", Integer),
    Column("is_adult", Boolean, nullable=False, server_default=text("true")),
    Column("is_paid", Boolean, nullable=False, server_default=text("false")),
    Column("was_helped", Boolean, nullable=False, server_default=text("false")),
    Column("skills", Json, nullable=False),
    Column("licences", Json, nullable=False),
    Column("hours", Json, nullable=False),
    Column("monthly_cap", Integer),
    Column("no_stairs", Boolean, nullable=False, server_default=text("false")),
    Column("quiet", Json, nullable=False, server_default="[]"),
    Column("channel", Code),
    Column("language", String(2), nullable=False, server_default="zh"),
    Column("paused_until", Moment),
    Column("is_active", Boolean, nullable=False, server_default=text("true")),
    Column("version", Integer, nullable=False, server_default="1"),
    UniqueConstraint("community", "code"),
    CheckConstraint(
        one_of("kind", ("party_member", "volunteer", "shop", "property_staff", "expert", "team")),
        name="known_kind",
    ),
    CheckConstraint("reach_metres IS NULL OR reach_metres >= 0", name="reach_is_a_distance"),
    Index(None, "person_id"),
)

bond = Table(
    "bond",
    metadata,
    Column("household_id", Id, ForeignKey("household.id"), nullable=False),
    Column("responder_id", Id, ForeignKey("responder.id"), nullable=False, index=True),
    PrimaryKeyConstraint("household_id", "responder_id"),
    comment="党员包联: who looks in on whom",
)

responder_seat = Table(
    "responder_seat",
    metadata,
    Column("responder_id", Id, ForeignKey("responder.id"), nullable=False),
    Column("seat_no", Integer, nullable=False),
    Column("retired", Boolean, nullable=False, server_default=text("false")),
    PrimaryKeyConstraint("responder_id", "seat_no"),
    CheckConstraint("seat_no >= 1", name="counts_from_one"),
    comment="capacity rows: as many as a responder may hold at once",
)

request = Table(
    "request",
    metadata,
    Column("id", Id, primary_key=True),
    Column("community", Code, ForeignKey("community.code"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("idem_key", Text, nullable=False, unique=True),
    Column("payload_hash", String(64), nullable=False),
    Column("state", Code, nullable=False),
    Column("next_check_at", Moment),
    Column("version", Integer, nullable=False, server_default="1"),
    Column("service_id", Id, ForeignKey("service.id"), nullable=False),
    Column("place_id", Id, ForeignKey("place.id"), nullable=False),
    Column("person_id", Id, nullable=False),
    Column("household_id", Id, ForeignKey("household.id")),
    Column("urgency", Code, nullable=False),
    Column("source", Code, nullable=False),
    Column("window_from", Moment),
    Column("window_to", Moment),
    Column("received_at", Moment, nullable=False),
    Column("taken_at", Moment, nullable=False),
    Column("done_at", Moment),
    Column("owner", Text),
    Column("reason", Code),
    Column("words_id", Id),
    Column("merged_into", Id, ForeignKey("request.id")),
    Column("rating", Integer),
    UniqueConstraint("community", "number"),
    CheckConstraint(one_of("state", RequestState), name="known_state"),
    CheckConstraint(
        f"next_check_at IS NOT NULL OR {one_of('state', FINISHED | {RequestState.DONE})}",
        name="nothing_is_forgotten",
    ),
    CheckConstraint(
        "state <> 'needs_person' OR (owner IS NOT NULL AND reason IS NOT NULL)", name="a_named_person_has_it"
    ),
    CheckConstraint("(state = 'merged') = (merged_into IS NOT NULL)", name="merged_says_into_which"),
    CheckConstraint("merged_into <> id", name="not_merged_into_itself"),
    CheckConstraint(
        "(state = 'rated') = (rating IS NOT NULL) AND (rating IS NULL OR rating BETWEEN 1 AND 5)",
        name="rated_with_one_to_five",
    ),
    CheckConstraint(
        "state NOT IN ('handed_over', 'unable') OR words_id IS NOT NULL OR reason IS NOT NULL",
        name="says_to_whom_or_why",
    ),
    CheckConstraint(
        "(window_from IS NULL) = (window_to IS NULL) AND (window_from IS NULL OR window_from <= window_to)",
        name="window_begins_before_it_ends",
    ),
    CheckConstraint(one_of("urgency", ("urgent", "normal", "low")), name="known_urgency"),
    Index(None, "state", "next_check_at"),
    Index(None, "place_id", "service_id"),
    Index(None, "person_id"),
)

request_slot = Table(
    "request_slot",
    metadata,
    Column("request_id", Id, ForeignKey("request.id"), nullable=False),
    Column("slot_no", Integer, nullable=False),
    Column("retired", Boolean, nullable=False, server_default=text("false")),
    PrimaryKeyConstraint("request_id", "slot_no"),
    CheckConstraint("slot_no >= 1", name="counts_from_one"),
    comment="headcount rows: as many as a request needs people",
)

wave = Table(
    "wave",
    metadata,
    Column("request_id", Id, ForeignKey("request.id"), nullable=False),
    Column("wave_no", Integer, nullable=False),
    Column("decided_at", Moment, nullable=False),
    Column("policy", Code, nullable=False),
    PrimaryKeyConstraint("request_id", "wave_no"),
    CheckConstraint("wave_no >= 1", name="counts_from_one"),
    comment="one decision each: a second worker's is refused here",
)

offer = Table(
    "offer",
    metadata,
    Column("id", Id, primary_key=True),
    Column("request_id", Id, nullable=False),
    Column("wave_no", Integer, nullable=False),
    Column("responder_id", Id, nullable=False),
    Column("seat_no", Integer, nullable=False),
    Column("slot_no", Integer),
    Column("state", Code, nullable=False),
    Column("deadline_at", Moment, nullable=False),
    Column("code", Code, nullable=False),
    Column("fence", Integer, nullable=False, server_default="1"),
    Column("offered_at", Moment, nullable=False),
    Column("ended_at", Moment),
    Column("promised_at", Moment),
    Column("cost", Integer, nullable=False, server_default="0"),
    Column("terms", Json, nullable=False),
    ForeignKeyConstraint(["request_id", "wave_no"], ["wave.request_id", "wave.wave_no"]),
    ForeignKeyConstraint(["request_id", "slot_no"], ["request_slot.request_id", "request_slot.slot_no"]),
    ForeignKeyConstraint(["responder_id", "seat_no"], ["responder_seat.responder_id", "responder_seat.seat_no"]),
    CheckConstraint(one_of("state", OfferState), name="known_state"),
    CheckConstraint(
        f"(slot_no IS NULL) = ({one_of('state', NEVER_HELD_SLOT)})", name="a_slot_is_held_once_accepted"
    ),
    UniqueConstraint("responder_id", "code"),
    Index(None, "request_id", "wave_no"),
    Index(None, "state", "deadline_at"),
    Index(None, "code"),
)

delivery = Table(
    "delivery",
    metadata,
    Column("id", Id, primary_key=True),
    Column("offer_id", Id, ForeignKey("offer.id")),
    Column("request_id", Id, ForeignKey("request.id"), nullable=False, index=True),
    Column("recipient", Code, nullable=False),
    Column("kind", Code, nullable=False),
    Column("occasion", Integer, nullable=False, server_default="1"),
    Column("channel", Code, nullable=False),
    Column("state", Code, nullable=False),
    Column("attempt", Integer, nullable=False, server_default="0"),
    Column("unknowns", Integer, nullable=False, server_default="0"),
    Column("fence", Integer, nullable=False, server_default="0"),
    Column("lease_until", Moment),
    Column("next_at", Moment, nullable=False),
    Column("sent_at", Moment),
    Column("note", Text, nullable=False, server_default=""),
    Column("reference", Text, nullable=False, server_default=""),
    Column("handed_at", Moment),
    Column("cost_fen", Integer, nullable=False, server_default="0"),
    UniqueConstraint("offer_id", "kind", "channel"),
    CheckConstraint(
        one_of("state", ("ready", "sending", "sent", "gave_up", "dropped", "held")), name="known_state"
    ),
    CheckConstraint(one_of("recipient", ("resident", "responder")), name="known_recipient"),
    CheckConstraint("(state = 'sending') = (lease_until IS NOT NULL)", name="leased_while_sending"),
    Index(None, "state", "next_at"),
    Index(None, "channel", "reference"),
    Index(None, "channel", "handed_at"),
)

phone_sheet = Table(
    "phone_sheet",
    metadata,
    Column("community", Code, ForeignKey("community.code"), nullable=False),
    Column("sheet_no", Integer, nullable=False),
    Column("row_no", Integer, nullable=False),
    Column("delivery_id", Id, ForeignKey("delivery.id"), nullable=False, index=True),
    Column("printed_at", Moment, nullable=False),
    Column("result", Code),
    PrimaryKeyConstraint("community", "sheet_no", "row_no"),
    comment="what stood on each printed phone list, so that it can be keyed back",
)

event = Table(
    "event",
    metadata,
    Column("seq", GrowingNumber, primary_key=True, autoincrement=True),
    Column("community", Code, nullable=False),
    Column("at", Moment, nullable=False),
    Column("actor", Text, nullable=False),
    Column("on_behalf_of", Text),
    Column("request_id", Id),
    Column("step", Id, nullable=False),
    Column("kind", Code, nullable=False),
    Column("params", Json, nullable=False),
    Column("rules_version", Code, nullable=False),
    Column("prev_hash", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    UniqueConstraint("community", "prev_hash"),
    Index(None, "community", "seq"),
    Index(None, "request_id"),
    Index(None, "step"),
    sqlite_autoincrement=True,
    comment="the audit log: append-only, chained per community",
)
