"""Pages of papers: what a view shows to somebody now, first time and after each button."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bot.blocks import Message, code, mrkdwn, note
from bot.blocks.papers import Listing, full_paper, in_common, listing
from bot.blocks.text import counted
from bot.blocks.views import View, ViewKind
from bot.commands.calls import SLASH, Call
from bot.digests import digest_page, titles_of
from bot.errors import UserError
from bot.models import Marks, Subscriber
from bot.store import Connection, digests, papers, people
from bot.store.digests import part_of
from recommender import Index, Interest, InterestKind, Match, Profile, Query, QueryError

PAGE = 5

_NONE_KEPT = {
    ViewKind.SAVED: "You have saved nothing yet: press Save under a paper.",
    ViewKind.HIDDEN: "You have hidden nothing: “Hide” is in the menu beside a paper.",
}


def page(call: Call, view: View, notes: Sequence[str] = (), keep: str = "") -> Message:
    """The view as it stands for the person who asks. Raises UserError when it is gone.

    `keep` is the id of a paper that stays on the page whatever was just said of it.
    """
    return _PAGES[view.kind](call, view, notes, keep)


def marks_of(connection: Connection, who: Subscriber) -> Marks:
    """What the reader has said of papers; nothing where the reader is a whole channel."""
    return Marks() if who.is_channel else people.marks(connection, who)


def found(index: Index, text: str, limit: int) -> list[Match]:
    """The best matches of a query. Raises UserError that says what is wrong with it."""
    return index.search(read(index, text), limit=limit)


def read(index: Index, text: str) -> Query:
    """The query that a text says. Raises UserError that says what is wrong with it."""
    try:
        return index.read(text)
    except QueryError as error:
        raise UserError(str(error)) from None


def _search(call: Call, view: View, notes: Sequence[str], _keep: str) -> Message:
    with call.store.reading() as connection:
        # One that was made in a channel, for all to read, is for all in that channel.
        channel = Subscriber(call.by.workspace, call.place.id)
        made_by = (call.by, channel) if call.place.is_channel else (call.by,)
        found_by = (people.search(connection, one, view.key) for one in made_by)
        search = next(filter(None, found_by), None)
        if search is None:
            raise UserError(f"This search is too old: type it again after {SLASH}.")
        matches = found(call.library.index, search.text, view.offset + PAGE + 1)
        if matches:
            marks = marks_of(connection, call.by)
            ranked = _Ranked(f"Papers for “{search.text}”", matches, marks)
            return _listing(connection, call, view, notes, ranked)
    nothing = f"Nothing matches {code(search.text, 200)}. Fewer or more general words find more."
    return note(*notes, nothing)


def _similar(call: Call, view: View, notes: Sequence[str], keep: str) -> Message:
    """Papers like one or several, without those that the person does not want to see."""
    index = call.library.index
    liked = [paper for key in view.key.split() if (paper := call.library.paper(key))]
    if not liked:
        raise UserError("That paper is not known any more.")
    likes = [Interest(paper.id, kind=InterestKind.PAPER) for paper in liked]
    rest = f" and {len(liked) - 1} more" if liked[1:] else ""
    title = f"Like “{liked[0].title}”{rest}"
    with call.store.reading() as connection:
        marks = marks_of(connection, call.by)
        unwanted = marks.hidden | marks.disliked
        limit = view.offset + PAGE + 1
        matches = index.recommend(Profile(likes), limit=limit, without=unwanted - {keep})
        if not matches:
            return note(f"No paper known here is like {mrkdwn(liked[0].title, 300)}.")
        # What the papers share with a single title says more than its part of the score.
        labels = None if rest else {match.paper.id: in_common(match) for match in matches}
        leaving = keep if keep in unwanted else ""
        ranked = _Ranked(title, matches, marks, labels, leaving)
        return _listing(connection, call, view, notes, ranked)


def kept_papers(connection: Connection, call: Call, view: View) -> list[str] | None:
    """The ids on a list that somebody keeps, newest first; None where the view is no such list."""
    kept = {ViewKind.SAVED: people.saved_papers, ViewKind.HIDDEN: people.hidden_papers}
    return kept[view.kind](connection, call.by) if view.kind in kept else None


def _kept(call: Call, view: View, notes: Sequence[str], _keep: str) -> Message:
    with call.store.reading() as connection:
        ids = kept_papers(connection, call, view) or []
        if not ids:
            raise UserError(_NONE_KEPT[view.kind])
        known = papers.get(connection, ids)
        matches = [Match(known[key], 0.0) for key in ids]
        title = f"Your {counted(len(ids), f'{view.kind} paper')}"
        ranked = _Ranked(title, matches, marks_of(connection, call.by))
        return _listing(connection, call, view, notes, ranked)


def _show(call: Call, view: View, _notes: Sequence[str], _keep: str) -> Message:
    paper = call.library.paper(view.key)
    if paper is None:
        raise UserError("That paper is not known any more.")
    with call.store.reading() as connection:
        marks = marks_of(connection, call.by)
    return full_paper(paper, marks, shares=_shares(call))


def _digest(call: Call, view: View, _notes: Sequence[str], _keep: str) -> Message:
    with call.store.reading() as connection:
        digest = digests.get(connection, view.key)
        if digest is None or digest.subscriber not in _readers(call):
            raise UserError("This digest is not yours to change.")
        marks = marks_of(connection, call.by)
        shares = _shares(call) and not digest.subscriber.is_channel
        return digest_page(connection, digest, part_of(view.offset), marks, shares=shares)


def _gone(_call: Call, _view: View, _notes: Sequence[str], _keep: str) -> Message:
    raise UserError("That message cannot be drawn again.")


def _readers(call: Call) -> tuple[Subscriber, ...]:
    """Whose digests somebody may see: their own and, in a channel, that channel's."""
    channel = Subscriber(call.by.workspace, call.place.id)
    return (call.by, channel) if call.place.is_channel else (call.by,)


def _shares(call: Call) -> bool:
    """Whether there is a channel to share in, and somebody who would."""
    return call.place.is_channel and not call.by.is_channel


def _listing(
    connection: Connection, call: Call, view: View, notes: Sequence[str], ranked: "_Ranked"
) -> Message:
    shown = ranked.matches[view.offset : view.offset + PAGE]
    if not shown:
        raise UserError("There is nothing more on this list.")
    if ranked.labels is not None:
        shown = [replace(match, reasons=()) for match in shown]
    after = view.offset + PAGE
    # The list that the next page is of lacks the paper that goes.
    following = after - sum(match.paper.id == ranked.leaving for match in shown)
    return listing(
        Listing(
            ranked.title,
            shown,
            view,
            ranked.marks,
            notes,
            labels=ranked.labels or {},
            titles=titles_of(connection, shown),
            more=following if len(ranked.matches) > after else None,
            shares=_shares(call),
        )
    )


@dataclass(frozen=True, slots=True)
class _Ranked:
    """A list from its beginning on, one paper further than the page goes, and the reader's marks.

    `labels` say why papers are here in place of their reasons. `leaving` is the id of one that
    stands there for the last time.
    """

    title: str
    matches: Sequence[Match]
    marks: Marks
    labels: Mapping[str, str] | None = None
    leaving: str = ""


_PAGES = {
    ViewKind.SEARCH: _search,
    ViewKind.SIMILAR: _similar,
    ViewKind.SAVED: _kept,
    ViewKind.HIDDEN: _kept,
    ViewKind.SHOW: _show,
    ViewKind.DIGEST: _digest,
    ViewKind.SHARED: _gone,
    ViewKind.TOLD: _gone,
}
