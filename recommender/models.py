"""What the recommender speaks of: papers, interests, and how well one answers the other.

Frozen values without behaviour. Nothing here knows where a paper came from or who is asking.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any


@dataclass(frozen=True, slots=True)
class Paper:
    """One work, whatever its versions and sources.

    Lists and ISO dates are accepted as JSON gives them and kept as tuples and dates.
    Unknown is ``None`` or empty, never an invented value; ``more_authors`` says that the
    source cut the list of authors ("et al."). `area` is the arXiv-style subject ("cs.CL",
    or the bare "CL" where a source gives no more).

    Raises ValueError for an empty `id` and for a `published` that is no ISO date.
    """

    id: str
    title: str
    abstract: str = ""
    authors: tuple[str, ...] = ()
    more_authors: bool = False
    area: str | None = None
    published: date | None = None
    organisations: tuple[str, ...] = ()
    venue: str | None = None
    has_code: bool | None = None
    urls: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.id:
            raise ValueError("a paper needs an id")
        for name in ("authors", "organisations", "urls", "sources"):
            object.__setattr__(self, name, tuple(getattr(self, name)))
        if isinstance(self.published, str):
            object.__setattr__(self, "published", date.fromisoformat(self.published))

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> "Paper":
        """The paper that `to_json` wrote; keys it does not know and nulls are left out."""
        known = cls.__dataclass_fields__
        return cls(**{k: v for k, v in values.items() if k in known and v is not None})

    def to_json(self) -> dict[str, Any]:
        """Plain values for JSON, one key a field, in the order of the fields."""
        return {
            "id": self.id,
            "title": self.title,
            "abstract": self.abstract or None,
            "authors": list(self.authors),
            "more_authors": self.more_authors,
            "area": self.area,
            "published": self.published.isoformat() if self.published else None,
            "organisations": list(self.organisations),
            "venue": self.venue,
            "has_code": self.has_code,
            "urls": list(self.urls),
            "sources": list(self.sources),
        }


class InterestKind(StrEnum):
    """What an interest follows."""

    KEYWORD = "keyword"
    AUTHOR = "author"
    AREA = "area"
    ORGANISATION = "org"
    PAPER = "paper"
    LEARNED = "learned"


@dataclass(frozen=True, slots=True)
class Interest:
    """One thing that a profile follows; `text` is a word, a phrase, a name or a paper's id.

    `weight` multiplies what the interest adds to a score and is positive. A `muted` interest
    adds nothing: papers that answer it are left out. One of kind ``LEARNED`` is a word, or two
    neighbouring ones, that liked papers teach: muted, it is learned no more, and hides no paper;
    otherwise it says nothing.
    """

    text: str
    weight: float = 1.0
    muted: bool = False
    kind: InterestKind = InterestKind.KEYWORD

    def __post_init__(self) -> None:
        object.__setattr__(self, "kind", InterestKind(self.kind))
        if not self.weight > 0 or self.weight == float("inf"):
            raise ValueError(f"an interest's weight is a positive number, not {self.weight}")

    @property
    def label(self) -> str:
        """How people write it: "speech translation", "author:Hervé Jégou", "area:cs.CL"."""
        return self.text if self.kind is InterestKind.KEYWORD else f"{self.kind}:{self.text}"


@dataclass(frozen=True, slots=True)
class Profile:
    """The interests of one person or one channel, in the order in which they were given."""

    interests: tuple[Interest, ...] = field(default=())

    def __init__(self, interests: Iterable[Interest] = ()) -> None:
        object.__setattr__(self, "interests", tuple(interests))


@dataclass(frozen=True, slots=True)
class Reason:
    """What a paper answered, and how much of the score that is worth.

    `interest` is the label of the interest, or the clause of the query as it was typed, without
    punctuation around a word; `terms` are the words of the paper that matched, as the paper spells
    them; `share` is in the score's own unit: the shares of a match add up to its score.
    """

    interest: str
    terms: tuple[str, ...]
    share: float


@dataclass(frozen=True, slots=True)
class Match:
    """A paper ranked for a query or a profile; `reasons` come heaviest first."""

    paper: Paper
    score: float
    reasons: tuple[Reason, ...] = ()
