"""Where the demonstration takes place: a local Slack, a clock, and the bot that was started on it.

The terminal and the page stand on the same stage. The bot is reached over signed HTTP only.
"""

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

from pydantic import SecretStr

from bot.demo.local import LocalSlack
from bot.demo.manifest import read_manifest
from bot.demo.team import Team
from bot.settings import Settings


class Parts(Protocol):
    """What the demonstration needs of a bot."""

    def tick(self) -> object:
        """Composes and delivers what is due."""

    def next_due(self) -> datetime | None:
        """When the next digest is due; None when none is to come."""


class Running(Protocol):
    """A bot that has been started."""

    @property
    def parts(self) -> Parts:
        """What it is made of."""

    @property
    def port(self) -> int | None:
        """Where it listens for Slack's requests."""

    @property
    def under_way(self) -> Callable[[], int]:
        """How many requests it is still at work on."""


Start = Callable[[Settings, Callable[[], datetime]], AbstractContextManager[Running]]


@dataclass(slots=True)
class Clock:
    """Real time, moved ahead by as much as one likes."""

    ahead: timedelta = timedelta(0)

    def now(self) -> datetime:
        """The time of the demonstration, UTC."""
        return datetime.now(UTC) + self.ahead

    def timestamp(self) -> float:
        """The same in seconds since 1970."""
        return time.time() + self.ahead.total_seconds()

    def move_to(self, moment: datetime) -> None:
        """Makes it that moment now, unless it is later already."""
        self.ahead += max(moment - self.now(), timedelta(0))


@dataclass(frozen=True, slots=True)
class Stage:
    """A workspace without people, its clock, and the bot that listens to it."""

    slack: LocalSlack
    team: Team
    clock: Clock
    parts: Parts


@contextmanager
def staged(start: Start, clock: Clock) -> Iterator[Stage]:
    """The stage, from its start to the end of the block; nothing of it is kept."""
    manifest = read_manifest()
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="paperwire-demo-"))
        slack = stack.enter_context(LocalSlack(clock=clock.timestamp))
        slack.listens_for_links(*manifest.link_domains)
        team = slack.add_workspace("Demo Lab", scopes=manifest.scopes)
        settings = Settings(
            bot_token=SecretStr(team.bot_token),
            app_token=None,
            signing_secret=SecretStr(team.signing_secret),
            api_url=slack.url,
            database_url=f"sqlite:///{Path(folder) / 'demo.db'}",
            host="127.0.0.1",
            port=0,
        )
        bot = stack.enter_context(start(settings, clock.now))
        slack.connect(team, f"http://127.0.0.1:{bot.port}/slack/events", bot.under_way)
        yield Stage(slack, team, clock, bot.parts)
