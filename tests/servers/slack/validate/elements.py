"""Block elements: buttons, menus, inputs, images, and what they hold."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from tests.servers.slack.validate.problems import Json, Problems

Check = Callable[[Problems, Json, str], None]
COMMON = {"type", "action_id"}
INPUT = COMMON | {"placeholder", "focus_on_load"}


def check_element(problems: Problems, element: Any, pointer: str, allowed: frozenset[str]) -> None:
    """One element, of one of the allowed types."""
    if not isinstance(element, dict):
        problems.add("must provide an object", pointer)
        return
    kind = element.get("type")
    if kind not in allowed:
        problems.add(f"unsupported type: {kind}", f"{pointer}/type")
        return
    problems.string(element.get("action_id"), f"{pointer}/action_id", 255, least=1)
    problems.text(
        element.get("placeholder"), f"{pointer}/placeholder", 150, plain=True, needed=False
    )
    if element.get("confirm") is not None:
        check_confirm(problems, element["confirm"], f"{pointer}/confirm")
    ELEMENTS[kind](problems, element, pointer)


def check_confirm(problems: Problems, confirm: Any, pointer: str) -> None:
    """A confirmation dialog."""
    if not isinstance(confirm, dict):
        problems.add("must provide an object", pointer)
        return
    problems.keys(confirm, pointer, {"title", "text", "confirm", "deny", "style"})
    problems.text(confirm.get("title"), f"{pointer}/title", 100, plain=True)
    problems.text(confirm.get("text"), f"{pointer}/text", 300)
    problems.text(confirm.get("confirm"), f"{pointer}/confirm", 30, plain=True)
    problems.text(confirm.get("deny"), f"{pointer}/deny", 30, plain=True)
    problems.choice(confirm.get("style"), f"{pointer}/style", {"primary", "danger"})


def check_option(problems: Problems, option: Any, pointer: str, *, markdown: bool) -> None:
    """An option of a menu (plain) or of checkboxes and radio buttons (may be mrkdwn)."""
    if not isinstance(option, dict):
        problems.add("must provide an object", pointer)
        return
    problems.keys(option, pointer, {"text", "value", "description", "url"})
    problems.text(option.get("text"), f"{pointer}/text", 75, plain=not markdown)
    problems.required(option, pointer, ["value"])
    problems.string(option.get("value"), f"{pointer}/value", 150, least=1)
    problems.text(
        option.get("description"), f"{pointer}/description", 75, plain=not markdown, needed=False
    )


def check_image(problems: Problems, element: Json, pointer: str) -> None:
    """An image, by address or by a file in Slack; its text alternative is required."""
    problems.required(element, pointer, ["alt_text"])
    problems.string(element.get("alt_text"), f"{pointer}/alt_text", 2000)
    given = [name for name in ("image_url", "slack_file") if element.get(name)]
    if len(given) != 1:
        problems.add("must provide exactly one of image_url and slack_file", pointer)
    problems.url(element.get("image_url"), f"{pointer}/image_url")
    file = element.get("slack_file")
    if file is not None and not (isinstance(file, dict) and (file.get("id") or file.get("url"))):
        problems.add("invalid slack file", f"{pointer}/slack_file")


def _image(problems: Problems, element: Json, pointer: str) -> None:
    problems.keys(element, pointer, {"type", "image_url", "slack_file", "alt_text"})
    check_image(problems, element, pointer)


def _button(problems: Problems, element: Json, pointer: str) -> None:
    allowed = {"text", "url", "value", "style", "confirm", "accessibility_label", "agent_prompt"}
    problems.keys(element, pointer, COMMON | allowed)
    problems.text(element.get("text"), f"{pointer}/text", 75, plain=True)
    problems.string(element.get("value"), f"{pointer}/value", 2000)
    problems.url(element.get("url"), f"{pointer}/url")
    problems.choice(element.get("style"), f"{pointer}/style", {"primary", "danger"})
    label = element.get("accessibility_label")
    problems.string(label, f"{pointer}/accessibility_label", 75)


def _select(problems: Problems, element: Json, pointer: str) -> None:
    multi = element["type"].startswith("multi_")
    initial = "initial_options" if multi else "initial_option"
    extra = {"max_selected_items"} if multi else set()
    allowed = INPUT | {"options", "option_groups", "confirm", initial} | extra
    problems.keys(element, pointer, allowed)
    groups, options = element.get("option_groups"), element.get("options")
    if (groups is None) == (options is None):
        problems.add("must provide exactly one of options and option_groups", pointer)
        return
    if groups is not None:
        options = _groups(problems, groups, f"{pointer}/option_groups")
    else:
        options = _options(problems, options, f"{pointer}/options", 100)
    chosen = element.get(initial)
    for one in chosen if isinstance(chosen, list) else [chosen] if chosen else []:
        if one not in options:
            problems.add("initial option must exactly match an option", f"{pointer}/{initial}")


def _groups(problems: Problems, groups: Any, pointer: str) -> list[Any]:
    options: list[Any] = []
    for index, group in enumerate(problems.items(groups, pointer, 100)):
        here = f"{pointer}/{index}"
        problems.text(group.get("label"), f"{here}/label", 75, plain=True)
        options += _options(problems, group.get("options"), f"{here}/options", 100)
    return options


def _options(
    problems: Problems, options: Any, pointer: str, most: int, *, markdown: bool = False
) -> list[Any]:
    found = problems.items(options, pointer, most)
    for index, option in enumerate(found):
        check_option(problems, option, f"{pointer}/{index}", markdown=markdown)
    return found


def _chosen_by_search(problems: Problems, element: Json, pointer: str) -> None:
    del problems, element, pointer  # people and channels are filled in by Slack


def _overflow(problems: Problems, element: Json, pointer: str) -> None:
    problems.keys(element, pointer, COMMON | {"options", "confirm"})
    _options(problems, element.get("options"), f"{pointer}/options", 5)


def _boxes(problems: Problems, element: Json, pointer: str) -> None:
    initial = {"initial_options", "initial_option"}
    allowed = COMMON | {"options", "confirm", "focus_on_load"} | initial
    problems.keys(element, pointer, allowed)
    options = _options(problems, element.get("options"), f"{pointer}/options", 10, markdown=True)
    chosen = element.get("initial_options") or element.get("initial_option") or []
    for one in chosen if isinstance(chosen, list) else [chosen]:
        if one not in options:
            problems.add("initial option must exactly match an option", pointer)


def _date(problems: Problems, element: Json, pointer: str) -> None:
    initial = {"initial_date", "initial_time", "initial_date_time", "timezone"}
    problems.keys(element, pointer, INPUT | {"confirm"} | initial)


def _plain_input(problems: Problems, element: Json, pointer: str) -> None:
    allowed = {"initial_value", "multiline", "min_length", "max_length", "dispatch_action_config"}
    problems.keys(element, pointer, INPUT | allowed)
    most = element.get("max_length", 3000)
    if not isinstance(most, int) or not 1 <= most <= 3000:
        problems.add("must be between 1 and 3000", f"{pointer}/max_length")
        most = 3000
    least = element.get("min_length", 0)
    if not isinstance(least, int) or not 0 <= least <= most:
        problems.add("must be between 0 and max_length", f"{pointer}/min_length")
    problems.string(element.get("initial_value"), f"{pointer}/initial_value", most)


def _number_input(problems: Problems, element: Json, pointer: str) -> None:
    allowed = {"is_decimal_allowed", "initial_value", "min_value", "max_value"}
    problems.keys(element, pointer, INPUT | allowed | {"dispatch_action_config"})
    problems.required(element, pointer, ["is_decimal_allowed"])
    for name in ("initial_value", "min_value", "max_value"):
        value = element.get(name)
        if value is None:
            continue
        if not isinstance(value, str):
            problems.add("must be a string", f"{pointer}/{name}")
        elif not _is_number(value, decimal=bool(element.get("is_decimal_allowed"))):
            problems.add("must be a number", f"{pointer}/{name}")
    low, high = element.get("min_value"), element.get("max_value")
    if not problems.found and low is not None and high is not None and float(low) > float(high):
        problems.add("must not be more than max_value", f"{pointer}/min_value")


def _is_number(text: str, *, decimal: bool) -> bool:
    try:
        float(text) if decimal else int(text)
    except ValueError:
        return False
    return True


def _address_input(problems: Problems, element: Json, pointer: str) -> None:
    problems.keys(element, pointer, INPUT | {"initial_value", "dispatch_action_config"})


def _file_input(problems: Problems, element: Json, pointer: str) -> None:
    problems.keys(element, pointer, COMMON | {"filetypes", "max_files"})
    if not 1 <= int(element.get("max_files", 10)) <= 10:
        problems.add("must be between 1 and 10", f"{pointer}/max_files")


def _feedback(problems: Problems, element: Json, pointer: str) -> None:
    problems.keys(element, pointer, COMMON | {"positive_button", "negative_button"})
    for name in ("positive_button", "negative_button"):
        button, here = element.get(name), f"{pointer}/{name}"
        if not isinstance(button, dict):
            problems.add(f"missing required field: {name}", pointer)
            continue
        problems.keys(button, here, {"text", "value", "accessibility_label"})
        problems.text(button.get("text"), f"{here}/text", 75, plain=True)
        problems.required(button, here, ["value"])
        problems.string(button.get("value"), f"{here}/value", 2000)
        problems.string(button.get("accessibility_label"), f"{here}/accessibility_label", 75)


def _icon_button(problems: Problems, element: Json, pointer: str) -> None:
    allowed = {"icon", "text", "value", "confirm", "accessibility_label", "visible_to_user_ids"}
    problems.keys(element, pointer, COMMON | allowed)
    problems.choice(element.get("icon"), f"{pointer}/icon", {"trash"})
    problems.text(element.get("text"), f"{pointer}/text", 75, plain=True)
    problems.string(element.get("value"), f"{pointer}/value", 2000)


SEARCHED = ("users", "conversations", "channels", "external")
ELEMENTS: Mapping[str, Check] = {
    "image": _image,
    "button": _button,
    "static_select": _select,
    "multi_static_select": _select,
    **{f"{kind}_select": _chosen_by_search for kind in SEARCHED},
    **{f"multi_{kind}_select": _chosen_by_search for kind in SEARCHED},
    "overflow": _overflow,
    "checkboxes": _boxes,
    "radio_buttons": _boxes,
    "datepicker": _date,
    "timepicker": _date,
    "datetimepicker": _date,
    "plain_text_input": _plain_input,
    "number_input": _number_input,
    "email_text_input": _address_input,
    "url_text_input": _address_input,
    "rich_text_input": _address_input,
    "file_input": _file_input,
    "feedback_buttons": _feedback,
    "icon_button": _icon_button,
}
MENUS = frozenset({"static_select", *(f"{kind}_select" for kind in SEARCHED)})
MULTI_MENUS = frozenset(f"multi_{menu}" for menu in MENUS)
PICKERS = frozenset({"datepicker", "timepicker", "checkboxes", "radio_buttons"})
IN_ACTIONS = MENUS | MULTI_MENUS | PICKERS | {"button", "overflow", "datetimepicker"}
IN_SECTION = MENUS | MULTI_MENUS | PICKERS | {"button", "overflow", "image"}
IN_INPUT = frozenset(
    MENUS
    | MULTI_MENUS
    | PICKERS
    | {
        "datetimepicker",
        "plain_text_input",
        "number_input",
        "email_text_input",
        "url_text_input",
        "rich_text_input",
        "file_input",
    }
)
