"""One tab of one person: which conversation is open, and what they are in the middle of.

All of it can be forgotten: a reload brings back everything but a form that was not sent.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, TypeVar

from bot.platforms.web.page.api import Api, Draft, Json, Refused, Silent
from bot.platforms.web.page.follow import Follower
from bot.platforms.web.page.forms import OpenForm, Values

NEWS_S: Final = 2.0
"""How long one's own doing is waited for before the page is drawn again."""
_T = TypeVar("_T")
_THREAD: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")


@dataclass
class Visit:
    """What a tab remembers while it is open.

    Attributes:
        person: Id of who it is.
        zone: Their time zone (IANA).
        follower: The open conversation; None for a new one.
        form: What they are filling in.
        notes: What did not work, in sentences; gone with the next thing that is done.
        unsent: A message that could not be sent yet.
        drawn: Which versions of which messages the page shows.
    """

    person: str
    api: Api
    zone: str = "UTC"
    follower: Follower | None = None
    form: OpenForm | None = None
    notes: list[str] = field(default_factory=list)
    unsent: Draft | None = None
    drawn: tuple[object, ...] = ()

    @property
    def thread(self) -> str:
        """The open conversation; "" for a new one."""
        return self.follower.thread if self.follower is not None else ""

    def open(self, thread: str) -> None:
        """Go to a conversation."""
        if thread != self.thread:
            known = _THREAD.fullmatch(thread)
            self.follower = Follower(self.api, thread) if known else None
            self.form = None

    def send(self, draft: Draft) -> None:
        """Say something; what could not be sent stays to be sent again."""

        def send() -> Json:
            return self.api.say(draft, self.thread, timezone=self.zone)

        self.unsent = draft
        answer = self._do(send)
        if answer is not None:
            self.unsent = None
            self.notes = [refused["why"] for refused in answer["refused"]]
            self._arrive(answer["thread"])

    def sample(self) -> None:
        """Begin with the sample dataset."""
        answer = self._do(lambda: self.api.sample(self.thread))
        if answer is not None:
            self._arrive(answer["thread"])

    def press(self, slot: str, button: Json) -> None:
        """Press a button of the message in a slot, as the message is now."""
        reply, now = self._now(slot, button)
        if now is None:
            self.notes = ["That is no longer open."]
            return
        if now["form"]:
            form = self._do(lambda: self.api.form(reply, now["index"]))
            if form is not None:
                self.form = OpenForm(slot, now, form)
            if form is not None or self.notes:
                return
        self._acted(lambda: self.api.press(reply, now["index"]))

    def submit(self, values: Values) -> None:
        """Send the open form; it stays open while something in it is wrong."""
        opened = self.form
        if opened is None:
            return
        reply, now = self._now(opened.slot, opened.button)
        if now is None:
            self.form, self.notes = None, ["That is no longer open."]
            return
        self.form = None
        try:
            self._acted(lambda: self.api.press(reply, now["index"], values))
        except _WrongFields as wrong:
            opened.wrong = wrong.fields
            self.form = opened

    def close_form(self) -> None:
        """Leave a form."""
        self.form = None

    def _now(self, slot: str, button: Json) -> tuple[int, Json | None]:
        """The newest version's id, and the same button in it."""
        item = self.follower.find(slot) if self.follower is not None else None
        if item is None:
            return 0, None
        meant = (button["index"], button["does"], button["label"])
        same = (b for b in item["buttons"] if (b["index"], b["does"], b["label"]) == meant)
        return item["id"], next(same, None)

    def _acted(self, act: Callable[[], None]) -> None:
        before = self.follower.version if self.follower is not None else 0
        self._do(act)
        if self.follower is not None and not self.notes:
            self.follower.wait_beyond(before, within=NEWS_S)

    def _arrive(self, thread: str) -> None:
        before = self.follower.version if self.follower is not None else 0
        if self.follower is None:
            self.open(thread)
        if self.follower is not None:
            self.follower.look()
            self.follower.wait_beyond(before, within=NEWS_S)

    def _do(self, what: Callable[[], _T]) -> _T | None:
        """Ask the bot; what it refuses becomes a note."""
        self.notes = []
        try:
            return what()
        except Refused as error:
            if error.fields:
                raise _WrongFields(error.fields) from error
            self.notes = [str(error)]
        except Silent as error:
            self.notes = [str(error)]
        return None


class _WrongFields(Exception):
    def __init__(self, fields: dict[str, str]) -> None:
        super().__init__()
        self.fields = fields
