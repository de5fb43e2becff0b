"""Clicks, choices, forms, commands, shortcuts, home and assistant, with a real Bolt app."""

from __future__ import annotations

from typing import Any

import pytest
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.errors import SlackApiError

from tests.servers.slack import SlackServer
from tests.servers.slack.bolt import client_of, played

Json = dict[str, Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def option(text: str) -> Json:
    return {"text": plain(text), "value": text.lower()}


BUTTON = {"type": "button", "action_id": "go", "value": "17", "text": plain("Go")}
MENU = {
    "type": "static_select",
    "action_id": "target",
    "options": [option("Churn"), option("Age")],
}
CARD = [{"type": "actions", "elements": [BUTTON, MENU]}]
FORM = {
    "type": "modal",
    "callback_id": "train",
    "title": plain("Train"),
    "submit": plain("Start"),
    "private_metadata": "d7",
    "blocks": [
        {
            "type": "input",
            "block_id": "metric",
            "label": plain("Metric"),
            "element": {**MENU, "action_id": "m"},
        },
        {
            "type": "input",
            "block_id": "budget",
            "label": plain("Budget"),
            "optional": True,
            "element": {
                "type": "number_input",
                "action_id": "n",
                "is_decimal_allowed": False,
                "min_value": "1",
            },
        },
    ],
}


@pytest.mark.parametrize("socket_mode", [True, False])
def test_a_button_edits_its_message_and_whispers(socket_mode: bool) -> None:
    """A click carries the button's value; the app edits the card and whispers to the clicker."""

    def listeners(app: AsyncApp) -> None:
        @app.event("message")
        async def message(say: Any) -> None:
            await say(text="Go?", blocks=CARD)

        @app.action("go")
        async def go(ack: Any, body: Json, action: Json, client: Any, respond: Any) -> None:
            await ack()
            channel, ts = body["channel"]["id"], body["message"]["ts"]
            await client.chat_update(channel=channel, ts=ts, text="Gone")
            user, value = body["user"]["id"], action["value"]
            await client.chat_postEphemeral(channel=channel, user=user, text=f"you chose {value}")
            await respond(text="noted", replace_original=False)

        @app.action("target")
        async def target(ack: Any, action: Json, respond: Any) -> None:
            await ack()
            text = action["selected_option"]["value"]
            await respond(text=text, replace_original=True)

    async def play(server: SlackServer) -> None:
        dana = server.add_person("dana")
        channel = server.add_direct(dana)
        for _ in range(2):
            await server.say(dana, channel, "hello")
        cards = await server.until(lambda: [m for m in server.seen(channel) if m.buttons][:2])
        await server.until(lambda: len([m for m in server.seen(channel) if m.buttons]) == 2)
        cards = [m for m in server.seen(channel) if m.buttons]
        assert (cards[0].buttons, cards[0].menus) == (["Go"], ["Churn", "Age"])
        await server.click(dana, cards[0].ts, channel, label="Go")
        await server.until(lambda: len(server.whispers(dana)) == 2)
        assert [w.words for w in server.whispers(dana)] == ["you chose 17", "noted"]
        now = server.message(channel, cards[0].ts)
        assert (now.words, now.buttons, now.edits) == ("Gone", [], 1)
        await server.select(dana, cards[1].ts, channel, label="Age")
        await server.until(lambda: server.message(channel, cards[1].ts).words == "age")
        with pytest.raises(AssertionError, match="no button Stop"):
            await server.click(dana, cards[1].ts, channel, label="Stop")
        assert not server.refusals

    played(play, listeners, socket_mode=socket_mode)


@pytest.mark.parametrize("socket_mode", [True, False])
def test_a_command_opens_a_form_that_is_checked_and_submitted(socket_mode: bool) -> None:
    """Errors keep the form open and come back; a good one closes it; a trigger works once."""
    got: list[Json] = []

    def listeners(app: AsyncApp) -> None:
        @app.command("/mlops")
        async def mlops(ack: Any, command: Json, client: Any) -> None:
            await ack(f"opening {command['text']}")
            await client.views_open(trigger_id=command["trigger_id"], view=FORM)
            with pytest.raises(SlackApiError, match="exchanged_trigger_id"):
                await client.views_open(trigger_id=command["trigger_id"], view=FORM)
            got.append(command)

        @app.view("train")
        async def train(ack: Any, view: Json) -> None:
            values = view["state"]["values"]
            if values["budget"]["n"]["value"] == "99":
                await ack(response_action="errors", errors={"budget": "too much"})
                return
            await ack()
            got.append(values)

    async def play(server: SlackServer) -> None:
        dana = server.add_person("dana")
        channel = server.add_channel("ml", members=[dana])
        await server.slash(dana, channel, "/mlops", "train")
        await server.until(lambda: got)
        assert server.whispers(dana)[0].words == "opening train"
        view = server.views(dana)[-1]
        assert (view.title, view.private_metadata) == ("Train", "d7")
        with pytest.raises(AssertionError, match="Metric: Slack asks for a value"):
            await server.submit(dana, view.id, {})
        with pytest.raises(AssertionError, match="Budget: below 1"):
            await server.submit(dana, view.id, {"Metric": "Age", "Budget": "0"})
        answer = await server.submit(dana, view.id, {"Metric": "Age", "Budget": "99"})
        assert answer == {"response_action": "errors", "errors": {"budget": "too much"}}
        assert await server.submit(dana, view.id, {"Metric": "Age", "budget": "5"}) == {}
        assert server.views(dana) == []
        await server.until(lambda: len(got) == 2)
        assert got[1]["metric"]["m"]["selected_option"] == option("Age")
        assert [r.error for r in server.refusals] == ["exchanged_trigger_id"]

    played(play, listeners, socket_mode=socket_mode)


def test_shortcut_home_and_assistant() -> None:
    """A shortcut carries its message, the home tab is published, the assistant suggests."""
    heard: list[str] = []

    def listeners(app: AsyncApp) -> None:
        @app.shortcut("use_this_file")
        async def use(ack: Any, shortcut: Json) -> None:
            await ack()
            heard.append(shortcut["message"]["files"][0]["name"])

        @app.event("app_home_opened")
        async def home(event: Json, client: Any) -> None:
            block = {"type": "actions", "elements": [BUTTON]}
            await client.views_publish(
                user_id=event["user"], view={"type": "home", "blocks": [block]}
            )

        @app.action("go")
        async def go(ack: Any, body: Json) -> None:
            await ack()
            heard.append(body["container"]["type"])

        @app.event("assistant_thread_started")
        async def started(event: Json, client: Any) -> None:
            thread = event["assistant_thread"]
            where = {"channel_id": thread["channel_id"], "thread_ts": thread["thread_ts"]}
            prompt = {"title": "Train", "message": "train a model"}
            await client.assistant_threads_setSuggestedPrompts(**where, prompts=[prompt])
            await client.assistant_threads_setStatus(**where, status="is thinking…")

        @app.event("message")
        async def message() -> None:
            heard.append("message")

    async def play(server: SlackServer) -> None:
        dana = server.add_person("dana")
        channel = server.add_channel("ml", members=[dana])
        ts = await server.say(dana, channel, "", files=[("a.csv", b"1")])
        await server.shortcut(dana, channel, ts, "use_this_file")
        await server.open_home(dana)
        view = await server.until(lambda: server.home(dana))
        assert view is not None
        await server.press(dana, view.id, label="Go")
        await server.until(lambda: "view" in heard)
        direct, thread = await server.open_assistant(dana, looking_at=channel)
        await server.until(lambda: server.status(direct, thread) == "is thinking…")
        assert server.prompts(direct, thread)[0]["title"] == "Train"
        assert set(heard) == {"message", "a.csv", "view"}
        assert not server.refusals

    played(play, listeners)


def modal(title: str) -> Json:
    return {**FORM, "title": plain(title)}


def test_forms_are_updated_pushed_and_cleared() -> None:
    """What a submission is answered with changes the person's stack of forms."""
    answers: list[Json] = [
        {"response_action": "update", "view": modal("Two")},
        {"response_action": "push", "view": modal("Three")},
        {"response_action": "clear"},
    ]

    def listeners(app: AsyncApp) -> None:
        @app.command("/mlops")
        async def mlops(ack: Any, command: Json, client: Any) -> None:
            await ack()
            await client.views_open(trigger_id=command["trigger_id"], view=modal("One"))

        @app.view("train")
        async def train(ack: Any) -> None:
            await ack(**answers.pop(0))

    async def play(server: SlackServer) -> None:
        dana = server.add_person("dana")
        await server.slash(dana, server.add_direct(dana), "/mlops")
        stacks = [["One"]]
        await server.until(lambda: server.views(dana))
        while server.views(dana):
            await server.submit(dana, server.views(dana)[-1].id, {"Metric": "Age"})
            stacks.append([view.title for view in server.views(dana)])
        assert stacks == [["One"], ["Two"], ["Two", "Three"], []]

    played(play, listeners)


def test_a_trigger_is_good_for_three_seconds() -> None:
    """After three seconds a form can no longer be opened."""

    async def play(server: SlackServer) -> None:
        trigger = server.world.new_trigger(server.add_person("dana"))
        server.world.triggers[trigger].expires -= 3.0
        with pytest.raises(SlackApiError, match="expired_trigger_id"):
            await client_of(server).views_open(trigger_id=trigger, view=FORM)

    played(play)


def test_the_agent_view() -> None:
    """There the app hears of an opened tab, and prompts belong to the channel, not a thread."""
    prompts = [{"title": "Train", "message": "train a model"}]

    def listeners(app: AsyncApp) -> None:
        @app.event("app_home_opened")
        async def opened(event: Json, client: Any) -> None:
            where = {"channel_id": event["channel"]}
            await client.assistant_threads_setSuggestedPrompts(**where, prompts=prompts)

        @app.event("message")
        async def message(event: Json, client: Any) -> None:
            where = {"channel_id": event["channel"], "thread_ts": event["ts"]}
            await client.assistant_threads_setSuggestedPrompts(**where, prompts=prompts)
            await client.assistant_threads_setStatus(**where, status="is thinking…")

    async def play(server: SlackServer) -> None:
        server.agent_view = True
        dana = server.add_person("dana")
        channel, thread = await server.open_assistant(dana)
        assert thread == ""
        await server.until(lambda: server.prompts(channel) == prompts)
        ts = await server.say(dana, channel, "train")
        await server.until(lambda: server.status(channel, ts) == "is thinking…")
        assert server.prompts(channel, ts) == []

    played(play, listeners)
