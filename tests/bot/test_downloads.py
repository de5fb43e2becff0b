"""Links to files: what was signed is handed over, nothing else is."""

from __future__ import annotations

from datetime import timedelta

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from bot.downloads import LIFE, Downloads
from storage.blobs.memory import MemoryBlobs
from tests.bot.agent.belt import Clock
from tools.outcome import File

CONTENT = b"a,b\n1,2\n" * 20_000


class Desk:
    """A file, the links to it, and somebody who follows them."""

    def __init__(self) -> None:
        self.blobs = MemoryBlobs()
        self.clock = Clock()
        self.downloads = self.make("s" * 16)
        self.file = File(self.blobs.put(CONTENT), "umsätze 2026.csv", len(CONTENT))
        self.client = TestClient(Starlette(routes=[self.downloads.route]))

    def make(self, secret: str) -> Downloads:
        return Downloads(self.blobs, base="http://bot", secret=secret, now=self.clock)

    def get(self, link: str) -> tuple[int, bytes]:
        response = self.client.get(link.removeprefix("http://bot"))
        return response.status_code, response.content


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_a_link_hands_its_file_over(desk: Desk) -> None:
    """The whole file comes as an attachment under its own name, and is not kept on the way."""
    link = desk.downloads.link(desk.file)
    assert desk.get(link) == (200, CONTENT)
    headers = desk.client.get(link.removeprefix("http://bot")).headers
    assert headers["content-disposition"] == "attachment; filename*=UTF-8''ums%C3%A4tze%202026.csv"
    assert headers["cache-control"] == "private, no-store"


def test_a_link_ends_with_its_time(desk: Desk) -> None:
    """After its time a link only says that it has expired."""
    link = desk.downloads.link(desk.file)
    desk.clock.at += LIFE + timedelta(seconds=1)
    assert desk.get(link)[0] == 410


@pytest.mark.parametrize("change", ["body", "signature", "no signature", "another secret"])
def test_a_link_that_was_not_made_here(desk: Desk, change: str) -> None:
    """Nobody without the secret makes a link, or makes another one of it."""
    link = desk.downloads.link(desk.file)
    body, _, signature = link.rpartition("/")[2].partition(".")
    other = desk.make("t" * 16).link(desk.file).rpartition("/")[2]
    forged = {
        "body": f"{body[:-3]}abc.{signature}",
        "signature": f"{body}.{signature[::-1]}",
        "no signature": body,
        "another secret": other,
    }[change]
    assert desk.get(f"http://bot/files/{forged}") == (403, b"This link is not valid.")


def test_a_file_that_is_gone(desk: Desk) -> None:
    """A file that was deleted is told of, without saying where it was."""
    link = desk.downloads.link(desk.file)
    desk.blobs.delete(desk.file.blob)
    assert desk.get(link) == (404, b"This file is no longer kept.")
