"""The command line: wires the parts together, reads the environment, sets up logging."""

import signal
import sys
from collections.abc import Sequence
from datetime import datetime
from threading import Event

import click

from bot import digests, logs
from bot.cli.deliveries import deliveries
from bot.cli.digests import at, digest
from bot.cli.doctor import doctor, health
from bot.cli.evaluate import evaluate
from bot.cli.manifest import manifest, new_key
from bot.cli.papers import ingest, papers, recommend, search
from bot.cli.shell import Commands, opened, utc_now
from bot.cli.shell import run as run_command_line
from bot.commands import INNER, TABLE
from bot.errors import PaperwireError, SettingsError
from bot.running import entrance_of, running
from bot.settings import read_settings
from bot.store import Store, outbox


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="paperwire")
def cli() -> None:
    """Paperwire brings research papers to the people of a Slack workspace."""
    logs.set_up("DEBUG" if _is_debugging() else "WARNING")


def _is_debugging() -> bool:
    try:
        return read_settings().log_level == "DEBUG"
    except SettingsError:
        # The command that needs the settings will say what is wrong with them.
        return False


@cli.command()
def run() -> None:
    """Run the bot until it is stopped."""
    settings = read_settings()
    logs.set_up(settings.log_level)
    stop = _stopped()
    with running(settings, utc_now) as bot:
        click.echo(f"Paperwire is running for {bot.serves}, {bot.reachable}. Ctrl-C stops it.")
        stop.wait()


@cli.command()
@click.option("--port", default=8765, show_default=True, help="Where the page listens.")
@click.option("--open", "opens", is_flag=True, help="Open it in the browser.")
@click.option("--terminal", is_flag=True, help="A conversation here, without a page.")
def demo(port: int, opens: bool, terminal: bool) -> None:
    """Try the bot against a Slack on this machine; needs no token and no set-up."""
    # The local Slack is no part of production: nothing else imports it.
    from bot.demo.page.show import PortTaken, shown
    from bot.demo.terminal import converse

    if terminal:
        converse(running)
        return
    stop = _stopped()
    try:
        with shown(running, {"": TABLE, **INNER}, port) as address:
            click.echo(f"Paperwire, in a stand-in for Slack: {address}")
            click.echo("Nothing leaves this machine, and nothing is kept. Ctrl-C stops it.")
            if opens:
                click.launch(address)
            stop.wait()
    except PortTaken as taken:
        raise SettingsError(str(taken)) from None


def _stopped() -> Event:
    """What is set when somebody asks the process to end."""
    stop = Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    return stop


@digest.command(name="run")
@at
def digest_run(at: datetime) -> None:
    """Post the digests that are due."""
    settings = read_settings()
    settings.check_posting()
    with opened(settings) as (store, library):
        served = entrance_of(settings, store).served
        old = _unsettled(store)
        composed = digests.compose_due(store, digests.shelf_of(library), at)
        posted = digests.deliver(store, served.client_of, lambda: at)
        left = len(_unsettled(store) - old)
    click.echo(f"{composed} due at {at:%Y-%m-%d %H:%M} UTC, {posted} messages posted")
    if left:
        raise PaperwireError(f"{left} messages could not be posted: `paperwire deliveries list`.")


def _unsettled(store: Store) -> set[str]:
    """The deliveries that are neither sent nor given up."""
    with store.reading() as connection:
        return {each.id for each in outbox.unsent(connection)}


COMMANDS = (ingest, papers, search, recommend, digest, deliveries, doctor, health, evaluate)
for command in (*COMMANDS, manifest, new_key):
    cli.add_command(command)


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command line; the exit status: 0 done, 1 failed, 2 wrong usage."""
    return run_command_line(cli, arguments)


if __name__ == "__main__":
    sys.exit(main())
