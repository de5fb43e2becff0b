"""One running bot with its API for the tests of a module; each scene has a channel of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator

import pytest

from bot.platforms.web.tokens import Person, person
from tests.surfaces.web import Client, WebPlace, web_place

ADA, GRACE, BOB = (person(name, name=name.title()) for name in ("ada", "grace", "bob"))
APPROVERS = "web/local/grace, web/acme/Boss@Example.com, web/acme/group:ops, web/local/bob@quiet"


class Web:
    """Where scenes are played."""

    def __init__(self, runner: asyncio.Runner, place: WebPlace) -> None:
        self.place = place
        self.channel = ""
        self._runner = runner
        self._count = 0
        self._following: list[asyncio.Task[None]] = []

    def play(self, scene: Callable[[], Awaitable[None]], *, limit_s: float = 120) -> None:
        """Run one scene in a channel of its own."""

        async def run() -> None:
            try:
                async with asyncio.timeout(limit_s):
                    await scene()
            finally:
                await self.hang_up()

        self._count += 1
        self.channel = f"scene-{self._count}"
        self._runner.run(run())

    def follow(self, client: Client, *threads: str) -> None:
        """Let a client read along until the scene ends."""
        self._following.append(asyncio.create_task(client.follow(*threads)))

    async def hang_up(self) -> None:
        """Nobody reads along any more."""
        tasks, self._following = self._following, []
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def client(self, who: Person = ADA, *, channel: str = "", **headers: str) -> Client:
        """A person's program, in the scene's channel unless said otherwise."""
        return self.place.client(who, channel=channel or self.channel, **headers)


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    """A bot whose approvers are named."""
    with asyncio.Runner() as runner:
        opened = web_place(tmp_path_factory.mktemp("home"), approvers=APPROVERS, max_upload_mb=1)
        place = runner.run(opened.__aenter__())
        try:
            yield Web(runner, place)
        finally:
            runner.run(opened.__aexit__(None, None, None))
