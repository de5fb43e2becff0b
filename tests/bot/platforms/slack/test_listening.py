"""What people say in Slack reaches the assistant once, whole, and only where it is meant."""

from __future__ import annotations

from pathlib import Path

import pytest

from storage.catalog.records import Actor
from tests.bot.platforms.slack.scene import Scene, play
from tests.servers.slack.world import Message


def test_a_mention_with_a_file_is_one_message_that_opens_its_thread(tmp_path: Path) -> None:
    """A mention is announced twice, and is one message, with its file, in a thread of its own."""

    async def scene(on: Scene) -> None:
        ts = await on.server.say(
            on.dana, on.channel, "train & tell", mention=True, files=[("a.csv", b"x,y\n1,2\n")]
        )
        (message,) = await on.answered()
        await on.settled()
        assert [message] == on.door.messages
        assert f"T1/{on.channel}/{ts}" == message.event_id
        assert (on.address(ts), True, False) == (message.address, message.opens, message.private)
        assert Actor(on.person(), "dana") == message.actor
        assert (message.text, message.timezone) == ("train & tell", "Europe/Berlin")
        assert on.door.files == [[("a.csv", b"x,y\n1,2\n")]]
        assert left_in(tmp_path) == []
        (kept,) = on.door.kept.values()
        assert (on.scope, ts, f"{on.channel}/{ts}") == (kept.scope, kept.cursor, kept.lane)

    play(tmp_path, scene)


def test_events_that_come_again_have_no_second_effect(tmp_path: Path) -> None:
    """Duplicates, lost acknowledgements and another order change nothing."""

    async def scene(on: Scene) -> None:
        on.server.ack_within = 0.3
        on.server.faults.duplicates = 2
        on.server.faults.drop_acks = 3
        on.server.faults.reorder_s = 0.1
        for text in ("one", "two"):
            await on.server.say(on.dana, on.channel, text, mention=True)
        await on.answered(2)
        await on.server.until(lambda: on.server.faults.drop_acks == 0, within=30)
        await on.settled()
        assert {"one", "two"} == {message.text for message in on.door.messages}
        assert len(on.door.messages) == 2

    play(tmp_path, scene)


def test_a_file_that_the_event_lacks_is_fetched_again(tmp_path: Path) -> None:
    """Where an event shows no file, the message is read again before it is answered."""

    async def scene(on: Scene) -> None:
        ts = await on.server.say(
            on.dana,
            on.channel,
            "look at this",
            mention=True,
            files=[("a.csv", b"x\n1\n"), ("b.csv", b"x\n2\n")],
            missing_file_in_event=True,
        )
        await on.answered()
        assert on.door.files == [[("a.csv", b"x\n1\n"), ("b.csv", b"x\n2\n")]]
        on.door.parts.add(on.address(ts))
        await on.server.say(
            on.dana,
            on.channel,
            "and this",
            thread=ts,
            files=[("c.csv", b"x\n3\n")],
            missing_file_in_event=True,
        )
        await on.answered(2)
        assert on.door.files[1] == [("c.csv", b"x\n3\n")]

    play(tmp_path, scene)


def test_a_file_is_waited_for_while_it_uploads(tmp_path: Path) -> None:
    """A file without an address yet is asked for until it has one."""

    async def scene(on: Scene) -> None:
        await on.server.say(
            on.dana, on.channel, "", mention=True, files=[("a.csv", b"x\n1\n")], slow_upload_s=0.3
        )
        await on.answered()
        assert on.door.files == [[("a.csv", b"x\n1\n")]]
        assert len(on.called("files.info")) > 1

    play(tmp_path, scene)


def test_a_file_that_never_ends_uploading_is_told_about(tmp_path: Path) -> None:
    """Waiting is bounded, and what did not come is said in the thread."""

    async def scene(on: Scene) -> None:
        ts = await on.server.say(
            on.dana, on.channel, "", mention=True, files=[("a.csv", b"x\n")], slow_upload_s=60
        )
        (_, note) = await on.server.until(lambda: two(on, ts), within=30)
        assert "a.csv was still uploading after 1 s" in note.words
        await on.settled()
        assert on.door.messages == []

    play(tmp_path, scene)


def test_files_that_are_not_taken_are_named_and_the_others_loaded(tmp_path: Path) -> None:
    """Too large, no table, or fine: a sentence for each that is not, and the rest is loaded."""

    async def scene(on: Scene) -> None:
        on.door.max_upload = 2_000_000
        files = [
            ("big.csv", b"x" * 2_000_001),
            ("cat.png", b"\x89PNG"),
            ("ok.csv", b"x\n1\n"),
        ]
        ts = await on.server.say(on.dana, on.channel, "profile", mention=True, files=files)
        await on.answered()
        assert on.door.files == [[("ok.csv", b"x\n1\n")]]
        (_, note) = two(on, ts)
        large, picture = note.words.splitlines()
        assert large.startswith("big.csv is larger than the 1.907 MB I take; send it gzipped")
        assert picture.startswith("cat.png is a png file, which holds no table that I read;")
        assert left_in(tmp_path) == []

    play(tmp_path, scene)


def test_a_size_that_was_not_told_truly_is_noticed_while_reading(tmp_path: Path) -> None:
    """The limit holds for what arrives, whatever was announced."""

    async def scene(on: Scene) -> None:
        on.door.max_upload = 1000
        await on.platform.handle(
            {
                "kind": "message",
                "key": "k",
                "channel": on.channel,
                "ts": (ts := await on.server.say(on.dana, on.channel, "hm", deliver=False)),
                "thread": "",
                "user": on.dana,
                "text": f"<@{on.server.bot_user}> load",
                "files": [shrunk(on)],
                "named": True,
                "outside": False,
                "whole": True,
            }
        )
        (_, note) = two(on, ts)
        assert note.words.startswith("big.csv is larger than")
        assert on.door.messages == []
        assert left_in(tmp_path) == []

    play(tmp_path, scene)


def shrunk(on: Scene) -> dict[str, object]:
    """A file that is said to be smaller than it is."""
    from tests.servers.slack.payloads import file_json
    from tests.servers.slack.world import File

    file = File("F00000099", "big.csv", b"x" * 5000, on.dana, "big.csv")
    on.server.world.files[file.id] = file
    return {**file_json(file, on.server.world, on.server.base_url), "size": 10}


def test_the_sign_in_page_is_never_taken_for_a_file(tmp_path: Path) -> None:
    """Without files:read Slack sends a page; the person is told which scope is missing."""
    scopes = {"chat:write", "channels:history", "channels:read", "users:read", "app_mentions:read"}

    async def scene(on: Scene) -> None:
        ts = await on.server.say(
            on.dana, on.channel, "", mention=True, files=[("a.csv", b"x\n1\n")]
        )
        (_, note) = await on.server.until(lambda: two(on, ts), within=30)
        assert "the app needs the scope files:read" in note.words
        await on.settled()
        assert on.door.messages == []
        assert ["files:read" in line for line in on.platform.troubles()] == [True]

    play(tmp_path, scene, scopes=frozenset(scopes))


def test_a_download_that_breaks_off_is_tried_again(tmp_path: Path) -> None:
    """A dropped connection and a server error cost nothing but a moment."""

    async def scene(on: Scene) -> None:
        on.server.faults.lose_response("download")
        on.server.faults.server_error("download")
        await on.server.say(on.dana, on.channel, "", mention=True, files=[("a.csv", b"x\n1\n")])
        await on.answered()
        assert on.door.files == [[("a.csv", b"x\n1\n")]]

    play(tmp_path, scene)


def test_in_a_direct_message_everything_is_for_the_assistant(tmp_path: Path) -> None:
    """No mention is needed alone with it, hello is said once, and threads stay threads."""

    async def scene(on: Scene) -> None:
        direct = on.server.add_direct(on.dana)
        await on.server.say(on.dana, direct, "make <@U7> an approver")
        (first,) = await on.answered()
        assert (on.address("", direct), False) == (first.address, first.opens)
        channel, thread = await on.server.open_assistant(on.dana)
        await on.server.say(on.dana, channel, "hi", thread=thread)
        (_, second) = await on.answered(2)
        assert on.address(thread, direct) == second.address
        assert [on.address("", direct).scope] == [scope for scope, _ in on.door.met]

    play(tmp_path, scene)


def test_a_reply_needs_no_mention_where_the_assistant_takes_part(tmp_path: Path) -> None:
    """In its own threads it listens, unless somebody else is talked to; elsewhere it does not."""

    async def scene(on: Scene) -> None:
        alice = on.server.add_person("alice")
        on.server.add_member(on.channel, alice)
        root = await on.server.say(on.dana, on.channel, "hello", deliver=False)
        other = await on.server.say(on.dana, on.channel, "lunch?", deliver=False)
        on.door.parts.add(on.address(root))
        await on.server.say(on.dana, on.channel, "top level, nobody asked")
        await on.server.say(on.dana, on.channel, "pizza", thread=other)
        await on.server.say(on.dana, on.channel, f"<@{alice}> can you deploy it?", thread=root)
        await on.server.say(on.dana, on.channel, f"make <@{alice}> an approver", thread=root)
        (message,) = await on.answered()
        await on.settled()
        assert [message] == on.door.messages
        assert (on.address(root), False) == (message.address, message.opens)
        assert message.text == "make @alice an approver"
        assert {"@alice": on.person(alice)} == message.people

    play(tmp_path, scene)


def test_bots_edits_and_deletions_are_no_messages(tmp_path: Path) -> None:
    """Own and other bots' messages, edits and deletions are not even kept."""

    async def scene(on: Scene) -> None:
        robot = on.server.add_person("robot", is_bot=True)
        world = on.server.world
        mention = f"<@{on.server.bot_user}> train"
        for user, bot in ((robot, "B9"), (on.server.bot_user, on.server.bot_id)):
            message = Message(on.channel, world.new_ts(), user, mention, bot_id=bot)
            tell(on, message)
        ts = await on.server.say(on.dana, on.channel, "no mention here")
        await on.server.edit(on.channel, ts, "still none")
        await on.server.delete(on.channel, ts)
        await on.settled()
        assert on.door.kept == {}
        assert len(on.server.acks) == 5

    play(tmp_path, scene)


def tell(on: Scene, message: Message) -> None:
    """Post a message and announce it as Slack does."""
    from tests.servers.slack import posting

    posting.tell(on.server, posting.put(on.server, message))


def test_a_bare_mention_is_a_greeting(tmp_path: Path) -> None:
    """Who only mentions the assistant is greeted back."""

    async def scene(on: Scene) -> None:
        await on.server.say(on.dana, on.channel, "", mention=True)
        (message,) = await on.answered()
        assert message.text == "hello"

    play(tmp_path, scene)


def test_names_and_groups_in_a_text_are_told_with_their_ids(tmp_path: Path) -> None:
    """People and groups are named as people see them, and who they are goes along."""

    async def scene(on: Scene) -> None:
        alice = on.server.add_person("alice")
        group = on.server.add_group("ml-leads", [alice])
        text = f"make <@{alice}> and <!subteam^{group}> approvers in <#{on.channel}|ml>"
        await on.server.say(on.dana, on.channel, text, mention=True)
        (message,) = await on.answered()
        assert message.text == "make @alice and @ml-leads approvers in #ml"
        assert {
            "@alice": on.person(alice),
            "@ml-leads": f"slack/T1/group:{group}",
        } == message.people

    play(tmp_path, scene)


def test_a_channel_never_met_is_met_first(tmp_path: Path) -> None:
    """The first words in a new channel are hello; who spoke first brought the assistant."""

    async def scene(on: Scene) -> None:
        new = on.server.add_channel("sales", members=[on.dana])
        await on.server.say(on.dana, new, "help", mention=True)
        await on.answered()
        ((scope, about),) = on.door.met
        assert on.address("", new).scope == scope
        assert {"name": "sales", "owner": on.person(), "shared": False, "thread": ""} == about

    play(tmp_path, scene)


@pytest.mark.parametrize("known", [True, False])
def test_a_channel_shared_with_another_organisation_is_answered_with_silence(
    tmp_path: Path, known: bool
) -> None:
    """Slack Connect: the assistant says so once and answers nobody until it is allowed."""

    async def scene(on: Scene) -> None:
        outside = on.server.add_channel("partners", members=[on.dana], shared=True)
        scope = on.address("", outside).scope
        if known:
            on.door.know(scope, state="quiet", shared=True)
        await on.server.say(on.dana, outside, "train", mention=True, files=[("a.csv", b"x\n1\n")])
        await on.settled()
        assert on.door.messages == []
        assert on.door.known[scope].state == "quiet"
        assert ([] if known else [True]) == [about["shared"] for _, about in on.door.met]
        on.door.know(scope, state="open", shared=True)
        await on.server.say(on.dana, outside, "train", mention=True, files=[("a.csv", b"x\n1\n")])
        await on.answered()
        assert on.door.files == [[("a.csv", b"x\n1\n")]]

    play(tmp_path, scene)


def test_coming_to_and_going_from_a_channel_is_noticed(tmp_path: Path) -> None:
    """Invited: hello, with the inviter as owner. Removed, archived or deleted: it is lost."""

    async def scene(on: Scene) -> None:
        new = on.server.add_channel("ops", members=[on.dana], bot=False)
        await on.server.invite(new, by=on.dana)
        await on.settled()
        ((scope, about),) = on.door.met
        assert (on.address("", new).scope, "ops") == (scope, about["name"])
        assert on.person() == about["owner"]
        await on.server.remove_bot(new)
        await on.server.archive(on.channel, by=on.dana)
        await on.settled()
        assert {scope, on.scope} == set(on.door.gone)

    play(tmp_path, scene)


def test_the_status_shows_while_the_assistant_thinks(tmp_path: Path) -> None:
    """Where the workspace has it, people see at once that they were heard; elsewhere nothing."""

    async def scene(on: Scene) -> None:
        ts = await on.server.say(on.dana, on.channel, "train", mention=True)
        await on.answered()
        assert on.server.status(on.channel, ts) == "is thinking…"
        on.server.faults.absent.add("assistant.threads.setStatus")
        for number in (2, 3):
            await on.server.say(on.dana, on.channel, "again", mention=True)
            await on.answered(number)
        assert len(on.called("assistant.threads.setStatus")) == 2
        assert on.platform.troubles() == []

    play(tmp_path, scene)


def test_what_is_only_nice_to_have_is_left_out_while_slack_asks_to_wait(tmp_path: Path) -> None:
    """A rate limit on the status costs no answer, and the status is not asked for meanwhile."""

    async def scene(on: Scene) -> None:
        on.server.faults.rate_limit("assistant.threads.setStatus", retry_after=60)
        for number in (1, 2):
            await on.server.say(on.dana, on.channel, "train", mention=True)
            await on.answered(number)
        assert len(on.called("assistant.threads.setStatus")) == 1

    play(tmp_path, scene)


def left_in(folder: Path) -> list[Path]:
    """What was not removed."""
    return list(folder.iterdir())


def two(on: Scene, ts: str) -> list[object]:
    """A thread once somebody answered in it."""
    thread = on.server.seen(on.channel, ts)
    return thread if len(thread) == 2 else []
