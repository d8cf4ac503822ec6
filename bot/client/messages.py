"""Messages in Slack: posted, and found again."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from slack_sdk import WebClient
from slack_sdk.models.blocks import Block

from bot.blocks.written import as_json
from bot.client.making import make_webhook
from bot.client.refusals import (
    UNREACHABLE_SECONDS,
    SlackBusy,
    SlackError,
    SlackRefusal,
    SlackSilence,
    Unanswerable,
    call,
    seconds,
    translated,
)
from bot.errors import PaperwireError

METADATA = "paperwire_digest"
NOT_IN = frozenset({"channel_not_found", "not_in_channel"})
"""What Slack says of private channels, and of public ones, that the bot is not in."""

# The HTTP status for an answer that is wrong by itself; others say that none is taken now.
NOT_WELL_FORMED = 400


@dataclass(frozen=True, slots=True)
class Posted:
    """Where a message stands in Slack."""

    channel: str
    ts: str


@dataclass(frozen=True, slots=True)
class Shared:
    """Where links stand that somebody has written: in a message, or in one not yet sent.

    `unfurl` and `source` are Slack's own names for it, where it gave any.
    """

    channel: str
    ts: str
    unfurl: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Unfurl:
    """What stands under a link: blocks, and a title for where only that is shown."""

    title: str
    blocks: list[Block]


def conversation(client: WebClient, to: str) -> str:
    """The channel where messages to a person or a channel go.

    Raises SlackRefusal or SlackBusy: asking for it posts nothing.
    """
    if to[:1] not in {"U", "W"}:
        return to
    try:
        answer, _ = call(client, "conversations.open", {"users": to})
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
    message = _message(channel, text, blocks)
    if delivery is not None:
        message["metadata"] = {"event_type": METADATA, "event_payload": {"delivery": delivery}}
    answer, _ = call(client, "chat.postMessage", message)
    return Posted(answer["channel"], answer["ts"])


def reply(
    client: WebClient, channel: str, thread: str | None, text: str, blocks: list[Block]
) -> Posted:
    """Posts to a channel, in the thread under a message if there is one; raises as `post`."""
    message = _message(channel, text, blocks) | ({"thread_ts": thread} if thread else {})
    answer, _ = call(client, "chat.postMessage", message)
    return Posted(answer["channel"], answer["ts"])


def whisper(client: WebClient, channel: str, person: str, text: str, blocks: list[Block]) -> None:
    """Shows one person in a channel what nobody else sees; raises SlackError."""
    call(client, "chat.postEphemeral", _message(channel, text, blocks) | {"user": person})


def answer(url: str, message: dict[str, Any]) -> None:
    """Answers a request at the address that came with it, which takes five answers in 30 minutes.

    Raises Unanswerable when Slack takes none there, PaperwireError when it does not take this one.
    """
    try:
        with translated("response_url"):
            taken = make_webhook(url).send_dict(message)
    except SlackError as error:
        raise Unanswerable(str(error)) from None
    if taken.status_code != 200:
        is_ours = taken.status_code == NOT_WELL_FORMED
        problem = PaperwireError if is_ours else Unanswerable
        raise problem(f"Slack did not take an answer: HTTP {taken.status_code}.")


def post_at(url: str, text: str, blocks: list[Block]) -> None:
    """Posts for all where a request of somebody's came from; Slack does not tell where it stands.

    Needs no membership. Raises as `post`.
    """
    message = _message("", text, blocks) | {"response_type": "in_channel"}
    del message["channel"]
    _use(url, message | {"replace_original": False})


def take_away_at(url: str) -> None:
    """Deletes the message whose control was pressed in the request; raises as `post`."""
    _use(url, {"delete_original": True})


def _use(url: str, asked: dict[str, Any]) -> None:
    with translated("response_url"):
        taken = make_webhook(url).send_dict(asked)
    if taken.status_code == 429:
        raise SlackBusy(seconds(taken.headers))
    if taken.status_code >= 500:
        raise SlackSilence(f"Slack failed at an answer (HTTP {taken.status_code}).")
    if taken.status_code != 200:
        raise SlackRefusal(f"http_{taken.status_code}", "response_url")


def take_away(client: WebClient, posted: Posted) -> None:
    """Deletes a message of the bot's; raises SlackError."""
    call(client, "chat.delete", {"channel": posted.channel, "ts": posted.ts})


def permalink(client: WebClient, posted: Posted) -> str:
    """The address of a message; raises SlackError."""
    asked = {"channel": posted.channel, "message_ts": posted.ts}
    answer, _ = call(client, "chat.getPermalink", asked, verb="GET")
    return str(answer["permalink"])


def unfurl(client: WebClient, shared: Shared, unfurls: Mapping[str, Unfurl]) -> None:
    """Shows something under links, by their addresses as Slack told them; raises SlackError."""
    where = {"channel": shared.channel, "ts": shared.ts}
    if shared.unfurl and shared.source:
        where = {"unfurl_id": shared.unfurl, "source": shared.source}
    shown = {url: _shown(each) for url, each in unfurls.items()}
    call(client, "chat.unfurl", where | {"unfurls": shown})


def _shown(unfurl: Unfurl) -> dict[str, Any]:
    title = {"type": "plain_text", "text": unfurl.title}
    return {
        "blocks": as_json(unfurl.blocks),
        "preview": {"title": title},
    }


def _message(channel: str, text: str, blocks: list[Block]) -> dict[str, Any]:
    return {
        "channel": channel,
        "text": text,
        "blocks": as_json(blocks),
        "unfurl_links": False,
        "unfurl_media": False,
    }


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
        answer, _ = call(client, "conversations.history", page, verb="GET")
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
