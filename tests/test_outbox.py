"""The outbox: each delivery taken once, in order, for a lease, and what becomes of its papers."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Connection, update

from bot.models import Delivery, DeliveryState, Subscriber
from bot.store import Store, digests, outbox, people, subscriptions, tables
from tests.store_lab import (
    ADA,
    BOB,
    LATER,
    MANY,
    NOW,
    PAPERS,
    a_digest,
    compose,
    empty_digest,
    long_digest,
    subscription,
)

SECOND = timedelta(seconds=1)
FAILED, PENDING, SENDING = DeliveryState.FAILED, DeliveryState.PENDING, DeliveryState.SENDING
SENT, UNKNOWN = DeliveryState.SENT, DeliveryState.UNKNOWN


def taken(connection: Connection) -> Delivery:
    """The delivery that is taken next; there is one."""
    delivery = outbox.take(connection, LATER)
    assert delivery is not None
    return delivery


def run_out(connection: Connection, lease: timedelta = -SECOND) -> None:
    """Lets every lease end, by the database's own clock."""
    clock = outbox._clock(connection)
    connection.execute(update(tables.deliveries).values(lease_until=clock + lease))


# Taking


def test_a_delivery_is_taken_once(any_store: Store) -> None:
    """Of many who try at once one may send each, and each is taken."""
    people_ = [Subscriber("T1", f"U{number}") for number in range(12)]
    with any_store.writing() as connection:
        for who in people_:
            compose(connection, empty_digest(who, f"to {who.id}"))

    def take(_: int) -> Subscriber | None:
        with any_store.writing() as connection:
            delivery = outbox.take(connection, NOW)
        return delivery.subscriber if delivery else None

    with ThreadPoolExecutor(8) as threads:
        found = [who for who in threads.map(take, range(24)) if who]
    assert sorted(found) == sorted(people_)
    with any_store.reading() as connection:
        assert outbox.count_by_state(connection) == {SENDING: 12}


def test_nobody_waits_for_who_takes_another(postgres_url: str) -> None:
    """On a server, what somebody is just taking, or taking over, is passed over."""
    store = Store(postgres_url)
    with store.writing() as connection:
        compose(connection, empty_digest(ADA))
        compose(connection, empty_digest(BOB, "bobs", NOW + SECOND))
    with store.writing() as one, store.writing() as other:
        other.exec_driver_sql("SET LOCAL lock_timeout = '1s'")
        assert [taken(each).subscriber for each in (one, other)] == [ADA, BOB]
    with store.writing() as connection:
        run_out(connection)
    with store.writing() as one, store.writing() as other:
        other.exec_driver_sql("SET LOCAL lock_timeout = '1s'")
        assert len(outbox.abandoned(one)) == 2
        assert outbox.abandoned(other) == []
    store.close()


def test_the_parts_of_a_digest_go_in_order_a_second_apart(any_store: Store) -> None:
    """Twenty-five papers are three messages; each waits until the one before was settled."""
    with any_store.writing() as connection:
        compose(connection, long_digest(ADA))
        for part in range(3):
            at = NOW + part * SECOND
            assert outbox.take(connection, at - timedelta(microseconds=1)) is None
            delivery = outbox.take(connection, at)
            assert delivery is not None
            assert delivery.part == part
            assert outbox.take(connection, LATER) is None
            outbox.sent(connection, delivery, "D1", f"1.{part}", at + SECOND)
        assert outbox.take(connection, LATER) is None
        assert digests.states(connection, ["long"]) == {"long": SENT}


def test_a_part_that_must_wait_holds_the_later_ones_back(any_store: Store) -> None:
    """They come after it, when it may be sent."""
    with any_store.writing() as connection:
        compose(connection, long_digest(ADA))
        outbox.sent(connection, taken(connection), "D1", "1.0", NOW)
        outbox.postpone(connection, taken(connection), LATER, "busy")
        assert outbox.take(connection, LATER - SECOND) is None
        assert digests.states(connection, ["long"]) == {"long": PENDING}
        again = taken(connection)
        assert (again.part, again.attempts, again.error) == (1, 2, "busy")


def test_a_part_that_was_refused_holds_nothing_back(any_store: Store) -> None:
    """The papers of the others are still worth having; only its own may come again."""
    with any_store.writing() as connection:
        compose(connection, long_digest(ADA))
        outbox.fail(connection, taken(connection), "invalid_blocks")
        assert taken(connection).part == 1
        assert digests.shown(connection, ADA) == {paper.id for paper in MANY[10:]}
        assert digests.states(connection, ["long"]) == {"long": FAILED}


def test_the_rest_of_a_refused_digest_can_be_given_up_with_it(any_store: Store) -> None:
    """What would be refused as well is not sent, and its papers may come again."""
    with any_store.writing() as connection:
        compose(connection, long_digest(ADA))
        first = taken(connection)
        outbox.sent(connection, first, "D1", "1.0", NOW)
        second = taken(connection)
        outbox.fail(connection, second, "is_archived")
        outbox.fail_rest(connection, second, "is_archived")
        assert outbox.count_by_state(connection) == {SENT: 1, FAILED: 2}
        assert digests.shown(connection, ADA) == {paper.id for paper in MANY[:10]}


def test_a_subscriber_gets_one_message_at_a_time(any_store: Store) -> None:
    """Another digest waits until the one under way has come, and a second; others do not wait."""
    with any_store.writing() as connection:
        compose(connection, empty_digest(ADA, "first"))
        compose(connection, empty_digest(ADA, "second", NOW + SECOND))
        compose(connection, empty_digest(BOB, "bobs", NOW + 2 * SECOND))
        first, other = taken(connection), taken(connection)
        assert (first.digest, other.digest) == ("first", "bobs")
        assert outbox.take(connection, LATER) is None
        outbox.sent(connection, first, "D1", "1.0", LATER + SECOND)
        assert outbox.take(connection, LATER) is None
        second = outbox.take(connection, LATER + SECOND)
        assert second is not None
        assert second.digest == "second"


def test_the_outbox_of_a_workspace_that_is_off_waits(any_store: Store) -> None:
    """Nothing of it is taken, or taken over, until the workspace is on again."""
    with any_store.writing() as connection:
        people.put_workspace(connection, "T1", "One")
        compose(connection, long_digest(ADA))
        people.switch_off(connection, "T1", "token revoked")
        assert outbox.take(connection, LATER) is None
        people.put_workspace(connection, "T1", "One")
        delivery = taken(connection)
        run_out(connection)
        people.switch_off(connection, "T1", "token revoked")
        assert outbox.abandoned(connection) == []
        people.put_workspace(connection, "T1", "One")
        assert [each.id for each in outbox.abandoned(connection)] == [delivery.id]


@pytest.mark.parametrize(
    ("settle", "state", "keeps"),
    [
        (lambda c, d: outbox.sent(c, d, "C1", "1.2", NOW), SENT, True),
        (lambda c, d: outbox.doubt(c, d, "no answer"), UNKNOWN, True),
        (lambda c, d: outbox.fail(c, d, "is_archived"), FAILED, False),
    ],
)
def test_what_is_settled_is_never_sent_again(
    any_store: Store,
    settle: Callable[[Connection, Delivery], object],
    state: DeliveryState,
    keeps: bool,
) -> None:
    """Only what certainly was not shown gives its papers back."""
    with any_store.writing() as connection:
        compose(connection, a_digest(ADA))
        settle(connection, taken(connection))
        run_out(connection)
        assert outbox.take(connection, LATER) is None
        assert outbox.abandoned(connection) == []
        assert outbox.count_by_state(connection) == {state: 1}
        assert bool(digests.shown(connection, ADA)) == keeps


def test_a_digest_does_not_come_to_who_wants_none_now(any_store: Store) -> None:
    """What was composed before a pause or a snooze waits for its end; what was asked for comes."""
    asked = replace(empty_digest(ADA, "asked", LATER), asked_for=True)
    with any_store.writing() as connection:
        subscriptions.put(connection, subscription(ADA))
        compose(connection, empty_digest(ADA, "regular"))
        subscriptions.pause(connection, ADA, None)
        assert outbox.take(connection, LATER) is None
        assert outbox.soonest(connection, LATER) is None
        compose(connection, asked)
        delivery = taken(connection)
        assert delivery.digest == "asked"
        outbox.sent(connection, delivery, "D1", "1.0", NOW)
        subscriptions.resume(connection, ADA, LATER)
        subscriptions.snooze(connection, ADA, LATER + SECOND, LATER + SECOND)
        assert outbox.take(connection, LATER) is None
        assert outbox.take(connection, LATER + SECOND) is not None


def test_who_has_lost_a_delivery_changes_nothing_of_it(any_store: Store) -> None:
    """A sender that hung for longer than its lease may neither post nor settle."""
    with any_store.writing() as connection:
        compose(connection, a_digest(ADA))
        slow = taken(connection)
        run_out(connection)
        (other,) = outbox.abandoned(connection)
        assert not outbox.goes_to(connection, slow, "D1")
        outbox.postpone(connection, slow, LATER, "busy")
        outbox.fail(connection, slow, "is_archived")
        outbox.doubt(connection, slow, "no answer")
        assert outbox.count_by_state(connection) == {SENDING: 1}
        assert digests.shown(connection, ADA) != set()
        assert outbox.goes_to(connection, other, "D1")


# Leases


def test_a_lease_is_lost_only_after_it_ran_out(any_store: Store) -> None:
    """By the database's clock: what time the processes believe it is does not matter."""
    with any_store.writing() as connection:
        compose(connection, empty_digest(ADA))
        delivery = outbox.take(connection, NOW + timedelta(days=9_999))
        assert delivery is not None
        outbox.goes_to(connection, delivery, "D1")
        assert outbox.abandoned(connection) == []
        run_out(connection, lease=2 * SECOND)
        assert outbox.abandoned(connection) == []
        run_out(connection)
        (lost,) = outbox.abandoned(connection)
        assert (lost.id, lost.channel) == (delivery.id, "D1")
        assert lost.begun_at is not None
        assert abs(lost.begun_at - outbox._clock(connection)) < timedelta(minutes=1)


def test_a_lost_delivery_is_taken_over_once(any_store: Store) -> None:
    """Of many who look at once one gets it, with a lease of its own."""
    with any_store.writing() as connection:
        compose(connection, empty_digest(ADA))
        taken(connection)
        run_out(connection)

    def look(_: int) -> int:
        with any_store.writing() as connection:
            return len(outbox.abandoned(connection))

    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(look, range(24))) == 1


def test_a_process_that_is_alone_need_not_wait_for_leases(any_store: Store) -> None:
    """At its start nobody else can be sending."""
    with any_store.writing() as connection:
        compose(connection, empty_digest(ADA))
        delivery = taken(connection)
        outbox.release_all(connection)
        assert [each.id for each in outbox.abandoned(connection)] == [delivery.id]


# What an administrator does


def unsettled(connection: Connection, settle: Callable[..., object]) -> Delivery:
    """Ada's digest of both papers, failed or unknown."""
    compose(connection, a_digest(ADA))
    settle(connection, taken(connection), "why")
    (found,) = outbox.unsettled(connection)
    return found


def test_unsettled_deliveries_are_listed_oldest_first(any_store: Store) -> None:
    """With their reasons; what is sent or waits is not among them."""
    with any_store.writing() as connection:
        compose(connection, empty_digest(ADA, "new", LATER))
        compose(connection, empty_digest(BOB, "old"))
        compose(connection, empty_digest(Subscriber("T1", "U3"), "waits", LATER))
        outbox.doubt(connection, taken(connection), "no answer")
        outbox.fail(connection, taken(connection), "is_archived")
        listed = outbox.unsettled(connection)
    assert [(each.digest, each.state, each.error) for each in listed] == [
        ("old", UNKNOWN, "no answer"),
        ("new", FAILED, "is_archived"),
    ]


@pytest.mark.parametrize("settle", [outbox.fail, outbox.doubt])
def test_retrying_sends_again_what_was_not_shown_meanwhile(
    any_store: Store, settle: Callable[..., object]
) -> None:
    """Papers that came in another digest are left out, and the rest keep their places."""
    with any_store.writing() as connection:
        delivery = unsettled(connection, settle)
        if delivery.state is FAILED:
            first = a_digest(ADA).picks[0]
            other = empty_digest(ADA, "other")
            digests.put(connection, replace(other, picks=(first,)))
        outbox.retry(connection, delivery, NOW)
        assert outbox.unsettled(connection) == []
        assert taken(connection).id == delivery.id
        digest = digests.get(connection, delivery.digest)
        assert digest is not None
        both = [(PAPERS[1].id, 1), (PAPERS[0].id, 2)]
        left = [(pick.match.paper.id, pick.rank) for pick in digest.picks]
        assert left == (both[1:] if delivery.state is FAILED else both)
        assert digests.shown(connection, ADA) == {paper.id for paper in PAPERS}


@pytest.mark.parametrize("settle", [outbox.fail, outbox.doubt])
def test_dropping_lets_the_papers_come_again(
    any_store: Store, settle: Callable[..., object]
) -> None:
    """The delivery is gone, and so are its entries in the ledger; the digest stays in history."""
    with any_store.writing() as connection:
        delivery = unsettled(connection, settle)
        outbox.drop(connection, delivery)
        assert outbox.count_by_state(connection) == {}
        assert digests.shown(connection, ADA) == set()
        assert digests.states(connection, [delivery.digest]) == {}
        assert len(digests.history(connection, ADA, 9)) == 1
