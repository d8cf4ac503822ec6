"""Sharing a paper in the channel: once, with the name of who did, and a thread to discuss it in.

A share is written down before it is posted, so that of two presses the second posts nothing. A
paper that was posted there before, by somebody or in a digest, is posted again only after a
question.
"""

import logging
import uuid
from contextlib import suppress

from bot.blocks import code, mrkdwn, note
from bot.blocks import papers as looks
from bot.blocks.text import named_link
from bot.blocks.views import ViewKind
from bot.client import Posted, SlackBusy, SlackError, SlackRefusal
from bot.commands.calls import Call
from bot.commands.presses.press import Press, Reply, pressed_paper, title_of
from bot.errors import UserError
from bot.models import Share, Subscriber
from bot.schedules import zone_named
from bot.store import digests, shares
from recommender import Paper

logger = logging.getLogger(__name__)

NO_SHARE = "-"
"""Stands for the last share where nobody shared the paper: a digest brought it."""


def share(call: Call, paper: Paper) -> Reply:
    """Posts the paper in the channel, or asks first if it was posted there before."""
    channel = _channel(call)
    before = _before(call, channel, paper)
    return _asked(call, channel, paper, before) if before else _shared(call, channel, paper, None)


def share_again(call: Call, press: Press) -> Reply:
    """Posts it once more, as the person was asked; asks again if it was posted meanwhile."""
    paper, channel = pressed_paper(call, press.value), _channel(call)
    seen = press.view.key if press.view and press.view.kind is ViewKind.TOLD else NO_SHARE
    return _shared(call, channel, paper, None if seen == NO_SHARE else seen, replaces=True)


def take_back(call: Call, press: Press) -> Reply:
    """Deletes what the person shared."""
    paper, channel = pressed_paper(call, press.value), _channel(call)
    with call.store.reading() as connection:
        known = shares.get(connection, channel, press.view.key if press.view else "")
    if known is None or known.ts is None or known.person != call.by.id:
        raise UserError("That is not yours to take back, or was taken back before.")
    try:
        call.outlet.take_away(Posted(channel.id, known.ts))
    except SlackRefusal as error:
        if error.code != "message_not_found":
            raise UserError(str(error)) from None
    except SlackError as error:
        raise UserError(f"Slack did not delete it: {error}") from None
    with call.store.writing() as connection:
        shares.remove(connection, channel, known.id)
    return Reply(note(f"Taken back: {title_of(paper)} is gone from the channel."), replaces=True)


def _channel(call: Call) -> Subscriber:
    if not call.place.is_channel:
        raise UserError("There is no channel here to share it in: look it up in one, and share it.")
    return Subscriber(call.by.workspace, call.place.id)


def _before(call: Call, channel: Subscriber, paper: Paper) -> Share | None:
    """How the paper came into the channel the last time."""
    with call.store.reading() as connection:
        shared = shares.last(connection, channel, paper.id)
        return shared or shares.in_digest(connection, channel, paper.id)


def _asked(
    call: Call, channel: Subscriber, paper: Paper, before: Share, *, replaces: bool = False
) -> Reply:
    who = f"<@{before.person}> shared it" if before.person else "it came in a digest"
    at = before.shared_at.astimezone(zone_named(call.zone()))
    day = f"{at.day} {at:%B}" + ("" if at.year == call.now.year else f" {at.year}")
    where = ""
    if before.ts is not None:
        with suppress(SlackError):
            address = call.outlet.permalink(Posted(channel.id, before.ts))
            where = f" ({named_link(address, 'see it')})"
    text = f"{title_of(paper)} was posted here before: {who} on {day}{where}."
    seen = before.id if before.person else NO_SHARE
    return Reply(looks.asked_again(text, paper, seen), replaces=replaces)


def _shared(
    call: Call, channel: Subscriber, paper: Paper, seen: str | None, *, replaces: bool = False
) -> Reply:
    new = Share(uuid.uuid4().hex, paper.id, call.by.id, call.now)
    with call.store.writing() as connection:
        digests.reserve(connection, channel)
        is_first = shares.claim(connection, channel, new, seen)
    if not is_first and (before := _before(call, channel, paper)):
        return _asked(call, channel, paper, before, replaces=replaces)
    message = looks.shared_paper(paper, call.by.id, has_thread=True)
    try:
        posted = call.outlet.post(channel.id, None, message)
    except SlackRefusal as error:
        return _without_thread(call, paper, error, replaces=replaces)
    except SlackBusy as error:
        with call.store.writing() as connection:
            shares.remove(connection, channel, new.id)
        raise UserError(f"Not shared: {error} Press it again then.") from None
    except SlackError:
        text = f"Slack did not say whether it took {title_of(paper)}: look whether it is here."
        return Reply(looks.asked_again(text, paper, new.id), replaces=replaces)
    with call.store.writing() as connection:
        shares.stands(connection, channel, new.id, posted.ts)
    _open_thread(call, paper, posted)
    undo = looks.Undo("Take it back", looks.TAKE_BACK, new.id)
    return Reply(looks.told(f"You shared {title_of(paper)} here.", paper, undo), replaces=replaces)


def _open_thread(call: Call, paper: Paper, posted: Posted) -> None:
    try:
        call.outlet.post(posted.channel, posted.ts, looks.thread_of(paper))
    except SlackError as error:
        # The paper stands; its button shows the abstract, too.
        logger.warning("no thread: %s", error, extra={"workspace": call.by.workspace})


def _without_thread(call: Call, paper: Paper, error: SlackRefusal, *, replaces: bool) -> Reply:
    """What anybody may post by their own answer: the paper, but no thread under it."""
    reason = mrkdwn(str(error), 300)
    if error.code in {"not_in_channel", "channel_not_found"}:
        invite = code(f"/invite @{call.outlet.name()}", 90)
        reason = f"I am not in this channel. {invite} changes that."
    return Reply(
        note(f"You shared {title_of(paper)} here, without its abstract in a thread: {reason}"),
        replaces=replaces,
        for_all=looks.shared_paper(paper, call.by.id, has_thread=False),
    )
