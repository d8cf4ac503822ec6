"""What holds of every schedule at every instant, whatever the clocks do."""

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from bot.models import Monthly, MonthlyWeekday, Quiet, Schedule, Weekly
from bot.schedules import next_due
from bot.schedules.rules import falls_on

ZONES = (
    *("UTC", "Europe/London", "America/New_York", "America/St_Johns", "America/Sao_Paulo"),
    *("Africa/Cairo", "Africa/Casablanca", "Asia/Tehran", "Asia/Kolkata", "Australia/Lord_Howe"),
    *("America/Nuuk", "Pacific/Apia", "Pacific/Chatham", "Pacific/Kiritimati"),
)

days = st.frozensets(st.integers(0, 6), min_size=1)
times = st.builds(time, st.integers(0, 23), st.integers(0, 59))
# The years 2000 to 2089.
instants = st.integers(946_684_800, 3_786_911_999).map(lambda s: datetime.fromtimestamp(s, UTC))
rules = st.one_of(
    st.builds(Weekly, days),
    st.builds(Weekly, days, st.just(2), st.dates(date(1999, 1, 1), date(2089, 12, 31))),
    st.builds(Monthly, st.integers(1, 31)),
    st.builds(MonthlyWeekday, st.sampled_from((1, 2, 3, 4, -1)), st.integers(0, 6)),
)
quiets = st.builds(
    lambda days, hours: Quiet(days, *hours),
    st.frozensets(st.integers(0, 6), max_size=6),
    st.tuples(times, times).filter(lambda hours: hours[0] != hours[1]) | st.just((None, None)),
)
schedules = st.builds(Schedule, rules, times, st.sampled_from(ZONES), quiets)
loud = st.builds(Schedule, rules, times, st.sampled_from(ZONES))


@given(schedules, instants)
def test_it_is_due_later_and_never_while_it_is_quiet(schedule: Schedule, after: datetime) -> None:
    """Strictly later, in UTC, within two months, outside of quiet hours and days."""
    due = next_due(schedule, after)
    local = due.astimezone(ZoneInfo(schedule.zone))
    assert after < due <= after + timedelta(days=62)
    assert due.tzinfo is UTC
    assert not schedule.quiet.covers(local.time())
    assert local.weekday() not in schedule.quiet.days


@given(loud, instants)
def test_it_is_due_on_a_day_of_its_rule_at_the_local_time(
    schedule: Schedule, after: datetime
) -> None:
    """As the schedule says, wherever the clocks show that time; a repeated time is its first."""
    local = next_due(schedule, after).astimezone(ZoneInfo(schedule.zone))
    if exists(local, schedule):
        assert local.time() == schedule.at
        assert falls_on(schedule.rule, local.date())
        assert local.fold == 0


@given(schedules, instants)
def test_nothing_is_due_in_between(schedule: Schedule, after: datetime) -> None:
    """Asking again at any moment before it is due gives the same instant."""
    due = next_due(schedule, after)
    for part in (0.25, 0.5, 0.75):
        assert next_due(schedule, after + (due - after) * part) == due


@given(st.builds(Weekly, days), times, st.sampled_from(ZONES), instants)
def test_every_day_of_a_week_comes_once(rule: Weekly, at: time, zone: str, after: datetime) -> None:
    """Two weeks' dues are on different local days, two for each day of the week."""
    found = [next_due(Schedule(rule, at, zone), after)]
    while len(found) < 2 * len(rule.days):
        found.append(next_due(Schedule(rule, at, zone), found[-1]))
    local = [due.astimezone(ZoneInfo(zone)).date() for due in found]
    assert len(set(local)) == len(local)


@given(st.integers(1990, 2090), st.integers(0, 6))
def test_every_month_has_each_of_the_numbered_weekdays_once(year: int, weekday: int) -> None:
    """The first to the fourth and the last of a weekday come twelve times a year, in order."""
    calendar = [date(year, 1, 1) + timedelta(days=n) for n in range(365)]
    for nth in (1, 2, 3, 4, -1):
        found = [day for day in calendar if falls_on(MonthlyWeekday(nth, weekday), day)]
        # The 366th day of a leap year is left out; it can only be a last one.
        assert set(Counter(day.month for day in found).values()) == {1}
        assert all(a < b for a, b in pairwise(found))


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
