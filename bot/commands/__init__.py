"""What each slash command does. The table is routing, help and documentation at once."""

from dataclasses import replace

from bot.blocks import Message, code, note
from bot.commands import account, digests, interests, lookup, sources, subscriptions
from bot.commands.calls import HERE, SLASH, Call, Command, first_word, named, nearest
from bot.commands.said import asked_for, asks_for_papers, politely
from bot.errors import UserError
from bot.models import Subscriber
from recommender.asking import FUNCTION_TERMS

__all__ = ["INNER", "SLASH", "TABLE", "Call", "Command", "answer"]


_ASKS_FOR_HELP = {"?", "??", "-h", "--help", "-?", "/?"}
_OTHERWISE = {
    "stop": "unsubscribe",
    "cancel": "unsubscribe",
    "add": "interests add",
    "follow": "interests add",
    "mute": "interests mute",
    "unfollow": "interests remove",
}
"""Words that people try for commands of other names."""


def answer(call: Call) -> Message:
    """The answer to what follows `/papers`: a command of the table, a linked paper, or a search.

    Of a search the words of asking are left out, such as "show me papers on"; behind the command
    `search` all words are searched for.

    Raises UserError with a sentence for the one who typed it.
    """
    text = politely(call.text)
    word, rest = first_word(text)
    command = None if asks_for_papers(text) else named(TABLE, word)
    if command is not None:
        return _run(command, replace(call, text=rest))
    asked = replace(call, text=asked_for(text))
    if not asked.text or text in _ASKS_FOR_HELP:
        return _help(call)
    meant = None if asks_for_papers(text) else _meant(word, rest)
    if meant is None:
        return lookup.linked(asked) or lookup.search(asked)
    hint = f"Searched for papers. Did you mean {code(f'{SLASH} {meant}', 200)}?"
    return lookup.search(asked, (hint,))


def _meant(word: str, rest: str) -> str | None:
    """The command that somebody may have meant by words that begin with none.

    That is one of another name, with a slip of the pen in it, in two words or behind `here`.
    """
    second, behind = first_word(rest)
    joined = named(TABLE, f"{word}-{second}")
    if joined is not None:
        return joined.name
    if word in _OTHERWISE and bool(rest) is _OTHERWISE[word].startswith("interests"):
        return f"{_OTHERWISE[word]} {rest}".rstrip()
    about = named(TABLE, second) if word == HERE else None
    if about is not None and about.is_for_channels:
        return " ".join(filter(None, (about.name, HERE, behind)))
    # "How" begins a question, and is no slip of the pen for "show".
    near = None if word in FUNCTION_TERMS else nearest(TABLE, word)
    command = named(TABLE, near) if near else None
    if command is None:
        return None
    takes_more = command.usage or command.name in INNER or second == HERE
    return f"{command.name} {rest if takes_more else ''}".rstrip()


def _run(command: Command, call: Call) -> Message:
    """Runs a command, about the channel it stands in if `here` says so."""
    rest = _without_here(command.name, call.text) if command.is_for_channels else None
    if rest is None:
        return _asked_whom(call, command) or command.run(call)
    if not call.place.is_channel:
        raise UserError(f"“{HERE}” means a channel: type that in the channel it is about.")
    channel = Subscriber(call.by.workspace, call.place.id)
    return command.run(replace(call, text=rest, of=channel))


def _without_here(name: str, text: str) -> str | None:
    """The text without `here`; None where it does not stand.

    It may stand first, behind a command's own command (``digest now here``), and at the end, except
    where it could be a word to follow: see `_asked_whom`.
    """
    word, rest = first_word(text)
    if word == HERE:
        return rest
    second, behind = first_word(rest)
    if second == HERE and named(INNER.get(name, ()), word):
        return f"{word} {behind}".rstrip()
    *before, last = text.split() or [""]
    return " ".join(before) if last.lower() == HERE and name != "interests" else None


def _asked_whom(call: Call, command: Command) -> Message | None:
    """Asks what `here` means behind interests to follow: a guess for the wrong one goes unseen."""
    inner, rest = first_word(call.text)
    is_last = rest.lower().endswith(f" {HERE}") and command.is_for_channels
    if not (is_last and call.place.is_channel and named(INNER.get(command.name, ()), inner)):
        return None
    meant = rest[: -len(HERE)].rstrip(" ,")
    before, comma, last = rest.rpartition(",")
    quoted = '"{}"'.format(last.replace('"', "").strip())
    itself = f"{before}{comma} {quoted}".strip()
    return note(
        f"Nothing is changed yet: is “{HERE}” this channel, or a word?",
        f"For this channel: {code(f'{SLASH} {command.name} {HERE} {inner} {meant}', 2_000)}",
        f"For yourself, as a word: {code(f'{SLASH} {command.name} {inner} {itself}', 2_000)}",
    )


def _help(_call: Call) -> Message:
    return account.help_message(TABLE, INNER)


TABLE = (
    Command("search", "WORDS", "find papers; the word search may be left out", lookup.search),
    Command("show", "PAPER", "one paper with its abstract", lookup.show),
    Command("similar", "PAPER", "papers like it", lookup.similar),
    Command("why", "PAPER", "what in your interests it answers", lookup.why),
    Command("saved", "", "the papers you saved", lookup.saved),
    Command("interests", "", "what you follow", interests.run, True),
    Command(
        "subscribe",
        "[daily|weekdays|weekly DAY|fortnightly DAY|monthly DAY] [TIME] [N papers]",
        "get a digest, in your own time zone",
        subscriptions.subscribe,
        True,
    ),
    Command("unsubscribe", "", "no more digests", subscriptions.unsubscribe, True),
    Command("digest", "", "your digest", digests.run, True),
    Command(
        "history",
        "[NUMBER [PART]]",
        "the digests you got, and one of them again",
        digests.history,
        True,
    ),
    Command("snooze", "DAYS", "no digests for some days", subscriptions.snooze, True),
    Command(
        "quiet", "[22:00-07:00] [DAYS]|off", "when no digest may come", subscriptions.quiet, True
    ),
    Command("pause", "", "no digests for a while", subscriptions.pause, True),
    Command("resume", "", "let them come again", subscriptions.resume, True),
    Command("sources", "", "where papers come from; for admins", sources.run),
    Command("settings", "", "what is set for you", account.settings, True),
    Command("forget-me", "", "delete all I know of you", account.forget_me),
    Command("help", "", "this", _help),
)
"""Every command, in the order of the help."""

INNER = {"interests": interests.TABLE, "digest": digests.TABLE, "sources": sources.TABLE}
"""The commands that have commands of their own."""
