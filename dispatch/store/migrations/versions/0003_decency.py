"""What people may not be asked for: caps, quiet hours, stairs, who never goes where, who never goes together."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

MOMENT = sa.String(27).with_variant(sa.DateTime(timezone=True), "postgresql")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    """Add columns with defaults, and two tables."""
    op.add_column("responder", sa.Column("monthly_cap", sa.Integer(), nullable=True))
    op.add_column("responder", sa.Column("no_stairs", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.add_column("responder", sa.Column("quiet", JSON, server_default="[]", nullable=False))
    op.create_table(
        "barred",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("responder_id", sa.String(36), nullable=False),
        sa.Column("household_id", sa.String(36), nullable=True),
        sa.Column("person_id", sa.String(36), nullable=True),
        sa.Column("since", MOMENT, nullable=False),
        sa.CheckConstraint("household_id IS NOT NULL OR person_id IS NOT NULL", name=op.f("ck_barred_says_from_whom")),
        sa.ForeignKeyConstraint(["household_id"], ["household.id"], name=op.f("fk_barred_household_id")),
        sa.ForeignKeyConstraint(["responder_id"], ["responder.id"], name=op.f("fk_barred_responder_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_barred")),
        comment="who never goes to whom; nobody is told why, nor that it is so",
    )
    op.create_index(op.f("ix_barred_responder_id"), "barred", ["responder_id"], unique=False)
    op.create_index(op.f("ix_barred_household_id"), "barred", ["household_id"], unique=False)
    op.create_table(
        "apart",
        sa.Column("first_id", sa.String(36), nullable=False),
        sa.Column("second_id", sa.String(36), nullable=False),
        sa.CheckConstraint("first_id < second_id", name=op.f("ck_apart_each_pair_once")),
        sa.ForeignKeyConstraint(["first_id"], ["responder.id"], name=op.f("fk_apart_first_id")),
        sa.ForeignKeyConstraint(["second_id"], ["responder.id"], name=op.f("fk_apart_second_id")),
        sa.PrimaryKeyConstraint("first_id", "second_id", name=op.f("pk_apart")),
        comment="who is never sent to the same request",
    )
    op.create_index(op.f("ix_apart_second_id"), "apart", ["second_id"], unique=False)
