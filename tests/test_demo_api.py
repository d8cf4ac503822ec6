"""The Web API of the local Slack, through slack_sdk's real client."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError

from bot.demo import LocalSlack
from bot.demo.world import Conversation
from tests.demo_lab import NEW_YEAR, Office, error_of

JSON = dict[str, Any]
ALL = ("chat:write", "commands", "im:write", "users:read", "team:read")
READING = ("channels:read", "channels:history", "groups:history", "im:history", "im:read")


@pytest.fixture(scope="module")
def slack() -> Iterator[LocalSlack]:
    with LocalSlack(clock=lambda: NEW_YEAR, burst=None) as slack:
        yield slack


@pytest.fixture
def office(slack: LocalSlack) -> Office:
    return Office(slack, slack.add_workspace("Lab", scopes=[*ALL, *READING]))


def test_auth_test_says_who_the_bot_is_and_what_it_may(office: Office) -> None:
    """Scopes travel in a header, as `paperwire doctor` reads them."""
    told = office.client.auth_test()
    assert (told["team_id"], told["user_id"]) == (office.team.id, office.team.bot.id)
    assert "chat:write" in str(told.headers["X-OAuth-Scopes"]).split(",")


def test_users_have_iana_zones_with_the_offset_of_the_moment(office: Office) -> None:
    """London is at UTC on New Year's Day."""
    user = office.client.users_info(user=office.ada.id)["user"]
    assert (user["tz"], user["tz_offset"], user["is_bot"]) == ("Europe/London", 0, False)
    assert [m["id"] for m in office.client.users_list()["members"]][-1] == office.ada.id
    office.ada.user.tz = "Asia/Kolkata"
    assert office.client.users_info(user=office.ada.id)["user"]["tz_offset"] == 19_800


def test_the_rest_of_who_is_who(office: Office) -> None:
    """Conversations and the workspace are described."""
    general = office.client.conversations_info(channel=office.general.id)["channel"]
    assert (general["name"], general["is_member"]) == ("general", True)
    told = office.client.conversations_members(channel=office.general.id)
    assert set(told["members"]) == {office.ada.id, office.team.bot.id}
    assert [c["id"] for c in office.client.conversations_list()["channels"]] == [office.general.id]
    assert office.client.team_info()["team"]["domain"] == "lab"


@pytest.mark.parametrize(
    ("token", "error"),
    [
        (None, "not_authed"),
        ("xoxb-nobody", "invalid_auth"),
        ("xapp-1-A0000000001-1", "not_allowed_token_type"),
    ],
)
def test_tokens_are_checked(office: Office, token: str | None, error: str) -> None:
    """No token, an unknown one, one of the wrong kind."""
    assert error_of(office.client_for(token).auth_test) == error


@pytest.mark.parametrize("error", ["token_revoked", "account_inactive"])
def test_a_token_can_go_bad(office: Office, error: str) -> None:
    """Every call with it then gets the error."""
    office.team.revoke(error)
    assert error_of(office.post) == error


def test_tokens_of_one_workspace_know_nothing_of_another(office: Office) -> None:
    """Ids of elsewhere do not exist."""
    other = office.slack.add_workspace("Other")
    client = office.client_for(other.bot_token)
    elsewhere = office.general.id
    assert error_of(lambda: client.chat_postMessage(channel=elsewhere, text="a")) == (
        "channel_not_found"
    )
    assert error_of(lambda: client.users_info(user=office.ada.id)) == "user_not_found"


def test_a_missing_scope_is_named(office: Office) -> None:
    """What is needed, and what the token has."""
    poor = office.slack.add_workspace("Poor", scopes=["commands"])
    channel = poor.add_channel("general")
    client = office.client_for(poor.bot_token)
    with pytest.raises(SlackApiError) as refused:
        client.chat_postMessage(channel=channel.id, text="a")
    answer = refused.value.response
    assert (answer["error"], answer["needed"]) == ("missing_scope", "chat:write")
    assert answer["provided"] == "commands"
    poor.grant("chat:write")
    assert client.chat_postMessage(channel=channel.id, text="a")["ok"]


def test_history_needs_the_scope_of_its_kind_of_conversation(office: Office) -> None:
    """channels:history does not open direct messages."""
    poor = office.slack.add_workspace("Poor", scopes=["channels:history", "im:write"])
    bob = poor.add_person("Bob")
    client = office.client_for(poor.bot_token)
    direct = client.conversations_open(users=bob.id)["channel"]["id"]
    assert error_of(lambda: client.conversations_history(channel=direct)) == "missing_scope"


def test_posting_keeps_everything_and_history_gives_it_back(office: Office) -> None:
    """Text, blocks, metadata and thread; metadata only when asked for; newest first."""
    metadata = {"event_type": "digest", "event_payload": {"id": "d1"}}
    blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": "*a*"}}]
    first = office.post("first", blocks=blocks, metadata=metadata)
    office.post("reply", thread_ts=first)
    second = office.post("second")
    whole = office.client.conversations_history(
        channel=office.general.id, include_all_metadata=True
    )
    assert [m["ts"] for m in whole["messages"]] == [second, first]
    assert whole["messages"][1]["metadata"] == metadata
    assert whole["messages"][1]["blocks"][0]["text"]["text"] == "*a*"
    assert whole["messages"][1]["reply_count"] == 1
    plain = office.client.conversations_history(channel=office.general.id)
    assert "metadata" not in plain["messages"][1]
    thread = office.client.conversations_replies(channel=office.general.id, ts=first)
    assert [m["text"] for m in thread["messages"]] == ["first", "reply"]


def test_history_pages_and_takes_bounds(office: Office) -> None:
    """Cursors go on to older messages; `oldest` and `latest` leave their own message out."""
    stamps = [office.post(str(n)) for n in range(5)]
    page = office.client.conversations_history(channel=office.general.id, limit=2)
    assert page["has_more"]
    cursor = page["response_metadata"]["next_cursor"]
    after = office.client.conversations_history(channel=office.general.id, limit=9, cursor=cursor)
    assert [m["text"] for m in after["messages"]] == ["2", "1", "0"]
    between = office.client.conversations_history(
        channel=office.general.id, oldest=stamps[0], latest=stamps[3]
    )
    assert [m["text"] for m in between["messages"]] == ["2", "1"]


def test_timestamps_are_unique_and_rise_even_if_the_clock_stands_still(office: Office) -> None:
    """Slack's ids of messages are their times."""
    stamps = [office.post() for _ in range(3)]
    assert stamps == sorted(set(stamps))
    assert stamps[0].startswith("1767225600.")


def test_a_person_is_reached_by_their_id_or_their_conversation(office: Office) -> None:
    """conversations.open gives the same direct messages every time."""
    opened = office.client.conversations_open(users=[office.ada.id])["channel"]["id"]
    posted = office.client.chat_postMessage(channel=office.ada.id, text="hi")
    assert posted["channel"] == opened
    assert [m.text for m in office.team.direct_messages(office.ada)] == ["hi"]


def test_changing_a_message_keeps_its_metadata_and_drops_what_is_not_given(office: Office) -> None:
    """As chat.update does: new text alone takes the blocks away."""
    metadata = {"event_type": "digest", "event_payload": {}}
    ts = office.post("before", blocks=[{"type": "divider"}], metadata=metadata)
    office.client.chat_update(channel=office.general.id, ts=ts, text="after")
    (message,) = office.team.messages(office.general)
    assert (message.text, list(message.blocks), message.metadata) == ("after", [], metadata)
    assert message.edited


def test_an_ephemeral_message_is_for_one_person_and_out_of_reach(office: Office) -> None:
    """Nobody else sees it; it is not in the history, and cannot be changed."""
    bob = office.team.add_person("Bob")
    office.general.members.add(bob.id)
    told = office.client.chat_postEphemeral(
        channel=office.general.id, user=office.ada.id, text="psst"
    )
    assert [m.text for m in office.ada.sees(office.general)] == ["psst"]
    assert bob.sees(office.general) == []
    assert office.client.conversations_history(channel=office.general.id)["messages"] == []
    ts = told["message_ts"]
    update = error_of(lambda: office.client.chat_update(channel=office.general.id, ts=ts, text="a"))
    assert update == "message_not_found"


def test_messages_are_taken_away_and_linked_to(office: Office) -> None:
    """chat.delete and chat.getPermalink."""
    ts = office.post()
    link = office.client.chat_getPermalink(channel=office.general.id, message_ts=ts)["permalink"]
    assert str(link).endswith(f"/{office.general.id}/p{ts.replace('.', '')}")
    office.client.chat_delete(channel=office.general.id, ts=ts)
    assert office.team.messages(office.general) == []


REFUSALS: dict[str, Callable[[Office], object]] = {
    "no_text": lambda office: office.client.api_call(
        "chat.postMessage", json={"channel": office.general.id}
    ),
    "msg_too_long": lambda office: office.post("x" * 4_001),
    "invalid_blocks": lambda office: office.post(blocks=[{"type": "divider"}] * 51),
    "invalid_blocks_format": lambda office: office.post(blocks="{"),
    "invalid_metadata_format": lambda office: office.post(metadata={"event_type": "a"}),
    "metadata_too_large": lambda office: office.post(
        metadata={"event_type": "a", "event_payload": {"a": "x" * 20_000}}
    ),
    "thread_not_found": lambda office: office.post(thread_ts="1.000001"),
    "channel_not_found": lambda office: office.client.chat_postMessage(channel="C1", text="a"),
    "user_not_found": lambda office: office.client.users_info(user="U1"),
    "message_not_found": lambda office: office.client.chat_update(
        channel=office.general.id, ts="1.000001", text="a"
    ),
    "user_not_in_channel": lambda office: office.client.chat_postEphemeral(
        channel=office.general.id, user=office.team.add_person("Bob").id, text="a"
    ),
    "invalid_ts_oldest": lambda office: office.client.conversations_history(
        channel=office.general.id, oldest="yesterday"
    ),
    "unknown_method": lambda office: office.client.api_call("papers.find"),
    "invalid_arguments": lambda office: office.client.api_call("users.info"),
    "users_list_not_supplied": lambda office: office.client.api_call("conversations.open"),
}


@pytest.mark.parametrize("error", REFUSALS)
def test_refusals_carry_slacks_codes(office: Office, error: str) -> None:
    """One case for each code that the bot may meet."""
    assert error_of(lambda: REFUSALS[error](office)) == error


def test_refused_blocks_are_explained(office: Office) -> None:
    """The answer says what is wrong and where."""
    with pytest.raises(SlackApiError) as refused:
        office.post(blocks=[{"type": "header", "text": {"type": "plain_text", "text": "x" * 151}}])
    (message,) = refused.value.response["response_metadata"]["messages"]
    assert message == "[ERROR] must be less than 151 characters [json-pointer:/blocks/0/text/text]"


def test_channels_that_are_closed_to_the_bot(office: Office) -> None:
    """Not a member, archived, private: each has its code."""
    away = office.team.add_channel("away", bot_is_member=False)
    hidden = office.team.add_channel("hidden", bot_is_member=False, is_private=True)
    office.general.is_archived = True

    def posting_to(channel: Conversation) -> str:
        return error_of(lambda: office.client.chat_postMessage(channel=channel.id, text="a"))

    assert posting_to(away) == "not_in_channel"
    assert posting_to(hidden) == "channel_not_found"
    assert posting_to(office.general) == "is_archived"


def test_only_the_bots_own_messages_can_be_changed(office: Office) -> None:
    """Somebody else's are refused."""
    office.ada.says("mine", office.general)
    ts = office.team.messages(office.general)[0].ts
    change = error_of(lambda: office.client.chat_update(channel=office.general.id, ts=ts, text="a"))
    removal = error_of(lambda: office.client.chat_delete(channel=office.general.id, ts=ts))
    assert (change, removal) == ("cant_update_message", "cant_delete_message")
