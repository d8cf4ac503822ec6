"""The first steps: what somebody reads becomes likes, interests and a subscription."""

from collections import Counter
from collections.abc import Sequence
from itertools import islice

from slack_sdk.models.views import View

from bot.blocks.forms.onboarding import (
    AUTHORS,
    FOUND,
    PASTED,
    TERMS,
    TOPICS,
    Choices,
    Term,
    choose_form,
    paste_form,
)
from bot.blocks.modals import CHECKBOXES, MAX_OPTION
from bot.blocks.text import one_line, plain
from bot.commands.calls import Call
from bot.commands.forms.frame import About, Filled, Outcome
from bot.commands.forms.pasted import Recognised, recognised
from bot.commands.forms.subscription import offer_subscription
from bot.commands.interests import MAX_INTERESTS, count_typed
from bot.commands.spelling import parse_interest, parse_interests, spelled, under_own_id
from bot.errors import UserError
from bot.store import interests, subscriptions
from recommender import Index, Interest, InterestKind, Paper

MAX_LIKES = 50
# A modal carries 3,000 characters.
_MAX_CARRIED = 2_600
# Some of them are followed already.
_TOPICS = 2 * CHECKBOXES
_SEVERAL = 2
_LOOKED_AT = 50
_NAMED = 3


def open_onboarding(call: Call) -> View:
    """The first form, with an example that this library knows."""
    return paste_form(_example(call.library.index))


def _example(index: Index) -> str:
    """An id, where there is one, and a title, a line each; empty where there is no paper."""
    some = list(islice(index, _LOOKED_AT))
    named = (paper.id for paper in some if paper.id.startswith(("arxiv:", "doi:")))
    known = next((key for key in named if len(key) <= MAX_OPTION), "")
    others = (one_line(paper.title) for paper in some if paper.id != known)
    title = next((each for each in others if len(each) <= MAX_OPTION and " " in each), "")
    return "\n".join(filter(None, (known, title)))


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
            return Outcome({PASTED: _none_of(found)})
        return _follow(call, (), typed)
    papers = _carried(found.papers)
    choices = _choices(call, papers, found, topics)
    about = About(papers=tuple(paper.id for paper in papers))
    return Outcome(view=choose_form(choices, about.write()))


def _none_of(found: Recognised) -> str:
    """Names what is not here, and what can be done."""
    named = ", ".join(f"“{plain(each, 80)}”" for each in found.missing[:_NAMED])
    more = len(found.missing) + found.more - _NAMED
    rest = f" and {more} more" if more > 0 else ""
    return (
        f"The library does not have {named}{rest}. Try others, or write below what you read about; "
        "an admin can add sources of papers."
    )


def follow_chosen(call: Call, filled: Filled) -> Outcome:
    """Follows and likes what was ticked, and offers digests of it."""
    ids = filled.about.papers
    ticked = {value for key in filled.keys(FOUND) for value in filled.ticked(key)}
    liked = [key for number, key in enumerate(ids) if str(number) in ticked]
    try:
        wanted = [
            # Spelled, because the end of a name could be taken for a weight.
            *(parse_interest(spelled(Interest(term))) for term in filled.ticked(TERMS)),
            *(parse_interest(spelled(_author(name))) for name in filled.ticked(AUTHORS)),
            *parse_interests(filled.typed(TOPICS)),
        ]
    except UserError as error:
        return Outcome({TOPICS: str(error)})
    return _follow(call, liked, wanted)


def _author(name: str) -> Interest:
    return Interest(name, kind=InterestKind.AUTHOR)


def _follow(call: Call, liked: Sequence[str], wanted: Sequence[Interest]) -> Outcome:
    """Adds likes, of papers that are here, and interests; what is there already stays as it is."""
    if not (liked or wanted):
        nothing = "Nothing is ticked: tick what to follow, or write it here; or close this."
        return Outcome({TOPICS: nothing})
    known_papers = [paper.id for paper in call.library.papers(liked).values()]
    likes = [Interest(key, kind=InterestKind.PAPER) for key in known_papers]
    wanted = [under_own_id(call.library, one) for one in wanted]
    with call.store.writing() as connection:
        interests.hold(connection, call.of)
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
) -> list[Term]:
    """What the papers are about and nobody follows yet, ticked where several are about it."""
    suggested = []
    for topic in call.library.index.topics(papers, _TOPICS):
        key = (InterestKind.KEYWORD, interests.key(Interest(topic.text)))
        if key not in followed and len(topic.text) <= MAX_OPTION:
            suggested.append(Term(topic.text, topic.papers >= _SEVERAL))
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
