"""The HTTP server for Slack's requests. The only importer of waitress."""

from collections.abc import Callable, Iterable
from functools import partial
from socket import AF_INET, AF_INET6, SO_REUSEADDR, SOL_SOCKET, socket
from threading import Thread
from typing import Any

from waitress import server, wasyncore

from bot.errors import SettingsError

# Slack's largest payloads are views of 250 KB.
MAX_BODY_BYTES = 1_000_000
THREADS = 16
# Slack keeps one connection open for each request; waitress would let a hundred of them in.
CONNECTIONS = 1_000

WebApp = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class WebServer:
    """Serves a WSGI application from threads of its own.

    It listens from the start on; port 0 takes any free one. Raises SettingsError when it cannot.
    """

    def __init__(self, app: WebApp, host: str, port: int) -> None:
        listening = _listening(host, port)
        self.port = int(listening.getsockname()[1])
        self._sockets: dict[int, Any] = {}
        self._server = server.create_server(
            app,
            map=self._sockets,
            sockets=[listening],
            threads=THREADS,
            connection_limit=CONNECTIONS,
            max_request_body_size=MAX_BODY_BYTES,
            ident=None,
        )
        self._thread = Thread(target=self._server.run, name="web", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Answers what is under way, then hangs up."""
        self._server.task_dispatcher.shutdown()
        # In the thread that waits for these sockets: closed from here, they would keep it waiting.
        self._server.trigger.pull_trigger(partial(wasyncore.close_all, self._sockets))
        self._thread.join(5)


def _listening(host: str, port: int) -> socket:
    bound = socket(AF_INET6 if ":" in host else AF_INET)
    try:
        bound.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
        bound.bind((host, port))
    except (OSError, ValueError) as error:
        bound.close()
        reason = error.strerror if isinstance(error, OSError) else error
        raise SettingsError(
            f"Cannot listen on {host}:{port} ({reason}): stop what uses it, or set "
            "PAPERWIRE_HOST and PAPERWIRE_PORT."
        ) from None
    return bound
