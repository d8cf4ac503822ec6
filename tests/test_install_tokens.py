"""Tokens that end: renewed before their end, by requests and by the scheduler, once each time."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from bot.client import SlackBusy
from bot.demo import LocalSlack, Person, Team
from bot.models import DeliveryState
from bot.running import many_of
from bot.slack import workspaces
from bot.store import Store, outbox, people, turns
from tests.install_lab import Many, serving_many, who

TWELVE_HOURS, AN_HOUR, A_MINUTE = 12 * 3600, 3600, 60


class Time:
    """Slack's clock, which may go before ours."""

    ahead = 0.0

    def __call__(self) -> float:
        return time.time() + self.ahead


@pytest.fixture
def clock() -> Time:
    return Time()


@pytest.fixture
def many(clock: Time, database: str) -> Iterator[Many]:
    """A bot that every workspace may install, in a Slack whose tokens end."""
    with LocalSlack(clock) as slack, serving_many(slack, database) as served:
        yield served


def installed(many: Many, seconds: int) -> tuple[Team, Person, str]:
    """A workspace whose token ends after so many seconds, somebody in it, and the token."""
    many.slack.grants.token_seconds = seconds
    lab, ada = many.installed("Lab")
    many.slack.grants.token_seconds = TWELVE_HOURS
    return lab, ada, lab.bot_token


def exchanges(many: Many) -> list[bool]:
    """Which of the renewals so far Slack took."""
    calls = many.slack.calls_of("oauth.v2.access")
    return [call.ok for call in calls if call.arguments.get("grant_type") == "refresh_token"]


def test_a_token_that_ends_soon_is_renewed_by_the_scheduler(many: Many) -> None:
    """Nobody has to ask for anything, and the next tick finds nothing to do."""
    lab, _, old = installed(many, AN_HOUR)
    many.parts.tick()
    assert lab.bot_token != old
    assert many.token_of(lab.id) == lab.bot_token
    many.parts.tick()
    assert exchanges(many) == [True]


def test_a_token_that_lasts_is_left_alone(many: Many) -> None:
    """So is one that never ends."""
    _, _, lasting = installed(many, TWELVE_HOURS)
    many.slack.grants.token_seconds = None
    firm, _ = many.installed("Firm")
    many.parts.tick()
    assert exchanges(many) == []
    assert many.token_of(firm.id).startswith("xoxb-")
    assert lasting.startswith("xoxe.xoxb-")


def test_a_request_renews_what_is_about_to_end_once_slack_has_its_answer(many: Many) -> None:
    """Only what needs the token; what does not is answered without."""
    firm, eve, short = installed(many, A_MINUTE)
    assert "/papers search" in eve.types("/papers help")[-1].text
    assert firm.bot_token == short
    assert eve.types("/papers interests edit").modal is not None
    assert firm.bot_token != short
    assert exchanges(many) == [True]


def test_digests_come_after_the_first_token_has_ended(many: Many, clock: Time) -> None:
    """The scheduler renews by itself: no request comes in for hours."""
    lab, ada, old = installed(many, AN_HOUR)
    many.follows(ada)
    clock.ahead = 2 * AN_HOUR
    many.clock.passes(hours=24)
    many.parts.tick()
    assert (len(many.digests(lab, ada)), lab.bot_token != old) == (1, True)


def test_one_token_of_an_enterprise_is_renewed_once_for_all(many: Many) -> None:
    """Both of its workspaces go on with the new one."""
    many.slack.grants.token_seconds = AN_HOUR
    lab, firm = many.team("Lab", of="E0000000001"), many.team("Firm", of="E0000000001")
    people = [lab.add_person("Ada"), firm.add_person("Eve")]
    many.installs("E0000000001")
    many.slack.grants.token_seconds = TWELVE_HOURS
    for person in people:
        # From then on the bot knows that their workspaces belong to the enterprise.
        assert "/papers search" in person.types("/papers help")[-1].text
    many.parts.tick()
    assert many.token_of(lab.id) == many.token_of(firm.id) == lab.bot_token
    assert exchanges(many) == [True]


@pytest.mark.parametrize("server", ["sqlite", "postgresql"])
def test_two_processes_do_not_spoil_each_others_renewal(
    server: str, database: str, request: pytest.FixtureRequest
) -> None:
    """What renews a token is good for once: the slower one waits, and takes the new token."""
    url = database if server == "sqlite" else str(request.getfixturevalue("postgres_url"))
    with LocalSlack() as slack, serving_many(slack, url) as many:
        lab, _, old = installed(many, A_MINUTE)
        stores = [Store(url) for _ in range(4)]
        asked = [many_of(many.settings, store) for store in stores]
        slack.fail("oauth.v2.access", delay=0.3, times=None)
        with ThreadPoolExecutor(len(asked)) as pool:
            clients = list(pool.map(lambda one: one.client_of(lab.id), asked))
        for store in stores:
            store.close()
    assert {client.token for client in clients} == {lab.bot_token}
    assert (exchanges(many), lab.bot_token != old) == ([True], True)


def test_slack_is_away_when_a_token_is_to_be_renewed(many: Many) -> None:
    """The old one is used while it is good, and it is tried again."""
    lab, ada, old = installed(many, A_MINUTE)
    many.slack.fail("oauth.v2.access", status=500, times=2)
    assert many.token_of(lab.id) == old
    many.parts.tick()
    assert "/papers search" in ada.types("/papers help")[-1].text
    many.parts.tick()
    assert lab.bot_token != old
    assert exchanges(many) == [False, False, True]


@pytest.mark.parametrize("server", ["sqlite", "postgresql"])
def test_nobody_waits_to_write_while_slack_renews_a_token(
    server: str, database: str, request: pytest.FixtureRequest
) -> None:
    """However long it takes; the new token is kept all the same."""
    url = database if server == "sqlite" else str(request.getfixturevalue("postgres_url"))
    with LocalSlack() as slack, serving_many(slack, url) as many, ThreadPoolExecutor(1) as pool:
        lab, _, old = installed(many, AN_HOUR)
        slack.fail("oauth.v2.access", delay=1.5)
        renewal = pool.submit(many.parts.renew)
        slept = slack.wait_for(lambda: slack.api.underway)
        began = time.monotonic()
        with many.parts.store.writing() as connection:
            people.put_workspace(connection, lab.id, "Another name")
        waited = time.monotonic() - began
        assert (slept, renewal.done()) == (True, False)
        renewal.result()
        assert waited < 0.75
        assert many.token_of(lab.id) == lab.bot_token != old


@pytest.mark.parametrize("leaves", [True, False])
def test_what_happens_while_slack_renews_a_token_stays(many: Many, leaves: bool) -> None:
    """Who has left is not there again, and who has installed the app anew keeps that token."""
    lab, _, _ = installed(many, AN_HOUR)
    many.slack.fail("oauth.v2.access", delay=1)
    with ThreadPoolExecutor(1) as pool:
        renewal = pool.submit(many.parts.renew)
        assert many.slack.wait_for(lambda: many.slack.api.underway)
        if leaves:
            lab.uninstalls("app_uninstalled")
        else:
            assert many.installs(lab.id).status == 200
            newest = lab.bot_token
        assert not renewal.done()
        renewal.result()
    if leaves:
        with pytest.raises(SlackBusy):
            many.parts.clients(lab.id)
    else:
        assert many.token_of(lab.id) == newest


def test_without_the_turn_nothing_is_renewed(many: Many, monkeypatch: pytest.MonkeyPatch) -> None:
    """The old token is used while it is good, and whoever has the turn renews it."""
    lab, _, old = installed(many, A_MINUTE)
    monkeypatch.setattr(workspaces, "TURN_SECONDS", 0.1)
    with turns.taken(many.parts.store, "renewal", 0):
        assert many.token_of(lab.id) == old
        many.parts.renew()
    assert exchanges(many) == []
    assert many.token_of(lab.id) == lab.bot_token != old


def test_new_tokens_outlast_a_busy_database(many: Many) -> None:
    """Slack has used up the old ones: the new ones are written as soon as that can be."""
    lab, _, old = installed(many, AN_HOUR)
    impatient = Store(many.settings.database_url, lock_seconds=0.1)
    other = many_of(many.settings, impatient)
    many.slack.fail("oauth.v2.access", delay=0.5)
    with ThreadPoolExecutor(1) as pool:
        renewal = pool.submit(other.renew)
        assert many.slack.wait_for(lambda: many.slack.api.underway)
        with many.parts.store.writing():
            assert many.slack.wait_for(lambda: exchanges(many))
            time.sleep(0.5)
            assert not renewal.done()
        renewal.result()
    impatient.close()
    assert many.token_of(lab.id) == lab.bot_token != old


def test_while_slack_is_silent_digests_do_not_wait_for_every_token(many: Many) -> None:
    """One renewal a tick finds that out; then every token is renewed."""
    places = [installed(many, AN_HOUR)[0] for _ in range(3)]
    many.slack.fail("oauth.v2.access", status=500, times=2)
    for _ in range(2):
        many.parts.renew()
    assert exchanges(many) == [False, False]
    many.parts.renew()
    assert exchanges(many)[2:] == [True] * len(places)


def test_a_renewal_that_slack_refuses_is_not_asked_for_again(many: Many, clock: Time) -> None:
    """The token is used to its end; then the workspace is off, with the reason, and others on."""
    lab, ada, old = installed(many, AN_HOUR)
    firm, eve = many.installed("Firm")
    many.slack.fail("oauth.v2.access", error="invalid_refresh_token")
    for person in (ada, eve):
        many.follows(person)
    for _ in range(3):
        many.parts.tick()
    assert (many.token_of(lab.id), exchanges(many)) == (old, [False])
    clock.ahead = 2 * AN_HOUR
    many.clock.passes(hours=24)
    many.parts.tick()
    many.parts.tick()
    assert (len(many.digests(lab, ada)), len(many.digests(firm, eve))) == (0, 1)
    with many.parts.store.reading() as connection:
        assert [d.subscriber for d in outbox.unsent(connection)] == [who(lab, ada)]
    many.installs(lab.id)
    many.parts.tick()
    assert len(many.digests(lab, ada)) == 1


def test_a_wrong_app_secret_switches_nobody_off(many: Many) -> None:
    """It is the set-up's fault: all goes on while the token is good, and then as before."""
    lab, ada, old = installed(many, AN_HOUR)
    secret, many.slack.grants.client_secret = many.slack.grants.client_secret, "changed"
    many.follows(ada)
    many.parts.tick()
    assert many.token_of(lab.id) == old
    many.slack.grants.client_secret = secret
    many.parts.tick()
    assert many.token_of(lab.id) == lab.bot_token != old


def test_a_digest_waits_for_a_token_that_cannot_be_renewed_now(many: Many) -> None:
    """Nothing was posted, so nobody has to wonder whether it was: it comes once, a bit later."""
    many.slack.grants.token_seconds = 5
    lab, ada = many.installed("Lab")
    many.slack.fail("oauth.v2.access", status=500, times=None)
    many.follows(ada)
    time.sleep(5)
    many.clock.passes(hours=24)
    many.parts.tick()
    with many.parts.store.reading() as connection:
        assert outbox.count_by_state(connection) == {DeliveryState.PENDING: 1}
    many.slack.heal()
    many.clock.passes(minutes=2)
    many.parts.tick()
    assert len(many.digests(lab, ada)) == 1


def test_an_ended_token_that_slack_does_not_renew_is_said(many: Many) -> None:
    """Callers hear it as they hear every refusal of Slack's, without the token."""
    lab, ada, old = installed(many, 2)
    time.sleep(2)
    many.slack.fail("oauth.v2.access", status=500)
    # What needs no token is answered all the same.
    assert "/papers search" in ada.types("/papers help")[-1].text
    with pytest.raises(SlackBusy) as refused:
        many.parts.clients(lab.id)
    assert old not in f"{refused.value!r} {refused.value}"
    assert many.token_of(lab.id) == lab.bot_token != old
