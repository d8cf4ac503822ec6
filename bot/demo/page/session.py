"""What the page remembers beside the local Slack: what is read, and how far the clock was moved."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from bot.demo.local import LocalSlack
from bot.demo.manifest import Manifest
from bot.demo.messages import Message
from bot.demo.person import Person
from bot.demo.team import Team
from bot.demo.world import Conversation

Seat = tuple[str, str]
"""A person's id and a conversation's."""


@dataclass(slots=True)
class Session:
    """One demonstration. Read and change it while holding `slack.world.changed`.

    `move_to` takes the clock to a later moment, and lets everything happen that is due until then.
    """

    slack: LocalSlack
    team: Team
    manifest: Manifest
    move_to: Callable[[datetime], None]
    read: dict[Seat, str] = field(default_factory=dict)
    fresh: dict[Seat, str] = field(default_factory=dict)
    touched: int = 0

    @property
    def version(self) -> int:
        """Grows with everything that could look different from now on."""
        return self.slack.mark + self.touched

    @property
    def now(self) -> float:
        """Seconds since 1970 by the demonstration's clock."""
        return self.slack.world.clock()

    def touch(self) -> None:
        """Says that something looks different that is not in the local Slack's journal."""
        with self.slack.world.changed:
            self.touched += 1
            self.slack.world.changed.notify_all()

    def people(self) -> list[Person]:
        """Who can be switched to."""
        return self.team.people

    def person(self, user_id: str) -> Person:
        """Somebody by id, else the first one."""
        people = self.people()
        return next((person for person in people if person.id == user_id), people[0])

    def places(self, person: Person) -> list[Conversation]:
        """The channels that somebody is in, then their direct messages with the bot."""
        channels = [c for c in self.team.channels if person.id in c.members]
        return [*channels, person.direct]

    def place(self, person: Person, place_id: str) -> Conversation:
        """One of these by id, else the direct messages."""
        return next((p for p in self.places(person) if p.id == place_id), person.direct)

    def unread(self, person: Person, place: Conversation) -> list[Message]:
        """What stands in a conversation that somebody has not seen, oldest first; no threads."""
        last = self.read.get((person.id, place.id), "")
        new = (m for m in person.sees(place) if m.ts > last and m.user != person.id)
        return [m for m in new if m.thread_ts in (None, m.ts)]

    def reads(self, person: Person, place: Conversation, *, arrives: bool) -> str:
        """Somebody looks at a conversation; where the new began when they arrived there."""
        seat = (person.id, place.id)
        unread = self.unread(person, place)
        if arrives:
            self.fresh[seat] = unread[0].ts if unread else ""
        if unread:
            self.read[seat] = unread[-1].ts
        return self.fresh.get(seat, "")
