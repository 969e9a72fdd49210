"""The first tables. Frozen: every later change is a migration from here."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

MOMENT = sa.String(27).with_variant(sa.DateTime(timezone=True), "postgresql")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
GROWING = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

SQLITE_TRIGGERS = (
    "CREATE TRIGGER event_is_not_edited BEFORE UPDATE ON event BEGIN SELECT RAISE(ABORT, 'the event log is append-only'); END",
    "CREATE TRIGGER event_is_not_deleted BEFORE DELETE ON event BEGIN SELECT RAISE(ABORT, 'the event log is append-only'); END",
    "CREATE TRIGGER event_is_not_replaced BEFORE INSERT ON event WHEN EXISTS (SELECT 1 FROM event e WHERE e.seq = NEW.seq OR (e.community = NEW.community AND e.prev_hash = NEW.prev_hash)) BEGIN SELECT RAISE(ABORT, 'the event log is append-only'); END",
    "CREATE TRIGGER offer_takes_no_retired_seat BEFORE INSERT ON offer WHEN EXISTS (SELECT 1 FROM responder_seat s WHERE s.responder_id = NEW.responder_id AND s.seat_no = NEW.seat_no AND s.retired) BEGIN SELECT RAISE(ABORT, 'this seat is retired'); END",
    "CREATE TRIGGER offer_moves_to_no_retired_seat BEFORE UPDATE OF responder_id, seat_no ON offer WHEN EXISTS (SELECT 1 FROM responder_seat s WHERE s.responder_id = NEW.responder_id AND s.seat_no = NEW.seat_no AND s.retired) BEGIN SELECT RAISE(ABORT, 'this seat is retired'); END",
    "CREATE TRIGGER offer_starts_on_no_retired_slot BEFORE INSERT ON offer WHEN NEW.slot_no IS NOT NULL AND EXISTS (SELECT 1 FROM request_slot s WHERE s.request_id = NEW.request_id AND s.slot_no = NEW.slot_no AND s.retired) BEGIN SELECT RAISE(ABORT, 'this slot is retired'); END",
    "CREATE TRIGGER offer_takes_no_retired_slot BEFORE UPDATE OF request_id, slot_no ON offer WHEN NEW.slot_no IS NOT NULL AND EXISTS (SELECT 1 FROM request_slot s WHERE s.request_id = NEW.request_id AND s.slot_no = NEW.slot_no AND s.retired) BEGIN SELECT RAISE(ABORT, 'this slot is retired'); END",
)

POSTGRESQL_TRIGGERS = (
    "CREATE FUNCTION dispatch_event_is_not_edited() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF true THEN RAISE EXCEPTION 'the event log is append-only' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$",
    'CREATE TRIGGER event_is_not_edited BEFORE UPDATE OR DELETE ON event FOR EACH ROW EXECUTE FUNCTION dispatch_event_is_not_edited()',
    'CREATE TRIGGER event_is_not_truncated BEFORE TRUNCATE ON event FOR EACH STATEMENT EXECUTE FUNCTION dispatch_event_is_not_edited()',
    "CREATE FUNCTION dispatch_no_retired_seat() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM responder_seat s WHERE s.responder_id = NEW.responder_id AND s.seat_no = NEW.seat_no AND s.retired) THEN RAISE EXCEPTION 'this seat is retired' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$",
    'CREATE TRIGGER offer_takes_no_retired_seat BEFORE INSERT OR UPDATE OF responder_id, seat_no ON offer FOR EACH ROW EXECUTE FUNCTION dispatch_no_retired_seat()',
    "CREATE FUNCTION dispatch_no_retired_slot() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.slot_no IS NOT NULL AND EXISTS (SELECT 1 FROM request_slot s WHERE s.request_id = NEW.request_id AND s.slot_no = NEW.slot_no AND s.retired) THEN RAISE EXCEPTION 'this slot is retired' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$",
    'CREATE TRIGGER offer_takes_no_retired_slot BEFORE INSERT OR UPDATE OF request_id, slot_no ON offer FOR EACH ROW EXECUTE FUNCTION dispatch_no_retired_slot()',
)


def upgrade() -> None:
    """Make the tables, then the triggers that watch over them."""
    op.create_table('about',
    sa.Column('key', sa.String(length=64), nullable=False),
    sa.Column('value', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_about')),
    comment='what this database is: a rehearsal or not, how often it was restored'
    )
    op.create_table('community',
    sa.Column('code', sa.String(length=64), nullable=False),
    sa.Column('name_zh', sa.Text(), nullable=False),
    sa.Column('name_en', sa.Text(), nullable=False),
    sa.Column('zone', sa.String(length=64), nullable=False),
    sa.Column('phone_region', sa.String(length=2), nullable=False),
    sa.Column('last_number', sa.Integer(), server_default='0', nullable=False),
    sa.Column('last_sheet', sa.Integer(), server_default='0', nullable=False),
    sa.PrimaryKeyConstraint('code', name=op.f('pk_community'))
    )
    op.create_table('event',
    sa.Column('seq', GROWING, autoincrement=True, nullable=False),
    sa.Column('community', sa.String(length=64), nullable=False),
    sa.Column('at', MOMENT, nullable=False),
    sa.Column('actor', sa.Text(), nullable=False),
    sa.Column('on_behalf_of', sa.Text(), nullable=True),
    sa.Column('request_id', sa.String(length=36), nullable=True),
    sa.Column('step', sa.String(length=36), nullable=False),
    sa.Column('kind', sa.String(length=64), nullable=False),
    sa.Column('params', JSON, nullable=False),
    sa.Column('rules_version', sa.String(length=64), nullable=False),
    sa.Column('prev_hash', sa.String(length=64), nullable=False),
    sa.Column('hash', sa.String(length=64), nullable=False),
    sa.PrimaryKeyConstraint('seq', name=op.f('pk_event')),
    sa.UniqueConstraint('community', 'prev_hash', name=op.f('uq_event_community_prev_hash')),
    comment='the audit log: append-only, chained per community',
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('event', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_event_community_seq'), ['community', 'seq'], unique=False)
        batch_op.create_index(batch_op.f('ix_event_request_id'), ['request_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_event_step'), ['step'], unique=False)

    op.create_table('person_private',
    sa.Column('person_id', sa.String(length=36), nullable=False),
    sa.Column('name', sa.Text(), server_default='', nullable=False),
    sa.Column('phone', sa.Text(), server_default='', nullable=False),
    sa.Column('exact_address', sa.Text(), server_default='', nullable=False),
    sa.Column('floor', sa.Integer(), nullable=True),
    sa.Column('latitude', sa.Float(precision=53), nullable=True),
    sa.Column('longitude', sa.Float(precision=53), nullable=True),
    sa.Column('notes', sa.Text(), server_default='', nullable=False),
    sa.PrimaryKeyConstraint('person_id', name=op.f('pk_person_private')),
    comment='the only home of names, phones, exact addresses and typed words'
    )
    with op.batch_alter_table('person_private', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_person_private_phone'), ['phone'], unique=False)

    op.create_table('place',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('community', sa.String(length=64), nullable=False),
    sa.Column('code', sa.String(length=64), nullable=False),
    sa.Column('kind', sa.String(length=64), nullable=False),
    sa.Column('parent_id', sa.String(length=36), nullable=True),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('latitude', sa.Float(precision=53), nullable=True),
    sa.Column('longitude', sa.Float(precision=53), nullable=True),
    sa.Column('floors', sa.Integer(), nullable=True),
    sa.Column('has_lift', sa.Boolean(), server_default=sa.text('(false)'), nullable=False),
    sa.Column('steward', sa.String(length=64), nullable=True),
    sa.CheckConstraint("(parent_id IS NULL) = (kind = 'community')", name=op.f('ck_place_only_the_community_has_no_parent')),
    sa.CheckConstraint("kind IN ('building', 'community', 'grid', 'micro_grid', 'unit')", name=op.f('ck_place_known_kind')),
    sa.ForeignKeyConstraint(['community'], ['community.code'], name=op.f('fk_place_community')),
    sa.ForeignKeyConstraint(['parent_id'], ['place.id'], name=op.f('fk_place_parent_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_place')),
    sa.UniqueConstraint('community', 'code', name=op.f('uq_place_community_code'))
    )
    op.create_table('service',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('community', sa.String(length=64), nullable=False),
    sa.Column('code', sa.String(length=64), nullable=False),
    sa.Column('name_zh', sa.Text(), nullable=False),
    sa.Column('name_en', sa.Text(), nullable=False),
    sa.Column('skills', JSON, nullable=False),
    sa.Column('licence', sa.String(length=64), nullable=True),
    sa.Column('urgency', sa.String(length=64), nullable=False),
    sa.Column('pool', sa.String(length=64), nullable=False),
    sa.Column('minutes', sa.Integer(), nullable=False),
    sa.Column('confidential', sa.Boolean(), nullable=False),
    sa.Column('proximity', sa.Boolean(), nullable=False),
    sa.Column('adults_only', sa.Boolean(), nullable=False),
    sa.Column('small_kind', sa.String(length=64), nullable=False),
    sa.Column('origin', sa.String(length=64), nullable=False),
    sa.Column('words', JSON, nullable=False),
    sa.Column('is_active', sa.Boolean(), server_default=sa.text('(true)'), nullable=False),
    sa.CheckConstraint("pool IN ('companies', 'neighbours', 'once_helped', 'property')", name=op.f('ck_service_known_pool')),
    sa.CheckConstraint("urgency IN ('low', 'normal', 'urgent')", name=op.f('ck_service_known_urgency')),
    sa.ForeignKeyConstraint(['community'], ['community.code'], name=op.f('fk_service_community')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_service')),
    sa.UniqueConstraint('community', 'code', name=op.f('uq_service_community_code'))
    )
    op.create_table('household',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('community', sa.String(length=64), nullable=False),
    sa.Column('code', sa.String(length=64), nullable=False),
    sa.Column('place_id', sa.String(length=36), nullable=False),
    sa.Column('person_id', sa.String(length=36), nullable=False),
    sa.Column('residents', sa.Integer(), nullable=False),
    sa.Column('is_centre', sa.Boolean(), server_default=sa.text('(false)'), nullable=False),
    sa.CheckConstraint('residents >= 0', name=op.f('ck_household_residents_are_counted')),
    sa.ForeignKeyConstraint(['community'], ['community.code'], name=op.f('fk_household_community')),
    sa.ForeignKeyConstraint(['place_id'], ['place.id'], name=op.f('fk_household_place_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_household')),
    sa.UniqueConstraint('community', 'code', name=op.f('uq_household_community_code'))
    )
    with op.batch_alter_table('household', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_household_place_id'), ['place_id'], unique=False)

    op.create_table('responder',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('community', sa.String(length=64), nullable=False),
    sa.Column('code', sa.String(length=64), nullable=False),
    sa.Column('kind', sa.String(length=64), nullable=False),
    sa.Column('person_id', sa.String(length=36), nullable=False),
    sa.Column('place_id', sa.String(length=36), nullable=False),
    sa.Column('reach_metres', sa.Integer(), nullable=True),
    sa.Column('is_adult', sa.Boolean(), server_default=sa.text('(true)'), nullable=False),
    sa.Column('is_paid', sa.Boolean(), server_default=sa.text('(false)'), nullable=False),
    sa.Column('was_helped', sa.Boolean(), server_default=sa.text('(false)'), nullable=False),
    sa.Column('skills', JSON, nullable=False),
    sa.Column('licences', JSON, nullable=False),
    sa.Column('hours', JSON, nullable=False),
    sa.Column('channel', sa.String(length=64), nullable=True),
    sa.Column('language', sa.String(length=2), server_default='zh', nullable=False),
    sa.Column('paused_until', MOMENT, nullable=True),
    sa.Column('is_active', sa.Boolean(), server_default=sa.text('(true)'), nullable=False),
    sa.Column('version', sa.Integer(), server_default='1', nullable=False),
    sa.CheckConstraint("kind IN ('expert', 'party_member', 'property_staff', 'shop', 'team', 'volunteer')", name=op.f('ck_responder_known_kind')),
    sa.CheckConstraint('reach_metres IS NULL OR reach_metres >= 0', name=op.f('ck_responder_reach_is_a_distance')),
    sa.ForeignKeyConstraint(['community'], ['community.code'], name=op.f('fk_responder_community')),
    sa.ForeignKeyConstraint(['place_id'], ['place.id'], name=op.f('fk_responder_place_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_responder')),
    sa.UniqueConstraint('community', 'code', name=op.f('uq_responder_community_code'))
    )
    with op.batch_alter_table('responder', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_responder_person_id'), ['person_id'], unique=False)

    op.create_table('bond',
    sa.Column('household_id', sa.String(length=36), nullable=False),
    sa.Column('responder_id', sa.String(length=36), nullable=False),
    sa.ForeignKeyConstraint(['household_id'], ['household.id'], name=op.f('fk_bond_household_id')),
    sa.ForeignKeyConstraint(['responder_id'], ['responder.id'], name=op.f('fk_bond_responder_id')),
    sa.PrimaryKeyConstraint('household_id', 'responder_id', name=op.f('pk_bond')),
    comment='党员包联: who looks in on whom'
    )
    with op.batch_alter_table('bond', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_bond_responder_id'), ['responder_id'], unique=False)

    op.create_table('request',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('community', sa.String(length=64), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('idem_key', sa.Text(), nullable=False),
    sa.Column('payload_hash', sa.String(length=64), nullable=False),
    sa.Column('state', sa.String(length=64), nullable=False),
    sa.Column('next_check_at', MOMENT, nullable=True),
    sa.Column('version', sa.Integer(), server_default='1', nullable=False),
    sa.Column('service_id', sa.String(length=36), nullable=False),
    sa.Column('place_id', sa.String(length=36), nullable=False),
    sa.Column('person_id', sa.String(length=36), nullable=False),
    sa.Column('household_id', sa.String(length=36), nullable=True),
    sa.Column('urgency', sa.String(length=64), nullable=False),
    sa.Column('source', sa.String(length=64), nullable=False),
    sa.Column('window_from', MOMENT, nullable=True),
    sa.Column('window_to', MOMENT, nullable=True),
    sa.Column('received_at', MOMENT, nullable=False),
    sa.Column('taken_at', MOMENT, nullable=False),
    sa.Column('done_at', MOMENT, nullable=True),
    sa.Column('owner', sa.Text(), nullable=True),
    sa.Column('reason', sa.String(length=64), nullable=True),
    sa.Column('words_id', sa.String(length=36), nullable=True),
    sa.Column('merged_into', sa.String(length=36), nullable=True),
    sa.Column('rating', sa.Integer(), nullable=True),
    sa.CheckConstraint("(state = 'merged') = (merged_into IS NOT NULL)", name=op.f('ck_request_merged_says_into_which')),
    sa.CheckConstraint("(state = 'rated') = (rating IS NOT NULL) AND (rating IS NULL OR rating BETWEEN 1 AND 5)", name=op.f('ck_request_rated_with_one_to_five')),
    sa.CheckConstraint("next_check_at IS NOT NULL OR state IN ('cancelled', 'done', 'handed_over', 'merged', 'promoted', 'rated', 'unable')", name=op.f('ck_request_nothing_is_forgotten')),
    sa.CheckConstraint("state <> 'needs_person' OR (owner IS NOT NULL AND reason IS NOT NULL)", name=op.f('ck_request_a_named_person_has_it')),
    sa.CheckConstraint("state IN ('arranged', 'asking', 'cancelled', 'doing', 'done', 'handed_over', 'merged', 'needs_person', 'promoted', 'rated', 'received', 'triaged', 'unable')", name=op.f('ck_request_known_state')),
    sa.CheckConstraint("state NOT IN ('handed_over', 'unable') OR words_id IS NOT NULL OR reason IS NOT NULL", name=op.f('ck_request_says_to_whom_or_why')),
    sa.CheckConstraint("urgency IN ('low', 'normal', 'urgent')", name=op.f('ck_request_known_urgency')),
    sa.CheckConstraint('(window_from IS NULL) = (window_to IS NULL) AND (window_from IS NULL OR window_from <= window_to)', name=op.f('ck_request_window_begins_before_it_ends')),
    sa.CheckConstraint('merged_into <> id', name=op.f('ck_request_not_merged_into_itself')),
    sa.ForeignKeyConstraint(['community'], ['community.code'], name=op.f('fk_request_community')),
    sa.ForeignKeyConstraint(['household_id'], ['household.id'], name=op.f('fk_request_household_id')),
    sa.ForeignKeyConstraint(['merged_into'], ['request.id'], name=op.f('fk_request_merged_into')),
    sa.ForeignKeyConstraint(['place_id'], ['place.id'], name=op.f('fk_request_place_id')),
    sa.ForeignKeyConstraint(['service_id'], ['service.id'], name=op.f('fk_request_service_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_request')),
    sa.UniqueConstraint('community', 'number', name=op.f('uq_request_community_number')),
    sa.UniqueConstraint('idem_key', name=op.f('uq_request_idem_key'))
    )
    with op.batch_alter_table('request', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_request_person_id'), ['person_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_request_place_id_service_id'), ['place_id', 'service_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_request_state_next_check_at'), ['state', 'next_check_at'], unique=False)

    op.create_table('responder_seat',
    sa.Column('responder_id', sa.String(length=36), nullable=False),
    sa.Column('seat_no', sa.Integer(), nullable=False),
    sa.Column('retired', sa.Boolean(), server_default=sa.text('(false)'), nullable=False),
    sa.CheckConstraint('seat_no >= 1', name=op.f('ck_responder_seat_counts_from_one')),
    sa.ForeignKeyConstraint(['responder_id'], ['responder.id'], name=op.f('fk_responder_seat_responder_id')),
    sa.PrimaryKeyConstraint('responder_id', 'seat_no', name=op.f('pk_responder_seat')),
    comment='capacity rows: as many as a responder may hold at once'
    )
    op.create_table('request_slot',
    sa.Column('request_id', sa.String(length=36), nullable=False),
    sa.Column('slot_no', sa.Integer(), nullable=False),
    sa.Column('retired', sa.Boolean(), server_default=sa.text('(false)'), nullable=False),
    sa.CheckConstraint('slot_no >= 1', name=op.f('ck_request_slot_counts_from_one')),
    sa.ForeignKeyConstraint(['request_id'], ['request.id'], name=op.f('fk_request_slot_request_id')),
    sa.PrimaryKeyConstraint('request_id', 'slot_no', name=op.f('pk_request_slot')),
    comment='headcount rows: as many as a request needs people'
    )
    op.create_table('wave',
    sa.Column('request_id', sa.String(length=36), nullable=False),
    sa.Column('wave_no', sa.Integer(), nullable=False),
    sa.Column('decided_at', MOMENT, nullable=False),
    sa.Column('policy', sa.String(length=64), nullable=False),
    sa.CheckConstraint('wave_no >= 1', name=op.f('ck_wave_counts_from_one')),
    sa.ForeignKeyConstraint(['request_id'], ['request.id'], name=op.f('fk_wave_request_id')),
    sa.PrimaryKeyConstraint('request_id', 'wave_no', name=op.f('pk_wave')),
    comment="one decision each: a second worker's is refused here"
    )
    op.create_table('offer',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('request_id', sa.String(length=36), nullable=False),
    sa.Column('wave_no', sa.Integer(), nullable=False),
    sa.Column('responder_id', sa.String(length=36), nullable=False),
    sa.Column('seat_no', sa.Integer(), nullable=False),
    sa.Column('slot_no', sa.Integer(), nullable=True),
    sa.Column('state', sa.String(length=64), nullable=False),
    sa.Column('deadline_at', MOMENT, nullable=False),
    sa.Column('code', sa.String(length=64), nullable=False),
    sa.Column('fence', sa.Integer(), server_default='1', nullable=False),
    sa.Column('offered_at', MOMENT, nullable=False),
    sa.Column('ended_at', MOMENT, nullable=True),
    sa.Column('cost', sa.Integer(), server_default='0', nullable=False),
    sa.Column('terms', JSON, nullable=False),
    sa.CheckConstraint("(slot_no IS NULL) = (state IN ('declined', 'expired', 'offered', 'withdrawn'))", name=op.f('ck_offer_a_slot_is_held_once_accepted')),
    sa.CheckConstraint("state IN ('accepted', 'cancelled', 'declined', 'doing', 'done', 'expired', 'offered', 'released', 'withdrawn')", name=op.f('ck_offer_known_state')),
    sa.ForeignKeyConstraint(['request_id', 'slot_no'], ['request_slot.request_id', 'request_slot.slot_no'], name=op.f('fk_offer_request_id_slot_no')),
    sa.ForeignKeyConstraint(['request_id', 'wave_no'], ['wave.request_id', 'wave.wave_no'], name=op.f('fk_offer_request_id_wave_no')),
    sa.ForeignKeyConstraint(['responder_id', 'seat_no'], ['responder_seat.responder_id', 'responder_seat.seat_no'], name=op.f('fk_offer_responder_id_seat_no')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_offer')),
    sa.UniqueConstraint('responder_id', 'code', name=op.f('uq_offer_responder_id_code'))
    )
    with op.batch_alter_table('offer', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_offer_code'), ['code'], unique=False)
        batch_op.create_index(batch_op.f('ix_offer_request_id_wave_no'), ['request_id', 'wave_no'], unique=False)
        batch_op.create_index(batch_op.f('ix_offer_state_deadline_at'), ['state', 'deadline_at'], unique=False)
        batch_op.create_index('uq_offer_one_holder_a_slot', ['request_id', 'slot_no'], unique=True, sqlite_where=sa.text("state IN ('accepted', 'doing', 'done')"), postgresql_where=sa.text("state IN ('accepted', 'doing', 'done')"))
        batch_op.create_index('uq_offer_one_offer_a_pair', ['request_id', 'responder_id'], unique=True, sqlite_where=sa.text("state IN ('accepted', 'doing', 'done', 'offered')"), postgresql_where=sa.text("state IN ('accepted', 'doing', 'done', 'offered')"))
        batch_op.create_index('uq_offer_one_offer_a_seat', ['responder_id', 'seat_no'], unique=True, sqlite_where=sa.text("state IN ('accepted', 'doing', 'offered')"), postgresql_where=sa.text("state IN ('accepted', 'doing', 'offered')"))

    op.create_table('delivery',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('offer_id', sa.String(length=36), nullable=True),
    sa.Column('request_id', sa.String(length=36), nullable=False),
    sa.Column('recipient', sa.String(length=64), nullable=False),
    sa.Column('kind', sa.String(length=64), nullable=False),
    sa.Column('occasion', sa.Integer(), server_default='1', nullable=False),
    sa.Column('channel', sa.String(length=64), nullable=False),
    sa.Column('state', sa.String(length=64), nullable=False),
    sa.Column('attempt', sa.Integer(), server_default='0', nullable=False),
    sa.Column('unknowns', sa.Integer(), server_default='0', nullable=False),
    sa.Column('fence', sa.Integer(), server_default='0', nullable=False),
    sa.Column('lease_until', MOMENT, nullable=True),
    sa.Column('next_at', MOMENT, nullable=False),
    sa.Column('sent_at', MOMENT, nullable=True),
    sa.Column('note', sa.Text(), server_default='', nullable=False),
    sa.Column('reference', sa.Text(), server_default='', nullable=False),
    sa.CheckConstraint("(state = 'sending') = (lease_until IS NOT NULL)", name=op.f('ck_delivery_leased_while_sending')),
    sa.CheckConstraint("recipient IN ('resident', 'responder')", name=op.f('ck_delivery_known_recipient')),
    sa.CheckConstraint("state IN ('dropped', 'gave_up', 'held', 'ready', 'sending', 'sent')", name=op.f('ck_delivery_known_state')),
    sa.ForeignKeyConstraint(['offer_id'], ['offer.id'], name=op.f('fk_delivery_offer_id')),
    sa.ForeignKeyConstraint(['request_id'], ['request.id'], name=op.f('fk_delivery_request_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_delivery')),
    sa.UniqueConstraint('offer_id', 'kind', 'channel', name=op.f('uq_delivery_offer_id_kind_channel'))
    )
    with op.batch_alter_table('delivery', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_delivery_request_id'), ['request_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_delivery_state_next_at'), ['state', 'next_at'], unique=False)
        batch_op.create_index('uq_delivery_once_an_occasion', ['request_id', 'kind', 'channel', 'occasion'], unique=True, sqlite_where=sa.text('offer_id IS NULL'), postgresql_where=sa.text('offer_id IS NULL'))

    op.create_table('inbound',
    sa.Column('channel', sa.String(length=64), nullable=False),
    sa.Column('provider_msg_id', sa.String(length=200), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('words_id', sa.String(length=36), nullable=True),
    sa.Column('received_at', MOMENT, nullable=False),
    sa.Column('outcome', sa.String(length=64), nullable=False),
    sa.Column('offer_id', sa.String(length=36), nullable=True),
    sa.ForeignKeyConstraint(['offer_id'], ['offer.id'], name=op.f('fk_inbound_offer_id')),
    sa.PrimaryKeyConstraint('channel', 'provider_msg_id', name=op.f('pk_inbound')),
    comment='answers; body holds what was understood, the words as typed are private'
    )
    op.create_table('phone_sheet',
    sa.Column('community', sa.String(length=64), nullable=False),
    sa.Column('sheet_no', sa.Integer(), nullable=False),
    sa.Column('row_no', sa.Integer(), nullable=False),
    sa.Column('delivery_id', sa.String(length=36), nullable=False),
    sa.Column('printed_at', MOMENT, nullable=False),
    sa.Column('result', sa.String(length=64), nullable=True),
    sa.ForeignKeyConstraint(['community'], ['community.code'], name=op.f('fk_phone_sheet_community')),
    sa.ForeignKeyConstraint(['delivery_id'], ['delivery.id'], name=op.f('fk_phone_sheet_delivery_id')),
    sa.PrimaryKeyConstraint('community', 'sheet_no', 'row_no', name=op.f('pk_phone_sheet')),
    comment='what stood on each printed phone list, so that it can be keyed back'
    )
    with op.batch_alter_table('phone_sheet', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_phone_sheet_delivery_id'), ['delivery_id'], unique=False)

    for statement in SQLITE_TRIGGERS if op.get_bind().dialect.name == "sqlite" else POSTGRESQL_TRIGGERS:
        op.execute(sa.text(statement.replace(":", "\\:")))
