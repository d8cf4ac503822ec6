"""Slack's requests: who may send them, how fast they are acknowledged, and what fails well."""

import http.client
import logging
import re
import shutil
import sqlite3
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

import pytest
from slack_sdk.signature import Clock, SignatureVerifier

from bot import logs
from bot.demo import LocalSlack, Person
from bot.slack.app import EVENTS_PATH, THREADS
from tests.conftest import Lab, connected

REFERENCE = re.compile(r"\(Reference ([0-9a-f]{8})\)")
SECRET_WORDS = "merger of Acme and Globex"


@pytest.fixture(scope="module")
def lab(seeded: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """One bot for the tests that break nothing for good."""
    path = tmp_path_factory.mktemp("slack") / "paperwire.db"
    shutil.copy(seeded, path)
    with LocalSlack() as slack, connected(slack, f"sqlite:///{path}") as lab:
        yield lab


@pytest.fixture
def ada(lab: Lab) -> Person:
    """Somebody new."""
    return lab.team.add_person("Ada", tz="Europe/Paris")


@pytest.fixture(scope="module")
def broken(seeded: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """A bot whose database loses what it needs for searches, while it runs."""
    path = tmp_path_factory.mktemp("broken") / "paperwire.db"
    shutil.copy(seeded, path)
    with LocalSlack() as slack, connected(slack, f"sqlite:///{path}") as lab:
        lab.ada.types("/papers help")
        with sqlite3.connect(path) as connection:
            connection.execute("DROP TABLE searches")
        connection.close()
        yield lab


def post(lab: Lab, secret: str, age: float = 0, text: str = "help") -> int:
    """Sends a command as Slack would, signed with that secret so many seconds ago; the status."""
    fields = {"command": "/papers", "text": text, "team_id": lab.team.id, "user_id": lab.ada.id}
    body = urlencode(fields)
    stamp = str(int(time.time() - age))
    signature = SignatureVerifier(secret, Clock()).generate_signature(timestamp=stamp, body=body)
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": signature or "",
    }
    connection = http.client.HTTPConnection("127.0.0.1", lab.bot.port, timeout=5)
    try:
        connection.request("POST", EVENTS_PATH, body, headers)
        return connection.getresponse().status
    finally:
        connection.close()


def test_a_request_that_slack_did_not_sign_is_refused(lab: Lab) -> None:
    """A wrong signature, or one that is too old to be fresh, is answered with 401."""
    assert post(lab, lab.team.signing_secret) == 200
    assert post(lab, "another secret") == 401
    assert post(lab, lab.team.signing_secret, age=6 * 60) == 401


def test_an_unknown_command_is_not_acknowledged_and_breaks_nothing(lab: Lab, ada: Person) -> None:
    """What the manifest does not declare is a 404, and the next command is answered."""
    assert ada.types("/nonsense").deliveries[0].ack.status == 404
    assert ada.types("/papers help").deliveries[0].ok


def test_the_acknowledgement_comes_before_the_answer(lab: Lab, ada: Person) -> None:
    """Slack's three seconds are kept though the answer takes longer to arrive."""
    lab.slack.fail("response_url", delay=0.6)
    began = time.monotonic()
    seen = ada.types("/papers watermark")
    assert seen.deliveries[0].seconds < 0.4
    assert time.monotonic() - began > 0.6
    assert "watermark" in seen[-1].text


def test_commands_wait_for_a_listener_but_not_for_their_acknowledgement(lab: Lab) -> None:
    """Twice as many commands at once as there are listeners are all acknowledged at once."""
    crowd = [lab.team.add_person(f"P{number}") for number in range(2 * THREADS)]
    lab.slack.fail("response_url", delay=1.0, times=len(crowd))
    with ThreadPoolExecutor(len(crowd)) as pool:
        seen = list(pool.map(lambda person: person.types("/papers help", wait=10), crowd))
    assert max(one.deliveries[0].seconds for one in seen) < 0.9
    assert all("/papers search" in one[-1].text for one in seen)


def test_thirty_searches_at_once_are_all_answered(lab: Lab) -> None:
    """Each of thirty people gets the acknowledgement in time, and the answer to her own words."""
    crowd = [lab.team.add_person(f"Q{number}") for number in range(30)]
    with ThreadPoolExecutor(len(crowd)) as pool:
        asked = [
            pool.submit(one.types, f"/papers search {word} {n}", wait=10)
            for n, one in enumerate(crowd)
            for word in [("speech", "vector")[n % 2]]
        ]
    for number, one in enumerate(asked):
        assert one.result().deliveries[0].ok
        assert f"{('speech', 'vector')[number % 2]} {number}”" in one.result()[-1].text


def test_a_failure_is_told_with_a_reference_to_its_traceback(
    broken: Lab, caplog: pytest.LogCaptureFixture
) -> None:
    """The person reads one sentence; the log has one traceback under the same reference."""
    (answer,) = broken.ada.types("/papers watermark")
    reference = REFERENCE.search(answer.text)
    assert reference is not None
    assert answer.only_for == broken.ada.id
    logged = [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert [reference[1] in record.getMessage() for record in logged] == [True]
    assert logged[0].exc_info is not None
    assert getattr(logged[0], "workspace", None) == broken.team.id


def test_what_still_works_goes_on_working(broken: Lab) -> None:
    """One listener's failure leaves the others as they were."""
    broken.ada.types("/papers watermark")
    assert "Following" in broken.ada.types("/papers interests add watermark")[-1].text


def test_an_answer_that_slack_refuses_is_replaced_by_a_sentence(
    lab: Lab, ada: Person, caplog: pytest.LogCaptureFixture
) -> None:
    """No command ends in silence: the person hears that something went wrong."""
    lab.slack.fail("response_url", status=400, error="invalid_blocks")
    assert REFERENCE.search(ada.types("/papers watermark")[-1].text)
    assert "HTTP 400" in caplog.text


@pytest.mark.parametrize("fault", [{"status": 404}, {"status": 503}, {"cut": True}])
def test_an_address_that_takes_no_answer_is_not_asked_again(
    lab: Lab, ada: Person, caplog: pytest.LogCaptureFixture, fault: dict[str, object]
) -> None:
    """Its time is over, or Slack is away: one line in the log, without a traceback."""
    before = len(lab.slack.calls_of("response_url"))
    lab.slack.fail("response_url", **fault)
    ada.types("/papers watermark")
    assert len(lab.slack.calls_of("response_url")) == before + 1
    ours = [record.levelname for record in caplog.records if record.name.startswith("bot")]
    assert ours == ["WARNING"]
    assert "Traceback" not in caplog.text
    assert "Stable Signature" in ada.types("/papers watermark")[-1].text


@pytest.mark.slow
def test_forms_do_not_wait_for_answers_that_slack_is_slow_to_take(database: str) -> None:
    """Every listener waits for Slack, and more commands queue: forms and suggestions go on."""
    with (
        LocalSlack(burst=None, ack_seconds=2.0) as slack,
        connected(slack, database) as lab,
        ThreadPoolExecutor(2 * THREADS) as pool,
    ):
        lab.ada.types("/papers interests edit")
        form = lab.ada.modal
        assert form is not None
        slack.fail("response_url", delay=4.0, times=THREADS)
        typed = [pool.submit(lab.bob.types, "/papers help", wait=0) for _ in range(THREADS + 9)]
        assert all(each.result().deliveries[0].ok for each in typed)
        assert lab.bot.under_way() > THREADS
        assert lab.ada.looks_up(form, "authors", "a")
        sent = lab.ada.submits(form, {"words_0": {"words_0": "speech"}}, wait=0)
        assert (sent.deliveries[0].ok, lab.bot.under_way() > THREADS) == (True, True)


@contextmanager
def talkative() -> Iterator[None]:
    """Logging as the command line sets it up, telling as much as it ever would."""
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    logs.set_up("DEBUG")
    yield
    root.handlers[:], root.level = before, level


def test_no_secret_and_no_words_of_people_are_logged(
    capsys: pytest.CaptureFixture[str], database: str
) -> None:
    """At the most talkative level, through successes and failures, logs hold no such thing."""
    with LocalSlack() as slack, talkative(), connected(slack, database) as lab:
        found = lab.ada.types(f"/papers search watermark {SECRET_WORDS}")[-1]
        lab.ada.presses(found, "paper_save")
        lab.ada.types(f"/papers interests add {SECRET_WORDS}")
        lab.ada.types("/papers digest now")
        lab.ada.types(f"/nonsense {SECRET_WORDS}")
        lab.slack.fail("response_url", status=400, error="invalid_blocks")
        lab.ada.types(f"/papers search {SECRET_WORDS}")
        post(lab, "another secret", text=SECRET_WORDS)
        secrets = (lab.team.bot_token, lab.team.signing_secret, SECRET_WORDS, "/commands/T")
    told = capsys.readouterr().err
    assert "Traceback" in told
    chatter = [line for line in told.splitlines() if " DEBUG " in line and " bot." not in line]
    assert chatter == []
    assert [secret for secret in secrets if secret in told] == []


def test_a_failing_statement_does_not_log_its_values(
    capsys: pytest.CaptureFixture[str], database: str
) -> None:
    """What somebody typed stays out of the log though the database refuses to write it."""
    with LocalSlack() as slack, talkative(), connected(slack, database) as lab:
        with sqlite3.connect(database.removeprefix("sqlite:///")) as connection:
            connection.execute("ALTER TABLE searches DROP COLUMN text")
        connection.close()
        lab.ada.types(f"/papers search {SECRET_WORDS}")
    told = capsys.readouterr().err
    assert "Traceback" in told
    assert SECRET_WORDS not in told


def test_a_log_line_names_what_it_is_about(capsys: pytest.CaptureFixture[str]) -> None:
    """Fields that come with an event stand behind its words; those that do not are left out."""
    about = {"workspace": "T1", "other": 1}
    with talkative():
        logging.getLogger("bot.test").warning("not delivered", extra=about)
    line = capsys.readouterr().err.strip()
    assert line.endswith("WARNING bot.test: not delivered workspace=T1")
