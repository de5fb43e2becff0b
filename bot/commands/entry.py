"""From parsed arguments to the command's module, which is imported only when it is run."""

from __future__ import annotations

import argparse
import sys
from importlib import import_module

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
    module = import_module(f"bot.commands.{args.command.replace('-', '_')}")
    code: int = module.run(settings, args)
    return code
