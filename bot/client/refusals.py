"""Calling a method of Slack's, and what it means when Slack does not do it."""

import errno
import re
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPException
from socket import gaierror
from ssl import SSLCertVerificationError
from typing import Any
from urllib.error import URLError

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError, SlackTokenRotationError

from bot.errors import PaperwireError
from bot.seats import left

UNREACHABLE_SECONDS = 60

# What each refusal means for digests, and what can be done about it.
WORKSPACE_OFF = {
    "token_revoked": "Slack has withdrawn the token: install the app again, and set the new one.",
    "account_inactive": "Slack has switched the app off: install it again, and set the new token.",
    "invalid_auth": "Slack does not know the token: copy it again from api.slack.com/apps.",
    "token_expired": "The token has expired: copy a new one from api.slack.com/apps.",
    "not_authed": "Slack was given no token: copy it from api.slack.com/apps.",
    "invalid_refresh_token": "Slack does not renew the token any more: install the app again.",
}
REMEDIES = {
    "channel_not_found": "Slack does not find the place; if it is a private channel, invite me.",
    "is_archived": "The channel is archived; unarchive it, or subscribe somewhere else.",
    "not_in_channel": "I am not in the channel; invite me.",
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


class Unanswerable(SlackError):
    """A request's own address takes no answer, or no more: its time is over, or Slack is away."""


@contextmanager
def translated(method: str) -> Iterator[None]:
    """Raises as SlackError what Slack's SDK raises in this block for a call of `method`.

    Others may work meanwhile: the block waits for Slack, and does nothing else.
    """
    try:
        with left():
            yield
    except SlackApiError as error:
        raise _refusal(error, method) from None
    except SlackTokenRotationError as error:
        raise _refusal(error.api_error, method) from None
    except (OSError, HTTPException, SlackClientError) as error:
        raise _failure(error, method) from None


def call(
    client: WebClient, method: str, arguments: dict[str, Any], verb: str = "POST"
) -> tuple[dict[str, Any], dict[str, str]]:
    """Slack's answer and its headers. Raises SlackRefusal, SlackBusy or SlackSilence."""
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
        return SlackBusy(seconds(response.headers))
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


def seconds(headers: dict[str, str]) -> int:
    """How long Slack asks to wait."""
    text = next((v for k, v in headers.items() if k.lower() == "retry-after"), "")
    return max(1, int(text)) if str(text).isdecimal() else 30
