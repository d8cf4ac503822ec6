"""A press of a control in a message, and what the person sees then."""

from dataclasses import dataclass

from bot.blocks import Message
from bot.blocks import papers as looks
from bot.blocks.views import View, ViewKind
from bot.commands.calls import Call
from bot.commands.pages import kept_papers, page
from bot.errors import UserError
from recommender import Paper


@dataclass(frozen=True, slots=True)
class Press:
    """One press: the block it was in, the value it carries, and the channel it stands in.

    `is_ephemeral` says that Slack shows the message to the one who pressed, and to nobody else.
    `address` is where Slack takes what is answered, posted or deleted on account of the press.
    `is_offered` says that the message has a control with that value, as Slack kept the message.
    """

    block: str
    value: str
    channel: str
    is_ephemeral: bool = False
    address: str = ""
    is_offered: bool = False

    @property
    def is_seen_by_all(self) -> bool:
        """Whether others see the message: Slack's ids of direct messages begin with D."""
        return not self.is_ephemeral and not self.channel.startswith("D")

    @property
    def view(self) -> View | None:
        """What the message shows, as the block of its buttons names it."""
        return View.decode(self.block)


@dataclass(frozen=True, slots=True)
class Reply:
    """What the person sees then: a message of their own, or the same one changed (`replaces`)."""

    message: Message
    replaces: bool = False


@dataclass(frozen=True, slots=True)
class Done:
    """What was done with a paper, in a sentence of Slack's markup, and the way back.

    `is_said` wants the sentence also where the page itself shows what was done.
    """

    paper: Paper
    text: str
    undo: looks.Undo
    is_said: bool = False


def pressed_paper(call: Call, key: str) -> Paper:
    """The paper that a control names. Raises UserError when it is not known."""
    paper = call.library.paper(key)
    if paper is None:
        raise UserError("That paper is not known here any more.")
    return paper


def changed(call: Call, press: Press, done: Done, view: View | None = None) -> Reply:
    """The message as it is now; where others see it too, a word to the one who pressed.

    `view` is what it shows where the press itself does not tell.
    """
    shown = view or press.view
    told = looks.told(done.text, done.paper, done.undo)
    if shown is None or press.is_seen_by_all:
        return Reply(told)
    if shown.kind in {ViewKind.TOLD, ViewKind.SHARED}:
        return Reply(told, replaces=shown.kind is ViewKind.TOLD)
    try:
        return Reply(_page_now(call, shown, done), replaces=True)
    except UserError:
        # The page is gone, but what the button says is done all the same.
        return Reply(told)


def _page_now(call: Call, view: View, done: Done) -> Message:
    # A list of one's own may have become shorter than the page's offset, or empty.
    with call.store.reading() as connection:
        left = kept_papers(connection, call, view)
    if left is None:
        shown = page(call, view, keep=done.paper.id)
        return _with_word(done, view, shown) if done.is_said else shown
    if not left:
        return looks.told(done.text, done.paper, done.undo)
    view = view if view.offset < len(left) else view.at(0)
    shown = page(call, view)
    is_there = done.paper.id in left and not done.is_said
    return shown if is_there else _with_word(done, view, shown)


def _with_word(done: Done, view: View, shown: Message) -> Message:
    """The page, and above it what was done, with the way back."""
    undo = looks.told(done.text, done.paper, done.undo, view)
    return Message(f"{done.text}\n{shown.text}", [*undo.blocks, *shown.blocks])
