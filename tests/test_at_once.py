"""The same thing done twice at the same moment, by threads or processes: once, and clearly."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any, NoReturn

import pytest
from slack_sdk.models.views import View

from bot.blocks.forms.interests import WORDS
from bot.blocks.forms.subscription import CADENCE, EMPTY, LIMIT, TIME
from bot.client import SlackBusy
from bot.commands import Call
from bot.commands.forms import interests, subscription
from bot.commands.forms.frame import Filled, Outcome
from bot.commands.interests import put_all
from bot.library import Library
from bot.models import Subscriber
from bot.parts import Parts
from bot.slack.requests import call_of
from bot.store import Store
from recommender import Interest
from tests.store_lab import NOW

ROUNDS = 6
ADA = Subscriber("T1", "U1")


@pytest.fixture
def call(any_store: Store) -> Call:
    """Somebody acts, and Slack is not there to be asked."""
    return call_of(Parts(any_store, Library(any_store), lambda: NOW, _nobody), ADA)


def _nobody(_workspace: str) -> NoReturn:
    raise SlackBusy(1)


def test_of_two_that_send_the_form_of_interests_at_once_one_is_asked(call: Call) -> None:
    """Neither overwrites the other's words unseen."""
    for turn in range(ROUNDS):
        forms = [interests.open_interests(call) for _ in range(2)]
        fields = [{f"{WORDS}0": {"value": f"word {turn} of {one}"}} for one in range(2)]
        assert asked(call, interests.save_interests, forms, fields) == [False, True]


def test_of_two_that_send_the_form_of_a_first_digest_at_once_one_is_asked(call: Call) -> None:
    """There is no row yet that one could hold."""
    for turn in range(ROUNDS):
        who = Subscriber("T1", f"U{turn}")
        theirs = call_of(Parts(call.store, call.library, lambda: NOW, _nobody), who)
        forms = [subscription.open_subscription(theirs) for _ in range(2)]
        fields = [
            {
                CADENCE: {"selected_option": {"value": "daily"}},
                TIME: {"selected_time": f"0{one}:00"},
                LIMIT: {"selected_option": {"value": "5"}},
                EMPTY: {"selected_option": {"value": "say"}},
            }
            for one in range(2)
        ]
        assert asked(theirs, subscription.save_subscription, forms, fields) == [False, True]


def asked(
    call: Call,
    save: Callable[[Call, Filled], Outcome],
    forms: list[View],
    fields: Sequence[Mapping[str, object]],
) -> list[bool]:
    """Sends all the forms at once: of each whether it came back with a question, False first."""
    start = Barrier(len(forms))

    def send(form: View, filled: Mapping[str, Any]) -> bool:
        state = {key: {key: held} for key, held in filled.items()}
        start.wait()
        outcome = save(call, Filled(form.private_metadata or "", state))
        assert not outcome.errors
        return "changed meanwhile" in str(outcome.view and outcome.view.to_dict())

    with ThreadPoolExecutor(len(forms)) as pool:
        return sorted(pool.map(send, forms, fields))


def test_whoever_changes_many_interests_at_once_waits_and_does_not_fail(call: Call) -> None:
    """In whatever order each of them changes them."""
    words = [Interest(f"word {number}") for number in range(60)]
    put_all(call, words)
    start = Barrier(4)

    def put(order: int) -> None:
        start.wait()
        for _ in range(ROUNDS):
            put_all(call, words[::order])

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(put, (1, -1, 1, -1)))
