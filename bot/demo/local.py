"""A Slack on this machine: started and stopped, filled with people, connected to a bot, watched."""

import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from types import TracebackType
from typing import Any, Self

from bot.demo import payloads
from bot.demo.api import Api
from bot.demo.calls import Record
from bot.demo.delivery import ACK_SECONDS, Ack, Delivery, HttpLink, Link, Route
from bot.demo.faults import Fault
from bot.demo.grants import Grants
from bot.demo.person import Person
from bot.demo.rates import Rates
from bot.demo.server import LocalServer
from bot.demo.team import Team
from bot.demo.world import Change, Clock, Token, Workspace, World

JSON = dict[str, Any]
NOT_CONNECTED = Ack(0, error="connection_failed")
SCOPES = ("chat:write", "commands", "im:write", "users:read")
RETRY_DELAYS = (0.05, 0.1, 0.2)


class LocalSlack:
    """One Slack with one app, installed in any number of workspaces.

    `clock` gives the seconds since 1970 by which messages are stamped and triggers expire.
    `burst` is how many messages a channel takes at once before one a second is enforced; None
    lets every method through at any speed. The rest are seconds: `ack_seconds` is how long the bot
    has to acknowledge, `retry_delays` are the pauses before an event is delivered again, `wait` is
    how long an act waits for its first effect, and `quiet` how long nothing may happen before it
    counts as over. Where `connect` was told how to ask the bot whether it is at work, an act lasts
    until it is not, `patience` seconds at most.
    """

    def __init__(
        self,
        clock: Clock = time.time,
        *,
        port: int = 0,
        burst: int | None = 3,
        retry_delays: Sequence[float] = RETRY_DELAYS,
        ack_seconds: float = ACK_SECONDS,
        quiet: float = 0.05,
        wait: float = 3.0,
        patience: float = 30.0,
    ) -> None:
        self.world = World(clock)
        self.api = Api(self.world, Rates(burst) if burst else None)
        self.server = LocalServer(self.api, port=port)
        self.world.url = self.server.base
        self.signing_secret = f"signing-secret-{self.world.app_id}"
        self.app_token = f"xapp-1-{self.world.app_id}-1"
        self.retry_delays = tuple(retry_delays)
        self.ack_seconds = ack_seconds
        self.quiet = quiet
        self.wait = wait
        self.patience = patience
        self.deliveries: list[Delivery] = []
        self._links: dict[str, Link] = {}
        self._under_way: dict[str, Callable[[], int]] = {}

    @property
    def url(self) -> str:
        """The base URL for a WebClient, with the slash at its end."""
        return f"{self.server.base}/api/"

    def __enter__(self) -> Self:
        self.server.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Stops serving, and waits for answers underway."""
        self.server.close()

    def add_workspace(
        self,
        name: str,
        *,
        scopes: Collection[str] = SCOPES,
        enterprise_id: str | None = None,
        installed: bool = True,
    ) -> Team:
        """Makes a workspace, with the app installed unless told otherwise."""
        with self.world.changed:
            workspace = self.world.install(name, scopes, enterprise_id)
            if not installed:
                del self.world.tokens[workspace.bot_token]
                workspace.bot_token = ""
            needed = frozenset({"connections:write"})
            self.world.tokens.setdefault(
                self.app_token, Token(self.app_token, "app", workspace.id, needed)
            )
        return Team(self, workspace)

    def listens_for_links(self, *domains: str) -> None:
        """The app asks to hear of links to these domains, as its manifest's unfurl_domains do."""
        with self.world.changed:
            self.world.link_domains = frozenset(domains)

    @property
    def teams(self) -> list[Team]:
        """The workspaces, in the order in which they were added."""
        return [Team(self, workspace) for workspace in self.world.workspaces.values()]

    def connect(
        self, team: Team, to: str | Link, under_way: Callable[[], int] | None = None
    ) -> None:
        """Says where the bot listens for a workspace: a request URL on loopback, or a socket.

        `under_way` says how much of what was delivered the bot is still at work on.
        """
        self._under_way.pop(team.id, None)
        if under_way is not None:
            self._under_way[team.id] = under_way
        link = HttpLink(to, self.signing_secret, self.ack_seconds) if isinstance(to, str) else to
        self._links[team.id] = link

    def limit_app_token(self, *scopes: str) -> None:
        """Leaves the app's token these scopes only, as if no other was ticked when it was made."""
        with self.world.changed:
            token = self.world.tokens[self.app_token]
            self.world.tokens[self.app_token] = replace(token, scopes=frozenset(scopes))

    @property
    def grants(self) -> Grants:
        """The app's credentials for OAuth, and how its tokens are handed out."""
        return self.world.grants

    def fail(self, method: str, **how: Any) -> None:
        """Plans a fault; `how` are the fields of `Fault`."""
        self.api.faults.plan(Fault(method, **how))

    def heal(self) -> None:
        """Drops every planned fault."""
        self.api.faults.clear()

    @property
    def calls(self) -> list[Record]:
        """Every call received so far, in the order in which they were answered."""
        with self.world.changed:
            return list(self.api.records)

    def calls_of(self, method: str) -> list[Record]:
        """The calls of one method."""
        return [record for record in self.calls if record.method == method]

    def wait_for(self, predicate: Callable[[], object], timeout: float = 5.0) -> bool:
        """Waits until the predicate holds; false if it still does not after `timeout` seconds.

        It is tried again after every change of this Slack, and every tenth of a second.
        """
        end = time.monotonic() + timeout
        with self.world.changed:
            while not predicate():
                left = end - time.monotonic()
                if left <= 0:
                    return False
                self.world.changed.wait(min(left, 0.1))
        return True

    def await_bot(self, team: Workspace) -> bool:
        """Waits until the bot has done what was delivered; false where it cannot be asked."""
        under_way = self._under_way.get(team.id)
        if under_way is None:
            return False
        end = time.monotonic() + self.patience
        while under_way() and time.monotonic() < end:
            time.sleep(0.002)
        return True

    def settle(self, since: int, user_id: str) -> list[Change]:
        """What changed for a person since a mark, once nothing more has for `quiet` seconds.

        Gives up on quiet after `wait` seconds.
        """
        end = time.monotonic() + self.wait
        with self.world.changed:
            known = self.changes(since, user_id)
            while time.monotonic() < end and self._more_than(len(known), since, user_id):
                known = self.changes(since, user_id)
        return known

    def _more_than(self, count: int, since: int, user_id: str) -> bool:
        """Waits `quiet` seconds at most for one more change."""
        return self.world.changed.wait_for(
            lambda: len(self.changes(since, user_id)) > count, self.quiet
        )

    @property
    def mark(self) -> int:
        """Where the journal stands; give it to `changes`."""
        return len(self.world.journal)

    def changes(self, since: int, user_id: str | None = None) -> list[Change]:
        """What changed since a mark, for one person or for anybody."""
        with self.world.changed:
            recent = self.world.journal[since:]
        return [c for c in recent if user_id is None or user_id in c.audience]

    def person(self, team: Team, user_id: str) -> Person:
        """The person with this id."""
        return Person(self, team.state, team.state.users[user_id])

    def deliver(
        self, team: Workspace, route: Route, payload: JSON, *, attempt: int = 0, reason: str = ""
    ) -> Delivery:
        """Sends one payload to the bot and writes down how that went."""
        link = self._links.get(team.id)
        retry = {"X-Slack-Retry-Num": str(attempt), "X-Slack-Retry-Reason": reason}
        began = time.monotonic()
        ack = link.send(route, payload, retry if attempt else {}) if link else NOT_CONNECTED
        seconds = time.monotonic() - began
        in_time = ack if seconds <= self.ack_seconds else Ack(0, error="http_timeout")
        delivery = Delivery(route, payload, in_time, seconds, attempt)
        with self.world.changed:
            self.deliveries.append(delivery)
            self.world.changed.notify_all()
        return delivery

    def tell(self, team: Workspace, inner: JSON) -> Delivery:
        """Sends an event, and up to three times more if the bot does not acknowledge it."""
        world = self.world
        with world.changed:
            event_id = world.new_id("Ev")
            inner = {"event_ts": f"{world.clock():.6f}"} | inner
        payload = payloads.event(world.app_id, team, event_id, world.clock(), inner)
        delivery = self.deliver(team, "events_api", payload)
        for attempt, delay in enumerate(self.retry_delays, start=1):
            if delivery.ok or team.id not in self._links:
                break
            time.sleep(delay)
            reason = delivery.ack.error or "http_error"
            delivery = self.deliver(team, "events_api", payload, attempt=attempt, reason=reason)
        return delivery

    def repeat(self, team: Team, delivery: Delivery) -> Delivery:
        """Delivers the very same payload once more, as Slack does when an answer got lost."""
        again, attempt = dict(delivery.payload), delivery.attempt + 1
        return self.deliver(
            team.state, delivery.route, again, attempt=attempt, reason="http_timeout"
        )
