"""What comes back: reports, short links, promised times, and addresses of channels that need no phone."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

MOMENT = sa.String(27).with_variant(sa.DateTime(timezone=True), "postgresql")


def upgrade() -> None:
    """Add them; what is there stays as it is."""
    op.create_table('person_address',
    sa.Column('person_id', sa.String(length=36), nullable=False),
    sa.Column('channel', sa.String(length=64), nullable=False),
    sa.Column('address', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('person_id', 'channel', name=op.f('pk_person_address')),
    comment='where a channel that needs no phone reaches somebody; private, like person_private'
    )
    op.create_table('link',
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('responder_id', sa.String(length=36), nullable=False),
    sa.Column('offer_id', sa.String(length=36), nullable=True),
    sa.Column('fence', sa.Integer(), nullable=True),
    sa.Column('made_at', MOMENT, nullable=False),
    sa.Column('until', MOMENT, nullable=False),
    sa.CheckConstraint('(offer_id IS NULL) = (fence IS NULL)', name=op.f('ck_link_bound_to_a_state_of_the_offer')),
    sa.ForeignKeyConstraint(['offer_id'], ['offer.id'], name=op.f('fk_link_offer_id')),
    sa.ForeignKeyConstraint(['responder_id'], ['responder.id'], name=op.f('fk_link_responder_id')),
    sa.PrimaryKeyConstraint('token_hash', name=op.f('pk_link')),
    sa.UniqueConstraint('offer_id', name=op.f('uq_link_offer_id')),
    comment='short links to one offer, or with which one person subscribes; of the token only its SHA-256'
    )
    op.create_index(op.f('ix_link_responder_id'), 'link', ['responder_id'], unique=False)
    op.create_table('delivery_report',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('channel', sa.String(length=64), nullable=False),
    sa.Column('reference', sa.Text(), nullable=False),
    sa.Column('delivery_id', sa.String(length=36), nullable=True),
    sa.Column('outcome', sa.String(length=64), nullable=False),
    sa.Column('note', sa.Text(), server_default='', nullable=False),
    sa.Column('received_at', MOMENT, nullable=False),
    sa.Column('is_settled', sa.Boolean(), server_default=sa.text('false'), nullable=False),
    sa.CheckConstraint("outcome IN ('arrived', 'failed', 'under_way')", name=op.f('ck_delivery_report_known_outcome')),
    sa.ForeignKeyConstraint(['delivery_id'], ['delivery.id'], name=op.f('fk_delivery_report_delivery_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_delivery_report')),
    comment='what the next system said afterwards of a message it had taken; shown, and never an answer'
    )
    op.create_index(op.f('ix_delivery_report_delivery_id'), 'delivery_report', ['delivery_id'], unique=False)
    op.create_index(op.f('ix_delivery_report_channel_reference'), 'delivery_report', ['channel', 'reference'], unique=False)
    op.create_index(op.f('ix_delivery_report_is_settled_received_at'), 'delivery_report', ['is_settled', 'received_at'], unique=False)
    op.create_index(op.f('ix_delivery_channel_reference'), 'delivery', ['channel', 'reference'], unique=False)
    op.add_column('offer', sa.Column('promised_at', MOMENT, nullable=True))
    op.add_column('inbound', sa.Column('sender_id', sa.String(length=36), nullable=True))
    op.add_column('inbound', sa.Column('promised_at', MOMENT, nullable=True))
    op.create_index(op.f('ix_inbound_sender_id_received_at'), 'inbound', ['sender_id', 'received_at'], unique=False)
    op.create_index(op.f('ix_inbound_outcome_received_at'), 'inbound', ['outcome', 'received_at'], unique=False)
