"""The HTTP server for Slack's requests. The only importer of waitress."""

from collections.abc import Callable, Iterable
from threading import Thread
from typing import Any

from waitress.server import create_server

from bot.errors import SettingsError

# Slack's largest payloads are views of 250 KB.
MAX_BODY_BYTES = 1_000_000
THREADS = 16

WebApp = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class WebServer:
    """Serves a WSGI application from threads of its own.

    It listens from the start on; port 0 takes any free one. Raises SettingsError when it cannot.
    """

    def __init__(self, app: WebApp, host: str, port: int) -> None:
        try:
            self._server = create_server(
                app,
                host=host,
                port=port,
                threads=THREADS,
                max_request_body_size=MAX_BODY_BYTES,
                ident=None,
            )
        except (OSError, ValueError) as error:
            raise SettingsError(
                f"Cannot listen on {host}:{port} ({_reason(error)}): stop what uses it, or set "
                "PAPERWIRE_HOST and PAPERWIRE_PORT."
            ) from None
        self.port = int(self._server.effective_port)
        self._thread = Thread(target=self._server.run, name="web", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stops listening."""
        self._server.close()
        self._thread.join(5)


def _reason(error: Exception) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or str(error)
