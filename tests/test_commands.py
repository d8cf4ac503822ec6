"""Everything that can be typed after the slash command, and what comes back."""

import html
import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from bot.blocks import sentence
from bot.commands import INNER, TABLE, answer
from bot.commands.interests import MAX_INTERESTS
from bot.commands.spelling import parse_interest, spelled
from bot.demo import LocalSlack, Message, Person
from bot.demo.limits import refuse_message
from bot.errors import UserError
from bot.models import DeliveryState, Subscriber, Subscription
from bot.slack.requests import call_of
from bot.store import interests, outbox, subscriptions
from bot.store.tables import metadata
from recommender import Interest, InterestKind, Paper
from tests.conftest import MONDAY, Lab, connected

TYPED = re.compile(r"`(/papers [^`]+)`")
LOOM = Paper("arxiv:2401.99999", "A loom for tensors", "Weaving.", published=date(2024, 1, 9))
RTL = "\u202eחיפוש סמנטי\u202c"


@pytest.fixture(scope="module")
def lab(seeded: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """One bot for all tests here; each test has people of its own."""
    path = tmp_path_factory.mktemp("commands") / "paperwire.db"
    shutil.copy(seeded, path)
    with LocalSlack(quiet=0.01) as slack, connected(slack, f"sqlite:///{path}") as lab:
        lab.parts.library.ingest("test", [LOOM], lab.clock)
        lab.parts.library.refresh()
        yield lab


@pytest.fixture
def ada(lab: Lab) -> Person:
    """Somebody new, in Paris."""
    return lab.team.add_person("Ada", tz="Europe/Paris")


@pytest.fixture
def bob(lab: Lab) -> Person:
    """Somebody else, in New York."""
    return lab.team.add_person("Bob", tz="America/New_York")


def says(person: Person, line: str) -> str:
    """All that the bot shows after `/papers` and this line, to the one who typed it alone."""
    seen = person.types(f"/papers {line}")
    assert [message.only_for for message in seen] == [person.id]
    return shown(seen[0])


def shown(message: Message) -> str:
    """The texts of all blocks, as they would be read."""
    texts = [
        text["text"]
        for block in message.blocks
        for text in (block.get("text"), *block.get("elements", []))
        if text and isinstance(text.get("text"), str)
    ]
    return html.unescape("\n".join(texts))


def posts_now(lab: Lab, person: Person) -> None:
    """Asks for a digest, and waits for the word that comes after it."""
    before = len(person.sees(person.direct))
    person.types("/papers digest now")
    assert lab.slack.wait_for(lambda: len(person.sees(person.direct)) == before + 2)


def typed_in(text: str) -> list[str]:
    """The commands that an answer offers, without the slash command itself."""
    return [found.removeprefix("/papers ") for found in TYPED.findall(text)]


def follows(lab: Lab, person: Person) -> list[Interest]:
    """What somebody follows, as it is stored."""
    with lab.parts.store.reading() as connection:
        return list(interests.profile(connection, lab.who(person)).interests)


def test_help_names_every_command(ada: Person) -> None:
    """Every row of the table and of its inner tables is in the help, and so it is for nothing."""
    rows = [(row.name, INNER.get(row.name, (None,))) for row in TABLE]
    names = [f"{name} {row.name}" if row else name for name, inner in rows for row in inner]
    text = says(ada, "help")
    assert [name for name in names if f"`/papers {name}" not in text] == []
    assert says(ada, "") == text


@pytest.mark.parametrize("line", ["?", "??", "--help", "hello", "please", "papers"])
def test_who_asks_for_nothing_gets_help(ada: Person, line: str) -> None:
    """A question mark, a greeting and words of asking alone are no search."""
    assert "/papers subscribe" in says(ada, line)


@pytest.mark.parametrize(
    "line",
    [
        "show me papers on watermark",
        "papers watermark",
        "Please find the latest articles about watermark?",
        "watermark papers, please",
    ],
)
def test_the_words_of_asking_are_not_searched_for(ada: Person, line: str) -> None:
    """A person's question finds what its word alone would find."""
    assert says(ada, line) == says(ada, "watermark")
    assert "Papers for “papers watermark”" in says(ada, "search papers watermark")


def test_a_link_alone_is_looked_up(ada: Person) -> None:
    """A known paper is shown; of another nobody is told to use more general words."""
    assert "A loom for tensors" in says(ada, "https://arxiv.org/abs/2401.99999")
    assert "not in the library yet" in says(ada, "https://arxiv.org/abs/1234.56789")


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.name)
def test_every_command_answers_without_words(ada: Person, row: object) -> None:
    """Typed alone, a command shows something or says in one sentence what it needs."""
    text = says(ada, getattr(row, "name", ""))
    assert text
    assert "went wrong" not in text


@pytest.mark.parametrize(
    ("line", "meant"),
    [
        ("interest add vector search", "/papers interests add vector search"),
        ("subscibe daily", "/papers subscribe daily"),
        ("HELPP", "/papers help"),
        ("unsubscrib", "/papers unsubscribe"),
        ("forgetme", "/papers forget-me"),
        ("forget me", "/papers forget-me?"),
        ("save attention", "/papers saved?"),
        ("here pause", "/papers pause here?"),
        ("here subscribe weekly monday", "/papers subscribe here weekly monday?"),
        ("paus here", "/papers pause here?"),
        ("stop", "/papers unsubscribe?"),
        ("follow vector search", "/papers interests add vector search?"),
        ("unfollow vector search", "/papers interests remove vector search?"),
        ("interests remov vector search", "/papers interests remove"),
        ("interests ad x", "/papers interests add"),
        ("digest previw", "/papers digest preview"),
        ("digest nwo", "/papers digest now"),
    ],
)
def test_a_mistyped_command_is_answered_with_the_nearest(
    ada: Person, line: str, meant: str
) -> None:
    """A slip of the pen names what was probably meant, and changes nothing."""
    assert f"Did you mean {meant}" in says(ada, line).replace("`", "")


@pytest.mark.parametrize(
    "line", ["how do models learn", "here is a loom", "saving energy", "stop words"]
)
def test_a_search_is_not_taken_for_a_slip(ada: Person, line: str) -> None:
    """Words that begin a sentence are no commands, whatever they look like."""
    assert "Did you mean" not in says(ada, line)


def test_an_unknown_inner_command_names_those_there_are(ada: Person) -> None:
    """A word that is near to none is answered with the list."""
    text = says(ada, "interests xyzzy")
    assert "There is no “interests xyzzy”" in text
    assert all(row.name in text for row in INNER["interests"])


@pytest.mark.parametrize(
    ("line", "part"),
    [
        ('search "speech translation', "quote is not closed"),
        ("speech since:2024-13-01", "since:2024-05-31"),
        ("speech since:yesterday", "has no date in it"),
        ("speech before:2024-02-31", "has no date in it"),
        ("speech colour:red", "There is no filter"),
        ("speech autor:Jegou", "did you mean author:Jegou"),
        ("speech author:", "needs a value"),
        ("speech has:data", "has:code"),
        ("x" * 3_001, "at most 3,000 characters"),
        ("search", "What are you looking for?"),
        ("show", "Which paper?"),
        ("show zzzzqqqq", "No paper known here"),
        ("similar arxiv:9999.99999", "No paper known here"),
        ("why 🎉", "No paper known here"),
        ("interests add", "Add what?"),
        ("interests add , ,", "Add what?"),
        ("interests add 🎉🎉", "no word that could be found"),
        ("interests add the", "no word that could be found"),
        ("interests add author:", "“author:” needs a name behind it"),
        ("interests add author:🎉", "no word that could be found"),
        (f"interests add {'long ' * 60}", "at most 200 characters"),
        ('interests add "speech', "quotation mark is left open"),
        ("interests remove", "Which interest?"),
        ("interests remove quantum chess", "You do not follow “quantum chess”"),
        ("interests remove 99", "You do not follow “99”"),
        ("interests weight", "interests weight"),
        ("interests weight 5", "interests weight"),
        ("interests weight speech 0", "from 0.1 to 10"),
        ("interests weight speech 11", "from 0.1 to 10"),
        ("interests weight speech -1", "from 0.1 to 10"),
        ("interests weight speech nan", "from 0.1 to 10"),
        ("interests weight speech inf", "from 0.1 to 10"),
        ("interests weight speech much", "from 0.1 to 10"),
        ("interests add speech ×99", "from 0.1 to 10"),
        ("interests mute", "Mute what?"),
        ("interests unmute", "Which interest?"),
        ("subscribe sometimes", "neither a cadence"),
        ("subscribe weekly fryday", "Did you mean “friday”"),
        ("subscribe 25:00", "no time of day"),
        ("subscribe 09:00 10:00", "One time is enough"),
        ("subscribe 0 papers", "1 to 30 papers"),
        ("subscribe 31 papers", "1 to 30 papers"),
        (f"subscribe {'9' * 50} papers", "1 to 30 papers"),
        ("subscribe daily mon", "already says the days"),
        ("unsubscribe", "You get no digests yet"),
        ("pause", "You get no digests yet"),
        ("resume", "You get no digests yet"),
        ("digest fax", "There is no “digest fax”"),
        ("digest empty", "You get no digests yet"),
        ("digest explore", "You get no digests yet"),
        ("quiet", "You get no digests yet"),
        ("snooze 3", "You get no digests yet"),
        ("history", "No digest came yet"),
        ("history 1", "No digest came yet"),
        ("forget-me", "forget-me yes"),
        ("forget-me please", "forget-me yes"),
    ],
)
def test_wrong_input_is_answered_with_what_to_do(ada: Person, line: str, part: str) -> None:
    """What cannot be done is one paragraph that says so, and nothing else."""
    text = says(ada, line)
    assert part in text
    assert "\n" not in text
    assert "went wrong" not in text


@pytest.mark.parametrize(
    "line",
    ["🎉🎉", RTL, "\x00\x1b[2J\x07", "<!channel>", "--verbose", "*_~`", "x " * 1_500, "é" * 3_000],
)
def test_odd_words_are_searched_for_like_others(ada: Person, line: str) -> None:
    """Whatever is typed is a search that finds something or says that nothing matches."""
    text = says(ada, f"search {line}")
    assert "Nothing matches" in text or "Papers for" in text
    assert "\x1b" not in text
    assert "\u202e" not in text


def test_words_in_capitals_and_other_spaces_are_commands_too(ada: Person) -> None:
    """The case of a command, and the kind of space behind it, do not matter."""
    assert "Following *vector search*" in says(ada, "INTERESTS\tAdd\nvector search")


def test_interests_are_added_listed_and_removed_by_number(lab: Lab, ada: Person) -> None:
    """A list with commas becomes numbered interests; a number or the words take one out."""
    says(ada, 'interests add speech translation, author:Hervé Jégou, "robots, legged", area:cs.CL')
    listed = says(ada, "interests")
    assert "3. *robots, legged*" in listed
    assert "You no longer follow *author:Hervé Jégou*" in says(ada, "interests remove 2")
    says(ada, "interests remove SPEECH  Translation, area:cs.CL")
    assert [interest.text for interest in follows(lab, ada)] == ["robots, legged"]


def test_the_same_interest_twice_is_one(lab: Lab, ada: Person) -> None:
    """Spelling it another way adds nothing, and keeps the weight it has."""
    says(ada, "interests add Self-Supervised ×2")
    assert "You follow *self supervised* ×2" in says(ada, "interests add self supervised")
    assert [(i.text, i.weight) for i in follows(lab, ada)] == [("Self-Supervised", 2.0)]


def test_the_same_interest_twice_in_a_line_is_one(lab: Lab, ada: Person) -> None:
    """It is said once, with the weight that was typed last."""
    assert says(ada, "interests add Speech, speech ×2, SPEECH ×3").count("Following") == 1
    assert [(i.text, i.weight) for i in follows(lab, ada)] == [("SPEECH", 3.0)]
    assert says(ada, "interests mute robots, Robots").count("obots") == 2


def test_an_interest_that_nothing_answers_is_said_to_be_so(ada: Person) -> None:
    """A slip of the pen shows at once."""
    assert "though no paper known yet matches it" in says(ada, "interests add zzzqqq")


def test_a_paper_is_followed_by_its_address(lab: Lab, ada: Person) -> None:
    """A liked paper may be given as people have it: as an address, with a version."""
    says(ada, "interests add paper:https://arxiv.org/abs/2401.08281v2")
    (interest,) = follows(lab, ada)
    assert (interest.kind, interest.text) == (InterestKind.PAPER, "arxiv:2401.08281")


def test_weights_change_and_are_shown(lab: Lab, ada: Person) -> None:
    """A weight is set by number or words, with either decimal mark, and shown on the list."""
    says(ada, "interests add vector search, robots")
    assert "now weighs 2.5 (before: 1)" in says(ada, "interests weight vector search 2,5")
    says(ada, "interests weight 2 0.5")
    assert "1. *vector search* ×2.5\n2. *robots* ×0.5" in says(ada, "interests list")
    assert [interest.weight for interest in follows(lab, ada)] == [2.5, 0.5]


def test_muting_keeps_papers_out_until_it_is_undone(ada: Person) -> None:
    """A muted interest's papers leave the preview, and the undo brings them back."""
    says(ada, "interests add speech translation")
    before = says(ada, "digest preview")
    muted = says(ada, "interests mute speech")
    assert says(ada, "digest preview") != before
    for command in typed_in(muted):
        says(ada, command)
    assert says(ada, "digest preview") == before


UNDONE = (
    "interests remove 1",
    "interests remove 2",
    "interests remove 3, 4",
    "interests remove 1, 2, 3, 4, 5, 6, 7",
    "interests mute robots",
    "interests mute 1",
    "interests mute vector search, author:Hervé Jégou, knitting",
    "interests clear",
)


@pytest.mark.parametrize("line", UNDONE)
def test_what_is_offered_as_undo_undoes(lab: Lab, ada: Person, line: str) -> None:
    """The commands in the answer, typed again, leave everything as it was."""
    says(ada, 'interests add vector search ×2.5, "robots, legged", "3", author:"Jégou, Hervé" ×0.5')
    says(ada, "interests add C++ & <b>, org:meta")
    says(ada, "interests mute watermark")
    before = {spelled(interest): interest.muted for interest in follows(lab, ada)}
    undo = typed_in(says(ada, line))
    assert {spelled(interest): interest.muted for interest in follows(lab, ada)} != before
    for command in undo:
        says(ada, command)
    assert {spelled(interest): interest.muted for interest in follows(lab, ada)} == before


def test_one_is_not_called_many(ada: Person) -> None:
    """Who clears the only interest reads of one."""
    says(ada, "interests add watermark")
    assert says(ada, "interests clear").startswith("1 interest is gone. To undo:")


def test_a_profile_has_an_end(lab: Lab, ada: Person) -> None:
    """The 201st interest is refused whole, those there are can be listed, cleared and had back."""
    many = ", ".join(f"topic{number} words" for number in range(MAX_INTERESTS))
    says(ada, f"interests add {many}")
    assert len(follows(lab, ada)) == MAX_INTERESTS
    assert f"at most {MAX_INTERESTS}" in says(ada, "interests add one, two")
    assert f"at most {MAX_INTERESTS}" in says(ada, "interests mute three")
    assert "You follow *topic7 words*" in says(ada, "interests add topic7 words")
    assert f"{MAX_INTERESTS}. *topic{MAX_INTERESTS - 1} words*" in says(ada, "interests")
    before = follows(lab, ada)
    for command in typed_in(says(ada, "interests clear")):
        says(ada, command)
    assert follows(lab, ada) == before


@given(
    st.builds(
        Interest,
        st.text(st.characters(exclude_characters='"“”„«»'), min_size=1, max_size=60)
        | st.text("ab ×xX*23.:", min_size=1, max_size=12),
        st.integers(10, 1_000).map(lambda hundredths: hundredths / 100),
        st.booleans(),
        st.sampled_from(InterestKind),
    )
)
def test_an_interest_reads_back_as_it_is_spelled(interest: Interest) -> None:
    """Whatever was once read as an interest is spelled so that it is read the same again."""
    try:
        first = parse_interest(interest.label, muted=interest.muted)
    except UserError:
        return
    weighed = Interest(first.text, interest.weight, first.muted, first.kind)
    assert parse_interest(spelled(weighed), muted=first.muted) == weighed


@pytest.mark.parametrize(
    ("typed", "words", "weight"),
    [
        ("speech ×2", "speech", 2.0),
        ("foo×2", "foo", 2.0),
        ("speech x2", "speech", 2.0),
        ("vector search X 1.5", "vector search", 1.5),
        ("vector search *3", "vector search", 3.0),
        ("author:Hervé Jégou x0,5", "Hervé Jégou", 0.5),
        ("GPT-4×2", "GPT-4", 2.0),
        ("iso 9001 ×2", "iso 9001", 2.0),
        ('"super resolution x4"', "super resolution x4", 1.0),
        ('"super resolution x4" x2', "super resolution x4", 2.0),
        ("super resolution x4", "super resolution", 4.0),
        ("word2vec", "word2vec", 1.0),
        ("convolution 3×3", "convolution 3×3", 1.0),
        ("convolution 3 × 3", "convolution 3 × 3", 1.0),
        ("contingency table 2 x 2", "contingency table 2 x 2", 1.0),
        ("SO3 x SO3", "SO3 x SO3", 1.0),
        ("compilers for x86", "compilers for x86", 1.0),
        ("glob a*2", "glob a*2", 1.0),
        ("x2", "x2", 1.0),
    ],
)
def test_a_weight_may_be_typed_on_any_keyboard(typed: str, words: str, weight: float) -> None:
    """Behind ×, x or an asterisk; sizes, names and what stands in quotes are words."""
    interest = parse_interest(typed)
    assert (interest.text, interest.weight) == (words, weight)
    assert parse_interest(spelled(interest)) == interest
    assert parse_interest(spelled(replace(interest, weight=3.0))).text == words


@pytest.mark.parametrize(
    ("words", "answer", "due"),
    [
        ("", "5 papers Monday to Friday at 09:00 (Europe/Paris)", (2, 8, 0)),
        ("weekdays 8am", "Monday to Friday at 08:00", (3, 7, 0)),
        ("weekly fri 17:30", "every Friday at 17:30", (6, 16, 30)),
        ("weekly tue and thu at 9h05 7 papers", "7 papers every Tuesday and Thursday", (3, 8, 5)),
        ("1 paper daily 12:00", "up to 1 paper every day at 12:00", (2, 11, 0)),
    ],
)
def test_a_digest_is_due_in_the_subscribers_own_time(
    lab: Lab, ada: Person, words: str, answer: str, due: tuple[int, int, int]
) -> None:
    """Each way to say when is repeated in words, and stored as the instant in Paris."""
    assert answer in says(ada, f"subscribe {words}")
    with lab.parts.store.reading() as connection:
        known = subscriptions.get(connection, lab.who(ada))
    assert known is not None
    assert known.next_due == datetime(2026, 3, *due, tzinfo=UTC)


@pytest.mark.parametrize(
    ("line", "part"),
    [
        ("snooze", "For how many days"),
        ("snooze 0", "For how many days"),
        ("snooze 367", "For how many days"),
        (f"snooze {'9' * 5_000}", "For how many days"),
        ("quiet banana", "neither a day nor hours"),
        ("quiet 22:00-22:00", "two different times"),
        ("quiet mon tue wed thu fri sat sun", "pause them instead"),
        ("digest empty maybe", "say (a sentence says so), silent"),
        ("digest explore maybe", "digest explore on, or off"),
        ("history 2", "lists your last 1"),
        ("history 0000017", "lists your last 1"),
        ("history last", "lists your last 1"),
    ],
)
def test_a_subscriber_is_told_what_to_write(lab: Lab, ada: Person, line: str, part: str) -> None:
    """Options that cannot be are answered with the ones that can."""
    says(ada, "subscribe daily 09:00")
    posts_now(lab, ada)
    text = says(ada, line)
    assert part in text
    assert "\n" not in text


SUBSCRIBED = (
    ("weekly tue thu 17:30 7 papers", ""),
    ("monthly last friday 8am 1 paper", "quiet 06:00-07:00 sat sun"),
    ("daily", "digest empty silent"),
    ("monthly 31", "digest explore on"),
)


@pytest.mark.parametrize(("words", "more"), SUBSCRIBED)
def test_unsubscribing_can_be_undone(lab: Lab, ada: Person, words: str, more: str) -> None:
    """What is offered as undo brings the subscription back with all that belongs to it."""
    says(ada, f"subscribe {words}")
    says(ada, more)
    before = subscription_of(lab, ada)
    undo = typed_in(says(ada, "unsubscribe"))
    assert subscription_of(lab, ada) is None
    for command in undo:
        says(ada, command)
    assert subscription_of(lab, ada) == before


def subscription_of(lab: Lab, person: Person) -> Subscription | None:
    """Somebody's subscription, as it is stored."""
    with lab.parts.store.reading() as connection:
        return subscriptions.get(connection, lab.who(person))


def test_pausing_and_resuming_are_seen_in_the_settings(ada: Person) -> None:
    """The settings say when digests come, that they are paused, and that they come again."""
    says(ada, "subscribe weekdays 09:00")
    assert "the next on Monday 2 March, 09:00" in says(ada, "settings")
    says(ada, "pause")
    assert "*paused*" in says(ada, "settings")
    assert "Monday 2 March, 09:00" in says(ada, "resume")
    assert "paused" not in says(ada, "settings")


def test_a_preview_changes_nothing_and_now_posts_it(lab: Lab, ada: Person) -> None:
    """A preview may be had again and again; what comes now is not in the next preview."""
    says(ada, "interests add vector search")
    before = says(ada, "digest preview")
    assert says(ada, "digest preview") == before
    posts_now(lab, ada)
    (digest,) = lab.digests(ada)
    assert "The Faiss library" in digest.text
    assert "The Faiss library" not in says(ada, "digest preview")


def test_a_digest_that_slack_does_not_take_is_not_announced(lab: Lab, ada: Person) -> None:
    """Who asks for a digest while Slack fails hears where to see what became of it."""
    says(ada, "interests add vector search")
    lab.slack.fail("chat.postMessage", error="fatal_error")
    assert "did not take it: `/papers history`" in says(ada, "digest now")
    assert lab.digests(ada) == []
    history = says(ada, "history")
    assert "The Faiss library" in history
    assert "(sent)" not in history


@pytest.mark.parametrize(
    "words",
    [
        "arxiv:2401.99999",
        "2401.99999",
        "https://arxiv.org/abs/2401.99999v3",
        "arxiv.org/pdf/2401.99999",
        "a loom for tensors",
        "loom tensors",
    ],
)
def test_a_paper_is_named_in_many_ways(ada: Person, words: str) -> None:
    """Show, similar and why take an id, an address, a title or words of it."""
    says(ada, "interests add tensors")
    assert "A loom for tensors" in says(ada, f"show {words}")
    assert "A loom for tensors" in says(ada, f"similar {words}")
    assert "*tensors* 100 %" in says(ada, f"why {words}")


def test_why_without_interests_says_so(ada: Person) -> None:
    """A paper that answers no interest is said to answer none."""
    assert "None of your interests matches it" in says(ada, "why the faiss library")


def test_what_one_person_keeps_no_other_sees(lab: Lab, ada: Person, bob: Person) -> None:
    """Interests, saved papers and digests are a person's own."""
    says(ada, "interests add vector search")
    found = ada.types("/papers watermark")[-1]
    ada.presses(found, "paper_save")
    says(ada, "subscribe daily")
    assert "follow nothing" in says(bob, "interests")
    assert "saved nothing" in says(bob, "saved")
    assert "No digests yet" in says(bob, "settings")
    assert "None of your interests" in says(bob, "why the faiss library")
    says(bob, "interests clear")
    assert len(follows(lab, ada)) == 1


def test_forget_me_leaves_nothing_of_one_and_all_of_the_others(
    lab: Lab, ada: Person, bob: Person
) -> None:
    """Once it is confirmed, no row of any table names the person; others keep theirs."""
    for person in (ada, bob):
        says(person, "interests add vector search")
        ada_or_bob = person.types("/papers watermark")[-1]
        person.presses(ada_or_bob, "paper_save")
        says(person, "subscribe daily 09:00")
        posts_now(lab, person)
    assert rows_of(lab, ada)
    before = rows_of(lab, bob)
    says(ada, "forget-me")
    assert rows_of(lab, ada)
    assert "Nothing about you is left" in says(ada, "forget-me yes")
    assert rows_of(lab, ada) == []
    assert rows_of(lab, bob) == before
    assert "follow nothing" in says(ada, "interests")


def rows_of(lab: Lab, person: Person) -> list[str]:
    """Every row of the whole database that names the person."""
    with lab.parts.store.reading() as connection:
        return [
            f"{table.name} {tuple(row)}"
            for table in metadata.sorted_tables
            for row in connection.execute(select(table))
            if person.id in map(str, row)
        ]


def test_two_workspaces_share_nothing(lab: Lab) -> None:
    """The same person's id in another workspace is another person."""
    here, there = Subscriber("T1", "U1"), Subscriber("T2", "U1")
    assert "Following" in asked(lab, here, "interests add vector search")
    assert "follow nothing" in asked(lab, there, "interests")
    asked(lab, there, "forget-me yes")
    assert "vector search" in asked(lab, here, "interests")


def asked(lab: Lab, by: Subscriber, line: str) -> str:
    """The answer to a line, whoever types it; what cannot be done is a sentence too."""
    parts = lab.parts
    call = replace(call_of(parts, by, line), now=MONDAY, zone=lambda: "UTC", deliver=lambda: 0)
    try:
        message = answer(call)
    except UserError as error:
        message = sentence(str(error))
    refuse_message(message.text, [block.to_dict() for block in message.blocks], [])
    return message.text


NAMES = [row.name for row in TABLE if row.name != "digest"]
HEADS = NAMES + [f"interests {row.name}" for row in INNER["interests"]] + ["digest preview", ""]


@given(
    st.sampled_from(HEADS),
    st.lists(
        st.text(max_size=20)
        | st.sampled_from(
            ("author:", "since:", '"', "-", ",", "1", "×2", "<!channel>", "\ud800", RTL, "vector")
        ),
        max_size=6,
    ),
)
@settings(deadline=None, max_examples=150)
def test_anything_typed_is_answered(lab: Lab, head: str, words: list[str]) -> None:
    """Whatever follows the command, an answer comes that Slack takes."""
    line = " ".join((head, *words)).encode("utf-8", "replace").decode()
    assert asked(lab, Subscriber("T0", "U0"), line)


def test_a_delivery_asked_for_is_in_the_books(lab: Lab, ada: Person) -> None:
    """A digest asked for is sent like a regular one, and counted as sent."""
    says(ada, "interests add speech")
    posts_now(lab, ada)
    with lab.parts.store.reading() as connection:
        assert outbox.count_by_state(connection)[DeliveryState.SENT] >= 1
