"""A year in six zones whose clocks change: exactly the digests that a table says, to the minute."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest

from bot.models import (
    EVERY_DAY,
    NEVER_QUIET,
    Monthly,
    MonthlyWeekday,
    Quiet,
    Rule,
    Schedule,
    Subscription,
    Weekly,
    WhenNothingNew,
)
from bot.parts import Parts
from bot.store import interests, subscriptions
from recommender import Interest
from tests.proofs.scene import TOPICS, Scene, scene

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
END = datetime(2027, 1, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Offsets:
    """What the clocks of a zone show in 2026, ahead of UTC: before and after each change."""

    first: timedelta
    changes: tuple[tuple[datetime, timedelta], ...]

    def instant(self, local: datetime) -> datetime:
        """When clocks first show a local time; as much later as they jump where none does."""
        before = self.first
        for at, after in self.changes:
            if local - before < at.replace(tzinfo=None):
                break
            if local - after >= at.replace(tzinfo=None):
                before = after
        return (local - before).replace(tzinfo=UTC)


def utc(month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


# As the authorities of these countries have announced them.
ZONES = {
    "Europe/Paris": Offsets(HOUR, ((utc(3, 29, 1), 2 * HOUR), (utc(10, 25, 1), HOUR))),
    "America/New_York": Offsets(-5 * HOUR, ((utc(3, 8, 7), -4 * HOUR), (utc(11, 1, 6), -5 * HOUR))),
    "Australia/Sydney": Offsets(
        11 * HOUR, ((utc(4, 4, 16), 10 * HOUR), (utc(10, 3, 16), 11 * HOUR))
    ),
    "Australia/Lord_Howe": Offsets(
        11 * HOUR, ((utc(4, 4, 15), 10.5 * HOUR), (utc(10, 3, 15, 30), 11 * HOUR))
    ),
    "America/Santiago": Offsets(-3 * HOUR, ((utc(4, 5, 3), -4 * HOUR), (utc(9, 6, 4), -3 * HOUR))),
    "Africa/Casablanca": Offsets(HOUR, ((utc(2, 15, 2), 0 * HOUR), (utc(3, 22, 2), HOUR))),
}


def days(*, step: int = 1, start: date = date(2026, 1, 1)) -> list[date]:
    """Every so many days of the year, from `start` on."""
    count = (date(2027, 1, 1) - start).days
    return [start + timedelta(days=number) for number in range(0, count, step)]


def dates(*month_days: str) -> list[date]:
    """Days written as month-day."""
    return [date.fromisoformat(f"2026-{text}") for text in month_days]


@dataclass(frozen=True)
class Case:
    """Somebody's rule, and what the calendar of 2026 makes of it."""

    zone: str
    rule: Rule
    at: time
    days: list[date]
    quiet: Quiet = NEVER_QUIET
    shown: time | None = None

    def expected(self) -> list[datetime]:
        """The instants of the year, by the table of this file."""
        local = [datetime.combine(day, self.shown or self.at) for day in self.days]
        return [ZONES[self.zone].instant(each) for each in local]


CASES = [
    # 02:30 does not exist on 29 March.
    Case("Europe/Paris", Weekly(EVERY_DAY), time(2, 30), days()),
    # Sundays; 01:30 comes twice on 1 November.
    Case(
        "America/New_York",
        Weekly(frozenset({6})),
        time(1, 30),
        days(step=7, start=date(2026, 1, 4)),
    ),
    # Every second Monday from 5 January.
    Case(
        "Australia/Sydney",
        Weekly(frozenset({0}), weeks=2, start=date(2026, 1, 5)),
        time(9, 0),
        days(step=14, start=date(2026, 1, 5)),
    ),
    # The 31st or the last, in quiet hours that end at 02:15, in the half hour that is missing.
    Case(
        "Australia/Lord_Howe",
        Monthly(31),
        time(1, 0),
        dates(*["01-31", "02-28", "03-31", "04-30", "05-31", "06-30"])
        + dates(*["07-31", "08-31", "09-30", "10-31", "11-30", "12-31"]),
        Quiet(since=time(22, 0), until=time(6, 15)),
        time(6, 15),
    ),
    # The first Sunday; midnight does not exist on 6 September.
    Case(
        "America/Santiago",
        MonthlyWeekday(1, 6),
        time(0, 0),
        dates(*["01-04", "02-01", "03-01", "04-05", "05-03", "06-07"])
        + dates(*["07-05", "08-02", "09-06", "10-04", "11-01", "12-06"]),
    ),
    # Monday to Friday; the clocks go back for Ramadan.
    Case(
        "Africa/Casablanca",
        Weekly(frozenset(range(5))),
        time(17, 45),
        [day for day in days() if day.isoweekday() < 6],
    ),
]


@dataclass
class SetClock:
    """A clock that shows what it is set to."""

    now: datetime

    def __call__(self) -> datetime:
        return self.now


def subscribe(stage: Scene, case: Case, topic: str) -> None:
    """Adds somebody who lives in the zone of a case, with its rule."""
    person = stage.team.add_person(case.zone, tz=case.zone)
    stage.people.append(person)
    who = stage.who(person)
    schedule = Schedule(case.rule, case.at, case.zone, case.quiet)
    with stage.store.writing() as connection:
        interests.put(connection, who, Interest(topic))
        # The first digest is the first of the year.
        first = case.expected()[0]
        new = Subscription(who, schedule, 2, who.id, first, when_nothing_new=WhenNothingNew.SAY)
        subscriptions.put(connection, new)


def ticks() -> Iterator[datetime]:
    """Moments at which the bot ticks: when something is due, before it near a change, and others.

    Each of them asks for everybody, so that a digest at a wrong time would be seen.
    """
    due = {instant for case in CASES for instant in case.expected()}
    changes = [at for zone in ZONES.values() for at, _ in zone.changes]
    near = {each for each in due if any(abs(each - at) < timedelta(days=2) for at in changes)}
    early = {instant - timedelta(minutes=1) for instant in near}
    others = {BEGIN + timedelta(hours=103 * number) for number in range(85)}
    yield from sorted(moment for moment in due | early | others if BEGIN <= moment < END)


@pytest.mark.slow
def test_a_year_of_digests_is_the_one_that_the_calendar_says(tmp_path: Path) -> None:
    """Through all changes of the clocks, digests come when the calendar says, and at no other."""
    clock = SetClock(BEGIN)
    with scene(f"sqlite:///{tmp_path}/bot.db", clock=lambda: clock().timestamp()) as stage:
        for case, topic in zip(CASES, TOPICS, strict=False):
            subscribe(stage, case, topic)
        with stage.address.parts(clock) as parts:
            live(stage, parts, clock)
        for case, person in zip(CASES, stage.people, strict=True):
            sent = [datetime.fromtimestamp(float(m.ts), UTC) for m in stage.digests(person)]
            got = [moment.replace(microsecond=0) for moment in sent]
            assert got == [moment for moment in case.expected() if BEGIN <= moment < END]


def live(stage: Scene, parts: Parts, clock: SetClock) -> None:
    """A year passes; every month brings papers."""
    month = 0
    for moment in ticks():
        clock.now = moment
        if moment.month > month:
            month = moment.month
            stage.publish(3)
        parts.tick()
