"""What is wrong with the sources, in sentences for whoever runs the bot."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.store import Connection, sources
from bot.store.sources import Subscribed

SILENCE = {"feed": timedelta(days=30)}
USUAL_SILENCE = timedelta(days=5)
"""Longer than a weekend with a holiday on either side."""

LATE = timedelta(days=1)


class Wrong(StrEnum):
    """What may be wrong with a source."""

    FAILING = "failing"
    SILENT = "silent"
    NOT_READ = "not read"


@dataclass(frozen=True, slots=True)
class Trouble:
    """A source that has one, and a sentence about it."""

    source: str
    wrong: Wrong
    text: str


def troubles(connection: Connection, now: datetime) -> list[Trouble]:
    """The sources that fail, bring nothing for unusually long, or are not read."""
    found = (_trouble(connection, each, now) for each in sources.all_of(connection))
    return [each for each in found if each is not None]


def source_troubles(connection: Connection, now: datetime) -> list[str]:
    """A sentence for each of the `troubles`."""
    return [each.text for each in troubles(connection, now)]


def source_remarks(connection: Connection) -> list[str]:
    """What the newest reading of each source has remarked, though it did not fail."""
    lines = []
    for source in sources.all_of(connection):
        for run in sources.last_runs(connection, source.name, 1):
            lines += [f"{source.name}: {note}" for note in run.notes if not run.error]
    return lines


def _trouble(connection: Connection, source: Subscribed, now: datetime) -> Trouble | None:
    runs = sources.last_runs(connection, source.name, 1)
    if runs and runs[0].error:
        times = f"{source.failures} times" if source.failures > 1 else "the last time"
        text = f"{source.name} could not be read {times}: {runs[0].error}"
        return Trouble(source.name, Wrong.FAILING, text)
    if now - source.next_due > LATE:
        text = f"{source.name} should have been read on {source.next_due:%Y-%m-%d}, and was not."
        return Trouble(source.name, Wrong.NOT_READ, text)
    usual = SILENCE.get(source.name.partition(":")[0], USUAL_SILENCE)
    allowed = max(usual, 2 * timedelta(minutes=source.minutes))
    news = sources.last_with_news(connection, source.name) or source.added_at
    # While nobody reads it, a source is not silent.
    if runs and runs[0].finished_at - news > allowed:
        text = f"{source.name} has brought nothing since {news:%Y-%m-%d}; is it still alive?"
        return Trouble(source.name, Wrong.SILENT, text)
    return None
