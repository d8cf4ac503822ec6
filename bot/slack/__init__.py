"""The door to Slack: its requests, to commands and back. The only room that imports slack_bolt."""

from bot.slack.app import EVENTS_PATH, make_app, socket_mode, web_app

__all__ = ["EVENTS_PATH", "make_app", "socket_mode", "web_app"]
