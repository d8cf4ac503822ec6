"""Schedules as people write and read them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from difflib import get_close_matches

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
from bot.schedules.rules import zone_named

DEFAULT_TIME = time(9, 0)
DEFAULT_DAY = 0
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
CADENCES = ("daily", "weekdays", "weekly", "fortnightly", "monthly")
NTHS = {
    **{"first": 1, "second": 2, "third": 3, "fourth": 4, "last": -1},
    **{"1st": 1, "2nd": 2, "3rd": 3, "4th": 4},
}
FILLERS = frozenset({"at", "on", "and", "every", "the", "of", "in", "each"})
MEANT = {
    "day": "daily",
    "weekday": "weekdays",
    "week": "weekly",
    "biweekly": "fortnightly",
    "fortnight": "fortnightly",
    "month": "monthly",
    "noon": "12:00",
    "midnight": "00:00",
}
"""Other words that people write, and what they stand for."""

_ONE_DAY = "One day a month, please: monthly 15, or monthly first Monday."

_TIME = re.compile(r"(\d{1,2})(?:[:.h](\d{2}))?(am|pm)?")
_NUMBERED_DAY = re.compile(r"(\d{1,2})(?:st|nd|rd|th|\.)")
_SPACED_HALF = re.compile(r"(\d) (am|pm)\b")
_LAST_DAY = re.compile(r"\blast day\b")
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_DASH = re.compile(r" *[-–—] *")


@dataclass(slots=True)
class _Parts:
    """What has been understood of a schedule so far."""

    cadence: str = ""
    days: set[int] = field(default_factory=set)
    number: int | None = None
    nth: int | None = None
    at: time | None = None
    start: date | None = None


def parse_schedule(words: Sequence[str], zone: str, today: date) -> Schedule:
    """The schedule in words such as ``weekly mon fri 17:30``, ``monthly first Monday`` or nothing.

    Nothing is Monday to Friday at 09:00. A fortnightly one begins with the week of `today`, a local
    date, or of a date such as ``2026-03-02``. Raises UserError that says how to write it.
    """
    parts = _Parts()
    for word in _words(words):
        _understand(parts, word)
    return Schedule(_rule(parts, today), parts.at or DEFAULT_TIME, zone)


def parse_quiet(words: Sequence[str]) -> Quiet:
    """Quiet hours and days in words such as ``22:00-07:00 sat sun``; ``off`` is none.

    Raises UserError that says how to write it.
    """
    days: set[int] = set()
    hours: tuple[time, time] | None = None
    for word in _words(words):
        first, _, last = word.partition("-")
        if (day := _day(word)) is not None:
            days.add(day)
        elif hours is None and _TIME.fullmatch(first) and _TIME.fullmatch(last):
            hours = (_time(first), _time(last))
        elif word != "off" and word not in FILLERS:
            raise UserError(f"“{word[:40]}” is neither a day nor hours such as 22:00-07:00.")
    if days == EVERY_DAY:
        raise UserError("If every day is quiet, no digest can ever come: pause them instead.")
    since, until = hours or (None, None)
    if since is not None and since == until:
        raise UserError("Quiet hours need two different times, such as 22:00-07:00.")
    return Quiet(frozenset(days), since, until)


def describe(schedule: Schedule) -> str:
    """``every day at 09:00 (Europe/Paris)``."""
    quiet = describe_quiet(schedule.quiet)
    text = f"{_describe_rule(schedule.rule)} at {schedule.at:%H:%M} ({schedule.zone})"
    return f"{text}, never {quiet}" if quiet else text


def describe_quiet(quiet: Quiet) -> str:
    """``from 22:00 to 07:00 and on Saturday``; empty where nothing is quiet."""
    hours = f"from {quiet.since:%H:%M} to {quiet.until:%H:%M}" if quiet.since else ""
    return _listed([hours, f"on {_names(quiet.days)}" if quiet.days else ""])


def local_text(instant: datetime, zone: str) -> str:
    """``Monday 3 March, 09:00``, in that zone."""
    local = instant.astimezone(zone_named(zone))
    return f"{local:%A} {local.day} {local:%B}, {local:%H:%M}"


def local_date(instant: datetime, zone: str) -> date:
    """The day of the calendar at that instant, in that zone."""
    return instant.astimezone(zone_named(zone)).date()


def typed(schedule: Schedule) -> str:
    """The words by which `parse_schedule` gives this rule and time again."""
    return f"{_typed_rule(schedule.rule)} {schedule.at:%H:%M}"


def typed_quiet(quiet: Quiet) -> str:
    """The words by which `parse_quiet` gives these hours and days again."""
    hours = f"{quiet.since:%H:%M}-{quiet.until:%H:%M}" if quiet.since else ""
    return " ".join(filter(None, (hours, _short(quiet.days)))) or "off"


def _words(words: Sequence[str]) -> list[str]:
    """The words as the tables know them; ``5 pm`` and ``22:00 – 07:00`` are one word each."""
    text = " ".join(words).lower().replace(",", " ")
    for pattern, one in ((_SPACED_HALF, r"\1\2"), (_LAST_DAY, "last"), (_DASH, "-")):
        text = pattern.sub(one, text)
    return [MEANT.get(word, word) for word in text.split()]


def _understand(parts: _Parts, word: str) -> None:
    if word in FILLERS:
        return
    if word in CADENCES:
        if parts.cadence not in {"", word}:
            raise UserError(f"Write either “{parts.cadence}” or “{word}”.")
        parts.cadence = word
    elif word in NTHS and (parts.cadence == "monthly" or word in {"first", "last"}):
        parts.nth = NTHS[word]
    elif (day := _day(word)) is not None:
        parts.days.add(day)
    elif (number := _number(parts, word)) is not None:
        parts.number = number
    elif _DATE.fullmatch(word):
        parts.start = _date(word)
    elif parts.at is not None:
        raise UserError(f"One time is enough: leave out “{word[:40]}”.")
    else:
        parts.at = _time(word)


def _number(parts: _Parts, word: str) -> int | None:
    """The day of the month that a word names: ``15th``, or ``15`` after ``monthly``.

    Once the day is known, a bare number is a time.
    """
    found = _NUMBERED_DAY.fullmatch(word)
    is_known = bool(parts.days) or parts.number is not None or parts.nth is not None
    if found is None and (is_known or parts.cadence != "monthly" or not word.isdecimal()):
        return None
    if parts.number is not None:
        raise UserError(_ONE_DAY)
    number = int(found[1] if found else word[:3])
    if not 1 <= number <= 31:
        raise UserError(f"“{word[:10]}” is no day of the month: write one from 1 to 31.")
    return number


def _rule(parts: _Parts, today: date) -> Rule:
    if parts.start is not None and parts.cadence != "fortnightly":
        raise UserError("A date goes with fortnightly, and says in which week it begins.")
    if parts.number is not None or parts.nth is not None or parts.cadence == "monthly":
        return _monthly(parts)
    if parts.days and parts.cadence in {"daily", "weekdays"}:
        raise UserError(f"“{parts.cadence}” already says the days; for chosen days write weekly.")
    by_cadence = {"": WORKING_DAYS, "daily": EVERY_DAY, "weekdays": WORKING_DAYS}
    days = frozenset(parts.days) or by_cadence.get(parts.cadence, frozenset({DEFAULT_DAY}))
    return Weekly(days, 2, parts.start or today) if parts.cadence == "fortnightly" else Weekly(days)


def _monthly(parts: _Parts) -> Rule:
    if parts.cadence not in {"", "monthly"}:
        raise UserError(f"A day of the month goes with monthly, not with {parts.cadence}.")
    if len(parts.days) > 1 or (parts.number and (parts.days or parts.nth)):
        raise UserError(_ONE_DAY)
    if parts.days:
        return MonthlyWeekday(parts.nth or 1, min(parts.days))
    if parts.nth == -1:
        return Monthly(31)
    return Monthly(parts.number or parts.nth or 1)


def _day(word: str) -> int | None:
    """The weekday that `word` names, also in the plural, or shortens to three letters or more."""
    names = [f"{day.lower()}s" for day in DAYS]
    found = [n for n, name in enumerate(names) if len(word) >= 3 and name.startswith(word)]
    return found[0] if found else None


def _date(word: str) -> date:
    try:
        return date.fromisoformat(word)
    except ValueError:
        raise UserError(f"“{word}” is no date; write it like 2026-03-02.") from None


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
        f"“{word[:40]}” is neither a cadence ({', '.join(CADENCES)}), a day nor a time "
        f"such as 09:00.{hint}"
    )


def _describe_rule(rule: Rule) -> str:
    match rule:
        case Weekly(days, weeks, _):
            text = {EVERY_DAY: "every day", WORKING_DAYS: "Monday to Friday"}.get(days)
            often = "every second week on" if weeks == 2 else "every"
            return text if text and weeks == 1 else f"{often} {_names(days)}"
        case Monthly(number):
            return (
                "on the last day of the month" if number == 31 else f"on day {number} of the month"
            )
        case MonthlyWeekday(nth, weekday):
            return f"on the {_nth_name(nth)} {DAYS[weekday]} of the month"


def _typed_rule(rule: Rule) -> str:
    match rule:
        case Weekly(days, weeks, start):
            often = f"fortnightly {start}" if weeks == 2 else "weekly"
            return f"{often} {_short(days)}"
        case Monthly(number):
            return f"monthly {number}"
        case MonthlyWeekday(nth, weekday):
            return f"monthly {_nth_name(nth)} {DAYS[weekday].lower()}"


def _nth_name(nth: int) -> str:
    return next(name for name, number in NTHS.items() if number == nth)


def _short(days: frozenset[int]) -> str:
    return " ".join(DAYS[day][:3].lower() for day in sorted(days))


def _names(days: frozenset[int]) -> str:
    return _listed([DAYS[day] for day in sorted(days)])


def _listed(parts: Sequence[str]) -> str:
    """``a, b and c`` of those that are not empty."""
    known = [part for part in parts if part]
    return " and ".join(filter(None, (", ".join(known[:-1]), "".join(known[-1:]))))
