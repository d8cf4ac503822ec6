"""The Home tab as it stands for somebody now, and what its own buttons do."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from json import dumps

from slack_sdk.models.views import View

from bot.blocks.home import (
    MAX_DIGESTS,
    MAX_INTERESTS,
    MAX_LEARNED,
    MAX_MUTED,
    MAX_SAVED,
    Followed,
    Home,
    Past,
    home_view,
)
from bot.commands import account, subscriptions
from bot.commands.calls import Call
from bot.commands.digests import DROPPED
from bot.digests import zone_of
from bot.library import Library, Recent
from bot.library.troubles import source_troubles
from bot.models import DeliveryState, Digest, Subscriber, SubscriptionState
from bot.schedules import local_text
from bot.store import Connection, Store, digests, homes, interests, papers, people, sources
from bot.store import subscriptions as stored
from bot.store.homes import Standing
from recommender import InterestKind, Profile


def rendered(
    store: Store, library: Library, who: Subscriber, now: datetime, notice: str = ""
) -> tuple[View, Standing]:
    """The tab, and what is to be remembered of it; Slack's hash is not known yet.

    A `notice`, a sentence, stands above everything.
    """
    recent = library.recent(now)
    with store.reading() as connection:
        standing = homes.of_digests(connection, who)
        profile = interests.profile(connection, who)
        hidden = people.hidden_papers(connection, who)
        home = _home(connection, who, now)
    view = home_view(_with_interests(home, profile, recent, hidden), notice)
    return view, replace(standing, fingerprint=_fingerprint(view))


def first_visit() -> View:
    """The tab of somebody of whom nothing is known."""
    return home_view(Home())


def pause(call: Call) -> None:
    """No digests until `resume`. Raises UserError when there are none."""
    subscriptions.pause(call)


def resume(call: Call) -> None:
    """Lets digests come again. Raises UserError when there are none."""
    subscriptions.resume(call)


def forget(call: Call) -> None:
    """Deletes all that is known of the person, who has said that they are sure."""
    account.forget_me(replace(call, text=account.SURE))


def _home(connection: Connection, who: Subscriber, now: datetime) -> Home:
    """All but the interests."""
    subscription = stored.get(connection, who)
    saved = people.saved_papers(connection, who)
    known = papers.get(connection, saved[:MAX_SAVED])
    person = people.person(connection, who)
    zone = zone_of(connection, who, subscription)
    is_admin = person is not None and person.is_admin
    past = digests.history(connection, who, MAX_DIGESTS)
    states = digests.states(connection, [digest.id for digest in past])
    marks = people.marks(connection, who)
    return Home(
        digests=subscriptions.state_line(subscription) if subscription else "",
        is_paused=bool(subscription and subscription.state is SubscriptionState.PAUSED),
        saved=[known[key] for key in saved[:MAX_SAVED] if key in known],
        n_saved=len(saved),
        n_hidden=len(marks.hidden),
        # One that is both stands once on the list behind it, as hidden.
        n_disliked=len(marks.disliked - marks.hidden),
        past=[_past(digest, states.get(digest.id), zone) for digest in past],
        channels=[channel.id for channel in stored.owned_channels(connection, who)],
        n_sources=len(sources.all_of(connection)) if is_admin else None,
        troubles=source_troubles(connection, now) if is_admin else (),
    )


def _past(digest: Digest, state: DeliveryState | None, zone: str) -> Past:
    titles = [pick.match.paper.title for pick in digest.picks]
    told = "" if state is DeliveryState.SENT else state or DROPPED
    return Past(digest.id, local_text(digest.due_at, zone), titles, told)


def _with_interests(home: Home, profile: Profile, recent: Recent, hidden: Collection[str]) -> Home:
    judged = (InterestKind.PAPER, InterestKind.LEARNED)
    typed = [one for one in profile.interests if one.kind not in judged]
    followed = [one for one in typed if not one.muted]
    muted = [one.label for one in typed if one.muted]
    liked = [i for i in profile.interests if i.kind is InterestKind.PAPER and not i.muted]
    counts = recent.counts(profile, hidden) if followed else {}
    learned = recent.index.learned(profile, MAX_LEARNED) if liked else []
    return replace(
        home,
        followed=[
            Followed(one.label, one.weight, counts.get(one.label, 0))
            for one in followed[:MAX_INTERESTS]
        ],
        n_followed=len(followed),
        muted=muted[:MAX_MUTED],
        n_muted=len(muted),
        n_liked=len(liked),
        learned=[term.text for term in learned],
    )


def _fingerprint(view: View) -> str:
    return sha256(dumps(view.to_dict(), sort_keys=True).encode()).hexdigest()
