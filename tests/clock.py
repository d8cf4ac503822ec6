"""The clock of the tests: it stands still on a Monday until somebody moves it."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

MONDAY = datetime(2026, 3, 2, 7, 0, tzinfo=UTC)
"""A Monday, 08:00 in Paris."""


@dataclass
class Clock:
    """A clock that moves only when it is told to."""

    at: datetime = MONDAY

    def __call__(self) -> datetime:
        return self.at

    def passes(self, **time: float) -> None:
        self.at += timedelta(**time)
