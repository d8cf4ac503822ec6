"""Whatever people and papers are called: every Home and modal is taken by Slack, and stays text."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from slack_sdk.models.views import View

from bot.blocks import home as tab
from bot.blocks import modals
from bot.blocks.forms import interests, onboarding, restoring, sharing, shelf, subscription, why
from bot.blocks.message import Message
from bot.demo.controls import controls
from bot.demo.limits import refuse_view
from bot.slack.home import HOME_PRESSES
from bot.slack.submissions import SUBMISSIONS, SUGGESTIONS
from bot.slack.views import OPENERS, VIEW_PRESSES
from recommender import Paper
from tests.test_blocks import TARGET, bounded, check, is_visible, markup, papers, texts

CHANNEL = "<#C1>"
PAPER = Paper("x:1", "A title", "An abstract on words.", ("Ann Lee",), urls=("https://a.example",))


def check_view(view: View, kind: str = "modal") -> dict[str, Any]:
    """Slack takes the view, and nothing in it but our own links and channels means anything."""
    json: dict[str, Any] = view.to_dict()
    refuse_view(json, kind=kind)
    for text in markup(json["blocks"]):
        rest = TARGET.sub("", text).replace(CHANNEL, "")
        assert not set("<>") & set(rest)
        assert all(is_visible(character) for character in text)
    return json


short = texts.map(lambda text: text[:75]).filter(lambda text: bool(text.strip()))
names = st.lists(short, max_size=10, unique=True)
several = st.lists(st.tuples(st.uuids().map(lambda key: key.hex), texts), min_size=1, max_size=120)
lists_of_papers = st.lists(papers, max_size=20, unique_by=lambda paper: paper.id)
homes = st.builds(
    tab.Home,
    followed=st.lists(
        st.builds(tab.Followed, texts, st.floats(0.1, 10), st.integers(0, 10**6)), max_size=15
    ),
    n_followed=st.integers(15, 200),
    muted=st.lists(texts, max_size=tab.MAX_MUTED),
    n_muted=st.integers(0, 200),
    n_liked=st.integers(0, 200),
    learned=st.lists(texts, max_size=tab.MAX_LEARNED),
    digests=st.just("Digests every day at 09:00 (Europe/Paris), up to 5 papers: *paused*."),
    is_paused=st.booleans(),
    saved=st.lists(papers, max_size=tab.MAX_SAVED),
    n_saved=st.integers(5, 500),
    n_hidden=st.integers(0, 200),
    n_disliked=st.integers(0, 200),
    past=st.lists(
        st.builds(
            tab.Past,
            st.just("d" * 32),
            texts,
            st.lists(texts, max_size=30),
            st.sampled_from(["", "failed", "dropped"]),
        ),
        max_size=tab.MAX_DIGESTS,
    ),
    channels=st.lists(st.just("C1"), max_size=40),
)
contributions = st.lists(
    st.builds(
        why.Contribution,
        texts,
        st.none() | st.integers(0, 100),
        st.lists(texts, max_size=6),
        st.sampled_from(("", why.MUTE, why.UNMUTE)),
        st.just("v" * 64),
    ),
    max_size=15,
)


@given(homes)
@bounded
def test_a_home_of_anything_is_taken_and_harmless(home: tab.Home) -> None:
    """As full as it can be, with arbitrary words and papers."""
    check_view(tab.home_view(home, "Slack did not open it."), "home")


@given(papers, contributions, contributions, names, texts)
@bounded
def test_the_reasons_of_any_paper_are_taken_and_harmless(
    paper: Paper,
    own: list[why.Contribution],
    channel: list[why.Contribution],
    follow: list[str],
    warning: str,
) -> None:
    """Sentences of arbitrary abstracts with arbitrary words in bold."""
    rows = [why.Name(name, why.FOLLOW, f"author:{n}") for n, name in enumerate(follow)]
    check_view(why.why_view(why.Why(paper, own, channel, rows, warning), "{}"))


@given(texts, st.lists(texts, max_size=4))
@bounded
def test_a_sentence_of_any_abstract_is_harmless(abstract: str, words: list[str]) -> None:
    """What is bold is one of its own words."""
    for text in (abstract, f"{abstract}. Then {' '.join(words)} <!channel>."):
        shown = why.in_sentence(text, words)
        assert not set("<>") & set(shown)


@given(lists_of_papers, st.integers(0, 480), papers)
@bounded
def test_a_list_of_any_papers_is_taken_and_harmless(
    page: list[Paper], offset: int, gone: Paper
) -> None:
    """A page anywhere in a long list, with the word that one was taken off."""
    every = [shelf.KEEP, shelf.DROP, shelf.UNHIDE, shelf.UNDISLIKE] * len(page)
    actions = {paper.id: action for paper, action in zip(page, every, strict=False)}
    left = shelf.Gone(gone, "is off your list.", shelf.KEEP) if gone else None
    check_view(shelf.shelf_view(shelf.Shelf("Saved", page, actions, offset, 500, left), "{}"))


@given(
    st.lists(texts.map(lambda text: text[:3_000]), min_size=1, max_size=20),
    st.lists(texts.map(lambda text: text[:3_000]), min_size=1, max_size=5),
    st.lists(short, max_size=100, unique=True),
    several,
    texts,
)
@bounded
def test_the_form_of_any_profile_is_taken_and_harmless(
    words: list[str],
    muted: list[str],
    chosen: list[str],
    offered: list[tuple[str, str]],
    warning: str,
) -> None:
    """Long profiles in many fields, a hundred names chosen, a hundred papers liked."""
    fields = (interests.UNLIKE, interests.UNDISLIKE, interests.UNLEARN, interests.RELEARN)
    form = interests.InterestsForm(
        words,
        muted,
        {interests.AUTHORS: chosen},
        dict.fromkeys(fields, offered),
        "C1",
        warning,
    )
    check_view(interests.interests_form(form, "m" * 3_000))


@given(st.lists(texts, max_size=30), st.lists(texts, max_size=30), texts, texts)
@bounded
def test_what_a_form_took_away_is_named_whatever_it_is_called(
    gone: list[str], changed: list[str], words: str, terms: str
) -> None:
    """Interests in many fields, and a digest's terms with what to type."""
    lost = restoring.Lost(gone, changed, [words] * 20, [words, ""], "C1")
    check_view(restoring.restoring_form(lost, "m" * 3_000))
    check_view(subscription.changed_view(f"Up to {terms}", terms, [terms] * 4, "m" * 3_000))


@given(lists_of_papers, st.lists(texts, max_size=99), names, names)
@bounded
def test_the_choices_of_any_papers_are_taken_and_harmless(
    found: list[Paper], missing: list[str], terms: list[str], authors: list[str]
) -> None:
    """Titles as things to tick, and lines of which nothing is known."""
    several = [onboarding.Term(term, len(term) % 2 == 0) for term in terms]
    choices = onboarding.Choices(found * 2, missing, 7, several, authors, "x" * 3_000)
    check_view(onboarding.choose_form(choices, "{}"))


@given(texts, texts)
@bounded
def test_a_modal_that_only_tells_is_taken_and_harmless(title: str, text: str) -> None:
    """With a title that is anybody's words."""
    check_view(modals.telling(title or "T", text))


def a_why() -> View:
    """Why a paper is here, with every kind of reason."""
    own = [why.Contribution("a", 60, ("words",), why.MUTE, "v")]
    own.append(why.Contribution("b", None, (), why.UNMUTE, "w"))
    own.append(why.Contribution("c", 40, (), why.UNLIKE, "x"))
    own.append(why.Contribution("d", None, (), why.LIKE, "y", "taken back"))
    follow = [why.Name("a", why.FOLLOW, "author:0"), why.Name("b", why.UNFOLLOW, "area:0")]
    return why.why_view(why.Why(PAPER, own, (), follow), "")


def rendered() -> list[dict[str, Any]]:
    """Every view there is, with every control that it may have."""
    full = tab.Home(
        [tab.Followed("a", 2.0, 1)],
        1,
        digests="Digests",
        saved=[PAPER],
        n_saved=1,
        n_hidden=1,
        past=[tab.Past("d", "Monday", ["T"])],
    )
    subscription_form = subscription.SubscriptionForm(
        "weekly", ["mon"], "", "09:00", "5", "say", True, 30, where=subscription.HERE, channel="C1"
    )
    form = interests.InterestsForm([""], [""], {})
    row = [("k", "label")]
    views = [
        tab.home_view(tab.Home()),
        tab.home_view(full),
        tab.home_view(tab.Home(digests="Digests", is_paused=True)),
        tab.home_view(tab.Home(n_liked=1)),
        interests.interests_form(form, ""),
        interests.interests_form(
            interests.InterestsForm([""], [""], {}, {interests.UNLIKE: row}), ""
        ),
        subscription.subscription_form(subscription_form, ""),
        onboarding.paste_form("A title"),
        onboarding.choose_form(
            onboarding.Choices([PAPER], [], 0, [onboarding.Term("t", True)], ["n"]), ""
        ),
        a_why(),
        shelf.shelf_view(shelf.Shelf("T", [PAPER, PAPER], {PAPER.id: shelf.KEEP}, 20, 99), ""),
        *(
            shelf.shelf_view(
                shelf.Shelf("T", [PAPER], {PAPER.id: does}, 0, 9, shelf.Gone(PAPER, "x", undo)), ""
            )
            for does, undo in (
                (shelf.DROP, shelf.KEEP),
                (shelf.UNHIDE, shelf.HIDE),
                (shelf.UNDISLIKE, shelf.DISLIKE),
            )
        ),
        modals.loading("T"),
        restoring.restoring_form(restoring.Lost(["a"], ["b"], ["a"], ["b"]), ""),
        subscription.changed_view("Up to 5 papers.", "Up to 3.", ["subscribe daily"], ""),
        sharing.share_form(sharing.ShareForm(PAPER), ""),
        sharing.shared_view("You shared it.", "", "0" * 32),
    ]
    return [view.to_dict() for view in views]


OFFERS = [
    modals.offer("Edit", "Edit interests", modals.OPEN_INTERESTS, "here"),
    modals.offer("Change", "Change the digest", modals.OPEN_SUBSCRIPTION),
]


def pressed(blocks: list[dict[str, Any]]) -> set[str]:
    """The action ids that Slack sends as soon as somebody presses or types."""
    every = controls(blocks)
    at_once = {c.action_id for c in every if c.is_dispatched}
    return at_once | {c.action_id for c in every if c.type.endswith("external_select")}


def test_every_control_has_a_listener_and_every_listener_a_control() -> None:
    """The controls of all views are those of the tables."""
    shown = {action for view in rendered() for action in pressed(view["blocks"])}
    shown |= {a for offer in OFFERS for a in pressed([block.to_dict() for block in offer.blocks])}
    each = [*HOME_PRESSES, *OPENERS, *VIEW_PRESSES, *SUGGESTIONS, sharing.TAKE_BACK_HERE]
    tables = set(each)
    assert shown == tables
    assert len(each) == len(tables)


def test_every_form_has_a_submission_and_every_submission_a_form() -> None:
    """The callback ids of all modals that can be sent are those of the table."""
    forms = {view["callback_id"] for view in rendered() if view.get("submit")}
    assert forms == {*SUBMISSIONS, sharing.SHARE_PAPER}


def test_offers_are_messages_like_others() -> None:
    """Slack takes them."""
    for offer in OFFERS:
        check(Message(offer.text, offer.blocks))
