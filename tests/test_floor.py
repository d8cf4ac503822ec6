"""Our own test collection, and the quality below which the ranking must not fall."""

from pathlib import Path

import pytest

from bot.evaluation.collection import read_collection
from tests.test_cli import Told


@pytest.fixture
def told(capsys: pytest.CaptureFixture[str]) -> Told:
    """The command line, in this process."""
    return Told(capsys)


def test_every_judgement_is_of_a_seed_paper(own: str) -> None:
    """30 queries and 10 profiles; no id of theirs has gone astray."""
    asked = read_collection(Path(own))
    liking = read_collection(Path(own), Path(own) / "profiles.jsonl")
    assert (len(asked.papers), len(asked.tasks), len(liking.tasks)) == (118, 30, 10)
    judged = {paper for task in (*asked.tasks, *liking.tasks) for paper in task.grades}
    assert judged | {paper for task in liking.tasks for paper in task.liked} <= set(asked.papers)
    assert {grade for task in asked.tasks for grade in task.grades.values()} == {1, 2, 3}


FLOORS = {
    # Where it was when the floor was set: nDCG@10 .876, MAP .792; naive .687 and .564.
    "queries": {"ndcg_10": 0.86, "map": 0.775},
    # .834 and .790 on ten profiles of three likes; naive .728 and .659. What is learned from likes
    # is measured on larger collections, where plain Rocchio, .869 here, is far behind.
    "profiles": {"ndcg_10": 0.825, "map": 0.78},
}


@pytest.mark.parametrize("kind", FLOORS)
def test_the_ranking_stays_above_its_floor(told: Told, own: str, kind: str) -> None:
    """And .1 above what most bots do."""
    chosen = ["--profiles", f"{own}/profiles.jsonl"] if kind == "profiles" else []
    compared = told.json("evaluate", own, *chosen, "--compare", "naive", "--format", "json")
    for name, floor in FLOORS[kind].items():
        assert compared["paperwire"][name] >= floor
        assert compared["paperwire"][name] >= compared["naive"][name] + 0.1
