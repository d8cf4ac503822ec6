"""What a digest says: its papers, where they come from, and how to change it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from bot.blocks import Message, code, mrkdwn
from bot.blocks.message import context
from bot.blocks.papers import Listing, liked_ids, listing
from bot.blocks.views import View, ViewKind
from bot.digests.compose import Preview
from bot.models import Digest, Funnel, Marks, Slot, Subscriber, Subscription
from bot.schedules import describe, local_text, zone_named
from bot.store import Connection, identities, interests, papers, people, subscriptions
from bot.store.digests import PAPERS_A_PART, part_of
from recommender import LIKES, Match

LATE = timedelta(hours=1)
"""A digest that comes later than this says so."""

MOST_INTERESTS = 15
"""Interests of which a preview says how much they find: those that find most."""

MOST_NAMED = 3
"""Sources that are named in the first line, of those with one trouble."""

_SLOTS = {
    Slot.NEW: "",
    Slot.ARCHIVE: "from the archive",
    Slot.EXPLORATION: "beyond the interests",
}


def digest_page(
    connection: Connection,
    digest: Digest,
    part: int = 0,
    marks: Marks | None = None,
    *,
    shares: bool = False,
) -> Message:
    """One part of a digest as its subscriber sees it, or a reader with other `marks`.

    `shares` where the reader is in a channel to share its papers in.
    """
    if marks is None:
        # A channel's digest stands there for everybody, with nobody's marks.
        is_for_all = digest.subscriber.is_channel
        marks = Marks() if is_for_all else people.marks(connection, digest.subscriber)
    subscription = subscriptions.get(connection, digest.subscriber)
    zone = zone_of(connection, digest.subscriber, subscription)
    picks = [pick for pick in digest.picks if part_of(pick.rank - 1) == part]
    parts = 1 + max(part, *(part_of(pick.rank - 1) for pick in digest.picks), 0)
    title = f"Papers for {local_text(digest.due_at, zone).split(',')[0]}"
    return listing(
        Listing(
            title=f"{title} ({part + 1} of {parts})" if parts > 1 else title,
            matches=[pick.match for pick in picks],
            view=View(ViewKind.DIGEST, digest.id, part * PAPERS_A_PART),
            marks=marks,
            notes=_lines(connection, digest, zone) if part == 0 else [],
            labels={p.match.paper.id: _SLOTS[p.slot] for p in picks if _SLOTS[p.slot]},
            titles=titles_of(connection, [pick.match for pick in picks]),
            footer=_footer(digest.subscriber, subscription),
            shares=shares,
        )
    )


def titles_of(connection: Connection, matches: Iterable[Match]) -> dict[str, str]:
    """The titles of the liked papers that reasons name, by id."""
    named = liked_ids(matches)
    # What a digest was made of keeps the ids that papers had then.
    own = identities.found(connection, named)
    known = papers.get(connection, set(own.values()))
    return {key: known[id].title for key, id in own.items()}


def preview_page(connection: Connection, preview: Preview) -> Message:
    """A digest that was only drafted: the same page, which says what it is, and what was found."""
    message = digest_page(connection, preview.digest)
    told = ["A preview: nothing is sent or marked as shown.", *found_line(preview.found)]
    blocks = [*(context(line) for line in told), *message.blocks]
    return Message(f"Preview: {message.text}", blocks)


def found_line(found: Mapping[str, int]) -> list[str]:
    """``Matched by interest: speech 23, robotics 2``; nothing where there is but one."""
    if len(found) < 2:
        return []
    named = [
        f"{'liked papers' if name == LIKES else mrkdwn(name, 60)} {count:,}"
        for name, count in sorted(found.items(), key=lambda each: -each[1])
    ]
    more = len(named) - MOST_INTERESTS
    rest = f" and {more} more interests" if more > 0 else ""
    listed = ", ".join(named[:MOST_INTERESTS])
    return [f"Matched by interest: {listed}{rest}. A paper may match several."]


def funnel_line(funnel: Funnel, shown: int, zone: str, now: datetime, whose: str = "your") -> str:
    """``412 new papers since Monday, 9 matched your interests, 5 shown``, and what is missing."""
    if funnel.since is None:
        start = f"{funnel.new:,} papers in the library"
    else:
        papers = "paper" if funnel.new == 1 else "papers"
        start = f"{funnel.new:,} new {papers} since {_since(funnel.since, zone, now)}"
    line = f"{start}, {funnel.matched:,} matched {whose} interests, {shown} shown"
    silent = "have" if len(funnel.silent) > 1 else "has"
    told = (
        (funnel.failing, "could not be read"),
        (funnel.silent, f"{silent} brought nothing for long"),
    )
    return "; ".join([line, *(f"{_listed(named)} {what}" for named, what in told if named)])


def _listed(sources: Sequence[str]) -> str:
    """The first few of them, and how many more."""
    more = len(sources) - MOST_NAMED
    rest = [f"{more} more"] if more > 0 else []
    return " and ".join([*(mrkdwn(source, 60) for source in sources[:MOST_NAMED]), *rest])


def _lines(connection: Connection, digest: Digest, zone: str) -> list[str]:
    is_for_all = digest.subscriber.is_channel
    whose = "this channel's" if is_for_all else "your"
    lines = [funnel_line(digest.funnel, len(digest.picks), zone, digest.composed_at, whose)]
    late = digest.composed_at - digest.due_at
    if late > LATE:
        lines.append(f"This digest is {_duration(late)} late: I was not running.")
    if all(
        interest.muted for interest in interests.profile(connection, digest.subscriber).interests
    ):
        here = " here" if is_for_all else ""
        add = code(f"/papers interests{here} add speech translation", 60)
        follow = "This channel follows" if is_for_all else "You follow"
        lines.append(f"{follow} nothing yet: {add}")
    elif not digest.picks:
        lines.append("Nothing new passed the bar.")
    elif all(pick.slot is Slot.ARCHIVE for pick in digest.picks) and not digest.asked_for:
        lines.append("Nothing new passed the bar; here is one from the archive.")
    return lines


def _since(since: datetime, zone: str, now: datetime) -> str:
    """A weekday within the last week, else a date."""
    local = since.astimezone(zone_named(zone))
    if now - since < timedelta(days=6):
        return f"{local:%A}"
    return f"{local.day} {local:%B}"


def _duration(time: timedelta) -> str:
    amount, unit = (time.days, "day") if time.days else (time.seconds // 3600, "hour")
    return f"{amount} {unit}{'' if amount == 1 else 's'}"


def zone_of(
    connection: Connection, subscriber: Subscriber, subscription: Subscription | None
) -> str:
    """The zone in which a subscriber reads times: that of their subscription, else their own."""
    if subscription is not None:
        return subscription.schedule.zone
    known = people.person(connection, subscriber)
    return known.zone if known else "UTC"


def _footer(subscriber: Subscriber, subscription: Subscription | None) -> str:
    here = " here" if subscriber.is_channel else ""
    if subscription is None:
        return f"Get one regularly: {code(f'/papers subscribe{here} weekdays 09:00', 60)}"
    by = ""
    if subscriber.is_channel and subscription.owner:
        by = f"set up by <@{subscription.owner}> · "
    change, stop = code(f"/papers subscribe{here}", 40), code(f"/papers unsubscribe{here}", 40)
    when = mrkdwn(describe(subscription.schedule), 300)
    return f"{by}{when} · change with {change} · stop with {stop}"
