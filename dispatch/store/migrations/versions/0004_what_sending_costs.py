"""What handing messages over has cost, and when that was, so that a day's costs can be summed."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

MOMENT = sa.String(27).with_variant(sa.DateTime(timezone=True), "postgresql")


def upgrade() -> None:
    """Add two columns; what was sent before has cost nothing that is known."""
    op.add_column("delivery", sa.Column("handed_at", MOMENT, nullable=True))
    op.add_column("delivery", sa.Column("cost_fen", sa.Integer(), server_default="0", nullable=False))
    op.create_index(op.f("ix_delivery_channel_handed_at"), "delivery", ["channel", "handed_at"], unique=False)
