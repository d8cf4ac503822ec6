"""Looking papers up: search, show, similar, saved, why."""

from bot.blocks import Message, papers
from bot.blocks.views import View, ViewKind
from bot.commands.calls import SLASH, Call
from bot.commands.pages import found, page
from bot.errors import UserError
from bot.store import interests, people
from recommender import Match, Paper

MAX_QUERY = 3_000


def search(call: Call, notes: tuple[str, ...] = ()) -> Message:
    """Papers for the words, best first, a page at a time."""
    if not call.text.strip():
        raise UserError(f"What are you looking for? For example: {SLASH} speech translation")
    if len(call.text) > MAX_QUERY:
        raise UserError(f"A search is at most {MAX_QUERY:,} characters.")
    found(call.library.index, call.text, 0)
    with call.store.writing() as connection:
        kept = people.keep_search(connection, call.by, call.text.strip(), call.now)
    return page(call, View(ViewKind.SEARCH, kept.id), notes)


def show(call: Call) -> Message:
    """One paper in full."""
    return page(call, View(ViewKind.SHOW, _paper(call).id))


def similar(call: Call) -> Message:
    """Papers like one."""
    return page(call, View(ViewKind.SIMILAR, _paper(call).id))


def saved(call: Call) -> Message:
    """The papers that somebody saved, newest first."""
    return page(call, View(ViewKind.SAVED, "-"))


def why(call: Call) -> Message:
    """What in somebody's profile a paper answers."""
    paper = _paper(call)
    return papers.why(matched(call, paper), paper)


def matched(call: Call, paper: Paper) -> Match | None:
    """The paper as somebody's own profile ranks it; None when nothing matches."""
    with call.store.reading() as connection:
        profile = interests.profile(connection, call.by)
    matches = call.library.index.recommend(profile, limit=1, among=[paper.id])
    return matches[0] if matches else None


def _paper(call: Call) -> Paper:
    """The paper that the words name: its id, its address, or its title or part of it."""
    text = call.text.strip()
    if not text:
        raise UserError("Which paper? Give its id, its address or words of its title.")
    known = call.library.paper(text)
    if known is not None:
        return known
    matches = found(call.library.index, text[:MAX_QUERY], 1)
    if not matches:
        raise UserError(f"No paper known here answers to “{text[:80]}”.")
    return matches[0].paper
