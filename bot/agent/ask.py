"""`ask_person`: how either brain puts one question with ready answers to the person."""

from __future__ import annotations

from typing import Any

from tools.errors import BadRequest, NeedsChoice, Option

ASK_PERSON = "ask_person"

ASK_SCHEMA: dict[str, Any] = {
    "title": ASK_PERSON,
    "description": (
        "Ask the person one question when the request cannot be settled otherwise; "
        "the likeliest answer first. Never ask twice in a row."
    ),
    "type": "object",
    "properties": {
        "question": {"type": "string"},
        "options": {
            "type": "array",
            "items": {"type": "string"},
            "minItems": 2,
            "maxItems": 5,
        },
    },
    "required": ["question", "options"],
}


def ask_choices(args: dict[str, Any]) -> NeedsChoice:
    """The question of an `ask_person` call as an open choice.

    Raises:
        BadRequest: There is no question, or fewer than two answers.
    """
    question, options = args.get("question"), args.get("options")
    if not isinstance(question, str) or not isinstance(options, list) or len(options) < 2:
        raise BadRequest("ask_person needs a question and two to five options.")
    return NeedsChoice(question, "answer", tuple(Option(str(o), str(o)) for o in options[:5]))
