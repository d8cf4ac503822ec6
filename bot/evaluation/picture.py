"""Results as a picture: a panel a figure, a line a ranking, a dot with its interval on it.

Under the rankings stands what ours gains over each other one, query by query: intervals of the
means overlap where ours is better on almost every one.
"""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from bot.errors import PaperwireError
from bot.evaluation.report import TITLES, short
from bot.evaluation.results import Result
from recommender.evaluation import Figures, Interval

_OURS, _OTHERS, _QUIET = "#1264a3", "#8d8d92", "#d9d9de"
_TEXT = "#2b2b30"


def draw(results: Sequence[Result], title: str, path: Path) -> None:
    """Writes the picture; PaperwireError where the place cannot be written to."""
    ours, *others = results
    rows = [_means(results), *([_gains(ours, others)] if others else [])]
    with _style():
        height = 1.6 + sum(0.7 + 0.42 * len(lines) for lines in rows)
        figure = Figure(figsize=(11, height), layout="constrained")
        figure.suptitle(title, x=0.01, ha="left", fontsize=12)
        sizes = {"height_ratios": [1.6 + len(lines) for lines in rows]}
        panels = figure.subplots(
            len(rows), len(TITLES), sharey="row", squeeze=False, gridspec_kw=sizes
        )
        for row, lines in zip(panels, rows, strict=True):
            for panel, name in zip(row, TITLES, strict=True):
                _panel(panel, lines, name)
        for panel in panels[1:].flat:
            panel.axvline(0, color=_OTHERS, linewidth=0.9)
            panel.set_title(f"gain of {ours.name}", fontsize=9, loc="left", color=_OTHERS)
        figure.supxlabel("mean and 95 % interval", fontsize=9, color=_OTHERS)
        try:
            figure.savefig(path, dpi=150, metadata=_dateless(path))
        except OSError as error:
            raise PaperwireError(f"{path} cannot be written: {error.strerror}.") from None


def _style() -> AbstractContextManager[None]:
    return mpl.rc_context(
        {
            "font.size": 10,
            "text.color": _TEXT,
            "axes.labelcolor": _TEXT,
            "xtick.color": _TEXT,
            "ytick.color": _TEXT,
            "axes.edgecolor": _QUIET,
            # The same results are the same file.
            "svg.hashsalt": "paperwire",
        }
    )


@dataclass(frozen=True, slots=True)
class _Line:
    """What one line of a panel shows of each figure; `sign` is "+" for gains."""

    name: str
    means: Figures
    intervals: dict[str, Interval]
    colour: str
    sign: str = ""


def _means(results: Sequence[Result]) -> list[_Line]:
    colours = [_OURS, *(_OTHERS for _ in results[1:])]
    return [_Line(r.name, r.mean, r.intervals, c) for r, c in zip(results, colours, strict=True)]


def _gains(ours: Result, others: Sequence[Result]) -> list[_Line]:
    return [_Line(f"over {other.name}", *ours.gain_over(other), _OURS, "+") for other in others]


def _panel(panel: Axes, lines: Sequence[_Line], name: str) -> None:
    for row, line in enumerate(lines):
        value, span, colour = getattr(line.means, name), line.intervals[name], line.colour
        panel.plot([span.low, span.high], [row, row], color=colour, linewidth=2.5, alpha=0.55)
        panel.plot([value], [row], "o", color=colour, markersize=7)
        panel.annotate(
            short(value, line.sign),
            (value, row),
            (0, 8),
            textcoords="offset points",
            ha="center",
            fontsize=9,
            bbox={"facecolor": "white", "linewidth": 0, "pad": 0.5},
        )
    panel.set_title(TITLES[name], fontsize=10, loc="left")
    panel.set_yticks(range(len(lines)), [line.name for line in lines])
    panel.set_ylim(len(lines) - 0.5, -0.75)
    panel.margins(x=0.18)
    panel.locator_params(axis="x", nbins=5)
    panel.grid(axis="x", color=_QUIET, linewidth=0.6)
    panel.set_axisbelow(True)
    panel.tick_params(length=0)
    panel.spines[["top", "right", "left"]].set_visible(False)


def _dateless(path: Path) -> dict[str, str | None]:
    return {"Date": None} if path.suffix.lower() == ".svg" else {}
