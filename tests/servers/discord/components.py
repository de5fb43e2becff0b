"""The rules for components, of messages and of forms, and walking through them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.servers.discord.errors import Problems

ROW, BUTTON, STRING_SELECT, TEXT_INPUT = 1, 2, 3, 4
USER_SELECT, ROLE_SELECT, MENTIONABLE_SELECT, CHANNEL_SELECT = 5, 6, 7, 8
SECTION, TEXT_DISPLAY, THUMBNAIL, GALLERY, FILE, SEPARATOR = 9, 10, 11, 12, 13, 14
CONTAINER, LABEL, FILE_UPLOAD, RADIO, CHECKBOXES, CHECKBOX = 17, 18, 19, 21, 22, 23

SELECTS = frozenset({3, 5, 6, 7, 8})
IN_CONTAINER = frozenset({ROW, TEXT_DISPLAY, SECTION, GALLERY, SEPARATOR, FILE})
ON_TOP = IN_CONTAINER | {CONTAINER}
IN_LABEL = SELECTS | {TEXT_INPUT, FILE_UPLOAD, RADIO, CHECKBOXES, CHECKBOX}
INPUTS = IN_LABEL | {BUTTON}
LINK, PREMIUM = 5, 6
MOST_COMPONENTS, MOST_TEXT = 40, 4000

Path = tuple[str | int, ...]


def walk(parts: Any) -> Iterator[dict[str, Any]]:
    """Every component, parents before children."""
    for part in parts if isinstance(parts, list) else []:
        if isinstance(part, dict):
            yield part
            yield from walk(part.get("components"))
            yield from walk([part[key] for key in ("accessory", "component") if part.get(key)])


def check_message(parts: Any, problems: Problems, *, new_style: bool) -> None:
    """The components of a message; `new_style` is what the components flag allows."""
    at: Path = ("components",)
    given = problems.items(at, parts, highest=MOST_COMPONENTS if new_style else 5)
    for index, part in enumerate(given):
        allowed = ON_TOP if new_style else frozenset({ROW})
        _Check(problems).part(part, (*at, index), allowed)
    every = list(walk(parts))
    if new_style and len(every) > MOST_COMPONENTS:
        message = f"The maximum number of components is {MOST_COMPONENTS}."
        problems.add(at, "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED", message)
    text = sum(len(str(one.get("content", ""))) for one in every if one.get("type") == TEXT_DISPLAY)
    if text > MOST_TEXT:
        message = f"Total text must be {MOST_TEXT} or fewer in length."
        problems.add(at, "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED", message)
    _unique(every, problems)


def check_form(data: Any, problems: Problems) -> None:
    """A modal: its title, its id and one to five fields."""
    if not isinstance(data, dict):
        problems.required(("data",))
        return
    problems.text(("data", "title"), data.get("title"), lowest=1, highest=45)
    problems.text(("data", "custom_id"), data.get("custom_id"), lowest=1, highest=100)
    at: Path = ("data", "components")
    check = _Check(problems, in_form=True)
    for index, part in enumerate(problems.items(at, data.get("components"), lowest=1, highest=5)):
        check.part(part, (*at, index), frozenset({ROW, LABEL, TEXT_DISPLAY}))
    _unique(list(walk(data.get("components"))), problems)


def _unique(every: list[dict[str, Any]], problems: Problems) -> None:
    for key, code in (
        ("custom_id", "COMPONENT_CUSTOM_ID_DUPLICATED"),
        ("id", "COMPONENT_ID_DUPLICATED"),
    ):
        given = [one[key] for one in every if one.get(key)]
        if len(given) != len(set(given)):
            problems.add(("components",), code, f"Component {key} cannot be duplicated")


class _Check:
    """One walk over components; every kind has its method."""

    def __init__(self, problems: Problems, *, in_form: bool = False) -> None:
        self._problems = problems
        self._in_form = in_form
        self._labelled = False

    def part(self, part: Any, at: Path, allowed: frozenset[int]) -> None:
        kind = part.get("type") if isinstance(part, dict) else None
        if kind not in allowed:
            self._problems.choice((*at, "type"), kind, tuple(sorted(allowed)))
            return
        checks = {
            ROW: self._row,
            BUTTON: self._button,
            TEXT_INPUT: self._text_input,
            SECTION: self._section,
            TEXT_DISPLAY: self._text,
            THUMBNAIL: self._thumbnail,
            GALLERY: self._gallery,
            FILE: self._file,
            SEPARATOR: self._separator,
            CONTAINER: self._container,
            LABEL: self._label,
            RADIO: self._options,
            CHECKBOXES: self._options,
        }
        if kind in INPUTS - {BUTTON}:
            self._custom_id(part, at)
        if kind in SELECTS:
            self._select(part, at)
        elif kind in checks:
            checks[kind](part, at)

    def _optional(self, part: dict[str, Any], key: str, at: Path, highest: int) -> None:
        if part.get(key) is not None:
            self._problems.text((*at, key), part[key], highest=highest)

    def _custom_id(self, part: dict[str, Any], at: Path) -> None:
        value = part.get("custom_id")
        if value is None:
            self._problems.required((*at, "custom_id"))
        else:
            self._problems.text((*at, "custom_id"), value, lowest=1, highest=100)

    def _row(self, part: dict[str, Any], at: Path) -> None:
        inside = (*at, "components")
        children = self._problems.items(inside, part.get("components"), lowest=1, highest=5)
        allowed = frozenset({TEXT_INPUT}) if self._in_form else SELECTS | {BUTTON}
        for index, child in enumerate(children):
            self.part(child, (*inside, index), allowed)
        wide = [one for one in children if isinstance(one, dict) and one.get("type") != BUTTON]
        if wide and len(children) > 1:
            message = "The specified component exceeds the maximum width"
            self._problems.add(inside, "COMPONENT_LAYOUT_WIDTH_EXCEEDED", message)

    def _button(self, part: dict[str, Any], at: Path) -> None:
        style = part.get("style")
        self._optional(part, "label", at, 80)
        if style not in range(1, 7):
            self._problems.choice((*at, "style"), style, (1, 2, 3, 4, 5, 6))
        elif style == LINK:
            self._link(part, at)
        elif style != PREMIUM:
            self._custom_id(part, at)
            if part.get("url"):
                message = "A custom id and url cannot both be specified"
                self._problems.add(at, "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE", message)
        if style != PREMIUM and not part.get("label") and not part.get("emoji"):
            message = "A button must have a label or emoji"
            self._problems.add(at, "BUTTON_COMPONENT_INVALID_EMPTY", message)

    def _link(self, part: dict[str, Any], at: Path) -> None:
        self._problems.text((*at, "url"), part.get("url"), lowest=1, highest=512)
        self._url(part.get("url"), (*at, "url"), ("http", "https", "discord"))
        if part.get("custom_id"):
            message = "A custom id and url cannot both be specified"
            self._problems.add(at, "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE", message)

    def _url(self, url: Any, at: Path, schemes: tuple[str, ...]) -> None:
        scheme = str(url).partition("://")[0]
        if scheme not in schemes:
            message = f"Scheme {scheme!r} is not supported. Scheme must be one of {schemes}."
            self._problems.add(at, "URL_TYPE_INVALID_SCHEME", message)

    def _select(self, part: dict[str, Any], at: Path) -> None:
        self._optional(part, "placeholder", at, 150)
        fewest, most = part.get("min_values", 1), part.get("max_values", 1)
        self._problems.number((*at, "min_values"), fewest, lowest=0, highest=25)
        self._problems.number((*at, "max_values"), most, lowest=1, highest=25)
        if part["type"] == STRING_SELECT:
            self._options(part, at)

    def _options(self, part: dict[str, Any], at: Path) -> None:
        inside = (*at, "options")
        lowest, highest = {RADIO: (2, 10), CHECKBOXES: (1, 10)}.get(part["type"], (1, 25))
        given = part.get("options")
        options = self._problems.items(inside, given, lowest=lowest, highest=highest)
        for index, option in enumerate(options):
            for key in ("label", "value"):
                text = option.get(key)
                self._problems.text((*inside, index, key), text, lowest=1, highest=100)
            self._optional(option, "description", (*inside, index), 100)
        values = [option.get("value") for option in options]
        for index, value in enumerate(values):
            if value in values[:index]:
                message = "The specified option value is already used"
                where = (*inside, index, "value")
                self._problems.add(where, "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED", message)
        chosen = sum(bool(option.get("default")) for option in options)
        if part["type"] == STRING_SELECT and chosen > part.get("max_values", 1):
            message = "Too many default options"
            self._problems.add(inside, "SELECT_COMPONENT_TOO_MANY_DEFAULT_OPTIONS", message)

    def _text_input(self, part: dict[str, Any], at: Path) -> None:
        if part.get("style") not in (1, 2):
            self._problems.choice((*at, "style"), part.get("style"), (1, 2))
        if not self._labelled:
            self._problems.text((*at, "label"), part.get("label"), lowest=1, highest=45)
        elif part.get("label"):
            message = "The label belongs on the enclosing label component"
            self._problems.add((*at, "label"), "COMPONENT_LABEL_DUPLICATED", message)
        self._optional(part, "value", at, 4000)
        self._optional(part, "placeholder", at, 100)
        if part.get("min_length") is not None:
            where = (*at, "min_length")
            self._problems.number(where, part["min_length"], lowest=0, highest=4000)
        if part.get("max_length") is not None:
            where = (*at, "max_length")
            self._problems.number(where, part["max_length"], lowest=1, highest=4000)

    def _section(self, part: dict[str, Any], at: Path) -> None:
        inside = (*at, "components")
        texts = self._problems.items(inside, part.get("components"), lowest=1, highest=3)
        for index, text in enumerate(texts):
            self.part(text, (*inside, index), frozenset({TEXT_DISPLAY}))
        if part.get("accessory") is None:
            self._problems.required((*at, "accessory"))
        else:
            allowed = frozenset({BUTTON, THUMBNAIL})
            self.part(part["accessory"], (*at, "accessory"), allowed)

    def _text(self, part: dict[str, Any], at: Path) -> None:
        where = (*at, "content")
        self._problems.text(where, part.get("content"), lowest=1, highest=MOST_TEXT)

    def _thumbnail(self, part: dict[str, Any], at: Path) -> None:
        self._media(part.get("media"), (*at, "media"), ("http", "https", "attachment"))
        self._optional(part, "description", at, 1024)

    def _gallery(self, part: dict[str, Any], at: Path) -> None:
        inside = (*at, "items")
        items = self._problems.items(inside, part.get("items"), lowest=1, highest=10)
        for index, item in enumerate(items):
            self._thumbnail(item, (*inside, index))

    def _file(self, part: dict[str, Any], at: Path) -> None:
        self._media(part.get("file"), (*at, "file"), ("attachment",))

    def _media(self, media: Any, at: Path, schemes: tuple[str, ...]) -> None:
        url = media.get("url") if isinstance(media, dict) else None
        if not url:
            self._problems.required((*at, "url"))
        else:
            self._url(url, (*at, "url"), schemes)

    def _separator(self, part: dict[str, Any], at: Path) -> None:
        if part.get("spacing", 1) not in (1, 2):
            self._problems.choice((*at, "spacing"), part["spacing"], (1, 2))

    def _container(self, part: dict[str, Any], at: Path) -> None:
        inside, given = (*at, "components"), part.get("components")
        children = self._problems.items(inside, given, lowest=1, highest=MOST_COMPONENTS)
        for index, child in enumerate(children):
            self.part(child, (*inside, index), IN_CONTAINER)
        color = part.get("accent_color")
        if color is not None:
            self._problems.number((*at, "accent_color"), color, lowest=0, highest=0xFFFFFF)

    def _label(self, part: dict[str, Any], at: Path) -> None:
        self._problems.text((*at, "label"), part.get("label"), lowest=1, highest=45)
        self._optional(part, "description", at, 100)
        self._labelled = True
        self.part(part.get("component"), (*at, "component"), IN_LABEL)
        self._labelled = False
