"""Editing interests in a form: the whole profile at once, and what was learned from likes."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from hashlib import sha256

from slack_sdk.models.blocks import Option
from slack_sdk.models.views import View

from bot.blocks.forms.interests import (
    AREAS,
    AUTHORS,
    MUTED,
    ORGANISATIONS,
    RELEARN,
    UNDISLIKE,
    UNLEARN,
    UNLIKE,
    WORDS,
    InterestsForm,
    interests_form,
    sought_option,
)
from bot.blocks.modals import MAX_OPTION, OPTIONS
from bot.commands.calls import Call
from bot.commands.forms.frame import About, Filled, Outcome, in_fields, kept, resumed
from bot.commands.forms.restoring import RESTORING, offer_to_restore, restore
from bot.commands.interests import MAX_INTERESTS
from bot.commands.spelling import parse_interest, parse_interests, spelled, under_own_id
from bot.errors import UserError
from bot.store import Connection, interests
from recommender import Interest, InterestKind, Profile

SOUGHT = {
    AUTHORS: InterestKind.AUTHOR,
    ORGANISATIONS: InterestKind.ORGANISATION,
    AREAS: InterestKind.AREA,
}
SUGGESTIONS = 20
_CHOSEN_ELSEWHERE = (InterestKind.PAPER, InterestKind.LEARNED)


def open_interests(call: Call) -> View:
    """The form, filled with what `call.of` follows."""
    about = kept(call)
    with call.store.reading() as connection:
        known = interests.profile(connection, call.of)
    return _view(call, _form_of(call, known), about, known)


def save_interests(call: Call, filled: Filled) -> Outcome:
    """Makes the profile what the form says, unless it has changed since the form was opened.

    What is lost by it is named, in a modal that brings it back when it is sent.
    """
    about = filled.about
    if about.kind == RESTORING:
        return restore(call, filled)
    call = resumed(call, about)
    wanted, errors = _wanted(call, filled)
    if errors:
        return Outcome(errors)
    unlearned = _unlearned(call, filled)
    with call.store.writing() as connection:
        interests.hold(connection, call.of)
        known = interests.profile(connection, call.of)
        is_as_opened = interests.fingerprint(_editable(known)) == about.fingerprint
        if is_as_opened:
            _write(connection, call, known, [*wanted, *unlearned], filled)
            now = interests.profile(connection, call.of)
    if not is_as_opened:
        return _changed_meanwhile(call, filled, known, wanted)
    return Outcome(view=offer_to_restore(call, about, known, now))


def suggest(call: Call, key: str, typed: str) -> list[Option]:
    """Names in the corpus that begin like what is typed into a field, and that itself."""
    kind = SOUGHT.get(key)
    if kind is None:
        return []
    found = call.library.index.values(kind, typed, SUGGESTIONS)
    own = " ".join(typed.split())
    names = dict.fromkeys([*found, own])
    return [sought_option(name) for name in names if 0 < len(name) <= MAX_OPTION]


def _editable(known: Profile) -> list[Interest]:
    """The interests that stand in the form as text or as chosen names."""
    return [one for one in known.interests if one.kind not in _CHOSEN_ELSEWHERE]


def _form_of(call: Call, known: Profile) -> InterestsForm:
    followed = [one for one in _editable(known) if not one.muted]
    sought = {key: _values(followed, kind) for key, kind in SOUGHT.items()}
    chosen = {(SOUGHT[key], value) for key, values in sought.items() for value in values}
    lines = [spelled(one) for one in followed if (one.kind, _bare(one)) not in chosen]
    muted = [spelled(replace(one, weight=1.0)) for one in _editable(known) if one.muted]
    return InterestsForm(
        in_fields(lines), in_fields(muted), sought, _several(call, known), _channel(call)
    )


def _values(followed: Iterable[Interest], kind: InterestKind) -> list[str]:
    """The names of that kind that are short enough to be chosen; the others are typed."""
    values = [_bare(one) for one in followed if one.kind is kind]
    return [value for value in values if len(value) <= MAX_OPTION][:OPTIONS]


def _bare(interest: Interest) -> str:
    """A name with its weight, as the value of a choice."""
    return spelled(replace(interest, kind=InterestKind.KEYWORD))


def _several(call: Call, known: Profile) -> dict[str, list[tuple[str, str]]]:
    """What may be forgotten, or learned again: a value and a label each."""
    newest = known.interests[::-1]
    papers = [one for one in newest if one.kind is InterestKind.PAPER]
    forgotten = [one for one in newest if one.kind is InterestKind.LEARNED]
    learned = call.library.index.learned(known, SUGGESTIONS)
    return {
        UNLIKE: [_paper(call, one) for one in papers if not one.muted],
        UNDISLIKE: [_paper(call, one) for one in papers if one.muted],
        UNLEARN: [(_key(term.text), term.text) for term in learned],
        RELEARN: [(_key(one.text), one.text) for one in forgotten],
    }


def _paper(call: Call, liked: Interest) -> tuple[str, str]:
    paper = call.library.paper(liked.text)
    return _key(liked.text), paper.title if paper else liked.text


def _key(text: str) -> str:
    """What a choice carries instead of a text that may be too long for it."""
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _wanted(call: Call, filled: Filled) -> tuple[list[Interest], dict[str, str]]:
    """The interests in the fields, and what is wrong by field."""
    wanted: list[Interest] = []
    errors: dict[str, str] = {}
    seen: dict[tuple[InterestKind, str], str] = {}
    for field, new in _by_field(call, filled, errors):
        for interest in new:
            same = (interest.kind, interests.key(interest))
            if interest.kind is InterestKind.LEARNED:
                errors[field] = f"“{interest.label[:60]}”: choose learned words below instead."
            elif interest.muted and not seen.get(same, MUTED).startswith(MUTED):
                errors[field] = f"“{interest.label[:60]}” is both followed and muted: choose one."
            seen.setdefault(same, field)
            wanted.append(interest)
    if len(seen) > MAX_INTERESTS:
        errors[f"{WORDS}0"] = f"A profile holds at most {MAX_INTERESTS} interests; remove some."
    return wanted, errors


def _by_field(
    call: Call, filled: Filled, errors: dict[str, str]
) -> Iterable[tuple[str, list[Interest]]]:
    for field in (*filled.keys(WORDS), *SOUGHT, *filled.keys(MUTED)):
        try:
            if kind := SOUGHT.get(field):
                each = [parse_interest(f"{kind}:{value}") for value in filled.ticked(field)]
            else:
                each = parse_interests(filled.typed(field), muted=field.startswith(MUTED))
        except UserError as error:
            errors[field] = str(error)
        else:
            yield field, [under_own_id(call.library, one) for one in each]


def _write(
    connection: Connection,
    call: Call,
    known: Profile,
    wanted: Sequence[Interest],
    filled: Filled,
) -> None:
    kept_keys = {(one.kind, interests.key(one)) for one in wanted}
    gone = [one for one in _editable(known) if (one.kind, interests.key(one)) not in kept_keys]
    for one in (*gone, *_unchosen(known, filled)):
        interests.remove(connection, call.of, one)
    weights = {(one.kind, interests.key(one)): one.weight for one in _editable(known)}
    for one in wanted:
        # A muted interest keeps the weight it had, for the day when it is followed again.
        weight = weights.get((one.kind, interests.key(one)), 1.0) if one.muted else one.weight
        interests.put(connection, call.of, replace(one, weight=weight))


def _unlearned(call: Call, filled: Filled) -> list[Interest]:
    """The learned words that are to be forgotten. Learning may take long: nobody waits for it."""
    chosen = set(filled.ticked(UNLEARN))
    if not chosen:
        return []
    with call.store.reading() as connection:
        known = interests.profile(connection, call.of)
    return [
        Interest(term.text, muted=True, kind=InterestKind.LEARNED)
        for term in call.library.index.learned(known, SUGGESTIONS)
        if _key(term.text) in chosen
    ]


def _unchosen(known: Profile, filled: Filled) -> list[Interest]:
    """Likes, dislikes and forgotten words that are to go."""
    chosen = {key for field in (UNLIKE, UNDISLIKE, RELEARN) for key in filled.ticked(field)}
    elsewhere = [one for one in known.interests if one.kind in _CHOSEN_ELSEWHERE]
    return [one for one in elsewhere if _key(one.text) in chosen]


def _changed_meanwhile(
    call: Call, filled: Filled, known: Profile, wanted: Sequence[Interest]
) -> Outcome:
    """The form with all that was put into it, and what saving it again would undo."""
    form = InterestsForm(
        words=[filled.typed(key) for key in filled.keys(WORDS)] or [""],
        muted=[filled.typed(key) for key in filled.keys(MUTED)] or [""],
        sought={key: filled.ticked(key) for key in SOUGHT},
        several=_several(call, known),
        channel=_channel(call),
        warning=_warning(_editable(known), wanted),
    )
    return Outcome(view=_view(call, form, filled.about, known))


def _warning(known: Sequence[Interest], wanted: Sequence[Interest]) -> str:
    mine, theirs = set(map(_named, wanted)), set(map(_named, known))
    lost = _listed([_named(one) for one in known if _named(one) not in mine])
    new = _listed([_named(one) for one in wanted if _named(one) not in theirs])
    would = [*([f"remove {lost}"] if lost else []), *([f"add {new}"] if new else [])]
    effect = f"To save again would {' and '.join(would)}." if would else "Save again to keep this."
    return f"Your interests changed meanwhile, in another place. {effect}"


def _named(interest: Interest) -> str:
    return f"{spelled(interest)}{' (muted)' if interest.muted else ''}"


def _listed(names: Sequence[str]) -> str:
    more = len(names) - 10
    return ", ".join(names[:10]) + (f" and {more} more" if more > 0 else "")


def _view(call: Call, form: InterestsForm, about: About, known: Profile) -> View:
    opened_on = interests.fingerprint(_editable(known))
    return interests_form(form, about.model_copy(update={"fingerprint": opened_on}).write())


def _channel(call: Call) -> str:
    return call.of.id if call.of.is_channel else ""
