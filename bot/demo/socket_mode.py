"""Socket Mode: the same payloads over WebSockets that the bot opens, as `Link` beside HTTP.

Only tests use it, because `websockets` comes with the test extra; nothing else imports it.
"""

import json
import threading
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self

from websockets.exceptions import ConnectionClosed
from websockets.sync.server import Server, ServerConnection, serve

from bot.demo.delivery import ACK_SECONDS, Ack, Route
from bot.demo.local import LocalSlack

JSON = dict[str, Any]


class SocketMode:
    """A WebSocket server for a Slack's app; connect a workspace to it instead of to a URL.

    Each payload goes to one of the open connections, in turn.
    """

    def __init__(self, slack: LocalSlack) -> None:
        self.slack = slack
        self._server: Server = serve(self._serve, "127.0.0.1", 0, close_timeout=0.5)
        self._thread = threading.Thread(target=self._server.serve_forever, name="socket-mode")
        self._connections: list[ServerConnection] = []
        self._acks: dict[str, JSON] = {}
        self._heard = threading.Condition()
        self._sent = 0

    def __enter__(self) -> Self:
        port = self._server.socket.getsockname()[1]
        self.slack.world.socket_url = f"ws://127.0.0.1:{port}/link/"
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.slack.world.socket_url = ""
        self._server.shutdown()
        self._thread.join()
        self.drop()

    @property
    def connections(self) -> int:
        """How many the bot has open."""
        with self._heard:
            return len(self._connections)

    def drop(self) -> None:
        """Closes every connection, as Slack does now and then; a bot connects anew."""
        with self._heard:
            dropped = list(self._connections)
        for connection in dropped:
            connection.close()
        with self._heard:
            self._heard.wait_for(lambda: not set(dropped).intersection(self._connections), 2)

    def wait_for_bot(self, timeout: float = 5.0) -> bool:
        """Waits until the bot has connected; false if it has not."""
        with self._heard:
            return self._heard.wait_for(lambda: self._connections, timeout) != []

    def send(self, route: Route, payload: JSON, retry: Mapping[str, str]) -> Ack:
        """Delivers one payload over a connection; status 200 stands for an acknowledgement."""
        with self._heard:
            self._sent += 1
            envelope_id = f"envelope-{self._sent}"
            if not self._connections:
                return Ack(0, error="connection_failed")
            connection = self._connections[self._sent % len(self._connections)]
        try:
            connection.send(json.dumps(_envelope(route, envelope_id, payload, retry)))
        except ConnectionClosed:
            return Ack(0, error="connection_failed")
        with self._heard:
            if self._heard.wait_for(lambda: envelope_id in self._acks, ACK_SECONDS):
                return Ack(200, self._acks.pop(envelope_id))
        return Ack(0, error="http_timeout")

    def _serve(self, connection: ServerConnection) -> None:
        """Says hello on a new connection, and takes acknowledgements until it closes."""
        connection.send(json.dumps(_hello(self.slack.world.app_id)))
        with self._heard:
            self._connections.append(connection)
            self._heard.notify_all()
        try:
            for text in connection:
                self._acknowledge(json.loads(text))
        except (ConnectionClosed, ValueError):
            pass
        finally:
            with self._heard:
                self._connections.remove(connection)
                self._heard.notify_all()

    def _acknowledge(self, answer: JSON) -> None:
        with self._heard:
            self._acks[str(answer.get("envelope_id"))] = answer.get("payload") or {}
            self._heard.notify_all()


def _hello(app_id: str) -> JSON:
    return {
        "type": "hello",
        "num_connections": 1,
        "connection_info": {"app_id": app_id},
        "debug_info": {"host": "local", "approximate_connection_time": 18_000},
    }


def _envelope(route: Route, envelope_id: str, payload: JSON, retry: Mapping[str, str]) -> JSON:
    told: JSON = {
        "type": route,
        "envelope_id": envelope_id,
        "payload": payload,
        "accepts_response_payload": route != "events_api",
    }
    if route == "events_api":
        told["retry_attempt"] = int(retry.get("X-Slack-Retry-Num", 0))
        told["retry_reason"] = retry.get("X-Slack-Retry-Reason", "")
    return told
