"""Every tool that can be called here, and where each comes from."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any

from bot.errors import SetupError
from bot.platforms import outside_platforms
from bot.platforms.findings import Finding
from bot.settings import Settings
from bot.sources.tools import source_tools
from storage.blobs import outside_stores
from tools.base import Tool
from tools.registry import BUTTON_TOOLS, TOOLS, all_tools, outside_tools

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Offer:
    """A tool and its origin: `built in`, a package with its version, or an MCP server."""

    tool: Tool[Any]
    source: str


def offered_tools(settings: Settings) -> dict[str, Tool[Any]]:
    """The registry's tools and those of MCP servers, by name; no name is taken twice."""
    return {name: offer.tool for name, offer in offers(settings).items()}


def offers(settings: Settings) -> dict[str, Offer]:
    """The same with their origins.

    Raises:
        SetupError: The file that lists MCP servers is wrong.
    """
    built_in = {tool.name for tool in TOOLS}
    packages = {plugin.name: plugin.source for plugin in outside_tools()}
    known = {
        name: Offer(tool, "built in" if name in built_in else packages[name])
        for name, tool in all_tools().items()
    }
    pressed = {tool.name for tool in BUTTON_TOOLS}
    for name, (server, tool) in source_tools(settings.mcp_servers).items():
        if name in known or name in pressed:
            log.warning("the tool %s of an MCP server has a name that is taken", name)
            continue
        known[name] = Offer(tool, f"MCP server {server}")
    return known


def check_offering(settings: Settings) -> list[Finding]:
    """What is wrong with packages of others and with MCP servers; what is right, in a line each."""
    found = [*outside_tools(), *outside_platforms(), *outside_stores()]
    findings = [
        Finding("bad", f"plugin {p.name}", f"{p.source}: {p.trouble}", "mend or remove it")
        if p.trouble
        else Finding("ok", f"plugin {p.name}", f"{p.source}, by {p.group}")
        for p in found
    ]
    if settings.mcp_servers is not None:
        findings += _check_servers(settings)
    return findings


def _check_servers(settings: Settings) -> list[Finding]:
    from bot.sources.check import check_sources

    try:
        findings = check_sources(settings.mcp_servers)
        taken = set(source_tools(settings.mcp_servers)) & set(all_tools())
    except SetupError as error:
        return [Finding("bad", "MCP servers", str(error), "mend the file")]
    clashes = [
        Finding("bad", f"tool {name}", "an MCP server's, under a name that is taken", "rename it")
        for name in sorted(taken)
    ]
    return [*findings, *clashes]
