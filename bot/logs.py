"""Logs on standard error: one line an event, with the fields that came with it."""

import logging
import sys
from contextlib import suppress

FIELDS = ("workspace", "delivery", "source")

# These tell every connection and every tick.
CHATTY = ("apscheduler", "waitress", "alembic", "filelock")


class _Lines(logging.Formatter):
    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s%(fields)s")

    def format(self, record: logging.LogRecord) -> str:
        known = ((name, getattr(record, name, None)) for name in FIELDS)
        record.fields = "".join(f" {name}={value}" for name, value in known if value)
        return super().format(record)


class _OnStandardError(logging.Handler):
    """Writes to standard error as it is at that moment."""

    def emit(self, record: logging.LogRecord) -> None:
        # Nobody reads any more: that is no reason to stop what was being done.
        with suppress(OSError, ValueError):
            sys.stderr.write(f"{self.format(record)}\n")


def set_up(level: str) -> None:
    """Sends everything of that level or above to standard error."""
    handler = _OnStandardError()
    handler.setFormatter(_Lines())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for chatty in CHATTY:
        logging.getLogger(chatty).setLevel(max(logging.getLevelName(level), logging.WARNING))
    # Every request that waits for a thread is one line of it, just when there are many.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    # Bolt warns at every start that it does not use a token it found in the environment.
    logging.getLogger("slack_bolt").setLevel(logging.ERROR)
    # Its errors are raised as well, and said once by whoever handles them.
    logging.getLogger("slack_sdk").setLevel(logging.CRITICAL)
