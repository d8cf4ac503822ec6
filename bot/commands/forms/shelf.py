"""The papers that somebody saved, and those of one of their digests, in a modal."""

from collections.abc import Sequence

from slack_sdk.models.views import View

from bot.blocks.forms.shelf import BACK, DROP, KEEP, ON, PAGE, Shelf, shelf_view
from bot.commands.calls import Call, whole_number
from bot.commands.forms.frame import About, Filled
from bot.errors import UserError
from bot.schedules import local_text
from bot.store import digests, papers, people
from recommender import Paper

SAVED, DIGEST = "saved", "digest"
_MOST = 1_000_000


def open_saved(call: Call) -> View:
    """The papers that the person saved, newest first."""
    return _view(call, About(kind=SAVED))


def open_digest(call: Call, key: str) -> View:
    """The papers of one of the person's digests."""
    return _view(call, About(kind=DIGEST, key=key))


def press_shelf(call: Call, filled: Filled) -> View:
    """Saves a paper, takes it off the list again, or turns the page; what is shown then."""
    about = filled.about
    if filled.action in (BACK, ON):
        offset = whole_number(filled.value, _MOST) or 0
        return _view(call, about.model_copy(update={"offset": offset}))
    paper = call.library.paper(filled.value)
    if paper is None:
        raise UserError("That paper is not known here any more.")
    with call.store.writing() as connection:
        if filled.action == KEEP:
            people.save_paper(connection, call.by, paper.id, call.now)
        elif filled.action == DROP:
            people.unsave_paper(connection, call.by, paper.id)
    is_gone = filled.action == DROP and about.kind == SAVED
    return _view(call, about, paper if is_gone else None)


def _view(call: Call, about: About, gone: Paper | None = None) -> View:
    shown, title, empty = _saved(call) if about.kind == SAVED else _digest(call, about.key)
    offset = about.offset if 0 <= about.offset < max(len(shown), 1) else 0
    with call.store.reading() as connection:
        saved = people.saved_papers(connection, call.by)
        known = papers.get(connection, shown[offset : offset + PAGE])
    page = [known[key] for key in shown[offset : offset + PAGE] if key in known]
    shelf = Shelf(title, page, saved, offset, len(shown), gone, empty)
    return shelf_view(shelf, about.model_copy(update={"offset": offset}).write())


def _saved(call: Call) -> tuple[Sequence[str], str, str]:
    """The ids of all saved papers, the list's title, and what is said when it is empty."""
    with call.store.reading() as connection:
        saved = people.saved_papers(connection, call.by)
    return saved, "Saved papers", "You have saved nothing yet: press Save under a paper."


def _digest(call: Call, key: str) -> tuple[Sequence[str], str, str]:
    """The same of a digest. Raises UserError for one that is not the person's own."""
    with call.store.reading() as connection:
        digest = digests.get(connection, key)
    if digest is None or digest.subscriber != call.by:
        raise UserError("This digest is not yours to see.")
    day = local_text(digest.due_at, call.zone()).split(",")[0]
    return [pick.match.paper.id for pick in digest.picks], day[:24], "It had no papers."
