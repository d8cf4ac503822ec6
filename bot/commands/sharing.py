"""Sharing a paper in a channel: once, with the name of who did, and a thread to discuss it in.

A share is written down before it is posted, so that of two presses the second posts nothing. A
paper that was posted there before, by somebody or in a digest, is posted again only after a
question.
"""

import logging
import uuid
from contextlib import suppress
from dataclasses import dataclass

from bot.blocks import code, mrkdwn
from bot.blocks import papers as looks
from bot.blocks.text import named_link
from bot.client import NOT_IN, Posted, SlackBusy, SlackError, SlackRefusal
from bot.commands.calls import Call
from bot.errors import UserError
from bot.models import Share, Subscriber
from bot.schedules import zone_named
from bot.store import digests, shares
from recommender import Paper

logger = logging.getLogger(__name__)

NO_SHARE = "-"
"""Stands for the last share where nobody shared the paper: a digest brought it."""


@dataclass(frozen=True, slots=True)
class Spot:
    """The channel in which to share, and how to say where that is: "here", "in …".

    `address` is where Slack takes a message for it though the bot is no member; it may be empty.
    """

    channel: Subscriber
    words: str
    address: str = ""


@dataclass(frozen=True, slots=True)
class Sharing:
    """What became of it, in Slack's markup.

    `key` is the id of the share that stands now if it `is_done`, else of what stood there before,
    about which the person is asked. `is_reachable` says that the bot itself could delete it.
    """

    text: str
    key: str
    is_done: bool = False
    is_reachable: bool = False


def share(call: Call, spot: Spot, paper: Paper, comment: str = "") -> Sharing:
    """Posts the paper, or asks first if it was posted there before."""
    before = _before(call, spot, paper)
    if before is not None:
        return _question(call, spot, paper, before)
    return share_again(call, spot, paper, NO_SHARE, comment)


def share_again(call: Call, spot: Spot, paper: Paper, seen: str, comment: str = "") -> Sharing:
    """Posts the paper, if the last share of it is the one that the person was asked about.

    Asks again if it is not. Raises UserError where it is not posted.
    """
    new = Share(uuid.uuid4().hex, paper.id, call.by.id, call.now)
    with call.store.writing() as connection:
        digests.reserve(connection, spot.channel)
        is_first = shares.claim(connection, spot.channel, new, None if seen == NO_SHARE else seen)
    if not is_first and (before := _before(call, spot, paper)):
        return _question(call, spot, paper, before)
    try:
        lacks = _post(call, spot, paper, new, comment)
    except (SlackBusy, SlackRefusal) as error:
        with call.store.writing() as connection:
            shares.remove(connection, spot.channel, new.id)
        again = " Please try it again then." if isinstance(error, SlackBusy) else ""
        raise UserError(f"Not shared: {error}{again}") from None
    except SlackError:
        title = looks.quoted(paper)
        text = f"Slack did not say whether it took {title}: look whether it is {spot.words}."
        return Sharing(text, new.id)
    text = f"You shared {looks.quoted(paper)} {spot.words}{lacks or '.'}"
    return Sharing(text, new.id, is_done=True, is_reachable=not lacks)


def take_back(call: Call, channel: Subscriber, key: str, address: str = "") -> str:
    """Deletes what the person shared; says what became of it, in Slack's markup.

    `address` came with a press in the shared message itself. Raises UserError where it stays.
    """
    with call.store.reading() as connection:
        known = shares.get(connection, channel, key)
    if known is None:
        raise UserError("That is taken back already, or I have forgotten who shared it.")
    if known.person != call.by.id:
        return f"Only <@{known.person}>, who shared it, can take it back."
    try:
        _delete(call, channel, known, address)
    except SlackError as error:
        raise UserError(f"Slack did not delete it: {error}") from None
    with call.store.writing() as connection:
        gone = shares.remove(connection, channel, known.id)
    if gone is not None and gone.thread is not None and gone.thread != known.thread:
        # It was opened while the paper was deleted.
        with suppress(SlackError):
            call.outlet.take_away(Posted(channel.id, gone.thread))
    paper = call.library.paper(known.paper)
    what = looks.quoted(paper) if paper is not None else "the paper"
    return f"Taken back: {what} is gone from the channel."


def _before(call: Call, spot: Spot, paper: Paper) -> Share | None:
    """How the paper came into the channel the last time."""
    with call.store.reading() as connection:
        shared = shares.last(connection, spot.channel, paper.id)
        return shared or shares.in_digest(connection, spot.channel, paper.id)


def _question(call: Call, spot: Spot, paper: Paper, before: Share) -> Sharing:
    who = f"<@{before.person}> shared it" if before.person else "it came in a digest"
    at = before.shared_at.astimezone(zone_named(call.zone()))
    day = f"{at.day} {at:%B}" + ("" if at.year == call.now.year else f" {at.year}")
    where = ""
    if before.ts is not None:
        with suppress(SlackError):
            address = call.outlet.permalink(Posted(spot.channel.id, before.ts))
            where = f" ({named_link(address, 'see it')})"
    text = f"{looks.quoted(paper)} was posted {spot.words} before: {who} on {day}{where}."
    return Sharing(text, before.id if before.person else NO_SHARE)


def _post(call: Call, spot: Spot, paper: Paper, new: Share, comment: str) -> str:
    """Posts it, with a thread where the bot is a member; else what is to be said about that."""
    message = looks.shared_paper(paper, new, comment, has_thread=True)
    try:
        posted = call.outlet.post(spot.channel.id, None, message)
    except SlackRefusal as refusal:
        if not spot.address:
            raise
        alone = looks.shared_paper(paper, new, comment, has_thread=False)
        call.outlet.post_at(spot.address, alone)
        return f", without its abstract in a thread: {_why_alone(call, refusal)}"
    with call.store.writing() as connection:
        is_there = shares.stands(connection, spot.channel, new.id, posted.ts)
    if is_there:
        _open_thread(call, spot, paper, Posted(spot.channel.id, posted.ts), new)
    return ""


def _open_thread(call: Call, spot: Spot, paper: Paper, posted: Posted, new: Share) -> None:
    try:
        opened = call.outlet.post(posted.channel, posted.ts, looks.thread_of(paper))
    except SlackError as error:
        # The paper stands; its button shows the abstract, too.
        logger.warning("no thread: %s", error, extra={"workspace": call.by.workspace})
        return
    with call.store.writing() as connection:
        is_there = shares.opens(connection, spot.channel, new.id, opened.ts)
    if not is_there:
        # The paper was taken back meanwhile.
        with suppress(SlackError):
            call.outlet.take_away(Posted(posted.channel, opened.ts))


def _why_alone(call: Call, refusal: SlackRefusal) -> str:
    reason = mrkdwn(str(refusal), 300)
    if refusal.code in NOT_IN:
        invite = code(f"/invite @{call.outlet.name()}", 90)
        reason = f"I am not in that channel. {invite} there changes that."
    return f"{reason} “Take it back” is in its menu."


def _delete(call: Call, channel: Subscriber, known: Share, address: str) -> None:
    """Deletes what was posted, the thread first, of which else an empty place would stay.

    Raises SlackError where the paper itself stays.
    """
    if known.thread is not None:
        with suppress(SlackError):
            call.outlet.take_away(Posted(channel.id, known.thread))
    try:
        if known.ts is not None:
            call.outlet.take_away(Posted(channel.id, known.ts))
            return
    except SlackRefusal as refusal:
        if refusal.code == "message_not_found":
            return
        if not address:
            raise
    if not address:
        raise UserError("I cannot reach it from here: “Take it back” is in its own menu, too.")
    call.outlet.take_away_at(address)
