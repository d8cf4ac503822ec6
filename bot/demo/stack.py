"""What a person has open: up to three modals on top of each other, and a Home tab."""

from typing import Any

from bot.demo.limits import refuse_view
from bot.demo.refusals import Refused
from bot.demo.views import MOST_VIEWS, View
from bot.demo.world import Workspace, World

JSON = dict[str, Any]


def open_modal(world: World, team: Workspace, user_id: str, given: JSON) -> View:
    """Opens the first modal of a stack, in place of whatever stack the person had open."""
    _refuse(team, given, None)
    return _push(world, team, user_id, [], given)


def push_modal(world: World, team: Workspace, user_id: str, given: JSON) -> View:
    """Puts a modal on top of the one that the person sees."""
    stack = team.modals.get(user_id, [])
    if not stack:
        raise Refused("not_found")
    if len(stack) >= MOST_VIEWS:
        raise Refused("push_limit_reached")
    _refuse(team, given, None)
    return _push(world, team, user_id, stack, given)


def update_view(world: World, team: Workspace, view: View, given: JSON) -> View:
    """Gives an open view other content; what was typed stays where the element is the same."""
    _refuse(team, given, view)
    updated = view.with_content(given, new_hash(world))
    keep_view(team, updated)
    world.record_view(updated)
    return updated


def publish_home(world: World, team: Workspace, user_id: str, given: JSON) -> View:
    """Gives a person's Home tab its content."""
    refuse_view(given, kind="home")
    before = team.homes.get(user_id)
    blank = View(world.new_id("V"), "", team.id, user_id, {"type": "home", "blocks": []})
    home = (before or blank).with_content(given, new_hash(world))
    team.homes[user_id] = home
    world.record_view(home)
    return home


def close_modal(world: World, team: Workspace, view: View) -> None:
    """Takes one modal away, and those on top of it; the one below is seen again.

    The whole stack goes if the view has `clear_on_close`.
    """
    stack = team.modals[view.user_id]
    kept = 0 if view.given.get("clear_on_close") else [v.id for v in stack].index(view.id)
    team.modals[view.user_id] = stack[:kept]
    world.record_view(view)


def clear_modals(world: World, team: Workspace, view: View) -> None:
    """Closes the whole stack that a modal is in."""
    team.modals[view.user_id] = []
    world.record_view(view)


def keep_view(team: Workspace, view: View) -> None:
    """Puts a new state of an open view where the old one was; typing is no news to anybody."""
    if view.type == "home":
        team.homes[view.user_id] = view
    else:
        stack = team.modals[view.user_id]
        team.modals[view.user_id] = [view if v.id == view.id else v for v in stack]


def find_view(team: Workspace, view_id: str, external_id: str) -> View:
    """An open view by its id or the app's own; refuses with not_found."""
    for view in team.views():
        if view.id == view_id or (external_id and view.given.get("external_id") == external_id):
            return view
    raise Refused("not_found")


def new_hash(world: World) -> str:
    """A hash as Slack writes them: when, and something that changes at every update."""
    return f"{int(world.clock())}.{world.count('hash'):08x}"


def _refuse(team: Workspace, given: JSON, itself: View | None) -> None:
    refuse_view(given, kind=itself.type if itself else "modal")
    external_id = given.get("external_id")
    taken = (v for v in team.views() if v.given.get("external_id") == external_id)
    if external_id and any(itself is None or v.id != itself.id for v in taken):
        raise Refused("duplicate_external_id")


def _push(world: World, team: Workspace, user_id: str, below: list[View], given: JSON) -> View:
    view_id = world.new_id("V")
    view = View(
        id=view_id,
        hash="",
        team_id=team.id,
        user_id=user_id,
        given=given,
        root_id=below[0].id if below else view_id,
        previous_id=below[-1].id if below else None,
    ).with_content(given, new_hash(world))
    team.modals[user_id] = [*below, view]
    world.record_view(view)
    return view
