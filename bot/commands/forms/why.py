"""Why a paper is here, with muting and following at hand."""

from collections.abc import Callable
from dataclasses import replace

from slack_sdk.models.views import View

from bot.blocks.forms.why import (
    FOLLOW,
    LIKE,
    MUTE,
    UNFOLLOW,
    UNLIKE,
    UNMUTE,
    Contribution,
    Name,
    Why,
    why_view,
)
from bot.blocks.text import percents
from bot.commands.calls import Call
from bot.commands.forms.frame import About, Filled, kept, resumed
from bot.commands.interests import MAX_INTERESTS, TAUGHT, count_typed
from bot.commands.presses import Press, like
from bot.commands.spelling import commands_for
from bot.errors import UserError
from bot.models import Subscriber
from bot.store import Connection, interests
from recommender import Interest, InterestKind, Match, Paper, Profile

_MOST_OF_A_KIND = 5
_MAX_NAME = 200
_MOST_TAKEN_BACK = 10


def open_why(call: Call, key: str) -> View:
    """What in the person's interests a paper answers; in a channel, what in its interests too."""
    about = About(papers=(key,))
    if call.place.is_channel:
        call = replace(call, of=Subscriber(call.by.workspace, call.place.id))
        about = about.model_copy(update={"form": kept(call).form})
    return _view(call, about)


def press_why(call: Call, filled: Filled) -> View:
    """Does what a button says, and shows what is so then."""
    about = filled.about
    call = resumed(call, about) if about.form else call
    try:
        said = _DOES[filled.action](call, _paper(call, about), filled.value)
    except UserError as error:
        return _view(call, about, str(error))
    if filled.action == UNLIKE:
        # It contributes nothing any more, and stays here to be liked again.
        papers = dict.fromkeys((*about.papers, filled.value))
        about = about.model_copy(update={"papers": tuple(papers)[: 1 + _MOST_TAKEN_BACK]})
    return _view(call, about, said)


def _view(call: Call, about: About, said: str = "") -> View:
    paper = _paper(call, about)
    own = _profile(call, call.by)
    channel = _profile(call, call.of) if call.of.is_channel else Profile()
    why = Why(
        paper,
        [*_taken_back(call, about, own), *_contributions(call, paper, own, with_buttons=True)],
        _contributions(call, paper, channel, with_buttons=False),
        _names(paper, own),
        said,
    )
    return why_view(why, about.write())


def _contributions(
    call: Call, paper: Paper, profile: Profile, *, with_buttons: bool
) -> list[Contribution]:
    """What each interest contributed, heaviest first; muted ones as if they were not."""
    known = {one.label: one for one in profile.interests}
    match = _as_if_unmuted(call, paper, profile)
    if match is None:
        return []
    counts = [r.share for r in match.reasons if not _is_muted(known.get(r.interest))]
    percent = iter(percents(counts))
    found = []
    for reason in match.reasons:
        interest = known.get(reason.interest)
        worth = None if _is_muted(interest) else next(percent)
        action, value = _button(interest) if with_buttons and interest is not None else ("", "")
        label = _label(call, interest, reason.interest)
        found.append(Contribution(label, worth, reason.terms, action, value))
    return found


def _button(interest: Interest) -> tuple[str, str]:
    """The action and the value of an interest's button; both are empty where there is none."""
    if interest.kind not in TAUGHT:
        return (UNMUTE if interest.muted else MUTE), _value(interest)
    is_liked = interest.kind is InterestKind.PAPER and not interest.muted
    return (UNLIKE, interest.text) if is_liked else ("", "")


def _taken_back(call: Call, about: About, own: Profile) -> list[Contribution]:
    """The papers whose 👍 was taken back here, to be liked again."""
    judged = {one.text for one in own.interests if one.kind is InterestKind.PAPER}
    found = (call.library.paper(key) for key in about.papers[1:] if key not in judged)
    return [
        Contribution(f"like “{paper.title}”", None, (), LIKE, paper.id, "taken back")
        for paper in found
        if paper is not None
    ]


def _as_if_unmuted(call: Call, paper: Paper, profile: Profile) -> Match | None:
    asked = [
        one if one.kind in TAUGHT else replace(one, muted=False)
        for one in profile.interests
        # A paper that is liked or disliked itself is ranked no more.
        if (one.kind, one.text) != (InterestKind.PAPER, paper.id)
    ]
    found = call.library.index.recommend(Profile(asked), limit=1, among=[paper.id])
    return found[0] if found else None


def _value(interest: Interest) -> str:
    """What a button carries for an interest, whatever its weight: a text may be too long."""
    return interests.fingerprint([Interest(interest.text, kind=interest.kind)])


def _is_muted(interest: Interest | None) -> bool:
    return interest is not None and interest.muted


def _label(call: Call, interest: Interest | None, label: str) -> str:
    if interest is None or interest.kind is not InterestKind.PAPER:
        return label
    liked = call.library.paper(interest.text)
    return f"like “{liked.title}”" if liked else label


def _names(paper: Paper, own: Profile) -> list[Name]:
    """What else of the paper can be followed, and whether it is."""
    followed = {(i.kind, interests.key(i)) for i in own.interests if not i.muted}
    found = []
    for value, interest in _followable(paper).items():
        is_followed = (interest.kind, interests.key(interest)) in followed
        found.append(Name(interest.label, UNFOLLOW if is_followed else FOLLOW, value))
    return found


def _followable(paper: Paper) -> dict[str, Interest]:
    """What of a paper can be followed, by what its button carries."""
    values = {
        InterestKind.AUTHOR: paper.authors,
        InterestKind.AREA: (paper.area,) if paper.area else (),
        InterestKind.ORGANISATION: paper.organisations,
    }
    return {
        f"{kind}:{number}": Interest(" ".join(name.split()), kind=kind)
        for kind, names in values.items()
        for number, name in enumerate(names[:_MOST_OF_A_KIND])
        if 0 < len(name.strip()) <= _MAX_NAME
    }


def _mute(call: Call, paper: Paper, value: str, *, muted: bool = True) -> str:
    with call.store.writing() as connection:
        for one in interests.profile(connection, call.by).interests:
            if _value(one) == value and one.kind not in TAUGHT:
                interests.put(connection, call.by, replace(one, muted=muted))
    return ""


def _unmute(call: Call, paper: Paper, value: str) -> str:
    return _mute(call, paper, value, muted=False)


def _follow(call: Call, paper: Paper, value: str) -> str:
    wanted = _wanted(paper, value)
    with call.store.writing() as connection:
        interests.hold(connection, call.by)
        known = _known(connection, call, wanted)
        if known is None and count_typed(interests.profile(connection, call.by)) >= MAX_INTERESTS:
            raise UserError(
                f"A profile holds at most {MAX_INTERESTS} interests; remove some first."
            )
        # What was muted keeps its weight.
        interests.put(connection, call.by, replace(known or wanted, muted=False))
    return ""


def _unfollow(call: Call, paper: Paper, value: str) -> str:
    return _removed(call, _wanted(paper, value))


def _unlike(call: Call, _paper: Paper, value: str) -> str:
    return _removed(call, Interest(value, kind=InterestKind.PAPER))


def _like(call: Call, _paper: Paper, value: str) -> str:
    like(call, Press("", value, ""))
    return ""


def _removed(call: Call, wanted: Interest) -> str:
    """Takes out what is followed; how to have its weight back, if it had one of its own."""
    with call.store.writing() as connection:
        known = _known(connection, call, wanted)
        if known is None or known.muted:
            return ""
        interests.remove(connection, call.by, known)
    again = commands_for("add", [known])[0]
    return f"It had a weight: {again} brings it back." if known.weight != 1 else ""


def _known(connection: Connection, call: Call, wanted: Interest) -> Interest | None:
    """What the person says of the same already."""
    same = (wanted.kind, interests.key(wanted))
    known = interests.profile(connection, call.by).interests
    return next((one for one in known if (one.kind, interests.key(one)) == same), None)


def _wanted(paper: Paper, value: str) -> Interest:
    interest = _followable(paper).get(value)
    if interest is None:
        raise UserError("This paper has changed: look at it again.")
    return interest


def _paper(call: Call, about: About) -> Paper:
    paper = call.library.paper(about.papers[0]) if about.papers else None
    if paper is None:
        raise UserError("That paper is not known here any more.")
    return paper


def _profile(call: Call, of: Subscriber) -> Profile:
    with call.store.reading() as connection:
        return interests.profile(connection, of)


_DOES: dict[str, Callable[[Call, Paper, str], str]] = {
    MUTE: _mute,
    UNMUTE: _unmute,
    FOLLOW: _follow,
    UNFOLLOW: _unfollow,
    UNLIKE: _unlike,
    LIKE: _like,
}
