"""Runs the migrations on the connection that `storage.catalog.schema` hands over."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy.types import TypeDecorator

from storage.catalog.tables import metadata


def _plain_type(kind: str, item: Any, _: AutogenContext) -> str | Literal[False]:
    """Write `sa.Text()` for our own text columns: a migration never changes with the code."""
    if kind != "type" or not isinstance(item, TypeDecorator):
        return False
    plain = item.impl_instance
    while isinstance(plain, TypeDecorator):
        plain = plain.impl_instance
    return f"sa.{plain!r}"


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_item=_plain_type,
    compare_type=False,
)
with context.begin_transaction():
    context.run_migrations()
