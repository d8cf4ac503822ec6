"""A list of papers in a modal: those somebody saved, does not want, or got in a digest."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from slack_sdk.models.views import View

from bot.blocks.forms.shelf import (
    BACK,
    DISLIKE,
    DROP,
    HIDE,
    KEEP,
    ON,
    PAGE,
    UNDISLIKE,
    UNHIDE,
    Gone,
    Shelf,
    shelf_view,
)
from bot.commands.calls import Call, whole_number
from bot.commands.forms.frame import About, Filled
from bot.digests import zone_of
from bot.errors import UserError
from bot.schedules import local_text
from bot.store import Connection, digests, interests, papers, people, subscriptions
from recommender import Interest, InterestKind, Paper

SAVED, DIGEST, UNWANTED = "saved", "digest", "unwanted"
_MOST = 1_000_000

_GONE = {
    DROP: ("is off your list.", KEEP),
    UNHIDE: ("may come again.", HIDE),
    UNDISLIKE: ("may come again, and teaches nothing any more.", DISLIKE),
}
"""What is said of a paper that a press has taken off a list, and the press that undoes it."""


@dataclass(frozen=True, slots=True)
class _List:
    """The ids of all papers on a list, its title, what is said when it is empty, and its buttons.

    `actions` has those that are not about saving, by the papers' ids.
    """

    ids: Sequence[str]
    title: str
    empty: str
    actions: Mapping[str, str]


def open_saved(call: Call) -> View:
    """The papers that the person saved, newest first."""
    return _view(call, About(kind=SAVED))


def open_unwanted(call: Call) -> View:
    """The papers that the person hid, newest first, and those with 👎."""
    return _view(call, About(kind=UNWANTED))


def open_digest(call: Call, key: str) -> View:
    """The papers of one of the person's digests."""
    return _view(call, About(kind=DIGEST, key=key))


def press_shelf(call: Call, filled: Filled) -> View:
    """Does what the button beside a paper says, or turns the page; what is shown then."""
    about = filled.about
    if filled.action in (BACK, ON):
        offset = whole_number(filled.value, _MOST) or 0
        return _view(call, about.model_copy(update={"offset": offset}))
    paper = call.library.paper(filled.value)
    if paper is None:
        raise UserError("That paper is not known here any more.")
    with call.store.writing() as connection:
        digests.reserve(connection, call.by)
        _PRESSES[filled.action](connection, call, paper.id)
    return _view(call, about, paper, filled.action)


def _view(call: Call, about: About, pressed: Paper | None = None, action: str = "") -> View:
    with call.store.reading() as connection:
        listed = _LISTS.get(about.kind, _digest)(connection, call, about.key)
        offset = about.offset if 0 <= about.offset < max(len(listed.ids), 1) else 0
        saved = people.saved_papers(connection, call.by)
        known = papers.get(connection, listed.ids[offset : offset + PAGE])
    page = [known[key] for key in listed.ids[offset : offset + PAGE] if key in known]
    actions = {paper.id: DROP if paper.id in saved else KEEP for paper in page}
    gone = None
    if pressed is not None and pressed.id not in listed.ids and action in _GONE:
        gone = Gone(pressed, *_GONE[action])
    shelf = Shelf(
        listed.title,
        page,
        {**actions, **listed.actions},
        offset,
        len(listed.ids),
        gone,
        listed.empty,
    )
    return shelf_view(shelf, about.model_copy(update={"offset": offset}).write())


def _saved(connection: Connection, call: Call, _key: str) -> _List:
    saved = people.saved_papers(connection, call.by)
    empty = "You have saved nothing yet: press Save under a paper."
    return _List(saved, "Saved papers", empty, {})


def _unwanted(connection: Connection, call: Call, _key: str) -> _List:
    hidden = people.hidden_papers(connection, call.by)
    disliked = [each.text for each in _disliked(connection, call)]
    # Of a paper that is both, the one is taken back first, and then the other.
    actions = {**dict.fromkeys(disliked, UNDISLIKE), **dict.fromkeys(hidden, UNHIDE)}
    ids = list(dict.fromkeys([*hidden, *reversed(disliked)]))
    empty = "There is none: 👎 and “Hide” are beside each paper."
    return _List(ids, "Papers you do not want", empty, actions)


def _digest(connection: Connection, call: Call, key: str) -> _List:
    """Raises UserError for one that is not the person's own."""
    digest = digests.get(connection, key)
    if digest is None or digest.subscriber != call.by:
        raise UserError("This digest is not yours to see.")
    zone = zone_of(connection, call.by, subscriptions.get(connection, call.by))
    day = local_text(digest.due_at, zone).split(",")[0]
    ids = [pick.match.paper.id for pick in digest.picks]
    return _List(ids, day[:24], "It had no papers.", {})


_LISTS: Mapping[str, Callable[[Connection, Call, str], _List]] = {
    SAVED: _saved,
    UNWANTED: _unwanted,
    DIGEST: _digest,
}


def _disliked(connection: Connection, call: Call) -> list[Interest]:
    """The papers with 👎, in the order in which they got it."""
    known = interests.profile(connection, call.by).interests
    return [each for each in known if each.kind is InterestKind.PAPER and each.muted]


def _keep(connection: Connection, call: Call, paper: str) -> None:
    people.save_paper(connection, call.by, paper, call.now)


def _drop(connection: Connection, call: Call, paper: str) -> None:
    people.unsave_paper(connection, call.by, paper)


def _hide(connection: Connection, call: Call, paper: str) -> None:
    people.hide_paper(connection, call.by, paper, call.now)


def _unhide(connection: Connection, call: Call, paper: str) -> None:
    people.unhide_paper(connection, call.by, paper)


def _dislike(connection: Connection, call: Call, paper: str) -> None:
    interests.put(connection, call.by, Interest(paper, kind=InterestKind.PAPER, muted=True))


def _undislike(connection: Connection, call: Call, paper: str) -> None:
    for each in _disliked(connection, call):
        if each.text == paper:
            interests.remove(connection, call.by, each)


_PRESSES: Mapping[str, Callable[[Connection, Call, str], None]] = {
    KEEP: _keep,
    DROP: _drop,
    HIDE: _hide,
    UNHIDE: _unhide,
    DISLIKE: _dislike,
    UNDISLIKE: _undislike,
}
