"""Logs on standard error: one line an event, with the fields that came with it."""

import logging
import sys

FIELDS = ("workspace", "delivery", "source")


class _Lines(logging.Formatter):
    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s%(fields)s")

    def format(self, record: logging.LogRecord) -> str:
        known = ((name, getattr(record, name, None)) for name in FIELDS)
        record.fields = "".join(f" {name}={value}" for name, value in known if value)
        return super().format(record)


def set_up(level: str) -> None:
    """Sends everything of that level or above to standard error."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Lines())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    # These tell every connection and every tick.
    for chatty in ("slack_sdk", "slack_bolt", "apscheduler", "waitress", "alembic"):
        logging.getLogger(chatty).setLevel(max(logging.getLevelName(level), logging.WARNING))
