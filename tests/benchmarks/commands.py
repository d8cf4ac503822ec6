"""Two hundred people type a command at the same moment; prints how soon each was answered.

    python -m tests.benchmarks.commands [--people N] [--rounds N]

The bot is a process of its own, reached over HTTP, on the seed papers; Slack is the local one, in
this process with everybody's keyboards, and takes its share of the machine. Slack gives three
seconds for the acknowledgement. Beside it stands how long one person alone waits.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from socket import create_connection, socket
from statistics import median, quantiles
from threading import Barrier

from bot.demo import LocalSlack, Person, Team
from bot.models import Subscriber
from bot.store import Store, interests
from recommender import Interest

ACK_SECONDS = 3.0
LINES = (
    "search speech translation {n}",
    "interests add vector search {n}",
    "digest preview",
    "similar watermark",
)
EXPECTED = ("speech translation {n}”", "vector search {n}", "Preview", "Like “")
"""What the answer to each of the lines says, in its text."""
PATIENCE = 60.0
LOOKS_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class Answered:
    """One command: what was typed and answered, and the seconds to each of the two answers."""

    number: int
    line: str
    text: str
    ack: float
    answer: float
    is_acknowledged: bool

    @property
    def is_right(self) -> bool:
        """The answer is the one to this line."""
        return EXPECTED[self.number % len(LINES)].format(n=self.number) in self.text


def main(arguments: Sequence[str]) -> None:
    """Runs the benchmark and prints its figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=3)
    wanted = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder, LocalSlack(burst=None, quiet=0.0) as slack:
        team = slack.add_workspace("Crowd")
        crowd = [team.add_person(f"Person {number}") for number in range(wanted.people)]
        with serving(slack, team, crowd, Path(folder)):
            for number in range(2 * len(LINES)):
                at_once(slack, [crowd[number]], number % len(LINES))
            alone = [at_once(slack, [crowd[n]], n % len(LINES))[0] for n in range(20)]
            tell("alone", alone)
            for _ in range(wanted.rounds):
                tell(f"{wanted.people} at once", at_once(slack, crowd))


def at_once(slack: LocalSlack, crowd: Sequence[Person], first: int = 0) -> list[Answered]:
    """Everybody types at the same moment; what came of it, once all have their answers."""
    start = Barrier(len(crowd))
    before = [len(of_bot(person)) for person in crowd]

    def types(number: int, person: Person) -> tuple[str, float, float, bool]:
        line = LINES[number % len(LINES)].format(n=number)
        start.wait()
        began = time.time()
        (delivery,) = person.types(f"/papers {line}", wait=0).deliveries
        return line, began, delivery.seconds, delivery.ok

    with ThreadPoolExecutor(len(crowd)) as pool:
        typed = list(pool.map(types, range(first, first + len(crowd)), crowd))
    end = time.monotonic() + PATIENCE
    waiting = list(zip(crowd, before, strict=True))
    while waiting and time.monotonic() < end:
        # Not too often: to look takes time that the answers need.
        time.sleep(LOOKS_SECONDS)
        waiting = [(person, old) for person, old in waiting if len(of_bot(person)) <= old]
    return [
        _answered(first + place, person, before[place], typed[place])
        for place, person in enumerate(crowd)
    ]


def of_bot(person: Person) -> list[tuple[str, str]]:
    """The times and texts of what the bot has written to somebody."""
    return [(message.ts, message.text) for message in person.sees(person.direct) if message.bot_id]


def _answered(
    number: int, person: Person, before: int, typed: tuple[str, float, float, bool]
) -> Answered:
    line, began, ack, is_acknowledged = typed
    new = of_bot(person)[before:]
    ts, text = new[0] if new else ("inf", "")
    return Answered(number, line, text, ack, float(ts) - began, is_acknowledged)


@contextmanager
def serving(slack: LocalSlack, team: Team, crowd: Sequence[Person], folder: Path) -> Iterator[None]:
    """The bot as `paperwire run` starts it, for people who follow something already."""
    url = f"sqlite:///{folder / 'paperwire.db'}"
    store = Store(url)
    with store.writing() as connection:
        for person in crowd:
            interests.put(connection, Subscriber(team.id, person.id), Interest("speech"))
    store.close()
    with socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = os.environ | {
        "SLACK_BOT_TOKEN": team.bot_token,
        "SLACK_SIGNING_SECRET": team.signing_secret,
        "SLACK_API_URL": slack.url,
        "PAPERWIRE_DATABASE_URL": url,
        "PAPERWIRE_PORT": str(port),
        "PAPERWIRE_LOG_LEVEL": "WARNING",
    }
    bot = subprocess.Popen([sys.executable, "-m", "bot", "run"], env=environment)
    try:
        _wait_for(port)
        slack.connect(team, f"http://127.0.0.1:{port}/slack/events")
        yield
    finally:
        bot.terminate()
        bot.wait(30)


def _wait_for(port: int) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        try:
            create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError("the bot does not listen")


def tell(what: str, answered: Sequence[Answered]) -> None:
    """Prints how long the two answers took, in milliseconds, and what went wrong."""
    acks, answers = [a.ack for a in answered], [a.answer for a in answered]
    wrong = [a for a in answered if not a.is_right]
    late = [a for a in answered if not a.is_acknowledged or a.ack > ACK_SECONDS]
    print(f"{what}: acknowledged {spread(acks)}; answered {spread(answers)}")
    print(f"  too late {len(late)}, wrong {len(wrong)}")
    for kind, name in enumerate(LINES):
        seconds = [a.answer for a in answered if a.number % len(LINES) == kind]
        if seconds:
            print(f"  {name.split()[0]}: answered {spread(seconds)}")


def spread(seconds: Sequence[float]) -> str:
    """``median 12, p99 40, max 51 ms``."""
    p99 = quantiles(seconds, n=100, method="inclusive")[-1] if len(seconds) > 1 else seconds[0]
    return (
        f"median {median(seconds) * 1e3:.0f}, p99 {p99 * 1e3:.0f}, max {max(seconds) * 1e3:.0f} ms"
    )


if __name__ == "__main__":
    main(sys.argv[1:])
