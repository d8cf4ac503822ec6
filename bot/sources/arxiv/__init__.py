"""arXiv: its daily feed, and its archive, which fills the gaps and checks the feed.

`arxiv:cs.CL,cs.LG` reads what is new in these subjects; `arxiv` alone everything. Further words
behind the colon: `no-cross` leaves out papers that are only cross-listed, `replaced` takes new
versions in, `since=2024-01-01` goes back to that day first.
"""

import json
import re
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from bot.errors import SourceBusy, SourceError, UserError
from bot.sources.arxiv import archive, filling
from bot.sources.arxiv.archive import ARCHIVES
from bot.sources.arxiv.atom import Announced, Feed, parse_feed
from bot.sources.reach import Reach
from bot.sources.records import Checkpoint, Found, Problem, Record, Remark

KIND = "arxiv"
FIRST_DAYS = 8
"""How far back the first reading goes, if nobody says."""
OVERLAP = timedelta(days=2)
"""What is read again each time: arXiv's days end when it announces, not at midnight."""

_SUBJECT = re.compile(r"[a-z]+(?:-[a-z]+)*(?:\.[A-Za-z]+(?:-[a-z]+)*)?")


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be read: subjects such as "cs.CL" or "math", none for everything."""

    subjects: tuple[str, ...] = ()
    cross: bool = True
    replaced: bool = False
    since: date | None = None

    def wants(self, categories: tuple[str, ...]) -> bool:
        """Whether a paper of these categories, the primary one first, is asked for."""
        counted = categories if self.cross else categories[:1]
        return not self.subjects or not categories or any(map(self._is_in, counted))

    def _is_in(self, category: str) -> bool:
        return category in self.subjects or category.partition(".")[0] in self.subjects


@dataclass(frozen=True, slots=True)
class Place:
    """How far the readings came: `filled` until when the archive was gone through by submission,
    `swept` from when changes are to be asked for, `token` the page that comes next; each of the
    last two by archive.
    """

    filled: date | None = None
    swept: dict[str, str] = field(default_factory=dict)
    token: dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, text: str | None) -> "Place":
        """The place as `written` wrote it; the beginning for anything else."""
        try:
            values = json.loads(text or "null")
            filled = values.get("filled")
            swept, token = ({str(k): str(v) for k, v in values[n].items()} for n in _TABLES)
            days = [*swept.values(), *(each.partition(" ")[0] for each in token.values())]
            if all(map(date.fromisoformat, days)):
                return cls(date.fromisoformat(filled) if filled else None, swept, token)
        except (ValueError, AttributeError, TypeError, KeyError):
            pass
        return cls()

    @property
    def written(self) -> Checkpoint:
        """The place as text."""
        filled = self.filled.isoformat() if self.filled else None
        return Checkpoint(
            json.dumps({"filled": filled, "swept": self.swept, "token": self.token}, sort_keys=True)
        )


_TABLES = ("swept", "token")

Reading = Generator[Record, None, Place]
"""Records, and how far they brought us."""


def parse_asked(words: str) -> Asked:
    """What stands behind `arxiv:`. Raises UserError for what arXiv does not have."""
    asked = Asked()
    for word in filter(None, (each.strip() for each in words.split(","))):
        option, _, value = word.partition("=")
        if word == "no-cross":
            asked = replace(asked, cross=False)
        elif word == "replaced":
            asked = replace(asked, replaced=True)
        elif option == "since":
            asked = replace(asked, since=_day(value))
        elif _SUBJECT.fullmatch(word) and word.partition(".")[0] in ARCHIVES:
            asked = replace(asked, subjects=(*asked.subjects, word))
        else:
            raise UserError(f"arXiv has no subject “{word[:40]}”; they are written like cs.CL.")
    return asked


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = None
    if day is None or not 1991 <= day.year <= 2199:
        raise UserError(f"“{text[:20]}” is no day; write since=2024-01-31.")
    return day


def read_arxiv(asked: Asked, reach: Reach) -> Iterator[Record]:
    """What is new in the asked subjects, from the feed and from the archive.

    Where one of the two fails the other is read all the same; raises SourceError if the archive
    cannot be read, because only it can close a gap.
    """
    place = Place.read(reach.place)
    announced = Feed(None, ())
    try:
        announced = parse_feed(reach.web.get(_feed_address(asked, reach)).body)
    except SourceBusy:
        raise
    except SourceError as error:
        yield Remark(f"The daily feed could not be read: {error}")
    wanted = [each for each in announced.entries if _is_wanted(each, asked)]
    yield from (each.record for each in wanted)
    if asked.since is not None:
        place = yield from _filled(asked, reach, place)
    swept = archive.Sweep(asked.wants, asked.replaced)
    for archive_name in archives_of(asked):
        place = yield from _swept(archive_name, swept, reach, place)
    yield from _differences(announced, wanted, swept)


def archives_of(asked: Asked) -> list[str]:
    """The archives in which the subjects are; "" is all of arXiv."""
    return sorted({each.partition(".")[0] for each in asked.subjects}) or [""]


def _feed_address(asked: Asked, reach: Reach) -> str:
    return reach.sites.arxiv_feed + "+".join(asked.subjects or ARCHIVES)


def _is_wanted(entry: Announced, asked: Asked) -> bool:
    if entry.kind.startswith("replace") and not asked.replaced:
        return False
    return not isinstance(entry.record, Found) or asked.wants(entry.categories)


def _filled(asked: Asked, reach: Reach, place: Place) -> Reading:
    """Goes through the archive by the day of submission, from where it stopped, until today."""
    begin = place.filled or asked.since or reach.today
    for portion in filling.weeks(begin, reach.today):
        yield from _of_days(asked, portion, reach)
        place = replace(place, filled=portion.end)
        yield place.written
    return place


def _of_days(asked: Asked, days: filling.Days, reach: Reach) -> Iterator[Record]:
    for each in filling.papers(asked.subjects, days, reach):
        if isinstance(each, Problem) or asked.cross or asked.wants((each.paper.area or "",)):
            yield each


def _swept(name: str, sweep: archive.Sweep, reach: Reach, place: Place) -> Reading:
    """Asks an archive for all that has changed since the last time, page by page."""
    known = place.swept.get(name)
    first = date.fromisoformat(known) if known else reach.today - timedelta(days=FIRST_DAYS)
    begin = first - OVERLAP if known else first
    begun, _, token = place.token.get(name, "").partition(" ")
    start = archive.Start(name, begin, token, date.fromisoformat(begun) if begun else None)
    for page in sweep.pages(start, reach):
        yield from page.records
        tokens = {k: v for k, v in place.token.items() if k != name}
        if page.token:
            place = replace(place, token=tokens | {name: f"{page.asked_on} {page.token}"})
        else:
            place = replace(place, token=tokens)
            place = replace(place, swept=place.swept | {name: page.asked_on.isoformat()})
        yield place.written
    return place


def _differences(
    feed: Feed, wanted: list[Announced], sweep: archive.Sweep
) -> Iterator[Remark | Problem]:
    """What one of the two ways has and the other should have."""
    if not feed.entries or not sweep.is_whole:
        return
    ids = {e.record.paper.id for e in feed.entries if isinstance(e.record, Found)}
    fresh = {e.record.paper.id for e in wanted if isinstance(e.record, Found) and e.kind == "new"}
    if missing := sorted(fresh - sweep.ids):
        yield Remark(
            f"{len(missing)} papers of the daily feed are not in arXiv's archive yet, "
            f"such as {missing[0]}."
        )
    announced = sweep.first_versions.get(feed.on, set()) if feed.on else set()
    left_out = sorted(announced - ids)
    if len(left_out) > max(3, len(announced) // 5):
        yield Remark(
            f"The daily feed lacks {len(left_out)} of {len(announced)} new papers, such as "
            f"{left_out[0]}; they were read from the archive."
        )
