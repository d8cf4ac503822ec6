"""What a source is given to reach its papers with."""

from dataclasses import dataclass, field
from datetime import date, datetime

from bot.sources.web import Web


@dataclass(frozen=True, slots=True)
class Sites:
    """Where the sites are; another place for each is for tests and for mirrors."""

    arxiv_feed: str = "https://rss.arxiv.org/atom/"
    arxiv_api: str = "https://export.arxiv.org/api/query"
    arxiv_oai: str = "https://oaipmh.arxiv.org/oai"
    biorxiv: str = "https://api.biorxiv.org/details/"


@dataclass(frozen=True, slots=True)
class Reach:
    """The web, the time, and the `place` that the last reading of this source left, if any."""

    now: datetime
    web: Web = field(default_factory=Web)
    place: str | None = None
    sites: Sites = Sites()

    @property
    def today(self) -> date:
        """The day in UTC."""
        return self.now.date()
