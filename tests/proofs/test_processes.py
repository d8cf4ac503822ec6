"""Several processes on one PostgreSQL: the work is shared, and every digest comes once."""

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from functools import partial

import pytest

from tests.proofs.child import Child, Errand, Report, child
from tests.proofs.scene import START, GoingClock, Scene, check_promises, scene

SUBSCRIBERS = 1_000
LEASE_SECONDS = 5
NOW = START + timedelta(minutes=10)
"""All digests are due, also by a clock that is five minutes slow."""


@pytest.fixture
def stage(postgres_url: str) -> Iterator[Scene]:
    """A thousand people with a digest due, on PostgreSQL."""
    with scene(postgres_url) as opened:
        opened.subscribe(SUBSCRIBERS, limit=1)
        opened.publish(4)
        yield opened


def errand(stage: Scene, *, fast: timedelta = timedelta(0)) -> Errand:
    """What each process does; its clock may be fast."""
    return Errand(stage.address, GoingClock.at(NOW + fast), is_alone=False, lease=LEASE_SECONDS)


def reports(children: list[Child]) -> list[Report]:
    """What those did that were not killed."""
    found = [each.report() for each in children]
    return [report for report in found if report is not None]


@pytest.mark.slow
def test_three_processes_share_the_work_although_two_clocks_are_wrong(stage: Scene) -> None:
    """Three processes send each digest once; one's clock is five minutes fast, one's is slow."""
    off = timedelta(minutes=5)
    with ExitStack() as stack:
        errands = [errand(stage, fast=fast) for fast in (timedelta(0), off, -off)]
        done = reports([stack.enter_context(child(each)) for each in errands])
    assert sum(report.composed for report in done) == SUBSCRIBERS
    assert sum(report.delivered for report in done) == SUBSCRIBERS
    assert all(report.composed for report in done)
    assert all(report.delivered for report in done)
    assert not sum(report.failures for report in done)
    check_promises(stage, 1)
    print([(report.composed, report.delivered) for report in done])


@pytest.mark.slow
def test_a_process_that_dies_half_way_leaves_its_work_to_the_others(stage: Scene) -> None:
    """What a killed process had taken is sent by the others when its lease has run out."""
    with ExitStack() as stack:
        three = [stack.enter_context(child(errand(stage))) for _ in range(3)]
        assert stage.slack.wait_for(partial(stage.has_posted, SUBSCRIBERS // 2), 60)
        three[0].kill()
        done = reports(three)
    assert len(done) == 2
    check_promises(stage, 1)
    print([(report.composed, report.delivered) for report in done])
