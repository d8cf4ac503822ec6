"""Slack's page on which somebody agrees to an installation, and where it sends the browser then."""

import html
from collections.abc import Mapping
from urllib.parse import urlencode

from bot.demo.grants import Agreement
from bot.demo.refusals import Refused
from bot.demo.world import Workspace, World

Query = Mapping[str, str]
AUTHORIZE_PATH = "/oauth/v2/authorize"


def page(world: World, query: Query) -> str:
    """Asks where to install the app, which the address describes. Raises `Refused`."""
    _check(world, query)
    kept = {name: query.get(name, "") for name in ("client_id", "scope", "state", "redirect_uri")}
    hidden = "".join(_field(name, value) for name, value in kept.items())
    teams = world.workspaces.values()
    places = {team.id: team.name for team in teams}
    places |= {team.enterprise_id: "all of it" for team in teams if team.enterprise_id}
    options = "".join(
        f"<option value='{html.escape(place)}'>{html.escape(name)}</option>"
        for place, name in places.items()
    )
    return (
        "<!doctype html><title>Install</title><h1>Paperwire asks to be installed</h1>"
        f"<p>{html.escape(kept['scope'].replace(',', ', '))}</p>"
        f"<form method='post' action='{AUTHORIZE_PATH}'>{hidden}"
        f"<select name='place'>{options}</select>"
        "<button name='agrees' value='yes'>Allow</button>"
        "<button name='agrees' value='no'>Cancel</button></form>"
    )


def decide(world: World, form: Query) -> str:
    """The address that the browser is sent to. Raises `Refused`."""
    _check(world, form)
    to = form.get("redirect_uri") or world.grants.redirect_url
    told = {"state": form.get("state", "")}
    if form.get("agrees") != "yes":
        return f"{to}?{urlencode({'error': 'access_denied'} | told)}"
    place = form.get("place", "")
    people = (u for u in _team_at(world, place).users.values() if not u.is_bot)
    code = f"{world.count('code')}.{place}.{world.count('code'):024x}"
    world.grants.codes[code] = Agreement(
        place=place,
        user_id=form.get("user") or next((u.id for u in people), "U0000000000"),
        scopes=frozenset(filter(None, form.get("scope", "").split(","))),
        redirect_uri=form.get("redirect_uri", ""),
        made=world.clock(),
    )
    return f"{to}?{urlencode({'code': code} | told)}"


def _check(world: World, query: Query) -> None:
    if query.get("client_id") != world.grants.client_id:
        raise Refused("invalid_client_id")
    if not query.get("scope"):
        raise Refused("invalid_scope")
    if not (query.get("redirect_uri") or world.grants.redirect_url):
        raise Refused("bad_redirect_uri")


def _team_at(world: World, place: str) -> Workspace:
    """The workspace, or the first of the enterprise."""
    for team in world.workspaces.values():
        if place in (team.id, team.enterprise_id):
            return team
    raise Refused("invalid_team_for_non_distributed_app")


def _field(name: str, value: str) -> str:
    return f"<input type='hidden' name='{name}' value='{html.escape(value)}'>"
