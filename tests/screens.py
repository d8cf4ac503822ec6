"""What the tests of Home and the modals share: looking at a screen until it shows something."""

from bot.demo import Person, View
from bot.store import homes
from tests.conftest import Lab

LOADING = "One moment…"


def looks_home(lab: Lab, person: Person) -> View:
    """Opens somebody's Home tab, and waits for what it shows."""
    person.opens_home()
    assert lab.slack.wait_for(lambda: person.home is not None)
    assert shows(lab, person, "")
    return home_of(person)


def home_of(person: Person) -> View:
    """What stands in somebody's Home tab."""
    assert person.home is not None
    return person.home


def text_of(person: Person) -> str:
    """All that it shows, as JSON."""
    return str(home_of(person).blocks)


def shows(lab: Lab, person: Person, text: str) -> bool:
    """Whether the tab comes to show a text: it follows a moment after the answer.

    Then it is settled: what stands there is what the bot remembers.
    """

    def is_settled() -> bool:
        with lab.parts.store.reading() as connection:
            standing = homes.get(connection, lab.who(person))
        return standing is None or standing.hash == home_of(person).hash

    return lab.slack.wait_for(lambda: text in text_of(person) and is_settled())


def modal_of(lab: Lab, person: Person) -> View:
    """The modal that somebody looks at, once it is filled."""

    def is_filled() -> bool:
        return person.modal is not None and LOADING not in str(person.modal.blocks)

    assert lab.slack.wait_for(is_filled), person.modal
    assert person.modal is not None
    return person.modal


def says(lab: Lab, person: Person, text: str) -> bool:
    """Whether the modal comes to say a text."""
    return lab.slack.wait_for(lambda: person.modal and text in str(person.modal.blocks))


def labels(view: View) -> list[str]:
    """What can be pressed, chosen or filled in."""
    return [control.label for control in view.controls]


def typed_in(view: View, field: str) -> str:
    """The text that stands in a field."""
    return str(view.state[field][field]["value"] or "")


def chosen_in(view: View, field: str) -> list[str]:
    """The values chosen in a field."""
    held = view.state[field][field]
    one = held.get("selected_option")
    options = held.get("selected_options") or ([one] if one else [])
    return [option["value"] for option in options]
