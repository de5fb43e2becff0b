"""Draws Slack messages as a page that looks like Slack, to be looked at.

`python -m tests.golden.preview_slack OUT.html [NAME...] [--pictures FOLDER]` draws the messages of
tests/golden/slack, forms and the home tab too. A picture is taken from the folder, as
`<file id>.png`, or told in words.
"""

from __future__ import annotations

import argparse
import html
import json
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Final

RECORDED: Final = Path(__file__).parent / "slack"
EMOJI: Final = {
    "white_check_mark": '<i style="color:#00854a">✔</i>',
    "warning": '<i style="color:#c98a00">▲</i>',
    "red_circle": '<i style="color:#d40e2f">●</i>',
    "no_entry_sign": '<i style="color:#d40e2f">⊘</i>',
    "hourglass": '<i style="color:#616061">⧗</i>',
    "page_facing_up": '<i style="color:#616061">▤</i>',
}
"""Signs that every font has, in place of the pictures Slack uses."""

STYLE: Final = """
body { font: 15px/1.47 Lato, "DejaVu Sans", Arial, sans-serif; color: #1d1c1d; margin: 24px;
  width: 720px; background: #fff; }
h2 { font-size: 12px; color: #888; font-weight: normal; border-top: 1px solid #ddd;
  padding-top: 6px; margin: 26px 0 4px; }
.post { display: flex; gap: 10px; margin-bottom: 10px; }
.face { width: 36px; height: 36px; border-radius: 6px; background: #2f6f4f; color: #fff;
  text-align: center; line-height: 36px; font-size: 13px; flex: none; }
.name b { font-weight: 900; } .name span { color: #616061; font-size: 12px; }
.app { background: #e8e8e8; border-radius: 2px; font-size: 10px; padding: 1px 3px; }
.body { flex: 1; min-width: 0; } .block { margin: 4px 0 8px; }
code { color: #c01343; background: #f7f7f8; border: 1px solid #ddd; border-radius: 3px;
  padding: 1px 3px; font: 12px "DejaVu Sans Mono", monospace; }
pre { background: #f8f8f8; border: 1px solid #ddd; border-radius: 4px; padding: 8px; margin: 4px 0;
  font: 12px/1.5 "DejaVu Sans Mono", monospace; white-space: pre-wrap; word-break: break-word; }
.fields { display: grid; grid-template-columns: 1fr 1fr; gap: 8px 16px; max-width: 600px; }
.fields > div { overflow-wrap: anywhere; }
.context { color: #616061; font-size: 13px; }
.actions { display: flex; flex-wrap: wrap; gap: 8px; }
.button { border: 1px solid #bbb; border-radius: 4px; padding: 3px 12px; font-weight: 700;
  font-size: 13px; }
.primary { background: #007a5a; color: #fff; border-color: #007a5a; }
.danger { background: #e01e5a; color: #fff; border-color: #e01e5a; }
.select { border: 1px solid #bbb; border-radius: 4px; padding: 3px 12px; font-size: 13px;
  color: #616061; }
.header { font-size: 18px; font-weight: 900; }
table { border-collapse: collapse; font-size: 13px; }
td { border: 1px solid #ddd; padding: 4px 10px; white-space: nowrap; }
td.wrap { white-space: normal; max-width: 260px; } td.right { text-align: right; }
tr:first-child td { font-weight: 700; background: #f8f8f8; }
.scroll { overflow-x: auto; border-radius: 6px; }
i { font-style: normal; }
img { max-width: 520px; border-radius: 6px; border: 1px solid #ddd; display: block; }
.missing { border: 1px dashed #999; padding: 24px; color: #616061; max-width: 480px; }
.view { border: 1px solid #ccc; border-radius: 8px; padding: 16px; max-width: 520px; }
.foot { justify-content: flex-end; }
.field { border: 1px solid #888; border-radius: 4px; padding: 6px 10px; min-height: 20px; }
.notice { color: #999; font-size: 11px; white-space: pre-wrap; border-left: 2px solid #eee;
  padding-left: 8px; margin-left: 46px; }
"""


def main() -> None:
    """Draw the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("page", type=Path)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--pictures", type=Path, default=Path("pictures"))
    asked = parser.parse_args()
    names = asked.names or sorted(path.stem for path in RECORDED.glob("*.json"))
    cards = {name: json.loads((RECORDED / f"{name}.json").read_text()) for name in names}
    asked.page.write_text(page(cards, asked.pictures), encoding="utf-8")


def page(cards: dict[str, Any], pictures: Path) -> str:
    """All cards, each under its name; below each message what a notification says."""
    parts = [f"<!doctype html><meta charset=utf-8><style>{STYLE}</style>"]
    for name, shown in cards.items():
        parts.append(f"<h2>{html.escape(name)}</h2>")
        parts += [view(shown)] if isinstance(shown, dict) else [post(p, pictures) for p in shown]
    return "\n".join(parts)


def view(found: dict[str, Any]) -> str:
    """A modal or a home tab."""
    body = "".join(f'<div class="block">{block(b, Path())}</div>' for b in found["blocks"])
    if found["type"] == "home":
        return f'<div class="view">{body}</div>'
    title, send, close = (html.escape(found[k]["text"]) for k in ("title", "submit", "close"))
    foot = f'<span class="button">{close}</span><span class="button primary">{send}</span>'
    head = f'<div class="header">{title}</div>'
    return f'<div class="view">{head}{body}<div class="actions foot">{foot}</div></div>'


def post(message: dict[str, Any], pictures: Path) -> str:
    """One message."""
    body = "".join(f'<div class="block">{block(b, pictures)}</div>' for b in message["blocks"])
    name = '<div class="name"><b>MLOps Assistant</b> <span class="app">APP</span></div>'
    notice = f'<div class="notice">{html.escape(html.unescape(message["text"]))}</div>'
    face = '<div class="face">ML</div>'
    return f'<div class="post">{face}<div class="body">{name}{body}</div></div>{notice}'


def block(found: dict[str, Any], pictures: Path) -> str:
    """One block, or its type where this page cannot draw it."""
    if found["type"] == "image":
        return image(found, pictures)
    draw = BLOCKS.get(found["type"])
    return draw(found) if draw else f'<div class="missing">{html.escape(found["type"])}</div>'


def section(found: dict[str, Any]) -> str:
    """A paragraph, or fields two abreast."""
    if "fields" not in found:
        return text(found["text"])
    fields = "".join(f"<div>{text(field)}</div>" for field in found["fields"])
    return f'<div class="fields">{fields}</div>'


def header(found: dict[str, Any]) -> str:
    """A heading."""
    return f'<div class="header">{text(found["text"])}</div>'


def context(found: dict[str, Any]) -> str:
    """Small print."""
    inner = " ".join(text(element) for element in found["elements"])
    return f'<div class="context">{inner}</div>'


def actions(found: dict[str, Any]) -> str:
    """Things to click."""
    return f'<div class="actions">{"".join(element(each) for each in found["elements"])}</div>'


def text(found: dict[str, Any]) -> str:
    """A text object."""
    if found["type"] == "plain_text":
        return html.escape(found["text"])
    return mrkdwn(found["text"])


def mrkdwn(marked: str) -> str:
    """Slack's markup as HTML: code is left alone, then bold, links and emoji."""
    parts = re.split(r"(```.+?```|`[^`\n]+`)", marked, flags=re.DOTALL)
    return "".join(
        f"<code>{part.strip('`')}</code>" if index % 2 else _words(part)
        for index, part in enumerate(_joined_bold(parts))
    )


def element(found: dict[str, Any]) -> str:
    """Something to click."""
    match found["type"]:
        case "button":
            label = html.escape(found["text"]["text"])
            return f'<span class="button {found.get("style", "")}">{label}</span>'
        case "feedback_buttons":
            return '<span class="select">▲ good</span><span class="select">▼ bad</span>'
        case _:
            label = html.escape(found["placeholder"]["text"])
            return f'<span class="select">{label} ▾ ({len(found["options"])})</span>'


def preformatted(found: dict[str, Any]) -> str:
    """Boxes of code."""
    boxes = ("".join(part["text"] for part in box["elements"]) for box in found["elements"])
    return "".join(f"<pre>{html.escape(box)}</pre>" for box in boxes)


def table(found: dict[str, Any]) -> str:
    """Slack's own table."""
    rows = "".join(_row(row, found["column_settings"]) for row in found["rows"])
    return f'<div class="scroll"><table>{rows}</table></div>'


def image(found: dict[str, Any], pictures: Path) -> str:
    """A picture with its title above it."""
    path = (pictures / f"{found['slack_file']['id']}.png").absolute()
    title = f"<b>{html.escape(found['title']['text'])}</b>" if "title" in found else ""
    alt = html.escape(found["alt_text"])
    if not path.is_file():
        return f'{title}<div class="missing">{alt}</div>'
    return f'{title}<img src="{path.as_uri()}" alt="{alt}">'


def field(found: dict[str, Any]) -> str:
    """Something to fill in."""
    box = found["element"]
    chosen = box.get("initial_options") or [box.get("initial_option")]
    held = ", ".join(option["text"]["text"] for option in chosen if option)
    held = held or box.get("initial_value") or box.get("placeholder", {}).get("text", "")
    menu = " ▾" if "options" in box else ""
    extra = " (optional)" if found["optional"] else ""
    hint = html.escape(found.get("hint", {}).get("text", ""))
    label = html.escape(found["label"]["text"])
    return (
        f'<b>{label}</b><span class="context">{extra}</span>'
        f'<div class="field">{html.escape(held)}{menu}</div><div class="context">{hint}</div>'
    )


def _joined_bold(parts: Iterable[str]) -> list[str]:
    """Bold may begin before code and end after it: such marks become tags in each part."""
    found, is_open = [], False
    for index, part in enumerate(parts):
        if index % 2:
            found.append(part)
            continue
        pieces = re.split(r"(?<![\w*])\*(?=\S|$)|(?<=\S)\*(?![\w*])|^\*", part)
        drawn = pieces[0]
        for piece in pieces[1:]:
            drawn += ("\x02" if is_open else "\x01") + piece
            is_open = not is_open
        found.append(drawn)
    return found


def _words(part: str) -> str:
    linked = re.sub(r"<(https?://[^|>]+)\|([^>]+)>", r'<a href="\1">\2</a>', part)
    drawn = re.sub(r":(\w+):", lambda m: EMOJI.get(m[1], m[0]), linked)
    return drawn.replace("\x01", "<b>").replace("\x02", "</b>").replace("\n", "<br>")


def _row(row: list[dict[str, Any]], settings: list[dict[str, Any]]) -> str:
    cells = []
    for cell, setting in zip(row, settings, strict=True):
        kind = "right" if setting["align"] == "right" else "wrap" * bool(setting["is_wrapped"])
        cells.append(f'<td class="{kind}">{html.escape(cell["text"])}</td>')
    return f"<tr>{''.join(cells)}</tr>"


BLOCKS: Final[dict[str, Callable[[dict[str, Any]], str]]] = {
    "section": section,
    "header": header,
    "context": context,
    "actions": actions,
    "context_actions": actions,
    "input": field,
    "rich_text": preformatted,
    "table": table,
}


if __name__ == "__main__":
    main()
