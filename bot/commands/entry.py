"""From parsed arguments to the command's module, which is imported only when it is run."""

from __future__ import annotations

import argparse
import sys

from pydantic import ValidationError

from bot.errors import BotError, SetupError
from bot.settings import Settings


def run_command(args: argparse.Namespace) -> int:
    """Run the command of the parsed arguments; a wrong setting is a sentence, not a trace."""
    try:
        return _dispatch(args, Settings())
    except ValidationError as error:
        for item in error.errors():
            print(f"{'.'.join(map(str, item['loc']))}: {item['msg']}", file=sys.stderr)
    except (BotError, SetupError) as error:
        print(error, file=sys.stderr)
    except KeyboardInterrupt:
        return 130
    return 1


def _dispatch(args: argparse.Namespace, settings: Settings) -> int:
    match args.command:
        case "plan":
            from bot.commands import plan

            return plan.run(
                settings,
                text=args.text,
                csv=args.csv,
                model=args.model,
                target=args.target,
                as_json=args.json,
            )
        case "ask":
            from bot.commands import ask

            return ask.run(
                settings,
                text=args.text,
                files=args.file,
                channel=args.channel,
                thread=args.thread,
                as_json=args.json,
            )
        case "chat":
            from bot.commands import chat

            return chat.run(settings, channel=args.channel, thread=args.thread)
        case "demo":
            from bot.commands import demo

            return demo.run(settings, csv=args.csv, target=args.target)
        case "doctor":
            from bot.commands import doctor

            return doctor.run(settings)
        case "fsck":
            from bot.commands import fsck

            return fsck.run(settings)
        case _:
            from bot.commands import serve

            return serve.run(settings)
