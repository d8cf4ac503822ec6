"""The first steps: what somebody reads becomes likes, interests and a subscription."""

from collections import Counter
from collections.abc import Sequence

from slack_sdk.models.views import View

from bot.blocks.forms.onboarding import (
    AUTHORS,
    FOUND,
    PASTED,
    TERMS,
    TOPICS,
    Choices,
    choose_form,
    paste_form,
)
from bot.blocks.modals import CHECKBOXES, MAX_OPTION
from bot.commands.calls import Call
from bot.commands.forms.frame import About, Filled, Outcome
from bot.commands.forms.pasted import Recognised, recognised
from bot.commands.forms.subscription import offer_subscription
from bot.commands.interests import MAX_INTERESTS, count_typed
from bot.commands.spelling import parse_interest, parse_interests, under_own_id
from bot.errors import UserError
from bot.store import interests, subscriptions
from recommender import Interest, InterestKind, Paper, Profile
from recommender.text import tokens

MAX_LIKES = 50
# A modal carries 3,000 characters.
_MAX_CARRIED = 2_600
_LEARNED = 40
_SEVERAL = 2


def open_onboarding(_call: Call) -> View:
    """The first form."""
    return paste_form()


def recognise(call: Call, filled: Filled) -> Outcome:
    """Shows which papers were meant, and suggests what to follow."""
    text, topics = filled.typed(PASTED), filled.typed(TOPICS)
    try:
        typed = parse_interests(topics)
    except UserError as error:
        return Outcome({TOPICS: str(error)})
    if not text.strip() and not typed:
        return Outcome({PASTED: "Paste a paper here, or write below what you read about."})
    found = recognised(call, text)
    if not found.papers:
        if text.strip() and not typed:
            return Outcome({PASTED: "The library has none of these yet: write words below."})
        return _follow(call, (), typed)
    papers = _carried(found.papers)
    choices = _choices(call, papers, found, topics)
    about = About(papers=tuple(paper.id for paper in papers))
    return Outcome(view=choose_form(choices, about.write()))


def follow_chosen(call: Call, filled: Filled) -> Outcome:
    """Follows and likes what was ticked, and offers digests of it."""
    ids = filled.about.papers
    ticked = {value for key in filled.keys(FOUND) for value in filled.ticked(key)}
    liked = [key for number, key in enumerate(ids) if str(number) in ticked]
    try:
        wanted = [
            *(parse_interest(term) for term in filled.ticked(TERMS)),
            *(parse_interest(f"{InterestKind.AUTHOR}:{name}") for name in filled.ticked(AUTHORS)),
            *parse_interests(filled.typed(TOPICS)),
        ]
    except UserError as error:
        return Outcome({TOPICS: str(error)})
    return _follow(call, liked, wanted)


def _follow(call: Call, liked: Sequence[str], wanted: Sequence[Interest]) -> Outcome:
    """Adds likes, of papers that are here, and interests; what is there already stays as it is."""
    known_papers = [paper.id for paper in call.library.papers(liked).values()]
    likes = [Interest(key, kind=InterestKind.PAPER) for key in known_papers]
    wanted = [under_own_id(call.library, one) for one in wanted]
    with call.store.writing() as connection:
        known = interests.profile(connection, call.of).interests
        there = {(one.kind, interests.key(one)) for one in known if not one.muted}
        for one in (*likes, *wanted):
            if (one.kind, interests.key(one)) not in there:
                interests.put(connection, call.of, one)
        is_too_much = count_typed(interests.profile(connection, call.of)) > MAX_INTERESTS
        if is_too_much:
            raise UserError(
                f"A profile holds at most {MAX_INTERESTS} interests: untick some of these."
            )
        subscribes = subscriptions.get(connection, call.of) is not None
    if subscribes:
        return Outcome()
    note = "That is kept. Shall I bring you new papers on it? Or close this, and do so later."
    return Outcome(view=offer_subscription(call, note))


def _carried(papers: Sequence[Paper]) -> list[Paper]:
    """As many of the papers as a modal can carry the ids of."""
    carried: list[Paper] = []
    room = _MAX_CARRIED
    for paper in papers[:MAX_LIKES]:
        # In JSON a character may take six.
        room -= len(About(papers=(paper.id,)).write())
        if room > 0:
            carried.append(paper)
    return carried


def _choices(call: Call, papers: Sequence[Paper], found: Recognised, topics: str) -> Choices:
    with call.store.reading() as connection:
        known = interests.profile(connection, call.of).interests
    followed = {(one.kind, interests.key(one)) for one in known}
    return Choices(
        papers,
        found.missing,
        found.more + len(found.papers) - len(papers),
        _terms(call, papers, followed),
        _authors(papers, followed),
        topics,
    )


def _terms(
    call: Call, papers: Sequence[Paper], followed: set[tuple[InterestKind, str]]
) -> list[str]:
    """Words that the papers teach, and that say what they are about.

    These are in several of them, or in a title: the other words that one paper has before all
    others, such as its numbers and names, tell it apart, and would bring nothing else.
    """
    likes = Profile(Interest(paper.id, kind=InterestKind.PAPER) for paper in papers)
    titles = [set(tokens(paper.title)) for paper in papers]
    texts = [set(tokens(f"{paper.title} {paper.abstract}")) for paper in papers]
    suggested = []
    for learned in call.library.index.learned(likes, _LEARNED):
        words = set(tokens(learned.text))
        is_about = any(words <= title for title in titles)
        is_about |= sum(words <= text for text in texts) >= _SEVERAL
        is_word = any(len(word) > 2 and word.isalpha() for word in words)
        key = (InterestKind.KEYWORD, interests.key(Interest(learned.text)))
        if is_about and is_word and key not in followed and len(learned.text) <= MAX_OPTION:
            suggested.append(learned.text)
    return suggested[:CHECKBOXES]


def _authors(papers: Sequence[Paper], followed: set[tuple[InterestKind, str]]) -> list[str]:
    """Who wrote several of the papers, the most first."""
    counted = Counter(name for paper in papers for name in dict.fromkeys(paper.authors))
    names = [name for name, times in counted.most_common() if times >= _SEVERAL]
    return [
        name
        for name in names
        if 0 < len(name) <= MAX_OPTION - len("author:")
        and (InterestKind.AUTHOR, interests.key(Interest(name))) not in followed
    ][:CHECKBOXES]
