"""Bringing back the interests that a saved form took away."""

from slack_sdk.models.views import View

from bot.blocks.forms.restoring import BACK, MUTED_BACK, Lost, restoring_form
from bot.commands.calls import Call
from bot.commands.forms.frame import About, Filled, Outcome, in_fields, resumed
from bot.commands.interests import put_all
from bot.commands.spelling import label_of, parse_interests, spelled
from bot.errors import UserError
from bot.store import interests
from recommender import Interest, Profile

RESTORING = "restoring"
"""The kind of what a modal is about that brings interests back."""


def offer_to_restore(call: Call, about: About, before: Profile, now: Profile) -> View | None:
    """What was there before and is not any more, to be had back; None where nothing is lost.

    `about` is the form's that was saved.
    """
    there = {_same(one): one for one in now.interests}
    gone = [one for one in before.interests if _same(one) not in there]
    kept = [one for one in before.interests if _same(one) in there]
    changed = [one for one in kept if _worth(one) != _worth(there[_same(one)])]
    if not (gone or changed):
        return None
    lost = Lost(
        [_named(call, one) for one in gone],
        [_named(call, one) for one in changed],
        in_fields([spelled(one) for one in (*gone, *changed) if not one.muted]),
        in_fields([spelled(one) for one in (*gone, *changed) if one.muted]),
        call.of.id if call.of.is_channel else "",
    )
    return restoring_form(lost, About(form=about.form, kind=RESTORING).write())


def restore(call: Call, filled: Filled) -> Outcome:
    """Follows and mutes again what stands in the fields; whatever else is followed stays."""
    call = resumed(call, filled.about)
    wanted: list[Interest] = []
    errors: dict[str, str] = {}
    for field in (*filled.keys(BACK), *filled.keys(MUTED_BACK)):
        try:
            wanted += parse_interests(filled.typed(field), muted=field.startswith(MUTED_BACK))
        except UserError as error:
            errors[field] = str(error)
    if not errors:
        put_all(call, wanted)
    return Outcome(errors)


def _same(interest: Interest) -> tuple[str, str]:
    return interest.kind, interests.key(interest)


def _worth(interest: Interest) -> tuple[float, bool]:
    return interest.weight, interest.muted


def _named(call: Call, interest: Interest) -> str:
    """As people read it, with its weight."""
    weight = f" ×{interest.weight:g}" if interest.weight != 1 else ""
    return f"{label_of(call.library, interest)}{weight}{' (muted)' if interest.muted else ''}"
