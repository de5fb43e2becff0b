"""Recorded payloads of the gateway, and what they mean."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bot.messages import Press
from bot.platforms.discord import incoming
from bot.platforms.discord.incoming import Said, concerns, is_withheld, keep_message
from bot.platforms.discord.places import Place
from bot.platforms.discord.words import Us, read
from storage.catalog.records import Address, Scope

PAYLOADS = Path(__file__).parents[3] / "payloads" / "discord"
GUILD, CHANNEL = "1574388971503353857", "1574388971503353859"
US = Us("1574388971482382336", "1574388971503353858")
DANA = "1574388971503353856"
TEXT = Place(CHANNEL, "channel", GUILD)


def payload(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((PAYLOADS / f"{name}.json").read_text())
    return found


def message(**changes: Any) -> dict[str, Any]:
    """A message of Dana, as the documentation has it."""
    author = {"id": DANA, "username": "dana", "global_name": None, "discriminator": "0"}
    return {
        "id": "1574388971918589999",
        "channel_id": CHANNEL,
        "guild_id": GUILD,
        "type": 0,
        "author": author,
        "member": {"nick": "Dana 🐙", "roles": []},
        "content": "",
        "attachments": [],
        "embeds": [],
        "mentions": [],
        "mention_roles": [],
        "mention_everyone": False,
        **changes,
    }


def said(data: dict[str, Any], place: Place = TEXT) -> Said:
    event = keep_message(data, place, US, names={}, whole=False)
    return incoming.said(json.loads(json.dumps(event)))


def asked(name: str) -> Said | None:
    data = payload(name)
    place = incoming.place_in(data)
    assert place is not None
    event = incoming.with_place(incoming.keep_interaction(data), place)
    return incoming.asked(json.loads(json.dumps(event)))


def test_a_mention_with_a_file() -> None:
    """A mention in a channel: words, people, groups and files, and a thread to open."""
    data = payload("mention_with_file")
    assert concerns(data, TEXT, US) == "us"
    found = said(data)
    assert (found.text, found.opens) == (
        "train on churn with @Alice of @{}".format(data["mention_roles"][0]),
        True,
    )
    assert found.address == Address(Scope("discord", GUILD, CHANNEL), data["id"])
    assert found.actor.id == f"discord/{GUILD}/{DANA}"
    assert [(file.name, file.size) for file in found.files] == [("churn.csv", 8)]
    assert sorted(found.people) == [f"@{data['mention_roles'][0]}", "@Alice"]


def test_a_message_in_a_thread() -> None:
    """In a thread it depends on whether the assistant takes part."""
    data = payload("thread_message")
    place = Place(data["channel_id"], "thread", GUILD, CHANNEL)
    assert concerns(data, place, US) == "perhaps"
    found = said(data, place)
    assert (found.text, found.opens) == ("and deploy it", False)
    assert found.address == Address(Scope("discord", GUILD, CHANNEL), data["channel_id"])


def test_a_reply() -> None:
    """A reply to a message of ours is for us."""
    data = payload("reply")
    assert concerns(data, TEXT, US) == "us"
    assert said(data).text == "why?"


def test_a_direct_message() -> None:
    """A direct message is a channel of its own, without threads."""
    data = payload("direct_message")
    place = Place(data["channel_id"], "direct")
    assert concerns(data, place, US) == "us"
    assert said(data, place).address == Address(Scope("discord", "dm", data["channel_id"]))


@pytest.mark.parametrize("name", ["button", "button_of_form"])
def test_a_button(name: str) -> None:
    """A click says which button of which reply, and where the card is."""
    found = asked(name)
    assert found is not None
    assert (found.source, found.press, found.private) == ("press", Press(12, 0), False)
    assert found.address.thread == payload(name)["message"]["id"]
    assert incoming.acknowledgement(payload(name)) == {"type": 6}


def test_a_form() -> None:
    """A form that was sent is the click with what was filled in."""
    found = asked("form")
    assert found is not None
    assert found.press == Press(12, 0, {"age": "41", "sex": "male"})


def test_commands() -> None:
    """A command says its sentence; the entry in a menu brings the message's files."""
    ask, use = asked("ask"), asked("use_file")
    assert ask is not None
    assert use is not None
    assert (ask.text, ask.private, incoming.waits(payload("ask"))) == ("train a model", False, True)
    assert ([file.name for file in use.files], use.opens) == (["churn.csv"], True)
    assert incoming.acknowledgement(payload("use_file"))["data"] == {"flags": 64}


def test_a_button_that_is_not_ours() -> None:
    """Components that say nothing we know ask nothing."""
    data = payload("button")
    data["data"]["custom_id"] = "press:12:0:evil"
    event = incoming.with_place(incoming.keep_interaction(data), TEXT)
    assert incoming.asked(event) is None


def test_a_button_on_a_private_message() -> None:
    """What is asked from a private message is answered privately, outside of any thread."""
    data = payload("button")
    data["message"]["flags"] = 64
    found = incoming.asked(incoming.with_place(incoming.keep_interaction(data), TEXT))
    assert found is not None
    assert (found.private, found.address.thread) == (True, "")


@pytest.mark.parametrize(
    "changes",
    [
        {"content": "just talk"},
        {"content": "<@1> can you deploy it?"},
        {"content": f"<@{US.user}> hi", "webhook_id": "5"},
        {"content": f"<@{US.user}> hi", "author": {"id": "9", "username": "bot", "bot": True}},
        {"content": f"<@{US.user}>", "type": 7},
        {"content": "@everyone look", "mention_everyone": True},
    ],
)
def test_what_concerns_nobody(changes: dict[str, Any]) -> None:
    """Talk, other bots, webhooks, system messages and calls to all are not for us."""
    assert concerns(message(**changes), TEXT, US) == "nobody"


@pytest.mark.parametrize(
    "changes",
    [
        {"content": "<@1> can you deploy it?"},
        {"content": " <@&2> look"},
        {"content": "yes", "type": 19, "referenced_message": {"author": {"id": "1"}}},
    ],
)
def test_words_to_others_in_a_thread(changes: dict[str, Any]) -> None:
    """Also where we take part, words to somebody else are not for us."""
    assert concerns(message(**changes), Place("7", "thread", GUILD, CHANNEL), US) == "nobody"


def test_words_about_others_in_a_thread() -> None:
    """Naming somebody later in a sentence is not talking to them, nor is replying to oneself."""
    place = Place("7", "thread", GUILD, CHANNEL)
    own = {"author": {"id": DANA}}
    assert concerns(message(content="make <@1> an approver"), place, US) == "perhaps"
    more = message(content="and this", type=19, referenced_message=own)
    assert concerns(more, place, US) == "perhaps"
    both = message(content=f"<@1> and <@{US.user}>: deploy it")
    assert concerns(both, place, US) == "us"


def test_a_forwarded_file() -> None:
    """A file in a message that was forwarded comes with it."""
    file = {"id": "8", "filename": "a.csv", "size": 3, "url": "https://cdn.discordapp.com/a"}
    data = message(
        content="",
        message_reference={"type": 1, "message_id": "4", "channel_id": "5"},
        message_snapshots=[{"message": {"content": "look", "attachments": [file]}}],
    )
    assert [one.name for one in said(data).files] == ["a.csv"]


def test_the_file_of_the_message_that_is_replied_to() -> None:
    """Who replies to somebody's file with a mention means that file."""
    file = {"id": "8", "filename": "a.csv", "size": 3, "url": "https://cdn.discordapp.com/a"}
    first = message(id="3", author={"id": "1", "username": "al"}, attachments=[file])
    data = message(content=f"<@{US.user}> train", type=19, referenced_message=first)
    [attached] = said(data).files
    assert (attached.name, attached.message) == ("a.csv", "3")


def test_withheld_content() -> None:
    """A message of a person with nothing in it was withheld; a direct one or a sticker is not."""
    assert is_withheld(message(), TEXT)
    assert not is_withheld(message(content="hi"), TEXT)
    assert not is_withheld(message(sticker_items=[{"id": "1"}]), TEXT)
    assert not is_withheld(message(), Place("5", "direct"))


def test_names_are_plain() -> None:
    """Names that people give themselves cannot steer what is shown."""
    found = said(message(content="hi", member={"nick": "Da\u202ena\n`x`"}))
    assert found.actor.name == "Da na x"


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("<@9> train", "train"),
        ("<@!9>: train", "train"),
        ("train, <@9>!", "train, !"),
        ("<@&8> train", "train"),
        ("see <#5> and <#6>", "see #ml and #channel"),
        ("nice <:churn:123> <a:x:4>", "nice :churn: :x:"),
        ("use </ask:77>", "use /ask"),
        ("one\n  two", "one\ntwo"),
        ("a <@1> b <@2> c", "a @Al b @Al-2 c"),
        ("<@3>", "@longtail"),
    ],
)
def test_marks_in_a_text(content: str, text: str) -> None:
    """Mentions, channels, emoji and commands become what people see."""
    mentioned = [
        {"id": "1", "username": "al", "global_name": "Al"},
        {"id": "2", "username": "al2", "global_name": "Al"},
        {"id": "3", "username": "longtail", "global_name": "Long Tail"},
    ]
    found = read(content, Us("9", "8"), mentioned=mentioned, names={"#5": "ml"}, workspace="G")
    assert found.text == text
