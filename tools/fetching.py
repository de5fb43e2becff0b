"""A link becomes an upload: allowed, fetched within limits, and kept like a file that was sent."""

from __future__ import annotations

import io
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, BinaryIO, Final, TypeAlias, cast

from storage.errors import NotStored, Unavailable
from tools.cards import shown
from tools.errors import BadRequest, NotFound, Refused
from tools.https import Caution, is_public, open_web, own_words
from tools.links import BucketLink, Link, WebLink, check_allowed, file_name, parse_link

if TYPE_CHECKING:
    from storage.catalog.records import Upload
    from tools.context import ToolContext

LIMIT_S: Final = 60.0
_HEAD: Final = 16

Read: TypeAlias = Callable[[int], bytes]


def fetch(
    text: str,
    context: ToolContext,
    *,
    public: Callable[[str], bool] = is_public,
    trust: ssl.SSLContext | None = None,
    limit_s: float = LIMIT_S,
) -> Upload:
    """Fetch what a link leads to and keep it as an upload of this thread.

    Args:
        text: The link.
        context: Of the call.
        public: Whether an address may be connected to; anything else is for tests.
        trust: Whose certificates are believed; those of the system if None.
        limit_s: How long it may take in all.

    Raises:
        Refused: Links are off, the place is not allowed or not public, or the file is too large.
        NotFound: There is no such file.
        BadRequest: The place does not deliver it.
    """
    sources = context.site.sources
    if not sources:
        raise Refused("Reading from links is off here.", "Download the file and attach it instead.")
    link = parse_link(text)
    check_allowed(link, sources)
    caution = Caution(time.monotonic() + limit_s, public, trust)
    name = file_name(link)
    context.progress(0.02, "Fetching the file")
    with _opened(link, context, caution) as (read, size):
        counted = _Counted(read, name, link.place, size=size, caution=caution)
        blob = context.blobs.put(cast("BinaryIO", io.BufferedReader(counted, 1 << 16)))
    with context.catalog.write() as unit:
        return unit.uploads.add(
            context.scope,
            thread=context.address.thread,
            blob=blob,
            name=name,
            size=counted.count,
            actor=context.actor,
            now=context.now(),
        )


@contextmanager
def _opened(
    link: Link, context: ToolContext, caution: Caution
) -> Iterator[tuple[Read, int | None]]:
    """What reads the next bytes, at most so many, and how many there are if that is known."""
    if isinstance(link, WebLink):
        may = partial(check_allowed, sources=context.site.sources)
        with open_web(link, may=may, caution=caution) as answer:
            yield answer.read1, answer.length
    else:
        with ExitStack() as stack:
            yield _open_object(link, context, stack)


def _open_object(
    link: BucketLink, context: ToolContext, stack: ExitStack
) -> tuple[Read, int | None]:
    from storage.blobs.s3 import open_object

    endpoint_url = context.site.s3_endpoint_url
    with _bucket_words(link):
        bare, size = stack.enter_context(
            open_object(link.bucket, link.key, endpoint_url=endpoint_url)
        )

    def read(count: int) -> bytes:
        with _bucket_words(link):
            return bare(count)

    return read, size


@contextmanager
def _bucket_words(link: BucketLink) -> Iterator[None]:
    try:
        yield
    except NotStored:
        raise NotFound(f"There is no such file in {link.place}.", "Check the link.") from None
    except Unavailable:
        raise BadRequest(
            f"{link.place} does not let me read this file now.",
            "Whoever runs me can check its rights. Or attach the file.",
        ) from None


class _Counted(io.RawIOBase):
    """A stream that refuses to be longer than files may be, shorter than it said, or slow."""

    def __init__(
        self, read: Read, name: str, place: str, *, size: int | None, caution: Caution
    ) -> None:
        self._read = read
        self._name = name
        self._place = place
        self._size = size
        self._caution = caution
        self._head = b""
        self.count = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:
        if self.count == self._size:
            return 0
        with own_words(self._place):
            self._caution.left()
            chunk = self._read(len(buffer))
        if not chunk and self._size is not None:
            raise BadRequest(
                f"“{self._place}” broke off in the middle of the file.",
                "Try again later, or attach the file.",
            )
        self.count += len(chunk)
        self._need_room(chunk)
        buffer[: len(chunk)] = chunk
        return len(chunk)

    def _need_room(self, chunk: bytes) -> None:
        from tools.ml.reading.sources import check_size

        self._head = (self._head + chunk)[:_HEAD]
        check_size(max(self.count, self._size or 0), self._head, shown(self._name))
