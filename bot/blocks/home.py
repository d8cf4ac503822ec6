"""The Home tab: what somebody follows, what comes next, what they kept, and how to change it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    ConfirmObject,
    MarkdownTextObject,
    PlainTextObject,
    SectionBlock,
)
from slack_sdk.models.views import View

from bot.blocks.message import context, divider, fit, header, section
from bot.blocks.papers import address, facts
from bot.blocks.text import code, counted, link, mrkdwn
from recommender import Paper

ONBOARD, INTERESTS, SUBSCRIPTION = "home_onboard", "home_interests", "home_subscription"
PAUSE, RESUME, FORGET = "home_pause", "home_resume", "home_forget"
SAVED, DIGEST, UNWANTED = "home_saved", "home_digest", "home_unwanted"

MAX_INTERESTS, MAX_MUTED, MAX_LEARNED = 15, 10, 10
MAX_SAVED, MAX_DIGESTS, MAX_CHANNELS, MAX_TROUBLES = 5, 3, 20, 5
MAX_LABEL = 90
EDIT = "Edit or forget"
_LINES = 2_800


@dataclass(frozen=True, slots=True)
class Followed:
    """One interest: its label, its weight, and how many papers that came lately matched it."""

    label: str
    weight: float
    matched: int


@dataclass(frozen=True, slots=True)
class Past:
    """A digest: its id, for when it was in local time, and the titles of its papers.

    `state` says how far it has come, in a word; it is empty once it has arrived.
    """

    id: str
    when: str
    titles: Sequence[str]
    state: str = ""


@dataclass(frozen=True, slots=True)
class Home:
    """All that stands in the tab.

    `followed` are the first of the `n_followed`, and so are `muted`, `saved` and `learned`.
    `digests` is a line of Slack's markup on the subscription, empty where there is none;
    `channels` are the ids of those whose digests the person set up. `n_sources` and `troubles`,
    sentences, are for admins; the number is None for everybody else.
    """

    followed: Sequence[Followed] = ()
    n_followed: int = 0
    muted: Sequence[str] = ()
    n_muted: int = 0
    n_liked: int = 0
    learned: Sequence[str] = ()
    digests: str = ""
    is_paused: bool = False
    saved: Sequence[Paper] = ()
    n_saved: int = 0
    n_hidden: int = 0
    n_disliked: int = 0
    past: Sequence[Past] = ()
    channels: Sequence[str] = ()
    n_sources: int | None = None
    troubles: Sequence[str] = ()

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing yet: a first visit, most often."""
        judged = (self.n_liked, self.n_saved, self.n_hidden, self.n_disliked)
        counts = (self.n_followed, self.n_muted, *judged, len(self.past))
        return not (any(counts) or self.digests or self.channels)


def home_view(home: Home, notice: str = "") -> View:
    """The tab; above it a `notice`, a sentence about what was just pressed there."""
    told: list[Block] = [section(mrkdwn(notice, 300))] if notice else []
    if home.is_empty:
        first = [*_welcome(), *_first_sources(home), *_help()]
        return View(type="home", blocks=[*told, *first, *_forgetting()])
    parts = [*(part(home) for part in _PARTS), _help()]
    blocks: list[Block] = []
    for part in filter(None, parts):
        blocks += [divider(), *part] if blocks else part
    return View(type="home", blocks=[*told, *blocks, *_forgetting()])


def _welcome() -> list[Block]:
    return [
        section("I read new research papers for you, and bring you those that match your work."),
        ActionsBlock(elements=[_button("Tell me what you read", ONBOARD, style="primary")]),
        context(f"Or type {code('/papers speech translation', 60)} anywhere, to see how it works."),
    ]


def _interests(home: Home) -> list[Block]:
    lines = [_followed(each) for each in home.followed]
    more = home.n_followed - len(home.followed)
    text = "\n".join(fit(lines, _LINES)) or "You follow no words yet."
    blocks: list[Block] = [header("What you follow"), section(text)]
    if more > 0:
        blocks.append(context(f"…and {more} more: “{EDIT}” shows them all"))
    small = []
    if home.n_liked:
        papers = counted(home.n_liked, "paper")
        learned = ", ".join(mrkdwn(word, 40) for word in home.learned) or "nothing yet"
        small.append(f"👍 Learned from {papers} that you liked: {learned}")
    if home.n_muted:
        muted = ", ".join(mrkdwn(label, 60) for label in home.muted)
        small.append(f"Muted, never shown: {muted}{_and_more(home.n_muted - len(home.muted))}")
    blocks += [context(line) for line in small]
    buttons = [
        _button(EDIT, INTERESTS),
        _button("Add papers you like", ONBOARD),
    ]
    return [*blocks, ActionsBlock(elements=buttons)]


def _followed(each: Followed) -> str:
    weight = f" ×{each.weight:g}" if each.weight != 1 else ""
    came = f"{counted(each.matched, 'paper')} came in the last 30 days"
    return f"• *{mrkdwn(each.label, MAX_LABEL)}*{weight} — {came}"


def _digests(home: Home) -> list[Block]:
    blocks: list[Block] = [header("Your digest")]
    if home.digests:
        pause = _button("Resume", RESUME, style="primary") if home.is_paused else None
        buttons = [pause or _button("Pause", PAUSE), _button("Change", SUBSCRIPTION)]
        blocks += [section(home.digests), ActionsBlock(elements=buttons)]
    else:
        told = section("You get no digests yet: a few new papers by direct message, when you like.")
        start = _button("Get a digest", SUBSCRIPTION, style="primary")
        blocks += [told, ActionsBlock(elements=[start])]
    if home.channels:
        named = ", ".join(f"<#{channel}>" for channel in home.channels[:MAX_CHANNELS])
        more = _and_more(len(home.channels) - MAX_CHANNELS)
        blocks.append(context(f"Digests of channels that you set up: {named}{more}"))
    return blocks


def _saved(home: Home) -> list[Block]:
    if not home.saved:
        return []
    lines = [f"• {link(address(p), p.title, 200)}\n{facts(p, 160)}" for p in home.saved]
    label = "Your saved paper" if home.n_saved == 1 else f"All {home.n_saved:,} saved papers"
    return [
        header("Saved"),
        *(section(line) for line in lines),
        ActionsBlock(elements=[_button(label, SAVED)]),
    ]


def _unwanted(home: Home) -> list[Block]:
    said = ((home.n_hidden, "hidden"), (home.n_disliked, "with 👎"))
    told = " and ".join(f"{number:,} {what}" for number, what in said if number)
    if not told:
        return []
    text = MarkdownTextObject(text=f"Papers that you do not want: {told}", verbatim=True)
    return [SectionBlock(text=text, accessory=_button("See or undo", UNWANTED))]


def _past(home: Home) -> list[Block]:
    blocks: list[Block] = [header("Recent digests")] if home.past else []
    for each in home.past:
        titles = " · ".join(mrkdwn(title, 80) for title in each.titles[:2]) or "no paper"
        more = _and_more(len(each.titles) - 2)
        state = f" ({each.state})" if each.state else ""
        told = f"*{mrkdwn(each.when, 60)}*{state}\n{titles}{more}"
        text = MarkdownTextObject(text=told, verbatim=True)
        again = _button("Show again", DIGEST, value=each.id)
        blocks.append(SectionBlock(text=text, accessory=again))
    return blocks


def _sources(home: Home) -> list[Block]:
    if home.n_sources is None:
        return []
    lines = [f"⚠️ {mrkdwn(trouble, 300)}" for trouble in home.troubles[:MAX_TROUBLES]]
    more = len(home.troubles) - len(lines)
    lines += [f"…and {more} more"] if more > 0 else []
    return [
        header("Sources"),
        section("\n".join([_read(home.n_sources), *lines])),
        context(f"For you as an admin: {_sources_command(home.n_sources)}"),
    ]


def _first_sources(home: Home) -> list[Block]:
    if home.n_sources is None:
        return []
    told = f"⚠️ {mrkdwn(home.troubles[0], 300)}" if home.troubles else _read(home.n_sources)
    return [context(f"{told} For you as an admin: {_sources_command(home.n_sources)}")]


def _read(sources: int) -> str:
    if not sources:
        return "No source is read by itself yet, so no new papers come."
    return (
        "1 source is read by itself."
        if sources == 1
        else f"{sources} sources are read by themselves."
    )


def _sources_command(sources: int) -> str:
    return code("/papers sources" if sources else "/papers sources add arxiv:cs.CL", 60)


_PARTS: tuple[Callable[[Home], list[Block]], ...] = (
    _interests,
    _digests,
    _saved,
    _unwanted,
    _past,
    _sources,
)


def _help() -> list[Block]:
    return [
        context(
            f"• {code('/papers speech translation', 60)} searches, anywhere in Slack\n"
            f"• {code('/papers subscribe here weekly monday', 60)} gives a channel a digest\n"
            f"• {code('/papers help', 30)} says all there is"
        )
    ]


def _forgetting() -> list[Block]:
    sure = ConfirmObject(
        title="Forget you?",
        text=PlainTextObject(
            text="This deletes your interests, saved papers, digests and subscription, for good."
        ),
        confirm="Forget me",
        deny="Keep it all",
        style="danger",
    )
    return [ActionsBlock(elements=[_button("Forget me", FORGET, style="danger", confirm=sure)])]


def _and_more(number: int) -> str:
    return f" and {number} more" if number > 0 else ""


def _button(
    label: str,
    action: str,
    value: str | None = None,
    style: str | None = None,
    confirm: ConfirmObject | None = None,
) -> ButtonElement:
    return ButtonElement(text=label, action_id=action, value=value, style=style, confirm=confirm)
