"""Results as a picture: a panel a figure, a line a ranking, a dot with its interval on it."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from bot.errors import PaperwireError
from bot.evaluation.report import TITLES
from bot.evaluation.results import Result

_OURS, _OTHERS, _QUIET = "#1264a3", "#8d8d92", "#d9d9de"
_TEXT = "#2b2b30"


def draw(results: Sequence[Result], title: str, path: Path) -> None:
    """Writes the picture; PaperwireError where the place cannot be written to."""
    with _style():
        figure = Figure(figsize=(11, 1.9 + 0.42 * len(results)), layout="constrained")
        figure.suptitle(title, x=0.01, ha="left", fontsize=12)
        panels = figure.subplots(1, len(TITLES), sharey=True)
        for panel, name in zip(panels, TITLES, strict=True):
            _panel(panel, results, name)
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


def _panel(panel: Axes, results: Sequence[Result], name: str) -> None:
    for row, result in enumerate(results):
        value, span = getattr(result.mean, name), result.intervals[name]
        colour = _OTHERS if row else _OURS
        panel.plot([span.low, span.high], [row, row], color=colour, linewidth=2.5, alpha=0.55)
        panel.plot([value], [row], "o", color=colour, markersize=7)
        panel.annotate(
            f"{value:.3f}",
            (value, row),
            (0, 8),
            textcoords="offset points",
            ha="center",
            fontsize=9,
            bbox={"facecolor": "white", "linewidth": 0, "pad": 0.5},
        )
    panel.set_title(TITLES[name], fontsize=10, loc="left")
    panel.set_yticks(range(len(results)), [result.name for result in results])
    panel.set_ylim(len(results) - 0.5, -0.75)
    panel.margins(x=0.18)
    panel.locator_params(axis="x", nbins=5)
    panel.grid(axis="x", color=_QUIET, linewidth=0.6)
    panel.set_axisbelow(True)
    panel.tick_params(length=0)
    panel.spines[["top", "right", "left"]].set_visible(False)


def _dateless(path: Path) -> dict[str, str | None]:
    return {"Date": None} if path.suffix.lower() == ".svg" else {}
