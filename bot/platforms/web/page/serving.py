"""The page as an ASGI application: Streamlit behind the gate, in the colours of the house."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from starlette.types import ASGIApp

from bot.platforms.web.page.gate import Gate, Tickets
from bot.platforms.web.page.theme import THEME

SCRIPT: Final = Path(__file__).with_name("main.py")


@dataclass(frozen=True, slots=True)
class SignIn:
    """Who says who somebody is (OpenID Connect), and where they are sent back to.

    Attributes:
        metadata_url: The provider's `.well-known/openid-configuration`.
        page_url: The address people reach the page at.
    """

    metadata_url: str
    client_id: str
    client_secret: str
    page_url: str


@dataclass(frozen=True, slots=True)
class PageSetup:
    """What the page has to know.

    Attributes:
        api: The address of the chat API.
        secret: Signs the tokens by which the chat API knows people.
        workspace: The workspace on the platform `web`.
        person: Who sits here, where nobody signs in.
        max_upload_mb: The largest file that is taken.
    """

    api: str
    secret: str
    workspace: str
    person: str
    max_upload_mb: int
    sign_in: SignIn | None = None


def page_app(
    setup: PageSetup,
    *,
    hosts: frozenset[str],
    tickets: Tickets | None,
    script: Path = SCRIPT,
) -> ASGIApp:
    """The page; to be built once per process, since Streamlit keeps its options globally."""
    import streamlit
    from streamlit import config
    from streamlit.logger import set_log_level

    set_log_level("ERROR")  # the terminal is for the link
    for name, value in _options(setup).items():
        config.set_option(name, value)
    app = streamlit.App(script, secrets=_secrets(setup))
    index = Path(streamlit.__file__).with_name("static") / "index.html"
    scripts = inline_scripts(index.read_text(encoding="utf-8"))
    return Gate(app, hosts=hosts, tickets=tickets, scripts=scripts)


def inline_scripts(html: str) -> list[str]:
    """The scripts of a page as a Content-Security-Policy names them (CSP 3, 2.3.1)."""
    found = re.findall(r"<script>(.*?)</script>", html, re.DOTALL)
    digests = (hashlib.sha256(script.encode()).digest() for script in found)
    return [f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests]


def _options(setup: PageSetup) -> dict[str, Any]:
    return {
        "server.headless": True,
        "server.fileWatcherType": "none",
        "server.maxUploadSize": setup.max_upload_mb,
        "server.enableStaticServing": False,
        "browser.gatherUsageStats": False,
        "client.toolbarMode": "minimal",
        "client.showErrorDetails": "none",
        "client.showSidebarNavigation": False,
        "runner.magicEnabled": False,
        **THEME,
    }


def _secrets(setup: PageSetup) -> dict[str, Any]:
    """Nested, so that Streamlit puts none of it into the environment of the process."""
    page: dict[str, Any] = {
        "api": setup.api,
        "secret": setup.secret,
        "workspace": setup.workspace,
        "person": setup.person,
        "signs_in": setup.sign_in is not None,
    }
    return {"page": page, **_auth(setup)}


def _auth(setup: PageSetup) -> Mapping[str, Any]:
    if setup.sign_in is None:
        return {}
    ours = setup.sign_in
    return {
        "auth": {
            "redirect_uri": f"{ours.page_url.rstrip('/')}/oauth2callback",
            "cookie_secret": setup.secret,
            "client_id": ours.client_id,
            "client_secret": ours.client_secret,
            "server_metadata_url": ours.metadata_url,
        }
    }
