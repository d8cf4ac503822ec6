"""How the demonstration begins: who is there, and a digest that the bot has made for Ada."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.demo.person import Person
from bot.demo.stage import Clock, Stage

PARIS = "Europe/Paris"
BEFORE = timedelta(minutes=5)
LINES = (
    "/papers interests add speech translation, vector search, author:Hervé Jégou",
    "/papers subscribe weekdays 09:00 3 papers",
)
"""What Ada typed before the page is opened."""

DIGEST_SECONDS = 10
MOST_STEPS = 200


def opening_clock() -> Clock:
    """A clock that stands a little before nine in Paris, on the last working day."""
    now = datetime.now(ZoneInfo(PARIS))
    nine = now.replace(hour=9, minute=0, second=0, microsecond=0)
    while nine > now or nine.weekday() > 4:
        nine -= timedelta(days=1)
    return Clock(nine - BEFORE - now)


def open_stage(stage: Stage) -> Person:
    """Brings the people in, has Ada set up her digest and get it, and makes it now; Ada."""
    ada = stage.team.add_person("Ada", tz=PARIS, is_admin=True)
    ben = stage.team.add_person("Ben", tz="America/Los_Angeles")
    stage.team.add_channel("reading-group", members=[ada, ben])
    stage.team.add_channel("lunch", members=[ada, ben], bot_is_member=False)
    for person in (ben, ada):
        assert person.direct
    for line in LINES:
        ada.types(line)
    move_to(stage, datetime.now(UTC))
    stage.slack.wait_for(lambda: _has_digest(ada), DIGEST_SECONDS)
    return ada


def move_to(stage: Stage, moment: datetime) -> None:
    """Takes the clock to a moment, stopping wherever a digest is due on the way."""
    for _ in range(MOST_STEPS):
        due = stage.parts.next_due()
        if due is None or due > moment:
            break
        stage.clock.move_to(due)
        stage.parts.tick()
    stage.clock.move_to(moment)
    stage.parts.tick()


def _has_digest(person: Person) -> bool:
    return any(message.metadata for message in person.sees(person.direct))
