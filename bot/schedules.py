"""When a digest is due. Pure functions over a schedule and an instant; the only local time.

A local time that does not exist (clocks go forward) is due as much later as the clocks jump:
02:30 becomes 03:30. One that comes twice (clocks go back) is due the first time.
"""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from difflib import get_close_matches
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.errors import UserError
from bot.models import EVERY_DAY, WORKING_DAYS, Schedule

DEFAULT_TIME = time(9, 0)
DEFAULT_DAY = 0
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
CADENCES = ("daily", "weekdays", "weekly")
MEANT = {
    "day": "daily",
    "weekday": "weekdays",
    "week": "weekly",
    "noon": "12:00",
    "midnight": "00:00",
}
"""Other words that people write, and what they stand for."""

_TIME = re.compile(r"(\d{1,2})(?:[:.h](\d{2}))?(am|pm)?")
_SPACED_HALF = re.compile(r"(\d) (am|pm)\b")


def zone_named(name: str) -> ZoneInfo:
    """The IANA zone of that name. Raises UserError when there is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise UserError(
            f"There is no time zone called “{name[:60]}”; names look like Europe/Paris."
        ) from None


def next_due(schedule: Schedule, after: datetime) -> datetime:
    """The first instant, in UTC, at which `schedule` is due strictly later than `after`."""
    zone = zone_named(schedule.zone)
    day = after.astimezone(zone).date() - timedelta(days=1)
    for _ in range(10):
        if day.weekday() in schedule.days:
            # fold=0 reads a repeated time as its first, and shifts a missing one forward.
            due = datetime.combine(day, schedule.at, zone).astimezone(UTC)
            if due > after:
                return due
        day += timedelta(days=1)
    raise ValueError("a schedule needs at least one day of the week")


def parse_schedule(words: Sequence[str], zone: str) -> Schedule:
    """The schedule in words such as ``weekly fri 17:30``, ``weekdays at 8am`` or nothing (daily).

    Raises UserError that says how to write it.
    """
    cadence, days, at = "", set[int](), None
    for word in _words(words):
        if word in CADENCES:
            cadence = _one_cadence(cadence, word)
        elif (day := _day(word)) is not None:
            days.add(day)
        elif word not in {"at", "on", "and", "every"}:
            at = _once(at, word)
    return Schedule(_days(cadence, days), at or DEFAULT_TIME, zone)


def describe(schedule: Schedule) -> str:
    """``every day at 09:00 (Europe/Paris)``."""
    return f"{_describe_days(schedule.days)} at {schedule.at:%H:%M} ({schedule.zone})"


def local_text(instant: datetime, zone: str) -> str:
    """``Monday 3 March, 09:00``, in that zone."""
    local = instant.astimezone(zone_named(zone))
    return f"{local:%A} {local.day} {local:%B}, {local:%H:%M}"


def _words(words: Sequence[str]) -> list[str]:
    """The words as the table of cadences, days and times knows them; ``5 pm`` is one word."""
    text = " ".join(word.lower().strip(",") for word in words)
    return [MEANT.get(word, word) for word in _SPACED_HALF.sub(r"\1\2", text).split()]


def _one_cadence(cadence: str, word: str) -> str:
    if cadence not in {"", word}:
        raise UserError(f"Write either “{cadence}” or “{word}”.")
    return word


def _describe_days(days: frozenset[int]) -> str:
    if days == EVERY_DAY:
        return "every day"
    if days == WORKING_DAYS:
        return "Monday to Friday"
    names = [DAYS[day] for day in sorted(days)]
    return "every " + " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def _days(cadence: str, days: set[int]) -> frozenset[int]:
    if days and cadence in {"daily", "weekdays"}:
        raise UserError(f"“{cadence}” already says the days; for chosen days write weekly.")
    if days:
        return frozenset(days)
    return {"weekdays": WORKING_DAYS, "weekly": frozenset({DEFAULT_DAY})}.get(cadence, EVERY_DAY)


def _day(word: str) -> int | None:
    """The weekday that `word` names, also in the plural, or shortens to three letters or more."""
    names = [f"{day.lower()}s" for day in DAYS]
    found = [n for n, name in enumerate(names) if len(word) >= 3 and name.startswith(word)]
    return found[0] if found else None


def _once(at: time | None, word: str) -> time:
    if at is not None:
        raise UserError(f"One time is enough: leave out “{word[:40]}”.")
    return _time(word)


def _time(word: str) -> time:
    found = _TIME.fullmatch(word)
    if found is None:
        raise _unknown(word)
    hour, minute, half = int(found[1]), int(found[2] or 0), found[3]
    if half:
        if not 1 <= hour <= 12:
            raise UserError(f"“{word}” is no time of day; write it like 09:00 or 5pm.")
        hour = hour % 12 + (12 if half == "pm" else 0)
    if hour > 23 or minute > 59:
        raise UserError(f"“{word}” is no time of day; write it like 09:00 or 17:30.")
    return time(hour, minute)


def _unknown(word: str) -> UserError:
    near = get_close_matches(word, [*CADENCES, *(d.lower() for d in DAYS)], 1, 0.7)
    hint = f" Did you mean “{near[0]}”?" if near else ""
    return UserError(
        f"“{word[:40]}” is neither a cadence (daily, weekdays, weekly), a day nor a time "
        f"such as 09:00.{hint}"
    )
