"""Which chat model thinks: the offline one, or any OpenAI-compatible server."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.errors import SetupError
from bot.settings import Settings

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

TIMEOUT_S = 60.0


def check_model(settings: Settings) -> None:
    """See that `MLOPS_MODEL` names a model that can be opened, without loading anything.

    Raises:
        SetupError: The name has no known form, or its key is missing.
    """
    provider, _, name = settings.model.partition(":")
    if provider == "openai" and name:
        if settings.openai_api_key is None:
            raise SetupError("MLOPS_MODEL names an OpenAI model, but OPENAI_API_KEY is not set.")
    elif settings.model != "offline":
        raise SetupError(
            f"MLOPS_MODEL is {settings.model!r}; write offline, or openai:<model name>."
        )


def open_model(settings: Settings) -> BaseChatModel:
    """The chat model that `MLOPS_MODEL` names.

    Raises:
        SetupError: As `check_model`.
    """
    check_model(settings)
    if settings.model == "offline":
        return offline_model()
    return _openai(settings, settings.model.partition(":")[2])


def offline_model() -> BaseChatModel:
    """The brain that needs no server and no key."""
    from bot.agent.offline.model import OfflineChatModel

    return OfflineChatModel()


def _openai(settings: Settings, name: str) -> BaseChatModel:
    from langchain_openai import ChatOpenAI

    return ChatOpenAI(
        model=name,
        api_key=settings.openai_api_key,
        base_url=settings.openai_base_url,
        max_retries=0,
        timeout=TIMEOUT_S,
        temperature=0,
        streaming=True,
        stream_usage=True,
        use_responses_api=False if settings.openai_base_url else None,
    )
