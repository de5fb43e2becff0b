"""People click, choose, fill in and use commands on Discord."""

from __future__ import annotations

from pathlib import Path

from bot.errors import Gone, NotAllowed
from bot.messages import Choices, IncomingMessage, Press, Reply
from bot.platforms.discord.commands import USE_FILE
from tests.bot.platforms.discord.scene import Scene, play
from tools.forms import Field, Form, WrongFields
from tools.outcome import Headline, NextStep, NextSteps, Text

CSV = ("churn.csv", b"a,b\n1,2\n")
CARD = Reply((Headline("Profiled"), NextSteps((NextStep("Train", "train_model"),))), "turn:t", 12)
FORM = Form(
    "Predict",
    (
        Field("age", "age", "number", hint="18 to 90", required=True),
        Field("sex", "sex", "choice", options=("female", "male")),
    ),
)


def done(message: IncomingMessage) -> Reply:
    return Reply((Headline("Done"), Text("It is done.")), "turn:d", id=40)


def refuse(message: IncomingMessage) -> Reply:
    raise NotAllowed("Only an *approver* can.")


async def posted(s: Scene, reply: Reply = CARD) -> int:
    return int(await s.platform.send(s.address(), reply))


def test_a_button(tmp_path: Path) -> None:
    """A click is acknowledged at once and answered in the thread of its card."""

    async def scene(s: Scene) -> None:
        s.door.reply = done
        card = await posted(s)
        click = await s.server.click(s.dana, s.channel, card, label="Train")
        assert click.response == {"type": 6, "data": None}
        assert click.responded_ms is not None
        assert click.responded_ms < 1000
        [message] = await s.answered()
        assert (message.press, message.text) == (Press(12, 0), "")
        assert (message.address, message.actor.id) == (s.address(card), s.person())
        assert message.opens is False
        assert s.server.world.channels[card].name == "Profiled"
        assert "Done" in s.server.seen(card)[0].words

    play(tmp_path, scene)


def test_a_button_in_a_thread(tmp_path: Path) -> None:
    """A click on a card in a thread is answered in that thread."""

    async def scene(s: Scene) -> None:
        s.door.reply = lambda message: CARD if message.text else done(message)
        said = await s.server.say(s.dana, s.channel, "hello", mention=True)
        await s.answered()
        await s.server.click(s.dana, said, int(s.door.refs[0]), label="Train")
        message = (await s.answered(2))[1]
        assert message.address == s.address(said)

    play(tmp_path, scene)


def test_a_button_works_after_a_restart(tmp_path: Path) -> None:
    """Buttons hold nothing but a number, so a new process understands them."""

    async def before(s: Scene) -> None:
        pass

    async def scene(s: Scene) -> None:
        s.door.reply = done
        card = await posted(s)
        await s.platform.stop()
        await s.platform.start(s.door)
        await s.server.until(lambda: s.server.gateway.connected)
        await s.server.click(s.dana, s.channel, card, label="Train")
        assert [one.press for one in await s.answered()] == [Press(12, 0)]

    play(tmp_path, scene, before=before)


def test_a_menu(tmp_path: Path) -> None:
    """An option of a menu is a click on the button that it stands for."""

    async def scene(s: Scene) -> None:
        options = tuple(f"column {n}" for n in range(8))
        card = await posted(s, Reply((Choices("w", 1, "Which column?", options),), id=13))
        await s.server.select(s.dana, s.channel, card, label="column 5")
        assert [one.press for one in await s.answered()] == [Press(13, 5)]

    play(tmp_path, scene)


def test_a_form(tmp_path: Path) -> None:
    """A button with a form opens it; what is filled in comes as the click's values."""

    async def scene(s: Scene) -> None:
        s.door.form_ = FORM
        s.door.reply = done
        card = await posted(s)
        click = await s.server.click(s.dana, s.channel, card, label="Train")
        assert click.modal is not None
        assert (click.modal.title, s.door.kept) == ("Predict", {})
        sent = await s.server.submit(s.dana, click.modal, {"age": "41", "sex": "male"})
        assert sent.response == {"type": 6, "data": None}
        [message] = await s.answered()
        assert message.press == Press(12, 0, {"age": "41", "sex": "male"})
        assert message.address == s.address(card)

    play(tmp_path, scene)


def test_a_form_that_is_filled_in_wrongly(tmp_path: Path) -> None:
    """Who filled a form in wrongly is told so alone, field by field."""

    def wrong(message: IncomingMessage) -> Reply:
        raise WrongFields({"age": "must be a number", "sex": "is not known"})

    async def scene(s: Scene) -> None:
        s.door.form_ = FORM
        s.door.reply = wrong
        click = await s.server.click(s.dana, s.channel, await posted(s), label="Train")
        assert click.modal is not None
        sent = await s.server.submit(s.dana, click.modal, {"age": "x"})
        await s.answered()
        assert sent.words.endswith("age: must be a number\nsex: is not known")
        assert [one.content for one in s.server.whispers(s.dana)] == [
            "age: must be a number\nsex: is not known"
        ]

    play(tmp_path, scene)


def test_a_form_of_a_button_that_is_gone(tmp_path: Path) -> None:
    """Who clicks a button that is no longer there is told so at once."""

    async def scene(s: Scene) -> None:
        async def gone(message: IncomingMessage) -> Form | None:
            raise Gone("That button is no longer here.")

        s.door.form = gone  # type: ignore[method-assign]
        click = await s.server.click(s.dana, s.channel, await posted(s), label="Train")
        assert click.words == "That button is no longer here."
        assert [one.content for one in s.server.whispers(s.dana)] == [click.words]
        assert s.door.kept == {}

    play(tmp_path, scene)


def test_a_click_that_is_not_allowed(tmp_path: Path) -> None:
    """Who may not decide gets a private, polite no; nobody else sees it."""

    async def scene(s: Scene) -> None:
        s.door.reply = refuse
        click = await s.server.click(s.dana, s.channel, await posted(s), label="Train")
        await s.answered()
        assert [one.content for one in click.followups] == ["Only an \\*approver\\* can."]
        assert [one.content for one in s.server.whispers(s.dana)] == ["Only an \\*approver\\* can."]
        assert len(s.server.seen(s.channel)) == 1

    play(tmp_path, scene)


def test_an_expired_click_is_answered_directly(tmp_path: Path) -> None:
    """When a click is too old to be answered through it, the person is told in a direct message."""

    async def scene(s: Scene) -> None:
        s.door.reply = refuse
        s.door.held = True
        await s.server.click(s.dana, s.channel, await posted(s), label="Train")
        s.server.faults.expire_interactions()
        [kept] = s.door.kept.values()
        await s.platform.handle(kept.event)
        assert s.server.whispers(s.dana) == []
        [told] = s.server.seen(s.server.add_direct(s.dana))
        assert told.content == "Only an \\*approver\\* can."

    play(tmp_path, scene)


def test_a_click_after_a_crash(tmp_path: Path) -> None:
    """A click that was kept but not dealt with is dealt with by the next process."""

    async def scene(s: Scene) -> None:
        s.door.held = True
        click = await s.server.click(s.dana, s.channel, await posted(s), label="Train")
        await s.platform.stop()
        await s.platform.start(s.door)
        s.door.reply = refuse
        [kept] = s.door.kept.values()
        await s.platform.handle(kept.event)
        assert [one.content for one in click.followups] == ["Only an \\*approver\\* can."]

    play(tmp_path, scene)


def test_private_commands(tmp_path: Path) -> None:
    """Status, models, monitors and help are acknowledged at once and answered to one person."""

    async def scene(s: Scene) -> None:
        s.door.reply = done
        for name in ("status", "models", "monitors", "help"):
            used = await s.server.slash(s.dana, s.channel, name)
            assert used.response == {"type": 5, "data": {"flags": 64}}
            assert used.responded_ms is not None
            assert used.responded_ms < 1000
            await s.server.until(lambda used=used: "Done" in used.words)
        messages = await s.answered(4)
        assert {message.private for message in messages} == {True}
        assert {message.address for message in messages} == {s.address()}
        assert len(s.server.whispers(s.dana)) == 4
        assert s.server.seen(s.channel) == []

    play(tmp_path, scene)


def test_a_private_answer_is_edited_while_it_can_be(tmp_path: Path) -> None:
    """A private answer is edited in place; after a quarter of an hour it comes directly."""

    async def scene(s: Scene) -> None:
        s.door.reply = done
        used = await s.server.slash(s.dana, s.channel, "status")
        await s.answered()
        [ref] = s.door.refs
        later = Reply((Headline("Later"),), "turn:d", id=41, to=s.person())
        assert await s.platform.update(s.address(), ref, later) == ref
        assert "Later" in used.words
        s.server.faults.expire_interactions()
        last = Reply((Headline("At last"),), "turn:d", id=42, to=s.person())
        moved = await s.platform.update(s.address(), ref, last)
        direct = s.server.add_direct(s.dana)
        assert "At last" in s.server.seen(direct)[0].words
        again = Reply((Headline("Really"),), "turn:d", id=43, to=s.person())
        assert await s.platform.update(s.address(), moved, again) == moved
        [shown] = s.server.seen(direct)
        assert "Really" in shown.words

    play(tmp_path, scene)


def test_asking_by_command(tmp_path: Path) -> None:
    """`/ask` shows the question to all, and the answer comes in its thread."""

    async def scene(s: Scene) -> None:
        s.door.reply = done
        used = await s.server.slash(s.dana, s.channel, "ask", text="train a *model*")
        assert used.response == {"type": 5, "data": None}
        [message] = await s.answered()
        assert (message.text, message.private, message.opens) == ("train a *model*", False, True)
        [question] = s.server.seen(s.channel)
        assert (question.words, question.loading) == ("**Dana** asks: train a \\*model\\*", False)
        assert message.address == s.address(question.id)
        assert "Done" in s.server.seen(question.id)[0].words

    play(tmp_path, scene)


def test_asking_by_command_in_a_thread(tmp_path: Path) -> None:
    """`/ask` in a thread is answered in it."""

    async def scene(s: Scene) -> None:
        said = await s.server.say(s.dana, s.channel, "hello", mention=True)
        await s.answered()
        await s.server.slash(s.dana, said, "ask", text="train")
        message = (await s.answered(2))[1]
        assert (message.address, message.opens) == (s.address(said), False)

    play(tmp_path, scene)


def test_asking_by_command_is_asked_once(tmp_path: Path) -> None:
    """A command that is dealt with again asks the same thing in the same place."""

    async def scene(s: Scene) -> None:
        await s.server.slash(s.dana, s.channel, "ask", text="train")
        [message] = await s.answered()
        [kept] = s.door.kept.values()
        s.door.messages.clear()
        await s.platform.handle(kept.event)
        assert s.door.messages[0].address == message.address
        assert len(s.server.seen(s.channel)) == 1

    play(tmp_path, scene)


def test_suggestions(tmp_path: Path) -> None:
    """Commands suggest what can be asked, and the models that are live."""

    async def scene(s: Scene) -> None:
        s.door.sections = {"Live": ("churn v2 in production, since 3 h", "tips v1 in staging")}
        offered = await s.server.autocomplete(s.dana, s.channel, "ask", "text", "deploy")
        assert offered == ["deploy it to staging", "what is deployed?"]
        assert await s.server.autocomplete(s.dana, s.channel, "models", "name", "") == [
            "churn v2",
            "tips v1",
        ]
        assert s.door.kept == {}

    play(tmp_path, scene)


def test_use_this_file(tmp_path: Path) -> None:
    """The entry in a message's menu takes that message's file, in a thread on it."""

    async def scene(s: Scene) -> None:
        s.door.reply = done
        said = await s.server.say(s.dana, s.channel, "here are the data", files=[CSV])
        used = await s.server.message_command(s.dana, s.channel, said, USE_FILE)
        [message] = await s.answered()
        assert (message.address, message.opens) == (s.address(said), True)
        assert (message.text, s.door.files) == ("", [[CSV]])
        assert used.words == "I am on it; the answer comes below."
        assert "Done" in s.server.seen(said)[0].words
        assert s.server.world.channels[said].name == "here are the data"

    play(tmp_path, scene)


def test_use_a_message_without_a_file(tmp_path: Path) -> None:
    """Who uses the entry on a message without a file is told so alone."""

    async def scene(s: Scene) -> None:
        said = await s.server.say(s.dana, s.channel, "no data")
        used = await s.server.message_command(s.dana, s.channel, said, USE_FILE)
        await s.server.until(lambda: used.words == "That message has no file.")
        assert s.door.messages == []

    play(tmp_path, scene)


def test_commands_in_a_direct_message(tmp_path: Path) -> None:
    """Commands work in direct messages too."""

    async def scene(s: Scene) -> None:
        s.door.reply = done
        place = s.server.add_direct(s.dana)
        used = await s.server.slash(s.dana, place, "status")
        await s.server.until(lambda: "Done" in used.words)
        assert (await s.answered())[0].address == s.direct(s.dana)

    play(tmp_path, scene)


def test_a_click_that_comes_twice(tmp_path: Path) -> None:
    """A click that Discord tells twice has one effect."""

    async def scene(s: Scene) -> None:
        s.door.reply = done
        s.server.faults.duplicate_events = 1
        await s.server.click(s.dana, s.channel, await posted(s), label="Train")
        await s.quiet()
        assert [one.press for one in s.door.messages] == [Press(12, 0)]

    play(tmp_path, scene)


def test_an_acknowledgement_whose_answer_is_lost(tmp_path: Path) -> None:
    """An acknowledgement that arrived though nobody said so is not taken for a failure."""

    async def scene(s: Scene) -> None:
        s.door.reply = refuse
        card = await posted(s)
        s.server.faults.lose_responses(1, route="/callback")
        click = await s.server.click(s.dana, s.channel, card, label="Train")
        await s.answered()
        await s.server.until(lambda: click.followups)
        s.server.refusals.clear()

    play(tmp_path, scene)
