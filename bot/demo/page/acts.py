"""What people do on the page, carried out by the local Slack as their own acts.

An act names people, messages, views and controls by ids, which are looked up anew; what is not
there any more is answered with a sentence.
"""

import html
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field

from bot.demo.controls import Choice, Control, NoSuchChoice
from bot.demo.messages import Message
from bot.demo.modals import NotFilled
from bot.demo.page.session import Session
from bot.demo.person import Person
from bot.demo.seen import Seen
from bot.demo.views import View
from bot.demo.world import SLACKBOT, Conversation

JSON = dict[str, Any]
Value = str | list[str] | None
GONE = "That is gone: the screen has changed since."
MOST_TYPED = 4_000


class Act(BaseModel):
    """One act, as the page sends it; which fields count depends on its kind."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["say", "press", "suggest", "submit", "close", "home", "shortcut", "clock"]
    person: str
    place: str = ""
    thread: str = ""
    ts: str = ""
    view: str = ""
    block: str = ""
    action: str = ""
    choice: Value = None
    values: dict[str, dict[str, Value]] = Field(default_factory=dict)
    text: str = Field(default="", max_length=MOST_TYPED)


def carry_out(session: Session, act: Act) -> JSON:
    """Does it. The answer may hold `told` (a sentence), `errors` (by block) or `options`."""
    person = session.person(act.person)
    try:
        return ACTS[act.kind](session, person, act)
    except NotFilled as refusal:
        return {"errors": {refusal.block_id: refusal.wrong}}
    except NoSuchChoice:
        return {"told": GONE}
    except ValueError as error:
        return {"told": str(error)}


def _say(session: Session, person: Person, act: Act) -> JSON:
    place = session.place(person, act.place)
    line = act.text.strip()
    if not line:
        return {}
    if line.startswith("/"):
        return _command(session, person, place, line, in_thread=bool(act.thread))
    thread = _message(person, place, act.thread) if act.thread else None
    return _after(person.says(_as_slack_writes(session, line), place, thread, wait=0))


def _command(
    session: Session, person: Person, place: Conversation, line: str, *, in_thread: bool
) -> JSON:
    name = line.split()[0]
    if in_thread:
        return {"told": f"{name} does not work in a thread, in Slack either."}
    if name == "/invite":
        return _invite(session, person, place, line.removeprefix(name).strip())
    if name not in {command.command for command in session.manifest.commands}:
        return {"told": f"{name} is not a command here."}
    return _after(person.types(line, place, wait=0))


def _invite(session: Session, person: Person, place: Conversation, whom: str) -> JSON:
    bot, world = session.team.bot, session.slack.world
    if whom.lower() != f"@{bot.real_name.lower()}":
        return {"told": f"Here you can invite @{bot.real_name}."}
    if place.kind == "im" or bot.id in place.members:
        return {"told": f"{bot.real_name} is here already."}
    with world.changed:
        place.members.add(bot.id)
        text = f"<@{person.id}> added <@{bot.id}> to <#{place.id}>."
        ts = place.next_ts(world.clock())
        world.put(session.team.state, Message(place.id, ts, SLACKBOT, text, via="slackbot"))
    if "member_joined_channel" in session.manifest.events:
        joined = {"type": "member_joined_channel", "user": bot.id, "channel": place.id}
        session.team.announces(joined | {"team": session.team.id, "inviter": person.id})
    return {}


def _as_slack_writes(session: Session, line: str) -> str:
    """What was typed as messages carry it: escaped, with mentions marked."""
    text = html.escape(line, quote=False)
    for user in session.team.state.users.values():
        text = re.sub(rf"@{re.escape(user.real_name)}\b", f"<@{user.id}>", text, flags=re.I)
    for channel in session.team.channels:
        mark = f"<#{channel.id}|{channel.name}>"
        text = re.sub(rf"(?<!\S)#{re.escape(channel.name)}\b", mark, text)
    return text


def _press(session: Session, person: Person, act: Act) -> JSON:
    target: Message | View
    if act.view:
        target = _view(person, act.view)
        target = person.fills(target, _typed(person, target, act.values)) if act.values else target
    else:
        target = _message(person, session.place(person, act.place), act.ts)
    index = _index(target.controls, act.block, act.action)
    choice = _choice(person, target.controls[index], act.choice)
    return _after(person.presses(target, index, choice, wait=0))


def _suggest(_session: Session, person: Person, act: Act) -> JSON:
    view = _view(person, act.view)
    index = _index(view.controls, act.block, act.action)
    options = person.looks_up(view, index, act.text)
    shown = [{"value": o["value"], "text": str(o["text"]["text"])} for o in options]
    return {"options": shown}


def _submit(_session: Session, person: Person, act: Act) -> JSON:
    view = _view(person, act.view)
    return _after(person.submits(view, _typed(person, view, act.values), wait=0))


def _close(_session: Session, person: Person, act: Act) -> JSON:
    return _after(person.closes(_view(person, act.view), wait=0))


def _home(session: Session, person: Person, act: Act) -> JSON:
    if "app_home_opened" not in session.manifest.events:
        return {}
    return _after(person.opens_home(act.text or "home", wait=0))


def _shortcut(session: Session, person: Person, act: Act) -> JSON:
    message = _message(person, session.place(person, act.place), act.ts) if act.ts else None
    return _after(person.uses_shortcut(act.action, message, wait=0))


def _clock(session: Session, person: Person, act: Act) -> JSON:
    """`text` is "tomorrow", "week", or a local time in ISO 8601."""
    zone = ZoneInfo(person.user.tz)
    now = datetime.fromtimestamp(session.now, zone)
    if act.text == "tomorrow":
        moment = (now + timedelta(days=1)).replace(hour=9, minute=0, second=0, microsecond=0)
    elif act.text == "week":
        moment = now + timedelta(days=7)
    else:
        moment = _moment(act.text, zone)
    if moment <= now:
        raise ValueError("The clock only goes forward.")
    if moment > now + timedelta(days=366):
        raise ValueError("That is too far: a year at most.")
    session.move_to(moment)
    session.touch()
    return {"told": f"It is {moment:%A} {moment.day} {moment:%B, %H:%M} for {person.name}."}


def _moment(text: str, zone: ZoneInfo) -> datetime:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=zone)
    except ValueError:
        raise ValueError("That is no time.") from None


def _after(seen: Seen) -> JSON:
    """What the page is to say of an act: errors under fields, or that the bot did not answer."""
    if "" in seen.errors:
        return {"told": seen.errors[""]}
    return {"errors": dict(seen.errors)} if seen.errors else {}


def _message(person: Person, place: Conversation, ts: str) -> Message:
    for message in person.sees(place):
        if message.ts == ts:
            return message
    raise NoSuchChoice(f"no message {ts}")


def _view(person: Person, view_id: str) -> View:
    for view in (person.modal, person.home):
        if view is not None and view.id == view_id:
            return view
    raise NoSuchChoice(f"no view {view_id}")


def _index(controls: list[Control], block: str, action: str) -> int:
    """Which control it is: several may have the same action id, in blocks of their own."""
    for index, control in enumerate(controls):
        if (control.block_id, control.action_id) == (block, action):
            return index
    raise NoSuchChoice(f"no control {block}/{action}")


def _typed(
    person: Person, view: View, values: dict[str, dict[str, Value]]
) -> dict[str, dict[str, Choice]]:
    """What is in the fields of a view; those that are not there any more are left out."""
    known = {(c.block_id, c.action_id): c for c in view.controls if c.holds}
    return {
        block: {
            action: _choice(person, known[block, action], value)
            for action, value in actions.items()
            if (block, action) in known
        }
        for block, actions in values.items()
    }


def _choice(person: Person, control: Control, value: Value) -> Choice:
    """A choice as the local Slack takes it: a moment is sent as seconds since 1970."""
    if control.type == "datetimepicker" and isinstance(value, str) and value:
        return str(int(_moment(value, ZoneInfo(person.user.tz)).timestamp()))
    return value


ACTS: dict[str, Callable[[Session, Person, Act], JSON]] = {
    "say": _say,
    "press": _press,
    "suggest": _suggest,
    "submit": _submit,
    "close": _close,
    "home": _home,
    "shortcut": _shortcut,
    "clock": _clock,
}
