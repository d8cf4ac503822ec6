"""What each slash command does. The table is routing, help and documentation at once."""

from dataclasses import replace

from bot.blocks import Message, code
from bot.commands import account, digests, interests, lookup, sources, subscriptions
from bot.commands.calls import SLASH, Call, Command, first_word, named, nearest

__all__ = ["INNER", "SLASH", "TABLE", "Call", "Command", "answer"]


def answer(call: Call) -> Message:
    """The answer to what follows `/papers`: a command of the table, else a search.

    Raises UserError with a sentence for the one who typed it.
    """
    word, rest = first_word(call.text)
    command = named(TABLE, word or "help")
    if command is not None:
        return command.run(replace(call, text=rest))
    near = nearest(TABLE, word)
    if near is None:
        return lookup.search(call)
    meant = f"Searched for papers. Did you mean {code(f'{SLASH} {near} {rest}'.strip(), 200)}?"
    return lookup.search(call, (meant,))


def _help(_call: Call) -> Message:
    return account.help_message(TABLE, INNER)


TABLE = (
    Command("search", "WORDS", "find papers; the word search may be left out", lookup.search),
    Command("show", "PAPER", "one paper with its abstract", lookup.show),
    Command("similar", "PAPER", "papers like it", lookup.similar),
    Command("why", "PAPER", "what in your interests it answers", lookup.why),
    Command("saved", "", "the papers you saved", lookup.saved),
    Command("interests", "", "what you follow", interests.run),
    Command(
        "subscribe",
        "[daily|weekdays|weekly DAY|fortnightly DAY|monthly DAY] [TIME] [N papers]",
        "get a digest, in your own time zone",
        subscriptions.subscribe,
    ),
    Command("unsubscribe", "", "no more digests", subscriptions.unsubscribe),
    Command("digest", "", "your digest", digests.run),
    Command(
        "history", "[NUMBER [PART]]", "the digests you got, and one of them again", digests.history
    ),
    Command("snooze", "DAYS", "no digests for some days", subscriptions.snooze),
    Command("quiet", "[22:00-07:00] [DAYS]|off", "when no digest may come", subscriptions.quiet),
    Command("pause", "", "no digests for a while", subscriptions.pause),
    Command("resume", "", "let them come again", subscriptions.resume),
    Command("sources", "", "where papers come from; for admins", sources.run),
    Command("settings", "", "what is set for you", account.settings),
    Command("forget-me", "", "delete all I know of you", account.forget_me),
    Command("help", "", "this", _help),
)
"""Every command, in the order of the help."""

INNER = {"interests": interests.TABLE, "digest": digests.TABLE, "sources": sources.TABLE}
"""The commands that have commands of their own."""
