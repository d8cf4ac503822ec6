"""What the bot knows of somebody, forgetting it, and help."""

from collections.abc import Sequence

from bot.blocks import Message, code, mrkdwn, note
from bot.blocks.text import counted
from bot.commands.calls import HERE, SLASH, Call, Command
from bot.commands.interests import TAUGHT
from bot.commands.subscriptions import state_line
from bot.errors import UserError
from bot.models import Subscription
from bot.store import interests, papers, people, subscriptions
from recommender import Interest, InterestKind

SURE = "yes"


def settings(call: Call) -> Message:
    """Everything that is set for the one who asks, or for the channel, and how to change it."""
    with call.store.reading() as connection:
        follows = interests.profile(connection, call.of).interests
        saved = people.saved_papers(connection, call.by)
        subscription = subscriptions.get(connection, call.of)
        known = papers.count(connection)
    lines = [
        f"• {state_line(subscription, call.line('subscribe'))}",
        f"• {_counted(follows)}: {code(call.line('interests'), 40)}",
    ]
    if call.of.is_channel:
        lines += _of_channel(call, subscription)
    else:
        lines += [
            f"• {counted(len(saved), 'saved paper')}: {code(f'{SLASH} saved', 40)}",
            f"• Time zone {mrkdwn(call.zone(), 64)}, from your Slack profile",
        ]
    title = call.say("*Your settings*", "*This channel's settings*")
    return note(title, *lines, f"• The library holds {known:,} papers")


def _counted(follows: Sequence[Interest]) -> str:
    """How much is followed; papers that were judged are no interests in the eyes of people."""
    typed = [one for one in follows if one.kind not in TAUGHT]
    muted = sum(one.muted for one in typed)
    papers = [one.muted for one in follows if one.kind is InterestKind.PAPER]
    said = [
        counted(len(typed) - muted, "interest"),
        *([f"{muted} muted"] if muted else []),
        *([f"{counted(papers.count(False), 'paper')} liked"] if False in papers else []),
        *([f"{counted(papers.count(True), 'paper')} not liked"] if True in papers else []),
    ]
    return ", ".join(said)


def _of_channel(call: Call, subscription: Subscription | None) -> list[str]:
    """What only a channel has: a zone of its own, and somebody who set it up."""
    if subscription is None:
        return []
    zone = mrkdwn(subscription.schedule.zone, 64)
    change = code(call.line("subscribe", "zone Europe/Berlin"), 60)
    by = [f"• Set up by <@{subscription.owner}>"] if subscription.owner else []
    return [f"• Time zone {zone}; to change it, add it: {change}", *by]


def forget_me(call: Call) -> Message:
    """Deletes all that is known of somebody, once they say that they are sure."""
    if call.text.strip().lower() != SURE:
        raise UserError(
            "This deletes your interests, saved papers, digests and subscription, for good. "
            f"If you are sure: {SLASH} forget-me {SURE}"
        )
    with call.store.writing() as connection:
        channels = subscriptions.owned_channels(connection, call.by)
        people.forget(connection, call.by)
    lines = ["Forgotten. Nothing about you is left; use me again whenever you like."]
    if channels:
        # Others read these digests: they go on, without a name on them.
        named = ", ".join(f"<#{channel.id}>" for channel in channels[:20])
        lines.append(f"Digests that you set up for channels go on without your name: {named}")
    return note(*lines)


def help_message(table: tuple[Command, ...], inner: dict[str, tuple[Command, ...]]) -> Message:
    """Every command with what it does."""
    lines = [f"*Paperwire* finds research papers. Type {code(f'{SLASH} speech translation', 40)}"]
    for command in table:
        rows = inner.get(command.name, (command,))
        prefix = f"{command.name} " if command.name in inner else ""
        lines += [_row(prefix, row) for row in rows]
    here = ", ".join(command.name for command in table if command.is_for_channels)
    lines.append(
        f"In a channel, {code(HERE, 10)} behind {here} makes it about the channel: "
        f"{code(f'{SLASH} subscribe {HERE} weekly monday', 60)}"
    )
    lines.append(
        'Searches take `"a phrase"`, `-word`, `author:`, `area:`, `org:`, `venue:`, '
        "`since:2024`, `before:2024-06`, `has:code`."
    )
    return note(*lines)


def _row(prefix: str, command: Command) -> str:
    usage = " ".join(filter(None, (SLASH, f"{prefix}{command.name}", command.usage)))
    return f"• {code(usage, 100)} {mrkdwn(command.summary, 150)}"
