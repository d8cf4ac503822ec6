"""What a person finds on the screen after an act."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from bot.demo.delivery import Delivery
from bot.demo.messages import Message
from bot.demo.views import View
from bot.demo.world import Change, Workspace


class Seen(list[Message]):
    """The messages that are new or changed, oldest first.

    `modal` is the modal on top, or None; `home` the Home tab; `errors` what stands under the
    fields of a refused modal, by block id ("" when the bot gave no usable answer at all);
    `deliveries` what was sent to the bot for the act.
    """

    modal: View | None = None
    home: View | None = None
    errors: Mapping[str, str] = MappingProxyType({})
    deliveries: list[Delivery]


def looked(team: Workspace, changes: Iterable[Change]) -> Seen:
    """The messages behind some changes, in their latest state, without those taken away."""
    touched = {(c.channel, c.subject) for c in changes if c.kind in ("posted", "updated")}
    messages = (team.conversations[channel].messages.get(ts) for channel, ts in touched)
    return Seen(sorted((m for m in messages if m), key=lambda m: (m.ts, m.channel)))
