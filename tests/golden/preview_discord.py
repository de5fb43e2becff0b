"""Messages of Discord as a page that looks like its dark client, to be looked at.

python -m tests.golden.preview_discord PAGE.html [FOLDER OF PICTURES BY BLOB] writes the recorded
messages of tests/golden/discord.
"""

from __future__ import annotations

import base64
import html
import json
import re
import sys
from pathlib import Path
from typing import Any

GOLDEN = Path(__file__).parent / "discord"
STYLE = """
body{background:#313338;color:#dbdee1;font:16px/1.375 "gg sans","Noto Sans","DejaVu Sans",
 sans-serif;margin:0;padding:16px;width:720px}
h2{font-size:12px;color:#949ba4;border-bottom:1px solid #3f4147;margin:26px 0 10px}
.message{display:flex;gap:16px;margin-bottom:18px}
.face{width:40px;height:40px;border-radius:50%;background:#5865f2;flex:none;text-align:center;
 line-height:40px;color:#fff;font-weight:600}
.who{font-weight:500;color:#f2f3f5}
.who i{background:#5865f2;color:#fff;font:500 10px/15px sans-serif;
 border-radius:3px;padding:0 4px;margin-left:4px}
.text{white-space:pre-wrap;overflow-wrap:anywhere}
.small{font-size:13px;color:#949ba4}
.embed{background:#2b2d31;border-left:4px solid;border-radius:4px;max-width:516px;
 box-sizing:border-box;padding:8px 16px 16px 12px;margin-top:4px;font-size:14px;line-height:18px}
.embed>*{margin-top:8px}.embed .title{font-weight:600;font-size:16px;color:#fff;line-height:22px}
.fields{display:grid;grid-template-columns:repeat(12,1fr);gap:8px}
.field b{display:block;color:#f2f3f5;margin-bottom:2px;font-weight:600}
.foot{font-size:12px;line-height:16px;color:#dbdee1}
img,.picture{max-width:400px;max-height:300px;border-radius:4px;display:block;margin-top:16px}
.picture{background:#1e1f22;padding:40px;color:#949ba4}
code{background:#1e1f22;border-radius:4px;padding:0 3px;font:.85em/1.3 "gg mono",
 "DejaVu Sans Mono",monospace}
pre{background:#1e1f22;border:1px solid #232428;border-radius:4px;padding:7px;margin:6px 0 0;
 white-space:pre-wrap;font:14px/18px "gg mono","Liberation Mono",monospace}
a{color:#00a8fc;text-decoration:none}
.file{background:#2b2d31;border:1px solid #232428;border-radius:8px;padding:14px;margin-top:4px;
 width:400px}
.row{display:flex;gap:8px;margin-top:8px}
.row span{border-radius:8px;padding:6px 14px;font:500 14px/20px sans-serif;color:#fff}
.s1{background:#5865f2}.s2{background:#4e5058}.s3{background:#248046}.s4{background:#da373c}
.menu{background:#1e1f22;width:380px;border-radius:4px;padding:10px;color:#949ba4}
.form{background:#313338;border:1px solid #1e1f22;border-radius:8px;width:440px;padding:16px}
.form b{display:block;color:#f2f3f5;margin-top:14px}
.form div.in{background:#1e1f22;border-radius:3px;
 padding:9px;margin-top:4px;white-space:pre-wrap;min-height:20px}
"""
INLINE = re.compile(
    r"\\(?P<as_is>[^0-9A-Za-z\s])"
    r"|`(?P<code>[^`\n]+)`"
    r"|\*\*(?P<bold>(?:\\.|[^\\])+?)\*\*(?!\*)"
    r"|\[(?P<label>(?:\\.|[^\]\\])+)\]\((?P<url>[^)\s]+)\)"
    r"|(?P<live><[@#:/][^>]*>|<t:\d+[^>]*>|@everyone|https?://\S+|:[a-z_+-]+:|__|\|\||~~)",
    re.DOTALL,
)


def inline(text: str) -> str:
    """One run of Discord's markup; what would come alive is shown in red."""
    parts, done = [], 0
    for found in INLINE.finditer(text):
        parts.append(html.escape(text[done : found.start()]))
        done = found.end()
        if found["as_is"]:
            parts.append(html.escape(found["as_is"]))
        elif found["code"]:
            parts.append(f"<code>{html.escape(found['code'])}</code>")
        elif found["bold"]:
            parts.append(f"<b>{inline(found['bold'])}</b>")
        elif found["url"]:
            parts.append(f'<a href="{html.escape(found["url"])}">{inline(found["label"])}</a>')
        else:
            parts.append(f'<b style="color:red">{html.escape(found["live"])}</b>')
    return "".join([*parts, html.escape(text[done:])])


def markdown(text: str) -> str:
    """Text with blocks of code, small print and runs of markup."""
    parts = []
    for index, part in enumerate(
        re.split(r"```(?:[\w+.#-]*\n)?(.*?)\n?```\n?", text, flags=re.DOTALL)
    ):
        if index % 2:
            parts.append(f"<pre>{html.escape(part)}</pre>")
            continue
        lines = [
            f'<span class="small">{inline(line[3:])}</span>'
            if line.startswith("-# ")
            else inline(line)
            for line in part.split("\n")
        ]
        parts.append(f'<div class="text">{chr(10).join(lines)}</div>' if part.strip() else "")
    return "".join(parts)


def picture(attachment: dict[str, Any], pictures: Path | None) -> str:
    """The picture of a blob, or its text alternative in a box."""
    path = pictures / f"{attachment['blob']}.png" if pictures else None
    if path is None or not path.exists():
        return f'<div class="picture">{html.escape(attachment["alt"])}</div>'
    data = base64.b64encode(path.read_bytes()).decode()
    return f'<img src="data:image/png;base64,{data}">'


def embed(card: dict[str, Any], files: dict[str, Any], pictures: Path | None) -> str:
    """A card."""
    parts = [f'<div class="title">{inline(card["title"])}</div>'] if "title" in card else []
    if "description" in card:
        parts.append(f"<div>{markdown(card['description'])}</div>")
    if fields := card.get("fields"):
        parts.append(f'<div class="fields">{"".join(columns(fields))}</div>')
    if "image" in card:
        name = card["image"]["url"].removeprefix("attachment://")
        parts.append(picture(files[name], pictures))
    if "footer" in card:
        parts.append(f'<div class="foot">{html.escape(card["footer"]["text"])}</div>')
    return f'<div class="embed" style="border-color:#{card["color"]:06x}">{"".join(parts)}</div>'


def columns(fields: list[dict[str, Any]]) -> list[str]:
    """Fields, three of the inline ones in a row."""
    shown, run = [], []
    for field in [*fields, None]:
        if field and field["inline"] and len(run) < 3:
            run.append(field)
            continue
        shown += [_field(each, 12 // len(run)) for each in run]
        run = [field] if field and field["inline"] else []
        shown += [_field(field, 12)] if field and not field["inline"] else []
    return shown


def _field(field: dict[str, Any], width: int) -> str:
    return (
        f'<div class="field" style="grid-column:span {width}">'
        f"<b>{inline(field['name'])}</b>{markdown(field['value'])}</div>"
    )


def component(part: dict[str, Any]) -> str:
    """A button or a menu."""
    if part["type"] == 2:
        return f'<span class="s{part["style"]}">{html.escape(part["label"])}</span>'
    options = ", ".join(option["label"] for option in part["options"])
    return f'<div class="menu">{html.escape(part["placeholder"])} ▾ ({html.escape(options)})</div>'


def message(post: dict[str, Any], pictures: Path | None = None) -> str:
    """A message with the assistant's face."""
    files = {each["name"]: each for each in post["attachments"]}
    used = {
        card["image"]["url"].removeprefix("attachment://")
        for card in post["embeds"]
        if "image" in card
    }
    parts = [f"<div>{markdown(post['content'])}</div>"]
    parts += [
        f'<div class="file">📄 <a>{html.escape(name)}</a><br>'
        f'<span class="small">{each["size"] / 1000:.1f} KB</span></div>'
        for name, each in files.items()
        if name not in used
    ]
    parts += [embed(card, files, pictures) for card in post["embeds"]]
    for row in post["components"]:
        parts.append(f'<div class="row">{"".join(map(component, row["components"]))}</div>')
    who = '<div class="who">MLOps Assistant<i>APP</i></div>'
    return f'<div class="message"><div class="face">M</div><div>{who}{"".join(parts)}</div></div>'


def form(modal: dict[str, Any]) -> str:
    """A modal."""
    parts = [f"<h3>{html.escape(modal['title'])}</h3>"]
    for label in modal["components"]:
        if label["type"] == 10:
            parts.append(f'<div class="small">{markdown(label["content"])}</div>')
            continue
        inner = label["component"]
        needed = " *" if inner.get("required", True) else ""
        parts.append(f"<b>{html.escape(label['label'])}{needed}</b>")
        parts.append(f'<div class="small">{html.escape(label.get("description", ""))}</div>')
        chosen = [o["label"] for o in inner.get("options", ()) if o.get("default")]
        value = ", ".join(chosen) if "options" in inner else inner.get("value", "")
        shown = value or inner.get("placeholder", "")
        arrow = " ▾" if "options" in inner else ""
        parts.append(f'<div class="in">{html.escape(shown)}{arrow}</div>')
    return f'<div class="form">{"".join(parts)}</div>'


def page(recorded: dict[str, Any], pictures: Path | None = None) -> str:
    """All recorded messages and forms below one another."""
    parts = []
    for name, found in recorded.items():
        shown = (
            "".join(message(post, pictures) for post in found)
            if isinstance(found, list)
            else form(found)
        )
        parts.append(f"<h2>{html.escape(name)}</h2>{shown}")
    return f'<!doctype html><meta charset="utf-8"><style>{STYLE}</style>{"".join(parts)}'


if __name__ == "__main__":
    shown = {
        path.stem: json.loads(path.read_text(encoding="utf-8"))
        for path in sorted(GOLDEN.glob("*.json"))
    }
    folder = Path(sys.argv[2]) if len(sys.argv) > 2 else None
    Path(sys.argv[1]).write_text(page(shown, folder), encoding="utf-8")
