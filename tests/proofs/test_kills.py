"""A process killed at any moment: every digest comes exactly once all the same."""

import random
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.proofs.child import WATCHED, Errand, Line, Report, child, statements
from tests.proofs.scene import START, GoingClock, Scene, check_promises, scene

SUBSCRIBERS = 50
KILLS_BY_TIME = 200
# Where everything has been sent already, some statements are not reached: then with the next due.
TRIES = 2


@dataclass
class Rounds:
    """Digest after digest for the same people: when one is sent to all, the next is due."""

    scene: Scene
    chance: random.Random
    done: int = 0
    kills: int = 0
    clock: GoingClock = field(default_factory=lambda: GoingClock.at(START))

    def errand(self) -> Errand:
        return Errand(self.scene.address, self.clock)

    def goes_on(self, report: Report | None) -> None:
        """Counts a kill; or begins the next round, as everything has been sent."""
        if report is None:
            self.kills += 1
            return
        self.done += 1
        self.scene.publish(3)
        self.clock = GoingClock.at(START + timedelta(days=self.done))

    def finishes(self) -> None:
        """Lets a child do what is left."""
        with child(self.errand()) as last:
            assert last.report() is not None
        self.done += 1


@pytest.mark.slow
def test_a_process_killed_at_every_statement_sends_each_digest_once(tmp_path: Path) -> None:
    """Wherever between claim and sent a process is killed, nothing is lost, nothing is repeated."""
    with scene(f"sqlite:///{tmp_path}/bot.db") as stage:
        stage.subscribe(SUBSCRIBERS, limit=2)
        stage.publish(4)
        rounds = Rounds(stage, random.Random(3))
        with child(replace(rounds.errand(), reports_lines=True)) as first:
            report = first.report()
        assert report is not None
        rounds.goes_on(report)
        # In their order, so that a round of digests outlasts many kills.
        steps = sorted(report.lines & statements())
        killed = {step for step in steps if _dies_at(step, rounds)}
        rounds.finishes()
        assert {step.file for step in killed} == {Path(name).name for name in WATCHED}
        assert len(killed) > 0.95 * len(steps)
        check_promises(stage, rounds.done)
        print(
            f"{rounds.kills} kills, {rounds.done * SUBSCRIBERS} digests, {len(killed)} statements"
        )


@pytest.mark.slow
def test_a_process_killed_at_random_moments_sends_each_digest_once(tmp_path: Path) -> None:
    """At whatever moment a process is killed, nothing is lost and nothing is repeated."""
    with scene(f"sqlite:///{tmp_path}/bot.db") as stage:
        stage.subscribe(SUBSCRIBERS, limit=2)
        stage.publish(4)
        rounds = Rounds(stage, random.Random(4))
        while rounds.kills < KILLS_BY_TIME:
            with child(rounds.errand()) as victim:
                if not victim.pipe.poll(rounds.chance.uniform(0.02, 0.6)):
                    victim.kill()
                rounds.goes_on(victim.report())
        rounds.finishes()
        check_promises(stage, rounds.done)
        print(f"{rounds.kills} kills, {rounds.done * SUBSCRIBERS} digests")


def _dies_at(line: Line, rounds: Rounds) -> bool:
    """Whether a child could be killed at that line, at one of its visits."""
    for _ in range(TRIES):
        before = rounds.kills
        times = rounds.chance.choice([1, 1, 1, 2, 4])
        with child(replace(rounds.errand(), dies_at=line, times=times)) as victim:
            rounds.goes_on(victim.report())
        if rounds.kills > before:
            return True
    return False
