"""Exactly which packages a project needs, and theirs, as they are installed here."""

from __future__ import annotations

from importlib.metadata import distribution

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOTS = ("joblib", "numpy", "pandas", "pyarrow", "scikit-learn", "threadpoolctl")


def locked(roots: tuple[str, ...] = ROOTS) -> list[str]:
    """`name==version` of these packages and all they need, sorted."""
    found: dict[str, str] = {}
    waiting = list(roots)
    while waiting:
        name = canonicalize_name(waiting.pop())
        if name in found:
            continue
        about = distribution(name)
        found[name] = about.version
        needs = (Requirement(text) for text in about.requires or ())
        waiting += [
            need.name
            for need in needs
            if need.marker is None or need.marker.evaluate({"extra": ""})
        ]
    return [f"{name}=={version}" for name, version in sorted(found.items())]
