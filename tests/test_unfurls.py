"""Links to papers: what stands under them, for whom Save works, and when nothing is shown."""

import logging
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.blocks.unfurl import MAX_SENTENCE, first_sentence, unfurled, unfurled_title
from bot.commands.links import papers_in
from bot.commands.said import links
from bot.demo import LocalSlack, Message
from bot.demo.limits import refuse_message
from bot.demo.world import Conversation
from bot.store import Store, addresses
from bot.store import papers as papers_of
from recommender import Paper
from tests.conftest import Lab, connected
from tests.store_lab import NOW

DOMAINS = ("arxiv.org", "doi.org", "aclanthology.org")
LOOM = Paper(
    "arxiv:2401.99999",
    "A loom for <!channel> tensors",
    "We follow Weaver et al. (2020) and weave tensors. Then we stop.",
    authors=("Ada Lovelace", "J. Jacquard"),
    urls=("https://doi.org/10.1145/LOOM.1", "https://aclanthology.org/2023.acl-long.1/"),
)
OLD = Paper("arxiv:math/0309136", "An old theorem", "It holds.")
DOI = Paper("doi:10.1016/0370(93)90200-l", "A paper with brackets in its DOI")
ARXIV = "https://arxiv.org/abs/2401.99999"


@pytest.fixture(scope="module")
def lab(seeded: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """One bot for all tests here, allowed to hear of links and to show something under them."""
    path = tmp_path_factory.mktemp("unfurls") / "paperwire.db"
    shutil.copy(seeded, path)
    with LocalSlack(burst=None) as slack, connected(slack, f"sqlite:///{path}") as lab:
        slack.listens_for_links(*DOMAINS)
        lab.team.grant("links:read", "links:write")
        lab.parts.library.ingest("test", [LOOM, OLD, DOI], lab.clock)
        lab.parts.library.refresh()
        yield lab


@pytest.fixture
def general(lab: Lab) -> Conversation:
    """A channel with Ada, Bob and the bot."""
    return lab.team.add_channel("general", members=[lab.ada, lab.bob])


def posted(lab: Lab, text: str, channel: Conversation) -> Message:
    """What Ada posted, as it looks once the bot had its time."""
    before = len(lab.slack.calls)
    lab.ada.says(text, channel, wait=1)
    lab.slack.wait_for(lambda: len(lab.slack.calls) > before, 0.5)
    return [m for m in lab.team.messages(channel) if not m.bot_id][-1]


@pytest.mark.parametrize(
    ("url", "paper"),
    [
        (ARXIV, LOOM),
        ("http://www.arxiv.org/abs/2401.99999v3", LOOM),
        ("https://arxiv.org/pdf/2401.99999v2.pdf", LOOM),
        ("https://arxiv.org/pdf/2401.99999", LOOM),
        ("https://arxiv.org/html/2401.99999v1#S3", LOOM),
        ("https://export.arxiv.org/abs/2401.99999?context=cs", LOOM),
        ("https://doi.org/10.48550/arXiv.2401.99999", LOOM),
        ("https://doi.org/10.1145/loom.1?ref=a&b=c", LOOM),
        ("https://aclanthology.org/2023.acl-long.1", LOOM),
        ("https://www.aclanthology.org/2023.acl-long.1.pdf", LOOM),
        ("https://arxiv.org/abs/math/0309136", OLD),
        ("https://arxiv.org/abs/math.GT/0309136v1", OLD),
        ("https://doi.org/10.1016/0370(93)90200-L", DOI),
        ("https://dx.doi.org/10.1016/0370%2893%2990200-L", DOI),
    ],
)
def test_a_link_to_a_known_paper_is_unfurled(
    lab: Lab, general: Conversation, url: str, paper: Paper
) -> None:
    """However it is written, and whichever of the paper's places it leads to."""
    message = posted(lab, f"look: {url}", general)
    (shown,) = message.attachments
    assert shown["from_url"] == url
    assert paper.title.split("<")[0] in str(shown["blocks"])


def test_it_says_what_the_paper_is(lab: Lab, general: Conversation) -> None:
    """Title, authors and the abstract's first sentence; nothing in them pings anybody."""
    (shown,) = posted(lab, ARXIV, general).attachments
    told = str(shown["blocks"])
    assert "A loom for &lt;!channel&gt; tensors" in told
    assert "Ada Lovelace, J. Jacquard" in told
    assert "We follow Weaver et al. (2020) and weave tensors." in told
    assert "Then we stop" not in told


@pytest.mark.parametrize(
    "text",
    [
        "no link at all",
        "https://arxiv.org/abs/1234.56789",
        "https://arxiv.org/list/cs.CL/recent",
        "https://doi.org/10.9999/unknown",
        "https://aclanthology.org/2019.acl-short.9",
        "https://aclanthology.org/",
        "https://arxiv.org.evil.example/abs/2401.99999",
        "https://example.org/?u=https://arxiv.org/abs/2401.99999",
    ],
)
def test_other_links_are_left_alone(lab: Lab, general: Conversation, text: str) -> None:
    """No noise under what the library does not know."""
    before = len(lab.slack.calls)
    lab.ada.says(text, general, wait=0.3)
    assert posted(lab, ARXIV, general).attachments
    assert [call.method for call in lab.slack.calls[before:]] == ["chat.unfurl"]
    typed = [m for m in lab.team.messages(general) if not m.bot_id]
    assert typed[-2].attachments == ()


def test_several_links_have_one_each_and_a_flood_has_an_end(
    lab: Lab, general: Conversation
) -> None:
    """Three papers are shown, of however many."""
    every = [f"https://arxiv.org/abs/{name}" for name in ("2401.99999", "math/0309136")]
    every += ["https://doi.org/10.1016/0370(93)90200-L", "https://arxiv.org/abs/2401.99999v2"]
    message = posted(lab, " and ".join(every), general)
    assert [shown["from_url"] for shown in message.attachments] == every[:3]


def test_a_paper_behind_several_links_is_shown_once(lab: Lab, general: Conversation) -> None:
    """Under the first of them, and the others take no place from another paper."""
    same = [f"https://arxiv.org/{kind}/2401.99999" for kind in ("abs", "pdf", "html")]
    other = "https://arxiv.org/abs/math/0309136"
    message = posted(lab, " and ".join([*same, other]), general)
    assert [shown["from_url"] for shown in message.attachments] == [same[0], other]


def test_save_works_for_whoever_presses(lab: Lab, general: Conversation) -> None:
    """The answer is theirs alone; the message and what stands under it stay as they are."""
    message = posted(lab, ARXIV, general)
    seen = lab.bob.presses(message, "paper_save")
    assert [answer.only_for for answer in seen] == [lab.bob.id]
    assert "Saved" in seen[-1].text
    assert "A loom for" in lab.bob.types("/papers saved", general)[-1].text
    assert "saved nothing" in lab.ada.types("/papers saved", general)[-1].text
    assert message in lab.team.messages(general)


def test_a_message_being_written_has_a_preview(lab: Lab) -> None:
    """By the id that Slack gives it; there is no message yet."""
    shown = lab.team.previews(lab.ada, f"see {ARXIV}")
    assert list(shown) == [ARXIV]
    assert shown[ARXIV]["preview"]["title"]["text"] == LOOM.title
    assert lab.slack.calls_of("chat.unfurl")[-1].arguments["source"] == "composer"
    assert lab.team.previews(lab.ada, "https://arxiv.org/abs/1234.56789", wait=0.3) == {}


def test_links_are_told_by_channel_where_slack_gives_no_id(lab: Lab, general: Conversation) -> None:
    """As it did before composers had previews."""
    message = posted(lab, ARXIV, general)
    event = {
        "type": "link_shared",
        "user": lab.ada.id,
        "channel": general.id,
        "message_ts": message.ts,
        "links": [{"url": ARXIV, "domain": "arxiv.org"}],
    }
    before = len(lab.slack.calls_of("chat.unfurl"))
    assert lab.team.announces(event).ok
    assert lab.slack.wait_for(lambda: len(lab.slack.calls_of("chat.unfurl")) > before)
    call = lab.slack.calls_of("chat.unfurl")[-1]
    assert (call.arguments["channel"], call.arguments["ts"], call.ok) == (
        general.id,
        message.ts,
        True,
    )


def test_a_scope_that_is_not_granted_is_noted_once(
    database: str, caplog: pytest.LogCaptureFixture
) -> None:
    """The feature is absent, and nobody is bothered."""
    with LocalSlack() as slack, connected(slack, database) as lab:
        slack.listens_for_links(*DOMAINS)
        lab.parts.library.ingest("test", [LOOM], lab.clock)
        lab.parts.library.refresh()
        general = lab.team.add_channel("general", members=[lab.ada])
        assert lab.ada.says(ARXIV, general) == []
        assert slack.calls_of("chat.unfurl") == []
        lab.team.grant("links:read")
        with caplog.at_level(logging.INFO, "bot"):
            lab.ada.says(f"{ARXIV} and {ARXIV}v1", general, wait=0)
            lab.ada.says(ARXIV, general, wait=0)
            assert slack.wait_for(lambda: len(slack.calls_of("chat.unfurl")) == 2)
        assert [m.attachments for m in lab.team.messages(general)] == [(), (), ()]
    told = [r.getMessage() for r in caplog.records if "no unfurl" in r.getMessage()]
    assert len(told) == 1
    assert "Traceback" not in caplog.text


# Where papers stand


def test_addresses_follow_the_paper(any_store: Store) -> None:
    """A link that a paper gets is found, one that it loses is not, and its own id is no link."""
    keys = {"doi:10.1145/loom.1", "doi:10.18653/v1/2023.acl-long.1"}
    with any_store.writing() as connection:
        papers_of.put(connection, [LOOM], NOW)
        assert addresses.find(connection, keys) == dict.fromkeys(keys, LOOM.id)
        moved = Paper(LOOM.id, LOOM.title, urls=(ARXIV, "https://doi.org/10.1145/other"))
        papers_of.put(connection, [moved], NOW)
        assert addresses.find(connection, keys) == {}
        assert addresses.find(connection, [LOOM.id, "doi:10.1145/other"]) == {
            "doi:10.1145/other": LOOM.id
        }


def test_a_paper_that_is_cited_is_not_the_one_that_cites_it(any_store: Store) -> None:
    """A comment links to what it comments on, and does not stand in its place."""
    comment = Paper("arxiv:2402.00001", "A comment", urls=(ARXIV, "https://doi.org/10.1145/mine"))
    with any_store.writing() as connection:
        papers_of.put(connection, [comment], NOW)
        assert addresses.find(connection, [LOOM.id]) == {}
        assert addresses.find(connection, ["doi:10.1145/mine"]) == {"doi:10.1145/mine": comment.id}


def test_of_two_papers_at_one_address_always_the_same_is_found(any_store: Store) -> None:
    """Not whichever the database gives first."""
    two = [Paper(f"id:{n}", f"Paper {n}", urls=("https://doi.org/10.1145/1",)) for n in (2, 1)]
    with any_store.writing() as connection:
        papers_of.put(connection, two, NOW)
        assert addresses.find(connection, ["doi:10.1145/1"]) == {"doi:10.1145/1": "id:1"}


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("see arXiv:2401.99999, please", [LOOM]),
        ("(2401.99999v2)", [LOOM]),
        ("doi:10.1145/loom.1.", [LOOM]),
        ("10.1016/0370(93)90200-L; and <https://arxiv.org/abs/math/0309136|this>", [DOI, OLD]),
        (f"<{ARXIV}> <{ARXIV}v2>", [LOOM]),
        ("version 2.0 of 3.14159", []),
    ],
)
def test_papers_are_named_in_many_ways(lab: Lab, text: str, named: list[Paper]) -> None:
    """In the order of the text, each once."""
    assert list(papers_in(lab.parts.library, text).papers) == named


@given(st.text())
def test_any_text_can_be_looked_through(text: str) -> None:
    """Nothing that people write breaks it."""
    assert all(link == link.strip() for link in links(text))
    for link in links(text):
        addresses.key(link)


# The first sentence


@pytest.mark.parametrize(
    ("text", "first"),
    [
        (
            "We follow Smith et al. (2020) closely. Then more.",
            "We follow Smith et al. (2020) closely.",
        ),
        ("We use e.g. BERT. Next.", "We use e.g. BERT."),
        ("Gains of 3.5 BLEU are seen. More.", "Gains of 3.5 BLEU are seen."),
        ("J. Smith showed it. Yes.", "J. Smith showed it."),
        ("In the U.S. Census we look. Good.", "In the U.S. Census we look."),
        ("See Fig. 3 for it. Next.", "See Fig. 3 for it."),
        ("Is it so? We say yes.", "Is it so?"),
        ("We call it “Best.” Then more.", "We call it “Best.”"),
        ("Ends here. 5 models follow.", "Ends here."),
        ("A model\nof two lines. Then.", "A model of two lines."),
        ("No end at all", "No end at all"),
        ("GPT-4o vs. Llama i.e. a test. Done.", "GPT-4o vs. Llama i.e. a test."),
        ("", ""),
    ],
)
def test_the_first_sentence_ends_where_readers_end_it(text: str, first: str) -> None:
    """Not at an abbreviation, an initial, or a decimal."""
    assert first_sentence(text) == first


@given(st.text(max_size=3_000), st.text(max_size=3_000), st.lists(st.text(max_size=99), max_size=9))
def test_any_paper_can_stand_under_a_link(title: str, abstract: str, names: list[str]) -> None:
    """Within Slack's limits, and without the power to ping."""
    paper = Paper("arxiv:2401.99999", title, abstract, authors=tuple(names))
    blocks = [block.to_dict() for block in unfurled(paper)]
    refuse_message("x", blocks, [])
    assert len(first_sentence(abstract)) <= max(len(abstract), 0)
    assert len(blocks[0]["text"]["text"]) < 2 * MAX_SENTENCE + 1_000
    assert len(unfurled_title(paper)) <= 150
