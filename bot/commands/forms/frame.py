"""A modal on its way: what it is about, what people put into it, and what becomes of it then."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError
from slack_sdk.models.views import View

from bot.commands.calls import Call
from bot.errors import UserError
from bot.models import Subscriber
from bot.store import forms

# A field takes 3,000 characters: the rest is room to write.
_FILLED = 2_400

TOO_OLD = "This form is too old: copy what you wrote, close it, and open it again."


class About(BaseModel):
    """What a modal carries: ids, which are looked up for the person who sends it.

    `form` is the id of a kept form, `fingerprint` that of the settings it was opened on.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    form: str = ""
    fingerprint: str = ""
    kind: str = ""
    key: str = ""
    offset: int = 0
    papers: tuple[str, ...] = ()

    @classmethod
    def read(cls, metadata: str) -> "About":
        """What `write` gave. Raises UserError for what no modal of ours carries."""
        try:
            return cls.model_validate_json(metadata)
        except ValidationError:
            raise UserError(TOO_OLD) from None

    def write(self) -> str:
        """The modal's private_metadata."""
        return self.model_dump_json(exclude_defaults=True)


@dataclass(frozen=True, slots=True)
class Filled:
    """A modal as it comes back: Slack's state of its fields, and the value of a pressed button."""

    metadata: str
    state: Mapping[str, Mapping[str, Any]]
    action: str = ""
    value: str = ""

    @property
    def about(self) -> About:
        """What it is about; see `About.read`."""
        return About.read(self.metadata)

    def typed(self, key: str) -> str:
        """The text in a field; empty where there is none."""
        text = self._held(key).get("value")
        return text if isinstance(text, str) else ""

    def picked(self, key: str) -> str:
        """What was chosen in a field of which one is chosen: a value, a time, or a conversation.

        Empty where nothing was.
        """
        held = self._held(key)
        bare = held.get("selected_time") or held.get("selected_conversation")
        found = bare or _value(held.get("selected_option"))
        return found if isinstance(found, str) else ""

    def ticked(self, key: str) -> list[str]:
        """The values chosen in a field of which several may be."""
        chosen = self._held(key).get("selected_options")
        values = map(_value, chosen) if isinstance(chosen, Sequence) else ()
        return [value for value in values if value]

    def keys(self, prefix: str) -> list[str]:
        """The fields whose ids begin so, in the order of their numbers."""
        found = [key for key in self.state if key.startswith(prefix)]
        return sorted(found, key=lambda key: (len(key), key))

    def _held(self, key: str) -> Mapping[str, Any]:
        actions = self.state.get(key) or {}
        held = actions.get(key) if isinstance(actions, Mapping) else None
        return held if isinstance(held, Mapping) else {}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What becomes of a modal that was sent: errors under fields, other content, else it closes.

    Slack waits for this, so it is said without asking Slack. What cannot be is left to `then`: it
    is given a call that can, once Slack has its acknowledgement, and says what the modal shows in
    the end.
    """

    errors: Mapping[str, str] = field(default_factory=dict)
    view: View | None = None
    then: Callable[[Call], View] | None = None


def kept(call: Call) -> About:
    """Remembers that the person opens a form about `call.of`."""
    with call.store.writing() as connection:
        return About(form=forms.keep(connection, call.by, call.of, call.now))


def resumed(call: Call, about: About) -> Call:
    """The call, about whom the form was opened for. Raises UserError when nobody knows it."""
    with call.store.reading() as connection:
        of: Subscriber | None = forms.about(connection, call.by, about.form)
    if of is None:
        raise UserError(TOO_OLD)
    return replace(call, of=of)


def in_fields(lines: Sequence[str]) -> list[str]:
    """The lines as the texts of as many fields as they need; always one."""
    texts = [""]
    for line in lines:
        if texts[-1] and len(texts[-1]) + len(line) > _FILLED:
            texts.append("")
        texts[-1] += f"{line}\n"
    return [text.rstrip("\n") for text in texts]


def _value(option: object) -> str:
    value = option.get("value") if isinstance(option, Mapping) else None
    return value if isinstance(value, str) else ""
