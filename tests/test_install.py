"""Journeys of many workspaces: installed by OAuth over HTTP, used, and taken out again."""

import json
import logging
import os
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from pydantic import SecretStr
from slack_sdk.signature import SignatureVerifier
from sqlalchemy import select, update

from bot import logs
from bot.__main__ import main
from bot.client import SlackBusy
from bot.demo import LocalSlack, Team
from bot.errors import SettingsError
from bot.models import Subscriber
from bot.scopes import ASKED
from bot.settings import Settings
from bot.slack import INSTALL_PATH
from bot.slack.install import REDIRECT_PATH, STATE_SECONDS
from bot.store import interests, subscriptions
from bot.store.installations import oauth_states
from bot.store.tables import deliveries, metadata
from recommender import Interest
from tests.conftest import Lab, connected
from tests.install_lab import (
    KEY,
    NEWER_KEY,
    Browser,
    Many,
    Page,
    bytes_of,
    serving_many,
    who,
)

ENTERPRISE = "E0000000001"


@pytest.fixture
def slack() -> Iterator[LocalSlack]:
    with LocalSlack(wait=20) as local:
        yield local


@pytest.fixture
def many(slack: LocalSlack, database: str) -> Iterator[Many]:
    """A bot that every workspace may install."""
    with serving_many(slack, database) as served:
        yield served


def left_of(many: Many, *ids: str) -> list[str]:
    """The tables in which something about these ids is kept."""
    with many.parts.store.reading() as connection:
        return [
            name
            for name, table in metadata.tables.items()
            if any(one in repr(row) for row in connection.execute(select(table)) for one in ids)
        ]


# Installing


def test_a_workspace_installs_the_app_and_uses_it(many: Many) -> None:
    """In a browser, with Slack's page between ours; then commands are answered."""
    lab, browser = many.team("Lab & Co"), Browser()
    ada = lab.add_person("Ada")
    asked = browser.opens(many.url + INSTALL_PATH)
    query = parse_qs(urlsplit(asked.url).query)
    assert asked.url.startswith(f"{many.slack.server.base}/oauth/v2/authorize?")
    assert query["scope"] == [",".join(ASKED)]
    done = browser.decides(asked, lab.id)
    assert (done.status, "Lab &amp; Co" in done.text) == (200, True)
    assert "/papers search" in ada.types("/papers help")[-1].text
    assert list(browser.cookies) == []


def test_before_it_is_installed_a_workspace_is_told_so(many: Many) -> None:
    """A command from elsewhere is answered with what to do, and nothing is kept of it."""
    lab = many.team("Lab")
    ada = lab.add_person("Ada")
    answer = ada.types("/papers interests add secrets")[-1]
    assert "not installed in this workspace" in answer.text
    assert left_of(many, lab.id, ada.id) == []


def test_two_workspaces_live_side_by_side(many: Many) -> None:
    """What one follows, the other does not see; each gets its own digest, by its own token."""
    (lab, ada), (firm, eve) = many.installed("Lab"), many.installed("Firm")
    many.follows(ada, "watermark")
    many.follows(eve, "speech translation")
    assert "watermark" not in eve.types("/papers interests list")[-1].text
    many.clock.passes(hours=24)
    many.parts.tick()
    (hers,), (other,) = many.digests(lab, ada), many.digests(firm, eve)
    assert ("atermark" in hers.text + str(hers.blocks), "atermark" in str(other.blocks)) == (
        True,
        False,
    )
    posted = many.slack.calls_of("chat.postMessage")
    assert {each.team_id for each in posted} == {lab.id, firm.id}


def test_install_use_uninstall_leaves_nothing(many: Many) -> None:
    """Of a workspace that takes the app out no row is left; the other one's digests still come."""
    (lab, ada), (firm, eve) = many.installed("Lab"), many.installed("Firm")
    for person in (ada, eve):
        many.follows(person)
    many.clock.passes(hours=24)
    many.parts.tick()
    kept = set(left_of(many, lab.id))
    assert kept >= {"slack_installations", "slack_bots", "interests", "ledger", "workspaces"}
    others = rows_about(many, firm)
    lab.uninstalls()
    assert many.slack.wait_for(lambda: left_of(many, lab.id, ada.id) == [])
    assert rows_about(many, firm) == others
    with pytest.raises(SlackBusy, match="not installed in workspace"):
        many.parts.clients(lab.id)
    eve.types("/papers interests add retrieval, translation, summarization, speech")
    many.clock.passes(hours=24)
    many.parts.tick()
    assert (len(many.digests(lab, ada)), len(many.digests(firm, eve))) == (1, 2)


def rows_about(many: Many, team: Team) -> list[str]:
    """Every row that names a workspace."""
    with many.parts.store.reading() as connection:
        rows = (repr(r) for t in metadata.tables.values() for r in connection.execute(select(t)))
        return sorted(row for row in rows if team.id in row)


# Leaving


@pytest.mark.parametrize(
    "told",
    [
        ("app_uninstalled",),
        ("tokens_revoked",),
        ("tokens_revoked", "app_uninstalled"),
        ("app_uninstalled", "tokens_revoked", "app_uninstalled"),
    ],
)
def test_leaving_is_told_in_any_order_and_again(many: Many, told: tuple[str, ...]) -> None:
    """Either event is enough, and one more changes nothing."""
    lab, ada = many.installed("Lab")
    many.follows(ada)
    assert all(delivery.ok for delivery in lab.uninstalls(*told))
    assert many.slack.wait_for(lambda: left_of(many, lab.id, ada.id) == [])
    assert "not installed" in ada.types("/papers help")[-1].text


def test_news_from_before_a_new_installation_are_old(many: Many) -> None:
    """An event that Slack tells again after the app came back does not throw it out."""
    lab, ada = many.installed("Lab")
    late = lab.uninstalls("app_uninstalled")[0]
    assert many.slack.wait_for(lambda: left_of(many, lab.id) == [])
    many.installs(lab.id)
    many.follows(ada)
    late.payload["event_time"] -= 60  # type: ignore[index]
    assert many.slack.repeat(lab, late).ok
    assert not many.slack.wait_for(lambda: left_of(many, lab.id) == [], timeout=0.5)
    assert "watermark" in ada.types("/papers interests list")[-1].text


def test_a_leaving_that_cannot_be_carried_out_now_is_told_again(
    many: Many, database: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Slack hears that it was done only when it was done."""
    lab, ada = many.installed("Lab")
    many.follows(ada)
    rename(database, "homes", "away")
    (told,) = lab.uninstalls("app_uninstalled")
    assert (told.ack.status, told.attempt) == (503, 3)
    assert "listener failed" in caplog.text
    rename(database, "away", "homes")
    assert many.slack.repeat(lab, told).ok
    assert left_of(many, lab.id, ada.id) == []


def rename(database: str, table: str, other: str) -> None:
    """Takes a table away, or brings it back."""
    with closing(sqlite3.connect(database.removeprefix("sqlite:///"))) as connection:
        connection.execute(f"ALTER TABLE {table} RENAME TO {other}")
        connection.commit()


def test_a_token_of_a_persons_own_is_no_leaving(many: Many) -> None:
    """What a person takes back of their own concerns nobody else."""
    lab, ada = many.installed("Lab")
    many.follows(ada)
    lab.announces({"type": "tokens_revoked", "tokens": {"oauth": [ada.id], "bot": []}})
    assert "watermark" in ada.types("/papers interests list")[-1].text


def test_an_answer_that_is_under_way_does_not_bring_a_workspace_back(many: Many) -> None:
    """Slack refuses a digest while the workspace is being forgotten: that is written nowhere."""
    lab, ada = many.installed("Lab")
    many.follows(ada)
    many.clock.passes(hours=24)
    many.slack.fail("chat.postMessage", error="account_inactive", delay=1.0)
    with ThreadPoolExecutor(1) as pool:
        ticking = pool.submit(many.parts.tick)
        assert many.slack.wait_for(lambda: is_on_its_way(many))
        lab.uninstalls("app_uninstalled")
        # Forgotten before the refusal comes, unless this machine is very busy.
        many.slack.wait_for(lambda: left_of(many, lab.id) == [], timeout=0.8)
        ticking.result()
    assert many.slack.calls_of("chat.postMessage")[0].error == "account_inactive"
    assert many.slack.wait_for(lambda: left_of(many, lab.id, ada.id) == [])


def is_on_its_way(many: Many) -> bool:
    """Whether the place of a delivery is noted: what follows is the posting."""
    with many.parts.store.reading() as connection:
        return connection.execute(select(deliveries.c.channel)).scalar() is not None


# What goes wrong in the browser


def test_somebody_presses_cancel(many: Many) -> None:
    """Nothing is installed, and the page says how to begin again."""
    lab, browser = many.team("Lab"), Browser()
    page = browser.decides(browser.opens(many.url + INSTALL_PATH), lab.id, agrees=False)
    assert (page.status, "Nothing was changed" in page.text) == (200, True)
    assert INSTALL_PATH in page.text
    assert left_of(many, lab.id) == []


def test_a_state_is_good_for_its_own_browser_only(many: Many) -> None:
    """Who sends somebody else an address to finish with, gets nowhere."""
    lab = many.team("Lab")
    asked = Browser().opens(many.url + INSTALL_PATH)
    page = Browser().decides(asked, lab.id)
    assert (page.status, "did not begin in this browser" in page.text) == (400, True)
    assert left_of(many, lab.id) == []


def test_a_state_is_good_for_once(many: Many) -> None:
    """The same address a second time, with the cookie kept, installs nothing."""
    lab, browser = many.team("Lab"), Browser()
    asked = browser.opens(many.url + INSTALL_PATH)
    cookies = list(browser.cookies)
    done = browser.decides(asked, lab.id)
    for cookie in cookies:
        browser.cookies.set_cookie(cookie)
    again = browser.opens(done.url)
    assert (done.status, again.status) == (200, 401)
    assert "done already" in again.text


def test_a_state_ends(many: Many) -> None:
    """Who thinks for too long begins again, and what was begun is not kept."""
    lab, browser = many.team("Lab"), Browser()
    asked = browser.opens(many.url + INSTALL_PATH)
    with many.parts.store.writing() as connection:
        (begun,) = connection.execute(select(oauth_states.c.expire_at)).scalars()
        left = (begun - datetime.now(UTC).replace(tzinfo=None)).total_seconds()
        assert STATE_SECONDS - 60 < left <= STATE_SECONDS
        connection.execute(update(oauth_states).values(expire_at=begun - timedelta(hours=1)))
    page = browser.decides(asked, lab.id)
    assert (page.status, "took too long" in page.text) == (401, True)
    assert left_of(many, lab.id) == []
    with many.parts.store.reading() as connection:
        assert connection.execute(select(oauth_states)).all() == []


@pytest.mark.parametrize(
    ("query", "status", "says"),
    [
        ("", 400, "did not begin in this browser"),
        ("?state=1&code=2", 400, "did not begin in this browser"),
        ("?error=<script>alert(1)</script>", 200, "&lt;script&gt;"),
        (f"?error={'x' * 9999}", 200, "x" * 80 + "”"),
    ],
)
def test_what_the_address_says_is_shown_as_text(
    many: Many, query: str, status: int, says: str
) -> None:
    """No page of ours holds what somebody else has written, but as text, and not much of it."""
    page = Browser().opens(many.url + REDIRECT_PATH + query.replace("<", "%3C"))
    assert (page.status, says in page.text, "<script" in page.text) == (status, True, False)
    assert page.headers["Content-Security-Policy"] == "default-src 'none'"
    assert page.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("fault", "status", "says"),
    [
        ({"error": "invalid_code"}, 401, "did not give a token"),
        ({"status": 500}, 401, "did not give a token"),
        ({"cut": True}, 503, "busy"),
    ],
)
def test_slack_does_not_give_a_token(
    many: Many, fault: dict[str, object], status: int, says: str
) -> None:
    """A plain page, no traceback, and nothing installed."""
    lab = many.team("Lab")
    many.slack.fail("oauth.v2.access", **fault)
    page = many.installs(lab.id)
    assert (page.status, says in page.text) == (status, True)
    assert left_of(many, lab.id) == []
    assert many.installs(lab.id).status == 200


def test_other_paths_are_not_there(many: Many) -> None:
    """Nothing else is served, and nothing is installed by a POST."""
    assert Browser().opens(many.url + "/").status == 404
    assert Browser().opens(many.url + INSTALL_PATH, {"a": "b"}).status == 404


# Enterprises


def test_an_enterprise_installs_once_for_all_its_workspaces(many: Many) -> None:
    """Two workspaces are answered and get digests by one token, each with its own interests."""
    lab, firm = many.team("Lab", of=ENTERPRISE), many.team("Firm", of=ENTERPRISE)
    ada, eve = lab.add_person("Ada"), firm.add_person("Eve")
    assert many.installs(ENTERPRISE).status == 200
    many.follows(ada, "watermark")
    many.follows(eve, "speech translation")
    assert many.token_of(lab.id) == many.token_of(firm.id) == lab.bot_token
    many.clock.passes(hours=24)
    many.parts.tick()
    assert (len(many.digests(lab, ada)), len(many.digests(firm, eve))) == (1, 1)
    assert "watermark" not in eve.types("/papers interests list")[-1].text


def test_a_press_in_a_workspace_of_an_enterprise_is_that_workspaces(many: Many) -> None:
    """Slack names it with the person only: what is saved is saved there, and by whom it was."""
    lab, firm = many.team("Lab", of=ENTERPRISE), many.team("Firm", of=ENTERPRISE)
    ada, eve = lab.add_person("Ada"), firm.add_person("Eve")
    many.installs(ENTERPRISE)
    found = eve.types("/papers watermark")[-1]
    pressed = eve.presses(found, "paper_save")
    assert pressed.deliveries[0].payload["team"] is None
    assert "Stable Signature" in eve.types("/papers saved")[-1].text
    assert "Stable Signature" not in ada.types("/papers saved")[-1].text


def test_what_an_acknowledgement_brings_is_filled_for_an_enterprise(many: Many) -> None:
    """A form that shares, and one that is undone, in a workspace that the person alone names."""
    firm = many.team("Firm", of=ENTERPRISE)
    eve = firm.add_person("Eve")
    channel = firm.add_channel("reading", members=[eve])
    many.installs(ENTERPRISE)
    eve.presses(eve.types("/papers watermark")[-1], "paper_menu", "Share to a channel…")
    assert eve.modal is not None
    eve.submits(eve.modal, {"share_channel": {"share_channel": channel.id}})
    assert many.slack.wait_for(lambda: "You shared" in str(eve.modal and eve.modal.blocks))
    eve.presses(eve.modal, "Take it back")
    assert many.slack.wait_for(lambda: "Taken back" in str(eve.modal and eve.modal.blocks))


def test_another_enterprise_is_not_let_in(many: Many) -> None:
    """Somebody else's installation is for their own workspaces."""
    lab, other = many.team("Lab", of=ENTERPRISE), many.team("Other", of="E0000000002")
    lab.add_person("Ada")
    eve = other.add_person("Eve")
    many.installs(ENTERPRISE)
    assert "not installed" in eve.types("/papers help")[-1].text
    with pytest.raises(SlackBusy):
        many.parts.clients(other.id)


def test_an_event_is_how_a_workspace_of_an_enterprise_gets_known(many: Many) -> None:
    """Events of an enterprise's installation name no workspace in their authorisation."""
    lab = many.team("Lab", of=ENTERPRISE)
    ada = lab.add_person("Ada")
    many.installs(ENTERPRISE)
    with pytest.raises(SlackBusy):
        many.parts.clients(lab.id)
    lab.announces({"type": "team_rename", "name": "Lab"})
    assert many.token_of(lab.id) == lab.bot_token
    assert "/papers search" in ada.types("/papers help")[-1].text


def test_an_enterprise_leaves_with_all_its_workspaces(many: Many) -> None:
    """Nothing is left of any of them; a workspace with an installation of its own stays."""
    lab, firm = many.team("Lab", of=ENTERPRISE), many.team("Firm", of=ENTERPRISE)
    ada, eve = lab.add_person("Ada"), firm.add_person("Eve")
    other, bob = many.installed("Other")
    many.installs(ENTERPRISE)
    for person in (ada, eve, bob):
        many.follows(person)
    lab.uninstalls()
    assert many.slack.wait_for(lambda: left_of(many, lab.id, firm.id, ENTERPRISE) == [])
    assert "watermark" in bob.types("/papers interests list")[-1].text
    many.installs(ENTERPRISE)
    assert "follow" in eve.types("/papers interests list")[-1].text
    assert other.id in str(rows_about(many, other))


def test_one_workspace_of_an_enterprise_leaves(many: Many) -> None:
    """The others keep what the enterprise has installed."""
    lab, firm = many.team("Lab", of=ENTERPRISE), many.team("Firm", of=ENTERPRISE)
    ada, eve = lab.add_person("Ada"), firm.add_person("Eve")
    many.installs(ENTERPRISE)
    for person in (ada, eve):
        many.follows(person)
    assert many.slack.wait_for(lambda: lab.id in str(rows_about(many, lab)))
    lab.announces({"type": "team_access_revoked", "team_ids": [lab.id]})
    assert many.slack.wait_for(lambda: left_of(many, lab.id) == [])
    assert "watermark" in eve.types("/papers interests list")[-1].text


# Secrets


@contextmanager
def talkative() -> Iterator[None]:
    """Logging as the command line sets it up, telling as much as it ever would."""
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    logs.set_up("DEBUG")
    yield
    root.handlers[:], root.level = before, level


def test_no_secret_is_logged_or_lies_in_the_database(
    capsys: pytest.CaptureFixture[str], slack: LocalSlack, database: str
) -> None:
    """Through a whole life of a workspace, tokens that end included; nor in any page or repr."""
    pages: list[Page] = []
    slack.grants.token_seconds = 3600
    with talkative(), serving_many(slack, database) as many:
        browser = Browser()
        lab = many.team("Lab")
        ada = lab.add_person("Ada")
        pages += [browser.opens(many.url + INSTALL_PATH), many.installs(lab.id, browser)]
        many.follows(ada)
        many.clock.passes(hours=24)
        many.parts.tick()
        many.parts.renew()
        many.slack.fail("oauth.v2.access", error="invalid_refresh_token")
        many.parts.renew()
        many.slack.fail("oauth.v2.access", cut=True)
        pages.append(many.installs(lab.id))
        with many.parts.store.reading() as connection:
            assert interests.profile(connection, who(lab, ada)).interests
        stored = bytes_of(database)
        shown = repr([many.settings, many.bot, many.installations(), vars(many.installations())])
        lab.uninstalls()
        assert many.slack.wait_for(lambda: left_of(many, lab.id) == [])
        secrets = secrets_of(slack) | {many.settings.secret_key.get_secret_value()}  # type: ignore[union-attr]
    told = capsys.readouterr().err
    assert "installed workspace=" in told
    assert len(secrets) > 6
    everywhere = told + shown + "".join(page.text for page in pages[1:])
    assert [each for each in secrets if each in everywhere] == []
    assert [each for each in secrets if each.encode() in stored + bytes_of(database)] == []


def secrets_of(slack: LocalSlack) -> set[str]:
    """Every token that was ever handed out, and what the app proves itself with."""
    grants = slack.grants
    handed = {value for value in slack.world.tokens if value.startswith("xox")}
    return {*handed, *grants.renewers, grants.client_secret, slack.signing_secret}


# One workspace by its token


def test_one_workspace_that_takes_the_bot_out_is_forgotten(lab: Lab) -> None:
    """By either event; the bot of a token deletes as much as that of many workspaces."""
    lab.ada.types("/papers interests add watermark")
    lab.ada.types("/papers subscribe daily 09:00")
    lab.clock.passes(hours=24)
    lab.parts.tick()
    assert rows_of(lab, lab.team.id) >= {"people", "interests", "ledger", "workspaces"}
    lab.team.announces({"type": "tokens_revoked", "tokens": {"bot": [lab.team.bot.id]}})
    assert lab.slack.wait_for(lambda: rows_of(lab, lab.team.id) == set())


def test_a_request_of_another_workspace_is_not_answered(lab: Lab) -> None:
    """Signed by Slack, but for a workspace whose token is not the bot's; nothing is kept of it."""
    other = lab.slack.add_workspace("Other")
    lab.slack.connect(other, f"http://127.0.0.1:{lab.bot.port}/slack/events")
    answer = other.add_person("Eve").types("/papers interests add watermark")[-1]
    assert "not installed in this workspace" in answer.text
    assert rows_of(lab, other.id) == set()


def test_events_about_somebody_else_change_nothing(lab: Lab) -> None:
    """Another workspace's end, and one from before the bot's start."""
    other = lab.slack.add_workspace("Other", enterprise_id=ENTERPRISE)
    lab.slack.connect(other, f"http://127.0.0.1:{lab.bot.port}/slack/events")
    lab.ada.types("/papers interests add watermark")
    with lab.parts.store.writing() as connection:
        interests.put(connection, Subscriber(other.id, "U1"), Interest("watermark"))
    before = rows_of(lab, lab.team.id), rows_of(lab, other.id)
    assert other.announces({"type": "app_uninstalled"}).ok
    late = lab.team.announces({"type": "team_rename"})
    old = {**late.payload, "event_time": 1, "event": {"type": "app_uninstalled"}}
    assert lab.slack.deliver(lab.team.state, "events_api", old).ok
    lab.bot.parts.tick()
    assert "watermark" in lab.ada.types("/papers interests list")[-1].text
    assert (rows_of(lab, lab.team.id), rows_of(lab, other.id)) == before


def test_the_bot_of_one_workspace_cannot_be_installed(
    slack: LocalSlack, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not even where the environment holds what Bolt would begin an OAuth of its own with."""
    monkeypatch.setenv("SLACK_CLIENT_ID", "12.34")
    monkeypatch.setenv("SLACK_CLIENT_SECRET", "secret")
    with connected(slack, database) as lab:
        for path in (INSTALL_PATH, REDIRECT_PATH):
            assert Browser().opens(f"http://127.0.0.1:{lab.bot.port}{path}").status == 404
        assert "/papers search" in lab.ada.types("/papers help")[-1].text


def rows_of(lab: Lab, workspace: str) -> set[str]:
    """The tables with something about a workspace."""
    with lab.parts.store.reading() as connection:
        tables = metadata.tables.items()
        return {n for n, t in tables if workspace in repr(connection.execute(select(t)).all())}


# Starting


def test_the_start_says_whom_it_serves_and_where(many: Many) -> None:
    """With the address that is to be opened for installing."""
    assert many.bot.serves == "every workspace that installs it"
    assert many.bot.reachable == (
        f"at {many.url}/slack/events, installed at {many.url}/slack/install"
    )


def test_a_start_with_another_key_is_refused(many: Many, tmp_path: Path) -> None:
    """In one line, before anything is served; with both keys all is sealed anew."""
    lab, _ = many.installed("Lab")
    path = shutil.copy(tmp_path / "paperwire.db", tmp_path / "copy.db")
    for each in tmp_path.glob("paperwire.db-wal"):
        shutil.copy(each, f"{path}-wal")
    url = f"sqlite:///{path}"
    newer = {"secret_key": SecretStr(NEWER_KEY)}
    with (
        pytest.raises(SettingsError, match="does not open"),
        serving_many(many.slack, url, **newer),
    ):
        pass
    both = {"secret_key": SecretStr(f"{NEWER_KEY},{KEY}")}
    with serving_many(many.slack, url, **both) as again:
        assert again.token_of(lab.id) == lab.bot_token
    with serving_many(many.slack, url, **newer) as again:
        assert again.token_of(lab.id) == lab.bot_token


def test_digests_are_posted_by_the_command_line_too(
    slack: LocalSlack, database: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """`paperwire digest run` finds the tokens of workspaces as the bot does."""
    with serving_many(slack, database) as many:
        lab, ada = many.installed("Lab")
        many.follows(ada)
    monkeypatch.chdir(tmp_path)
    for field in Settings.model_fields.values():
        monkeypatch.delenv(str(field.alias), raising=False)
    for name, value in environment(slack, database).items():
        monkeypatch.setenv(name, value)
    assert main(["digest", "run", "--at", "2026-03-03T12:00Z"]) == 0
    assert [m.metadata is not None for m in lab.direct_messages(ada)][-1]


def environment(slack: LocalSlack, database: str) -> dict[str, str]:
    """What posting to many workspaces needs."""
    return {
        "SLACK_API_URL": slack.url,
        "SLACK_CLIENT_ID": slack.grants.client_id,
        "SLACK_CLIENT_SECRET": slack.grants.client_secret,
        "PAPERWIRE_SECRET_KEY": KEY,
        "PAPERWIRE_DATABASE_URL": database,
    }


def test_what_slack_did_not_sign_is_refused(many: Many) -> None:
    """Also where many workspaces are served: nobody throws one out, or reads what it follows."""
    lab, ada = many.installed("Lab")
    many.follows(ada)
    told = {"type": "event_callback", "team_id": lab.id, "event": {"type": "app_uninstalled"}}
    for age, secret in ((0, "another secret"), (6 * 60, many.slack.signing_secret)):
        assert signed_post(many, json.dumps(told), secret, age) == 401
    assert "watermark" in ada.types("/papers interests list")[-1].text


def signed_post(many: Many, body: str, secret: str, age: int) -> int:
    """Sends an event, signed with that secret so many seconds ago; the status."""
    stamp = str(int(time.time()) - age)
    signature = SignatureVerifier(secret).generate_signature(timestamp=stamp, body=body)
    headers = {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": str(signature)}
    headers["Content-Type"] = "application/json"
    return Browser().sends(f"{many.url}/slack/events", body, headers)


def test_a_workspace_that_is_off_keeps_nobody_elses_zone(many: Many) -> None:
    """Where Slack refuses a token, the people of other workspaces are asked for all the same."""
    (lab, ada), (firm, eve) = many.installed("Lab"), many.installed("Firm")
    for person in (ada, eve):
        many.follows(person)
    eve.user.tz = "Asia/Tokyo"
    lab.revoke()
    many.clock.passes(hours=25)
    many.parts.follow_zones()
    with many.parts.store.reading() as connection:
        moved = subscriptions.get(connection, who(firm, eve))
    assert moved is not None
    assert moved.schedule.zone == "Asia/Tokyo"


@pytest.mark.slow
def test_a_real_process_is_installed_and_ends_with_0(slack: LocalSlack, database: str) -> None:
    """With nothing but its environment, as whoever runs it does it."""
    lab = slack.add_workspace("Lab", installed=False)
    ada = lab.add_person("Ada")
    known = environment(slack, database) | {
        "SLACK_SIGNING_SECRET": slack.signing_secret,
        "PAPERWIRE_PORT": "0",
        "PAPERWIRE_LOG_LEVEL": "WARNING",
    }
    bare = {k: v for k, v in os.environ.items() if not k.startswith(("SLACK_", "PAPERWIRE_"))}
    with subprocess.Popen(
        [sys.executable, "-m", "bot", "run"],
        env=bare | known,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            assert "running for every workspace that installs it, at " in line
            at = line.split(", at ")[1].split("/slack/")[0]
            slack.grants.redirect_url = at + REDIRECT_PATH
            slack.connect(lab, f"{at}/slack/events")
            browser = Browser()
            assert browser.decides(browser.opens(at + INSTALL_PATH), lab.id).status == 200
            assert "/papers search" in ada.types("/papers help")[-1].text
            process.terminate()
            _, errors = process.communicate(timeout=20)
        finally:
            process.kill()
    assert (process.returncode, errors) == (0, "")
