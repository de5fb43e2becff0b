"""`web`: the assistant's page in the browser, next to a bot that answers or with one of its own."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import getpass
import hashlib
import hmac
import signal
import socket
import sys
import webbrowser
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Final
from urllib.parse import urlsplit

import uvicorn

from bot.commands.companion import Companion, free_address, listen, who_answers
from bot.errors import SetupError
from bot.keys import secret_of
from bot.platforms.web.page.gate import Tickets
from bot.platforms.web.page.serving import PageSetup, SignIn, page_app
from bot.platforms.web.tokens import LOCAL, Person, mint, person
from bot.settings import Settings, split_address

PORTS: Final = 10
GRACE_S: Final = 3
_LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})


class _Server(uvicorn.Server):
    """Leaves signals to us, so that the bot beside it is ended before the process is."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def run(settings: Settings, options: argparse.Namespace) -> int:
    """Show the page until told to stop; 0 after a clean end."""
    sign_in = sign_in_of(settings)
    host, port = split_address(settings.web)
    ours = listen((host.strip("[]"), port), tries=PORTS if sign_in is None else 1)
    with ours:
        return asyncio.run(_show(settings, sign_in, ours, browser=not options.no_browser))


async def _show(
    settings: Settings, sign_in: SignIn | None, ours: socket.socket, *, browser: bool
) -> int:
    stop = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    secret = secret_of(settings)
    bot, companion = await _find_bot(settings, secret)
    try:
        server, link = _page(settings, sign_in, ours, bot=bot, secret=secret)
        showing = asyncio.create_task(server.serve(sockets=[ours]))
        _tell(link, browser=browser and sign_in is None)
        ended = asyncio.create_task(stop.wait())
        await asyncio.wait({showing, ended}, return_when=asyncio.FIRST_COMPLETED)
        server.should_exit = True
        await showing
    finally:
        if companion is not None:
            await companion.stop()
    return 0


async def _find_bot(settings: Settings, secret: str) -> tuple[str, Companion | None]:
    """The address of a bot that answers, and the bot itself where it was started for this."""
    token = _token(_local(), secret)
    host, port = split_address(settings.http)
    address = f"{'127.0.0.1' if host in ('0.0.0.0', '') else host}:{port}"  # noqa: S104
    answers = await asyncio.to_thread(who_answers, address, token()) if port else "nobody"
    if answers == "bot":
        print(f"The page is for the bot that answers at {address}.")
        return address, None
    log = settings.home / "bot.log"
    companion = Companion(await asyncio.to_thread(free_address, address), log)
    print(f"Starting the bot at {companion.address}; it writes to {log}.")
    await companion.start(token)
    return companion.address, companion


def _page(
    settings: Settings, sign_in: SignIn | None, ours: socket.socket, *, bot: str, secret: str
) -> tuple[uvicorn.Server, str]:
    """The server of the page, and the link to it."""
    host, port = ours.getsockname()[:2]
    origin = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
    tickets = None
    if sign_in is None:
        key = hmac.digest(secret.encode(), b"page", hashlib.sha256)
        renewed = _says(f"{origin}%s", "Another browser opens the page with")
        tickets = Tickets(key, f"assistant_{port}", renewed=renewed)
    setup = PageSetup(
        api=f"http://{bot}",
        secret=secret,
        workspace=settings.web_workspace if sign_in else LOCAL,
        person=_local().user,
        max_upload_mb=settings.max_upload_mb,
        sign_in=sign_in,
    )
    hosts = {f"{name}:{port}" for name in ("127.0.0.1", "localhost", "[::1]")}
    if sign_in is not None:
        hosts.add(urlsplit(sign_in.page_url).netloc.lower())
    config = uvicorn.Config(
        page_app(setup, hosts=frozenset(hosts), tickets=tickets),
        log_level="warning",
        ws="websockets-sansio",
        ws_max_size=(settings.max_upload_mb + 1) << 20,
        timeout_graceful_shutdown=GRACE_S,
    )
    link = f"{origin}{tickets.path}" if tickets is not None else settings.web_url
    return _Server(config), link


def sign_in_of(settings: Settings) -> SignIn | None:
    """How people sign in; None for a page that only this machine reaches.

    Raises:
        SetupError: The page could be reached by somebody whom nobody has asked who they are.
    """
    secret = settings.web_client_secret
    given = {
        "MLOPS_WEB_URL": settings.web_url,
        "MLOPS_WEB_OIDC_URL": settings.web_oidc_url,
        "MLOPS_WEB_CLIENT_ID": settings.web_client_id,
        "MLOPS_WEB_CLIENT_SECRET": secret.get_secret_value() if secret is not None else "",
    }
    host = split_address(settings.web)[0].strip("[]")
    missing = [name for name, value in given.items() if not value]
    if len(missing) == len(given) and host in _LOOPBACK:
        return None
    if missing:
        why = (
            f"MLOPS_WEB={settings.web} can be reached from other machines, so people must sign in"
            if host not in _LOOPBACK
            else "Signing in is set up by half"
        )
        raise SetupError(f"{why}: set {', '.join(missing)} too. docs/web.md says how.")
    url = urlsplit(settings.web_url)
    if url.scheme != "https" and url.hostname not in _LOOPBACK:
        raise SetupError("MLOPS_WEB_URL must begin with https://, or sign-ins could be overheard.")
    return SignIn(
        given["MLOPS_WEB_OIDC_URL"],
        given["MLOPS_WEB_CLIENT_ID"],
        given["MLOPS_WEB_CLIENT_SECRET"],
        settings.web_url,
    )


def _tell(link: str, *, browser: bool) -> None:
    print(f"Open the page with\n\n    {link}\n", flush=True)
    if browser and sys.stdout.isatty():
        with contextlib.suppress(webbrowser.Error):
            found = webbrowser.get()
            if type(found) is not webbrowser.GenericBrowser:  # those draw in this very terminal
                found.open(link)


def _says(address: str, words: str) -> Callable[[str], None]:
    return lambda path: print(f"{words}\n\n    {address % path}\n", flush=True)


def _local() -> Person:
    try:
        return person(getpass.getuser())
    except (ValueError, OSError, KeyError):
        return person("me")


def _token(who: Person, secret: str) -> Callable[[], str]:
    return lambda: mint(who, secret=secret, now=datetime.now(UTC))
