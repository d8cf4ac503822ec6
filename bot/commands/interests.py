"""`/papers interests …`: what somebody follows, and how much."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from bot.blocks import Message, code, mrkdwn, note
from bot.blocks.modals import OPEN_INTERESTS, offer
from bot.blocks.views import View, ViewKind
from bot.commands.calls import HERE, Call, Command, first_word, named, unknown
from bot.commands.pages import page
from bot.commands.spelling import (
    MAX_TEXT,
    commands_for,
    each_once,
    label_of,
    parse_interest,
    parse_interests,
    parse_weight,
    split,
    under_own_id,
)
from bot.errors import UserError
from bot.store import interests
from recommender import Interest, InterestKind, Profile

MAX_INTERESTS = 200
TAUGHT = (InterestKind.PAPER, InterestKind.LEARNED)
"""What buttons teach: no interests in the eyes of people, and limited by itself."""

UNDO = "To undo:"


def run(call: Call) -> Message:
    """Does what the first word says; without one, lists."""
    word, rest = first_word(call.text)
    if not word:
        return _list(call)
    command = named(TABLE, word)
    if command is None:
        raise unknown(call.say("interests", "interests here"), TABLE, word)
    return command.run(replace(call, text=rest))


def _list(call: Call) -> Message:
    known = _known(call)
    if not known:
        return note(
            call.say(
                "You follow nothing yet. Tell me what you read about, for example:",
                "This channel follows nothing yet. Tell me what it is about, for example:",
            ),
            code(_line_for(call, "add speech translation, vector search"), 100),
            code(_line_for(call, "add author:Hervé Jégou"), 100),
        )
    # What was typed comes first: behind many liked papers nobody would see it.
    numbered = sorted(enumerate(known, 1), key=lambda each: each[1].kind is InterestKind.PAPER)
    lines = [f"{number}. {_line(call, interest)}" for number, interest in numbered]
    whose = call.say("Your interests", "This channel's interests")
    return note(f"*{whose}* ({len(known)})", *lines)


def _edit(call: Call) -> Message:
    """A button: the form itself opens where Slack lets one open."""
    text = call.say("Your interests in a form:", "This channel's interests in a form:")
    return offer(text, "Edit interests", OPEN_INTERESTS, call.say("", HERE))


def _add(call: Call) -> Message:
    new = each_once(under_own_id(call.library, each) for each in parse_interests(call.text))
    if not new:
        raise UserError(f"Add what? For example: {_line_for(call, 'add vector search')}")
    if learned := [one.text for one in new if one.kind is InterestKind.LEARNED]:
        instead = _line_for(call, f"add {learned[0][:60]}")
        raise UserError(f"Liked papers teach words by themselves; to follow it: {instead}")
    known = _known(call)
    followed = [_as_followed(known, interest) for interest in new]
    put_all(call, followed)
    already = call.say("You follow", "This channel follows")
    lines = [
        f"{already if _is_followed(known, interest) else 'Following'} "
        f"{_line(call, interest)}{_answered(call, interest)}"
        for interest in followed
    ]
    return note(*lines, f"See what that brings: {code(call.line('digest', 'preview'), 60)}")


def _remove(call: Call) -> Message:
    gone = _picked(call, call.text)
    with call.store.writing() as connection:
        interests.hold(connection, call.of)
        for interest in gone:
            interests.remove(connection, call.of, interest)
    told = call.say("You no longer follow", "This channel no longer follows")
    return note(f"{told} {_names(call, gone)}. {UNDO}", *_restoring(call, gone))


def _weight(call: Call) -> Message:
    text, _, number = call.text.strip().rpartition(" ")
    if not text:
        raise UserError(
            f"Write the interest and a number, for example: {_line_for(call, 'weight 1 2')}"
        )
    weight = parse_weight(number)
    picked = _picked(call, text)
    put_all(call, [replace(old, weight=weight) for old in picked])
    lines = [
        f"{_name(call, old)} now weighs {weight:g} (before: {old.weight:g})." for old in picked
    ]
    return note(*lines)


def _mute(call: Call) -> Message:
    known = _known(call)
    parts = split(call.text)
    muted = each_once(_numbered(known, part) or _parsed(call, part) for part in parts)
    if not muted:
        raise UserError(f"Mute what? For example: {_line_for(call, 'mute robotics')}")
    old = [found for interest in muted if (found := _found(known, interest))]
    new = [interest for interest in muted if _found(known, interest) is None]
    put_all(call, [replace(interest, muted=True) for interest in (*old, *new)])
    followed = [replace(interest, weight=1.0) for interest in old if not interest.muted]
    head = call.line("interests")
    undo = [*commands_for("unmute", followed, head), *commands_for("remove", new, head)]
    told = _muted(call, [*old, *new])
    return note(*told, *([UNDO] if undo else []), *(code(line, 2_600) for line in undo))


def _muted(call: Call, named: Sequence[Interest]) -> list[str]:
    """What becomes of each kind: to mute a liked paper, or what it taught, is not to mute words."""
    by_kind: dict[InterestKind, list[Interest]] = {}
    for one in named:
        by_kind.setdefault(one.kind if one.kind in TAUGHT else InterestKind.KEYWORD, []).append(one)
    says = {
        InterestKind.KEYWORD: f"Papers about {{}} will not be shown{call.say('', ' here')}.",
        InterestKind.PAPER: "Less like {}.",
        InterestKind.LEARNED: "Forgotten: {} will not be learned from liked papers any more.",
    }
    return [says[kind].format(_names(call, ones)) for kind, ones in by_kind.items()]


def _unmute(call: Call) -> Message:
    old = _picked(call, call.text)
    put_all(call, [replace(interest, muted=False) for interest in old])
    back = {
        InterestKind.PAPER: "is liked: digests bring papers like it.",
        InterestKind.LEARNED: "counts again, with all that liked papers teach.",
    }
    others = "is followed like the others again."
    return note(*(f"{_name(call, one)} {back.get(one.kind, others)}" for one in old))


def _hidden(call: Call) -> Message:
    """The papers of which nothing was to be seen, for second thoughts."""
    if call.of.is_channel:
        raise UserError("Papers are hidden by persons, each for themselves, not by a channel.")
    return page(call, View(ViewKind.HIDDEN, "-"))


def _clear(call: Call) -> Message:
    known = _known(call)
    if not known:
        subject = call.say("You follow", "This channel follows")
        return note(f"{subject} nothing, so there was nothing to clear.")
    with call.store.writing() as connection:
        interests.hold(connection, call.of)
        interests.clear(connection, call.of)
    gone = "1 interest is" if len(known) == 1 else f"All {len(known)} interests are"
    return note(f"{gone} gone. {UNDO}", *_restoring(call, known))


def _restoring(call: Call, gone: Sequence[Interest]) -> list[str]:
    """What to type to have these interests back as they were."""
    head = call.line("interests")
    followed = commands_for("add", (interest for interest in gone if not interest.muted), head)
    muted = commands_for("mute", (interest for interest in gone if interest.muted), head)
    return [code(line, 2_600) for line in (*followed, *muted)]


def _picked(call: Call, text: str) -> list[Interest]:
    """The interests that somebody names, by their numbers in the list or by their words."""
    known = _known(call)
    picked = [_one(call, known, part) for part in split(text)]
    if not picked:
        listed = call.say("lists yours", "lists them")
        raise UserError(f"Which interest? {call.line('interests')} {listed} with their numbers.")
    return list(dict.fromkeys(picked))


def _one(call: Call, known: Sequence[Interest], text: str) -> Interest:
    if numbered := _numbered(known, text):
        return numbered
    wanted = _parsed(call, text)
    if found := _found(known, wanted):
        return found
    subject, does = call.say("You do", "This channel does"), call.say("you do", "it does")
    raise UserError(
        f"{subject} not follow “{wanted.label[:60]}”; {call.line('interests')} lists what {does}."
    )


def _parsed(call: Call, text: str) -> Interest:
    return under_own_id(call.library, parse_interest(text))


def _numbered(known: Sequence[Interest], text: str) -> Interest | None:
    is_listed = text.isdecimal() and len(text) < 5 and 1 <= int(text) <= len(known)
    return known[int(text) - 1] if is_listed else None


def _found(known: Sequence[Interest], wanted: Interest) -> Interest | None:
    """The interest that people would call the same."""
    key = interests.key(wanted)
    same = (i for i in known if i.kind is wanted.kind and interests.key(i) == key)
    return next(same, None)


def _as_followed(known: Sequence[Interest], new: Interest) -> Interest:
    """The interest as it is once it is added: it keeps a weight that was given before."""
    old = _found(known, new)
    keeps = old is not None and new.weight == 1
    return replace(new, weight=old.weight) if old is not None and keeps else new


def _is_followed(known: Sequence[Interest], interest: Interest) -> bool:
    old = _found(known, interest)
    return old is not None and not old.muted


def put_all(call: Call, changed: Iterable[Interest]) -> None:
    """Follows or mutes these, with their weights. Raises UserError where they are too many."""
    with call.store.writing() as connection:
        interests.hold(connection, call.of)
        for interest in changed:
            interests.put(connection, call.of, interest)
        # Checked at the end, where what was there before does not count twice.
        if count_typed(interests.profile(connection, call.of)) > MAX_INTERESTS:
            raise UserError(
                f"A profile holds at most {MAX_INTERESTS} interests; remove some first."
            )


def count_typed(profile: Profile) -> int:
    """How many interests count for MAX_INTERESTS."""
    return sum(interest.kind not in TAUGHT for interest in profile.interests)


def _known(call: Call) -> tuple[Interest, ...]:
    with call.store.reading() as connection:
        return interests.profile(connection, call.of).interests


def _answered(call: Call, interest: Interest) -> str:
    """Says when nothing in the corpus answers an interest: most often a slip of the pen."""
    if call.library.index.recommend(Profile([interest]), limit=1):
        return ""
    return ", though no paper known yet matches it"


def _line(call: Call, interest: Interest) -> str:
    weight = f" ×{interest.weight:g}" if interest.weight != 1 else ""
    is_paper = interest.kind is InterestKind.PAPER
    muted = " (less like this)" if is_paper else " (muted: never shown)"
    if interest.kind is InterestKind.LEARNED:
        muted = " (forgotten: learned no more)"
    liked = " (liked)" if is_paper else ""
    return f"{_name(call, interest)}{weight}{muted if interest.muted else liked}"


def _line_for(call: Call, rest: str) -> str:
    return call.line("interests", rest)


def _names(call: Call, named: Sequence[Interest]) -> str:
    rest = len(named) - 5
    names = ", ".join(_name(call, interest) for interest in named[:5])
    return f"{names} and {rest} more" if rest > 0 else names


def _name(call: Call, interest: Interest) -> str:
    return f"*{mrkdwn(label_of(call.library, interest), MAX_TEXT + 60)}*"


TABLE = (
    Command("list", "", "what you follow", _list),
    Command("edit", "", "all of them in a form", _edit),
    Command(
        "add", "WORDS[, …]", "follow words, author:NAME, area:cs.CL, org:NAME; x2 doubles", _add
    ),
    Command("remove", "WORDS or number", "stop following", _remove),
    Command("weight", "WORDS or number, 0.1-10", "make one count more or less", _weight),
    Command("mute", "WORDS or number", "never show papers about it", _mute),
    Command("unmute", "WORDS or number", "undo mute", _unmute),
    Command("hidden", "", "the papers you hid, to have them back", _hidden),
    Command("clear", "", "forget all interests", _clear),
)
