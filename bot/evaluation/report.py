"""Results as text for a terminal: a table with intervals, and what is gained over the others."""

from collections.abc import Iterable, Sequence

from bot.evaluation.results import Result
from recommender.evaluation import Figures, Interval

TITLES = {
    "ndcg_10": "nDCG@10",
    "recall_50": "recall@50",
    "recall_100": "recall@100",
    "map": "MAP",
}
"""The figures as people call them."""

_WIDTH = 21
_NAME = 14


def table(results: Sequence[Result], noun: str) -> str:
    """All results, one a line, and under them the gain of the first over each other."""
    first, *others = results
    width = max(_NAME, *(len(result.name) + 2 for result in results))
    lines = [
        _head(width),
        *(_line(r.name.ljust(width), r.mean, r.intervals, f"{r.ms:8.1f}") for r in results),
    ]
    if others:
        lines += ["", f"{first.name} against"]
    for other in others:
        lines.append(_line(other.name.ljust(width), *first.gain_over(other), sign="+"))
    return "\n".join(
        [*lines, "", f"In brackets: 95 % intervals by bootstrap over the {len(first.each)} {noun}."]
    )


def _head(width: int) -> str:
    return " " * width + "".join(f"{title:<{_WIDTH}}" for title in TITLES.values()) + "      ms"


def _line(
    name: str, figures: Figures, intervals: dict[str, Interval], end: str = "", sign: str = ""
) -> str:
    cells: Iterable[str] = (
        f"{short(getattr(figures, figure), sign)} "
        f"[{short(intervals[figure].low, sign)}, {short(intervals[figure].high, sign)}]"
        for figure in TITLES
    )
    return (name + "".join(f"{cell:<{_WIDTH}}" for cell in cells) + end).rstrip()


def short(value: float, sign: str) -> str:
    """Three digits, the zero before the point left out, a nought never negative: .735, +.021."""
    shown = f"{round(value, 3) + 0.0:{sign}.3f}"
    return shown.replace("0.", ".", 1) if shown.lstrip("+-").startswith("0.") else shown
