"""Errors of the Slack platform: what Slack answers, as what the bot does about it.

SlackRefused    Slack answered `ok: false` for a reason of its own; `code` is Slack's word for it
Unsure          a `bot.errors.Later` after which nobody knows whether the call was made

Everything else is told apart here and becomes `bot.errors.Later` or `bot.errors.Undeliverable`.
"""

from __future__ import annotations

import re
from typing import Any, Final

from slack_sdk.errors import SlackApiError

from bot.errors import Later, Undeliverable

SOON_S: Final = 2.0
LONG_S: Final = 60.0

TOKEN: Final = frozenset(
    {
        "account_inactive",
        "app_uninstalled",
        "invalid_auth",
        "not_authed",
        "org_login_required",
        "team_access_not_granted",
        "token_expired",
        "token_revoked",
    }
)
TROUBLED: Final = frozenset(
    {"fatal_error", "internal_error", "ratelimited", "request_timeout", "service_unavailable"}
)
UNABLE: Final = frozenset(
    {
        "access_denied",
        "feature_not_enabled",
        "method_deprecated",
        "missing_scope",
        "not_allowed",
        "not_allowed_token_type",
        "no_permission",
        "unknown_method",
    }
)
GONE: Final = frozenset(
    {
        "channel_not_found",
        "ekm_access_denied",
        "is_archived",
        "is_inactive",
        "messages_tab_disabled",
        "not_in_channel",
        "restricted_action",
        "restricted_action_non_threadable_channel",
        "restricted_action_read_only_channel",
        "restricted_action_thread_only_channel",
        "user_disabled",
        "user_not_found",
    }
)
"""Reasons that say that nothing at all can be posted in a channel."""
STALE: Final = frozenset({"cant_update_message", "edit_window_closed", "message_not_found"})
"""Reasons why a message is not edited any more, and a new one has to stand in for it."""

_NUMBER: Final = re.compile(r"\d{1,6}(\.\d+)?")


class SlackRefused(Exception):
    """Slack said no.

    Attributes:
        code: Slack's word for the reason.
        method: What was asked.
        needed: The scopes of which one is missing, for `missing_scope`.
    """

    def __init__(self, code: str, method: str, *, needed: str = "", detail: str = "") -> None:
        about = f" ({detail})" if detail else ""
        super().__init__(f"{method} was refused: {code}{about}")
        self.code = code
        self.method = method
        self.needed = needed
        self.detail = detail


class Unsure(Later):
    """The answer was lost, or no answer; the call may have been made."""


def told_apart(error: SlackApiError, method: str) -> Later | SlackRefused:
    """What is to be done about an error: wait, or believe that it is refused."""
    status, headers, body = _parts(error)
    code = str(body.get("error") or "")
    if status == 429 or code == "ratelimited":
        return Later(f"Slack asks to slow down ({method})", after_s=_retry_after(headers))
    if status >= 500 or code in TROUBLED or not code:
        return Unsure(f"Slack has trouble with {method} ({code or status})", after_s=SOON_S)
    messages = (body.get("response_metadata") or {}).get("messages") or []
    needed, detail = str(body.get("needed") or ""), "; ".join(str(line) for line in messages)
    return SlackRefused(code, method, needed=needed, detail=detail[:500])


def undelivered(refused: SlackRefused) -> Later | Undeliverable:
    """What a refusal means for a message that should be posted."""
    if refused.code in TOKEN or refused.code == "missing_scope":
        return Later(str(refused), after_s=LONG_S)
    return Undeliverable(str(refused), gone=refused.code in GONE)


def advice(refused: SlackRefused) -> str | None:
    """A sentence that says what to change, where changing something helps."""
    code = refused.code
    if code in TOKEN:
        return (
            f"Slack refuses the bot token ({code}): reinstall the app to the workspace and set "
            "SLACK_BOT_TOKEN to its new bot token."
        )
    if code == "missing_scope":
        scope = refused.needed or "a scope"
        return (
            f"Slack wants the scope {scope} for {refused.method}: add it under OAuth & "
            "Permissions and reinstall the app to the workspace."
        )
    return None


def _parts(error: SlackApiError) -> tuple[int, Any, dict[str, Any]]:
    """Status, headers and body; the library gives its own response or that of the web client."""
    response: Any = error.response
    status = getattr(response, "status_code", None) or getattr(response, "status", None) or 0
    headers = getattr(response, "headers", None) or {}
    body = response if isinstance(response, dict) else getattr(response, "data", None)
    return int(status), headers, body if isinstance(body, dict) else {}


def _retry_after(headers: Any) -> float:
    text = str(next((v for k, v in headers.items() if k.lower() == "retry-after"), ""))
    return float(text) if _NUMBER.fullmatch(text) else 30.0
