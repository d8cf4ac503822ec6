"""A person at the keyboard: types commands, presses buttons, fills modals, and sees what comes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.demo import links, payloads
from bot.demo.controls import Choice, NoSuchChoice, first_state, pick
from bot.demo.delivery import Delivery
from bot.demo.hooks import respond
from bot.demo.messages import Message
from bot.demo.modals import TROUBLE, apply_answer, check_filled, chosen_values, hand_urls
from bot.demo.refusals import Refused
from bot.demo.seen import Seen, looked
from bot.demo.stack import close_modal, find_view, keep_view
from bot.demo.tickets import Hook
from bot.demo.views import View
from bot.demo.world import SLACKBOT, Conversation, User, Workspace

if TYPE_CHECKING:
    from bot.demo.local import LocalSlack

JSON = dict[str, Any]
Typed = Mapping[str, Mapping[str, Choice]]


@dataclass(frozen=True, slots=True)
class Person:
    """One member of a workspace, acting. `wait` arguments are seconds to wait for an effect."""

    slack: "LocalSlack"
    team: Workspace
    user: User

    @property
    def id(self) -> str:
        """U…"""
        return self.user.id

    @property
    def name(self) -> str:
        """What people call them."""
        return self.user.real_name

    @property
    def home(self) -> View | None:
        """Their Home tab as it is now."""
        return self.team.homes.get(self.id)

    @property
    def modal(self) -> View | None:
        """The modal on top of what they have open."""
        stack = self.team.modals.get(self.id, [])
        return stack[-1] if stack else None

    @property
    def direct(self) -> Conversation:
        """Their direct messages with the bot."""
        with self.slack.world.changed:
            return self.slack.world.open_direct(self.team, self.id)

    def sees(self, channel: Conversation) -> list[Message]:
        """What stands in a conversation for them, oldest first."""
        with self.slack.world.changed:
            return [m for m in channel.messages.values() if m.only_for in (None, self.id)]

    def types(
        self, line: str, channel: Conversation | None = None, wait: float | None = None
    ) -> Seen:
        """Enters a slash command in a channel, by default in the bot's direct messages."""
        channel = channel or self.direct
        mark = self.slack.mark
        hook = self._hook("commands", channel)
        fields = payloads.command(self._app, self.team, self.user, channel, line)
        fields["response_url"] = f"{self.slack.world.url}{hook.path}"
        fields["trigger_id"] = self.slack.world.hand_trigger(self.team, self.id)
        delivery = self.slack.deliver(self.team, "slash_commands", fields)
        self._reads_ack(fields["command"], hook, delivery)
        return self._after(mark, [delivery], wait)

    def presses(
        self,
        target: Message | View,
        which: str | int = 0,
        choice: Choice = None,
        wait: float | None = None,
    ) -> Seen:
        """Presses a button, or chooses in an overflow, a select or the like.

        `which` is an action id, a label, or an index; `choice` an option's value, label or index,
        or typed text. The target is acted on as it is now. Raises `NoSuchChoice`.
        """
        mark = self.slack.mark
        if isinstance(target, View):
            payload = self._acts_in_view(target, which, choice)
        else:
            payload = self._acts_on_message(target, which, choice)
        return self._after(mark, [self._interacts("block_actions", payload)], wait)

    def fills(self, view: View, values: Typed) -> View:
        """Types and chooses in a modal without sending it; raises `NoSuchChoice`."""
        with self.slack.world.changed:
            current = self._open(view)
            filled = current.with_values(chosen_values(self.team, current, values))
            keep_view(self.team, filled)
        return filled

    def submits(self, view: View, values: Typed | None = None, wait: float | None = None) -> Seen:
        """Sends a modal. Raises `NotFilled` where Slack would not let it go."""
        mark = self.slack.mark
        filled = self.fills(view, values or {})
        check_filled(filled)
        shown = payloads.on_view(self._app, self.team.bot_id, filled)["view"]
        sent = {"view": shown, "response_urls": hand_urls(self.slack.world, self.team, filled)}
        delivery = self._interacts("view_submission", sent)
        with self.slack.world.changed:
            errors = apply_answer(self.slack.world, self.team, filled, delivery)
        return self._after(mark, [delivery], wait, errors)

    def closes(self, view: View, wait: float | None = None) -> Seen:
        """Closes a modal with its cross; the bot hears of it only if it asked to."""
        mark = self.slack.mark
        with self.slack.world.changed:
            current = self._open(view)
            close_modal(self.slack.world, self.team, current)
        if current.given.get("notify_on_close") is not True:
            return self._after(mark, [], 0)
        shown = payloads.on_view(self._app, self.team.bot_id, current)
        sent = {"view": shown["view"], "is_cleared": False}
        return self._after(mark, [self._interacts("view_closed", sent)], wait)

    def opens_home(self, tab: str = "home", wait: float | None = None) -> Seen:
        """Opens the app's Home tab, or its "messages" tab."""
        mark = self.slack.mark
        inner: JSON = {
            "type": "app_home_opened",
            "user": self.id,
            "channel": self.direct.id,
            "tab": tab,
        }
        if self.home and tab == "home":
            shown = payloads.on_view(self._app, self.team.bot_id, self.home)
            inner["view"] = shown["view"]
        return self._after(mark, [self.slack.tell(self.team, inner)], wait)

    def says(
        self,
        text: str,
        channel: Conversation | None = None,
        thread: Message | None = None,
        wait: float | None = None,
    ) -> Seen:
        """Writes a message. The bot hears of it as far as its scopes and membership allow."""
        channel = channel or self.direct
        world = self.slack.world
        with world.changed:
            thread_ts = (thread.thread_ts or thread.ts) if thread else None
            ts = channel.next_ts(world.clock())
            said = links.written(text)
            message = Message(channel.id, ts, self.id, said, thread_ts=thread_ts, via="typed")
            world.put(self.team, message)
        mark = self.slack.mark
        heard = payloads.heard(self.team, self._ears, channel, message)
        sent = [self.slack.tell(self.team, inner) for inner in heard]
        return self._after(mark, sent, wait if sent else 0)

    def uses_shortcut(
        self, callback_id: str, message: Message | None = None, wait: float | None = None
    ) -> Seen:
        """Picks a shortcut of the app: on a message, or from the global menu."""
        mark = self.slack.mark
        sent: JSON = {"callback_id": callback_id}
        if message is None:
            return self._after(mark, [self._interacts("shortcut", sent)], wait)
        channel, current = self._current(message)
        hook = self._hook("app", channel, current)
        sent |= payloads.on_shortcut(channel, current)
        sent["response_url"] = f"{self.slack.world.url}{hook.path}"
        return self._after(mark, [self._interacts("message_action", sent)], wait)

    def looks_up(self, view: View, which: str | int, text: str) -> list[JSON]:
        """Types into an external select; the options that the bot suggests."""
        current = self._open(view)
        control = pick(current.controls, which)
        sent = payloads.on_view(self._app, self.team.bot_id, current)
        sent |= {"action_id": control.action_id, "block_id": control.block_id, "value": text}
        body = self._interacts("block_suggestion", sent).ack.body
        groups = body.get("option_groups", [])
        return [*body.get("options", []), *(o for g in groups for o in g["options"])]

    def _open(self, view: View) -> View:
        """The view as it is now; raises `NoSuchChoice` if it is not open any more."""
        try:
            return find_view(self.team, view.id, "")
        except Refused:
            raise NoSuchChoice(f"{self.name} has no view {view.title!r} open") from None

    @property
    def _app(self) -> str:
        return self.slack.world.app_id

    @property
    def _ears(self) -> payloads.Ears:
        world = self.slack.world
        return payloads.Ears(world.scopes_of(self.team), world.link_domains)

    def _hook(self, kind: str, channel: Conversation, source: Message | None = None) -> Hook:
        """A response_url for this person."""
        source_ts = source.ts if source else None
        return self.slack.world.hand_hook(kind, self.team, self.id, channel.id, source_ts)

    def _current(self, message: Message) -> tuple[Conversation, Message]:
        """The message as it is now, for this person; raises `NoSuchChoice` if they see none."""
        channel = self.team.conversations[message.channel]
        for seen in self.sees(channel):
            if seen.ts == message.ts:
                return channel, seen
        raise NoSuchChoice(f"{self.name} sees no message {message.ts} in {channel.name}")

    def _acts_on_message(self, message: Message, which: str | int, choice: Choice) -> JSON:
        channel, current = self._current(message)
        control = pick(current.controls, which)
        held = control.held(choice)
        state = first_state(current.controls, {})
        if control.holds:
            state[control.block_id][control.action_id] = {"type": control.type} | held
        hook = self._hook("actions", channel, current)
        sent = payloads.on_message(channel, current, state, control.block_id)
        sent["response_url"] = f"{self.slack.world.url}{hook.path}"
        return sent | {"actions": [payloads.action(control, held, self._now)]}

    def _acts_in_view(self, view: View, which: str | int, choice: Choice) -> JSON:
        with self.slack.world.changed:
            current = self._open(view)
            control = pick(current.controls, which)
            if not control.is_dispatched:
                raise NoSuchChoice(f"{control.action_id} is sent with the modal; use `fills`")
            held = control.held(choice)
            if control.holds:
                kept = {control.block_id: {control.action_id: {"type": control.type} | held}}
                current = current.with_values(kept)
                keep_view(self.team, current)
        sent = payloads.on_view(self._app, self.team.bot_id, current)
        return sent | {"actions": [payloads.action(control, held, self._now)]}

    @property
    def _now(self) -> str:
        return f"{self.slack.world.clock():.6f}"

    def _interacts(self, kind: str, payload: JSON) -> Delivery:
        """Sends an interaction, with a trigger for a modal."""
        common = payloads.interaction(kind, self._app, self.team, self.user)
        if kind not in ("view_closed", "block_suggestion"):
            common["trigger_id"] = self.slack.world.hand_trigger(self.team, self.id)
        if kind in ("shortcut", "message_action"):
            common["action_ts"] = self._now
        return self.slack.deliver(self.team, "interactive", common | payload)

    def _reads_ack(self, command: str, hook: Hook, delivery: Delivery) -> None:
        """The acknowledgement of a command is its first answer, if it says anything."""
        world = self.slack.world
        body = delivery.ack.body
        with world.changed:
            try:
                if not delivery.ok:
                    timed_out = delivery.ack.error == "http_timeout"
                    raise Refused("operation_timeout" if timed_out else "dispatch_failed")
                if body.get("text") or body.get("blocks"):
                    respond(world, hook, body, via="ack")
            except Refused as refusal:
                self._is_told(command, hook.channel, refusal)

    def _is_told(self, command: str, channel: str, refusal: Refused) -> None:
        """Slackbot says that a command failed, and with which error."""
        own = ("operation_timeout", "dispatch_failed")
        code = refusal.code if refusal.code in own else f"invalid_command_response: {refusal}"
        ts = self.team.conversations[channel].next_ts(self.slack.world.clock())
        text = f'{command} failed with the error "{code}"'
        told = Message(channel, ts, SLACKBOT, text, only_for=self.id, via="slackbot")
        self.slack.world.put(self.team, told)

    def _after(
        self,
        mark: int,
        deliveries: list[Delivery],
        wait: float | None,
        errors: Mapping[str, str] | None = None,
    ) -> Seen:
        """What is to be seen once the bot has done something and has been quiet for a while."""
        slack = self.slack
        refused = errors or ({} if all(d.ok for d in deliveries) else {"": TROUBLE})
        patience = 0 if refused else slack.wait if wait is None else wait
        waits = wait is not None or not slack.await_bot(self.team)
        if waits:
            slack.wait_for(lambda: slack.changes(mark, self.id), patience)
        changes = slack.settle if waits else slack.changes
        seen = looked(self.team, changes(mark, self.id))
        seen.modal, seen.home = self.modal, self.home
        seen.errors, seen.deliveries = refused, deliveries
        return seen
