"""Reads the sources that are due, one after the other, whatever becomes of each."""

import logging
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Event

from bot.errors import PaperwireError, SourceBusy, SourceError, SourceStopped, UserError
from bot.library import Library
from bot.library.reading import one_line
from bot.library.turns import Turns
from bot.sources import check_source, open_source
from bot.sources.reach import Reach, Sites
from bot.sources.records import Checkpoint, Record
from bot.sources.web import Web
from bot.store import Store, papers, sources
from bot.store.papers import Ingestion
from bot.store.sources import Subscribed

logger = logging.getLogger(__name__)

READ_SECONDS = 600
"""After so long a reading stops at its next checkpoint, and others have their turn."""

FIRST_RETRY = timedelta(minutes=15)
USUAL_MINUTES = {"arxiv": 360, "biorxiv": 720, "medrxiv": 720, "feed": 180}
"""How often a source is read of which nobody says it, in minutes, by its kind."""

LEAST_MINUTES, MOST_MINUTES = 15, 60 * 24 * 31

SITES = frozenset(USUAL_MINUTES)
"""The kinds of sources that are read from a site."""

_EVERY = re.compile(r"\s+every\s+(?:(\d{1,5})\s*)?(m|h|d|minutes?|hours?|days?)\s*\Z", re.I)
_UNITS = {"m": 1, "h": 60, "d": 60 * 24}


def read_wishes(text: str) -> dict[str, int]:
    """The sources of a list such as "arxiv:cs.CL; feed:https://… every 2h", with their minutes.

    Raises UserError, with a sentence, for the first that is none.
    """
    wishes = (each.strip() for each in re.split(r";|\n", text))
    return dict(parse_wish(each) for each in wishes if each)


def parse_wish(text: str) -> tuple[str, int]:
    """One source, and how many minutes lie between two readings.

    Raises UserError for what is no source, or none that can be read again and again.
    """
    found = _EVERY.search(text)
    name = (text[: found.start()] if found else text).strip()
    kind = check_source(name)
    if kind not in USUAL_MINUTES:
        raise UserError(f"“{name[:60]}” has nothing new to bring: it is read with `ingest`.")
    if len(name) > sources.MAX_NAME:
        raise UserError("That is too long for a source.")
    minutes = USUAL_MINUTES[kind]
    if found:
        minutes = int(found[1] or 1) * _UNITS[found[2][0].lower()]
    if not LEAST_MINUTES <= minutes <= MOST_MINUTES:
        raise UserError("A source is read at most every 15 minutes, and at least every 31 days.")
    return name, minutes


def configure(store: Store, wishes: dict[str, int], now: datetime) -> None:
    """Has the sources of the settings read, and no longer those that have gone from there.

    What an admin added in Slack stays, unless the settings name it, too.
    """
    with store.writing() as connection:
        for known in sources.all_of(connection):
            if known.in_settings and known.name not in wishes:
                sources.remove(connection, known.name)
        for name, minutes in wishes.items():
            sources.put(connection, Subscribed(name, minutes, True, now, now))


@dataclass
class Rounds:
    """The readings of one process. `stop` ends a reading at its next step."""

    store: Store
    library: Library
    clock: Callable[[], datetime]
    web: Web = field(default_factory=Web)
    sites: Sites = field(default_factory=Sites)
    stopping: Event = field(default_factory=Event)

    def __post_init__(self) -> None:
        self.web.sleep = self._sleep
        self._turns = Turns(self.store, self.clock)

    def tick(self) -> int:
        """Reads every source that is due; how many. May be called from any thread or process."""
        done = 0
        while not self.stopping.is_set() and (source := self._turns.due()) is not None:
            self._read(source)
            done += 1
        if done:
            self.library.refresh()
        return done

    def stop(self) -> None:
        """Ends the reading under way as soon as it can be; `tick` reads nothing more."""
        self.stopping.set()

    def _read(self, source: Subscribed) -> None:
        """Reads a source and says when it is due again: one that fails, later and later."""
        begun = self.clock()
        every = timedelta(minutes=source.minutes)
        records = _Portion(self._records(source))
        try:
            run, _ = self.library.ingest(source.name, records, self.clock)
        except SourceStopped:
            self._done(source, self.clock(), source.failures)
        except SourceBusy as error:
            wait = max(timedelta(seconds=error.seconds), FIRST_RETRY)
            self._done(source, self.clock() + wait, source.failures + 1)
        except PaperwireError as error:
            logger.warning("%s", error, extra={"source": source.name})
            if not isinstance(error, SourceError):
                self._note(source, begun, str(error))
            self._done(source, self.clock() + _later(source, every), source.failures + 1)
        except Exception as error:
            # A mistake in one source's module must not keep the others from being read.
            logger.exception("source failed", extra={"source": source.name})
            self._note(source, begun, f"Something went wrong in Paperwire ({type(error).__name__})")
            self._done(source, self.clock() + _later(source, every), source.failures + 1)
        else:
            logger.info("%s", one_line(run), extra={"source": source.name})
            due = self.clock() if records.was_cut else begun + every
            self._done(source, due, 0)

    def _records(self, source: Subscribed) -> Iterator[Record]:
        with self.store.reading() as connection:
            place = sources.place(connection, source.name)
        reach = Reach(self.clock(), self.web, place, self.sites)
        for record in open_source(source.name, reach):
            self._go_on()
            yield record

    def _go_on(self) -> None:
        if self.stopping.is_set():
            raise SourceStopped("The bot was stopped.")

    def _sleep(self, seconds: float) -> None:
        if self.stopping.wait(seconds):
            raise SourceStopped("The bot was stopped.")

    def _done(self, source: Subscribed, due: datetime, failures: int) -> None:
        with self.store.writing() as connection:
            sources.done(connection, source.name, due, failures)
        self._turns.rest(source.name)

    def _note(self, source: Subscribed, begun: datetime, error: str) -> None:
        run = Ingestion(source.name, begun, self.clock(), 0, 0, 0, {}, error)
        with self.store.writing() as connection:
            papers.record(connection, run)


def _later(source: Subscribed, every: timedelta) -> timedelta:
    """When a source that failed is read again: later each time, never later than usual."""
    doubled: timedelta = FIRST_RETRY * 2 ** min(source.failures, 10)
    return min(doubled, max(every, FIRST_RETRY))


class _Portion:
    """The records up to the first checkpoint after READ_SECONDS; `was_cut` if there are more."""

    def __init__(self, records: Iterator[Record]) -> None:
        self._records = records
        self._until = time.monotonic() + READ_SECONDS
        self.was_cut = False

    def __iter__(self) -> Iterator[Record]:
        for record in self._records:
            yield record
            if isinstance(record, Checkpoint) and time.monotonic() > self._until:
                # Read again at once, if that was all, it would never come to an end.
                self.was_cut = next(self._records, None) is not None
                return
