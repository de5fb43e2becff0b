"""What `doctor` and `tools` say about servers: reachable, as allowed, or changed since."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from bot.platforms.findings import Finding
from bot.sources.listed import Source, read_listed
from bot.sources.pins import Pin, digest_of, keep_pins, pins_beside
from bot.sources.tools import pin_of
from tools.cards import shown
from tools.errors import ToolError

_PIN = "look at it and allow it: python -m bot tools --pin"


def check_sources(path: Path | None) -> list[Finding]:
    """One finding for each server, and one for each of its tools that is switched off."""
    pins = pins_beside(path)
    return [
        finding
        for name, source in read_listed(path).items()
        for finding in _check(name, source, pins.get(name, {}))
    ]


def pin_all(path: Path) -> tuple[dict[str, dict[str, Pin]], list[Finding]]:
    """Ask every server, and allow its listed tools as they are now.

    What cannot be reached stays as it was pinned before.
    """
    from bot.sources.asking import offered

    kept = pins_beside(path)
    pins: dict[str, dict[str, Pin]] = {}
    findings: list[Finding] = []
    for name, source in read_listed(path).items():
        try:
            offers = offered(name, source)
        except ToolError as error:
            findings.append(Finding("bad", name, error.message))
            pins[name] = {t: p for t, p in kept.get(name, {}).items() if t in source.tools}
            continue
        pins[name] = {tool: pin_of(offers[tool]) for tool in source.tools if tool in offers}
        findings += [
            Finding("bad", name, f"it offers no `{shown(tool)}`")
            for tool in source.tools
            if tool not in offers
        ]
    keep_pins(path, pins)
    return pins, findings


def _check(name: str, source: Source, pins: Mapping[str, Pin]) -> list[Finding]:
    from bot.sources.asking import offered

    what = f"MCP server {name}"
    new = [tool for tool in source.tools if tool not in pins]
    findings = [
        Finding("bad", what, f"`{shown(tool)}` was never pinned, so it is off", _PIN)
        for tool in new
    ]
    try:
        offers = offered(name, source)
    except ToolError as error:
        fix = "its tools answer with this sentence until it is back"
        return [*findings, Finding("bad", what, error.message, fix)]
    changed = [
        tool
        for tool, pin in pins.items()
        if tool in source.tools and digest_of(offers.get(tool, {})) != pin.digest
    ]
    findings += [
        Finding("bad", what, f"`{shown(tool)}` is not what was allowed, so it is off", _PIN)
        for tool in changed
    ]
    good = len(source.tools) - len(new) - len(changed)
    return [Finding("ok", what, f"{good} tools as they were allowed"), *findings]
