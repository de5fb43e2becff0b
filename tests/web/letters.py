"""Texts made to come alive, and a page that shows each in every way the assistant's page does.

`python -m tests.web.letters PORT` serves it.
"""

from __future__ import annotations

import random
import sys
from pathlib import Path

import streamlit as st
import uvicorn

from bot.platforms.web.page.inert import inert, paragraphs
from bot.platforms.web.page.serving import PageSetup, page_app

SEED = 20261123
COUNT = 120
PIECES = (
    *("<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<b>", "&lt;", "&#60;", "<!--"),
    *(
        "[a](javascript:alert(1))",
        "![a](http://evil.example/x.png)",
        "[a]: http://x",
        "[^1]",
        "[a]",
    ),
    *("https://evil.example", "www.evil.example", "a@evil.example", "mailto:a@b.c", "HTTP://E.X"),
    *(
        "<https://e.x>",
        "xmpp:a@b.c",
        "ftp://e.x",
        "//e.x",
        "javascript:alert(1)",
        "data:text/html,x",
    ),
    *("$x^2$", "$$y$$", "\\(z\\)", "\\[z\\]", "$", "\\", "\\\\", "`", "``", "```", "*", "**", "_"),
    *(
        ":smile:",
        ":100:",
        ":+1:",
        ":-1:",
        ":material/home:",
        ":red[x]",
        ":blue-badge[x]",
        ":small[x]",
    ),
    *(":streamlit:", "::", ":", "->", "<-", "<->", "--", "---", ">=", "<=", "~=", "~~x~~", "==x=="),
    *(
        "# x",
        "## x",
        "- x",
        "+ x",
        "1. x",
        "> x",
        "| a | b |",
        "|---|",
        "---",
        "===",
        "***",
        "    x",
    ),
    *(
        "\t",
        " ",
        "  ",
        "x",
        "Age",
        "12:30",
        "é",
        "\u4e2d",
        "\U0001f600",
        "\u202e",
        "\u200b",
        "\u00ad",
    ),
)


def texts() -> list[str]:
    """The pieces by themselves, and as many mixtures of them."""
    chance = random.Random(SEED)
    mixed = ["".join(chance.choices(PIECES, k=chance.randint(2, 6))) for _ in range(COUNT)]
    return [*PIECES, *mixed]


def draw() -> None:
    """Each text as a paragraph, small print, a button, a heading and a warning."""
    for index, text in enumerate(texts()):
        with st.container(key=f"paragraph-{index}"):
            st.markdown(inert(text))
        with st.container(key=f"marked-{index}"):
            st.markdown(paragraphs(text))
        with st.container(key=f"small-{index}"):
            st.caption(f":material/error: {inert(text)}")
        with st.container(key=f"button-{index}"):
            st.button(inert(text), key=f"press-{index}")
        with st.container(key=f"heading-{index}"):
            st.markdown(f"## {paragraphs(' '.join(text.split()))}", anchors=False)
        with st.container(key=f"warning-{index}"):
            st.warning(inert(text))
    st.markdown("That was all.")


def serve(port: int) -> None:
    """Serve the page on loopback, to everybody."""
    setup = PageSetup("http://127.0.0.1:1", "s" * 32, "local", "ada", 1)
    hosts = frozenset({f"127.0.0.1:{port}"})
    app = page_app(setup, hosts=hosts, tickets=None, script=Path(__file__))
    uvicorn.run(app, host="127.0.0.1", port=port, log_level="warning", ws="websockets-sansio")


if st.runtime.exists():
    draw()
elif __name__ == "__main__":
    serve(int(sys.argv[1]))
