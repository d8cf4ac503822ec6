"""Talking to Slack: the one place that makes clients and that translates Slack's refusals."""

import errno
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from http.client import HTTPException
from socket import gaierror
from ssl import SSLCertVerificationError
from typing import Any
from urllib.error import URLError
from zoneinfo import available_timezones

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.http_retry import (
    HttpRequest,
    HttpResponse,
    RateLimitErrorRetryHandler,
    RetryState,
)
from slack_sdk.models.blocks import Block

from bot.errors import PaperwireError
from bot.models import Person, Subscriber

TIMEOUT_SECONDS = 10
METADATA = "paperwire_digest"
RATE_LIMIT_RETRIES = 2
LONGEST_WAIT_SECONDS = 2
UNREACHABLE_SECONDS = 60

# What each refusal means for digests, and what can be done about it.
WORKSPACE_OFF = {
    "token_revoked": "Slack has withdrawn the token: install the app again, and set the new one.",
    "account_inactive": "Slack has switched the app off: install it again, and set the new token.",
    "invalid_auth": "Slack does not know the token: copy it again from api.slack.com/apps.",
    "token_expired": "The token has expired: copy a new one from api.slack.com/apps.",
    "not_authed": "Slack was given no token: copy it from api.slack.com/apps.",
}
REMEDIES = {
    "channel_not_found": "Slack does not find the place; if it is a private channel, invite me.",
    "is_archived": "The channel is archived; unarchive it, or subscribe somewhere else.",
    "not_in_channel": "I am not in the channel; invite me with /invite.",
    "user_not_found": "Slack does not know this person any more.",
    "user_disabled": "This person's account is switched off.",
    "cannot_dm_bot": "Bots cannot get direct messages from bots.",
    "missing_scope": "The Slack app lacks a permission; run `paperwire doctor`.",
}

_CODE = re.compile("[a-z0-9_]+")
_NO_WAY = frozenset({errno.ECONNREFUSED, errno.ENETUNREACH, errno.EHOSTUNREACH})


class SlackError(PaperwireError):
    """Slack did not do what it was asked; the root of what this module raises."""


class SlackRefusal(SlackError):
    """Slack said no, with one of its error codes: nothing was done."""

    def __init__(self, code: str, method: str) -> None:
        known = REMEDIES.get(code) or WORKSPACE_OFF.get(code)
        super().__init__(known or f"Slack answered {method} with “{code}”.")
        self.code = code


class SlackBusy(SlackError):
    """Not now, but maybe after `retry_after` seconds: nothing was done."""

    def __init__(self, retry_after: int, text: str = "") -> None:
        super().__init__(text or f"Slack asks to wait {retry_after} seconds.")
        self.retry_after = retry_after


class SlackSilence(SlackError):
    """No answer, or Slack's own failure: whether something was done is not known."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Who a token is: the workspace, the bot's user, and the scopes granted to it."""

    workspace: str
    workspace_name: str
    user: str
    scopes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Posted:
    """Where a message stands in Slack."""

    channel: str
    ts: str


def make_client(token: str | None, api_url: str) -> WebClient:
    """A client of Slack at `api_url` that waits out short rate limits by itself."""
    return WebClient(
        token=token,
        base_url=api_url,
        timeout=TIMEOUT_SECONDS,
        # The default handler repeats a call whose connection broke: that could post twice.
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
        return _seconds({k: v[0] for k, v in response.headers.items()}) <= LONGEST_WAIT_SECONDS


def only(workspace: str, client: WebClient) -> Callable[[str], WebClient]:
    """Gives that client for its own workspace, and raises SlackBusy for any other.

    Another workspace in the same database has a bot of its own, which is left to do its work.
    """

    def client_of(asked: str) -> WebClient:
        if asked != workspace:
            raise SlackBusy(UNREACHABLE_SECONDS, f"This is not the bot of workspace {asked}.")
        return client

    return client_of


def identity(client: WebClient) -> Identity:
    """Asks Slack who the client's token is."""
    answer, headers = _call(client, "auth.test", {})
    scopes = next((v for k, v in headers.items() if k.lower() == "x-oauth-scopes"), "")
    return Identity(
        workspace=answer["team_id"],
        workspace_name=answer.get("team", ""),
        user=answer["user_id"],
        scopes=frozenset(filter(None, scopes.replace(" ", "").split(","))),
    )


def person(client: WebClient, who: Subscriber, now: datetime) -> Person:
    """Asks Slack for somebody's name and time zone (UTC where Slack has none, or one unknown)."""
    # Slack reads JSON only where something is written.
    answer, _ = _call(client, "users.info", {"user": who.id}, verb="GET")
    known = answer["user"]
    name = known.get("profile", {}).get("display_name") or known.get("name") or who.id
    zone = str(known.get("tz") or "UTC")
    return Person(who.workspace, who.id, name, zone if zone in _zones() else "UTC", now)


def is_admin(client: WebClient, who: Subscriber) -> bool:
    """Asks Slack whether somebody is an admin or owner of the workspace."""
    answer, _ = _call(client, "users.info", {"user": who.id}, verb="GET")
    return bool(answer["user"].get("is_admin") or answer["user"].get("is_owner"))


@cache
def _zones() -> frozenset[str]:
    # Reading them from the disk takes 18 ms.
    return frozenset(available_timezones())


def conversation(client: WebClient, to: str) -> str:
    """The channel where messages to a person or a channel go.

    Raises SlackRefusal or SlackBusy: asking for it posts nothing.
    """
    if to[:1] not in {"U", "W"}:
        return to
    try:
        answer, _ = _call(client, "conversations.open", {"users": to})
    except SlackSilence as error:
        raise SlackBusy(UNREACHABLE_SECONDS, str(error)) from None
    return str(answer["channel"]["id"])


def post(
    client: WebClient, channel: str, text: str, blocks: list[Block], delivery: str | None = None
) -> Posted:
    """Posts to a channel as `conversation` gives it.

    The id of the delivery travels in the message's metadata. Raises SlackRefusal, SlackBusy or
    SlackSilence; only after the last may the message stand in Slack.
    """
    message: dict[str, Any] = {
        "channel": channel,
        "text": text,
        "blocks": [block.to_dict() for block in blocks],
        "unfurl_links": False,
        "unfurl_media": False,
    }
    if delivery is not None:
        message["metadata"] = {"event_type": METADATA, "event_payload": {"delivery": delivery}}
    answer, _ = _call(client, "chat.postMessage", message)
    return Posted(answer["channel"], answer["ts"])


def find_posted(
    client: WebClient, channel: str, delivery: str, since: datetime | None
) -> str | None:
    """The ts of the message that carries a delivery's id, among those posted after `since`.

    None where it is certainly not there. Raises SlackError where Slack may not or cannot be asked.
    """
    cursor = ""
    while True:
        page: dict[str, Any] = {"channel": channel, "include_all_metadata": "true", "limit": 100}
        page |= {"oldest": f"{since.timestamp():.6f}"} if since else {}
        page |= {"cursor": cursor} if cursor else {}
        answer, _ = _call(client, "conversations.history", page, verb="GET")
        for message in answer["messages"]:
            if _delivery_in(message) == delivery:
                return str(message["ts"])
        cursor = (answer.get("response_metadata") or {}).get("next_cursor") or ""
        if not cursor:
            return None


def _delivery_in(message: dict[str, Any]) -> str | None:
    metadata = message.get("metadata") or {}
    if metadata.get("event_type") != METADATA:
        return None
    delivery = (metadata.get("event_payload") or {}).get("delivery")
    return delivery if isinstance(delivery, str) else None


@contextmanager
def translated(method: str) -> Iterator[None]:
    """Raises as SlackError what Slack's SDK raises in this block for a call of `method`."""
    try:
        yield
    except SlackApiError as error:
        raise _refusal(error, method) from None
    except (OSError, HTTPException, SlackClientError) as error:
        raise _failure(error, method) from None


def _call(
    client: WebClient, method: str, arguments: dict[str, Any], verb: str = "POST"
) -> tuple[dict[str, Any], dict[str, str]]:
    """Slack's answer and its headers."""
    given = {"params" if verb == "GET" else "json": arguments}
    with translated(method):
        response = client.api_call(method, http_verb=verb, **given)
    if not isinstance(response.data, dict):
        raise SlackSilence(f"Slack's answer to {method} is not JSON.")
    return response.data, dict(response.headers)


def _refusal(error: SlackApiError, method: str) -> SlackError:
    response = error.response
    code = response.get("error") if isinstance(response.data, dict) else None
    if response.status_code == 429 or code == "ratelimited":
        return SlackBusy(_seconds(response.headers))
    # The SDK puts an answer that is no JSON, such as a proxy's page, where the code should be.
    if response.status_code >= 500 or not isinstance(code, str) or not _CODE.fullmatch(code):
        return SlackSilence(f"Slack failed at {method} (HTTP {response.status_code}).")
    if code in {"internal_error", "fatal_error", "request_timeout", "service_unavailable"}:
        return SlackSilence(f"Slack failed at {method} ({code}).")
    return SlackRefusal(code, method)


def _failure(error: Exception, method: str) -> SlackError:
    """What a call without an answer means: some failures come before anything is sent."""
    reason = error.reason if isinstance(error, URLError) else error
    if isinstance(reason, OSError) and _is_unsent(reason):
        text = f"Slack cannot be reached ({reason.strerror}): check the network and SLACK_API_URL."
        return SlackBusy(UNREACHABLE_SECONDS, text)
    return SlackSilence(f"Slack did not answer {method}: {type(reason).__name__}.")


def _is_unsent(reason: OSError) -> bool:
    return isinstance(reason, (gaierror, SSLCertVerificationError)) or reason.errno in _NO_WAY


def _seconds(headers: dict[str, str]) -> int:
    text = next((v for k, v in headers.items() if k.lower() == "retry-after"), "")
    return max(1, int(text)) if str(text).isdecimal() else 30
