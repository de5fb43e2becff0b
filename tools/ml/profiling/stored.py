"""Profiles as JSON values and back."""

from __future__ import annotations

import base64
from functools import cache
from typing import TYPE_CHECKING, Any

from tools.ml.profiling.profile import Profile

if TYPE_CHECKING:
    from pydantic import TypeAdapter

    from tools.summaries.summary import Summary


def dump_profile(profile: Profile) -> dict[str, Any]:
    """A profile as JSON values."""
    return _adapter().dump_python(profile, mode="json")  # type: ignore[no-any-return]


def load_profile(value: dict[str, Any]) -> Profile:
    """The reverse of `dump_profile`; what an older profile does not hold is left at its default."""
    return _adapter().validate_python(value)


def pack_summary(summary: Summary) -> str:
    """A summary as the text that a profile holds."""
    from tools.summaries.summary import dump_summary

    return base64.b64encode(dump_summary(summary)).decode("ascii")


def summary_of(profile: Profile) -> Summary | None:
    """The baseline that a table's next rows can be compared with; None if none was kept."""
    from tools.summaries.summary import load_summary

    return load_summary(base64.b64decode(profile.summary)) if profile.summary else None


@cache
def _adapter() -> TypeAdapter[Profile]:
    from pydantic import TypeAdapter

    return TypeAdapter(Profile)
