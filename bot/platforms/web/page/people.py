"""Who sits in front of the page, and the token by which the chat API knows them."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import streamlit as st

from bot.platforms.web import tokens
from bot.platforms.web.tokens import Person

SIGNED_IN: Final = timedelta(hours=12)
"""How long a sign-in counts: a group that somebody has left is not theirs for longer."""
_LIFE: Final = timedelta(minutes=30)
_EARLY: Final = timedelta(minutes=5)


def who() -> Person | None:
    """The person of this browser; None until they have signed in."""
    page = st.secrets["page"]
    if not page["signs_in"]:
        return tokens.person(page["person"], name=page["person"], workspace=page["workspace"])
    if not st.user.is_logged_in:
        return None
    return claimed(st.user.to_dict(), workspace=page["workspace"], now=time.time())


def claimed(claims: dict[str, Any], *, workspace: str, now: float) -> Person | None:
    """The person whom a provider's claims name: by a confirmed e-mail address, and not for ever."""
    fresh = now - float(claims.get("iat") or 0) < SIGNED_IN.total_seconds()
    email = claims.get("email")
    if not fresh or not isinstance(email, str) or claims.get("email_verified") is False:
        return None
    groups = claims.get("groups")
    listed = [str(group) for group in groups] if isinstance(groups, list | tuple) else []
    name = claims.get("name")
    try:
        shown = name if isinstance(name, str) else email
        return tokens.person(email, name=shown, workspace=workspace, groups=listed)
    except ValueError:
        return None


def draw_sign_in() -> None:
    """Ask who it is."""
    st.title("MLOps Assistant", anchor=False)
    st.markdown("Carry a model from a CSV to production, and keep it healthy there.")
    if st.user.is_logged_in:
        st.info("Please sign in again, with an account whose e-mail address is confirmed.")
        st.button("Sign out", on_click=st.logout)
    else:
        st.button("Sign in", type="primary", on_click=st.login)


def bearer(person: Person, secret: str) -> Callable[[], str]:
    """Gives tokens for a person, each for as long as it is good."""
    held = [("", datetime.min.replace(tzinfo=UTC))]

    def token() -> str:
        text, until = held[0]
        now = datetime.now(UTC)
        if now > until:
            text = tokens.mint(person, secret=secret, now=now, life=_LIFE)
            held[0] = (text, now + _LIFE - _EARLY)
        return text

    return token
