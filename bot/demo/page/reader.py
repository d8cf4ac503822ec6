"""Who reads: the names that they know, and the times of day where they are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from bot.demo.page.markup import Html, tag, text
from bot.demo.places import offered, seen_by
from bot.demo.world import Conversation, Workspace

SCHEMES = frozenset({"http", "https", "mailto", "tel"})


@dataclass(frozen=True, slots=True)
class Reader:
    """One person's eyes on a workspace, at `now` seconds since 1970.

    Of conversations they see those in `seen`; a private one of others has no name for them.
    """

    zone: ZoneInfo
    now: float = 0.0
    users: Mapping[str, str] = field(default_factory=dict)
    channels: Mapping[str, str] = field(default_factory=dict)
    seen: Sequence[Conversation] = ()

    @classmethod
    def of(cls, team: Workspace, user_id: str, now: float) -> "Reader":
        """The eyes of a member."""
        seen = seen_by(team, user_id)
        return cls(
            ZoneInfo(team.users[user_id].tz),
            now,
            {user.id: user.real_name for user in team.users.values()},
            {c.id: c.name for c in seen if c.kind != "im"},
            seen,
        )

    def offered(self, select: Mapping[str, Any]) -> dict[str, str]:
        """The conversations that a select offers them, by id: as they are called."""
        names = {"im": "Direct messages"}
        return {c.id: names.get(c.kind, f"#{c.name}") for c in offered(dict(select), self.seen)}

    def local(self, seconds: float) -> datetime:
        """A moment where they are; the nearest one that there is for an absurd number."""
        edge = 250_000_000_000.0
        return datetime.fromtimestamp(min(max(seconds, 0.0), edge), UTC).astimezone(self.zone)

    def day(self, seconds: float) -> str:
        """Today, Yesterday, Tomorrow, or the day with its date."""
        then, today = self.local(seconds), self.local(self.now)
        near = {-1: "Yesterday", 0: "Today", 1: "Tomorrow"}
        long = f"{then:%A} {then.day} {then:%B}" + (f" {then.year}" * (then.year != today.year))
        return near.get((then.date() - today.date()).days, long)

    def stamp(self, seconds: float) -> Html:
        """The time of day, with the whole date for whoever asks."""
        then = self.local(seconds)
        whole = f"{then:%A} {then.day} {then:%B %Y}, {then:%H:%M:%S} ({self.zone.key})"
        return tag("time", f"{then:%H:%M}", datetime=then.isoformat(), title=whole)

    def user(self, user_id: str, label: str = "") -> Html:
        """A mention of a member."""
        name = self.users.get(user_id) or label or user_id
        return tag("span", f"@{name}", class_="mention")

    def channel(self, channel_id: str, label: str = "") -> Html:
        """A mention of a channel, which opens it."""
        name = self.channels.get(channel_id)
        if name is None:
            return tag("span", f"#{label or channel_id}", class_="mention")
        return tag("button", f"#{name}", type="button", class_="mention", data_place=channel_id)

    def date(self, seconds: float, pattern: str) -> str:
        """Slack's date pattern, such as `{date_short} at {time}`, filled in."""
        then = self.local(seconds)
        plain = f"{then.day} {then:%B %Y}"
        days = {
            "date_num": f"{then:%Y-%m-%d}",
            "date": plain,
            "date_short": f"{then.day} {then:%b %Y}",
            "date_long": f"{then:%A} {plain}",
        }
        near = self.day(seconds) if len(self.day(seconds)) <= len("Yesterday") else ""
        words = {
            "time": f"{then:%H:%M}",
            "time_secs": f"{then:%H:%M:%S}",
            "ago": self._ago(seconds),
            **days,
            **{f"{name}_pretty": near or day for name, day in days.items()},
        }
        for name, value in words.items():
            pattern = pattern.replace("{" + name + "}", value)
        return pattern

    def _ago(self, seconds: float) -> str:
        apart = abs(self.now - seconds)
        for size, word in ((86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second")):
            if apart >= size or size == 1:
                count = int(apart // size)
                words = f"{count} {word}{'s' * (count != 1)}"
                return f"{words} ago" if seconds <= self.now else f"in {words}"
        raise AssertionError("a second is the smallest")


def link(url: str, label: str | Html) -> Html:
    """A link to the web that opens beside the page; its words alone where it leads elsewhere."""
    words = label if isinstance(label, Html) else text(label or url)
    if not is_web(url):
        return words
    return tag("a", words, href=url, target="_blank", rel="noopener noreferrer")


def is_web(url: str) -> bool:
    """It is an address that a browser may be sent to."""
    try:
        return urlsplit(url).scheme in SCHEMES and not any(c.isspace() or c < " " for c in url)
    except ValueError:
        return False
