"""`paperwire evaluate` as people and other programs call it (DESIGN.md 4.1)."""

import os
import signal
import subprocess
import sys
from functools import partial
from pathlib import Path
from subprocess import PIPE
from typing import Any

import pytest
from matplotlib.image import imread

from bot.evaluation import OPTIONS, PEER_NAMES
from bot.evaluation.rankers import PEERS
from bot.evaluation.report import short
from recommender import DEFAULT
from tests.own_collection import JUDGED, PAPERS, QUERIES, lines
from tests.test_cli import Told

KEYS = ["ndcg_10", "recall_50", "recall_100", "map", "ms", "count"]


@pytest.fixture
def told(capsys: pytest.CaptureFixture[str]) -> Told:
    """The command line, in this process."""
    return Told(capsys)


def test_json_has_exactly_the_promised_keys(told: Told, queries: str) -> None:
    """p1, p3 and p4 of grades 2, 1 and 1: q1 is perfect, p2 may come before p4."""
    figures = told.json("evaluate", queries, "--format", "json")
    assert list(figures) == KEYS
    assert figures["count"] == 2
    assert (figures["recall_50"], figures["recall_100"]) == (1, 1)
    assert 0.75 <= figures["map"] <= 1
    assert figures["ms"] > 0


def test_text_is_a_table_with_intervals(told: Told, queries: str) -> None:
    """A line a ranking, and under them what ours gains over each other."""
    assert told("evaluate", queries, "--compare", "naive", "--compare", "words") == 0
    assert "2 queries among 5 papers" in told.out
    rows = [line.split()[0] for line in told.out.splitlines() if "[" in line]
    assert rows == ["paperwire", "naive", "words", "naive", "words"]
    assert "1.000 [1.000, 1.000]" in told.out
    assert "nDCG@10" in told.out
    assert told.err == ""


def test_json_of_several_rankings_is_an_object_a_name(told: Told, queries: str) -> None:
    """Ours first, then the others in the order in which they were asked for."""
    peers = [word for name in PEER_NAMES for word in ("--compare", name)]
    compared = told.json("evaluate", queries, "--format", "json", *peers)
    assert list(compared) == ["paperwire", *PEER_NAMES]
    assert all(list(figures) == KEYS for figures in compared.values())


def test_every_peer_that_is_offered_is_there() -> None:
    """The names that the command line knows without the extra are those of the table."""
    assert tuple(PEERS) == PEER_NAMES


def test_options_are_switched_off_one_at_a_time(told: Told, own: str) -> None:
    """Those that matter to queries, or to profiles; each changes some figure of ours."""
    for kind, options in (
        ([], [name for name, option in OPTIONS.items() if option.queries]),
        (
            ["--profiles", f"{own}/profiles.jsonl"],
            [name for name, option in OPTIONS.items() if option.profiles],
        ),
    ):
        compared = told.json("evaluate", own, *kind, "--compare", "ablation", "--format", "json")
        assert list(compared) == ["paperwire", *options]
        assert len({figures["map"] for figures in compared.values()}) > 3
    one = told.json(
        "evaluate", own, "--compare", "no-pairs", "--compare", "ablation", "--format", "json"
    )
    assert list(one)[:2] == ["paperwire", "no-pairs"]


def test_an_option_is_of_parameters_that_there_are() -> None:
    """And its value another than ours."""
    for option in OPTIONS.values():
        assert all(getattr(DEFAULT, name) != value for name, value in option.off.items())


@pytest.mark.parametrize("ending", ["png", "svg", "SVG"])
def test_a_picture_is_drawn(told: Told, queries: str, ending: str) -> None:
    """It shows every ranking and every figure; the same results are the same file."""
    asked = ("evaluate", queries, "--compare", "naive", "--limit", "1", "--picture")
    drawn = [Path(queries) / f"{name}.{ending}" for name in "ab"]
    assert [told(*asked, str(path)) for path in drawn] == [0, 0]
    assert drawn[0].read_bytes() == drawn[1].read_bytes()
    if ending == "png":
        height, width, _ = imread(drawn[0]).shape
        assert width > height > 200
    else:
        text = drawn[0].read_text(encoding="utf-8")
        assert text.startswith("<?xml")
        assert all(name in text for name in ("paperwire", "naive", "over naive", "nDCG@10", "MAP"))


@pytest.mark.parametrize("name", ["figures.gif", "figures", "no/such/folder/figures.png"])
def test_a_picture_that_cannot_be_is_told_before_the_work(
    told: Told, queries: str, name: str
) -> None:
    """Wrong usage, in one sentence, and no figures."""
    assert "--picture" in told.fails(
        "evaluate", queries, "--picture", f"{queries}/{name}", status=2
    )


@pytest.mark.parametrize(
    ("value", "shown"),
    [(0.7349, "+.735"), (-0.0204, "-.020"), (-0.0001, "+.000"), (1, "+1.000"), (0.9996, "+1.000")],
)
def test_a_gain_has_three_digits_and_a_sign(value: float, shown: str) -> None:
    """A loss too small to be shown is none."""
    assert short(value, "+") == shown


@pytest.mark.parametrize(
    "wrong",
    [
        ["no-such-folder"],
        [".", "--compare", "best"],
        [".", "--limit", "0"],
        [".", "--profiles", "no-such-file.jsonl"],
        [],
    ],
)
def test_wrong_usage_is_told(told: Told, wrong: list[str]) -> None:
    """Status 2 and one line."""
    told.fails("evaluate", *wrong, status=2)


@pytest.mark.parametrize("missing", ["ir_measures", "matplotlib", "rank_bm25"])
def test_without_the_extra_it_says_what_to_install(queries: str, missing: str) -> None:
    """One sentence, and the rest of the command line works without."""
    code = (
        f"import sys; sys.modules['{missing}'] = None; from bot.__main__ import main; "
        f"sys.exit(main(['evaluate', {queries!r}, '--picture', {queries + '/a.png'!r}]))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr == (
        f"paperwire: {missing} is not installed: `pip install '.[evaluate]'` brings it.\n"
    )


def test_ctrl_c_ends_it_in_one_line(put: Any, tmp_path: Path) -> None:
    """In the middle of reading: no traceback, and no promise that something was kept."""
    folder = put(queries__jsonl=lines(QUERIES), qrels__tsv=JUDGED)
    os.mkfifo(tmp_path / "corpus.jsonl")
    command = [sys.executable, "-m", "bot", "evaluate", folder]
    # A shell's background job, which the tests may be, passes on that Ctrl-C is ignored.
    heed = partial(signal.signal, signal.SIGINT, signal.SIG_DFL)
    running = subprocess.Popen(command, stdout=PIPE, stderr=PIPE, text=True, preexec_fn=heed)
    # Opening waits for the reader: from here on, it reads.
    with running, (tmp_path / "corpus.jsonl").open("w") as corpus:
        corpus.write(lines(PAPERS))
        corpus.flush()
        running.send_signal(signal.SIGINT)
        out, err = running.communicate(timeout=30)
    assert (running.returncode, out, err) == (1, "", "paperwire: Stopped; nothing was written.\n")
