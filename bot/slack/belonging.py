"""To which workspace a request belongs: where the app is installed, whoever acts.

In a channel that several organisations share, requests of the others' people name their own
workspace in one place or another. Everything behind this reads the app's.
"""

import logging
from collections.abc import Callable
from concurrent.futures import Executor

from slack_bolt import App, BoltContext, BoltResponse, Respond

from bot.slack.admission import tell
from bot.slack.install import LEAVING, WORKSPACE_OF_ENTERPRISE_LEAVING
from bot.slack.requests import Body
from bot.slack.shapes import is_known_act
from bot.store import Store, workspaces

logger = logging.getLogger(__name__)

NOT_MET = (
    "I do not know your workspace yet, and have done nothing. If I am installed there, type "
    "/papers help in it, and press again."
)

IS_EXTERNAL = "is_external"
"""Where a request's context says that whoever acts is of another organisation."""


def register(app: App, store: Store) -> None:
    """Adds the look at every request. Register it behind that at their shapes."""
    app.use(_settle(store, app.listener_runner.listener_executor))


def _settle(store: Store, executor: Executor) -> Callable[..., BoltResponse]:
    def settle(
        body: Body, context: BoltContext, respond: Respond, next: Callable[[], BoltResponse]
    ) -> BoltResponse:
        is_event = body.get("type") == "event_callback"
        is_about_the_app = is_event and body["event"].get("type") in _ABOUT_THE_APP
        if is_about_the_app or not (is_event or is_known_act(body)):
            return next()
        home, tells = _of_event(store, body, context) if is_event else _of_act(body)
        if not home:
            logger.info("a request names no workspace that is served")
            return BoltResponse(status=200)
        if not (is_event or tells or _is_met(store, home, context.enterprise_id)):
            executor.submit(tell, respond, NOT_MET)
            return BoltResponse(status=200)
        if is_event:
            body["team_id"] = home
        elif "command" not in body:
            body["team"] = (body.get("team") or {}) | {"id": home}
            context[IS_EXTERNAL] = _is_external(store, body["user"].get("team_id"), home)
        if tells and context.enterprise_id and not context.get(IS_EXTERNAL):
            _meet(store, home, context.enterprise_id)
        return next()

    return settle


_ABOUT_THE_APP = (*LEAVING, WORKSPACE_OF_ENTERPRISE_LEAVING)


def _of_act(body: Body) -> tuple[str, bool]:
    """The workspace of a command or an interaction, and whether its enterprise is told for sure."""
    if "command" in body:
        return str(body["team_id"]), True
    installed = (body.get("view") or {}).get("app_installed_team_id") or ""
    team = (body.get("team") or {}).get("id") or ""
    # What is installed for a whole enterprise names the workspace with the person, who may be of
    # another one.
    named = (installed, team, body["user"].get("team_id") or "")
    return next((one for one in named if one.startswith("T")), ""), bool(team)


def _of_event(store: Store, body: Body, context: BoltContext) -> tuple[str, bool]:
    """The same of an event; empty where it may be of a workspace of others."""
    for authorization in body.get("authorizations") or ():
        if authorization.get("team_id"):
            return str(authorization["team_id"]), not _is_shared(body)
    if not _is_shared(body):
        return str(body["team_id"]), True
    # Installed for a whole enterprise: a workspace of another one may be named, too.
    for one in (body.get("context_team_id"), body["team_id"]):
        if one and _enterprise(store, one) == context.enterprise_id is not None:
            return str(one), False
    return "", False


def _is_shared(body: Body) -> bool:
    """Whether people of other organisations are where it happened."""
    return body.get("is_ext_shared_channel") is True


def _is_external(store: Store, own: str | None, home: str) -> bool:
    """Whether somebody of the workspace `own` is of another organisation than `home`."""
    if not own or own == home:
        return False
    enterprise = _enterprise(store, home)
    return enterprise is None or enterprise not in (own, _enterprise(store, own))


def _meet(store: Store, workspace: str, enterprise: str) -> None:
    """Notes to which enterprise a workspace belongs: the scheduler has no request to look at."""
    if _enterprise(store, workspace) != enterprise:
        with store.writing() as connection:
            workspaces.meet(connection, workspace, enterprise)


def _is_met(store: Store, workspace: str, enterprise: str | None) -> bool:
    """Whether a workspace that only a person names is of the enterprise that has the app.

    What were kept of another one would stay when the enterprise leaves.
    """
    return enterprise is not None and _enterprise(store, workspace) == enterprise


def _enterprise(store: Store, workspace: str) -> str | None:
    with store.reading() as connection:
        return workspaces.enterprise_of(connection, workspace)
