"""`paperwire deliveries`: what failed or may not have arrived, and what to do about it."""

import click

from bot.cli.shell import Commands, opened, utc_now
from bot.errors import UserError
from bot.models import Delivery
from bot.settings import read_settings
from bot.store import Connection, outbox

SHORTEST_ID = 4

delivery_id = click.argument("delivery", metavar="ID")


@click.group(cls=Commands)
def deliveries() -> None:
    """Digests that failed or whose fate is unknown; send them again, or give them up."""


@deliveries.command(name="list")
def list_() -> None:
    """Print deliveries that failed or are unknown, oldest first."""
    with opened(read_settings()) as (store, _library), store.reading() as connection:
        unsettled = outbox.unsettled(connection)
        counted = outbox.count_by_state(connection)
    for each in unsettled:
        to = each.subscriber
        click.echo(
            f"{each.id[:8]}  {each.state:7}  {to.workspace} {to.id}  part {each.part + 1}: "
            f"{each.error or 'no reason is known'}"
        )
    click.echo(", ".join(f"{number} {state}" for state, number in counted.items()) or "none yet")


@deliveries.command()
@delivery_id
def retry(delivery: str) -> None:
    """Send a delivery again, without papers that were shown in the meantime."""
    with opened(read_settings()) as (store, _library), store.writing() as connection:
        outbox.retry(connection, _unsettled(connection, delivery), utc_now())
    click.echo("It is sent with the next tick of the bot, or by `paperwire digest run`.")


@deliveries.command()
@delivery_id
def drop(delivery: str) -> None:
    """Give a delivery up; its papers may come again."""
    with opened(read_settings()) as (store, _library), store.writing() as connection:
        outbox.drop(connection, _unsettled(connection, delivery))
    click.echo("Given up; its papers may come in a later digest.")


def _unsettled(connection: Connection, wanted: str) -> Delivery:
    found = [each for each in outbox.unsettled(connection) if each.id.startswith(wanted)]
    if len(wanted) < SHORTEST_ID or len(found) != 1:
        raise UserError(
            f"No one delivery that failed or is unknown has an id beginning with “{wanted[:40]}”: "
            "`paperwire deliveries list` shows them."
        )
    return found[0]
