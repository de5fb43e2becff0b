"""Replies in Slack: posted once, edited in place, with their files and pictures, whatever fails."""

from __future__ import annotations

import hashlib
import io
import struct
import zlib
from pathlib import Path

import pytest

from bot.errors import Later, Undeliverable
from bot.messages import Progress
from bot.platforms.slack.adapter import SlackPlatform
from tests.bot.platforms.slack.scene import QUICK, SOON, Scene, card, listening, play
from tools.outcome import Code, Figure, File, Table, Text

LONG = tuple(Text("word " * 500) for _ in range(60))


def png() -> bytes:
    """A small picture."""
    out = io.BytesIO(b"")
    header = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    out.write(b"\x89PNG\r\n\x1a\n")
    for kind, data in (b"IHDR", header), (b"IDAT", zlib.compress(b"\0\0\0\0")), (b"IEND", b""):
        check = zlib.crc32(kind + data)
        out.write(struct.pack(">I", len(data)) + kind + data + struct.pack(">I", check))
    return out.getvalue()


def scored(on: Scene, name: str = "scored.csv", content: bytes = b"a,b\n1,2\n") -> File:
    """A file to hand over."""
    blob = hashlib.sha256(content).hexdigest()
    on.door.blobs[blob] = content
    return File(blob, name, len(content), "text/csv")


def figure(on: Scene) -> Figure:
    """A picture to show."""
    on.door.blobs["f" * 64] = png()
    return Figure("f" * 64, "A rising line.", "ROC")


async def root(on: Scene) -> str:
    """The message of a person under which to answer."""
    return await on.server.say(on.dana, on.channel, "train", deliver=False)


def test_a_card_is_posted_in_its_thread_and_edited_there(tmp_path: Path) -> None:
    """One message per piece of work, inert, marked as ours, edited in place when it changes."""

    async def scene(on: Scene) -> None:
        ts = await root(on)
        address = on.address(ts)
        ref = await on.platform.send(address, card(Text("fitting <!channel>")))
        (_, posted) = on.server.seen(on.channel, ts)
        assert (posted.ts, ts) == (ref, posted.thread)
        assert posted.metadata["event_payload"] == {"id": 7, "part": 0}
        assert (posted.flags["unfurl_links"], posted.flags["unfurl_media"]) == (False, False)
        assert "&lt;!channel&gt;" in str(posted.blocks)
        again = await on.platform.update(address, ref, card(Text("done"), id=8))
        (_, edited) = on.server.seen(on.channel, ts)
        assert (ref, 1, "done") == (again, edited.edits, edited.words.splitlines()[-1])
        assert edited.metadata["event_payload"]["id"] == 8
        await on.platform.update(address, ref, card(Text("done"), id=8))
        assert on.server.seen(on.channel, ts)[1].edits == 1

    play(tmp_path, scene)


def test_a_long_reply_grows_and_shrinks_by_whole_messages(tmp_path: Path) -> None:
    """Parts are edited, added below the card, or taken away."""

    async def scene(on: Scene) -> None:
        address = on.address()
        ref = await on.platform.send(address, card())
        (top,) = on.server.seen(on.channel)
        longer = await on.platform.update(address, ref, card(*LONG))
        parts = longer.split()
        assert len(parts) > 1
        assert parts[0] == top.ts
        assert [m.ts for m in on.server.seen(on.channel, top.ts)] == parts
        assert await on.platform.update(address, longer, card()) == top.ts
        assert [m.ts for m in on.server.seen(on.channel, top.ts)] == [top.ts]

    play(tmp_path, scene)


def test_pictures_are_uploaded_once_and_files_shared_once(tmp_path: Path) -> None:
    """A picture stands in the card, a file below it; an edit repeats neither."""

    async def scene(on: Scene) -> None:
        ts = await root(on)
        reply = card(figure(on), scored(on), scored(on, "b.csv"))
        ref = await on.platform.send(on.address(ts), reply)
        assert len(ref.split()) == 3
        ref = await on.platform.update(on.address(ts), ref, card(figure(on), *reply.blocks[2:]))
        ref = await on.platform.update(on.address(ts), ref, card(*reply.blocks[1:], id=9))
        _, shown, *shared = on.server.seen(on.channel, ts)
        assert any(block["type"] == "image" for block in shown.blocks)
        assert [m.files for m in shared] == [
            [("scored.csv", b"a,b\n1,2\n")],
            [("b.csv", b"a,b\n1,2\n")],
        ]
        assert len(on.called("files.getUploadURLExternal")) == 3
        assert "A rising line." in on.called("files.getUploadURLExternal")[0]["alt_txt"]

    play(tmp_path, scene)


def test_files_of_a_direct_message_stand_below_the_card(tmp_path: Path) -> None:
    """Alone with a person nothing is hidden in threads."""

    async def scene(on: Scene) -> None:
        direct = on.server.add_direct(on.dana)
        await on.platform.send(on.address("", direct), card(scored(on)))
        card_, shared = on.server.seen(direct)
        assert ("Trained" in card_.words, shared.files[0][0]) == (True, "scored.csv")
        top = await on.platform.send(on.address(), card(scored(on), id=9))
        assert [m.thread for m in on.server.seen(on.channel, top.split()[0])][1:] == [
            top.split()[0]
        ]

    play(tmp_path, scene)


def test_where_uploads_are_forbidden_words_and_links_do(tmp_path: Path) -> None:
    """The picture's text alternative, the bot's own link, and a sentence on what to change."""

    async def scene(on: Scene) -> None:
        on.server.faults.upload_forbidden = True
        ref = await on.platform.send(on.address(), card(figure(on), scored(on)))
        (posted,) = on.server.seen(on.channel)
        assert posted.ts == ref
        assert "A rising line." in posted.words
        assert "https://bot.example.com/files/" in str(posted.blocks)
        (trouble,) = on.platform.troubles()
        assert "give it the scope files:write" in trouble
        await on.platform.send(on.address(), card(figure(on), scored(on), id=8))
        assert len(on.called("files.getUploadURLExternal")) == 1

    play(tmp_path, scene)


def test_a_file_that_only_turns_out_to_be_forbidden_becomes_a_link(tmp_path: Path) -> None:
    """When sharing fails after the card was posted, the card is given the link."""

    async def scene(on: Scene) -> None:
        on.server.faults.errors["files.completeUploadExternal"] = "restricted_action"
        await on.platform.send(on.address(), card(scored(on)))
        (posted,) = on.server.seen(on.channel)
        assert "https://bot.example.com/files/" in str(posted.blocks)
        assert posted.edits == 1

    play(tmp_path, scene)


def test_a_file_over_slacks_limit_is_a_link(tmp_path: Path) -> None:
    """What Slack would not take is not even tried; nor is an empty file."""

    async def scene(on: Scene) -> None:
        large = File("9" * 64, "all.parquet", 2_000_000_000)
        empty = File("8" * 64, "none.csv", 0)
        await on.platform.send(on.address(), card(large, empty))
        (posted,) = on.server.seen(on.channel)
        assert str(posted.blocks).count("https://bot.example.com/files/") == 2
        assert on.called("files.getUploadURLExternal") == []

    play(tmp_path, scene)


def test_a_private_reply_is_seen_by_one_person(tmp_path: Path) -> None:
    """It is ephemeral, its files are links, its progress is not repeated, its end is posted."""

    async def scene(on: Scene) -> None:
        working = card(Progress("j", 1, "Fitting", 0.5), to=on.person(), done=False)
        ref = await on.platform.send(on.address(), working)
        assert await on.platform.update(on.address(), ref, working) == ref
        assert len(on.server.whispers(on.dana)) == 1
        await on.platform.update(on.address(), ref, card(scored(on), to=on.person()))
        (_, last) = on.server.whispers(on.dana)
        assert "https://bot.example.com/files/" in str(last.blocks)
        assert on.server.seen(on.channel) == []
        assert await on.platform.find(on.address(), working) is None

    play(tmp_path, scene)


@pytest.mark.parametrize("thread", [True, False])
def test_a_post_whose_answer_was_lost_is_found(tmp_path: Path, thread: bool) -> None:
    """It is there, though Slack's answer was not: no second one is posted."""

    async def scene(on: Scene) -> None:
        address = on.address(await root(on) if thread else "")
        on.server.faults.lose_response("chat.postMessage")
        with pytest.raises(Later):
            await on.platform.send(address, card())
        ref = await on.platform.send(address, card())
        mine = [m for m in on.server.seen(on.channel, address.thread or None) if m.bot]
        assert [m.ts for m in mine] == [ref]
        on.server.faults.server_error("chat.postMessage")
        with pytest.raises(Later):
            await on.platform.send(address, card(id=8))
        assert await on.platform.send(address, card(id=8)) != ref

    play(tmp_path, scene)


def test_after_a_crash_a_reply_is_found_and_completed(tmp_path: Path) -> None:
    """Another process finds what was posted, adds what is missing, repeats nothing."""

    async def scene(on: Scene) -> None:
        reply = card(*LONG, scored(on), scored(on, "b.csv"))
        assert await on.platform.find(on.address(), reply) is None
        whole = await on.platform.send(on.address(), reply)
        parts = [word for word in whole.split() if "=" not in word]
        below = on.server.seen(on.channel, parts[0])
        await on.server.delete(on.channel, parts[-1])
        await on.server.delete(on.channel, below[-1].ts)
        other = SlackPlatform(on.platform._keys, pulse=QUICK, patience=SOON)
        await on.platform.stop()
        on.platform = other
        async with listening(on):
            found = await other.find(on.address(), reply)
            assert found is not None
            now = on.server.seen(on.channel, parts[0])
            assert len(now) == len(below)
            assert sorted(m.files[0][0] for m in now if m.files) == ["b.csv", "scored.csv"]
            assert found.split()[: len(parts) - 1] == parts[:-1]
            assert sum(m.edits for m in now) == 0

    play(tmp_path, scene)


def test_an_edit_that_is_taken_up_adds_nothing_twice(tmp_path: Path) -> None:
    """The process dies after an edit was made and before that was noted: it is made again."""

    async def scene(on: Scene) -> None:
        ts = await root(on)
        first = await on.platform.send(on.address(ts), card(id=1))
        final = card(*LONG, scored(on), id=2)
        ref = await on.platform.update(on.address(ts), first, final)
        before = on.server.seen(on.channel, ts)
        await on.platform.stop()
        async with listening(on):
            assert await on.platform.update(on.address(ts), first, final) == ref
        assert [m.ts for m in on.server.seen(on.channel, ts)] == [m.ts for m in before]

    play(tmp_path, scene)


def test_files_of_two_cards_are_not_taken_for_one_another(tmp_path: Path) -> None:
    """Two pieces of work in one thread may make files that look alike."""

    async def scene(on: Scene) -> None:
        ts = await root(on)
        one = await on.platform.send(on.address(ts), card(id=1))
        two = await on.platform.send(on.address(ts), card(id=2))
        await on.platform.update(on.address(ts), two, card(scored(on), id=4))
        await on.platform.update(on.address(ts), one, card(scored(on), id=3))
        shared = [m.files for m in on.server.seen(on.channel, ts) if m.files]
        assert len(shared) == 2

    play(tmp_path, scene)


def test_a_post_cut_short_between_its_parts_is_gone_on_with(tmp_path: Path) -> None:
    """The next try adds the parts that are missing."""

    async def scene(on: Scene) -> None:
        on.server.faults.slow_down("chat.postMessage", seconds=0.0)
        on.server.faults.rate_limit("chat.postMessage", retry_after=3)
        with pytest.raises(Later) as told:
            await on.platform.send(on.address(), card(*LONG))
        assert told.value.after_s == 3
        assert len(on.server.seen(on.channel)) == 1
        ref = await on.platform.send(on.address(), card(*LONG))
        (top,) = on.server.seen(on.channel)
        assert [m.ts for m in on.server.seen(on.channel, top.ts)] == ref.split()

    play(tmp_path, scene)


def test_a_reply_of_another_bot_is_not_taken_for_ours(tmp_path: Path) -> None:
    """Two assistants may count their replies alike."""

    async def scene(on: Scene) -> None:
        await on.platform.send(on.address(), card())
        (posted,) = on.server.world.messages[on.channel].values()
        on.server.world.messages[on.channel][posted.ts] = type(posted)(
            **{**{n: getattr(posted, n) for n in posted.__dataclass_fields__}, "bot_id": "B9"}
        )
        assert await on.platform.find(on.address(), card()) is None

    play(tmp_path, scene)


def test_a_deleted_card_is_posted_anew(tmp_path: Path) -> None:
    """A person deleted it, or it may not be edited any more: the news still come."""

    async def scene(on: Scene) -> None:
        ts = await root(on)
        ref = await on.platform.send(on.address(ts), card())
        await on.server.delete(on.channel, ref)
        anew = await on.platform.update(on.address(ts), ref, card(Text("done")))
        assert anew != ref
        assert [m.ts for m in on.server.seen(on.channel, ts)] == [ts, anew]

    play(tmp_path, scene)


def test_what_slack_refuses_is_shown_more_plainly(tmp_path: Path) -> None:
    """A workspace without tables, or a picture that is not taken, costs no message."""

    async def scene(on: Scene) -> None:
        table = Table(("a", "b"), ((1, 2),))
        on.server.faults.errors["chat.postMessage"] = "invalid_blocks"
        with pytest.raises(Undeliverable):
            await on.platform.send(on.address(), card(table, figure(on), Code("x")))
        tried = [str(args.get("blocks")) for args in on.called("chat.postMessage")]
        assert ["table" in tried[0], "table" in tried[1]] == [True, False]
        assert ["slack_file" in text for text in tried] == [True, True, False, False]
        assert tried[-1] == "None"
        del on.server.faults.errors["chat.postMessage"]
        await on.platform.send(on.address(), card(table, id=8))
        assert len(on.server.seen(on.channel)) == 1

    play(tmp_path, scene)
