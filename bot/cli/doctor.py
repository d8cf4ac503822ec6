"""`paperwire doctor` and `paperwire health`: what is wrong with a set-up, a line each."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from socket import gethostname

import click
from slack_sdk.oauth.installation_store import Installation

from bot import client as slack
from bot.cli.shell import opened, utc_now
from bot.errors import PaperwireError, SettingsError, UserError
from bot.library.rounds import read_wishes
from bot.library.troubles import source_remarks, source_troubles
from bot.running import many_of
from bot.scopes import NEEDED, SCOPES, Scope
from bot.settings import Settings, read_settings
from bot.slack import ManyWorkspaces
from bot.store import heartbeats, outbox, papers, sources

ALIVE = timedelta(seconds=90)
GOOD, BAD, ABSENT = "ok", "FAIL", "--"
ADD_SCOPES = "add it under OAuth & Permissions and install the app again"

Check = Callable[[Settings], str]


@dataclass(frozen=True, slots=True)
class Finding:
    """One line: whether something is good, bad, or absent without need."""

    mark: str
    name: str
    text: str


@click.command()
def doctor() -> None:
    """Check settings, database, corpus, sources and Slack; exit 1 if anything fails."""
    found = []
    for finding in _findings():
        click.echo(f"{finding.mark:4}  {finding.name}: {finding.text}")
        found.append(finding)
    failed = sum(finding.mark == BAD for finding in found)
    if failed and len(found) == 1:
        raise PaperwireError("The settings cannot be read, so nothing else was checked.")
    if failed:
        raise PaperwireError(f"{failed} of {len(found)} checks failed.")


def _findings() -> Iterator[Finding]:
    try:
        settings = read_settings()
    except SettingsError as error:
        yield Finding(BAD, "settings", str(error))
        return
    yield Finding(GOOD, "settings", "every value can be read")
    for name, check in CHECKS.items():
        yield _checked(name, check, settings)
    yield _new_papers(settings)
    yield from _workspaces(settings) if settings.serves_many else _workspace(settings)
    yield _checked("slack door", _door, settings)


def _checked(name: str, check: Check, settings: Settings) -> Finding:
    try:
        return Finding(GOOD, name, check(settings))
    except PaperwireError as error:
        return Finding(BAD, name, str(error))


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


def _new_papers(settings: Settings) -> Finding:
    """Which sources are read again and again: without one, digests run out of papers."""
    name = "new papers"
    try:
        with opened(settings) as (store, _library), store.reading() as connection:
            in_slack = [each.name for each in sources.all_of(connection) if not each.in_settings]
        followed = sorted({*read_wishes(settings.sources), *in_slack})
    except UserError as error:
        return Finding(BAD, name, f"PAPERWIRE_SOURCES is wrong: {error}")
    except PaperwireError as error:
        return Finding(BAD, name, str(error))
    if followed:
        return Finding(GOOD, name, f"from {'; '.join(followed)}")
    told = "no source is read by itself, so digests will run out of papers"
    return Finding(ABSENT, name, f"{told}: set PAPERWIRE_SOURCES, such as to arxiv:cs.CL")


def _deliveries(settings: Settings) -> str:
    with opened(settings) as (store, _library), store.reading() as connection:
        counted = outbox.count_by_state(connection)
    return ", ".join(f"{n} {state}" for state, n in sorted(counted.items())) or "none yet"


def _workspace(settings: Settings) -> Iterator[Finding]:
    """What Slack says of the one token, and of every scope."""
    name = "slack token"
    if settings.bot_token is None:
        text = "SLACK_BOT_TOKEN is not set; `paperwire demo` works without"
        yield Finding(BAD, name, text)
        return
    client = slack.make_client(settings.bot_token.get_secret_value(), settings.api_url)
    try:
        who = slack.identity(client)
    except slack.SlackError as error:
        yield Finding(BAD, name, str(error))
        return
    yield Finding(GOOD, name, f"good for {who.workspace_name or who.workspace}")
    yield from (_granted(scope, scope.name in who.scopes) for scope in SCOPES)


def _granted(scope: Scope, is_there: bool) -> Finding:
    name = f"scope {scope.name}"
    if is_there:
        return Finding(GOOD, name, f"granted, for {scope.brings}")
    if scope.is_needed:
        return Finding(BAD, name, f"missing, and needed for {scope.brings}: {ADD_SCOPES}")
    without = f". Without it, {scope.without}" if scope.without else ""
    return Finding(ABSENT, name, f"not granted; it would bring {scope.brings}{without}")


def _workspaces(settings: Settings) -> Iterator[Finding]:
    """What OAuth needs, and what Slack says of every installation's token."""
    yield _checked("slack app", _app, settings)
    if settings.secret_key is None:
        return
    try:
        with opened(settings) as (store, _library):
            served = many_of(settings, store)
            installed = served.installed()
            count = f"{len(installed)} installation{'s' * (len(installed) != 1)}"
            yield Finding(GOOD, "slack key", f"it opens what is stored of {count}")
            yield from (_installation(served, each) for each in installed)
    except PaperwireError as error:
        yield Finding(BAD, "slack key", str(error))


def _app(settings: Settings) -> str:
    settings.check_posting()
    return "SLACK_CLIENT_ID, SLACK_CLIENT_SECRET and PAPERWIRE_SECRET_KEY are set"


def _installation(served: ManyWorkspaces, installed: Installation) -> Finding:
    """Whether a token is good, and lacks nothing that is needed."""
    place = str(installed.team_id or installed.enterprise_id)
    label = f"slack token of {place}"
    try:
        who = slack.identity(served.client_in(installed.team_id, installed.enterprise_id))
    except slack.SlackError as error:
        return Finding(BAD, label, str(error))
    missing = sorted(NEEDED - who.scopes)
    if missing:
        text = f"the scopes {', '.join(missing)} are missing: install the app again"
        return Finding(BAD, label, text)
    absent = [scope.name for scope in SCOPES if scope.name not in who.scopes]
    text = f"good for {who.workspace_name or place}"
    return Finding(GOOD, label, text + (f"; not granted: {', '.join(absent)}" if absent else ""))


def _door(settings: Settings) -> str:
    """How requests come in; for Socket Mode, also whether Slack allows it."""
    if settings.app_token is None and settings.signing_secret is None:
        raise PaperwireError("set SLACK_APP_TOKEN (Socket Mode) or SLACK_SIGNING_SECRET (HTTP)")
    if settings.bot_token is not None or settings.serves_many:
        settings.check_door()
    if settings.app_token is not None:
        token = settings.app_token.get_secret_value()
        slack.check_socket(slack.make_client(token, settings.api_url))
        return "Socket Mode, with SLACK_APP_TOKEN"
    return f"SLACK_SIGNING_SECRET is set: HTTP on {settings.host}:{settings.port}"


CHECKS: dict[str, Check] = {
    "database": _database,
    "corpus": _corpus,
    "sources": _sources,
    "deliveries": _deliveries,
}
