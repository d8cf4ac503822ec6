"""`/papers sources`: admins see and change where papers come from; nobody else does."""

from contextlib import closing
from datetime import timedelta

import pytest

from bot.demo import LocalSlack
from bot.demo.person import Person
from bot.errors import SettingsError
from bot.store import Store, papers, people, sources
from bot.store.papers import Ingestion
from tests.conftest import Lab, connected
from tests.store_lab import NOW


@pytest.fixture
def chief(lab: Lab) -> Person:
    """An admin of the lab."""
    return lab.team.add_person("Chief", is_admin=True)


def says(person: Person, line: str) -> str:
    """What the bot answers, to the one who typed it alone."""
    seen = person.types(f"/papers sources {line}")
    assert [message.only_for for message in seen] == [person.id]
    return seen[0].text + str(seen[0].blocks)


def known(lab: Lab) -> dict[str, int]:
    with lab.parts.store.reading() as connection:
        return {each.name: each.minutes for each in sources.all_of(connection)}


def test_sources_are_for_admins(lab: Lab) -> None:
    """Others are told so, and change nothing."""
    for line in ("", "list", "add arxiv:cs.CL", "remove 1", "run 1"):
        assert "Only admins" in says(lab.ada, line)
    assert known(lab) == {}


def test_a_source_is_added_and_removed(lab: Lab, chief: Person) -> None:
    """By its name or its number; how often may be said."""
    assert "every 6 hours" in says(chief, "add arxiv:cs.CL,cs.LG")
    assert "every 2 days" in says(chief, "add biorxiv:neuroscience every 2d")
    assert known(lab) == {"arxiv:cs.CL,cs.LG": 360, "biorxiv:neuroscience": 2 * 24 * 60}
    assert "every 30 minutes" in says(chief, "add biorxiv:neuroscience every 30m")
    assert "its papers stay" in says(chief, "remove 2")
    assert "its papers stay" in says(chief, "remove arxiv:cs.CL,cs.LG")
    assert known(lab) == {}


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        ("add", "Which source?"),
        ("add arxiv:biology", "no subject"),
        ("add file:/etc/passwd.jsonl", "nothing new to bring"),
        ("add feed:file:///etc/passwd", "no address of a feed"),
        ("add <!channel>", "There is no source"),
        ("remove 7", "No source is called"),
        ("run arxiv:cs.CL", "No source is called"),
        ("lst", "Did you mean"),
    ],
)
def test_what_cannot_be_done_is_said(lab: Lab, chief: Person, line: str, answer: str) -> None:
    """A sentence for each, and nothing changes."""
    assert answer in says(chief, line)
    assert known(lab) == {}


def test_the_list_says_how_each_does(lab: Lab, chief: Person) -> None:
    """What came last, and what is wrong."""
    assert "No sources are read yet" in says(chief, "")
    says(chief, "add arxiv:cs.CL")
    assert "not read yet" in says(chief, "list")
    with lab.parts.store.writing() as connection:
        papers.record(connection, Ingestion("arxiv:cs.CL", NOW, NOW, 9, 7, 1, {"already known": 1}))
    assert "9 read, 7 new, 1 updated" in says(chief, "list")
    failed = Ingestion("arxiv:cs.CL", NOW, NOW, 0, 0, 0, {}, "arXiv says <!channel>.")
    with lab.parts.store.writing() as connection:
        papers.record(connection, failed)
    listed = says(chief, "list")
    assert "could not be read the last time: arXiv says" in listed
    assert "<!channel>" not in listed


def test_a_source_is_read_on_demand(lab: Lab, chief: Person) -> None:
    """It is due at once."""
    says(chief, "add arxiv:cs.CL")
    lab.clock.passes(hours=-1)
    with lab.parts.store.writing() as connection:
        assert sources.claim(connection, "me", lab.clock(), NOW - NOW) is None
    assert "within a minute" in says(chief, "run 1")
    with lab.parts.store.reading() as connection:
        (source,) = sources.all_of(connection)
        # On a slow day the bot's own heartbeat may have been faster.
        assert source.next_due <= lab.clock() or sources.last_runs(connection, source.name, 1)


def test_sources_of_several_workspaces_are_nobodys_to_change(lab: Lab, chief: Person) -> None:
    """An admin of one workspace has no say in what the others get; she sees them all the same."""
    says(chief, "add arxiv:cs.CL")
    with lab.parts.store.writing() as connection:
        people.put_workspace(connection, "T2", "Another lab")
    for line in ("add biorxiv", "remove 1", "run 1"):
        assert "Several workspaces share" in says(chief, line)
    assert known(lab) == {"arxiv:cs.CL": 360}
    assert "arxiv:cs.CL" in says(chief, "list")


def test_the_home_of_an_admin_says_what_is_wrong(lab: Lab, chief: Person) -> None:
    """How many sources there are, and which are in trouble; nobody else sees that."""
    says(chief, "add arxiv:cs.CL")
    failed = Ingestion("arxiv:cs.CL", NOW, NOW, 0, 0, 0, {}, "arXiv says <!channel>.")
    with lab.parts.store.writing() as connection:
        papers.record(connection, failed)
    for person in (chief, lab.ada):
        person.types("/papers interests add speech")
    shown = {}
    for person in (chief, lab.ada):
        person.opens_home()
        assert lab.slack.wait_for(lambda who=person: who.home is not None)  # type: ignore[misc]
        shown[person.name] = str(person.home.blocks if person.home else "")
    assert "1 source is read by itself." in shown["Chief"]
    assert "arXiv says &lt;!channel&gt;" in shown["Chief"]
    assert "Sources" not in shown["Ada"]


def test_a_bot_that_starts_needs_not_wait_for_one_that_died(database: str) -> None:
    """It is alone with its database: whoever was reading is no more."""
    with closing(Store(database)) as store, store.writing() as connection:
        long = timedelta(days=9_999)
        assert sources.take(connection, "feed:http://a.invalid/", "dead", NOW, long) is None
    feed = "feed:http://nowhere.invalid/"
    with LocalSlack() as slack, connected(slack, database, sources=feed) as lab:

        def runs() -> list[Ingestion]:
            with lab.parts.store.reading() as connection:
                return sources.last_runs(connection, feed, 1)

        assert slack.wait_for(runs, 10)
        assert "no host" in (runs()[0].error or "")


def test_sources_of_the_settings_are_removed_there(database: str) -> None:
    """The running bot knows them; a wrong one stops the start with its name."""
    with LocalSlack() as slack, connected(slack, database, sources="medrxiv every 31d") as lab:
        chief = lab.team.add_person("Chief", is_admin=True)
        assert known(lab) == {"medrxiv": 31 * 24 * 60}
        assert "PAPERWIRE_SOURCES" in says(chief, "remove 1")
    with (
        LocalSlack() as slack,
        pytest.raises(SettingsError, match=r"PAPERWIRE_SOURCES is wrong: arXiv has no subject"),
        connected(slack, database, sources="arxiv:biology"),
    ):
        pass
