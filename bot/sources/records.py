"""What a source yields."""

from dataclasses import dataclass

from recommender import Paper


@dataclass(frozen=True, slots=True)
class Problem:
    """An entry that cannot be read: where (`line` counts from 1), and a sentence about it."""

    source: str
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.source}, line {self.line}: {self.text}"


Record = Paper | Problem
