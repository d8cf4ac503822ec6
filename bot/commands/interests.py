"""`/papers interests …`: what somebody follows, and how much."""

from collections.abc import Sequence
from dataclasses import replace

from bot.blocks import Message, code, mrkdwn, note
from bot.commands.calls import SLASH, Call, Command, first_word, named, nearest
from bot.errors import UserError
from bot.store import interests
from recommender import Interest, InterestKind, Profile
from recommender.text import tokens

MAX_TEXT = 200
MAX_INTERESTS = 200
MAX_WEIGHT = 10.0


def run(call: Call) -> Message:
    """Does what the first word says; without one, lists."""
    word, rest = first_word(call.text)
    if not word:
        return _list(call)
    command = named(TABLE, word)
    if command is None:
        near = nearest(TABLE, word)
        hint = f"Did you mean `{SLASH} interests {near}`?" if near else "It is one of: "
        names = "" if near else ", ".join(c.name for c in TABLE) + "."
        raise UserError(f"There is no `interests {word[:40]}`. {hint}{names}")
    return command.run(replace(call, text=rest))


def parse_interests(text: str, *, muted: bool = False) -> list[Interest]:
    """The interests in a list with commas (none inside double quotes).

    Each is a word, a phrase, or a name behind ``author:``, ``area:``, ``org:`` or ``paper:``.
    Raises UserError for one that is empty, too long or without a word to look for.
    """
    parts = [part.strip() for part in _split(text)]
    return [parse_interest(part, muted=muted) for part in parts if part]


def parse_interest(text: str, *, muted: bool = False) -> Interest:
    """One interest; see `parse_interests`."""
    prefix, colon, rest = text.partition(":")
    kinds = {kind.value: kind for kind in InterestKind if kind is not InterestKind.KEYWORD}
    kind = kinds.get(prefix.strip().lower()) if colon else None
    value = _unquoted(rest if kind else text)
    if not value:
        raise UserError(f"What is to be followed? For example: {SLASH} interests add vector search")
    if len(value) > MAX_TEXT:
        raise UserError(f"An interest is at most {MAX_TEXT} characters; “{value[:40]}…” is longer.")
    if kind is None and not tokens(value):
        raise UserError(f"“{value[:40]}” has no word that could be found in a paper.")
    return Interest(value, muted=muted, kind=kind or InterestKind.KEYWORD)


def _list(call: Call) -> Message:
    known = _profile(call).interests
    if not known:
        return note(
            "You follow nothing yet. Tell me what you read about, for example:",
            code(f"{SLASH} interests add speech translation, vector search", 100),
            code(f"{SLASH} interests add author:Hervé Jégou", 100),
        )
    lines = [f"{number}. {_line(interest)}" for number, interest in enumerate(known, 1)]
    return _lines([f"*Your interests* ({len(known)})", *lines])


def _add(call: Call) -> Message:
    new = parse_interests(call.text)
    if not new:
        raise UserError(f"Add what? For example: {SLASH} interests add vector search")
    if len(_profile(call).interests) + len(new) > MAX_INTERESTS:
        raise UserError(f"A profile holds at most {MAX_INTERESTS} interests; remove some first.")
    with call.store.writing() as connection:
        lines = [
            f"{'Following' if interests.put(connection, call.by, interest) else 'You follow'} "
            f"{_name(interest)}{_answered(call, interest)}"
            for interest in new
        ]
    return _lines([*lines, f"See what that brings: {code(f'{SLASH} digest preview', 60)}"])


def _remove(call: Call) -> Message:
    gone = _picked(call, call.text)
    with call.store.writing() as connection:
        interests.remove(connection, call.by, gone)
    back = f"{SLASH} interests add {gone.label}"
    return note(f"You no longer follow {_name(gone)}. To undo: {code(back, 300)}")


def _weight(call: Call) -> Message:
    text, _, number = call.text.rpartition(" ")
    try:
        weight = float(number.replace(",", ".").removesuffix("x"))
    except ValueError:
        weight = 0.0
    if not text or not 0 < weight <= MAX_WEIGHT:
        raise UserError(
            f"Write the interest and a number up to {MAX_WEIGHT:g}, for example: "
            f"{SLASH} interests weight vector search 2"
        )
    old = _picked(call, text)
    _put(call, Interest(old.text, weight, old.muted, old.kind))
    return note(f"{_name(old)} now weighs {weight:g} (before: {old.weight:g}).")


def _mute(call: Call) -> Message:
    picked = _numbered(call, call.text) or parse_interest(call.text)
    _put(call, Interest(picked.text, picked.weight, True, picked.kind))
    back = f"{SLASH} interests unmute {picked.label}"
    return note(f"Papers about {_name(picked)} will not be shown. To undo: {code(back, 300)}")


def _unmute(call: Call) -> Message:
    old = _picked(call, call.text)
    _put(call, Interest(old.text, old.weight, False, old.kind))
    return note(f"{_name(old)} is an interest like the others again.")


def _clear(call: Call) -> Message:
    known = _profile(call).interests
    with call.store.writing() as connection:
        interests.clear(connection, call.by)
    if not known:
        return note("You follow nothing, so there was nothing to clear.")
    back = ", ".join(f'"{i.text}"' if "," in i.text else i.label for i in known)
    return note(
        f"All {len(known)} interests are gone. To have them back:",
        code(f"{SLASH} interests add {back}", 2_500),
    )


def _picked(call: Call, text: str) -> Interest:
    """The interest that somebody names, by its number in the list or by its words."""
    numbered = _numbered(call, text)
    if numbered is not None:
        return numbered
    wanted = parse_interest(text)
    for known in _profile(call).interests:
        if known.kind is wanted.kind and interests.key(known) == interests.key(wanted):
            return known
    raise UserError(
        f"You do not follow “{wanted.label[:60]}”; {SLASH} interests lists what you do."
    )


def _numbered(call: Call, text: str) -> Interest | None:
    known = _profile(call).interests
    number = text.strip()
    is_listed = number.isdecimal() and len(number) < 5 and 1 <= int(number) <= len(known)
    return known[int(number) - 1] if is_listed else None


def _put(call: Call, interest: Interest) -> None:
    with call.store.writing() as connection:
        interests.put(connection, call.by, interest)


def _profile(call: Call) -> Profile:
    with call.store.reading() as connection:
        return interests.profile(connection, call.by)


def _answered(call: Call, interest: Interest) -> str:
    """Says when nothing in the corpus answers an interest: most often a slip of the pen."""
    if call.library.index.recommend(Profile([interest]), limit=1):
        return ""
    return ", though no paper known yet matches it"


def _line(interest: Interest) -> str:
    weight = f" ×{interest.weight:g}" if interest.weight != 1 else ""
    return f"{_name(interest)}{weight}{' (muted: never shown)' if interest.muted else ''}"


def _name(interest: Interest) -> str:
    return f"*{mrkdwn(interest.label, MAX_TEXT + 60)}*"


def _lines(lines: Sequence[str]) -> Message:
    """As many lines as a message holds, and how many more there are."""
    shown: list[str] = []
    for line in lines:
        if sum(map(len, shown)) + len(shown) + len(line) > 2_700:
            break
        shown.append(line)
    left = len(lines) - len(shown)
    return note(*shown, *([f"…and {left} more"] if left else []))


def _split(text: str) -> list[str]:
    """Parts between commas that stand outside double quotes."""
    parts, quoted = [""], False
    for character in text.translate({0x201C: '"', 0x201D: '"'}):
        quoted ^= character == '"'
        if character in ",\n" and not quoted:
            parts.append("")
        else:
            parts[-1] += character
    if quoted:
        raise UserError("A quotation mark is left open: close it, or leave it out.")
    return parts


def _unquoted(text: str) -> str:
    return " ".join(text.replace('"', " ").split())


TABLE = (
    Command("list", "", "what you follow", _list),
    Command("add", "WORDS[, …]", "follow words, author:NAME, area:cs.CL, org:NAME", _add),
    Command("remove", "WORDS or number", "stop following", _remove),
    Command("weight", "WORDS or number, 0.1-10", "make one count more or less", _weight),
    Command("mute", "WORDS or number", "never show papers about it", _mute),
    Command("unmute", "WORDS or number", "undo mute", _unmute),
    Command("clear", "", "forget all interests", _clear),
)
