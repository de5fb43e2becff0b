"""Asks a web server for a file without trusting where the name leads or when the answer ends."""

from __future__ import annotations

import io
import ipaddress
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse
from typing import Any, Final
from urllib.parse import urljoin

from tools.errors import BadRequest, NotFound, Refused
from tools.links import WebLink, parse_link

REDIRECTS: Final = 3
_CONNECT_S: Final = 10.0
_MOVED: Final = (301, 302, 303, 307, 308)
_ATTACH: Final = "Try again later, or attach the file."
_INNER: Final = tuple(
    ipaddress.ip_network(net)
    for net in (
        "168.63.129.16/32",  # the metadata of Azure and Oracle, where nothing tells by the number
        "192.0.0.0/24",
        "64:ff9b::/96",  # the rest hide an IPv4 address: NAT64, 6to4, Teredo, IPv4-compatible
        "2002::/16",
        "2001::/32",
        "::/96",
        "::ffff:0:0/96",
    )
)


@dataclass(frozen=True, slots=True)
class Caution:
    """How careful to be; only tests, whose servers are on loopback, are less so.

    Attributes:
        deadline: On the clock of `time.monotonic`; nothing waits beyond it.
        public: Whether an address may be connected to.
        trust: Whose certificates are believed; those of the system if None.
    """

    deadline: float
    public: Callable[[str], bool]
    trust: ssl.SSLContext | None = None

    def left(self) -> float:
        """Seconds until the deadline; raises TimeoutError when it has passed."""
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left


def is_public(address: str) -> bool:
    """Whether an IP address is one of the open internet.

    Private, loopback, link-local, metadata, multicast and reserved addresses are not, nor IPv6
    addresses that stand for IPv4 ones.
    """
    ip = ipaddress.ip_address(address.partition("%")[0])
    if any(ip.version == net.version and ip in net for net in _INNER):
        return False
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or ip.is_unspecified)


@contextmanager
def open_web(
    link: WebLink, *, may: Callable[[WebLink], None], caution: Caution
) -> Iterator[HTTPResponse]:
    """The answer with the file's bytes, after at most three redirects.

    Args:
        link: Has passed `may`.
        may: Raises for a link that must not be followed; asked about every redirect.
        caution: How careful to be.

    Raises:
        NotFound: There is no such file.
        Refused: The server may not be asked, is not who it should be, or does not give it.
        BadRequest: It does not answer in time, or not sensibly.
    """
    with ExitStack() as stack:
        for _ in range(REDIRECTS + 1):
            with own_words(link.place):
                answer = _ask(link, caution, stack)
            if answer.status not in _MOVED:
                _need_file(answer, link)
                yield answer
                return
            moved = parse_link(urljoin(str(link), answer.headers.get("Location", "")))
            if not isinstance(moved, WebLink):
                break
            link = moved
            may(link)
        raise Refused(f"“{link.place}” sends me on and on.", "Name the file's own link.")


@contextmanager
def own_words(place: str) -> Iterator[None]:
    """Say what went wrong on the way in our words."""
    try:
        yield
    except ssl.SSLCertVerificationError:
        raise Refused(
            f"“{place}” cannot prove that it is who it should be: its certificate is not valid.",
            "Attach the file.",
        ) from None
    except socket.gaierror:
        raise NotFound(f"There is no host “{place}”.", "Check the link.") from None
    except TimeoutError:
        raise BadRequest(f"“{place}” did not deliver the file in time.", _ATTACH) from None
    except (OSError, HTTPException, UnicodeError):
        raise BadRequest(f"“{place}” cannot be read from now.", _ATTACH) from None


def _ask(link: WebLink, caution: Caution, stack: ExitStack) -> HTTPResponse:
    wire = _Wire(stack.enter_context(_connected(link, caution)), caution)
    connection = HTTPConnection(link.host, link.port)
    connection.sock = wire
    headers = {
        "Host": link.place,
        "User-Agent": "mlops-assistant",
        "Accept": "*/*",
        "Accept-Encoding": "identity",
        "Connection": "close",
    }
    connection.request("GET", link.target, headers=headers)
    return stack.enter_context(connection.getresponse())


def _connected(link: WebLink, caution: Caution) -> ssl.SSLSocket:
    """A connection to one of the addresses the name led to when it was looked up, once.

    Raises:
        Refused: One of them is not public.
    """
    found = socket.getaddrinfo(link.host, link.port, type=socket.SOCK_STREAM)
    if not all(caution.public(str(address[0])) for *_, address in found):
        raise Refused(
            f"“{link.place}” is not on the open internet, so I do not read from it.",
            "Attach the file.",
        )
    trust = caution.trust or ssl.create_default_context()
    error: OSError = OSError("no address")
    for family, kind, protocol, _, address in found:
        plain = socket.socket(family, kind, protocol)
        try:
            plain.settimeout(min(_CONNECT_S, caution.left()))
            plain.connect(address)
            plain.settimeout(caution.left())
            return trust.wrap_socket(plain, server_hostname=link.host)
        except OSError as exc:
            plain.close()
            error = exc
    raise error


def _need_file(answer: HTTPResponse, link: WebLink) -> None:
    if answer.status == 200:
        return
    if answer.status in (404, 410):
        raise NotFound(f"There is no such file at “{link.place}”.", "Check the link.")
    if answer.status in (401, 403):
        raise Refused(
            f"“{link.place}” does not let me read this file.",
            "Name a link that needs no sign-in, or attach the file.",
        )
    raise BadRequest(f"“{link.place}” answered with status {answer.status}.", _ATTACH)


class _Wire:
    """A connection as http.client uses it, with every wait ending at the deadline."""

    def __init__(self, connected: ssl.SSLSocket, caution: Caution) -> None:
        self._connected = connected
        self._caution = caution

    def sendall(self, data: bytes) -> None:
        self._connected.settimeout(self._caution.left())
        self._connected.sendall(data)

    def recv_into(self, buffer: Any) -> int:
        self._connected.settimeout(self._caution.left())
        return self._connected.recv_into(buffer)

    def makefile(self, mode: str) -> io.BufferedReader:
        return io.BufferedReader(_Incoming(self))

    def close(self) -> None:
        """The connection is closed by whoever opened it, once the answer is read."""


class _Incoming(io.RawIOBase):
    """The bytes that arrive on a wire."""

    def __init__(self, wire: _Wire) -> None:
        self._wire = wire

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:
        return self._wire.recv_into(buffer)
