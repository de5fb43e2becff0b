"""Slash commands and the entry in a message's menu: what they are and what they mean."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from storage.catalog.records import Json

SLASH, MESSAGE_MENU = 1, 3
STRING: Final = 3
USE_FILE: Final = "Use this file"
MOST_CHOICES: Final = 25
LONGEST_CHOICE: Final = 100
LONGEST_SENTENCE: Final = 1500

_IN_SERVERS_AND_DIRECT: Final = {"integration_types": [0], "contexts": [0, 1]}

SUGGESTIONS: Final = (
    "train a model",
    "what's in this?",
    "show me the first 10 rows",
    "clean the data",
    "deploy it to staging",
    "ship it to production",
    "what is deployed?",
    "compare the models",
    "which columns matter?",
    "how accurate is it?",
    "check production for drift every morning",
    "what did we do?",
    "roll back production",
    "undo",
)


@dataclass(frozen=True, slots=True)
class Order:
    """What a slash command asks, in words; `private` answers go to its author alone."""

    text: str
    private: bool = True


def definitions() -> list[Json]:
    """All commands, as Discord registers them."""
    return [
        _slash(
            "ask",
            "Ask for anything: train, deploy, check, explain",
            [_option("text", "What you want, in your own words", required=True)],
        ),
        _slash("status", "What is live here, and what is going on"),
        _slash(
            "models",
            "The models of this channel",
            [_option("name", "One model: how good it is", required=False)],
        ),
        _slash("monitors", "What is watched here, and how it is"),
        _slash("help", "What I can do, by example"),
        {"name": USE_FILE, "type": MESSAGE_MENU, **_IN_SERVERS_AND_DIRECT},
    ]


def understood(data: Mapping[str, Any]) -> Order | None:
    """What a used slash command asks; None for one that is not ours."""
    given = {one["name"]: str(one.get("value") or "") for one in data.get("options") or []}
    name = given.get("name", "").strip()
    orders = {
        "ask": Order(given.get("text", "").strip(), private=False),
        "status": Order("what is deployed?"),
        "models": Order(f"how good is {name}?" if name else "list the models"),
        "monitors": Order("list the monitors"),
        "help": Order("help"),
    }
    return orders.get(str(data.get("name")))


def typed(data: Mapping[str, Any]) -> tuple[str, str]:
    """The command that is being typed, and the text of the option that has the focus."""
    options = data.get("options") or []
    text = next((str(one.get("value") or "") for one in options if one.get("focused")), "")
    return str(data.get("name")), text


def choices(offered: Iterable[str], text: str) -> list[Json]:
    """What to offer for a text: what begins like it first, then what holds it."""
    wanted = " ".join(text.lower().split())
    fitting = [one for one in dict.fromkeys(offered) if wanted in one.lower()]
    fitting.sort(key=lambda one: not one.lower().startswith(wanted))
    cut = [one[:LONGEST_CHOICE] for one in fitting[:MOST_CHOICES]]
    return [{"name": one, "value": one} for one in cut]


def _slash(name: str, description: str, options: list[Json] | None = None) -> Json:
    about = {"name": name, "type": SLASH, "description": description, **_IN_SERVERS_AND_DIRECT}
    return about | ({"options": options} if options else {})


def _option(name: str, description: str, *, required: bool) -> Json:
    longest = LONGEST_SENTENCE if required else LONGEST_CHOICE
    return {
        "name": name,
        "type": STRING,
        "description": description,
        "required": required,
        "autocomplete": True,
        "max_length": longest,
    }
