"""Commands, forms and answers to interactions: what the local Discord refuses of them."""

from __future__ import annotations

import asyncio
from typing import Any

from tests.servers.plain_api import Api, menu, play, row, where

NEEDED = "BASE_TYPE_REQUIRED"
BAD_LENGTH = "BASE_TYPE_BAD_LENGTH"


def test_commands_have_rules() -> None:
    """Names, descriptions and options of commands are checked when they are registered."""

    async def scene(api: Api) -> None:
        path = f"/applications/{api.server.application_id}/commands"
        good = {"name": "ask", "description": "Ask", "type": 1}
        late = [
            {"name": "a", "description": "a", "type": 3},
            {"name": "b", "description": "b", "type": 3, "required": True},
        ]
        wrong = [
            ([good | {"name": "Ask Me"}], "0.name APPLICATION_COMMAND_INVALID_NAME"),
            ([good | {"description": ""}], f"0.description {NEEDED}"),
            ([good, good], "1.name APPLICATION_COMMANDS_DUPLICATE_NAME"),
            (
                [good | {"options": late}],
                "0.options.1 APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID",
            ),
        ]
        for body, expected in wrong:
            status, refused = await api.call("PUT", path, body)
            assert (status, expected in where(refused["errors"])) == (400, True), expected
        status, kept = await api.call("PUT", path, [good])
        assert (status, [one["name"] for one in kept]) == (200, ["ask"])
        again = (await api.call("PUT", path, [good | {"description": "Asks"}]))[1]
        assert again[0]["id"] == kept[0]["id"]

    play(scene)


FORMS = [
    ({"title": "x" * 46}, f"data.title {BAD_LENGTH}"),
    ({"custom_id": "x" * 101}, f"data.custom_id {BAD_LENGTH}"),
    ({"components": []}, f"data.components {NEEDED}"),
    ({"components": [row()] * 6}, f"data.components {BAD_LENGTH}"),
    (
        {"components": [row({"type": 4, "custom_id": "a", "style": 1, "label": "x" * 46})]},
        f"data.components.0.components.0.label {BAD_LENGTH}",
    ),
    (
        {"components": [{"type": 18, "label": "x" * 46, "component": menu("a")}]},
        f"data.components.0.label {BAD_LENGTH}",
    ),
]


async def interaction(api: Api) -> tuple[str, asyncio.Task[Any]]:
    """Register a command and use it; the path of its callback, and the wait for an answer."""
    path = f"/applications/{api.server.application_id}/commands"
    await api.call("PUT", path, [{"name": "ask", "description": "Ask", "type": 1}])
    used = asyncio.create_task(api.server.slash(api.ada, api.channel, "ask"))
    act = await api.server.until(lambda: api.server.interactions[-1:])
    return f"/interactions/{act[0].id}/{act[0].token}/callback", used


def test_forms_have_rules() -> None:
    """A form's title, fields and labels have limits; a refused one may be sent anew."""

    async def scene(api: Api) -> None:
        path, used = await interaction(api)
        field = row({"type": 4, "custom_id": "a", "style": 1, "label": "A"})
        good = {"title": "T", "custom_id": "c", "components": [field]}
        for change, expected in FORMS:
            status, refused = await api.call("POST", path, {"type": 9, "data": good | change})
            assert (status, expected in where(refused["errors"])) == (400, True), expected
        assert (await api.call("POST", path, {"type": 9, "data": good}))[0] == 204
        assert [one.label for one in (await used).modal.fields] == ["A"]

    play(scene)


def test_an_interaction_is_answered_once() -> None:
    """A second answer, one to an unknown interaction and one of a wrong kind are refused."""

    async def scene(api: Api) -> None:
        path, used = await interaction(api)
        body = {"type": 4, "data": {"content": "hi"}}
        answers = [
            await api.call("POST", path, {"type": 7, "data": {"content": "hi"}}),
            await api.call("POST", path + "?with_response=true", body),
            await api.call("POST", path, body),
            await api.call("POST", "/interactions/1/x/callback", body),
        ]
        assert [status for status, _ in answers] == [400, 200, 400, 404]
        assert [answers[2][1]["code"], answers[3][1]["code"]] == [40060, 10062]
        told = answers[1][1]
        assert told["resource"]["message"]["content"] == "hi"
        assert int(told["interaction"]["response_message_id"]) == (await used).original.id

    play(scene)


def test_an_answer_that_comes_too_late() -> None:
    """After three seconds the person sees a failure and the interaction is unknown."""

    async def scene(api: Api) -> None:
        path, used = await interaction(api)
        act = await used
        status, body = await api.call("POST", path, {"type": 5})
        assert (act.expired, status, body["code"]) == (True, 404, 10062)

    play(scene)


def test_a_token_that_is_too_old() -> None:
    """After fifteen minutes neither the answer can be edited nor a message follow."""

    async def scene(api: Api) -> None:
        path, used = await interaction(api)
        await api.call("POST", path, {"type": 5})
        act = await used
        api.server.faults.expire_interactions()
        hook = f"/webhooks/{api.server.application_id}/{act.token}"
        answers = [
            await api.call("PATCH", f"{hook}/messages/@original", {"content": "late"}),
            await api.call("POST", hook, {"content": "late"}),
        ]
        assert [(status, body["code"]) for status, body in answers] == [(401, 50027)] * 2
        assert act.original.loading

    play(scene)
