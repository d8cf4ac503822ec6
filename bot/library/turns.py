"""Whose turn it is to ask a site, among all processes that share a database."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import uuid4

from bot.errors import SourceError
from bot.sources.records import Record
from bot.sources.web import ARXIV_SECONDS
from bot.store import Store, sources
from bot.store.sources import BY_HAND, Subscribed

LEASE = timedelta(hours=1)
"""How long nobody else asks the site of a reader that has died; longer than any page takes."""

RENEWAL = timedelta(minutes=1)

REST = timedelta(seconds=ARXIV_SECONDS)
"""Between what one process has asked a site and what another does."""

_LOOK_SECONDS = 0.5


@dataclass
class Turns:
    """The turns of one reader: the rounds of a bot, or a command that somebody has typed."""

    store: Store
    clock: Callable[[], datetime]
    reader: str = field(default_factory=lambda: uuid4().hex)

    @classmethod
    def by_hand(cls, store: Store, clock: Callable[[], datetime]) -> "Turns":
        """Those of a command: a bot that starts meanwhile leaves it its turn."""
        return cls(store, clock, BY_HAND + uuid4().hex)

    def due(self) -> Subscribed | None:
        """The next source that is due and whose site nobody else is asking."""
        with self.store.writing() as connection:
            return sources.claim(connection, self.reader, self.clock(), LEASE)

    def rest(self, name: str) -> None:
        """Gives the site of a source back."""
        with self.store.writing() as connection:
            sources.rest(connection, name, self.reader, self.clock() + REST)

    @contextmanager
    def taken(
        self, name: str, wait: Callable[[float], None], told: Callable[[str], None]
    ) -> Iterator[None]:
        """Waits for the turn of a source that is not due, and gives it back after the block.

        `told` hears once which source is being read meanwhile, if that is why.
        """
        heard = False
        while (busy := self._taken(name)) is not None:
            if busy and not heard:
                told(busy)
                heard = True
            wait(_LOOK_SECONDS)
        try:
            yield
        finally:
            self.rest(name)

    def kept(self, name: str, records: Iterable[Record]) -> Iterator[Record]:
        """The records, while the turn is kept. Raises SourceError when another took it over."""
        renewed = self.clock()
        for record in records:
            if self.clock() - renewed > RENEWAL:
                renewed = self.clock()
                if self._taken(name) is not None:
                    raise SourceError("Another process reads from that site by now.")
            yield record

    def _taken(self, name: str) -> str | None:
        with self.store.writing() as connection:
            return sources.take(connection, name, self.reader, self.clock(), LEASE)
