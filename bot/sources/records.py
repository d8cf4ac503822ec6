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


@dataclass(frozen=True, slots=True)
class Found:
    """A paper of which a source says more than papers hold.

    `ids` are other ids of the same work, as `written_id` writes them or as the source does.
    `version` counts up with every revision, and is 0 where the source does not say. One that is
    `withdrawn` is not taken in; if it is known, it takes over the notice.
    """

    paper: Paper
    ids: frozenset[str] = frozenset()
    version: int = 0
    withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """Everything before this has been read: the next reading may begin at `place`.

    Only the source that wrote the place can read it.
    """

    place: str


@dataclass(frozen=True, slots=True)
class Remark:
    """Something about the reading itself that whoever runs the bot should hear of."""

    text: str


Record = Paper | Found | Problem | Checkpoint | Remark
