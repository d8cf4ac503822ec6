"""`paperwire deliveries`: what failed or may not have arrived, and what to do about it."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from bot.__main__ import main
from bot.models import Delivery, DeliveryState, WhenNothingNew
from bot.store import outbox
from tests.desk import POST, Desk, titles

FAILED, SENT, UNKNOWN = DeliveryState.FAILED, DeliveryState.SENT, DeliveryState.UNKNOWN

Says = Callable[..., str]


@pytest.fixture
def says(desk: Desk, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Says:
    """Runs `paperwire deliveries` on the desk's database; what it says."""
    monkeypatch.setenv("PAPERWIRE_DATABASE_URL", f"sqlite:///{desk.store.file}")

    def run(*arguments: str, status: int = 0) -> str:
        capsys.readouterr()
        assert main(["deliveries", *arguments]) == status
        captured = capsys.readouterr()
        return captured.err if status else captured.out

    return run


def failed(desk: Desk) -> Delivery:
    """A delivery that Slack refused."""
    desk.slack.fail(POST, error="invalid_blocks")
    desk.parts.tick()
    return desk.unsettled[0]


def unknown(desk: Desk) -> Delivery:
    """A delivery that Slack may have taken, but has not."""
    desk.slack.fail(POST, cut=True)
    desk.parts.tick()
    desk.leases_run_out()
    desk.parts.tick()
    return desk.unsettled[0]


def ticks_now(desk: Desk) -> None:
    """The bot's next tick, by the clock that the command line lives by."""
    desk.clock.at = datetime.now(UTC)
    desk.parts.deliver()


def test_an_empty_outbox_is_said_to_be_so(says: Says) -> None:
    """Nothing has ever been sent."""
    assert says("list") == "none yet\n"


def test_unsettled_deliveries_are_listed_with_their_reasons(desk: Desk, says: Says) -> None:
    """A line each, with what is needed to act on it, and how many there are of each state."""
    ada, bob = desk.person("Ada"), desk.person("Bob")
    desk.slack.fail(POST, error="invalid_blocks", channel=ada.direct.id)
    desk.parts.tick()
    (lost,) = desk.unsettled
    line, counted = says("list").splitlines()
    assert line.startswith(f"{lost.id[:8]}  failed   {desk.team.id} {ada.id}  part 1: ")
    assert "invalid_blocks" in line
    assert sorted(counted.split(", ")) == ["1 failed", "1 sent"]
    assert len(desk.digests(bob)) == 1


@pytest.mark.parametrize("settle", [failed, unknown])
def test_a_retried_delivery_comes_with_the_next_tick(
    desk: Desk, says: Says, settle: Callable[[Desk], Delivery]
) -> None:
    """The same papers, once; nothing is left to settle."""
    ada = desk.person("Ada")
    delivery = settle(desk)
    assert "next tick" in says("retry", delivery.id[:6])
    ticks_now(desk)
    (message,) = desk.digests(ada)
    (digest,) = desk.composed(ada)
    assert titles(message) == [pick.match.paper.title for pick in digest.picks]
    assert desk.unsettled == []


def test_what_came_meanwhile_does_not_come_again(desk: Desk, says: Says) -> None:
    """The refused papers were new for the next digest; retrying leaves them out."""
    ada = desk.person("Ada")
    delivery = failed(desk)
    desk.next_day()
    says("retry", delivery.id)
    ticks_now(desk)
    regular, again = desk.digests(ada)
    assert len(titles(regular)) == 3
    assert titles(again) == []


@pytest.mark.parametrize("settle", [failed, unknown])
def test_the_papers_of_a_dropped_delivery_may_come_again(
    desk: Desk, says: Says, settle: Callable[[Desk], Delivery]
) -> None:
    """They are still new for the next regular digest."""
    ada = desk.person("Ada", when_nothing_new=WhenNothingNew.SAY)
    delivery = settle(desk)
    assert "may come" in says("drop", delivery.id[:4])
    assert desk.unsettled == []
    desk.next_day()
    dropped, regular = desk.composed(ada)
    assert regular.picks == dropped.picks
    assert len(titles(desk.digests(ada)[-1])) == 3


@pytest.mark.parametrize("act", ["retry", "drop"])
@pytest.mark.parametrize("wanted", ["", "abc", "zzzzzz", "everything", "%", "; DROP TABLE"])
def test_what_names_no_one_delivery_is_refused(
    desk: Desk, says: Says, act: str, wanted: str
) -> None:
    """Too short, unknown or odd: one sentence that says where the ids are."""
    desk.person("Ada")
    failed(desk)
    told = says(act, wanted, status=2)
    assert "`paperwire deliveries list`" in told
    assert told.count("\n") == 1
    assert desk.states == {FAILED: 1}


def test_what_was_sent_can_be_neither_retried_nor_dropped(desk: Desk, says: Says) -> None:
    """Only what failed or is unknown is anybody's to decide."""
    ada = desk.person("Ada")
    desk.parts.tick()
    (digest,) = desk.composed(ada)
    with desk.store.reading() as connection:
        (sent,) = outbox.of_digest(connection, digest.id)
    for act in ("retry", "drop"):
        assert "No one delivery" in says(act, sent.id, status=2)
    assert desk.states == {SENT: 1}
    assert UNKNOWN not in desk.states
