"""The menu under a paper, its abstract, and the next page."""

from collections.abc import Callable
from dataclasses import replace

from bot.blocks import papers as looks
from bot.blocks.views import View, ViewKind, offset_in
from bot.commands.calls import SLASH, Call
from bot.commands.lookup import explained
from bot.commands.pages import page
from bot.commands.presses.keeping import hide, unhide
from bot.commands.presses.press import Press, Reply, pressed_paper
from bot.commands.presses.sharing import share, take_back_shared
from bot.errors import UserError


def menu(call: Call, press: Press) -> Reply:
    """Does what was chosen from a paper's menu.

    "Why this paper?" comes here only where no modal opened for it: it is answered in a message.
    "Share to a channel…" does not: without its modal there is nothing to share to.
    """
    paper = pressed_paper(call, looks.paper_of(press.block) or "")
    choice, view = looks.chosen(press.value)
    do = _CHOICES.get(choice)
    if do is None:
        raise UserError("That choice is not known here.")
    return do(call, replace(press, value=paper.id), view)


def show(call: Call, press: Press) -> Reply:
    """One paper with its abstract."""
    return Reply(page(call, View(ViewKind.SHOW, pressed_paper(call, press.value).id)))


def more(call: Call, press: Press) -> Reply:
    """Shows the next page."""
    view, offset = press.view, offset_in(press.value)
    if view is None or offset is None:
        raise UserError(f"That is as far as it goes; a narrower search after {SLASH} finds more.")
    return Reply(page(call, view.at(offset)))


def retired(_call: Call, _press: Press) -> Reply:
    """Answers the controls of messages that an older bot has left behind."""
    raise UserError(f"That button is of an older Paperwire and does nothing now: {SLASH} help")


def _why(call: Call, press: Press, _view: View | None) -> Reply:
    return Reply(explained(call, pressed_paper(call, press.value)))


def _similar(call: Call, press: Press, _view: View | None) -> Reply:
    return Reply(page(call, View(ViewKind.SIMILAR, press.value)))


def _bibtex(call: Call, press: Press, _view: View | None) -> Reply:
    return Reply(looks.bibtex_page(pressed_paper(call, press.value)))


_CHOICES: dict[str, Callable[[Call, Press, View | None], Reply]] = {
    looks.WHY: _why,
    looks.SIMILAR: _similar,
    looks.BIBTEX: _bibtex,
    looks.SHARE: share,
    looks.TAKE_BACK: take_back_shared,
    looks.HIDE: hide,
    looks.UNHIDE: unhide,
}
