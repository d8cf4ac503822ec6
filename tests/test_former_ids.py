"""A paper that got a better id is found by its former one, wherever somebody may give it."""

import pytest

from bot.commands.forms.pasted import recognised
from bot.commands.links import papers_at, papers_in
from bot.models import Subscriber
from bot.slack.requests import call_of
from bot.sources.records import Found
from bot.store import interests
from recommender import InterestKind, Paper
from tests.conftest import Lab

PRINT = Paper("doi:10.1145/loom.9", "A loom that translates speech at night", "It weaves.")
POSTED = Paper("arxiv:2603.00007", PRINT.title, "It weaves.")
FORMER = "https://doi.org/10.1145/LOOM.9"


@pytest.fixture
def lab(lab: Lab) -> Lab:
    """A bot that knew the paper by its DOI, and then heard of it from arXiv."""
    library = lab.parts.library
    library.ingest("test", [PRINT], lab.clock)
    assert library.refresh().get(PRINT.id) == PRINT
    library.ingest("test", [Found(POSTED, frozenset([PRINT.id]))], lab.clock)
    assert library.refresh().get(PRINT.id) is None
    return lab


@pytest.mark.parametrize("command", ["show", "similar", "why"])
@pytest.mark.parametrize("written", [PRINT.id, FORMER, "10.1145/loom.9"])
def test_commands_know_it(lab: Lab, command: str, written: str) -> None:
    """As an id, as an address, or bare."""
    assert PRINT.title in str(lab.ada.types(f"/papers {command} {written}")[-1])


def test_a_like_is_kept_under_the_new_id(lab: Lab) -> None:
    """However it is given, it is one like; and it is named, muted and taken back by either id."""
    for typed in (f"add paper:{PRINT.id}", f"add paper:{POSTED.id}"):
        assert PRINT.title in lab.ada.types(f"/papers interests {typed}")[-1].text
    assert likes(lab) == [(POSTED.id, False)]
    lab.ada.types(f"/papers interests mute paper:{PRINT.id}")
    assert likes(lab) == [(POSTED.id, True)]
    lab.ada.types(f"/papers interests remove paper:{PRINT.id}")
    assert likes(lab) == []


def ada_of(lab: Lab) -> Subscriber:
    """Ada, as the bot knows her."""
    return Subscriber(lab.team.id, lab.ada.id)


def likes(lab: Lab) -> list[tuple[str, bool]]:
    """The ids of the papers that Ada likes, and whether they are muted."""
    with lab.parts.store.reading() as connection:
        known = interests.profile(connection, ada_of(lab)).interests
    return [(one.text, one.muted) for one in known if one.kind is InterestKind.PAPER]


def test_links_and_pasted_lists_know_it(lab: Lab) -> None:
    """Under a link, in a message, and when somebody begins."""
    library = lab.parts.library
    (paper,) = papers_at(library, [FORMER]).values()
    assert paper.id == POSTED.id
    assert [p.id for p in papers_in(library, f"see <{FORMER}>").papers] == [POSTED.id]
    call = call_of(lab.parts, ada_of(lab))
    assert [p.id for p in recognised(call, f"{PRINT.id}\n").papers] == [POSTED.id]
