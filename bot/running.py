"""A running bot: its parts, its door to Slack and its heartbeat, started and stopped as one."""

import logging
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime

from pydantic import SecretStr
from slack_sdk import WebClient

from bot import client as slack
from bot.errors import SettingsError, UserError
from bot.jobs import start_heartbeat
from bot.library import Library, one_line
from bot.library.rounds import Rounds, configure, read_wishes
from bot.parts import Parts
from bot.settings import Settings
from bot.slack import make_app, socket_mode, web_app
from bot.sources import open_source
from bot.sources.web import Web
from bot.store import Store, outbox, papers, people, sources
from bot.web import WebServer

logger = logging.getLogger(__name__)

Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Running:
    """A running bot: what it is made of, and a sentence on where it can be reached."""

    parts: Parts
    identity: slack.Identity
    reachable: str
    port: int | None


@contextmanager
def running(settings: Settings, clock: Clock) -> Iterator[Running]:
    """The bot, from its start to the end of the block.

    Raises SettingsError when a value is missing, SlackError when Slack does not know the token,
    StoreError when the database cannot be used.
    """
    token = _token(settings)
    client = slack.make_client(token, settings.api_url)
    with ExitStack() as stack:
        store = Store(settings.database_url)
        stack.callback(store.close)
        is_alone = stack.enter_context(store.alone())
        identity = slack.identity(client)
        parts = Parts(store, Library(store), clock, slack.only(identity.workspace, client))
        _prepare(parts, identity, is_alone)
        reachable, port = _open_door(settings, parts, client, identity, stack)
        stack.callback(start_heartbeat(parts.tick))
        _read_sources(settings, parts, is_alone, stack)
        yield Running(parts, identity, reachable, port)


def _prepare(parts: Parts, identity: slack.Identity, is_alone: bool) -> None:
    """Makes true what the first request relies on: a workspace, and papers."""
    with parts.store.writing() as connection:
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


def _open_door(
    settings: Settings,
    parts: Parts,
    client: WebClient,
    identity: slack.Identity,
    stack: ExitStack,
) -> tuple[str, int | None]:
    secret = _value(settings.signing_secret)
    app = make_app(parts, client, identity, secret if settings.app_token is None else None)
    stack.callback(app.listener_runner.listener_executor.shutdown, wait=True)
    if settings.app_token is not None:
        door = socket_mode(app, settings.app_token.get_secret_value())
        stack.callback(door.close)
        with slack.translated("apps.connections.open"):
            door.connect()  # type: ignore[no-untyped-call]
        return "in Socket Mode", None
    server = WebServer(web_app(app), settings.host, settings.port)
    stack.callback(server.close)
    return f"at http://{settings.host}:{server.port}/slack/events", server.port


def _token(settings: Settings) -> str:
    missing = []
    if settings.bot_token is None:
        missing.append("SLACK_BOT_TOKEN")
    if settings.app_token is None and settings.signing_secret is None:
        missing.append("SLACK_APP_TOKEN (for Socket Mode) or SLACK_SIGNING_SECRET (for HTTP)")
    if settings.bot_token is None or missing:
        raise SettingsError(
            f"Not set: {' and '.join(missing)}. The README says where Slack shows them; "
            "`paperwire demo` works without."
        )
    return settings.bot_token.get_secret_value()


def _value(secret: SecretStr | None) -> str | None:
    return secret.get_secret_value() if secret else None
