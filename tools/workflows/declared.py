"""What a workflow file says about starting it by hand: its inputs, and whether values fit them."""

from __future__ import annotations

import difflib
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import yaml

from tools.cards import listed, shown
from tools.errors import BadRequest

MARK: Final = "mlops_run"
"""An input of this name gets a word of ours, by which a run can be found again."""

_MOST_CHARACTERS: Final = 65_535
_YES: Final = ("true", "yes", "on", "1", "y")
_NO: Final = ("false", "no", "off", "0", "n")
_SHOWN: Final = 10


@dataclass(frozen=True, slots=True)
class Input:
    """One declared input; `kind` is string, number, boolean, choice or environment."""

    name: str
    kind: str = "string"
    required: bool = False
    default: str = ""
    options: tuple[str, ...] = ()
    description: str = ""

    @property
    def told(self) -> str:
        """It in words: `rows` (a number, required)."""
        kinds = {"choice": f"one of {listed(self.options, most=8, last='or')}"}
        words = {"number": "a number", "boolean": "true or false", "environment": "an environment"}
        kind = kinds.get(self.kind) or words.get(self.kind, "text")
        needed = "required" if self.required and not self.default else ""
        usual = f"usually `{shown(self.default, 40)}`" if self.default else ""
        return f"`{shown(self.name)}` ({', '.join(part for part in (kind, needed, usual) if part)})"


@dataclass(frozen=True, slots=True)
class Declared:
    """The inputs of a workflow that can be started by hand; `marks`: it takes our word."""

    file: str
    inputs: tuple[Input, ...]
    marks: bool = False

    def named(self, name: str) -> Input | None:
        """An input by its name, in any case."""
        return next((i for i in self.inputs if i.name.lower() == name.strip().lower()), None)


def read_workflow(source: str, file: str) -> Declared:
    """What a workflow file declares.

    Raises:
        BadRequest: It is no workflow, or cannot be started by hand.
    """
    try:
        value = yaml.safe_load(source)
    except (yaml.YAMLError, RecursionError, ValueError):
        value = None
    if not isinstance(value, dict):
        raise BadRequest(f"{file} is not a workflow that can be read.", "Mend its YAML.")
    triggers = value.get("on", value.get(True))  # YAML 1.1 reads the word on as true
    by_hand = _by_hand(triggers)
    if by_hand is None:
        raise BadRequest(
            f"{file} cannot be started from here: it has no `workflow_dispatch` trigger.",
            "Add `workflow_dispatch:` under `on:` in that file.",
        )
    given = by_hand.get("inputs")
    inputs = tuple(
        _input(str(name), about if isinstance(about, dict) else {})
        for name, about in (given.items() if isinstance(given, dict) else ())
    )
    own = tuple(each for each in inputs if each.name != MARK)
    return Declared(file, own, marks=len(own) < len(inputs))


def fitted(declared: Declared, given: Mapping[str, str]) -> dict[str, str]:
    """The values as the server takes them, under the declared names.

    Raises:
        BadRequest: One is unknown, missing or does not fit; says what the inputs are.
    """
    values: dict[str, str] = {}
    for name, value in given.items():
        found = declared.named(name)
        if found is None:
            raise BadRequest(
                f"{declared.file} has no input called “{shown(name)}”.", _help(declared, name)
            )
        values[found.name] = _fit(found, value.strip(), declared)
    for each in declared.inputs:
        if each.required and not each.default and not values.get(each.name):
            raise BadRequest(f"{declared.file} needs {each.told}.", _help(declared))
    if sum(len(name) + len(value) for name, value in values.items()) > _MOST_CHARACTERS:
        raise BadRequest("These inputs are longer than GitHub takes.", "Say them shorter.")
    return values


def _by_hand(triggers: object) -> dict[str, Any] | None:
    """What is under `workflow_dispatch`; None without it."""
    if isinstance(triggers, str):
        triggers = [triggers]
    if isinstance(triggers, list):
        return {} if "workflow_dispatch" in triggers else None
    if not isinstance(triggers, dict) or "workflow_dispatch" not in triggers:
        return None
    found = triggers["workflow_dispatch"]
    return found if isinstance(found, dict) else {}


def _input(name: str, about: Mapping[str, Any]) -> Input:
    default, options = about.get("default"), about.get("options")
    return Input(
        name=name,
        kind=str(about.get("type") or "string"),
        required=about.get("required") is True,
        default="" if default is None else _written(default),
        options=tuple(_written(option) for option in options) if isinstance(options, list) else (),
        description=str(about.get("description") or ""),
    )


def _written(value: object) -> str:
    """A scalar of YAML as the server writes it."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _fit(wanted: Input, value: str, declared: Declared) -> str:
    lower = value.lower()
    if wanted.kind == "boolean":
        if lower in _YES or lower in _NO:
            return "true" if lower in _YES else "false"
    elif wanted.kind == "number":
        plain = value.replace(",", "").replace("_", "")
        if _is_number(plain):
            return plain
    elif wanted.kind == "choice":
        found = next((option for option in wanted.options if option.lower() == lower), None)
        if found is not None:
            return found
    else:
        return value
    raise BadRequest(
        f"“{shown(value)}” does not fit the input {wanted.told} of {declared.file}.",
        _help(declared),
    )


def _is_number(text: str) -> bool:
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False


def _help(declared: Declared, near: str = "") -> str:
    if not declared.inputs:
        return "It takes no inputs."
    names = [each.name for each in declared.inputs]
    close = difflib.get_close_matches(near, names, n=1) if near else []
    start = f"Did you mean `{shown(close[0])}`? " if close else ""
    told = ", ".join(each.told for each in declared.inputs[:_SHOWN])
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return f"{start}Its inputs: {told}{more}."
