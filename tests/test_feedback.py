"""👍, 👎, Save, Hide and Share: what they do, for whom, and how they are undone."""

import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest

from bot.blocks import papers as looks
from bot.commands import interests as typing
from bot.commands.presses import judging
from bot.demo import LocalSlack, Message, NoSuchChoice, Person
from bot.demo.world import Conversation
from bot.digests import Wish, compose_now
from bot.models import Subscriber
from bot.store import interests, people, shares
from recommender import Interest, InterestKind
from tests.conftest import Lab, connected

POST = "chat.postMessage"


@pytest.fixture(scope="module")
def lab(seeded: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """One bot for all tests here; each test has people of its own."""
    path = tmp_path_factory.mktemp("feedback") / "paperwire.db"
    shutil.copy(seeded, path)
    with (
        LocalSlack(quiet=0.01, burst=None) as slack,
        connected(slack, f"sqlite:///{path}") as lab,
    ):
        yield lab


@pytest.fixture(autouse=True)
def whole(lab: Lab) -> Iterator[None]:
    """No fault that one test plans is left for the next."""
    yield
    lab.slack.heal()


@pytest.fixture
def ada(lab: Lab) -> Person:
    """Somebody new."""
    return lab.team.add_person("Ada", tz="Europe/Paris")


@pytest.fixture
def bob(lab: Lab) -> Person:
    """Somebody else."""
    return lab.team.add_person("Bob", tz="America/New_York")


def follows(lab: Lab, person: Person) -> tuple[Interest, ...]:
    """Somebody's profile, to the byte."""
    with lab.parts.store.reading() as connection:
        return interests.profile(connection, lab.who(person)).interests


def judged(lab: Lab, person: Person) -> list[tuple[str, bool]]:
    """The papers that somebody judged, and whether against them."""
    known = follows(lab, person)
    return [(i.text, i.muted) for i in known if i.kind is InterestKind.PAPER]


def titles(message: Message) -> list[str]:
    """The titles in the fallback text of a page."""
    return [line[2:] for line in message.text.splitlines() if line.startswith("• ")]


def labels(message: Message, paper: str) -> list[str]:
    """What the buttons of one paper say."""
    return [c.label for c in message.controls if c.element.get("value") == paper]


def papers_in(message: Message) -> list[str]:
    """The ids of the papers on a page, in order."""
    return [str(c.element["value"]) for c in message.controls if c.label == "Abstract"]


def press(person: Person, message: Message, paper: str, label: str) -> Message:
    """Presses one paper's button; what came or changed."""
    found = [
        n
        for n, control in enumerate(message.controls)
        if control.element.get("value") == paper and control.label == label
    ]
    return person.presses(message, found[0])[-1]


def choose(person: Person, message: Message, paper: str, label: str) -> Message:
    """Chooses from one paper's menu; what came or changed."""
    menus = [n for n, c in enumerate(message.controls) if looks.paper_of(c.block_id) == paper]
    return person.presses(message, menus[0], label)[-1]


def stale(person: Person, message: Message, control: int) -> Message:
    """Presses a button as it was when the message was first seen: a click that came too late."""
    known = person.team.conversations[message.channel].messages
    now = known[message.ts]
    known[message.ts] = message
    try:
        return person.presses(message, control)[-1]
    finally:
        known.setdefault(message.ts, now)


def gets_digest(lab: Lab, person: Person, limit: int = 5) -> Message:
    """The digest that somebody asks for, as it stands in the direct messages."""
    before = len(lab.digests(person))
    wish = Wish(lab.who(person), limit, lab.clock(), asked_for=True)
    compose_now(lab.parts.store, lab.parts.shelf(), wish, lab.clock())
    lab.parts.deliver()
    return lab.digests(person)[before]


def test_from_the_first_visit_to_undo(lab: Lab, ada: Person) -> None:
    """Interests, a digest, 👎: the message changes at once, the next digest too; undo is whole."""
    assert "speech translation" in ada.types("/papers help")[-1].text
    ada.types("/papers interests add language model")
    digest = gets_digest(lab, ada, 3)
    before, profile = ada.types("/papers digest preview")[-1], follows(lab, ada)
    paper = papers_in(digest)[0]
    changed = press(ada, digest, paper, "👎")
    assert changed.ts == digest.ts
    assert labels(changed, paper)[:3] == ["👍", "👎 Less like this", "Save"]
    assert "press again to undo" in str(changed.blocks)
    after = ada.types("/papers digest preview")[-1]
    assert str(after.blocks) != str(before.blocks)
    assert titles(after) != titles(before)
    undone = press(ada, changed, paper, "👎 Less like this")
    assert (undone.blocks, undone.text) == (digest.blocks, digest.text)
    assert follows(lab, ada) == profile
    again = ada.types("/papers digest preview")[-1]
    assert [b.get("text") for b in again.blocks] == [b.get("text") for b in before.blocks]


def test_a_like_changes_the_next_ranking_at_once(lab: Lab, ada: Person) -> None:
    """One press of 👍 reorders what comes, says why, and is undone by the same button."""
    ada.types("/papers interests add language model")
    before = titles(ada.types("/papers digest preview")[-1])
    found = ada.types("/papers watermark")[-1]
    paper = papers_in(found)[0]
    liked = press(ada, found, paper, "👍")
    assert liked.ts == found.ts
    assert labels(liked, paper)[0] == "👍 Liked"
    preview = ada.types("/papers digest preview")[-1]
    assert titles(preview) != before
    assert "ike “" in str(preview.blocks)
    assert "paper:" not in "".join(str(b) for b in preview.blocks if b["type"] == "context")
    press(ada, liked, paper, "👍 Liked")
    assert titles(ada.types("/papers digest preview")[-1]) == before


def test_likes_alone_bring_digests(lab: Lab, ada: Person) -> None:
    """Who only ever pressed 👍 gets papers like those, none of them twice, by the clock."""
    found = ada.types("/papers watermark")[-1]
    liked = papers_in(found)[:2]
    for paper in liked:
        found = press(ada, found, paper, "👍")
    ada.types("/papers subscribe daily 09:00")
    lab.clock.passes(days=1)
    lab.parts.tick()
    (digest,) = lab.digests(ada)
    assert papers_in(digest)
    assert not set(papers_in(digest)) & set(liked)
    assert "You follow nothing" not in str(digest.blocks)
    assert "ike 2 papers you liked" in str(digest.blocks)


@pytest.mark.parametrize("first", ["👍", "👎"])
@pytest.mark.parametrize("times", [2, 3])
def test_a_second_press_of_a_stale_button_does_nothing_twice(
    lab: Lab, ada: Person, first: str, times: int
) -> None:
    """A button says what is wanted: pressed twice before the message changed, it is so, once."""
    found = ada.types("/papers language model")[-1]
    number = [c.label for c in found.controls].index(first)
    paper = str(found.controls[number].element["value"])
    shown = {str(stale(ada, found, number).blocks) for _ in range(times)}
    assert len(shown) == 1
    assert judged(lab, ada) == [(paper, first == "👎")]


def test_the_other_button_switches_and_keeps_weight_and_place(lab: Lab, ada: Person) -> None:
    """👎 on what is liked, and 👍 again: the same interest, nothing added or lost."""
    found = ada.types("/papers watermark")[-1]
    paper = papers_in(found)[0]
    ada.types(f"/papers interests add paper:{paper} ×2, speech")
    profile = follows(lab, ada)
    assert profile[0].weight == 2
    disliked = press(ada, ada.types("/papers watermark")[-1], paper, "👎")
    assert labels(disliked, paper)[:2] == ["👍", "👎 Less like this"]
    assert follows(lab, ada)[0] == Interest(paper, 2.0, True, InterestKind.PAPER)
    press(ada, disliked, paper, "👍")
    assert follows(lab, ada) == profile


def test_a_stale_undo_leaves_what_was_said_since(lab: Lab, ada: Person) -> None:
    """The old «👍 Liked» of a paper that is now unwanted takes nothing back."""
    found = ada.types("/papers watermark")[-1]
    paper = papers_in(found)[0]
    liked = press(ada, found, paper, "👍")
    press(ada, liked, paper, "👎")
    stale(ada, liked, [c.label for c in liked.controls].index("👍 Liked"))
    assert judged(lab, ada) == [(paper, True)]


def test_what_is_not_wanted_comes_in_no_list_but_in_searches(lab: Lab, ada: Person) -> None:
    """After 👎 a paper is among no similar papers; a search finds it, and shows the mark."""
    found = ada.types("/papers watermark")[-1]
    source = papers_in(found)[0]
    similar = choose(ada, found, source, "More like this")
    paper = papers_in(similar)[0]
    changed = press(ada, similar, paper, "👎")
    assert papers_in(changed)[0] == paper
    assert paper not in papers_in(choose(ada, found, source, "More like this"))
    title = titles(similar)[0]
    assert paper in papers_in(ada.types(f"/papers {title}")[-1])


def test_a_page_from_which_a_paper_goes_is_followed_by_all_others(lab: Lab, ada: Person) -> None:
    """After 👎 on the first page of similar papers the next one leaves nobody out."""
    found = ada.types("/papers language model")[-1]
    source = papers_in(found)[0]
    similar = choose(ada, found, source, "More like this")
    second = papers_in(ada.presses(similar, looks.MORE)[-1])
    changed = press(ada, similar, papers_in(similar)[1], "👎")
    assert papers_in(ada.presses(changed, looks.MORE)[-1]) == second


def test_a_hidden_paper_teaches_nothing_and_comes_back(lab: Lab, ada: Person) -> None:
    """It leaves digests and similar papers at once, a search still finds it, the menu undoes it."""
    ada.types("/papers interests add language model")
    before = ada.types("/papers digest preview")[-1]
    paper, title = papers_in(before)[0], titles(before)[0]
    found = ada.types(f"/papers {title}")[-1]
    profile = follows(lab, ada)
    hidden = choose(ada, found, paper, "Hide")
    assert hidden.ts == found.ts
    assert "Hidden: “Show again” in its menu" in str(hidden.blocks)
    assert follows(lab, ada) == profile
    assert paper not in papers_in(ada.types("/papers digest preview")[-1])
    assert paper in papers_in(ada.types(f"/papers {title}")[-1])
    shown = choose(ada, hidden, paper, "Show again")
    assert shown.blocks == found.blocks
    assert papers_in(ada.types("/papers digest preview")[-1]) == papers_in(before)


def test_hiding_from_a_digest_changes_it_in_place(lab: Lab, ada: Person) -> None:
    """The menu of a digest in direct messages redraws that digest, and undoes it there."""
    ada.types("/papers interests add watermark")
    digest = gets_digest(lab, ada)
    paper = papers_in(digest)[0]
    hidden = choose(ada, digest, paper, "Hide")
    assert hidden.ts == digest.ts
    assert choose(ada, hidden, paper, "Show again").blocks == digest.blocks


def test_saved_and_liked_is_shown_wherever_the_paper_comes(lab: Lab, ada: Person) -> None:
    """What was said of a paper stands in the next message about it too."""
    found = ada.types("/papers watermark")[-1]
    paper = papers_in(found)[0]
    press(ada, press(ada, found, paper, "👍"), paper, "Save")
    full = ada.types(f"/papers show {paper}")[-1]
    assert labels(full, paper) == ["👍 Liked", "👎", "Saved ✓"]
    assert "Liked and saved: press again to undo" in str(full.blocks)
    assert labels(ada.types("/papers saved")[-1], paper)[0] == "👍 Liked"


def test_a_paper_taken_off_the_list_can_be_put_back_there(lab: Lab, ada: Person) -> None:
    """The list without it says so, and has the button that undoes it, also when it is empty."""
    found = ada.types("/papers language model")[-1]
    first, second = papers_in(found)[:2]
    for paper in (first, second):
        found = press(ada, found, paper, "Save")
    saved = ada.types("/papers saved")[-1]
    shorter = press(ada, saved, second, "Saved ✓")
    assert (papers_in(shorter), "off your list" in shorter.text) == ([first], True)
    back = press(ada, shorter, second, "Save")
    assert sorted(papers_in(back)) == sorted([first, second])
    for paper in (first, second):
        back = press(ada, back, paper, "Saved ✓")
    assert papers_in(back) == []
    press(ada, back, second, "Save")
    assert papers_in(ada.types("/papers saved")[-1]) == [second]


def test_liked_papers_have_their_titles_in_what_people_read(lab: Lab, ada: Person) -> None:
    """The list of interests and the reasons name a paper, not its id."""
    found = ada.types("/papers watermark")[-1]
    paper, title = papers_in(found)[0], titles(found)[0]
    similar = choose(ada, press(ada, found, paper, "👍"), paper, "More like this")
    listed = ada.types("/papers interests")[-1].text
    assert f"“{title}”" in listed
    assert f"paper:{paper}" not in listed
    why = ada.types(f"/papers why {papers_in(similar)[0]}")[-1].text
    assert f"like *“{title}”*" in why
    assert "You like it" in ada.types(f"/papers why {paper}")[-1].text


def test_there_is_an_end_to_what_is_learned_from(
    lab: Lab, ada: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Past the limit 👍 says what to do; what is judged already can still be changed."""
    monkeypatch.setattr(judging, "MAX_JUDGED", 1)
    found = ada.types("/papers language model")[-1]
    first, second = papers_in(found)[:2]
    liked = press(ada, found, first, "👍")
    assert "interests remove" in press(ada, liked, second, "👍").text
    press(ada, liked, first, "👎")
    assert judged(lab, ada) == [(first, True)]


def test_likes_take_no_room_from_what_is_typed(
    lab: Lab, ada: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who has judged many papers can still follow words, and sees them first in the list."""
    monkeypatch.setattr(typing, "MAX_INTERESTS", 1)
    found = ada.types("/papers language model")[-1]
    for paper in papers_in(found)[:3]:
        found = press(ada, found, paper, "👍")
    assert "Following" in ada.types("/papers interests add speech")[-1].text
    assert ada.types("/papers interests")[-1].text.splitlines()[1] == "4. *speech*"
    assert "at most 1" in ada.types("/papers interests add vectors")[-1].text


def test_bibtex_is_a_block_to_copy(ada: Person) -> None:
    """The menu gives an entry in a code block, to the one who asked."""
    found = ada.types("/papers watermark")[-1]
    entry = choose(ada, found, papers_in(found)[0], "BibTeX")
    assert entry.only_for == ada.id
    assert "```@misc{" in entry.text or "```@article{" in entry.text
    assert entry.text.rstrip().endswith("}```")


# Two people in one channel.


@pytest.fixture
def channel(lab: Lab, ada: Person, bob: Person) -> Conversation:
    """A channel with both, and the bot."""
    return lab.team.add_channel("reading", members=[ada, bob])


def channel_digest(lab: Lab, channel: Conversation) -> Message:
    """A digest as it stands in a channel."""
    of = Subscriber(lab.team.id, channel.id)
    with lab.parts.store.writing() as connection:
        interests.put(connection, of, Interest("watermark"))
    compose_now(
        lab.parts.store,
        lab.parts.shelf(),
        Wish(of, 3, lab.clock(), asked_for=True),
        lab.clock(),
    )
    lab.parts.deliver()
    return next(m for m in lab.team.messages(channel) if m.metadata)


def shared(lab: Lab, person: Person, channel: Conversation, query: str) -> tuple[str, Message]:
    """Somebody finds a paper in the channel and shares it: its id, and what they are told."""
    found = person.types(f"/papers {query}", channel)[-1]
    paper = papers_in(found)[0]
    menus = [n for n, c in enumerate(found.controls) if looks.paper_of(c.block_id) == paper]
    person.presses(found, menus[0], "Share in this channel")
    assert lab.slack.wait_for(lambda: whispers(lab, person, channel)[-1].ts > found.ts)
    return paper, whispers(lab, person, channel)[-1]


def whispers(lab: Lab, person: Person, channel: Conversation) -> list[Message]:
    """What one person alone sees in the channel."""
    return [m for m in lab.team.messages(channel) if m.only_for == person.id]


def public(lab: Lab, channel: Conversation) -> list[Message]:
    """What everybody in the channel sees."""
    return [m for m in lab.team.messages(channel) if m.only_for is None]


def stands(lab: Lab, channel: Conversation, count: int) -> bool:
    """Whether so many papers are posted in the channel, each with a thread, once all is done."""
    wanted = lab.slack.wait_for(lambda: len(public(lab, channel)) == 2 * count)
    return wanted and len([m for m in public(lab, channel) if m.thread_ts is None]) == count


def test_two_people_in_one_channel(
    lab: Lab, ada: Person, bob: Person, channel: Conversation
) -> None:
    """Each press counts for who pressed, tells them alone, changes nobody's message, undoes."""
    digest = channel_digest(lab, channel)
    paper = papers_in(digest)[0]
    adas = press(ada, digest, paper, "👍")
    bobs = press(bob, digest, paper, "👎")
    assert (adas.only_for, bobs.only_for) == (ada.id, bob.id)
    assert (judged(lab, ada), judged(lab, bob)) == ([(paper, False)], [(paper, True)])
    assert public(lab, channel) == [digest]
    assert press(ada, adas, paper, "Undo").ts == adas.ts
    assert (follows(lab, ada), judged(lab, bob)) == ((), [(paper, True)])
    with lab.parts.store.reading() as connection:
        of_channel = interests.profile(connection, Subscriber(lab.team.id, channel.id))
    assert [i.text for i in of_channel.interests] == ["watermark"]


def test_the_undo_of_a_switch_brings_back_what_was(
    lab: Lab, ada: Person, channel: Conversation
) -> None:
    """👍 after 👎 in a channel: Undo makes it 👎 again, not nothing."""
    digest = channel_digest(lab, channel)
    paper = papers_in(digest)[0]
    press(ada, digest, paper, "👎")
    switched = press(ada, digest, paper, "👍")
    assert judged(lab, ada) == [(paper, False)]
    press(ada, switched, paper, "Undo")
    assert judged(lab, ada) == [(paper, True)]


def test_every_word_in_a_channel_has_its_way_back(
    lab: Lab, ada: Person, channel: Conversation
) -> None:
    """Save, Hide, 👍 and 👎 answer with an Undo, and that with a way to do it again."""
    digest = channel_digest(lab, channel)
    paper = papers_in(digest)[0]
    for label, back in (("👍", "👍"), ("👎", "👎"), ("Save", "Save")):
        told = press(ada, digest, paper, label)
        undone = press(ada, told, paper, "Undo")
        assert labels(undone, paper) == [back]
        assert follows(lab, ada) == ()
    told = choose(ada, digest, paper, "Hide")
    assert labels(press(ada, told, paper, "Undo"), paper) == ["Hide"]
    with lab.parts.store.reading() as connection:
        marks = people.marks(connection, lab.who(ada))
    assert not (marks.hidden | marks.saved | marks.liked | marks.disliked)


def test_a_shared_paper_names_who_shared_it_and_opens_a_thread(
    lab: Lab, ada: Person, bob: Person, channel: Conversation
) -> None:
    """Everybody sees it with a name and all buttons; its abstract opens the thread."""
    paper, told = shared(lab, ada, channel, "watermark")
    assert stands(lab, channel, 1)
    root, reply = public(lab, channel)
    assert f"<@{ada.id}> shared" in str(root.blocks)
    assert reply.thread_ts == root.ts
    assert "You shared" in told.text
    assert labels(root, paper) == ["👍", "👎", "Save", "Abstract"]
    abstract = ada.types(f"/papers show {paper}")[-1].blocks[1]["text"]["text"]
    assert abstract[:200] in str(reply.blocks)
    assert press(bob, root, paper, "Save").only_for == bob.id
    assert "Share in this channel" not in str(root.blocks)
    assert public(lab, channel) == [root, reply]


def test_sharing_twice_asks_before_it_posts_again(
    lab: Lab, ada: Person, bob: Person, channel: Conversation
) -> None:
    """The bot says who shared it, when and where; only the answer posts, and posts once."""
    paper, _ = shared(lab, ada, channel, "watermark")
    lab.clock.passes(days=1)
    again, asked = shared(lab, bob, channel, "watermark")
    assert again == paper
    assert f"<@{ada.id}> shared it on" in asked.text
    assert "/archives/" in asked.text
    assert stands(lab, channel, 1)
    press(bob, asked, paper, "Share it again")
    assert stands(lab, channel, 2)
    assert lab.slack.wait_for(lambda: "You shared" in whispers(lab, bob, channel)[-1].text)
    assert "was posted here before" in stale(bob, asked, 0).text
    assert stands(lab, channel, 2)


def test_a_double_click_on_share_posts_once(lab: Lab, ada: Person, channel: Conversation) -> None:
    """The second press finds the share of the first, and asks."""
    found = ada.types("/papers watermark", channel)[-1]
    for _ in range(3):
        ada.presses(found, looks.MENU, "Share in this channel")
    assert lab.slack.wait_for(lambda: len(whispers(lab, ada, channel)) == 4)
    assert stands(lab, channel, 1)
    assert "posted here before" in whispers(lab, ada, channel)[-1].text


def test_eight_presses_at_once_share_once_and_like_once(
    lab: Lab, ada: Person, channel: Conversation
) -> None:
    """Listeners that run side by side do what one would have done."""
    found = ada.types("/papers watermark", channel)[-1]
    paper = papers_in(found)[0]
    like = [c.label for c in found.controls].index("👍")
    acts: list[tuple[int, str | None]] = [(0, "Share in this channel"), (like, None)] * 8
    # All press before any of them sees what it did: behind a 👍 stands the way back.
    lab.slack.fail("response_url", delay=2.0, times=len(acts))
    with ThreadPoolExecutor(len(acts)) as pool:
        list(pool.map(lambda act: ada.presses(found, *act), acts))
    assert lab.slack.wait_for(lambda: len(whispers(lab, ada, channel)) == 1 + 8)
    assert stands(lab, channel, 1)
    assert lab.slack.wait_for(lambda: judged(lab, ada) == [(paper, False)])
    assert not [m for m in ada.sees(channel) if "went wrong" in m.text]


def test_a_digest_that_brought_it_counts_as_posted_before(
    lab: Lab, ada: Person, channel: Conversation
) -> None:
    """What a digest showed in the channel is posted again only after a question, and once."""
    digest = channel_digest(lab, channel)
    paper, asked = shared(lab, ada, channel, "watermark")
    assert paper in papers_in(digest)
    assert "it came in a digest on" in asked.text
    assert digest.ts.replace(".", "") in asked.text
    press(ada, asked, paper, "Share it again")
    assert lab.slack.wait_for(lambda: "You shared" in whispers(lab, ada, channel)[-1].text)
    assert "was posted here before" in stale(ada, asked, 0).text
    assert len([m for m in public(lab, channel) if m.thread_ts is None]) == 2


def test_a_share_can_be_taken_back_by_who_shared_it(
    lab: Lab, ada: Person, bob: Person, channel: Conversation
) -> None:
    """The message goes, the channel counts as without it; a second press harms nothing."""
    paper, told = shared(lab, ada, channel, "watermark")
    gone = press(ada, told, paper, "Take it back")
    assert "gone from the channel" in gone.text
    assert public(lab, channel) == []
    assert "taken back already" in stale(ada, told, 0).text
    _, again = shared(lab, bob, channel, "watermark")
    assert "You shared" in again.text


def test_nobody_takes_back_what_another_shared(
    lab: Lab, ada: Person, bob: Person, channel: Conversation
) -> None:
    """The id of somebody else's share deletes nothing."""
    paper, told = shared(lab, ada, channel, "watermark")
    known = lab.team.state.conversations[channel.id].messages
    known[told.ts] = told.__class__(
        **{field: getattr(told, field) for field in told.__slots__} | {"only_for": bob.id}
    )
    answer = press(bob, known[told.ts], paper, "Take it back").text
    assert f"Only <@{ada.id}>" in answer
    assert stands(lab, channel, 1)


def test_without_membership_it_is_posted_without_a_thread(
    lab: Lab, ada: Person, bob: Person
) -> None:
    """Where the bot is no member the paper still comes, with its abstract and the remedy."""
    for is_private in (False, True):
        channel = lab.team.add_channel(
            "elsewhere", members=[ada, bob], bot_is_member=False, is_private=is_private
        )
        paper, told = shared(lab, ada, channel, "watermark")
        (root,) = public(lab, channel)
        assert f"<@{ada.id}> shared" in str(root.blocks)
        assert "discuss it in the thread" not in str(root.blocks)
        assert f"/invite @{lab.team.bot.name}" in told.text
        _, asked = shared(lab, bob, channel, "watermark")
        assert "posted here before" in asked.text
        assert paper in papers_in(root)


def test_what_slack_refuses_for_now_is_not_counted_as_shared(
    lab: Lab, ada: Person, channel: Conversation
) -> None:
    """Nothing was posted: the person hears so, and the next press posts."""
    lab.slack.fail(POST, status=429, retry_after=30)
    _, told = shared(lab, ada, channel, "watermark")
    assert "Not shared" in told.text
    _, told = shared(lab, ada, channel, "watermark")
    assert "You shared" in told.text


def test_where_slack_is_silent_nothing_is_posted_twice(
    lab: Lab, ada: Person, channel: Conversation
) -> None:
    """It may stand there: the person is told to look, and asked before it is posted again."""
    lab.slack.fail(POST, status=500)
    paper, told = shared(lab, ada, channel, "watermark")
    assert "look whether it is here" in told.text
    press(ada, told, paper, "Share it again")
    assert stands(lab, channel, 1)


def test_direct_messages_have_no_channel_to_share_in(ada: Person) -> None:
    """The menu offers no sharing where nobody else is, and a forged choice says why."""
    found = ada.types("/papers watermark")[-1]
    with pytest.raises(NoSuchChoice):
        ada.presses(found, looks.MENU, "Share in this channel")


def test_pressing_twice_in_a_channel_says_that_it_is_so_already(
    lab: Lab, ada: Person, channel: Conversation
) -> None:
    """Nothing is done twice, what is said is so, and its Undo is there again."""
    digest = channel_digest(lab, channel)
    paper = papers_in(digest)[0]
    for label, first in (("Save", "Saved “"), ("👍", "You like “"), ("👎", "Less like “")):
        assert first in press(ada, digest, paper, label).text
        again = press(ada, digest, paper, label)
        assert " already" in again.text
        assert "Undo" in labels(again, paper)
        press(ada, again, paper, "Undo")
    assert follows(lab, ada) == ()
    assert "Hidden:" in choose(ada, digest, paper, "Hide").text
    assert "hidden already" in choose(ada, digest, paper, "Hide").text


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("", "papers like it come up in `/papers digest now`, and in the digests that"),
        ("subscribe daily", "papers like it come up in your digests."),
        ("pause", "papers like it come up in your digests, which `/papers resume` lets go on."),
    ],
)
def test_a_like_says_where_it_counts(
    lab: Lab, ada: Person, channel: Conversation, line: str, says: str
) -> None:
    """Nobody is told of digests that they do not get."""
    digest = channel_digest(lab, channel)
    for typed in filter(None, ("subscribe daily" if line == "pause" else "", line)):
        ada.types(f"/papers {typed}")
    assert says in press(ada, digest, papers_in(digest)[0], "👍").text


def test_a_search_in_a_channel_changes_in_place_for_who_made_it(
    lab: Lab, ada: Person, bob: Person, channel: Conversation
) -> None:
    """An answer that only she sees changes at once, and stays hers."""
    found = ada.types("/papers watermark", channel)[-1]
    paper = papers_in(found)[0]
    liked = press(ada, found, paper, "👍")
    assert (liked.ts, liked.only_for) == (found.ts, ada.id)
    assert judged(lab, bob) == []
    assert "Share in this channel" in str(liked.blocks)


def test_a_share_is_forgotten_with_who_made_it(
    lab: Lab, ada: Person, channel: Conversation
) -> None:
    """After «forget me» nothing in the database says that she shared it."""
    paper, _ = shared(lab, ada, channel, "watermark")
    ada.types("/papers forget-me yes")
    with lab.parts.store.reading() as connection:
        assert shares.last(connection, Subscriber(lab.team.id, channel.id), paper) is None


def test_the_year_is_told_when_it_is_another(lab: Lab, ada: Person, channel: Conversation) -> None:
    """Of a share long ago the day is told with its year."""
    before = lab.clock.at
    shared(lab, ada, channel, "watermark")
    lab.clock.at = before + timedelta(days=400)
    _, asked = shared(lab, ada, channel, "watermark")
    lab.clock.at = before
    assert f" {before:%Y}" in asked.text


@pytest.mark.parametrize(("muted", "label"), [(False, "👍 Liked"), (True, "👎 Less like this")])
def test_a_weight_that_is_taken_back_is_told(
    lab: Lab, ada: Person, muted: bool, label: str
) -> None:
    """Above the page, as what to type to have all of it back."""
    found = ada.types("/papers watermark")[-1]
    paper = papers_in(found)[0]
    verb = "mute" if muted else "add"
    ada.types(f"/papers interests {verb} paper:{paper} ×2")
    before = follows(lab, ada)
    shown = press(ada, ada.types("/papers watermark")[-1], paper, label)
    line = f"/papers interests {verb} paper:{paper} ×2"
    assert line in str(shown.blocks)
    assert papers_in(shown) == papers_in(found)
    assert follows(lab, ada) == ()
    ada.types(line)
    assert follows(lab, ada) == before


def test_hidden_papers_are_listed_until_they_are_shown_again(lab: Lab, ada: Person) -> None:
    """Newest first, a page at a time; what goes leaves an Undo, and nobody else sees the list."""
    assert "hidden nothing" in ada.types("/papers interests hidden")[-1].text
    found = ada.types("/papers speech")[-1]
    wanted = papers_in(found)[:3]
    for paper in wanted:
        lab.clock.passes(minutes=1)
        choose(ada, found, paper, "Hide")
    page = ada.types("/papers interests hidden")[-1]
    assert "Your 3 hidden papers" in page.text
    assert papers_in(page) == wanted[::-1]
    for paper in wanted:
        page = choose(ada, page, paper, "Show again")
        assert "may come again" in page.text
        assert paper not in papers_in(page)
    with lab.parts.store.reading() as connection:
        assert people.hidden_papers(connection, lab.who(ada)) == []
    page = press(ada, page, wanted[-1], "Hide")
    assert "Your 1 hidden paper" in ada.types("/papers interests hidden")[-1].text


def test_judged_papers_count_as_papers(lab: Lab, ada: Person) -> None:
    """👍 is no interest and 👎 no muted one where the settings count."""
    ada.types("/papers interests add speech")
    found = ada.types("/papers speech")[-1]
    for paper, label in zip(papers_in(found), ("👍", "👎", "👍"), strict=False):
        found = press(ada, found, paper, label)
    told = ada.types("/papers settings")[-1].text
    assert "1 interest, 2 papers liked, 1 paper not liked: `/papers interests`" in told


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("mute learned:speech", "*learned:speech* will not be learned"),
        ("mute paper:{paper}", "Less like *“"),
        ("mute speech", "Papers about *speech* will not be shown."),
    ],
)
def test_to_mute_says_what_it_does(lab: Lab, ada: Person, line: str, says: str) -> None:
    """A paper, and a word that papers taught, are muted in another sense than a word."""
    paper = papers_in(ada.types("/papers watermark")[-1])[0]
    told = ada.types(f"/papers interests {line.format(paper=paper)}")[-1].text
    assert says in told
    assert ("will not be shown" in told) == (line == "mute speech")


def test_what_is_learned_is_not_added(lab: Lab, ada: Person) -> None:
    """It would count for nothing: the word itself can be followed."""
    told = ada.types("/papers interests add learned:speech")[-1].text
    assert "to follow it: /papers interests add speech" in told
    assert follows(lab, ada) == ()
