"""👍 and 👎: liked and muted papers among the interests of the one who pressed.

A button says what is wanted, so that a second press of an old message changes nothing. What is
taken back leaves no trace, and what is switched keeps its weight and its place.
"""

from dataclasses import replace

from bot.blocks import code
from bot.blocks import papers as looks
from bot.commands.calls import SLASH, Call
from bot.commands.presses.press import Done, Press, Reply, changed, pressed_paper
from bot.commands.spelling import commands_for
from bot.errors import UserError
from bot.models import Subscription, SubscriptionState
from bot.store import Connection, digests, interests, subscriptions
from recommender import Interest, InterestKind, Paper

MAX_JUDGED = 1_000
"""So many likes are learned from in less than a second where 30,000 papers are known."""


def like(call: Call, press: Press) -> Reply:
    """More like this paper, for the one who pressed."""
    return _judged(call, press, muted=False)


def dislike(call: Call, press: Press) -> Reply:
    """Less like this paper, and this one never again."""
    return _judged(call, press, muted=True)


def unlike(call: Call, press: Press) -> Reply:
    """The paper is not liked any more."""
    return _taken_back(call, press, muted=False)


def undislike(call: Call, press: Press) -> Reply:
    """The paper is not unwanted any more."""
    return _taken_back(call, press, muted=True)


def _judged(call: Call, press: Press, *, muted: bool) -> Reply:
    paper = pressed_paper(call, press.value)
    with call.store.writing() as connection:
        digests.reserve(connection, call.by)
        before = _known(connection, call, paper)
        if before is None:
            _check_room(connection, call)
            new = Interest(paper.id, muted=muted, kind=InterestKind.PAPER)
            interests.put(connection, call.by, new)
        elif before.muted != muted:
            interests.put(connection, call.by, replace(before, muted=muted))
        comes = _comes(subscriptions.get(connection, call.by))
    action = looks.UNDISLIKE if muted else looks.UNLIKE
    if before is not None and before.muted != muted:
        action = looks.DISLIKE if before.muted else looks.LIKE
    again = " already" if before is not None and before.muted == muted else ""
    text = f"👍 You like {looks.quoted(paper)}{again}: papers like it {comes}"
    if muted:
        text = f"👎 Less like {looks.quoted(paper)}{again}: it will not come to you again."
    return changed(call, press, Done(paper, text, looks.Undo("Undo", action)))


def _comes(subscription: Subscription | None) -> str:
    """Where papers come up that are like one that is liked."""
    if subscription is None:
        now, subscribe = code(f"{SLASH} digest now", 30), code(f"{SLASH} subscribe", 30)
        return f"come up in {now}, and in the digests that {subscribe} gets you."
    if subscription.state is SubscriptionState.PAUSED:
        return f"come up in your digests, which {code(f'{SLASH} resume', 30)} lets go on."
    return "come up in your digests."


def _taken_back(call: Call, press: Press, *, muted: bool) -> Reply:
    paper = pressed_paper(call, press.value)
    with call.store.writing() as connection:
        digests.reserve(connection, call.by)
        before = _known(connection, call, paper)
        is_there = before is not None and before.muted == muted
        if before is not None and is_there:
            interests.remove(connection, call.by, before)
    text = f"{'👎' if muted else '👍'} taken back: {looks.quoted(paper)} teaches nothing any more."
    has_weight = before is not None and is_there and before.weight != 1
    if before is not None and has_weight:
        verb = "mute" if muted else "add"
        text += f" It had a weight: {code(commands_for(verb, [before])[0], 300)} brings it back."
    again = looks.Undo("👎", looks.DISLIKE) if muted else looks.Undo("👍", looks.LIKE)
    return changed(call, press, Done(paper, text, again, is_said=has_weight))


def _known(connection: Connection, call: Call, paper: Paper) -> Interest | None:
    """What the person has said of the paper."""
    wanted = Interest(paper.id, kind=InterestKind.PAPER)
    known = interests.profile(connection, call.by).interests
    same = (i for i in known if i.kind is wanted.kind and interests.key(i) == wanted.text)
    return next(same, None)


def _check_room(connection: Connection, call: Call) -> None:
    known = interests.profile(connection, call.by).interests
    if sum(interest.kind is InterestKind.PAPER for interest in known) >= MAX_JUDGED:
        raise UserError(
            f"You have judged {MAX_JUDGED:,} papers, and I learn from no more: "
            f"{SLASH} interests lists them, {SLASH} interests remove takes some out."
        )
