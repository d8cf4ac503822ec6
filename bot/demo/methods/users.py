"""auth.*, users.*, team.* and apps.*: who is who, and how the app is connected."""

from typing import Any

from bot.demo.calls import Call
from bot.demo.methods.table import Method
from bot.demo.refusals import Refused
from bot.demo.world import User

JSON = dict[str, Any]


def auth_test(call: Call) -> JSON:
    """Whom the token belongs to."""
    team = call.team
    return {
        "url": f"https://{team.domain}.slack.com/",
        "team": team.name,
        "team_id": call.token.team_id,
        "user": team.bot.name,
        "user_id": team.bot.id,
        "bot_id": team.bot_id,
        "is_enterprise_install": call.token.team_id != team.id,
    } | ({"enterprise_id": team.enterprise_id} if team.enterprise_id else {})


def users_info(call: Call) -> JSON:
    """One member, with their time zone."""
    return {"user": _described(call, call.user())}


def users_list(call: Call) -> JSON:
    """Every member."""
    everybody = [_described(call, user) for user in call.team.users.values()]
    return {"members": everybody, "response_metadata": {"next_cursor": ""}}


def team_info(call: Call) -> JSON:
    """The workspace."""
    team = call.team
    told: JSON = {"id": team.id, "name": team.name, "domain": team.domain}
    if team.enterprise_id:
        told |= {"enterprise_id": team.enterprise_id}
    return {"team": told}


def connections_open(call: Call) -> JSON:
    """Where a Socket Mode client connects; refused while no socket server runs."""
    if not call.world.socket_url:
        raise Refused("internal_error")
    return {"url": f"{call.world.socket_url}?ticket={call.world.count('ticket')}"}


def _described(call: Call, user: User) -> JSON:
    return {
        "id": user.id,
        "team_id": user.team_id or call.team.id,
        "is_stranger": False,
        "name": user.name,
        "real_name": user.real_name,
        "deleted": user.deleted,
        "is_bot": user.is_bot,
        "is_admin": user.is_admin,
        "is_owner": False,
        "is_restricted": False,
        "is_app_user": False,
        "tz": user.tz,
        "tz_label": user.tz,
        "tz_offset": user.offset(call.now),
        "profile": {"real_name": user.real_name, "display_name": user.name},
    }


USERS = (
    Method("auth.test", auth_test, per_minute=1_000),
    Method("users.info", users_info, ("users:read",)),
    Method("users.list", users_list, ("users:read",), per_minute=20),
    Method("team.info", team_info, ("team:read",), per_minute=50),
    Method("apps.connections.open", connections_open, ("connections:write",), 100, "app"),
)
