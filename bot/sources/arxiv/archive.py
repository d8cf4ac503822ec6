"""arXiv's archive by OAI-PMH: everything that has changed since a day, page by page."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from urllib.parse import urlencode

from bot.errors import SourceError
from bot.sources.arxiv.oai import NOTHING, OLD_PAGE, Listed, Page, parse_oai
from bot.sources.reach import Reach
from bot.sources.records import Found, Problem

PHYSICS = (
    "astro-ph", "cond-mat", "gr-qc", "hep-ex", "hep-lat", "hep-ph", "hep-th", "math-ph", "nlin",
    "nucl-ex", "nucl-th", "physics", "quant-ph",
)  # fmt: skip
ARCHIVES = ("cs", "econ", "eess", "math", "q-bio", "q-fin", "stat", *PHYSICS)
OLDEST_NEWS = timedelta(days=30)
"""A paper whose first version is older than that and that has another is no news but replaced."""

ENOUGH = 0.9
"""The share of a list that must have come when it ends; what is deleted meanwhile is missing."""

_TRIES = 3
_MOST_PAGES = 5_000


@dataclass(frozen=True, slots=True)
class Swept:
    """A page of wanted records; `token` asks for the next, `asked_on` is where to begin later."""

    records: tuple[Found | Problem, ...]
    token: str
    asked_on: date


@dataclass(frozen=True, slots=True)
class Start:
    """Where to begin in an archive: with the changes since a day, or the page of a token that an
    earlier reading, `begun` on that day, came to.
    """

    archive: str
    day: date
    token: str = ""
    begun: date | None = None


@dataclass
class Sweep:
    """One reading of the archive, and what it met: all `ids`, and first versions by their day.

    `is_whole` says that it began at its beginning.
    """

    wants: Callable[[tuple[str, ...]], bool]
    replaced: bool
    ids: set[str] = field(default_factory=set)
    first_versions: dict[date, set[str]] = field(default_factory=dict)
    is_whole: bool = True

    def pages(self, start: Start, reach: Reach) -> Iterator[Swept]:
        """The pages of an archive; from the day, where the token is no longer good.

        Raises SourceError when the list ends before its end: nothing is skipped in silence.
        """
        token, asked_on = start.token, start.begun or reach.today
        is_whole = not token
        met, seen = 0, set[str]()
        for _ in range(_MOST_PAGES):
            page = _page(start, token, reach)
            if page.error == OLD_PAGE and token:
                token, asked_on, is_whole, met = "", reach.today, True, 0
                continue
            if not token:
                asked_on = min(page.asked_on or asked_on, asked_on)
            met += len(page.records)
            if page.token and page.token in seen:
                raise SourceError("arXiv's archive gives the same page again and again.")
            seen.add(page.token)
            if not page.token and is_whole and met < (page.total or 0) * ENOUGH:
                raise SourceError(f"arXiv's archive ended after {met} of {page.total} records.")
            self.is_whole = self.is_whole and is_whole
            yield Swept(tuple(self._kept(page, start.day)), page.token, asked_on)
            token = page.token
            if not token:
                return
        raise SourceError("arXiv's archive has no end.")

    def _kept(self, page: Page, begin: date) -> Iterator[Found | Problem]:
        for listed in page.records:
            found = listed.record
            if isinstance(found, Problem):
                yield found
                continue
            self.ids.add(found.paper.id)
            if not self.wants(listed.categories):
                continue
            if listed.version == 1 and listed.changed and self.wants(listed.categories[:1]):
                self.first_versions.setdefault(listed.changed, set()).add(found.paper.id)
            if self.replaced or found.withdrawn or _is_news(listed, found, begin):
                yield found


def _page(start: Start, token: str, reach: Reach) -> Page:
    """A page; one that is cut or empty without a reason is asked for again."""
    address = f"{reach.sites.arxiv_oai}?{urlencode(_question(start, token))}"
    for turn in range(_TRIES):
        try:
            page = parse_oai(reach.web.get(address).body)
        except SourceError as error:
            if turn == _TRIES - 1 or "broken XML" not in str(error):
                raise
            continue
        if page.records or page.error in {NOTHING, OLD_PAGE} or page.token:
            return page
    return page


def _is_news(listed: Listed, found: Found, begin: date) -> bool:
    published = found.paper.published
    return listed.version < 2 or published is None or published >= begin - OLDEST_NEWS


def _question(start: Start, token: str) -> dict[str, str]:
    if token:
        return {"verb": "ListRecords", "resumptionToken": token}
    asked = {"verb": "ListRecords", "metadataPrefix": "arXivRaw", "from": start.day.isoformat()}
    if start.archive:
        asked["set"] = f"physics:{start.archive}" if start.archive in PHYSICS else start.archive
    return asked
