"""arXiv's archive by its API: the papers of some subjects that were submitted in some days."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlencode

from bot.errors import SourceError
from bot.sources.arxiv.atom import ApiPage, parse_api
from bot.sources.reach import Reach
from bot.sources.records import Found, Problem

PAGE = 500
"""arXiv takes 2,000; smaller pages fail less often."""

_TRIES = 4
_WEEK = timedelta(days=7)
_MOST_PAGES = 200


@dataclass(frozen=True, slots=True)
class Days:
    """From the beginning of one day to the beginning of another."""

    begin: date
    end: date


def weeks(begin: date, end: date) -> Iterator[Days]:
    """The time between two days, in portions after each of which one may stop."""
    while begin < end:
        upto = min(begin + _WEEK, end)
        yield Days(begin, upto)
        begin = upto


def papers(subjects: tuple[str, ...], days: Days, reach: Reach) -> Iterator[Found | Problem]:
    """The papers submitted in those days, the first first.

    arXiv often sends a page that is too short, or empty, although there is more: it is asked
    again, and what it counts decides. Raises SourceError when the end cannot be reached.
    """
    start = 0
    for _ in range(_MOST_PAGES):
        page = _whole_page(_address(subjects, days, start, reach), start, reach)
        yield from page.records
        start += len(page.records)
        if not page.records or start >= (page.total or 0):
            return
    raise SourceError("arXiv's API has no end.")


def _whole_page(address: str, start: int, reach: Reach) -> ApiPage:
    best: ApiPage | None = None
    for turn in range(_TRIES):
        try:
            page = parse_api(reach.web.get(address).body)
        except SourceError as error:
            if turn == _TRIES - 1 or "broken XML" not in str(error):
                raise
            continue
        if page.total is None:
            raise SourceError("arXiv's API does not say how many papers there are.")
        if len(page.records) >= min(PAGE, page.total - start):
            return page
        if best is None or len(page.records) > len(best.records):
            best = page
    if best is None or (not best.records and start < (best.total or 0)):
        raise SourceError(
            f"arXiv's API gives nothing after {start} papers, and says there is more."
        )
    return best


def _address(subjects: tuple[str, ...], days: Days, start: int, reach: Reach) -> str:
    named = (each if "." in each else f"{each}*" for each in subjects)
    where = " OR ".join(f"cat:{each}" for each in named)
    last = days.end - timedelta(days=1)
    when = f"submittedDate:[{days.begin:%Y%m%d}0000 TO {last:%Y%m%d}2359]"
    asked = {
        "search_query": f"({where}) AND {when}" if where else when,
        "start": str(start),
        "max_results": str(PAGE),
        "sortBy": "submittedDate",
        "sortOrder": "ascending",
    }
    return f"{reach.sites.arxiv_api}?{urlencode(asked)}"
