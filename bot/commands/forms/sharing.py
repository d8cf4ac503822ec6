"""Sharing a paper in a channel that one chooses in a form."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from slack_sdk.models.views import View

from bot.blocks import mrkdwn
from bot.blocks.forms.sharing import CHANNEL, COMMENT, ShareForm, share_form, shared_view
from bot.commands import sharing
from bot.commands.calls import Call, Place
from bot.commands.forms.frame import About, Filled
from bot.commands.sharing import Spot
from bot.errors import UserError
from bot.models import Subscriber
from recommender import Paper

ASK = "Share it there again?"
NOT_AGAIN = "I have not posted it again."
AGAIN = "Share it again"
NOT_THEIRS = "Slack does not say that you may post there: choose another channel."


@dataclass(frozen=True, slots=True)
class Told:
    """What the modal shows then, and the same in a sentence of Slack's markup."""

    view: View
    text: str


def open_sharing(call: Call, key: str) -> View:
    """The form, empty."""
    paper = _paper(call, key)
    return share_form(ShareForm(paper), About(papers=(paper.id,)).write())


def send_sharing(call: Call, filled: Filled, addresses: Mapping[str, str]) -> Told:
    """Shares the paper as the form says, or gives it back with all that was put into it.

    `addresses` are where Slack takes a message for each channel chosen, by the channel's id.
    """
    about, channel = filled.about, filled.picked(CHANNEL)
    form = ShareForm(_paper(call, "".join(about.papers[:1])), channel, filled.typed(COMMENT))
    if not _is_channel(channel):
        return _given_back(replace(form, channel="", warning="Choose a channel."), about)
    if channel not in addresses:
        # Slack gives one for each channel in which the person may post, and for no other.
        return _given_back(replace(form, channel="", warning=NOT_THEIRS), about)
    spot = Spot(Subscriber(call.by.workspace, channel), f"in <#{channel}>", addresses[channel])
    try:
        # What the person was asked about is what stood in that channel, and in no other.
        seen = about.fingerprint if about.key == channel else ""
        done = _shared(call, spot, form, seen)
    except UserError as error:
        return _given_back(replace(form, warning=mrkdwn(str(error), 600)), about)
    if not done.is_done:
        asked = about.model_copy(update={"key": channel, "fingerprint": done.key})
        again = replace(form, warning=f"{done.text} {ASK}", submit=AGAIN)
        return Told(share_form(again, asked.write()), f"{done.text} {NOT_AGAIN}")
    key = done.key if done.is_reachable else ""
    return Told(shared_view(done.text, About(key=channel).write(), key), done.text)


def take_back_sharing(call: Call, filled: Filled) -> View:
    """Deletes what was shared with the form."""
    channel = Subscriber(call.by.workspace, filled.about.key)
    return shared_view(sharing.take_back(call, channel, filled.value), "")


def _shared(call: Call, spot: Spot, form: ShareForm, seen: str) -> sharing.Sharing:
    if seen:
        return sharing.share_again(call, spot, form.paper, seen, form.comment)
    return sharing.share(call, spot, form.paper, form.comment)


def _given_back(form: ShareForm, about: About) -> Told:
    return Told(share_form(form, about.write()), form.warning)


def _is_channel(channel: str) -> bool:
    # It becomes part of a sentence in Slack's markup.
    return Place(channel).is_channel and channel.isascii() and channel.isalnum()


def _paper(call: Call, key: str) -> Paper:
    paper = call.library.paper(key)
    if paper is None:
        raise UserError("That paper is not known here any more.")
    return paper
