"""What the app's manifest declares: its commands, shortcuts, events and scopes."""

import json
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

NAME = "manifest.json"
PACKAGE = Path(__file__).resolve().parent.parent


class NoManifest(Exception):
    """The manifest is missing, or is not one."""


class _Part(BaseModel):
    # Slack's manifests hold much that a stand-in has no use for.
    model_config = ConfigDict(frozen=True, extra="ignore")


class SlashCommand(_Part):
    """One slash command, as Slack's completion shows it."""

    command: str
    description: str = ""
    usage_hint: str = ""


class Shortcut(_Part):
    """One shortcut: in the menu of a message, or for everywhere."""

    name: str
    type: Literal["message", "global"]
    callback_id: str
    description: str = ""


class Manifest(_Part):
    """The parts of a manifest that people notice."""

    commands: tuple[SlashCommand, ...] = ()
    shortcuts: tuple[Shortcut, ...] = ()
    has_home: bool = False
    link_domains: tuple[str, ...] = ()
    scopes: tuple[str, ...] = ()
    events: tuple[str, ...] = ()


def read_manifest(path: Path | None = None) -> Manifest:
    """The manifest of that file, or Paperwire's own; raises `NoManifest`."""
    path = path or _own()
    try:
        return manifest_of(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, ValidationError, AttributeError) as error:
        raise NoManifest(f"{path.name} cannot be read: {error}") from None


def manifest_of(given: dict[str, Any]) -> Manifest:
    """The parts of a manifest as Slack takes it."""
    features, settings = given.get("features", {}), given.get("settings", {})
    return Manifest(
        commands=features.get("slash_commands", ()),
        shortcuts=features.get("shortcuts", ()),
        has_home=features.get("app_home", {}).get("home_tab_enabled", False),
        link_domains=features.get("unfurl_domains", ()),
        scopes=given.get("oauth_config", {}).get("scopes", {}).get("bot", ()),
        events=settings.get("event_subscriptions", {}).get("bot_events", ()),
    )


def _own() -> Path:
    """Inside the installed package, or at the root of a checkout."""
    places = (PACKAGE / NAME, PACKAGE.parent / NAME)
    return next((path for path in places if path.exists()), places[0])
