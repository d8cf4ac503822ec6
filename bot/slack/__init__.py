"""The door to Slack: its requests, to commands and back. The only room that imports slack_bolt."""

from slack_bolt import App

from bot.slack.app import EVENTS_PATH, Entrance, make_app, socket_mode, under_way, web_app
from bot.slack.install import INSTALL_PATH, REDIRECT_PATH, Flow
from bot.slack.workspaces import ManyWorkspaces, OneWorkspace, Workspaces

__all__ = [
    "EVENTS_PATH",
    "INSTALL_PATH",
    "REDIRECT_PATH",
    "App",
    "Entrance",
    "Flow",
    "ManyWorkspaces",
    "OneWorkspace",
    "Workspaces",
    "make_app",
    "socket_mode",
    "under_way",
    "web_app",
]
