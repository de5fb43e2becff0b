"""Asks GitHub's REST API with githubkit, and says in our words what went wrong."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, TypeAlias
from urllib.parse import urljoin, urlsplit

import httpx
from githubkit import AppInstallationAuthStrategy, GitHub, TokenAuthStrategy
from githubkit.cache import MemCacheStrategy
from githubkit.exception import (
    GitHubException,
    RateLimitExceeded,
    RequestError,
    RequestFailed,
    RequestTimeout,
)

from tools.cards import shown, span
from tools.workflows.access import Access, Token
from tools.workflows.errors import Busy, Denied, Missing, Rejected, Unanswered

JSON: Final = "application/vnd.github+json"
VERSION: Final = "2022-11-28"
TIMEOUT_S: Final = 20.0
_PAUSE_S: Final = 60.0
_MOST_PAUSE_S: Final = 3_600.0
_PAGES: Final = 10
_REDIRECTS: Final = 3
_LATER: Final = "Try again in a moment."

Answer: TypeAlias = httpx.Response


class GitHubApi:
    """Requests with the documented headers; every failure is one of `tools.workflows.errors`.

    Args:
        access: Who asks.
        url: Of the API: `https://api.github.com`, or `https://HOST/api/v3` of an own server.
    """

    def __init__(self, access: Access, *, url: str) -> None:
        self.url = url.rstrip("/")
        self._github = GitHub(
            _strategy(access),
            base_url=self.url,
            user_agent="mlops-assistant",
            timeout=TIMEOUT_S,
            follow_redirects=False,
            ssl_verify=httpx.create_ssl_context(),  # made once, as that takes a while
            cache_strategy=MemCacheStrategy(),
            http_cache=False,
            auto_retry=False,
        )

    def get(
        self, path: str, *, about: str, params: Mapping[str, Any] | None = None, accept: str = JSON
    ) -> Answer:
        """What is at a path; `about` names it for people."""
        return self._ask("GET", path, about=about, params=params, accept=accept)

    def get_object(
        self, path: str, *, about: str, params: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        """A JSON object."""
        return _object(self.get(path, about=about, params=params), about)

    def get_pages(
        self, path: str, key: str, *, about: str, params: Mapping[str, Any], most: int
    ) -> list[dict[str, Any]]:
        """The items under `key`, page after page as the server links them, at most so many."""
        found: list[dict[str, Any]] = []
        asked = {**params, "per_page": min(most, 100)}
        answer = self.get(path, about=about, params=asked)
        for _ in range(_PAGES):
            items = _object(answer, about).get(key)
            found += [item for item in items or () if isinstance(item, dict)]
            following = answer.links.get("next", {}).get("url", "")
            if len(found) >= most or not following or not self._ours(following):
                break
            answer = self.get(following, about=about)
        return found[:most]

    def post(self, path: str, body: Mapping[str, Any] | None = None, *, about: str) -> Answer:
        """Ask for something to be done."""
        return self._ask("POST", path, about=about, body=body)

    def post_object(self, path: str, body: Mapping[str, Any], *, about: str) -> dict[str, Any]:
        """Ask for something to be made; what was made."""
        return _object(self.post(path, body, about=about), about)

    def fetch(self, path: str, *, about: str, most: int) -> Iterator[bytes]:
        """The bytes of a file, from where the server sends us for it; our token stays here.

        Raises:
            Rejected: It is larger than `most` bytes.
        """
        answer = self.get(path, about=about)
        if not answer.has_redirect_location:
            yield answer.content[-most:]
            return
        place = urljoin(str(answer.url), answer.headers["location"])
        if urlsplit(place).scheme not in {"https", urlsplit(self.url).scheme}:
            raise Unanswered(f"GitHub sends me to an unsafe place for {about}.")
        try:
            with httpx.stream("GET", place, timeout=TIMEOUT_S, follow_redirects=False) as stream:
                if stream.status_code != httpx.codes.OK:
                    raise _expired(stream.status_code, about)
                size = 0
                for part in stream.iter_bytes():
                    size += len(part)
                    if size > most:
                        raise Rejected(f"{_start(about)} is too large to be read here.")
                    yield part
        except httpx.HTTPError as error:
            raise Unanswered(f"{_start(about)} cannot be fetched now.", _LATER) from error

    def _ask(
        self,
        method: str,
        path: str,
        *,
        about: str,
        params: Mapping[str, Any] | None = None,
        body: Mapping[str, Any] | None = None,
        accept: str = JSON,
    ) -> Answer:
        url = path
        for _ in range(_REDIRECTS):
            answer = self._once(method, url, about=about, params=params, body=body, accept=accept)
            moved = urljoin(str(answer.url), answer.headers.get("location", ""))
            if answer.status_code not in {301, 302, 307, 308} or not self._ours(moved):
                return answer
            url, params = moved, None  # a repository that was renamed
        return answer

    def _once(
        self,
        method: str,
        url: str,
        *,
        about: str,
        params: Mapping[str, Any] | None,
        body: Mapping[str, Any] | None,
        accept: str,
    ) -> Answer:
        headers = {"Accept": accept, "X-GitHub-Api-Version": VERSION}
        try:
            return self._github.request(
                method, url, params=params, json=body, headers=headers
            ).raw_response
        except RateLimitExceeded as error:
            raise _busy(error.retry_after.total_seconds()) from error
        except RequestFailed as error:
            raise _refusal(error.response.raw_response, about) from error
        except RequestTimeout as error:
            raise Unanswered(f"GitHub does not answer ({self._host}).", _LATER) from error
        except RequestError as error:
            if not isinstance(error.exc, httpx.HTTPError):
                raise Denied(_NO_KEY, _CREDENTIALS) from error
            arrived = not isinstance(error.exc, httpx.ConnectError)
            hint = "Check GITHUB_API_URL, or try again later."
            raise Unanswered(
                f"GitHub cannot be reached ({self._host}).", hint, arrived=arrived
            ) from error
        except ValueError as error:  # a Retry-After that is no number
            raise _busy(_PAUSE_S) from error
        except GitHubException as error:
            raise Denied(_NO_KEY, _CREDENTIALS) from error

    @property
    def _host(self) -> str:
        return urlsplit(self.url).netloc

    def _ours(self, url: str) -> bool:
        there, here = urlsplit(url), urlsplit(self.url)
        return (there.scheme, there.netloc) == (here.scheme, here.netloc)


_NO_KEY: Final = "GitHub cannot be asked with these credentials."
_CREDENTIALS: Final = (
    "Check GITHUB_TOKEN, or GITHUB_APP_ID, GITHUB_APP_KEY_FILE and GITHUB_INSTALLATION_ID."
)


def _strategy(access: Access) -> TokenAuthStrategy | AppInstallationAuthStrategy:
    if isinstance(access, Token):
        return TokenAuthStrategy(access.value)
    return AppInstallationAuthStrategy(access.app_id, access.private_key, access.installation_id)


def _object(answer: Answer, about: str) -> dict[str, Any]:
    try:
        value = answer.json()
    except ValueError:
        value = None
    if not isinstance(value, dict):
        raise Unanswered(
            f"What came back for {about} is not an answer of GitHub's API.", "Check GITHUB_API_URL."
        )
    return value


def _refusal(answer: Answer, about: str) -> Missing | Denied | Rejected | Unanswered:
    status, said = answer.status_code, _message(answer)
    if status in {404, 410}:
        return Missing(
            f"GitHub shows no {about}.",
            "It is not there, or the token may not see it; `python -m bot doctor` tells.",
        )
    if status == 401:
        return Denied("GitHub does not accept the token any more.", _CREDENTIALS)
    if status == 429 or (status == 403 and "rate limit" in said.lower()):
        return _busy(_PAUSE_S)
    if status == 403:
        return Denied(
            f"GitHub does not let this token do that with {about}: {said}",
            "It needs the permission Actions: read and write on the repository (classic: repo).",
        )
    if status < 500:
        return Rejected(f"GitHub refuses this for {about}: {said}")
    return Unanswered(f"GitHub has trouble of its own (status {status}).", _LATER)


def _message(answer: Answer) -> str:
    """What GitHub says about a failure, its list of errors included; safe to be shown."""
    try:
        value = answer.json()
    except ValueError:
        value = None
    if not isinstance(value, dict):
        return f"status {answer.status_code}."
    more = value.get("errors")
    parts = [value.get("message"), *(more if isinstance(more, list) else [])]
    texts = [part.get("message") if isinstance(part, dict) else part for part in parts]
    said = "; ".join(text.rstrip(".") for text in texts if isinstance(text, str) and text)
    return f"{shown(said, 300) or f'status {answer.status_code}'}."


def _busy(seconds: float) -> Busy:
    after = min(max(seconds, 1.0), _MOST_PAUSE_S)
    return Busy(f"GitHub asks to wait: its rate limit is used up for {span(after)}.", after_s=after)


def _expired(status: int, about: str) -> Missing | Unanswered:
    if status in {404, 410}:
        return Missing(f"{_start(about)} is not kept any more.")
    return Unanswered(f"{_start(about)} cannot be fetched now (status {status}).", _LATER)


def _start(about: str) -> str:
    return about[:1].upper() + about[1:]
