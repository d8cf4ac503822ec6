"""Installing and leaving: OAuth's pages, and what becomes of a workspace that takes the app out."""

import html
import logging
from collections.abc import Callable, Sequence

from slack_bolt import App, BoltContext, BoltRequest, BoltResponse
from slack_bolt.oauth import OAuthFlow
from slack_bolt.oauth.callback_options import CallbackOptions, FailureArgs, SuccessArgs
from slack_bolt.oauth.oauth_settings import OAuthSettings
from slack_sdk.oauth.installation_store import Installation

from bot import client as slack
from bot.errors import PaperwireError
from bot.parts import Parts
from bot.scopes import ASKED
from bot.settings import Settings
from bot.slack.requests import Body
from bot.slack.workspaces import Leave, ManyWorkspaces, Workspaces
from bot.store import Store, people, workspaces
from bot.store.installations import Installations, States

logger = logging.getLogger(__name__)

INSTALL_PATH = "/slack/install"
REDIRECT_PATH = "/slack/oauth_redirect"
STATE_SECONDS = 600
"""How long somebody has to agree to an installation."""

LEAVING = ("app_uninstalled", "tokens_revoked")
WORKSPACE_OF_ENTERPRISE_LEAVING = "team_access_revoked"

_HEADERS = {
    "Content-Type": "text/html; charset=utf-8",
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'",
    # The address of the page holds Slack's code.
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
_AGAIN = f"<a href='{INSTALL_PATH}'>Begin again</a>."
_FAILURES = {
    "access_denied": ("Not installed", f"Nothing was changed. {_AGAIN}"),
    "invalid_browser": ("Not installed", f"This did not begin in this browser. {_AGAIN}"),
    "invalid_state": ("Not installed", f"That took too long, or was done already. {_AGAIN}"),
    "missing_code": ("Not installed", f"Slack's answer is incomplete. {_AGAIN}"),
    "invalid_code": ("Not installed", f"Slack did not give a token. {_AGAIN}"),
}


class Flow(OAuthFlow):
    """Slack's installation in a browser, kept in our database and failing in plain words."""

    def __init__(self, settings: Settings, store: Store, installations: Installations) -> None:
        self._store, self._installations = store, installations
        client = slack.make_client(None, settings.api_url)
        super().__init__(client=client, settings=_oauth_settings(settings, store, installations))

    def handle_callback(self, request: BoltRequest) -> BoltResponse:
        """The page after Slack's own."""
        try:
            return super().handle_callback(request)
        except PaperwireError as error:
            logger.error("installation failed: %s", error)
            return _page(503, "Not installed", f"Slack or our database is busy. {_AGAIN}")

    def run_installation(self, code: str) -> Installation | None:
        """Slack's answer for the code; None when it refuses. Raises SlackError."""
        with slack.translated("oauth.v2.access"):
            return super().run_installation(code)

    def store_installation(self, request: BoltRequest, installation: Installation) -> None:
        """Remembers the installation, and that digests may come."""
        team, enterprise = installation.team_id, installation.enterprise_id
        with self._store.writing() as connection:
            self._installations.put(connection, installation)
            if team is not None:
                people.put_workspace(connection, team, installation.team_name or team)
            if team is not None and enterprise is not None:
                workspaces.meet(connection, team, enterprise)
            if team is None and enterprise is not None:
                workspaces.switch_on(connection, enterprise)
        logger.info("installed", extra={"workspace": team or enterprise})


def _oauth_settings(
    settings: Settings, store: Store, installations: Installations
) -> OAuthSettings:
    secret = settings.client_secret
    return OAuthSettings(
        client_id=settings.client_id,
        client_secret=secret.get_secret_value() if secret else None,
        scopes=ASKED,
        user_scopes=(),
        install_path=INSTALL_PATH,
        install_page_rendering_enabled=False,
        redirect_uri_path=REDIRECT_PATH,
        callback_options=CallbackOptions(success=_succeeded, failure=_failed),
        authorization_url=settings.authorize_url,
        installation_store=installations.slack_store(store),
        state_store=States(store, STATE_SECONDS),
        state_expiration_seconds=STATE_SECONDS,
    )


def _succeeded(arguments: SuccessArgs) -> BoltResponse:
    installation = arguments.installation
    name = installation.team_name or installation.enterprise_name or "your workspace"
    text = f"Paperwire is in {html.escape(name)}. In Slack, type <b>/papers help</b>."
    return _page(200, "Installed", text, arguments)


def _failed(arguments: FailureArgs) -> BoltResponse:
    told = html.escape(arguments.reason[:80])
    known = _FAILURES.get(arguments.reason, ("Not installed", f"Slack said “{told}”. {_AGAIN}"))
    return _page(arguments.suggested_status_code, *known, arguments)


def _page(
    status: int, title: str, text: str, arguments: SuccessArgs | FailureArgs | None = None
) -> BoltResponse:
    """A page without scripts, pictures or anything from elsewhere; the state's cookie goes."""
    body = f"<!doctype html><html lang='en'><title>{title}</title><h1>{title}</h1><p>{text}</p>"
    headers: dict[str, str | Sequence[str]] = dict(_HEADERS)
    if arguments is not None:
        headers["Set-Cookie"] = arguments.settings.state_utils.build_set_cookie_for_deletion()
    return BoltResponse(status=status, body=body, headers=headers)


def register(app: App, parts: Parts, served: Workspaces) -> None:
    """Adds the listeners for workspaces that leave. Register them before all others."""
    of_many = (WORKSPACE_OF_ENTERPRISE_LEAVING,) if isinstance(served, ManyWorkspaces) else ()
    for event in (*LEAVING, *of_many):
        app.event(event, middleware=[_forget(parts.store, served)])(_on_left)


def _forget(store: Store, served: Workspaces) -> Callable[..., BoltResponse]:
    """Deletes what is kept of a workspace; news that come twice, or late, change nothing.

    Slack is answered after it, so that it tells again of what was not deleted.
    """

    def forget(
        body: Body, event: Body, context: BoltContext, next: Callable[[], BoltResponse]
    ) -> BoltResponse:
        with store.writing() as connection:
            leaves = leaves_of(body, event, context)
            gone = [one for leave in leaves for one in served.left(connection, leave)]
            for workspace in gone:
                workspaces.forget(connection, workspace)
        for workspace in gone:
            logger.info("left", extra={"workspace": workspace})
        return next()

    return forget


def _on_left(event: Body) -> None:
    logger.debug("done before Slack was answered: %s", event["type"])


def leaves_of(body: Body, event: Body, context: BoltContext) -> list[Leave]:
    """What an event says has left: a workspace, some of an enterprise's, or the enterprise."""
    enterprise, at = context.enterprise_id, int(body.get("event_time") or 0)
    if event["type"] == WORKSPACE_OF_ENTERPRISE_LEAVING:
        return [Leave(str(team), enterprise, at) for team in event.get("team_ids") or ()]
    if event["type"] == "tokens_revoked" and not (event.get("tokens") or {}).get("bot"):
        # Somebody's own token, of which there are none here.
        return []
    team = str(body.get("team_id") or context.team_id or "")
    is_all = bool(context.is_enterprise_install) or not team.startswith("T")
    return [Leave(None if is_all else team, enterprise, at)]
