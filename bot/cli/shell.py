"""What every command of the command line shares: errors in one line, and an open library."""

import logging
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from difflib import get_close_matches
from io import TextIOWrapper

import click

from bot.errors import PaperwireError, UserError
from bot.library import Library
from bot.settings import Settings
from bot.store import Store
from recommender import QueryError

logger = logging.getLogger(__name__)

DONE, FAILED, WRONG_USAGE = 0, 1, 2


class Commands(click.Group):
    """A group that suggests the nearest command for one it does not know."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command to run. Raises UsageError in one sentence."""
        name = args[0]
        if self.get_command(ctx, name) is None and not name.startswith("-"):
            near = get_close_matches(name, self.commands, 1, 0.6)
            hint = f"Did you mean “{near[0]}”?" if near else f"See {ctx.command_path} --help."
            raise click.UsageError(f"There is no command “{name[:40]}”. {hint}")
        return super().resolve_command(ctx, args)


def run(cli: click.Command, arguments: Sequence[str] | None = None) -> int:
    """Runs the command line; the exit status. What failed is one line on stderr."""
    for stream in (sys.stdout, sys.stderr):
        # Titles are of every script, and JSON is UTF-8, whatever the terminal's language.
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        return _invoke(cli, sys.argv[1:] if arguments is None else arguments)
    except (click.UsageError, QueryError, UserError) as error:
        text = error.format_message() if isinstance(error, click.UsageError) else str(error)
        return _say(text, WRONG_USAGE)
    except click.ClickException as error:
        return _say(error.format_message(), FAILED)
    except PaperwireError as error:
        return _say(str(error), FAILED)
    except (KeyboardInterrupt, click.Abort):
        return _say("Stopped. What was done is kept; the same command goes on from there.", FAILED)
    except BrokenPipeError:
        # The reader of our output has seen enough. Python would complain once more at its exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except Exception as error:
        # A mistake of ours: nobody should have to read its traceback who has not asked for it.
        logger.debug("the command failed", exc_info=True)
        kind = type(error).__name__
        where = "PAPERWIRE_LOG_LEVEL=DEBUG tells where"
        return _say(f"Something went wrong in Paperwire itself ({kind}); {where}.", FAILED)


def _invoke(cli: click.Command, arguments: Sequence[str]) -> int:
    """Like `cli.main`, which would take a closed pipe for a failure."""
    try:
        with cli.make_context("paperwire", [*arguments]) as context:
            cli.invoke(context)
    except click.exceptions.Exit as left:
        return left.exit_code
    return DONE


@contextmanager
def opened(settings: Settings) -> Iterator[tuple[Store, Library]]:
    """The database of the settings and the library in it."""
    with closing(Store(settings.database_url)) as store:
        yield store, Library(store)


def instant(_ctx: click.Context, _parameter: click.Parameter, text: str | None) -> datetime:
    """The instant in an option's ISO 8601 text, UTC where it names no zone; now without one."""
    if text is None:
        return datetime.now(UTC)
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        at = None
    if at is None or not 1970 < at.year < 3000:
        raise click.BadParameter(
            f"“{text[:40]}” is no ISO 8601 time; write it like 2026-03-02T09:00+01:00."
        )
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


def utc_now() -> datetime:
    """The clock of everything that is not a test or a demonstration."""
    return datetime.now(UTC)


def _say(text: str, status: int) -> int:
    click.echo(f"paperwire: {' '.join(text.split())}", err=True)
    return status
