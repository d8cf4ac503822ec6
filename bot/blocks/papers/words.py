"""What is said of a paper in a line: its facts, and why it is here."""

from collections.abc import Iterable, Mapping, Sequence

from bot.blocks.text import mrkdwn, percent, percents
from recommender import InterestKind, Match, Paper, Reason
from recommender.searching import BEST_MATCHES

MAX_FACTS = 130
MAX_INTEREST = 36
MAX_WORD = 20
SHOWN_AUTHORS = 3
SHOWN_REASONS = 3

_LIKED = f"{InterestKind.PAPER}:"


def facts(paper: Paper, limit: int = MAX_FACTS, authors: int = SHOWN_AUTHORS) -> str:
    """Authors · date · area · venue · whether there is code; what is unknown is left out."""
    names = list(paper.authors[:authors])
    cut = paper.more_authors or len(paper.authors) > authors
    known = [
        ", ".join(names) + (" et al." if cut and names else ""),
        f"{paper.published.day} {paper.published:%b %Y}" if paper.published else "",
        paper.area or "",
        paper.venue or "",
        "code" if paper.has_code else "",
    ]
    return mrkdwn(" · ".join(filter(None, known)), limit)


def quoted(paper: Paper) -> str:
    """Its title in quotes, to be said in a sentence."""
    return f"“{mrkdwn(paper.title, 200)}”"


def address(paper: Paper) -> str | None:
    """Where a reader finds the paper: arXiv, the DOI's resolver, else the first known address."""
    scheme, _, rest = paper.id.partition(":")
    if scheme == "arxiv":
        return f"https://arxiv.org/abs/{rest}"
    if scheme == "doi":
        return f"https://doi.org/{rest}"
    return paper.urls[0] if paper.urls else None


def liked_ids(matches: Iterable[Match]) -> set[str]:
    """The ids that the reasons of some matches name as liked papers."""
    return {_named(reason) for match in matches for reason in match.reasons} - {""}


def because(match: Match, titles: Mapping[str, str] | None = None) -> str:
    """Why a paper is here, in one line: each reason's part of the score in percent.

    `titles` are those of liked papers by id; however many they are, they make one reason.
    """
    known = titles or {}
    liked = [reason for reason in match.reasons if _named(reason) in known]
    others = [reason for reason in match.reasons if _named(reason) not in known]
    shown = sorted(others[: SHOWN_REASONS - bool(liked)], key=_is_of_best)
    # What is shown together is rounded together.
    worths = [*(reason.share for reason in shown), _worth(liked), _worth(others[len(shown) :])]
    *each, of_liked, _rest = percents(worths)
    parts = []
    if shown:
        parts.append(_matches(shown, each, len(others) - len(shown)))
    if liked:
        heaviest = _worth(liked) > _worth(others)
        parts.insert(0 if heaviest else 1, _like(liked, of_liked, known))
    line = " · ".join(parts)
    return line[:1].upper() + line[1:]


def each_reason(match: Match, titles: Mapping[str, str]) -> list[str]:
    """A line for each reason, heaviest first; liked papers by their titles."""
    each = percents([reason.share for reason in match.reasons])
    return [_whole_reason(*pair, titles) for pair in zip(match.reasons, each, strict=True)]


def in_common(match: Match) -> str:
    """What a paper shares with the one that it is like, in a few words."""
    words = _words(match.reasons, 6)
    return f"In common: {words}" if words else ""


def _is_of_best(reason: Reason) -> bool:
    """Whether it is no word that was typed: it reads well behind those only."""
    return reason.interest == BEST_MATCHES


def _named(reason: Reason) -> str:
    return reason.interest.removeprefix(_LIKED) if reason.interest.startswith(_LIKED) else ""


def _matches(reasons: Sequence[Reason], each: Sequence[int], rest: int) -> str:
    parts = [
        f"{mrkdwn(reason.interest, MAX_INTEREST)} {percent(worth)}"
        for reason, worth in zip(reasons, each, strict=True)
    ]
    matches = "" if _is_of_best(reasons[0]) else "matches "
    return matches + " · ".join(parts) + (f" · and {rest} more" if rest > 0 else "")


def _like(reasons: Sequence[Reason], worth: int, titles: Mapping[str, str]) -> str:
    what = f"{len(reasons)} papers you liked"
    if len(reasons) == 1:
        what = f"“{mrkdwn(titles[_named(reasons[0])], MAX_INTEREST)}”"
    words = _words(reasons, 3)
    return f"like {what}{': ' if words else ''}{words} {percent(worth)}"


def _words(reasons: Sequence[Reason], most: int) -> str:
    """The first words of the reasons in turn, none of them part of another that is shown."""
    terms = [reason.terms for reason in reasons]
    longest = max(map(len, terms), default=0)
    shown: list[str] = []
    for word in (each[at] for at in range(longest) for each in terms if at < len(each)):
        if len(shown) < most and not any(word.lower() in other.lower() for other in shown):
            shown.append(word)
    return ", ".join(mrkdwn(word, MAX_WORD) for word in shown)


def _whole_reason(reason: Reason, worth: int, titles: Mapping[str, str]) -> str:
    title = titles.get(_named(reason))
    what = f"*{mrkdwn(reason.interest, 80)}*"
    if title is not None:
        what = f"like *“{mrkdwn(title, 80)}”*"
    words = mrkdwn(", ".join(reason.terms[:12]), 200)
    return f"{what} {percent(worth)}" + (f": {words}" if words else "")


def _worth(reasons: Iterable[Reason]) -> float:
    return sum(reason.share for reason in reasons)
