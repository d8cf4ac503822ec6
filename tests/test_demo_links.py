"""Links in the local Slack: who hears of them, and what chat.unfurl takes."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from slack_sdk import WebClient

from bot.demo import Message
from tests.demo_lab import Lab, button, connected_lab, error_of

JSON = dict[str, Any]
URL = "https://arxiv.org/abs/1?a=1&b=2"
SHOWN = {"blocks": [{"type": "actions", "elements": [button("keep")]}]}


@pytest.fixture
def lab() -> Iterator[Lab]:
    with connected_lab() as lab:
        lab.slack.listens_for_links("arxiv.org")
        lab.team.grant("links:read", "links:write")
        yield lab


def heard(lab: Lab) -> list[JSON]:
    """The events about links that the bot was sent."""
    events = [body.get("event", {}) for body in lab.bot.bodies]
    return [event for event in events if event.get("type") == "link_shared"]


def posted(lab: Lab, text: str) -> Message:
    """What Ada has posted."""
    lab.ada.says(text, lab.general, wait=0)
    return lab.team.messages(lab.general)[-1]


def on_links(lab: Lab, act: Callable[[JSON], object]) -> None:
    lab.app.event("link_shared")(lambda event: act(event))
    lab.app.event("message")(lambda: None)


def test_links_are_kept_as_slack_writes_them(lab: Lab) -> None:
    """Between angle brackets and escaped; those that have them already stay as they are."""
    assert posted(lab, f"see {URL} now").text == "see <https://arxiv.org/abs/1?a=1&amp;b=2> now"
    assert posted(lab, "<https://x.org|https://x.org>").text == "<https://x.org|https://x.org>"
    assert posted(lab, "nothing <@U1> here").text == "nothing <@U1> here"


def test_the_app_hears_of_links_to_its_domains(lab: Lab) -> None:
    """Each once, as they were typed, with where they stand."""
    on_links(lab, lambda _: None)
    message = posted(lab, f"{URL} {URL} https://www.arxiv.org/x https://x.org/arxiv.org")
    (event,) = heard(lab)
    assert [link["url"] for link in event["links"]] == [URL, "https://www.arxiv.org/x"]
    assert {link["domain"] for link in event["links"]} == {"arxiv.org"}
    assert (event["channel"], event["message_ts"]) == (lab.general.id, message.ts)
    assert event["source"] == "conversations_history"
    posted(lab, "https://evil-arxiv.org/abs/1")
    assert len(heard(lab)) == 1


def test_nobody_hears_of_links_without_scope_domain_or_membership(lab: Lab) -> None:
    """Any one of the three is enough to hear nothing."""
    apart = lab.team.add_channel("apart", members=[lab.ada], bot_is_member=False)
    lab.ada.says(URL, apart, wait=0)
    lab.slack.listens_for_links()
    posted(lab, URL)
    lab.slack.listens_for_links("arxiv.org")
    other = lab.slack.add_workspace("Other")
    lab.slack.connect(other, lab.url)
    eve = other.add_person("Eve")
    eve.says(URL, other.add_channel("general", members=[eve]), wait=0)
    assert other.previews(eve, URL) == {}
    assert heard(lab) == []


@pytest.mark.parametrize("by_id", [True, False])
def test_what_is_shown_under_a_link_can_be_pressed(lab: Lab, by_id: bool) -> None:
    """The press says that it was there; a second unfurl takes the place of the first."""
    message = posted(lab, URL)
    where = {"channel": lab.general.id, "ts": message.ts}
    if by_id:
        where = {"unfurl_id": f"{lab.general.id}.{message.ts}", "source": "conversations_history"}
    for _ in range(2):
        lab.bot.client.api_call("chat.unfurl", json=where | {"unfurls": {URL: SHOWN}})
    message = lab.team.messages(lab.general)[-1]
    (shown,) = message.attachments
    assert shown["from_url"] == URL
    lab.app.action("keep")(lambda ack: ack())
    lab.ada.presses(message, "keep", wait=0)
    body = lab.bot.bodies[-1]
    assert body["container"]["type"] == "message_attachment"
    assert body["container"]["attachment_id"] == shown["id"]
    assert body["is_app_unfurl"] is True


def test_a_message_that_is_being_written_has_previews(lab: Lab) -> None:
    """The app gets an id for it instead of a place."""

    def shows(event: JSON) -> None:
        where = {"unfurl_id": event["unfurl_id"], "source": event["source"]}
        lab.bot.client.api_call("chat.unfurl", json=where | {"unfurls": {URL: SHOWN}})

    on_links(lab, shows)
    assert lab.team.previews(lab.ada, URL)[URL]["blocks"]
    assert heard(lab)[-1]["source"] == "composer"
    assert lab.team.messages(lab.general) == []


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"unfurls": {}}, "missing_unfurls"),
        ({"unfurls": "{"}, "invalid_unfurls_format"),
        ({"unfurls": ["x"]}, "invalid_unfurls_format"),
        ({"unfurls": {"https://arxiv.org/other": SHOWN}}, "cannot_unfurl_url"),
        ({"unfurls": {URL: SHOWN}, "channel": "C9"}, "cannot_find_channel"),
        ({"unfurls": {URL: SHOWN}, "ts": "1.0"}, "cannot_find_message"),
        ({"unfurls": {URL: SHOWN}, "unfurl_id": "x", "source": "y"}, "invalid_source"),
        ({"unfurls": {URL: {"blocks": [{"type": "nonsense"}]}}}, "invalid_blocks"),
        ({"unfurls": {URL: SHOWN}, "source": "composer"}, "invalid_arguments"),
    ],
)
def test_an_unfurl_that_slack_would_refuse_is_refused(
    lab: Lab, arguments: JSON, error: str
) -> None:
    """With Slack's error, and nothing is shown."""
    message = posted(lab, URL)
    told = {"channel": lab.general.id, "ts": message.ts} | arguments
    assert error_of(lambda: lab.bot.client.api_call("chat.unfurl", json=told)) == error
    assert lab.team.messages(lab.general)[-1].attachments == ()


def test_unfurling_needs_its_scope(lab: Lab) -> None:
    """To hear of a link is not yet to be allowed to show something under it."""
    other = lab.slack.add_workspace("Other", scopes=("chat:write", "links:read"))
    general = other.add_channel("general")
    client = WebClient(other.bot_token, lab.slack.url, retry_handlers=[])
    told = {"channel": general.id, "ts": "1.0", "unfurls": {URL: SHOWN}}
    assert error_of(lambda: client.api_call("chat.unfurl", json=told)) == "missing_scope"
