"""Tokens that end: renewed before their end, by requests and by the scheduler, once each time."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from bot.client import SlackBusy
from bot.demo import LocalSlack, Person, Team
from bot.models import DeliveryState
from bot.running import many_of
from bot.store import Store, outbox
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


def test_a_request_renews_what_is_about_to_end(many: Many) -> None:
    """And is answered; one with an hour left does not keep Slack waiting for its answer."""
    lab, ada, old = installed(many, AN_HOUR)
    assert "/papers search" in ada.types("/papers help")[-1].text
    assert lab.bot_token == old
    firm, eve, short = installed(many, A_MINUTE)
    assert "/papers search" in eve.types("/papers help")[-1].text
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
        lab, _, old = installed(many, AN_HOUR)
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
    lab, ada, old = installed(many, AN_HOUR)
    many.slack.fail("oauth.v2.access", status=500, times=2)
    assert many.token_of(lab.id) == old
    many.parts.tick()
    assert "/papers search" in ada.types("/papers help")[-1].text
    many.parts.tick()
    assert lab.bot_token != old
    assert exchanges(many) == [False, False, True]


def test_while_slack_is_silent_the_database_is_not_kept_busy(many: Many) -> None:
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
    many.slack.fail("oauth.v2.access", status=500, times=2)
    # What needs no token is answered all the same.
    assert "/papers search" in ada.types("/papers help")[-1].text
    with pytest.raises(SlackBusy) as refused:
        many.parts.clients(lab.id)
    assert old not in f"{refused.value!r} {refused.value}"
    assert many.token_of(lab.id) == lab.bot_token != old
