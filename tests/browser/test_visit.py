"""What people do with the demonstration, in a real browser and with the real bot."""

import re

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Opened

DIGEST = re.compile(r"^Papers for \w+day \d+ \w+$")


def digests(page: Page) -> Locator:
    """The headings of the digests on the screen."""
    return page.get_by_role("heading", name=DIGEST)


def types(page: Page, line: str) -> None:
    """Types a line and sends it."""
    field = page.get_by_role("combobox", name=re.compile("^Message "))
    field.fill(line)
    field.press("Enter")


def opens(page: Page, channel: str) -> None:
    """Goes to a channel, and is there."""
    page.get_by_role("button", name=channel).click()
    expect(page.get_by_role("heading", name=f"#{channel}", exact=True)).to_be_visible()


def becomes(page: Page, name: str) -> None:
    """Switches to somebody, and is there."""
    page.get_by_role("button", name=name).click()
    expect(page.get_by_role("button", name=name)).to_have_attribute("aria-pressed", "true")


def answer(page: Page) -> Locator:
    """The last message on the screen."""
    return page.locator("#messages article").last


def test_the_first_screen_shows_a_digest_with_reasons(demo: Page) -> None:
    """Whoever comes sees what this is, and a digest whose papers say why they are there."""
    expect(
        demo.get_by_text("A local stand-in for Slack; nothing leaves this machine", exact=True)
    ).to_be_visible()
    expect(digests(demo)).to_have_count(1)
    expect(digests(demo)).to_be_in_viewport()
    expect(demo.get_by_text(re.compile(r"^Matches .*vector search \d+ %"))).to_have_count(3)
    funnel = r"118 papers in the library, \d+ matched your interests, 3 shown"
    expect(demo.get_by_text(re.compile(funnel))).to_be_visible()
    expect(demo.locator(".fresh")).to_be_visible()


def test_a_search_is_answered_for_one_person_only(demo: Page) -> None:
    """A search is completed and answered where it was typed; nobody else sees the answer."""
    opens(demo, "reading-group")
    field = demo.get_by_role("combobox", name="Message #reading-group")
    field.fill("/papers sea")
    expect(demo.get_by_role("option", name="/papers search WORDS find papers")).to_be_visible()
    types(demo, "/papers speech translation")
    expect(answer(demo).get_by_text("Only visible to you")).to_be_visible()
    expect(answer(demo).get_by_role("link", name=re.compile("^SeamlessM4T"))).to_be_visible()
    answer(demo).get_by_role("button", name="Save").first.click()
    expect(answer(demo).get_by_role("button", name="Saved ✓")).to_be_visible()
    becomes(demo, "Ben")
    expect(demo.get_by_role("heading", name="#reading-group is empty.")).to_be_visible()


def test_a_shared_paper_is_unread_for_the_other_person(demo: Page) -> None:
    """What one shares from a menu everybody sees, marked as new until they look."""
    opens(demo, "reading-group")
    types(demo, "/papers watermark")
    answer(demo).get_by_label("More actions").first.click()
    demo.get_by_role("menuitem", name="Share in this channel").click()
    expect(answer(demo)).to_contain_text("You shared “The Stable Signature")
    expect(demo.get_by_role("button", name="Ben, Los Angeles, 1 unread")).to_be_visible()
    becomes(demo, "Ben")
    expect(answer(demo)).to_contain_text("@Ada shared")
    expect(demo.locator(".fresh")).to_be_visible()


def test_a_paper_of_a_digest_is_shared_in_a_channel(demo: Page) -> None:
    """In a form that offers the channels one sees; there it stands with what was said of it."""
    answer(demo).get_by_label("More actions").first.click()
    demo.get_by_role("menuitem", name="Share to a channel…").click()
    form = demo.get_by_role("dialog")
    form.get_by_role("combobox", name="Channel").select_option("#reading-group")
    form.get_by_role("textbox", name="Comment").fill("For Monday")
    form.get_by_role("button", name="Share").click()
    expect(form).to_contain_text("You shared “The Faiss library” in #reading-group.")
    expect(form.get_by_role("button", name="Take it back")).to_be_visible()
    form.get_by_role("button", name="Close").last.click()
    becomes(demo, "Ben")
    opens(demo, "reading-group")
    expect(answer(demo)).to_contain_text("For Monday")
    expect(answer(demo)).to_contain_text("@Ada shared a paper")


def test_an_answer_is_seen_behind_a_long_one(demo: Page) -> None:
    """Who stands at the beginning of a long answer and types again sees what comes."""
    many = ", ".join(f"topic {number}" for number in range(60))
    types(demo, f"/papers interests add {many}")
    expect(answer(demo).get_by_text("/papers digest preview")).to_be_attached()
    expect(answer(demo).get_by_text("/papers digest preview")).not_to_be_in_viewport()
    types(demo, "/papers settings")
    expect(answer(demo).get_by_text("Your settings")).to_be_in_viewport()


def test_an_interest_changes_the_preview(demo: Page) -> None:
    """Somebody new follows something, and the preview of a digest brings papers about it."""
    becomes(demo, "Ben")
    demo.get_by_role("button", name="/papers interests add vector search").click()
    demo.keyboard.press("Enter")
    expect(answer(demo)).to_contain_text("Following vector search")
    types(demo, "/papers digest preview")
    expect(answer(demo)).to_contain_text("A preview: nothing is sent or marked as shown.")
    expect(answer(demo).get_by_text(re.compile("^Matches vector search")).first).to_be_visible()


def test_digests_come_when_the_clock_is_moved(demo: Page) -> None:
    """Two people in two zones get theirs at nine where they are, without waiting for it."""
    becomes(demo, "Ben")
    types(demo, "/papers interests add speech")
    types(demo, "/papers subscribe daily 09:00")
    expect(answer(demo)).to_contain_text("09:00 (America/Los_Angeles)")
    demo.get_by_label("The clock").click()
    demo.get_by_role("button", name="Tomorrow 09:00").click()
    expect(digests(demo)).to_have_count(1)
    expect(demo.locator("#time")).to_contain_text("09:00")
    expect(answer(demo).get_by_role("time")).to_have_text("09:00")
    becomes(demo, "Ada")
    expect(digests(demo).first).to_be_visible()
    before = digests(demo).count()
    demo.get_by_label("The clock").click()
    demo.get_by_role("button", name="In a week").click()
    expect(digests(demo)).to_have_count(before + 5)


def test_the_clock_goes_forward_only(demo: Page) -> None:
    """A moment in the past is refused with a sentence."""
    demo.get_by_label("The clock").click()
    demo.get_by_label("Another time").evaluate("field => { field.min = ''; }")
    demo.get_by_label("Another time").fill("2020-01-01T09:00")
    demo.get_by_role("button", name="Go").click()
    expect(demo.get_by_role("status")).to_have_text("The clock only goes forward.")


def test_a_channel_without_the_bot_names_the_remedy(demo: Page) -> None:
    """Where the bot is not, the page says how to bring it in, and that works."""
    opens(demo, "lunch")
    expect(
        demo.get_by_text("Paperwire is not in this channel, so it cannot post here.")
    ).to_be_visible()
    demo.get_by_role("button", name="/invite @Paperwire").click()
    demo.keyboard.press("Enter")
    expect(answer(demo)).to_contain_text("@Ada added @Paperwire to #lunch.")
    expect(demo.locator("#notice")).to_be_hidden()


def test_everything_can_be_done_from_the_keyboard(demo: Page) -> None:
    """Completion with arrows, a button and a menu of a message, without a mouse."""
    expect(demo.get_by_role("combobox", name="Message Paperwire")).to_be_focused()
    demo.keyboard.type("/papers interests l")
    expect(demo.get_by_role("option", name="/papers interests list")).to_be_visible()
    demo.keyboard.press("ArrowDown")
    demo.keyboard.press("Enter")
    demo.keyboard.press("Enter")
    expect(answer(demo)).to_contain_text("2. vector search")
    demo.keyboard.type("/papers watermark")
    demo.keyboard.press("Enter")
    expect(answer(demo).get_by_role("heading", name="Papers for “watermark”")).to_be_visible()
    demo.keyboard.press("Shift+Tab")
    for _ in range(40):
        if demo.evaluate("document.activeElement.textContent") == "Save":
            break
        demo.keyboard.press("Shift+Tab")
    demo.keyboard.press("Enter")
    expect(answer(demo).get_by_role("button", name="Saved ✓")).to_be_focused()
    menu = answer(demo).get_by_label("More actions").first
    menu.focus()
    demo.keyboard.press("Enter")
    demo.keyboard.press("ArrowDown")
    expect(demo.get_by_role("menuitem", name="Why this paper?").first).to_be_focused()
    demo.keyboard.press("Escape")
    expect(menu).to_be_focused()
    demo.keyboard.press("Enter")
    demo.keyboard.press("ArrowUp")
    expect(demo.get_by_role("menuitem").last).to_be_focused()
    demo.keyboard.press("ArrowDown")
    demo.keyboard.press("Enter")
    dialog = demo.get_by_role("dialog", name="Why this paper?")
    expect(dialog).to_contain_text("author:Hervé Jégou")
    demo.keyboard.press("Escape")
    expect(dialog).to_be_hidden()


def test_it_is_readable_on_a_phone(site: str, opened: Opened) -> None:
    """Nothing is wider than a phone; the conversations fold out and in again."""
    phone = opened(site, 390, 844, color_scheme="dark")
    expect(digests(phone)).to_be_visible()
    expect(
        phone.get_by_text("A local stand-in for Slack; nothing leaves this machine", exact=True)
    ).to_be_visible()
    assert phone.evaluate("document.documentElement.scrollWidth") == 390
    edges = "[...document.querySelectorAll('main *')].map(e => e.getBoundingClientRect().right)"
    assert max(phone.evaluate(edges)) <= 390
    expect(phone.get_by_role("button", name="lunch")).to_be_hidden()
    phone.get_by_role("button", name="Conversations").click()
    phone.get_by_role("button", name="lunch").click()
    expect(phone.get_by_role("heading", name="#lunch", exact=True)).to_be_visible()
    expect(phone.get_by_role("button", name="lunch")).to_be_hidden()


def test_dark_and_light_can_be_chosen(demo: Page) -> None:
    """The switch turns the page dark, and it stays so after a reload."""
    colour = "getComputedStyle(document.body).backgroundColor"
    light = demo.evaluate(colour)
    demo.get_by_role("button", name="Dark or light").click()
    dark = demo.evaluate(colour)
    assert dark != light
    demo.reload()
    assert demo.evaluate(colour) == dark
