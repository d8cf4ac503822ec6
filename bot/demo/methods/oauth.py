"""oauth.*: a code or what renews a token, exchanged for a token."""

from typing import Any

from bot.demo.calls import Call
from bot.demo.grants import CODE_SECONDS, Agreement
from bot.demo.methods.table import Method
from bot.demo.refusals import Refused
from bot.demo.world import Token, Workspace

JSON = dict[str, Any]


def access(call: Call) -> JSON:
    """A new token for the app that shows its credentials."""
    grants = call.world.grants
    if call.text("client_id") != grants.client_id:
        raise Refused("invalid_client_id")
    if call.text("client_secret") != grants.client_secret:
        raise Refused("bad_client_secret")
    if call.text("grant_type") == "refresh_token":
        return _renewed(call)
    agreement = grants.codes.pop(call.text("code"), None)
    if agreement is None:
        raise Refused("invalid_code")
    if call.now - agreement.made > CODE_SECONDS:
        raise Refused("code_expired")
    if agreement.redirect_uri != call.text("redirect_uri"):
        raise Refused("bad_redirect_uri")
    return _installed(call, agreement)


def _installed(call: Call, agreement: Agreement) -> JSON:
    world, place = call.world, agreement.place
    is_all = place not in world.workspaces
    teams = [t for t in world.workspaces.values() if place in (t.id, t.enterprise_id)]
    token = world.new_token(place, agreement.scopes)
    for team in teams:
        team.bot_token, team.is_org_wide = token.value, is_all
    return _told(call, token) | {
        "app_id": world.app_id,
        "authed_user": {"id": agreement.user_id},
        "enterprise": _enterprise(teams[0]),
        "team": None if is_all else {"id": teams[0].id, "name": teams[0].name},
        "is_enterprise_install": is_all,
        "bot_user_id": teams[0].bot.id,
    }


def _enterprise(team: Workspace) -> JSON | None:
    return {"id": team.enterprise_id, "name": "Enterprise"} if team.enterprise_id else None


def _renewed(call: Call) -> JSON:
    """What renews a token is good for once; the old token lives until its end."""
    old = call.world.grants.renewers.pop(call.text("refresh_token"), "")
    known = call.world.tokens.get(old)
    if known is None or known.refusal:
        raise Refused("invalid_refresh_token")
    token = call.world.new_token(known.team_id, known.scopes)
    for team in call.world.workspaces.values():
        if team.bot_token == old:
            team.bot_token = token.value
    return _told(call, token)


def _told(call: Call, token: Token) -> JSON:
    told: JSON = {
        "access_token": token.value,
        "token_type": "bot",
        "scope": ",".join(sorted(token.scopes)),
    }
    if token.ends is None:
        return told
    renewer = f"xoxe-1-{call.world.count('renewer')}-{token.value[-24:]}{'r' * 100}"
    call.world.grants.renewers[renewer] = token.value
    return told | {"refresh_token": renewer, "expires_in": call.world.grants.token_seconds}


OAUTH = (Method("oauth.v2.access", access, per_minute=1_000, caller="anybody"),)
