"""The manifest in deploy/ asks for what the code uses, and for nothing else."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from slack_sdk.web.async_client import AsyncWebClient

from bot.platforms.slack import surface
from bot.platforms.slack.handling import PROMPTS
from bot.platforms.slack.incoming import Me, heard
from bot.platforms.slack.interactions import interaction
from bot.platforms.slack.listen import PATH
from tests.servers.slack.scopes import FIXED, KINDS, OPEN, PER_KIND

ROOT = Path(__file__).parents[4]
FOLDER = ROOT / "bot/platforms/slack"
MANIFEST = yaml.safe_load((ROOT / "deploy/slack-manifest.yaml").read_text(encoding="utf-8"))
ME = Me("T1", "UBOT", "B1")
KIND_OF_MESSAGES = {
    "message.channels": "channel",
    "message.groups": "group",
    "message.im": "im",
    "message.mpim": "mpim",
}
DOCUMENTED = frozenset(
    """
    agent_session_stopped agent_session_title_changed app_context_changed app_deleted
    app_home_opened app_installed app_mention app_rate_limited app_requested app_uninstalled
    app_uninstalled_team assistant_thread_context_changed assistant_thread_started
    call_rejected channel_archive channel_created channel_deleted channel_history_changed
    channel_id_changed channel_left channel_rename channel_shared channel_unarchive
    channel_unshared dnd_updated dnd_updated_user email_domain_changed emoji_changed
    file_change file_comment_added file_comment_deleted file_comment_edited file_created
    file_deleted file_public file_shared file_unshared function_executed grid_migration_finished
    grid_migration_started group_archive group_close group_deleted group_history_changed
    group_left group_open group_rename group_unarchive im_close im_created im_history_changed
    im_open invite_requested link_shared member_joined_channel member_left_channel
    message_metadata_deleted message_metadata_posted message_metadata_updated pin_added
    pin_removed reaction_added reaction_removed scope_denied scope_granted
    shared_channel_invite_accepted shared_channel_invite_approved
    shared_channel_invite_declined shared_channel_invite_received star_added star_removed
    subteam_created subteam_members_changed subteam_self_added subteam_self_removed
    subteam_updated team_access_granted team_access_revoked team_domain_change team_join
    team_rename tokens_revoked user_change user_connection user_huddle_changed
    user_profile_changed user_status_changed workflow_deleted workflow_published
""".split()  # noqa: SIM905 - a list to compare with the page
)
"""Slack's own list of events, without those of messages."""


def listened(event: str) -> bool:
    """Whether the code makes anything of an event, when all that can matter is in it."""
    inner: dict[str, Any] = {
        "type": event,
        "user": "UBOT" if event.startswith("member_") else "U1",
        "channel": "C1",
        "ts": "1700000000.000100",
        "text": "<@UBOT> hello",
        "tokens": {"bot": ["UBOT"]},
        "assistant_thread": {"user_id": "U1", "channel_id": "D1", "thread_ts": "1"},
    }
    return heard({"type": "event_callback", "event_id": "E1", "event": inner}, ME) is not None


def written_methods() -> Iterator[str]:
    """Every Web API method that the code names, as `chat.postMessage` or as the library's name."""
    names = {name for name, _ in inspect.getmembers(AsyncWebClient, inspect.isfunction)}
    called = {name for name in names if "_" in name.strip("_")} - {"api_call", "files_upload_v2"}
    for path in sorted(FOLDER.glob("*.py")):
        if path.name == "surface.py":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute) and node.attr in called:
                yield node.attr
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                name = node.value.replace(".", "_")
                if "." in node.value and name in called:
                    yield name


def test_what_is_listened_to_is_subscribed_to() -> None:
    """Every event that the code makes something of is in the manifest, and no other."""
    found = {event for event in DOCUMENTED if listened(event)} - set(surface.OLDER_EVENTS)
    found |= set(KIND_OF_MESSAGES)
    assert MANIFEST["settings"]["event_subscriptions"]["bot_events"] == sorted(found)
    assert sorted(surface.EVENTS) == sorted(found)


@pytest.mark.parametrize("event", KIND_OF_MESSAGES)
def test_messages_are_listened_to(event: str) -> None:
    """A mention is heard in every kind of conversation."""
    inner = {
        "type": "message",
        "channel_type": KIND_OF_MESSAGES[event],
        "channel": "D1" if event == "message.im" else "C1",
        "user": "U1",
        "ts": "1700000000.000100",
        "text": "<@UBOT> hello",
    }
    assert heard({"event_id": "E1", "event": inner}, ME) is not None


def test_the_command_and_the_shortcut_are_the_apps() -> None:
    """The slash command and the shortcut of the manifest are those that are understood."""
    (command,) = MANIFEST["features"]["slash_commands"]
    (shortcut,) = MANIFEST["features"]["shortcuts"]
    assert (command["command"], shortcut["callback_id"]) == (surface.COMMAND, surface.SHORTCUT)
    assert shortcut["type"] == "message"
    said = {"command": command["command"], "text": "help", "trigger_id": "1"}
    used = {"type": "message_action", "callback_id": shortcut["callback_id"], "trigger_id": "2"}
    for body in (said, used):
        assert interaction(body) is not None
    assert interaction({**said, "command": "/other"}) is None
    assert interaction({**used, "callback_id": "other"}) is None


def test_the_methods_that_are_called_are_named() -> None:
    """Every method of the Web API that the code calls is in surface.py, and no other."""
    named = {method.replace(".", "_") for method in surface.METHODS}
    assert named - set(written_methods()) == set()
    assert set(written_methods()) - named == set()


def test_scopes_are_those_that_events_and_methods_need() -> None:
    """The manifest asks for the scopes that events, methods and the command need, and no other."""
    scopes = MANIFEST["oauth_config"]["scopes"]
    assert list(scopes) == ["bot"]
    assert scopes["bot"] == sorted(surface.SCOPES)


@pytest.mark.parametrize("method", surface.METHODS)
def test_a_method_has_the_scopes_that_slack_asks_for(method: str) -> None:
    """The scopes of a method are those that its page of the documentation names."""
    scopes = set(surface.METHODS[method])
    if method in FIXED:
        assert scopes == {FIXED[method]}
    elif method in PER_KIND:
        assert scopes == {f"{kind}:{PER_KIND[method]}" for kind in (*KINDS.values(), "mpim")}
    elif method == "users.conversations":
        assert scopes == {"channels:read", "groups:read", "im:read"}
    elif method == "conversations.open":
        assert scopes <= OPEN
    else:
        assert scopes == set()


def test_it_can_be_pasted_and_used_at_once() -> None:
    """Socket Mode, buttons, home, messages and the agent view are on; nothing is left to fill."""
    settings, features = MANIFEST["settings"], MANIFEST["features"]
    assert settings["socket_mode_enabled"] is True
    assert settings["interactivity"] == {"is_enabled": True}
    assert (settings["org_deploy_enabled"], settings["token_rotation_enabled"]) == (False, False)
    assert features["app_home"] == {
        "home_tab_enabled": True,
        "messages_tab_enabled": True,
        "messages_tab_read_only_enabled": False,
    }
    assert features["bot_user"]["always_online"] is True
    assert features["agent_view"]["suggested_prompts"] == list(PROMPTS)


def test_it_keeps_slacks_limits() -> None:
    """Texts of the manifest are as long as Slack's schema takes them."""
    shown, features = MANIFEST["display_information"], MANIFEST["features"]
    assert len(shown["name"]) <= 35
    assert len(shown["description"]) <= 140
    assert 175 <= len(shown["long_description"]) <= 4000
    assert len(features["agent_view"]["agent_description"]) <= 300
    assert len(features["agent_view"]["suggested_prompts"]) <= 4
    assert len(features["shortcuts"][0]["name"]) <= 24
    assert len(features["shortcuts"][0]["description"]) <= 150


def test_the_page_tells_the_address_for_events_without_a_socket() -> None:
    """docs/slack.md names the path at which signed events are taken, and every scope."""
    page = (ROOT / "docs/slack.md").read_text(encoding="utf-8")
    assert f"https://YOUR.ADDRESS{PATH}" in page
    assert {scope for scope in surface.SCOPES if f"`{scope}`" not in page} == set()
