"""`tools`: every tool with its effect and where it comes from; pins those of MCP servers."""

from __future__ import annotations

import argparse
import json
import sys

from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.errors import SetupError
from bot.offering import offers
from bot.platforms import outside_platforms
from bot.settings import Settings
from storage.blobs import outside_stores
from tools.registry import outside_tools


def run(settings: Settings, options: argparse.Namespace) -> int:
    """Print the tools; 1 where something that was to be used cannot be."""
    code = _pin(settings) if options.pin else 0
    known = offers(settings)
    rows = [(name, offer.tool.effect, offer.source) for name, offer in sorted(known.items())]
    broken = [
        {"name": plugin.name, "group": plugin.group, "source": plugin.source, "why": plugin.trouble}
        for plugin in (*outside_tools(), *outside_platforms(), *outside_stores())
        if plugin.trouble
    ]
    if options.json:
        listed = [dict(zip(("name", "effect", "source"), row, strict=True)) for row in rows]
        print(json.dumps({"tools": listed, "broken": broken}))
        return 1 if broken else code
    table = Table("Tool", "Effect", "From", box=None, pad_edge=False)
    for row in rows:
        table.add_row(*map(Text, row))
    console = Console(highlight=False)
    console.print(table)
    for each in broken:
        line = f"✖ {each['name']} ({each['source']}): {each['why']}"
        console.print(Text(line, style="red"))
    return 1 if broken else code


def _pin(settings: Settings) -> int:
    """Show what servers say of their tools, and allow them as they are."""
    from bot.sources.check import pin_all
    from bot.sources.words import description_of

    if settings.mcp_servers is None:
        raise SetupError("MLOPS_MCP_SERVERS names no file of servers.")
    pins, findings = pin_all(settings.mcp_servers)
    for server, tools in pins.items():
        for tool, pin in tools.items():
            said = description_of(server, pin.description)
            print(f"pinned {server}.{tool} {pin.digest[:12]}: {said}", file=sys.stderr)
    for finding in findings:
        print(f"not pinned: {finding.what}: {finding.sentence}", file=sys.stderr)
    return 1 if findings else 0
