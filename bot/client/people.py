"""Who is who: the bot itself, and the people of a workspace."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from zoneinfo import available_timezones

from slack_sdk import WebClient

from bot.client.refusals import call
from bot.models import Person, Subscriber


@dataclass(frozen=True, slots=True)
class Identity:
    """Who a token is: the workspace, the bot's user and its name, and the scopes granted to it."""

    workspace: str
    workspace_name: str
    user: str
    scopes: frozenset[str]
    name: str = ""


def identity(client: WebClient) -> Identity:
    """Asks Slack who the client's token is."""
    answer, headers = call(client, "auth.test", {})
    scopes = next((v for k, v in headers.items() if k.lower() == "x-oauth-scopes"), "")
    return Identity(
        workspace=answer["team_id"],
        workspace_name=answer.get("team", ""),
        user=answer["user_id"],
        scopes=frozenset(filter(None, scopes.replace(" ", "").split(","))),
        name=answer.get("user", ""),
    )


def person(client: WebClient, who: Subscriber, now: datetime) -> Person:
    """Asks Slack for somebody's name and time zone (UTC where Slack has none, or one unknown)."""
    # Slack reads JSON only where something is written.
    answer, _ = call(client, "users.info", {"user": who.id}, verb="GET")
    known = answer["user"]
    name = known.get("profile", {}).get("display_name") or known.get("name") or who.id
    zone = str(known.get("tz") or "UTC")
    # Somebody of another organisation, in a channel that is shared with it, looks after that one.
    teams = (known.get("team_id"), *(known.get("enterprise_user") or {}).get("teams", ()))
    is_admin = who.workspace in teams and bool(known.get("is_admin") or known.get("is_owner"))
    return Person(who.workspace, who.id, name, zone if zone in _zones() else "UTC", now, is_admin)


@cache
def _zones() -> frozenset[str]:
    # Reading them from the disk takes 18 ms.
    return frozenset(available_timezones())
