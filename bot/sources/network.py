"""Connections to public addresses only, each ended at a set time: the network under `web`.

An address that somebody typed must not reach what only this machine can reach. A name is looked
up once, and the connection goes to the address that was judged, so that a second look cannot tell
another.
"""

import socket
import ssl
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import httpcore

from bot.errors import SourceError

Address = IPv4Address | IPv6Address

# Addresses that carry an IPv4 address inside: 6to4, Teredo and NAT64.
_CARRIERS = [ip_network(each) for each in ("2002::/16", "2001::/32", "64:ff9b::/96")]


def is_public(address: Address) -> bool:
    """Whether it is an address of the open internet, and none that may lead back inside."""
    inner = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    if inner is not None:
        return is_public(inner)
    if any(address in network for network in _CARRIERS if network.version == address.version):
        return False
    return address.is_global and not address.is_multicast


def resolve(host: str, port: int) -> list[Address]:
    """The addresses of a host, in the order in which they are to be tried.

    Raises SourceError for a name that nobody knows.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise SourceError(f"There is no host {host[:80]}.") from None
    return list(dict.fromkeys(ip_address(str(each[4][0]).partition("%")[0]) for each in found))


@dataclass(frozen=True, slots=True)
class Deadline:
    """The moment, by `time.monotonic`, at which an answer must be complete."""

    at: float

    def left(self, timeout: float | None) -> float:
        """The seconds that one step may take. Raises ReadTimeout when there are none."""
        left = self.at - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout("the whole answer took too long")
        return left if timeout is None else min(left, timeout)


class PublicNetwork(httpcore.NetworkBackend):
    """Connects to addresses that `may_reach` allows, and to none after the deadline."""

    def __init__(
        self,
        may_reach: Callable[[Address], bool],
        deadline: Deadline,
        look_up: Callable[[str, int], list[Address]] = resolve,
    ) -> None:
        self._may_reach = may_reach
        self._look_up = look_up
        self._deadline = deadline
        self._plain = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """A connection to the first allowed address that answers."""
        allowed = [each for each in self._look_up(host, port) if self._may_reach(each)]
        if not allowed:
            raise SourceError(f"{host[:80]} is no public address, and is not asked.")
        failure: Exception | None = None
        for address in allowed[:4]:
            try:
                stream = self._plain.connect_tcp(
                    str(address), port, self._deadline.left(timeout), local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
            else:
                return _TimedStream(stream, self._deadline)
        raise failure or httpcore.ConnectError("no address")


class _TimedStream(httpcore.NetworkStream):
    """A stream of which no step outlasts the deadline, however little each brings."""

    def __init__(self, inner: httpcore.NetworkStream, deadline: Deadline) -> None:
        self._inner = inner
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, self._deadline.left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, self._deadline.left(timeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        left = self._deadline.left(timeout)
        secured = self._inner.start_tls(ssl_context, server_hostname, left)
        return _TimedStream(secured, self._deadline)

    def get_extra_info(self, info: str) -> object:
        return self._inner.get_extra_info(info)
