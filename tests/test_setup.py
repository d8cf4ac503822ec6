"""What a set-up in Slack begins with: the manifest as it is printed, its limits, and its scopes."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from bot.__main__ import main
from bot.scopes import ASKED, NEEDED, SCOPES, Scope
from bot.store.keys import Keys

ROOT = Path(__file__).parent.parent
MANIFEST: dict[str, Any] = json.loads((ROOT / "manifest.json").read_text(encoding="utf-8"))
README = (ROOT / "README.md").read_text(encoding="utf-8")
HOST = "https://papers.example.org"


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    """What `paperwire manifest` prints."""
    assert main(["manifest", *arguments]) == 0
    return json.loads(capsys.readouterr().out)


def test_the_manifest_keeps_to_slacks_limits() -> None:
    """Lengths and counts that Slack would refuse."""
    shown, features = MANIFEST["display_information"], MANIFEST["features"]
    assert len(shown["name"]) <= 35
    assert len(shown["description"]) <= 140
    assert re.fullmatch("#[0-9a-f]{6}", shown["background_color"])
    assert len(features["unfurl_domains"]) <= 5
    assert len(features["shortcuts"]) <= 10
    for shortcut in features["shortcuts"]:
        assert len(shortcut["name"]) <= 24
        assert len(shortcut["description"]) <= 150
    for command in features["slash_commands"]:
        assert len(command["command"]) <= 32
        assert len(command["description"]) <= 2000
        assert len(command["usage_hint"]) <= 1000


def test_the_manifest_asks_for_the_scopes_of_the_table() -> None:
    """All that are needed, and those optional ones that are asked for; no channel's history."""
    assert MANIFEST["oauth_config"]["scopes"] == {"bot": list(ASKED)}
    assert set(ASKED) >= NEEDED
    assert {"channels:history", "groups:history"}.isdisjoint(ASKED)


@pytest.mark.parametrize("scope", SCOPES, ids=lambda scope: scope.name)
def test_the_readme_says_what_a_scope_is_for(scope: Scope) -> None:
    """In the words of the doctor."""
    needed = "needed: " if scope.is_needed else ""
    brings = scope.brings.replace("the command /papers", "the command `/papers`")
    assert f"| `{scope.name}` | {needed}{brings} |" in README


def test_the_command_prints_the_manifest(capsys: pytest.CaptureFixture[str]) -> None:
    """The very one that is in the repository."""
    assert printed(capsys) == MANIFEST


def test_for_http_every_address_is_in_it(capsys: pytest.CaptureFixture[str]) -> None:
    """Commands, events, interactivity, suggestions, and the way back from an installation."""
    shown = printed(capsys, f"{HOST}/")
    to, settings = f"{HOST}/slack/events", shown["settings"]
    assert [command["url"] for command in shown["features"]["slash_commands"]] == [to]
    assert settings["event_subscriptions"]["request_url"] == to
    assert settings["interactivity"]["request_url"] == to
    assert settings["interactivity"]["message_menu_options_url"] == to
    assert settings["socket_mode_enabled"] is False
    assert shown["oauth_config"]["redirect_urls"] == [f"{HOST}/slack/oauth_redirect"]
    assert shown["oauth_config"]["scopes"] == MANIFEST["oauth_config"]["scopes"]


def test_for_an_enterprise_slack_tells_which_workspaces_leave(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Only apps that an enterprise may install hear of that."""
    settings = printed(capsys, HOST, "--enterprise")["settings"]
    events = settings["event_subscriptions"]["bot_events"]
    before = MANIFEST["settings"]["event_subscriptions"]["bot_events"]
    assert settings["org_deploy_enabled"] is True
    assert events == [*before, "team_access_revoked"]
    assert main(["manifest", "--enterprise"]) == 2


def test_an_optional_scope_is_left_out_with_what_needs_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Events, link domains, and the field to write to a bot that does not read; nothing else."""
    shown = printed(capsys, "--without", "im:history", "--without", "links:write")
    assert shown["features"]["app_home"] == {
        "home_tab_enabled": True,
        "messages_tab_enabled": True,
        "messages_tab_read_only_enabled": True,
    }
    assert "unfurl_domains" not in shown["features"]
    gone = {"im:history", "links:read", "links:write"}
    kept = [scope for scope in ASKED if scope not in gone]
    assert shown["oauth_config"] == {"scopes": {"bot": kept}}
    events = shown["settings"]["event_subscriptions"]["bot_events"]
    assert events == ["app_home_opened", "app_mention", "app_uninstalled", "tokens_revoked"]
    assert main(["manifest", "--without", "commands"]) == 2


@pytest.mark.parametrize("scope", [scope for scope in SCOPES if scope.event])
def test_no_event_stays_whose_scope_is_left_out(
    scope: Scope, capsys: pytest.CaptureFixture[str]
) -> None:
    """Slack takes no manifest with an event that needs a scope which is not there."""
    shown = printed(capsys, HOST, "--without", scope.name)
    before = MANIFEST["settings"]["event_subscriptions"]["bot_events"]
    events = shown["settings"]["event_subscriptions"]["bot_events"]
    assert [event for event in before if event not in events] == [scope.event]
    is_read_only = shown["features"]["app_home"]["messages_tab_read_only_enabled"]
    assert is_read_only is (scope.name == "im:history")


@pytest.mark.parametrize(
    "address",
    ["papers.example.org", "http://a.org", "https://", "https://[", "https://a.org?x=1"],
)
def test_an_address_that_slack_does_not_take(
    address: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Slack sends requests to https only."""
    assert main(["manifest", address]) == 2
    assert "write it like https://papers.example.org" in capsys.readouterr().err


def test_a_key_is_printed_that_seals(capsys: pytest.CaptureFixture[str]) -> None:
    """Another one every time, and nothing else beside it."""
    keys = []
    for _ in range(2):
        assert main(["new-key"]) == 0
        keys.append(capsys.readouterr().out.strip())
    assert keys[0] != keys[1]
    assert Keys(keys[0]).open(Keys(keys[0]).seal("xoxb-1")) == "xoxb-1"
