"""People write to the assistant on Discord, and it answers where they wrote."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.errors import NotAllowed
from bot.messages import IncomingMessage, Reply
from tests.bot.platforms.discord.scene import Scene, card, play

CSV = ("churn.csv", b"a,b\n1,2\n")


def test_a_mention_with_a_file_opens_a_thread(tmp_path: Path) -> None:
    """A mention in a channel is answered in a thread of its own, with the file it brought."""

    async def scene(s: Scene) -> None:
        said = await s.server.say(s.dana, s.channel, "train a model", files=[CSV], mention=True)
        [message] = await s.answered()
        assert (message.text, message.opens) == ("train a model", True)
        assert message.address == s.address(said)
        assert (message.actor.id, message.actor.name) == (s.person(), "Dana")
        assert s.door.files == [[CSV]]
        assert s.server.threads(s.channel) == [said]
        assert s.server.world.channels[said].name == "train a model"
        [shown] = s.server.seen(said)
        assert "Heard train a model" in shown.words
        assert shown.buttons == ["Train", "Undo"]
        assert s.door.refs == [str(shown.id)]

    play(tmp_path, scene)
    assert list(tmp_path.iterdir()) == []


def test_a_mention_is_kept_before_it_is_dealt_with(tmp_path: Path) -> None:
    """The event that is kept holds all there is to answer it again after a crash."""

    async def scene(s: Scene) -> None:
        said = await s.server.say(s.dana, s.channel, "deploy it", mention=True)
        await s.answered()
        kept = s.door.kept[str(said)]
        assert (kept.lane, kept.scope, kept.cursor) == (str(said), s.scope, str(said))
        await s.platform.handle(kept.event)
        assert len(s.door.messages) == 1

    play(tmp_path, scene)


def test_a_file_that_the_event_lacks_is_fetched_again(tmp_path: Path) -> None:
    """A file that is missing from the event is found on the message itself."""

    async def scene(s: Scene) -> None:
        s.server.faults.late_files = 1
        await s.server.say(s.dana, s.channel, "what's in this?", files=[CSV], mention=True)
        await s.answered()
        assert s.door.files == [[CSV]]

    play(tmp_path, scene)


def test_several_files(tmp_path: Path) -> None:
    """All files of a message come with it, in order."""

    async def scene(s: Scene) -> None:
        more = ("b.tsv", b"x\ty\n1\t2\n")
        await s.server.say(s.dana, s.channel, "", files=[CSV, more], mention=True)
        [message] = await s.answered()
        assert (message.text, s.door.files) == ("", [[CSV, more]])
        assert s.server.world.channels[s.server.threads(s.channel)[0]].name == "churn.csv, b.tsv"

    play(tmp_path, scene)


def test_a_file_that_is_too_large(tmp_path: Path) -> None:
    """A file over the limit is refused by name in the thread; the others are loaded."""

    async def scene(s: Scene) -> None:
        large = ("large.csv", b"1" * 2000)
        s.door.max_upload = 1000
        said = await s.server.say(s.dana, s.channel, "profile", files=[large, CSV], mention=True)
        await s.answered()
        assert s.door.files == [[CSV]]
        told, answer = s.server.seen(said)
        assert "“large.csv” is larger than" in told.words
        assert "Heard profile" in answer.words

    play(tmp_path, scene)


def test_a_picture_is_no_table(tmp_path: Path) -> None:
    """A file of a kind that holds no table is refused, and nothing else is asked."""

    async def scene(s: Scene) -> None:
        picture = ("plot.png", b"\x89PNG")
        said = await s.server.say(s.dana, s.channel, "", files=[picture], mention=True)
        await s.server.until(lambda: s.server.threads(s.channel))
        [told] = await s.server.until(lambda: s.server.seen(said))
        assert "“plot.png” is no table (image/png); I take CSV" in told.words
        assert s.door.messages == []

    play(tmp_path, scene)


def test_an_expired_link_is_renewed(tmp_path: Path) -> None:
    """An attachment whose link has expired is downloaded by a new link."""

    async def scene(s: Scene) -> None:
        s.door.held = True
        said = await s.server.say(s.dana, s.channel, "load it", files=[CSV], mention=True)
        await s.server.until(lambda: str(said) in s.door.kept)
        event = s.door.kept[str(said)].event
        [attachment] = event["message"]["attachments"]
        attachment["url"] = attachment["url"].replace("hm=", "hm=0")
        await s.platform.handle(event)
        assert s.door.files == [[CSV]]

    play(tmp_path, scene)


def test_a_link_that_leads_elsewhere_is_not_followed(tmp_path: Path) -> None:
    """Attachments are fetched from Discord's own file servers only."""

    async def scene(s: Scene) -> None:
        s.door.held = True
        said = await s.server.say(s.dana, s.channel, "load it", files=[CSV], mention=True)
        await s.server.until(lambda: str(said) in s.door.kept)
        event = s.door.kept[str(said)].event
        event["message"]["attachments"][0]["url"] = "http://127.0.0.1:9/churn.csv"
        await s.platform.handle(event)
        assert s.door.files == [[]]
        assert "is not kept by Discord" in s.server.seen(said)[0].words

    play(tmp_path, scene)


def test_a_first_direct_message(tmp_path: Path) -> None:
    """In a direct message everything is for the assistant; the first one is greeted."""

    async def scene(s: Scene) -> None:
        place = s.server.add_direct(s.dana)
        await s.server.say(s.dana, place, "train on churn", files=[CSV])
        [message] = await s.answered()
        assert (message.text, message.opens) == ("train on churn", False)
        assert message.address == s.direct(s.dana)
        assert message.actor.id == f"discord/dm/{s.dana}"
        scope, about = s.door.met[0]
        assert (scope, about["owner"]) == (message.address.scope, message.actor.id)
        assert "Heard train on churn" in s.server.seen(place)[-1].words
        await s.server.say(s.dana, place, "and now?")
        await s.answered(2)
        assert len(s.door.met) == 1

    play(tmp_path, scene)


def test_a_thread_goes_on_without_mentions(tmp_path: Path) -> None:
    """Where the assistant takes part in a thread, no mention is needed."""

    async def scene(s: Scene) -> None:
        said = await s.server.say(s.dana, s.channel, "hello", mention=True)
        await s.answered()
        await s.server.say(s.dana, said, "deploy it to staging")
        message = (await s.answered(2))[1]
        assert (message.text, message.opens) == ("deploy it to staging", False)
        assert message.address == s.address(said)
        assert "deploy it" in s.server.seen(said)[-1].words

    play(tmp_path, scene)


def test_what_is_not_for_the_assistant(tmp_path: Path) -> None:
    """Talk among people, words to somebody else, and what bots say are left alone."""

    async def scene(s: Scene) -> None:
        alice = s.server.add_person("alice")
        robot = s.server.add_person("robot", is_bot=True)
        for person in (alice, robot):
            s.server.add_member(s.guild, person)
        await s.server.say(s.dana, s.channel, "just talk")
        said = await s.server.say(s.dana, s.channel, "hello", mention=True)
        await s.answered()
        asked = await s.server.say(s.dana, said, f"<@{alice}> can you deploy it?")
        await s.server.say(alice, said, "yes", reply_to=asked)
        await s.server.say(robot, said, "deploy it")
        await s.server.say(robot, s.channel, "deploy it", mention=True)
        await s.server.say(s.dana, s.channel, "@everyone lunch")
        await s.quiet()
        assert [message.text for message in s.door.messages] == ["hello"]

    play(tmp_path, scene)


def test_people_and_roles_are_named(tmp_path: Path) -> None:
    """Mentions of others become names in the text, with the ids they stand for."""

    async def scene(s: Scene) -> None:
        alice = s.server.add_person("alice")
        s.server.add_member(s.guild, alice)
        role = s.server.add_role(s.guild, "Data team", [alice])
        text = f"make <@{alice}> and <@&{role}> approvers in <#{s.channel}>"
        await s.server.say(s.dana, s.channel, text, mention=True)
        [message] = await s.answered()
        assert message.text == "make @Alice and @Data-team approvers in #ml"
        assert message.people == {
            "@Alice": f"discord/{s.guild}/{alice}",
            "@Data-team": f"discord/{s.guild}/group:{role}",
        }

    play(tmp_path, scene)


def test_the_role_of_the_assistant_is_a_mention_too(tmp_path: Path) -> None:
    """People who pick the role of the assistant's name mean the assistant."""

    async def scene(s: Scene) -> None:
        roles = s.server.world.guilds[s.guild].roles.values()
        [own] = [role.id for role in roles if role.managed]
        await s.server.say(s.dana, s.channel, f"<@&{own}> help")
        [message] = await s.answered()
        assert (message.text, message.people) == ("help", {})

    play(tmp_path, scene)


def test_a_reply_to_a_message_of_ours(tmp_path: Path) -> None:
    """A reply to a message that has a thread goes on in that thread."""

    async def scene(s: Scene) -> None:
        alert = s.address()
        number = await s.platform.send(alert, Reply(card(_plain("drift")).blocks, id=7))
        await s.platform.send(s.address(number), Reply(card(_plain("more")).blocks, id=8))
        await s.server.say(s.dana, s.channel, "why?", reply_to=int(number))
        [message] = await s.answered()
        assert (message.text, message.address) == ("why?", s.address(number))
        assert message.opens is False

    play(tmp_path, scene)


def test_a_mention_without_a_word_asks_for_help(tmp_path: Path) -> None:
    """Who only calls the assistant is told what it can do."""

    async def scene(s: Scene) -> None:
        await s.server.say(s.dana, s.channel, "", mention=True)
        assert [message.text for message in await s.answered()] == ["help"]

    play(tmp_path, scene)


@pytest.mark.parametrize("missing", ["create_public_threads", "send_messages_in_threads"])
def test_where_threads_are_forbidden(tmp_path: Path, missing: str) -> None:
    """Where no thread can be opened or written to, answers reply to the message in the channel."""

    async def scene(s: Scene) -> None:
        said = await s.server.say(s.dana, s.channel, "hello", mention=True)
        await s.answered()
        answer = s.server.seen(s.channel)[-1]
        assert ("Heard hello" in answer.words, answer.reference) == (True, said)
        await s.server.say(s.dana, s.channel, "go on", reply_to=answer.id)
        message = (await s.answered(2))[1]
        assert (message.address, message.opens) == (s.address(said), False)
        ref = s.door.refs[0]
        assert await s.platform.update(s.address(said), ref, card(_plain("now"))) == ref
        assert "Heard now" in s.server.seen(s.channel)[1].words

    play(tmp_path, scene, forbid=frozenset({missing}))


def test_a_refusal_is_told_to_the_person_alone(tmp_path: Path) -> None:
    """Who asks in words for what they may not do is told so directly."""

    def refuse(message: IncomingMessage) -> Reply:
        raise NotAllowed("Only an approver can decide this one.")

    async def scene(s: Scene) -> None:
        s.door.reply = refuse
        await s.server.say(s.dana, s.channel, "approve 3", mention=True)
        await s.answered()
        [told] = s.server.seen(s.server.add_direct(s.dana))
        assert told.words == "Only an approver can decide this one."
        assert s.server.threads(s.channel) == []

    play(tmp_path, scene)


def test_typing_is_shown_while_it_takes_a_moment(tmp_path: Path) -> None:
    """People see that the assistant is at work."""

    async def scene(s: Scene) -> None:
        s.server.faults.rate_limit(1, route="POST /channels/.*/messages", retry_after=1.2)
        await s.server.say(s.dana, s.channel, "hello", mention=True)
        await s.answered()
        assert s.called("POST", f"/channels/{s.channel}/typing")

    play(tmp_path, scene)


def test_nobody_is_pinged(tmp_path: Path) -> None:
    """What the assistant writes can call nobody, whatever it holds."""

    async def scene(s: Scene) -> None:
        text = "say `@everyone`, @everyone and <@1> [x](https://evil.example)"
        said = await s.server.say(s.dana, s.channel, text, mention=True)
        await s.answered()
        [shown] = s.server.seen(said)
        assert shown.pinged == frozenset()

    play(tmp_path, scene)


def _plain(text: str) -> IncomingMessage:
    return IncomingMessage("discord:000001", None, None, text=text)  # type: ignore[arg-type]
