"""Talking to Slack: the one place that makes clients and that translates Slack's refusals."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from http.client import HTTPException
from typing import Any
from zoneinfo import available_timezones

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.http_retry.builtin_handlers import RateLimitErrorRetryHandler
from slack_sdk.models.blocks import Block

from bot.errors import PaperwireError
from bot.models import Person, Subscriber

TIMEOUT_SECONDS = 10
RATE_LIMIT_RETRIES = 2
SILENCE_SECONDS = 60

# What each refusal means for digests, and what the owner can do about it.
WORKSPACE_OFF = frozenset(
    {"token_revoked", "account_inactive", "invalid_auth", "token_expired", "not_authed"}
)
REMEDIES = {
    "channel_not_found": "Slack does not find the place; if it is a private channel, invite me.",
    "is_archived": "The channel is archived; unarchive it, or subscribe somewhere else.",
    "not_in_channel": "I am not in the channel; invite me with /invite.",
    "user_not_found": "Slack does not know this person any more.",
    "user_disabled": "This person's account is switched off.",
    "cannot_dm_bot": "Bots cannot get direct messages from bots.",
    "missing_scope": "The Slack app lacks a permission; run `paperwire doctor`.",
}


class SlackError(PaperwireError):
    """Slack did not do what it was asked; the root of what this module raises."""


class SlackRefusal(SlackError):
    """Slack said no, with one of its error codes: nothing was done."""

    def __init__(self, code: str, method: str) -> None:
        super().__init__(REMEDIES.get(code, f"Slack answered {method} with “{code}”."))
        self.code = code


class SlackBusy(SlackError):
    """Slack asks to come back after `retry_after` seconds: nothing was done."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"Slack asks to wait {retry_after} seconds.")
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
        retry_handlers=[RateLimitErrorRetryHandler(max_retry_count=RATE_LIMIT_RETRIES)],
    )


def only(workspace: str, client: WebClient) -> Callable[[str], WebClient]:
    """Gives that client for its own workspace, and raises SlackRefusal for any other."""

    def client_of(asked: str) -> WebClient:
        if asked != workspace:
            raise SlackRefusal("invalid_auth", f"workspace {asked}")
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
    answer, _ = _call(client, "users.info", {"user": who.id})
    known = answer["user"]
    name = known.get("profile", {}).get("display_name") or known.get("name") or who.id
    zone = str(known.get("tz") or "UTC")
    return Person(
        who.workspace, who.id, name, zone if zone in available_timezones() else "UTC", now
    )


def post(
    client: WebClient, to: str, text: str, blocks: list[Block], delivery: str | None = None
) -> Posted:
    """Posts to a channel, or opens the direct messages with a person and posts there.

    The id of the delivery travels in the message's metadata. Raises SlackRefusal, SlackBusy or
    SlackSilence; only after the last may the message stand in Slack.
    """
    channel = _conversation(client, to) if to[:1] in {"U", "W"} else to
    message: dict[str, Any] = {
        "channel": channel,
        "text": text,
        "blocks": [block.to_dict() for block in blocks],
        "unfurl_links": False,
        "unfurl_media": False,
    }
    if delivery is not None:
        message["metadata"] = {
            "event_type": "paperwire_digest",
            "event_payload": {"delivery": delivery},
        }
    answer, _ = _call(client, "chat.postMessage", message)
    return Posted(answer["channel"], answer["ts"])


def _conversation(client: WebClient, user: str) -> str:
    try:
        answer, _ = _call(client, "conversations.open", {"users": user})
    except SlackSilence:
        raise SlackBusy(SILENCE_SECONDS) from None
    return str(answer["channel"]["id"])


def _call(
    client: WebClient, method: str, arguments: dict[str, Any]
) -> tuple[dict[str, Any], dict[str, str]]:
    """Slack's answer and its headers."""
    try:
        response = client.api_call(method, json=arguments)
    except SlackApiError as error:
        raise _translated(error, method) from None
    except (OSError, HTTPException, SlackClientError) as error:
        raise SlackSilence(f"Slack did not answer {method}: {type(error).__name__}.") from None
    if not isinstance(response.data, dict):
        raise SlackSilence(f"Slack's answer to {method} is not JSON.")
    return response.data, dict(response.headers)


def _translated(error: SlackApiError, method: str) -> SlackError:
    response = error.response
    code = response.get("error") if isinstance(response.data, dict) else None
    if response.status_code == 429 or code == "ratelimited":
        return SlackBusy(_seconds(response.headers))
    if response.status_code >= 500 or not isinstance(code, str):
        return SlackSilence(f"Slack failed at {method} (HTTP {response.status_code}).")
    if code in {"internal_error", "fatal_error", "request_timeout", "service_unavailable"}:
        return SlackSilence(f"Slack failed at {method} ({code}).")
    return SlackRefusal(code, method)


def _seconds(headers: dict[str, str]) -> int:
    text = next((v for k, v in headers.items() if k.lower() == "retry-after"), "")
    return max(1, int(text)) if str(text).isdecimal() else 30
