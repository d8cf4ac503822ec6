"""Looking papers up: search, show, similar, saved, why."""

from bot.blocks import Message, papers
from bot.blocks.views import View, ViewKind
from bot.commands.calls import SLASH, Call
from bot.commands.links import papers_in
from bot.commands.pages import found, marks_of, page, read
from bot.digests import titles_of
from bot.errors import UserError
from bot.models import Marks
from bot.store import interests, people
from recommender import InterestKind, Match, Paper, Profile

MAX_QUERY = 3_000


def search(call: Call, notes: tuple[str, ...] = ()) -> Message:
    """Papers for the words, best first, a page at a time."""
    if not call.text.strip():
        raise UserError(f"What are you looking for? For example: {SLASH} speech translation")
    if len(call.text) > MAX_QUERY:
        raise UserError(f"A search is at most {MAX_QUERY:,} characters.")
    read(call.library.index, call.text)
    with call.store.writing() as connection:
        kept = people.keep_search(connection, call.by, call.text.strip(), call.now)
    return page(call, View(ViewKind.SEARCH, kept.id), notes)


def linked(call: Call) -> Message | None:
    """The paper that the words link to, if they are nothing but links to papers."""
    named = papers_in(call.library, call.text)
    if not named.is_all or not (named.papers or named.unknown):
        return None
    if not named.papers:
        raise UserError("That paper is not in the library yet; words of its title find others.")
    return page(call, View(ViewKind.SHOW, named.papers[0].id))


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
    return explained(call, _paper(call))


def explained(call: Call, paper: Paper) -> Message:
    """What in somebody's profile a paper answers, and what they have said of it."""
    match = matched(call, paper)
    with call.store.reading() as connection:
        titles = titles_of(connection, [match] if match else [])
        marks = marks_of(connection, call.by)
    return papers.why(match, paper, titles, _judgement(paper, marks))


def matched(call: Call, paper: Paper) -> Match | None:
    """The paper as the rest of somebody's own profile ranks it; None when nothing matches."""
    with call.store.reading() as connection:
        known = interests.profile(connection, call.by).interests
    # A liked paper is not ranked, nor one that is not wanted: what else speaks for it is asked.
    own = {InterestKind.PAPER: paper.id}
    profile = Profile(each for each in known if own.get(each.kind) != each.text)
    matches = call.library.index.recommend(profile, limit=1, among=[paper.id])
    return matches[0] if matches else None


def _judgement(paper: Paper, marks: Marks) -> str:
    if paper.id in marks.liked:
        return "You like it: digests bring papers like it, but not this one again."
    if paper.id in marks.disliked:
        return "You want less like this: it comes in no digest."
    return "You have hidden it: it comes in no digest." if paper.id in marks.hidden else ""


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
