"""Alerts about deployed models that come from the team's own monitoring."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op


revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go there."""
    op.create_table(
        "outside_alerts",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("environment", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("began", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outside_alerts")),
        sa.UniqueConstraint(
            "scope", "fingerprint", "began", name=op.f("uq_outside_alerts_scope_fingerprint_began")
        ),
    )
    op.create_index(
        op.f("ix_outside_alerts_scope_name_environment"),
        "outside_alerts",
        ["scope", "name", "environment"],
        unique=False,
    )


def downgrade() -> None:
    """Go back."""
    op.drop_table("outside_alerts")
