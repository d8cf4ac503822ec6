"""Delivering: each message once, whatever Slack answers, and nobody waits for another."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest
from sqlalchemy import update

from bot import client as slack
from bot.digests import compose_due, compose_now
from bot.models import DeliveryState, Quiet, Slot, Subscriber, Subscription, SubscriptionState
from bot.parts import Parts
from bot.store import outbox, people, subscriptions, tables
from tests.desk import (
    DAY,
    NINE,
    POST,
    WORKDAYS_AT_NINE,
    Desk,
    printed,
    speech,
    titles,
)

FAILED, PENDING, SENT = DeliveryState.FAILED, DeliveryState.PENDING, DeliveryState.SENT


def test_the_message_carries_the_delivery(desk: Desk) -> None:
    """Its metadata has the delivery's id, and the store has where the message stands."""
    ada = desk.person("Ada")
    compose_due(desk.store, desk.parts.shelf(), NINE)
    (digest,) = desk.composed(ada)
    desk.parts.deliver()
    with desk.store.reading() as connection:
        (delivery,) = outbox.of_digest(connection, digest.id)
    (message,) = desk.digests(ada)
    assert message.metadata is not None
    assert message.metadata["event_payload"] == {"delivery": delivery.id}
    assert (delivery.state, delivery.channel, delivery.ts) == (SENT, message.channel, message.ts)


# Parts


def test_a_long_digest_comes_in_parts_a_second_apart(desk: Desk) -> None:
    """Twenty-five papers are three messages in order, numbered on, each with its own record."""
    ada = desk.person("Ada", limit=25)
    desk.learns(speech(101), speech(102))
    assert desk.parts.tick() == (1, 3)
    parts = desk.digests(ada)
    assert [len(titles(part)) for part in parts] == [10, 10, 5]
    assert [p.text.split("\n")[0][-8:] for p in parts] == ["(1 of 3)", "(2 of 3)", "(3 of 3)"]
    assert all(f"{n}. *" in printed(part) for n, part in zip((1, 11, 21), parts, strict=True))
    assert len({title for part in parts for title in titles(part)}) == 25
    first, second, third = (call.at for call in desk.slack.calls_of(POST))
    assert min(second - first, third - second) > 0.9
    assert desk.states == {SENT: 3}
    assert "matched your interests" not in printed(parts[1])


def test_a_rate_limit_in_the_middle_of_a_digest(desk: Desk) -> None:
    """The second part waits for Slack's time, the third for the second; nothing comes twice."""
    ada = desk.person("Ada", limit=25)
    desk.learns(speech(101), speech(102))
    desk.slack.fail(POST, status=429, retry_after=90, skip=1)
    assert desk.parts.tick() == (1, 1)
    assert desk.states == {SENT: 1, PENDING: 2}
    desk.clock.passes(seconds=89)
    assert desk.parts.tick() == (0, 0)
    desk.clock.passes(seconds=2)
    assert desk.parts.tick() == (0, 2)
    parts = desk.digests(ada)
    assert [len(titles(part)) for part in parts] == [10, 10, 5]
    assert len({title for part in parts for title in titles(part)}) == 25


def test_a_part_that_slack_refuses_leaves_the_others(desk: Desk) -> None:
    """They come with the papers they were composed with; the refused ones are still new."""
    ada = desk.person("Ada", limit=25)
    desk.learns(speech(101), speech(102))
    desk.slack.fail(POST, error="invalid_blocks", skip=1)
    assert desk.parts.tick() == (1, 2)
    first, last = desk.digests(ada)
    (digest,) = desk.composed(ada)
    missing = [pick.match.paper.title for pick in digest.picks[10:20]]
    assert not set(missing) & {*titles(first), *titles(last)}
    desk.next_day()
    *_, again = desk.digests(ada)
    assert sorted(titles(again)) == sorted(missing)
    assert {pick.slot for pick in desk.composed(ada)[-1].picks} == {Slot.NEW}


def test_the_rest_of_a_digest_is_not_sent_where_it_would_be_refused(desk: Desk) -> None:
    """One refusal, one word to the owner; the papers come again when it is resumed."""
    ada = desk.team.add_person("Ada")
    general = desk.team.add_channel("general")
    general.is_archived = True
    desk.subscribes(general.id, owner=ada.id, limit=23)
    assert desk.parts.tick() == (1, 0)
    assert desk.states == {FAILED: 3}
    assert len(desk.team.direct_messages(ada)) == 1
    general.is_archived = False
    with desk.store.writing() as connection:
        subscriptions.resume(connection, desk.who(general.id), NINE)
    assert desk.parts.tick() == (1, 3)


# Not now


def test_a_rate_limited_digest_is_sent_when_slack_says(desk: Desk) -> None:
    """Not before, and then once; others do not wait for it."""
    ada, bob = desk.person("Ada"), desk.person("Bob")
    desk.slack.fail(POST, status=429, retry_after=90, channel=ada.direct.id)
    assert desk.parts.tick() == (2, 1)
    assert (len(desk.digests(ada)), len(desk.digests(bob))) == (0, 1)
    desk.clock.passes(seconds=88)
    assert desk.parts.tick() == (0, 0)
    desk.clock.passes(seconds=3)
    assert desk.parts.tick() == (0, 1)
    assert len(desk.digests(ada)) == 1


@pytest.mark.parametrize("fault", [{"cut": True}, {"status": 503}])
def test_what_failed_before_the_message_is_sent_later(desk: Desk, fault: dict[str, object]) -> None:
    """When the direct messages could not be opened, nothing was posted and nothing is lost."""
    ada = desk.person("Ada")
    desk.slack.fail("conversations.open", **fault)
    assert desk.parts.tick() == (1, 0)
    assert desk.states == {PENDING: 1}
    desk.clock.passes(minutes=2)
    assert desk.parts.tick() == (0, 1)
    assert len(desk.digests(ada)) == 1


def test_a_digest_for_a_channel_outlives_a_network_that_is_down(desk: Desk) -> None:
    """Without a connection it waits; nobody has to ask whether it was posted."""
    channel = desk.team.add_channel("general")
    desk.subscribes(channel.id, owner="U1")
    away = slack.make_client(desk.team.bot_token, "http://127.0.0.1:9/api/")
    down = Parts(desk.store, desk.parts.library, desk.clock, slack.only(desk.team.id, away))
    assert down.tick() == (1, 0)
    desk.clock.passes(minutes=2)
    assert desk.parts.tick() == (0, 1)
    assert len(desk.team.messages(channel)) == 1


NIGHT = Quiet(frozenset(), time(20), time(7))


@pytest.mark.parametrize("held_up_by", ["a downtime", "Slack"])
def test_a_digest_that_was_held_up_does_not_come_while_it_is_quiet(
    desk: Desk, held_up_by: str
) -> None:
    """It comes when quiet hours end, whatever held it up."""
    ada = desk.person("Ada", schedule=replace(WORKDAYS_AT_NINE, quiet=NIGHT))
    if held_up_by == "Slack":
        desk.slack.fail(POST, status=429, retry_after=12 * 3600)
        assert desk.parts.tick() == (1, 0)
    desk.clock.at = datetime(2026, 3, 2, 23, 0, tzinfo=UTC)
    assert desk.parts.tick() == (0, 0)
    desk.clock.at = datetime(2026, 3, 3, 5, 59, tzinfo=UTC)
    assert desk.parts.tick() == (0, 0)
    desk.clock.at = datetime(2026, 3, 3, 6, 0, 1, tzinfo=UTC)
    desk.parts.tick()
    assert len(desk.digests(ada)) == 1


# Never


@pytest.mark.parametrize("code", ["user_not_found", "user_disabled", "missing_scope"])
def test_a_failed_digest_pauses_with_the_remedy(desk: Desk, code: str) -> None:
    """Its papers were not shown and come again, as new, once the subscription is resumed."""
    ada = desk.person("Ada")
    desk.slack.fail(POST, error=code)
    assert desk.parts.tick() == (1, 0)
    paused = desk.subscription(ada.id)
    assert paused.state is SubscriptionState.PAUSED
    assert paused.pause_reason == slack.REMEDIES[code]
    assert (desk.states, desk.shown(ada.id)) == ({FAILED: 1}, set())
    assert desk.next_day() == (0, 0)
    with desk.store.writing() as connection:
        subscriptions.resume(connection, desk.who(ada.id), desk.clock())
    assert desk.parts.tick() == (1, 1)
    assert len(titles(desk.digests(ada)[0])) == 3


def test_a_refusal_without_a_remedy_does_not_end_a_subscription(desk: Desk) -> None:
    """What Slack dislikes about one message may be over with the next."""
    ada = desk.person("Ada")
    desk.slack.fail(POST, error="invalid_blocks")
    assert desk.parts.tick() == (1, 0)
    assert desk.subscription(ada.id).state is SubscriptionState.ACTIVE
    assert desk.shown(ada.id) == set()
    assert desk.next_day() == (1, 1)
    assert len(titles(desk.digests(ada)[0])) == 3


@pytest.mark.parametrize("trouble", ["is_archived", "not_in_channel", "channel_not_found"])
def test_the_owner_of_a_channel_hears_of_the_trouble(desk: Desk, trouble: str) -> None:
    """Once, in direct messages, with the channel and what to do; then it is paused."""
    ada = desk.team.add_person("Ada")
    general = desk.team.add_channel("general", bot_is_member=trouble == "is_archived")
    general.is_archived = trouble == "is_archived"
    channel = general.id if trouble != "channel_not_found" else "C404"
    desk.subscribes(channel, owner=ada.id)
    assert desk.parts.tick() == (1, 0)
    assert desk.next_day() == (0, 0)
    (told,) = desk.team.direct_messages(ada)
    assert f"the digest to <#{channel}>" in printed(told)
    assert slack.REMEDIES[trouble] in printed(told)
    assert told.metadata is None
    subscription = desk.subscription(channel)
    assert subscription.state is SubscriptionState.PAUSED
    # To be invited, the bot says its name, also where people look later.
    is_out = trouble != "is_archived"
    for text in (printed(told), subscription.pause_reason or ""):
        assert (f"/invite @{desk.team.bot.name}" in text) is is_out


def test_an_owner_who_cannot_be_told_stops_nothing(desk: Desk) -> None:
    """The channel is paused all the same, and others get theirs."""
    bob = desk.person("Bob")
    desk.subscribes("C404", owner="U404")
    assert desk.parts.tick() == (2, 1)
    assert desk.subscription("C404").state is SubscriptionState.PAUSED
    assert len(desk.digests(bob)) == 1


@pytest.mark.parametrize("code", list(slack.WORKSPACE_OFF))
def test_a_lost_token_switches_the_workspace_off(desk: Desk, code: str) -> None:
    """The outbox waits; when the workspace is on again, it goes out, and a late digest says so."""
    ada, bob = desk.person("Ada"), desk.person("Bob")
    desk.team.revoke(code)
    assert desk.parts.tick() == (2, 0)
    asked = len(desk.slack.calls)
    assert asked <= 4
    assert desk.next_day() == desk.next_day() == (0, 0)
    assert len(desk.slack.calls) == asked
    assert desk.states == {PENDING: 2}
    desk.team.revoke("")
    desk.is_back()
    assert desk.parts.tick() == (2, 4)
    for person in (ada, bob):
        first, second = desk.digests(person)
        assert not set(titles(first)) & set(titles(second))
        assert "1 day late" in printed(second)


def test_another_workspace_goes_on(desk: Desk) -> None:
    """A workspace that is off, unknown, or not ours, keeps nobody else waiting."""
    elsewhere, nowhere = Subscriber("T404", "U1"), Subscriber("T405", "U1")
    with desk.store.writing() as connection:
        people.put_workspace(connection, elsewhere.workspace, "Elsewhere")
        for who in (elsewhere, nowhere):
            new = Subscription(who, WORKDAYS_AT_NINE, 3, "U1", NINE, follows_zone=False)
            subscriptions.put(connection, new)
    ada = desk.person("Ada")
    assert desk.parts.tick() == (3, 1)
    assert len(desk.digests(ada)) == 1
    assert desk.next_day() == (3, 1)


# One's failure is not another's


def test_a_digest_that_cannot_be_shown_delays_nobody(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    """A row that makes no sense is given up for the administrator; the others go out."""
    broken, ada = desk.person("Broken"), desk.person("Ada")
    made = compose_now(desk.store, desk.parts.shelf(), desk.wish(broken), NINE)
    with desk.store.writing() as connection:
        papers = tables.digest_papers
        nonsense = update(papers).where(papers.c.digest == made.id).values(reasons=[{}])
        connection.execute(nonsense)
    assert desk.parts.tick() == (2, 2)
    assert len(desk.digests(ada)) == 1
    assert caplog.text.count("Traceback") == 1
    assert desk.states == {FAILED: 1, SENT: 2}
    assert "could not be written" in str(desk.unsettled[0].error)


def test_failures_of_many_kinds_delay_nobody(desk: Desk) -> None:
    """Whatever happens to four people, the fifth has her digest in the same tick."""
    *four, ada = [desk.person(f"Person {n}") for n in range(5)]
    faults: Sequence[dict[str, object]] = (
        {"cut": True},
        {"status": 429, "retry_after": 600},
        {"error": "user_not_found"},
        {"status": 500},
    )
    for person, fault in zip(four, faults, strict=True):
        desk.slack.fail(POST, channel=person.direct.id, **fault)
    assert desk.parts.tick() == (5, 1)
    assert len(desk.digests(ada)) == 1


def test_one_that_hangs_keeps_nobody_waiting(desk: Desk) -> None:
    """Others are sent while Slack takes its time for one."""
    slow, ada = desk.person("Slow"), desk.person("Ada")
    desk.slack.fail(POST, channel=slow.direct.id, delay=0.5)
    desk.subscribes(slow.id, next_due=NINE - timedelta(minutes=1))
    assert desk.parts.tick() == (2, 2)
    (late,), (early,) = (
        [c.at for c in desk.slack.calls_of(POST) if c.arguments["channel"] == person.direct.id]
        for person in (slow, ada)
    )
    assert early < late


def test_days_of_downtime_end_with_one_late_digest(desk: Desk) -> None:
    """Three days off, three digests missed: one comes, then the regular time goes on."""
    ada = desk.person("Ada")
    desk.parts.tick()
    desk.team.revoke()
    desk.next_day()
    desk.clock.passes(days=2)
    assert desk.parts.tick() == (0, 0)
    desk.team.revoke("")
    desk.is_back()
    desk.parts.tick()
    assert [("late" in printed(message)) for message in desk.digests(ada)] == [False, False, True]
    assert desk.subscription(ada.id).next_due == NINE + 4 * DAY


# Not wanted any more


def test_what_waits_is_not_sent_to_somebody_who_has_unsubscribed(desk: Desk) -> None:
    """It is dropped, and its papers come again when she wants digests again."""
    ada = desk.person("Ada", limit=12)
    desk.slack.fail(POST, status=429, retry_after=90)
    assert desk.parts.tick() == (1, 0)
    assert len(desk.shown(ada.id)) == 12
    with desk.store.writing() as connection:
        subscriptions.remove(connection, desk.who(ada.id))
    desk.clock.passes(seconds=91)
    assert desk.parts.tick() == (0, 0)
    assert (desk.digests(ada), desk.states, desk.shown(ada.id)) == ([], {}, set())
    desk.subscribes(ada.id, next_due=desk.clock())
    assert desk.parts.tick() == (1, 1)
    assert {pick.slot for pick in desk.composed(ada)[-1].picks} == {Slot.NEW}


def test_what_somebody_without_a_subscription_asked_for_is_sent(desk: Desk) -> None:
    """A digest that was asked for needs none."""
    ada = desk.team.add_person("Ada", tz="Europe/Paris")
    compose_now(desk.store, desk.parts.shelf(), desk.wish(ada), NINE)
    assert desk.parts.tick() == (0, 1)


def test_where_nobody_owns_a_channels_digest_nobody_is_told(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    """Who set it up is forgotten: it is paused all the same, and the log says so."""
    general = desk.team.add_channel("general", bot_is_member=False)
    ada = desk.team.add_person("Ada")
    desk.subscribes(general.id, owner=ada.id)
    with desk.store.writing() as connection:
        people.forget(connection, desk.who(ada.id))
    assert desk.subscription(general.id).owner == ""
    assert desk.parts.tick() == (1, 0)
    paused = desk.subscription(general.id)
    assert paused.state is SubscriptionState.PAUSED
    assert "nobody to be told" in caplog.text
    assert "Traceback" not in caplog.text
    assert desk.team.direct_messages(ada) == []
