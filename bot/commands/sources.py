"""`/papers sources …`: which sources are read, how often, and how that goes. For admins."""

from dataclasses import replace

from bot.blocks import Message, code, mrkdwn, note
from bot.commands.calls import SLASH, Call, Command, first_word, named, unknown
from bot.errors import UserError
from bot.library.rounds import parse_wish
from bot.library.troubles import source_troubles
from bot.store import sources, workspaces
from bot.store.papers import Ingestion
from bot.store.sources import Subscribed

MOST_SOURCES = 50


def run(call: Call) -> Message:
    """Does what the first word says; without one, lists."""
    if not call.is_admin():
        raise UserError("Only admins of this workspace can see and change the sources.")
    word, rest = first_word(call.text)
    command = named(TABLE, word or "list")
    if command is None:
        raise unknown("sources", TABLE, word)
    if command.run is not show:
        _check_alone(call)
    return command.run(replace(call, text=rest))


def _check_alone(call: Call) -> None:
    """Raises UserError where the papers are other workspaces', too."""
    with call.store.reading() as connection:
        is_shared = workspaces.count(connection) > 1
    if is_shared:
        raise UserError(
            "Several workspaces share these sources: whoever runs me sets them in "
            "PAPERWIRE_SOURCES."
        )


def show(call: Call) -> Message:
    """Every source: how often it is read, what it brought last, and what is wrong."""
    with call.store.reading() as connection:
        known = sources.all_of(connection)
        lines = [_line(each, sources.last_runs(connection, each.name, 1)) for each in known]
        troubles = [mrkdwn(each, 300) for each in source_troubles(connection, call.now)]
    if not lines:
        return note(
            "No sources are read yet.", f"Add one: {code(f'{SLASH} sources add arxiv:cs.CL', 80)}"
        )
    return note("*Sources*", *lines, *(f"⚠️ {each}" for each in troubles))


def add(call: Call) -> Message:
    """Reads a source from now on, or changes how often."""
    if not call.text:
        raise UserError(
            f"Which source? For example: {SLASH} sources add arxiv:cs.CL,cs.LG every 6h"
        )
    name, minutes = parse_wish(call.text)
    with call.store.writing() as connection:
        known = {each.name: each for each in sources.all_of(connection)}
        if len(known) >= MOST_SOURCES and name not in known:
            raise UserError(f"There are {MOST_SOURCES} sources already: remove one first.")
        in_settings = name in known and known[name].in_settings
        source = Subscribed(name, minutes, in_settings, call.now, call.now)
        sources.put(connection, source)
    return note(f"{_shown(name)} is read {_every(minutes)}, the first time within a minute.")


def remove(call: Call) -> Message:
    """Reads a source no more; its papers stay."""
    with call.store.writing() as connection:
        source = _named(call.text, sources.all_of(connection))
        if source.in_settings:
            raise UserError(
                f"“{source.name[:80]}” stands in the setting PAPERWIRE_SOURCES: remove it there."
            )
        sources.remove(connection, source.name)
    return note(f"{_shown(source.name)} is no longer read; its papers stay.")


def read_now(call: Call) -> Message:
    """Reads a source at the next opportunity, whenever it is due."""
    with call.store.writing() as connection:
        source = _named(call.text, sources.all_of(connection))
        sources.hasten(connection, source.name, call.now)
    return note(
        f"{_shown(source.name)} is read within a minute, unless its site is being read now."
    )


def _named(text: str, known: list[Subscribed]) -> Subscribed:
    """The source of that name or of that number in the list."""
    wanted = text.strip()
    for number, source in enumerate(known, 1):
        if wanted in {source.name, str(number)}:
            return source
    raise UserError(f"No source is called “{wanted[:60]}”; see {SLASH} sources list.")


def _line(source: Subscribed, runs: list[Ingestion]) -> str:
    every = _every(source.minutes)
    if not runs:
        return f"• {_shown(source.name)}, {every}: not read yet"
    run = runs[0]
    counts = f"{run.read} read, {run.new} new, {run.updated} updated"
    what = "failed" if run.error else counts
    return f"• {_shown(source.name)}, {every}: {what} on {run.finished_at:%Y-%m-%d %H:%M} UTC"


def _shown(name: str) -> str:
    return code(name, 100)


def _every(minutes: int) -> str:
    for unit, length in (("days", 1_440), ("hours", 60)):
        if minutes % length == 0:
            return f"every {minutes // length} {unit}"
    return f"every {minutes} minutes"


TABLE = (
    Command("list", "", "the sources, and how each does", show),
    Command("add", "SOURCE [every 6h]", "read a source: arxiv:cs.CL, biorxiv, feed:ADDRESS", add),
    Command("remove", "SOURCE or number", "read it no more; its papers stay", remove),
    Command("run", "SOURCE or number", "read it now", read_now),
)
"""The commands behind `sources`."""
