"""When digests are due, and how people write it."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import UserError
from bot.models import EVERY_DAY, WORKING_DAYS, Schedule
from bot.schedules import describe, local_text, next_due, parse_schedule, zone_named

MONDAYS = frozenset({0})
FRIDAYS = frozenset({4})

ZONES = (
    "UTC",
    "Europe/Paris",
    "America/New_York",
    "America/St_Johns",
    "America/Sao_Paulo",
    "Africa/Cairo",
    "Africa/Casablanca",
    "Asia/Tehran",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Pacific/Chatham",
    "Pacific/Kiritimati",
)

schedules = st.builds(
    Schedule,
    st.frozensets(st.integers(0, 6), min_size=1),
    st.builds(time, st.integers(0, 23), st.integers(0, 59)),
    st.sampled_from(ZONES),
)
# The years 2000 to 2089.
instants = st.integers(946_684_800, 3_786_911_999).map(lambda s: datetime.fromtimestamp(s, UTC))


@pytest.mark.parametrize(
    ("days", "at", "zone", "after", "due"),
    [
        pytest.param(EVERY_DAY, "09:00", "UTC", "2026-03-02T08:59", "2026-03-02T09:00", id="today"),
        pytest.param(
            EVERY_DAY, "09:00", "UTC", "2026-03-02T09:00", "2026-03-03T09:00", id="strictly later"
        ),
        pytest.param(
            WORKING_DAYS, "09:00", "UTC", "2026-03-06T09:00", "2026-03-09T09:00", id="weekend"
        ),
        pytest.param(
            MONDAYS, "09:00", "UTC", "2026-03-02T09:00", "2026-03-09T09:00", id="a week on"
        ),
        pytest.param(
            EVERY_DAY, "09:00", "UTC", "2028-02-28T10:00", "2028-02-29T09:00", id="leap day"
        ),
        pytest.param(
            EVERY_DAY, "09:00", "UTC", "2026-12-31T10:00", "2027-01-01T09:00", id="new year"
        ),
        pytest.param(
            EVERY_DAY, "09:00", "Europe/Paris", "2026-03-28T12:00", "2026-03-29T07:00", id="summer"
        ),
        pytest.param(
            EVERY_DAY, "09:00", "Europe/Paris", "2026-10-24T12:00", "2026-10-25T08:00", id="winter"
        ),
        pytest.param(
            EVERY_DAY, "02:30", "Europe/Paris", "2026-03-28T12:00", "2026-03-29T01:30", id="gap"
        ),
        pytest.param(
            EVERY_DAY, "02:30", "Europe/Paris", "2026-10-24T12:00", "2026-10-25T00:30", id="twice"
        ),
        pytest.param(
            EVERY_DAY, "02:30", "Europe/Paris", "2026-10-25T00:30", "2026-10-26T01:30", id="once"
        ),
        pytest.param(
            EVERY_DAY, "02:30", "America/New_York", "2026-03-07T12:00", "2026-03-08T07:30", id="NY"
        ),
        pytest.param(
            EVERY_DAY,
            "01:30",
            "America/New_York",
            "2026-11-01T05:30",
            "2026-11-02T06:30",
            id="New York: the repeat is passed over",
        ),
        pytest.param(
            EVERY_DAY,
            "02:15",
            "Australia/Lord_Howe",
            "2026-10-03T00:00",
            "2026-10-03T15:45",
            id="Lord Howe: a gap of half an hour",
        ),
        pytest.param(
            EVERY_DAY,
            "01:45",
            "Australia/Lord_Howe",
            "2026-04-04T00:00",
            "2026-04-04T14:45",
            id="Lord Howe: half an hour twice",
        ),
        pytest.param(
            FRIDAYS,
            "00:00",
            "Africa/Cairo",
            "2026-04-20T00:00",
            "2026-04-23T22:00",
            id="Cairo: a Friday without a midnight",
        ),
        pytest.param(
            EVERY_DAY, "09:00", "Asia/Kathmandu", "2026-03-02T00:00", "2026-03-02T03:15", id="5:45"
        ),
        pytest.param(
            MONDAYS,
            "09:00",
            "Pacific/Kiritimati",
            "2026-03-01T00:00",
            "2026-03-01T19:00",
            id="Kiritimati: Monday begins on Sunday",
        ),
        pytest.param(
            EVERY_DAY,
            "09:00",
            "Pacific/Apia",
            "2011-12-30T19:00",
            "2011-12-31T19:00",
            id="Apia: the day that was left out brings no second digest",
        ),
        pytest.param(
            FRIDAYS,
            "09:00",
            "Pacific/Apia",
            "2011-12-30T12:00",
            "2011-12-30T19:00",
            id="Apia: the Friday that was left out is made up for on Saturday",
        ),
    ],
)
def test_next_due(days: frozenset[int], at: str, zone: str, after: str, due: str) -> None:
    """The next instant of a schedule, around midnights, years and changes of the clocks."""
    schedule = Schedule(days, time.fromisoformat(at), zone)
    assert next_due(schedule, utc(after)) == utc(due)


@given(schedules, instants)
def test_it_is_due_later_on_one_of_the_days_at_the_local_time(
    schedule: Schedule, after: datetime
) -> None:
    """Due is strictly later, within eight days, and as the schedule says wherever that exists."""
    due = next_due(schedule, after)
    local = due.astimezone(ZoneInfo(schedule.zone))
    assert after < due <= after + timedelta(days=8)
    assert due.tzinfo is UTC
    if exists(local, schedule):
        assert local.time() == schedule.at
        assert local.weekday() in schedule.days
        assert local.fold == 0


@given(schedules, instants)
def test_nothing_is_due_in_between(schedule: Schedule, after: datetime) -> None:
    """Asking again at any moment before it is due gives the same instant."""
    due = next_due(schedule, after)
    for part in (0.25, 0.5, 0.75):
        assert next_due(schedule, after + (due - after) * part) == due


@given(schedules, instants)
def test_every_one_of_the_days_comes_once(schedule: Schedule, after: datetime) -> None:
    """A fortnight's dues are on different local days, two for each day of the week."""
    due = [next_due(schedule, after)]
    while len(due) < 2 * len(schedule.days):
        due.append(next_due(schedule, due[-1]))
    days = {instant.astimezone(ZoneInfo(schedule.zone)).date() for instant in due}
    assert len(days) == len(due)


def test_a_schedule_without_days_is_never_due() -> None:
    """It is an error rather than an endless search."""
    with pytest.raises(ValueError, match="at least one day"):
        next_due(Schedule(frozenset(), time(9), "UTC"), utc("2026-03-02T09:00"))


@pytest.mark.parametrize(
    ("words", "days", "at"),
    [
        ("", EVERY_DAY, "09:00"),
        ("daily", EVERY_DAY, "09:00"),
        ("every day at 8", EVERY_DAY, "08:00"),
        ("weekdays 08:30", WORKING_DAYS, "08:30"),
        ("every weekday at noon", WORKING_DAYS, "12:00"),
        ("08:30 weekdays", WORKING_DAYS, "08:30"),
        ("weekly", MONDAYS, "09:00"),
        ("weekly fri", FRIDAYS, "09:00"),
        ("Weekly FRIDAY 17:30", FRIDAYS, "17:30"),
        ("fri", FRIDAYS, "09:00"),
        ("every friday", FRIDAYS, "09:00"),
        ("fridays 5pm", FRIDAYS, "17:00"),
        ("fri 5 pm", FRIDAYS, "17:00"),
        ("weekly mon, wed and thurs at 7.15", frozenset({0, 2, 3}), "07:15"),
        ("mon mon", MONDAYS, "09:00"),
        ("daily daily", EVERY_DAY, "09:00"),
        ("9h30", EVERY_DAY, "09:30"),
        ("0:00", EVERY_DAY, "00:00"),
        ("midnight", EVERY_DAY, "00:00"),
        ("12am", EVERY_DAY, "00:00"),
        ("12pm", EVERY_DAY, "12:00"),
        ("12:30AM", EVERY_DAY, "00:30"),
        ("11:59pm", EVERY_DAY, "23:59"),
    ],
)
def test_schedules_as_people_write_them(words: str, days: frozenset[int], at: str) -> None:
    """Cadence, days and time in any order and in the usual spellings."""
    expected = Schedule(days, time.fromisoformat(at), "Europe/Paris")
    assert parse_schedule(words.split(), "Europe/Paris") == expected


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("weekly freitag", "neither a cadence"),
        ("dayly", "Did you mean “daily”?"),
        ("weekly wensday", "Did you mean “wednesday”?"),
        ("hourly", "neither a cadence"),
        ("24:00", "no time of day"),
        ("9:60", "no time of day"),
        ("13pm", "no time of day"),
        ("0am", "no time of day"),
        ("9:5", "neither a cadence"),
        ("-9", "neither a cadence"),
        ("9:00 17:00", "One time is enough"),
        ("daily weekly", "either “daily” or “weekly”"),
        ("daily fri", "already says the days"),
        ("weekdays sat", "already says the days"),
        ("mo", "neither a cadence"),
        ("<!channel>", "neither a cadence"),
        ("9" * 5_000, "neither a cadence"),
        ("🕘", "neither a cadence"),
    ],
)
def test_what_is_no_schedule(words: str, says: str) -> None:
    """Each mistake is one short sentence that says how to write it."""
    with pytest.raises(UserError, match=says) as refused:
        parse_schedule(words.split(), "UTC")
    assert len(str(refused.value)) < 200


@given(st.text(max_size=60), st.sampled_from(ZONES))
def test_any_text_is_a_schedule_or_a_sentence(text: str, zone: str) -> None:
    """Whatever is typed, it can be due, or is refused as UserError."""
    try:
        schedule = parse_schedule(text.split(), zone)
    except UserError:
        return
    assert next_due(schedule, utc("2026-03-02T09:00")) > utc("2026-03-02T09:00")


@given(schedules.filter(lambda s: s.days != WORKING_DAYS))
def test_a_description_can_be_typed_again(schedule: Schedule) -> None:
    """What the bot says of a schedule is a way to write it."""
    words, _, _ = describe(schedule).partition(" (")
    assert parse_schedule(words.split(), schedule.zone) == schedule


@pytest.mark.parametrize(
    ("days", "text"),
    [
        (EVERY_DAY, "every day at 09:00 (UTC)"),
        (WORKING_DAYS, "Monday to Friday at 09:00 (UTC)"),
        (MONDAYS, "every Monday at 09:00 (UTC)"),
        (frozenset({0, 2, 6}), "every Monday, Wednesday and Sunday at 09:00 (UTC)"),
    ],
)
def test_descriptions(days: frozenset[int], text: str) -> None:
    """A schedule in words, with its zone."""
    assert describe(Schedule(days, time(9), "UTC")) == text


def test_an_instant_in_words_is_local() -> None:
    """The same instant is another day elsewhere."""
    assert local_text(utc("2026-03-01T23:05"), "Europe/Paris") == "Monday 2 March, 00:05"
    assert local_text(utc("2026-03-01T23:05"), "America/New_York") == "Sunday 1 March, 18:05"


@pytest.mark.parametrize(
    "name", ["", "Mars/Phobos", "Europe", "../../etc/passwd", "a\0b", "\ud800", "x" * 5_000]
)
def test_what_is_no_time_zone(name: str) -> None:
    """An unknown zone is refused in a sentence, whatever its name is made of."""
    with pytest.raises(UserError, match="no time zone") as refused:
        zone_named(name)
    assert len(str(refused.value)) < 200


def exists(local: datetime, schedule: Schedule) -> bool:
    """Whether the clocks of that local day, and of its neighbours, show the schedule's time."""
    zone = ZoneInfo(schedule.zone)
    for shift in (-1, 0, 1):
        day = local.date() + timedelta(days=shift)
        shown = datetime.combine(day, schedule.at, zone)
        if shown.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != shown.replace(
            tzinfo=None
        ):
            return False
    return True


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
