"""What a source yields."""

from dataclasses import dataclass

from recommender import Paper


@dataclass(frozen=True, slots=True)
class Problem:
    """An entry that cannot be read: where (`line` counts from 1), and a sentence about it.

    `lines` is how many lines it is about, blank ones between them included.
    """

    source: str
    line: int
    text: str
    lines: int = 1

    def __str__(self) -> str:
        return f"{self.source}, line {self.line}: {self.text}"


Record = Paper | Problem
