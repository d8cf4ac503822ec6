"""What people type behind `subscribe`: when digests come, in which zone, and how many papers."""

from bot.commands.calls import Call, whole_number
from bot.digests import MAX_LIMIT
from bot.errors import UserError
from bot.models import Schedule, Subscription
from bot.schedules import local_date, parse_schedule, typed, zone_named


def asked_schedule(call: Call, old: Subscription | None) -> tuple[Schedule, int | None]:
    """The schedule, and the number of papers if it is said; what is left out stays as in `old`.

    Days without a time are at nine o'clock. Raises UserError for what cannot be read.
    """
    words, limit = _limit(call.text.split())
    words, zone = _zone(call, words, old)
    if old is not None:
        words = _completed(words, typed(old.schedule).split())
    return parse_schedule(words, zone, local_date(call.now, zone)), limit


def _completed(words: list[str], before: list[str]) -> list[str]:
    """The words with the days, or the days and the time, that stood there before."""
    if not words:
        return before
    is_time = len(words) == 1 and words[0][:1].isdigit()
    return [*before[:-1], *words] if is_time else words


def _zone(call: Call, words: list[str], old: Subscription | None) -> tuple[list[str], str]:
    """The words without ``zone Europe/Berlin``, and the zone to count in.

    A person's is that of their Slack profile; a channel keeps its own, at first that of whoever
    set it up.
    """
    lower = [word.lower() for word in words]
    if "zone" in lower:
        place = lower.index("zone")
        if not call.of.is_channel:
            raise UserError(
                "Your digests follow the time zone of your Slack profile; set it there."
            )
        named = words[place + 1 : place + 2]
        if not named:
            raise UserError(f"Which zone? {call.line('subscribe', 'weekly zone Europe/Berlin')}")
        zone_named(named[0])
        return words[:place] + words[place + 2 :], named[0]
    is_kept = call.of.is_channel and old is not None
    return words, old.schedule.zone if old is not None and is_kept else call.zone()


def _limit(words: list[str]) -> tuple[list[str], int | None]:
    """The words without ``7 papers``, and that number."""
    for position, word in enumerate(words[1:], 1):
        if word.lower() in {"papers", "paper"} and words[position - 1].isdecimal():
            limit = whole_number(words[position - 1], MAX_LIMIT)
            if limit is None:
                raise UserError(f"A digest holds 1 to {MAX_LIMIT} papers.")
            return words[: position - 1] + words[position + 1 :], limit
    return words, None
