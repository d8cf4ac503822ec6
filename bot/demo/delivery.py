"""How a payload gets to the bot: signed HTTP to its request URL, and what it answered."""

import hashlib
import hmac
import http.client
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol
from urllib.parse import urlencode, urlsplit

from bot.demo.server import loopback

JSON = dict[str, Any]
Route = Literal["slash_commands", "interactive", "events_api"]
ACK_SECONDS = 3.0


@dataclass(frozen=True, slots=True)
class Ack:
    """What the bot answered. `status` 0 means no answer: `error` says why."""

    status: int
    body: JSON = field(default_factory=dict)
    error: str = ""

    @property
    def ok(self) -> bool:
        """The bot acknowledged."""
        return 200 <= self.status < 300


@dataclass(frozen=True, slots=True)
class Delivery:
    """One request to the bot: what was sent, how it was answered, and after how many seconds.

    `attempt` counts from 0; only events are tried again.
    """

    route: Route
    payload: Mapping[str, Any] = field(repr=False)
    ack: Ack
    seconds: float
    attempt: int = 0

    @property
    def ok(self) -> bool:
        """The bot acknowledged in time."""
        return self.ack.ok


class Link(Protocol):
    """A way to the bot."""

    def send(self, route: Route, payload: JSON, retry: Mapping[str, str]) -> Ack:
        """Delivers one payload and waits for the acknowledgement, three seconds at most."""
        ...


class HttpLink:
    """Posts to a request URL on loopback, signed as Slack signs.

    The signature carries real time, whatever clock Slack's state lives by: the bot compares it
    with its own.
    """

    def __init__(self, url: str, signing_secret: str, ack_seconds: float = ACK_SECONDS) -> None:
        parts = urlsplit(url)
        self.host = loopback(parts.hostname or "")
        self.port = parts.port or 80
        self.path = parts.path or "/"
        self._secret = signing_secret.encode()
        self._ack_seconds = ack_seconds

    def send(self, route: Route, payload: JSON, retry: Mapping[str, str]) -> Ack:
        """Delivers one payload; status 0 stands for a connection that failed or took too long."""
        body = _encoded(route, payload)
        headers = {**self._headers(route, body), **retry}
        connection = http.client.HTTPConnection(self.host, self.port, timeout=self._ack_seconds)
        try:
            connection.request("POST", self.path, body.encode(), headers)
            answer = connection.getresponse()
            return Ack(answer.status, _decoded(answer.read()))
        except TimeoutError:
            return Ack(0, error="http_timeout")
        except (OSError, http.client.HTTPException):
            return Ack(0, error="connection_failed")
        finally:
            connection.close()

    def _headers(self, route: Route, body: str) -> dict[str, str]:
        now = str(int(time.time()))
        base = f"v0:{now}:{body}".encode()
        form, structured = "application/x-www-form-urlencoded", "application/json"
        return {
            "Content-Type": structured if route == "events_api" else form,
            "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
            "X-Slack-Request-Timestamp": now,
            "X-Slack-Signature": f"v0={hmac.new(self._secret, base, hashlib.sha256).hexdigest()}",
        }


def _encoded(route: Route, payload: JSON) -> str:
    if route == "events_api":
        return json.dumps(payload)
    fields = payload if route == "slash_commands" else {"payload": json.dumps(payload)}
    return urlencode(fields)


def _decoded(raw: bytes) -> JSON:
    """The acknowledgement's body as JSON; plain text is the text of an answer."""
    text = raw.decode(errors="replace").strip()
    try:
        body = json.loads(text) if text.startswith("{") else {}
    except ValueError:
        body = {}
    return body if isinstance(body, dict) and body else {"text": text} if text else {}
