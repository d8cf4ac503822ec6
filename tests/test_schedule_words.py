"""Schedules and quiet hours as people write and read them."""

from datetime import UTC, date, datetime, time
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import UserError
from bot.models import (
    EVERY_DAY,
    WORKING_DAYS,
    Monthly,
    MonthlyWeekday,
    Quiet,
    Rule,
    Schedule,
    Weekly,
)
from bot.schedules import (
    describe,
    describe_quiet,
    local_date,
    local_text,
    next_due,
    parse_quiet,
    parse_schedule,
    typed,
)

TODAY = date(2026, 3, 4)
DAILY = Weekly(EVERY_DAY)
WORKDAYS = Weekly(WORKING_DAYS)
MONDAYS = Weekly(frozenset({0}))
FRIDAYS = Weekly(frozenset({4}))

days = st.frozensets(st.integers(0, 6), min_size=1)
times = st.builds(time, st.integers(0, 23), st.integers(0, 59))
rules = st.one_of(
    st.builds(Weekly, days),
    st.builds(Weekly, days, st.just(2), st.dates(date(1000, 1, 1))),
    st.builds(Monthly, st.integers(1, 31)),
    st.builds(MonthlyWeekday, st.sampled_from((1, 2, 3, 4, -1)), st.integers(0, 6)),
)


@pytest.mark.parametrize(
    ("words", "rule", "at"),
    [
        ("", WORKDAYS, "09:00"),
        ("daily", DAILY, "09:00"),
        ("every day at 8", DAILY, "08:00"),
        ("weekdays 08:30", WORKDAYS, "08:30"),
        ("every weekday at noon", WORKDAYS, "12:00"),
        ("08:30 weekdays", WORKDAYS, "08:30"),
        ("weekly", MONDAYS, "09:00"),
        ("weekly fri", FRIDAYS, "09:00"),
        ("Weekly FRIDAY 17:30", FRIDAYS, "17:30"),
        ("fri", FRIDAYS, "09:00"),
        ("every friday", FRIDAYS, "09:00"),
        ("fridays 5pm", FRIDAYS, "17:00"),
        ("fri 5 pm", FRIDAYS, "17:00"),
        ("weekly mon, wed and thurs at 7.15", Weekly(frozenset({0, 2, 3})), "07:15"),
        ("tue,thu 8", Weekly(frozenset({1, 3})), "08:00"),
        ("mon mon", MONDAYS, "09:00"),
        ("daily daily", DAILY, "09:00"),
        ("9h30", WORKDAYS, "09:30"),
        ("0:00", WORKDAYS, "00:00"),
        ("midnight", WORKDAYS, "00:00"),
        ("12am", WORKDAYS, "00:00"),
        ("12pm", WORKDAYS, "12:00"),
        ("12:30AM", WORKDAYS, "00:30"),
        ("11:59pm", WORKDAYS, "23:59"),
        ("fortnightly", Weekly(frozenset({0}), 2, TODAY), "09:00"),
        ("fortnightly on tue and fri 18:00", Weekly(frozenset({1, 4}), 2, TODAY), "18:00"),
        ("fortnightly 2026-02-25 thu", Weekly(frozenset({3}), 2, date(2026, 2, 25)), "09:00"),
        ("biweekly thu", Weekly(frozenset({3}), 2, TODAY), "09:00"),
        ("monthly", Monthly(1), "09:00"),
        ("every month at 8am", Monthly(1), "08:00"),
        ("monthly 15", Monthly(15), "09:00"),
        ("monthly 15 17:30", Monthly(15), "17:30"),
        ("monthly 15 8", Monthly(15), "08:00"),
        ("monthly 2nd", Monthly(2), "09:00"),
        ("monthly on the third", Monthly(3), "09:00"),
        ("the 15th of each month", Monthly(15), "09:00"),
        ("31st", Monthly(31), "09:00"),
        ("monthly last day 10:00", Monthly(31), "10:00"),
        ("last day of the month", Monthly(31), "09:00"),
        ("monthly first Monday", MonthlyWeekday(1, 0), "09:00"),
        ("monthly monday", MonthlyWeekday(1, 0), "09:00"),
        ("monthly 2nd tue 9:30", MonthlyWeekday(2, 1), "09:30"),
        ("first monday of every month at 10", MonthlyWeekday(1, 0), "10:00"),
        ("monthly 4th fri", MonthlyWeekday(4, 4), "09:00"),
        ("last friday", MonthlyWeekday(-1, 4), "09:00"),
    ],
)
def test_schedules_as_people_write_them(words: str, rule: Rule, at: str) -> None:
    """Cadence, days and time in any order and in the usual spellings."""
    expected = Schedule(rule, time.fromisoformat(at), "Europe/Paris")
    assert parse_schedule(words.split(), "Europe/Paris", TODAY) == expected


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("weekly freitag", "neither a cadence"),
        ("dayly", "Did you mean “daily”?"),
        ("fortnigthly", "Did you mean “fortnightly”?"),
        ("weekly wensday", "Did you mean “wednesday”?"),
        ("hourly", "neither a cadence"),
        ("second monday", "neither a cadence"),
        ("24:00", "no time of day"),
        ("9:60", "no time of day"),
        ("13pm", "no time of day"),
        ("0am", "no time of day"),
        ("9:5", "neither a cadence"),
        ("-9", "neither a cadence"),
        ("9:00 17:00", "One time is enough"),
        ("monthly 15 9 10", "One time is enough"),
        ("daily weekly", "either “daily” or “weekly”"),
        ("weekly monthly 3", "either “weekly” or “monthly”"),
        ("daily fri", "already says the days"),
        ("weekdays sat", "already says the days"),
        ("monthly 0", "write one from 1 to 31"),
        ("monthly 32", "write one from 1 to 31"),
        ("99th", "write one from 1 to 31"),
        ("monthly 1 15th", "One day a month"),
        ("monthly mon fri", "One day a month"),
        ("monthly 1st and 15th", "One day a month"),
        ("15th mon", "One day a month"),
        ("weekly 15th", "goes with monthly, not with weekly"),
        ("fortnightly first monday", "goes with monthly, not with fortnightly"),
        ("mo", "neither a cadence"),
        ("fortnightly 2026-02-30", "is no date"),
        ("weekly 2026-02-25", "A date goes with fortnightly"),
        ("<!channel>", "neither a cadence"),
        ("9" * 5_000, "neither a cadence"),
        ("monthly " + "9" * 5_000, "write one from 1 to 31"),
        ("🕘", "neither a cadence"),
    ],
)
def test_what_is_no_schedule(words: str, says: str) -> None:
    """Each mistake is one short sentence that says how to write it."""
    with pytest.raises(UserError, match=says) as refused:
        parse_schedule(words.split(), "UTC", TODAY)
    assert len(str(refused.value)) < 200


@given(
    st.text(max_size=60)
    | st.lists(
        st.sampled_from(
            (
                "monthly",
                "weekly",
                "fortnightly",
                "first",
                "last",
                "2nd",
                "mon",
                "15",
                "31st",
                "9",
                "9pm",
            )
        )
    ).map(" ".join)
)
def test_any_text_is_a_schedule_or_a_sentence(text: str) -> None:
    """Whatever is typed, it can be due, or is refused as UserError."""
    now = datetime(2026, 3, 2, 9, tzinfo=UTC)
    try:
        schedule = parse_schedule(text.split(), "Europe/Paris", TODAY)
    except UserError:
        return
    assert next_due(schedule, now) > now


@given(rules, times)
def test_what_is_offered_for_typing_gives_the_schedule_again(rule: Rule, at: time) -> None:
    """Every rule and time has words that are read as the same rule and time."""
    schedule = Schedule(rule, at, "UTC")
    assert parse_schedule(typed(schedule).split(), "UTC", TODAY) == schedule


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (DAILY, "every day"),
        (WORKDAYS, "Monday to Friday"),
        (MONDAYS, "every Monday"),
        (Weekly(frozenset({0, 2, 6})), "every Monday, Wednesday and Sunday"),
        (Weekly(frozenset({1}), 2, TODAY), "every second week on Tuesday"),
        (
            Weekly(WORKING_DAYS, 2, TODAY),
            "every second week on Monday, Tuesday, Wednesday, Thursday and Friday",
        ),
        (Monthly(15), "on day 15 of the month"),
        (Monthly(31), "on the last day of the month"),
        (MonthlyWeekday(1, 0), "on the first Monday of the month"),
        (MonthlyWeekday(-1, 4), "on the last Friday of the month"),
    ],
)
def test_descriptions(rule: Rule, text: str) -> None:
    """A schedule in words, with its zone, and with what is quiet."""
    assert describe(Schedule(rule, time(9), "UTC")) == f"{text} at 09:00 (UTC)"
    quiet = Quiet(frozenset({6}), time(22), time(7))
    told = describe(Schedule(rule, time(9), "UTC", quiet))
    assert told == f"{text} at 09:00 (UTC), never from 22:00 to 07:00 and on Sunday"


@pytest.mark.parametrize(
    ("words", "quiet"),
    [
        ("22:00-07:00", Quiet(frozenset(), time(22), time(7))),
        ("22-7", Quiet(frozenset(), time(22), time(7))),
        ("10pm - 7am", Quiet(frozenset(), time(22), time(7))),
        ("22:00–07:00 sat,sun", Quiet(frozenset({5, 6}), time(22), time(7))),
        ("on Saturdays and sundays", Quiet(frozenset({5, 6}))),
        ("fri 12:30 -13:30", Quiet(frozenset({4}), time(12, 30), time(13, 30))),
        ("off", Quiet()),
        ("", Quiet()),
    ],
)
def test_quiet_hours_as_people_write_them(words: str, quiet: Quiet) -> None:
    """Hours with any dash, days, both, or none."""
    assert parse_quiet(words.split()) == quiet


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("night", "neither a day nor hours"),
        ("22:00", "neither a day nor hours"),
        ("22:00-", "neither a day nor hours"),
        ("-", "neither a day nor hours"),
        ("mon-fri", "neither a day nor hours"),
        ("1-2 3-4", "neither a day nor hours"),
        ("25-7", "no time of day"),
        ("22:00-22:00", "two different times"),
        ("mon tue wed thu fri sat sun", "pause them instead"),
        ("x" * 5_000, "neither a day nor hours"),
    ],
)
def test_what_is_not_quiet(words: str, says: str) -> None:
    """Each mistake is one short sentence that says how to write it."""
    with pytest.raises(UserError, match=says) as refused:
        parse_quiet(words.split())
    assert len(str(refused.value)) < 200


@pytest.mark.parametrize(
    ("quiet", "hours"),
    [
        (Quiet(), set()),
        (Quiet(frozenset(), time(22), time(7)), {22, 23, 0, 1, 2, 3, 4, 5, 6}),
        (Quiet(frozenset(), time(9), time(12)), {9, 10, 11}),
        (Quiet(frozenset(), time(0), time(1)), {0}),
    ],
)
def test_which_hours_are_quiet(quiet: Quiet, hours: set[int]) -> None:
    """From the first to before the last, also over midnight."""
    assert {hour for hour in range(24) if quiet.covers(time(hour))} == hours


def test_what_is_quiet_in_words() -> None:
    """Hours, days, both or nothing."""
    hours, both = ((None, None), (time(22), time(7))), (frozenset[int](), frozenset({5, 6}))
    assert [describe_quiet(Quiet(days, *when)) for when, days in product(hours, both)] == [
        "",
        "on Saturday and Sunday",
        "from 22:00 to 07:00",
        "from 22:00 to 07:00 and on Saturday and Sunday",
    ]


def test_an_instant_in_words_is_local() -> None:
    """The same instant is another day elsewhere."""
    late = datetime(2026, 3, 1, 23, 5, tzinfo=UTC)
    assert local_text(late, "Europe/Paris") == "Monday 2 March, 00:05"
    assert local_text(late, "America/New_York") == "Sunday 1 March, 18:05"
    assert local_date(late, "Europe/Paris") == date(2026, 3, 2)
    assert local_date(late, "America/New_York") == date(2026, 3, 1)
