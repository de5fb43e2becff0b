"""What other installed packages bring, by entry point: found, checked, and never in the way."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from typing import Any, Final

TOOLS: Final = "mlops_assistant.tools"
PLATFORMS: Final = "mlops_assistant.platforms"
BLOB_STORES: Final = "mlops_assistant.blob_stores"


@dataclass(frozen=True, slots=True)
class Plugin:
    """One entry point.

    Attributes:
        package: The distribution that brings it, "" where none says so.
        value: What it stands for; None where it cannot be used.
        trouble: Why not, in a sentence; "" where it can.
    """

    group: str
    name: str
    package: str
    version: str
    value: Any = None
    trouble: str = ""

    @property
    def source(self) -> str:
        """Package and version."""
        return f"{self.package} {self.version}".strip() or "an unknown package"


def plugins(
    group: str,
    *,
    taken: Collection[str],
    check: Callable[[str, Any], str],
) -> tuple[Plugin, ...]:
    """All entry points of a group, loaded; one that is broken brings nothing and says why.

    Args:
        group: Name of the group.
        taken: Names that are ours, or of the system; nobody else gets them.
        check: Takes name and value; says what is wrong with them, "" where nothing is.
    """
    found: list[Plugin] = []
    for point in sorted(entry_points(group=group), key=lambda each: (each.name, _package(each))):
        used = {plugin.name for plugin in found if not plugin.trouble}
        found.append(_loaded(point, taken={*taken, *used}, check=check))
    return tuple(found)


def _loaded(
    point: EntryPoint, *, taken: Collection[str], check: Callable[[str, Any], str]
) -> Plugin:
    package, version = _package(point), point.dist.version if point.dist else ""
    plain = Plugin(point.group, point.name, package, version)
    if point.name in taken:
        return _unusable(plain, f"the name {point.name} is taken")
    try:
        value = point.load()
        trouble = check(point.name, value)
    except (Exception, SystemExit) as error:  # whatever a package of others does when imported
        return _unusable(plain, f"it cannot be loaded: {type(error).__name__}: {error}")
    if trouble:
        return _unusable(plain, trouble)
    return Plugin(point.group, point.name, package, version, value)


def _unusable(plugin: Plugin, trouble: str) -> Plugin:
    said = " ".join(trouble.split())[:300]
    return Plugin(plugin.group, plugin.name, plugin.package, plugin.version, trouble=said)


def _package(point: EntryPoint) -> str:
    return point.dist.name if point.dist else ""
