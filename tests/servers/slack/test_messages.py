"""Messages, threads, history and files, as the real client finds them."""

from __future__ import annotations

import asyncio
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.servers.slack import SlackServer, slack_server
from tests.servers.slack.bolt import client_of, played


async def refused(server: SlackServer, call: Any) -> str:
    """The error code with which a call is refused; the refusal is meant."""
    with pytest.raises(SlackApiError) as caught:
        await call
    code = str(caught.value.response["error"])
    assert server.refusals.pop().error == code
    return code


def test_an_edit_takes_the_blocks_away_when_it_brings_text_only() -> None:
    """Text without blocks replaces what is seen; blocks without text keep the old text."""

    async def play(server: SlackServer) -> None:
        client, channel = client_of(server), server.add_channel("ml")
        block = {
            "type": "section",
            "text": {"type": "mrkdwn", "text": "*rich* &amp; <https://a.io?a=1&amp;copy=2|x>"},
        }
        ts = (await client.chat_postMessage(channel=channel, text="plain", blocks=[block]))["ts"]
        assert server.message(channel, ts).words == "*rich* & x"
        assert server.message(channel, ts).links == ["https://a.io?a=1&copy=2"]
        await client.chat_update(channel=channel, ts=ts, text="second")
        assert (server.message(channel, ts).words, server.message(channel, ts).edits) == (
            "second",
            1,
        )
        assert (
            await refused(server, client.chat_update(channel=channel, ts=ts, text="x" * 4001))
            == "msg_too_long"
        )
        dana = server.add_person("dana")
        server.add_member(channel, dana)
        theirs = await server.say(dana, channel, "mine")
        assert (
            await refused(server, client.chat_update(channel=channel, ts=theirs, text="x"))
            == "cant_update_message"
        )
        await client.chat_delete(channel=channel, ts=ts)
        assert [m.text for m in server.seen(channel)] == ["mine"]

    played(play)


def test_threads_broadcasts_and_paged_history() -> None:
    """History is newest first, without replies but with broadcasts; a thread is oldest first."""

    async def play(server: SlackServer) -> None:
        client, channel = client_of(server), server.add_channel("ml")
        root = (await client.chat_postMessage(channel=channel, text="root"))["ts"]
        meta = {"event_type": "outbox", "event_payload": {"id": "7"}}
        await client.chat_postMessage(channel=channel, text="reply", thread_ts=root, metadata=meta)
        await client.chat_postMessage(
            channel=channel, text="both", thread_ts=root, reply_broadcast=True
        )
        first = await client.conversations_history(channel=channel, limit=1)
        assert [m["text"] for m in first["messages"]] == ["both"]
        cursor = first["response_metadata"]["next_cursor"]
        rest = await client.conversations_history(channel=channel, cursor=cursor)
        assert [(m["text"], m["reply_count"]) for m in rest["messages"]] == [("root", 2)]
        plain = await client.conversations_replies(channel=channel, ts=root)
        assert [m["text"] for m in plain["messages"]] == ["root", "reply", "both"]
        assert "metadata" not in plain["messages"][1]
        told = await client.conversations_replies(
            channel=channel, ts=root, oldest=root, include_all_metadata=True
        )
        assert told["messages"][1]["metadata"] == meta
        newer = await client.conversations_history(channel=channel, oldest=root)
        assert [m["text"] for m in newer["messages"]] == ["both"]
        assert [m.text for m in server.seen(channel)] == ["root", "both"]
        assert [m.text for m in server.seen(channel, root)] == ["root", "reply", "both"]

    played(play)


def test_channels_that_cannot_be_written_to() -> None:
    """Each state of a channel has its own refusal, and all are written down."""

    async def play(server: SlackServer) -> None:
        client = client_of(server)
        dana = server.add_person("dana")
        outside = server.add_channel("outside", bot=False)
        hidden = server.add_channel("hidden", bot=False, private=True)
        closed = server.add_channel("closed", members=[dana])
        await server.archive(closed, by=dana)
        quiet = server.add_channel("quiet")
        server.faults.restricted.add(quiet)
        codes = {
            outside: "not_in_channel",
            hidden: "channel_not_found",
            closed: "is_archived",
            quiet: "restricted_action",
            "C404": "channel_not_found",
        }
        for channel, code in codes.items():
            assert await refused(server, client.chat_postMessage(channel=channel, text="x")) == code
        direct = await client.conversations_open(users=dana)
        await client.chat_postMessage(channel=direct["channel"]["id"], text="x")
        fresh = server.add_channel("fresh")
        orphan = client.chat_postMessage(channel=fresh, text="x", thread_ts="1.2")
        assert await refused(server, orphan) == "thread_not_found"
        empty = client.api_call("chat.postMessage", json={"channel": fresh, "text": " "})
        assert await refused(server, empty) == "no_text"

    played(play)


def test_a_missing_scope_is_named() -> None:
    """A call beyond the scopes is refused and says which scope it needs."""

    async def run() -> None:
        async with slack_server(scopes=frozenset({"chat:write"})) as server:
            client, channel = client_of(server), server.add_channel("ml")
            with pytest.raises(SlackApiError) as caught:
                await client.users_info(user=server.add_person("dana"))
            answer = caught.value.response
            assert answer["error"] == "missing_scope"
            assert (answer["needed"], answer["provided"]) == ("users:read", "chat:write")
            assert (
                await refused(server, client.conversations_history(channel=channel))
                == "missing_scope"
            )

    asyncio.run(run())


def test_files_go_in_and_out() -> None:
    """A file is downloaded with the token, others get the login page; an upload is seen."""

    async def play(server: SlackServer) -> None:
        client = client_of(server)
        dana = server.add_person("dana")
        channel = server.add_channel("ml", members=[dana])
        ts = await server.say(dana, channel, "", files=[("a.csv", b"x,y\n1,2\n")])
        history = await client.conversations_history(channel=channel)
        url = history["messages"][0]["files"][0]["url_private_download"]
        async with aiohttp.ClientSession() as session:
            bearer = {"Authorization": f"Bearer {server.bot_token}"}
            async with session.get(url, headers=bearer) as answer:
                assert await answer.read() == b"x,y\n1,2\n"
            async with session.get(url) as answer:
                assert answer.content_type == "text/html"
        two = [
            {"filename": "b.csv", "file": b"1", "title": "B"},
            {"filename": "c.csv", "file": b"22", "title": "C"},
        ]
        sent = await client.files_upload_v2(
            file_uploads=two, channel=channel, thread_ts=ts, initial_comment="here"
        )
        shared = server.seen(channel, ts)[1]
        assert shared.files == [("b.csv", b"1"), ("c.csv", b"22")]
        assert shared.words == "here\nb.csv\nc.csv"
        known = await client.files_info(file=sent["files"][0]["id"])
        assert known["file"]["shares"]["public"][channel][0]["ts"] == shared.ts
        server.faults.upload_forbidden = True
        forbidden = client.files_getUploadURLExternal(filename="d.csv", length=1)
        assert await refused(server, forbidden) == "file_uploads_disabled"

    played(play)


def test_a_file_that_is_still_uploading() -> None:
    """Until it is ready, a file has no address; afterwards `files.info` gives it."""

    async def play(server: SlackServer) -> None:
        client = client_of(server)
        dana = server.add_person("dana")
        channel = server.add_channel("ml", members=[dana])
        await server.say(dana, channel, "", files=[("a.csv", b"1")], slow_upload_s=0.1)
        history = await client.conversations_history(channel=channel)
        file = history["messages"][0]["files"][0]
        assert "url_private_download" not in file
        await server.until(lambda: all(f.ready for f in server.world.files.values()))
        assert "url_private_download" in (await client.files_info(file=file["id"]))["file"]

    played(play)


def test_streamed_messages_grow_and_end() -> None:
    """Chunks make the message, a plan gathers its tasks, and nothing goes in after the end."""

    async def play(server: SlackServer) -> None:
        client: AsyncWebClient = client_of(server)
        dana = server.add_person("dana")
        channel = server.add_channel("ml", members=[dana])
        root = await server.say(dana, channel, "go")
        where = {"channel": channel, "thread_ts": root}
        assert (
            await refused(server, client.chat_startStream(**where)) == "missing_recipient_user_id"
        )
        stream = await client.chat_stream(
            **where, recipient_user_id=dana, recipient_team_id=server.team
        )
        task = {"type": "task_update", "id": "1", "title": "Split", "status": "in_progress"}
        await stream.append(chunks=[{"type": "plan_update", "title": "Training"}, task])
        await stream.append(markdown_text="almost", chunks=[{**task, "status": "complete"}])
        grown = server.seen(channel, root)[1]
        assert (grown.words, grown.streaming) == ("Training\nSplit\nalmost", True)
        ts = grown.ts
        busy = client.chat_update(channel=channel, ts=ts, text="x")
        assert await refused(server, busy) == "streaming_state_conflict"
        divider = {"type": "divider"}
        await stream.stop(markdown_text=" done", blocks=[divider])
        final = server.message(channel, ts)
        assert (final.words, final.streaming) == ("Training\nSplit\nalmost done", False)
        assert final.blocks[-1] == divider
        late = client.chat_appendStream(channel=channel, ts=ts, markdown_text="x")
        assert await refused(server, late) == "message_not_in_streaming_state"

    played(play)


def test_people_groups_and_places() -> None:
    """People, groups, members and channels are listed as the real methods list them."""

    async def play(server: SlackServer) -> None:
        client = client_of(server)
        dana = server.add_person("dana", tz="Asia/Tokyo")
        shared = server.add_channel("with-them", members=[dana], shared=True)
        private = server.add_channel("secret", members=[dana], private=True)
        group = server.add_group("ml-leads", [dana])
        assert (await client.users_info(user=dana))["user"]["tz"] == "Asia/Tokyo"
        assert await refused(server, client.users_info(user="U404")) == "user_not_found"
        assert (await client.usergroups_list())["usergroups"][0]["handle"] == "ml-leads"
        assert (await client.usergroups_users_list(usergroup=group))["users"] == [dana]
        info = await client.conversations_info(channel=shared)
        assert info["channel"]["is_ext_shared"] is True
        members = await client.conversations_members(channel=shared)
        assert set(members["members"]) == {dana, server.bot_user}
        mine = await client.users_conversations(types="public_channel,private_channel")
        assert [c["id"] for c in mine["channels"]] == [shared, private]
        assert await refused(server, client.api_call("chat.whisper")) == "unknown_method"

    played(play)
