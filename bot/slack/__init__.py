"""The door to Slack: its requests, to commands and back. The only room that imports slack_bolt."""

from bot.slack.app import EVENTS_PATH, Entrance, make_app, socket_mode, web_app
from bot.slack.install import INSTALL_PATH, REDIRECT_PATH, Flow
from bot.slack.workspaces import ManyWorkspaces, OneWorkspace, Workspaces

__all__ = [
    "EVENTS_PATH",
    "INSTALL_PATH",
    "REDIRECT_PATH",
    "Entrance",
    "Flow",
    "ManyWorkspaces",
    "OneWorkspace",
    "Workspaces",
    "make_app",
    "socket_mode",
    "web_app",
]
