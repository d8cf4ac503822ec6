"""What is wrong with the sources, in sentences for whoever runs the bot."""

from datetime import datetime, timedelta

from bot.store import Connection, sources
from bot.store.sources import Subscribed

SILENCE = {"feed": timedelta(days=30)}
USUAL_SILENCE = timedelta(days=5)
"""Longer than a weekend with a holiday on either side."""

LATE = timedelta(days=1)


def source_troubles(connection: Connection, now: datetime) -> list[str]:
    """A sentence for each source that fails, brings nothing for unusually long, or is not read."""
    troubles = (_trouble(connection, each, now) for each in sources.all_of(connection))
    return [each for each in troubles if each is not None]


def source_remarks(connection: Connection) -> list[str]:
    """What the newest reading of each source has remarked, though it did not fail."""
    lines = []
    for source in sources.all_of(connection):
        for run in sources.last_runs(connection, source.name, 1):
            lines += [f"{source.name}: {note}" for note in run.notes if not run.error]
    return lines


def _trouble(connection: Connection, source: Subscribed, now: datetime) -> str | None:
    runs = sources.last_runs(connection, source.name, 1)
    if runs and runs[0].error:
        times = f"{source.failures} times" if source.failures > 1 else "the last time"
        return f"{source.name} could not be read {times}: {runs[0].error}"
    if now - source.next_due > LATE:
        return f"{source.name} should have been read on {source.next_due:%Y-%m-%d}, and was not."
    allowed = SILENCE.get(source.name.partition(":")[0], USUAL_SILENCE)
    news = sources.last_with_news(connection, source.name) or source.added_at
    if runs and now - news > allowed:
        return f"{source.name} has brought nothing since {news:%Y-%m-%d}; is it still alive?"
    return None
