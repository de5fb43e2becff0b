"""What chat platforms need: channels, roles given in chat, private turns, ordered events."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op


revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go there."""
    op.create_table(
        "channels",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("cursor", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.Text(), nullable=True),
        sa.Column("owner_name", sa.Text(), nullable=True),
        sa.Column("greeted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("scope", name=op.f("pk_channels")),
    )
    op.create_index(op.f("ix_channels_platform"), "channels", ["platform"], unique=False)
    op.create_table(
        "grants",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.Text(), nullable=False),
        sa.Column("actor_name", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("scope", "subject", name=op.f("pk_grants")),
    )
    for table, column in (("turns", "opens"), ("turns", "private")):
        op.add_column(
            table, sa.Column(column, sa.Boolean(), nullable=False, server_default=sa.false())
        )
    op.add_column("inbox", sa.Column("lane", sa.Text(), nullable=False, server_default=""))
    op.add_column("inbox", sa.Column("attempts", sa.Integer(), nullable=False, server_default="0"))
    op.create_index(
        op.f("ix_outbox_scope_platform_ref"), "outbox", ["scope", "platform_ref"], unique=False
    )


def downgrade() -> None:
    """Go back."""
    op.drop_index(op.f("ix_outbox_scope_platform_ref"), table_name="outbox")
    op.drop_column("inbox", "attempts")
    op.drop_column("inbox", "lane")
    op.drop_column("turns", "private")
    op.drop_column("turns", "opens")
    op.drop_table("grants")
    op.drop_index(op.f("ix_channels_platform"), table_name="channels")
    op.drop_table("channels")
