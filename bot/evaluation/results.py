"""Rankings run over the tasks of a collection, and what came of it in numbers."""

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass

from bot.evaluation.collection import Task
from bot.evaluation.rankers import Rank
from recommender.evaluation import Figures, Interval, gains, intervals, mean, measure

SHOWN = 10
"""How many papers are ranked while the clock runs: as many as people are shown."""


@dataclass(frozen=True, slots=True)
class Result:
    """How one ranking did: `each` task in order, and the mean milliseconds of one.

    For a profile they include learning it from its liked papers.
    """

    name: str
    each: list[Figures]
    ms: float

    @property
    def mean(self) -> Figures:
        """Over the tasks, every task counting the same."""
        return mean(self.each)

    @property
    def intervals(self) -> dict[str, Interval]:
        """By the figure's name, where its mean lies for such tasks."""
        return intervals(self.each)

    def gain_over(self, other: "Result") -> tuple[Figures, dict[str, Interval]]:
        """The difference of the means, and the intervals of the paired differences."""
        own, others = asdict(self.mean), asdict(other.mean)
        return Figures(**{n: own[n] - others[n] for n in own}), gains(self.each, other.each)

    def to_json(self) -> dict[str, float]:
        """The six keys that other programs rely on."""
        return {**asdict(self.mean), "ms": round(self.ms, 3), "count": len(self.each)}


def run(name: str, rank: Rank, tasks: Iterable[Task], clock: Callable[[], float]) -> Result:
    """The ranking's figures; `clock` counts seconds."""
    each, seconds = [], 0.0
    for task in tasks:
        before = clock()
        rank(task, SHOWN)
        seconds += clock() - before
        each += measure({task.id: rank(task, None)}, {task.id: task.grades})
    return Result(name, each, 1000 * seconds / max(len(each), 1))
