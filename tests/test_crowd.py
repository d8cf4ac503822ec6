"""Many people type at the same moment, and each gets the answer to their own words."""

import pytest

from tests.benchmarks.commands import EXPECTED, LINES, Answered, at_once, tell
from tests.conftest import Lab

PEOPLE = 30


def test_thirty_commands_at_once_are_all_answered_rightly(
    lab: Lab, capsys: pytest.CaptureFixture[str]
) -> None:
    """Searches, changes, previews and papers like one, mixed, as the benchmark measures them."""
    crowd = [lab.team.add_person(f"Person {number}") for number in range(PEOPLE)]
    answered = at_once(lab.slack, crowd)
    assert [each.line for each in answered if not each.is_acknowledged] == []
    assert [each.text for each in answered if not each.is_right] == []
    for number, person in enumerate(crowd):
        if "interests" in answered[number].line:
            assert f"vector search {number}" in person.types("/papers interests")[-1].text
    tell("30 at once", answered)
    assert "too late 0, wrong 0" in capsys.readouterr().out


def test_a_wrong_answer_is_counted(capsys: pytest.CaptureFixture[str]) -> None:
    """The benchmark would say so: an answer to somebody else's words, none, or a late one."""
    right = EXPECTED[0].format(n=0)
    answers = [
        Answered(0, LINES[0], right, 0.1, 0.2, is_acknowledged=True),
        Answered(4, LINES[0], right, 0.1, 0.2, is_acknowledged=True),
        Answered(0, LINES[0], "", 3.5, float("inf"), is_acknowledged=False),
    ]
    assert [each.is_right for each in answers] == [True, False, False]
    tell("three", answers)
    assert "too late 1, wrong 2" in capsys.readouterr().out
