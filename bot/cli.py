"""The command line: parses arguments, nothing else."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

EXIT_CODES = "exit codes: 0 done, 2 needs an answer, 3 refused, 1 failed"


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code."""
    args = _parser().parse_args(argv)
    from bot.commands.entry import run_command

    return run_command(args)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m bot",
        description="MLOps Assistant: from a CSV to a watched production model, in conversation.",
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    serve = commands.add_parser("serve", help="run the service until stopped")
    serve.add_argument("--http", metavar="HOST:PORT", help="answer there, not at MLOPS_HTTP")
    serve.add_argument("--parent", type=int, metavar="PID", help="end when this process ends")
    web = commands.add_parser("web", help="the assistant in your browser")
    web.add_argument("--no-browser", action="store_true", help="print the link, open nothing")
    token = commands.add_parser("web-token", help="print a token for the chat API")
    token.add_argument("--user", required=True, help="a plain name, or an e-mail address")
    token.add_argument("--name", default="", help="what other people read")
    token.add_argument("--workspace", default="local", help="default: %(default)s")
    token.add_argument("--group", action="append", default=[], help="a group of theirs")
    token.add_argument("--minutes", type=int, default=60, help="default: %(default)s")
    chat = commands.add_parser("chat", help="talk to the assistant in this terminal")
    _where(chat)
    ask = commands.add_parser("ask", help="ask once, for scripts and CI", epilog=EXIT_CODES)
    ask.add_argument("text", help="what you want, in a sentence")
    ask.add_argument("--file", type=Path, action="append", default=[], help="file to attach")
    ask.add_argument("--json", action="store_true", help="print the outcome as JSON")
    _where(ask)
    plan = commands.add_parser("plan", help="rehearse a sentence; changes nothing")
    plan.add_argument("text", help="what somebody might say")
    plan.add_argument("--csv", type=Path, required=True, help="the dataset of the thread")
    plan.add_argument("--model", help="suppose a model of this name exists")
    plan.add_argument("--target", help="the column that model predicts")
    plan.add_argument("--json", action="store_true", help="print the plan as JSON")
    demo = commands.add_parser("demo", help="play the whole live flow")
    demo.add_argument("--csv", type=Path, help="your own file instead of the sample")
    demo.add_argument("--target", help="the column to predict in your file")
    mcp = commands.add_parser("mcp", help="offer every tool to other agents, by MCP")
    mcp.add_argument("--http", action="store_true", help="at MLOPS_MCP_HTTP, not on stdin/stdout")
    _where(mcp, thread="mcp")
    tools = commands.add_parser("tools", help="list the tools, and where each comes from")
    tools.add_argument("--json", action="store_true", help="print them as JSON")
    tools.add_argument("--pin", action="store_true", help="allow MCP servers as they are now")
    commands.add_parser("doctor", help="check the set-up and say what to fix")
    commands.add_parser("fsck", help="check everything kept, row by row and blob by blob")
    return parser


def _where(parser: argparse.ArgumentParser, *, thread: str = "main") -> None:
    parser.add_argument(
        "--channel",
        default="terminal/local/main",
        metavar="PLATFORM/WORKSPACE/CHANNEL",
        help="the channel to talk in (default: %(default)s)",
    )
    parser.add_argument("--thread", default=thread, help="the thread in it (default: %(default)s)")


if __name__ == "__main__":
    sys.exit(main())
