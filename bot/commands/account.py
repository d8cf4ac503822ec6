"""What the bot knows of somebody, forgetting it, and help."""

from bot.blocks import Message, code, mrkdwn, note
from bot.commands.calls import SLASH, Call, Command
from bot.commands.subscriptions import state_line
from bot.errors import UserError
from bot.store import interests, papers, people, subscriptions

SURE = "yes"


def settings(call: Call) -> Message:
    """Everything that is set for the one who asks, and how to change it."""
    with call.store.reading() as connection:
        follows = interests.profile(connection, call.of).interests
        saved = people.saved_papers(connection, call.by)
        subscription = subscriptions.get(connection, call.of)
        known = papers.count(connection)
    muted = sum(interest.muted for interest in follows)
    return note(
        "*Your settings*",
        f"• {state_line(subscription)}",
        f"• {len(follows) - muted} interests, {muted} muted: {code(f'{SLASH} interests', 40)}",
        f"• {len(saved)} saved papers: {code(f'{SLASH} saved', 40)}",
        f"• Time zone {mrkdwn(call.zone(), 64)}, from your Slack profile",
        f"• The library holds {known:,} papers",
    )


def forget_me(call: Call) -> Message:
    """Deletes all that is known of somebody, once they say that they are sure."""
    if call.text.strip().lower() != SURE:
        raise UserError(
            "This deletes your interests, saved papers, digests and subscription, for good. "
            f"If you are sure: {SLASH} forget-me {SURE}"
        )
    with call.store.writing() as connection:
        people.forget(connection, call.by)
    return note("Forgotten. Nothing about you is left; use me again whenever you like.")


def help_message(table: tuple[Command, ...], inner: dict[str, tuple[Command, ...]]) -> Message:
    """Every command with what it does."""
    lines = [f"*Paperwire* finds research papers. Type {code(f'{SLASH} speech translation', 40)}"]
    for command in table:
        rows = inner.get(command.name, (command,))
        prefix = f"{command.name} " if command.name in inner else ""
        lines += [_row(prefix, row) for row in rows]
    lines.append(
        'Searches take `"a phrase"`, `-word`, `author:`, `area:`, `org:`, `venue:`, '
        "`since:2024`, `before:2024-06`, `has:code`."
    )
    return note(*lines)


def _row(prefix: str, command: Command) -> str:
    usage = " ".join(filter(None, (SLASH, f"{prefix}{command.name}", command.usage)))
    return f"• {code(usage, 100)} {mrkdwn(command.summary, 150)}"
