"""The whole app in the browser: Home, its dialogues, feedback, links and shortcuts."""

import re

from playwright.sync_api import Page, expect

from tests.browser.test_visit import answer, becomes, digests, opens, types


def home(page: Page) -> None:
    """Opens the Home tab."""
    page.get_by_role("tab", name="Home").click()
    expect(page.get_by_role("tab", name="Home")).to_have_attribute("aria-selected", "true")


def test_home_shows_what_ada_follows_and_lets_her_change_it(demo: Page) -> None:
    """A mistake is told under its field; what she mends and saves stands in Home at once."""
    home(demo)
    expect(demo.locator("#home")).to_contain_text("speech translation")
    demo.get_by_role("button", name="Edit").click()
    dialog = demo.get_by_role("dialog", name="Your interests")
    words = dialog.get_by_role("textbox", name=re.compile("^Words"))
    words.fill("speech translation\nloom weaving")
    dialog.get_by_role("textbox", name="Muted").fill("loom weaving")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog.get_by_role("alert")).to_contain_text("both followed and muted")
    dialog.get_by_role("textbox", name="Muted").fill("robotics")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_contain_text("1 interest is gone: vector search")
    dialog.get_by_role("button", name="Done").click()
    expect(dialog).to_be_hidden()
    expect(demo.locator("#home")).to_contain_text("loom weaving")
    expect(demo.locator("#home")).to_contain_text("robotics")


def test_names_are_suggested_while_one_types(demo: Page) -> None:
    """The authors of the corpus are suggested; a chosen one is followed."""
    home(demo)
    demo.get_by_role("button", name="Edit").click()
    dialog = demo.get_by_role("dialog", name="Your interests")
    dialog.get_by_role("combobox", name="Authors").fill("douze")
    dialog.get_by_role("option", name="Matthijs Douze").click()
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_be_hidden()
    expect(demo.locator("#home")).to_contain_text("Matthijs Douze")


def test_somebody_new_is_led_from_home_to_a_digest(demo: Page) -> None:
    """Ben's Home offers one thing, and three dialogues later he has a digest of his own."""
    home(demo)
    expect(demo.locator("#home")).to_contain_text("speech translation")
    becomes(demo, "Ben")
    demo.get_by_role("button", name="Tell me what you read").click()
    dialog = demo.get_by_role("dialog", name="What you read")
    dialog.get_by_role("textbox", name="Papers that you like").fill("No such paper")
    dialog.get_by_role("button", name="Next").click()
    expect(dialog.get_by_role("alert")).to_contain_text("The library does not have “No such paper”")
    dialog.get_by_role("textbox", name="Papers that you like").fill("")
    dialog.get_by_role("textbox", name="Or words").fill("vector search")
    dialog.get_by_role("button", name="Next").click()
    settled = demo.get_by_role("dialog", name="Your digest")
    settled.locator("[type=submit]").click()
    expect(settled).to_contain_text("09:00 (America/Los_Angeles)")
    settled.get_by_role("button", name="Close").click()
    expect(settled).to_be_hidden()
    expect(demo.locator("#home")).to_contain_text("vector search")


def test_a_paper_that_is_not_wanted_changes_the_next_digest(demo: Page) -> None:
    """What the preview promises does not come once its paper got a 👎."""
    types(demo, "/papers digest preview")
    expect(answer(demo)).to_contain_text("A preview")
    promised = answer(demo).locator(".section strong").first.inner_text()
    types(demo, f'/papers "{promised}"')
    expect(answer(demo).get_by_role("heading", name=re.compile("^Papers for"))).to_contain_text(
        promised[:20]
    )
    answer(demo).get_by_role("button", name="Fewer papers like this").first.click()
    expect(answer(demo)).to_contain_text("press again to undo")
    demo.get_by_label("The clock").click()
    demo.get_by_role("button", name="In a week").click()
    came = demo.locator("article:not(.ephemeral)").filter(has=digests(demo))
    expect(came).to_have_count(6)
    expect(came.filter(has_text=promised)).to_have_count(0)


def test_related_papers_come_from_a_messages_menu(demo: Page) -> None:
    """The app's shortcut stands in the menu of what somebody said, and answers them only."""
    opens(demo, "reading-group")
    types(demo, "Has anybody tried speech to speech translation without text?")
    answer(demo).hover()
    answer(demo).get_by_label("Message shortcuts").click()
    demo.get_by_role("menuitem", name="Find related papers").click()
    expect(demo.get_by_text(re.compile("Speech-to-Speech Translation")).first).to_be_visible()


def test_escape_in_a_time_closes_a_form_once(demo: Page) -> None:
    """Chromium cancels it twice; nobody is told that it is gone, which is what they wanted."""
    closed: list[str] = []
    demo.on("request", lambda sent: closed.extend([sent.url] * ("close" in (sent.post_data or ""))))
    home(demo)
    demo.get_by_role("button", name="Change").click()
    demo.get_by_role("dialog").get_by_label("Time", exact=True).press("Escape")
    expect(demo.get_by_role("dialog")).to_have_count(0)
    assert len(closed) == 1
