"""The way in through Socket Mode: the one thing that is asked with the app's own token."""

from collections.abc import Iterator
from contextlib import contextmanager

from slack_sdk import WebClient

from bot.client.refusals import SlackRefusal, call, translated
from bot.errors import SettingsError

_ANEW = (
    "generate one under Basic Information → App-Level Tokens with the scope connections:write, "
    "and set SLACK_APP_TOKEN to it."
)
_REMEDIES = {
    "missing_scope": f"SLACK_APP_TOKEN lacks the scope connections:write: {_ANEW}",
    "invalid_auth": f"Slack does not know SLACK_APP_TOKEN: copy it again, or {_ANEW}",
    "token_revoked": f"Slack has withdrawn SLACK_APP_TOKEN: {_ANEW}",
    "account_inactive": "Slack has switched off the app of SLACK_APP_TOKEN: install it again.",
}


@contextmanager
def opening_socket() -> Iterator[None]:
    """For a block in which Slack's SDK opens a connection.

    Raises SettingsError when Slack does not take the token, SlackError when something else fails.
    """
    with _remedied(), translated("apps.connections.open"):
        yield


def check_socket(client: WebClient) -> None:
    """Asks Slack whether the client's token opens connections, and opens none; raises the same."""
    with _remedied():
        call(client, "apps.connections.open", {})


@contextmanager
def _remedied() -> Iterator[None]:
    try:
        yield
    except SlackRefusal as refusal:
        if refusal.code not in _REMEDIES:
            raise
        raise SettingsError(_REMEDIES[refusal.code]) from None
