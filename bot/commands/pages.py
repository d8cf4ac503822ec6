"""Pages of papers: what a view shows to somebody now, first time and after each button."""

from collections.abc import Sequence

from bot.blocks import Message, code, mrkdwn, note
from bot.blocks.papers import Listing, full_paper, listing
from bot.blocks.views import View, ViewKind
from bot.commands.calls import SLASH, Call
from bot.digests import digest_page
from bot.errors import UserError
from bot.store import digests, papers, people
from bot.store.digests import part_of
from recommender import Index, Match, QueryError

PAGE = 5


def page(call: Call, view: View, notes: Sequence[str] = ()) -> Message:
    """The view as it stands for the person who asks. Raises UserError when it is gone."""
    return _PAGES[view.kind](call, view, notes)


def found(index: Index, text: str, limit: int) -> list[Match]:
    """The best matches of a query. Raises UserError that says what is wrong with it."""
    try:
        return index.search(text, limit=limit)
    except QueryError as error:
        raise UserError(str(error)) from None


def _search(call: Call, view: View, notes: Sequence[str]) -> Message:
    with call.store.reading() as connection:
        search = people.search(connection, call.by, view.key)
    if search is None:
        raise UserError(f"This search is too old: type it again after {SLASH}.")
    matches = found(call.library.index, search.text, view.offset + PAGE + 1)
    if matches:
        return _listing(call, f"Papers for “{search.text}”", matches, view, notes)
    nothing = f"Nothing matches {code(search.text, 200)}. Fewer or more general words find more."
    return note(*notes, nothing)


def _similar(call: Call, view: View, notes: Sequence[str]) -> Message:
    paper = call.library.paper(view.key)
    if paper is None:
        raise UserError("That paper is not known any more.")
    matches = call.library.index.similar(paper.id, limit=view.offset + PAGE + 1)
    if not matches:
        return note(f"No paper known here is like {mrkdwn(paper.title, 300)}.")
    return _listing(call, f"Like “{paper.title}”", matches, view, notes)


def _saved(call: Call, view: View, notes: Sequence[str]) -> Message:
    with call.store.reading() as connection:
        ids = people.saved_papers(connection, call.by)
        known = papers.get(connection, ids)
    if not ids:
        raise UserError("You have saved nothing yet: press Save under a paper.")
    matches = [Match(known[key], 0.0) for key in ids]
    return _listing(call, f"Your {len(ids)} saved papers", matches, view, notes)


def _show(call: Call, view: View, _notes: Sequence[str]) -> Message:
    paper = call.library.paper(view.key)
    if paper is None:
        raise UserError("That paper is not known any more.")
    with call.store.reading() as connection:
        return full_paper(paper, paper.id in people.saved_papers(connection, call.by))


def _digest(call: Call, view: View, _notes: Sequence[str]) -> Message:
    with call.store.reading() as connection:
        digest = digests.get(connection, view.key)
        if digest is None or digest.subscriber != call.by:
            raise UserError("This digest is not yours to change.")
        saved = people.saved_papers(connection, call.by)
        return digest_page(connection, digest, part_of(view.offset), saved)


def _listing(
    call: Call, title: str, matches: Sequence[Match], view: View, notes: Sequence[str]
) -> Message:
    if not matches[view.offset :]:
        raise UserError("There is nothing more on this list.")
    with call.store.reading() as connection:
        saved = people.saved_papers(connection, call.by)
    after = view.offset + PAGE
    more = after if len(matches) > after else None
    shown = matches[view.offset : after]
    return listing(Listing(title, shown, view, saved, notes, more=more))


_PAGES = {
    ViewKind.SEARCH: _search,
    ViewKind.SIMILAR: _similar,
    ViewKind.SAVED: _saved,
    ViewKind.SHOW: _show,
    ViewKind.DIGEST: _digest,
}
