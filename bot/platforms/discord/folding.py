"""Several fields of a form as lines of one text, `name = value  # hint`, and back."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Sequence
from typing import Final, TypeAlias

from bot.platforms.discord.texts import cut, length
from tools.forms import Field

Filled: TypeAlias = dict[str, str | tuple[str, ...]]

_REMARK: Final = re.compile(r"(?:^|\s+)#(?:\s.*)?$", re.DOTALL)
_HINT: Final = 60
_DECODER: Final = json.JSONDecoder()


def fold(fields: Sequence[tuple[Field, str]], *, limit: int) -> str:
    """The fields with their hints as lines; where they are too long, without hints.

    What still exceeds the limit is left out, the last fields first.
    """
    lines = [_line(field, hint) for field, hint in fields]
    if length("\n".join(lines)) > limit:
        lines = [_line(field, "") for field, _ in fields]
    while length("\n".join(lines)) > limit:
        lines.pop()
    return "\n".join(lines)


def unfold(text: str) -> Filled:
    """The fields by name; a line without `=` goes on with the value before it."""
    found: Filled = {}
    last = ""
    for line in filter(None, map(str.strip, text.split("\n"))):
        name, value = _divided(line)
        if name is not None:
            last, found[name] = name, _value(value)
        elif isinstance(before := found.get(last), str):
            found[last] = f"{before}\n{_REMARK.sub('', line)}".strip()
    return found


def written(values: Sequence[str]) -> str:
    """Several values in one line, with commas between."""
    return ", ".join(_quoted(value) if set(value) & set('",') else value for value in values)


def listed(text: str) -> tuple[str, ...]:
    """The reverse of `written`, also for what a person typed over several lines."""
    lines = csv.reader(io.StringIO(text.replace("\r", "\n")), skipinitialspace=True)
    return tuple(value for line in lines for value in map(str.strip, line) if value)


def _quoted(value: str) -> str:
    doubled = value.replace('"', '""')
    return f'"{doubled}"'


def _line(field: Field, hint: str) -> str:
    name = field.name
    if set(name) & set('="') or name != name.strip() or not name.isprintable() or not name:
        name = _escaped(name)
    remark = f"  # {cut(hint.replace(']', ')'), _HINT)}" if hint else ""
    return f"{name} = {_shown(field)}".rstrip() + remark


def _shown(field: Field) -> str:
    if field.kind == "choices":
        values = (field.value,) if isinstance(field.value, str) else field.value
        return f"[{written([value for value in values if value])}]"
    value = field.value if isinstance(field.value, str) else written(field.value)
    plain = value.isprintable() and value == value.strip() and value[:1] not in ('"', "[")
    return value if plain and not _REMARK.search(value) else _escaped(value)


def _escaped(text: str) -> str:
    return json.dumps(text, ensure_ascii=not text.isprintable())


def _divided(line: str) -> tuple[str | None, str]:
    """Name and value; None where there is no name."""
    if line.startswith('"'):
        name, rest = _decoded(line)
        rest = rest.lstrip()
        return (name, rest[1:].strip()) if rest.startswith("=") else (None, line)
    name, equals, value = line.partition("=")
    return (name.strip(), value.strip()) if equals else (None, line)


def _value(text: str) -> str | tuple[str, ...]:
    if text.startswith("[") and "]" in text:
        return listed(text[1 : text.rindex("]")])
    if text.startswith('"'):
        value, rest = _decoded(text)
        return value if not _REMARK.sub("", rest) else text
    return _REMARK.sub("", text)


def _decoded(text: str) -> tuple[str, str]:
    """A quoted text at the beginning and what follows; what is quoted badly is as it stands."""
    try:
        value, end = _DECODER.raw_decode(text)
    except ValueError:
        return text, ""
    return str(value), text[end:]
