"""`paperwire manifest` and `paperwire new-key`: what a set-up in Slack begins with."""

import json
from collections.abc import Collection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click

import bot
from bot.scopes import LINKS, OPTIONAL, SCOPES
from bot.slack import EVENTS_PATH, REDIRECT_PATH
from bot.slack.install import WORKSPACE_OF_ENTERPRISE_LEAVING
from bot.store.keys import new_key as make_key

FILE = "manifest.json"


@click.command()
@click.argument("address", required=False)
@click.option("--enterprise", is_flag=True, help="for all workspaces of an enterprise at once")
@click.option(
    "--without",
    "left_out",
    metavar="SCOPE",
    type=click.Choice([scope.name for scope in OPTIONAL]),
    multiple=True,
    help="leaves out an optional scope and what needs it; may be repeated",
)
def manifest(address: str | None, enterprise: bool, left_out: tuple[str, ...]) -> None:
    """Print the app's manifest, to be pasted; for HTTP with your https ADDRESS in it."""
    if enterprise and address is None:
        raise click.UsageError("--enterprise needs the ADDRESS: it is for OAuth over HTTP.")
    shown = without(json.loads(_file().read_text(encoding="utf-8")), left_out)
    if address is not None:
        shown = over_http(shown, _checked(address))
    if enterprise:
        shown["settings"]["org_deploy_enabled"] = True
        events = shown["settings"]["event_subscriptions"]["bot_events"]
        events.append(WORKSPACE_OF_ENTERPRISE_LEAVING)
    click.echo(json.dumps(shown, indent=2, ensure_ascii=False))


@click.command()
def new_key() -> None:
    """Print a new key for PAPERWIRE_SECRET_KEY."""
    click.echo(make_key())


def without(known: dict[str, Any], left_out: Collection[str]) -> dict[str, Any]:
    """The manifest of an app that never asks for some scopes, nor offers what needs them."""
    gone = LINKS.union(left_out) if LINKS.intersection(left_out) else frozenset(left_out)
    events = {scope.event for scope in SCOPES if scope.name in gone}
    features, settings = dict(known["features"]), known["settings"]
    if gone & LINKS:
        del features["unfurl_domains"]
    if "im:history" in gone:
        # Else people write to the bot, and nobody answers.
        features["app_home"] = features["app_home"] | {"messages_tab_read_only_enabled": True}
    told = settings["event_subscriptions"]["bot_events"]
    asked = known["oauth_config"]["scopes"]["bot"]
    kept = [event for event in told if event not in events]
    return known | {
        "features": features,
        "oauth_config": {"scopes": {"bot": [scope for scope in asked if scope not in gone]}},
        "settings": settings | {"event_subscriptions": {"bot_events": kept}},
    }


def over_http(known: dict[str, Any], address: str) -> dict[str, Any]:
    """The manifest of an app that Slack reaches at an address, and that can be installed there."""
    to = {"request_url": f"{address}{EVENTS_PATH}"}
    features, settings = known["features"], known["settings"]
    commands = [{**each, "url": to["request_url"]} for each in features["slash_commands"]]
    asked = {**settings["interactivity"], **to, "message_menu_options_url": to["request_url"]}
    return known | {
        "features": features | {"slash_commands": commands},
        "oauth_config": known["oauth_config"] | {"redirect_urls": [f"{address}{REDIRECT_PATH}"]},
        "settings": settings
        | {
            "event_subscriptions": settings["event_subscriptions"] | to,
            "interactivity": asked,
            "socket_mode_enabled": False,
        },
    }


def _checked(address: str) -> str:
    try:
        parts = urlsplit(address)
        is_plain = not (parts.query or parts.fragment or parts.username)
        is_right = parts.scheme == "https" and bool(parts.hostname) and is_plain
    except ValueError:
        is_right = False
    if not is_right:
        raise click.BadParameter("write it like https://papers.example.org; Slack wants https.")
    return address.rstrip("/")


def _file() -> Path:
    """Inside the installed package, or at the root of a checkout."""
    packaged = Path(bot.__file__).parent / FILE
    return packaged if packaged.exists() else packaged.parent.parent / FILE
