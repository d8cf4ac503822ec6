"""The permissions that Slack can grant the app: which are needed, and what the others bring."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scope:
    """A permission, and what it `brings`.

    Without a needed one the bot does not work. Of the others, `manifest.json` and OAuth ask for
    those that are `asked`; the rest are for those who add them by hand. `event` is what Slack
    tells only those who have it, `without` what else is to be set where it is left out.
    """

    name: str
    brings: str
    is_needed: bool = False
    is_asked: bool = True
    event: str = ""
    without: str = ""


SCOPES = (
    Scope("commands", "the command /papers and the shortcut of messages", is_needed=True),
    Scope("chat:write", "digests and answers", is_needed=True),
    Scope("im:write", "digests in direct messages", is_needed=True),
    Scope("users:read", "digests in people's own time zones", is_needed=True),
    Scope("app_mentions:read", "answers to @Paperwire in channels", event="app_mention"),
    Scope(
        "im:history",
        "answers to direct messages, and certainty whether a digest arrived there",
        event="message.im",
        without="under App Home, do not allow messages from the Messages tab: nobody reads them",
    ),
    Scope("links:read", "hearing of links to papers", event="link_shared"),
    Scope("links:write", "title and authors under links to papers"),
    Scope(
        "channels:history", "certainty whether a digest arrived in a public channel", is_asked=False
    ),
    Scope(
        "groups:history", "certainty whether a digest arrived in a private channel", is_asked=False
    ),
)

NEEDED = frozenset(scope.name for scope in SCOPES if scope.is_needed)
LINKS = frozenset({"links:read", "links:write"})
"""Each is of no use without the other."""

OPTIONAL = tuple(scope for scope in SCOPES if scope.is_asked and not scope.is_needed)
ASKED = tuple(scope.name for scope in SCOPES if scope.is_needed or scope.is_asked)
