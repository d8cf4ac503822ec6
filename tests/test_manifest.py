"""The manifest and the listeners name the same things; every rendered control has a listener."""

import ast
import inspect
import json
import re
import shutil
from collections import defaultdict
from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from slack_bolt.listener_matcher import builtins

from bot.client import Identity, make_client
from bot.demo import LocalSlack, Message, Person
from bot.demo.controls import Control
from bot.library import Library
from bot.parts import Parts
from bot.slack import make_app
from bot.slack.app import Entrance
from bot.slack.workspaces import OneWorkspace
from bot.store import Store, addresses
from recommender import Paper
from tests.clock import Clock
from tests.conftest import Lab, connected

ROOT = Path(__file__).parent.parent
MANIFEST = json.loads((ROOT / "manifest.json").read_text(encoding="utf-8"))
FEATURES, SETTINGS = MANIFEST["features"], MANIFEST["settings"]
BLOCKS = sorted(ROOT.glob("bot/blocks/**/*.py"))
CALLS = [*ROOT.glob("bot/client/*.py"), *ROOT.glob("bot/slack/*.py"), ROOT / "bot/running.py"]
METHOD = re.compile(r"[a-z]+(?:\.[a-zA-Z0-9]+)+")
PRESSED = {"ButtonElement", "OverflowMenuElement"}
SHORTCUTS = {"message": "message_shortcut", "global": "global_shortcut"}

EVENT_SCOPES = {
    "app_home_opened": "",
    "app_mention": "app_mentions:read",
    "app_uninstalled": "",
    "link_shared": "links:read",
    "message.im": "im:history",
    "team_access_revoked": "",
    "tokens_revoked": "",
}
METHOD_SCOPES = {
    "apps.connections.open": "",
    "auth.test": "",
    "chat.delete": "chat:write",
    "chat.getPermalink": "",
    "chat.postEphemeral": "chat:write",
    "chat.postMessage": "chat:write",
    "chat.unfurl": "links:write",
    "conversations.history": "im:history",
    "conversations.open": "im:write",
    "oauth.v2.access": "",
    "users.info": "users:read",
    "views.open": "",
    "views.publish": "",
    "views.update": "",
}
"""The scope that Slack wants for each event and method, as its documentation says."""

LOOM = Paper("arxiv:2401.99999", "A loom for tensors", "Weaving by machine.")

Listeners = Mapping[str, set[str]]


@pytest.fixture(scope="module")
def listeners(tmp_path_factory: pytest.TempPathFactory) -> Listeners:
    """What Bolt listens for, by kind of request, without the listeners for what is left over."""
    store = Store(f"sqlite:///{tmp_path_factory.mktemp('manifest') / 'paperwire.db'}")
    client = make_client("xoxb-1", "http://127.0.0.1:9/api/")
    served = OneWorkspace(client, Identity("T1", "Lab", "U1", frozenset()))
    parts = Parts(store, Library(store), Clock(), served.client_of)
    app = make_app(parts, Entrance(client, served, "secret"))
    app.listener_runner.listener_executor.shutdown()
    store.close()
    found: dict[str, set[str]] = defaultdict(set)
    for listener in app._listeners:
        for kind, name in map(heard, listener.matchers):
            found[kind] |= {name} if name else set()
    return found


def heard(matcher: Any) -> tuple[str, str]:
    """The kind of request that one of Bolt's own matchers lets through, and its name.

    The name is empty for one that takes whatever is left over, and for one that is not Bolt's.
    """
    if matcher.func.__module__ != builtins.__name__:
        return "", ""
    kind = matcher.func.__qualname__.split(".")[0]
    held = inspect.getclosurevars(matcher.func).nonlocals.values()
    names = [value for value in held if isinstance(value, str | re.Pattern)]
    return kind, next((name for name in names if isinstance(name, str)), "")


# The manifest


def test_the_manifest_names_the_commands_that_are_listened_to(listeners: Listeners) -> None:
    """No command without a listener, and no listener that nobody can reach."""
    declared = {command["command"] for command in FEATURES["slash_commands"]}
    assert declared == listeners["command"]


def test_the_manifest_names_the_events_that_are_listened_to(listeners: Listeners) -> None:
    """Slack tells of nothing else, and all that it tells is heard."""
    declared = {name.split(".")[0] for name in SETTINGS["event_subscriptions"]["bot_events"]}
    assert declared == listeners["event"]


@pytest.mark.parametrize("kind", SHORTCUTS)
def test_the_manifest_names_the_shortcuts_that_are_listened_to(
    listeners: Listeners, kind: str
) -> None:
    """Those of messages, and those of the menu."""
    declared = {s["callback_id"] for s in FEATURES.get("shortcuts", []) if s["type"] == kind}
    assert declared == listeners[SHORTCUTS[kind]]


def test_listeners_are_of_known_kinds(listeners: Listeners) -> None:
    """A listener of a new kind is looked at here, too."""
    kinds = {"command", "event", "message_shortcut", "action", "view_submission", "options"}
    assert {kind for kind, names in listeners.items() if names} == kinds


def test_interactivity_is_on_for_those_who_press() -> None:
    """Slack sends no press, no submission and no shortcut without it."""
    assert SETTINGS["interactivity"]["is_enabled"]
    assert FEATURES["app_home"]["home_tab_enabled"]
    assert not FEATURES["app_home"]["messages_tab_read_only_enabled"]


def test_the_manifest_asks_for_the_scopes_that_are_used_and_no_others() -> None:
    """Each is what an event or a method wants, and each of these has its own."""
    events = SETTINGS["event_subscriptions"]["bot_events"]
    methods = {name for path in CALLS for name in methods_in(path)}
    assert methods == set(METHOD_SCOPES)
    wanted = {EVENT_SCOPES[event] for event in events} | set(METHOD_SCOPES.values()) | {"commands"}
    assert set(MANIFEST["oauth_config"]["scopes"]["bot"]) == wanted - {""}


def methods_in(path: Path) -> Iterator[str]:
    """The names of Slack's methods that a module calls."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            texts = [str(a.value) for a in node.args if isinstance(a, ast.Constant)]
            if name in {"call", "translated"}:
                yield from filter(METHOD.fullmatch, texts)


@pytest.mark.parametrize(
    "link", ["arxiv.org/abs/2401.99999", "doi.org/10.1145/1.2", "aclanthology.org/2023.acl-long.1"]
)
def test_the_manifest_asks_for_links_that_can_name_a_paper(link: str) -> None:
    """Of each domain at least one form of address is known."""
    assert link.split("/")[0] in FEATURES["unfurl_domains"]
    assert addresses.key(f"https://{link}")
    assert len(FEATURES["unfurl_domains"]) == 3


# Controls


def actions_of(path: Path) -> Iterator[str]:
    """The action ids that a module of blocks gives to buttons and menus as constants."""
    name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
    module = import_module(name)
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in PRESSED:
            given = (word.value for word in node.keywords if word.arg == "action_id")
            yield from filter(None, (constant(module, value) for value in given))


def constant(module: ModuleType, value: ast.expr) -> str | None:
    """The text that an expression stands for in a module; None for one that varies."""
    if isinstance(value, ast.Constant):
        return str(value.value)
    if isinstance(value, ast.Attribute) and isinstance(value.value, ast.Name):
        return getattr(getattr(module, value.value.id, None), value.attr, None)
    return getattr(module, value.id, None) if isinstance(value, ast.Name) else None


def test_no_constant_control_is_without_a_listener(listeners: Listeners) -> None:
    """Every action id that a module of blocks gives to an element is listened to."""
    found = {action for path in BLOCKS for action in actions_of(path)}
    assert len(found) > 5
    assert found - listeners["action"] == set()


def test_no_listener_is_for_a_control_that_nobody_renders(listeners: Listeners) -> None:
    """Every name listened to is a constant of the modules that render."""
    written = {
        node.value
        for path in BLOCKS
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    for kind in ("action", "view_submission", "options"):
        assert listeners[kind] - written == set()


@pytest.fixture(scope="module")
def lab(seeded: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """A bot that may do all that the manifest asks for."""
    path = tmp_path_factory.mktemp("controls") / "paperwire.db"
    shutil.copy(seeded, path)
    with LocalSlack(burst=None) as slack, connected(slack, f"sqlite:///{path}") as lab:
        slack.listens_for_links(*FEATURES["unfurl_domains"])
        lab.team.grant(*MANIFEST["oauth_config"]["scopes"]["bot"])
        lab.parts.library.ingest("test", [LOOM], lab.clock)
        lab.parts.library.refresh()
        yield lab


LINES = [
    "help",
    "watermark",
    "language model",
    "show watermark",
    "similar watermark",
    "why watermark",
    "interests",
    "interests add watermark",
    "interests edit",
    "digest preview",
    "digest now",
    "subscribe",
    "subscribe daily",
    "subscribe edit",
    "subscribe here daily",
    "interests here",
    "interests here add speech",
    "digest here preview",
    "digest here now",
    "settings",
    "saved",
    "history",
    "history 1",
    "unsubscribe",
    "forget-me",
    "nonsense that nobody wrote",
]


def test_every_control_on_the_screen_has_a_listener(lab: Lab, listeners: Listeners) -> None:
    """After every command, in the Home tab, in modals, in answers to all and under links.

    And in whatever comes of pressing each of them once. Slack gives an id of its own to an element
    that has none: that one fails here as well.
    """
    general = lab.team.add_channel("general", members=[lab.ada])
    for line in LINES:
        lab.ada.types(f"/papers {line}", general)
    lab.ada.opens_home()
    lab.ada.says(f"<@{lab.team.bot.id}> language model", general)
    lab.ada.says("https://arxiv.org/abs/2401.99999", general)
    lab.ada.says("watermark")
    press_each_once(lab, lab.ada)
    seen = list(on_screens(lab, lab.ada))
    assert {"papers_more", "paper_save"} <= {control.action_id for control in seen}
    for control in seen:
        kind = "options" if "external" in control.type else "action"
        if control.is_dispatched or kind == "options":
            assert control.action_id in listeners[kind], control


def test_every_modal_on_the_screen_has_a_listener(lab: Lab, listeners: Listeners) -> None:
    """What can be sent is heard."""
    opened = set()
    for line in ("interests edit", "subscribe edit"):
        lab.ada.types(f"/papers {line}")
        # One that is opened at once has nothing to send before it is filled.
        assert lab.slack.wait_for(lambda: lab.ada.modal and lab.ada.modal.callback_id)
        assert lab.ada.modal is not None
        opened.add(lab.ada.modal.callback_id)
        lab.ada.closes(lab.ada.modal)
    assert len(opened) == 2
    assert opened <= listeners["view_submission"]


def on_screens(lab: Lab, person: Person) -> Iterator[Control]:
    """Every control that somebody sees anywhere."""
    for shown in (*messages_of(lab, person), person.home, person.modal):
        yield from shown.controls if shown is not None else ()


def messages_of(lab: Lab, person: Person) -> list[Message]:
    """All that somebody sees in all conversations, newest first."""
    conversations = list(lab.team.state.conversations.values())
    return [message for each in conversations for message in person.sees(each)][::-1]


def press_each_once(lab: Lab, person: Person) -> None:
    """Presses every kind of control, and chooses every kind of option.

    Once where only this person sees it, once in direct messages, and once where all see it: each
    is answered otherwise.
    """
    pressed: set[tuple[str, str | None, str]] = set()

    def kind(one: tuple[Message, int, str, str | None]) -> tuple[str, str | None, str]:
        return (*one[2:], "" if one[0].is_ephemeral else one[0].channel[:1])

    while new := next((one for one in possible(lab, person) if kind(one) not in pressed), None):
        pressed.add(kind(new))
        message, number, _, choice = new
        person.presses(message, number, choice)
    assert len(pressed) > 10


def possible(lab: Lab, person: Person) -> Iterator[tuple[Message, int, str, str | None]]:
    """What somebody can press now: where, which control of it, its action, and what to choose."""
    for message in messages_of(lab, person):
        for number, control in enumerate(message.controls):
            labels = [option["text"]["text"] for option in control.options] or [None]
            for label in labels:
                yield message, number, control.action_id, label


# What nothing listens to

GONE = {"type": "modal", "callback_id": "gone", "state": {"values": {}}}


@pytest.mark.parametrize(
    "inner",
    [
        {"type": "reaction_added", "reaction": "eyes"},
        {"type": "message", "channel_type": "channel", "user": "U9", "text": "x", "channel": "C1"},
        {"type": "member_joined_channel", "user": "U9", "channel": "C1"},
    ],
)
def test_events_that_nobody_waits_for_are_acknowledged(lab: Lab, inner: dict[str, str]) -> None:
    """Slack switches off a subscription of which too many come back."""
    assert lab.team.announces(inner).ack.status == 200


@pytest.mark.parametrize(
    "payload",
    [
        {"type": "view_closed", "view": GONE},
        {"type": "view_submission", "view": GONE},
        {"type": "shortcut", "callback_id": "gone"},
        {"type": "message_action", "callback_id": "gone", "message": {}, "channel": {"id": "C1"}},
        {"type": "block_suggestion", "action_id": "gone", "block_id": "b", "value": "x"},
        {"type": "block_actions", "actions": [{"action_id": "gone", "block_id": "b"}]},
    ],
    ids=lambda payload: str(payload["type"]),
)
def test_requests_of_an_older_bot_are_acknowledged(lab: Lab, payload: dict[str, Any]) -> None:
    """What stood in Slack before an update may be pressed after it."""
    person = {"id": lab.ada.id, "team_id": lab.team.id}
    told = {"team": {"id": lab.team.id}, "user": person, "api_app_id": lab.slack.world.app_id}
    delivery = lab.slack.deliver(lab.team.state, "interactive", told | payload)
    assert delivery.ack.status == 200
