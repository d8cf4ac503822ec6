"""Who is let in: requests of the workspaces that are served, and a sentence for the others."""

import logging
from collections.abc import Callable
from concurrent.futures import Executor

from slack_bolt import App, BoltContext, BoltResponse, Respond
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.authorization.authorize import Authorize

from bot.blocks import sentence
from bot.client import SlackError
from bot.commands.presses import Reply
from bot.slack.requests import Body, answer
from bot.slack.workspaces import Workspaces

logger = logging.getLogger(__name__)

NOT_SERVED = (
    "Paperwire is not installed in this workspace any more. Somebody who may add apps can install "
    "it again; nothing of yours is kept until then."
)


class LetIn(Authorize):
    """Says as whom a request is answered.

    Bolt's own would ask Slack before each acknowledgement, and would turn to an OAuth of its own
    as soon as the environment holds SLACK_CLIENT_ID and SLACK_CLIENT_SECRET.
    """

    def __init__(self, served: Workspaces) -> None:
        self._served = served

    def __call__(
        self, *, enterprise_id: str | None, team_id: str | None, **_: object
    ) -> AuthorizeResult:
        """As Bolt has it."""
        return self._served.let_in(team_id, enterprise_id) or _NotServed(
            enterprise_id=enterprise_id, team_id=team_id
        )


class _NotServed(AuthorizeResult):
    """A workspace that is not served: None, Bolt would answer it before it acknowledges."""


def register(app: App) -> None:
    """Adds what turns the others away. Register it before everything else."""
    app.use(_turn_away(app.listener_runner.listener_executor))


def _turn_away(executor: Executor) -> Callable[..., BoltResponse]:
    def turn_away(
        body: Body, context: BoltContext, respond: Respond, next: Callable[[], BoltResponse]
    ) -> BoltResponse:
        if not isinstance(context.authorize_result, _NotServed):
            return next()
        logger.warning("not served", extra={"workspace": context.team_id})
        if "command" in body or not respond.response_url:
            return BoltResponse(status=200, body=NOT_SERVED)
        executor.submit(tell, respond, NOT_SERVED)
        return BoltResponse(status=200)

    return turn_away


def tell(respond: Respond, text: str) -> None:
    """Tells somebody why nothing is done, where the request says; where Slack takes it."""
    try:
        answer(respond, Reply(sentence(text)))
    except SlackError as error:
        logger.warning("not told: %s", error)
