"""Who follows which threads, and waking them when something happens there."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from typing import Final

from bot.platforms.chronicle import Shown
from bot.platforms.web.errors import Busy
from storage.catalog.records import Address, Scope

MOST: Final = 300
MOST_OF_ONE: Final = 20
_MOST_MOVES: Final = 32


@dataclass(eq=False)
class Follower:
    """Somebody who reads along, at their own pace.

    However slowly they read, all that waits for them is the wish to look again and the newest
    state of a few messages that move.
    """

    scope: Scope
    threads: frozenset[str]
    person: str
    closed: bool = False
    _stale: bool = True
    _moves: dict[str, Shown] = field(default_factory=dict)
    _wake: asyncio.Event = field(default_factory=asyncio.Event)

    def follows(self, address: Address) -> bool:
        """Whether something there concerns them."""
        return address.scope == self.scope and address.thread in self.threads

    def look(self) -> None:
        """There is something new to read."""
        self._stale = True
        self._wake.set()

    def move(self, shown: Shown) -> None:
        """A message that they have read has got further."""
        if shown.reply.to not in ("", self.person):
            return
        self._moves[shown.reply.slot] = shown
        while len(self._moves) > _MOST_MOVES:  # what is left out is told again with the next step
            del self._moves[next(iter(self._moves))]
        self._wake.set()

    def end(self) -> None:
        """Nothing will happen here any more."""
        self.closed = True
        self._wake.set()

    def read(self, shown: Shown) -> None:
        """They have this version of a message: what is older is no news."""
        waits = self._moves.get(shown.reply.slot)
        if waits is not None and waits.reply.id < shown.reply.id:
            del self._moves[shown.reply.slot]

    def take_stale(self) -> bool:
        """Whether to look; asked again, not before the next thing happens."""
        stale, self._stale = self._stale, False
        return stale

    def take_moves(self) -> list[Shown]:
        """The messages that moved."""
        moves, self._moves = list(self._moves.values()), {}
        return moves

    async def wait(self, seconds: float) -> bool:
        """Until something happens; False when nothing did for so long."""
        try:
            async with asyncio.timeout(seconds):
                await self._wake.wait()
        except TimeoutError:
            return False
        self._wake.clear()
        return True


class Feed:
    """All followers of this process."""

    def __init__(self, *, most: int = MOST, most_of_one: int = MOST_OF_ONE) -> None:
        self._followers: set[Follower] = set()
        self._of: Counter[str] = Counter()
        self._most = most
        self._most_of_one = most_of_one

    def __len__(self) -> int:
        return len(self._followers)

    def room(self, person: str) -> None:
        """Whether there is room for one more follower of a person.

        Raises:
            Busy: This person, or everybody together, follows too much already.
        """
        if self._of[person] >= self._most_of_one:
            raise Busy(429, "You follow too much at once; close some of it.")
        if len(self._followers) >= self._most:
            raise Busy(503, "Too many people follow along just now.")

    def join(self, scope: Scope, threads: frozenset[str], person: str) -> Follower:
        """Begin to follow."""
        follower = Follower(scope, threads, person)
        self._followers.add(follower)
        self._of[person] += 1
        return follower

    def leave(self, follower: Follower) -> None:
        """Stop following."""
        if follower in self._followers:
            self._followers.discard(follower)
            self._of -= Counter((follower.person,))

    def changed(self, address: Address) -> None:
        """Something new stands in a thread."""
        for follower in self._followers:
            if follower.follows(address):
                follower.look()

    def moved(self, shown: Shown) -> None:
        """A message got further."""
        for follower in self._followers:
            if follower.follows(shown.address):
                follower.move(shown)

    def close(self) -> None:
        """Let everybody go."""
        for follower in self._followers:
            follower.end()
