"""Save and Hide: what somebody keeps, and what they never want to see again.

A hidden paper comes in no digest and among no similar papers, and teaches nothing. A search still
finds it: one that leaves out what somebody looks for would lie.
"""

from bot.blocks import code
from bot.blocks import papers as looks
from bot.blocks.views import View
from bot.commands.calls import SLASH, Call
from bot.commands.presses.press import Done, Press, Reply, changed, pressed_paper
from bot.store import digests, people


def save(call: Call, press: Press) -> Reply:
    """Puts the paper on the list of the one who pressed."""
    paper = pressed_paper(call, press.value)
    with call.store.writing() as connection:
        digests.reserve(connection, call.by)
        was_saved = paper.id in people.saved_papers(connection, call.by)
        people.save_paper(connection, call.by, paper.id, call.now)
    listed = code(f"{SLASH} saved", 30)
    text = f"Saved {looks.quoted(paper)}: {listed}"
    if was_saved:
        text = f"{looks.quoted(paper)} is on your list already: {listed}"
    return changed(call, press, Done(paper, text, looks.Undo("Undo", looks.UNSAVE)))


def unsave(call: Call, press: Press) -> Reply:
    """Takes the paper off that list again."""
    paper = pressed_paper(call, press.value)
    with call.store.writing() as connection:
        people.unsave_paper(connection, call.by, paper.id)
    text = f"{looks.quoted(paper)} is off your list."
    return changed(call, press, Done(paper, text, looks.Undo("Save", looks.SAVE)))


def hide(call: Call, press: Press, view: View | None = None) -> Reply:
    """Never shows the paper to the one who pressed, but in searches."""
    paper = pressed_paper(call, press.value)
    with call.store.writing() as connection:
        digests.reserve(connection, call.by)
        was_hidden = paper.id in people.hidden_papers(connection, call.by)
        people.hide_paper(connection, call.by, paper.id, call.now)
    listed = code(f"{SLASH} interests hidden", 40)
    text = f"Hidden: {looks.quoted(paper)} comes in no digest and among no similar papers: {listed}"
    if was_hidden:
        text = f"{looks.quoted(paper)} is hidden already: {listed}"
    return changed(call, press, Done(paper, text, looks.Undo("Undo", looks.UNHIDE)), view)


def unhide(call: Call, press: Press, view: View | None = None) -> Reply:
    """Lets the paper come again."""
    paper = pressed_paper(call, press.value)
    with call.store.writing() as connection:
        people.unhide_paper(connection, call.by, paper.id)
    text = f"{looks.quoted(paper)} may come again."
    return changed(call, press, Done(paper, text, looks.Undo("Hide", looks.HIDE)), view)
