"""What people say to the bot in words: in its direct messages, and in channels that mention it."""

import re
from dataclasses import replace

from bot.blocks import Message, code, note
from bot.blocks.views import View, ViewKind
from bot.commands import TABLE, answer, lookup
from bot.commands.calls import SLASH, Call, first_word, named
from bot.commands.links import papers_in
from bot.commands.pages import page
from bot.commands.said import asked_for, asks_for_papers, politely, prose, typed
from bot.errors import UserError
from bot.models import Subscriber
from recommender.text import fold_words

_GREETING = re.compile(
    r"(?:hi|hello|hey|hallo|hola|bonjour)(?: there)?|good (?:morning|afternoon|evening)|"
    r"help(?: me)?|(?:who|what) are you|what (?:can|do) you do|what is this|how does this work"
)
_THANKS = re.compile(
    r"(?:many )?thanks(?: a lot)?|thank you(?: very much| so much)?|thx|ty|merci|danke|great|cool|"
    r"nice|ok|okay|perfect|awesome|got it"
)
_STOP = re.compile(r"(?:please )?(?:stop|cancel|quit|opt out|unfollow|be quiet)(?: it| this)?")
_OWN_NAME = "paperwire"
_MAX_KEY = 200
"""Of the 255 characters of a block's id the view needs some itself."""

_FOR_ALL = {"search": lookup.search, "show": lookup.show, "similar": lookup.similar}


def in_private(call: Call) -> Message:
    """The answer to a direct message: a command of the table, a linked paper, else a search.

    `call.text` is in Slack's markup. Raises UserError with a sentence for the one who wrote it.
    """
    words = typed(call.text)
    words = words.removeprefix(SLASH).strip() if words.startswith(f"{SLASH} ") else words
    if words != "help" and (kind_words := _small_talk(words)):
        return kind_words
    if _STOP.fullmatch(" ".join(fold_words(words))):
        # It may be an innocent word: nothing is ended before it is said plainly.
        return note(
            f"To end your digests, write {code('unsubscribe', 40)}; "
            f"to rest from them, {code('pause', 40)} or {code('snooze 7', 40)}. "
            f"{code(f'search {words[:40]}', 60)} searches for the word."
        )
    if named(TABLE, first_word(words)[0]) is None and (linked := lookup.linked(call)):
        return linked
    return answer(replace(call, text=words))


def in_public(call: Call) -> Message:
    """The answer to a mention, for everybody in the channel: nothing in it is anybody's own.

    `call.text` is in Slack's markup. Raises UserError with a sentence for all to read.
    """
    # The channel asks, so that nobody's saved papers or interests show.
    channel = Subscriber(call.by.workspace, call.place.id)
    words = typed(call.text)
    asked = replace(call, by=channel, of=channel, text=words)
    if kind_words := _small_talk(words):
        return kind_words
    if asks_for_papers(words):
        return _looked_up(asked, call.text)
    words = politely(words)
    word, rest = first_word(words)
    if word in _FOR_ALL:
        return _FOR_ALL[word](replace(asked, text=rest))
    if named(TABLE, word) is not None:
        raise UserError(
            f"I look papers up here; for the rest, type {SLASH} {words[:80]}. "
            f"If you are looking for these words, put search before them."
        )
    return _looked_up(asked, call.text)


def _looked_up(asked: Call, written: str) -> Message:
    """The paper that is linked in what was written, else papers for the words."""
    linked = lookup.linked(replace(asked, text=written))
    return linked or lookup.search(replace(asked, text=asked_for(asked.text)))


def related(call: Call) -> Message:
    """Papers for somebody's message: like those that it links, else for its words.

    `call.text` is in Slack's markup.
    """
    linked = papers_in(call.library, call.text)
    if linked.papers:
        return page(call, View(ViewKind.SIMILAR, _key([paper.id for paper in linked.papers])))
    words = prose(call.text)
    if not fold_words(words):
        raise UserError(
            "No paper known here is linked in that message, and it has no words to search for."
            if linked.unknown
            else "That message has no words to search for."
        )
    unknown = "The paper linked in that message is not in the library: these match its words."
    return lookup.search(replace(call, text=words), (unknown,) if linked.unknown else ())


def help_in_short() -> Message:
    """What the bot is for, and how to say so."""
    return note(
        "I find research papers. Write me what you are looking for, such as "
        f"{code('speech translation since:2024', 60)}, or paste a link to a paper.",
        f"{code(f'{SLASH} help', 40)} lists all that I can do.",
    )


def _small_talk(words: str) -> Message | None:
    """A kind word for what is no search."""
    folded = " ".join(fold_words(words)).removesuffix(f" {_OWN_NAME}")
    if _THANKS.fullmatch(folded):
        return note("You are welcome.")
    is_greeting = not folded or not asked_for(words) or _GREETING.fullmatch(folded)
    return help_in_short() if is_greeting else None


def _key(ids: list[str]) -> str:
    """Ids in a view's key, as many as a button can carry."""
    key = ids[0]
    for other in ids[1:]:
        if len(key) + len(other) < _MAX_KEY:
            key += f" {other}"
    return key
