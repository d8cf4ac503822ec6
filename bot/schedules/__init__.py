"""When a digest is due: the calendar's rules, and how people write them. Pure; all local time."""

from bot.schedules.rules import end_of_quiet, next_due, zone_named
from bot.schedules.words import (
    describe,
    describe_quiet,
    local_date,
    local_text,
    parse_quiet,
    parse_schedule,
    typed,
    typed_quiet,
)

__all__ = [
    "describe",
    "describe_quiet",
    "end_of_quiet",
    "local_date",
    "local_text",
    "next_due",
    "parse_quiet",
    "parse_schedule",
    "typed",
    "typed_quiet",
    "zone_named",
]
