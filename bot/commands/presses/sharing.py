"""Sharing a paper in the channel one is in, and taking it back."""

from bot.blocks import note
from bot.blocks import papers as looks
from bot.blocks.views import View, ViewKind
from bot.commands import sharing
from bot.commands.calls import Call
from bot.commands.presses.press import Press, Reply, pressed_paper
from bot.commands.sharing import NO_SHARE, Sharing, Spot
from bot.errors import UserError
from bot.models import Subscriber
from recommender import Paper


def share(call: Call, press: Press, _view: View | None = None) -> Reply:
    """Posts the paper in the channel, or asks first if it was posted there before."""
    paper = pressed_paper(call, press.value)
    return _told(paper, sharing.share(call, _here(call, press), paper))


def share_again(call: Call, press: Press) -> Reply:
    """Posts it once more, as the person was asked; asks again if it was posted meanwhile."""
    paper = pressed_paper(call, press.value)
    seen = press.view.key if press.view and press.view.kind is ViewKind.TOLD else NO_SHARE
    done = sharing.share_again(call, _here(call, press), paper, seen)
    return _told(paper, done, replaces=True)


def take_back(call: Call, press: Press) -> Reply:
    """Deletes what the person shared, from what they alone were told about it."""
    key = press.view.key if press.view else ""
    return Reply(note(sharing.take_back(call, _channel(call), key)), replaces=True)


def take_back_shared(call: Call, press: Press, view: View | None) -> Reply:
    """Deletes what the person shared, from its own menu, which everybody sees."""
    # The address deletes whatever was pressed, which may be somebody else's.
    address = press.address if press.is_seen_by_all and press.is_offered else ""
    key = view.key if view else ""
    return Reply(note(sharing.take_back(call, _channel(call), key, address)))


def _channel(call: Call) -> Subscriber:
    if not call.place.is_channel:
        raise UserError("There is no channel here: “Share to a channel…” lets you choose one.")
    return Subscriber(call.by.workspace, call.place.id)


def _here(call: Call, press: Press) -> Spot:
    return Spot(_channel(call), "here", press.address)


def _told(paper: Paper, done: Sharing, *, replaces: bool = False) -> Reply:
    if not done.is_done:
        return Reply(looks.asked_again(done.text, paper, done.key), replaces)
    if not done.is_reachable:
        return Reply(note(done.text), replaces)
    undo = looks.Undo("Take it back", looks.TAKE_BACK, done.key)
    return Reply(looks.told(done.text, paper, undo), replaces)
