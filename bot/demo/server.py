"""The HTTP side of a local Slack: reads requests on loopback, writes answers, never a traceback."""

import base64
import json
import logging
import socket
import sys
import threading
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from bot.demo.api import Api, Reply
from bot.demo.consent import AUTHORIZE_PATH
from bot.demo.refusals import Refused

JSON = dict[str, Any]
MOST_BYTES = 1_000_000
ONLY_READ = frozenset(
    {
        "chat.getPermalink",
        "conversations.history",
        "conversations.info",
        "conversations.members",
        "conversations.replies",
        "team.info",
        "users.info",
        "users.list",
    }
)
"""Methods that take their arguments from a form or the address, never from JSON."""
HOOK_PREFIXES = ("/commands/", "/actions/", "/app/")
logger = logging.getLogger(__name__)


class NotLoopback(ValueError):
    """A local Slack was asked to listen or talk to somewhere else than this machine."""


def loopback(host: str) -> str:
    """The host, if it is this machine and nothing else; raises `NotLoopback`."""
    try:
        is_local = host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        is_local = False
    if not is_local:
        raise NotLoopback(f"a local Slack stays on this machine; {host!r} is not loopback")
    return host


class LocalServer(ThreadingHTTPServer):
    """Serves an `Api` on loopback until it is closed; closing waits for answers underway."""

    daemon_threads = False
    request_queue_size = 256

    def __init__(self, api: Api, host: str = "127.0.0.1", port: int = 0) -> None:
        self.api = api
        super().__init__((loopback(host), port), _Exchange)
        self._thread = threading.Thread(target=self.serve_forever, args=(0.02,), name="local-slack")

    @property
    def base(self) -> str:
        """http://127.0.0.1:PORT"""
        return f"http://127.0.0.1:{self.server_address[1]}"

    def start(self) -> None:
        """Begins to answer, in threads of its own."""
        self._thread.start()

    def close(self) -> None:
        """Stops, and frees the port."""
        self.api.closing.set()
        self.shutdown()
        self._thread.join()
        self.server_close()

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hung up is no news; anything else is logged, and never sent out."""
        hung_up = isinstance(sys.exception(), (ConnectionError, TimeoutError))
        logger.log(logging.DEBUG if hung_up else logging.ERROR, "an exchange broke", exc_info=True)


class _Exchange(BaseHTTPRequestHandler):
    """One request and its answer."""

    server: LocalServer
    timeout = 10
    server_version = "LocalSlack"
    sys_version = ""

    def do_GET(self) -> None:
        query = dict(parse_qsl(urlsplit(self.path).query))
        is_page = urlsplit(self.path).path == AUTHORIZE_PATH
        self._reply(self.server.api.consent(query) if is_page else self._called(query))

    def do_POST(self) -> None:
        try:
            body = self._body()
        except Refused as refusal:
            status = 413 if refusal.code == "request_too_large" else 200
            self._reply(Reply(status, refusal.answer()))
            return
        path = urlsplit(self.path).path
        if path == AUTHORIZE_PATH:
            self._reply(self.server.api.decide(body if isinstance(body, dict) else {}))
        elif path.startswith(HOOK_PREFIXES):
            self._reply(self.server.api.respond(path, body))
        elif isinstance(body, dict):
            query = dict(parse_qsl(urlsplit(self.path).query))
            self._reply(self._called(query | self._heeded(path, body)))
        else:
            self._reply(Reply(200, Refused("json_not_object").answer()))

    def _heeded(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """The arguments that Slack takes: methods that only read pass over a body of JSON."""
        is_json = self.headers.get_content_type() == "application/json"
        return {} if is_json and path.removeprefix("/api/") in ONLY_READ else body

    def _called(self, arguments: Mapping[str, Any]) -> Reply:
        path = urlsplit(self.path).path
        if not path.startswith("/api/"):
            return Reply(404, {"ok": False, "error": "not_found"})
        scheme, _, bearer = self.headers.get("Authorization", "").partition(" ")
        if scheme.lower() == "basic":
            arguments = dict(arguments) | _credentials(bearer)
        token = bearer.strip() if scheme.lower() == "bearer" else str(arguments.get("token", ""))
        return self.server.api.call(path.removeprefix("/api/"), token, arguments)

    def _body(self) -> Any:
        length = self.headers.get("Content-Length", "0")
        if not length.isdecimal() or len(length) > 12:
            raise Refused("request_too_large")
        if int(length) > MOST_BYTES:
            self._skip(int(length))
            raise Refused("request_too_large")
        raw = self.rfile.read(int(length))
        try:
            text = raw.decode()
        except UnicodeDecodeError as broken:
            raise Refused("invalid_charset") from broken
        return _parsed(text, self.headers.get_content_type())

    def _skip(self, length: int) -> None:
        """Reads what will not be used, within reason: a client that still sends hears no answer."""
        left = min(length, 16 * MOST_BYTES)
        while left > 0 and (chunk := self.rfile.read(min(left, 65_536))):
            left -= len(chunk)

    def _reply(self, reply: Reply) -> None:
        if reply.body is None:
            self._cut()
            return
        is_text = isinstance(reply.body, str)
        content = reply.body if isinstance(reply.body, str) else json.dumps(reply.body)
        self.send_response(reply.status)
        kind = "text/plain" if is_text else "application/json"
        headers = {"Content-Type": f"{kind}; charset=utf-8", **reply.headers}
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content.encode())))
        self.end_headers()
        self.wfile.write(content.encode())

    def _cut(self) -> None:
        """Ends the connection without a word."""
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)

    def log_message(self, format: str, *args: object) -> None:
        """Requests are in the records, not on the screen."""


def _credentials(basic: str) -> dict[str, str]:
    """An app's own id and secret."""
    try:
        name, _, secret = base64.b64decode(basic).decode().partition(":")
    except ValueError as broken:
        logger.debug("credentials cannot be read: %s", broken)
        return {}
    return {"client_id": name, "client_secret": secret}


def _parsed(text: str, content_type: str) -> Any:
    """A body as the value it stands for."""
    if not text:
        return {}
    if content_type == "application/json":
        try:
            return json.loads(text)
        except (ValueError, RecursionError) as broken:
            raise Refused("invalid_json") from broken
    if content_type != "application/x-www-form-urlencoded":
        raise Refused("invalid_post_type")
    return dict(parse_qsl(text, keep_blank_values=True))
