"""A running bot: its parts, its door to Slack and its heartbeat, started and stopped as one."""

import logging
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from pydantic import SecretStr
from slack_sdk.oauth.token_rotation import TokenRotator

from bot import client as slack
from bot.errors import SettingsError, UserError
from bot.jobs import start_heartbeat
from bot.library import Library, one_line
from bot.library.rounds import Rounds, configure, read_wishes
from bot.parts import Parts
from bot.settings import Settings
from bot.slack import (
    EVENTS_PATH,
    INSTALL_PATH,
    App,
    Entrance,
    Flow,
    ManyWorkspaces,
    OneWorkspace,
    make_app,
    socket_mode,
    under_way,
    web_app,
)
from bot.slack.workspaces import RENEWAL_SECONDS
from bot.sources import open_source
from bot.sources.web import Web
from bot.store import Store, outbox, papers, people, sources
from bot.store.installations import Installations
from bot.store.keys import Keys
from bot.web import WebServer

logger = logging.getLogger(__name__)

Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Running:
    """A running bot: what it is made of, and sentences on whom it serves and where.

    `identity` is None where it serves every workspace that installs it. `under_way` counts the
    requests of Slack's that are let in and not done with.
    """

    parts: Parts
    identity: slack.Identity | None
    reachable: str
    port: int | None
    under_way: Callable[[], int] = lambda: 0

    @property
    def serves(self) -> str:
        """The workspace, or all that install it."""
        if self.identity is None:
            return "every workspace that installs it"
        return self.identity.workspace_name or self.identity.workspace


@contextmanager
def running(settings: Settings, clock: Clock) -> Iterator[Running]:
    """The bot, from its start to the end of the block.

    Raises SettingsError when a value is missing or wrong, or a token that Slack does not take;
    SlackError when Slack cannot be reached, StoreError when the database cannot be used.
    """
    settings.check_door()
    with ExitStack() as stack:
        store = Store(settings.database_url)
        stack.callback(store.close)
        is_alone = stack.enter_context(store.alone())
        entrance = entrance_of(settings, store)
        served = entrance.served
        parts = Parts(store, Library(store), clock, served.client_of, served.renew)
        identity = served.identity if isinstance(served, OneWorkspace) else None
        _prepare(parts, identity, is_alone)
        app = make_app(parts, entrance)
        stack.callback(app.listener_runner.listener_executor.shutdown, wait=True)
        reachable, port = _open_door(settings, app, stack)
        stack.callback(start_heartbeat(parts.tick))
        _read_sources(settings, parts, is_alone, stack)
        yield Running(parts, identity, reachable, port, partial(under_way, app))


def entrance_of(settings: Settings, store: Store) -> Entrance:
    """Whom the settings let the bot serve. Raises as `running` does."""
    settings.check_posting()
    secret = None if settings.app_token is not None else _value(settings.signing_secret)
    if settings.serves_many:
        client = slack.make_client(None, settings.api_url)
        flow = Flow(settings, store, installations_of(settings))
        return Entrance(client, many_of(settings, store), secret, flow)
    client = slack.make_client(_value(settings.bot_token), settings.api_url)
    try:
        identity = slack.identity(client)
    except slack.SlackRefusal as error:
        raise SettingsError(f"SLACK_BOT_TOKEN does not work. {error}") from None
    return Entrance(client, OneWorkspace(client, identity), secret)


def many_of(settings: Settings, store: Store) -> ManyWorkspaces:
    """The workspaces that have installed the app; their secrets are sealed with the newest key.

    Raises SettingsError when none of the keys opens what is stored.
    """
    installations = installations_of(settings)
    with store.writing() as connection:
        sealed = installations.seal_anew(connection)
    if sealed:
        logger.info("%d stored secrets are sealed with the newest key now", sealed)
    rotator = TokenRotator(
        client_id=settings.client_id or "",
        client_secret=_value(settings.client_secret) or "",
        client=slack.make_client(None, settings.api_url, RENEWAL_SECONDS),
    )
    return ManyWorkspaces(store, installations, rotator, settings.api_url)


def installations_of(settings: Settings) -> Installations:
    """What is stored of the installations of the settings' app."""
    return Installations(settings.client_id or "", Keys(_value(settings.secret_key) or ""))


def _prepare(parts: Parts, identity: slack.Identity | None, is_alone: bool) -> None:
    """Makes true what the first request relies on: a workspace, and papers."""
    with parts.store.writing() as connection:
        if identity is not None:
            people.put_workspace(connection, identity.workspace, identity.workspace_name)
        if is_alone:
            outbox.release_all(connection, outbox.IN_FLIGHT)
        is_empty = not papers.count(connection)
    if is_empty:
        run, problems = parts.library.ingest("seeds", open_source("seeds"), parts.clock)
        logger.info("%s", one_line(run))
        for problem in problems:
            logger.warning("%s", problem)
    parts.library.refresh()


def _read_sources(settings: Settings, parts: Parts, is_alone: bool, stack: ExitStack) -> None:
    """Reads sources beside everything else: a slow one keeps no digest waiting."""
    try:
        wishes = read_wishes(settings.sources)
    except UserError as error:
        raise SettingsError(f"PAPERWIRE_SOURCES is wrong: {error}") from None
    configure(parts.store, wishes, parts.clock())
    if is_alone:
        with parts.store.writing() as connection:
            sources.release_all(connection)
    rounds = Rounds(parts.store, parts.library, parts.clock, Web(settings.contact))
    stack.callback(start_heartbeat(rounds.tick))
    stack.callback(rounds.stop)


def _open_door(settings: Settings, app: App, stack: ExitStack) -> tuple[str, int | None]:
    if settings.app_token is not None:
        door = socket_mode(app, settings.app_token.get_secret_value())
        stack.callback(door.close)
        with slack.opening_socket():
            door.connect()  # type: ignore[no-untyped-call]
        return "in Socket Mode", None
    server = WebServer(web_app(app), settings.host, settings.port)
    stack.callback(server.close)
    at = f"http://{settings.host}:{server.port}"
    also = f", installed at {at}{INSTALL_PATH}" if app.oauth_flow is not None else ""
    return f"at {at}{EVENTS_PATH}{also}", server.port


def _value(secret: SecretStr | None) -> str | None:
    return secret.get_secret_value() if secret else None
