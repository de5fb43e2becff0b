"""What a tool call has cost: seconds, and the tokens that led to it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op


revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go there."""
    op.add_column("actions", sa.Column("seconds", sa.Float(), nullable=False, server_default="0"))
    op.add_column("actions", sa.Column("tokens", sa.Integer(), nullable=False, server_default="0"))


def downgrade() -> None:
    """Go back."""
    op.drop_column("actions", "tokens")
    op.drop_column("actions", "seconds")
