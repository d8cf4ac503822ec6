"""When a digest is due: rules of the calendar in a time zone. Pure; the only local time.

A local time that does not exist (clocks go forward) is due as much later as the clocks jump:
02:30 becomes 03:30. One that comes twice (clocks go back) is due the first time. A day of the
month that a month does not have is its last.
"""

from calendar import monthrange
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.errors import UserError
from bot.models import Monthly, MonthlyWeekday, Quiet, Rule, Schedule, Weekly

# A monthly rule is due within 31 days, a fortnightly one within 14: two months hold the next one.
HORIZON_DAYS = 70


def zone_named(name: str) -> ZoneInfo:
    """The IANA zone of that name. Raises UserError when there is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise UserError(
            f"There is no time zone called “{name[:60]}”; names look like Europe/Paris."
        ) from None


def next_due(schedule: Schedule, after: datetime) -> datetime:
    """The first instant, in UTC, at which `schedule` is due strictly later than `after`.

    One that falls into quiet hours or on a quiet day is due when they end.
    """
    zone = zone_named(schedule.zone)
    # Quiet hours may put off a due time of yesterday, quiet days one of last week, until after.
    first = after.astimezone(zone).date() - timedelta(days=8)
    for ahead in range(HORIZON_DAYS):
        day = first + timedelta(days=ahead)
        if falls_on(schedule.rule, day):
            due = put_off(schedule.quiet, datetime.combine(day, schedule.at), zone)
            if due > after:
                return due
    raise ValueError("a schedule needs at least one day")


def end_of_quiet(schedule: Schedule, now: datetime) -> datetime:
    """Now, or the instant, in UTC, at which the quiet ends into which now falls."""
    zone = zone_named(schedule.zone)
    local = now.astimezone(zone).replace(tzinfo=None, fold=0)
    return max(now, put_off(schedule.quiet, local, zone))


def falls_on(rule: Rule, day: date) -> bool:
    """Whether a rule names this day of the calendar."""
    match rule:
        case Weekly(days, weeks, start):
            return day.weekday() in days and (_week(day) - _week(start)) % weeks == 0
        case Monthly(number):
            return day.day == min(number, monthrange(day.year, day.month)[1])
        case MonthlyWeekday(nth, weekday):
            return day.weekday() == weekday and nth in (_nth(day), _nth_from_end(day))


def put_off(quiet: Quiet, local: datetime, zone: ZoneInfo) -> datetime:
    """The instant of a local time in UTC: after quiet hours, and on the next day that is not quiet.

    A quiet day moves to the same time of the next one; quiet hours move to their end.
    """
    loud = _after_quiet(quiet, local)
    # fold=0 reads a repeated time as its first, and shifts a missing one forward.
    due = loud.replace(tzinfo=zone, fold=0).astimezone(UTC)
    shown = due.astimezone(zone).replace(tzinfo=None, fold=0)
    # A missing time may have been shifted to where it is quiet.
    return due if shown == loud else put_off(quiet, shown, zone)


def _after_quiet(quiet: Quiet, local: datetime) -> datetime:
    if quiet.until is not None and quiet.covers(local.time()):
        ends_tomorrow = quiet.until <= local.time()
        local = datetime.combine(local.date() + timedelta(days=ends_tomorrow), quiet.until)
    while local.weekday() in quiet.days:
        local += timedelta(days=1)
    return local


def _week(day: date) -> int:
    """The number of the Monday-to-Sunday week, counted from the calendar's first."""
    return (day.toordinal() - 1) // 7


def _nth(day: date) -> int:
    return (day.day - 1) // 7 + 1


def _nth_from_end(day: date) -> int:
    return -((monthrange(day.year, day.month)[1] - day.day) // 7 + 1)
