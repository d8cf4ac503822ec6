"""What one person has on the screen: the conversations, one of them, its thread, Home, a modal."""

from dataclasses import dataclass
from typing import Any

from bot.demo.manifest import Manifest
from bot.demo.messages import Message
from bot.demo.page.markup import Html, join, tag
from bot.demo.page.messages import Frame, day_line, message_html
from bot.demo.page.reader import Reader
from bot.demo.page.session import Session
from bot.demo.page.views import home_html, modal_html
from bot.demo.person import Person
from bot.demo.world import Conversation

JSON = dict[str, Any]
Items = list[tuple[str, str]]
MOST_MESSAGES = 200
SUGGESTIONS = {
    "im": (
        ("/papers speech translation", "finds papers"),
        ("/papers interests add vector search", "follows what you work on"),
        ("/papers subscribe weekdays 09:00", "brings a digest every working day"),
    ),
    "channel": (
        ("/papers watermark", "finds papers; only you see the answer until you share it"),
        ("/papers help", "lists every command"),
    ),
}


@dataclass(frozen=True, slots=True)
class Look:
    """Where somebody looks: a conversation, a thread in it, and whether they just came there."""

    person: str = ""
    place: str = ""
    thread: str = ""
    tab: str = "messages"
    arrives: bool = False


def screen(session: Session, look: Look) -> JSON:
    """Everything on the screen, in pieces of HTML; lists are of keys and HTML."""
    with session.slack.world.changed:
        person = session.person(look.person)
        place = session.place(person, look.place)
        reader = Reader.of(person.team, person.id, session.now)
        is_home = place.kind == "im" and look.tab == "home" and session.manifest.has_home
        fresh = "" if is_home else session.reads(person, place, arrives=look.arrives)
        modal = person.modal
        return {
            "version": session.version,
            "person": person.id,
            "place": place.id,
            "tab": "home" if is_home else "messages",
            "thread": look.thread if look.thread in place.messages else "",
            "fresh": fresh,
            "bot": person.team.bot.name,
            "clock": f"{reader.local(session.now):%a %d %b, %H:%M}",
            "local": f"{reader.local(session.now + 3_600):%Y-%m-%dT%H:%M}",
            "people": _people(session, person),
            "sidebar": _sidebar(session, person, place),
            "head": _head(session.manifest, person, place, is_home),
            "write": f"Message {_name(person, place)}, or type /",
            "notice": _notice(person, place),
            "messages": _messages(session, person, place, reader),
            "replies": _replies(session, person, place, look.thread, reader),
            "home": home_html(person, reader) if is_home else "",
            "modal": modal_html(modal, person, reader) if modal else None,
        }


def _name(person: Person, place: Conversation) -> str:
    return person.team.bot.real_name if place.kind == "im" else f"#{place.name}"


def _people(session: Session, person: Person) -> Html:
    def shown(other: Person) -> Html:
        is_you = other.id == person.id
        places = () if is_you else session.places(other)
        count = sum(len(session.unread(other, place)) for place in places)
        city = other.user.tz.rpartition("/")[2].replace("_", " ")
        words = join(tag("b", other.name.split()[0]), tag("small", f" {city}"), _badge(count))
        return tag(
            "button",
            words,
            type="button",
            data_person=other.id,
            aria_label=f"{other.name}, {city}{_unread(count)}",
            aria_pressed=str(is_you).lower(),
        )

    return join(*(shown(other) for other in session.people()))


def _sidebar(session: Session, person: Person, current: Conversation) -> Html:
    def shown(place: Conversation) -> Html:
        count = 0 if place.id == current.id else len(session.unread(person, place))
        name = person.team.bot.real_name if place.kind == "im" else place.name
        button = tag(
            "button",
            tag("span", "" if place.kind == "im" else "#", class_="sign " + place.kind),
            tag("span", name, class_="name"),
            tag("small", "app", class_="app") if place.kind == "im" else "",
            _badge(count),
            type="button",
            data_place=place.id,
            aria_label=name + _unread(count),
            aria_current="page" if place.id == current.id else None,
            class_="unread" if count else None,
        )
        return tag("li", button)

    places = session.places(person)
    channels = [shown(place) for place in places if place.kind != "im"]
    direct = [shown(place) for place in places if place.kind == "im"]
    title = tag("h2", "Direct messages")
    return join(tag("h2", "Channels"), tag("ul", *channels), title, tag("ul", *direct))


def _badge(count: int) -> Html:
    return tag("span", str(count), class_="badge") if count else Html("")


def _unread(count: int) -> str:
    return f", {count} unread" if count else ""


def _head(manifest: Manifest, person: Person, place: Conversation, is_home: bool) -> Html:
    title = tag("h1", _name(person, place))
    if place.kind == "im":
        tabs = ("home", "messages") if manifest.has_home else ()
        buttons = (
            tag(
                "button",
                name.title(),
                type="button",
                role="tab",
                data_tab=name,
                aria_selected=str(is_home == (name == "home")).lower(),
            )
            for name in tabs
        )
        return join(title, tag("span", *buttons, role="tablist") if tabs else "")
    users = person.team.users
    names = [users[one].real_name for one in sorted(place.members) if one in users]
    return join(title, tag("small", ", ".join(names)))


def _notice(person: Person, place: Conversation) -> Html:
    """That the bot is not here, and what to do about it."""
    bot = person.team.bot
    if bot.id in place.members:
        return Html("")
    line = f"/invite @{bot.real_name}"
    button = tag("button", line, type="button", class_="say", data_say=line)
    return join(f"{bot.real_name} is not in this channel, so it cannot post here. ", button)


def _messages(session: Session, person: Person, place: Conversation, reader: Reader) -> Items:
    seen = person.sees(place)
    top = [m for m in seen if m.thread_ts in (None, m.ts)][-MOST_MESSAGES:]
    if not top:
        return [("empty", _empty(person, place))]
    fresh = session.fresh.get((person.id, place.id), "")
    answers = [m for m in seen if m.thread_ts and m.thread_ts != m.ts]
    items: Items = []
    before: Message | None = None
    for message in top:
        day = reader.day(float(message.ts))
        if before is None or reader.day(float(before.ts)) != day:
            items.append((f"day {day}", day_line(day)))
            before = None
        if message.ts == fresh:
            items.append(("fresh", tag("p", "New", class_="fresh", role="separator")))
            before = None
        replies = sum(answer.thread_ts == message.ts for answer in answers)
        frame = Frame(person, reader, session.manifest, before, replies)
        items.append((message.ts, message_html(message, frame)))
        before = message
    return items


def _replies(
    session: Session, person: Person, place: Conversation, thread: str, reader: Reader
) -> Items:
    shown = [m for m in person.sees(place) if thread and thread in (m.ts, m.thread_ts)]
    frame = Frame(person, reader, session.manifest)
    return [(m.ts, message_html(m, frame)) for m in shown]


def _empty(person: Person, place: Conversation) -> Html:
    """What to type where nothing stands yet."""
    kind = "im" if place.kind == "im" else "channel"
    lines = (
        tag("li", tag("button", line, type="button", class_="say", data_say=line), f" {does}")
        for line, does in SUGGESTIONS[kind]
    )
    title = f"Nothing here yet, {person.name}." if kind == "im" else f"#{place.name} is empty."
    return tag(
        "div", tag("h2", title), tag("p", "Try one of these:"), tag("ul", *lines), class_="empty"
    )
