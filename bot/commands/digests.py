"""`/papers digest …` and `/papers history`: what would come, what came, and what else may come."""

from collections.abc import Sequence
from dataclasses import replace

from bot.blocks import Message, code, mrkdwn, note
from bot.blocks.views import View, ViewKind
from bot.commands.calls import Call, Command, first_word, named, unknown, whole_number
from bot.commands.pages import page
from bot.commands.subscriptions import (
    changing_subscription,
    known_subscription,
    papers_text,
    required_subscription,
    tell_channel,
)
from bot.digests import DEFAULT_LIMIT, Wish, compose_now, preview, preview_page, shelf_of, wish_of
from bot.errors import UserError
from bot.models import Digest, WhenNothingNew
from bot.schedules import local_text
from bot.store import digests, subscriptions
from bot.store.digests import PAPERS_A_PART, part_of

MAX_HISTORY = 10
DROPPED = "dropped"
"""What is said of a digest that is not to be sent any more."""

_EMPTY = {
    WhenNothingNew.SAY: "a sentence says so",
    WhenNothingNew.SILENT: "nothing comes",
    WhenNothingNew.ARCHIVE: "one older paper comes that was not shown before",
}


def run(call: Call) -> Message:
    """Does what the first word says; without one, previews."""
    word, rest = first_word(call.text)
    command = named(TABLE, word or "preview")
    if command is None:
        raise unknown(call.say("digest", "digest here"), TABLE, word)
    return command.run(replace(call, text=rest))


def history(call: Call) -> Message:
    """The digests that came, newest first; with a number, that one again, and with its part."""
    with call.store.reading() as connection:
        known = digests.history(connection, call.of, MAX_HISTORY)
        states = digests.states(connection, [digest.id for digest in known])
    if not known:
        raise UserError(f"No digest came yet: {call.line('subscribe', 'weekdays 09:00')}")
    if call.text.strip():
        return page(call, _which(call, known))
    subscription = known_subscription(call)
    zone = subscription.schedule.zone if subscription else call.zone()
    lines = [
        f"{place}. {local_text(digest.due_at, zone)}: {_contents(digest)} "
        f"({states.get(digest.id, DROPPED)})"
        for place, digest in enumerate(known, 1)
    ]
    title = call.say("*Your digests*", "*This channel's digests*")
    return note(title, *lines, f"One again: {code(call.line('history', '1'), 40)}")


def _which(call: Call, known: Sequence[Digest]) -> View:
    """What ``2`` names, the second of the digests, or ``2 3``, the third part of it."""
    words, history = call.text.split(), call.line("history")
    number = whole_number(words[0], len(known))
    if number is None:
        last = call.say("your last", "the last")
        raise UserError(f"Which one? {history} lists {last} {len(known)}.")
    digest = known[number - 1]
    parts = 1 + max((part_of(pick.rank - 1) for pick in digest.picks), default=0)
    part = whole_number(words[1], parts) if words[1:] else 1
    if part is None or words[2:]:
        raise UserError(f"Digest {number} has {parts} parts: {history} {number} 1")
    return View(ViewKind.DIGEST, digest.id, (part - 1) * PAPERS_A_PART)


def _preview(call: Call) -> Message:
    shelf, wish = shelf_of(call.library), _wish(call)
    with call.store.reading() as connection:
        return preview_page(connection, preview(connection, shelf, wish, call.now))


def _now(call: Call) -> Message:
    wish = replace(_wish(call), asked_for=True)
    composed = compose_now(call.store, shelf_of(call.library), wish, call.now)
    place = call.say("our direct messages", "this channel")
    count = len(composed.picks)
    if not call.deliver():
        kept = code(call.line("history"), 40)
        told = f"A digest is ready, but Slack did not take it: {kept} says what became of it."
        # Most often the bot is not there.
        invite = f"Am I in this channel? {code(f'/invite @{call.outlet.name()}', 90)}"
        return note(told, *([invite] if call.of.is_channel else []))
    if not count:
        return note(f"There was no paper to show this time: the message in {place} says why.")
    return note(f"A digest with {papers_text(count)} is in {place}.")


def _empty(call: Call) -> Message:
    required_subscription(call)
    word = call.text.strip().lower()
    if word not in set(WhenNothingNew):
        choices = ", ".join(f"{choice} ({says})" for choice, says in _EMPTY.items())
        raise UserError(f"When nothing new is relevant, choose one of: {choices}.")
    chosen = WhenNothingNew(word)
    with changing_subscription(call) as (connection, old):
        subscriptions.put(connection, replace(old, when_nothing_new=chosen))
    told = f"When nothing new is relevant, {_EMPTY[chosen]}."
    if chosen is not old.when_nothing_new:
        tell_channel(call, f"changed the digest of this channel. {told}")
    back = call.line("digest", f"empty {old.when_nothing_new}")
    return note(f"{told} To undo: {code(back, 60)}")


def _explore(call: Call) -> Message:
    required_subscription(call)
    word = call.text.strip().lower()
    if word not in {"on", "off"}:
        raise UserError(f"Write {call.line('digest', 'explore on')}, or off.")
    with changing_subscription(call) as (connection, old):
        subscriptions.put(connection, replace(old, explores=word == "on"))
    whose = call.say("your interests", "this channel's interests")
    told = f"Digests keep to {whose}."
    if word == "on":
        told = f"One place of each digest goes to a paper just beyond {whose}."
    if old.explores != (word == "on"):
        tell_channel(call, f"changed the digest of this channel. {told}")
    back = call.line("digest", f"explore {'on' if old.explores else 'off'}")
    return note(f"{told} To undo: {code(back, 60)}")


def _wish(call: Call) -> Wish:
    subscription = known_subscription(call)
    if subscription is None:
        return Wish(call.of, DEFAULT_LIMIT, call.now)
    return replace(wish_of(subscription), due=call.now)


def _contents(digest: Digest) -> str:
    titles = [mrkdwn(pick.match.paper.title, 60) for pick in digest.picks[:2]]
    more = len(digest.picks) - len(titles)
    return " · ".join([*titles, *([f"and {more} more"] if more > 0 else [])]) or "no paper"


TABLE = (
    Command("preview", "", "what you would get now, and why not more", _preview),
    Command("now", "", "get it now, in direct messages or in the channel", _now),
    Command("empty", "say|silent|archive", "what comes when nothing new is relevant", _empty),
    Command("explore", "on|off", "one paper beyond your interests", _explore),
)
