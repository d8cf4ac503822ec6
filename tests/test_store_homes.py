"""The store of Home tabs and forms: what stands where, what has become untrue, who opened what."""

from dataclasses import replace
from datetime import timedelta

from bot.models import Subscriber, SubscriptionState
from bot.store import Store, digests, forms, homes, papers, people, subscriptions
from bot.store.homes import Standing
from bot.store.interests import fingerprint
from recommender import Interest
from tests.store_lab import ADA, ADAS_TWIN, BOB, LATER, NOW, PAPERS, empty_digest, subscription


def test_what_stands_in_a_home_is_kept(any_store: Store) -> None:
    """The last word counts; who never opened the tab has none."""
    standing = Standing("f" * 64, "1.0", LATER, "d" * 32)
    with any_store.writing() as connection:
        homes.put(connection, ADA, Standing())
        homes.put(connection, ADA, standing)
        assert homes.get(connection, ADA) == standing
        assert homes.get(connection, BOB) is None


def test_a_home_is_stale_when_digests_have_moved_on(any_store: Store) -> None:
    """A new due time, a pause, a new digest; not what belongs to somebody else."""
    mine = subscription(ADA)
    with any_store.writing() as connection:
        subscriptions.put(connection, mine)
        homes.put(connection, BOB, Standing())
        homes.put(connection, ADA, Standing(next_due=mine.next_due))
        assert homes.stale(connection, 9) == []
        for changed in (
            replace(mine, next_due=LATER),
            replace(mine, state=SubscriptionState.PAUSED),
        ):
            subscriptions.put(connection, changed)
            assert homes.stale(connection, 9) == [ADA]
        subscriptions.put(connection, mine)
        digests.put(connection, empty_digest(ADAS_TWIN, "other"))
        assert homes.stale(connection, 9) == []
        digests.put(connection, empty_digest(ADA, "first"))
        assert homes.stale(connection, 9) == [ADA]
        now = Standing(next_due=mine.next_due, last_digest="first")
        assert homes.of_digests(connection, ADA) == now
        homes.put(connection, ADA, Standing("", "", mine.next_due, "first"))
        assert homes.stale(connection, 9) == []
        digests.put(connection, empty_digest(ADA, "second", LATER))
        assert homes.of_digests(connection, ADA) == replace(now, last_digest="second")
        assert homes.stale(connection, 9) == [ADA]


def test_a_home_is_stale_when_somebody_ended_the_digest_of_a_channel(any_store: Store) -> None:
    """Whoever that was; the channels of her twin are none of hers."""
    group, twins = Subscriber("T1", "C1"), Subscriber("T2", "C2")
    with any_store.writing() as connection:
        for channel in (group, twins):
            subscriptions.put(connection, replace(subscription(channel), owner=ADA.id))
        now = homes.of_digests(connection, ADA)
        assert now == Standing(channels=1)
        homes.put(connection, ADA, now)
        homes.put(connection, BOB, Standing())
        assert homes.stale(connection, 9) == []
        subscriptions.remove(connection, group)
        assert homes.stale(connection, 9) == [ADA]


def test_stale_homes_are_given_out_a_few_at_a_time(any_store: Store) -> None:
    """Those of a workspace that is switched off are left alone."""
    crowd = [Subscriber("T1", f"U{number}") for number in range(5)]
    with any_store.writing() as connection:
        for who in (*crowd, ADAS_TWIN):
            homes.put(connection, who, Standing(next_due=NOW))
        people.switch_off(connection, ADAS_TWIN.workspace, "gone")
        assert homes.stale(connection, 2) == crowd[:2]
        assert homes.stale(connection, 9) == crowd


def test_a_form_is_known_to_who_opened_it(any_store: Store) -> None:
    """For a week, and to nobody else."""
    channel = Subscriber("T1", "C1")
    with any_store.writing() as connection:
        key = forms.keep(connection, ADA, channel, NOW)
        assert forms.about(connection, ADA, key) == channel
        assert forms.about(connection, BOB, key) is None
        assert forms.about(connection, ADAS_TWIN, key) is None
        assert forms.about(connection, ADA, "other") is None
        forms.keep(connection, BOB, BOB, NOW + forms.FORM_LIFE)
        assert forms.about(connection, ADA, key) == channel
        forms.keep(connection, BOB, BOB, NOW + forms.FORM_LIFE + timedelta(seconds=1))
        assert forms.about(connection, ADA, key) is None


def test_forgetting_a_channel_forgets_the_forms_about_it(any_store: Store) -> None:
    """Whoever opened them."""
    channel = Subscriber("T1", "C1")
    with any_store.writing() as connection:
        key = forms.keep(connection, ADA, channel, NOW)
        people.forget(connection, channel)
        assert forms.about(connection, ADA, key) is None


def test_the_channels_that_somebody_set_up(any_store: Store) -> None:
    """Of her own workspace only, and none of persons."""
    theirs = replace(subscription(Subscriber("T1", "C1")), owner=ADA.id)
    twins = replace(subscription(Subscriber("T2", "C2")), owner=ADA.id)
    with any_store.writing() as connection:
        for each in (subscription(ADA), theirs, twins):
            subscriptions.put(connection, each)
        assert subscriptions.owned_channels(connection, ADA) == [Subscriber("T1", "C1")]
        assert subscriptions.owned_channels(connection, BOB) == []


def test_papers_that_came_since_then(any_store: Store) -> None:
    """By when they came first, however often they changed."""
    with any_store.writing() as connection:
        papers.put(connection, [replace(PAPERS[0], venue="ICML")], LATER)
        assert papers.ids_seen(connection, LATER) == []
        assert {paper.id for paper in PAPERS} <= set(papers.ids_seen(connection, NOW))


def test_fingerprints_tell_settings_apart() -> None:
    """Interests in another order are the same; a weight, a mute, a limit or a day are not."""
    one, two = Interest("a b"), Interest("c", 2.0)
    assert fingerprint([one, two]) == fingerprint([two, one])
    others = [[one], [one, Interest("c")], [one, replace(two, muted=True)], [Interest("ab c"), two]]
    assert len({fingerprint(each) for each in others} | {fingerprint([one, two])}) == 5
    mine = subscription(ADA)
    changed = [mine, replace(mine, limit=9), replace(mine, explores=True), None]
    assert len({subscriptions.fingerprint(each) for each in changed}) == 4
    moved = replace(mine, next_due=LATER)
    assert subscriptions.fingerprint(moved) == subscriptions.fingerprint(mine)
