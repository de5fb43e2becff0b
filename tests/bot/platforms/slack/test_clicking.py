"""Buttons, menus, forms, commands and shortcuts in Slack, once each, and with private refusals."""

from __future__ import annotations

from pathlib import Path

from bot.errors import Gone, NotAllowed
from bot.messages import Choices, IncomingMessage, Press, Reply
from tests.bot.platforms.slack.scene import Scene, listening, play
from tests.servers.slack.world import View
from tools.forms import Field, Form, WrongFields
from tools.outcome import Headline, NextStep, NextSteps, Text

CARD = Reply((Headline("A card"), NextSteps((NextStep("Train", "train_model"),))), "turn:t", id=12)
MANY = Choices("w", 1, "Which column?", tuple(f"column {n}" for n in range(8)))
FORM = Form(
    "Predict",
    (
        Field("age", "Age", "number", required=True),
        Field("sex", "Sex", "choice", options=("female", "male")),
    ),
)


async def card(on: Scene, reply: Reply = CARD, *, thread: str = "") -> str:
    """A posted card; its timestamp."""
    return (await on.platform.send(on.address(thread), reply)).split()[0]


def test_a_click_is_a_press_of_who_clicked_where_it_was_clicked(tmp_path: Path) -> None:
    """A button says which reply and which button; the thread and the person come from Slack."""

    async def scene(on: Scene) -> None:
        root = await on.server.say(on.dana, on.channel, "hi", deliver=False)
        ts = await card(on, thread=root)
        await on.server.click(on.dana, ts, on.channel, label="Train")
        (message,) = await on.answered()
        assert (Press(12, 0), on.address(root)) == (message.press, message.address)
        assert (on.person(), "dana") == (message.actor.id, message.actor.name)
        top = await card(on)
        await on.server.click(on.dana, top, on.channel, label="Train")
        (_, second) = await on.answered(2)
        assert on.address() == second.address
        assert message.event_id != second.event_id

    play(tmp_path, scene)


def test_a_choice_from_a_menu_is_a_press(tmp_path: Path) -> None:
    """Where options are many they are a menu, whose choice means the same as a button."""

    async def scene(on: Scene) -> None:
        ts = await card(on, Reply((MANY,), "turn:t", id=3))
        await on.server.select(on.dana, ts, on.channel, label="column 6")
        (message,) = await on.answered()
        assert Press(3, 6) == message.press

    play(tmp_path, scene)


def test_a_refused_click_is_told_to_nobody_else(tmp_path: Path) -> None:
    """Who may not do it, or comes too late, is told so alone."""

    async def scene(on: Scene) -> None:
        def refuse(message: IncomingMessage) -> Reply:
            raise NotAllowed("Only an approver can do that.") if not said else Gone("Too late.")

        said: list[str] = []
        on.door.reply = refuse
        ts = await card(on)
        await on.server.click(on.dana, ts, on.channel, label="Train")
        await on.answered()
        said.append("once")
        await on.server.click(on.dana, ts, on.channel, label="Train")
        await on.answered(2)
        heard = [whisper.words for whisper in on.server.whispers(on.dana)]
        assert heard == ["Only an approver can do that.", "Too late."]
        assert len(on.server.seen(on.channel)) == 1

    play(tmp_path, scene)


def test_a_form_opens_tells_what_is_wrong_and_runs(tmp_path: Path) -> None:
    """Click, fill in, be told below the field, fill in again, done."""

    async def scene(on: Scene) -> None:
        on.door.form_ = FORM
        root = await on.server.say(on.dana, on.channel, "hi", deliver=False)
        ts = await card(on, thread=root)
        await on.server.click(on.dana, ts, on.channel, label="Train")
        view = await opened(on)
        assert on.door.messages == []
        on.door.wrong = WrongFields({"age": "must be at least 0"})
        answer = await on.server.submit(on.dana, view.id, {"age": "-1"})
        assert answer["errors"] == {"age": "must be at least 0"}
        assert [view.id] == [v.id for v in on.server.views(on.dana)]
        on.door.wrong = None
        assert await on.server.submit(on.dana, view.id, {"age": "7", "sex": "male"}) == {}
        (message,) = await on.answered()
        assert Press(12, 0, {"age": "7", "sex": "male"}) == message.press
        assert (on.address(root), "dana") == (message.address, message.actor.name)
        assert on.server.views(on.dana) == []

    play(tmp_path, scene)


async def opened(on: Scene) -> View:
    """The form that opened."""
    (view,) = await on.server.until(lambda: on.server.views(on.dana), within=30)
    return view


def test_a_form_that_cannot_open_in_time_is_said_in_words(tmp_path: Path) -> None:
    """After three seconds Slack opens nothing; the person is told another way."""

    async def scene(on: Scene) -> None:
        on.door.form_ = FORM
        on.door.held = True
        ts = await card(on)
        await on.server.click(on.dana, ts, on.channel, label="Train")
        (kept,) = on.door.kept.values()
        for trigger in on.server.world.triggers.values():
            trigger.expires = 0.0
        await on.platform.handle(kept.event)
        (whisper,) = on.server.whispers(on.dana)
        assert (
            whisper.words
            == "The form could not be opened in time; click again, or tell me in words."
        )

    play(tmp_path, scene)


def test_a_form_behind_a_button_that_is_gone_is_told_privately(tmp_path: Path) -> None:
    """A form that cannot be made is a sentence to who clicked."""

    async def scene(on: Scene) -> None:
        async def gone(_: IncomingMessage) -> Form:
            raise Gone("That model is deleted.")

        on.door.form = gone  # type: ignore[method-assign]
        ts = await card(on)
        await on.server.click(on.dana, ts, on.channel, label="Train")
        await on.settled()
        assert [w.words for w in on.server.whispers(on.dana)] == ["That model is deleted."]
        assert on.door.messages == []

    play(tmp_path, scene)


def test_a_closed_form_is_no_message(tmp_path: Path) -> None:
    """Who closes a form has said nothing."""

    async def scene(on: Scene) -> None:
        on.door.form_ = FORM
        await on.server.click(on.dana, await card(on), on.channel, label="Train")
        view = await opened(on)
        view.raw["notify_on_close"] = True
        await on.server.close(on.dana, view.id)
        await on.settled()
        assert on.server.acks[-1].event_type == "view_closed"
        assert on.door.messages == []

    play(tmp_path, scene)


def test_a_click_that_comes_twice_has_one_effect(tmp_path: Path) -> None:
    """A button, a form and a command that are delivered again are done once."""

    async def scene(on: Scene) -> None:
        on.server.faults.duplicates = 2
        ts = await card(on)
        await on.server.click(on.dana, ts, on.channel, label="Train")
        await on.server.slash(on.dana, on.channel, "/mlops", "status")
        await on.answered(2)
        on.door.form_ = FORM
        await on.server.click(on.dana, ts, on.channel, label="Train")
        view = await opened(on)
        await on.server.submit(on.dana, view.id, {"age": "7"})
        await on.answered(3)
        await on.settled()
        clicked = [a for a in on.server.acks if a.kind != "events_api"]
        assert len(clicked) == 12
        assert len(on.door.messages) == 3
        assert len({view.id, *(v.id for v in on.server.views(on.dana))}) == 1

    play(tmp_path, scene)


def test_the_command_says_what_it_stands_for_and_answers_privately(tmp_path: Path) -> None:
    """`/mlops status` is a sentence; the answer is for who typed it."""
    sentences = {
        "status": "what is deployed?",
        "models": "list models",
        "MONITORS": "list monitors",
        "": "help",
        "help": "help",
        "settings": "who may approve here?",
        "forget  what I said": "forget  what I said",
    }

    async def scene(on: Scene) -> None:
        on.door.reply = lambda m: Reply((Headline(f"about {m.text}"),), "turn:t", id=1)
        for number, (typed, meant) in enumerate(sentences.items(), 1):
            await on.server.slash(on.dana, on.channel, "/mlops", typed)
            message = (await on.answered(number))[-1]
            assert (meant, True, on.address()) == (message.text, message.private, message.address)
        assert len(sentences) == len(on.server.whispers(on.dana))
        assert "about what is deployed?" in on.server.whispers(on.dana)[0].words
        assert on.server.seen(on.channel) == []

    play(tmp_path, scene)


def test_a_command_works_where_the_assistant_is_not(tmp_path: Path) -> None:
    """In a channel without it, the answer goes where the command was typed, else to their DMs."""

    async def scene(on: Scene) -> None:
        on.door.reply = lambda m: Reply((Headline("live: churn"),), "turn:t", id=1)
        private = on.server.add_channel("board", members=[on.dana], bot=False, private=True)
        await on.server.slash(on.dana, private, "/mlops", "status")
        await on.answered()
        (whisper,) = on.server.whispers(on.dana)
        assert (private, "live: churn") == (whisper.channel, whisper.words.strip("*"))
        assert on.door.met == []
        on.server.world.response_urls.clear()
        await on.server.slash(on.dana, private, "/mlops", "status")
        on.server.world.response_urls.clear()
        await on.answered(2)
        (direct,) = on.server.seen(on.server.add_direct(on.dana))
        assert direct.words.strip("*") == "live: churn"

    play(tmp_path, scene)


def test_a_command_in_a_quiet_channel_says_why_it_is_quiet(tmp_path: Path) -> None:
    """Nothing is done in a channel that other organisations read, until it is allowed."""

    async def scene(on: Scene) -> None:
        on.door.know(on.scope, state="quiet")
        await on.server.slash(on.dana, on.channel, "/mlops", "status")
        await on.settled()
        (whisper,) = on.server.whispers(on.dana)
        assert "I keep quiet until an approver allows me" in whisper.words
        assert on.door.messages == []

    play(tmp_path, scene)


def test_the_shortcut_takes_the_files_of_any_message(tmp_path: Path) -> None:
    """*Use this file* is as if the file had been sent to the assistant in that thread."""

    async def scene(on: Scene) -> None:
        ts = await on.server.say(
            on.dana, on.channel, "new numbers", files=[("a.csv", b"x\n1\n")], deliver=False
        )
        await on.server.shortcut(on.dana, on.channel, ts, "use_file")
        (message,) = await on.answered()
        assert (on.address(ts), True, "") == (message.address, message.opens, message.text)
        assert on.door.files == [[("a.csv", b"x\n1\n")]]
        bare = await on.server.say(on.dana, on.channel, "no file", thread=ts, deliver=False)
        await on.server.shortcut(on.dana, on.channel, bare, "use_file")
        await on.settled()
        (whisper,) = on.server.whispers(on.dana)
        assert whisper.words.startswith("That message has no file.")

    play(tmp_path, scene)


def test_the_shortcut_asks_to_be_invited(tmp_path: Path) -> None:
    """Where the assistant is not, it cannot read files, and says how it could."""

    async def scene(on: Scene) -> None:
        away = on.server.add_channel("away", members=[on.dana], bot=False)
        ts = await on.server.say(on.dana, away, "", files=[("a.csv", b"x\n")], deliver=False)
        await on.server.shortcut(on.dana, away, ts, "use_file")
        await on.settled()
        (whisper,) = on.server.whispers(on.dana)
        assert "invite me first with /invite @assistant" in whisper.words
        assert on.door.met == []

    play(tmp_path, scene)


def test_an_opinion_is_noted_and_thanked_for(tmp_path: Path) -> None:
    """Feedback buttons lead to a line of history, nothing else."""

    async def scene(on: Scene) -> None:
        done = Reply((Headline("Trained"), Text("It is good.")), "turn:t", id=5)
        ts = await card(on, done)
        await on.server.click(on.dana, ts, on.channel, label="Bad answer")
        await on.settled()
        assert [(5, on.person(), False)] == on.door.opinions
        assert len(on.server.whispers(on.dana)) == 1
        assert on.door.messages == []

    play(tmp_path, scene)


def test_the_home_tab_shows_what_goes_on_where_the_person_is(tmp_path: Path) -> None:
    """Opening the home tab publishes an overview of the channels both are in."""

    async def scene(on: Scene) -> None:
        direct = on.server.add_direct(on.dana)
        on.door.know(on.address("", direct).scope)
        on.door.know(on.address("", on.server.add_channel("secret")).scope)
        on.door.sections = {"Live": ("churn v2 in production",)}
        await on.server.open_home(on.dana)
        await on.settled()
        ((*scopes,),) = on.door.overviews
        assert {on.scope, on.address("", direct).scope} == set(scopes)
        home = on.server.home(on.dana)
        assert home is not None
        assert "churn v2 in production" in str(home.blocks)
        assert on.door.met == []

    play(tmp_path, scene)


def test_opening_the_conversation_is_greeted_once_and_offers_prompts(tmp_path: Path) -> None:
    """The first look at the messages tab gets hello; every look has suggestions."""

    async def scene(on: Scene) -> None:
        direct = on.server.add_direct(on.dana)
        for _ in range(2):
            await on.server.open_home(on.dana, "messages")
            await on.settled()
        ((scope, about),) = on.door.met
        assert (on.address("", direct).scope, on.person()) == (scope, about["owner"])
        assert len(on.called("assistant.threads.setSuggestedPrompts")) == 2
        assert "What is deployed?" in str(on.server.prompts(direct))

    play(tmp_path, scene)


def test_the_older_assistant_view_is_greeted_in_its_thread(tmp_path: Path) -> None:
    """An app made with the older view opens threads of its own, with prompts in them."""

    async def scene(on: Scene) -> None:
        channel, thread = await on.server.open_assistant(on.dana)
        await on.settled()
        ((scope, about),) = on.door.met
        assert (channel, thread) == (scope.channel, about["thread"])
        assert len(on.server.prompts(channel, thread)) == 4

    play(tmp_path, scene)


def test_a_click_after_a_restart_works(tmp_path: Path) -> None:
    """Nothing about a button is kept in memory."""

    async def scene(on: Scene) -> None:
        ts = await card(on)
        await on.platform.stop()
        async with listening(on):
            await on.server.click(on.dana, ts, on.channel, label="Train")
            await on.server.until(lambda: on.door.messages, within=30)
        assert Press(12, 0) == on.door.messages[0].press

    play(tmp_path, scene)
