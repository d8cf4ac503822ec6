"""`paperwire digest preview` and `paperwire digest run`."""

from datetime import datetime

import click

from bot.blocks.text import one_line as printable
from bot.cli.shell import Commands, instant, opened
from bot.digests import due_drafts, shelf_of
from bot.digests.page import funnel_line
from bot.models import Digest, Slot
from bot.settings import read_settings

at = click.option(
    "--at", callback=instant, metavar="ISO8601", help="As if it were that time; UTC unless it says."
)


@click.group(cls=Commands)
def digest() -> None:
    """What is due, and what it would post; or post it."""


@digest.command()
@at
def preview(at: datetime) -> None:
    """Print the digests that are due; changes nothing."""
    with opened(read_settings()) as (store, library):
        drafts = due_drafts(store, shelf_of(library), at)
        for draft in drafts:
            click.echo(_text(draft, at))
        click.echo(f"{len(drafts)} due at {at:%Y-%m-%d %H:%M} UTC")


def _text(draft: Digest, at: datetime) -> str:
    to = draft.subscriber
    lines = [f"{to.workspace} {to.id}, due {draft.due_at:%Y-%m-%d %H:%M} UTC:"]
    for rank, pick in enumerate(draft.picks, 1):
        slot = "" if pick.slot is Slot.NEW else f", {pick.slot}"
        match = pick.match
        lines.append(f"  {rank}. {printable(match.paper.title)} ({match.score:.2f}{slot})")
    return "\n".join([*lines, f"  {funnel_line(draft.funnel, len(draft.picks), 'UTC', at)}"])
