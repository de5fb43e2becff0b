"""What language models need: what they were sent and cost, privacy, facts of a whole team."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op


revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go there."""
    op.create_table(
        "model_calls",
        sa.Column("seq", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("thread", sa.Text(), nullable=False),
        sa.Column("turn_id", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.Text(), nullable=False),
        sa.Column("actor_name", sa.Text(), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("tokens_in", sa.Integer(), nullable=False),
        sa.Column("tokens_out", sa.Integer(), nullable=False),
        sa.Column("cost", sa.Float(), nullable=True),
        sa.Column("sent", sa.Text(), nullable=False),
        sa.Column("struck", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["turn_id"], ["turns.id"], name=op.f("fk_model_calls_turn_id")
        ),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_model_calls")),
        sa.UniqueConstraint("id", name=op.f("uq_model_calls_id")),
    )
    for columns in (["scope", "created_at"], ["actor_id", "created_at"], ["turn_id"]):
        name = op.f(f"ix_model_calls_{'_'.join(columns)}")
        op.create_index(name, "model_calls", columns, unique=False)
    op.add_column("channels", sa.Column("privacy", sa.Text(), nullable=False, server_default=""))
    op.add_column(
        "channels", sa.Column("shared", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.add_column("facts", sa.Column("reach", sa.Text(), nullable=False, server_default="channel"))
    op.add_column("facts", sa.Column("link", sa.Text(), nullable=False, server_default=""))


def downgrade() -> None:
    """Go back."""
    op.drop_column("facts", "link")
    op.drop_column("facts", "reach")
    op.drop_column("channels", "shared")
    op.drop_column("channels", "privacy")
    op.drop_table("model_calls")
