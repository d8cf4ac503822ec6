"""When digests are due: days of the calendar, clocks that change, and what is quiet."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from bot.errors import UserError
from bot.models import (
    EVERY_DAY,
    NEVER_QUIET,
    WORKING_DAYS,
    Monthly,
    MonthlyWeekday,
    Quiet,
    Rule,
    Schedule,
    Weekly,
)
from bot.schedules import next_due, zone_named

DAILY = Weekly(EVERY_DAY)
MONDAYS = Weekly(frozenset({0}))
FRIDAYS = Weekly(frozenset({4}))
NIGHT = Quiet(frozenset(), time(22), time(7))


def case(
    name: str, rule: Rule, at: str, zone: str, after: str, due: str, quiet: Quiet = NEVER_QUIET
) -> object:
    """A row: instants are UTC, `at` is local."""
    schedule = Schedule(rule, time.fromisoformat(at), zone, quiet)
    return pytest.param(schedule, utc(after), utc(due), id=name)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def dues(schedule: Schedule, after: datetime, number: int) -> list[datetime]:
    """The next so many instants at which a schedule is due."""
    found = [next_due(schedule, after)]
    while len(found) < number:
        found.append(next_due(schedule, found[-1]))
    return found


WEEKS = (
    case("today", DAILY, "09:00", "UTC", "2026-03-02T08:59", "2026-03-02T09:00"),
    case("strictly later", DAILY, "09:00", "UTC", "2026-03-02T09:00", "2026-03-03T09:00"),
    case("weekend", Weekly(WORKING_DAYS), "09:00", "UTC", "2026-03-06T09:00", "2026-03-09T09:00"),
    case("a week on", MONDAYS, "09:00", "UTC", "2026-03-02T09:00", "2026-03-09T09:00"),
    case("leap day", DAILY, "09:00", "UTC", "2028-02-28T10:00", "2028-02-29T09:00"),
    case("new year", DAILY, "09:00", "UTC", "2026-12-31T10:00", "2027-01-01T09:00"),
    case("5:30 east", DAILY, "09:00", "Asia/Kolkata", "2026-03-02T00:00", "2026-03-02T03:30"),
    case(
        "Kiritimati: Monday begins on Sunday",
        *(MONDAYS, "09:00", "Pacific/Kiritimati", "2026-03-01T00:00", "2026-03-01T19:00"),
    ),
)
CLOCKS = (
    case("London: summer", DAILY, "09:00", "Europe/London", "2026-03-28T12:00", "2026-03-29T08:00"),
    case("London: winter", DAILY, "09:00", "Europe/London", "2026-10-24T12:00", "2026-10-25T09:00"),
    case("London: gap", DAILY, "01:30", "Europe/London", "2026-03-28T12:00", "2026-03-29T01:30"),
    case("London: twice", DAILY, "01:30", "Europe/London", "2026-10-24T12:00", "2026-10-25T00:30"),
    case("London: once", DAILY, "01:30", "Europe/London", "2026-10-25T00:30", "2026-10-26T01:30"),
    case("NY: gap", DAILY, "02:30", "America/New_York", "2026-03-07T12:00", "2026-03-08T07:30"),
    case("NY: twice", DAILY, "01:30", "America/New_York", "2026-10-31T12:00", "2026-11-01T05:30"),
    case("NY: once", DAILY, "01:30", "America/New_York", "2026-11-01T05:30", "2026-11-02T06:30"),
    case(
        "Lord Howe: a gap of half an hour",
        *(DAILY, "02:15", "Australia/Lord_Howe", "2026-10-03T00:00", "2026-10-03T15:45"),
    ),
    case(
        "Lord Howe: half an hour twice",
        *(DAILY, "01:45", "Australia/Lord_Howe", "2026-04-04T00:00", "2026-04-04T14:45"),
    ),
    case(
        "Lord Howe: the second half hour is passed over",
        *(DAILY, "01:45", "Australia/Lord_Howe", "2026-04-04T14:45", "2026-04-05T15:15"),
    ),
    case(
        "São Paulo: a day without a midnight",
        *(DAILY, "00:00", "America/Sao_Paulo", "2018-11-03T12:00", "2018-11-04T03:00"),
    ),
    case(
        "Casablanca: clocks back for Ramadan",
        *(DAILY, "09:00", "Africa/Casablanca", "2026-02-14T12:00", "2026-02-15T09:00"),
    ),
    case(
        "Casablanca: and forward after it",
        *(DAILY, "09:00", "Africa/Casablanca", "2026-03-21T12:00", "2026-03-22T08:00"),
    ),
    case(
        "Cairo: a Friday without a midnight",
        *(FRIDAYS, "00:00", "Africa/Cairo", "2026-04-20T00:00", "2026-04-23T22:00"),
    ),
    case(
        "Kolkata: never changes",
        *(DAILY, "02:30", "Asia/Kolkata", "2026-03-28T22:00", "2026-03-29T21:00"),
    ),
    case(
        "Apia: the day that was left out brings no second digest",
        *(DAILY, "09:00", "Pacific/Apia", "2011-12-30T19:00", "2011-12-31T19:00"),
    ),
    case(
        "Apia: the Friday that was left out is made up for on Saturday",
        *(FRIDAYS, "09:00", "Pacific/Apia", "2011-12-30T12:00", "2011-12-30T19:00"),
    ),
)
MONTHS = (
    case("31st in April", Monthly(31), "09:00", "UTC", "2026-04-01T00:00", "2026-04-30T09:00"),
    case("31st in May", Monthly(31), "09:00", "UTC", "2026-05-01T00:00", "2026-05-31T09:00"),
    case("30th in February", Monthly(30), "09:00", "UTC", "2026-02-01T00:00", "2026-02-28T09:00"),
    case("29th, common year", Monthly(29), "09:00", "UTC", "2026-02-01T00:00", "2026-02-28T09:00"),
    case("29th, leap year", Monthly(29), "09:00", "UTC", "2028-02-28T12:00", "2028-02-29T09:00"),
    case(
        "2100 is no leap year", Monthly(29), "09:00", "UTC", "2100-02-01T00:00", "2100-02-28T09:00"
    ),
    case("1st over the year", Monthly(1), "09:00", "UTC", "2026-12-01T09:00", "2027-01-01T09:00"),
    case(
        "the local month counts",
        *(Monthly(1), "09:00", "Pacific/Kiritimati", "2026-03-30T00:00", "2026-03-31T19:00"),
    ),
    case(
        "first Monday, on the 7th",
        *(MonthlyWeekday(1, 0), "09:00", "UTC", "2026-09-01T00:00", "2026-09-07T09:00"),
    ),
    case(
        "first Sunday, on the 1st",
        *(MonthlyWeekday(1, 6), "09:00", "UTC", "2026-02-27T00:00", "2026-03-01T09:00"),
    ),
    case(
        "second Tuesday",
        *(MonthlyWeekday(2, 1), "09:00", "UTC", "2026-03-03T12:00", "2026-03-10T09:00"),
    ),
    case(
        "third Wednesday",
        *(MonthlyWeekday(3, 2), "09:00", "UTC", "2026-03-02T12:00", "2026-03-18T09:00"),
    ),
    case(
        "fourth Thursday is not the last",
        *(MonthlyWeekday(4, 3), "09:00", "UTC", "2026-04-02T12:00", "2026-04-23T09:00"),
    ),
    case(
        "last Thursday is the fifth",
        *(MonthlyWeekday(-1, 3), "09:00", "UTC", "2026-04-23T09:00", "2026-04-30T09:00"),
    ),
    case(
        "last Friday of a February of four weeks",
        *(MonthlyWeekday(-1, 4), "09:00", "UTC", "2026-02-01T09:00", "2026-02-27T09:00"),
    ),
)
QUIET = (
    case("before", DAILY, "21:59", "UTC", "2026-03-02T12:00", "2026-03-02T21:59", NIGHT),
    case("from the start", DAILY, "22:00", "UTC", "2026-03-02T12:00", "2026-03-03T07:00", NIGHT),
    case("after midnight", DAILY, "03:00", "UTC", "2026-03-02T00:00", "2026-03-02T07:00", NIGHT),
    case("at the end", DAILY, "07:00", "UTC", "2026-03-02T00:00", "2026-03-02T07:00", NIGHT),
    case("still to come", DAILY, "23:00", "UTC", "2026-03-03T06:59", "2026-03-03T07:00", NIGHT),
    case("once a night", DAILY, "23:00", "UTC", "2026-03-03T07:00", "2026-03-04T07:00", NIGHT),
    case(
        "within a day",
        *(DAILY, "09:00", "UTC", "2026-03-02T00:00", "2026-03-02T17:00"),
        Quiet(frozenset(), time(8), time(17)),
    ),
    case(
        "a quiet weekend ends on Monday at the same time",
        *(DAILY, "09:00", "UTC", "2026-03-06T12:00", "2026-03-09T09:00"),
        Quiet(frozenset({5, 6})),
    ),
    case(
        "the digests of a quiet weekend and Monday's are one",
        *(DAILY, "09:00", "UTC", "2026-03-09T09:00", "2026-03-10T09:00"),
        Quiet(frozenset({5, 6})),
    ),
    case(
        "out of the night into a quiet day",
        *(FRIDAYS, "23:00", "UTC", "2026-03-06T12:00", "2026-03-09T07:00"),
        Quiet(frozenset({5, 6}), time(22), time(7)),
    ),
    case(
        "one loud day a week",
        *(MONDAYS, "09:00", "UTC", "2026-03-02T10:00", "2026-03-08T09:00"),
        Quiet(frozenset(range(6))),
    ),
    case(
        "last month's may come this month",
        *(Monthly(31), "23:00", "UTC", "2026-03-01T00:00", "2026-03-01T07:00"),
        NIGHT,
    ),
    case(
        "local hours",
        *(DAILY, "23:00", "America/New_York", "2026-07-02T12:00", "2026-07-03T11:00"),
        NIGHT,
    ),
    case(
        "a missing time is not shifted into quiet hours",
        *(DAILY, "02:30", "America/New_York", "2026-03-07T12:00", "2026-03-08T09:00"),
        Quiet(frozenset(), time(3), time(5)),
    ),
    case(
        "a missing day is not shifted to a quiet one",
        *(FRIDAYS, "09:00", "Pacific/Apia", "2011-12-30T00:00", "2011-12-31T19:00"),
        Quiet(frozenset({5})),
    ),
)


@pytest.mark.parametrize(("schedule", "after", "due"), [*WEEKS, *CLOCKS, *MONTHS, *QUIET])
def test_next_due(schedule: Schedule, after: datetime, due: datetime) -> None:
    """The next instant of a schedule, around midnights, months, changes of the clocks, quiet."""
    assert next_due(schedule, after) == due


@pytest.mark.parametrize(
    ("start", "first"),
    [
        (date(2026, 12, 14), "2026-12-14"),
        (date(2026, 12, 20), "2026-12-14"),
        (date(2026, 12, 21), "2026-12-21"),
        (date(2028, 1, 9), "2026-12-21"),
        (date(2020, 2, 29), "2026-12-21"),
    ],
)
def test_every_second_week_counts_from_its_start(start: date, first: str) -> None:
    """Mondays two weeks apart, over the end of a year of 53 weeks, whatever day it began on."""
    fortnightly = Schedule(Weekly(frozenset({0}), 2, start), time(9), "UTC")
    found = [due.date() for due in dues(fortnightly, utc("2026-12-13T00:00"), 5)]
    assert found == [date.fromisoformat(first) + timedelta(weeks=2 * n) for n in range(5)]


def test_every_second_week_may_have_several_days() -> None:
    """All the days of one week, then none of the next."""
    both = Schedule(Weekly(frozenset({1, 4}), 2, date(2026, 3, 2)), time(9), "UTC")
    found = [due.date().isoformat() for due in dues(both, utc("2026-03-04T00:00"), 3)]
    assert found == ["2026-03-06", "2026-03-17", "2026-03-20"]


@pytest.mark.parametrize(("day", "of_2028"), [(29, 29), (30, 29), (31, 29)])
def test_a_day_at_the_end_of_the_month_comes_every_month(day: int, of_2028: int) -> None:
    """Twelve times a year, on that day or the last one; February of a leap year has 29."""
    found = dues(Schedule(Monthly(day), time(9), "UTC"), utc("2028-01-01T00:00"), 12)
    assert [due.month for due in found] == list(range(1, 13))
    lengths = [31, of_2028, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    assert [due.day for due in found] == [min(day, length) for length in lengths]


def test_moving_to_another_zone_moves_the_instant() -> None:
    """The same rule is due at the same local time wherever its subscriber is."""
    after = utc("2026-03-02T00:00")
    hours = {"Asia/Tokyo": 0, "Europe/Paris": 8, "America/New_York": 14, "Asia/Kolkata": 3.5}
    for zone, hour in hours.items():
        due = next_due(Schedule(DAILY, time(9), zone), after - timedelta(seconds=1))
        assert due == after + timedelta(hours=hour)


def test_a_clock_that_goes_back_or_ahead_asks_again() -> None:
    """What is due depends on the instant that is asked about, and on nothing before it."""
    schedule = Schedule(DAILY, time(9), "UTC")
    asked = [utc(text) for text in ("2026-03-02T12:00", "2036-03-02T12:00", "2026-03-02T08:00")]
    found = [next_due(schedule, after).isoformat() for after in asked]
    assert [text[:10] for text in found] == ["2026-03-03", "2036-03-03", "2026-03-02"]


def test_a_schedule_without_days_is_never_due() -> None:
    """It is an error rather than an endless search."""
    with pytest.raises(ValueError, match="at least one day"):
        next_due(Schedule(Weekly(frozenset()), time(9), "UTC"), utc("2026-03-02T09:00"))


@pytest.mark.parametrize(
    "name", ["", "Mars/Phobos", "Europe", "../../etc/passwd", "a\0b", "\ud800", "x" * 5_000]
)
def test_what_is_no_time_zone(name: str) -> None:
    """An unknown zone is refused in a sentence, whatever its name is made of."""
    with pytest.raises(UserError, match="no time zone") as refused:
        zone_named(name)
    assert len(str(refused.value)) < 200
