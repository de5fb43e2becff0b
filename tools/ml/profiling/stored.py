"""Profiles as JSON values and back."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from tools.ml.profiling.profile import Profile

if TYPE_CHECKING:
    from pydantic import TypeAdapter


def dump_profile(profile: Profile) -> dict[str, Any]:
    """A profile as JSON values."""
    return _adapter().dump_python(profile, mode="json")  # type: ignore[no-any-return]


def load_profile(value: dict[str, Any]) -> Profile:
    """The reverse of `dump_profile`; what an older profile does not hold is left at its default."""
    return _adapter().validate_python(value)


@cache
def _adapter() -> TypeAdapter[Profile]:
    from pydantic import TypeAdapter

    return TypeAdapter(Profile)
