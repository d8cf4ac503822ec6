"""What the buttons and menus under papers do. Every id that comes back is looked up again."""

from dataclasses import dataclass

from bot.blocks import Message, code, mrkdwn, note
from bot.blocks import papers as looks
from bot.blocks.views import View, ViewKind, offset_in
from bot.commands.calls import SLASH, Call
from bot.commands.lookup import matched
from bot.commands.pages import page
from bot.errors import UserError
from bot.store import people
from recommender import Paper


@dataclass(frozen=True, slots=True)
class Press:
    """One press: the block it was in, the value it carries, and the channel it stands in."""

    block: str
    value: str
    channel: str

    @property
    def is_in_channel(self) -> bool:
        """Whether others see the message: Slack's ids of direct messages begin with D."""
        return not self.channel.startswith("D")


@dataclass(frozen=True, slots=True)
class Reply:
    """What the person sees then: a new message of their own, the same one changed, or for all."""

    message: Message
    replaces: bool = False
    is_public: bool = False


def save(call: Call, press: Press) -> Reply:
    """Puts the paper on the list of the one who pressed."""
    paper = _paper(call, press.value)
    with call.store.writing() as connection:
        people.save_paper(connection, call.by, paper.id, call.now)
    return _changed(call, press, f"Saved {_title(paper)}: {code(f'{SLASH} saved', 30)}")


def unsave(call: Call, press: Press) -> Reply:
    """Takes the paper off that list again."""
    paper = _paper(call, press.value)
    with call.store.writing() as connection:
        people.unsave_paper(connection, call.by, paper.id)
    return _changed(call, press, f"{_title(paper)} is off your list.")


def similar(call: Call, press: Press) -> Reply:
    """Shows papers like this one."""
    return Reply(page(call, View(ViewKind.SIMILAR, _paper(call, press.value).id)))


def more(call: Call, press: Press) -> Reply:
    """Shows the next page."""
    view, offset = View.decode(press.block), offset_in(press.value)
    if view is None or offset is None:
        raise UserError(f"That is as far as it goes; a narrower search after {SLASH} finds more.")
    return Reply(page(call, view.at(offset)))


def retired(_call: Call, _press: Press) -> Reply:
    """Answers the controls of messages that an older bot has left behind."""
    raise UserError(f"That button is of an older Paperwire and does nothing now: {SLASH} help")


def menu(call: Call, press: Press) -> Reply:
    """Does what was chosen from a paper's menu."""
    paper = _paper(call, looks.paper_of(press.block) or "")
    if press.value == looks.SHARE:
        return Reply(looks.shared_paper(paper, call.by.id), is_public=True)
    if press.value == looks.WHY:
        return Reply(looks.why(matched(call, paper), paper))
    if press.value == looks.ABSTRACT:
        return Reply(page(call, View(ViewKind.SHOW, paper.id)))
    raise UserError("That choice is not known here.")


def _changed(call: Call, press: Press, told: str) -> Reply:
    """The message as it is now; where others see it too, a word to the one who pressed."""
    view = View.decode(press.block)
    if view is None or (view.kind is ViewKind.DIGEST and press.is_in_channel):
        return Reply(note(told))
    if view.kind is ViewKind.SAVED:
        return Reply(_saved_page(call, view, told), replaces=True)
    try:
        return Reply(page(call, view), replaces=True)
    except UserError:
        # The page is gone, but what the button says is done all the same.
        return Reply(note(told))


def _saved_page(call: Call, view: View, told: str) -> Message:
    """The list of saved papers, which may have become shorter than the page's offset."""
    with call.store.reading() as connection:
        left = len(people.saved_papers(connection, call.by))
    if not left:
        return note(told)
    return page(call, view if view.offset < left else view.at(0), (told,))


def _paper(call: Call, key: str) -> Paper:
    paper = call.library.paper(key)
    if paper is None:
        raise UserError("That paper is not known here any more.")
    return paper


def _title(paper: Paper) -> str:
    return f"“{mrkdwn(paper.title, 200)}”"
