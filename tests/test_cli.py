"""The command line as other programs rely on it: statuses, streams, formats (DESIGN.md 4.1)."""

import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

import click
import pytest

from bot.__main__ import cli, main
from bot.demo import LocalSlack, Team
from bot.models import EVERY_DAY, Schedule, Subscriber, Subscription, Weekly
from bot.settings import Settings
from bot.store import Store, interests, papers, subscriptions
from bot.store import sources as kept
from bot.store.papers import Ingestion
from bot.store.sources import Subscribed
from recommender import Interest, Paper
from tests.conftest import MONDAY

KEYS = [
    *("id", "title", "abstract", "authors", "more_authors", "area", "published"),
    *("organisations", "venue", "has_code", "urls", "sources"),
]
SECRET = "xoxb-very-secret-value"


@pytest.fixture(autouse=True)
def _alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder of its own, and none of this machine's settings."""
    monkeypatch.chdir(tmp_path)
    for field in Settings.model_fields.values():
        monkeypatch.delenv(str(field.alias), raising=False)


@pytest.fixture
def _seeds(seeded: Path, tmp_path: Path) -> None:
    """The seed papers in the database that is used without settings."""
    shutil.copy(seeded, tmp_path / "paperwire.db")


class Told:
    """What the command line said, called in this process."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys
        self.out = self.err = ""

    def __call__(self, *arguments: str) -> int:
        """Runs the command line; its exit status."""
        status = main(arguments)
        self.out, self.err = self._capsys.readouterr()
        return status

    def json(self, *arguments: str) -> Any:
        """What it printed as JSON, when nothing else was printed and all went well."""
        assert (self(*arguments), self.err) == (0, "")
        return json.loads(self.out)

    def fails(self, *arguments: str, status: int = 1) -> str:
        """The one line on stderr of a command that fails, and prints nothing else."""
        assert (self(*arguments), self.out) == (status, "")
        (line,) = self.err.splitlines()
        assert line.startswith("paperwire: ")
        return line


@pytest.fixture
def told(capsys: pytest.CaptureFixture[str]) -> Told:
    """The command line, in this process."""
    return Told(capsys)


def process(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """The command line in a process of its own, with a clean environment but for these."""
    return subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        env=clean(environment),
        capture_output=True,
        encoding="utf-8",
        timeout=60,
    )


def clean(environment: dict[str, str]) -> dict[str, str]:
    """An environment with these variables and what a process cannot do without."""
    kept = {name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ}
    return kept | environment


# --- ingest and papers


def test_one_source_that_fails_keeps_no_other_from_being_read(told: Told) -> None:
    """The others are read and summed up; then one line says which failed, and why."""
    assert told("ingest", "file:missing.jsonl", "seeds") == 1
    assert told.out.startswith("seeds: read 127")
    assert "file:missing.jsonl: missing.jsonl cannot be read: No such file" in told.err


def test_a_site_that_the_bot_reads_is_waited_for(told: Told) -> None:
    """One sentence says so; then it is asked all the same."""
    store = Store("sqlite:///paperwire.db")
    with store.writing() as connection:
        now, soon = datetime.now(UTC), timedelta(seconds=1)
        assert kept.take(connection, "feed:http://a.invalid/", "bot", now, soon) is None
    store.close()
    assert told("ingest", "feed:http://nowhere.invalid/") == 1
    said, failed = told.err.splitlines()
    assert said == "The running bot reads feed:http://a.invalid/ just now; waiting for my turn."
    assert failed == "paperwire: There is no host nowhere.invalid."
    assert datetime.now(UTC) - now > soon


def test_what_ails_the_sources_is_said_by_doctor(told: Told) -> None:
    """A source that fails is a check that fails."""
    told("ingest", "seeds")
    store = Store("sqlite:///paperwire.db")
    now = datetime.now(UTC)
    source = Subscribed("arxiv:cs.CL", 360, False, now, now, 3)
    failed = Ingestion(source.name, now, now, 0, 0, 0, {}, "arXiv answered 500.")
    with store.writing() as connection:
        kept.put(connection, source)
        kept.done(connection, source.name, now, 3)
        papers.record(connection, failed)
    store.close()
    assert told("doctor") == 1
    assert "FAIL  sources: arxiv:cs.CL could not be read 3 times: arXiv answered 500." in told.out


def test_reading_the_seeds_is_summed_up_and_twice_changes_nothing(
    told: Told, tmp_path: Path
) -> None:
    """The last line counts; no progress bar in a pipe; the second time nothing is new."""
    first = process("ingest", "seeds")
    assert (first.returncode, first.stderr) == (0, "")
    summary = first.stdout.splitlines()[-1]
    assert summary.startswith("seeds: read 127, new 118, updated 0, skipped 9")
    told("papers")
    before = told.out
    assert (told("ingest", "seeds"), told.err) == (0, "")
    assert "new 0, updated 0, skipped 127" in told.out
    told("papers")
    assert told.out == before
    assert len(before.splitlines()) == 118


@pytest.mark.usefixtures("_seeds")
def test_the_corpus_comes_out_as_papers(told: Told) -> None:
    """Each line has exactly the promised keys, in their order, and reads back as the paper."""
    assert told("papers", "--format", "jsonl") == 0
    rows = [json.loads(line) for line in told.out.splitlines()]
    assert all(list(row) == KEYS for row in rows)
    assert all(Paper.from_json(row).to_json() == row for row in rows)


@pytest.mark.usefixtures("_seeds")
def test_what_came_out_goes_in_elsewhere(told: Told, tmp_path: Path) -> None:
    """A corpus that was printed is a file that can be ingested, with nothing lost."""
    told("papers")
    printed = told.out
    (tmp_path / "all.jsonl").write_text(printed, encoding="utf-8")
    (tmp_path / "paperwire.db").unlink()
    assert told("ingest", "file:all.jsonl") == 0
    assert "new 118, updated 0, skipped 0" in told.out
    told("papers")
    assert sorted(told.out.splitlines()) == sorted(printed.splitlines())


@pytest.mark.usefixtures("_seeds")
@pytest.mark.parametrize("command", ["papers", "search --limit 100 model"])
def test_a_reader_that_has_enough_ends_it_quietly(command: str) -> None:
    """`paperwire papers | head -1` complains of nothing and does not fail."""
    line = f"set -o pipefail; {sys.executable} -m bot {command} | head -n 1"
    done = subprocess.run(
        ["bash", "-c", line], env=clean({}), capture_output=True, encoding="utf-8", timeout=60
    )
    assert (done.returncode, done.stderr, len(done.stdout.splitlines())) == (0, "", 1)


def test_broken_lines_are_named_and_the_others_kept(told: Told, tmp_path: Path) -> None:
    """Each bad line is one sentence on stderr with its number; the good ones are read."""
    lines = ['{"title": "Good"}', "{broken", '{"title": 7}', "", '{"title": "Also good"}']
    (tmp_path / "some.jsonl").write_text("\n".join(lines), encoding="utf-8")
    assert told("ingest", "file:some.jsonl") == 0
    assert told.out == "file:some.jsonl: read 4, new 2, updated 0, skipped 2 (cannot be read 2)\n"
    assert [line.split(":")[1] for line in told.err.splitlines()] == [
        "some.jsonl, line 2",
        "some.jsonl, line 3",
    ]


def test_hundreds_of_broken_lines_are_counted(told: Told, tmp_path: Path) -> None:
    """A file that is wrong throughout does not flood the terminal."""
    (tmp_path / "bad.jsonl").write_text("nonsense\n" * 300, encoding="utf-8")
    assert told("ingest", "file:bad.jsonl") == 0
    assert told.err.splitlines()[-1] == "…and 280 more of this kind"


@pytest.mark.parametrize(
    ("source", "status", "part"),
    [
        ("seed", 2, "no source “seed”"),
        ("file:papers.docx", 2, "of no kind that can be read"),
        ("file:missing.jsonl", 1, "missing.jsonl cannot be read: No such file"),
        ("file:.jsonl", 2, "of no kind"),
    ],
)
def test_a_source_that_cannot_be_is_one_sentence(
    told: Told, source: str, status: int, part: str
) -> None:
    """A wrong name is wrong usage; a file that is not there is a failure."""
    assert part in told.fails("ingest", source, status=status)


# --- search and recommend


@pytest.mark.usefixtures("_seeds")
def test_search_prints_only_json(told: Told) -> None:
    """Ranks count from 1, scores fall, shares add up to the score, papers have all keys."""
    rows = told.json("search", "speech translation", "--limit", "7", "--format", "json")
    assert [row["rank"] for row in rows] == list(range(1, 8))
    assert [row["score"] for row in rows] == sorted((r["score"] for r in rows), reverse=True)
    for row in rows:
        assert list(row) == ["rank", "score", "paper", "reasons"]
        assert list(row["paper"]) == KEYS
        assert sum(reason["share"] for reason in row["reasons"]) == pytest.approx(row["score"])
        assert all(list(reason) == ["interest", "terms", "share"] for reason in row["reasons"])


@pytest.mark.usefixtures("_seeds")
def test_a_paper_is_liked_by_any_of_its_ids(told: Told, tmp_path: Path) -> None:
    """One that it had before it got a better one, as an interest and as a like."""
    path = tmp_path / "looms.jsonl"
    for ids in ({"doi": "10.1145/1"}, {"doi": "10.1145/1", "arxiv": "2603.00001"}):
        path.write_text(json.dumps({"title": "Watermarks for speech that is generated", **ids}))
        assert told("ingest", f"file:{path}") == 0
    for liked in (("--like", "10.1145/1"), ("--interest", "paper:doi:10.1145/1")):
        found = told.json("recommend", "--format", "json", *liked)
        assert found
        assert "arxiv:2603.00001" not in [each["paper"]["id"] for each in found]
        assert found[0]["reasons"][0]["interest"].endswith("arxiv:2603.00001")


@pytest.mark.usefixtures("_seeds")
def test_recommend_follows_mutes_and_likes(told: Told) -> None:
    """Interests rank, a muted one leaves out, a liked paper brings others like it, not itself."""
    asked = ("recommend", "--format", "json", "--limit", "50", "--interest", "speech translation")
    rows = told.json(*asked)
    assert {reason["interest"] for reason in rows[0]["reasons"]} == {"speech translation"}
    assert sum(r["share"] for r in rows[0]["reasons"]) == pytest.approx(rows[0]["score"])
    unmuted = {row["paper"]["id"] for row in rows}
    muted = {row["paper"]["id"] for row in told.json(*asked, "--mute", "textless")}
    assert muted < unmuted
    liked = rows[0]["paper"]["id"]
    likes = told.json("recommend", "--format", "json", "--like", liked)
    assert liked not in {row["paper"]["id"] for row in likes}
    assert "speech" in json.dumps(likes[0]["paper"]).lower()


@pytest.mark.usefixtures("_seeds")
def test_text_names_paper_facts_and_reasons(told: Told) -> None:
    """Without --format a match is a few lines for people, the id among them."""
    assert told("search", "the faiss library", "--limit", "1") == 0
    assert "  1. The Faiss library\n     Matthijs Douze" in told.out
    assert len(told.out.splitlines()) == 4


@pytest.mark.usefixtures("_seeds")
@pytest.mark.parametrize("query", ["zzzqqq", "", "the of and", "🎉", "\u202e"])
def test_an_empty_result_is_no_failure(told: Told, query: str) -> None:
    """Nothing found is an empty list, or a word on stderr, and status 0."""
    assert told.json("search", query, "--format", "json") == []
    assert (told("search", query), told.out) == (0, "")
    assert told.err == "Nothing matches.\n"


def test_an_empty_corpus_says_how_to_fill_it(told: Told) -> None:
    """A search before anything was read names the command that reads."""
    assert told.json("search", "x", "--format", "json") == []
    assert told("recommend", "--interest", "speech") == 0
    assert "paperwire ingest seeds" in told.err


def test_a_title_does_not_drive_the_terminal(told: Told, tmp_path: Path) -> None:
    """Nothing that moves the cursor is printed as text."""
    with sqlite_of(tmp_path) as store, store.writing() as connection:
        papers.put(connection, [Paper("x:1", "Loom\x1b[2J\x07 \u202eof")], MONDAY)
    assert told("search", "loom") == 0
    assert all(c == "\n" or c.isprintable() for c in told.out)


class sqlite_of:
    """A store in that folder's database, for the length of a block."""

    def __init__(self, folder: Path) -> None:
        self._url = f"sqlite:///{folder / 'paperwire.db'}"

    def __enter__(self) -> Store:
        self._store = Store(self._url)
        return self._store

    def __exit__(self, *_: object) -> None:
        self._store.close()


@pytest.mark.parametrize(
    ("line", "part"),
    [
        ("serch x", "Did you mean “search”?"),
        ("ingst seeds", "Did you mean “ingest”?"),
        ("xyzzy", "See paperwire --help."),
        ("digest prevew", "Did you mean “preview”?"),
        ("search", "Missing argument"),
        ("search x --limt 3", "--limit"),
        ("search x --limit 0", "--limit"),
        ("search x --limit 1001", "--limit"),
        ("search x --limit many", "--limit"),
        ("search x --format xml", "--format"),
        ("search x y", "unexpected extra argument"),
        ('search "x', "quote is not closed"),
        ("search since:soon", "has no date in it"),
        ("recommend", "at least one --interest or --like"),
        ("recommend --mute x", "at least one --interest or --like"),
        ("recommend --interest 🎉", "no word that could be found"),
        ("ingest", "Missing argument"),
        ("papers --format csv", "--format"),
        ("digest preview --at soon", "2026-03-02T09:00+01:00"),
        ("digest preview --at 2026-02-30", "2026-03-02T09:00+01:00"),
        ("digest preview --at 0001-01-01T00:00+14:00", "2026-03-02T09:00+01:00"),
        ("digest preview --at 9999-12-31T23:59-12:00", "2026-03-02T09:00+01:00"),
        ("--nonsense", "--nonsense"),
    ],
)
def test_wrong_usage_is_status_2_and_one_line(told: Told, line: str, part: str) -> None:
    """What is typed wrongly is said on one line of stderr, with what to type."""
    assert part in told.fails(*line.split(" "), status=2)


def test_an_unknown_liked_paper_is_a_failure(told: Told) -> None:
    """An id that no paper has is named."""
    assert "arxiv:0000.00000" in told.fails("recommend", "--like", "arxiv:0000.00000")


def test_help_and_version_are_no_failures(told: Told) -> None:
    """Every command explains itself, with status 0 and on stdout."""
    for name in cli.commands:
        assert (told(name, "--help"), told.err) == (0, "")
        assert told.out.startswith(f"Usage: paperwire {name}")
    assert (told("--version"), told("-h")) == (0, 0)


@pytest.mark.usefixtures("_seeds")
def test_the_terminals_encoding_is_no_obstacle() -> None:
    """Where the terminal says Latin-1, output is UTF-8 all the same, as JSON has to be."""
    done = process("search", "Jégou", "--format", "json", PYTHONIOENCODING="latin-1")
    assert (done.returncode, done.stderr) == (0, "")
    assert "Hervé Jégou" in json.dumps(json.loads(done.stdout), ensure_ascii=False)


# --- settings and database


@pytest.mark.parametrize(
    ("name", "value", "part"),
    [
        ("SLACK_BOT_TOKEN", "xoxp-very-secret-value", "must begin with xoxb-"),
        ("SLACK_APP_TOKEN", SECRET, "must begin with xapp-"),
        ("SLACK_BOT_TOKEN", f"{SECRET} and more", "must begin with xoxb-"),
        ("SLACK_API_URL", "slack.com/very-secret-value", "web address"),
        ("PAPERWIRE_PORT", "http", "PAPERWIRE_PORT"),
        ("PAPERWIRE_PORT", "70000", "PAPERWIRE_PORT"),
        ("PAPERWIRE_LOG_LEVEL", "LOUD", "PAPERWIRE_LOG_LEVEL"),
        ("PAPERWIRE_DATABASE_URL", "no-address", "PAPERWIRE_DATABASE_URL"),
        ("PAPERWIRE_DATABASE_URL", "oracle9://x", "PAPERWIRE_DATABASE_URL"),
        ("PAPERWIRE_DATABASE_URL", "sqlite:////nowhere/at/all.db", "cannot be opened"),
    ],
)
def test_a_wrong_setting_is_named_and_never_quoted(
    told: Told, monkeypatch: pytest.MonkeyPatch, name: str, value: str, part: str
) -> None:
    """One line names the setting and what is wrong with it; no secret is in it."""
    monkeypatch.setenv(name, value)
    line = told.fails("papers")
    assert part in line
    assert "very-secret" not in line


@pytest.mark.parametrize(
    ("content", "part"),
    [(b"not a database at all, but text" * 50, "is not a Paperwire database"), (None, "newer")],
)
def test_another_database_is_refused(
    told: Told, tmp_path: Path, content: bytes | None, part: str
) -> None:
    """A file of another kind, or of a newer Paperwire, is left as it is."""
    path = tmp_path / "paperwire.db"
    if content is None:
        Store(f"sqlite:///{path}").close()
        with sqlite3.connect(path) as connection:
            connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.close()
    else:
        path.write_bytes(content)
    assert part in told.fails("search", "x")
    assert part in told.fails("ingest", "seeds")


@pytest.mark.slow
@pytest.mark.usefixtures("_seeds")
def test_a_locked_database_is_waited_for_and_then_named(told: Told, tmp_path: Path) -> None:
    """While another process writes, reading goes on, and writing gives up with a sentence."""
    connection = sqlite3.connect(tmp_path / "paperwire.db", isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    assert told("search", "speech") == 0
    assert "in use by another process" in told.fails("ingest", "seeds")
    connection.close()


# --- Slack


@pytest.fixture
def slack() -> Iterator[LocalSlack]:
    """A Slack on this machine."""
    with LocalSlack(wait=20) as slack:
        yield slack


@pytest.fixture
def team(slack: LocalSlack, monkeypatch: pytest.MonkeyPatch) -> Team:
    """A workspace whose token the environment holds."""
    team = slack.add_workspace("Lab")
    monkeypatch.setenv("SLACK_API_URL", slack.url)
    monkeypatch.setenv("SLACK_BOT_TOKEN", team.bot_token)
    monkeypatch.setenv("SLACK_SIGNING_SECRET", team.signing_secret)
    return team


def subscribe(folder: Path, team: Team, *people: str) -> None:
    """Daily digests on vector search, due since nine o'clock of that Monday."""
    with sqlite_of(folder) as store, store.writing() as connection:
        for person in people:
            to = Subscriber(team.id, person)
            interests.put(connection, to, Interest("vector search"))
            schedule = Schedule(Weekly(EVERY_DAY), time(9), "UTC")
            subscriptions.put(connection, Subscription(to, schedule, 2, person, MONDAY))


@pytest.mark.usefixtures("_seeds")
def test_a_preview_prints_what_is_due_and_changes_nothing(
    told: Told, team: Team, tmp_path: Path
) -> None:
    """What would be posted is printed, with or without a zone in --at, as often as one likes."""
    ada = team.add_person("Ada")
    subscribe(tmp_path, team, ada.id)
    for _ in range(2):
        assert told("digest", "preview", "--at", "2026-03-02T08:00+01:00") == 0
        assert "The Faiss library" in told.out
        assert told.out.endswith("1 due at 2026-03-02 07:00 UTC\n")
    assert told("digest", "preview", "--at", "2026-03-02T06:59") == 0
    assert told.out == "0 due at 2026-03-02 06:59 UTC\n"
    assert team.direct_messages(ada) == []


@pytest.mark.usefixtures("_seeds")
def test_a_run_posts_what_is_due_once(told: Told, team: Team, tmp_path: Path) -> None:
    """Digests go to Slack; the same instant again posts nothing; the bot is not said to run."""
    ada = team.add_person("Ada")
    subscribe(tmp_path, team, ada.id)
    at = ("--at", "2026-03-02T07:00")
    assert told("digest", "run", *at) == 0
    assert told.out == "1 due at 2026-03-02 07:00 UTC, 1 messages posted\n"
    assert "The Faiss library" in team.direct_messages(ada)[-1].text
    assert told("digest", "run", *at) == 0
    assert told.out == "0 due at 2026-03-02 07:00 UTC, 0 messages posted\n"
    assert len(team.direct_messages(ada)) == 1
    assert "No bot is running" in told.fails("health")


@pytest.mark.usefixtures("_seeds")
def test_a_run_that_slack_refuses_fails(
    told: Told, team: Team, slack: LocalSlack, tmp_path: Path
) -> None:
    """When a message cannot be posted the status is 1, and the others are posted all the same."""
    ada, bob = team.add_person("Ada"), team.add_person("Bob")
    subscribe(tmp_path, team, ada.id, bob.id)
    slack.fail("chat.postMessage", error="fatal_error")
    assert told("digest", "run", "--at", "2026-03-02T07:00") == 1
    assert told.out == "2 due at 2026-03-02 07:00 UTC, 1 messages posted\n"
    assert "1 messages could not be posted" in told.err.splitlines()[-1]


def test_posting_without_a_token_names_it(told: Told) -> None:
    """`digest run` says which value is missing, and what works without."""
    line = told.fails("digest", "run")
    assert "SLACK_BOT_TOKEN" in line
    assert "digest preview" in line


def test_running_with_nothing_set_names_what_is_missing() -> None:
    """The values are named, and so is the command that needs none."""
    done = process("run")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.count("\n") == 1
    for part in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET", "paperwire demo"):
        assert part in done.stderr


def test_running_with_a_bad_token_says_what_slack_says(slack: LocalSlack) -> None:
    """A token that Slack does not know ends the start with one line, and the token is not in it."""
    done = process("run", SLACK_API_URL=slack.url, SLACK_BOT_TOKEN=SECRET, SLACK_SIGNING_SECRET="s")
    assert done.returncode == 1
    assert "does not know the token" in done.stderr
    assert "Traceback" not in done.stderr
    assert SECRET not in done.stderr


@pytest.mark.usefixtures("_seeds")
def test_a_port_in_use_is_named(team: Team, slack: LocalSlack) -> None:
    """Two bots on one port: the second says so in one line."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = process("run", **connection(team, slack), PAPERWIRE_PORT=port)
    assert (done.returncode, done.stdout) == (1, "")
    assert f"Cannot listen on 127.0.0.1:{port}" in done.stderr
    assert "Traceback" not in done.stderr


def connection(team: Team, slack: LocalSlack) -> dict[str, str]:
    """The environment of a bot in that workspace."""
    return {
        "SLACK_API_URL": slack.url,
        "SLACK_BOT_TOKEN": team.bot_token,
        "SLACK_SIGNING_SECRET": team.signing_secret,
    }


@pytest.mark.usefixtures("_seeds")
def test_a_running_bot_answers_and_stops_when_asked(team: Team, slack: LocalSlack) -> None:
    """`paperwire run` says where it is, answers signed requests, is healthy, and ends with 0."""
    environment = clean(connection(team, slack)) | {"PAPERWIRE_PORT": "0"}
    with subprocess.Popen(
        [sys.executable, "-m", "bot", "run"],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    ) as bot:
        assert bot.stdout is not None
        line = bot.stdout.readline()
        assert line.startswith("Paperwire is running for Lab, at http://127.0.0.1:")
        slack.connect(team, line.split(", at ")[1].split(". ")[0])
        assert "Papers for" in team.add_person("Ada").types("/papers watermark")[-1].text
        assert process("health").returncode == 0
        bot.send_signal(signal.SIGTERM)
        _, err = bot.communicate(timeout=20)
    assert (bot.returncode, "Traceback" in err) == (0, False)


# --- mistakes


@pytest.mark.parametrize("level", ["INFO", "debug"])
def test_a_mistake_of_ours_is_one_line(
    level: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its traceback is only for those who ask for it."""
    monkeypatch.setenv("PAPERWIRE_LOG_LEVEL", level)

    @click.command()
    def broken() -> None:
        raise ZeroDivisionError("oh")

    monkeypatch.setitem(cli.commands, "broken", broken)
    assert main(["broken"]) == 1
    told = capsys.readouterr().err
    last = told.splitlines()[-1]
    assert last.startswith(
        "paperwire: Something went wrong in Paperwire itself (ZeroDivisionError)"
    )
    assert ("Traceback" in told) == (level == "debug")
