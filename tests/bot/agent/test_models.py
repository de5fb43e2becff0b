"""Which model opens, what it needs, and how long it is waited for."""

from __future__ import annotations

import asyncio
import tomllib
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from bot.agent.core import ALONE
from bot.agent.models import PROVIDERS, check_model, open_model, request_extras
from bot.agent.patience import patiently, retry_after
from bot.app import App
from bot.errors import SetupError
from bot.settings import Settings
from tests.architecture.sources import ROOT
from tests.bot.agent.online import act, call
from tests.bot.stage import message, settings_for, words
from tests.servers.openai import Fails, OpenAIServer, Says, Step

MISSING = [name for name, each in PROVIDERS.items() if find_spec(each.package) is None]


def named(tmp_path: Path, model: str, **more: Any) -> Settings:
    return settings_for(tmp_path, model=model, **more)


@pytest.mark.parametrize("name", sorted(PROVIDERS))
def test_a_provider_has_an_extra_that_brings_its_package(name: str) -> None:
    """What the sentence about a missing package suggests is there to be installed."""
    provider = PROVIDERS[name]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = project["project"]["optional-dependencies"][provider.extra]
    assert [line.split(">=")[0].replace("-", "_") for line in wanted] == [provider.package]


@pytest.mark.parametrize("name", MISSING)
def test_a_missing_package_is_named(name: str, tmp_path: Path) -> None:
    """A provider whose package is not installed is told with the extra that brings it."""
    with pytest.raises(SetupError, match=f"--extra {PROVIDERS[name].extra}"):
        check_model(named(tmp_path, f"{name}:some-model"))


@pytest.mark.parametrize("model", ["clippy", "clippy:2", "openai:", "anthropic:", "openai"])
def test_an_unknown_model_is_told_with_those_there_are(model: str, tmp_path: Path) -> None:
    """A name of no known form is refused in a sentence that lists the forms."""
    with pytest.raises(SetupError, match=r"write offline.*openai:….*anthropic:…"):
        check_model(named(tmp_path, model))


def test_a_compatible_server_may_want_no_key(tmp_path: Path) -> None:
    """With an address of its own a model opens without a key; at OpenAI it does not."""
    with pytest.raises(SetupError, match="OPENAI_API_KEY"):
        check_model(named(tmp_path, "openai:gpt"))
    open_model(named(tmp_path, "openai:gpt", openai_base_url="http://127.0.0.1:1/v1"))


@pytest.mark.parametrize(
    ("more", "responses"),
    [
        ({"openai_base_url": "http://127.0.0.1:1/v1"}, False),
        ({"openai_api_key": "sk-x"}, None),
        ({"openai_api_key": "sk-x", "openai_api": "chat"}, False),
        ({"openai_base_url": "http://127.0.0.1:1/v1", "openai_api": "responses"}, True),
    ],
)
def test_which_api_is_spoken(more: dict[str, str], responses: bool | None, tmp_path: Path) -> None:
    """Compatible servers get chat completions unless told so; at OpenAI its client picks."""
    model: Any = open_model(named(tmp_path, "openai:gpt", **more))
    assert model.use_responses_api is responses
    assert model.max_retries == 0


@pytest.mark.parametrize(
    ("model", "extras"),
    [
        ("openai:x", {"parallel_tool_calls": False}),
        ("anthropic:x", {"parallel_tool_calls": False}),
        ("ollama:x", {}),
        ("offline", {}),
    ],
)
def test_one_call_at_a_time_is_asked_where_that_is_known(
    model: str, extras: dict[str, Any], tmp_path: Path
) -> None:
    """A provider that does not know the wish is not told it, as it would refuse the request."""
    assert request_extras(named(tmp_path, model)) == extras


def test_answers_in_blocks(tmp_path: Path) -> None:
    """Over the responses API calls run, results are read, and blocks become the reply's words."""
    script: list[Step] = [
        Says("Let me note it.", calls=(call("remember_fact", fact="paid means repaid"),)),
        Says("I will remember that."),
    ]

    async def scene(app: App, server: OpenAIServer) -> None:
        reply = await app.assistant.answer(message("paid means repaid, note that", "E1"))
        assert "I will remember that." in words(reply)
        assert ALONE not in words(reply)
        sent = server.requests[1]["input"]
        [result] = [item for item in sent if item.get("type") == "function_call_output"]
        assert "Remembered fact 1" in result["output"]
        [asked] = [item for item in sent if item.get("type") == "function_call"]
        assert asked["call_id"] == result["call_id"]

    act(tmp_path, script, scene, openai_api="responses")


def test_a_long_wait_is_not_waited(tmp_path: Path) -> None:
    """A server that asks for more time than there is is done without at once."""

    async def scene(app: App, server: OpenAIServer) -> None:
        await asyncio.to_thread(app.agent)
        begun = asyncio.get_running_loop().time()
        reply = await app.assistant.answer(message("remember: paid means repaid", "E1"))
        assert ALONE in words(reply)
        assert "Remembered" in words(reply)
        assert len(server.requests) == 1
        assert asyncio.get_running_loop().time() - begun < 15

    act(tmp_path, [Fails(429, {"Retry-After": "120"})] * 9, scene, model_timeout_s=20)


def test_a_short_wait_is_waited(tmp_path: Path) -> None:
    """A server that asks for a little time gets it, and nobody notices."""

    async def scene(app: App, server: OpenAIServer) -> None:
        reply = await app.assistant.answer(message("hello", "E1"))
        assert words(reply).strip() == "Hello there."
        first, second = server.at
        assert second - first >= 0.8

    act(tmp_path, [Fails(429, {"Retry-After": "0.8"}), Says("Hello there.")], scene)


def test_a_used_up_quota_is_not_tried_again(tmp_path: Path) -> None:
    """Money that is used up does not come back within a turn."""

    async def scene(app: App, server: OpenAIServer) -> None:
        reply = await app.assistant.answer(message("hello", "E1"))
        assert ALONE in words(reply)
        assert len(server.requests) == 1

    act(tmp_path, [Fails(429, code="insufficient_quota")] * 9, scene)


class Refused(Exception):
    """A fault with an answer of the server."""

    is_retryable = True

    def __init__(self, **headers: str) -> None:
        super().__init__("refused")
        self.response = type("Response", (), {"headers": headers})()


@pytest.mark.parametrize(
    ("told", "seconds"),
    [("3", 3.0), ("0.5", 0.5), ("-1", 0.0), ("soon", 0.0), ("", 0.0), ("nan", 0.0)],
)
def test_what_a_server_asks_for(told: str, seconds: float) -> None:
    """`Retry-After` is read in seconds; what cannot be read asks for nothing."""
    assert retry_after(Refused(**{"retry-after": told})) == seconds


def test_a_server_may_name_a_moment() -> None:
    """`Retry-After` may be a date."""
    moment = format_datetime(datetime.now(UTC) + timedelta(seconds=60), usegmt=True)
    assert 50 < retry_after(Refused(**{"retry-after": moment})) <= 60


def test_a_fault_without_an_answer_asks_for_nothing() -> None:
    """A connection that breaks says nothing of when to come back."""
    assert retry_after(ConnectionError("gone")) == 0.0


def test_who_never_answers_is_left(tmp_path: Path) -> None:
    """Waiting ends at the limit, tries and pauses included."""

    async def refuse() -> None:
        raise Refused(**{"retry-after": "0.2"})

    async def run() -> float:
        begun = asyncio.get_running_loop().time()
        with pytest.raises(Refused):
            await patiently(refuse, timeout_s=0.6)
        return asyncio.get_running_loop().time() - begun

    assert asyncio.run(run()) < 0.6
