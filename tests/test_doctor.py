"""`paperwire doctor`: every fault of a set-up has its line, and a whole one has none."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.__main__ import main
from bot.cli.shell import utc_now
from bot.demo import LocalSlack, Team
from bot.demo.socket_mode import SocketMode
from bot.scopes import ASKED, NEEDED, SCOPES
from bot.settings import Settings
from bot.store import Store, sources
from bot.store.keys import new_key
from bot.store.sources import Subscribed
from tests.clock import MONDAY
from tests.install_lab import KEY, Many, serving_many, settings_of


class Doctor:
    """What the doctor said."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys
        self.out = self.err = ""

    def looks(self) -> int:
        """Runs `paperwire doctor`; the exit status."""
        status = main(["doctor"])
        self.out, self.err = self._capsys.readouterr()
        return status

    def line(self, name: str) -> str:
        """The line about something."""
        (found,) = [line for line in self.out.splitlines() if line[6:].startswith(f"{name}: ")]
        return found


@pytest.fixture(autouse=True)
def _alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder of its own, and none of this machine's settings."""
    monkeypatch.chdir(tmp_path)
    for field in Settings.model_fields.values():
        monkeypatch.delenv(str(field.alias), raising=False)


@pytest.fixture
def doctor(capsys: pytest.CaptureFixture[str]) -> Doctor:
    return Doctor(capsys)


@pytest.fixture
def _seeds(seeded: Path, tmp_path: Path) -> None:
    """The seed papers in the database that is used without settings."""
    shutil.copy(seeded, tmp_path / "paperwire.db")


@pytest.fixture
def slack(monkeypatch: pytest.MonkeyPatch) -> Iterator[LocalSlack]:
    """A Slack, which the settings name."""
    with LocalSlack() as local:
        monkeypatch.setenv("SLACK_API_URL", local.url)
        yield local


@pytest.fixture
def team(slack: LocalSlack, monkeypatch: pytest.MonkeyPatch) -> Team:
    """A workspace, whose token the settings name."""
    team = slack.add_workspace("Lab")
    monkeypatch.setenv("SLACK_BOT_TOKEN", team.bot_token)
    monkeypatch.setenv("SLACK_SIGNING_SECRET", team.signing_secret)
    return team


@pytest.fixture
def many(slack: LocalSlack, monkeypatch: pytest.MonkeyPatch, _seeds: None) -> Iterator[Many]:
    """A bot for many workspaces, and the settings that it runs with."""
    settings = settings_of(slack, "sqlite:///paperwire.db")
    secrets = (settings.client_secret, settings.signing_secret, settings.secret_key)
    names = ("SLACK_CLIENT_SECRET", "SLACK_SIGNING_SECRET", "PAPERWIRE_SECRET_KEY")
    monkeypatch.setenv("SLACK_CLIENT_ID", slack.grants.client_id)
    for name, secret in zip(names, secrets, strict=True):
        monkeypatch.setenv(name, secret.get_secret_value() if secret else "")
    with serving_many(slack, settings.database_url) as served:
        yield served


def test_it_names_every_fault_on_a_line(doctor: Doctor) -> None:
    """With nothing set up, each thing that is missing has its line, and the status is 1."""
    assert doctor.looks() == 1
    lines = [line.split(": ")[0] for line in doctor.out.splitlines()]
    assert lines == [
        "ok    settings",
        "ok    database",
        "FAIL  corpus",
        "FAIL  sources",
        "ok    deliveries",
        "--    new papers",
        "FAIL  slack token",
        "FAIL  slack door",
    ]
    assert doctor.err == "paperwire: 4 of 8 checks failed.\n"


@pytest.mark.usefixtures("_seeds", "team")
def test_it_finds_a_whole_set_up_whole(doctor: Doctor) -> None:
    """With all that is needed set up no line is a fault, and the status is 0."""
    assert (doctor.looks(), doctor.err) == (0, "")
    marks = {line[:4].strip() for line in doctor.out.splitlines()}
    assert marks == {"ok", "--"}
    assert "good for Lab" in doctor.line("slack token")


@pytest.mark.usefixtures("_seeds", "team")
def test_it_tells_every_scope(doctor: Doctor, slack: LocalSlack) -> None:
    """What is there, what is missing, and what each that is not needed would bring."""
    doctor.looks()
    for scope in SCOPES:
        line = doctor.line(f"scope {scope.name}")
        assert line.startswith("ok" if scope.is_needed else "--")
        assert scope.brings in line
    assert "do not allow messages from the Messages tab" in doctor.line("scope im:history")
    slack.teams[0].grant(*(scope.name for scope in SCOPES))
    doctor.looks()
    assert not any(line.startswith("--    scope") for line in doctor.out.splitlines())


@pytest.mark.usefixtures("_seeds", "team")
@pytest.mark.parametrize("scope", sorted(NEEDED))
def test_it_names_a_missing_scope(
    doctor: Doctor, slack: LocalSlack, monkeypatch: pytest.MonkeyPatch, scope: str
) -> None:
    """A permission that the app lacks is a fault, with where to add it."""
    poor = slack.add_workspace("Poor", scopes=NEEDED - {scope})
    monkeypatch.setenv("SLACK_BOT_TOKEN", poor.bot_token)
    assert doctor.looks() == 1
    line = doctor.line(f"scope {scope}")
    assert line.startswith("FAIL")
    assert "add it under OAuth & Permissions and install the app again" in line
    assert doctor.err.startswith("paperwire: 1 of ")


@pytest.mark.usefixtures("_seeds")
def test_it_names_a_token_that_slack_does_not_take(
    doctor: Doctor, monkeypatch: pytest.MonkeyPatch, team: Team
) -> None:
    """A token that was revoked, and a Slack that does not answer, are told apart."""
    team.revoke()
    assert doctor.looks() == 1
    assert doctor.line("slack token").startswith("FAIL  slack token: Slack has withdrawn the token")
    monkeypatch.setenv("SLACK_API_URL", "http://127.0.0.1:9/")
    assert doctor.looks() == 1
    assert "check the network and SLACK_API_URL" in doctor.line("slack token")
    assert doctor.err == "paperwire: 1 of 8 checks failed.\n"


@pytest.mark.usefixtures("_seeds", "team")
def test_it_tries_the_token_for_socket_mode(
    doctor: Doctor, slack: LocalSlack, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A good one, one without its scope, and one that Slack does not know are told apart."""
    monkeypatch.setenv("SLACK_APP_TOKEN", slack.app_token)
    with SocketMode(slack) as link:
        assert doctor.looks() == 0
        assert doctor.line("slack door") == "ok    slack door: Socket Mode, with SLACK_APP_TOKEN"
        slack.limit_app_token()
        assert doctor.looks() == 1
        line = "FAIL  slack door: SLACK_APP_TOKEN lacks the scope connections:write"
        assert doctor.line("slack door").startswith(line)
        monkeypatch.setenv("SLACK_APP_TOKEN", "xapp-wrong")
        assert doctor.looks() == 1
        line = "FAIL  slack door: Slack does not know SLACK_APP_TOKEN: copy it again"
        assert doctor.line("slack door").startswith(line)
        assert "xapp-" not in doctor.out + doctor.err
        assert link.connections == 0


@pytest.mark.usefixtures("_seeds")
def test_it_remarks_that_nothing_new_will_come(
    doctor: Doctor, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Without a source; one of the settings counts, and one that an admin has added in Slack."""
    doctor.looks()
    assert doctor.line("new papers").startswith("--    new papers: no source is read by itself")
    store = Store(f"sqlite:///{tmp_path / 'paperwire.db'}")
    with store.writing() as connection:
        sources.put(connection, Subscribed("biorxiv", 720, False, MONDAY, utc_now()))
    store.close()
    monkeypatch.setenv("PAPERWIRE_SOURCES", "arxiv:cs.CL every 6h")
    doctor.looks()
    assert doctor.line("new papers") == "ok    new papers: from arxiv:cs.CL; biorxiv"
    monkeypatch.setenv("PAPERWIRE_SOURCES", "arxive:cs.CL")
    doctor.looks()
    assert doctor.line("new papers").startswith("FAIL  new papers: PAPERWIRE_SOURCES is wrong")


def test_it_stops_at_settings_that_cannot_be_read(
    doctor: Doctor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A wrong setting is the one finding, and is named."""
    monkeypatch.setenv("PAPERWIRE_PORT", "x")
    assert doctor.looks() == 1
    assert "FAIL  settings: PAPERWIRE_PORT" in doctor.out
    assert len(doctor.out.splitlines()) == len(doctor.err.splitlines()) == 1


# Many workspaces


def test_it_looks_at_every_installation(doctor: Doctor, many: Many) -> None:
    """Each has a line of its own; one whose token is dead does not hide the others."""
    (lab, _), (firm, _) = many.installed("Lab"), many.installed("Firm")
    assert doctor.looks() == 0
    assert "of 2 installations" in doctor.line("slack key")
    assert "good for Firm" in doctor.line(f"slack token of {firm.id}")
    lab.revoke()
    assert doctor.looks() == 1
    assert doctor.line(f"slack token of {lab.id}").startswith("FAIL")
    assert doctor.line(f"slack token of {firm.id}").startswith("ok")
    assert many.token_of(lab.id) not in doctor.out + doctor.err


def test_it_names_what_oauth_lacks(
    doctor: Doctor, many: Many, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each value that is missing, by its name."""
    for name in ("SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET", "SLACK_SIGNING_SECRET"):
        monkeypatch.delenv(name)
    assert doctor.looks() == 1
    assert "Not set: SLACK_CLIENT_ID and SLACK_CLIENT_SECRET" in doctor.line("slack app")
    assert doctor.line("slack door").startswith("FAIL")
    assert many.settings.serves_many


def test_it_names_a_key_that_opens_nothing(
    doctor: Doctor, many: Many, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One sentence, with what to do, and neither the key nor a token."""
    lab, _ = many.installed("Lab")
    monkeypatch.setenv("PAPERWIRE_SECRET_KEY", new_key())
    assert doctor.looks() == 1
    line = doctor.line("slack key")
    assert line.startswith("FAIL  slack key: PAPERWIRE_SECRET_KEY does not open the tokens")
    assert [s for s in (KEY, lab.bot_token) if s in doctor.out + doctor.err] == []


def test_it_names_scopes_that_an_installation_lacks(doctor: Doctor, many: Many) -> None:
    """Whoever installed it before the app asked for more is asked to do it again."""
    lab, _ = many.installed("Lab")
    token = many.slack.world.tokens[lab.bot_token]
    assert token.scopes == set(ASKED)
    many.slack.world.tokens[lab.bot_token] = replace(token, scopes=frozenset({"commands"}))
    assert doctor.looks() == 1
    line = doctor.line(f"slack token of {lab.id}")
    assert "chat:write, im:write, users:read are missing: install the app again" in line
