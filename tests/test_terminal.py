"""The demonstration in the terminal: a scene, then whatever is typed, until the end of it."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from io import TextIOWrapper
from pathlib import Path

import pytest

from bot.demo import LocalSlack
from bot.demo.stage import Clock
from bot.demo.terminal import INTRODUCTION, WIDTH, Conversation, converse, harmless, readable
from bot.running import running
from recommender import Paper
from tests.conftest import Lab, connected

EVIL = "Loom \x1b[2J\x1b]0;title\x07of \u202etensors\u202c \x07\x9b31m<!channel>"


class Ticking:
    """The lab's parts, living by a terminal's clock."""

    def __init__(self, lab: Lab, clock: Clock) -> None:
        self._lab, self._clock = lab, clock

    def tick(self) -> object:
        """Composes and delivers what is due by that clock."""
        self._lab.clock.at = self._clock.now()
        return self._lab.parts.tick()

    def next_due(self) -> datetime | None:
        """When the next digest is due."""
        return self._lab.parts.next_due()


@pytest.fixture(scope="module")
def lab(seeded: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """One bot for all tests here; each conversation is with somebody new."""
    path = tmp_path_factory.mktemp("terminal") / "paperwire.db"
    shutil.copy(seeded, path)
    with LocalSlack(quiet=0.01) as slack, connected(slack, f"sqlite:///{path}") as lab:
        yield lab


@pytest.fixture
def spoken(lab: Lab) -> Conversation:
    """A conversation with somebody new."""
    clock = Clock()
    person = lab.team.add_person("Ada", tz="Europe/Paris")
    return Conversation(person, Ticking(lab, clock), clock)


def test_the_scene_plays_and_the_end_of_input_ends_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A script from standard input is answered line by line after the scene, and then it ends."""
    script = tmp_path / "script"
    script.write_bytes(b"1 why\n4\nnonsense\n99\n\xff\n/papers saved\nquit\nnever read\n")
    before = sys.stdin
    with TextIOWrapper(script.open("rb"), encoding="utf-8") as sys.stdin:
        try:
            converse(running)
        finally:
            sys.stdin = before
    told = capsys.readouterr().out
    assert told.startswith(INTRODUCTION)
    assert "in your direct messages" in told
    assert "[1 why/more/bibtex/share/hide]" in told.split("you> due")[1]
    assert "┌─ Why this paper? (a dialogue" in told
    assert "you> 4" in told
    assert "[4 Saved ✓]" in told
    assert "Your 1 saved paper" in told
    assert "There is no button 99." in told
    assert "never read" not in told
    assert all(len(line) <= WIDTH + 2 or "://" in line for line in told.splitlines())


def test_the_demo_needs_nothing_and_ends_with_its_input(tmp_path: Path) -> None:
    """As a process with nothing to read it plays the scene, ends with 0, and leaves nothing."""
    command = [sys.executable, "-m", "bot", "demo", "--terminal"]
    done = subprocess.run(
        command, stdin=subprocess.DEVNULL, capture_output=True, text=True, cwd=tmp_path, timeout=60
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "09:00 (Europe/Paris)." in done.stdout
    assert list(tmp_path.iterdir()) == []


def test_due_moves_the_clock_to_the_very_minute(lab: Lab, spoken: Conversation) -> None:
    """The clock goes to the next digest that is due, no further; without one it stays."""
    assert spoken.say("due") == ["No digest is due at any time: /papers subscribe sets one up."]
    assert spoken.clock.ahead.total_seconds() == 0
    lab.clock.at = spoken.clock.now()
    spoken.say("/papers interests add speech")
    spoken.say("/papers subscribe weekly mon 17:30 2 papers")
    first, second = spoken.say("due"), spoken.say("due")
    assert first[0].startswith("It is Monday")
    assert first[0].endswith(", 17:30 (Europe/Paris).")
    assert first[0] != second[0]
    assert first[1] == "┌─ Paperwire, in your direct messages"
    assert any("[1 why/more/bibtex/share/hide]" in line for line in first)


def test_a_menu_asks_for_a_choice(spoken: Conversation) -> None:
    """A menu's number alone names its choices, and a wrong one does too."""
    spoken.say("/papers watermark")
    asked = ["Choose one: 1 why, 1 more, 1 bibtex, 1 share, 1 hide"]
    assert spoken.say("1") == spoken.say("1 dance") == asked
    assert any("None of your interests" in line for line in spoken.say("1 why"))


def test_an_answer_without_buttons_leaves_the_others(spoken: Conversation) -> None:
    """After why, the page above can still be acted on by its numbers."""
    spoken.say("/papers watermark")
    spoken.say("1 why")
    assert any("Saved ✓" in line for line in spoken.say("4"))


def test_a_paper_does_not_drive_the_terminal(lab: Lab, spoken: Conversation) -> None:
    """Escape sequences, control characters and overrides of direction are not printed."""
    lab.parts.library.ingest("test", [Paper("x:1", EVIL, EVIL)], lambda: datetime.now(UTC))
    lab.parts.library.refresh()
    told = "\n".join(spoken.say("/papers show x:1"))
    assert "Loom" in told
    assert "<!channel>" in told
    assert all(c == "\n" or c.isprintable() for c in told)


@pytest.mark.parametrize(
    ("markup", "seen"),
    [
        ("*<https://a.example|Title>*", "Title (https://a.example)"),
        ("<@U1> shared", "@U1 shared"),
        ("R&amp;D &lt;b&gt;", "R&D <b>"),
        ("*bold* 2*3*4", "bold 2*3*4"),
        ("a\x1b[31mb\x1b]0;t\x07c\x1b(Bd\x00", "abcBd"),
        ("two\nlines", "two\nlines"),
    ],
)
def test_markup_reads_as_words(markup: str, seen: str) -> None:
    """Slack's markup is shown as people read it, and no more than that."""
    assert readable(markup) == seen


def test_escapes_are_undone_before_what_is_harmful_goes() -> None:
    """A control character that comes as an entity is taken out as well."""
    assert readable("a&#8238;b&#8206;c") == "abc"
    assert harmless("\u202ea\u202c\u200db") == "a\u200db"


def test_channels_are_told_apart_from_direct_messages(lab: Lab, spoken: Conversation) -> None:
    """A message for everybody in a channel says in which."""
    channel = lab.team.add_channel("general", members=[spoken.person])
    found = spoken.person.types("/papers watermark", channel)[-1]
    shared = spoken.person.presses(found, "paper_menu", "share")
    assert spoken.screen(shared)[0] == "┌─ Paperwire, for all in general"
