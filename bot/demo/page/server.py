"""The page's HTTP server: on loopback, for its own page only.

Other pages that the same browser has open must not reach it: the names it answers to are fixed,
so that no foreign name can be pointed at it, and everything but the page itself needs a token that
only the page was given.
"""

import hmac
import json
import logging
import secrets
import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from pydantic import ValidationError

from bot.demo.page.acts import Act, carry_out
from bot.demo.page.screen import Look, screen
from bot.demo.page.session import Session
from bot.demo.server import loopback

logger = logging.getLogger(__name__)

JSON = dict[str, Any]
MOST_BYTES = 300_000
POLL_SECONDS = 20.0
PAGE_HEADER = "X-Page-Token"
FILES = {
    "/page.css": "text/css",
    "/page.js": "text/javascript",
    "/composer.js": "text/javascript",
    "/controls.js": "text/javascript",
    "/listbox.js": "text/javascript",
    "/server.js": "text/javascript",
    "/icon.svg": "image/svg+xml",
}
"""What may be read without a token, by its address: nothing in it is anybody's."""

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


@dataclass(slots=True)
class Site:
    """What the server serves: the session, and what the composer completes."""

    completions: list[dict[str, str]]
    session: Session
    token: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    closing: bool = False

    def page(self) -> str:
        """The page itself, with its token."""
        return _read("index.html").replace("{token}", self.token)

    def screen(self, query: Mapping[str, str]) -> JSON:
        """What to show; waits for a change if the asker has that version already."""
        known = int(query["version"]) if query.get("version", "").isdecimal() else -1
        changed = self.session.slack.world.changed
        session = self.session
        with changed:
            changed.wait_for(lambda: self.closing or session.version != known, POLL_SECONDS)
        told = {key: query.get(key, "") for key in ("person", "place", "thread", "tab")}
        return screen(session, Look(**told, arrives=query.get("arrives") == "1"))

    def act(self, body: bytes) -> JSON:
        """Carries an act out; raises `ValidationError` for what is none."""
        return carry_out(self.session, Act.model_validate_json(body))


class PageServer(ThreadingHTTPServer):
    """Serves a site on loopback until it is closed."""

    daemon_threads = True

    def __init__(self, site: Site, port: int, host: str = "127.0.0.1") -> None:
        self.site = site
        super().__init__((loopback(host), port), _Exchange)
        bound = self.server_address[1]
        self.hosts = {f"127.0.0.1:{bound}", f"localhost:{bound}"}
        self._thread = threading.Thread(target=self.serve_forever, args=(0.05,), name="page")

    @property
    def address(self) -> str:
        """Where the page is."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    def start(self) -> None:
        """Begins to answer, in threads of its own."""
        self._thread.start()

    def close(self) -> None:
        """Stops, and frees the port; whoever waits for a change is let go."""
        self.site.closing = True
        self.site.session.touch()
        self.shutdown()
        self._thread.join()
        self.server_close()

    def handle_error(self, request: object, client_address: object) -> None:
        """A browser that went elsewhere is no news."""
        hung_up = isinstance(sys.exception(), (ConnectionError, TimeoutError))
        logger.log(logging.DEBUG if hung_up else logging.ERROR, "an exchange broke", exc_info=True)


class _Exchange(BaseHTTPRequestHandler):
    """One request and its answer."""

    server: PageServer
    timeout = 30
    server_version = "Page"
    sys_version = ""

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        site = self.server.site
        if not self._is_ours():
            self._refuse(403, "this page answers to its own address only")
        elif parts.path == "/":
            self._send(200, "text/html", site.page())
        elif parts.path in FILES:
            self._send(200, FILES[parts.path], _read(parts.path[1:]))
        elif not self._has_token():
            self._refuse(403, "no token")
        elif parts.path == "/screen":
            self._tell(site.screen(dict(parse_qsl(parts.query))))
        elif parts.path == "/completions":
            self._tell(site.completions)
        else:
            self._refuse(404, "nothing here")

    def do_POST(self) -> None:
        length = self.headers.get("Content-Length", "")
        if not self._is_ours() or not self._has_token():
            self._refuse(403, "not from the page")
        elif self.path != "/act":
            self._refuse(404, "nothing here")
        elif self.headers.get_content_type() != "application/json":
            self._refuse(415, "JSON only")
        elif not length.isdecimal() or int(length) > MOST_BYTES:
            self._refuse(413, "too large")
        else:
            try:
                self._tell(self.server.site.act(self.rfile.read(int(length))))
            except ValidationError:
                self._refuse(400, "not an act")

    def _is_ours(self) -> bool:
        """Asked for under our own name, and by a page of ours if by any."""
        host, origin = self.headers.get("Host", ""), self.headers.get("Origin")
        return host in self.server.hosts and origin in (None, f"http://{host}")

    def _has_token(self) -> bool:
        given = self.headers.get(PAGE_HEADER, "").encode("latin-1", "replace")
        return hmac.compare_digest(given, self.server.site.token.encode())

    def _tell(self, answer: object) -> None:
        self._send(200, "application/json", json.dumps(answer, ensure_ascii=False))

    def _refuse(self, status: int, why: str) -> None:
        self._send(status, "text/plain", f"{why}\n")

    def _send(self, status: int, kind: str, content: str) -> None:
        raw = content.encode(errors="replace")
        self.send_response(status)
        for name, value in HEADERS.items():
            self.send_header(name, value)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)

    def log_message(self, format: str, *args: object) -> None:
        """Requests are not for the screen."""


def _read(name: str) -> str:
    return files("bot.demo.page").joinpath("static", name).read_text(encoding="utf-8")
