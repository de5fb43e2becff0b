"""Column names as people say them; an unknown one is answered with the closest ones."""

from __future__ import annotations

from collections.abc import Sequence

from tools.column_names import closest, find_column
from tools.errors import BadRequest


def known_column(said: str, names: Sequence[str]) -> str:
    """The column that is meant; case and small typos are forgiven.

    Raises:
        BadRequest: No column, or more than one, fits.
    """
    name = find_column(said, names)
    if name is None:
        raise unknown_column(said, names)
    return name


def unknown_column(said: str, names: Sequence[str]) -> BadRequest:
    """The error for a name that no column has."""
    near = ", ".join(f"“{name}”" for name in closest(said, names)[:3])
    return BadRequest(
        f"There is no column “{said}”.", f"Did you mean {near}?" if near else "No column is left."
    )
