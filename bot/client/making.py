"""Clients of Slack: the one place that makes them."""

from collections.abc import Callable

from slack_sdk import WebClient
from slack_sdk.http_retry import (
    HttpRequest,
    HttpResponse,
    RateLimitErrorRetryHandler,
    RetryState,
)
from slack_sdk.webhook import WebhookClient

from bot.client.refusals import UNREACHABLE_SECONDS, SlackBusy, seconds

TIMEOUT_SECONDS = 10
RATE_LIMIT_RETRIES = 2
LONGEST_WAIT_SECONDS = 2


def make_client(token: str | None, api_url: str, timeout: int = TIMEOUT_SECONDS) -> WebClient:
    """A client of Slack at `api_url` that waits out short rate limits by itself.

    An answer may take `timeout` seconds.
    """
    return WebClient(
        token=token,
        base_url=api_url,
        timeout=timeout,
        # The default handler repeats a call whose connection broke: that could post twice.
        retry_handlers=[_ShortWaits(max_retry_count=RATE_LIMIT_RETRIES)],
    )


def make_webhook(url: str) -> WebhookClient:
    """A client for one address of Slack's that takes messages; it waits as the others do."""
    return WebhookClient(
        url,
        timeout=TIMEOUT_SECONDS,
        retry_handlers=[_ShortWaits(max_retry_count=RATE_LIMIT_RETRIES)],
    )


class _ShortWaits(RateLimitErrorRetryHandler):
    """Waits out a rate limit of a moment; behind a longer one others would have to wait too."""

    def _can_retry(
        self,
        *,
        state: RetryState,
        request: HttpRequest,
        response: HttpResponse | None = None,
        error: Exception | None = None,
    ) -> bool:
        if response is None or response.status_code != 429:
            return False
        return seconds({k: v[0] for k, v in response.headers.items()}) <= LONGEST_WAIT_SECONDS


def only(workspace: str, client: WebClient) -> Callable[[str], WebClient]:
    """Gives that client for its own workspace, and raises SlackBusy for any other.

    Another workspace in the same database has a bot of its own, which is left to do its work.
    """

    def client_of(asked: str) -> WebClient:
        if asked != workspace:
            raise SlackBusy(UNREACHABLE_SECONDS, f"This is not the bot of workspace {asked}.")
        return client

    return client_of
