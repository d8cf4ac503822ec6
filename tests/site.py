"""A web site on this machine that answers as sites do on their bad days."""

import socket
import struct
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from threading import Event, Thread

from bot.sources.network import Address
from bot.sources.web import Limits, Web

QUICK = Limits(
    answer_bytes=1_000_000,
    answer_seconds=2.0,
    step_seconds=1.0,
    longest_wait=5.0,
    tries=3,
    first_wait=0.01,
)


class Exchange(BaseHTTPRequestHandler):
    """One request and what becomes of it; what a page does is done with this."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Has the site answer."""
        self.close_connection = True
        site: Site = self.server.site  # type: ignore[attr-defined]
        site.asked.append(self.path)
        site.times.append(time.monotonic())
        site.agents.append(self.headers.get("User-Agent", ""))
        try:
            site.answer(self)
        except OSError:
            # The other side has heard enough.
            return

    def says(self, body: bytes | str, status: int = 200, **headers: str) -> None:
        """A whole answer; names of headers with _ for -."""
        raw = body.encode() if isinstance(body, str) else body
        self.begins(len(raw), status, **headers)
        self.wfile.write(raw)

    def begins(self, length: int, status: int = 200, **headers: str) -> None:
        """Only the head of an answer."""
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(length))
        self.send_header("Connection", "close")
        self.end_headers()

    def resets(self) -> None:
        """Breaks the connection off."""
        linger = struct.pack("ii", 1, 0)
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self.connection.close()

    def drips(self, body: bytes, seconds: float, stop: Event) -> None:
        """Sends a byte, waits, and sends the next."""
        for at in range(len(body)):
            self.wfile.write(body[at : at + 1])
            self.wfile.flush()
            if stop.wait(seconds):
                return

    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""


Page = Callable[[Exchange], None]


@dataclass
class Site:
    """A site: `pages` answer one request each, in their order, the last one all that follow."""

    pages: list[Page] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    agents: list[str] = field(default_factory=list)
    over: Event = field(default_factory=Event)
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    def answer(self, exchange: Exchange) -> None:
        page = self.pages.pop(0) if len(self.pages) > 1 else self.pages[0]
        page(exchange)

    def will(self, *pages: Page) -> None:
        self.pages[:] = pages


def page(body: bytes | str, status: int = 200, **headers: str) -> Page:
    """A page that is always the same."""
    return lambda exchange: exchange.says(body, status, **headers)


@contextmanager
def a_site(*pages: Page) -> Iterator[Site]:
    """A site on a port of its own until the end of the block."""
    site = Site(list(pages))
    server = ThreadingHTTPServer(("127.0.0.1", 0), Exchange)
    server.daemon_threads = True
    server.site = site  # type: ignore[attr-defined]
    site.port = server.server_address[1]
    thread = Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield site
    finally:
        site.over.set()
        server.shutdown()
        server.server_close()
        thread.join()


def on_this_machine(address: Address) -> bool:
    """Lets a test reach its own server, and nothing else."""
    return address == ip_address("127.0.0.1")


def a_web(limits: Limits = QUICK, pace: float = 0.0) -> Web:
    """The web as a source sees it, which is this machine, and has no time to lose."""
    return Web("ada@lab.example", lambda host: pace, limits, on_this_machine)
