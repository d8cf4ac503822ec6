"""`paperwire doctor` and `paperwire health`: what is wrong with a set-up, a line each."""

from collections.abc import Callable
from datetime import timedelta
from socket import gethostname

import click

from bot import client as slack
from bot.cli.shell import opened, utc_now
from bot.errors import PaperwireError, SettingsError
from bot.library.troubles import source_remarks, source_troubles
from bot.settings import Settings, read_settings
from bot.store import heartbeats, outbox, papers

NEEDED_SCOPES = frozenset({"commands", "chat:write", "im:write", "users:read"})
ALIVE = timedelta(seconds=90)

Check = Callable[[Settings], str]


@click.command()
def doctor() -> None:
    """Check settings, database, corpus, sources and Slack; exit 1 if anything fails."""
    failed = 0
    try:
        settings = read_settings()
    except SettingsError as error:
        click.echo(f"FAIL  settings: {error}")
        raise PaperwireError("The settings cannot be read, so nothing else was checked.") from None
    click.echo("ok    settings: every value can be read")
    for name, check in CHECKS.items():
        try:
            click.echo(f"ok    {name}: {check(settings)}")
        except PaperwireError as error:
            failed += 1
            click.echo(f"FAIL  {name}: {error}")
    if failed:
        raise PaperwireError(f"{failed} of {len(CHECKS) + 1} checks failed.")


@click.command()
def health() -> None:
    """Say whether the bot of this host is running; exit 1 if not."""
    with opened(read_settings()) as (store, _library), store.reading() as connection:
        last = heartbeats.last(connection, gethostname())
    if last is None or utc_now() - last > ALIVE:
        seen = f"last seen {last:%Y-%m-%d %H:%M} UTC" if last else "never seen"
        raise PaperwireError(f"No bot is running on this host ({seen}).")
    click.echo("The bot is running.")


def _database(settings: Settings) -> str:
    with opened(settings) as (store, _library):
        return f"{store.file or 'a server'} can be used"


def _corpus(settings: Settings) -> str:
    with opened(settings) as (store, _library), store.reading() as connection:
        count = papers.count(connection)
    if not count:
        raise PaperwireError("no papers yet: `paperwire ingest seeds` reads the first ones")
    return f"{count:,} papers"


def _sources(settings: Settings) -> str:
    with opened(settings) as (store, _library), store.reading() as connection:
        runs = papers.last_ingestions(connection)
        troubles = source_troubles(connection, utc_now())
        remarks = source_remarks(connection)
    if troubles:
        raise PaperwireError("; ".join(troubles))
    if not runs:
        raise PaperwireError("nothing was ever read: `paperwire ingest seeds`")
    lines = [f"{run.source} read {run.finished_at:%Y-%m-%d %H:%M} UTC" for run in runs]
    return "; ".join([*lines, *remarks])


def _deliveries(settings: Settings) -> str:
    with opened(settings) as (store, _library), store.reading() as connection:
        counted = outbox.count_by_state(connection)
    return ", ".join(f"{n} {state}" for state, n in sorted(counted.items())) or "none yet"


def _token(settings: Settings) -> str:
    if settings.bot_token is None:
        raise PaperwireError("SLACK_BOT_TOKEN is not set; `paperwire demo` works without")
    who = slack.identity(slack.make_client(settings.bot_token.get_secret_value(), settings.api_url))
    missing = sorted(NEEDED_SCOPES - who.scopes)
    if missing:
        raise PaperwireError(
            f"the app lacks the scopes {', '.join(missing)}: add them under OAuth & Permissions "
            "and install it again"
        )
    return f"the token is good for {who.workspace_name or who.workspace}, scopes are complete"


def _door(settings: Settings) -> str:
    if settings.app_token is not None:
        return "SLACK_APP_TOKEN is set: Socket Mode"
    if settings.signing_secret is not None:
        return f"SLACK_SIGNING_SECRET is set: HTTP on {settings.host}:{settings.port}"
    raise PaperwireError("set SLACK_APP_TOKEN (Socket Mode) or SLACK_SIGNING_SECRET (HTTP)")


CHECKS: dict[str, Check] = {
    "database": _database,
    "corpus": _corpus,
    "sources": _sources,
    "deliveries": _deliveries,
    "slack token": _token,
    "slack door": _door,
}
