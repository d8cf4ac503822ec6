"""The workspaces that a bot serves: one by its token, or many that have installed it.

Listeners and the scheduler ask the same object, so that both find the same token.
"""

import logging
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import sample
from typing import Protocol

from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient
from slack_sdk.oauth.installation_store import Installation
from slack_sdk.oauth.token_rotation import TokenRotator

from bot import client as slack
from bot.errors import StoreError
from bot.store import Connection, Store, turns, workspaces
from bot.store.installations import Installations

logger = logging.getLogger(__name__)

_AGAIN_SECONDS = 0.5

# Slack's tokens live for twelve hours where they end at all.
AHEAD = timedelta(hours=2)
"""How long before its end the scheduler renews a token."""

LAST_MOMENT = timedelta(minutes=5)
"""The same for whoever needs it, should the scheduler not have done so for hours."""

RENEWAL_SECONDS = slack.TIMEOUT_SECONDS
"""How long Slack's answer is waited for: what renewed a token is used up if it gets lost."""

TURN_SECONDS = RENEWAL_SECONDS + 1
KEEP_SECONDS = 60
"""How long new tokens are tried to be written while the database is busy or away."""


@dataclass(frozen=True, slots=True)
class Leave:
    """The app has been taken out of a workspace, or out of a whole enterprise (no workspace).

    `at` is in Slack's seconds since 1970, without fractions.
    """

    workspace: str | None
    enterprise: str | None
    at: int


class Workspaces(Protocol):
    """Who may use the bot, and how it reaches them."""

    def client_of(self, workspace: str) -> WebClient:
        """The client of a workspace. Raises SlackBusy for one that is not served."""

    def let_in(self, workspace: str | None, enterprise: str | None) -> AuthorizeResult | None:
        """As whom a request of a workspace is answered; None for one that is not served."""

    def left(self, connection: Connection, leave: Leave) -> list[str]:
        """The workspaces that are served no more; what was installed there is forgotten.

        None for news from before the app was installed again.
        """

    def renew(self) -> None:
        """Renews tokens that end soon."""


@dataclass(frozen=True, slots=True)
class OneWorkspace:
    """The workspace of a token."""

    client: WebClient
    identity: slack.Identity
    since: float = field(default_factory=time.time)

    def client_of(self, workspace: str) -> WebClient:
        """As `Workspaces` has it."""
        return slack.only(self.identity.workspace, self.client)(workspace)

    def let_in(self, workspace: str | None, enterprise: str | None) -> AuthorizeResult | None:
        """As `Workspaces` has it."""
        if workspace != self.identity.workspace:
            return None
        return AuthorizeResult(
            enterprise_id=enterprise,
            team_id=workspace,
            bot_user_id=self.identity.user,
            bot_token=self.client.token,
        )

    def left(self, connection: Connection, leave: Leave) -> list[str]:
        """As `Workspaces` has it: the token was good when the bot was started."""
        is_ours = leave.workspace == self.identity.workspace
        return [self.identity.workspace] if is_ours and leave.at >= int(self.since) else []

    def renew(self) -> None:
        """The token of one workspace has no end."""


class ManyWorkspaces:
    """Every workspace and enterprise that has installed the app."""

    def __init__(
        self, store: Store, installations: Installations, rotator: TokenRotator, api_url: str
    ) -> None:
        self._store, self._installations = store, installations
        self._rotator, self._api_url = rotator, api_url

    def client_of(self, workspace: str) -> WebClient:
        """As `Workspaces` has it; raises SlackBusy, too, when an ended token is not renewed."""
        return self.client_in(workspace, None)

    def client_in(self, workspace: str | None, enterprise: str | None) -> WebClient:
        """The same, also for what an enterprise has installed for all of its workspaces."""
        try:
            found = self._current(workspace, enterprise)
        except slack.SlackSilence as error:
            # Whatever became of the renewal: what the client is wanted for was not done.
            raise slack.SlackBusy(slack.UNREACHABLE_SECONDS, str(error)) from None
        if found is None:
            text = f"Paperwire is not installed in workspace {workspace or enterprise}."
            raise slack.SlackBusy(slack.UNREACHABLE_SECONDS, text)
        return slack.make_client(found.bot_token, self._api_url)

    def installed(self) -> list[Installation]:
        """Every installation there is."""
        with self._store.reading() as connection:
            return self._installations.every(connection)

    def let_in(self, workspace: str | None, enterprise: str | None) -> AuthorizeResult | None:
        """As `Workspaces` has it, with the token that is there: Slack waits, and is not asked.

        Whoever needs a token after the acknowledgement asks for a client, which renews it.
        """
        with self._store.reading() as connection:
            found = self._installations.find(connection, workspace, enterprise)
        if found is None:
            return None
        return AuthorizeResult(
            enterprise_id=enterprise,
            team_id=workspace,
            bot_id=found.bot_id,
            bot_user_id=found.bot_user_id,
            bot_token=found.bot_token,
        )

    def left(self, connection: Connection, leave: Leave) -> list[str]:
        """As `Workspaces` has it."""
        found = self._installations.find(connection, leave.workspace, leave.enterprise, hold=True)
        # What an enterprise has installed stays when one of its workspaces leaves.
        is_own = found is not None and found.team_id == leave.workspace
        if found is not None and is_own and leave.at < int(found.installed_at):
            return []
        self._installations.remove(connection, leave.workspace, leave.enterprise)
        if leave.workspace is not None:
            return [leave.workspace]
        known = workspaces.of_enterprise(connection, leave.enterprise) if leave.enterprise else []
        return [each for each in known if self._installations.find(connection, each) is None]

    def renew(self) -> None:
        """As `Workspaces` has it; one that Slack does not renew keeps no other from it."""
        with self._store.reading() as connection:
            ending = self._installations.every(connection, datetime.now(UTC) + AHEAD)
        # In any order: where Slack is silent about one, that must not always be the first.
        for each in sample(ending, len(ending)):
            try:
                self._renewed(each.team_id, each.enterprise_id, AHEAD)
            except slack.SlackError as error:
                logger.warning("token not renewed: %s", error, extra={"workspace": each.team_id})
                if isinstance(error, slack.SlackSilence):
                    # Digests wait for the end of this: the next tick tries the others.
                    return

    def _current(self, workspace: str | None, enterprise: str | None) -> Installation | None:
        """What is installed, its token renewed if that is about to end.

        Raises SlackError only when it has ended already and Slack does not renew it.
        """
        with self._store.reading() as connection:
            found = self._installations.find(connection, workspace, enterprise)
        if found is None or not _ends_within(found, LAST_MOMENT):
            return found
        try:
            return self._renewed(workspace, enterprise, LAST_MOMENT)
        except slack.SlackError:
            if _ends_within(found, timedelta()):
                raise
            return found

    def _renewed(
        self, workspace: str | None, enterprise: str | None, ahead: timedelta
    ) -> Installation | None:
        """Renews a token while nobody else does: what renews it is good for once."""
        with turns.taken(self._store, "renewal", TURN_SECONDS) as is_ours:
            if not is_ours:
                raise slack.SlackBusy(RENEWAL_SECONDS, "Other tokens are being renewed.")
            # What can be written now will be in a moment, when Slack has used up the old tokens.
            with self._store.writing() as connection:
                held = self._installations.find(connection, workspace, enterprise)
            if held is None or not _ends_within(held, ahead):
                # Somebody else was faster.
                return held
            return self._kept(held, self._exchanged(held, ahead))

    def _exchanged(self, held: Installation, ahead: timedelta) -> Installation:
        """The installation with Slack's new tokens, or without hope for any. Writes nothing."""
        renewed: Installation | None
        try:
            with slack.translated("oauth.v2.access"):
                renewed = self._rotator.perform_token_rotation(
                    installation=held,
                    minutes_before_expiration=int(ahead.total_seconds() // 60),
                )
        except slack.SlackRefusal as error:
            if error.code not in slack.WORKSPACE_OFF:
                raise slack.SlackBusy(slack.UNREACHABLE_SECONDS, str(error)) from None
            # It is not asked for again; the token ends when it ends.
            logger.warning("renewal refused: %s", error, extra={"workspace": held.team_id})
            renewed = Installation(**held.to_dict_for_copying())
            renewed.bot_refresh_token = None
        return renewed or held

    def _kept(self, held: Installation, renewed: Installation) -> Installation | None:
        """Writes new tokens in place of those that they are for, once those are still there.

        Whoever has left, or installed the app anew, meanwhile stays as they are.
        """
        until = time.monotonic() + KEEP_SECONDS
        while True:
            try:
                with self._store.writing() as connection:
                    now = self._installations.find(
                        connection, held.team_id, held.enterprise_id, hold=True
                    )
                    if now is None or now.bot_refresh_token != held.bot_refresh_token:
                        return now
                    self._installations.renew(connection, renewed)
                    return renewed
            except StoreError as error:
                if time.monotonic() > until:
                    raise
                logger.warning("new tokens not written yet: %s", error)
                time.sleep(_AGAIN_SECONDS)


def _ends_within(installation: Installation, ahead: timedelta) -> bool:
    """Whether the token should be renewed, and can be."""
    ends = installation.bot_token_expires_at
    if ends is None or installation.bot_refresh_token is None:
        return False
    return ends <= time.time() + ahead.total_seconds()
