"""Which chat model thinks: the offline one, OpenAI's or a compatible server's, or another's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Final

from pydantic import SecretStr

from bot.errors import SetupError
from bot.settings import Settings

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

TIMEOUT_S: Final = 60.0
"""For one piece of an answer, in seconds; the whole of it has its own limit."""

_NO_KEY: Final = SecretStr("none")
"""Sent to a compatible server that wants no key; the client needs something to send."""


@dataclass(frozen=True, slots=True)
class Provider:
    """A provider under LangChain's own name for it.

    Attributes:
        package: What must be installed.
        extra: The extra of this project that brings it.
        key: The setting that has its key; "" where it wants none.
    """

    package: str
    extra: str
    key: str = ""


PROVIDERS: Final[Mapping[str, Provider]] = {
    "anthropic": Provider("langchain_anthropic", "anthropic", "anthropic_api_key"),
    "google_genai": Provider("langchain_google_genai", "google", "google_api_key"),
    "ollama": Provider("langchain_ollama", "ollama"),
}
"""Those besides OpenAI that are reached through a package of their own."""


def check_model(settings: Settings) -> None:
    """See that `MLOPS_MODEL` names a model that can be opened, without loading anything.

    Raises:
        SetupError: The name has no known form, or its package or its key is missing.
    """
    provider, _, name = settings.model.partition(":")
    if settings.model == "offline":
        return
    if provider == "openai" and name:
        if settings.openai_api_key is None and not settings.openai_base_url:
            raise SetupError("MLOPS_MODEL names an OpenAI model, but OPENAI_API_KEY is not set.")
        return
    if provider not in PROVIDERS or not name:
        known = ", ".join(f"{each}:…" for each in ("openai", *PROVIDERS))
        raise SetupError(
            f"MLOPS_MODEL is {settings.model!r}; write offline, or a provider and its model: "
            f"{known}."
        )
    _check_provider(settings, provider)


def _check_provider(settings: Settings, name: str) -> None:
    provider = PROVIDERS[name]
    if find_spec(provider.package) is None:
        raise SetupError(
            f"MLOPS_MODEL names a model of {name}, whose package is not installed: "
            f"uv sync --extra {provider.extra}, or "
            f"pip install {provider.package.replace('_', '-')}."
        )
    if provider.key and getattr(settings, provider.key) is None:
        key = Settings.model_fields[provider.key].alias
        raise SetupError(f"MLOPS_MODEL names a model of {name}, but {key} is not set.")


def open_model(settings: Settings) -> BaseChatModel:
    """The chat model that `MLOPS_MODEL` names.

    Raises:
        SetupError: As `check_model`.
    """
    check_model(settings)
    provider, _, name = settings.model.partition(":")
    if settings.model == "offline":
        return offline_model()
    return _openai(settings, name) if provider == "openai" else _other(settings, provider, name)


def request_extras(settings: Settings) -> dict[str, Any]:
    """What the model's provider is told with each request, where it knows it: one call at a time.

    Of several calls in one answer only the first is made anyway; being told saves the others.
    """
    knows = settings.model.partition(":")[0] in ("openai", "anthropic")
    return {"parallel_tool_calls": False} if knows else {}


def offline_model() -> BaseChatModel:
    """The brain that needs no server and no key."""
    from bot.agent.offline.model import OfflineChatModel

    return OfflineChatModel()


def _openai(settings: Settings, name: str) -> BaseChatModel:
    from langchain_openai import ChatOpenAI

    return ChatOpenAI(
        model=name,
        api_key=settings.openai_api_key or _NO_KEY,
        base_url=settings.openai_base_url,
        max_retries=0,
        timeout=TIMEOUT_S,
        temperature=0,
        streaming=True,
        stream_usage=True,
        use_responses_api=_uses_responses(settings),
    )


def _uses_responses(settings: Settings) -> bool | None:
    """Whether to speak the responses API; None: as OpenAI's client thinks right for the model.

    Compatible servers rarely know it, so they are spoken to in chat completions unless told
    otherwise.
    """
    if settings.openai_api == "auto":
        return False if settings.openai_base_url else None
    return settings.openai_api == "responses"


def _other(settings: Settings, provider: str, name: str) -> BaseChatModel:
    from langchain.chat_models import init_chat_model

    told: dict[str, Any] = {"temperature": 0}
    if provider == "ollama":
        told |= {"base_url": settings.ollama_host, "client_kwargs": {"timeout": TIMEOUT_S}}
    else:
        key = getattr(settings, PROVIDERS[provider].key)
        told |= {"api_key": key, "max_retries": 0, "timeout": TIMEOUT_S}
    model: BaseChatModel = init_chat_model(name, model_provider=provider, **told)
    return model
