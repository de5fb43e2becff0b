"""Words that people see grow: whole sentences, struck, in place, and gone when they break off."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from langchain_core.messages import AIMessageChunk

from bot.agent.core import ALONE
from bot.agent.streaming import Heard, whole_sentences
from bot.app import App
from bot.messages import Draft, Reply, grows, load_reply
from tests.bot.agent.online import act, call
from tests.bot.stage import HERE, load, message, words
from tests.servers.openai import OpenAIServer, Says, Step, Writes

CSV = "town,price\n" + "".join(f"Ulm,{1000 + n}\n" for n in range(40))


def versions(app: App) -> list[Reply]:
    """Every version of the turn's message, in order."""
    with app.catalog.read() as unit:
        return [load_reply(row.body) for row in unit.outbox.list(HERE)]


def drafts(app: App) -> list[str]:
    return [b.text for reply in versions(app) for b in reply.blocks if isinstance(b, Draft)]


async def grown(app: App, text: str) -> None:
    """Wait until people see this draft."""
    while text not in await asyncio.to_thread(drafts, app):
        await asyncio.sleep(0.01)


def test_the_first_words_come_before_the_last(tmp_path: Path) -> None:
    """The first sentence is shown within half a second of being written, the rest to come."""
    script: list[Step] = [Writes(("There are ways. One", " is short. The other is long."))]

    async def scene(app: App, server: OpenAIServer) -> None:
        await asyncio.to_thread(app.agent)
        answering = asyncio.create_task(app.assistant.answer(message("which ways?", "E1")))
        await grown(app, "There are ways.")
        late = asyncio.get_running_loop().time() - server.wrote[0]
        assert not answering.done()
        server.on.release()
        reply = await answering
        assert "There are ways. One is short. The other is long." in words(reply)
        assert late < 0.5

    act(tmp_path, script, scene)


def test_it_is_one_message(tmp_path: Path) -> None:
    """Drafts and the reply are versions of one message; only the reply is done and stored."""

    async def scene(app: App, server: OpenAIServer) -> None:
        answering = asyncio.create_task(app.assistant.answer(message("hello", "E1")))
        await grown(app, "Good morning.")
        server.on.release()
        reply = await answering
        shown = versions(app)
        assert {version.slot for version in shown} == {reply.slot}
        assert [version.done for version in shown] == [False, True]
        with app.catalog.read() as unit:
            [turn] = unit.turns.list(HERE, limit=5)
        assert "draft" not in {block["kind"] for block in turn.blocks}
        assert not grows(reply)

    act(tmp_path, [Writes(("Good morning. What", " shall we do?"))], scene)


def test_drafts_are_struck(tmp_path: Path) -> None:
    """A number that nobody told the model is not even shown while the words grow."""

    async def scene(app: App, server: OpenAIServer) -> None:
        load(app, CSV)
        answering = asyncio.create_task(app.assistant.answer(message("how good is it?", "E1")))
        await grown(app, "There are 40 rows, and the score is [?].")
        server.on.release()
        await answering
        assert "0.97" not in str(versions(app))

    act(tmp_path, [Writes(("There are 40 rows, and the score is 0.97. It", " is fine."))], scene)


def test_a_broken_answer_leaves_nothing(tmp_path: Path) -> None:
    """An answer that breaks off is taken back; the reply has no half sentence of it."""
    broken = Writes(("All is well here. I would now", " go on and"), breaks=True)

    async def scene(app: App, server: OpenAIServer) -> None:
        asked = message("remember: paid means repaid", "E1")
        answering = asyncio.create_task(app.assistant.answer(asked))
        await grown(app, "All is well here.")
        for _ in range(3):
            server.on.release()
        reply = await answering
        assert drafts(app)[-1] == ""
        assert "well" not in words(reply)
        assert ALONE in words(reply)
        assert "Remembered" in words(reply)

    act(tmp_path, [broken] * 3, scene)


def test_an_answer_begun_anew_stands_alone(tmp_path: Path) -> None:
    """After a broken stream the next try begins with nothing of the first."""
    first = Writes(("The first try. It", " breaks"), breaks=True)

    async def scene(app: App, server: OpenAIServer) -> None:
        answering = asyncio.create_task(app.assistant.answer(message("hello", "E1")))
        await grown(app, "The first try.")
        server.on.release()
        reply = await answering
        assert words(reply).strip() == "The second try. It works."
        assert [text for text in drafts(app) if "first" in text and "second" in text] == []

    act(tmp_path, [first, Says("The second try. It works.")], scene)


def test_words_of_a_tool_call_are_taken_back(tmp_path: Path) -> None:
    """What a model mutters before a call is not left standing while the call runs."""
    mutters = Writes(("I have to look. Then", " we will see."), calls=(call("list_facts"),))

    async def scene(app: App, server: OpenAIServer) -> None:
        answering = asyncio.create_task(app.assistant.answer(message("any facts?", "E1")))
        await grown(app, "I have to look.")
        server.on.release()
        reply = await answering
        assert drafts(app) == ["I have to look.", ""]
        assert "None." in words(reply)
        assert "look" not in words(reply)

    act(tmp_path, [mutters, Says("None.")], scene)


def test_one_sentence_before_a_call_is_never_shown(tmp_path: Path) -> None:
    """One sentence with a tool call is no answer, and no draft either."""
    script: list[Step] = [Says("Let me look.", calls=(call("list_facts"),)), Says("None.")]

    async def scene(app: App, server: OpenAIServer) -> None:
        await app.assistant.answer(message("any facts?", "E1"))
        assert drafts(app) == []

    act(tmp_path, script, scene)


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("", ""),
        ("Half a sen", ""),
        ("One.", ""),
        ("One. ", ""),
        ("One. T", "One."),
        ("It has 3.5 rows", ""),
        ("In 2024. Then it", "In 2024."),
        ("Say e.g. this and", ""),
        ("Really? Yes! And", "Really? Yes!"),
        ("“Done.” She went", "“Done.”"),
        ("A line\nand another", "A line"),
        ("1. Load it", ""),
    ],
)
def test_where_a_sentence_ends(text: str, whole: str) -> None:
    """Only what is followed by the beginning of something else is a whole sentence."""
    assert whole_sentences(text) == whole


@given(st.text(alphabet="ab A.?!1 \n“”", max_size=40), st.integers(0, 40))
def test_sentences_only_grow(text: str, cut: int) -> None:
    """What was shown of a growing text stays at its beginning."""
    before = whole_sentences(text[:cut])
    assert whole_sentences(text).startswith(before)


def test_blocks_are_heard_as_text() -> None:
    """Content that comes in blocks is read like a text; what is no text is left out."""
    heard = Heard()
    heard.take(AIMessageChunk([{"type": "reasoning", "summary": [], "index": 0}]))
    heard.take(AIMessageChunk([{"type": "text", "text": "Fine. ", "index": 1}]))
    shown = heard.take(AIMessageChunk([{"type": "text", "text": "And", "index": 1}]))
    assert shown == "Fine."
