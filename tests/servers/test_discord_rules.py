"""The local Discord refuses what the real one refuses, in the same words."""

from __future__ import annotations

import asyncio
from typing import Any

import aiohttp
import pytest

from tests.servers.discord import discord_server
from tests.servers.plain_api import Api, button, menu, play, row, where

V2 = 1 << 15


def text(content: str) -> dict[str, Any]:
    """A text display."""
    return {"type": 10, "content": content}


def embeds(*given: dict[str, Any]) -> dict[str, Any]:
    return {"embeds": list(given)}


def parts(*given: dict[str, Any], flags: int = 0) -> dict[str, Any]:
    return {"components": list(given), "flags": flags}


TOO_LONG = "BASE_TYPE_MAX_LENGTH"
BAD_LENGTH = "BASE_TYPE_BAD_LENGTH"
NEEDED = "BASE_TYPE_REQUIRED"
CHOICE = "BASE_TYPE_CHOICES"
FAR = "MAX_EMBED_SIZE_EXCEEDED"
LOST = "UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND"
MALFORMED = [
    ({"content": "x" * 2001}, f"content {TOO_LONG}"),
    ({"content": "x", "nonce": "n" * 26}, f"nonce {TOO_LONG}"),
    (embeds(*[{"title": "t"}] * 11), f"embeds {TOO_LONG}"),
    (embeds({"title": "x" * 257}), f"embeds.0.title {TOO_LONG}"),
    (embeds({"description": "x" * 4097}), f"embeds.0.description {TOO_LONG}"),
    (embeds({"footer": {"text": "x" * 2049}}), f"embeds.0.footer.text {TOO_LONG}"),
    (embeds({"author": {"name": "x" * 257}}), f"embeds.0.author.name {BAD_LENGTH}"),
    (embeds({"fields": [{"name": "", "value": "v"}]}), f"embeds.0.fields.0.name {NEEDED}"),
    (
        embeds({"fields": [{"name": "n", "value": "x" * 1025}]}),
        f"embeds.0.fields.0.value {BAD_LENGTH}",
    ),
    (embeds({"fields": [{"name": "n", "value": "v"}] * 26}), f"embeds.0.fields {TOO_LONG}"),
    (embeds(*[{"description": "x" * 3001}] * 2), f"embeds {FAR}"),
    (embeds({"color": 3}), f"embeds.0.description {NEEDED}"),
    (embeds({"image": {"url": "attachment://no.png"}}), f"embeds.0.image.url {LOST}"),
    (parts(*[row(button())] * 6), f"components {TOO_LONG}"),
    (parts(button()), f"components.0.type {CHOICE}"),
    (parts(row()), f"components.0.components {NEEDED}"),
    (
        parts(row(button(label="x" * 81))),
        f"components.0.components.0.label {TOO_LONG}",
    ),
    (
        parts(row(button(custom_id="x" * 101))),
        f"components.0.components.0.custom_id {BAD_LENGTH}",
    ),
    (
        parts(row(button(custom_id=None))),
        f"components.0.components.0.custom_id {NEEDED}",
    ),
    (parts(row(button(), button())), "components COMPONENT_CUSTOM_ID_DUPLICATED"),
    (
        parts(row(button(label=None))),
        "components.0.components.0 BUTTON_COMPONENT_INVALID_EMPTY",
    ),
    (
        parts(row(button(style=5, custom_id=None, url="ftp://x"))),
        "components.0.components.0.url URL_TYPE_INVALID_SCHEME",
    ),
    (
        parts(row(menu("a"), button())),
        "components.0.components COMPONENT_LAYOUT_WIDTH_EXCEEDED",
    ),
    (
        parts(row(menu(*[f"o{n}" for n in range(26)]))),
        f"components.0.components.0.options {BAD_LENGTH}",
    ),
    (
        parts(row(menu("a", "a"))),
        "components.0.components.0.options.1.value SELECT_COMPONENT_OPTION_VALUE_DUPLICATED",
    ),
    (
        parts(row(menu("x" * 101))),
        f"components.0.components.0.options.0.label {BAD_LENGTH}",
    ),
    (
        parts(row(menu("a", placeholder="x" * 151))),
        f"components.0.components.0.placeholder {TOO_LONG}",
    ),
    (parts(text("hi")), f"components.0.type {CHOICE}"),
    (
        parts(text("hi"), flags=V2) | {"content": "too"},
        "content MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2",
    ),
    (
        parts(*[text("x")] * 41, flags=V2),
        "components COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED",
    ),
    (
        parts(text("x" * 2001), text("x" * 2000), flags=V2),
        "components COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED",
    ),
    (
        parts({"type": 13, "file": {"url": "attachment://no.csv"}}, flags=V2),
        f"components.0.file.url {LOST}",
    ),
    (
        parts({"type": 9, "components": [text("x")]}, flags=V2),
        f"components.0.accessory {NEEDED}",
    ),
    (
        {"content": "x", "allowed_mentions": {"parse": ["users"], "users": ["1"]}},
        "allowed_mentions MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE",
    ),
    (
        {"content": "x", "message_reference": {"message_id": "1"}},
        "message_reference REPLYING_UNKNOWN_MESSAGE",
    ),
]


def test_malformed_messages_are_refused() -> None:
    """Every limit of a message is held, and the answer says where it was passed."""

    async def scene(api: Api) -> None:
        for body, expected in MALFORMED:
            status, refused = await api.send(body)
            assert (status, refused["code"]) == (400, 50035), expected
            assert expected in where(refused["errors"])
        assert api.server.seen(api.channel) == []
        assert all(refusal.malformed for refusal in api.server.refusals)

    play(scene)


def test_what_just_fits_is_taken() -> None:
    """Bodies at their limits are no mistake."""

    async def scene(api: Api) -> None:
        fitting: list[dict[str, Any]] = [
            {"content": "x" * 2000, "nonce": "n" * 25},
            embeds({"description": "x" * 4096}, {"description": "x" * 1904}),
            parts(*[row(*[button(custom_id=f"{r}{n}") for n in range(5)]) for r in range(5)]),
            parts(row(menu(*[f"o{n}" for n in range(25)]))),
            parts(*[text("x" * 100)] * 40, flags=V2),
        ]
        statuses = [(await api.send(body))[0] for body in fitting]
        assert statuses == [200] * len(fitting)

    play(scene)


def test_empty_messages_are_refused() -> None:
    """A message that would show nothing has its own code."""

    async def scene(api: Api) -> None:
        answers = [await api.send(body) for body in ({}, {"content": " \n"}, {"embeds": []})]
        assert [(status, body["code"]) for status, body in answers] == [(400, 50006)] * 3

    play(scene)


def test_a_refused_payload_fails_the_test() -> None:
    """At the end of the block a malformed payload is an error, unless the test cleared it."""

    async def run() -> None:
        async with discord_server() as server, aiohttp.ClientSession() as session:
            await Api(server, session).send({"content": "x" * 2001})

    with pytest.raises(AssertionError, match=r"content.*2000 or fewer"):
        asyncio.run(run())


def test_permissions_are_asked_for() -> None:
    """What the bot may not do in a channel is refused with the code for it."""

    async def scene(api: Api) -> None:
        server = api.server
        silent = server.add_channel(api.guild, "silent", forbid={"send_messages"})
        hidden = server.add_channel(api.guild, "hidden", forbid={"view_channel"})
        answers = [await api.send({"content": "x"}, channel=one) for one in (silent, hidden, 1)]
        assert [(status, body["code"]) for status, body in answers] == [
            (403, 50013),
            (403, 50001),
            (404, 10003),
        ]
        server.forbid(api.channel, {"attach_files", "create_public_threads"})
        said = await server.say(api.ada, api.channel, "hi")
        path = f"/channels/{api.channel}/messages/{said}/threads"
        answers = [await api.upload({}, 1), await api.call("POST", path, {"name": "work"})]
        assert [(status, body["code"]) for status, body in answers] == [(403, 50013)] * 2

    play(scene)


def test_uploads_have_a_limit_by_guild() -> None:
    """Files over the guild's limit are refused as too large, and more than ten never fit."""

    async def scene(api: Api) -> None:
        most = 10 << 20
        assert (await api.upload({}, most))[0] == 200
        status, body = await api.upload({}, most + 1)
        assert (status, body["code"]) == (413, 40005)
        assert (await api.upload({}, *[1] * 10))[0] == 200
        assert (await api.upload({}, *[1] * 11))[0] == 400
        api.server.world.guilds[api.guild].tier = 2
        assert (await api.upload({}, most + 1))[0] == 200

    play(scene)


def test_only_own_messages_are_edited() -> None:
    """Another's message cannot be changed; one that is gone is unknown."""

    async def scene(api: Api) -> None:
        said = await api.server.say(api.ada, api.channel, "hi")
        path = f"/channels/{api.channel}/messages/"
        status, body = await api.call("PATCH", f"{path}{said}", {"content": "no"})
        assert (status, body["code"]) == (403, 50005)
        await api.server.delete_message(api.channel, said)
        status, body = await api.call("GET", f"{path}{said}")
        assert (status, body["code"]) == (404, 10008)

    play(scene)


def test_archived_threads_are_still() -> None:
    """In an archived thread nothing is edited; a new message opens it again."""

    async def scene(api: Api) -> None:
        said = await api.server.say(api.ada, api.channel, "hi")
        path = f"/channels/{api.channel}/messages/{said}/threads"
        thread = int((await api.call("POST", path, {"name": "work"}))[1]["id"])
        sent = (await api.send({"content": "one"}, channel=thread))[1]
        await api.server.archive(thread)
        path = f"/channels/{thread}/messages/{sent['id']}"
        status, body = await api.call("PATCH", path, {"content": "two"})
        assert (status, body["code"]) == (400, 50083)
        assert (await api.send({"content": "again"}, channel=thread))[0] == 200
        assert (await api.call("PATCH", path, {"content": "two"}))[0] == 200

    play(scene)


def test_closed_direct_messages() -> None:
    """A person who takes no direct messages gets none."""

    async def scene(api: Api) -> None:
        shy = api.server.add_person("shy", accepts_direct=False)
        opened = await api.call("POST", "/users/@me/channels", {"recipient_id": str(shy)})
        status, body = await api.send({"content": "hi"}, channel=int(opened[1]["id"]))
        assert (status, body["code"]) == (403, 50007)

    play(scene)


def test_the_token_is_asked_for() -> None:
    """A wrong token is unauthorised, with Discord's body and no charset in its type."""

    async def scene(api: Api) -> None:
        wrong = {"headers": {"Authorization": "Bot wrong"}}
        status, body = await api.call("GET", "/users/@me", **wrong)
        assert (status, body) == (401, {"message": "401: Unauthorized", "code": 0})

    play(scene)


def test_the_type_of_a_body_is_asked_for() -> None:
    """A body that is neither JSON nor a form is refused, broken JSON too."""

    async def scene(api: Api) -> None:
        path = f"/channels/{api.channel}/messages"
        plain = {"headers": {"Content-Type": "text/plain"}}
        broken = {"headers": {"Content-Type": "application/json"}, "data": "{"}
        answers = [
            await api.call("POST", path, {"content": "x"}, **plain),
            await api.call("POST", path, **broken),
            await api.call("POST", path, {"embeds": "x"}),
        ]
        assert [body["code"] for _, body in answers] == [50035, 50109, 50035]

    play(scene)
