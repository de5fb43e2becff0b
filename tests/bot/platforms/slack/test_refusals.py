"""What Slack refuses: who waits for how long, what is given up, and what somebody should change."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.errors import Later, Undeliverable
from tests.bot.platforms.slack.scene import Scene, card, play


@pytest.mark.parametrize(
    ("gone", "code"),
    [
        (True, "channel_not_found"),
        (True, "not_in_channel"),
        (True, "is_archived"),
        (True, "restricted_action"),
        (False, "thread_not_found"),
        (False, "msg_too_long"),
    ],
)
def test_what_can_never_be_posted_is_told_apart(tmp_path: Path, gone: bool, code: str) -> None:
    """The whole channel is out of reach, or only this one message."""

    async def scene(on: Scene) -> None:
        on.server.faults.errors["chat.postMessage"] = code
        with pytest.raises(Undeliverable) as told:
            await on.platform.send(on.address(), card())
        assert (told.value.gone, code in str(told.value)) == (gone, True)

    play(tmp_path, scene)


def test_slack_says_how_long_to_wait(tmp_path: Path) -> None:
    """429 is waited for as long as Slack says; trouble of its own for a moment."""

    async def scene(on: Scene) -> None:
        on.server.faults.rate_limit("chat.postMessage", retry_after=17)
        on.server.faults.server_error("chat.postMessage")
        waits = []
        for _ in range(2):
            with pytest.raises(Later) as told:
                await on.platform.send(on.address(), card())
            waits.append(told.value.after_s)
        assert waits == [17, 2]
        assert len(on.called("chat.postMessage")) == 2

    play(tmp_path, scene)


@pytest.mark.parametrize(
    ("code", "setting"),
    [("token_revoked", "SLACK_BOT_TOKEN"), ("missing_scope", "reinstall the app")],
)
def test_a_token_that_is_refused_waits_and_says_what_to_change(
    tmp_path: Path, code: str, setting: str
) -> None:
    """Messages are kept for later, and a sentence names the setting or the scope."""

    async def scene(on: Scene) -> None:
        on.server.faults.errors["chat.postMessage"] = code
        with pytest.raises(Later) as told:
            await on.platform.send(on.address(), card())
        assert told.value.after_s == 60
        (trouble,) = on.platform.troubles()
        assert setting in trouble
        on.server.faults.errors.clear()
        await on.platform.send(on.address(), card())
        assert on.platform.troubles() == []

    play(tmp_path, scene)


def test_groups_are_looked_up_at_the_moment_they_matter(tmp_path: Path) -> None:
    """Membership is never remembered; without the scope there is none, and a sentence says so."""

    async def scene(on: Scene) -> None:
        group = on.server.add_group("leads", [on.dana])
        mine = frozenset({f"slack/T1/group:{group}"})
        assert await on.platform.groups_of(on.person(), on.scope) == mine
        on.server.world.groups.clear()
        assert await on.platform.groups_of(on.person(), on.scope) == frozenset()
        on.server.scopes -= {"usergroups:read"}
        assert await on.platform.groups_of(on.person(), on.scope) == frozenset()
        (trouble,) = on.platform.troubles()
        assert "usergroups:read" in trouble

    play(tmp_path, scene)


def test_people_are_reached_alone(tmp_path: Path) -> None:
    """A person's direct messages, or that they cannot be had."""

    async def scene(on: Scene) -> None:
        direct = on.server.add_direct(on.dana)
        assert await on.platform.direct(on.person()) == on.address("", direct)
        with pytest.raises(Undeliverable):
            await on.platform.direct(on.person("U404"))

    play(tmp_path, scene)
